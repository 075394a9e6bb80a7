"""The pages of planning: every view opens for who plans and who reads, within its budget, in words, and says what nobody set."""

import re
from typing import Any

import pytest

from epigrid.command.planning import actions
from epigrid.kernel.duties import Duty
from epigrid.registers.people import actions as people
from tests import cast
from tests.cast import COMMUNITY, MONDAY, TREE
from tests.command.planning import ground
from tests.command.planning.ground import PLANNER
from tests.doors.world import client_of

VIEWS = ("checklist", "sites", "teams", "slots", "doors", "home", "sheet")
RAW_KEY = re.compile(r">\s*([a-z]+(?:[.-][a-z]+)+)\s*<")


def planned(world: cast.World, *, points: bool) -> str:
    """A plan with everything in it, and its address."""
    from epigrid.playbooks import daily

    ground.settle(world, points=points)
    people.record_need(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(2), kind="mobility", source="visit", now=MONDAY)
    plan_id = ground.started(
        world,
        ground.plan(world, per_lane_hour=60, slot_minutes=20, queue_limit=30, load_ratio=1.5, distance_m=400, door_min=4, swab_min=3, between_min=2),
    )
    given: dict[str, Any] = {"actor": PLANNER, "plan_id": plan_id, "now": MONDAY, "cause": world.root_cause}
    actions.add_item(**given, part="link", text="两名转运员", safety=True, owner="courier")
    actions.place_sites(**given, sites=None)
    actions.make_teams(**given, fixed=4, mobile=1)
    actions.make_slots(**given)
    actions.plan_home(**given)
    ground.worker(world)
    ground.asset(world)
    daily.tick(TREE, MONDAY + 10 * cast.HOUR)
    return f"/plans/{plan_id}/"


@pytest.mark.parametrize("duty", [Duty.COMMUNITY_SECRETARY, Duty.COUNTY_EOC_OFFICER, Duty.GRID_WORKER, Duty.AUDITOR])
@pytest.mark.parametrize("points", [True, False])
def test_every_view_opens_within_its_budget_and_says_no_raw_key(
    world: cast.World, django_assert_max_num_queries: Any, duty: Duty, *, points: bool
) -> None:
    address = planned(world, points=points)
    client = client_of(duty)
    client.get("/tasks/")
    for path in ("/plans/", "/plans/assets/", *(f"{address}?view={view}" for view in VIEWS)):
        with django_assert_max_num_queries(12):
            answer = client.get(path)
        assert answer.status_code == 200, path
        assert set(RAW_KEY.findall(answer.content.decode())) == set(), path


def test_s_225_the_map_and_the_list_show_the_same_uncovered_buildings(world: cast.World) -> None:
    page = client_of(Duty.COMMUNITY_SECRETARY).get(f"{planned(world, points=True)}?view=sites").content.decode()
    dashed = page.count("stroke-dasharray")
    listed = page[page.index("没有采样点可达的楼栋") :]
    assert dashed > 0
    assert page.count("<circle") == 12
    assert listed.count("演练k") >= dashed


def test_s_195_changing_the_distance_changes_the_text_and_the_ground_that_the_line_needs(world: cast.World) -> None:
    client, address = client_of(Duty.COMMUNITY_SECRETARY), planned(world, points=False)
    before = client.get(f"{address}?view=slots").content.decode()
    plan_id = ground.only()
    actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=ground.settings(queue_distance_m=3, queue_limit=30), now=MONDAY, cause=world.root_cause)
    after = client.get(f"{address}?view=slots").content.decode()
    assert "保持2米间隔" in before
    assert "120平方米" in before
    assert "保持3米间隔" in after
    assert "270平方米" in after


@pytest.mark.parametrize("duty", [Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER])
def test_only_planners_are_offered_the_forms_of_a_plan(world: cast.World, duty: Duty) -> None:
    page = client_of(duty).get(f"/plans/{ground.plan(world)}/").content.decode()
    assert ("/act/planning/set-plan/" in page) == (duty is Duty.COMMUNITY_SECRETARY)


def test_a_plan_of_another_county_is_not_there(world: cast.World) -> None:
    address = f"/plans/{ground.plan(world)}/"
    assert client_of(Duty.COUNTY_EOC_OFFICER, area=cast.NEIGHBOUR_COUNTY).get(address).status_code == 404


def test_the_county_is_offered_to_order_the_round_of_a_started_plan_in_its_window(world: cast.World) -> None:
    plan_id = ground.started(world, ground.plan(world))
    officer = client_of(Duty.COUNTY_EOC_OFFICER)
    page = officer.get(f"/plans/{plan_id}/").content.decode()
    sent = dict(re.findall(r'name="(area|opens_at|closes_at)" value="([^"]+)"', page))
    assert sent["area"] == COMMUNITY
    answer = officer.post("/act/sampling/open-round/", {**sent, "reason": "chain unclear"})
    assert answer.status_code == 302
