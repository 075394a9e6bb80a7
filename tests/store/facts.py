"""Short names for facts in store and runner tests: real kinds of the house, about invented subjects."""

import threading
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, connections

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.playbooks.events import ClockStruck
from epigrid.registers.access.events import GlassReviewed
from epigrid.store import clock, journal
from tests.cast import MONDAY, uid

ROOT = Area("t/")
WORKER = Actor.user(uid("somebody"))


def tree(root: Area = ROOT, *, seed: int | None = None, exercise: bool = True) -> Area:
    """Make a tree whose clock stands at MONDAY, or a real one."""
    clock.make_tree(root=root, title="演练", seed=seed, moment=MONDAY if exercise else None)
    return root


def strike(subject: str, *, area: Area = ROOT, cause: UUID | None = None) -> UUID:
    """Record a fact that may stand without a cause, about `subject`."""
    return journal.record(ClockStruck(area=area, strike_id=uid(subject)), actor=WORKER, at=MONDAY, caused_by=cause)


def review(subject: str, *, cause: UUID | None, area: Area = ROOT) -> UUID:
    """Record a fact that needs a cause."""
    return journal.record(GlassReviewed(area=area, grant_id=uid(subject)), actor=WORKER, at=MONDAY, caused_by=cause)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own with a connection of its own, begun at the same moment; what each returned, or the exception it raised.

    The SQLite database of tests lies in memory and has one connection that writes: there they run one after the other, as its write lock makes them do.
    """
    answers: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works) if on_postgres() else 1)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=30)
            answers[place] = work()
        except Exception as failure:  # the test looks at it
            answers[place] = failure
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()

    if not on_postgres():
        for place, work in enumerate(works):
            run(place, work)
        return answers
    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "the threads wait for each other"
    return answers


def failures(answers: Sequence[Any]) -> list[Exception]:
    """The exceptions among answers."""
    return [answer for answer in answers if isinstance(answer, Exception)]


def on_postgres() -> bool:
    """Whether the present database has connections that can wait for each other."""
    return bool(connection.vendor == "postgresql")
