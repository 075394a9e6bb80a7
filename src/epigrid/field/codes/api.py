"""The machine door of codes: status, gate, requests to the province and its answers."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router

from epigrid.field.codes import actions, formats, queries
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError, NotAllowed
from epigrid.registers.access import queries as access
from epigrid.registers.people import queries as people
from epigrid.store import documents
from epigrid.store.doors import REFUSALS, Acts, Command, Ids, Line, Maybe, Reader, Rows, Word, card, listed, reader

router = Router(tags=["codes"])
acts = Acts("codes", router)
StatusOut, ColourOut, EntranceOut = card(queries.StatusCard), card(queries.ColourCard), card(queries.EntranceCard)
GateListOut = card(queries.GateList)
GATES = frozenset({Duty.GATE_GUARD, Duty.COMMUNITY_SECRETARY, Duty.CODE_DESK})
PassText = Annotated[str, Field(max_length=formats.LONGEST)]


@router.get("/status/{person_id}", response={200: StatusOut, **REFUSALS})
def status(request: HttpRequest, person_id: UUID) -> queries.StatusCard:
    """A person's own status now and the reasons for it."""
    it = reader(request)
    people.person(actor=it.actor, person_id=person_id)
    return queries.status(actor=it.actor, person_id=person_id, now=it.now)


@router.get("/colours", response=listed(ColourOut))
def colours(request: HttpRequest, state: str = "") -> list[queries.ColourCard]:
    """Requests to the province, oldest first."""
    return queries.colour_requests(actor=reader(request).actor, states=[state] if state else ())


@router.get("/entrances/{place_id}", response={200: EntranceOut, **REFUSALS})
def entrance(request: HttpRequest, place_id: UUID, serves_as: str = "") -> queries.EntranceCard:
    """What the entrance of a place asks for today, and what an arrival is asked."""
    return queries.entrance(actor=reader(request).actor, place_id=place_id, now=reader(request).now, serves_as=serves_as)


@router.get("/gate/list", response={200: GateListOut, **REFUSALS})
def gate_list(request: HttpRequest) -> queries.GateList:
    """What a gate needs to judge passes without a network: public keys and the ids of withdrawn passes, which name nobody."""
    it = reader(request)
    if not it.actor.duties & GATES:
        raise NotAllowed(needs=sorted(GATES))
    return queries.gate_list(actor=it.actor, now=it.now)


class GateIn(Command):
    """Who stands at a gate, by his pass, the code of his slip or the number of his release paper (or none of them), and which way he goes."""

    way: Word
    code: Maybe = ""
    shown: PassText = ""
    release_paper: Maybe = ""


@acts("/gate", then="/gate/?said={rows}")
def check_gate(it: Reader, body: GateIn) -> Rows:
    """Ask what to do at a gate; the answer's row is `pass`, `call-desk` or `medical`, without name or reason."""
    area = it.actor.areas()[0] if it.actor.areas() else it.root
    paper = documents.known(actor=it.actor, kind="release", number=body.release_paper)
    said = actions.check_gate(
        actor=it.actor,
        area=area,
        way=body.way,
        now=it.now,
        person_id=None if body.shown else _person(it, body.code),
        release_paper=body.release_paper if paper else "",
        pass_text=body.shown,
    )
    return [said]


def _person(it: Reader, code: str) -> UUID | None:
    """Whose slip it is, if he lives in the guard's area; anybody else is asked to the desk."""
    if not code:
        return None
    try:
        resident, area = access.resident_by_code(code=code, origin=f"gate {it.actor.id}", now=datetime.now(UTC))
    except DomainError:
        return None
    return resident.person_id if any(mine.covers(area) for mine in it.actor.areas()) else None


class RequestIn(Command):
    """Requests to send."""

    request_ids: Ids


@acts("/colours/request")
def request_colours(it: Reader, body: RequestIn) -> Rows:
    """Send requests to the province."""
    actions.request_colours(actor=it.actor, request_ids=body.request_ids, now=it.now, cause=_cause(it, body.request_ids[0]))
    return body.request_ids


class AnswerIn(Command):
    """What the province answered, and where it was read."""

    request_id: UUID
    colour: Word
    source: Line


@acts("/colours/answer")
def record_answer(it: Reader, body: AnswerIn) -> Rows:
    """Note the province's answer."""
    cause = _cause(it, body.request_id)
    actions.record_answer(actor=it.actor, request_id=body.request_id, colour=body.colour, source=body.source, now=it.now, cause=cause)
    return [body.request_id]


def _cause(it: Reader, request_id: UUID) -> UUID:
    """Why a request was proposed: the measure or the release behind it."""
    return queries.cause_of(actor=it.actor, request_id=request_id)
