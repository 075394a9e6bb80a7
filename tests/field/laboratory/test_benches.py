"""Queue, plates, what is to be expected, another laboratory, and the chain (S-199, S-201, S-202, S-203, S-205)."""

from datetime import timedelta

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.laboratory import actions, queries, rules
from epigrid.field.laboratory.models import Specimen
from epigrid.kernel.duties import Duty
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.field.laboratory.lab import LAB, SECOND, enter, register, told, tube

MINUTE = timedelta(minutes=1)
DAILY = rules.Bench(tubes_per_day=4000, turnaround_minutes=90, queue_limit=500)


def labels(world: cast.World, body: str = "lab1") -> list[str]:
    return [card.label for card in queries.queue(actor=LAB, body_id=world.bodies[body])]


def lay(world: cast.World, label: str = "P1", *tubes: str, wells: int = 96):
    return actions.lay_plate(actor=LAB, body_id=world.bodies["lab1"], label=label, wells=wells, tubes=tubes, now=MONDAY - HOUR)


def test_second_runs_go_first_then_single_tubes_then_rounds_by_their_rank(world) -> None:
    one, other = cast.uid("round", 1), cast.uid("round", 2)
    register(world, "A1", round_id=one)
    register(world, "B1", round_id=other, at=MONDAY - 2 * HOUR)
    register(world, "S1", people=1, at=MONDAY - HOUR)
    register(world, "R1", round_id=one)
    enter(world, "R1", 1, orf=25.0, n=25.0)
    assert labels(world) == ["R1", "S1", "A1", "B1"]
    force = cast.actor(Duty.TESTING_FORCE)
    assert actions.rank_round(actor=force, body_id=world.bodies["lab1"], round_id=other, rank=1, now=MONDAY) == 1
    register(world, "B2", round_id=other)
    assert labels(world) == ["R1", "B2", "B1", "S1", "A1"]
    with pytest.raises(rules.RankUnknown):
        actions.rank_round(actor=force, body_id=world.bodies["lab1"], round_id=other, rank=10, now=MONDAY)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 99)), unique_by=lambda one: one[2]))
def test_the_order_of_the_queue_does_not_depend_on_how_tubes_come(drawn) -> None:
    tubes = [rules.Waiting(label=f"{label:02d}", rank=rank, received_at=MONDAY + hours * HOUR) for rank, hours, label in drawn]
    assert rules.in_order(tubes) == rules.in_order(tubes[::-1])
    assert {tube.label for tube in rules.in_order(tubes)} == {tube.label for tube in tubes}


def test_s_199_a_plate_holds_each_tube_in_one_well_and_no_more_than_its_wells(world) -> None:
    register(world, "T1", "T2", "T3")
    plate = lay(world, "P1", "-", "T2", "T1")
    assert lay(world, "P1", "-", "T2", "T1") == plate
    card = queries.plates(actor=LAB, body_id=world.bodies["lab1"])[0]
    assert [(well.name, well.label) for well in card.laid] == [("A1", ""), ("B1", "T2"), ("C1", "T1")]
    assert (card.open, labels(world)) == (2, ["T3"])
    for refused, wrong in (
        (rules.NotWaiting, ("P2", "T1")),
        (rules.NotWaiting, ("P2", "T3", "T3")),
        (rules.PlateLabelTaken, ("P1", "T3")),
        (rules.PlateEmpty, ("P2", "-")),
        (Specimen.DoesNotExist, ("P2", "X9")),
    ):
        with pytest.raises(refused):
            lay(world, *wrong)
    with pytest.raises(rules.PlateTooSmall):
        lay(world, "P2", "-", "T3", wells=1)
    lay(world, "P2")
    assert labels(world) == []


def test_wells_are_named_down_the_columns() -> None:
    assert [rules.well_name(place, 96) for place in (1, 8, 9, 96)] == ["A1", "H1", "A2", "H12"]
    assert rules.well_name(384, 384) == "P24"
    assert rules.well_name(7, 50) == "7"


