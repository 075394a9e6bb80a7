"""Clocks: an exercise's own moment stands or runs, stalls when nobody beats it, never goes back; a real tree has the wall's."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.areas import Area
from epigrid.kernel.errors import NotFound
from epigrid.store import clock
from epigrid.store.models import Tree
from tests.cast import DAY, HOUR, MONDAY
from tests.store import facts
from tests.store.facts import ROOT

WALL = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Wall(datetime):
    """The wall's clock, as the store asks for it; the test moves it."""

    present: datetime = WALL

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.present


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Wall]]:
    Wall.present = WALL
    monkeypatch.setattr(clock, "datetime", Wall)
    yield Wall


def test_a_new_exercise_stands_at_its_moment(db: None, wall: type[Wall]) -> None:
    facts.tree()
    wall.present += DAY
    assert clock.now(ROOT) == clock.now(Area("t/a/")) == MONDAY
    assert not clock.runs(ROOT)


def test_a_running_clock_goes_on_with_the_wall_while_it_is_beaten(db: None, wall: type[Wall]) -> None:
    facts.tree()
    clock.start(ROOT)
    for _ in range(10):
        wall.present += 7 * SECOND
        clock.beat()
    assert clock.now(ROOT) == MONDAY + 70 * SECOND
    assert clock.runs(ROOT)
    clock.stop(ROOT)
    wall.present += DAY
    clock.beat()
    assert clock.now(ROOT) == MONDAY + 70 * SECOND


def test_a_running_clock_stalls_ten_seconds_after_the_last_beat(db: None, wall: type[Wall]) -> None:
    facts.tree()
    clock.start(ROOT)
    wall.present += 9 * SECOND
    assert clock.now(ROOT) == MONDAY + 9 * SECOND
    wall.present += DAY
    assert clock.now(ROOT) == MONDAY + clock.STALLS_AFTER == MONDAY + 10 * SECOND
    clock.beat()
    assert clock.now(ROOT) == MONDAY + 10 * SECOND
    wall.present += SECOND
    assert clock.now(ROOT) == MONDAY + 11 * SECOND


def test_a_server_that_was_down_for_a_night_goes_on_where_readers_saw_it_stand(db: None, wall: type[Wall]) -> None:
    facts.tree()
    clock.start(ROOT)
    wall.present += 3 * SECOND
    clock.beat()
    wall.present += 8 * HOUR
    seen = clock.now(ROOT)
    clock.beat()
    assert clock.now(ROOT) == seen == MONDAY + 13 * SECOND


def test_starting_a_running_clock_again_does_not_turn_it_back(db: None, wall: type[Wall]) -> None:
    facts.tree()
    clock.start(ROOT)
    wall.present += 6 * SECOND
    clock.start(ROOT)
    assert clock.now(ROOT) == MONDAY + 6 * SECOND


STEPS = st.lists(
    st.tuples(st.sampled_from(["beat", "start", "stop", "move", "move-back", "read", "wall-back"]), st.integers(0, 30)), min_size=1, max_size=25
)


@given(steps=STEPS)
def test_whatever_is_done_a_clock_never_goes_back_unless_the_walls_does(db: None, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", Wall)
        Wall.present = WALL
        facts.tree()
        last = MONDAY
        for verb, seconds in steps:
            Wall.present += -seconds * SECOND if verb == "wall-back" else seconds * SECOND
            before = clock.now(ROOT)
            assert before >= last or verb == "wall-back"
            if verb in ("beat", "start", "stop"):
                {"beat": clock.beat, "start": lambda: clock.start(ROOT), "stop": lambda: clock.stop(ROOT)}[verb]()
            elif verb == "move":
                clock.move_to(ROOT, before + seconds * SECOND)
            elif verb == "move-back" and seconds:
                with pytest.raises(clock.ClockGoesForward):
                    clock.move_to(ROOT, before - seconds * SECOND)
            after = clock.now(ROOT)
            assert after >= before
            last = after
        transaction.set_rollback(True)


def test_moving_a_clock_leaves_it_running_or_standing(db: None, wall: type[Wall]) -> None:
    facts.tree()
    clock.move_to(ROOT, MONDAY + HOUR)
    wall.present += 5 * SECOND
    assert (clock.now(ROOT), clock.runs(ROOT)) == (MONDAY + HOUR, False)
    clock.start(ROOT)
    clock.move_to(ROOT, MONDAY + 2 * HOUR)
    wall.present += 5 * SECOND
    assert (clock.now(ROOT), clock.runs(ROOT)) == (MONDAY + 2 * HOUR + 5 * SECOND, True)


@pytest.mark.parametrize("verb", [clock.start, clock.stop, lambda area: clock.move_to(area, MONDAY + 9999 * DAY)])
def test_the_clock_of_a_real_tree_is_nobodys_to_set(db: None, wall: type[Wall], verb: Any) -> None:
    facts.tree(exercise=False)
    with pytest.raises(clock.WallClock):
        verb(ROOT)
    wall.present += HOUR
    clock.beat()
    assert (clock.now(ROOT), clock.runs(ROOT)) == (WALL + HOUR, True)
    assert Tree.objects.get().moment is None


def test_each_tree_has_its_own_clock(db: None, wall: type[Wall]) -> None:
    facts.tree()
    facts.tree(Area("u/"))
    facts.tree(Area("real/"), exercise=False)
    clock.start(Area("u/"))
    clock.move_to(ROOT, MONDAY + DAY)
    wall.present += 4 * SECOND
    clock.beat()
    assert [clock.now(card.root) for card in clock.trees()] == [WALL + 4 * SECOND, MONDAY + DAY, MONDAY + 4 * SECOND]


def test_a_day_is_the_local_day_of_the_area(db: None) -> None:
    clock.make_tree(root=ROOT, title="演练", time_zone="Asia/Shanghai", moment=MONDAY)
    clock.make_tree(root=Area("n/"), title="演练", time_zone="America/New_York", moment=MONDAY)
    moment = datetime(2022, 11, 21, 17, tzinfo=UTC)
    assert (clock.local_day(ROOT, moment), clock.local_day(Area("n/"), moment)) == (date(2022, 11, 22), date(2022, 11, 21))
    assert clock.local_midnight(ROOT, date(2022, 11, 22)) == datetime(2022, 11, 21, 16, tzinfo=UTC)
    spring = date(2022, 3, 13)
    assert clock.local_midnight(Area("n/"), spring + DAY) - clock.local_midnight(Area("n/"), spring) == 23 * HOUR


def test_a_tree_that_is_not_there_is_not_found_and_a_new_one_is(db: None) -> None:
    with pytest.raises(NotFound):
        clock.card(ROOT)
    assert clock.namespace(ROOT) is None
    facts.tree(seed=1)
    assert clock.card(Area("t/a/b/")).root == ROOT
    assert clock.namespace(ROOT) is not None
    assert clock.card(ROOT).acts_as == ROOT
