"""Judgements about tasks. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from epigrid.kernel.errors import DomainError

OPEN = frozenset({"assigned", "accepted"})
STATES = ("assigned", "accepted", "done", "verified", "not-applicable", "ended")
EVIDENCE = frozenset({"scan", "reading", "count", "signature", "call", "record"})
LEVELS = 3


class TaskNotOpen(DomainError):
    """The task is done, ended or not applicable."""

    reason = "task.not-open"


class EvidenceMissing(DomainError):
    """A task closes by its fact: a scan, a reading, a count, a signature, a call or a record (S-021)."""

    reason = "task.evidence-missing"


class RolesMissing(DomainError):
    """A joint visit closes with both roles present only (S-053)."""

    reason = "task.roles-missing"


class SecondPersonNeeded(DomainError):
    """Whoever did a task cannot check it."""

    reason = "task.second-person-needed"


class ReasonMissing(DomainError):
    """Giving back, reopening or striking off needs a reason."""

    reason = "task.reason-missing"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What closes a task: kind, a value without identity, and the roles that were present."""

    kind: str
    value: str
    present: tuple[str, ...] = ()


def judge_done(*, state: str, evidence: Evidence, roles: Sequence[str]) -> None:
    """Refuse closing without evidence, without the roles, or twice."""
    if state not in OPEN:
        raise TaskNotOpen(state=state)
    if evidence.kind not in EVIDENCE or not evidence.value.strip():
        raise EvidenceMissing(kind=evidence.kind)
    missing = sorted(set(roles) - set(evidence.present))
    if missing:
        raise RolesMissing(missing=missing)


def after_done(*, needs_check: bool) -> str:
    """`done` while it awaits a second person, else closed at once as `verified`."""
    return "done" if needs_check else "verified"


def level_at(*, due_at: datetime, now: datetime, step: timedelta) -> int:
    """How many levels up an open task has gone: one when due, one more per `step`."""
    if now < due_at:
        return 0
    return min(1 + int((now - due_at) / step), LEVELS)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A list's items: open + closed + not applicable is all of them, at every moment (S-022)."""

    total: int
    open: int
    closed: int
    not_applicable: int
    by_state: Mapping[str, int] = field(default_factory=dict)


def tally(states: Iterable[str]) -> Tally:
    """Count a list."""
    counts = dict.fromkeys(STATES, 0)
    for state in states:
        counts[state] += 1
    still = counts["assigned"] + counts["accepted"] + counts["done"]
    return Tally(
        total=sum(counts.values()),
        open=still,
        closed=counts["verified"] + counts["ended"],
        not_applicable=counts["not-applicable"],
        by_state=counts,
    )
