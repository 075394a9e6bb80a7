"""The machine door of venue queries: asked for, approved by a second person."""

from uuid import UUID

from django.http import HttpRequest

from epigrid.kernel.periods import Period
from epigrid.response.tracing import actions, queries
from epigrid.response.tracing.api.doors import OfCase, acts, router
from epigrid.store.doors import Command, Moment, Reader, Rows, Short, card, cause_of, listed, reader

QueryOut = card(queries.QueryCard)


@router.get("/queries", response=listed(QueryOut))
def venue_queries(request: HttpRequest, open_only: bool = False) -> list[queries.QueryCard]:
    """Venue queries, newest first."""
    return queries.venue_queries(actor=reader(request).actor, open_only=open_only)


class QueryIn(Command):
    """A venue query and what it is for."""

    exposure_id: UUID
    purpose: Short


@acts("/queries")
def ask_query(it: Reader, body: QueryIn) -> Rows:
    """Ask for a venue query; a second person approves it. The same question again is the same query."""
    asked = [one for one in queries.venue_queries(actor=it.actor) if (one.exposure_id, one.purpose) == (body.exposure_id, body.purpose)]
    if asked:
        return [asked[0].id]
    cause = cause_of(queries.case_of_exposure(actor=it.actor, exposure_id=body.exposure_id))
    return [actions.ask_query(actor=it.actor, exposure_id=body.exposure_id, purpose=body.purpose, now=it.now, cause=cause)]


class WindowIn(OfCase):
    """When a case may have exposed others, and what a query about it is for."""

    starts_at: Moment
    ends_at: Moment
    purpose: Short


@acts("/queries/window")
def ask_window(it: Reader, body: WindowIn) -> Rows:
    """Record when a case may have exposed others, and ask for the venue query on it."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    window, cause = Period(start=body.starts_at, end=body.ends_at), cause_of(case.id)
    exposure = actions.record_exposure(actor=it.actor, case_id=case.id, window=window, place_ids=[], basis=body.purpose, now=it.now, cause=cause)
    asked = [one.id for one in queries.venue_queries(actor=it.actor) if (one.exposure_id, one.purpose) == (exposure, body.purpose)]
    return asked or [actions.ask_query(actor=it.actor, exposure_id=exposure, purpose=body.purpose, now=it.now, cause=cause_of(case.id))]


class ApproveIn(Command):
    """A venue query."""

    query_id: UUID


@acts("/queries/approve")
def approve_query(it: Reader, body: ApproveIn) -> Rows:
    """Approve a query that somebody else asked for."""
    actions.approve_query(actor=it.actor, query_id=body.query_id, now=it.now, cause=cause_of(body.query_id))
    return [body.query_id]
