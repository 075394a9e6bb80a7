"""Testing: from the ordered round to the noted result. Steps take a fact's fields and call one action; the table stands at the end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from epigrid.command.communication import actions as communication
from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory.events import (
    CheckNeeded,
    CorrectionAsked,
    RerunNeeded,
    ResultCorrected,
    ResultsUnmatched,
    TubeDoubtful,
    TubeInvalid,
    TubePositive,
    TubesNegative,
    TubesSentOn,
    TubesTakenOver,
)
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions import TestOrder
from epigrid.field.sampling.events import (
    BoxReceived,
    BoxSent,
    DoubtfulNoted,
    InvalidNoted,
    NegativesNoted,
    RoundClosed,
    RoundOpened,
    SwabsTaken,
    TestsMissed,
    TestsOrdered,
    TubeDiscarded,
    TubeMissing,
)
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Steps
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.rules import LIVING
from epigrid.response.tracing import queries as traced
from epigrid.store import journal

RESAMPLE = timedelta(hours=6)
"""A lost or unreadable tube's people are asked again within this time (design value)."""
RETEST_LABORATORIES = 2
WHO_ACTS = (
    Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.CASE_REGISTRAR, Duty.TESTING_FORCE, Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.SAMPLER,
)  # fmt: skip
"""Duties that act on a result: they hold, judge, enter, send squads, call and sample."""
WHO_JUDGES = (Duty.CDC_INVESTIGATOR, Duty.CASE_REGISTRAR)


def open_door_tasks(fact: Fact[RoundOpened], actor: Actor, now: datetime) -> None:
    """Each person on a door list becomes a task; a home under quarantine needs sampler and information officer together (S-053)."""
    event = fact.event
    round_card = sampled.round_card(actor=actor, round_id=event.round_id)
    rows = [row for row in sampled.roll_call(actor=actor, round_id=event.round_id).rows if row.list != "pooled"]
    cards = {card.id: card for card in people.people(actor=actor, ids=[row.person_id for row in rows])}
    new = [
        NewTask(
            kind="door-sample",
            duty=Duty.SAMPLER,
            area=cards[row.person_id].area,
            due_at=round_card.closes_at,
            person_id=row.person_id,
            roles=("sampler", "information-officer") if row.list == "quarantine" else (),
        )
        for row in rows
    ]
    source = Source(kind="round", id=event.round_id, directive_id=event.directive_id)
    tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


def tell_community_of_round(fact: Fact[RoundOpened], actor: Actor, now: datetime) -> None:
    """Secretaries and grid workers learn of the round."""
    duties = (Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.TESTING_FORCE)
    values = {"people": fact.event.people}
    communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key="round.opened", values=values, now=now, cause=fact.id)


def announce_box(fact: Fact[BoxSent], actor: Actor, now: datetime) -> None:
    """The laboratory learns how many tubes are coming."""
    values = {"tubes": len(fact.event.tube_ids)}
    communication.tell_duty(actor=actor, area=fact.event.area, duties=(Duty.LABORATORY,), key="box.coming", values=values, now=now, cause=fact.id)


def register_specimens(fact: Fact[BoxReceived], actor: Actor, now: datetime) -> None:
    """Tubes that arrived are specimens of the laboratory."""
    event = fact.event
    tubes = list(zip(event.tube_ids, event.labels, event.pool_sizes, strict=True))
    rounds = {card.id: card.round_id for card in sampled.tubes(actor=actor, tube_ids=event.tube_ids).values()}
    laboratory.register_specimens(actor=actor, body_id=event.to_body_id, tubes=tubes, rounds=rounds, now=now, cause=fact.id)


def resample(fact: Fact[TubeMissing] | Fact[TubeDiscarded] | Fact[InvalidNoted] | Fact[DoubtfulNoted], actor: Actor, now: datetime) -> None:
    """The people of a lost, unreadable or doubtful tube are asked again, one tube each; nobody is held.

    The test is owed for this fact, not for the tube: it stays owed when a hold ends that was about the same tube.
    """
    event = fact.event
    orders = [TestOrder(person_id=person, opens_at=now, due_at=now + RESAMPLE) for person in event.person_ids]
    sampling.order_tests(actor=actor, area=event.area, source_kind="resample", source_id=fact.id, orders=orders, now=now, cause=fact.id)


def tell_of_lost_tube(fact: Fact[TubeMissing], actor: Actor, now: datetime) -> None:
    """Command and community learn that a tube is missing, by its number of people."""
    duties = (Duty.TESTING_FORCE, Duty.COMMUNITY_SECRETARY)
    values = {"people": len(fact.event.person_ids)}
    communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key="tube.missing", values=values, now=now, cause=fact.id)


