"""The outbreak: from a positive pool to the last release. Steps take a fact's fields and call one action; the table stands at the end."""

from datetime import datetime, timedelta
from typing import Any

from epigrid.command.communication import actions as communication
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions import TestOrder
from epigrid.field.sampling.events import PooledPositive, SinglePositive
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.kernel.periods import Period
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Steps
from epigrid.playbooks.testing import RETEST_LABORATORIES, settle
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.outbreaks.events import OutbreakClosed, OutbreakOpened, PositiveReported
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine import rules as stay_rules
from epigrid.response.quarantine.actions import NewOrder
from epigrid.response.quarantine.events import (
    HoldExtended,
    HoldsEnded,
    HoldsIssued,
    HoldTold,
)
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing import rules as tracing_rules
from epigrid.response.tracing.actions import NewCandidate
from epigrid.response.tracing.events import (
    CandidateJudged,
    CaseClassified,
    CaseOpened,
    ExposureRecorded,
    QueryApproved,
    ReferralAnswered,
    ReferralSent,
)
from epigrid.store import clock

OWN_WINDOW = "own window"
ONE_DAY = timedelta(days=1)


def propose_holds(fact: Fact[PooledPositive], actor: Actor, now: datetime) -> None:
    """Holds for the tube's people stand ready for the duty officer."""
    event = fact.event
    quarantine.propose_holds(actor=actor, tube_id=event.tube_id, person_ids=event.person_ids, now=now, cause=fact.id)


def start_retest_clock(fact: Fact[PooledPositive], actor: Actor, now: datetime) -> None:
    """From the pooled positive to the single results."""
    outbreaks.start_clock(actor=actor, area=fact.event.area, key="retest", subject_id=fact.event.tube_id, now=now, cause=fact.id)


def dispatch_squad(fact: Fact[HoldsIssued], actor: Actor, now: datetime) -> None:
    """One positive tube, one dispatch, one squad (S-115): to the doors, and one call to each person."""
    event = fact.event
    policy = policies.clause(stay_rules.HoldPolicy, on=clock.local_day(event.area, now), area=event.area)
    due_at = now + timedelta(hours=policy.retest_hours)
    cards = people.people(actor=actor, ids=event.person_ids)
    calls = [NewTask(kind="tell-hold", duty=Duty.GRID_WORKER, area=card.area, due_at=now + timedelta(hours=1), person_id=card.id) for card in cards]
    squad = NewTask(kind="dispatch", duty=Duty.SAMPLER, area=event.area, due_at=due_at)
    directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
    source = Source(kind="tube", id=event.tube_id, directive_id=directive)
    tasks.open_tasks(actor=actor, source=source, tasks=[squad, *calls], now=now, cause=fact.id)


def order_retests(fact: Fact[HoldsIssued], actor: Actor, now: datetime) -> None:
    """Single tubes at the door, to two laboratories; who owes them already for his antigen test owes them once."""
    event = fact.event
    policy = policies.clause(stay_rules.HoldPolicy, on=clock.local_day(event.area, now), area=event.area)
    due_at = now + timedelta(hours=policy.retest_hours)
    due = sampled.tests_due(actor=actor, person_ids=event.person_ids, states=("due", "missed"))
    owing = {card.person_id for card in due if card.source_kind == "antigen"}
    fresh = [person for person in event.person_ids if person not in owing]
    orders = [TestOrder(person_id=person, opens_at=now, due_at=due_at, laboratories=RETEST_LABORATORIES) for person in fresh]
    sampling.order_tests(actor=actor, area=event.area, source_kind="hold", source_id=event.tube_id, orders=orders, now=now, cause=fact.id)


def reconcile_held(fact: Fact[HoldsIssued] | Fact[HoldsEnded], actor: Actor, now: datetime) -> None:
    """Statuses follow the holds."""
    joins.reconcile(actor=actor, person_ids=fact.event.person_ids, now=now, cause=fact.id)


def reconcile_one(fact: Fact[HoldExtended], actor: Actor, now: datetime) -> None:
    """One person's status follows his measures."""
    joins.reconcile(actor=actor, person_ids=[fact.event.person_id], now=now, cause=fact.id)


def close_call(fact: Fact[HoldTold], actor: Actor, now: datetime) -> None:
    """The call closes the task that waited for it."""
    evidence = Evidence(kind="call", value=str(fact.event.hold_id))
    tasks.close_by_fact(actor=actor, kind="tell-hold", person_ids=[fact.event.person_id], evidence=evidence, by=fact.actor_id, now=now, cause=fact.id)


