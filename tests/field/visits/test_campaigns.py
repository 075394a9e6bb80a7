"""From door to door: who is visited, what an attempt says, what follows from it, and that nobody is counted twice or lost."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.care import queries as cared
from epigrid.field.tasks import queries as tasked
from epigrid.field.visits import actions, queries, rules
from epigrid.field.visits.models import Attempt
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.playbooks import daily
from epigrid.registers.organisation.rules import DirectiveMissing
from epigrid.registers.people import actions as people_actions
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, GRID1, HOUR, MONDAY, TREE
from tests.field.visits.walk import ALL, MINUTE, OTHER, SECRETARY, WORKER, campaign, heard, tried, visit_of


def counts(campaign_id: UUID) -> dict[str, int]:
    found = [vars(card) for card in queries.buildings(actor=ALL, campaign_id=campaign_id)]
    return {key: sum(card[key] for card in found) for key in ("all", *rules.STATES)}


def open_tasks(kind: str) -> list[tasked.TaskCard]:
    return [card for card in tasked.tasks_of(actor=ALL, states=("assigned", "accepted")) if card.kind == kind]


def test_s_064_every_household_is_visited_in_walking_order_and_two_silent_visits_lead_to_another_way(world: cast.World) -> None:
    made = campaign()
    cards = queries.visits(actor=ALL, campaign_id=made)
    assert [card.household_id for card in cards] == world.households
    assert [card.step for card in cards] == list(range(1, 13))
    assert counts(made) == {"all": 12, "met": 0, "refused": 0, "absent": 0, "open": 12, "ended": 0}
    silent = visit_of(world, made, 0)
    tried(silent, "absent")
    heard()
    assert open_tasks("reach-otherwise") == []
    tried(silent, "absent", MONDAY + 5 * HOUR, means="bell")
    tried(silent, "absent", MONDAY + 6 * HOUR, means="bell")
    heard()
    task = open_tasks("reach-otherwise")
    assert [(card.place_id, card.duty, card.area) for card in task] == [(world.place("b1/u1/f1/r1"), Duty.GRID_WORKER, GRID1)]
    tried(silent, "met", MONDAY + 7 * HOUR, means="phone")
    tried(visit_of(world, made, 1), "refused")
    heard()
    assert tasked.task(actor=ALL, task_id=task[0].id).state == "verified"
    assert counts(made) == {"all": 12, "met": 1, "refused": 1, "absent": 0, "open": 10, "ended": 0}


def test_s_067_silence_where_somebody_frail_lives_ends_in_a_look_by_a_named_duty_and_not_in_refused(world: cast.World) -> None:
    people_actions.record_need(actor=WORKER, person_id=world.person(1), kind="alone", source="ledger", now=MONDAY)
    made = campaign()
    silent = visit_of(world, made, 0)
    for hours in (0, 5):
        tried(silent, "absent", MONDAY + hours * HOUR)
    heard()
    assert queries.visit(actor=ALL, visit_id=silent).state == "absent"
    assert [(card.kind, card.duty) for card in open_tasks("welfare-check")] == [("welfare-check", Duty.COMMUNITY_SECRETARY)]
    actions.close_campaign(actor=SECRETARY, campaign_id=made, reason="done", now=MONDAY + DAY)
    heard()
    assert len(open_tasks("welfare-check")) == 1, "whoever lies behind a door is looked after, also when the campaign is over"


def test_a_campaign_ends_by_itself_and_what_nobody_visited_ends_with_it(world: cast.World) -> None:
    made = campaign()
    silent = visit_of(world, made, 0)
    tried(silent, "absent")
    tried(silent, "absent", MONDAY + HOUR)
    heard()
    end = MONDAY + 2 * DAY
    assert queries.next_due(actor=ALL, after=MONDAY) == end
    clock.move_to(TREE, end)
    daily.tick(TREE, end)
    heard()
    assert counts(made) == {"all": 12, "met": 0, "refused": 0, "absent": 1, "open": 0, "ended": 11}
    assert queries.campaigns(actor=WORKER, open_only=True) == [] and open_tasks("reach-otherwise") == []
    with pytest.raises(rules.CampaignOver):
        tried(silent, "met", end)
    tried(silent, "met", end - MINUTE, actor=OTHER)
    assert queries.visit(actor=ALL, visit_id=silent).state == "met", "an attempt of before that comes late still counts"


def test_needs_go_to_the_register_and_to_care_and_changes_become_a_task_of_the_grid(world: cast.World) -> None:
    made = campaign()
    seen: Any = {"changes": ["baby"], "needs": [(world.person(0), "alone"), (world.person(1), "medicine")]}
    tried(visit_of(world, made, 0), "met", **seen)
    heard()
    on = clock.local_day(COMMUNITY, MONDAY)
    assert [(card.person_id, card.kind) for card in people.needs(actor=ALL, on=on)] == [(world.person(0), "alone")]
    assert [(card.person_id, card.kind, card.channel) for card in cared.requests(actor=ALL)] == [(world.person(1), "medicine", "visit")]
    assert [card.place_id for card in open_tasks("register-changes")] == [world.place("b1/u1/f1/r1")]
    assert people.person(actor=ALL, person_id=world.person(0)).residence == "resident", "a visit changes no file"


@pytest.mark.parametrize(
    "more",
    [{"means": "shouting"}, {"changes": ["rich"]}, {"needs": [("0", "gold")]}, {"needs": [("3", "medicine")]}],
    ids=["means", "change", "need", "stranger"],
)
def test_words_of_no_list_and_needs_of_others_are_refused_whole(world: cast.World, more: dict[str, Any]) -> None:
    more = {**more, "needs": [(world.person(int(one)), need) for one, need in more.get("needs", [])]}
    facts, visit = Fact.objects.count(), visit_of(world, campaign(), 0)
    with pytest.raises(rules.ResultUnknown):
        tried(visit, "met", **more)
    assert (Fact.objects.count(), Attempt.objects.get_queryset().count()) == (facts + 1, 0)


def test_who_may_not_and_under_no_directive_nobody_opens_a_campaign(world: cast.World) -> None:
    with pytest.raises(NotAllowed):
        campaign(actor=WORKER)
    with pytest.raises(rules.CampaignOver):
        actions.open_campaign(actor=SECRETARY, area=COMMUNITY, new=actions.NewCampaign(reason="演练", closes_at=MONDAY), now=MONDAY)
    officer = cast.actor(Duty.COUNTY_EOC_OFFICER)
    with pytest.raises(DirectiveMissing):
        actions.open_campaign(actor=officer, area=COUNTY, new=actions.NewCampaign(reason="演练", closes_at=MONDAY + 99 * DAY), now=MONDAY + 60 * DAY)


def test_a_worker_sees_and_visits_the_doors_of_his_grid_only(world: cast.World) -> None:
    made = campaign()
    assert {card.area for card in queries.visits(actor=WORKER, campaign_id=made)} == {GRID1}
    assert counts(made)["all"] == 12
    assert sum(card.all for card in queries.buildings(actor=WORKER, campaign_id=made)) == 6


@given(
    done=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(rules.RESULTS), st.integers(0, 3)), max_size=8),
    order=st.randoms(use_true_random=False),
)
def test_the_class_of_a_household_does_not_depend_on_the_order_in_which_attempts_arrive(done: list[tuple[int, str, int]], order: Any) -> None:
    shuffled = list(done)
    order.shuffle(shuffled)
    for home in range(4):
        first, second = ([result for at, result, _ in some if at == home] for some in (done, shuffled))
        assert rules.standing(first) == rules.standing(second)
        assert rules.unreached(first) == rules.unreached(second)
    states = [rules.standing([result for at, result, _ in done if at == home]) for home in range(4)]
    covered = rules.coverage({state: states.count(state) for state in set(states)})
    assert covered.met + covered.refused + covered.absent + covered.open + covered.ended == covered.all == 4


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_attempts_of_two_phones_stand_side_by_side_in_any_order(world: cast.World, order: tuple[int, ...]) -> None:
    visit = visit_of(world, campaign(), 0)
    told = [("absent", MONDAY, WORKER), ("refused", MONDAY + HOUR, OTHER), ("absent", MONDAY + 2 * HOUR, WORKER)]
    for one in order:
        result, at, hand = told[one]
        assert tried(visit, result, at, hand) == tried(visit, result, at, hand)
    card = queries.visit(actor=ALL, visit_id=visit)
    assert (card.state, card.attempts, card.unreached_at) == ("refused", 3, None)
    assert sorted(Attempt.objects.get_queryset().values_list("result", flat=True)) == ["absent", "absent", "refused"]


@pytest.mark.parametrize("paths", [["mini/b1/u1/f10/r1/", "mini/b1/u1/f9/r2/", "mini/b1/u2/f1/r1/", "mini/b1/u10/f1/r1/"]])
def test_one_walks_by_numbers_and_not_by_digits(paths: list[str]) -> None:
    walked = sorted(paths, key=lambda path: queries.walking(Area(path)))
    assert walked == ["mini/b1/u1/f9/r2/", "mini/b1/u1/f10/r1/", "mini/b1/u2/f1/r1/", "mini/b1/u10/f1/r1/"]
