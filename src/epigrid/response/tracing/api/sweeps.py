"""The machine door of sector sweeps and of the places of an exposure."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.kernel.periods import Period
from epigrid.response.tracing import actions, queries
from epigrid.response.tracing.actions import Named, NewDecision, NewSweep
from epigrid.response.tracing.api.doors import acts, router
from epigrid.store.doors import Command, Count, Ids, Line, Moment, Reader, Rows, Short, Text, Word, card, cause_of, listed, reader

SweepOut, ListedOut, CheckOut, PlaceOut = (
    card(queries.SweepCard),
    card(queries.ListedCard),
    card(queries.CheckCard),
    card(queries.ExposurePlaceCard),
)


@router.get("/sweeps", response=listed(SweepOut))
def sweeps(request: HttpRequest, open_only: bool = False) -> list[queries.SweepCard]:
    """Sector sweeps with people per result, newest first."""
    return queries.sweeps(actor=reader(request).actor, open_only=open_only)


@router.get("/sweeps/{sweep_id}/people", response=listed(ListedOut))
def listed_people(request: HttpRequest, sweep_id: UUID) -> list[queries.ListedCard]:
    """A sweep's lists: each person once, with every link and one result."""
    return queries.listed(actor=reader(request).actor, sweep_id=sweep_id)


@router.get("/sweeps/to-check", response=listed(CheckOut))
def to_check(request: HttpRequest) -> list[queries.CheckCard]:
    """People of running sweeps in the reader's areas who have no result yet."""
    return queries.to_check(actor=reader(request).actor)


@router.get("/exposures/{exposure_id}/places", response=listed(PlaceOut))
def exposure_places(request: HttpRequest, exposure_id: UUID) -> list[queries.ExposurePlaceCard]:
    """The places of an exposure and what is proposed for each."""
    return queries.exposure_places(actor=reader(request).actor, exposure_id=exposure_id)


class SweepIn(Command):
    """A sweep: the exposure record, the sector, its outlets, the window, why, and until when each listed person has a result."""

    exposure_id: UUID
    sector: Short
    place_ids: Ids
    starts_at: Moment
    ends_at: Moment
    reason: Text
    results_due_at: Moment


@acts("/sweeps")
def ask_sweep(it: Reader, body: SweepIn) -> Rows:
    """Ask for a sweep through a sector's outlets; a second person approves it."""
    cause = cause_of(queries.case_of_exposure(actor=it.actor, exposure_id=body.exposure_id))
    new = NewSweep(
        exposure_id=body.exposure_id,
        sector=body.sector,
        place_ids=body.place_ids,
        window=Period(start=body.starts_at, end=body.ends_at),
        reason=body.reason,
        results_due_at=body.results_due_at,
    )
    return [actions.ask_sweep(actor=it.actor, new=new, now=it.now, cause=cause)]


class OfSweep(Command):
    """A sweep."""

    sweep_id: UUID


@acts("/sweeps/approve")
def approve_sweep(it: Reader, body: OfSweep) -> Rows:
    """Approve a sweep that somebody else asked for."""
    actions.approve_sweep(actor=it.actor, sweep_id=body.sweep_id, now=it.now, cause=cause_of(body.sweep_id))
    return [body.sweep_id]


class ListIn(OfSweep):
    """An outlet's own list of workers or recipients by file numbers, and how many more on it are in no register here."""

    place_id: UUID
    list_name: Word
    file_nos: list[Line] = Field(min_length=1, max_length=1000)
    elsewhere: Count = 0


@acts("/sweeps/people")
def name_listed(it: Reader, body: ListIn) -> Rows:
    """Take an outlet's own list of workers or recipients."""
    named = Named(place_id=body.place_id, list_name=body.list_name, file_nos=body.file_nos, elsewhere=body.elsewhere)
    actions.name_listed(actor=it.actor, sweep_id=body.sweep_id, named=named, now=it.now, cause=cause_of(body.sweep_id))
    return [body.sweep_id]


class ResultsIn(OfSweep):
    """What is said of people whom no test says anything of: away, not-found, refused or excused, and why."""

    person_ids: Ids
    result: Word
    reason: Text


@acts("/sweeps/results")
def note_results(it: Reader, body: ResultsIn) -> Rows:
    """Note why people have no test."""
    actions.note_results(
        actor=it.actor,
        sweep_id=body.sweep_id,
        person_ids=body.person_ids,
        result=body.result,
        reason=body.reason,
        now=it.now,
        cause=cause_of(body.sweep_id),
    )
    return body.person_ids


@acts("/sweeps/close")
def close_sweep(it: Reader, body: OfSweep) -> Rows:
    """Close a sweep on whose lists nobody is open."""
    actions.close_sweep(actor=it.actor, sweep_id=body.sweep_id, now=it.now, cause=cause_of(body.sweep_id))
    return [body.sweep_id]


class PlaceIn(Command):
    """A place of an exposure and what is proposed: close, disinfect, test (each with a due moment) or none; always why."""

    exposure_id: UUID
    place_id: UUID
    measure: Word
    reason: Text
    due_at: Moment | None = None


@acts("/exposures/places")
def decide_place(it: Reader, body: PlaceIn) -> Rows:
    """Propose a measure for a place of an exposure, or none with the reason."""
    cause = cause_of(queries.case_of_exposure(actor=it.actor, exposure_id=body.exposure_id))
    new = NewDecision(exposure_id=body.exposure_id, place_id=body.place_id, measure=body.measure, reason=body.reason, due_at=body.due_at)
    return [actions.decide_place(actor=it.actor, new=new, now=it.now, cause=cause)]