def advise_households(fact: Fact[HoldsIssued], actor: Actor, now: datetime) -> None:
    """Who lives with a held person gets advice, never a hold."""
    event = fact.event
    homes = sorted({card.household_id for card in people.people(actor=actor, ids=event.person_ids) if card.household_id is not None})
    members = {member for home in homes for member in people.household(actor=actor, household_id=home).person_ids}
    ids = sorted(members - set(event.person_ids))
    communication.tell_people(actor=actor, area=event.area, person_ids=ids, key="hold.household-advice", values={}, now=now, cause=fact.id)


def tell_freed(fact: Fact[HoldsEnded], actor: Actor, now: datetime) -> None:
    """Who was told that he is held is told that it is over, and why; after a corrected result everybody whose hold was issued, told of it or not yet."""
    event = fact.event
    ended = [card for card in measures.holds(actor=actor, person_ids=event.person_ids) if card.id in event.hold_ids]
    told = [card.person_id for card in ended if card.served_at or (event.reason == stay_rules.TUBE_CORRECTED and card.decided_at)]
    values = {"reason": event.reason}
    communication.tell_people(actor=actor, area=event.area, person_ids=told, key="hold.ended", values=values, now=now, cause=fact.id)


def end_hold_work(fact: Fact[HoldsEnded], actor: Actor, now: datetime) -> None:
    """What the holds made ends with them: tests and tasks of the freed people, and with the last hold of a tube its squad's dispatch.

    The clock to the single results stops where every result came, or none is owed any more.
    """
    event = fact.event
    held = measures.holds(actor=actor, person_ids=event.person_ids)
    tubes = sorted({card.tube_id for card in held if card.id in event.hold_ids and card.tube_id is not None})
    still = measures.held_tubes(actor=actor, tube_ids=tubes)
    for tube_id in tubes:
        ended: Any = {"actor": actor, "source_id": tube_id, "reason": "hold-ended", "now": now, "cause": fact.id}
        sampling.end_tests(area=event.area, person_ids=event.person_ids, **ended)
        tasks.end_tasks(person_ids=event.person_ids if tube_id in still else (), **ended)
        if tube_id not in still and event.reason in (stay_rules.TUBE_CORRECTED, "hold.all-negative"):
            outbreaks.stop_clock(actor=actor, key="retest", subject_id=tube_id, now=now, cause=fact.id)


def open_case(fact: Fact[SinglePositive], actor: Actor, now: datetime) -> None:
    """A single positive is a preliminary positive: its case opens."""
    event = fact.event
    sampled_at = sampled.swabbed_at(actor=actor, tube_id=event.tube_id, person_id=event.person_id)
    found = joins.found_under(actor=actor, person_id=event.person_id, now=now)
    tracing.open_case(actor=actor, person_id=event.person_id, tube_id=event.tube_id, sampled_at=sampled_at, found=found, now=now, cause=fact.id)


def settle_own_tubes(fact: Fact[SinglePositive], actor: Actor, now: datetime) -> None:
    """The person's hold ends as a case; his tube's others wait for the investigator."""
    held = measures.holds(actor=actor, person_ids=[fact.event.person_id], states=("issued", "served"))
    tubes = [card.tube_id for card in held if card.tube_id is not None]
    settle(actor=actor, tube_ids=tubes, now=now, cause=fact.id)
    for tube_id in tubes:
        outbreaks.stop_clock(actor=actor, key="retest", subject_id=tube_id, now=now, cause=fact.id)


