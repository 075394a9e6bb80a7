"""The machine door of tasks: mine by deadline, accept, do, check, give back, send up; calls for support; a grid lent until tonight."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from epigrid.field.tasks import actions, queries
from epigrid.field.tasks.rules import Evidence
from epigrid.store.doors import REFUSALS, Acts, Command, Ids, Line, Moment, Path, Reader, Rows, Text, Word, area_of, card, listed, reader

router = Router(tags=["tasks"])
acts = Acts("tasks", router)
TaskOut, TeamOut, SupportOut = card(queries.TaskCard), card(queries.TeamCard), card(queries.SupportCard)
People = Annotated[int, Field(ge=1, le=1000)]
"""So many people."""


@router.get("/mine", response=listed(TaskOut))
def mine(request: HttpRequest) -> list[queries.TaskCard]:
    """My open tasks of all services, by deadline."""
    return queries.my_tasks(actor=reader(request).actor)


@router.get("/to-check", response=listed(TaskOut))
def to_check(request: HttpRequest) -> list[queries.TaskCard]:
    """Done tasks that await a second person."""
    return queries.to_check(actor=reader(request).actor)


@router.get("/support", response=listed(SupportOut))
def support(request: HttpRequest) -> list[queries.SupportCard]:
    """Calls for support of my areas, newest first, with how many people accepted, arrived and were released."""
    return queries.supports(actor=reader(request).actor)


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


class BuildingIn(Command):
    """A building, or whatever place, whose free tasks are taken on."""

    place_id: UUID


@acts("/accept-building")
def accept_building(it: Reader, body: BuildingIn) -> Rows:
    """Take on every free task of mine in a building."""
    return actions.accept_building(actor=it.actor, place_id=body.place_id, now=it.now)


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


@acts("/give-back")
def give_back(it: Reader, body: ReasonedIn) -> Rows:
    """Give back a task that I took on (reason: a key of the phone's list, or words)."""
    actions.give_back(actor=it.actor, task_id=body.task_id, reason=body.reason, now=it.now)
    return [body.task_id]


@acts("/escalate")
def escalate(it: Reader, body: ReasonedIn) -> Rows:
    """Send a task up one level: whoever stands above decides (reason: a key of the phone's list, or words)."""
    actions.escalate(actor=it.actor, task_id=body.task_id, reason=body.reason, now=it.now)
    return [body.task_id]


class CallIn(Command):
    """What is needed (people, sampling, medical, supplies, transport, order, or a word), how many people with which skills, from when to when, for which task."""

    area: Path
    need: Line
    number: People
    skills: list[Line] = Field(default=[], max_length=20)
    starts_at: Moment
    ends_at: Moment
    task_id: UUID | None = None


@acts("/support/call")
def call_for_support(it: Reader, body: CallIn) -> Rows:
    """Call for support: units come, nobody above decides."""
    new = actions.NewCall(**body.model_dump(include={"need", "number", "skills", "starts_at", "ends_at", "task_id"}))
    return [actions.call_for_support(actor=it.actor, area=area_of(it.actor, body.area), new=new, now=it.now)]


class AnswerIn(Command):
    """What a unit says to a call: so many people `accepted`, `arrived` or `released`."""

    request_id: UUID
    body_id: UUID
    state: Word
    persons: People


@acts("/support/answer")
def answer_support(it: Reader, body: AnswerIn) -> Rows:
    """Write down that a unit accepts, arrived, or is released."""
    queries.support(actor=it.actor, request_id=body.request_id)
    said = {"body_id": body.body_id, "state": body.state, "persons": body.persons}
    return [actions.answer_support(actor=it.actor, request_id=body.request_id, now=it.now, **said)]  # type: ignore[arg-type]


class LendIn(Command):
    """A grid of mine, and the account of the colleague who helps until tonight."""

    area: Path
    helper: Line


@acts("/lend")
def lend_grid(it: Reader, body: LendIn) -> Rows:
    """Hand my grid to a colleague until tonight; both see it."""
    return [actions.lend_grid(actor=it.actor, area=area_of(it.actor, body.area), helper=body.helper, now=it.now)]
