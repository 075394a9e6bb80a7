"""Questions about requests, censuses, medical exits and telephone rounds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from epigrid.field.care import rules
from epigrid.field.care.models import CallItem, CallRound, Census, MedicalExit, Request
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.store import clock
from epigrid.store.scoped import ScopedQuerySet


@dataclass(frozen=True, kw_only=True)
class RequestCard:
    """A request."""

    id: UUID
    area: Area
    person_id: UUID
    kind: str
    channel: str
    asked_at: datetime
    due_at: datetime | None
    state: str
    level: int
    incident_id: UUID | None
    order_id: UUID | None
    claimed_by: UUID | None
    claimed_at: datetime | None
    bought_at: datetime | None
    amount_cents: int | None
    receipt: str
    answered_at: datetime | None
    answer: str
    confirmed_at: datetime | None

    @property
    def unclaimed(self) -> bool:
        """Whether it waits for somebody to take it on."""
        return self.state == "recorded"

    @property
    def waits_for_confirming(self) -> bool:
        """Whether it was brought or answered and nobody has said yet that it came."""
        return self.state in rules.DONE


def requests(*, actor: Actor, person_id: UUID | None = None, open_only: bool = False, order_id: UUID | None = None) -> list[RequestCard]:
    """Requests, oldest first; of a person, or out of one order; a resident sees his own."""
    rows = Request.objects.seen_by(actor).order_by("asked_at", "id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    return [_request(row) for row in (rows.filter(state__in=rules.OPEN) if open_only else rows)]


def request(*, actor: Actor, request_id: UUID) -> RequestCard:
    """One request."""
    return _request(Request.objects.seen_by(actor).get(id=request_id))


def to_escalate(*, actor: Actor, area: Area, now: datetime) -> list[RequestCard]:
    """Unsolved requests that have not gone up as far as their lateness says."""
    policy = policies.clause(rules.CarePolicy, on=clock.local_day(area, now), area=area)
    rows = Request.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__lte=now, level=0, area__within=area).order_by("due_at", "id")
    return [_request(row) for row in rows if row.due_at is not None and rules.escalate_at(row.due_at, policy) <= now]


def census_coverage(*, actor: Actor, zone_id: UUID, household_ids: Sequence[UUID]) -> tuple[int, int]:
    """(asked, all) households of a zone (S-177)."""
    asked = set(Census.objects.seen_by(actor).filter(zone_id=zone_id).values_list("household_id", flat=True))
    return len(asked & set(household_ids)), len(set(household_ids))


def statistics(*, actor: Actor) -> dict[str, dict[str, int]]:
    """Counts of requests by kind and state."""
    counts = Counter(Request.objects.seen_by(actor).values_list("kind", "state"))
    found: dict[str, dict[str, int]] = {}
    for (kind, state), count in sorted(counts.items()):
        found.setdefault(kind, {})[state] = count
    return found


def next_due(*, actor: Actor, area: Area, after: datetime) -> datetime | None:
    """The next moment at which an unsolved request goes up."""
    policy = policies.clause(rules.CarePolicy, on=clock.local_day(area, after), area=area)
    rows = Request.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__isnull=False, level=0)
    moments = [rules.escalate_at(due, policy) for due in rows.values_list("due_at", flat=True) if due is not None]
    return min((moment for moment in moments if moment > after), default=None)


def _request(row: Request) -> RequestCard:
    return RequestCard(
        id=row.id,
        area=row.area,
        person_id=row.person_id,
        kind=row.kind,
        channel=row.channel,
        asked_at=row.asked_at,
        due_at=row.due_at,
        state=row.state,
        level=row.level,
        incident_id=row.incident_id,
        order_id=row.order_id,
        claimed_by=row.accepted_by,
        claimed_at=row.accepted_at,
        bought_at=row.bought_at,
        amount_cents=row.amount_cents,
        receipt=row.receipt,
        answered_at=row.answered_at,
        answer=row.answer,
        confirmed_at=row.confirmed_at,
    )


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request as a helper's phone holds it."""

    id: UUID
    person: UUID
    kind: str
    asked_at: datetime
    due_at: datetime | None
    state: str
    mine: bool
    claimed: bool
    incident: UUID | None
    amount: int | None


