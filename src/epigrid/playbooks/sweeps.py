"""Sector sweeps, the places of an exposure, and contacts on their way. Steps take a fact's fields and call one action; the table stands at the end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions import TestOrder
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Steps
from epigrid.response.quarantine.events import OrderEnded, OrderServed, TransferArrived
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.events import (
    CandidateJudged,
    PlaceDecided,
    SweepApproved,
    SweepClosed,
    SweepDrawn,
    SweepNamed,
    SweepResultsNoted,
)


def draw_sweep(fact: Fact[SweepApproved] | Fact[SweepNamed], actor: Actor, now: datetime) -> None:
    """An approved sweep's lists are drawn, and again when an outlet gives its own list."""
    card = traced.sweep(actor=actor, sweep_id=fact.event.sweep_id)
    if card.approved_by is not None and card.closed_at is None:
        tracing.draw_sweep(actor=actor, sweep_id=card.id, now=now, cause=fact.id)


def order_sweep_tests(fact: Fact[SweepDrawn], actor: Actor, now: datetime) -> None:
    """Each listed person is tested once, until the sweep's own due moment; sampling opens the task at the door."""
    event = fact.event
    known = sampled.tests_due(actor=actor, source_id=event.sweep_id, states=("due", "done", "missed", "ended"))
    ids = sorted(set(event.person_ids) - {test.person_id for test in known})
    orders = [TestOrder(person_id=person_id, opens_at=now, due_at=event.due_at) for person_id in ids]
    sampling.order_tests(actor=actor, area=event.area, source_kind="sweep", source_id=event.sweep_id, orders=orders, now=now, cause=fact.id)


def end_noted_work(fact: Fact[SweepResultsNoted], actor: Actor, now: datetime) -> None:
    """Of whom a named person said that he cannot be tested, nobody asks it any more."""
    _end(fact.event.sweep_id, f"sweep-{fact.event.result}", fact, actor, now, fact.event.person_ids)


def end_sweep_work(fact: Fact[SweepClosed], actor: Actor, now: datetime) -> None:
    """Nothing of a closed sweep stays open."""
    _end(fact.event.sweep_id, "sweep-closed", fact, actor, now)


def _end(
    sweep_id: UUID, reason: str, fact: Fact[SweepResultsNoted] | Fact[SweepClosed], actor: Actor, now: datetime, ids: Sequence[UUID] = ()
) -> None:
    ended = {"actor": actor, "source_id": sweep_id, "reason": reason, "now": now, "cause": fact.id, "person_ids": ids}
    sampling.end_tests(area=fact.event.area, **ended)  # type: ignore[arg-type]
    tasks.end_tasks(**ended)  # type: ignore[arg-type]


def open_place_task(fact: Fact[PlaceDecided], actor: Actor, now: datetime) -> None:
    """What an investigator proposes for a place goes to the county command, which decides; a new word ends the old task."""
    event = fact.event
    tasks.end_tasks(actor=actor, source_id=event.decision_id, reason="replaced", now=now, cause=fact.id)
    if event.due_at is not None:
        kind, directive = f"place-{event.measure}", joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
        new = NewTask(kind=kind, duty=Duty.COUNTY_EOC_OFFICER, area=event.area, due_at=event.due_at, place_id=event.place_id)
        source = Source(kind="exposure", id=event.decision_id, directive_id=directive)
        tasks.open_tasks(actor=actor, source=source, tasks=[new], now=now, cause=fact.id)


def follow_contact(fact: Fact[CandidateJudged] | Fact[OrderServed] | Fact[OrderEnded], actor: Actor, now: datetime) -> None:
    """A contact's moments follow his measures."""
    tracing.follow_contacts(actor=actor, moments=joins.contact_moments(actor=actor, person_ids=[fact.event.person_id]))


def follow_arrived(fact: Fact[TransferArrived], actor: Actor, now: datetime) -> None:
    """Who arrived was moved."""
    tracing.follow_contacts(actor=actor, moments=joins.contact_moments(actor=actor, person_ids=fact.event.person_ids))


STEPS: Steps = {
    SweepApproved: [draw_sweep],
    SweepNamed: [draw_sweep],
    SweepDrawn: [order_sweep_tests],
    SweepResultsNoted: [end_noted_work],
    SweepClosed: [end_sweep_work],
    PlaceDecided: [open_place_task],
    CandidateJudged: [follow_contact],
    OrderServed: [follow_contact],
    TransferArrived: [follow_arrived],
    OrderEnded: [follow_contact],
}
