"""Judgements about tasks. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Verdict
from epigrid.kernel.verdicts import Evidence as Verified

OPEN = frozenset({"assigned", "accepted"})
STATES = ("assigned", "accepted", "done", "verified", "not-applicable", "ended")
EVIDENCE = frozenset({"scan", "reading", "count", "signature", "call", "record"})
LEVELS = 3
NEEDS = ("people", "sampling", "medical", "supplies", "transport", "order")
"""What a call for support is for; whoever calls may also say it in a word of his own."""
GIVE_BACK = ("no-time", "not-my-area", "nobody-there", "means-missing", "rest-due", "already-done")
"""Why a task is given back, by one tap; other words are taken too."""
SEND_UP = ("deadline", "danger", "refused", "decision-needed", "means-missing")
"""Why a task goes up, by one tap; other words are taken too."""
ANSWERS = ("accepted", "arrived", "released")
MOST_PEOPLE = 1000
"""A call for more people than this is a slip of the finger (design value)."""


class TaskNotOpen(DomainError):
    """The task is done, ended or not applicable."""

    reason = "task.not-open"


class EvidenceMissing(DomainError):
    """A task closes by its fact: a scan, a reading, a count, a signature, a call or a record (S-021)."""

    reason = "task.evidence-missing"


class RolesMissing(DomainError):
    """A joint visit closes with both roles present only (S-053)."""

    reason = "task.roles-missing"


class NumberUnset(DomainError):
    """The clause leaves a value unset on which the judgement depends; `details` names clause and field."""

    reason = "visit.number-unset"


class NothingToExcept(DomainError):
    """Everybody whom the task needs was there; it closes as usual."""

    reason = "task.nothing-to-except"


class SecondPersonNeeded(DomainError):
    """Whoever did a task cannot check it."""

    reason = "task.second-person-needed"


class ReasonMissing(DomainError):
    """Giving back, reopening or striking off needs a reason."""

    reason = "task.reason-missing"


class NotYours(DomainError):
    """Only whoever took a task on gives it back, or the secretary for him."""

    reason = "task.not-yours"


class SupportIncomplete(DomainError):
    """A call for support names what is needed, at least one person, and an end in the future after its start."""

    reason = "support.incomplete"


class SupportCount(DomainError):
    """A unit accepts, arrives or is released with at least one person; no more are released than arrived."""

    reason = "support.count"


class HelperUnfit(DomainError):
    """A grid is lent to another worker of the same duty in a neighbouring grid, never to oneself."""

    reason = "grid.helper-unfit"


@dataclass(frozen=True, kw_only=True)
class VisitPolicy(Clause):
    """Who comes to people at home under quarantine, and how many at least (C19)."""

    key: ClassVar[str] = "visit"
    roles: tuple[str, ...] | None
    persons: int | None


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


def visit_roles(policy: VisitPolicy) -> tuple[str, ...]:
    """The roles that a visit needs; `NumberUnset` where nobody has said who comes."""
    if policy.roles is None:
        raise NumberUnset(field="roles", clause=policy.clause_id)
    return policy.roles


def judge_visit(*, present: Sequence[str], policy: VisitPolicy) -> Verdict[str]:
    """Whether those present (the role of each person) are the team that the clause asks for: `complete` or `incomplete`.

    `missing` names roles, `persons` how many people are needed: one for each role where the clause gives no number.
    """
    roles = visit_roles(policy)
    missing = [role for role in roles if role not in present]
    needed = policy.persons or len(roles)
    evidence = [Verified(kind="role", id=role) for role in present]
    if missing or len(present) < needed:
        reason = "visit.roles-missing" if missing else "visit.too-few"
        return policy.verdict(
            "incomplete", reason=reason, evidence=evidence, changes_by=missing[0] if missing else "", missing=missing, persons=needed
        )
    return policy.verdict("complete", reason="visit.complete", evidence=evidence, missing=[], persons=needed)


def missing_roles(*, state: str, evidence: Evidence, roles: Sequence[str]) -> tuple[str, ...]:
    """The roles that were absent from a task that is closed by way of exception; refused like `judge_done`, and when nobody was absent."""
    judge_done(state=state, evidence=evidence, roles=())
    missing = tuple(sorted(set(roles) - set(evidence.present)))
    if not missing:
        raise NothingToExcept
    return missing


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


@dataclass(frozen=True, kw_only=True)
class Support:
    """How a call for support stands: people accepted, arrived and released, of so many needed (S-019)."""

    number: int
    accepted: int = 0
    arrived: int = 0
    released: int = 0

    @property
    def missing(self) -> int:
        """How many nobody has accepted yet."""
        return max(self.number - max(self.accepted, self.arrived), 0)

    @property
    def present(self) -> int:
        """How many are there now."""
        return self.arrived - self.released


def judge_call(*, need: str, number: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse a call that names nothing, nobody, or no time to come."""
    if not need.strip() or not 1 <= number <= MOST_PEOPLE or ends_at <= max(starts_at, now):
        raise SupportIncomplete(number=number)


def judge_answer(*, state: str, persons: int, arrived: int, released: int) -> None:
    """Refuse an answer that is none, and letting more go than have come (`arrived`, `released`: of the unit so far)."""
    if state not in ANSWERS or not 1 <= persons <= MOST_PEOPLE or (state == "released" and released + persons > arrived):
        raise SupportCount(state=state, persons=persons)


def judge_loan(*, own: bool, holds: bool) -> None:
    """Refuse lending to oneself or to somebody without the same duty nearby."""
    if own or not holds:
        raise HelperUnfit(own=own)
