"""Questions about tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Sum

from epigrid.field.tasks import rules
from epigrid.field.tasks.models import SupportAnswer, SupportRequest, Task
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, feed


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
    accepted_by: UUID | None
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
    """The next deadline of an open task that has not gone up yet, or the next moment at which an unanswered call for support goes up."""
    rows = Task.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__gt=after, level=0)
    moments: list[datetime | None] = [rows.aggregate(Min("due_at"))["due_at__min"]]
    answered = SupportAnswer.objects.seen_by(actor).values("request_id")
    calls = SupportRequest.objects.seen_by(actor).filter(ends_at__gt=after, level__lt=rules.LEVELS).exclude(id__in=answered)
    moments += [asked_at + (level + 1) * _answer_within() for asked_at, level in calls.values_list("asked_at", "level")]
    return min((moment for moment in moments if moment is not None and moment > after), default=None)


@dataclass(frozen=True, kw_only=True)
class SupportCard:
    """A call for support and what units said to it: people accepted, arrived, released of `number`; `missing`: whom nobody has accepted yet."""

    id: UUID
    area: Area
    need: str
    number: int
    skills: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    task_id: UUID | None
    asked_at: datetime
    level: int
    accepted: int
    arrived: int
    released: int
    missing: int


def support(*, actor: Actor, request_id: UUID) -> SupportCard:
    """One call for support."""
    return _calls(actor, [SupportRequest.objects.seen_by(actor).get(id=request_id)])[0]


def supports(*, actor: Actor, limit: int = 100) -> list[SupportCard]:
    """Calls for support of the actor's areas, newest first."""
    return _calls(actor, list(SupportRequest.objects.seen_by(actor).order_by("-asked_at", "id")[:limit]))


def _calls(actor: Actor, rows: Sequence[SupportRequest]) -> list[SupportCard]:
    said = SupportAnswer.objects.seen_by(actor).filter(request__in=[row.id for row in rows]).order_by().values_list("request_id", "state")
    counts: dict[UUID, dict[str, int]] = {row.id: {} for row in rows}
    for request_id, state, persons in said.annotate(many=Sum("persons")):
        counts[request_id][state] = persons
    return [_call(row, rules.Support(number=row.number, **counts[row.id])) for row in rows]


def _call(row: SupportRequest, stands: rules.Support) -> SupportCard:
    return SupportCard(
        id=row.id,
        area=row.area,
        need=row.need,
        number=row.number,
        skills=tuple(row.skills),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        task_id=row.task_id,
        asked_at=row.asked_at,
        level=row.level,
        accepted=stands.accepted,
        arrived=stands.arrived,
        released=stands.released,
        missing=stands.missing,
    )


def _answer_within() -> timedelta:
    return timedelta(hours=settings.EPIGRID_SUPPORT_HOURS)


@dataclass(frozen=True, kw_only=True)
class PackTask:
    """An open task as a phone keeps it. Facts reach it by `id`, `person`, `place`, `source`; `mine`: whoever asks took it on."""

    id: UUID
    kind: str
    place: UUID | None
    person: UUID | None
    due_at: datetime
    state: str
    mine: bool
    level: int
    roles: tuple[str, ...]
    source_kind: str
    source: UUID


PACKED = ("due_at", "id", "kind", "place_id", "person_id", "state", "accepted_by", "level", "roles", "source_kind", "source_id", "duty", "area")


def pack_tasks(*, actor: Actor, touched: frozenset[UUID] | None = None) -> list[PackTask]:
    """Open tasks of the actor's duties in his areas, free ones and those that anybody took on; `touched`: only those that name one of the ids."""
    open_rows = Task.objects.seen_by(actor).filter(state__in=rules.OPEN, duty__in=[str(duty) for duty in actor.duties])
    rows = feed.values(open_rows, touched, PACKED, "id", "person_id", "place_id", "source_id")
    held = {(duty, area) for duty, area in {row[-2:] for row in rows} if actor.holds(Duty(duty), area=Area(area))}
    return [_packed(row, actor) for row in sorted(rows, key=lambda row: row[:2]) if row[-2:] in held]


def _packed(row: tuple[Any, ...], actor: Actor) -> PackTask:
    due_at, task_id, kind, place_id, person_id, state, accepted_by, level, roles, source_kind, source_id, _duty, _area = row
    return PackTask(
        id=task_id,
        kind=kind,
        place=place_id,
        person=person_id,
        due_at=due_at,
        state=state,
        mine=accepted_by is not None and accepted_by == actor.id,
        level=level,
        roles=tuple(roles),
        source_kind=source_kind,
        source=source_id,
    )


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
        accepted_by=row.accepted_by,
        done_by=row.done_by,
        done_at=row.done_at,
        end_reason=row.end_reason,
        caused_by=row.caused_by,
    )
