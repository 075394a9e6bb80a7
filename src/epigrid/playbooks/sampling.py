"""At the sampling site: who waits apart, tubes thrown away, a hand-over whose two sides differ. Steps take a fact's fields and call one action."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.command.communication import actions as communication
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions import Running, TestOrder
from epigrid.field.sampling.events import (
    AppointmentsMade,
    CallersNeeded,
    HandOverDiffered,
    IsolatedHandedOver,
    ListsMoved,
    NegativesNoted,
    PersonIsolated,
    PooledBeforeOrder,
    RemainingHandedOut,
    RoundOpened,
    TubeDiscarded,
)
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins, testing
from epigrid.playbooks.runner import Steps
from epigrid.registers.people import queries as people
from epigrid.registers.people.events import DayRegisterEntered
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import actions as workforce
from epigrid.registers.workforce import queries as workers
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.events import HoldExtended, HoldsEnded, HoldsIssued, OrderEnded, OrderServed, PatientAdmitted

INCIDENT = timedelta(hours=1)
"""Within this time somebody answers why the two sides of a hand-over differ (design value)."""


def order_single_test(fact: Fact[PersonIsolated], actor: Actor, now: datetime) -> None:
    """Whoever waits apart owes one sample of his own, at the site."""
    event = fact.event
    closes = sampled.round_card(actor=actor, round_id=event.round_id).closes_at
    orders = [TestOrder(person_id=event.person_id, opens_at=now, due_at=closes, where="site")]
    sampling.order_tests(actor=actor, area=event.area, source_kind="isolation", source_id=event.isolation_id, orders=orders, now=now, cause=fact.id)


def open_isolation_task(fact: Fact[PersonIsolated], actor: Actor, now: datetime) -> None:
    """Somebody is to call the ambulance and hand him over; the task stays open until the record ends."""
    event = fact.event
    closes = sampled.round_card(actor=actor, round_id=event.round_id).closes_at
    new = NewTask(kind="isolated", duty=Duty.COMMUNITY_SECRETARY, area=event.area, due_at=closes, person_id=event.person_id)
    source = Source(kind="isolation", id=event.isolation_id, directive_id=joins.directive_for(actor=actor, act="task.open", area=event.area, now=now))
    tasks.open_tasks(actor=actor, source=source, tasks=[new], now=now, cause=fact.id)


def tell_of_isolated(fact: Fact[PersonIsolated], actor: Actor, now: datetime) -> None:
    """The community learns that somebody waits apart."""
    duties = (Duty.COMMUNITY_SECRETARY,)
    communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key="site.isolated", values={}, now=now, cause=fact.id)


def close_isolation_task(fact: Fact[IsolatedHandedOver], actor: Actor, now: datetime) -> None:
    """He was handed over."""
    evidence = Evidence(kind="signature", value=str(fact.event.isolation_id))
    tasks.close_by_fact(actor=actor, kind="isolated", source_id=fact.event.isolation_id, evidence=evidence, by=fact.actor_id, now=now, cause=fact.id)


def end_single_test(fact: Fact[IsolatedHandedOver], actor: Actor, now: datetime) -> None:
    """Whoever left the site owes it no sample any more."""
    event = fact.event
    sampling.end_tests(actor=actor, area=event.area, source_id=event.isolation_id, reason="handed-over", now=now, cause=fact.id)
    tasks.end_tasks(actor=actor, source_id=event.isolation_id, reason="handed-over", now=now, cause=fact.id)


def open_incident(fact: Fact[HandOverDiffered], actor: Actor, now: datetime) -> None:
    """The two sides of a hand-over differ: somebody finds out where the tubes, or the other seal, come from."""
    event = fact.event
    new = NewTask(kind="hand-over-incident", duty=Duty.COMMUNITY_SECRETARY, area=event.area, due_at=now + INCIDENT)
    source = Source(kind="box", id=event.box_id, directive_id=joins.directive_for(actor=actor, act="task.open", area=event.area, now=now))
    tasks.open_tasks(actor=actor, source=source, tasks=[new], now=now, cause=fact.id)


def tell_of_difference(fact: Fact[HandOverDiffered], actor: Actor, now: datetime) -> None:
    """Both sides' offices learn how many tubes are missing."""
    duties = (Duty.TESTING_FORCE, Duty.COMMUNITY_SECRETARY)
    values = {"missing": len(fact.event.missing_ids)}
    communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key="box.differs", values=values, now=now, cause=fact.id)


def open_caller_tasks(fact: Fact[CallersNeeded], actor: Actor, now: datetime) -> None:
    """Each unit that is behind at half time gets a caller until the round closes."""
    _open_in_units(fact, "call-down", actor, now)


def open_remaining_tasks(fact: Fact[RemainingHandedOut], actor: Actor, now: datetime) -> None:
    """Somebody of each unit goes and asks whoever has not come yet, until the round closes."""
    _open_in_units(fact, "remaining", actor, now)


def _open_in_units(fact: Fact[CallersNeeded] | Fact[RemainingHandedOut], kind: str, actor: Actor, now: datetime) -> None:
    event = fact.event
    closes = sampled.round_card(actor=actor, round_id=event.round_id).closes_at
    units = places.places(actor=actor, ids=event.place_ids)
    new = [NewTask(kind=kind, duty=Duty.GRID_WORKER, area=unit.area, due_at=closes, place_id=unit.id) for unit in units.values()]
    source = Source(kind="round", id=event.round_id, directive_id=event.directive_id)
    tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


