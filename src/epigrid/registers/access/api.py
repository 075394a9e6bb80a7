"""The machine door of access: slip codes, broken glass and its review, phones; and the door at which a phone is bound and starts its shift."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions, queries, rules
from epigrid.registers.people import queries as people
from epigrid.store.doors import (
    REFUSALS,
    Acts,
    Command,
    Ids,
    Line,
    Moment,
    Outcome,
    Path,
    Reader,
    Refusal,
    Rows,
    Short,
    Text,
    area_of,
    card,
    cause_of,
    listed,
    perform,
    reader,
)

router = Router(tags=["access"])
field = Router(tags=["field"])
"""The door of phones themselves, under /api/field/."""
acts = Acts("access", router)
GlassOut, DeviceOut = card(queries.GlassCard), card(queries.DeviceCard)


@router.get("/glass", response=listed(GlassOut))
def glass(request: HttpRequest, open_only: bool = False) -> list[queries.GlassCard]:
    """Broken glass of my areas, newest first."""
    return queries.broken_glass(actor=reader(request).actor, open_only=open_only)


class SlipIn(Command):
    """Who gets a slip, and for how many days its code is good."""

    person_id: UUID
    days: int = Field(default=14, ge=1, le=60)


class SlipOut(Outcome):
    """The outcome, and the code this once: it is kept nowhere, so a command sent again does not show it."""

    code: str = ""


@router.post("/slips", response={200: SlipOut, **REFUSALS}, operation_id="access.make-slip-code")
def make_slip_code(request: HttpRequest, body: SlipIn) -> SlipOut:
    """Make a slip code for a person."""
    it, codes = reader(request), []

    def do() -> Rows:
        people.person(actor=it.actor, person_id=body.person_id)
        until = it.now + timedelta(days=body.days)
        codes.append(actions.make_slip_code(actor=it.actor, person_id=body.person_id, until=until, now=it.now))
        return [body.person_id]

    done = perform(it, "access.make-slip-code", body, do)
    return SlipOut(outcome=done.outcome, rows=list(done.rows), replayed=done.replayed, code="".join(codes))


class GlassIn(Command):
    """One area of one's own tree, and why it must be read."""

    area: Path
    reason: Text


@acts("/glass")
def break_glass(it: Reader, body: GlassIn) -> Rows:
    """Read one area for three hours; it is told and reviewed by somebody else."""
    user = queries.user(user_id=it.actor.named)
    if user is None:
        return []
    return [actions.break_glass(actor=it.actor, user=user, area=area_of(it.actor, body.area), reason=body.reason, now=it.now, factor_at=it.factor_at)]


class ReviewIn(Command):
    """What the review of a broken glass found."""

    grant_id: UUID
    finding: Text


@acts("/glass/review")
def review_glass(it: Reader, body: ReviewIn) -> Rows:
    """Judge a broken glass."""
    actions.review_glass(actor=it.actor, grant_id=body.grant_id, finding=body.finding, now=it.now, cause=cause_of(body.grant_id))
    return [body.grant_id]


@router.get("/devices", response=listed(DeviceOut))
def devices(request: HttpRequest) -> list[queries.DeviceCard]:
    """Phones of my areas, and codes that nobody has used yet."""
    it = reader(request)
    return queries.devices(actor=it.actor, now=it.now)


class PhoneIn(Command):
    """For whose account, and until when the phone is bound."""

    user_id: UUID
    until: Moment


class CodeOut(Schema):
    """A code that binds a phone, this once: it is kept nowhere."""

    device_id: UUID
    user_id: UUID
    title: str
    code: str
    until: datetime
    good_until: datetime


class CodesOut(Outcome):
    """The outcome, and the codes this once: a command sent again does not show them."""

    cards: list[CodeOut] = []


@router.post("/devices", response={200: CodesOut, **REFUSALS}, operation_id="access.invite-phone")
def invite_phone(request: HttpRequest, body: PhoneIn) -> CodesOut:
    """Make a code that binds one phone to an account."""
    it = reader(request)
    return _coded(it, "access.invite-phone", body, lambda: [actions.invite_phone(actor=it.actor, user_id=body.user_id, until=body.until, now=it.now)])


