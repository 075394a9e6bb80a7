"""What becomes of a task: opened, accepted, given back, done, checked, sent up, ended."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.field.tasks import rules
from epigrid.field.tasks.events import (
    TaskAccepted,
    TaskDone,
    TaskExcepted,
    TaskReopened,
    TasksEnded,
    TaskSentUp,
    TasksEscalated,
    TasksOpened,
    TaskVerified,
)
from epigrid.field.tasks.models import Task
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

STEP = timedelta(hours=2)
"""After this long unanswered an overdue task goes up one more level (design value, S-021)."""
WALKERS = frozenset({Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, Duty.TRANSFER_TEAM})
"""Duties that go from building to building."""
OPENERS = (
    Duty.PROCEDURE,
    Duty.COMMUNITY_SECRETARY,
    Duty.SUBDISTRICT_OFFICE,
    Duty.ZONE_LEAD,
    Duty.COUNTY_EOC_OFFICER,
    Duty.CDC_DUTY_OFFICER,
)


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """One task to open: kind, who must do it, about whom or which place, until when; `roles` must all be present when it closes."""

    kind: str
    duty: Duty
    area: Area
    due_at: datetime
    person_id: UUID | None = None
    place_id: UUID | None = None
    roles: tuple[str, ...] = ()
    needs_check: bool = False


@dataclass(frozen=True, kw_only=True)
class Source:
    """What tasks serve: a measure, a request, a round; the directive that authorised it; the list they belong to."""

    kind: str
    id: UUID
    directive_id: UUID
    list_id: UUID | None = None


@whole
def open_tasks(*, actor: Actor, source: Source, tasks: Sequence[NewTask], now: datetime, cause: UUID) -> int:
    """Open tasks for one reason; the same cause, kind and subject again opens none. Returns how many are new. The directive must be in force (S-001)."""
    for task in tasks:
        actor.require(*OPENERS, area=task.area)
    if tasks:
        organisation.require_directive(actor=actor, directive_id=source.directive_id, act="task.open", area=tasks[0].area, now=now)
    rows = [
        Task(
            id=new_id(task.area, "task", cause, task.kind, _key(task)),
            area=task.area,
            kind=task.kind,
            source_kind=source.kind,
            source_id=source.id,
            list_id=source.list_id,
            directive_id=source.directive_id,
            person_id=task.person_id,
            place_id=task.place_id,
            duty=task.duty,
            roles=list(task.roles),
            needs_check=task.needs_check,
            opened_at=now,
            due_at=task.due_at,
            subject_key=_key(task),
            caused_by=cause,
        )
        for task in tasks
    ]
    known = set(Task.objects.seen_by(actor).filter(caused_by=cause).values_list("kind", "subject_key"))
    fresh = [row for row in rows if (row.kind, row.subject_key) not in known]
    Task.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    if fresh:
        event = TasksOpened(area=_top(fresh), source_id=source.id, task_kind=fresh[0].kind, task_ids=tuple(row.id for row in fresh))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _key(task: NewTask) -> str:
    return f"{task.person_id or ''}|{task.place_id or ''}"


def _top(rows: Sequence[Task]) -> Area:
    """The smallest area that covers all rows: a fact lies where it is seen by whoever sees what it is about."""
    area = Area(rows[0].area)
    while not all(area.covers(row.area) for row in rows):
        area = area.parent or area.root
    return area


@whole
def accept(*, actor: Actor, task_ids: Sequence[UUID], now: datetime) -> int:
    """Take tasks on; return how many were still free."""
    return _accept(actor, list(Task.objects.seen_by(actor).select_for_update().filter(id__in=task_ids, state="assigned").order_by("pk")), now)


@whole
def accept_building(*, actor: Actor, place_id: UUID, now: datetime) -> list[UUID]:
    """Take on every free task of the actor's duties in a building (or whatever place), as one does once a shift; return the tasks."""
    if not actor.duties & WALKERS:
        raise NotAllowed(needs=sorted(WALKERS))
    inside = {card.id for card in places.within(actor=actor, place_id=place_id)}
    living = {card.id for card in people.people(actor=actor, place_ids=inside)}
    rows = Task.objects.seen_by(actor).select_for_update().filter(state="assigned", duty__in=[str(duty) for duty in actor.duties]).order_by("pk")
    here = [row for row in rows if row.place_id in inside or row.person_id in living]
    mine = [row for row in here if actor.holds(Duty(row.duty), area=row.area)]
    _accept(actor, mine, now)
    return [row.id for row in mine]


