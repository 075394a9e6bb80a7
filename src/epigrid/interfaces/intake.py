"""Files that a county has, taken in the name of an account: the same verbs as the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction

from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory import formats as result_formats
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from epigrid.registers.access import queries as access
from epigrid.registers.access.models import User
from epigrid.registers.access.rules import SecondFactorMissing
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import actions as people
from epigrid.registers.people import formats as roster_formats
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import formats as scan_formats
from epigrid.store import clock, locks, sheets

NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "roster": roster_formats.HEADINGS,
    "results": result_formats.HEADINGS,
    "scans": scan_formats.HEADINGS,
}
"""Kind of file -> field -> headings that stand for it."""
NEEDED = {"roster": roster_formats.NEEDED, "results": result_formats.NEEDED, "scans": scan_formats.NEEDED}
DUTIES = {
    "roster": (Duty.COMMUNITY_SECRETARY, Duty.ADMINISTRATOR),
    "results": (Duty.LABORATORY,),
    "scans": (Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER),
}
"""The duties that the verbs behind each kind ask for; one over the wrong area is refused by the verb itself."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """In whose name a file is taken: the account, its second factor's code, and where one account has several, the laboratory or the area."""

    username: str
    code: str = ""
    body: str = ""
    area: str = ""


def understand(*, kind: str, sheet: sheets.Sheet, mapping: Mapping[str, str] | None = None) -> sheets.Understood:
    """Which column of the file is taken for which field; `mapping` is the county's own heading -> field."""
    return sheets.understand(sheet, names=NAMES[kind], needed=NEEDED[kind], mapping=mapping)


def take(*, kind: str, understood: sheets.Understood, source: str, sender: Sender) -> sheets.ImportReport:
    """Take a roster, laboratory results or venue scans; every row is taken, set aside, or refused with row, the file's own heading, and reason.

    One file of a tree at a time: the same file sent twice at once is taken once.
    """
    sheet = understood.canonical()
    user, actor, now = actor_of(sender, kind)
    with transaction.atomic():
        locks.hold(f"import|{user.tree}")
        report = _take(kind, actor, _area(actor, kind, sender.area), sheet, source, sender.body, now)
    return replace(report, refused=tuple(replace(row, column=understood.heading_of(row.column)) for row in report.refused))


def is_message(kind: str, content: bytes) -> bool:
    """Whether a file is read as FHIR or HL7 messages: a laboratory's results that are no table."""
    return kind == "results" and result_formats.is_message(content)


def take_messages(*, content: bytes, source: str, sender: Sender) -> laboratory.FileReport:
    """Take a laboratory's FHIR R4 or HL7 v2 file as `take` takes its tables; refusals name message, segment and field. The same file again changes nothing."""
    user, actor, now = actor_of(sender, "results")
    with transaction.atomic():
        locks.hold(f"import|{user.tree}")
        return laboratory.import_file(actor=actor, body_id=_laboratory(actor, sender.body), content=content, name=source, now=now)


def preview_messages(*, content: bytes, source: str, sender: Sender) -> laboratory.FileReport:
    """What `take_messages` would report now; undone as in `preview`."""
    with transaction.atomic():
        report = take_messages(content=content, source=source, sender=sender)
        transaction.set_rollback(True)
    return report


def preview(*, kind: str, understood: sheets.Understood, source: str, sender: Sender) -> sheets.ImportReport:
    """What `take` would report now. Nothing is written: the same verb runs in a transaction that is undone."""
    with transaction.atomic():
        report = take(kind=kind, understood=understood, source=source, sender=sender)
        transaction.set_rollback(True)
    return report


def actor_of(sender: Sender, kind: str) -> tuple[User, Actor, datetime]:
    """In whose name a file of a kind is taken: his account and duties, and the moment of his tree's clock."""
    user = User.objects.filter(username=sender.username, is_active=True).first()
    if user is None:
        raise BadInput(field="user", why="unknown account")
    now = clock.now(Area(f"{user.tree}/"))
    return user, _actor(user, kind, sender.code, now), now


def _actor(user: User, kind: str, code: str, now: datetime) -> Actor:
    second = bool(code) and any(row.wrap().validate_code(code) for row in Authenticator.objects.filter(user_id=user.id))
    if code and not second:
        raise BadInput(field="code", why="not valid")
    actor = access.actor_for(user=user, now=now, second_factor=second)
    if not actor.duties & set(DUTIES[kind]):
        if access.second_factor_missing(user=user, now=now, has_factor=second):
            raise SecondFactorMissing()
        raise NotAllowed(needs=sorted(DUTIES[kind]))
    return actor


def _area(actor: Actor, kind: str, named: str) -> Area:
    areas = actor.areas(DUTIES[kind])
    if named:
        return Area(named if named.endswith("/") else f"{named}/")
    if len(areas) > 1:
        raise BadInput(field="area", why="name the area", known=list(map(str, areas)))
    return areas[0]


def _take(kind: str, actor: Actor, area: Area, sheet: sheets.Sheet, source: str, body: str, now: datetime) -> sheets.ImportReport:
    if kind == "roster":
        return people.import_residents(actor=actor, area=area, sheet=sheet, source=source, now=now)
    if kind == "scans":
        return tracing.record_presences(actor=actor, area=area, sheet=sheet, source=source, now=now)
    return laboratory.import_results(actor=actor, body_id=_laboratory(actor, body), sheet=sheet, source=source, now=now)


def _laboratory(actor: Actor, name: str) -> UUID:
    laboratories = [card for card in organisation.bodies(actor=actor, kind="laboratory") if not name or card.name == name]
    if len(laboratories) != 1:
        raise BadInput(field="body", why="name the laboratory", known=[card.name for card in laboratories])
    return laboratories[0].id
