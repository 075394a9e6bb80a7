"""Laws of liberty that were broken once, each by its shortest story."""

import pytest

from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.zones import actions as zones
from tests import cast
from tests.cast import COMMUNITY, MONDAY
from tests.response import stories
from tests.scenarios import liberty

pytestmark = pytest.mark.scenario
ALL = cast.procedure()
GRIDS = cast.actor(Duty.GRID_WORKER, area=COMMUNITY)
GUARD = cast.actor(Duty.GATE_GUARD)


def broken(world: cast.World) -> list[str]:
    runner.run_until_quiet(STEPS)
    found = [*liberty.of_measures(world, MONDAY), *liberty.of_zones(world, MONDAY, heard=True)]
    return [*found, *liberty.of_statuses(world, MONDAY, heard=True), *liberty.of_calls(world, MONDAY)]


def test_an_issued_order_binds_nobody_before_its_paper_is_served(world: cast.World) -> None:
    case_id = stories.case(world)
    runner.run_until_quiet(STEPS)
    order = next(card for card in measures.orders(actor=ALL, case_id=case_id) if card.kind == "treatment")
    stories.issue_order(world, order.id)
    assert measures.order(actor=ALL, order_id=order.id).running(MONDAY)
    assert measures.all_active(actor=ALL, now=MONDAY) == []
    assert broken(world) == []
    quarantine.admit(actor=cast.actor(Duty.HOSPITAL), order_id=order.id, now=MONDAY, cause=world.root_cause)
    assert [card.id for card in measures.all_active(actor=ALL, now=MONDAY)] == [order.id]
    assert broken(world) == []


@pytest.mark.parametrize("path", ["b1/u1", "b1/u2"])
def test_who_lived_in_an_area_that_another_took_over_is_bound_by_the_new_one_or_free(world: cast.World, path: str) -> None:
    before = stories.served_zone(world, "provisional")
    assert broken(world) == []
    reason = "one lift for both stairwells"
    where = {"area": COMMUNITY, "place_ids": [world.place(path)], "wider_reason": reason, "from_zone_id": before}
    stories.decide(world, zones.propose_zone(actor=ALL, level="high", now=MONDAY, cause=world.root_cause, **where))
    assert broken(world) == []


@pytest.mark.parametrize("served", [True, False])
def test_a_case_that_the_experts_exclude_binds_neither_the_person_nor_his_contacts(world: cast.World, served: bool) -> None:
    case_id = stories.case(world)
    investigator = cast.actor(Duty.CDC_INVESTIGATOR)
    candidate = stories.candidate(world, case_id, 2)
    how = {"outcome": "close-contact", "reason": "met", "now": MONDAY, "cause": world.root_cause}
    tracing.judge_candidate(actor=investigator, candidate_id=candidate, **how)
    runner.run_until_quiet(STEPS)
    if served:
        serve_all(world)
    tracing.record_opinion(actor=cast.actor(Duty.EXPERT_GROUP), case_id=case_id, outcome="excluded", now=MONDAY, cause=world.root_cause)
    tracing.classify_case(actor=cast.actor(Duty.CASE_REGISTRAR), case_id=case_id, now=MONDAY, cause=world.root_cause)
    runner.run_until_quiet(STEPS)
    serve_all(world)
    assert broken(world) == []


def serve_all(world: cast.World) -> None:
    for card in measures.orders(actor=ALL, states=("proposed",)):
        stories.issue_order(world, card.id)
        stories.serve(world, card.id)


def test_who_moves_out_of_an_area_is_not_bound_by_it(world: cast.World) -> None:
    stories.served_zone(world)
    people.move_person(actor=GRIDS, person_id=world.person(0), dwelling_id=world.place("b1/u2/f1/r1"), now=MONDAY)
    assert broken(world) == []


def test_who_comes_home_to_an_area_is_told(world: cast.World) -> None:
    zone_id = stories.served_zone(world)
    runner.run_until_quiet(STEPS)
    people.move_person(actor=GRIDS, person_id=world.person(20), dwelling_id=world.place("b1/u1/f1/r1"), now=MONDAY)
    zones.admit(actor=GUARD, zone_id=zone_id, person_id=world.person(20), now=MONDAY, cause=world.root_cause)
    assert broken(world) == []


def test_who_does_not_live_in_an_area_is_let_in_and_not_bound(world: cast.World) -> None:
    zone_id = stories.served_zone(world)
    zones.admit(actor=GUARD, zone_id=zone_id, person_id=world.person(20), now=MONDAY, cause=world.root_cause)
    assert broken(world) == []


def test_who_comes_home_before_lead_and_services_stand_is_not_bound(world: cast.World) -> None:
    zone_id = stories.zone(world)
    stories.decide(world, zone_id)
    zones.admit(actor=GUARD, zone_id=zone_id, person_id=world.person(0), now=MONDAY, cause=world.root_cause)
    lead = cast.actor(Duty.ZONE_LEAD)
    zones.set_service_plan(actor=lead, zone_id=zone_id, owners=stories.SERVICES, hotline="000-1", now=MONDAY, cause=world.root_cause)
    assert broken(world) == []
