"""Questions about bodies, duties and directives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.organisation import rules
from epigrid.registers.organisation.models import Appointment, Body, Directive, Receipt
from epigrid.store.scoped import ScopedQuerySet


@dataclass(frozen=True, kw_only=True)
class BodyCard:
    """A body; `line` is the telephone line printed on papers."""

    id: UUID
    area: Area
    kind: str
    name: str
    superior_id: UUID | None
    line: str


@dataclass(frozen=True, kw_only=True)
class DirectiveCard:
    """A directive."""

    id: UUID
    area: Area
    body_id: UUID
    number: str
    title: str
    acts: tuple[str, ...]
    basis: str
    issued_by: UUID
    issued_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReceiptCard:
    """One unit that must acknowledge a directive."""

    directive_id: UUID
    body_id: UUID
    acknowledged_by: UUID | None
    acknowledged_at: datetime | None


def body(*, actor: Actor, body_id: UUID) -> BodyCard:
    """One body; also those above the actor's areas."""
    return _body(_bodies(actor).get(id=body_id))


def bodies(*, actor: Actor, kind: str = "", area: Area | None = None) -> list[BodyCard]:
    """Bodies of a kind, or whose area is `area` or above or beneath it."""
    rows = _bodies(actor).order_by("area", "name")
    if kind:
        rows = rows.filter(kind=kind)
    cards = [_body(row) for row in rows]
    return cards if area is None else [card for card in cards if card.area.covers(area) or area.covers(card.area)]


def _bodies(actor: Actor) -> ScopedQuerySet[Body]:
    if actor.person_id is not None:
        return Body.objects.get_queryset()
    return Body.objects.seen_by(actor)


def nearest(*, actor: Actor, kind: str, area: Area) -> BodyCard:
    """The body of a kind that answers for `area`: of those over it the one nearest to it. `NotFound` when there is none."""
    over = [card for card in bodies(actor=actor, kind=kind) if card.area.covers(area)]
    if not over:
        raise NotFound(body=kind)
    return max(over, key=lambda card: card.area.level)


def directive(*, actor: Actor, directive_id: UUID) -> DirectiveCard:
    """One directive."""
    return _directive(Directive.objects.seen_by(actor).get(id=directive_id))


def directives(*, actor: Actor, now: datetime) -> list[DirectiveCard]:
    """Directives in force, newest first."""
    rows = Directive.objects.seen_by(actor).filter(ends_at__gt=now, withdrawn_at__isnull=True).order_by("-issued_at", "id")
    return [_directive(row) for row in rows]


def directive_for(*, actor: Actor, act: str, area: Area, now: datetime) -> UUID:
    """The newest directive in force that authorises `act` in `area`; `DirectiveMissing` when there is none (S-001)."""
    for card in directives(actor=actor, now=now):
        if act in card.acts and card.area.covers(area):
            return card.id
    raise rules.DirectiveMissing(act=act, why="none in force")


def require_directive(*, actor: Actor, directive_id: UUID, act: str, area: Area, now: datetime) -> DirectiveCard:
    """The directive, if it authorises `act` in `area` now; else `DirectiveMissing` with the reason why."""
    row = Directive.objects.seen_by(actor).filter(id=directive_id).first()
    if row is None:
        raise rules.DirectiveMissing(act=act, why="unknown")
    card = _directive(row)
    why = rules.authorises(
        acts=card.acts,
        area=card.area,
        issued_at=card.issued_at,
        ends_at=card.ends_at,
        withdrawn_at=card.withdrawn_at,
        act=act,
        where=area,
        now=now,
    )
    if why:
        raise rules.DirectiveMissing(act=act, why=why)
    return card


def receipts(*, actor: Actor, directive_id: UUID) -> list[ReceiptCard]:
    """Who must acknowledge a directive and who has."""
    rows = Receipt.objects.seen_by(actor).filter(directive_id=directive_id).order_by("to_area", "body_id")
    return [_receipt(row) for row in rows]


def receipts_of(*, actor: Actor, directive_ids: Sequence[UUID]) -> list[ReceiptCard]:
    """The receipts of several directives."""
    return [_receipt(row) for row in Receipt.objects.seen_by(actor).filter(directive_id__in=directive_ids).order_by("directive_id", "body_id")]


