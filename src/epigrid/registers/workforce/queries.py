"""Questions about workers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import ClauseMissing, ClauseUnset, NoPackInForce
from epigrid.registers.workforce import rules
from epigrid.registers.workforce.models import CareSpan, FitnessCheck, GridAssignment, Shift, StaffTest, Worker
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class WorkerCard:
    """A worker: what the grid calls him, never a name."""

    id: UUID
    area: Area
    user_id: UUID | None
    kind: str
    title: str


@dataclass(frozen=True, kw_only=True)
class OverdueCard:
    """A worker who is overdue for rest."""

    worker_id: UUID
    shift_id: UUID
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class FitnessCard:
    """Whether a worker may go on duty today: `fit`, `excepted`, `unfit` or `unchecked`; what the clause asks for, what he lacks, who excepted him why."""

    worker_id: UUID
    outcome: str
    needs: tuple[str, ...]
    missing: tuple[str, ...]
    checked_at: datetime | None
    excepted_by: UUID | None
    exception: str


@dataclass(frozen=True, kw_only=True)
class StaffTestCard:
    """A worker's own test (S-222): `not-due`, `due`, `overdue` (then he is on no shift) or `unset`; his last sample, and the day the next one is due."""

    worker_id: UUID
    area: Area
    role: str
    title: str
    outcome: str
    last_at: datetime | None
    due: date | None


def workers(*, actor: Actor, area: Area | None = None) -> list[WorkerCard]:
    """Workers who have not left."""
    rows = Worker.objects.seen_by(actor).filter(left_at__isnull=True).order_by("area", "title", "id")
    return [_worker(row) for row in (rows if area is None else rows.filter(area__within=area))]


def worker_of(*, actor: Actor, user_id: UUID) -> WorkerCard | None:
    """The worker behind an account."""
    row = Worker.objects.seen_by(actor).filter(user_id=user_id).first()
    return _worker(row) if row is not None else None


def grids_of(*, actor: Actor, worker_id: UUID, now: datetime) -> list[Area]:
    """The grids a worker answers for now."""
    rows = GridAssignment.objects.seen_by(actor).filter(worker_id=worker_id, since__lte=now).order_by("area")
    return [row.area for row in rows if row.until is None or now < row.until]


def workers_of_grid(*, actor: Actor, area: Area, now: datetime) -> list[WorkerCard]:
    """Who answers for the place's area now: assignments of the area or of one above it."""
    above = [str(step) for step in area.ancestors()]
    rows = GridAssignment.objects.seen_by(actor).filter(area__in=above, since__lte=now).select_related("worker").order_by("worker_id")
    return [_worker(row.worker) for row in rows if row.until is None or now < row.until]


def grid_loads(*, actor: Actor, area: Area, now: datetime) -> dict[UUID, int]:
    """People per worker of a grid (S-045)."""
    loads: Counter[UUID] = Counter()
    rows = GridAssignment.objects.seen_by(actor).filter(area__within=area, since__lte=now)
    for row in rows:
        if row.until is None or now < row.until:
            loads[row.worker_id] += len(people.people(actor=actor, area=row.area))
    return dict(loads)


def span_report(*, actor: Actor, area: Area, now: datetime) -> rules.SpanReport:
    """Households per contact person, over and under the clause, and those without one (S-039)."""
    policy = policies.clause(rules.SpanPolicy, on=clock.local_day(area, now), area=area)
    households = {card.id for card in people.households(actor=actor, area=area)}
    spans = dict(CareSpan.objects.seen_by(actor).filter(until__isnull=True).values_list("household_id", "worker_id"))
    loads = Counter(worker for household, worker in spans.items() if household in households)
    return rules.judge_spans(loads, tuple(sorted(households - set(spans))), policy)


@dataclass(frozen=True, kw_only=True)
class SpellCard:
    """An open spell of work, and from when on the worker is overdue for rest (None: nobody has set how long a spell may be)."""

    started_at: datetime
    due_at: datetime | None


def longest_spell(*, actor: Actor, area: Area, now: datetime) -> int | None:
    """Hours of the longest spell of work there today, or None where nobody has set them. Asked of the rules, not of rows: any actor's answer is the same."""
    try:
        return policies.clause(rules.RestPolicy, on=clock.local_day(area, now), area=area).max_shift_hours
    except (NoPackInForce, ClauseMissing, ClauseUnset):
        return None


def open_shift(*, actor: Actor, worker_id: UUID, now: datetime) -> SpellCard | None:
    """The spell of work that a worker is in, if he is."""
    row = Shift.objects.seen_by(actor).filter(worker_id=worker_id, ended_at__isnull=True).first()
    if row is None:
        return None
    hours = longest_spell(actor=actor, area=row.area, now=now)
    return SpellCard(started_at=row.started_at, due_at=row.started_at + timedelta(hours=hours) if hours is not None else None)


