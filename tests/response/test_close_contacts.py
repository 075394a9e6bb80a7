"""Close contacts from the judgement to the last day, each moment from the facts of the measure that made it."""

from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.duties import Duty
from epigrid.playbooks.runner import run_until_quiet
from epigrid.playbooks.tables import STEPS
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions, queries, rules
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.response import stories

ALL = stories.ALL
NUMBERS = range(2, 18)
"""Sixteen people of eight households, two of them minors."""
MANAGER, TEAM = cast.actor(Duty.SITE_MANAGER), cast.actor(Duty.TRANSFER_TEAM)


def judged(world, case_id, number, at):
    actions.judge_candidate(
        actor=cast.actor(Duty.CDC_INVESTIGATOR),
        candidate_id=stories.candidate(world, case_id, number),
        outcome="close-contact",
        reason="same table for an hour",
        now=at,
        cause=world.root_cause,
    )


def site(world):
    site_id = quarantine.prepare_site(actor=MANAGER, place_id=world.place("site"), directive_id=world.directive_id, now=MONDAY)
    rooms = [(world.place(f"site/f{floor}/r{room}"), 2) for floor in (1, 3) for room in range(1, 6)]
    quarantine.list_rooms(actor=MANAGER, site_id=site_id, rooms=rooms)
    for step in ("guests-moved", "cleaned", "opened"):
        quarantine.step_site(actor=MANAGER, site_id=site_id, step=step, now=MONDAY, cause=world.root_cause)
    return site_id


def moved(world, orders, at):
    trip = quarantine.plan_transfer(actor=TEAM, order_ids=orders, vehicle="V1", seats=20, site_id=site(world), now=at, cause=world.root_cause)
    quarantine.answer_dependants(actor=TEAM, transfer_id=trip, answer="nobody stays alone")
    quarantine.depart(actor=TEAM, transfer_id=trip, now=at, cause=world.root_cause)
    quarantine.arrive(actor=MANAGER, transfer_id=trip, found_order_ids=orders, now=at + HOUR, cause=world.root_cause)


def states(case_id):
    return [card.state for card in queries.contacts(actor=cast.actor(Duty.CDC_INVESTIGATOR), case_id=case_id)]


def test_s_124_sixteen_contacts_are_each_listed_reached_and_moved_with_times_in_order(world) -> None:
    case_id = stories.case(world)
    for number in NUMBERS:
        judged(world, case_id, number, MONDAY + HOUR)
    run_until_quiet(STEPS)
    assert states(case_id) == ["listed"] * 16
    orders = [card.id for card in measures.orders(actor=ALL, kind="site")]
    for place, order in enumerate(orders):
        stories.issue_order(world, order, at=MONDAY + 2 * HOUR)
        if place < 15:
            stories.serve(world, order, at=MONDAY + 3 * HOUR)
    run_until_quiet(STEPS)
    assert sorted(states(case_id)) == ["listed", *["reached"] * 15], "the one whom nobody has reached is in sight"
    stories.serve(world, orders[15], at=MONDAY + 4 * HOUR)
    moved(world, orders, MONDAY + 5 * HOUR)
    run_until_quiet(STEPS)
    cards = queries.contacts(actor=cast.actor(Duty.CDC_INVESTIGATOR), case_id=case_id)
    assert {card.person_id for card in cards} == {world.person(number) for number in NUMBERS}
    for card in cards:
        assert card.state == "moved"
        assert card.judged_at < card.reached_at < card.moved_at == MONDAY + 6 * HOUR
    run_until_quiet(STEPS)
    assert queries.contacts(actor=cast.actor(Duty.CDC_INVESTIGATOR), case_id=case_id) == cards


def test_a_contact_whose_orders_are_over_is_ended_and_nobodys_word_made_him_so(world) -> None:
    case_id = stories.case(world)
    judged(world, case_id, 2, MONDAY + HOUR)
    run_until_quiet(STEPS)
    order = measures.orders(actor=ALL, kind="site")[0].id
    stories.issue_order(world, order, at=MONDAY + 2 * HOUR)
    stories.serve(world, order, at=MONDAY + 3 * HOUR)
    quarantine.end_orders_of_case(actor=ALL, case_id=case_id, now=MONDAY + 4 * HOUR, cause=world.root_cause)
    run_until_quiet(STEPS)
    card = queries.contacts(actor=ALL, case_id=case_id)[0]
    assert (card.state, card.reached_at, card.moved_at, card.ended_at) == ("ended", MONDAY + 3 * HOUR, None, MONDAY + 4 * HOUR)


MOMENT = st.none() | st.integers(-48, 48).map(lambda hours: MONDAY + hours * HOUR)


@given(MOMENT, MOMENT, MOMENT)
def test_no_moment_of_a_contact_comes_before_the_one_that_it_follows(reached, moved, ended) -> None:
    found = rules.contact_moments(judged_at=MONDAY, reached=reached, moved=moved, ended=ended)
    times = [MONDAY, *(moment for moment in found.values() if moment is not None)]
    assert times == sorted(times)
    assert (found["moved_at"] is None, found["ended_at"] is None) == (moved is None, ended is None)
    assert found["reached_at"] is not None or (reached is None and moved is None)
