"""Plans on the mini world and on invented compounds: checklist, sites, teams, slots, call-down, sheets, and what follows by the playbooks."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from epigrid.command.planning import actions, queries, rules
from epigrid.command.planning.models import Allocation
from epigrid.engine.siting.schemas import CapacityShort
from epigrid.field.tasks.models import Task
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from epigrid.registers.people import actions as people
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.command.planning.ground import PLANNER, call, card, hear, inbox, item, own_steps, placed, plan, settings, settle, started, teams


def test_s_204_the_checklist_ships_empty_and_only_the_seven_steps_stand(world: cast.World) -> None:
    items = queries.items(actor=PLANNER, plan_id=plan(world))
    assert [(one.part, one.text) for one in items] == [("step", key) for key in rules.STEPS]


def test_s_204_a_plan_starts_only_when_each_open_preparation_has_its_reason_and_what_is_open_becomes_a_task_of_the_hour(world: cast.World) -> None:
    plan_id = plan(world)
    own_steps(world, plan_id)
    open_one, done = item(world, plan_id, owner="sampler"), item(world, plan_id)
    actions.finish_item(actor=PLANNER, item_id=done, now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.PreparationOpen):
        actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    actions.except_item(actor=PLANNER, item_id=open_one, reason="comes at nine", now=MONDAY, cause=world.root_cause)
    assert actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause) == [open_one]
    hear()
    task = Task.objects.seen_by(cast.procedure()).get(kind="finish-preparations")
    assert (task.due_at, task.source_id) == (MONDAY + timedelta(minutes=60), plan_id)
    assert "plan.preparations-open" in inbox(Duty.SAMPLER)


def test_s_204_a_line_of_safety_takes_no_reason(world: cast.World) -> None:
    plan_id = plan(world)
    own_steps(world, plan_id)
    line = item(world, plan_id, "link", safety=True)
    with pytest.raises(rules.SafetyOpen):
        actions.except_item(actor=PLANNER, item_id=line, reason="later", now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.SafetyOpen):
        actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)


def test_s_205_a_plan_does_not_start_before_each_step_has_an_owner_and_a_time(world: cast.World) -> None:
    plan_id = plan(world)
    with pytest.raises(rules.StepUnowned):
        actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    own_steps(world, plan_id)
    actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.AlreadyStarted):
        actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)


@pytest.mark.parametrize("duty", [Duty.GRID_WORKER, Duty.AUDITOR, Duty.SAMPLER, Duty.CDC_DUTY_OFFICER])
def test_whoever_does_not_plan_makes_no_plan(world: cast.World, duty: Duty) -> None:
    with pytest.raises(NotAllowed):
        actions.make_plan(actor=cast.actor(duty), area=COMMUNITY, objective="round", settings=settings(), now=MONDAY)


@pytest.mark.parametrize(("objective", "wrong"), [("party", {}), ("round", {"closes_at": MONDAY})])
def test_a_plan_of_no_kind_or_with_a_reversed_window_is_refused(world: cast.World, objective: str, wrong: dict[str, Any]) -> None:
    with pytest.raises((BadInput, rules.TimesReversed)):
        actions.make_plan(actor=PLANNER, area=COMMUNITY, objective=objective, settings=settings(**wrong), now=MONDAY)


def test_s_191_without_points_each_compound_gets_a_site_and_buildings_outside_compounds_are_listed(world: cast.World) -> None:
    buildings, plan_id = settle(world, points=False), plan(world)
    uncovered = placed(world, plan_id)
    sites = queries.sites(actor=PLANNER, plan=card(plan_id))
    rows = queries.allocations(actor=PLANNER, plan=card(plan_id))
    assert [world.place(f"k{n}") for n in range(3)] == [site.place_id for site in sites]
    assert uncovered == [world.place("b1")] == [row.building_id for row in rows if not row.covered]
    assert sorted(row.building_id for row in rows) == sorted([*buildings, world.place("b1")])


def test_s_191_with_points_a_round_gets_sites_inside_compounds_with_the_least_walk_and_each_building_one(world: cast.World) -> None:
    buildings, plan_id = settle(world), plan(world)
    assert placed(world, plan_id, 3) == [world.place("b1")]
    sites = {site.id: site for site in queries.sites(actor=PLANNER, plan=card(plan_id))}
    rows = {row.building_id: row for row in queries.allocations(actor=PLANNER, plan=card(plan_id))}
    assert sorted(rows) == sorted([*buildings, world.place("b1")])
    for compound in range(3):
        found = [rows[world.place(f"k{compound}/b{number}")] for number in range(4)]
        assert len({row.site_id for row in found}) == 1
        assert sum(row.distance_m or 0 for row in found) == pytest.approx(400, abs=10)
    assert {site.capacity for site in sites.values()} == {3000}
    assert rows[world.place("b1")].covered is False


def test_s_191_nobody_walks_beyond_the_distance_that_the_plan_sets_without_being_listed(world: cast.World) -> None:
    settle(world)
    plan_id = plan(world, distance_m=250)
    placed(world, plan_id)
    rows = queries.allocations(actor=PLANNER, plan=card(plan_id))
    assert len({row.site_id for row in rows if row.site_id}) == 1
    assert all(row.covered == (row.distance_m is not None and row.distance_m <= 250) for row in rows)
    assert [row.covered for row in rows] == sorted(row.covered for row in rows)


def test_s_225_routine_testing_reaches_everybody_with_the_fewest_sites_or_the_most_people_with_one(world: cast.World) -> None:
    settle(world)
    plan_id = plan(world, "routine", distance_m=600)
    placed(world, plan_id)
    coverage = queries.coverage(actor=PLANNER, plan=card(plan_id))
    assert len(queries.sites(actor=PLANNER, plan=card(plan_id))) == 3
    assert (coverage.covered, coverage.people) == (240, 264)
    placed(world, plan_id, 1)
    assert len(queries.sites(actor=PLANNER, plan=card(plan_id))) == 1
    assert queries.coverage(actor=PLANNER, plan=card(plan_id)).covered in (80, 100, 120)


def test_s_225_routine_testing_without_any_point_is_refused_and_its_default_reach_is_a_quarter_of_an_hours_walk(world: cast.World) -> None:
    plan_id = plan(world, "routine")
    with pytest.raises(rules.NoPoints):
        placed(world, plan_id)
    settle(world)
    placed(world, plan_id)
    rows = [row for row in queries.allocations(actor=PLANNER, plan=card(plan_id)) if row.site_id is not None]
    assert (len(queries.sites(actor=PLANNER, plan=card(plan_id))), len(rows)) == (1, 12)
    assert 1100 <= max(row.distance_m or 0 for row in rows) <= 1200
    assert card(plan_id).gap == 0


def test_s_191_more_people_than_the_rooms_of_all_sites_are_refused_and_nothing_is_changed(world: cast.World) -> None:
    settle(world)
    plan_id = plan(world)
    placed(world, plan_id)
    before = queries.allocations(actor=PLANNER, plan=card(plan_id))
    policy = queries.policy(actor=PLANNER, area=COMMUNITY, now=MONDAY)
    small = rules.SitingPolicy(**{**policy.__dict__, "people_per_site_max": 100, "people_per_site_min": 50})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "policy", lambda **_asked: small)
        with pytest.raises(CapacityShort):
            placed(world, plan_id, 1)
        placed(world, plan_id)
        loads = Counter[UUID | None]()
        for row in queries.allocations(actor=PLANNER, plan=card(plan_id)):
            loads[row.site_id] += row.people
    assert len(before) == 13
    assert all(load <= 100 for site, load in loads.items() if site is not None)


def test_s_191_a_building_is_sent_elsewhere_by_hand_and_never_to_a_site_of_another_plan(world: cast.World) -> None:
    settle(world, points=False)
    plan_id, other = plan(world), plan(world)
    placed(world, plan_id)
    strange = actions.add_site(actor=PLANNER, plan_id=other, place_id=world.place("k0"), now=MONDAY, cause=world.root_cause)
    site = queries.sites(actor=PLANNER, plan=card(plan_id))[0].id
    send: dict[str, Any] = {"actor": PLANNER, "plan_id": plan_id, "building_id": world.place("b1"), "now": MONDAY, "cause": world.root_cause}
    for wrong in ({"site_id": strange, "team_id": None}, {"site_id": site, "team_id": uuid4()}):
        with pytest.raises(rules.SiteElsewhere):
            actions.send_building(**send, **wrong)
    actions.send_building(**send, site_id=site, team_id=None)
    assert all(row.covered for row in queries.allocations(actor=PLANNER, plan=card(plan_id)))


def test_s_190_every_building_has_exactly_one_team_that_stands_at_its_site_and_loads_are_even(world: cast.World) -> None:
    settle(world, points=False)
    plan_id = plan(world)
    placed(world, plan_id)
    made = teams(world, plan_id, 6)
    rows = Allocation.objects.seen_by(PLANNER).filter(plan_id=plan_id)
    site_of = {team.id: team.site_id for team in made}
    assert [team.kind for team in made].count("mobile") == 1
    assert all(row.team_id is not None and site_of[row.team_id] == row.site_id for row in rows if row.site_id)
    assert all(row.team_id is not None for row in rows)
    assert (rules.ratio([team.people for team in made if team.kind == "fixed" and team.people <= 40]) or 9) == 1
    assert sum(team.people for team in made) == queries.population(actor=PLANNER, plan=card(plan_id), now=MONDAY).total == 240 + 24


def test_s_190_making_teams_again_replaces_them_and_needs_no_sites(world: cast.World) -> None:
    settle(world, points=False)
    plan_id = plan(world)
    teams(world, plan_id, 3)
    made = teams(world, plan_id, 4, mobile=0)
    assert len(made) == 4
    assert Allocation.objects.seen_by(PLANNER).filter(plan_id=plan_id, team__isnull=True).count() == 0
    assert sorted(team.people for team in made) == [60, 60, 64, 80]
    with pytest.raises(rules.TeamsMissing):
        teams(world, plan_id, 0)


def test_s_190_s_207_the_frail_and_the_quarantined_are_on_the_home_list_in_walking_order_and_on_no_site_list(world: cast.World) -> None:
    grid = cast.actor(Duty.GRID_WORKER)
    for number in (8, 2):
        people.record_need(actor=grid, person_id=world.person(number), kind="mobility", source="visit", now=MONDAY)
    entry = people.NewEntry(person_id=world.person(0), category="home-quarantine", since=MONDAY.date(), until=(MONDAY + 7 * DAY).date())
    people.enter_day_register(actor=PLANNER, area=COMMUNITY, entries=[entry], source="list", now=MONDAY)
    made = card(plan(world))
    assert [(door.person_id, door.list) for door in queries.doors(actor=PLANNER, plan=made, now=MONDAY)] == [
        (world.person(2), "frail"), (world.person(8), "frail"), (world.person(0), "quarantine"),
    ]  # fmt: skip
    assert queries.population(actor=PLANNER, plan=made, now=MONDAY).total == 21


def test_s_192_units_get_slots_at_the_rate_of_their_sites_lanes_and_a_queue_moves_those_that_are_not_called(world: cast.World) -> None:
    settle(world, points=False)
    plan_id = plan(world, per_lane_hour=60)
    placed(world, plan_id)
    with pytest.raises(rules.RateUnset):
        actions.make_slots(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=settings(per_lane_hour=60, slot_minutes=20), now=MONDAY, cause=world.root_cause)
    assert actions.make_slots(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause) == 0
    before = queries.slots(actor=PLANNER, plan_id=plan_id)
    opening, site = MONDAY + 22 * HOUR, before[0].site_id
    mine = [slot for slot in before if slot.site_id == site]
    assert len(before) == 24
    assert [slot.starts_at - opening for slot in mine if slot.starts_at] == [timedelta(minutes=20 * (n // 2)) for n in range(8)]
    late = opening + timedelta(minutes=11)
    assert actions.put_off(actor=PLANNER, site_id=site, queue=40, now=late, cause=world.root_cause) == 0
    after = queries.slots(actor=PLANNER, plan_id=plan_id)
    moved = [slot.starts_at - opening for slot in after if slot.site_id == site and slot.starts_at]
    assert moved == [timedelta(minutes=20 * n) for n in (0, 0, 3, 3, 4, 4, 5, 5)]
    assert [slot for slot in after if slot.site_id != site] == [slot for slot in before if slot.site_id != site]


def test_s_192_people_for_whom_no_slot_has_room_are_counted_and_still_called(world: cast.World) -> None:
    settle(world, points=False)
    plan_id = plan(world, per_lane_hour=1, slot_minutes=60)
    placed(world, plan_id)
    started(world, plan_id)
    assert actions.make_slots(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause) == 240 - 3 * 6
    site = queries.sites(actor=PLANNER, plan=card(plan_id))[0].id
    units = {call(world, site, 0) for _ in range(6)}
    assert world.place("k0/b0/u1") in units
