"""The machine door of care: requests from asking to confirming, emergencies, medical exits, telephone rounds, census."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from epigrid.field.care import actions, queries, rules
from epigrid.field.care.actions import Part, Said
from epigrid.store.doors import REFUSALS, Acts, Command, Count, Ids, Line, Moment, Path, Reader, Rows, Text, Word, area_of, card, listed, reader

router = Router(tags=["care"])
acts = Acts("care", router)
RequestOut, ExitOut, CallOut, PartOut = card(queries.RequestCard), card(queries.ExitCard), card(queries.CallCard), card(queries.PartCard)


@router.get("/requests", response=listed(RequestOut))
def requests(request: HttpRequest, open_only: bool = True, order_id: UUID | None = None) -> list[queries.RequestCard]:
    """Requests of my areas, oldest first; out of one order."""
    return queries.requests(actor=reader(request).actor, open_only=open_only, order_id=order_id)


@router.get("/exits", response=listed(ExitOut))
def exits(request: HttpRequest, open_only: bool = True) -> list[queries.ExitCard]:
    """Ways out to hospital, newest first; those that are not closed, or all."""
    return queries.exits(actor=reader(request).actor, open_only=open_only)


@router.get("/calls", response=listed(CallOut))
def calls(request: HttpRequest, round_id: UUID | None = None, open_only: bool = False) -> list[queries.CallCard]:
    """Lines of call lists (at most 1,000): a caller's own, a leader's part, the desk's all."""
    return queries.calls(actor=reader(request).actor, round_id=round_id, open_only=open_only)


@router.get("/calls/{round_id}/progress", response=listed(PartOut))
def call_progress(request: HttpRequest, round_id: UUID) -> list[queries.PartCard]:
    """How far each caller of a round is."""
    return queries.call_progress(actor=reader(request).actor, round_id=round_id)


@router.get("/statistics", response={200: dict[str, dict[str, int]], **REFUSALS})
def statistics(request: HttpRequest) -> Any:
    """Counts of requests by kind and state."""
    return queries.statistics(actor=reader(request).actor)


class AskIn(Command):
    """What somebody asks for, and by which channel."""

    person_id: UUID
    kind: Word
    channel: Word = "phone"


@acts.for_residents_too("/ask")
def ask(it: Reader, body: AskIn) -> Rows:
    """Take down what a resident asks for."""
    return [actions.ask(actor=it.actor, person_id=body.person_id, kind=body.kind, channel=body.channel, now=it.now)]


class EmergencyIn(Command):
    """Who needs an ambulance."""

    person_id: UUID
    channel: Word = "phone"


@acts.for_residents_too("/emergency")
def call_emergency(it: Reader, body: EmergencyIn) -> Rows:
    """Call an ambulance; nothing is checked before."""
    return [actions.call_emergency(actor=it.actor, person_id=body.person_id, channel=body.channel, now=it.now)]


class OfRequest(Command):
    """A request."""

    request_id: UUID


@acts("/accept")
def accept(it: Reader, body: OfRequest) -> Rows:
    """Take a request on (as `claim`)."""
    actions.claim(actor=it.actor, request_id=body.request_id, now=it.now)
    return [body.request_id]


@acts("/claim")
def claim(it: Reader, body: OfRequest) -> Rows:
    """Take a request on; of two helpers one gets it, the other is told which office has it."""
    actions.claim(actor=it.actor, request_id=body.request_id, now=it.now)
    return [body.request_id]


class BackIn(OfRequest):
    """Why it is given back, by the list."""

    reason: Word


@acts("/give-back")
def give_back(it: Reader, body: BackIn) -> Rows:
    """Give a request back."""
    actions.give_back(actor=it.actor, request_id=body.request_id, reason=body.reason, now=it.now)
    return [body.request_id]


class BuyIn(OfRequest):
    """What it cost, in cents of a yuan, and the number or line of the receipt."""

    amount_cents: Annotated[int, Field(ge=1, le=10_000_000)]
    receipt: Line


@acts("/buy")
def buy(it: Reader, body: BuyIn) -> Rows:
    """Note what was bought."""
    actions.buy(actor=it.actor, request_id=body.request_id, amount_cents=body.amount_cents, receipt=body.receipt, now=it.now)
    return [body.request_id]


@acts("/deliver")
def deliver(it: Reader, body: OfRequest) -> Rows:
    """It stands at the door."""
    actions.deliver(actor=it.actor, request_id=body.request_id, now=it.now)
    return [body.request_id]


class AnswerIn(OfRequest):
    """What was done."""

    answer: Text


@acts("/answer")
def answer(it: Reader, body: AnswerIn) -> Rows:
    """Say what was delivered or done; the resident sees it."""
    actions.answer(actor=it.actor, request_id=body.request_id, answer=body.answer, now=it.now)
    return [body.request_id]


@acts.for_residents_too("/confirm")
def confirm(it: Reader, body: OfRequest) -> Rows:
    """Say in the resident's name that it came."""
    actions.confirm(actor=it.actor, request_id=body.request_id, now=it.now)
    return [body.request_id]


