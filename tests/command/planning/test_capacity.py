"""Whether a round will hold, known before it starts: what fails where and when, and what would help (S-202, S-203). All numbers are invented."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import given
from hypothesis import strategies as st

from epigrid.command.planning import actions, queries
from epigrid.command.planning.queries.capacity import LOOKS_AHEAD
from epigrid.command.planning.rules.capacity import MINUTE, Hours, Share, played
from epigrid.command.planning.rules.forecast import Expected
from epigrid.engine.rounds.forecast import forecast
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.command.planning import ground
from tests.command.planning.ground import PLANNER
from tests.doors.world import client_of

OPENS = MONDAY + 22 * HOUR
BODY = UUID(int=1)
PLAIN: dict[str, Any] = {
    "tubes_per_day": 4_000, "machines": 4, "plate_tubes": 96, "cycle_min": 90, "intake_min": 20, "report_min": 15, "plate_wait_min": 30,
    "waiting_tubes": 0, "queue_limit": 200, "every_min": 30, "travel_min": 25, "sealing_min": 5, "boxes": 20, "tubes_per_box": 24,
}  # fmt: skip


def share(**more: Any) -> Share:
    return Share(**({"body_id": BODY, "first_leaves_at": OPENS} | PLAIN | more))


def hours(*, closes: int = 6, by: int = 24) -> Hours:
    return Hours(opens_at=OPENS, closes_at=OPENS + closes * HOUR, results_by=OPENS + by * HOUR, midnight=OPENS + 18 * HOUR)


def crowd(people: int, *, lanes: int = 10, until: float = 360) -> Expected:
    return Expected(lanes=lanes, slots=((0.0, until, people),))


def set_share(world: cast.World, plan_id: UUID, **more: object) -> UUID:
    given = Share(**ground.share(world, **more))  # type: ignore[arg-type]
    return actions.set_share(actor=PLANNER, plan_id=plan_id, share=given, now=MONDAY, cause=world.root_cause)


def outlook(plan_id: UUID) -> queries.Outlook:
    return queries.outlook(actor=PLANNER, plan=queries.plan(actor=PLANNER, plan_id=plan_id))


def test_s_203_that_the_laboratory_will_be_full_is_known_before_the_round_with_the_hour_and_the_tubes() -> None:
    """30,000 people in tubes of 10 in six hours, two machines of 96 tubes in 90 minutes: 500 tubes an hour come, 128 an hour are read."""
    made = played(sites=[crowd(30_000, lanes=90)], shares=[share(machines=2, boxes=60)], hours=hours(), per_lane_hour=60, pool_size=10)
    found = forecast(made)
    full = next(fact for fact in found.facts if fact.reason == "laboratory.full")
    assert found.bottleneck == "test"
    assert 60 < full.at_min < 180, "from arrival of the first loads on, minus what the machines take"
    assert 1_900 < full.count < 2_600, "3,000 tubes less what two machines read in six to seven hours"
    assert full.limit == 200


def test_with_enough_of_everything_the_round_holds_and_nothing_is_said_but_its_end() -> None:
    found = forecast(played(sites=[crowd(3_000)], shares=[share()], hours=hours(), per_lane_hour=60, pool_size=10))
    assert [fact.reason for fact in found.facts] == ["round.last-result"]
    assert found.outcome.people_without_result == 0
    assert found.outcome.finish_min < 24 * 60


@given(
    people=st.lists(st.integers(1, 900), min_size=1, max_size=5),
    takes=st.lists(st.integers(100, 4_000), min_size=1, max_size=3),
    lanes=st.integers(1, 6),
)
def test_every_person_is_played_once_and_every_site_has_one_laboratory(people: list[int], takes: list[int], lanes: int) -> None:
    made = played(
        sites=[crowd(count, lanes=lanes) for count in people],
        shares=[share(tubes_per_day=many) for many in takes],
        hours=hours(),
        per_lane_hour=60,
        pool_size=10,
    )
    assert made.people == sum(people)
    goes = {(stop.site, trip.laboratory) for trip in made.trips for stop in trip.stops}
    assert sorted(site for site, _laboratory in goes) == list(range(len(people)))
    found = forecast(made)
    assert 0 <= found.outcome.people_without_result <= sum(people)
    assert found.tubes <= sum(-(-count // 10) + lanes for count in people)


def test_what_nobody_has_set_is_named_and_nothing_is_guessed(world: cast.World) -> None:
    bare = ground.plan(world)
    assert outlook(bare).missing == ("sites", "rate", "laboratories")
    slotted = queries.site(actor=PLANNER, site_id=ground.slotted(world))[0]
    assert outlook(slotted).missing == ("laboratories",)
    set_share(world, slotted)
    assert outlook(slotted).missing == ()


def test_s_202_a_plan_says_its_last_result_its_bottleneck_and_what_would_do(world: cast.World) -> None:
    plan_id = ground.shared(world)
    found = outlook(plan_id)
    assert (found.people, found.without_result, found.holds, found.bottleneck) == (24, 0, True, found.bottleneck)
    assert found.finish_at is not None
    assert found.results_by == OPENS + LOOKS_AHEAD
    first_leaves, under_way, read = MONDAY + 23 * HOUR, timedelta(minutes=25), timedelta(minutes=20 + 90 + 15)
    assert found.finish_at >= first_leaves + under_way + read
    assert found.simulated_at is not None
    assert abs(found.simulated_at - found.finish_at) < 2 * HOUR
    assert found.waiting is not None
    assert set(found.waiting) == {"sample", "send", "test"}


def test_when_results_are_wanted_earlier_than_they_can_come_it_says_so_and_by_how_much(world: cast.World) -> None:
    plan_id = ground.shared(world)
    finish = outlook(plan_id).finish_at
    assert finish is not None
    wanted = ground.settings(per_lane_hour=60, slot_minutes=15, results_by=finish - HOUR)
    actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=wanted, now=MONDAY, cause=world.root_cause)
    found = outlook(plan_id)
    late = next(one for one in found.said if one.reason == "round.late")
    assert (found.holds, late.at) == (False, found.finish_at)
    assert late.count == pytest.approx((finish - wanted.results_by) / MINUTE, abs=1)  # type: ignore[operator]


def test_a_share_that_is_said_again_is_said_anew_and_one_that_cannot_be_is_refused(world: cast.World) -> None:
    plan_id = ground.shared(world)
    first = queries.shares(actor=PLANNER, plan_id=plan_id)[0]
    assert set_share(world, plan_id, tubes_per_day=700) == first.id
    assert [card.share.tubes_per_day for card in queries.shares(actor=PLANNER, plan_id=plan_id)] == [700]
    for wrong in ({"machines": 0}, {"travel_min": -1}, {"boxes": 0}):
        with pytest.raises(BadInput):
            set_share(world, plan_id, **wrong)
    with pytest.raises(ObjectDoesNotExist):
        actions.drop_share(actor=PLANNER, plan_id=plan_id, body_id=world.bodies["lab2"], now=MONDAY, cause=world.root_cause)
    actions.drop_share(actor=PLANNER, plan_id=plan_id, body_id=world.bodies["lab1"], now=MONDAY, cause=world.root_cause)
    assert queries.shares(actor=PLANNER, plan_id=plan_id) == []


def test_who_plans_nothing_sets_no_laboratory(world: cast.World) -> None:
    plan_id = ground.shared(world)
    given = Share(**ground.share(world))  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        actions.set_share(actor=cast.actor(Duty.GRID_WORKER), plan_id=plan_id, share=given, now=MONDAY, cause=world.root_cause)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_in_both_languages_when_and_where_it_fails(world: cast.World, language: str) -> None:
    plan_id = ground.shared(world, tubes_per_day=1, machines=1, plate_tubes=1, cycle_min=600, queue_limit=0)
    client = client_of(Duty.COMMUNITY_SECRETARY)
    client.cookies["django_language"] = language
    text = client.get(f"/plans/{plan_id}/?view=outlook").content.decode()
    words = {"zh-hans": ("撑得住吗", "检测机构"), "en": ("Will it hold?", "The laboratory is full")}
    for word in words[language]:
        assert word in text
    assert "演练第一检测机构" in text
    moment = next(one.at for one in outlook(plan_id).said if one.reason == "laboratory.full")
    assert f"{local(moment):%m-%d %H:%M}" in text


def local(moment: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Asia/Shanghai"))


def test_a_plan_without_laboratories_shows_what_is_missing_and_the_form(world: cast.World) -> None:
    text = client_of(Duty.COMMUNITY_SECRETARY).get(f"/plans/{ground.plan(world)}/?view=outlook").content.decode()
    assert "planning/set-share" in text
