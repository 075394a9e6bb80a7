"""The worker: one at a time, outlives a failing round, beats the clocks, does what is due in every tree, tries again what it is asked to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from epigrid.kernel.areas import Area
from epigrid.playbooks import daily, runner, worker
from epigrid.playbooks.events import ClockStruck
from epigrid.store import clock, locks
from epigrid.store.models import Fact, Lease, RunnerCursor
from tests.cast import MONDAY, uid
from tests.store import facts
from tests.store.facts import ROOT, strike


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 0)
    monkeypatch.setattr(worker, "TICK_SECONDS", 0)


def rounds(count: int) -> Callable[[], bool]:
    """A signal that stops the worker after so many rounds."""
    left = iter(range(count))
    return lambda: next(left, None) is None


def test_the_worker_numbers_and_hears_what_is_told(db: None) -> None:
    facts.tree()
    strike("a")
    worker.work(rounds(1))
    assert Fact.objects.get(subject_id=uid("a")).position == 1
    assert RunnerCursor.objects.get().position >= 1


def test_a_second_worker_does_nothing_while_the_first_holds_the_lease(db: None) -> None:
    facts.tree()
    strike("a")
    locks.lease("runner", holder="first", now=datetime.now(UTC))
    worker.work(rounds(3))
    assert Fact.objects.get(subject_id=uid("a")).position is None
    Lease.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
    worker.work(rounds(1))
    assert Fact.objects.get(subject_id=uid("a")).position == 1


def test_a_round_that_fails_does_not_end_the_worker(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    facts.tree()
    calls: list[int] = []

    def run_once(*_args: Any, **_more: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError

    monkeypatch.setattr(runner, "run_once", run_once)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.work(rounds(3))
    assert len(calls) == 3


def test_the_worker_beats_running_clocks_and_never_turns_one_back(db: None) -> None:
    facts.tree()
    clock.start(ROOT)
    before = clock.now(ROOT)
    worker.work(rounds(2))
    clock.stop(ROOT)
    assert MONDAY <= before <= clock.now(ROOT)


def test_the_worker_does_what_is_due_in_every_tree_at_its_own_moment(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    facts.tree()
    facts.tree(Area("u/"))
    clock.move_to(Area("u/"), MONDAY + timedelta(hours=1))
    ticked: list[tuple[Area, datetime]] = []
    monkeypatch.setattr(daily, "tick", lambda root, now: ticked.append((root, now)))
    worker.work(rounds(1))
    assert ticked == [(ROOT, MONDAY), (Area("u/"), MONDAY + timedelta(hours=1))]


def test_a_tree_in_which_something_fails_does_not_keep_the_others_from_what_is_due(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    facts.tree()
    facts.tree(Area("u/"))
    ticked: list[Area] = []

    def tick(root: Area, now: datetime) -> None:
        if root == ROOT:
            raise ZeroDivisionError
        ticked.append(root)

    monkeypatch.setattr(daily, "tick", tick)
    worker.work(rounds(2))
    assert ticked == [Area("u/")] * 2


def test_what_is_parked_is_tried_again_once_when_somebody_asks_for_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    facts.tree()
    broken, calls = [True], []

    def step(*_args: Any) -> None:
        calls.append(1)
        if broken[0]:
            raise ZeroDivisionError

    monkeypatch.setattr(daily, "tick", lambda *_args: None)
    monkeypatch.setattr(worker, "STEPS", {ClockStruck: [step]})
    strike("a")
    strike("a")
    worker.work(rounds(3))
    assert (len(calls), len(runner.parked()), runner.retry_asked()) == (1 + runner.ATTEMPTS, 2, False)
    assert runner.ask_retry() == 1
    worker.work(rounds(3))
    assert (len(calls), len(runner.parked()), runner.retry_asked()) == (1 + 2 * runner.ATTEMPTS, 2, False)
    broken[0] = False
    runner.ask_retry()
    worker.work(rounds(1))
    assert (len(calls), runner.parked()) == (1 + 2 * runner.ATTEMPTS + 2, [])


def test_the_command_line_shows_what_is_parked_and_asks_to_try_it_again(db: None, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from epigrid.interfaces import cli, startup

    monkeypatch.setattr(startup, "prepare", lambda: None)
    facts.tree()

    def step(*_args: Any) -> None:
        raise ZeroDivisionError("no such street")

    strike("a")
    assert cli.main(["parked"]) == 0
    runner.run_until_quiet({ClockStruck: [step]})
    assert cli.main(["parked", "--retry"]) == 1
    assert "1  playbooks.clock-struck  t/  test_worker.step: ZeroDivisionError: no such street" in capsys.readouterr().out
    assert runner.retry_asked()