def unacknowledged(*, actor: Actor, before: datetime) -> list[ReceiptCard]:
    """Receipts still open of directives issued before a moment."""
    rows = Receipt.objects.seen_by(actor).filter(acknowledged_at__isnull=True, directive__issued_at__lte=before)
    return [_receipt(row) for row in rows.order_by("directive__issued_at", "id")]


def appointments(*, holder_id: UUID, now: datetime) -> list[Grant]:
    """The duties that a holder has now. Asked at the door, before there is an actor (exempt from scope by the list in the shape test)."""
    rows = Appointment.objects.get_queryset().filter(holder_id=holder_id, since__lte=now).order_by("area", "duty")
    return [Grant(duty=Duty(row.duty), area=row.area) for row in rows if row.until is None or now < row.until]


def holders(*, actor: Actor, duty: Duty, area: Area, now: datetime) -> list[UUID]:
    """Who holds a duty that covers `area` now, by id."""
    rows = Appointment.objects.seen_by(actor).filter(duty=duty, since__lte=now).order_by("holder_id")
    return [row.holder_id for row in rows if (row.until is None or now < row.until) and row.area.covers(area)]


def holders_named(*, actor: Actor, duty: Duty, area: Area) -> list[tuple[UUID, str]]:
    """Who holds a duty that covers `area`, by id and by the name of his body, which is how he is called on pages."""
    rows = Appointment.objects.seen_by(actor).filter(duty=duty, until__isnull=True).order_by("area", "id")
    return [(row.holder_id, row.body.name if row.body else "") for row in rows.select_related("body") if row.area.covers(area)]


def offices(*, actor: Actor, holder_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Body and duty of holders: how a page names who decided, never by his name. Offices are no secret: also those above the actor's areas."""
    rows = Appointment.objects.get_queryset() if actor.person_id is not None or actor.grants else Appointment.objects.get_queryset().none()
    found = rows.filter(holder_id__in=list(holder_ids), body__isnull=False).order_by("since", "id").values_list("holder_id", "body__name", "duty")
    return {holder_id: (name, duty) for holder_id, name, duty in found}


def entrusted(*, actor: Actor, now: datetime) -> list[tuple[UUID, Duty, Area]]:
    """Who holds which duty where now, in the actor's areas."""
    rows = Appointment.objects.seen_by(actor).filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now).order_by("area", "duty", "id")
    return [(row.holder_id, Duty(row.duty), row.area) for row in rows]


def is_under(*, actor: Actor, holder_id: UUID, other_id: UUID, now: datetime) -> bool:
    """Whether a holder is the other one, sits in his body, or in a body beneath it."""
    if holder_id == other_id:
        return True
    superiors = {row.id: row.superior_id for row in Body.objects.seen_by(actor)}
    mine, his = (_body_ids(actor, who, now) for who in (holder_id, other_id))
    return any(rules.is_under(one, other, superiors) for one in mine for other in his)


def _body_ids(actor: Actor, holder_id: UUID, now: datetime) -> set[UUID]:
    rows = Appointment.objects.seen_by(actor).filter(holder_id=holder_id, since__lte=now, body_id__isnull=False)
    return {row.body_id for row in rows if (row.until is None or now < row.until) and row.body_id is not None}


def duties_of(*, actor: Actor, holder_ids: Sequence[UUID], now: datetime) -> dict[UUID, list[str]]:
    """Duties of holders, for showing who decided."""
    found: dict[UUID, list[str]] = {}
    rows = Appointment.objects.seen_by(actor).filter(holder_id__in=holder_ids, since__lte=now).order_by("duty")
    for row in rows:
        if row.until is None or now < row.until:
            found.setdefault(row.holder_id, []).append(row.duty)
    return found


def _body(row: Body) -> BodyCard:
    return BodyCard(id=row.id, area=row.area, kind=row.kind, name=row.name, superior_id=row.superior_id, line=row.line)


def _directive(row: Directive) -> DirectiveCard:
    return DirectiveCard(
        id=row.id,
        area=row.area,
        body_id=row.body_id,
        number=row.number,
        title=row.title,
        acts=tuple(row.acts),
        basis=row.basis,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        ends_at=row.ends_at,
        withdrawn_at=row.withdrawn_at,
    )


def _receipt(row: Receipt) -> ReceiptCard:
    return ReceiptCard(directive_id=row.directive_id, body_id=row.body_id, acknowledged_by=row.acknowledged_by, acknowledged_at=row.acknowledged_at)
