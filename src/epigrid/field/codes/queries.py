"""Questions about status and colour requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from epigrid.field.codes import formats, rules
from epigrid.field.codes.models import ColourRequest, IssuedPass, StatusReason
from epigrid.kernel.actors import Actor
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, keys


@dataclass(frozen=True, kw_only=True)
class StatusCard:
    """A person's own status now and the reasons for it."""

    person_id: UUID
    status: str
    reasons: tuple[rules.Reason, ...]


@dataclass(frozen=True, kw_only=True)
class ColourCard:
    """A colour request."""

    id: UUID
    person_id: UUID
    wanted: str
    reason: str
    state: str
    requested_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    colour: str
    answer_source: str


def status(*, actor: Actor, person_id: UUID, now: datetime) -> StatusCard:
    """The status of one person at a moment."""
    return statuses(actor=actor, person_ids=[person_id], now=now)[person_id]


def statuses(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, StatusCard]:
    """The statuses of people at a moment: a function of the reasons active then."""
    found: dict[UUID, list[rules.Reason]] = {person_id: [] for person_id in person_ids}
    for row in StatusReason.objects.seen_by(actor).filter(person_id__in=person_ids, since__lte=now, until__gt=now).order_by("since", "id"):
        found[row.person_id].append(row.reason())
    return {
        person_id: StatusCard(person_id=person_id, status=rules.status_of(reasons, now), reasons=tuple(reasons))
        for person_id, reasons in found.items()
    }


def bound(*, actor: Actor, now: datetime) -> list[tuple[UUID, str]]:
    """Everybody who is not clear now: person and status."""
    rows = StatusReason.objects.seen_by(actor).filter(since__lte=now, until__gt=now).order_by("person_id")
    ids = list(dict.fromkeys(rows.values_list("person_id", flat=True)))
    cards = statuses(actor=actor, person_ids=ids, now=now)
    return [(person_id, cards[person_id].status) for person_id in ids]


def colour_requests(*, actor: Actor, person_id: UUID | None = None, states: Sequence[str] = ()) -> list[ColourCard]:
    """Colour requests, oldest first."""
    rows = ColourRequest.objects.seen_by(actor).order_by("requested_at", "id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if states:
        rows = rows.filter(state__in=states)
    return [_colour(row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class EntranceCard:
    """What the entrance of a place asks for on a day, what an arrival is asked, and by which clause."""

    place_id: UUID
    kind: str
    checks: tuple[str, ...]
    reason: str
    arrival_tests: int
    arrival_days: int
    arrival_binds: bool
    declaration: bool
    edition: str
    clause_id: str


def entrance(*, actor: Actor, place_id: UUID, now: datetime, serves_as: str = "") -> EntranceCard:
    """What the entrance of a place asks for now. `serves_as`: what the place is used as (school, hospital ...), where that is not its kind."""
    place = places.place(actor=actor, place_id=place_id)
    policy = policies.clause(rules.EntryPolicy, on=clock.local_day(place.area, now), area=place.area)
    found, arrival = rules.judge_entrance(kind=serves_as or place.kind, policy=policy), rules.judge_arrival(policy=policy).outcome
    return EntranceCard(
        place_id=place_id,
        kind=serves_as or place.kind,
        checks=found.outcome,
        reason=found.reason,
        arrival_tests=arrival.tests,
        arrival_days=arrival.days,
        arrival_binds=arrival.binds,
        declaration=arrival.declaration,
        edition=found.edition,
        clause_id=found.clause_id,
    )


def cause_of(*, actor: Actor, request_id: UUID) -> UUID:
    """The fact that a request was proposed for."""
    return ColourRequest.objects.seen_by(actor).get(id=request_id).caused_by


def late(*, actor: Actor, now: datetime) -> list[ColourCard]:
    """Requests whose answer is overdue and not yet told."""
    rows = ColourRequest.objects.seen_by(actor).filter(state="requested", answer_by__lte=now, late_at__isnull=True)
    return [_colour(row) for row in rows.order_by("answer_by", "id")]


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which an answer becomes late."""
    rows = ColourRequest.objects.seen_by(actor).filter(state="requested", late_at__isnull=True, answer_by__gt=after)
    found: datetime | None = rows.aggregate(Min("answer_by"))["answer_by__min"]
    return found


def _colour(row: ColourRequest) -> ColourCard:
    return ColourCard(
        id=row.id,
        person_id=row.person_id,
        wanted=row.wanted,
        reason=row.reason,
        state=row.state,
        requested_at=row.requested_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        colour=row.colour,
        answer_source=row.answer_source,
    )


@dataclass(frozen=True, kw_only=True)
class GateList:
    """What a gate needs to judge passes without a network: public keys (id -> 32 bytes in hex), withdrawn ids, and until when this list is trusted."""

    tree: str
    keys: dict[str, str]
    withdrawn: tuple[UUID, ...]
    made_at: datetime
    good_until: datetime


def reasons_ahead(*, actor: Actor, person_id: UUID, now: datetime) -> list[rules.Reason]:
    """The reasons of a person that are active now or are known to begin later."""
    rows = StatusReason.objects.seen_by(actor).filter(person_id=person_id, until__gt=now).order_by("since", "id")
    return [row.reason() for row in rows]


def gate_list(*, actor: Actor, now: datetime) -> GateList:
    """The gate list of the actor's tree: passes of all its people, for a gate sees people from everywhere; a withdrawn id names nobody."""
    root = actor.areas()[0].root
    rows = IssuedPass.objects.seen_by(Actor.procedure("codes.gate-list", root))
    withdrawn = rows.filter(withdrawn_at__isnull=False, until__gt=now).order_by("id").values_list("id", flat=True)
    return GateList(
        tree=root.tree,
        keys={key_id: formats.public_key(seed).hex() for key_id, seed in sorted(keys.ring().signing.items())},
        withdrawn=tuple(withdrawn),
        made_at=now,
        good_until=now + rules.LIST_GOOD,
    )


def status_by_pass(*, actor: Actor, text: str, now: datetime) -> str:
    """The status that a gate of the actor's tree goes by when a pass is shown as text: `hold` (ask the desk) where it is none, forged, ended or withdrawn."""
    root = actor.areas()[0].root
    try:
        found = formats.read(text, keys={key_id: formats.public_key(seed) for key_id, seed in keys.ring().signing.items()}, tree=root.tree)
    except rules.PassForged:
        return "hold"
    rows = IssuedPass.objects.seen_by(Actor.procedure("codes.gate", root))
    living = rows.filter(id=found.id, withdrawn_at__isnull=True).exists()
    return rules.status_by_pass(found=found, withdrawn=() if living else (found.id,), list_until=now + rules.LIST_GOOD, now=now)


def signed_by(*, actor: Actor, key_id: str, now: datetime) -> int:
    """How many passes that a key has signed have not ended; while there is one the key cannot be retired."""
    return IssuedPass.objects.seen_by(actor).filter(key_id=key_id, until__gt=now).count()
