"""Verbs of the workforce register."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.registers.workforce import queries, rules
from epigrid.registers.workforce.events import (
    FitnessChecked,
    FitnessExcepted,
    GridAssigned,
    RestOverdue,
    ShiftEnded,
    ShiftStarted,
    SpansAssigned,
    StaffTested,
    WorkerNamed,
)
from epigrid.registers.workforce.models import CareSpan, FitnessCheck, GridAssignment, Shift, StaffTest, Worker
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

LEADERS = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.ADMINISTRATOR)


@whole
def enter_worker(*, actor: Actor, area: Area, kind: str, title: str, user_id: UUID | None, body_id: UUID | None = None) -> UUID:
    """Enter a worker of an area (grid worker, volunteer, cadre ...)."""
    actor.require(*LEADERS, area=area)
    row = Worker.objects.create(id=new_id(area, "worker", area, title), area=area, kind=kind, title=title, user_id=user_id, body_id=body_id)
    return row.id


@whole
def assign_grid(*, actor: Actor, worker_id: UUID, area: Area, now: datetime) -> None:
    """A worker answers for a grid from now on."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    actor.require(*LEADERS, area=area)
    if GridAssignment.objects.seen_by(actor).filter(worker=worker, area=area, until__isnull=True).exists():
        return
    GridAssignment.objects.create(id=repeated_id(area, "grid-assignment", worker_id, area), area=area, worker=worker, since=now)
    journal.record(GridAssigned(area=area, worker_id=worker_id), actor=actor, at=now, caused_by=None)


@whole
def release_grid(*, actor: Actor, worker_id: UUID, area: Area, now: datetime) -> None:
    """A worker no longer answers for a grid."""
    actor.require(*LEADERS, area=area)
    rows = GridAssignment.objects.seen_by(actor).filter(worker_id=worker_id, area=area, until__isnull=True)
    if rows.update(until=now):
        journal.record(GridAssigned(area=area, worker_id=worker_id, ended=True), actor=actor, at=now, caused_by=None)


@whole
def check_fitness(*, actor: Actor, worker_id: UUID, met: Sequence[str], now: datetime) -> UUID:
    """A leader notes which needs of the clause a helper fulfils today; the last check of a day counts, and drops an earlier exception."""
    worker = Worker.objects.seen_by(actor).select_for_update().get(id=worker_id)
    actor.require(*LEADERS, area=worker.area)
    today = clock.local_day(worker.area, now)
    policy = policies.clause(rules.HelperPolicy, on=today, area=worker.area)
    unknown = sorted(set(met) - set(policy.needs))
    if unknown:
        raise rules.NeedUnknown(need=unknown[0], needs=list(policy.needs))
    found = rules.judge_fitness(met=met, policy=policy)
    row = _checked(actor, worker, today) or FitnessCheck(id=new_id(worker.area, "fitness-check", worker_id, today), worker=worker, day=today)
    row.area, row.edition, row.checked_by, row.checked_at = worker.area, found.edition, actor.named, now
    row.met, row.missing, row.outcome = sorted(set(met)), found.details["missing"], found.outcome
    row.excepted_by, row.exception = None, ""
    row.save()
    event = FitnessChecked(area=worker.area, worker_id=worker_id, check_id=row.id, outcome=row.outcome, missing=tuple(row.missing))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def except_worker(*, actor: Actor, worker_id: UUID, reason: str, now: datetime) -> UUID:
    """A named leader, never the worker himself, lets a helper whom today's check found unfit go on duty, with a reason; the journal keeps it."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    actor.require(*LEADERS, area=worker.area)
    if worker.user_id == actor.named:
        raise rules.OwnException(worker=str(worker_id))
    if not reason.strip():
        raise rules.ReasonMissing(worker=str(worker_id))
    row = _checked(actor, worker, clock.local_day(worker.area, now))
    if row is None or row.outcome != "unfit":
        raise rules.NothingToExcept(worker=str(worker_id))
    row.outcome, row.excepted_by, row.exception = "excepted", actor.named, reason[:200]
    row.save(update_fields=["outcome", "excepted_by", "exception"])
    event = FitnessExcepted(area=worker.area, worker_id=worker_id, check_id=row.id, missing=tuple(row.missing), reason=row.exception)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


def _checked(actor: Actor, worker: Worker, day: date) -> FitnessCheck | None:
    return FitnessCheck.objects.seen_by(actor).filter(worker=worker, day=day).first()


@whole
def start_shift(*, actor: Actor, worker_id: UUID, now: datetime) -> UUID:
    """A worker begins a spell of work: himself, or his leader for him; not one whom today's check found unfit, or whose own test is overdue (S-222)."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    if worker.user_id != actor.id:
        actor.require(*LEADERS, area=worker.area)
    checked = _checked(actor, worker, clock.local_day(worker.area, now))
    if checked is not None and checked.outcome == "unfit":
        raise rules.NotFit(worker=str(worker_id), missing=checked.missing)
    queries.require_tested(actor=actor, worker_id=worker_id, now=now)
    if Shift.objects.seen_by(actor).filter(worker=worker, ended_at__isnull=True).exists():
        raise rules.AlreadyOnShift(worker=str(worker_id))
    row = Shift.objects.create(id=repeated_id(worker.area, "shift", worker_id), area=worker.area, worker=worker, started_at=now)
    journal.record(ShiftStarted(area=worker.area, worker_id=worker_id), actor=actor, at=now, caused_by=None)
    return row.id


