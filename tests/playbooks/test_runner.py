"""The runner: each step hears each fact once, facts of one subject in order; what fails is parked, holds back its own subject only, and can be mended."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact as Told
from epigrid.playbooks import runner
from epigrid.playbooks.events import ClockStruck
from epigrid.registers.access.events import GlassReviewed
from epigrid.store import journal, locks
from epigrid.store.models import Fact, Hearing, Lease
from tests.cast import MONDAY, uid
from tests.store import facts
from tests.store.facts import ROOT, strike


class Broken(Exception):
    """What the step needs is broken."""


class Book:
    """A playbook of two steps. Each writes a fact about (step, subject); subjects in `broken` make the first one fail after it has written."""

    def __init__(self) -> None:
        self.broken: set[UUID] = set()
        self.calls: list[tuple[str, UUID]] = []
        self.actors: set[Actor] = set()
        self.steps = {ClockStruck: [self._step("first"), self._step("second")]}

    def _step(self, name: str) -> Callable[[Told[Any], Actor, datetime], None]:
        def step(fact: Told[Any], actor: Actor, now: datetime) -> None:
            self.calls.append((name, fact.event.strike_id))
            self.actors.add(actor)
            assert transaction.get_connection().in_atomic_block
            journal.record(GlassReviewed(area=ROOT, grant_id=fact.event.strike_id), actor=actor, at=now, caused_by=fact.id)
            if name == "first" and fact.event.strike_id in self.broken:
                raise Broken("not yet")

        step.__name__ = name
        return step

    def run(self) -> runner.Pass:
        return runner.run_until_quiet(self.steps)


@pytest.fixture
def book(db: None) -> Book:
    facts.tree()
    return Book()


def effects() -> list[tuple[str, UUID, UUID | None]]:
    """What the steps wrote and stands: step, subject, cause; in the order of writing."""
    rows = Fact.objects.filter(kind=GlassReviewed.kind).order_by("seq")
    return [(row.actor_name.rpartition(".")[2], row.subject_id, row.caused_by) for row in rows]


def test_every_step_hears_every_fact_once_in_order_with_the_fact_as_its_cause(book: Book) -> None:
    ids = {name: strike(name) for name in ("a", "b", "a2")}
    one = book.run()
    assert (one.steps, one.parked) == (6, 0)
    assert effects() == [(step, uid(name), ids[name]) for name in ("a", "b", "a2") for step in ("first", "second")]
    assert {(actor.kind, actor.duties, actor.areas()) for actor in book.actors} == {("procedure", frozenset({Duty.PROCEDURE}), (ROOT,))}
    assert {hearing.step for hearing in Hearing.objects.all()} == {"test_runner.first", "test_runner.second"}


def test_running_again_changes_nothing_even_when_the_cursor_was_lost(book: Book) -> None:
    strike("a")
    book.run()
    before, calls = list(Fact.objects.order_by("seq").values()), len(book.calls)
    assert book.run().facts == 0
    from epigrid.store.models import RunnerCursor

    RunnerCursor.objects.update(position=0)
    book.run()
    assert (list(Fact.objects.order_by("seq").values()), len(book.calls)) == (before, calls)


def test_a_step_and_its_hearing_stand_or_fall_together(book: Book) -> None:
    strike("a")
    book.broken = {uid("a")}
    book.run()
    assert effects() == []
    assert book.calls == [("first", uid("a"))] * (1 + runner.ATTEMPTS), "once together with others, then alone"
    hearing = Hearing.objects.get(step="test_runner.first")
    assert (hearing.done_at, hearing.parked_at, hearing.attempts, hearing.error) == (None, MONDAY, 3, "Broken: not yet")


def test_a_parked_fact_holds_back_later_facts_of_its_subject_and_nobody_elses(book: Book) -> None:
    bad, good, later, more = strike("a"), strike("b"), strike("a"), strike("c")
    book.broken = {uid("a")}
    one = book.run()
    assert [cause for _, _, cause in effects()] == [good, good, more, more]
    assert (one.steps, one.parked) == (4, 4)
    assert [(told.id, step, error) for told, step, error in runner.parked()] == [
        (bad, "test_runner.first", "Broken: not yet"),
        (bad, "test_runner.second", runner.WAITS),
        (later, "test_runner.first", runner.WAITS),
        (later, "test_runner.second", runner.WAITS),
    ]
    calls = len(book.calls)
    last = strike("a")
    assert book.run().parked == 2
    assert len(book.calls) == calls
    assert runner.parked()[-1][0].id == last


def test_mending_lets_all_that_waited_be_heard_in_order_and_once(book: Book) -> None:
    ids = [strike("a"), strike("a"), strike("b")]
    book.broken = {uid("a")}
    book.run()
    ids.append(strike("a"))
    book.run()
    book.broken = set()
    one = runner.retry_parked(book.steps)
    assert (one.facts, one.steps, one.parked, runner.parked()) == (3, 6, 0, [])
    assert [cause for step, subject, cause in effects() if subject == uid("a") and step == "first"] == [ids[0], ids[1], ids[3]]
    assert runner.retry_parked(book.steps).facts == 0
    book.run()
    assert len(effects()) == 8


def test_what_fails_again_on_retry_still_holds_back_what_came_after_it(book: Book) -> None:
    first, second = strike("a"), strike("a")
    book.broken = {uid("a")}
    book.run()
    book.calls.clear()
    assert runner.retry_parked(book.steps).steps == 0
    assert book.calls == [("first", uid("a"))] * runner.ATTEMPTS
    assert [told.id for told, _, _ in runner.parked()] == [first, first, second, second]
    assert runner.parked()[0][2] == "Broken: not yet"


def test_a_retry_that_is_killed_in_the_middle_loses_nothing(book: Book) -> None:
    strike("a"), strike("a")
    book.broken = {uid("a")}
    book.run()
    book.broken = set()

    class Killed(BaseException):
        """The process ends here."""

    def kill() -> None:
        if len(effects()) == 1:
            raise Killed

    with pytest.raises(Killed):
        runner.retry_parked(book.steps, fence=kill)
    assert len(effects()) == 1
    assert len(runner.parked()) == 3
    runner.retry_parked(book.steps)
    assert (len(effects()), runner.parked()) == (4, [])


def test_a_runner_that_is_killed_in_a_batch_goes_on_and_keeps_the_error_of_what_is_parked(book: Book) -> None:
    strike("a"), strike("b"), strike("c")
    book.broken = {uid("a")}

    class Killed(BaseException):
        """The process ends here."""

    def kill() -> None:
        if len(effects()) == 1:
            raise Killed

    with pytest.raises(Killed):
        runner.run_once(book.steps, fence=kill)
    book.run()
    assert [subject for _, subject, _ in effects()] == [uid("b")] * 2 + [uid("c")] * 2
    assert [error for _, _, error in runner.parked()] == ["Broken: not yet", runner.WAITS]


def test_facts_that_nothing_hinders_are_heard_in_one_transaction_which_is_done_whole(book: Book) -> None:
    """Killed in its middle it left nothing; when it is done every step's hearing and effect stand, in the order of facts and steps."""
    for name in "abc":
        strike(name)
    first = book.steps[ClockStruck][0]

    class Killed(BaseException):
        """The process ends here."""

    def kill(fact: Told[Any], actor: Actor, now: datetime) -> None:
        first(fact, actor, now)
        if fact.event.strike_id == uid("b"):
            raise Killed

    with pytest.raises(Killed):
        runner.run_once({ClockStruck: [kill]})
    assert (effects(), Hearing.objects.count()) == ([], 0)
    fences: list[int] = []
    runner.run_once(book.steps, fence=lambda: fences.append(1))
    assert len(fences) == 1
    assert [(step, subject) for step, subject, _ in effects()] == [(step, uid(name)) for name in "abc" for step in ("first", "second")]
    assert Hearing.objects.filter(done_at=MONDAY, attempts=1).count() == 6


