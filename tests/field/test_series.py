"""When rounds of an area begin, whom they ask, when they stop: the rule of 2022-11-21 and C07."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.sampling import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.kernel.verdicts import Verdict
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.doors.world import answer, client_of
from tests.field.test_sampling import TABLE
from tests.registers.policies import regimes

NOVEMBER = date(2022, 11, 22)
GROUNDS = ("chain-unclear", "many-places", "high-mobility")
COMMAND = cast.actor(Duty.COUNTY_EOC_OFFICER)


def policy(on: date = NOVEMBER) -> rules.AreaRoundPolicy:
    return regimes.clause(rules.AreaRoundPolicy, on)


def rounds(*found: tuple[int, int]) -> list[rules.RoundDone]:
    """(day, infections outside control) each."""
    return [rules.RoundDone(id=f"r{number}", day=NOVEMBER + timedelta(days=day), outside_control=count) for number, (day, count) in enumerate(found)]


def judged(today: int, *found: tuple[int, int]) -> Verdict[str]:
    return rules.judge_series(rounds=rounds(*found), today=NOVEMBER + timedelta(days=today), policy=policy())


@given(st.sets(st.sampled_from([*GROUNDS, "a feeling"])))
def test_an_area_is_tested_for_all_three_grounds_together_only(reasons: set[str]) -> None:
    found = rules.may_open(reasons=reasons, policy=policy())
    assert found.outcome == (set(GROUNDS) <= reasons)
    assert set(found.details.get("missing", [])) == set(GROUNDS) - reasons


def test_the_ten_measures_end_testing_by_area_whatever_the_grounds() -> None:
    found = rules.may_open(reasons=GROUNDS, policy=policy(date(2022, 12, 8)))
    assert (found.outcome, found.reason, found.clause_id) == (False, "round.no-area-testing", "cn-2022-10:round")


@pytest.mark.parametrize("on", [date(2022, 1, 20), date(2022, 8, 1)])
def test_a_regime_without_grounds_or_a_stop_rule_asks_for_them(on: date) -> None:
    with pytest.raises(rules.NumberUnset) as refused:
        rules.may_open(reasons=GROUNDS, policy=policy(on))
    assert refused.value.details["field"] == "area_testing"
    with pytest.raises(rules.NumberUnset) as refused:
        rules.judge_series(rounds=[], today=on, policy=policy(on))
    assert refused.value.details["field"] == "clean_rounds"


@pytest.mark.parametrize(
    ("today", "found", "outcome", "next_day"),
    [
        (0, (), "next-round", 0),
        (0, ((0, 0),), "next-round", 1),
        (1, ((0, 0),), "next-round", 1),
        (2, ((0, 0), (1, 0), (2, 0)), "pause", 6),
        (5, ((0, 0), (1, 0), (2, 0)), "pause", 6),
        (6, ((0, 0), (1, 0), (2, 0)), "next-round", 6),
        (6, ((0, 0), (1, 0), (2, 0), (6, 0)), "stop", None),
        (30, ((0, 0), (1, 0), (2, 0), (6, 0)), "stop", None),
        (3, ((0, 4), (1, 0), (2, 0), (3, 0)), "pause", 7),
        (4, ((0, 0), (1, 0), (2, 1), (3, 0)), "next-round", 4),
        (6, ((0, 0), (1, 0), (2, 0), (4, 0)), "next-round", 6),
        (6, ((0, 0), (1, 0), (2, 0), (6, 2)), "next-round", 7),
        (9, ((0, 0), (1, 0), (2, 0), (6, 2), (7, 0), (8, 0), (9, 0)), "pause", 13),
    ],
)
def test_three_clean_rounds_three_days_without_one_more_and_the_end(
    today: int, found: tuple[tuple[int, int], ...], outcome: str, next_day: int | None
) -> None:
    verdict = judged(today, *found)
    expected = "" if next_day is None else (NOVEMBER + timedelta(days=next_day)).isoformat()
    assert (verdict.outcome, verdict.changes_by) == (outcome, expected)
    assert verdict.clause_id == "cn-2022-20-4docs:round"


def test_where_no_round_follows_the_pause_three_clean_rounds_are_the_end() -> None:
    short = replace(policy(), extra_rounds=0)
    assert rules.judge_series(rounds=rounds((0, 0), (1, 0), (2, 0)), today=NOVEMBER + timedelta(days=2), policy=short).outcome == "stop"


FOUND = st.lists(st.tuples(st.integers(0, 20), st.sampled_from([0, 0, 0, 0, 1, 5])), max_size=12)


@given(before=FOUND, after=FOUND)
def test_the_stop_rule_never_asks_for_a_round_after_the_stop(before, after) -> None:
    """However many rounds somebody adds: a stopped series stays stopped, and the later rounds are no evidence."""
    first = judged(20, *before)
    later = judged(60, *before, *((day + 21, count) for day, count in after))
    if first.outcome == "stop":
        assert (later.outcome, later.evidence) == ("stop", first.evidence)


@given(FOUND)
def test_not_one_round_more_than_the_rule_says(found) -> None:
    """Whoever does only what the rule asks for stops after exactly four clean rounds behind the last infection."""
    done: list[tuple[int, int]] = []
    counts = iter([count for _day, count in found])
    for today in range(200):
        verdict = judged(today, *done)
        if verdict.outcome == "stop":
            break
        if verdict.outcome == "next-round" and verdict.changes_by == (NOVEMBER + timedelta(days=today)).isoformat():
            done.append((today, next(counts, 0)))
    assert verdict.outcome == "stop"
    dirty = [number for number, (_day, count) in enumerate(done) if count]
    tail = done[dirty[-1] + 1 :] if dirty else done
    assert len(tail) == 4
    assert [tail[number + 1][0] - tail[number][0] for number in range(3)] == [1, 1, 4]


@given(found=FOUND, order=st.randoms())
def test_the_order_in_which_rounds_are_told_does_not_matter(found, order) -> None:
    done = rounds(*found)
    today = NOVEMBER + timedelta(days=20)
    verdict = rules.judge_series(rounds=done, today=today, policy=policy())
    order.shuffle(done)
    assert rules.judge_series(rounds=done, today=today, policy=policy()) == verdict


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (date(2022, 11, 15), {"area": True, "category": True, "proof": False, "none": False}),
        (date(2022, 12, 8), {"area": False, "category": False, "proof": True, "none": False}),
    ],
)
def test_c07_who_is_tested_follows_the_regime(on: date, asked: dict[str, bool]) -> None:
    """People of a round's area and of categories under the twenty measures; whoever needs a proof, and no area, under the ten."""
    for who, expected in asked.items():
        found = rules.is_asked(in_area=who == "area", in_category=who == "category", needs_proof=who == "proof", policy=policy(on))
        assert found.outcome is expected, who


