"""Bounded venue queries that two people stand behind: asked for on an exposure record, approved, run once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from epigrid.engine.tracing import contacts
from epigrid.engine.tracing.answers import ContactRow
from epigrid.engine.tracing.schemas import ExposureQuery
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.actions.candidates import NewCandidate, add_candidates
from epigrid.response.tracing.events import QueryApproved, QueryAsked
from epigrid.response.tracing.models import Exposure, VenueQuery
from epigrid.store import clock, extracts, journal
from epigrid.store.ids import new_id

PURPOSE = "contacts of the case's own window"


@transaction.atomic
def ask_query(*, actor: Actor, exposure_id: UUID, purpose: str, now: datetime, cause: UUID) -> UUID:
    """Ask for a venue query on an exposure record; a second person approves it (S-235, X03). The same question again is the same query."""
    exposure = Exposure.objects.seen_by(actor).get(id=exposure_id)
    actor.require(Duty.CDC_INVESTIGATOR, area=exposure.area)
    if not purpose.strip():
        raise rules.QueryNotApproved(why="purpose missing")
    known = VenueQuery.objects.seen_by(actor).filter(exposure=exposure, purpose=purpose).order_by("asked_at").first()
    if known is not None:
        return known.id
    row = VenueQuery.objects.create(
        id=new_id(exposure.area, "venue-query", exposure_id, purpose),
        area=exposure.area,
        exposure=exposure,
        purpose=purpose,
        asked_by=actor.id,
        asked_at=now,
    )
    event = QueryAsked(area=exposure.area, query_id=row.id, exposure_id=exposure_id, purpose=purpose)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@transaction.atomic
def approve_query(*, actor: Actor, query_id: UUID, now: datetime, cause: UUID) -> None:
    """The CDC duty officer approves a query that somebody else asked for (act query.approve)."""
    row = VenueQuery.objects.seen_by(actor).select_for_update().select_related("exposure").get(id=query_id)
    policies.require(actor=actor, act="query.approve", area=row.area, now=now)
    if row.asked_by == actor.id:
        raise rules.SamePerson()
    if row.approved_at is None:
        row.approved_by, row.approved_at = actor.id, now
        row.save(update_fields=["approved_by", "approved_at"])
        event = QueryApproved(area=row.area, query_id=row.id, exposure_id=row.exposure_id, case_id=row.exposure.case_id)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@transaction.atomic
def approve_own_window(*, actor: Actor, exposure_id: UUID, approved_by: UUID, now: datetime, cause: UUID) -> UUID:
    """Confirming a case approves the query of that case's own window (procedures 2): the experts and the registrar are the two people behind it."""
    exposure = Exposure.objects.seen_by(actor).get(id=exposure_id)
    actor.require(Duty.PROCEDURE, area=exposure.area)
    query_id = new_id(exposure.area, "venue-query", exposure_id, PURPOSE)
    known = VenueQuery.objects.seen_by(actor).filter(exposure=exposure, purpose=PURPOSE).first()
    if known is not None:
        return known.id
    VenueQuery.objects.create(
        id=query_id,
        area=exposure.area,
        exposure=exposure,
        purpose=PURPOSE,
        asked_by=exposure.recorded_by,
        asked_at=now,
        approved_by=approved_by,
        approved_at=now,
    )
    event = QueryApproved(area=exposure.area, query_id=query_id, exposure_id=exposure_id, case_id=exposure.case_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return query_id


@transaction.atomic
def run_query(*, actor: Actor, query_id: UUID, now: datetime, cause: UUID) -> int:
    """Run an approved query: people of the actor's areas become candidates with evidence, others leave as a count of leads. Runs once."""
    row = VenueQuery.objects.seen_by(actor).select_for_update().select_related("exposure").get(id=query_id)
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, area=row.area)
    if row.approved_at is None:
        raise rules.QueryNotApproved(query=str(query_id))
    if row.ran_at is not None:
        return row.found
    exposure = row.exposure
    found, leads = _candidates(actor, exposure)
    row.ran_at, row.found, row.leads = now, len(found), leads
    row.save(update_fields=["ran_at", "found", "leads"])
    add_candidates(actor=actor, case_id=exposure.case_id, source="scan", found=found, now=now, cause=cause, leads=leads)
    return len(found)


def _candidates(actor: Actor, exposure: Exposure) -> tuple[list[NewCandidate], int]:
    area = exposure.area
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(area, exposure.ends_at), area=area)
    person_id = exposure.case.person_id
    number = extracts.pseudonyms(area=area, kind="person", subject_ids=[person_id])[person_id]
    query = ExposureQuery(exposure_id=exposure.id, person=number, start=int(exposure.starts_at.timestamp()), end=int(exposure.ends_at.timestamp()))
    first = clock.local_day(area, exposure.starts_at) - timedelta(days=1)
    log = extracts.index_of(area=area, first=first, last=clock.local_day(area, exposure.ends_at))
    rows = [row for row in contacts.contacts(log, [query]) if rules.is_candidate(seconds=row.seconds, policy=policy)]
    met = {row.contact: {meeting.place for meeting in contacts.evidence(log, query, row.contact)} for row in rows}
    who = extracts.subjects(area=area, kind="person", numbers=[row.contact for row in rows])
    where = extracts.subjects(area=area, kind="place", numbers=[place for places_met in met.values() for place in places_met])
    seen = {card.id for card in people.people(actor=actor, ids=list(who.values()))}
    found = [
        _new(row, who[row.contact], [where[place] for place in met[row.contact] if place in where]) for row in rows if who.get(row.contact) in seen
    ]
    return found, len(rows) - len(found)


def _new(row: ContactRow, person_id: UUID, place_ids: Sequence[UUID]) -> NewCandidate:
    last = datetime.fromtimestamp(row.last, UTC)
    evidence = {
        "places": sorted(map(str, place_ids)),
        "seconds": row.seconds,
        "meetings": row.meetings,
        "first": datetime.fromtimestamp(row.first, UTC).isoformat(),
        "last": last.isoformat(),
    }
    return NewCandidate(person_id=person_id, evidence=evidence, seconds=row.seconds, last_exposure_at=last)