def open_outbreak(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """The first case opens the outbreak of the community, later ones join it (S-120)."""
    community = _community(fact)
    outbreaks.open_or_join(actor=actor, area=community, case_id=fact.event.case_id, now=now, cause=fact.id)


def _community(fact: Fact[CaseOpened]) -> Area:
    area = fact.event.area
    return next(step for step in reversed(list(area.ancestors())) if step.level <= 4)


def start_case_clocks(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """Report, trajectory, investigation: each with its start here (clock 1 and following)."""
    for key in ("report", "trajectory", "investigation"):
        outbreaks.start_clock(actor=actor, area=fact.event.area, key=key, subject_id=fact.event.case_id, now=now, cause=fact.id)


def report_it(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """At once to the city office first, then to the county (S-105)."""
    event = fact.event
    bodies = [body for body in organisation.bodies(actor=actor, kind="eoc") if body.area.covers(event.area)]
    ordered = [body.id for body in sorted(bodies, key=lambda body: body.area.level)]
    outbreaks.report_positive(actor=actor, area=event.area, case_id=event.case_id, to_body_ids=ordered, now=now, cause=fact.id)


def call_ambulance(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """An ambulance to the designated hospital."""
    hospitals = organisation.bodies(actor=actor, kind="hospital")
    hospital_id = hospitals[0].id if hospitals else None
    quarantine.call_ambulance(actor=actor, person_id=fact.event.person_id, hospital_id=hospital_id, now=now, cause=fact.id)


def propose_treatment(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """The isolation order for treatment stands ready; quarantine of the same person ends."""
    event = fact.event
    quarantine.become_case(actor=actor, person_id=event.person_id, now=now, cause=fact.id)
    new = NewOrder(person_id=event.person_id, kind="treatment", case_id=event.case_id, contact_id=None, contact_class="case", last_exposure_at=None)
    quarantine.propose_order(actor=actor, new=new, now=now, cause=fact.id)


def gather_tube_mates(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """Whoever stood in the same pooled tube is a candidate: queue neighbours are judged by a person."""
    event = fact.event
    readings = [reading for reading in sampled.readings_of(actor=actor, person_id=event.person_id) if not reading.single]
    for reading in readings[-1:]:
        mates = sampled.members(actor=actor, tube_id=reading.tube_id)
        found = [
            NewCandidate(person_id=mate, evidence={"tube": reading.label, "position": place + 1}, last_exposure_at=reading.sampled_at)
            for place, mate in enumerate(mates)
        ]
        tracing.add_candidates(actor=actor, case_id=event.case_id, source="tube", found=found, now=now, cause=fact.id)


def gather_household(fact: Fact[CaseOpened], actor: Actor, now: datetime) -> None:
    """Whoever lives with the case is a candidate."""
    event = fact.event
    card = people.person(actor=actor, person_id=event.person_id)
    if card.household_id is None:
        return
    home = people.household(actor=actor, household_id=card.household_id)
    found = [NewCandidate(person_id=member, evidence={"household": str(home.id)}, last_exposure_at=fact.at) for member in home.person_ids]
    tracing.add_candidates(actor=actor, case_id=event.case_id, source="household", found=found, now=now, cause=fact.id)


def end_excluded(fact: Fact[CaseClassified], actor: Actor, now: datetime) -> None:
    """A case that the experts exclude binds nobody, and nobody is tested because of it."""
    event = fact.event
    if event.outcome == "excluded":
        quarantine.end_orders_of_case(actor=actor, case_id=event.case_id, now=now, cause=fact.id)
        for card in traced.candidates(actor=actor, case_id=event.case_id):
            sampling.end_tests(actor=actor, area=event.area.root, source_id=card.id, reason="case-excluded", now=now, cause=fact.id)


def record_own_window(fact: Fact[CaseClassified], actor: Actor, now: datetime) -> None:
    """The case's own window: from the look-back before the first positive sampling until now."""
    event = fact.event
    if event.outcome == "excluded":
        return
    case = traced.case(actor=actor, case_id=event.case_id)
    policy = policies.clause(tracing_rules.ContactPolicy, on=clock.local_day(event.area, now), area=event.area)
    start, end = tracing_rules.own_window(positive_at=case.sampled_at, until=case.opened_at, policy=policy)
    window = Period(start=start, end=end)
    tracing.record_exposure(actor=actor, case_id=case.id, window=window, place_ids=[], basis=OWN_WINDOW, now=now, cause=fact.id)


def approve_own_window(fact: Fact[ExposureRecorded], actor: Actor, now: datetime) -> None:
    """Confirming a case approved the query of its own window; any other exposure waits for a second person."""
    event = fact.event
    case = traced.case(actor=actor, case_id=event.case_id)
    if fact.actor_kind == "procedure" and case.entered_by is not None:
        tracing.approve_own_window(actor=actor, exposure_id=event.exposure_id, approved_by=case.entered_by, now=now, cause=fact.id)


def run_query(fact: Fact[QueryApproved], actor: Actor, now: datetime) -> None:
    """An approved query runs once; its people become candidates with evidence."""
    tracing.run_query(actor=actor, query_id=fact.event.query_id, now=now, cause=fact.id)
    outbreaks.stop_clock(actor=actor, key="trajectory", subject_id=fact.event.case_id, now=now, cause=fact.id)


def propose_order(fact: Fact[CandidateJudged], actor: Actor, now: datetime) -> None:
    """A close contact's order stands ready for the county command."""
    event = fact.event
    if event.outcome == "close-contact" and traced.case(actor=actor, case_id=event.case_id).state != "excluded":
        policy = policies.clause(stay_rules.StayPolicy, on=clock.local_day(event.area, now), area=event.area)
        new = NewOrder(
            person_id=event.person_id,
            kind=stay_rules.first_kind(policy),
            case_id=event.case_id,
            contact_id=event.contact_id,
            contact_class=event.outcome,
            last_exposure_at=event.last_exposure_at,
            doubtful=event.doubtful,
        )
        quarantine.propose_order(actor=actor, new=new, now=now, cause=fact.id)


def order_exposed_tests(fact: Fact[CandidateJudged], actor: Actor, now: datetime) -> None:
    """People exposed at an affected place are tested, not quarantined (procedures 2, step 5)."""
    event = fact.event
    if event.outcome != "exposed":
        return
    policy = policies.clause(tracing_rules.ExposedPolicy, on=clock.local_day(event.area, now), area=event.area)
    windows = tracing_rules.test_windows(first=now, policy=policy)
    orders = [TestOrder(person_id=event.person_id, opens_at=start, due_at=end) for start, end in windows]
    sampling.order_tests(actor=actor, area=event.area, source_kind="contact", source_id=event.candidate_id, orders=orders, now=now, cause=fact.id)


def settle_judged(fact: Fact[CandidateJudged], actor: Actor, now: datetime) -> None:
    """A judgement may free a held person at once."""
    held = measures.holds(actor=actor, person_ids=[fact.event.person_id], states=("issued", "served"))
    settle(actor=actor, tube_ids=[card.tube_id for card in held if card.tube_id is not None], now=now, cause=fact.id)


def stop_investigation_clock(fact: Fact[CandidateJudged], actor: Actor, now: datetime) -> None:
    """The investigation is full when no candidate of the case is open."""
    if not traced.candidates(actor=actor, case_id=fact.event.case_id, open_only=True):
        outbreaks.stop_clock(actor=actor, key="investigation", subject_id=fact.event.case_id, now=now, cause=fact.id)


def start_referral_clock(fact: Fact[ReferralSent], actor: Actor, now: datetime) -> None:
    """Cross-area feedback runs from the sending."""
    outbreaks.start_clock(actor=actor, area=fact.event.area, key="referral", subject_id=fact.event.referral_id, now=now, cause=fact.id)


def stop_referral_clock(fact: Fact[ReferralAnswered], actor: Actor, now: datetime) -> None:
    """The other area's answer ends it."""
    outbreaks.stop_clock(actor=actor, key="referral", subject_id=fact.event.referral_id, now=now, cause=fact.id)


def stop_report_clock(fact: Fact[PositiveReported], actor: Actor, now: datetime) -> None:
    """The report is out."""
    outbreaks.stop_clock(actor=actor, key="report", subject_id=fact.event.case_id, now=now, cause=fact.id)


def end_outbreak_tasks(fact: Fact[OutbreakClosed], actor: Actor, now: datetime) -> None:
    """Nothing stays open after the end (X20)."""
    tasks.end_tasks(actor=actor, source_id=fact.event.outbreak_id, reason="outbreak-closed", now=now, cause=fact.id)


def open_plan_tasks(fact: Fact[OutbreakOpened], actor: Actor, now: datetime) -> None:
    """The plan of the first day: each matter has an owner and a deadline (S-120)."""
    event = fact.event
    plan = (
        ("interview", Duty.CDC_INVESTIGATOR, 4),
        ("name-zone-lead", Duty.SUBDISTRICT_OFFICE, 1),
        ("prepare-site", Duty.COUNTY_EOC_OFFICER, 4),
    )
    new = [NewTask(kind=kind, duty=duty, area=event.area, due_at=now + timedelta(hours=hours)) for kind, duty, hours in plan]
    directive = joins.directive_for(actor=actor, act="task.open", area=event.area, now=now)
    source = Source(kind="outbreak", id=event.outbreak_id, directive_id=directive)
    tasks.open_tasks(actor=actor, source=source, tasks=new, now=now, cause=fact.id)


STEPS: Steps = {
    PooledPositive: [propose_holds, start_retest_clock],
    HoldsIssued: [dispatch_squad, order_retests, advise_households, reconcile_held],
    HoldTold: [close_call],
    HoldExtended: [reconcile_one],
    HoldsEnded: [end_hold_work, tell_freed, reconcile_held],
    SinglePositive: [open_case, settle_own_tubes],
    CaseOpened: [open_outbreak, start_case_clocks, report_it, call_ambulance, propose_treatment, gather_tube_mates, gather_household],
    OutbreakOpened: [open_plan_tasks],
    PositiveReported: [stop_report_clock],
    CaseClassified: [end_excluded, record_own_window],
    ExposureRecorded: [approve_own_window],
    QueryApproved: [run_query],
    CandidateJudged: [propose_order, order_exposed_tests, settle_judged, stop_investigation_clock],
    ReferralSent: [start_referral_clock],
    ReferralAnswered: [stop_referral_clock],
    OutbreakClosed: [end_outbreak_tasks],
}