def open_test_tasks(fact: Fact[TestsOrdered], actor: Actor, now: datetime) -> None:
    """Each ordered test at a door becomes a task of the sampling team."""
    event = fact.event
    cards = people.people(actor=actor, ids=event.person_ids)
    new = [NewTask(kind="test", duty=Duty.SAMPLER, area=card.area, due_at=event.due_at, person_id=card.id) for card in cards]
    directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
    source = Source(kind=event.source_kind, id=event.source_id, directive_id=directive)
    tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


def close_test_tasks(fact: Fact[SwabsTaken], actor: Actor, now: datetime) -> None:
    """A swab closes the task that waited for it."""
    kind = "test" if fact.event.round_id is None else "door-sample"
    evidence = Evidence(kind="scan", value=str(fact.event.tube_id))
    tasks.close_by_fact(actor=actor, kind=kind, person_ids=fact.event.person_ids, evidence=evidence, by=fact.actor_id, now=now, cause=fact.id)


def remind_of_tests(fact: Fact[TestsMissed], actor: Actor, now: datetime) -> None:
    """A missed test can only remind."""
    communication.tell_people(
        actor=actor, area=fact.event.area, person_ids=fact.event.person_ids, key="test.missed", values={}, now=now, cause=fact.id
    )


def note_negatives(fact: Fact[TubesNegative], actor: Actor, now: datetime) -> None:
    """Negative tubes are noted on their people's records."""
    sampling.note_results(actor=actor, tube_ids=fact.event.tube_ids, outcome="negative", at=fact.at, now=now, cause=fact.id)


def note_positive(fact: Fact[TubePositive], actor: Actor, now: datetime) -> None:
    """A positive tube is noted."""
    _note(fact.event.tube_id, "positive", fact, actor, now)


def note_invalid(fact: Fact[TubeInvalid], actor: Actor, now: datetime) -> None:
    """An unreadable tube is noted."""
    _note(fact.event.tube_id, "invalid", fact, actor, now)


def note_doubtful(fact: Fact[TubeDoubtful], actor: Actor, now: datetime) -> None:
    """A grey or single-target tube is noted."""
    _note(fact.event.tube_id, fact.event.outcome, fact, actor, now)


def _note(tube_id: UUID, outcome: str, fact: Fact[TubePositive] | Fact[TubeInvalid] | Fact[TubeDoubtful], actor: Actor, now: datetime) -> None:
    sampling.note_results(actor=actor, tube_ids=[tube_id], outcome=outcome, at=fact.at, now=now, cause=fact.id)


def ask_for_rerun(fact: Fact[RerunNeeded], actor: Actor, now: datetime) -> None:
    """The laboratory is asked to run the tube again before anybody is told."""
    communication.tell_duty(actor=actor, area=fact.event.area, duties=(Duty.LABORATORY,), key="tube.rerun", values={}, now=now, cause=fact.id)


def ask_for_second_person(fact: Fact[CheckNeeded] | Fact[CorrectionAsked], actor: Actor, now: datetime) -> None:
    """The laboratory is asked for somebody who did not enter it: a positive is confirmed, a correction agreed, by two."""
    communication.tell_duty(actor=actor, area=fact.event.area, duties=(Duty.LABORATORY,), key="tube.check", values={}, now=now, cause=fact.id)


def tell_who_acted(fact: Fact[ResultCorrected], actor: Actor, now: datetime) -> None:
    """Whoever acted on the old result learns of the new one: those who decide, those who went to the doors, and each person who is held for it.

    A case that a single tube opened stays with its investigator, who is told that its result is another one now: people exclude a case, no message does.
    """
    event = fact.event
    values = {"was": event.was, "outcome": event.outcome}
    tube = sampled.tube(actor=actor, tube_id=event.tube_id)
    area = tube.area
    communication.tell_duty(actor=actor, area=area, duties=WHO_ACTS, key="tube.corrected", values=values, now=now, cause=fact.id)
    if event.was == "positive" and tube.pool_size == 1 and traced.cases(actor=actor, person_id=tube.person_ids[0]):
        communication.tell_duty(actor=actor, area=area, duties=WHO_JUDGES, key="case.corrected", values=values, now=now, cause=fact.id)
    held = [card.person_id for card in measures.holds(actor=actor, tube_id=event.tube_id, states=sorted(LIVING))]
    communication.tell_people(actor=actor, area=area, person_ids=held, key="hold.corrected", values={}, now=now, cause=fact.id)


