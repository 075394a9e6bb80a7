"""The worker: beats the exercise clocks, lets the playbooks hear new facts, does what is due. One at a time by a lease."""

import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from django.db import close_old_connections

from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.store import clock, locks

POLL_SECONDS = 0.2
TICK_SECONDS = 1.0
log = logging.getLogger("epigrid.worker")


def work(stopped: Callable[[], bool]) -> None:
    """Work until `stopped()`; a failure is logged and the next round tries again."""
    holder = f"{os.getpid()}-{uuid4().hex[:8]}"
    ticked = 0.0
    clock.beat()
    while not stopped():
        try:
            if locks.lease("runner", holder=holder, now=datetime.now(UTC)):
                _hear(holder)
                if time.monotonic() - ticked >= TICK_SECONDS:
                    ticked = time.monotonic()
                    _tick_all()
        except locks.LeaseLost:
            log.warning("another worker has taken over")
        except Exception:  # the worker must outlive whatever goes wrong in one round
            log.exception("a round of the worker failed")
            close_old_connections()
        time.sleep(POLL_SECONDS)
    clock.beat()
    locks.release("runner", holder=holder)


def _hear(holder: str) -> None:
    def fence() -> None:
        locks.keep_lease("runner", holder=holder)

    if runner.retry_asked():
        runner.retry_parked(STEPS, fence=fence)
    runner.run_once(STEPS, fence=fence)


def _tick_all() -> None:
    clock.beat()
    for tree in clock.trees():
        try:
            daily.tick(tree.root, clock.now(tree.root))
        except Exception:  # what is due in one tree must not wait for what fails in another
            log.exception("what is due in %s failed", tree.root)