class IncidentIn(Command):
    """Requests that are one thing."""

    request_ids: Ids


@acts("/incident")
def group_incident(it: Reader, body: IncidentIn) -> Rows:
    """Join requests into one incident."""
    for request_id in body.request_ids:
        queries.request(actor=it.actor, request_id=request_id)
    return [actions.group_incident(actor=it.actor, request_ids=body.request_ids, now=it.now)]


class ExitIn(Command):
    """Who goes out to hospital, why, and whether it is an emergency."""

    person_id: UUID
    reason: Word
    urgency: Word = "planned"


@acts("/exits")
def ask_exit(it: Reader, body: ExitIn) -> Rows:
    """Ask for a way out to hospital; an emergency is granted by asking."""
    return [actions.ask_exit(actor=it.actor, person_id=body.person_id, reason=body.reason, urgency=body.urgency, now=it.now)]


class OfExit(Command):
    """A way out to hospital."""

    exit_id: UUID


@acts("/exits/grant")
def grant_exit(it: Reader, body: OfExit) -> Rows:
    """Grant a planned exit."""
    actions.grant_exit(actor=it.actor, exit_id=body.exit_id, now=it.now)
    return [body.exit_id]


class OutIn(OfExit):
    """With which vehicle he left, when (left out: now), to which hospital."""

    vehicle: Line
    at: Moment | None = None
    hospital_id: UUID | None = None


@acts("/exits/out")
def note_exit_out(it: Reader, body: OutIn) -> Rows:
    """He left."""
    actions.note_out(actor=it.actor, exit_id=body.exit_id, vehicle=body.vehicle, at=body.at or it.now, hospital_id=body.hospital_id, now=it.now)
    return [body.exit_id]


class ExitBackIn(OfExit):
    """When he came back (left out: now)."""

    at: Moment | None = None


@acts("/exits/back")
def note_exit_back(it: Reader, body: ExitBackIn) -> Rows:
    """He is back."""
    actions.note_back(actor=it.actor, exit_id=body.exit_id, at=body.at or it.now, now=it.now)
    return [body.exit_id]


class PartIn(Schema):
    """A part of a call round and who leads it."""

    part: Line
    leader_id: UUID


class CallerIn(Schema):
    """A caller of a part."""

    part: Line
    caller_id: UUID


class PartPlaceIn(Schema):
    """A building of a part."""

    part: Line
    place_id: UUID


class CallsIn(Command):
    """A telephone round: area, reason, parts with leaders, their callers; buildings where parts are cut by them."""

    area: Path
    reason: Word = "household-survey"
    parts: list[PartIn] = Field(min_length=1, max_length=26)
    callers: list[CallerIn] = Field(min_length=1, max_length=200)
    places: list[PartPlaceIn] = Field(default=[], max_length=1000)


@acts("/calls/plan")
def plan_calls(it: Reader, body: CallsIn) -> Rows:
    """Deal the households of an area out to callers."""
    strange = {one.part for one in body.callers} | {one.part for one in body.places}
    strange -= {one.part for one in body.parts}
    if strange:
        raise rules.PartUnfit(part=min(strange))
    parts = [
        Part(
            name=one.part,
            leader_id=one.leader_id,
            caller_ids=[caller.caller_id for caller in body.callers if caller.part == one.part],
            place_ids=[place.place_id for place in body.places if place.part == one.part],
        )
        for one in body.parts
    ]
    return [actions.plan_calls(actor=it.actor, area=area_of(it.actor, body.area), reason=body.reason, parts=parts, now=it.now)]


class OfCalls(Command):
    """A telephone round."""

    round_id: UUID


@acts("/calls/close")
def close_calls(it: Reader, body: OfCalls) -> Rows:
    """End a telephone round."""
    actions.close_calls(actor=it.actor, round_id=body.round_id, now=it.now)
    return [body.round_id]


class CallIn(Command):
    """What came of a call: reached or not; tested, well or unwell, how many live there, where somebody answered."""

    item_id: UUID
    result: Word
    tested: Word | None = None
    health: Word | None = None
    people_inside: Annotated[int, Field(ge=0, le=1000)] | None = None


@acts("/calls/record")
def record_call(it: Reader, body: CallIn) -> Rows:
    """Note what came of a call."""
    said = Said(result=body.result, tested=body.tested or "", health=body.health or "", people_inside=body.people_inside)
    actions.record_call(actor=it.actor, item_id=body.item_id, said=said, now=it.now)
    return [body.item_id]


class HomeIn(Schema):
    """A household, how many are inside, what they need."""

    household_id: UUID
    inside: Count
    needs: list[Word] = []


class CensusIn(Command):
    """The needs census of a zone."""

    zone_id: UUID
    households: list[HomeIn] = Field(min_length=1, max_length=1000)


@acts("/census")
def take_census(it: Reader, body: CensusIn) -> Rows:
    """Note what households of a zone need."""
    homes = [(home.household_id, home.inside, home.needs) for home in body.households]
    actions.take_census(actor=it.actor, zone_id=body.zone_id, households=homes, now=it.now)
    return [home.household_id for home in body.households]