def tell_of_sent_on(fact: Fact[TubesSentOn] | Fact[TubesTakenOver], actor: Actor, now: datetime) -> None:
    """Both laboratories and the testing force learn how many tubes go elsewhere, and how many did not arrive."""
    event = fact.event
    missing = len(event.missing_ids) if isinstance(event, TubesTakenOver) else 0
    duties = (Duty.LABORATORY, Duty.TESTING_FORCE)
    key = "tubes.taken-over" if isinstance(event, TubesTakenOver) else "tubes.sent-on"
    values = {"tubes": len(event.tube_ids), "missing": missing}
    communication.tell_duty(actor=actor, area=event.area, duties=duties, key=key, values=values, now=now, cause=fact.id)


def tell_of_inbox(fact: Fact[ResultsUnmatched], actor: Actor, now: datetime) -> None:
    """Somebody must look at readings that match no tube."""
    values = {"readings": fact.event.count}
    communication.tell_duty(
        actor=actor, area=fact.event.area, duties=(Duty.LABORATORY,), key="results.unmatched", values=values, now=now, cause=fact.id
    )


def call_off(fact: Fact[ResultCorrected], actor: Actor, now: datetime) -> None:
    """Who was to be sampled again because the tube could not be read owes nothing for it now that it can be."""
    event = fact.event
    if event.outcome in ("negative", "positive"):
        for told in journal.facts_about(subject_id=event.tube_id):
            if isinstance(told.event, InvalidNoted | DoubtfulNoted):
                ended: Any = {"actor": actor, "source_id": told.id, "reason": "result-corrected", "now": now, "cause": fact.id}
                sampling.end_tests(area=told.event.area, **ended)
                tasks.end_tasks(**ended)


def settle_tubes(fact: Fact[NegativesNoted] | Fact[InvalidNoted] | Fact[DoubtfulNoted], actor: Actor, now: datetime) -> None:
    """Single negatives may free the people of a held tube; a tube that was positive and is so no more frees those who are held for it.

    A case whose single result was corrected was the reason why the others of its tube waited: that tube is looked at again too.
    """
    event = fact.event
    if isinstance(event, NegativesNoted):
        tube_ids, person_ids = event.tube_ids, event.single_person_ids
    else:
        tube_ids, person_ids = (event.tube_id,), event.person_ids
    own = measures.holds(actor=actor, person_ids=person_ids) if person_ids else []
    waiting = {card.tube_id for card in own if card.tube_id and (card.state in LIVING or card.end_reason == "hold.became-case")}
    settle(actor=actor, tube_ids=measures.held_tubes(actor=actor, tube_ids=[*tube_ids, *sorted(waiting)]), now=now, cause=fact.id)


def settle(*, actor: Actor, tube_ids: Sequence[UUID], now: datetime, cause: UUID) -> None:
    """Settle the holds of tubes from their re-read result, retests and judgements."""
    for tube_id in tube_ids:
        evidence = joins.pool_evidence(actor=actor, tube_id=tube_id)
        quarantine.settle_holds(actor=actor, tube_id=tube_id, evidence=evidence, needed=RETEST_LABORATORIES, now=now, cause=cause)


def end_round_tasks(fact: Fact[RoundClosed], actor: Actor, now: datetime) -> None:
    """Door tasks of a closed round end with it."""
    tasks.end_tasks(actor=actor, source_id=fact.event.round_id, reason="round-closed", now=now, cause=fact.id)


STEPS: Steps = {
    RoundOpened: [open_door_tasks, tell_community_of_round],
    SwabsTaken: [close_test_tasks],
    BoxSent: [announce_box],
    BoxReceived: [register_specimens],
    TubeMissing: [resample, tell_of_lost_tube],
    RerunNeeded: [ask_for_rerun],
    CheckNeeded: [ask_for_second_person],
    CorrectionAsked: [ask_for_second_person],
    ResultCorrected: [tell_who_acted, call_off],
    TubesSentOn: [tell_of_sent_on],
    TubesTakenOver: [tell_of_sent_on],
    TubesNegative: [note_negatives],
    TubePositive: [note_positive],
    TubeInvalid: [note_invalid],
    TubeDoubtful: [note_doubtful],
    ResultsUnmatched: [tell_of_inbox],
    NegativesNoted: [settle_tubes],
    InvalidNoted: [settle_tubes, resample],
    DoubtfulNoted: [settle_tubes, resample],
    TestsOrdered: [open_test_tasks],
    TestsMissed: [remind_of_tests],
    RoundClosed: [end_round_tasks],
}
