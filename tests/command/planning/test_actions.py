"""Plans on the mini world and on invented compounds: checklist, sites, teams, slots, call-down, sheets, and what follows by the playbooks."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from epigrid.command.communication import queries as told
from epigrid.command.communication.models import Message
from epigrid.command.planning import actions, queries, rules
from epigrid.command.planning.models import Allocation, Slot
from epigrid.engine.siting.schemas import CapacityShort
from epigrid.field.sampling import actions as sampling
from epigrid.field.tasks.models import Task
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from epigrid.kernel.periods import Period
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.registers.workforce import actions as workforce
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.command.planning.ground import PLANNER, own_steps, plan, settings, settle, started


def placed(world: cast.World, plan_id: UUID, sites: int | None = None) -> list[UUID]:
    return list(actions.place_sites(actor=PLANNER, plan_id=plan_id, sites=sites, now=MONDAY, cause=world.root_cause))


def card(plan_id: UUID) -> queries.PlanCard:
    return queries.plan(actor=PLANNER, plan_id=plan_id)


def teams(world: cast.World, plan_id: UUID, fixed: int, mobile: int = 1) -> list[queries.TeamCard]:
    actions.make_teams(actor=PLANNER, plan_id=plan_id, fixed=fixed, mobile=mobile, now=MONDAY, cause=world.root_cause)
    return queries.teams(actor=PLANNER, plan=card(plan_id))


def hear() -> None:
    runner.run_once(STEPS)


def inbox(duty: Duty) -> list[str]:
    return [message.key for message in told.inbox(actor=cast.actor(duty))]


def item(world: cast.World, plan_id: UUID, part: str = "preparation", *, safety: bool = False, owner: str = "") -> UUID:
    return actions.add_item(
        actor=PLANNER, plan_id=plan_id, part=part, text="two tents", safety=safety, owner=owner, now=MONDAY, cause=world.root_cause
    )


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


def slotted(world: cast.World, **more: Any) -> tuple[UUID, UUID]:
    settle(world, points=False)
    plan_id = plan(world, per_lane_hour=60, slot_minutes=20, **more)
    placed(world, plan_id)
    actions.make_slots(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    started(world, plan_id)
    return plan_id, queries.sites(actor=PLANNER, plan=card(plan_id))[0].id


def call(world: cast.World, site_id: UUID, queue: int, reason: str = "") -> UUID:
    return actions.call_next(
        actor=cast.actor(Duty.GRID_WORKER, area=COMMUNITY), site_id=site_id, queue=queue, channel="loudspeaker", reason=reason, now=MONDAY,
        cause=world.root_cause,
    )  # fmt: skip


def test_s_212_units_are_called_in_turn_and_a_long_queue_asks_why(world: cast.World) -> None:
    _plan_id, site_id = slotted(world, queue_limit=30)
    assert call(world, site_id, 30) == world.place("k0/b0/u1")
    with pytest.raises(rules.QueueLong):
        call(world, site_id, 31)
    assert call(world, site_id, 31, "two more lanes open") == world.place("k0/b0/u2")
    assert Slot.objects.seen_by(PLANNER).get(place_id=world.place("k0/b0/u2")).reason == "two more lanes open"
    for _ in range(6):
        call(world, site_id, 0)
    with pytest.raises(rules.NobodyToCall):
        call(world, site_id, 0)


def test_s_195_s_212_only_the_called_unit_is_told_and_the_text_names_the_distance_of_the_clause_or_the_plan(world: cast.World) -> None:
    _plan_id, site_id = slotted(world, queue_distance_m=3)
    call(world, site_id, 0)
    hear()
    messages = list(Message.objects.seen_by(cast.procedure()).filter(key="round.come-down"))
    assert {row.person_id for row in messages} == {cast.uid("planned", "k0/b0/u1", number) for number in range(10)}
    assert {row.values["distance_m"] for row in messages} == {3}


def test_a_unit_is_not_called_before_the_plan_is_started(world: cast.World) -> None:
    settle(world, points=False)
    plan_id = plan(world, per_lane_hour=60)
    placed(world, plan_id)
    site_id = queries.sites(actor=PLANNER, plan=card(plan_id))[0].id
    with pytest.raises(rules.NotStarted):
        call(world, site_id, 0)
    with pytest.raises(rules.NotStarted):
        actions.open_site(actor=PLANNER, site_id=site_id, exception="", now=MONDAY, cause=world.root_cause)


def equip(world: cast.World, site_id: UUID, **given: Any) -> None:
    plain: dict[str, Any] = {"asset_id": None, "lanes": None, "zones": rules.ZONES, "equipment": {"tent": 6}} | given
    actions.equip_site(actor=PLANNER, site_id=site_id, now=MONDAY, cause=world.root_cause, **plain)


def test_s_193_a_site_with_a_missing_zone_opens_only_with_an_exception_in_writing(world: cast.World) -> None:
    _plan_id, site_id = slotted(world)
    equip(world, site_id, zones=[zone for zone in rules.ZONES if zone != "buffer"])
    opening: dict[str, Any] = {"actor": PLANNER, "site_id": site_id, "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(rules.LayoutFaulty) as refused:
        actions.open_site(**opening, exception=" ")
    assert refused.value.details["missing"] == ["buffer"]
    actions.open_site(**opening, exception="the yard is too small; staff change in the hall")
    assert Fact.objects.get(kind="planning.site-opened").payload["excepted"] is True
    with pytest.raises(rules.SiteOpenAlready):
        actions.open_site(**opening, exception="")


def test_s_194_a_role_that_nobody_has_at_opening_alarms_the_leads_and_a_full_team_does_not(world: cast.World) -> None:
    plan_id, site_id = slotted(world)
    team = next(one for one in teams(world, plan_id, 3) if one.site_id == site_id)
    for number, role in enumerate(rules.ROLES[:-1]):
        worker = workforce.enter_worker(actor=PLANNER, area=COMMUNITY, kind="volunteer", title=f"演练志愿者{number}", user_id=None)
        actions.name_member(actor=PLANNER, team_id=team.id, worker_id=worker, role=role, now=MONDAY, cause=world.root_cause)
    assert actions.open_site(actor=PLANNER, site_id=site_id, exception="", now=MONDAY, cause=world.root_cause) == ("caller",)
    hear()
    assert "site.roles-missing" in inbox(Duty.COMMUNITY_SECRETARY)
    with pytest.raises(rules.RoleUnknown):
        actions.name_member(actor=PLANNER, team_id=team.id, worker_id=worker, role="cook", now=MONDAY, cause=world.root_cause)


def test_s_194_a_worker_stands_in_one_team_of_a_plan(world: cast.World) -> None:
    plan_id, _site_id = slotted(world)
    first, second, *_ = teams(world, plan_id, 3)
    worker = workforce.enter_worker(actor=PLANNER, area=COMMUNITY, kind="volunteer", title="演练志愿者", user_id=None)
    for team in (first, second):
        actions.name_member(actor=PLANNER, team_id=team.id, worker_id=worker, role="sampler", now=MONDAY, cause=world.root_cause)
    assert [team.members for team in queries.teams(actor=PLANNER, plan=card(plan_id))][:2] == [(), (("sampler", worker),)]


def test_s_224_a_double_cabin_brings_two_lanes_to_its_site_and_other_lanes_can_be_set(world: cast.World) -> None:
    plan_id, site_id = slotted(world)
    cabin = actions.register_asset(actor=PLANNER, area=COMMUNITY, kind="double-cabin", name="演练采样舱", lanes=None, filter_days=None, now=MONDAY)
    equip(world, site_id, asset_id=cabin)
    assert queries.sites(actor=PLANNER, plan=card(plan_id))[0].lanes == 2
    equip(world, site_id, asset_id=cabin, lanes=1)
    assert queries.sites(actor=PLANNER, plan=card(plan_id))[0].lanes == 1
    with pytest.raises(rules.AssetUnknown):
        actions.register_asset(actor=PLANNER, area=COMMUNITY, kind="bus", name="x", lanes=None, filter_days=None, now=MONDAY)


def test_s_226_an_overdue_filter_is_flagged_until_it_is_checked(world: cast.World) -> None:
    made = actions.register_asset(actor=PLANNER, area=COMMUNITY, kind="hut", name="演练小屋", lanes=None, filter_days=7, now=MONDAY)
    assert queries.assets(actor=PLANNER, now=MONDAY)[0].overdue is True
    actions.check_asset(actor=PLANNER, asset_id=made, sound=True, now=MONDAY, cause=world.root_cause)
    assert [queries.assets(actor=PLANNER, now=MONDAY + days * DAY)[0].overdue for days in (0, 7, 8)] == [False, False, True]


def test_s_217_the_sheet_stands_at_18_and_again_within_five_minutes_of_a_later_order(world: cast.World) -> None:
    settle(world, points=False)
    plan_id = plan(world)
    placed(world, plan_id)
    evening = MONDAY + 10 * HOUR
    daily.tick(TREE, evening - timedelta(minutes=1))
    assert queries.sheets(actor=PLANNER, plan_id=plan_id) == []
    assert queries.next_due(actor=cast.procedure(), area=TREE, after=evening - timedelta(minutes=1)) == evening
    daily.tick(TREE, evening)
    daily.tick(TREE, evening + timedelta(minutes=1))
    (sheet,) = queries.sheets(actor=PLANNER, plan_id=plan_id)
    assert [(line["people"], line["tubes"], line["samplers"], line["others"]) for line in sheet.lines] == [(80, 8, 1, 2)] * 3
    order = evening + 3 * HOUR
    actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=settings(roles=("sampler",)), now=order, cause=world.root_cause)
    due = queries.next_due(actor=cast.procedure(), area=TREE, after=order)
    assert due is not None
    assert order <= due <= order + timedelta(minutes=5)
    daily.tick(TREE, due)
    newest = queries.sheets(actor=PLANNER, plan_id=plan_id)[0]
    assert (newest.number, [line["others"] for line in newest.lines]) == (2, [0, 0, 0])
    hear()
    assert inbox(Duty.COMMUNITY_SECRETARY).count("sheet.drafted") == 2


def test_s_217_where_no_pack_is_in_force_nothing_is_set_and_a_lane_has_one_sampler(world: cast.World) -> None:
    earlier = MONDAY - 2000 * DAY
    plan_id = plan(world, opens_at=earlier + 22 * HOUR, closes_at=earlier + 28 * HOUR)
    actions.add_site(actor=PLANNER, plan_id=plan_id, place_id=world.place("b1"), now=earlier, cause=world.root_cause)
    assert queries.policy(actor=PLANNER, area=COMMUNITY, now=earlier).people_per_sampler is None
    (line,) = rules.sheet([rules.Place(site_id=uuid4(), people=900, lanes=2)], people_per_sampler=None, roles=rules.ROLES, pool_size=10)
    assert (line.samplers, line.registrars) == (2, 2)
    with pytest.raises(rules.NumberUnset):
        actions.place_sites(actor=PLANNER, plan_id=plan_id, sites=None, now=earlier, cause=world.root_cause)
    daily.tick(TREE, earlier + 10 * HOUR)
    assert queries.sheets(actor=PLANNER, plan_id=plan_id) == []


def test_s_218_without_a_limit_the_cold_is_noted_and_nothing_is_warned_of(world: cast.World) -> None:
    plan_id, site_id = slotted(world)
    outcome = actions.note_temperature(actor=PLANNER, site_id=site_id, temperature_c=-15, now=MONDAY, cause=world.root_cause)
    hear()
    assert (outcome, queries.sites(actor=PLANNER, plan=card(plan_id))[0].temperature_c) == ("unset", -15)
    assert not Task.objects.seen_by(cast.procedure()).filter(kind="warm-site").exists()


def test_s_218_minus_fifteen_below_the_countys_limit_is_a_warning_and_a_task(world: cast.World, monkeypatch: pytest.MonkeyPatch) -> None:
    _plan_id, site_id = slotted(world)
    known = queries.policy(actor=PLANNER, area=COMMUNITY, now=MONDAY)
    cold = rules.SitingPolicy(**{**known.__dict__, "cold_below_c": -10.0})
    monkeypatch.setattr(queries, "policy", lambda **_asked: cold)
    assert actions.note_temperature(actor=PLANNER, site_id=site_id, temperature_c=-15, now=MONDAY, cause=world.root_cause) == "warn"
    hear()
    assert Task.objects.seen_by(cast.procedure()).get(kind="warm-site").place_id == world.place("k0")
    assert "site.cold" in inbox(Duty.COMMUNITY_SECRETARY)


def open_round(world: cast.World) -> UUID:
    return sampling.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER), area=COMMUNITY, reason="chain unclear", directive_id=world.directive_id,
        window=Period(start=MONDAY + 22 * HOUR, end=MONDAY + 28 * HOUR), now=MONDAY, cause=world.root_cause,
    )  # fmt: skip


def test_a_round_takes_the_started_plan_of_its_area_once_and_a_round_without_a_plan_is_no_error(world: cast.World) -> None:
    plan_id = started(world, plan(world))
    later = plan(world)
    elsewhere = plan(world, opens_at=MONDAY + 9 * DAY, closes_at=MONDAY + 10 * DAY)
    rounds = []
    for _ in range(3):
        rounds.append(open_round(world))
        hear()
    assert [card(one).round_id for one in (plan_id, later, elsewhere)] == [*rounds[:2], None]
    assert [fact.payload["started"] for fact in Fact.objects.filter(kind="planning.round-joined").order_by("seq")] == [True, False]


def test_s_211_a_plan_with_a_round_counts_the_people_that_the_round_froze(world: cast.World) -> None:
    plan_id = plan(world)
    open_round(world)
    hear()
    people.mark_departed(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(0), now=MONDAY)
    assert queries.population(actor=PLANNER, plan=card(plan_id), now=MONDAY).total == 24


def test_sites_are_not_placed_anew_once_one_is_open(world: cast.World) -> None:
    plan_id, site_id = slotted(world)
    actions.open_site(actor=PLANNER, site_id=site_id, exception="", now=MONDAY, cause=world.root_cause)
    with pytest.raises(rules.SiteOpenAlready):
        placed(world, plan_id)
