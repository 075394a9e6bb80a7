"""The machine door of care: ask, accept, answer, confirm, emergency, census."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from epigrid.field.care import actions, queries
from epigrid.store.doors import REFUSALS, Acts, Command, Count, Ids, Reader, Rows, Text, Word, card, listed, reader

router = Router(tags=["care"])
acts = Acts("care", router)
RequestOut = card(queries.RequestCard)


@router.get("/requests", response=listed(RequestOut))
def requests(request: HttpRequest, open_only: bool = True) -> list[queries.RequestCard]:
    """Requests of my areas, oldest first."""
    return queries.requests(actor=reader(request).actor, open_only=open_only)


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
    """Take a request on."""
    actions.accept(actor=it.actor, request_id=body.request_id, now=it.now)
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
