"""The machine door of venue queries: asked for, approved by a second person, answered in counts and places, and person by person where a candidate stands."""

from dataclasses import fields
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field

from epigrid.kernel.periods import Period
from epigrid.registers.places import queries as places
from epigrid.response.tracing import actions, queries
from epigrid.response.tracing.api.doors import OfCase, acts, router
from epigrid.response.tracing.rules import Question
from epigrid.store.doors import REFUSALS, Command, Maybe, Moment, Reader, Rows, Short, Word, card, cause_of, listed, reader

QueryOut, PeopleOut = card(queries.QueryCard), card(queries.PeopleCard)
AnswerOut, EvidenceOut = card(queries.AnswerCard), card(queries.EvidenceCard)


@router.get("/queries", response=listed(QueryOut))
def venue_queries(request: HttpRequest, open_only: bool = False) -> list[queries.QueryCard]:
    """Venue queries, newest first."""
    return queries.venue_queries(actor=reader(request).actor, open_only=open_only)


Most = Annotated[int, Field(ge=1, le=10_000)]
"""How many people are listed at most."""


@router.get("/queries/{query_id}/contacts", response={200: PeopleOut, **REFUSALS})
def contacts_of_query(request: HttpRequest, query_id: UUID, limit: Most = 100) -> HttpResponse:
    """Whom an approved query found: candidates by id, by link and longest first; of people elsewhere only how many."""
    found = queries.people_found(actor=reader(request).actor, query_id=query_id, limit=limit)
    rows = [dict(zip(_FOUND, (row.candidate_id, row.seconds, row.meetings, row.first_at, row.last_at, row.link), strict=True)) for row in found.rows]
    return JsonResponse({**{name: getattr(found, name) for name in _PEOPLE}, "rows": rows})


_PEOPLE = tuple(field.name for field in fields(queries.PeopleCard) if field.name != "rows")
_FOUND = tuple(field.name for field in fields(queries.FoundCard))


@router.get("/queries/{query_id}/answer", response={200: AnswerOut, **REFUSALS})
def answer_of_query(request: HttpRequest, query_id: UUID) -> queries.AnswerCard:
    """The counts and places of an approved query of hops or places; no person."""
    return queries.answer(actor=reader(request).actor, query_id=query_id)


@router.get("/candidates/{candidate_id}/evidence", response={200: EvidenceOut, **REFUSALS})
def evidence(request: HttpRequest, candidate_id: UUID) -> queries.EvidenceCard:
    """Where and when one candidate met his case, by the approved queries that found him. Who asks is recorded, and the candidate can read it."""
    it = reader(request)
    return queries.evidence(actor=it.actor, candidate_id=candidate_id, now=it.now)


class HopsIn(Command):
    """What is asked, and the assumptions of a question of hops: after how many hours somebody can give it on, from how many minutes together it may pass."""

    kind: Word = "contacts"
    direction: Maybe = ""
    latency_hours: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    min_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None

    def asked(self, exposure_ids: tuple[UUID, ...], purpose: str, *, window: tuple[Moment, Moment] | None, place_id: UUID | None) -> Question:
        """The question."""
        return Question(
            exposure_ids=exposure_ids,
            purpose=purpose,
            kind=self.kind,
            window=window,
            place_id=place_id,
            direction=self.direction,
            latency_seconds=None if self.latency_hours is None else round(self.latency_hours * 3600),
            min_seconds=None if self.min_minutes is None else self.min_minutes * 60,
        )


class QueryIn(HopsIn):
    """A venue query on one exposure record or several (`also`): in which window (empty: theirs), what for; the place of a query who was present."""

    exposure_id: UUID
    also: list[UUID] = Field(default=[], max_length=50)
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    place_id: UUID | None = None
    purpose: Short


@acts("/queries")
def ask_query(it: Reader, body: QueryIn) -> Rows:
    """Ask for a venue query; a second person approves it. The same question again is the same query."""
    cause = cause_of(queries.case_of_exposure(actor=it.actor, exposure_id=body.exposure_id))
    window = (body.starts_at, body.ends_at) if body.starts_at and body.ends_at else None
    question = body.asked((body.exposure_id, *body.also), body.purpose, window=window, place_id=body.place_id)
    return [actions.ask_query(actor=it.actor, question=question, now=it.now, cause=cause)]


class WindowIn(OfCase, HopsIn):
    """When a case may have exposed others (at which place, where one is meant), and what a query about it is for."""

    starts_at: Moment
    ends_at: Moment
    place: Maybe = ""
    purpose: Short


@acts("/queries/window")
def ask_window(it: Reader, body: WindowIn) -> Rows:
    """Record when a case may have exposed others, and ask for the venue query on it."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    window, cause = Period(start=body.starts_at, end=body.ends_at), cause_of(case.id)
    named = [places.resolve(actor=it.actor, text=body.place)] if body.place else []
    exposure = actions.record_exposure(actor=it.actor, case_id=case.id, window=window, place_ids=named, basis=body.purpose, now=it.now, cause=cause)
    question = body.asked((exposure,), body.purpose, window=None, place_id=named[0] if named else None)
    return [actions.ask_query(actor=it.actor, question=question, now=it.now, cause=cause_of(case.id))]


class ApproveIn(Command):
    """A venue query."""

    query_id: UUID


@acts("/queries/approve")
def approve_query(it: Reader, body: ApproveIn) -> Rows:
    """Approve a query that somebody else asked for."""
    actions.approve_query(actor=it.actor, query_id=body.query_id, now=it.now, cause=cause_of(body.query_id))
    return [body.query_id]