@whole
def end_shift(*, actor: Actor, worker_id: UUID, now: datetime) -> None:
    """A worker goes to rest: himself, or his leader sends him."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    if worker.user_id != actor.id:
        actor.require(*LEADERS, area=worker.area)
    row = Shift.objects.seen_by(actor).filter(worker=worker, ended_at__isnull=True).first()
    if row is None:
        raise rules.NotOnShift(worker=str(worker_id))
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    journal.record(ShiftEnded(area=worker.area, worker_id=worker_id), actor=actor, at=now, caused_by=None)


@whole
def name_worker(*, actor: Actor, worker_id: UUID, person_id: UUID, now: datetime) -> None:
    """A leader says which file of the register is the worker's own, so that his tubes count as his tests."""
    worker = Worker.objects.seen_by(actor).select_for_update().get(id=worker_id)
    actor.require(*LEADERS, area=worker.area)
    file = people.person(actor=actor, person_id=person_id)
    if worker.person_id != file.id:
        worker.person_id = file.id
        worker.save(update_fields=["person"])
        journal.record(WorkerNamed(area=worker.area, worker_id=worker_id, person_id=file.id), actor=actor, at=now, caused_by=None)


@whole
def show_test(*, actor: Actor, worker_id: UUID, sampled_at: datetime, now: datetime) -> None:
    """A leader notes a worker's test by the paper that he showed; it is not ahead of now."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    actor.require(*LEADERS, area=worker.area)
    if sampled_at > now:
        raise rules.TestAhead(worker=str(worker_id))
    _note(actor, {worker: sampled_at}, "paper", now, None)


@whole
def note_tests(*, actor: Actor, sampled_at: Mapping[UUID, datetime], now: datetime, cause: UUID) -> None:
    """Workers were tested as a tube says: person -> when he was sampled. People who are no workers are left out."""
    actor.require(Duty.PROCEDURE, area=actor.areas()[0])
    rows = Worker.objects.seen_by(actor).filter(person_id__in=list(sampled_at), left_at__isnull=True).order_by("pk")
    _note(actor, {row: sampled_at[row.person_id] for row in rows if row.person_id is not None}, "tube", now, cause)


def _note(actor: Actor, tests: Mapping[Worker, datetime], source: str, now: datetime, cause: UUID | None) -> None:
    known = set(StaffTest.objects.seen_by(actor).filter(worker__in=list(tests)).values_list("worker_id", "sampled_at"))
    fresh = {worker: at for worker, at in tests.items() if (worker.id, at) not in known}
    StaffTest.objects.bulk_create(
        [
            StaffTest(
                id=new_id(worker.area, "staff-test", worker.id, at.isoformat()),
                area=worker.area,
                worker=worker,
                sampled_at=at,
                source=source,
                noted_by=actor.id,
            )
            for worker, at in fresh.items()
        ]
    )
    if fresh:
        ids = tuple(worker.id for worker in fresh)
        event = StaffTested(area=next(iter(fresh)).area, worker_id=ids[0], worker_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def flag_overdue_rest(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Tell who is overdue for rest, once per shift; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    fresh = 0
    for card in queries.overdue_for_rest(actor=actor, area=area, now=now):
        row = Shift.objects.seen_by(actor).select_for_update().get(id=card.shift_id)
        if row.flagged_at is None:
            row.flagged_at = now
            row.save(update_fields=["flagged_at"])
            event = RestOverdue(area=row.area, worker_id=row.worker_id, shift_id=row.id)
            journal.record(event, actor=actor, at=now, caused_by=cause)
            fresh += 1
    return fresh


@whole
def assign_households(*, actor: Actor, worker_id: UUID, household_ids: Sequence[UUID], now: datetime) -> int:
    """Give households a contact person (S-039); a household has one at a time. Returns how many changed hands."""
    worker = Worker.objects.seen_by(actor).get(id=worker_id)
    actor.require(*LEADERS, area=worker.area)
    held = set(
        CareSpan.objects.seen_by(actor)
        .filter(worker=worker, until__isnull=True, household_id__in=household_ids)
        .values_list("household_id", flat=True)
    )
    fresh = [household for household in household_ids if household not in held]
    CareSpan.objects.seen_by(actor).filter(household_id__in=fresh, until__isnull=True).update(until=now)
    CareSpan.objects.bulk_create(
        [
            CareSpan(
                id=repeated_id(worker.area, "care-span", worker_id, household),
                area=worker.area,
                worker=worker,
                household_id=household,
                since=now,
            )
            for household in fresh
        ]
    )
    if fresh:
        event = SpansAssigned(area=worker.area, worker_id=worker_id, households=len(fresh))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(fresh)
