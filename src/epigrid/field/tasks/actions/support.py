"""Calls for support (乡街吹哨、单位报到; 村社吹哨、干部报到): units say that they come, came, and may go. Escalating is another verb: there somebody above decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from epigrid.field.tasks import rules
from epigrid.field.tasks.events import SupportAnswered, SupportCalled, SupportUnanswered
from epigrid.field.tasks.models import SupportAnswer, SupportRequest, Task
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id

CALLERS = (
    Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER, Duty.PHONE_OPERATOR, Duty.SITE_MANAGER, Duty.ZONE_LEAD, Duty.COMMUNITY_SECRETARY,
    Duty.SUBDISTRICT_OFFICE,
)  # fmt: skip
ANSWERERS = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER)


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """A call for support: what is needed, how many people, with which skills, from when to when, and the task that it is for (none: no single one)."""

    need: str
    number: int
    starts_at: datetime
    ends_at: datetime
    skills: Sequence[str] = ()
    task_id: UUID | None = None


@whole
def call_for_support(*, actor: Actor, area: Area, new: NewCall, now: datetime) -> UUID:
    """Call for people; return the call. The task it is for stays with whoever has it (S-019)."""
    actor.require(*CALLERS, area=area)
    rules.judge_call(need=new.need, number=new.number, starts_at=new.starts_at, ends_at=new.ends_at, now=now)
    task = Task.objects.seen_by(actor).get(id=new.task_id) if new.task_id is not None else None
    row = SupportRequest.objects.create(
        id=repeated_id(area, "support", area, new.need),
        area=area,
        need=new.need[:40],
        number=new.number,
        skills=list(new.skills),
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        task_id=new.task_id,
        asked_by=actor.id,
        asked_at=now,
    )
    event = SupportCalled(area=area, request_id=row.id, task_id=new.task_id, number=row.number)
    journal.record(event, actor=actor, at=now, caused_by=task.caused_by if task is not None else None)
    return row.id


@whole
def answer_support(*, actor: Actor, request_id: UUID, body_id: UUID, state: str, persons: int, now: datetime) -> UUID:
    """Write down that a unit accepts, arrived or is released with so many people; return the answer. Each stands beside those before it."""
    row = SupportRequest.objects.seen_by(actor).select_for_update().get(id=request_id)
    actor.require(*ANSWERERS, area=row.area)
    body = organisation.body(actor=actor, body_id=body_id)
    before = dict.fromkeys(rules.ANSWERS, 0)
    for known, count in SupportAnswer.objects.seen_by(actor).filter(request=row, body_id=body.id).values_list("state", "persons"):
        before[known] += count
    rules.judge_answer(state=state, persons=persons, arrived=before["arrived"], released=before["released"])
    answer = SupportAnswer.objects.create(
        id=repeated_id(row.area, "support-answer", row.id, body.id, state),
        area=row.area,
        request=row,
        body_id=body.id,
        state=state,
        persons=persons,
        by=actor.id,
        at=now,
    )
    event = SupportAnswered(area=row.area, request_id=row.id, body_id=body.id, state=state, persons=persons)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return answer.id


@whole
def escalate_unanswered(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Send calls that nobody accepted in time up, once per level; return how many moved."""
    actor.require(Duty.PROCEDURE, area=area)
    moved, step = 0, timedelta(hours=settings.EPIGRID_SUPPORT_HOURS)
    for row in SupportRequest.objects.seen_by(actor).select_for_update().filter(area__within=area, ends_at__gt=now).order_by("pk"):
        level = rules.level_at(due_at=row.asked_at + step, now=now, step=step)
        if level > row.level and not SupportAnswer.objects.seen_by(actor).filter(request=row).exists():
            row.level = level
            row.save(update_fields=["level"])
            event = SupportUnanswered(area=row.area, request_id=row.id, level=level)
            journal.record(event, actor=actor, at=now, caused_by=cause)
            moved += 1
    return moved
