"""Questions about tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from epigrid.field.tasks import rules
from epigrid.field.tasks.models import Task
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class TaskCard:
    """A task."""

    id: UUID
    area: Area
    kind: str
    source_kind: str
    source_id: UUID
    person_id: UUID | None
    place_id: UUID | None
    directive_id: UUID | None
    duty: str
    roles: tuple[str, ...]
    needs_check: bool
    opened_at: datetime
    due_at: datetime
    state: str
    level: int
    done_by: UUID | None
    done_at: datetime | None
    end_reason: str
    caused_by: UUID


@dataclass(frozen=True, kw_only=True)
class TeamCard:
    """Who visits people at home under quarantine in an area now: roles, how many people, and by which clause."""

    roles: tuple[str, ...]
    persons: int
    edition: str
    clause_id: str


def visit_team(*, actor: Actor, area: Area, now: datetime) -> TeamCard:
    """The team that a visit to people at home under quarantine needs in an area now (C19); refused where nobody has said who comes."""
    policy = policies.clause(rules.VisitPolicy, on=clock.local_day(area, now), area=area)
    roles = rules.visit_roles(policy)
    return TeamCard(roles=roles, persons=policy.persons or len(roles), edition=policy.edition, clause_id=policy.clause_id)


def task(*, actor: Actor, task_id: UUID) -> TaskCard:
    """One task."""
    return _task(Task.objects.seen_by(actor).get(id=task_id))


def my_tasks(*, actor: Actor, limit: int = 500) -> list[TaskCard]:
    """Open tasks of the actor's duties in his areas, of all services in one list, by deadline (S-041)."""
    rows = Task.objects.seen_by(actor).filter(state__in=rules.OPEN, duty__in=[str(duty) for duty in actor.duties])
    mine = [row for row in rows.order_by("due_at", "id")[: limit * 2] if actor.holds(*_duty(row), area=row.area)]
    return [_task(row) for row in mine[:limit]]


def _duty(row: Task) -> tuple[Duty, ...]:
    return (Duty(row.duty),)


def to_check(*, actor: Actor) -> list[TaskCard]:
    """Done tasks that await a second person, not those the actor did himself."""
    rows = Task.objects.seen_by(actor).filter(state="done").exclude(done_by=actor.id).order_by("done_at", "id")
    return [_task(row) for row in rows]


def tasks_of(*, actor: Actor, source_id: UUID | None = None, person_id: UUID | None = None, states: Sequence[str] = ()) -> list[TaskCard]:
    """Tasks of one reason or one person."""
    rows = Task.objects.seen_by(actor).order_by("opened_at", "due_at", "id")
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [_task(row) for row in (rows.filter(state__in=states) if states else rows)]


def open_count(*, actor: Actor) -> int:
    """How many tasks are open in the actor's areas."""
    return Task.objects.seen_by(actor).filter(state__in=[*rules.OPEN, "done"]).count()


def tally(*, actor: Actor, list_id: UUID) -> rules.Tally:
    """The counts of a list (S-022)."""
    return rules.tally(Task.objects.seen_by(actor).filter(list_id=list_id).values_list("state", flat=True))


def overdue(*, actor: Actor, now: datetime) -> list[TaskCard]:
    """Open tasks past their deadline."""
    rows = Task.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__lte=now).order_by("due_at", "id")
    return [_task(row) for row in rows]


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next deadline of an open task that has not gone up yet."""
    rows = Task.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__gt=after, level=0)
    found: datetime | None = rows.aggregate(Min("due_at"))["due_at__min"]
    return found


def _task(row: Task) -> TaskCard:
    return TaskCard(
        id=row.id,
        area=row.area,
        kind=row.kind,
        source_kind=row.source_kind,
        source_id=row.source_id,
        person_id=row.person_id,
        place_id=row.place_id,
        directive_id=row.directive_id,
        duty=row.duty,
        roles=tuple(row.roles),
        needs_check=row.needs_check,
        opened_at=row.opened_at,
        due_at=row.due_at,
        state=row.state,
        level=row.level,
        done_by=row.done_by,
        done_at=row.done_at,
        end_reason=row.end_reason,
        caused_by=row.caused_by,
    )
