"""The runner: numbers facts, and lets each step hear each fact exactly once, facts of one subject in order.

A step and its hearing row share one transaction, with the steps of up to `TOGETHER` facts as long as none fails; when one does, all are undone and
each is done in a transaction of its own (decision 0017). A step that fails alone is tried `ATTEMPTS` times, then its fact is parked: later facts of
the same subject wait behind it, all others go on, and command is told. One runner at a time: the worker's `fence` holds its lease in the transaction
of each step, so that a runner that was overtaken does nothing more.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.events import Event
from epigrid.kernel.events import Fact as Told
from epigrid.store import clock, journal, locks
from epigrid.store.acts import whole
from epigrid.store.models import Fact, Hearing, RunnerCursor

ATTEMPTS = 3
BATCH = 500
TOGETHER = 50
Step = Callable[[Told[Any], Actor, datetime], object]
Steps = Mapping[type[Event], Sequence[Step]]
Fence = Callable[[], None]
WAITS = "waits behind a parked fact of the same subject"

log = logging.getLogger("epigrid.runner")


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What one pass did: facts heard, steps done, steps parked."""

    facts: int
    steps: int
    parked: int


def step_name(step: Step) -> str:
    """`outbreak.propose_holds`: the playbook and the step."""
    return f"{step.__module__.rpartition('.')[2]}.{getattr(step, '__name__', 'step')}"


def run_until_quiet(steps: Steps, *, limit: int = 200) -> Pass:
    """Hear everything, and what that tells, until nothing new is told; at most `limit` passes."""
    facts = done = parked = 0
    for _ in range(limit):
        one = run_once(steps)
        facts, done, parked = facts + one.facts, done + one.steps, parked + one.parked
        if one.facts < BATCH and not one.steps:
            return Pass(facts=facts, steps=done, parked=parked)
    raise RuntimeError("facts keep causing facts: a loop between steps")


def no_fence() -> None:
    """For one process that is known to be alone: tests, an exercise run at once."""


def run_once(steps: Steps, *, fence: Fence = no_fence) -> Pass:
    """Number what is new, then let the steps hear one batch of facts in the order of their positions."""
    journal.number()
    rows = list(Fact.objects.filter(position__gt=_cursor()).order_by("position")[:BATCH])
    done = parked = 0
    batch = _batch(rows)
    for start in range(0, len(rows), TOGETHER):
        counts = _hear_part(rows[start : start + TOGETHER], steps, batch, fence)
        done, parked = done + counts[0], parked + counts[1]
    if rows:
        _move_cursor(rows[-1].position or 0)
    return Pass(facts=len(rows), steps=done, parked=parked)


def retry_parked(steps: Steps, *, fence: Fence = no_fence) -> Pass:
    """Try parked hearings again, oldest first, after somebody has mended the cause; what fails again still holds back what came after it.

    A hearing stays parked until its step is done, so that nothing is lost when this is cut off.
    """
    done = parked = facts = 0
    rows = _waiting_rows()
    batch = replace(_batch(rows), held=set())
    for row in rows:
        counts = _hear(row, steps, batch, fence)
        facts, done, parked = facts + 1, done + counts[0], parked + counts[1]
    return Pass(facts=facts, steps=done, parked=parked)


def ask_retry() -> int:
    """Ask the worker to try again what failed and is parked; return how many hearings that are."""
    return Hearing.objects.filter(parked_at__isnull=False).exclude(error=WAITS).update(attempts=0)


def retry_asked() -> bool:
    """Whether somebody has asked, since the last attempt, to try again what is parked."""
    return Hearing.objects.filter(parked_at__isnull=False, attempts=0).exclude(error=WAITS).exists()


def _waiting_rows() -> list[Fact]:
    ids = Hearing.objects.filter(parked_at__isnull=False).values_list("fact_id", flat=True)
    return list(Fact.objects.filter(seq__in=ids).order_by("position"))


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """What holds for all facts of a batch: subjects that wait behind a parked fact, hearings that have a row already, the moment of each tree."""

    held: set[UUID]
    known: set[tuple[int, str]]
    moments: dict[Area, datetime]


def _batch(rows: Sequence[Fact]) -> _Batch:
    if not rows:
        return _Batch(held=set(), known=set(), moments={})
    hearings = Hearing.objects.filter(Q(fact__in=rows) | Q(parked_at__isnull=False)).values_list("fact_id", "step", "parked_at", "fact__subject_id")
    found = list(hearings)
    return _Batch(
        held={subject_id for _, _, parked_at, subject_id in found if parked_at is not None},
        known={(seq, step) for seq, step, _, _ in found},
        moments={root: clock.now(root) for root in {Area(row.area).root for row in rows}},
    )


