"""A gate's roster: round the clock, no overlong turns, rests between them (S-174, S-251)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.entry import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.kernel.periods import Period
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.doors.gated import DESK, _guard, _post

MIDNIGHT = datetime(2022, 11, 20, 16, tzinfo=UTC)
"""00:00 of Monday 2022-11-21 in Shanghai."""
TODAY = date(2022, 11, 21)
GUARD, OTHER = cast.uid("guard"), cast.uid("other guard")
WHOLE = Period(start=MIDNIGHT, end=MIDNIGHT + DAY)


def at(hour: float) -> datetime:
    """A local hour of the day; 32 is eight o'clock of the next."""
    return MIDNIGHT + timedelta(hours=hour)


def turn(who: UUID, start: float, end: float) -> rules.Turn:
    return rules.Turn(worker_id=who, hours=Period(start=at(start), end=at(end)))


def judged(*turns: rules.Turn, hours: int | None = 12, rest: int | None = None) -> rules.RosterReport:
    return rules.judge_roster(turns=turns, day=WHOLE, max_hours=hours, rest_hours=rest)


def test_s_251_a_turn_of_13_and_a_half_hours_and_the_half_hour_after_it_are_flagged() -> None:
    night_before, day, night = turn(GUARD, -5.5, 8), turn(OTHER, 8.5, 18.5), turn(GUARD, 18.5, 32)
    found = judged(night_before, day, night)
    assert found.too_long == (night_before, night)
    assert found.gaps == (Period(start=at(8), end=at(8.5)),)
    assert not found.whole


def test_s_174_a_roster_in_turns_round_the_clock_is_whole() -> None:
    assert judged(turn(GUARD, 0, 8), turn(OTHER, 8, 16), turn(cast.uid("third"), 16, 24), rest=8).whole
    assert judged(turn(GUARD, 0, 12), turn(OTHER, 12, 24)).whole


def test_s_174_what_is_written_down_as_two_turns_is_still_one_spell_without_rest() -> None:
    assert judged(turn(GUARD, 0, 7), turn(GUARD, 7, 14), turn(OTHER, 14, 24)).too_long == (turn(GUARD, 0, 14),)
    rested = judged(turn(GUARD, 0, 8), turn(OTHER, 8, 16), turn(GUARD, 15, 24), rest=8)
    assert rested.short_rests == (turn(GUARD, 8, 15),)


def test_s_174_where_nobody_has_set_the_longest_turn_only_gaps_are_flagged() -> None:
    assert judged(turn(GUARD, 0, 24), hours=None).whole
    assert judged(hours=None).gaps == (WHOLE,)


QUARTERS = st.integers(-96, 192)
SPANS = st.lists(st.tuples(st.sampled_from([GUARD, OTHER]), QUARTERS, st.integers(1, 80)), max_size=12)


@given(SPANS, st.integers(1, 24), st.randoms(use_true_random=False))
def test_the_roster_is_judged_as_somebody_would_who_looks_at_every_quarter_of_an_hour(spans, hours, random) -> None:
    turns = [turn(who, start / 4, (start + length) / 4) for who, start, length in spans]
    random.shuffle(turns)
    found = judged(*turns, hours=hours)
    covered = {quarter for _who, start, length in spans for quarter in range(start, start + length)}
    free = {quarter for quarter in range(96) if quarter not in covered}
    told = {quarter for gap in found.gaps for quarter in range(96) if gap.holds(at(quarter / 4))}
    assert told == free
    assert all(gap.start >= MIDNIGHT and gap.end is not None and gap.end <= MIDNIGHT + DAY for gap in found.gaps)
    for who in (GUARD, OTHER):
        mine = {quarter for guard, start, length in spans if guard == who for quarter in range(start, start + length)}
        runs, run = [], 0
        for quarter in range(-97, 400):
            run = run + 1 if quarter in mine else 0
            if run and quarter + 1 not in mine and quarter >= 0 and quarter - run + 1 < 96:
                runs.append(run)
        assert sum(one.worker_id == who for one in found.too_long) == sum(run > hours * 4 for run in runs)


def test_s_251_the_desk_sees_gap_and_overlong_turn_of_a_post_by_the_clause_of_the_day(world: cast.World) -> None:
    post, guard, other = _post(world), _guard(), _guard("演练门岗二")
    for who, start, end in ((guard, -5.5, 8), (other, 8.5, 18.5), (guard, 18.5, 32)):
        actions.plan_turn(actor=DESK, post_id=post, worker_id=who, starts_at=at(start), ends_at=at(end), now=MONDAY)
    card = queries.rosters(actor=DESK, posts=queries.posts(actor=DESK), day=TODAY)[post]
    assert (card.max_hours, [one.worker_id for one in card.too_long], len(card.turns)) == (12, [guard, guard], 3)
    assert card.gaps == (Period(start=at(8), end=at(8.5)),)


def test_a_guard_stands_at_one_gate_at_a_time_and_a_turn_taken_back_frees_him(world: cast.World) -> None:
    post, guard = _post(world), _guard()
    north = actions.set_up_post(actor=DESK, place_id=world.place("c1"), kind="gate", name="演练北门", now=MONDAY)
    given = {"actor": DESK, "worker_id": guard, "starts_at": MONDAY, "ends_at": MONDAY + 8 * HOUR, "now": MONDAY}
    planned = actions.plan_turn(post_id=post, **given)
    assert actions.plan_turn(post_id=post, **given) == planned
    with pytest.raises(rules.GuardElsewhere):
        actions.plan_turn(post_id=north, **given)
    actions.drop_turn(actor=DESK, turn_id=planned, now=MONDAY)
    assert actions.plan_turn(post_id=north, **given) != planned
    assert queries.rosters(actor=DESK, posts=queries.posts(actor=DESK), day=TODAY)[post].turns == ()


def test_a_turn_needs_a_worker_an_end_and_a_planner(world: cast.World) -> None:
    post = _post(world)
    given = {"post_id": post, "worker_id": _guard(), "starts_at": MONDAY, "ends_at": MONDAY + HOUR, "now": MONDAY}
    with pytest.raises(NotAllowed):
        actions.plan_turn(actor=cast.actor(Duty.GATE_GUARD), **given)
    with pytest.raises(NotFound):
        actions.plan_turn(actor=DESK, **(given | {"worker_id": cast.uid("nobody")}))
    with pytest.raises(rules.TurnBackwards):
        actions.plan_turn(actor=DESK, **(given | {"ends_at": MONDAY}))
