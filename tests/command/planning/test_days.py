"""The day of a plan on the mini world: call-down, opening of sites, the next day's sheet, the cold, and the round that takes the plan."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from epigrid.command.communication.models import Message
from epigrid.command.planning import actions, queries, rules
from epigrid.command.planning.models import Slot
from epigrid.field.sampling import actions as sampling
from epigrid.field.tasks.models import Task
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.playbooks import daily
from epigrid.registers.people import actions as people
from epigrid.registers.workforce import actions as workforce
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.command.planning.ground import PLANNER, call, card, hear, inbox, placed, plan, settings, settle, started, teams


def slotted(world: cast.World, **more: Any) -> tuple[UUID, UUID]:
    settle(world, points=False)
    plan_id = plan(world, per_lane_hour=60, slot_minutes=20, **more)
    placed(world, plan_id)
    actions.make_slots(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    started(world, plan_id)
    return plan_id, queries.sites(actor=PLANNER, plan=card(plan_id))[0].id


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
