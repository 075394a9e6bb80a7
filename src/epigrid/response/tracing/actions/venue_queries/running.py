"""Running an approved venue query, once. People become candidates of its case; counts and places are kept with the query, and never a person's places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from epigrid.engine.tracing import contacts
from epigrid.engine.tracing.answers import PlaceRow
from epigrid.engine.tracing.schemas import PlaceQuery
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import queries, rules
from epigrid.response.tracing.actions.candidates import NewCandidate, add_candidates
from epigrid.response.tracing.events import QueryRan
from epigrid.response.tracing.models import Candidate, Finding, VenueQuery
from epigrid.response.tracing.queries import Bound, at
from epigrid.store import clock, extracts, journal
from epigrid.store.ids import new_id

LISTED = 100
"""How many places an answer lists, those with most shared time first."""
FOLLOWED = 2_000
"""How many reached people's places an answer of hops sums up, the first reached; the answer says of how many."""
QUARTER = 900
"""Every time zone's day begins at a whole quarter of an hour."""


@dataclass(frozen=True, kw_only=True)
class Met:
    """Somebody in the presence log (`number`) whom a query found for a case."""

    case_id: UUID
    number: int
    seconds: int
    meetings: int
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of one query: in whose name, at what moment, inside which limits."""

    actor: Actor
    row: VenueQuery
    limits: Bound
    now: datetime

    def index(self, *, first: datetime | None = None, last: datetime | None = None) -> Any:
        """The presences of the days that the query may see, or of those between two moments."""
        area, limits = self.limits.area, self.limits
        begin = limits.first if first is None else clock.local_day(area, first) - timedelta(days=1)
        return extracts.index_of(area=area, first=begin, last=limits.last if last is None else clock.local_day(area, last))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """People, by what source they are candidates, and the counts and places that are kept with the query."""

    met: Sequence[Met] = ()
    source: str = "scan"
    said: dict[str, Any] | None = None


@transaction.atomic
def run_query(*, actor: Actor, query_id: UUID, now: datetime, cause: UUID) -> int:
    """Run an approved query: people whom the actor sees become candidates with evidence, others leave as a count of leads. Runs once; returns how many."""
    row = VenueQuery.objects.seen_by(actor).select_for_update().get(id=query_id)
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, area=row.area)
    if row.approved_at is None:
        raise rules.QueryNotApproved(query=str(query_id))
    if row.ran_at is not None:
        return row.found
    limits = queries.bound(actor=actor, query_id=query_id, now=now)
    answer = ANSWERS[row.kind](Run(actor=actor, row=row, limits=limits, now=now)) if limits.queries else Answer()
    row.ran_at, row.days_gone, row.answer = now, limits.days_gone, answer.said or {}
    row.found, row.leads = _hand_over(actor, row, answer, now, cause)
    row.save(update_fields=["ran_at", "days_gone", "answer", "found", "leads"])
    event = QueryRan(area=row.area, query_id=row.id, asks=row.kind, purpose=row.purpose, found=row.found, leads=row.leads, days_gone=row.days_gone)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.found


def _contacts(run: Run) -> Answer:
    """Whom the exposed met, summed per case."""
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(run.row.area, run.row.ends_at), area=run.row.area)
    found: dict[tuple[UUID, int], Met] = {}
    for row in contacts.contacts(run.index(), run.limits.queries):
        key = run.limits.case_ids[row.query], row.contact
        new = Met(case_id=key[0], number=row.contact, seconds=row.seconds, meetings=row.meetings, first=row.first, last=row.last)
        found[key] = _both(found[key], new) if key in found else new
    return Answer(met=[one for one in found.values() if rules.is_candidate(seconds=one.seconds, policy=policy)])


def _present(run: Run) -> Answer:
    """Everybody who was at the affected place, its floors and rooms included (S-125)."""
    asked, case_id = run.limits.queries, run.limits.case_ids[0]
    if run.row.place_id is None:
        raise rules.QueryIncomplete(missing=["place"])
    inside = [place.id for place in places.within(actor=run.actor, place_id=run.row.place_id)]
    numbers = extracts.pseudonyms(area=run.row.area, kind="place", subject_ids=inside)
    log, found = run.index(), dict[int, Met]()
    for one in asked:
        for place in sorted(numbers.values()):
            for row in contacts.present(log, PlaceQuery(exposure_id=one.exposure_id, place=place, start=one.start, end=one.end)):
                new = Met(case_id=case_id, number=row.person, seconds=row.seconds, meetings=row.stays, first=row.first, last=row.last)
                found[row.person] = _both(found[row.person], new) if row.person in found else new
    cases = {query.person for query in asked}
    return Answer(met=[replace(one, seconds=min(one.seconds, one.last - one.first)) for one in found.values() if one.number not in cases])


def _places(run: Run) -> Answer:
    """Where exposure concentrates."""
    return Answer(said=_kept_places(run, contacts.exposures(run.index(), run.limits.queries)))


ANSWERS: dict[str, Callable[[Run], Answer]] = {"contacts": _contacts, "present": _present, "places": _places}


def _both(one: Met, other: Met) -> Met:
    return replace(
        one,
        seconds=one.seconds + other.seconds,
        meetings=one.meetings + other.meetings,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def _kept_places(run: Run, rows: Sequence[PlaceRow]) -> dict[str, Any]:
    listed = [row for row in rows if row.contacts][:LISTED]
    where = extracts.subjects(area=run.row.area, kind="place", numbers=[row.place for row in listed])
    kept = [
        {"place": str(where[row.place]), "exposed": row.queries, "contacts": row.contacts, "seconds": row.contact_seconds}
        for row in listed
        if row.place in where
    ]
    return {"places": kept, "places_all": sum(row.contacts > 0 for row in rows)}


def _hand_over(actor: Actor, row: VenueQuery, answer: Answer, now: datetime, cause: UUID) -> tuple[int, int]:
    """Candidates and findings of the people whom the actor sees; returns how many, and how many others there are."""
    who = extracts.subjects(area=row.area, kind="person", numbers=[one.number for one in answer.met])
    seen = {card.id for card in people.people(actor=actor, ids=list(who.values()))}
    here = [one for one in answer.met if who.get(one.number) in seen]
    for case_id in sorted({one.case_id for one in answer.met}):
        of_case = [one for one in answer.met if one.case_id == case_id]
        met = {who[one.number]: one for one in of_case if who.get(one.number) in seen}
        found = [_candidate(row, person_id, one) for person_id, one in met.items()]
        add_candidates(actor=actor, case_id=case_id, source=answer.source, found=found, now=now, cause=cause, leads=len(of_case) - len(met))
        _keep(actor, row, case_id, met)
    return len(here), len(answer.met) - len(here)


def _candidate(row: VenueQuery, person_id: UUID, one: Met) -> NewCandidate:
    """The evidence names the query, not the places: those are asked pair by pair, and each asking is recorded."""
    evidence = {
        "query": str(row.id),
        "seconds": one.seconds,
        "meetings": one.meetings,
        "first": at(one.first).isoformat(),
        "last": at(one.last).isoformat(),
    }
    return NewCandidate(person_id=person_id, evidence=evidence, seconds=one.seconds, last_exposure_at=at(one.last))


def _keep(actor: Actor, row: VenueQuery, case_id: UUID, met: dict[UUID, Met]) -> None:
    rows = Candidate.objects.seen_by(actor).filter(case_id=case_id).values_list("id", "person_id", "area")
    findings = [
        Finding(
            id=new_id(row.area, "finding", row.id, candidate_id),
            area=area,
            query=row,
            candidate_id=candidate_id,
            seconds=met[person_id].seconds,
            meetings=met[person_id].meetings,
            first_at=at(met[person_id].first),
            last_at=at(met[person_id].last),
        )
        for candidate_id, person_id, area in rows
        if person_id in met
    ]
    Finding.objects.bulk_create(findings, batch_size=500)