def test_facts_that_steps_tell_are_heard_too_and_a_loop_is_noticed(book: Book) -> None:
    heard: list[UUID] = []
    chained = {**book.steps, GlassReviewed: [lambda fact, actor, now: heard.append(fact.event.grant_id)]}
    strike("a")
    runner.run_until_quiet(chained)
    assert heard == [uid("a")] * 2

    def again(fact: Told[Any], actor: Actor, now: datetime) -> None:
        journal.record(ClockStruck(area=ROOT, strike_id=fact.event.strike_id), actor=actor, at=now, caused_by=fact.id)

    strike("loop")
    with pytest.raises(RuntimeError, match="loop"):
        runner.run_until_quiet({ClockStruck: [again]}, limit=5)


def test_more_facts_than_one_batch_are_all_heard(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BATCH", 3)
    for number in range(10):
        strike(str(number))
    book.run()
    assert [subject for step, subject, _ in effects() if step == "first"] == [uid(str(number)) for number in range(10)]


STORY = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["tell", "break", "mend", "run", "retry"])), max_size=14)


@given(story=STORY)
@settings(max_examples=40)
def test_whatever_breaks_when_each_subjects_facts_are_heard_in_order_and_once(db: None, story: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        facts.tree()
        book = Book()
        told: dict[str, list[UUID]] = {name: [] for name in "abc"}
        for name, verb in story:
            if verb == "tell":
                told[name].append(strike(name))
            elif verb in ("break", "mend"):
                (book.broken.add if verb == "break" else book.broken.discard)(uid(name))
            else:
                book.run() if verb == "run" else runner.retry_parked(book.steps)
            for one in "abc":
                heard = [cause for step, subject, cause in effects() if subject == uid(one) and step == "first"]
                assert heard == told[one][: len(heard)]
        book.broken.clear()
        book.run()
        runner.retry_parked(book.steps)
        for name in "abc":
            assert [(step, cause) for step, subject, cause in effects() if subject == uid(name)] == [
                (step, fact_id) for fact_id in told[name] for step in ("first", "second")
            ]
        assert runner.parked() == []
        transaction.set_rollback(True)


def test_an_overtaken_runner_does_nothing_more(book: Book) -> None:
    strike("a")
    locks.lease("runner", holder="new", now=MONDAY)
    with pytest.raises(locks.LeaseLost):
        runner.run_once(book.steps, fence=lambda: locks.keep_lease("runner", holder="old"))
    assert (effects(), Hearing.objects.count(), book.calls) == ([], 0, [])
    runner.run_once(book.steps, fence=lambda: locks.keep_lease("runner", holder="new"))
    assert len(effects()) == 2


def test_two_runners_at_once_have_each_effect_once(transactional_db: None) -> None:
    facts.tree()
    book = Book()
    for number in range(25):
        strike(f"s{number}")
    answers = facts.together(book.run, book.run, book.run)
    assert not facts.failures(answers)
    found = effects()
    assert len(found) == len(set(found)) == 50


def test_of_two_workers_with_the_same_lease_only_the_holder_acts(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second takes the lease over while the first is in a step: it waits for that step's transaction, and the first one stops after it."""
    monkeypatch.setattr(runner, "TOGETHER", 1)
    facts.tree()
    book = Book()
    for number in range(4):
        strike(f"s{number}")
    if not facts.on_postgres():
        pytest.skip("SQLite has one writer at a time: nobody can take over within a step")
    inside = threading.Event()

    def slow(fact: Told[Any], actor: Actor, now: datetime) -> None:
        inside.set()
        threading.Event().wait(0.4)
        book.steps[ClockStruck][0](fact, actor, now)

    def work(name: str, steps: Any, at: datetime) -> int:
        if name == "b":
            assert inside.wait(timeout=20)
        assert locks.lease("runner", holder=name, now=at)
        return runner.run_once(steps, fence=lambda: locks.keep_lease("runner", holder=name)).steps

    answers = facts.together(lambda: work("a", {ClockStruck: [slow]}, MONDAY), lambda: work("b", {ClockStruck: [slow]}, MONDAY.replace(hour=5)))
    assert isinstance(answers[0], locks.LeaseLost)
    assert not isinstance(answers[1], Exception)
    assert Lease.objects.get(name="runner").holder == "b"
    assert sorted(subject for _, subject, _ in effects()) == sorted(uid(f"s{number}") for number in range(4))
