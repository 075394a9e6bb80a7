"""Sector sweeps: three linked lists, one result a person, and who may ask."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.periods import Period
from epigrid.playbooks import joins
from epigrid.playbooks.runner import run_until_quiet
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people.models import Person
from epigrid.response.tracing import actions, queries, rules
from epigrid.response.tracing.actions import Named, NewDecision, NewSweep
from epigrid.store import journal
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.doors.world import client_of
from tests.response import stories, test_tracing

ALL = stories.ALL
INVESTIGATOR, OFFICER = Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER
RESULTS_DUE = MONDAY + 2 * DAY


def exposure(world):
    return actions.record_exposure(
        actor=cast.actor(INVESTIGATOR),
        case_id=stories.case(world),
        window=Period(start=MONDAY - 2 * DAY, end=MONDAY),
        place_ids=[],
        basis="interview",
        now=MONDAY,
        cause=world.root_cause,
    )


def new_sweep(world, *, length=DAY, **more):
    asked = {
        "exposure_id": exposure(world),
        "sector": "couriers",
        "place_ids": [world.place("shop")],
        "window": Period(start=MONDAY - length, end=MONDAY),
        "reason": "the case works at the outlet",
        "results_due_at": RESULTS_DUE,
    }
    return NewSweep(**asked | more)


def asked(world, **more):
    return actions.ask_sweep(actor=cast.actor(INVESTIGATOR), new=new_sweep(world, **more), now=MONDAY, cause=world.root_cause)


def approve(world, sweep_id, duty=OFFICER):
    actions.approve_sweep(actor=cast.actor(duty), sweep_id=sweep_id, now=MONDAY, cause=world.root_cause)
    run_until_quiet(STEPS)


def note(world, sweep_id, result, *numbers, duty=INVESTIGATOR, reason="at his sister's"):
    ids = [world.person(number) for number in numbers]
    return actions.note_results(
        actor=cast.actor(duty), sweep_id=sweep_id, person_ids=ids, result=result, reason=reason, now=MONDAY + HOUR, cause=world.root_cause
    )


def name(world, sweep_id, list_name, *file_nos, elsewhere=0):
    named = Named(place_id=world.place("shop"), list_name=list_name, file_nos=file_nos, elsewhere=elsewhere)
    return actions.name_listed(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id, named=named, now=MONDAY, cause=world.root_cause)


def lists(world, sweep_id):
    """list -> {(person number, link)}; a link is a person's number or `shop`."""
    number = {person: place for place, person in enumerate(world.people)}
    found = {}
    for card in queries.listed(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id):
        for entry in card.entries:
            found.setdefault(entry.list_name, set()).add((number[card.person_id], number.get(entry.via, "shop")))
    return found


def drawn(world):
    """Person 0 works at the shop by the register, 4 by the shop's own list; 1 lives with 0, 5 with 4; 6, 1 and 12 came there, 8 came on another day."""
    Person.objects.seen_by(ALL).filter(id=world.person(0)).update(worker_place_id=world.place("shop"))
    scan = test_tracing.scan
    test_tracing.scans(world, scan(1, 0), scan(2, 6), scan(3, 1, "10:00", "10:20"), scan(4, 12), scan(5, 8, day="2022-11-18"))
    sweep_id = asked(world)
    name(world, sweep_id, "workers", "mini-0004")
    approve(world, sweep_id)
    return sweep_id


def swab(world, outcomes, *, at):
    """One tube each: person -> outcome."""
    table = cast.actor(Duty.REGISTRAR, Duty.SAMPLER)
    for number, outcome in outcomes.items():
        person = [world.person(number)]
        tube = sampling.fill_tube(
            actor=table, area=cast.COMMUNITY, label=f"S{number}", pool_size=1, person_ids=person, now=at, cause=world.root_cause
        )
        sampling.note_results(actor=ALL, tube_ids=[tube], outcome=outcome, at=at, now=at, cause=world.root_cause)
    run_until_quiet(STEPS)


def results(sweep_id):
    return queries.sweep(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id).counts


def test_s_129_a_sweep_on_one_outlet_gives_three_linked_lists_and_each_person_has_a_result(world) -> None:
    sweep_id = drawn(world)
    assert lists(world, sweep_id) == {
        "workers": {(0, "shop"), (4, "shop")},
        "families": {(1, 0), (5, 4)},
        "recipients": {(6, "shop"), (1, "shop"), (12, "shop")},
    }
    people = queries.listed(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id)
    assert len(people) == 6, "whoever stands on two lists is one person"
    assert {test.person_id for test in sampled.tests_due(actor=ALL, source_id=sweep_id)} == {card.person_id for card in people}
    assert {task.person_id for task in tasked.tasks_of(actor=ALL, source_id=sweep_id, states=["assigned"])} == {card.person_id for card in people}
    swab(world, {0: "positive", 1: "negative", 6: "negative"}, at=MONDAY + HOUR)
    assert note(world, sweep_id, "away", 4) == note(world, sweep_id, "refused", 5) == note(world, sweep_id, "not-found", 12) == 1
    assert results(sweep_id) == {"open": 0, "negative": 2, "positive": 1, "away": 1, "not-found": 1, "refused": 1, "excused": 0}
    counts = actions.close_sweep(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id, now=MONDAY + DAY, cause=world.root_cause)
    run_until_quiet(STEPS)
    assert sum(counts.values()) == 6
    assert not tasked.tasks_of(actor=ALL, source_id=sweep_id, states=["assigned", "accepted"])
    assert not sampled.tests_due(actor=ALL, source_id=sweep_id)