def _hear_part(rows: Sequence[Fact], steps: Steps, batch: _Batch, fence: Fence) -> tuple[int, int]:
    together = _hear_together(rows, steps, batch, fence)
    if together is not None:
        return together, 0
    counts = [_hear(row, steps, batch, fence) for row in rows]
    return sum(done for done, _ in counts), sum(parked for _, parked in counts)


def _hear_together(rows: Sequence[Fact], steps: Steps, batch: _Batch, fence: Fence) -> int | None:
    """Do the steps of several facts in one transaction and return how many; None, and nothing done, when each must be done alone."""
    work = [(row, told, step) for row, told in _told(rows, steps) for step in steps[type(told.event)]]
    if any(row.subject_id in batch.held or (row.seq, step_name(step)) in batch.known for row, _, step in work):
        return None
    moments = [batch.moments[Area(row.area).root] for row, _, _ in work]
    try:
        with whole:
            if work:
                fence()
                Hearing.objects.bulk_create(
                    Hearing(fact=row, step=step_name(step), attempts=1, done_at=now) for (row, _, step), now in zip(work, moments, strict=True)
                )
            for (row, told, step), now in zip(work, moments, strict=True):
                step(told, _hand(row, step), now)
    except locks.LeaseLost:
        raise
    except Exception as failure:  # as in _try_step, which will tell
        log.info("%d steps are done one by one: %s", len(work), type(failure).__name__)
        return None
    return len(work)


def _told(rows: Sequence[Fact], steps: Steps) -> Iterator[tuple[Fact, Told[Event]]]:
    """The facts that any step hears."""
    for row in rows:
        told = journal.told(row)
        if type(told.event) in steps:
            yield row, told


def _hand(row: Fact, step: Step) -> Actor:
    return Actor.procedure(step_name(step), Area(row.area).root)


def _hear(row: Fact, steps: Steps, batch: _Batch, fence: Fence) -> tuple[int, int]:
    told = journal.told(row)
    now = batch.moments[Area(row.area).root]
    done = parked = 0
    for step in steps.get(type(told.event), ()):
        name = step_name(step)
        if row.subject_id in batch.held:
            parked += _park(row, name, WAITS, now)
        elif _try_step(row, told, step, fence, now, known=(row.seq, name) in batch.known):
            done += 1
        else:
            batch.held.add(row.subject_id)
            parked += 1
    return done, parked


def _try_step(row: Fact, told: Told[Event], step: Step, fence: Fence, now: datetime, *, known: bool) -> bool:
    name, error = step_name(step), ""
    for attempt in range(ATTEMPTS):
        try:
            with whole:
                fence()
                _do_step(row, told, step, now, known=known or attempt > 0)
                return True
        except locks.LeaseLost:
            raise
        except Exception as failure:  # a step of any app may fail in any way; the journal goes on for the others
            log.warning("step %s failed on fact %s: %s", name, told.id, type(failure).__name__, exc_info=True)
            error = f"{type(failure).__name__}: {failure}"[:200]
    _park(row, name, error, now)
    return False


def _do_step(row: Fact, told: Told[Event], step: Step, now: datetime, *, known: bool) -> None:
    """The hearing's row comes before the step: of two runners one waits at the other's row, fails, and finds the hearing done when it tries again."""
    name = step_name(step)
    found = Hearing.objects.select_for_update().filter(fact=row, step=name).first() if known else None
    hearing = found or Hearing(fact=row, step=name)
    if hearing.done_at is None:
        hearing.attempts += 1
        hearing.done_at, hearing.parked_at = now, None
        hearing.save()
        step(told, _hand(row, step), now)


def _park(row: Fact, name: str, error: str, now: datetime) -> bool:
    """Park one hearing; one that waits only keeps the error that it was parked with before. False when it was done already."""
    with whole:
        Hearing.objects.bulk_create([Hearing(fact=row, step=name)], ignore_conflicts=True)
        hearing = Hearing.objects.select_for_update().get(fact=row, step=name)
        if hearing.done_at is not None:
            return False
        hearing.attempts += 0 if error == WAITS else ATTEMPTS
        hearing.parked_at = hearing.parked_at or now
        hearing.error = (hearing.error or error) if error == WAITS else error
        hearing.save(update_fields=["attempts", "parked_at", "error"])
        return True


def parked(limit: int = 100) -> list[tuple[Told[Event], str, str]]:
    """Parked facts with step and error, oldest first: somebody must look."""
    rows = Hearing.objects.filter(parked_at__isnull=False).select_related("fact").order_by("fact__position", "step")
    return [(journal.told(row.fact), row.step, row.error) for row in rows[:limit]]


def _cursor() -> Coalesce:
    """The position up to which all facts have been heard, as part of a question."""
    return Coalesce(Subquery(RunnerCursor.objects.filter(name="runner").values("position")), 0)


def _move_cursor(position: int) -> None:
    if not RunnerCursor.objects.filter(name="runner", position__lt=position).update(position=position):
        RunnerCursor.objects.get_or_create(name="runner", defaults={"position": position})
