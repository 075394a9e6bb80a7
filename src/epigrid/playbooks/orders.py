"""Orders: from the signed paper to the release and the home days. Steps take a fact's fields and call one action; the table stands at the end."""

from datetime import datetime, timedelta

from epigrid.field.codes import actions as codes
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling.actions import TestOrder
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Steps
from epigrid.registers.people import queries as people
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.actions import NewOrder
from epigrid.response.quarantine.events import (
    AppealDecided,
    OrderEnded,
    OrderServed,
    OrdersIssued,
    OrdersRejudged,
    PatientAdmitted,
    TransferArrived,
)
from epigrid.store import clock

ONE_DAY = timedelta(days=1)


def reconcile_one(fact: Fact[OrderServed] | Fact[OrderEnded] | Fact[PatientAdmitted], actor: Actor, now: datetime) -> None:
    """One person's status follows his measures."""
    joins.reconcile(actor=actor, person_ids=[fact.event.person_id], now=now, cause=fact.id)


def open_serving_tasks(fact: Fact[OrdersIssued], actor: Actor, now: datetime) -> None:
    """The community serves each numbered paper."""
    event = fact.event
    cards = people.people(actor=actor, ids=event.person_ids)
    new = [NewTask(kind="serve-order", duty=Duty.GRID_WORKER, area=card.area, due_at=now + timedelta(hours=2), person_id=card.id) for card in cards]
    orders = measures.orders(actor=actor, person_ids=event.person_ids)
    directive = next(card.directive_id for card in orders if card.id in event.order_ids and card.directive_id is not None)
    source = Source(kind="order", id=event.first_id, directive_id=directive)
    tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


def close_serving(fact: Fact[OrderServed], actor: Actor, now: datetime) -> None:
    """The signature closes the task that waited for it."""
    evidence = Evidence(kind="signature", value=str(fact.event.order_id))
    tasks.close_by_fact(
        actor=actor, kind="serve-order", person_ids=[fact.event.person_id], evidence=evidence, by=fact.actor_id, now=now, cause=fact.id
    )


def plan_tests(fact: Fact[OrderServed], actor: Actor, now: datetime) -> None:
    """Tests on the days of the order's own edition, from today on."""
    event = fact.event
    days = [day for day in measures.test_dates(actor=actor, order_id=event.order_id) if day >= clock.local_day(event.area, now)]
    orders = [
        TestOrder(
            person_id=event.person_id,
            opens_at=clock.local_midnight(event.area, day),
            due_at=clock.local_midnight(event.area, day + ONE_DAY),
            where="site" if event.order_kind == "site" else "door",
        )
        for day in days
    ]
    sampling.order_tests(actor=actor, area=event.area, source_kind="order", source_id=event.order_id, orders=orders, now=now, cause=fact.id)


def start_transfer_clock(fact: Fact[OrderServed], actor: Actor, now: datetime) -> None:
    """Contacts are moved within the clause's hours."""
    event = fact.event
    if event.order_kind == "site":
        outbreaks.start_clock(actor=actor, area=event.area, key="transfer", subject_id=event.order_id, now=now, cause=fact.id)


def stop_transfer_clocks(fact: Fact[TransferArrived], actor: Actor, now: datetime) -> None:
    """Who arrived has been moved."""
    for order_id in fact.event.order_ids:
        outbreaks.stop_clock(actor=actor, key="transfer", subject_id=order_id, now=now, cause=fact.id)


def propose_colour(fact: Fact[OrderServed] | Fact[PatientAdmitted] | Fact[OrderEnded], actor: Actor, now: datetime) -> None:
    """The code desk sees whom to request for; Epigrid sets no colour."""
    event = fact.event
    ended = isinstance(event, OrderEnded)
    if ended and measures.active_measures(actor=actor, person_ids=[event.person_id], now=now):
        return
    codes.propose_colours(
        actor=actor,
        person_ids=[event.person_id],
        wanted="green" if ended else "red",
        reason="released" if ended else "quarantine",
        source_id=event.order_id,
        now=now,
        cause=fact.id,
    )


def end_order_work(fact: Fact[OrderEnded], actor: Actor, now: datetime) -> None:
    """Tests and tasks of an ended order end with it."""
    event = fact.event
    sampling.end_tests(actor=actor, area=event.area, source_id=event.order_id, reason=event.reason, now=now, cause=fact.id)
    tasks.end_tasks(actor=actor, source_id=event.order_id, reason=event.reason, now=now, cause=fact.id)
    tasks.end_tasks(actor=actor, source_id=event.order_id, reason=event.reason, now=now, cause=fact.id, person_ids=[event.person_id])


def propose_home_phase(fact: Fact[OrderEnded], actor: Actor, now: datetime) -> None:
    """After a released site stay the home days of the same judgement stand ready."""
    event = fact.event
    if event.order_kind != "site" or event.reason != "released":
        return
    before = measures.order(actor=actor, order_id=event.order_id)
    if before.case_id is None:
        return
    new = NewOrder(
        person_id=event.person_id,
        kind="home",
        case_id=before.case_id,
        contact_id=before.contact_id,
        contact_class="close-contact",
        last_exposure_at=before.last_exposure_at,
        after_id=before.id,
    )
    quarantine.propose_order(actor=actor, new=new, now=now, cause=fact.id)


def end_tests_beyond(fact: Fact[OrdersRejudged], actor: Actor, now: datetime) -> None:
    """Where a new regime shortens the days, the tests after them fall away."""
    event = fact.event
    sampling.end_later_tests(actor=actor, area=event.area, source_ids=event.order_ids, after=event.ends_at, now=now, cause=fact.id)


def reconcile_appellant(fact: Fact[AppealDecided], actor: Actor, now: datetime) -> None:
    """An upheld appeal frees at once."""
    joins.reconcile(actor=actor, person_ids=[fact.event.person_id], now=now, cause=fact.id)


STEPS: Steps = {
    OrdersIssued: [open_serving_tasks],
    OrderServed: [close_serving, plan_tests, start_transfer_clock, propose_colour, reconcile_one],
    TransferArrived: [stop_transfer_clocks],
    PatientAdmitted: [propose_colour, reconcile_one],
    OrderEnded: [end_order_work, propose_colour, propose_home_phase, reconcile_one],
    OrdersRejudged: [end_tests_beyond],
    AppealDecided: [reconcile_appellant],
}