def pack_requests(*, actor: Actor, touched: frozenset[UUID] | None) -> list[RequestRow]:
    """Open requests of my areas, and those that I have answered or delivered and nobody has confirmed; all, or those named by id or person."""
    rows = Request.objects.seen_by(actor).filter(Q(state__in=rules.OPEN) | Q(state__in=rules.DONE, answered_by=actor.id)).order_by("id")
    if touched is not None:
        ids = list(touched)
        rows = rows.filter(Q(id__in=ids) | Q(person_id__in=ids))
    return [
        RequestRow(
            id=row.id,
            person=row.person_id,
            kind=row.kind,
            asked_at=row.asked_at,
            due_at=row.due_at,
            state=row.state,
            mine=row.accepted_by is not None and row.accepted_by == actor.id,
            claimed=row.accepted_by is not None,
            incident=row.incident_id,
            amount=row.amount_cents,
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class ExitCard:
    """A way out to hospital and back."""

    id: UUID
    area: Area
    person_id: UUID
    request_id: UUID | None
    reason: str
    urgency: str
    vehicle: str
    hospital_id: UUID | None
    asked_at: datetime
    granted_at: datetime | None
    granted_by: UUID | None
    out_at: datetime | None
    back_at: datetime | None

    @property
    def step(self) -> str:
        """How far it is: asked, granted, out, back."""
        return "back" if self.back_at else "out" if self.out_at else "granted" if self.granted_at else "asked"


@dataclass(frozen=True, kw_only=True)
class ExitCount:
    """Exits by their records (S-280): all asked, those that left (trips), those that are back, emergencies among the trips."""

    asked: int
    trips: int
    back: int
    emergencies: int


def exits(*, actor: Actor, person_id: UUID | None = None, open_only: bool = False) -> list[ExitCard]:
    """Medical exits, the newest first; a resident sees his own."""
    rows = MedicalExit.objects.seen_by(actor).order_by("-asked_at", "-id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [_exit(row) for row in (rows.filter(back_at__isnull=True) if open_only else rows)]


def count_exits(*, actor: Actor, area: Area, since: datetime, until: datetime) -> ExitCount:
    """Exits of an area asked for in `[since, until)`, counted from their rows."""
    rows = MedicalExit.objects.seen_by(actor).filter(area__within=area, asked_at__gte=since, asked_at__lt=until)
    left = Q(out_at__isnull=False)
    counts = {"asked": Count("id"), "trips": Count("id", filter=left), "back": Count("id", filter=Q(back_at__isnull=False))}
    return ExitCount(**rows.aggregate(emergencies=Count("id", filter=left & Q(urgency="emergency")), **counts))


def _exit(row: MedicalExit) -> ExitCard:
    return ExitCard(
        id=row.id,
        area=row.area,
        person_id=row.person_id,
        request_id=row.request_id,
        reason=row.reason,
        urgency=row.urgency,
        vehicle=row.vehicle,
        hospital_id=row.hospital_id,
        asked_at=row.asked_at,
        granted_at=row.granted_at,
        granted_by=row.granted_by,
        out_at=row.out_at,
        back_at=row.back_at,
    )


WHOLE_ROUND = frozenset(
    {Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.ZONE_LEAD, Duty.AUDITOR, Duty.CDC_DUTY_OFFICER, Duty.PROCEDURE, Duty.GLASS}
)
"""Duties that see every list of a call round; anybody else sees the lists of the part he leads, and his own."""


@dataclass(frozen=True, kw_only=True)
class CallCard:
    """A household on a caller's list, and what he was told last."""

    id: UUID
    round_id: UUID
    part: str
    reason: str
    household_id: UUID
    person_id: UUID
    caller_id: UUID
    place_in_list: int
    result: str
    tested: str
    health: str
    people_inside: int | None
    tries: int
    called_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CallRow:
    """A household as a caller's phone holds it; name and phone are added where the phone is served."""

    id: UUID
    person: UUID
    household: UUID
    reason: str
    result: str
    caller: UUID


@dataclass(frozen=True, kw_only=True)
class PartCard:
    """How far a caller of a part is: households on his list, called, reached, and those where somebody is unwell."""

    round_id: UUID
    part: str
    leader_id: UUID
    caller_id: UUID
    households: int
    called: int
    reached: int
    unwell: int


@dataclass(frozen=True, kw_only=True)
class CallRoundCard:
    """A telephone round."""

    id: UUID
    area: Area
    reason: str
    planned_at: datetime
    closed_at: datetime | None


def own_items(*, actor: Actor) -> ScopedQuerySet[CallItem]:
    """The lines of call lists that an actor may see: all of his areas with a duty of `WHOLE_ROUND`, else his own and those of the parts he leads."""
    rows = CallItem.objects.seen_by(actor)
    seen = Q(caller_id=actor.id) | Q(part__leader_id=actor.id)
    for area in actor.areas(WHOLE_ROUND):
        seen |= Q(area__within=area)
    return rows.filter(seen)


def call_rounds(*, actor: Actor) -> list[CallRoundCard]:
    """Telephone rounds of the actor's areas, the newest first."""
    rows = CallRound.objects.seen_by(actor).order_by("-planned_at", "-id")
    return [CallRoundCard(id=row.id, area=row.area, reason=row.reason, planned_at=row.planned_at, closed_at=row.closed_at) for row in rows[:50]]


def calls(*, actor: Actor, round_id: UUID | None = None, open_only: bool = False, limit: int = 1000) -> list[CallCard]:
    """Lines of call lists, in the order in which they are called; whoever calls sees his own list only (S-070)."""
    rows = own_items(actor=actor).select_related("part", "round").order_by("-round__planned_at", "part__name", "caller_id", "place_in_list", "id")
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    if open_only:
        rows = rows.exclude(result__in=("reached", "moved-away", "declined"))
    return [_call(row) for row in rows[:limit]]


def call_progress(*, actor: Actor, round_id: UUID) -> list[PartCard]:
    """How far each caller of a round is, part by part, as it stands now: what a leader on site looks at."""
    CallRound.objects.seen_by(actor).get(id=round_id)
    rows = (
        own_items(actor=actor).filter(round_id=round_id).order_by("part__name", "caller_id").values_list("part__name", "part__leader_id", "caller_id")
    )
    return [
        PartCard(
            round_id=round_id,
            part=part,
            leader_id=leader_id,
            caller_id=caller_id,
            households=households,
            called=called,
            reached=reached,
            unwell=unwell,
        )
        for part, leader_id, caller_id, households, called, reached, unwell in rows.annotate(
            households=Count("id"),
            called=Count("id", filter=Q(tries__gt=0)),
            reached=Count("id", filter=Q(result="reached")),
            unwell=Count("id", filter=Q(health="unwell")),
        )
    ]


def pack_calls(*, actor: Actor, touched: frozenset[UUID] | None) -> list[CallRow]:
    """My own lists of the rounds that are open: all, or the lines named by id, person or household."""
    rows = CallItem.objects.seen_by(actor).filter(caller_id=actor.named, round__closed_at__isnull=True).select_related("round").order_by("id")
    if touched is not None:
        ids = list(touched)
        rows = rows.filter(Q(id__in=ids) | Q(person_id__in=ids) | Q(household_id__in=ids))
    return [
        CallRow(id=row.id, person=row.person_id, household=row.household_id, reason=row.round.reason, result=row.result, caller=row.caller_id)
        for row in rows
    ]


def _call(row: CallItem) -> CallCard:
    return CallCard(
        id=row.id,
        round_id=row.round_id,
        part=row.part.name,
        reason=row.round.reason,
        household_id=row.household_id,
        person_id=row.person_id,
        caller_id=row.caller_id,
        place_in_list=row.place_in_list,
        result=row.result,
        tested=row.tested,
        health=row.health,
        people_inside=row.people_inside,
        tries=row.tries,
        called_at=row.called_at,
    )
