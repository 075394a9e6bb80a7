"""After an antigen result: a positive leads to a PCR test and a proposal, an invalid one to another kit, a negative to nothing. The table stands at the end.

A result that somebody read at home makes no case and ends no measure: a person decides on the hold, and the PCR result ends it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.command.communication import actions as communication
from epigrid.field.antigen import queries as antigen
from epigrid.field.antigen.events import AntigenInvalids, AntigenNegatives, AntigenPositive
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions import TestOrder
from epigrid.field.sampling.events import NegativesNoted, SinglePositive
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins, testing
from epigrid.playbooks.runner import Steps
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import ClauseMissing, ClauseUnset, NoPackInForce
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.rules import LIVING, HoldPolicy
from epigrid.store import clock

RETEST = "antigen"
"""What a PCR test is owed for. Its source is the fact of the positive, not the hold: it stays owed when nobody is held."""
AGAIN = timedelta(hours=6)
"""Within this time somebody with an invalid result is asked again, with another kit (design value)."""
DESK = (Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER)


def order_pcr(fact: Fact[AntigenPositive], actor: Actor, now: datetime) -> None:
    """Single tubes at the door, to as many laboratories as other retests; who owes them already for an antigen test owes them once."""
    event = fact.event
    due = sampled.tests_due(actor=actor, person_ids=[event.person_id], states=("due", "missed"))
    if not any(card.source_kind == RETEST for card in due):
        due_at = now + _retest_within(event.area, now)
        order = TestOrder(person_id=event.person_id, opens_at=now, due_at=due_at, laboratories=testing.RETEST_LABORATORIES)
        sampling.order_tests(actor=actor, area=event.area, source_kind=RETEST, source_id=fact.id, orders=[order], now=now, cause=fact.id)


def propose_hold(fact: Fact[AntigenPositive], actor: Actor, now: datetime) -> None:
    """A hold until the PCR result stands ready for the duty officer, where the clauses in force know holds; one at a time.

    A result that is entered late may have its PCR results already: they end the proposal at once.
    """
    event = fact.event
    open_already = _antigen_holds(actor, [event.person_id], states=("proposed", *sorted(LIVING)))
    if not open_already and _knows_holds(event.area, now):
        quarantine.propose_holds(actor=actor, tube_id=event.report_id, person_ids=[event.person_id], now=now, cause=fact.id)
        testing.settle(actor=actor, tube_ids=[event.report_id], now=now, cause=fact.id)


def _retest_within(area: Area, now: datetime) -> timedelta:
    """The clause's hours for a retest; where nobody has set them, those in which anybody is sampled again."""
    try:
        return timedelta(hours=policies.clause(HoldPolicy, on=clock.local_day(area, now), area=area).retest_hours)
    except (NoPackInForce, ClauseMissing, ClauseUnset):
        return testing.RESAMPLE


def _knows_holds(area: Area, now: datetime) -> bool:
    """Whether the clauses in force know a hold until a retest; its hours may be unset still: they are needed to issue it, not to propose it."""
    try:
        policies.clause(HoldPolicy, on=clock.local_day(area, now), area=area)
    except (NoPackInForce, ClauseMissing):
        return False
    except ClauseUnset:
        return True
    return True


def _antigen_holds(actor: Actor, person_ids: Sequence[UUID], *, states: Sequence[str]) -> list[UUID]:
    """What the holds of people are about, of those that came of an antigen result."""
    subjects = [card.tube_id for card in measures.holds(actor=actor, person_ids=person_ids, states=states) if card.tube_id is not None]
    return sorted(antigen.positives(actor=actor, report_ids=subjects)) if subjects else []


def tell_of_positive(fact: Fact[AntigenPositive], actor: Actor, now: datetime) -> None:
    """The community learns of it at once, without a name; the person is told what comes next."""
    event = fact.event
    communication.tell_duty(actor=actor, area=event.area, duties=DESK, key="antigen.positive", values={}, now=now, cause=fact.id)
    communication.tell_people(actor=actor, area=event.area, person_ids=[event.person_id], key="antigen.retest", values={}, now=now, cause=fact.id)


def ask_again(fact: Fact[AntigenInvalids], actor: Actor, now: datetime) -> None:
    """An invalid result says nothing: another kit, and the question again."""
    event = fact.event
    cards = people.people(actor=actor, ids=event.person_ids)
    new = [NewTask(kind="antigen-again", duty=Duty.GRID_WORKER, area=card.area, due_at=now + AGAIN, person_id=card.id) for card in cards]
    directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
    tasks.open_tasks(actor=actor, source=Source(kind=RETEST, id=event.first_id, directive_id=directive), tasks=new, now=now, cause=fact.id)
    communication.tell_people(actor=actor, area=event.area, person_ids=event.person_ids, key="antigen.again", values={}, now=now, cause=fact.id)


def close_asking(fact: Fact[AntigenNegatives] | Fact[AntigenPositive], actor: Actor, now: datetime) -> None:
    """A result that can be read closes the task that waited for it."""
    event = fact.event
    person_ids = event.person_ids if isinstance(event, AntigenNegatives) else (event.person_id,)
    evidence = Evidence(kind="record", value=str(event.subject_id))
    tasks.close_by_fact(actor=actor, kind="antigen-again", person_ids=person_ids, evidence=evidence, by=fact.actor_id, now=now, cause=fact.id)


def settle_proposals(fact: Fact[NegativesNoted] | Fact[SinglePositive], actor: Actor, now: datetime) -> None:
    """A PCR result may come before anybody has decided: a proposal that it answers ends as a hold would."""
    event = fact.event
    person_ids = event.single_person_ids if isinstance(event, NegativesNoted) else (event.person_id,)
    subjects = _antigen_holds(actor, person_ids, states=("proposed",)) if person_ids else []
    testing.settle(actor=actor, tube_ids=subjects, now=now, cause=fact.id)


STEPS: Steps = {
    AntigenPositive: [order_pcr, propose_hold, tell_of_positive, close_asking],
    AntigenInvalids: [ask_again],
    AntigenNegatives: [close_asking],
    NegativesNoted: [settle_proposals],
    SinglePositive: [settle_proposals],
}
