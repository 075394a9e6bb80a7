"""Tasks, care, codes, clocks, messages: the catalogue's rows and guards."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.command.communication import actions as communication
from epigrid.command.communication import queries as inbox
from epigrid.command.communication import rules as message_rules
from epigrid.field.care import actions as care
from epigrid.field.care import queries as cared
from epigrid.field.care import rules as care_rules
from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.codes import rules as code_rules
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.tasks import rules
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation.rules import DirectiveMissing
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.outbreaks import rules as outbreak_rules
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, GRID1, GRID2, HOUR, MONDAY

ALL = cast.procedure()
WORKER = cast.actor(Duty.GRID_WORKER)
SIGNED = rules.Evidence(kind="signature", value="signed")


def open_tasks(world, *new: NewTask, cause=None, directive=None) -> list:
    source = Source(kind="zone", id=cast.uid("source"), directive_id=directive or world.directive_id, list_id=cast.uid("list"))
    tasks.open_tasks(actor=ALL, source=source, tasks=new, now=MONDAY, cause=cause or world.root_cause)
    return tasked.tasks_of(actor=ALL, source_id=source.id)


def new(world, kind: str = "visit", person: int = 0, **more) -> NewTask:
    given_ = {"kind": kind, "duty": Duty.GRID_WORKER, "area": GRID1, "due_at": MONDAY + HOUR, "person_id": world.person(person)}
    return NewTask(**(given_ | more))


def test_s_021_a_task_closes_by_its_fact_and_a_second_persons_check(world) -> None:
    card = open_tasks(world, new(world, needs_check=True))[0]
    with pytest.raises(rules.EvidenceMissing):
        tasks.do(actor=WORKER, task_id=card.id, evidence=rules.Evidence(kind="photo", value="x"), now=MONDAY)
    tasks.accept(actor=WORKER, task_ids=[card.id], now=MONDAY)
    tasks.do(actor=WORKER, task_id=card.id, evidence=SIGNED, now=MONDAY)
    with pytest.raises(rules.SecondPersonNeeded):
        tasks.verify(actor=WORKER, task_id=card.id, now=MONDAY)
    tasks.verify(actor=cast.actor(Duty.COMMUNITY_SECRETARY), task_id=card.id, now=MONDAY)
    assert tasked.task(actor=ALL, task_id=card.id).state == "verified"


def test_s_021_an_overdue_task_goes_up_one_level_at_a_time(world) -> None:
    open_tasks(world, new(world))
    up = {"actor": ALL, "area": cast.TREE, "cause": world.root_cause}
    assert tasks.escalate_overdue(now=MONDAY + timedelta(minutes=59), **up) == 0
    assert tasks.escalate_overdue(now=MONDAY + HOUR, **up) == 1
    assert tasks.escalate_overdue(now=MONDAY + 2 * HOUR, **up) == 0
    assert tasks.escalate_overdue(now=MONDAY + 3 * HOUR, **up) == 1


def test_s_001_a_task_without_a_directive_is_refused(world) -> None:
    with pytest.raises(DirectiveMissing):
        open_tasks(world, new(world), directive=cast.uid("none"))


@given(st.lists(st.sampled_from(rules.STATES), max_size=100))
def test_s_022_open_closed_and_not_applicable_are_all_of_a_list(states) -> None:
    tally = rules.tally(states)
    assert tally.open + tally.closed + tally.not_applicable == tally.total == len(states)


def test_s_022_items_are_struck_off_with_a_reason_and_reopened_with_their_history(world) -> None:
    cards = open_tasks(world, *[new(world, person=number) for number in range(10)])
    tasks.do(actor=WORKER, task_id=cards[0].id, evidence=SIGNED, now=MONDAY)
    tasks.strike_off(actor=WORKER, task_id=cards[1].id, reason="moved out", now=MONDAY)
    tally = tasked.tally(actor=ALL, list_id=cast.uid("list"))
    assert (tally.total, tally.open, tally.closed, tally.not_applicable) == (10, 8, 1, 1)
    tasks.reopen(actor=WORKER, task_id=cards[0].id, reason="wrong door", now=MONDAY)
    assert tasked.tally(actor=ALL, list_id=cast.uid("list")).open == 9
    assert Fact.objects.filter(subject_id=cards[0].id).count() == 2


def test_s_053_a_joint_visit_closes_with_both_roles_present_only(world) -> None:
    card = open_tasks(world, new(world, roles=("sampler", "information-officer")))[0]
    with pytest.raises(rules.RolesMissing):
        tasks.do(actor=WORKER, task_id=card.id, evidence=rules.Evidence(kind="signature", value="s", present=("sampler",)), now=MONDAY)
    both = rules.Evidence(kind="signature", value="s", present=("sampler", "information-officer"))
    tasks.do(actor=WORKER, task_id=card.id, evidence=both, now=MONDAY)


def test_s_041_one_list_of_all_services_of_my_grid_and_none_of_another(world) -> None:
    kinds = ("test", "visit", "care.medicine", "serve-order", "opening.hotline")
    cards = [new(world, kind=kind) for kind in kinds] + [new(world, person=20, area=GRID2)]
    open_tasks(world, *cards)
    assert {card.kind for card in tasked.my_tasks(actor=WORKER)} == set(kinds)
    assert {card.area for card in tasked.my_tasks(actor=WORKER)} == {GRID1}


def test_s_414_the_same_push_twice_is_one_task_and_one_message(world) -> None:
    open_tasks(world, new(world))
    open_tasks(world, new(world))
    assert len(tasked.tasks_of(actor=ALL)) == 1
    sent = {"actor": ALL, "area": COMMUNITY, "duties": [Duty.COMMUNITY_SECRETARY], "key": "round.opened", "values": {"people": 3}}
    assert communication.tell_duty(now=MONDAY, cause=world.root_cause, **sent) == 1
    assert communication.tell_duty(now=MONDAY, cause=world.root_cause, **sent) == 0
    assert len(inbox.inbox(actor=cast.actor(Duty.COMMUNITY_SECRETARY))) == 1


def test_s_206_a_positive_result_is_never_sent_to_a_group(world) -> None:
    sent = {"actor": ALL, "area": COMMUNITY, "key": "result.positive", "values": {}, "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(message_rules.NeverToGroups):
        communication.tell_duty(duties=[Duty.GRID_WORKER], **sent)
    communication.tell_people(person_ids=[world.person(0)], **sent)
    assert len(inbox.messages_to(actor=Actor.resident(world.person(0)), person_id=world.person(0))) == 1
    assert inbox.messages_to(actor=Actor.resident(world.person(1)), person_id=world.person(0)) == []


def test_x26_nothing_leaves_an_exercise(world) -> None:
    with pytest.raises(message_rules.StaysInside):
        communication.require_outbound(COMMUNITY)


def test_s_291_an_unsolved_request_goes_up_and_the_resident_sees_its_state(world) -> None:
    me = Actor.resident(world.person(0))
    request = care.ask(actor=me, person_id=world.person(0), kind="medicine", channel="page", now=MONDAY)
    assert care.ask(actor=me, person_id=world.person(0), kind="medicine", channel="page", now=MONDAY) == request
    up = {"actor": ALL, "area": cast.TREE, "cause": world.root_cause}
    assert care.escalate_overdue(now=MONDAY + 2 * HOUR, **up) == 0
    assert care.escalate_overdue(now=MONDAY + 3 * HOUR, **up) == 1
    assert cared.requests(actor=me)[0].level == 1
    care.answer(actor=WORKER, request_id=request, answer="delivered", now=MONDAY + 4 * HOUR)
    assert (cared.requests(actor=me)[0].state, cared.requests(actor=me)[0].answer) == ("answered", "delivered")
    with pytest.raises(care_rules.RequestClosed):
        care.accept(actor=WORKER, request_id=request, now=MONDAY)
    assert cared.requests(actor=Actor.resident(world.person(1))) == []


def reason(**more) -> code_rules.Reason:
    given_ = {"kind": "hold", "source_id": cast.uid("m"), "effect": "hold", "since": MONDAY, "until": MONDAY + DAY, "decided_by": cast.uid("d")}
    return code_rules.Reason(**(given_ | more))


@pytest.mark.parametrize("bad", [{"kind": "bank-depositor"}, {"effect": "red"}, {"decided_by": None}, {"until": MONDAY}])
def test_x02_a_status_without_a_health_reason_decider_and_end_is_refused(world, bad) -> None:
    with pytest.raises(code_rules.ReasonUnknown):
        codes.reconcile_reasons(
            actor=ALL, person_ids=[world.person(0)], reasons={world.person(0): [reason(**bad)]}, now=MONDAY, cause=world.root_cause
        )
    assert coded.bound(actor=ALL, now=MONDAY) == []


@given(st.lists(st.sampled_from(["hold", "stay"]), max_size=4), st.randoms(use_true_random=False))
def test_status_is_the_strictest_active_reason_whatever_the_order(effects, random) -> None:
    reasons = [reason(effect=effect, source_id=cast.uid(number)) for number, effect in enumerate(effects)]
    shuffled = list(reasons)
    random.shuffle(shuffled)
    want = "stay" if "stay" in effects else "hold" if effects else "clear"
    assert code_rules.status_of(reasons, MONDAY) == code_rules.status_of(shuffled, MONDAY) == want
    assert code_rules.status_of(reasons, MONDAY + DAY) == "clear"


def test_a_negative_test_frees_nobody_while_another_reason_is_active(world) -> None:
    person = world.person(0)
    given_ = {"actor": ALL, "person_ids": [person], "now": MONDAY, "cause": world.root_cause}
    codes.reconcile_reasons(reasons={person: [reason(), reason(kind="zone", effect="stay", source_id=cast.uid("z"))]}, **given_)
    codes.reconcile_reasons(reasons={person: [reason(kind="zone", effect="stay", source_id=cast.uid("z"))]}, **given_)
    assert coded.status(actor=ALL, person_id=person, now=MONDAY).status == "stay"
    facts = Fact.objects.count()
    assert codes.reconcile_reasons(reasons={person: [reason(kind="zone", effect="stay", source_id=cast.uid("z"))]}, **given_) == 0
    assert Fact.objects.count() == facts


@pytest.mark.parametrize("status", code_rules.EFFECTS)
@pytest.mark.parametrize(("way", "answer"), [("medical", "medical"), ("home", "pass"), ("fire", "pass")])
def test_x06_emergency_fire_exit_and_the_way_home_are_never_refused(status, way, answer) -> None:
    assert code_rules.gate_answer(status=status, way=way, has_release_paper=False) == answer


def test_a_release_paper_beats_a_late_code_and_a_guard_learns_no_reason(world) -> None:
    assert code_rules.gate_answer(status="stay", way="pass", has_release_paper=True) == "pass"
    guard = cast.actor(Duty.GATE_GUARD)
    assert codes.check_gate(actor=guard, area=COMMUNITY, way="pass", now=MONDAY) == "call-desk"
    assert set(Fact.objects.get(kind="codes.gate-answered").payload) == {"check_id", "answer", "way"}


def test_an_emergency_is_called_without_any_condition(world) -> None:
    care.call_emergency(actor=Actor.resident(world.person(0)), person_id=world.person(0), channel="nonsense", now=MONDAY)
    runner.run_until_quiet(STEPS)
    assert Fact.objects.filter(kind="quarantine.ambulance-called").count() == 1


def test_s_120_the_first_case_opens_the_outbreak_and_the_second_joins(world) -> None:
    first = outbreaks.open_or_join(actor=ALL, area=COMMUNITY, case_id=cast.uid("c1"), now=MONDAY, cause=world.root_cause)
    assert outbreaks.open_or_join(actor=ALL, area=COMMUNITY, case_id=cast.uid("c2"), now=MONDAY, cause=world.root_cause) == first
    assert outbreaks.open_or_join(actor=ALL, area=COMMUNITY, case_id=cast.uid("c2"), now=MONDAY, cause=world.root_cause) == first
    assert outbroken.outbreak(actor=ALL, outbreak_id=first).case_ids in ((cast.uid("c1"), cast.uid("c2")), (cast.uid("c2"), cast.uid("c1")))
    runner.run_until_quiet(STEPS)
    assert len(tasked.tasks_of(actor=ALL, source_id=first)) == 3


def test_s_121_the_golden_report_says_met_late_and_missed(world) -> None:
    outbreak = outbreaks.open_or_join(actor=ALL, area=COMMUNITY, case_id=cast.uid("c1"), now=MONDAY, cause=world.root_cause)
    for key in ("report", "trajectory", "investigation"):
        outbreaks.start_clock(actor=ALL, area=COMMUNITY, key=key, subject_id=cast.uid("c1"), now=MONDAY, cause=world.root_cause)
    outbreaks.stop_clock(actor=ALL, key="report", subject_id=cast.uid("c1"), now=MONDAY + HOUR, cause=world.root_cause)
    outbreaks.stop_clock(actor=ALL, key="trajectory", subject_id=cast.uid("c1"), now=MONDAY + 5 * HOUR, cause=world.root_cause)
    lines = {line.key: (line.state, line.delay_minutes) for line in outbroken.golden_report(actor=ALL, outbreak_id=outbreak, now=MONDAY + 25 * HOUR)}
    assert lines == {"report": ("met", 0), "trajectory": ("late", 60), "investigation": ("missed", 60)}
    assert outbreaks.flag_missed_clocks(actor=ALL, area=cast.TREE, now=MONDAY + 25 * HOUR, cause=world.root_cause) == 1


def test_s_105_a_report_without_acknowledgement_alarms(world) -> None:
    given_ = {"actor": ALL, "area": COMMUNITY, "case_id": cast.uid("c"), "now": MONDAY, "cause": world.root_cause}
    bodies = [world.bodies["city"], world.bodies["county"]]
    report = outbreaks.report_positive(to_body_ids=bodies, **given_)
    assert outbreaks.report_positive(to_body_ids=bodies, **given_) == report
    alarm = {"actor": ALL, "area": cast.TREE, "now": MONDAY + HOUR, "cause": world.root_cause}
    assert outbreaks.flag_unacknowledged(**alarm) == 1
    city = cast.actor(Duty.CITY_EOC_OFFICE)
    outbreaks.acknowledge_report(actor=city, report_id=report, body_id=world.bodies["city"], now=MONDAY + HOUR, cause=world.root_cause)
    assert outbroken.reports(actor=city)[0].acknowledgements == ((str(world.bodies["city"]), (MONDAY + HOUR).isoformat()),)


def test_x20_an_outbreak_is_not_closed_while_anything_binds_or_is_open(world) -> None:
    outbreak = outbreaks.open_or_join(actor=ALL, area=COMMUNITY, case_id=cast.uid("c1"), now=MONDAY, cause=world.root_cause)
    close = {"actor": cast.actor(Duty.COUNTY_EOC_OFFICER), "outbreak_id": outbreak, "now": MONDAY, "cause": world.root_cause}
    for binding, still_open in ((1, 0), (0, 1)):
        with pytest.raises(outbreak_rules.OutbreakStillBinds):
            outbreaks.close_outbreak(still_binding=binding, still_open=still_open, **close)
    outbreaks.close_outbreak(still_binding=0, still_open=0, **close)
    assert COUNTY.covers(COMMUNITY)