def test_s_129_a_sweep_with_open_people_stays_open_until_a_named_person_gives_the_reason_for_each(world) -> None:
    sweep_id = drawn(world)
    with pytest.raises(rules.SweepRefused):
        actions.close_sweep(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id, now=MONDAY + DAY, cause=world.root_cause)
    with pytest.raises(rules.ReasonMissing):
        note(world, sweep_id, "excused", 0, reason=" ")
    with pytest.raises(NotAllowed):
        note(world, sweep_id, "excused", 0, duty=Duty.GRID_WORKER)
    note(world, sweep_id, "excused", 0, 1, 4, 5, 6, 12, reason="tested by the county next door")
    run_until_quiet(STEPS)
    assert not sampled.tests_due(actor=ALL, source_id=sweep_id)
    excused = queries.listed(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id)
    assert {(card.result, card.noted_by) for card in excused} == {("excused", cast.user_id(INVESTIGATOR))}
    actions.close_sweep(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id, now=MONDAY + DAY, cause=world.root_cause)
    with pytest.raises(rules.SweepRefused):
        note(world, sweep_id, "away", 0)


def test_what_a_test_says_is_never_typed_over(world) -> None:
    sweep_id = drawn(world)
    note(world, sweep_id, "away", 0)
    swab(world, {0: "negative"}, at=MONDAY + 2 * HOUR)
    assert results(sweep_id)["negative"] == 1
    with pytest.raises(rules.ResultKnown):
        note(world, sweep_id, "refused", 0)


def test_x03_a_sweep_needs_a_second_person_and_stays_within_its_exposure(world) -> None:
    sweep_id = asked(world)
    run_until_quiet(STEPS)
    assert queries.listed(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id) == []
    with pytest.raises(NotAllowed):
        approve(world, sweep_id, duty=INVESTIGATOR)
    both = cast.actor(INVESTIGATOR, OFFICER)
    own = actions.ask_sweep(actor=both, new=new_sweep(world, sector="own"), now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.SamePerson):
        actions.approve_sweep(actor=both, sweep_id=own, now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.QueryNotApproved):
        actions.draw_sweep(actor=ALL, sweep_id=sweep_id, now=MONDAY, cause=world.root_cause)
    for wrong in ({"length": 3 * DAY}, {"place_ids": []}, {"results_due_at": MONDAY}):
        with pytest.raises(rules.SweepRefused):
            asked(world, **wrong)
    assert asked(world) == sweep_id, "the same question is the same sweep"


def test_people_outside_the_askers_area_leave_as_a_count_of_leads(world) -> None:
    Person.objects.seen_by(ALL).filter(id=world.person(6)).update(area=cast.NEIGHBOUR_COUNTY)
    sweep_id = drawn(world)
    card = queries.sweep(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id)
    assert card.leads == {"workers": 0, "families": 0, "recipients": 1}
    assert (6, "shop") not in lists(world, sweep_id)["recipients"]
    drawn_facts = journal.facts(actor=ALL, kinds=["tracing.sweep-drawn"], subjects=[sweep_id])
    assert all(world.person(6) not in fact.event.person_ids for fact in drawn_facts)


def test_an_outlets_own_list_is_taken_whole_and_draws_the_new_workers_families(world) -> None:
    sweep_id = drawn(world)
    with pytest.raises(rules.SweepRefused):
        name(world, sweep_id, "workers", "mini-0014", "nobody")
    assert len(queries.listed(actor=ALL, sweep_id=sweep_id)) == 6
    name(world, sweep_id, "workers", "mini-0014", elsewhere=3)
    assert name(world, sweep_id, "recipients", "mini-0020") == 1
    run_until_quiet(STEPS)
    found = lists(world, sweep_id)
    assert (15, 14) in found["families"] and (20, "shop") in found["recipients"]
    due = Counter(test.person_id for test in sampled.tests_due(actor=ALL, source_id=sweep_id))
    assert len(due) == 9 and set(due.values()) == {1}, "nobody is asked to a second test"
    assert queries.sweep(actor=ALL, sweep_id=sweep_id).elsewhere == 3