def test_c07_everybody_where_a_regime_says_so_and_a_question_where_none_says_anything() -> None:
    everybody = replace(policy(), people="everybody")
    assert rules.is_asked(in_area=False, in_category=False, needs_proof=False, policy=everybody).reason == "people.everybody"
    with pytest.raises(rules.NumberUnset):
        rules.is_asked(in_area=True, in_category=True, needs_proof=True, policy=policy(date(2022, 1, 20)))


def open_round(world: cast.World, day: int):
    start = MONDAY + day * DAY
    window = Period(start=start, end=start + DAY)
    return actions.open_round(
        actor=COMMAND, area=COMMUNITY, reason="chain unclear", directive_id=world.directive_id, window=window, now=start, cause=world.root_cause
    )


def swabbed(world: cast.World, round_id, day: int, label: str, outcome: str, *persons: int, single: bool = True) -> None:
    at, size = MONDAY + day * DAY + HOUR, 1 if single else 10
    tube = actions.open_tube(actor=TABLE, area=COMMUNITY, label=label, pool_size=size, now=at, cause=world.root_cause, round_id=round_id)
    actions.take_swabs(actor=TABLE, tube_id=tube, person_ids=[world.person(number) for number in persons], now=at, cause=world.root_cause)
    actions.close_tube(actor=TABLE, tube_id=tube, now=at, cause=world.root_cause)
    if outcome:
        actions.note_results(actor=cast.procedure(), tube_ids=[tube], outcome=outcome, at=at, now=at + HOUR, cause=world.root_cause)


def test_a_series_is_counted_from_the_rounds_of_an_area_and_open_results_do_not_count(world: cast.World) -> None:
    outcomes = {0: ("positive", True), 1: ("negative", True), 2: ("negative", True), 3: ("positive", False), 4: ("", True)}
    ids = {}
    for day, (outcome, single) in outcomes.items():
        ids[day] = open_round(world, day)
        swabbed(world, ids[day], day, f"T{day}", outcome, 0, single=single)
        actions.close_round(actor=COMMAND, round_id=ids[day], now=MONDAY + day * DAY + 3 * HOUR, cause=world.root_cause)
    found = queries.series(actor=COMMAND, round_id=ids[0], now=MONDAY + 4 * DAY + 4 * HOUR)
    assert (found.outcome, found.next_day) == ("next-round", "2022-11-25")
    assert found.round_ids == tuple(ids[day] for day in (0, 1, 2)), "a pool without its retest and a tube without a reading are no finished rounds"
    told = answer(client_of(Duty.COUNTY_EOC_OFFICER).get(f"/api/sampling/rounds/{ids[0]}/series"))
    assert (told["clause_id"], told["area"]) == ("cn-2022-20-4docs:round", COMMUNITY)


def test_while_an_area_s_first_round_runs_nothing_is_counted_yet(world: cast.World) -> None:
    found = queries.series(actor=COMMAND, round_id=open_round(world, 0), now=MONDAY + HOUR)
    assert (found.outcome, found.round_ids) == ("next-round", ())
