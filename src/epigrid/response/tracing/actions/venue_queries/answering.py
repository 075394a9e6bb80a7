"""What each kind of venue query answers, from the index alone: people by number for candidates, counts and places for everything else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from epigrid.engine.tracing import contacts
from epigrid.engine.tracing.answers import Meetings, PlaceRow
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import PlaceQuery
from epigrid.kernel.actors import Actor
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import VenueQuery
from epigrid.response.tracing.queries import Bound
from epigrid.store import clock, extracts

LISTED = 100
"""How many places an answer lists, those with most shared time first."""


@dataclass(frozen=True, kw_only=True)
class Met:
    """Somebody in the presence log (`number`) whom a query found for a case; `kinds` of the places where they met, of those that the register knows."""

    case_id: UUID
    number: int
    seconds: int
    meetings: int
    first: int
    last: int
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of one query: in whose name, at what moment, inside which limits."""

    actor: Actor
    row: VenueQuery
    limits: Bound
    now: datetime

    def index(self, *, first: datetime | None = None, last: datetime | None = None) -> TraceIndex:
        """The presences of the days that the query may see, or of those between two moments."""
        area, limits = self.limits.area, self.limits
        begin = limits.first if first is None else clock.local_day(area, first)
        return extracts.index_of(area=area, first=begin, last=limits.last if last is None else clock.local_day(area, last))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """People, by what source they are candidates, and the counts and places that are kept with the query."""

    met: Sequence[Met] = ()
    source: str = "scan"
    said: dict[str, Any] | None = None


def met_by_the_exposed(run: Run) -> Answer:
    """Whom the exposed met, summed per case."""
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(run.row.area, run.row.ends_at), area=run.row.area)
    found: dict[tuple[UUID, int], Met] = {}
    log = run.index()
    kinds = _kinds_met(run, contacts.meetings(log, run.limits.queries))
    for row in contacts.contacts(log, run.limits.queries):
        key = run.limits.case_ids[row.query], row.contact
        told = kinds.get((row.query, row.contact), frozenset())
        new = Met(case_id=key[0], number=row.contact, seconds=row.seconds, meetings=row.meetings, first=row.first, last=row.last, kinds=told)
        found[key] = _joined(found[key], new) if key in found else new
    return Answer(met=[one for one in found.values() if rules.is_candidate(seconds=one.seconds, policy=policy)])


def present(run: Run) -> Answer:
    """Everybody who was at the affected place, its floors and rooms included (S-125)."""
    asked, case_id = run.limits.queries, run.limits.case_ids[0]
    if run.row.place_id is None:
        raise rules.QueryIncomplete(missing=["place"])
    inside = {place.id: place.kind for place in places.within(actor=run.actor, place_id=run.row.place_id)}
    kinds = {
        number: frozenset({inside[place_id]}) for place_id, number in extracts.numbers(area=run.row.area, kind="place", subject_ids=inside).items()
    }
    log, found = run.index(), dict[int, Met]()
    for one in asked:
        for place in sorted(kinds):
            for row in contacts.present(log, PlaceQuery(exposure_id=one.exposure_id, place=place, start=one.start, end=one.end)):
                new = Met(
                    case_id=case_id,
                    number=row.person,
                    seconds=row.seconds,
                    meetings=row.stays,
                    first=row.first,
                    last=row.last,
                    kinds=kinds[place],
                )
                found[row.person] = _joined(found[row.person], new) if row.person in found else new
    cases = {query.person for query in asked}
    return Answer(met=[replace(one, seconds=min(one.seconds, one.last - one.first)) for one in found.values() if one.number not in cases])


def concentration(run: Run) -> Answer:
    """Where exposure concentrates."""
    return Answer(said=kept_places(run, contacts.exposures(run.index(), run.limits.queries)))


def _joined(one: Met, other: Met) -> Met:
    return replace(
        one,
        seconds=one.seconds + other.seconds,
        meetings=one.meetings + other.meetings,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        kinds=one.kinds | other.kinds,
    )


def _kinds_met(run: Run, met: Meetings) -> dict[tuple[int, int], frozenset[str]]:
    """(query, contact) -> kinds of the places where they met."""
    query, contact, place = np.unique(np.stack((met.query, met.contact, met.place)), axis=1).tolist()
    where = extracts.subjects(area=run.row.area, kind="place", numbers=sorted(set(place)))
    known = places.places(actor=run.actor, ids=sorted(where.values()))
    found: dict[tuple[int, int], frozenset[str]] = {}
    for one, number, at_place in zip(query, contact, place, strict=True):
        if where.get(at_place) in known:
            found[one, number] = found.get((one, number), frozenset()) | {known[where[at_place]].kind}
    return found


def kept_places(run: Run, rows: Sequence[PlaceRow]) -> dict[str, Any]:
    listed = [row for row in rows if row.contacts][:LISTED]
    where = extracts.subjects(area=run.row.area, kind="place", numbers=[row.place for row in listed])
    kept = [
        {"place": str(where[row.place]), "exposed": row.queries, "contacts": row.contacts, "seconds": row.contact_seconds}
        for row in listed
        if row.place in where
    ]
    return {"places": kept, "places_all": sum(row.contacts > 0 for row in rows)}
