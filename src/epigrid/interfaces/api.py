"""The machine door: OpenAPI 3.1 under /api/. Reads are the apps' queries, writes their actions, each command with an id that may be sent again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.security import django_auth

from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.tasks import queries as tasked
from epigrid.interfaces.pages.desk import reader
from epigrid.kernel.errors import NotFound
from epigrid.store import commands

api = NinjaAPI(title="Epigrid", version="0.1", auth=django_auth, docs_url=None, openapi_url="/openapi.json")


class RoundOut(Schema):
    """A round."""

    id: UUID
    reason: str
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None


class TaskOut(Schema):
    """An open task."""

    id: UUID
    kind: str
    due_at: datetime
    state: str


class CountsOut(Schema):
    """A roll-call's counts by class."""

    counts: dict[str, int]
    total: int


class Command(Schema):
    """What every command carries: the device and an id of the device's own making; sent again, it gets the first answer."""

    device: str
    command_id: str


class SwabsIn(Command):
    """People swabbed into an open tube, in queue order."""

    tube_id: UUID
    person_ids: list[UUID]


class RollIn(Command):
    """One report of a roll-call."""

    round_id: UUID
    person_id: UUID
    state: str
    reason: str = ""
    proof: str = ""


class OutcomeOut(Schema):
    """What became of a command."""

    outcome: str
    reason: str
    replayed: bool


class Refusal(Schema):
    """Why something was refused: the stable key and plain details."""

    reason: str
    details: dict[str, Any] = {}


REFUSALS: dict[int, type[Schema]] = {401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal, 422: Refusal}


@api.get("/rounds", response={200: list[RoundOut], **REFUSALS})
def rounds(request: HttpRequest) -> list[sampled.RoundCard]:
    """Rounds of my areas, newest first."""
    return sampled.rounds(actor=reader(request).actor)


@api.get("/rounds/{round_id}/roll-call", response={200: CountsOut, **REFUSALS})
def roll_call(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """Counts of a round by class."""
    me = reader(request).actor
    if all(card.id != round_id for card in sampled.rounds(actor=me)):
        raise NotFound(round=str(round_id))
    roll = sampled.roll_call(actor=me, round_id=round_id)
    return {"counts": dict(roll.counts), "total": roll.total}


@api.get("/tasks", response={200: list[TaskOut], **REFUSALS})
def tasks(request: HttpRequest) -> list[tasked.TaskCard]:
    """My open tasks, by deadline."""
    return tasked.my_tasks(actor=reader(request).actor)


@api.post("/swabs", response={200: OutcomeOut, **REFUSALS})
def swabs(request: HttpRequest, body: SwabsIn) -> commands.Outcome:
    """Swab people into an open tube."""
    it = reader(request)

    def do() -> list[UUID]:
        tube = sampled.tube(actor=it.actor, tube_id=body.tube_id)
        cause = sampled.cause_of(actor=it.actor, tube_id=tube.id)
        sampling.take_swabs(actor=it.actor, tube_id=tube.id, person_ids=body.person_ids, now=it.now, cause=cause)
        return [tube.id]

    return commands.once(actor=it.actor, device=body.device, command_id=body.command_id, body=body.model_dump(mode="json"), now=it.now, do=do)


@api.post("/roll-reports", response={200: OutcomeOut, **REFUSALS})
def roll_reports(request: HttpRequest, body: RollIn) -> commands.Outcome:
    """Report one person's class in a roll-call."""
    it = reader(request)

    def do() -> list[UUID]:
        card = sampled.round_card(actor=it.actor, round_id=body.round_id)
        entry = RollEntry(person_id=body.person_id, state=body.state, reason=body.reason, proof=body.proof)
        sampling.report_roll(actor=it.actor, round_id=card.id, entries=[entry], now=it.now, cause=card.caused_by)
        return [card.id]

    return commands.once(actor=it.actor, device=body.device, command_id=body.command_id, body=body.model_dump(mode="json"), now=it.now, do=do)