def test_a_failed_plate_gives_back_what_was_not_read_and_a_second_run_leaves_its_plate(world) -> None:
    register(world, "T1", "T2", "T3")
    plate = lay(world)
    enter(world, "T1", 0.5, stated="negative")
    enter(world, "T2", 0.5, orf=25.0, n=25.0)
    assert labels(world) == ["T2"]
    assert actions.fail_plate(actor=LAB, plate_id=plate, reason="negative control came up", now=MONDAY) == 1
    assert labels(world) == ["T2", "T3"]
    with pytest.raises(rules.PlateOver):
        actions.fail_plate(actor=LAB, plate_id=plate, reason="again", now=MONDAY)
    assert tube("T1").outcome == "negative"


def test_the_rows_of_the_queue_are_those_that_wait_by_the_rule(world) -> None:
    register(world, *(f"T{number}" for number in range(6)))
    lay(world, "P1", "T0")
    enter(world, "T1", 1, stated="negative")
    enter(world, "T2", 1, orf=25.0, n=25.0)
    for hours in (2, 1):
        enter(world, "T3", hours, orf=25.0, n=25.0)
    actions.send_on(actor=LAB, body_id=world.bodies["lab1"], to_body_id=world.bodies["lab2"], labels=["T4"], said=1, now=MONDAY)
    by_rule = {
        row.label
        for row in Specimen.objects.seen_by(LAB)
        if rules.waits(outcome=row.outcome, awaits=row.awaits, on_plate=row.plate_id is not None, sent_on=row.sent_on_id is not None)
    }
    assert set(labels(world)) == by_rule == {"T2", "T5"}


def simulated(arrivals: list[rules.Arrival], waiting: int, bench: rules.Bench, now) -> tuple[int, float]:
    """An independent day: cyclers that take plates of 94 tubes; its longest queue and when the last tube is on a cycler, in minutes."""
    env, tubes, seen = simpy.Environment(), [0], {"peak": 0, "empty": 0.0}
    each = 94 / bench.tubes_per_day * 24 * 60

    def come():
        tubes[0] += waiting
        for arrival in sorted(arrivals, key=lambda one: one.at):
            yield env.timeout(max(0, (arrival.at - now).total_seconds() / 60 - env.now))
            tubes[0] += arrival.tubes
            seen["peak"] = max(seen["peak"], tubes[0])

    def run():
        while True:
            load = min(94, tubes[0])
            tubes[0] -= load
            yield env.timeout(each * load / 94 if load else 1)
            if load:
                seen["empty"] = env.now

    seen["peak"] = waiting
    env.process(come())
    env.process(run())
    env.run(until=3 * 24 * 60)
    return seen["peak"], seen["empty"]


@pytest.mark.parametrize("pattern", ["morning", "burst", "even"])
def test_s_203_the_forecast_of_the_queue_is_within_a_tenth_of_a_simulated_day(pattern: str) -> None:
    boxes = {
        "morning": [(minute, 160) for minute in range(0, 360, 12)],
        "burst": [(30, 2500), (400, 1500)],
        "even": [(minute, 45) for minute in range(0, 1380, 12)],
    }
    arrivals = [rules.Arrival(at=MONDAY + minute * MINUTE, tubes=tubes) for minute, tubes in boxes[pattern]]
    told_ = rules.forecast(300, arrivals, DAILY, MONDAY)
    assert told_ is not None
    peak, empty = simulated(arrivals, 300, DAILY, MONDAY)
    assert told_.peak == pytest.approx(peak, rel=0.1)
    assert (told_.empty_at - MONDAY).total_seconds() / 60 == pytest.approx(empty, rel=0.1)
    assert told_.last_result_at - told_.empty_at == 90 * MINUTE


def test_s_202_the_limit_of_the_queue_is_passed_at_a_named_moment_or_never() -> None:
    arrivals = [rules.Arrival(at=MONDAY + hour * HOUR, tubes=417) for hour in range(12)]
    over = rules.forecast(0, arrivals, DAILY, MONDAY)
    assert over is not None
    assert over.over_limit_at == MONDAY + HOUR, "417 an hour come, 167 an hour are read: 667 wait when the second box comes"
    few = rules.forecast(0, arrivals[:1], DAILY, MONDAY)
    assert few is not None
    assert few.over_limit_at is None
    assert rules.forecast(10, arrivals, rules.Bench(), MONDAY) is None, "a laboratory that said nothing is not forecast"


