"""Slots, home effort, staff and supplies, pace and late links of a round."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.rounds import effort, links, needs, progress, slots
from epigrid.engine.rounds.forecast import forecast
from epigrid.engine.rounds.schemas import Shift
from epigrid.engine.rounds.simulation import Spread, simulate
from epigrid.kernel.errors import BadInput
from tests.engine.rounds.plans import plan, site

GROUPS = st.lists(st.integers(0, 90), max_size=25).map(lambda sizes: [slots.Group(number=at, people=size) for at, size in enumerate(sizes)])
ROOMS = st.lists(st.integers(0, 60), min_size=1, max_size=12)


def timed(rooms: list[int]) -> tuple[slots.Slot, ...]:
    return tuple(slots.Slot(from_min=20 * at, until_min=20 * at + 20, room=room) for at, room in enumerate(rooms))


def filled(found: slots.SlotPlan) -> list[int]:
    sums = [0] * len(found.slots)
    for call in found.calls:
        sums[call.slot] += call.people
    return sums


def people(found: slots.SlotPlan) -> dict[int, int]:
    sums: dict[int, int] = {}
    for part in (*((call.group, call.people) for call in found.calls), *((group.number, group.people) for group in found.unplaced)):
        sums[part[0]] = sums.get(part[0], 0) + part[1]
    return {group: size for group, size in sums.items() if size}


@given(GROUPS, ROOMS)
def test_s_192_no_slot_brings_more_than_the_site_can_sample_and_nobody_is_forgotten(groups: list[slots.Group], rooms: list[int]) -> None:
    found = slots.call_down(groups, timed(rooms))
    sums = filled(found)
    assert all(total <= room for total, room in zip(sums, rooms, strict=True))
    assert people(found) == {group.number: group.people for group in groups if group.people}
    assert not found.unplaced or sums == rooms, "unplaced only when every slot is full"
    assert [call.slot for call in found.calls] == sorted(call.slot for call in found.calls)


@given(GROUPS, ROOMS, st.integers(0, 260), st.integers(0, 150), st.data())
def test_s_192_a_delay_shifts_only_later_slots_and_none_forward(groups, rooms, now: int, waiting: int, data: st.DataObject) -> None:
    before = slots.call_down(groups, timed(rooms))
    changed = timed([data.draw(st.integers(0, 60)) for _ in rooms])
    after = slots.replan(before, now_min=now, waiting=waiting, slots=changed)
    begun = [slot.from_min <= now for slot in changed]
    assert [call for call in before.calls if begun[call.slot]] == [call for call in after.calls if begun[call.slot]]
    assert people(after) == people(before)
    sums, free = filled(after), sum(slot.room for slot, old in zip(changed, begun, strict=True) if not old)
    assert all(total <= slot.room for total, slot, old in zip(sums, changed, begun, strict=True) if not old)
    assert sum(total for total, old in zip(sums, begun, strict=True) if not old) <= max(0, free - waiting), "the queue goes first"
    for group in people(before):
        old = [call.slot for call in before.calls if call.group == group and not begun[call.slot]]
        new = [call.slot for call in after.calls if call.group == group and not begun[call.slot]]
        if old and group not in {part.number for part in before.unplaced} and new:
            assert min(new) >= min(old)


@given(GROUPS, ROOMS, st.integers(0, 260))
def test_s_192_without_a_delay_nothing_is_shifted(groups: list[slots.Group], rooms: list[int], now: int) -> None:
    before = slots.call_down(groups, timed(rooms))
    assert slots.replan(before, now_min=now, waiting=0, slots=before.slots) == before


def test_s_192_a_unit_stays_together_where_a_slot_has_room_for_it() -> None:
    found = slots.call_down([slots.Group(number=at, people=size) for at, size in enumerate((30, 25, 20, 70))], timed([50, 50, 50]))
    assert [(call.group, call.slot, call.people) for call in found.calls] == [(0, 0, 30), (2, 0, 20), (1, 1, 25), (3, 1, 25), (3, 2, 45)]


def test_s_192_rooms_follow_the_staff_and_the_called_people_hardly_wait() -> None:
    shifts = (Shift(from_min=0, until_min=120, lanes=2), Shift(from_min=50, until_min=120, lanes=1))
    rooms = slots.rooms(shifts, seconds_per_person=40, slot_min=20)
    assert [slot.room for slot in rooms] == [60, 60, 75, 90, 90, 90]
    found = slots.call_down([slots.Group(number=at, people=31) for at in range(15)], rooms)
    table = slots.at_site(site(shifts=shifts, seconds_per_person=40), found)
    line = forecast(replace(plan(sites=1), sites=(table,))).timeline
    assert not found.unplaced
    assert (line.came - line.sampled).max() <= 5 + 20 * 60 / 40 / 4, "only where a lane opens within a slot"
    assert line.sampled[120] == pytest.approx(465, abs=1)


def test_s_220_seventeen_storeys_six_units_204_households_are_done_by_four_people_within_the_day() -> None:
    units = [effort.Stairwell(storeys=17, households=34, people=34 * 3)] * 6
    pace = effort.Pace(seconds_per_person=45, seconds_per_household=40, seconds_per_storey=20, seconds_per_unit=300)
    found = effort.estimate(units, staff=4, team_size=2, pace=pace)
    assert found.teams == 2
    one = (300 + 17 * 20 + 34 * 40 + 102 * 45) / 60
    assert found.minutes == pytest.approx(3 * one)
    assert sorted(unit for team in found.units for unit in team) == list(range(6))
    assert 300 < found.minutes < 600, "the paper tells of a morning until half past one; the paces are assumptions of this test"
    assert found.households_per_person_hour == pytest.approx(204 / (4 * found.minutes / 60))
    with pytest.raises(BadInput):
        effort.estimate(units, staff=1, team_size=2, pace=pace)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=10), st.integers(1, 5))
def test_teams_share_the_units_near_the_best(households: list[int], teams: int) -> None:
    units = [effort.Stairwell(storeys=5, households=count, people=count) for count in households]
    pace = effort.Pace(seconds_per_person=60, seconds_per_household=30, seconds_per_storey=10, seconds_per_unit=60)
    found = effort.estimate(units, staff=teams, team_size=1, pace=pace)
    longest = max(effort.estimate([unit], staff=1, team_size=1, pace=pace).minutes for unit in units)
    assert max(longest, found.team_minutes / teams) - 1e-9 <= found.minutes <= found.team_minutes / teams + longest + 1e-9
    assert sorted(unit for team in found.units for unit in team) == list(range(len(units)))


NORMS = needs.Norms(
    people_per_sampler=360,
    registrars_per_sampler=1,
    others_per_site=4,
    swabs_per_person=1,
    kits_per_household=3,
    tubes_per_box=50,
    reserve=0.1,
)


def test_s_217_the_sheet_counts_staff_and_supplies_with_the_reserve() -> None:
    compound = needs.Demand(people=2500, pool_size=10, kit_households=20, lanes=7, changes=2)
    doors = needs.Demand(people=53, pool_size=1, kit_households=0, lanes=1, changes=1)
    lines, total = needs.sheet([compound, doors], NORMS)
    assert lines[0] == needs.Needs(
        samplers=7,  # 2,500 / 360 = 6.94
        registrars=7,
        others=4,
        swabs=2750,
        tubes=290,  # 250 full and 13 that close early, a tenth more
        boxes=6,
        kits=66,
        protective_sets=40,  # 18 people, twice, a tenth more
    )
    assert (lines[1].tubes, lines[1].swabs, lines[1].samplers) == (59, 59, 1)
    assert total.swabs == 2809
    assert needs.needs(replace(compound, people=0, kit_households=0), NORMS) == needs.Needs(**dict.fromkeys(vars(total), 0))


@given(st.integers(0, 3000), st.sampled_from([1, 5, 10, 20]), st.integers(1, 9))
def test_s_217_the_tubes_of_the_sheet_always_suffice(count: int, pool: int, lanes: int) -> None:
    enough = needs.needs(needs.Demand(people=count, pool_size=pool, kit_households=0, lanes=lanes, changes=1), replace(NORMS, reserve=0)).tubes
    assert enough * pool >= count
    most = max((math.ceil((count - more) / pool) + min(lanes - 1, more) for more in range(min(lanes, count))), default=0)
    assert enough >= most, "however the people are spread over the lanes"


def test_s_215_the_finish_is_estimated_from_the_rate_of_late_and_the_error_is_reported() -> None:
    planned = plan(sites=4, lanes=4)
    slower = replace(planned, sites=tuple(replace(table, seconds_per_person=48) for table in planned.sites))
    told, day = forecast(planned).timeline.sampled, simulate(slower, Spread(service=0.4, travel=0, cycle=0), 3)
    moments = np.repeat(np.arange(len(day.sampled)), np.diff(day.sampled, prepend=0).astype(int)).astype(float)
    so_far = progress.pace(moments[moments <= 120], expected=10_000, forecast=told, now_min=120, rate_window_min=60)
    assert so_far.people_per_hour == pytest.approx(4 * 4 * 3600 / 48, rel=0.05)
    assert so_far.against_forecast == pytest.approx(36 / 48, rel=0.05)
    assert so_far.finish_min == pytest.approx(np.argmax(day.sampled >= 10_000), rel=0.05)
    anew = forecast(progress.at_pace(planned, so_far.against_forecast)).timeline.sampled
    first, second = progress.error(told, day.sampled), progress.error(anew, day.sampled)
    assert first.finish_min > 100
    assert abs(second.finish_min) < first.finish_min / 5
    assert second.mean_share < first.mean_share / 5


def test_s_215_a_round_that_stands_still_has_no_finish_and_a_done_one_has_its_own() -> None:
    still = progress.pace(np.array([3.0, 4.0]), expected=5, forecast=np.arange(200.0), now_min=120, rate_window_min=30)
    assert (still.done, still.left, still.people_per_hour, still.finish_min) == (2, 3, 0.0, None)
    done = progress.pace(np.array([3.0, 4.0]), expected=2, forecast=np.arange(200.0), now_min=120, rate_window_min=30)
    assert (done.left, done.finish_min) == (0, 4.0)
    with pytest.raises(BadInput):
        progress.error(np.zeros(3), np.zeros(3))


ALLOWED = (30, 60, 240, 30, 120, 120)


@pytest.mark.parametrize("late", range(6))
def test_s_201_a_constructed_delay_names_its_link(late: int) -> None:
    chance = np.random.default_rng(late)
    lasts = chance.uniform(0.3, 0.95, (200, 6)) * ALLOWED
    lasts[::4, late] += ALLOWED[late]
    moments = np.cumsum(np.column_stack([chance.uniform(0, 60, 200), lasts]), axis=1)
    found = links.pipeline(moments, positive=np.ones(200, bool), now_min=2000, allowed_min=ALLOWED)
    assert links.late_link(found) == links.LINKS[late]
    assert [standing.passed for standing in found] == [200] * 6


def test_s_201_what_stands_in_a_link_counts_until_now_and_negatives_end_with_the_report() -> None:
    nan = math.nan
    moments = np.array([[0, 10, 40, 200, 220, nan, nan], [0, 10, 40, 200, 220, nan, nan], [5, 15, nan, nan, nan, nan, nan]])
    positive = np.array([True, False, False])
    found = {each.link: each for each in links.pipeline(moments, positive=positive, now_min=300, allowed_min=ALLOWED)}
    assert (found["transfer"].inside, found["transfer"].oldest_min) == (1, 80)
    assert (found["send"].inside, found["send"].passed, found["send"].oldest_min, found["send"].late_min) == (1, 2, 285, 225)
    assert links.late_link(tuple(found.values())) == "send"
    in_time = links.pipeline(moments[:2], positive=positive[:2], now_min=300, allowed_min=ALLOWED)
    assert links.late_link(in_time) is None
    with pytest.raises(BadInput):
        links.pipeline(moments[:, ::-1], positive=positive, now_min=300, allowed_min=ALLOWED)
