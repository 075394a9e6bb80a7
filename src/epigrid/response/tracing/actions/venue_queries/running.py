"""Running an approved venue query, once. People become candidates of its case; counts and places are kept with the query, and never a person's places."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.response.tracing import queries, rules
from epigrid.response.tracing.actions.candidates import NewCandidate, add_candidates
from epigrid.response.tracing.actions.venue_queries import hops
from epigrid.response.tracing.actions.venue_queries.answering import Answer, Met, Run, concentration, met_by_the_exposed, present
from epigrid.response.tracing.actions.venue_queries.linking import Ground
from epigrid.response.tracing.events import QueryRan
from epigrid.response.tracing.models import Candidate, Finding, VenueQuery
from epigrid.response.tracing.queries import at
from epigrid.store import extracts, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

ANSWERS: dict[str, Callable[[Run], Answer]] = {
    "contacts": met_by_the_exposed,
    "present": present,
    "hops": hops.spread,
    "places": concentration,
}


@whole
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


def _hand_over(actor: Actor, row: VenueQuery, answer: Answer, now: datetime, cause: UUID) -> tuple[int, int]:
    """Candidates and findings of the people whom the actor sees; returns how many, and how many others there are. The numbers of erased people are nobody."""
    who = extracts.subjects(area=row.area, kind="person", numbers=[one.number for one in answer.met])
    people_met = [one for one in answer.met if one.number in who]
    seen = {card.id: card for card in people.people(actor=actor, ids=list(who.values()))}
    here = [one for one in people_met if who[one.number] in seen]
    case_ids = sorted({one.case_id for one in people_met})
    ground = Ground.of(actor=actor, case_ids=case_ids)
    for case_id in case_ids:
        of_case = [one for one in people_met if one.case_id == case_id]
        met = {who[one.number]: one for one in of_case if who[one.number] in seen}
        found = [
            _candidate(row, person_id, one, ground.link(case_id=case_id, card=seen[person_id], source=answer.source, kinds=one.kinds))
            for person_id, one in met.items()
        ]
        add_candidates(actor=actor, case_id=case_id, source=answer.source, found=found, now=now, cause=cause, leads=len(of_case) - len(met))
        _keep(actor, row, case_id, met)
    return len(here), len(people_met) - len(here)


def _candidate(row: VenueQuery, person_id: UUID, one: Met, link: str) -> NewCandidate:
    """The evidence names the query and the kinds of places, not the places: those are asked pair by pair, and each asking is recorded."""
    evidence = {
        "query": str(row.id),
        "seconds": one.seconds,
        "meetings": one.meetings,
        "first": at(one.first).isoformat(),
        "last": at(one.last).isoformat(),
        "kinds": sorted(one.kinds),
    }
    return NewCandidate(person_id=person_id, evidence=evidence, seconds=one.seconds, last_exposure_at=at(one.last), link=link)


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
