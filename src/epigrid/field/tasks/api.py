"""The machine door of tasks: mine by deadline, accept, do, check, give back."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from epigrid.field.tasks import actions, queries
from epigrid.field.tasks.rules import Evidence
from epigrid.store.doors import REFUSALS, Acts, Command, Ids, Reader, Rows, Text, Word, card, listed, reader

router = Router(tags=["tasks"])
acts = Acts("tasks", router)
TaskOut, TeamOut = card(queries.TaskCard), card(queries.TeamCard)


@router.get("/mine", response=listed(TaskOut))
def mine(request: HttpRequest) -> list[queries.TaskCard]:
    """My open tasks of all services, by deadline."""
    return queries.my_tasks(actor=reader(request).actor)


@router.get("/to-check", response=listed(TaskOut))
def to_check(request: HttpRequest) -> list[queries.TaskCard]:
    """Done tasks that await a second person."""
    return queries.to_check(actor=reader(request).actor)


@router.get("/{task_id}/team", response={200: TeamOut, **REFUSALS})
def team(request: HttpRequest, task_id: UUID) -> queries.TeamCard:
    """Who visits people at home under quarantine, where and when this task is done."""
    it = reader(request)
    return queries.visit_team(actor=it.actor, area=queries.task(actor=it.actor, task_id=task_id).area, now=it.now)


class AcceptIn(Command):
    """Tasks to take on."""

    task_ids: Ids


@acts("/accept")
def accept(it: Reader, body: AcceptIn) -> Rows:
    """Take tasks on."""
    for task_id in body.task_ids:
        queries.task(actor=it.actor, task_id=task_id)
    actions.accept(actor=it.actor, task_ids=body.task_ids, now=it.now)
    return body.task_ids


class OfTask(Command):
    """A task."""

    task_id: UUID


class DoIn(OfTask):
    """The act that closes a task: its kind, a value without identity, and the roles that were present."""

    evidence: Word = "signature"
    value: Text
    present: list[Word] = []


@acts("/do")
def do(it: Reader, body: DoIn) -> Rows:
    """Close a task by its fact."""
    evidence = Evidence(kind=body.evidence, value=body.value, present=tuple(body.present))
    actions.do(actor=it.actor, task_id=body.task_id, evidence=evidence, now=it.now)
    return [body.task_id]


class ShortIn(DoIn):
    """As `DoIn`, and why somebody was missing."""

    reason: Text


@acts("/do-short-handed")
def do_short_handed(it: Reader, body: ShortIn) -> Rows:
    """Close a task although a role that it needs was absent; a second person looks at it."""
    evidence = Evidence(kind=body.evidence, value=body.value, present=tuple(body.present))
    actions.do_short_handed(actor=it.actor, task_id=body.task_id, evidence=evidence, reason=body.reason, now=it.now)
    return [body.task_id]


@acts("/check")
def check(it: Reader, body: OfTask) -> Rows:
    """Check what somebody else did."""
    actions.verify(actor=it.actor, task_id=body.task_id, now=it.now)
    return [body.task_id]


class ReasonedIn(OfTask):
    """A task and why."""

    reason: Text


@acts("/reopen")
def reopen(it: Reader, body: ReasonedIn) -> Rows:
    """Give a task back or reopen a closed one."""
    actions.reopen(actor=it.actor, task_id=body.task_id, reason=body.reason, now=it.now)
    return [body.task_id]