def _accept(actor: Actor, rows: Sequence[Task], now: datetime) -> int:
    for row in rows:
        actor.require(Duty(row.duty), area=row.area)
    ids = tuple(row.id for row in rows)
    if ids:
        Task.objects.seen_by(actor).filter(id__in=ids).update(state="accepted", accepted_by=actor.id)
        event = TaskAccepted(area=_top(rows), first_id=ids[0], task_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(ids)


@whole
def do(*, actor: Actor, task_id: UUID, evidence: rules.Evidence, now: datetime) -> None:
    """Close a task by its fact; one that needs a check then waits for a second person."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), area=row.area)
    rules.judge_done(state=row.state, evidence=evidence, roles=row.roles)
    row.state = rules.after_done(needs_check=row.needs_check)
    row.done_by, row.done_at, row.evidence = actor.id, now, asdict(evidence)
    row.save(update_fields=["state", "done_by", "done_at", "evidence"])
    event = TaskDone(area=row.area, task_id=row.id, task_kind=row.kind, source_id=row.source_id, evidence=evidence.kind)
    journal.record(event, actor=actor, at=now, caused_by=row.caused_by)


@whole
def do_short_handed(*, actor: Actor, task_id: UUID, evidence: rules.Evidence, reason: str, now: datetime) -> None:
    """Close a task although a role that it needs was absent, with a reason; a second person always looks at it (C19)."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), area=row.area)
    missing = rules.missing_roles(state=row.state, evidence=evidence, roles=row.roles)
    if not reason.strip():
        raise rules.ReasonMissing(task=str(task_id))
    row.state, row.needs_check = rules.after_done(needs_check=True), True
    row.done_by, row.done_at, row.evidence = actor.id, now, {**asdict(evidence), "missing": missing, "exception": reason}
    row.save(update_fields=["state", "needs_check", "done_by", "done_at", "evidence"])
    event = TaskExcepted(
        area=row.area, task_id=row.id, task_kind=row.kind, source_id=row.source_id, evidence=evidence.kind, missing=missing, reason=reason
    )
    journal.record(event, actor=actor, at=now, caused_by=row.caused_by)


@whole
def close_by_fact(
    *,
    actor: Actor,
    kind: str,
    evidence: rules.Evidence,
    by: UUID | None,
    now: datetime,
    cause: UUID,
    person_ids: Sequence[UUID] = (),
    source_id: UUID | None = None,
) -> int:
    """Close the open tasks of a kind, about people or from a source, because the fact that they wait for happened (a swab, a call, a served paper).

    Returns how many.
    """
    rows = Task.objects.seen_by(actor).select_for_update().filter(kind=kind, state__in=sorted(rules.OPEN))
    rows = rows.filter(person_id__in=person_ids) if source_id is None else rows.filter(source_id=source_id)
    found = list(rows.order_by("pk"))
    for row in found:
        actor.require(Duty.PROCEDURE, area=row.area)
        row.state = rules.after_done(needs_check=row.needs_check)
        row.done_by, row.done_at, row.evidence = by, now, asdict(evidence)
        row.save(update_fields=["state", "done_by", "done_at", "evidence"])
        event = TaskDone(area=row.area, task_id=row.id, task_kind=row.kind, source_id=row.source_id, evidence=evidence.kind)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(found)


@whole
def verify(*, actor: Actor, task_id: UUID, now: datetime) -> None:
    """A second person of the area checks a done task."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), Duty.COMMUNITY_SECRETARY, Duty.CDC_DUTY_OFFICER, Duty.SUBDISTRICT_OFFICE, area=row.area)
    if row.state != "done":
        raise rules.TaskNotOpen(state=row.state)
    if row.done_by == actor.id:
        raise rules.SecondPersonNeeded(task=str(task_id))
    row.state, row.verified_by, row.verified_at = "verified", actor.id, now
    row.save(update_fields=["state", "verified_by", "verified_at"])
    journal.record(TaskVerified(area=row.area, task_id=row.id), actor=actor, at=now, caused_by=row.caused_by)


@whole
def reopen(*, actor: Actor, task_id: UUID, reason: str, now: datetime) -> None:
    """Give a task back or reopen a closed one, with a reason; the journal keeps what was."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), Duty.COMMUNITY_SECRETARY, area=row.area)
    if not reason.strip():
        raise rules.ReasonMissing(task=str(task_id))
    if row.state == "ended":
        raise rules.TaskNotOpen(state=row.state)
    row.state, row.accepted_by, row.done_by, row.done_at, row.verified_by, row.verified_at = "assigned", None, None, None, None, None
    row.save(update_fields=["state", "accepted_by", "done_by", "done_at", "verified_by", "verified_at"])
    journal.record(TaskReopened(area=row.area, task_id=row.id, reason=reason), actor=actor, at=now, caused_by=row.caused_by)


@whole
def give_back(*, actor: Actor, task_id: UUID, reason: str, now: datetime) -> None:
    """Whoever took a task on gives it back, with a reason: it is free again, its deadline stays."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), Duty.COMMUNITY_SECRETARY, area=row.area)
    if not reason.strip():
        raise rules.ReasonMissing(task=str(task_id))
    if row.state != "accepted":
        raise rules.TaskNotOpen(state=row.state)
    if row.accepted_by != actor.id and not actor.holds(Duty.COMMUNITY_SECRETARY, area=row.area):
        raise rules.NotYours(task=str(task_id))
    row.state, row.accepted_by = "assigned", None
    row.save(update_fields=["state", "accepted_by"])
    journal.record(TaskReopened(area=row.area, task_id=row.id, reason=reason), actor=actor, at=now, caused_by=row.caused_by)


@whole
def escalate(*, actor: Actor, task_id: UUID, reason: str, now: datetime) -> int:
    """Send an open task up one level at once, with a reason: whoever stands above decides. It stays with whoever has it. Returns its level (S-021)."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), Duty.COMMUNITY_SECRETARY, area=row.area)
    if not reason.strip():
        raise rules.ReasonMissing(task=str(task_id))
    if row.state not in rules.OPEN or row.level >= rules.LEVELS:
        raise rules.TaskNotOpen(state=row.state, level=row.level)
    row.level += 1
    row.save(update_fields=["level"])
    event = TaskSentUp(area=row.area, task_id=row.id, level=row.level, reason=reason)
    journal.record(event, actor=actor, at=now, caused_by=row.caused_by)
    return row.level


@whole
def strike_off(*, actor: Actor, task_id: UUID, reason: str, now: datetime) -> None:
    """Mark an item of a list as not applicable, with a reason (S-022)."""
    row = Task.objects.seen_by(actor).select_for_update().get(id=task_id)
    actor.require(Duty(row.duty), Duty.COMMUNITY_SECRETARY, area=row.area)
    if row.state not in rules.OPEN:
        raise rules.TaskNotOpen(state=row.state)
    if not reason.strip():
        raise rules.ReasonMissing(task=str(task_id))
    row.state, row.end_reason, row.done_by, row.done_at = "not-applicable", reason[:60], actor.id, now
    row.save(update_fields=["state", "end_reason", "done_by", "done_at"])
    event = TasksEnded(area=row.area, source_id=row.source_id, task_ids=(row.id,), reason="not-applicable")
    journal.record(event, actor=actor, at=now, caused_by=row.caused_by)


@whole
def escalate_overdue(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Send overdue tasks up one level, once per level; return how many moved."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = list(Task.objects.seen_by(actor).select_for_update().filter(state__in=rules.OPEN, due_at__lte=now, area__within=area).order_by("pk"))
    by_level: dict[int, list[Task]] = {}
    for row in rows:
        level = rules.level_at(due_at=row.due_at, now=now, step=STEP)
        if level > row.level:
            by_level.setdefault(level, []).append(row)
    for level, moved in sorted(by_level.items()):
        ids = tuple(row.id for row in moved)
        Task.objects.seen_by(actor).filter(id__in=ids).update(level=level)
        event = TasksEscalated(area=area, first_id=ids[0], task_ids=ids, level=level)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return sum(len(moved) for moved in by_level.values())


@whole
def end_tasks(*, actor: Actor, source_id: UUID, reason: str, now: datetime, cause: UUID, person_ids: Sequence[UUID] = ()) -> int:
    """End the open tasks of a reason (of some of its people) because the reason ended; nothing stays open after it. Returns how many."""
    rows = Task.objects.seen_by(actor).select_for_update().filter(source_id=source_id, state__in=[*rules.OPEN, "done"])
    if person_ids:
        rows = rows.filter(person_id__in=person_ids)
    found = list(rows.order_by("pk"))
    for row in found:
        actor.require(*OPENERS, area=row.area)
    ids = tuple(row.id for row in found)
    if ids:
        Task.objects.seen_by(actor).filter(id__in=ids).update(state="ended", end_reason=reason[:60])
        event = TasksEnded(area=_top(found), source_id=source_id, task_ids=ids, reason=reason)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)