class HelpersIn(Command):
    """How many helpers (or what each is called, by his office and never by name), with which duty, where, until when."""

    area: Path
    duty: Duty
    until: Moment
    count: int = Field(default=0, ge=0, le=rules.HELPERS_AT_ONCE)
    titles: list[Short] = Field(default=[], max_length=rules.HELPERS_AT_ONCE)


@router.post("/helpers", response={200: CodesOut, **REFUSALS}, operation_id="access.admit-helpers")
def admit_helpers(request: HttpRequest, body: HelpersIn) -> CodesOut:
    """Admit helpers: an account, a duty with an end and a phone's code for each."""
    it = reader(request)
    titles = body.titles or [_("Helper %(number)d") % {"number": number} for number in range(1, body.count + 1)]

    def do() -> list[actions.Card]:
        helpers = actions.NewHelpers(titles=titles, duty=body.duty, area=area_of(it.actor, body.area), until=body.until)
        return actions.admit_helpers(actor=it.actor, helpers=helpers, now=it.now)

    return _coded(it, "access.admit-helpers", body, do)


def _coded(it: Reader, act: str, body: Command, do: Any) -> CodesOut:
    made: list[actions.Card] = []

    def once() -> Rows:
        made.extend(do())
        return [one.device_id for one in made]

    done = perform(it, act, body, once)
    return CodesOut(outcome=done.outcome, rows=list(done.rows), replayed=done.replayed, cards=[CodeOut(**vars(one)) for one in made])


class RevokeIn(Command):
    """Phones, or codes that nobody has used yet."""

    device_ids: Ids


@acts("/devices/revoke")
def revoke_phones(it: Reader, body: RevokeIn) -> Rows:
    """Refuse phones from now on."""
    actions.revoke_phones(actor=it.actor, device_ids=body.device_ids, now=it.now)
    return body.device_ids


class LimitIn(Command):
    """For how many people on which phone one signs."""

    device_id: UUID
    people_limit: int = Field(ge=1, le=100_000)


@acts("/devices/limit")
def raise_limit(it: Reader, body: LimitIn) -> Rows:
    """Sign for more people on one phone."""
    actions.raise_limit(actor=it.actor, device_id=body.device_id, people_limit=body.people_limit, now=it.now, cause=cause_of(body.device_id))
    return [body.device_id]


def by_device(request: HttpRequest) -> Any:
    """Whoever asks must be a bound phone (the middleware has looked)."""
    return getattr(request, "device", None)


class BindIn(Schema):
    """The code of the card, and what the phone is called (no name)."""

    code: Annotated[str, Field(max_length=60)]
    label: Line


@field.post("/bind", response={200: Any, 404: Refusal, 429: Refusal}, auth=None, include_in_schema=False)
def bind(request: HttpRequest, response: HttpResponse, body: BindIn) -> dict[str, Any]:
    """Bind this phone by the code of its card, once; the secret is said this once."""
    response["Cache-Control"] = "no-store"
    origin = request.META.get("REMOTE_ADDR", "")
    phone = actions.bind_phone(code=body.code, label=body.label, origin=origin, wall=datetime.now(UTC))
    return {"device": phone.device_id, "secret": phone.secret, "title": phone.title, "until": phone.until}


class ReleaseIn(Schema):
    """The phone's clock as it asks, and the version of its program."""

    sent_at: AwareDatetime
    version: Annotated[str, Field(max_length=40)] = ""


@field.post("/release", response={200: Any, 401: Refusal}, auth=by_device, include_in_schema=False)
def release(request: HttpRequest, response: HttpResponse, body: ReleaseIn) -> dict[str, Any]:
    """The server's half of the key of this phone's pack, for a shift and a night."""
    response["Cache-Control"] = "no-store"
    it, device = reader(request), by_device(request)
    actions.note_contact(device_id=device.id, now=it.now, sent_at=body.sent_at, version=body.version)
    half = queries.release(actor=it.actor, device=device, now=it.now)
    return {"key": base64.b64encode(half.key).decode(), "until": half.until, "now": it.now}
