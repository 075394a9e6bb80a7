"""The forecast of a round: against counting by hand, against a simulated day, and what it says before the round starts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.engine.rounds import stages
from epigrid.engine.rounds.forecast import Fact, Forecast, forecast, play
from epigrid.engine.rounds.remedies import what_holds, with_laboratory, with_lanes
from epigrid.engine.rounds.schemas import Booking, Laboratory, Link, Plan, Shift, Site, Span, Stop, Trip, Wave, shuttle
from epigrid.engine.rounds.simulation import Day, Spread, simulate
from epigrid.kernel.errors import BadInput
from tests.engine.rounds.plans import HORIZON, LABORATORY, plan, site

USUAL = Spread(service=0.4, travel=0.3, cycle=0.05)
AMPLE = replace(LABORATORY, tubes_per_day=50_000, machines=60)
NEVER_SHORT = replace(AMPLE, machines=10_000, plate_wait_min=0)
EVERY_MINUTE = tuple(
    trip for number in range(20) for trip in shuttle(site=number, laboratory=0, first=300, until=320, every=1, travel_min=25, boxes=20)
)


def said(found: Forecast, reason: str) -> Fact | None:
    return next((fact for fact in found.facts if fact.reason == reason), None)


def tiny(*, lanes: int = 1, people: int = 40, **changes: float) -> Plan:
    """One site, 40 people at once, a minute each, tubes of 10, one vehicle at minute 60, a laboratory of one machine."""
    laboratory = Laboratory(
        tubes_per_day=100,
        day_turns_min=1440,
        open=(Span(from_min=0, until_min=HORIZON),),
        machines=1,
        plate_tubes=3,
        cycle_min=100,
        intake_min=10,
        report_min=5,
        plate_wait_min=20,
        queue_limit_tubes=1,
        booked=(),
    )
    table = Site(
        waves=(Wave(from_min=0, until_min=1, people=people),),
        shifts=(Shift(from_min=0, until_min=changes.get("closes", 60), lanes=lanes),),
        seconds_per_person=60,
        pool_size=10,
        sealing_min=2,
    )
    trip = Trip(stops=(Stop(site=0, leaves_min=changes.get("leaves", 60)),), laboratory=0, arrives_min=changes.get("leaves", 60) + 20, boxes=1)
    return Plan(sites=(table,), trips=(trip,), laboratories=(laboratory,), tubes_per_box=50, priority=1, window_end_min=500, horizon_min=HORIZON)


def test_a_small_round_is_what_a_hand_reckons() -> None:
    found = forecast(tiny())
    line = found.timeline
    assert line.sampled[40] == 40
    assert line.sampled[20] == 20
    assert found.tubes == 4
    assert (line.sent[59], line.sent[60], line.received[80]) == (0, 4, 4)
    # Ready at 90: a plate of three; the fourth has waited its 20 minutes by then, but the machine is busy until 190.
    assert (line.began[90], line.began[189], line.began[190]) == (3, 3, 4)
    assert found.outcome.finish_min == 190 + 100 + 5
    assert line.reported[295] == 4


def test_people_who_find_the_lanes_closed_and_tubes_without_a_vehicle_are_counted() -> None:
    closed = forecast(tiny(closes=30))
    assert said(closed, "sampling.unsampled") == Fact(reason="sampling.unsampled", link=Link.SAMPLE, index=0, at_min=30, count=10, limit=None)
    assert closed.outcome.people_without_result == 10
    early = forecast(tiny(leaves=24))
    behind = said(early, "transport.left-behind")
    assert behind and (behind.index, behind.at_min, behind.count) == (0, 24, 2)
    assert early.outcome.people_without_result == 20


def test_s_202_a_round_of_50000_at_pool_10_is_warned_before_it_starts() -> None:
    found = forecast(plan())
    over = said(found, "laboratory.over-day")
    assert over and (over.count, over.limit) == (5000, 4000)
    full = said(found, "laboratory.full")
    assert full and full.count > 3000
    assert full.at_min < 300, "while people are still being sampled"
    fits = forecast(plan(people=1900))
    assert said(fits, "laboratory.over-day") is None, "3,800 tubes are within 4,000 a day"


def test_s_202_what_is_booked_counts_too() -> None:
    booked = replace(LABORATORY, booked=(Booking(arrives_min=0, tubes=300, priority=1),))
    over = said(forecast(plan(people=1900, laboratory=booked)), "laboratory.over-day")
    assert over and (over.count, over.limit) == (3800, 3700)


def hourly(queue: np.ndarray) -> np.ndarray:
    return queue[1:].reshape(-1, 60).mean(axis=1)


def near(told: Forecast, day: Day) -> None:
    """Within a tenth: the queue of the busiest hour, all waiting together, the shape hour by hour, the last result.

    (The highest single minute is not held to that: six machines that begin together take 564 tubes at once, so one late vehicle moves it.)
    """
    queue, real = hourly(told.laboratory_waiting[0]), hourly(day.waiting[0])
    assert queue.max() == pytest.approx(real.max(), rel=0.1)
    assert queue.sum() == pytest.approx(real.sum(), rel=0.1)
    assert np.abs(queue - real).sum() <= 0.1 * real.sum()
    assert told.outcome.finish_min == pytest.approx(day.finish_min, rel=0.1)


@pytest.mark.parametrize(
    "round_",
    [
        plan(sites=10),
        plan(sites=10, people=1200, lanes=2, laboratory=replace(LABORATORY, machines=2, tubes_per_day=2000)),
        plan(sites=10, laboratory=replace(LABORATORY, booked=(Booking(arrives_min=30, tubes=900, priority=0),))),
    ],
    ids=["laboratory short", "lanes and laboratory short", "another round first"],
)
def test_s_203_the_queue_forecast_is_within_a_tenth_of_a_simulated_day(round_: Plan) -> None:
    day = simulate(round_, USUAL, seed=1)
    assert day.sampled[-1] == sum(day.tubes) == round_.people, "the simulation itself loses nobody"
    assert max(day.tubes) <= 10
    told = forecast(round_)
    near(told, day)
    assert told.tubes == pytest.approx(len(day.tubes), rel=0.02)


def test_a_simulated_day_repeats_by_its_seed() -> None:
    first, again, other = (simulate(plan(sites=2, people=300), USUAL, seed) for seed in (5, 5, 6))
    assert first.tubes == again.tubes
    assert (first.waiting[0] == again.waiting[0]).all()
    assert (first.sampled != other.sampled).any()


@pytest.mark.parametrize(
    ("round_", "link"),
    [
        (plan(lanes=3, laboratory=AMPLE), Link.SAMPLE),
        (plan(laboratory=LABORATORY), Link.TEST),
        (replace(plan(laboratory=AMPLE), trips=tuple(trip for trip in plan().trips if trip.stops[0].leaves_min >= 720)), Link.SEND),
        (replace(plan(laboratory=NEVER_SHORT), trips=(*plan().trips, *EVERY_MINUTE)), None),
    ],
    ids=["few lanes", "small laboratory", "one late vehicle", "nothing short"],
)
def test_s_201_a_constructed_shortage_names_its_link(round_: Plan, link: Link | None) -> None:
    found = forecast(round_)
    assert found.bottleneck is link


def test_lanes_that_open_late_are_the_bottleneck_and_no_tube_is_forgotten_when_they_are_thought_away() -> None:
    late = site(shifts=(Shift(from_min=600, until_min=720, lanes=30),))
    round_ = replace(plan(sites=4, laboratory=NEVER_SHORT), sites=(late,) * 4)
    assert forecast(round_).bottleneck is Link.SAMPLE
    assert play(round_, {Link.SAMPLE}).sampled.ready[:, -1].sum() >= 1000


def test_a_long_queue_of_people_is_no_bottleneck_while_the_laboratory_is_busy_anyway() -> None:
    found = forecast(plan(lanes=4, laboratory=LABORATORY))
    queue = said(found, "sampling.queue")
    assert queue and queue.count > 400
    assert found.bottleneck is Link.TEST


def test_the_round_of_higher_priority_is_tested_first() -> None:
    load = (Booking(arrives_min=100, tubes=2000, priority=1),)
    behind = forecast(plan(sites=5, priority=2, laboratory=replace(LABORATORY, booked=load)))
    ahead = forecast(plan(sites=5, priority=0, laboratory=replace(LABORATORY, booked=load)))
    alone = forecast(plan(sites=5))
    assert alone.outcome.finish_min <= ahead.outcome.finish_min < behind.outcome.finish_min
    assert (ahead.laboratory_waiting[0] == behind.laboratory_waiting[0]).all(), "the order changes nothing for the queue as a whole"


def test_a_second_laboratory_takes_what_the_first_cannot() -> None:
    shared = tuple(replace(trip, laboratory=trip.stops[0].site % 2) for trip in plan().trips)
    one, two = forecast(plan()), forecast(plan(laboratories=(LABORATORY, LABORATORY), trips=shared))
    assert two.outcome.finish_min < one.outcome.finish_min / 1.5
    assert said(one, "laboratory.over-day")
    assert not said(two, "laboratory.over-day")
    assert two.timeline.received[-1] == two.tubes


def test_one_round_is_booked_for_another() -> None:
    first = forecast(plan(sites=3))
    booked = first.bookings(0, priority=0)
    assert sum(booking.tubes for booking in booked) == first.tubes


def test_what_more_holds_the_window_is_the_least_that_does() -> None:
    short = plan(window_end_min=1000)
    found = what_holds(short)
    assert not found.holds_as_it_is
    assert found.laboratory
    more = found.laboratory.tubes_per_day
    assert play(with_laboratory(short, more)).outcome.holds(1000)
    assert not play(with_laboratory(short, more - LABORATORY.plate_tubes)).outcome.holds(1000)
    assert found.lanes is None
    assert found.best.holds(1000)


def test_lanes_alone_or_both_are_found_where_they_are_what_is_needed() -> None:
    few = plan(lanes=2, laboratory=AMPLE)
    lanes = what_holds(few).lanes
    assert lanes and lanes.sites == tuple(range(20))
    assert play(with_lanes(few, lanes.sites, lanes.lanes_per_site)).outcome.holds(1440)
    assert not play(with_lanes(few, lanes.sites, lanes.lanes_per_site - 1)).outcome.holds(1440)
    short = plan(lanes=2, window_end_min=1000)
    found = what_holds(short)
    assert (found.lanes, found.laboratory) == (None, None)
    assert found.both
    changed = with_laboratory(with_lanes(short, found.both.sites, found.both.lanes_per_site), found.both.tubes_per_day)
    assert play(changed).outcome.holds(1000)


def test_more_lanes_are_found_also_where_people_come_before_the_opening() -> None:
    late = site(people=2500, shifts=(Shift(from_min=240, until_min=720, lanes=2),))
    round_ = replace(plan(laboratory=AMPLE), sites=(late,) * 20)
    lanes = what_holds(round_).lanes
    assert lanes
    assert play(with_lanes(round_, lanes.sites, lanes.lanes_per_site)).outcome.holds(1440)


def test_a_window_before_the_last_person_comes_is_held_by_nothing() -> None:
    found = what_holds(plan(window_end_min=290))
    assert (found.lanes, found.laboratory, found.both, found.vehicles_alone_hold) == (None, None, None, False)
    assert found.best.finish_min > 290


@settings(max_examples=30)
@given(
    people=st.integers(0, 400),
    lanes=st.integers(1, 6),
    seconds=st.floats(5, 120),
    pool=st.sampled_from([1, 5, 10, 20]),
    closes=st.integers(5, 500),
)
def test_nobody_and_no_tube_is_made_or_lost(people: int, lanes: int, seconds: float, pool: int, closes: int) -> None:
    table = site(
        waves=(Wave(from_min=0, until_min=120, people=people),),
        shifts=(Shift(from_min=0, until_min=closes, lanes=lanes),),
        seconds_per_person=seconds,
        pool_size=pool,
    )
    one = replace(plan(sites=1), sites=(table,))
    run = play(one)
    played = run.sampled
    for curve in (played.came, played.sampled, played.ready):
        assert (np.diff(curve) >= -1e-9).all(), "what has happened has happened"
    assert (played.sampled <= played.came + 1e-9).all()
    assert (played.sampled[0] <= lanes * closes * 60 / seconds + 1e-6).all(), "no lane is faster than its seconds"
    tubes, full = played.ready[0, -1], played.sampled[0, -1] / pool
    assert full - 1e-6 <= tubes + lanes <= full + 2 * lanes
    tested = run.laboratories[0]
    assert sum(found.tubes for found in run.deliveries) == sum(amount for _, amount in tested.began) + tested.undone
    assert run.outcome.people_without_result >= people - played.sampled[0, -1] - 1


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=12), st.integers(1, 5), st.integers(50, 900))
def test_a_laboratory_begins_no_more_than_its_day_and_its_machines_allow(loads, machines: int, per_day: int) -> None:
    laboratory = replace(LABORATORY, machines=machines, tubes_per_day=per_day)
    done = stages.run_laboratory(laboratory, loads, plan(sites=1))
    began = stages.cumulative(done.began, HORIZON)
    turn = int(laboratory.day_turns_min)
    assert began[turn - 1] <= per_day
    assert began[turn + 1439] - began[turn - 1] <= per_day
    busy = began - np.concatenate([np.zeros(120), began[:-120]])
    assert busy.max() <= machines * laboratory.plate_tubes
    assert done.undone + began[-1] == sum(tubes for _, tubes in loads)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: site(seconds_per_person=0), "seconds_per_person"),
        (lambda: Span(from_min=5, until_min=5), "until_min"),
        (lambda: replace(plan(), trips=(replace(plan().trips[0], laboratory=3),)), "laboratory"),
        (lambda: replace(plan(), trips=(replace(plan().trips[0], stops=(Stop(site=99, leaves_min=0),)),)), "site"),
        (lambda: replace(plan().trips[0], arrives_min=0), "arrives_min"),
        (lambda: replace(LABORATORY, machines=0), "machines"),
    ],
)
def test_what_no_round_can_have_is_refused_by_its_name(make, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        make()
    assert refused.value.details["field"] == field