def test_a_grid_worker_sees_whom_to_ask_and_not_why(world) -> None:
    sweep_id = drawn(world)
    worker = cast.actor(Duty.GRID_WORKER)
    cards = queries.to_check(actor=worker)
    assert {card.person_id for card in cards} == {world.person(number) for number in (0, 1, 4, 5, 6)}, "person 12 lives in the other grid"
    assert {card.due_at for card in cards} == {RESULTS_DUE}
    assert queries.sweeps(actor=worker) == []
    note(world, sweep_id, "away", 4, duty=Duty.GRID_WORKER)
    assert len(queries.to_check(actor=worker)) == 4


def test_who_was_only_on_a_sweep_is_forgotten_after_the_retention_and_not_before_it_is_closed(world) -> None:
    sweep_id = drawn(world)
    note(world, sweep_id, "excused", 0, 1, 4, 5, 6, 12)
    late = MONDAY + 200 * DAY
    assert world.person(12) not in joins.retention_over(actor=ALL, area=cast.TREE, now=late)
    actions.close_sweep(actor=cast.actor(INVESTIGATOR), sweep_id=sweep_id, now=MONDAY + DAY, cause=world.root_cause)
    assert world.person(12) not in joins.retention_over(actor=ALL, area=cast.TREE, now=MONDAY + 2 * DAY)
    assert world.person(12) in joins.retention_over(actor=ALL, area=cast.TREE, now=late)


def test_s_126_each_place_of_an_exposure_has_a_decision_also_no_measure_with_a_reason(world) -> None:
    sweep_id = asked(world)
    exposure_id = queries.sweep(actor=ALL, sweep_id=sweep_id).exposure_id

    def decide(measure, reason="only the door was touched", duty=INVESTIGATOR, **more):
        new = NewDecision(exposure_id=exposure_id, place_id=world.place("shop"), measure=measure, reason=reason, **more)
        actions.decide_place(actor=cast.actor(duty), new=new, now=MONDAY, cause=world.root_cause)
        run_until_quiet(STEPS)
        return [(card.measure, card.reason) for card in queries.exposure_places(actor=cast.actor(INVESTIGATOR), exposure_id=exposure_id)]

    assert queries.exposure_places(actor=ALL, exposure_id=exposure_id)[0].measure == ""
    assert decide("disinfect", due_at=MONDAY + DAY) == [("disinfect", "only the door was touched")]
    tasks = [task for task in tasked.tasks_of(actor=ALL, states=["assigned"]) if task.kind == "place-disinfect"]
    assert [(task.duty, task.place_id, task.due_at) for task in tasks] == [(Duty.COUNTY_EOC_OFFICER, world.place("shop"), MONDAY + DAY)]
    assert decide("none", reason="closed since Friday") == [("none", "closed since Friday")]
    assert not [task for task in tasked.tasks_of(actor=ALL, states=["assigned"]) if task.kind == "place-disinfect"]
    with pytest.raises(rules.ReasonMissing):
        decide("none", reason=" ")
    with pytest.raises(rules.SweepRefused):
        decide("close")
    with pytest.raises(NotAllowed):
        decide("none", duty=OFFICER)


def test_pages_of_sweeps_and_contacts_open_within_their_budget_and_a_grid_worker_reads_no_why(world) -> None:
    sweep_id = drawn(world)
    exposure_id = queries.sweep(actor=ALL, sweep_id=sweep_id).exposure_id
    asked(world, sector="restaurants")
    one, places = f"/sweeps/?sweep={sweep_id}", f"/sweeps/?exposure={exposure_id}"
    for duty in (INVESTIGATOR, OFFICER, Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY):
        client = client_of(duty)
        client.get("/contacts/")
        for address in ("/sweeps/", one, places, "/contacts/"):
            with CaptureQueriesContext(connection) as said:
                answer = client.get(address)
            seen = address in ("/sweeps/", "/contacts/") or duty in (INVESTIGATOR, OFFICER)
            assert answer.status_code == (200 if seen else 404), (duty, address)
            assert len(said) <= 12, (duty, address, len(said))
    assert "mini-0012" in client_of(INVESTIGATOR).get(one).content.decode()
    page = client_of(Duty.GRID_WORKER).get("/sweeps/").content.decode()
    assert "couriers" not in page and "the case works" not in page


TEST = st.tuples(st.booleans(), st.sampled_from(["", "negative", "positive", "invalid", "grey"]))


@given(st.lists(TEST, max_size=5), st.sampled_from(["", *rules.NOTES]), TEST)
def test_a_single_positive_wins_and_a_note_never_hides_a_test(tests, noted, later) -> None:
    result = rules.sweep_result(tests=tests, noted=noted)
    assert result in rules.RESULTS
    assert (result == "positive") == ((True, "positive") in tests)
    if result == "positive":
        assert rules.sweep_result(tests=[*tests, later], noted=noted) == "positive"
    if result in rules.NOTES:
        assert result == noted and rules.sweep_result(tests=tests, noted="") == "open"
