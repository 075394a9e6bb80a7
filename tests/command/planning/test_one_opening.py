"""A site is opened once: in its plan, where its layout is looked at; the round finds it there, and there it closes. All people are invented."""

from typing import Any
from uuid import UUID

import pytest

from epigrid.command.planning import actions, queries, rules
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.rules import CHECKLIST, SiteNotClear
from epigrid.kernel.duties import Duty
from epigrid.registers.workforce import actions as workforce
from epigrid.registers.workforce.rules import TestOverdue
from tests import cast
from tests.cast import COMMUNITY, MONDAY
from tests.command.planning import ground
from tests.command.planning.ground import PLANNER, hear
from tests.command.planning.rounds import DESK, OPENS, ordered

CREW = cast.actor(Duty.REGISTRAR)


def opened(world: cast.World, site_id: UUID) -> None:
    actions.open_site(actor=PLANNER, site_id=site_id, exception="", now=OPENS, cause=world.root_cause)
    hear()


@pytest.mark.parametrize("first", ["site", "round"])
def test_s_193_a_site_opened_in_the_plan_stands_in_its_round_once_whichever_comes_first(world: cast.World, first: str) -> None:
    site_id = ground.slotted(world)
    if first == "site":
        opened(world, site_id)
    round_id = ordered(world)
    hear()
    if first == "round":
        assert sampled.sites(actor=CREW, round_id=round_id) == []
        opened(world, site_id)
    number = next(one.number for one in queries.sites(actor=PLANNER, plan=ground.card(ground.only())) if one.id == site_id)
    (found,) = sampled.sites(actor=CREW, round_id=round_id)
    assert found.name == f"{number} · 演练花园小区1号楼"
    given: dict[str, Any] = {"actor": CREW, "round_id": round_id, "now": OPENS, "cause": world.root_cause}
    assert sampling.open_site(**given, name="一号楼前", place_id=world.place("b1")) == found.id, "the same place is the same site"
    assert sampling.open_site(**given, name=found.name, place_id=None) == found.id
    assert sampling.open_site(**given, name="东门", place_id=None) != found.id, "a table in no plan is its own site"


def test_s_193_a_faulty_layout_keeps_the_site_shut_in_plan_and_round(world: cast.World) -> None:
    site_id = ground.slotted(world)
    round_id = ordered(world)
    zones = [zone for zone in rules.ZONES if zone != "buffer"]
    actions.equip_site(actor=PLANNER, site_id=site_id, asset_id=None, lanes=None, zones=zones, equipment={}, now=OPENS, cause=world.root_cause)
    with pytest.raises(rules.LayoutFaulty):
        opened(world, site_id)
    hear()
    assert sampled.sites(actor=CREW, round_id=round_id) == []


def test_s_223_a_site_of_a_plan_closes_in_its_round_and_not_while_waste_stands_on_it(world: cast.World) -> None:
    site_id = ground.slotted(world)
    round_id = ordered(world)
    opened(world, site_id)
    (found,) = sampled.sites(actor=CREW, round_id=round_id)
    given: dict[str, Any] = {"actor": CREW, "site_id": found.id, "now": OPENS, "cause": world.root_cause}
    sampling.seal_waste(**given, code="W1", kilograms=None)
    with pytest.raises(SiteNotClear):
        sampling.close_site(**given, done=CHECKLIST)
    sampling.hand_over_waste(**given, codes=["W1"], taken_by="演练收运员")
    sampling.close_site(**given, done=CHECKLIST)
    assert sampled.sites(actor=CREW, round_id=round_id) == []


def test_a_site_opened_after_the_round_closed_stands_in_no_round(world: cast.World) -> None:
    site_id = ground.slotted(world)
    round_id = ordered(world)
    sampling.close_round(actor=DESK, round_id=round_id, now=OPENS, cause=world.root_cause)
    opened(world, site_id)
    assert sampled.sites(actor=CREW, round_id=round_id, open_only=False) == []


def test_s_222_a_worker_whose_own_test_is_overdue_is_named_into_no_team_until_he_is_sampled(world: cast.World) -> None:
    team = ground.team(world)
    one = workforce.enter_worker(actor=PLANNER, area=COMMUNITY, kind="transfer", title="演练转运员", user_id=None)
    named: dict[str, Any] = {"actor": PLANNER, "team_id": team, "worker_id": one, "role": "sampler", "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(TestOverdue):
        actions.name_member(**named)
    assert queries.teams(actor=PLANNER, plan=ground.card(ground.only()))[0].members == ()
    workforce.show_test(actor=PLANNER, worker_id=one, sampled_at=MONDAY, now=MONDAY)
    actions.name_member(**named)
    assert queries.teams(actor=PLANNER, plan=ground.card(ground.only()))[0].members == (("sampler", one),)
