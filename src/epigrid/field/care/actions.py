"""Verbs of care."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.care import queries, rules
from epigrid.field.care.events import CareAnswered, CareEscalated, CareRequested, CensusTaken, EmergencyCalled, IncidentOpened
from epigrid.field.care.models import Census, Incident, Request
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

HELPERS = (Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR, Duty.ZONE_LEAD, Duty.SITE_MANAGER)


@whole
def ask(*, actor: Actor, person_id: UUID, kind: str, channel: str, now: datetime) -> UUID:
    """A resident asks (himself, by phone, by bell, at the door). An open request of the same kind is the same request."""
    person = people.person(actor=actor, person_id=person_id)
    if actor.person_id is None:
        actor.require(*HELPERS, area=person.area)
    if kind not in rules.KINDS or channel not in rules.CHANNELS:
        raise rules.KindUnknown(kind=kind, channel=channel)
    known = Request.objects.seen_by(actor).filter(person_id=person_id, kind=kind, state__in=rules.OPEN).first()
    if known is not None:
        return known.id
    policy = policies.clause(rules.CarePolicy, on=clock.local_day(person.area, now), area=person.area)
    row = Request.objects.create(
        id=repeated_id(person.area, "request", person_id, kind),
        area=person.area,
        person_id=person_id,
        kind=kind,
        channel=channel,
        asked_at=now,
        due_at=rules.due_at(kind, now, policy),
    )
    event = CareRequested(area=person.area, request_id=row.id, person_id=person_id, need=kind)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def call_emergency(*, actor: Actor, person_id: UUID, channel: str, now: datetime) -> UUID:
    """A medical emergency. No status, area, test or duty conditions it (X06): whoever can see the person can call."""
    person = people.person(actor=actor, person_id=person_id)
    row = Request.objects.create(
        id=repeated_id(person.area, "request", person_id, "ambulance"),
        area=person.area,
        person_id=person_id,
        kind="ambulance",
        channel=channel if channel in rules.CHANNELS else "phone",
        asked_at=now,
        due_at=now,
    )
    event = EmergencyCalled(area=person.area, request_id=row.id, person_id=person_id)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def accept(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """A helper takes a request on."""
    row = _open(actor, request_id)
    _step(actor, row, "accepted", now, answer="")


@whole
def answer(*, actor: Actor, request_id: UUID, answer: str, now: datetime) -> None:
    """A request is delivered, done or answered; the resident sees the answer."""
    row = _open(actor, request_id)
    _step(actor, row, "answered", now, answer=answer)


def _open(actor: Actor, request_id: UUID) -> Request:
    row = Request.objects.seen_by(actor).select_for_update().get(id=request_id)
    actor.require(*HELPERS, Duty.SUBDISTRICT_OFFICE, area=row.area)
    if row.state not in rules.OPEN:
        raise rules.RequestClosed(state=row.state)
    return row


def _step(actor: Actor, row: Request, state: str, now: datetime, *, answer: str) -> None:
    row.state = state
    if state == "accepted":
        row.accepted_by = actor.id
    else:
        row.answered_by, row.answered_at, row.answer = actor.id, now, answer[:200]
    row.save(update_fields=["state", "accepted_by", "answered_by", "answered_at", "answer"])
    late = row.due_at is not None and now > row.due_at
    event = CareAnswered(area=row.area, request_id=row.id, person_id=row.person_id, state=state, late=late)
    journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def confirm(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """The resident (or a helper in his name) says that it came."""
    row = Request.objects.seen_by(actor).select_for_update().get(id=request_id)
    if actor.person_id is None:
        actor.require(*HELPERS, area=row.area)
    if row.state == "answered":
        row.state, row.confirmed_at = "confirmed", now
        row.save(update_fields=["state", "confirmed_at"])
        event = CareAnswered(area=row.area, request_id=row.id, person_id=row.person_id, state="confirmed", late=False)
        journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def group_incident(*, actor: Actor, request_ids: Sequence[UUID], now: datetime) -> UUID:
    """Join requests that are one thing (five households, one waste complaint) into one incident."""
    rows = list(Request.objects.seen_by(actor).select_for_update().filter(id__in=request_ids).order_by("asked_at", "id"))
    for row in rows:
        actor.require(*HELPERS, area=row.area)
    if not rows:
        raise Request.DoesNotExist
    incident = Incident.objects.create(id=repeated_id(rows[0].area, "incident", rows[0].id), area=rows[0].area, kind=rows[0].kind, opened_at=now)
    Request.objects.seen_by(actor).filter(id__in=[row.id for row in rows]).update(incident=incident)
    event = IncidentOpened(area=incident.area, incident_id=incident.id, request_ids=tuple(row.id for row in rows))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return incident.id


@whole
def escalate_overdue(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Send requests that were not solved in time up one level (S-291); return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    ids = tuple(card.id for card in queries.to_escalate(actor=actor, area=area, now=now))
    if ids:
        Request.objects.seen_by(actor).filter(id__in=ids).update(level=1)
        event = CareEscalated(area=area, first_id=ids[0], request_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def take_census(*, actor: Actor, zone_id: UUID, households: Sequence[tuple[UUID, int, Sequence[str]]], now: datetime) -> int:
    """Note what households of a zone need: (household, people inside, needs). A household asked again is brought up to date."""
    rows = []
    for household_id, inside, needs in households:
        card = people.household(actor=actor, household_id=household_id)
        actor.require(Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, area=card.area)
        rows.append(
            Census(
                id=new_id(card.area, "census", zone_id, household_id),
                area=card.area,
                zone_id=zone_id,
                household_id=household_id,
                needs=sorted(needs),
                people_inside=inside,
                taken_by=actor.id,
                taken_at=now,
            )
        )
    Census.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["zone_id", "household_id"],
        update_fields=["needs", "people_inside", "taken_by", "taken_at"],
    )
    if rows:
        event = CensusTaken(area=rows[0].area, zone_id=zone_id, households=len(rows))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(rows)
