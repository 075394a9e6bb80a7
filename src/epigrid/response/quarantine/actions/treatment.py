"""Ambulance, admission, isolation for treatment, discharge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import queries, rules
from epigrid.response.quarantine.actions.orders import end_order
from epigrid.response.quarantine.events import AmbulanceCalled, AmbulancesOpen, PatientAdmitted
from epigrid.response.quarantine.models import Ambulance, Order
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

ALARM = timedelta(minutes=30)
"""An open ambulance call alarms after half an hour (design value, S-140)."""


@whole
def call_ambulance(*, actor: Actor, person_id: UUID, hospital_id: UUID | None, now: datetime, cause: UUID) -> UUID:
    """Call an ambulance; no status, area or test conditions it (X06). The same cause is one call."""
    card = people.person(actor=actor, person_id=person_id)
    known = Ambulance.objects.seen_by(actor).filter(person_id=person_id, caused_by=cause).first()
    if known is not None:
        return known.id
    row = Ambulance.objects.create(
        id=new_id(card.area, "ambulance", person_id, cause),
        area=card.area,
        person_id=person_id,
        called_at=now,
        hospital_id=hospital_id,
        caused_by=cause,
    )
    event = AmbulanceCalled(area=card.area, ambulance_id=row.id, person_id=person_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def ambulance_times(*, actor: Actor, person_id: UUID, departed_at: datetime, arrived_at: datetime) -> None:
    """Note when the ambulance left and arrived."""
    row = Ambulance.objects.seen_by(actor).select_for_update().filter(person_id=person_id).order_by("-called_at").first()
    if row is None:
        raise Ambulance.DoesNotExist
    actor.require(Duty.HOSPITAL, Duty.CDC_DUTY_OFFICER, Duty.COMMUNITY_SECRETARY, area=row.area)
    row.departed_at, row.arrived_at = departed_at, arrived_at
    row.save(update_fields=["departed_at", "arrived_at"])


@whole
def flag_ambulances(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Alarm for ambulances that have not arrived in time; once each."""
    actor.require(Duty.PROCEDURE, area=area)
    ids = tuple(queries.ambulances_open(actor=actor, before=now - ALARM))
    if ids:
        Ambulance.objects.seen_by(actor).filter(id__in=ids).update(alarmed_at=now)
        journal.record(AmbulancesOpen(area=area, first_id=ids[0], ambulance_ids=ids), actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def admit(*, actor: Actor, order_id: UUID, now: datetime, cause: UUID) -> None:
    """The hospital admits a person under an issued treatment order."""
    row = Order.objects.seen_by(actor).select_for_update().get(id=order_id)
    actor.require(Duty.HOSPITAL, area=row.area)
    if row.kind != "treatment" or row.state not in rules.LIVING:
        raise rules.MeasureEnded(state=row.state)
    if row.served_at is None:
        row.state, row.served_by, row.served_at = "served", actor.named, now
        row.save(update_fields=["state", "served_by", "served_at"])
        event = PatientAdmitted(area=row.area, person_id=row.person_id, order_id=row.id)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def discharge(*, actor: Actor, order_id: UUID, readings: Sequence[tuple[datetime, float | None]], now: datetime, cause: UUID) -> None:
    """The hospital discharges when the clause's tests are there: `readings` are (sampled at, Ct or None for nothing found), apart as the clause says."""
    row = Order.objects.seen_by(actor).select_for_update().get(id=order_id)
    actor.require(Duty.HOSPITAL, area=row.area)
    if row.state not in rules.LIVING:
        return
    policy = policies.clause(rules.TreatmentPolicy, edition=row.edition)
    good = sorted(at for at, ct in readings if ct is None or ct >= policy.ct_at_least)[-policy.tests_needed :]
    apart = all(later - earlier >= timedelta(hours=policy.hours_between) for earlier, later in pairwise(good))
    if len(good) < policy.tests_needed or not apart:
        raise rules.StayNotOver(reason_key="treatment.tests-missing", needed=policy.tests_needed, found=len(good))
    end_order(actor=actor, row=row, reason="discharged", now=now, cause=cause)