def overdue_for_rest(*, actor: Actor, area: Area, now: datetime) -> list[OverdueCard]:
    """Workers whose open shift is longer than the clause allows (X15)."""
    policy = policies.clause(rules.RestPolicy, on=clock.local_day(area, now), area=area)
    rows = Shift.objects.seen_by(actor).filter(ended_at__isnull=True, area__within=area).order_by("started_at", "id")
    cards = [
        OverdueCard(worker_id=row.worker_id, shift_id=row.id, started_at=row.started_at, due_at=rules.rest_due_at(row.started_at, policy))
        for row in rows
    ]
    return [card for card in cards if card.due_at <= now]


def fitness(*, actor: Actor, worker_id: UUID, now: datetime) -> FitnessCard:
    """What today's clause asks of a helper, and what the gate saw of him today (C20)."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    today = clock.local_day(worker.area, now)
    row = FitnessCheck.objects.seen_by(actor).filter(worker=worker, day=today).first()
    needs = policies.clause(rules.HelperPolicy, on=today, area=worker.area).needs
    if row is None:
        return FitnessCard(worker_id=worker_id, outcome="unchecked", needs=needs, missing=needs, checked_at=None, excepted_by=None, exception="")
    return FitnessCard(
        worker_id=worker_id,
        outcome=row.outcome,
        needs=needs,
        missing=tuple(row.missing),
        checked_at=row.checked_at,
        excepted_by=row.excepted_by,
        exception=row.exception,
    )


def unchecked(*, actor: Actor, area: Area, now: datetime) -> list[WorkerCard]:
    """Workers on shift whom nobody has checked today."""
    rows = Shift.objects.seen_by(actor).filter(ended_at__isnull=True, area__within=area).select_related("worker").order_by("started_at", "id")
    seen = {(check.worker_id, check.day) for check in FitnessCheck.objects.seen_by(actor).filter(worker_id__in=[row.worker_id for row in rows])}
    return [_worker(row.worker) for row in rows if (row.worker_id, clock.local_day(row.area, now)) not in seen]


def staff_tests(*, actor: Actor, now: datetime, worker_ids: Sequence[UUID] | None = None) -> list[StaffTestCard]:
    """Every worker's own test by role, by the frequency that the clause sets for the role; the overdue first."""
    rows = Worker.objects.seen_by(actor).filter(left_at__isnull=True).order_by("kind", "title", "id")
    found = list(rows if worker_ids is None else rows.filter(id__in=worker_ids))
    last = dict(StaffTest.objects.seen_by(actor).filter(worker__in=found).order_by("sampled_at").values_list("worker_id", "sampled_at"))
    cards = [_staff_test(row, last.get(row.id), now) for row in found]
    return sorted(cards, key=lambda card: STANDINGS.index(card.outcome))


def require_tested(*, actor: Actor, worker_id: UUID, now: datetime) -> None:
    """Refuse a worker whose own test is overdue (`TestOverdue`): he goes on no shift and into no team until he is sampled (S-222)."""
    for card in staff_tests(actor=actor, now=now, worker_ids=[worker_id]):
        if card.outcome == "overdue":
            raise rules.TestOverdue(worker=str(worker_id), role=card.role, due=card.due.isoformat() if card.due else "")


STANDINGS = ("overdue", "due", "unset", "not-due")


def _staff_test(row: Worker, last_at: datetime | None, now: datetime) -> StaffTestCard:
    today = clock.local_day(row.area, now)
    last = clock.local_day(row.area, last_at) if last_at is not None else None
    policy = _staff_policy(row.area, today)
    found = rules.judge_staff_test(role=row.kind, last=last, today=today, policy=policy) if policy is not None else None
    return StaffTestCard(
        worker_id=row.id,
        area=row.area,
        role=row.kind,
        title=row.title,
        outcome=found.outcome if found is not None else "unset",
        last_at=last_at,
        due=found.details.get("due") if found is not None else None,
    )


def _staff_policy(area: Area, today: date) -> rules.StaffTestPolicy | None:
    """The clause of the day, or None where no pack is in force or the one in force does not have it: nobody is kept from work by it."""
    try:
        return policies.find(rules.StaffTestPolicy, edition=policies.edition(on=today, area=area))
    except NoPackInForce:
        return None


def person_ids(*, actor: Actor) -> list[UUID]:
    """The files of the workers who have one here."""
    rows = Worker.objects.seen_by(actor).filter(left_at__isnull=True, person_id__isnull=False).order_by("id")
    return [one for one in rows.values_list("person_id", flat=True) if one is not None]


def next_due(*, actor: Actor, area: Area, after: datetime) -> datetime | None:
    """The next moment at which somebody becomes overdue for rest."""
    policy = policies.clause(rules.RestPolicy, on=clock.local_day(area, after), area=area)
    rows = Shift.objects.seen_by(actor).filter(ended_at__isnull=True, flagged_at__isnull=True, area__within=area)
    moments = [rules.rest_due_at(started_at, policy) for started_at in rows.values_list("started_at", flat=True)]
    return min((moment for moment in moments if moment > after), default=None)


def _worker(row: Worker) -> WorkerCard:
    return WorkerCard(id=row.id, area=row.area, user_id=row.user_id, kind=row.kind, title=row.title)