def test_s_203_the_end_of_the_queue_goes_to_the_other_laboratory_counted_by_both(world) -> None:
    register(world, *(f"T{number:02d}" for number in range(20)))
    bench = rules.Bench(tubes_per_day=240, turnaround_minutes=60)
    actions.set_bench(actor=LAB, body_id=world.bodies["lab1"], bench=bench, plate_wells=96, overflow_id=world.bodies["lab2"], now=MONDAY)
    seen = queries.outlook(actor=LAB, body_id=world.bodies["lab1"], now=MONDAY, by=MONDAY + 2 * HOUR)
    assert (seen.waiting, len(seen.too_late), seen.too_late[0]) == (20, 10, "T10"), "10 an hour, one hour to read: ten are there in two hours"
    assert seen.last_result_at == MONDAY + 3 * HOUR
    where = {"actor": LAB, "body_id": world.bodies["lab1"], "to_body_id": world.bodies["lab2"], "now": MONDAY}
    with pytest.raises(rules.CountDiffers):
        actions.send_on(labels=seen.too_late, said=9, **where)
    sent = actions.send_on(labels=seen.too_late, said=10, **where)
    assert (len(labels(world)), labels(world, "lab2")) == (10, [])
    missing = actions.take_over(actor=SECOND, consignment_id=sent, labels=[one for one in seen.too_late if one != "T13"], now=MONDAY + HOUR)
    assert missing == ("T13",)
    assert (len(labels(world, "lab2")), "T13" in labels(world)) == (9, True)
    with pytest.raises(rules.TakenBefore):
        actions.take_over(actor=SECOND, consignment_id=sent, labels=[], now=MONDAY + HOUR)
    with pytest.raises(rules.OverflowSelf):
        actions.set_bench(actor=LAB, body_id=world.bodies["lab1"], bench=bench, plate_wells=None, overflow_id=world.bodies["lab1"], now=MONDAY)
    assert told("tubes-sent-on", "tubes-taken-over") == ["tubes-sent-on", "tubes-taken-over"]


@given(st.integers(1, 60), st.integers(1, 500), st.integers(0, 600))
def test_no_tube_of_the_overflow_would_be_in_time_and_every_other_would(waiting, per_day, minutes) -> None:
    bench = rules.Bench(tubes_per_day=per_day, turnaround_minutes=30)
    tubes = [rules.Waiting(label=f"{number:03d}", rank=5, received_at=MONDAY) for number in range(waiting)]
    late = rules.overflow(tubes, bench, MONDAY, MONDAY + minutes * MINUTE)
    assert late == tubes[waiting - len(late) :]
    for place in range(1, waiting + 1):
        expected = MONDAY + timedelta(days=place / per_day, minutes=30)
        assert (expected > MONDAY + minutes * MINUTE) == (place > waiting - len(late))


def test_s_201_s_205_each_step_has_owner_and_time_and_a_constructed_delay_is_found(world) -> None:
    register(world, *(f"T{number}" for number in range(6)))
    actions.lay_plate(actor=SECOND, body_id=world.bodies["lab1"], label="P1", wells=96, tubes=["T0", "T1", "T2", "T3", "T4"], now=MONDAY - 2 * HOUR)
    enter(world, "T0", 0.1, stated="negative")
    for actor, hours in ((LAB, 0.3), (LAB, 0.2)):
        enter(world, "T1", hours, orf=25.0, n=25.0, actor=actor)
    actions.verify_positives(actor=SECOND, specimen_ids=[tube("T1").id], now=MONDAY + HOUR)
    steps = {card.step.key: card for card in queries.chain(actor=LAB, body_id=world.bodies["lab1"], now=MONDAY)}
    assert {key: (card.step.done, card.step.waiting) for key, card in steps.items()} == {
        "laid": (5, 1), "read": (2, 3), "run-again": (1, 0), "confirmed": (1, 0),
    }  # fmt: skip
    assert (steps["laid"].owner_id, steps["read"].owner_id, steps["confirmed"].owner_id) == (SECOND.id, LAB.id, SECOND.id)
    assert (steps["laid"].step.median_minutes, steps["confirmed"].step.last_at) == (60, MONDAY + HOUR)
    assert all(card.duty == Duty.LABORATORY for card in steps.values())
    assert rules.bottleneck([card.step for card in steps.values()]) == "read"
    assert rules.bottleneck([]) == ""