def open_appointment_tasks(fact: Fact[AppointmentsMade], actor: Actor, now: datetime) -> None:
    """Whoever is appointed at his door becomes a task of the sampling team; the others come to a table."""
    event = fact.event
    cards = people.people(actor=actor, ids=event.door_ids)
    if cards:
        new = [NewTask(kind="test", duty=Duty.SAMPLER, area=card.area, due_at=event.due_at, person_id=card.id) for card in cards]
        directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
        source = Source(kind="appointment", id=event.test_ids[0], directive_id=directive)
        tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


def note_staff_tests(fact: Fact[NegativesNoted], actor: Actor, now: datetime) -> None:
    """A worker whose sample was read has been tested; he may take a shift again (S-222)."""
    files = workers.person_ids(actor=actor)
    if files:
        tested = sampled.sampled_in(actor=actor, tube_ids=fact.event.tube_ids, person_ids=files)
        workforce.note_tests(actor=actor, sampled_at=tested, now=now, cause=fact.id)


def keep_alone_one(fact: Fact[OrderServed] | Fact[OrderEnded] | Fact[PatientAdmitted] | Fact[HoldExtended], actor: Actor, now: datetime) -> None:
    """Whom a served order binds is never pooled from now on, also in a round that is frozen; after its end he is as everybody else (S-210)."""
    _keep_alone([fact.event.person_id], actor, now, fact.id)


def keep_alone_held(fact: Fact[HoldsIssued] | Fact[HoldsEnded], actor: Actor, now: datetime) -> None:
    """The same while a hold runs."""
    _keep_alone(fact.event.person_ids, actor, now, fact.id)


def keep_alone_all(fact: Fact[RoundOpened], actor: Actor, now: datetime) -> None:
    """When a round opens everybody whom a measure binds is looked up once more, so that no measure of before is missing on its lists."""
    _keep_alone([card.person_id for card in measures.all_active(actor=actor, now=now)], actor, now, fact.id)


def _keep_alone(person_ids: Sequence[UUID], actor: Actor, now: datetime, cause: UUID) -> None:
    active = measures.active_measures(actor=actor, person_ids=person_ids, now=now)
    running = {
        person_id: [Running(measure_id=card.id, until=card.ends_at) for card in active.get(person_id, ()) if card.ends_at is not None]
        for person_id in person_ids
    }
    sampling.keep_alone(actor=actor, running=running, now=now, cause=cause)


def tell_of_pooled(fact: Fact[PooledBeforeOrder], actor: Actor, now: datetime) -> None:
    """Whoever follows people who are to be sampled alone learns that they stand in a pool that came later, and in which."""
    event, duties = fact.event, (Duty.CDC_DUTY_OFFICER, Duty.COMMUNITY_SECRETARY, Duty.SAMPLER)
    label = sampled.tube(actor=actor, tube_id=event.tube_id).label
    values = {"people": len(event.person_ids), "label": label}
    communication.tell_duty(actor=actor, area=event.area, duties=duties, key="tube.pooled-before-order", values=values, now=now, cause=fact.id)


def sort_registered(fact: Fact[DayRegisterEntered], actor: Actor, now: datetime) -> None:
    """Whom the day's register puts in quarantine at home is sampled at his door from now on."""
    event = fact.event
    sampling.sort_registered(actor=actor, entry_ids=event.entry_ids, area=event.area, now=now, cause=fact.id)


def move_door_tasks(fact: Fact[ListsMoved], actor: Actor, now: datetime) -> None:
    """Whoever came to a door list gets a visit at his door, whoever left one is called to the table as everybody else."""
    event = fact.event
    tasks.end_tasks(actor=actor, source_id=event.round_id, person_ids=event.person_ids, reason="list-changed", now=now, cause=fact.id)
    if event.to != "pooled":
        closes = sampled.round_card(actor=actor, round_id=event.round_id).closes_at
        roles = ("sampler", "information-officer") if event.to == "quarantine" else ()
        new = [
            NewTask(kind="door-sample", duty=Duty.SAMPLER, area=card.area, due_at=closes, person_id=card.id, roles=roles)
            for card in people.people(actor=actor, ids=event.person_ids)
        ]
        directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
        tasks.open_tasks(actor=actor, source=Source(kind="round", id=event.round_id, directive_id=directive), tasks=new, now=now, cause=fact.id)


STEPS: Steps = {
    OrderServed: [keep_alone_one],
    OrderEnded: [keep_alone_one],
    PatientAdmitted: [keep_alone_one],
    HoldsIssued: [keep_alone_held],
    HoldExtended: [keep_alone_one],
    HoldsEnded: [keep_alone_held],
    RoundOpened: [keep_alone_all],
    DayRegisterEntered: [sort_registered],
    ListsMoved: [move_door_tasks],
    PooledBeforeOrder: [tell_of_pooled],
    AppointmentsMade: [open_appointment_tasks],
    NegativesNoted: [note_staff_tests],
    PersonIsolated: [order_single_test, open_isolation_task, tell_of_isolated],
    IsolatedHandedOver: [close_isolation_task, end_single_test],
    TubeDiscarded: [testing.resample],
    CallersNeeded: [open_caller_tasks],
    RemainingHandedOut: [open_remaining_tasks],
    HandOverDiffered: [open_incident, tell_of_difference],
}
