"""The judgements of planning, without a database."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.command.planning import rules
from epigrid.command.planning.rules import Line, SitingPolicy, judge_layout, judge_start, placing
from epigrid.command.planning.rules.placing import Spot, place_round
from epigrid.engine.siting.schemas import CapacityShort

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = rules.ZONES
NOON = datetime(2022, 11, 21, 4, tzinfo=UTC)


def line(number: int, *, part: str = "preparation", safety: bool = False, done: bool = False, reason: str = "", owned: bool = True) -> Line:
    return Line(id=UUID(int=number), part=part, text=f"line {number}", safety=safety, done=done, reason=reason, owned=owned)


def policy(**values: float | None) -> SitingPolicy:
    plain: dict[str, float | None] = {
        "queue_distance_m": 1, "people_per_site_min": 2000, "people_per_site_max": 3000, "people_per_sampler": 360, "cold_below_c": None,
    }  # fmt: skip
    return SitingPolicy(edition="e", clause_id="p:site", **{**plain, **values})  # type: ignore[arg-type]


def test_s_204_a_round_does_not_start_with_an_open_preparation_without_reason() -> None:
    with pytest.raises(rules.PreparationOpen) as refused:
        judge_start([line(1, done=True), line(2)])
    assert refused.value.details["lines"] == ["line 2"]


def test_s_204_a_reason_opens_the_round_and_the_line_is_to_be_complete_within_the_hour() -> None:
    assert judge_start([line(1, done=True), line(2, reason="the second tent comes at nine")]) == [UUID(int=2)]
    assert rules.due_after(NOON) == NOON + timedelta(minutes=60)


def test_s_204_no_reason_opens_a_round_over_a_line_of_safety() -> None:
    for part in rules.PARTS:
        with pytest.raises(rules.SafetyOpen):
            judge_start([line(1, part=part, safety=True, reason="later")])
        assert judge_start([line(1, part=part, safety=True, done=True)]) == []


def test_s_204_links_are_stages_of_the_round_and_may_be_open_and_an_empty_list_hinders_nobody() -> None:
    assert judge_start([line(1, part="link")]) == []
    assert judge_start([]) == []


def test_s_205_a_step_without_owner_or_time_hinders_the_start() -> None:
    with pytest.raises(rules.StepUnowned):
        judge_start([line(1, part="step", owned=False)])
    assert judge_start([line(1, part="step")]) == []
    assert len(rules.STEPS) == 7


@given(st.lists(st.tuples(st.sampled_from(rules.PARTS), st.booleans(), st.booleans(), st.booleans()), max_size=8))
def test_s_204_what_starts_has_every_line_of_safety_done_and_every_open_preparation_explained(rows: list[tuple[str, bool, bool, bool]]) -> None:
    lines = [line(n, part=part, safety=safe, done=done, reason="why" if said else "") for n, (part, safe, done, said) in enumerate(rows)]
    try:
        left = judge_start(lines)
    except (rules.SafetyOpen, rules.PreparationOpen):
        assert any(not one.done and (one.safety or (one.part == "preparation" and not one.reason)) for one in lines)
    else:
        assert all(one.done or not one.safety for one in lines)
        assert left == [one.id for one in lines if one.part == "preparation" and not one.done]


@pytest.mark.parametrize(("people", "sites", "most", "samplers"), [(4000, 2, 2, 12), (500_000, 167, 250, 1389), (100, 1, 1, 1), (3000, 1, 1, 9)])
def test_s_191_people_per_site_and_per_sampler_come_from_the_clause(people: int, sites: int, most: int, samplers: int) -> None:
    need = rules.needed(people=people, policy=policy())
    assert (need.sites_min, need.sites_max, need.samplers) == (sites, most, samplers)


@pytest.mark.parametrize("field", ["people_per_site_min", "people_per_site_max", "people_per_sampler"])
def test_s_191_a_number_that_nobody_set_is_asked_for(field: str) -> None:
    with pytest.raises(rules.NumberUnset):
        rules.needed(people=100, policy=policy(**{field: None}))


def test_s_193_nine_zones_in_walking_order_are_sound_and_each_missing_one_is_named() -> None:
    assert len(NINE) == 9
    assert judge_layout(NINE).sound
    for zone in NINE:
        layout = judge_layout([one for one in NINE if one != zone])
        assert (layout.missing, layout.sound) == ((zone,), False)


def test_s_193_a_lane_that_leads_back_is_seen_and_so_is_a_zone_that_stands_twice() -> None:
    turned = ["waiting", "registration", "temperature", *NINE[2:3], *NINE[4:]]
    assert judge_layout(turned).turned == ("registration",)
    assert judge_layout([*NINE, "waste"]).doubled == ("waste",)
    with pytest.raises(rules.ZoneUnknown):
        judge_layout([*NINE, "kiosk"])


@given(st.permutations(NINE))
def test_s_197_a_layout_is_sound_exactly_if_everybody_walks_temperature_registration_sampling_in_this_order(zones: list[str]) -> None:
    walked = [zones.index(zone) for zone in ("waiting", "temperature", "registration", "sampling")]
    assert judge_layout(zones).sound == (walked == sorted(walked))


def test_s_194_the_roles_that_nobody_has_are_named_in_the_order_of_the_plan() -> None:
    assert rules.missing_roles(required=rules.ROLES, present={"scanner", "caller"}) == ["sampler", "order-keeper"]


@pytest.mark.parametrize(("clause", "own", "metres"), [(1, None, 1), (2, None, 2), (2, 1, 2), (1, 3, 3), (None, 2, 2)])
def test_s_195_the_distance_is_the_plans_own_but_never_below_the_clauses(clause: int | None, own: int | None, metres: int) -> None:
    assert rules.distance_m(policy=policy(queue_distance_m=clause), own=own) == metres


def test_s_195_twice_the_distance_needs_four_times_the_ground_and_an_unset_distance_is_asked_for() -> None:
    assert (rules.queue_area_m2(queue=50, distance_m=1), rules.queue_area_m2(queue=50, distance_m=2)) == (50, 200)
    with pytest.raises(rules.NumberUnset):
        rules.distance_m(policy=policy(queue_distance_m=None), own=None)


def test_s_224_a_double_cabin_counts_two_lanes_and_a_post_round_the_clock_prefers_the_hut() -> None:
    assert rules.ASSETS["double-cabin"].lanes == 2
    assert rules.preferred(rules.ASSETS, round_the_clock=True)[0] == "hut"
    assert rules.preferred(rules.ASSETS, round_the_clock=False)[0] == "double-cabin"


@pytest.mark.parametrize(
    ("checked", "every", "overdue"),
    [(None, None, None), (None, 7, True), (date(2022, 11, 14), 7, False), (date(2022, 11, 13), 7, True), (date(2022, 11, 13), None, None)],
)
def test_s_226_a_filter_is_overdue_after_its_interval_and_an_unset_interval_says_nothing(
    checked: date | None, every: int | None, overdue: bool | None
) -> None:
    assert rules.filter_overdue(checked_on=checked, interval_days=every, today=date(2022, 11, 21)) is overdue


@pytest.mark.parametrize(("limit", "temperature", "outcome"), [(None, -15, "unset"), (-5, -15, "warn"), (-5, -5, "fine"), (-20, -15, "fine")])
def test_s_218_below_the_countys_limit_is_warned_of_and_without_a_limit_nothing_is(limit: float | None, temperature: float, outcome: str) -> None:
    assert rules.judge_cold(temperature_c=temperature, policy=policy(cold_below_c=limit)).outcome == outcome


LOADS = st.dictionaries(st.integers(0, 99), st.integers(1, 200), min_size=1, max_size=40)


@given(LOADS, st.integers(1, 9))
def test_s_190_every_building_goes_to_exactly_one_team_and_none_carries_twice_what_it_must(loads: dict[int, int], teams: int) -> None:
    groups = rules.balance(loads, teams)
    assert sorted(building for group in groups for building in group) == sorted(loads)
    least = max(sum(loads.values()) / teams, max(loads.values()))
    assert max(sum(loads[one] for one in group) for group in groups) <= 2 * least


@given(st.lists(st.integers(1, 60), min_size=1, max_size=7), st.integers(1, 3))
def test_s_190_the_greatest_load_is_within_four_thirds_of_the_best_of_all_ways(sizes: list[int], teams: int) -> None:
    loads = dict(enumerate(sizes))
    best = min(
        max(sum(s for s, g in zip(sizes, way, strict=True) if g == team) for team in range(teams)) for way in product(range(teams), repeat=len(sizes))
    )
    assert 3 * max(sum(loads[one] for one in group) for group in rules.balance(loads, teams)) <= 4 * best


def test_s_190_thirty_six_buildings_over_eight_teams_are_balanced() -> None:
    sizes = [204, 180, 17, *[60 + 7 * (n % 13) for n in range(33)]]
    groups = rules.balance(dict(enumerate(sizes)), 8)
    loads = [sum(sizes[one] for one in group) for group in groups]
    assert sum(loads) == sum(sizes)
    assert (rules.ratio(loads) or 9) <= 1.05


@given(st.dictionaries(st.integers(0, 9), st.integers(1, 500), min_size=1, max_size=4), st.integers(0, 5))
def test_s_190_teams_are_shared_so_that_the_greatest_load_per_team_is_as_small_as_can_be(loads: dict[int, int], more: int) -> None:
    teams = len(loads) + more
    shares = rules.share_teams(loads, teams)
    ways = [way for way in product(range(1, teams + 1), repeat=len(loads)) if sum(way) == teams]
    best = min(max(load / count for load, count in zip(loads.values(), way, strict=True)) for way in ways)
    assert sum(shares.values()) == teams
    assert max(loads[site] / shares[site] for site in loads) == best


def test_s_190_fewer_teams_than_sites_with_people_are_refused_and_a_site_without_people_gets_none() -> None:
    with pytest.raises(rules.TooFewTeams):
        rules.share_teams({1: 10, 2: 10}, 1)
    assert rules.share_teams({1: 10, 2: 0}, 1) == {1: 1}


UNITS = st.lists(st.integers(0, 400), max_size=12).map(lambda sizes: [(UUID(int=n), size) for n, size in enumerate(sizes)])


def hours(*, lanes: int = 1, rate: int = 60, minutes: int = 20) -> rules.Hours:
    return rules.Hours(opens_at=NOON, closes_at=NOON + timedelta(hours=3), lanes=lanes, per_lane_hour=rate, slot_minutes=minutes)


@given(UNITS, st.integers(1, 4), st.integers(1, 200), st.sampled_from([10, 15, 60]))
def test_s_192_no_slot_exceeds_the_sites_rate_and_everybody_has_one_or_is_counted(
    units: list[tuple[UUID, int]], lanes: int, rate: int, minutes: int
) -> None:
    found = rules.timetable(units=units, hours=hours(lanes=lanes, rate=rate, minutes=minutes), called=(), now=NOON - timedelta(hours=1))
    sums: Counter[datetime] = Counter()
    placed: Counter[UUID] = Counter(found.unplaced)
    for slot in found.slots:
        sums[slot.starts_at] += slot.people
        placed[slot.unit_id] += slot.people
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
    assert all(people * 60 <= lanes * rate * minutes for people in sums.values())
    assert {unit: people for unit, people in placed.items() if people} == {unit: people for unit, people in units if people}


@given(UNITS, st.integers(0, 200), st.integers(0, 150))
def test_s_192_a_delay_moves_later_slots_later_and_loses_nobody(units: list[tuple[UUID, int]], queue: int, minute: int) -> None:
    found = rules.timetable(units=units, hours=hours(), called=(), now=NOON - timedelta(hours=1))
    now = NOON + timedelta(minutes=minute)
    later = [slot for slot in found.slots if slot.starts_at > now]
    moved = rules.replanned(waiting=later, unplaced=found.unplaced, hours=hours(), called=(), queue=queue, now=now)
    first = {unit: min(slot.starts_at for slot in later if slot.unit_id == unit) for unit in {slot.unit_id for slot in later}}
    assert all(slot.starts_at >= first.get(slot.unit_id, now) for slot in moved.slots if slot.unit_id not in found.unplaced)
    assert sum(slot.people for slot in moved.slots) + sum(moved.unplaced.values()) == sum(slot.people for slot in later) + sum(
        found.unplaced.values()
    )


def test_s_192_a_line_of_one_slots_people_puts_the_later_units_off_by_one_slot() -> None:
    units = [(UUID(int=n), 20) for n in range(3)]
    found = rules.timetable(units=units, hours=hours(), called=(), now=NOON - timedelta(hours=1))
    assert [slot.starts_at - NOON for slot in found.slots] == [timedelta(minutes=20 * n) for n in range(3)]
    moved = rules.replanned(waiting=found.slots[1:], unplaced={}, hours=hours(), called=found.slots[:1], queue=20, now=NOON + timedelta(minutes=5))
    assert [slot.starts_at - NOON for slot in moved.slots] == [timedelta(minutes=40), timedelta(minutes=60)]


def test_s_192_called_people_keep_their_room_and_slots_that_have_begun_take_nobody() -> None:
    called = [rules.Slot(unit_id=UUID(int=9), people=15, starts_at=NOON + timedelta(minutes=20), ends_at=NOON + timedelta(minutes=40))]
    found = rules.timetable(units=[(UUID(int=1), 6), (UUID(int=2), 5)], hours=hours(), called=called, now=NOON)
    assert [(slot.unit_id.int, slot.starts_at - NOON) for slot in found.slots] == [(2, timedelta(minutes=20)), (1, timedelta(minutes=40))]


def test_s_217_the_sheet_is_due_at_18_local_time_of_the_day_before() -> None:
    opens_at = datetime(2022, 11, 22, 6, tzinfo=SHANGHAI)
    assert rules.sheet_due_at(opens_at=opens_at, zone=SHANGHAI) == datetime(2022, 11, 21, 18, tzinfo=SHANGHAI)
    assert rules.sheet_due_at(opens_at=opens_at.astimezone(UTC), zone=SHANGHAI) == datetime(2022, 11, 21, 18, tzinfo=SHANGHAI)


@given(st.integers(1, 5000), st.integers(2, 20), st.integers(1, 6))
def test_s_217_tubes_hold_everybody_and_every_lane_has_a_sampler_and_at_doors_tubes_are_single(people: int, size: int, lanes: int) -> None:
    places = [rules.Place(site_id=UUID(int=1), people=people, lanes=lanes), rules.Place(site_id=None, people=people, lanes=1)]
    at_site, at_doors = rules.sheet(places, people_per_sampler=360, roles=rules.ROLES, pool_size=size)
    assert at_site.tubes * size >= people
    assert at_site.samplers >= max(lanes, people / 360)
    assert (at_site.swabs, at_site.registrars, at_site.others) == (people, at_site.samplers, 2)
    assert at_site.protective_sets == at_site.samplers + at_site.registrars + at_site.others
    assert at_doors.tubes == people


def test_s_217_a_site_without_people_needs_nothing() -> None:
    (line,) = rules.sheet([rules.Place(site_id=UUID(int=1), people=0, lanes=2)], people_per_sampler=360, roles=rules.ROLES, pool_size=10)
    assert (line.samplers, line.registrars, line.others, line.tubes, line.protective_sets) == (0, 0, 0, 0, 0)


def test_s_225_the_share_of_people_covered_is_unknown_where_nobody_lives() -> None:
    assert rules.Coverage(covered=3, people=4).share == 0.75
    assert rules.Coverage(covered=0, people=0).share is None


def spot(metres: float, people: int) -> Spot:
    return Spot(lon=112.5, lat=37.8 + metres / 111_000, people=people)


def test_s_191_where_whole_buildings_do_not_fit_what_finds_no_room_stands_without_a_site_and_no_share_is_claimed() -> None:
    placed = place_round(buildings=[spot(0, 60), spot(100, 60), spot(200, 60)], candidates=[spot(0, 90), spot(200, 90)], sites=2)
    assert (sorted(placed.chosen), [one is None for one in placed.site].count(True), placed.share) == ([0, 1], 1, None)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 90)), min_size=2, max_size=6), st.integers(1, 2))
def test_s_191_each_building_goes_whole_to_one_site_within_its_room_and_the_claimed_share_holds_against_every_choice(
    rows: list[tuple[int, int]], sites: int
) -> None:
    buildings = [spot(metres, people) for metres, people in rows]
    room = max(people for _, people in rows) * len(rows)
    placed = place_round(buildings=buildings, candidates=[spot(metres, room) for metres, _ in rows], sites=sites)
    walk = sum(people * (metres or 0) for (_, people), metres in zip(rows, placed.metres, strict=True))
    best = min(
        sum(people * min(abs(metres - rows[one][0]) for one in chosen) for metres, people in rows) for chosen in combinations(range(len(rows)), sites)
    )
    assert len(placed.chosen) == sites
    assert all(one in placed.chosen for one in placed.site)
    assert placed.share is not None
    assert walk <= best * (1 + placed.share) * 1.005 + 1


@pytest.mark.parametrize("many", [0, 1_000])
def test_s_191_a_town_whose_near_candidates_all_stay_closed_is_placed_within_its_rooms_all_the_same(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty compounds of ten buildings each: the twenty nearest candidates of a building lie in two compounds, and only four sites open."""
    monkeypatch.setattr(placing, "MANY", many)
    buildings = [spot(compound * 400 + number * 10, 30) for compound in range(30) for number in range(10)]
    candidates = [spot(compound * 400 + number * 10, 3000) for compound in range(30) for number in range(11)]
    placed = place_round(buildings=buildings, candidates=candidates, sites=4)
    loads = Counter(one for one in placed.site)
    assert set(loads) <= set(placed.chosen) and len(placed.chosen) == 4
    assert sum(loads.values()) * 30 == 9000 and max(loads.values()) * 30 <= 3000
    assert placed.share is not None and 0 <= placed.share < 1
    with pytest.raises(CapacityShort):
        place_round(buildings=buildings, candidates=candidates, sites=2)
