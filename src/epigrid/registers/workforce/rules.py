"""Judgements of the workforce register. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError, NotAllowed
from epigrid.kernel.verdicts import Clause, Evidence, Verdict


@dataclass(frozen=True, kw_only=True)
class RestPolicy(Clause):
    """The longest spell of work."""

    key: ClassVar[str] = "rest"
    max_shift_hours: int


@dataclass(frozen=True, kw_only=True)
class SpanPolicy(Clause):
    """How many households one contact person looks after (S-039)."""

    key: ClassVar[str] = "span"
    households_min: int
    households_max: int


@dataclass(frozen=True, kw_only=True)
class HelperPolicy(Clause):
    """What every helper needs before duty, whoever sent him (C20)."""

    key: ClassVar[str] = "helper"
    needs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffTestPolicy(Clause):
    """How often workers are tested (S-222): the roles that touch arrivals, their things or rooms, and all others; None: nobody has set it."""

    key: ClassVar[str] = "staff-test"
    exposed_roles: tuple[str, ...] | None
    exposed_interval_days: int | None
    interval_days: int | None


class TestOverdue(DomainError):
    """The worker's own test is overdue: he is on no shift until he is sampled; `details` name role and the day it was due."""

    __test__ = False
    reason = "staff-test.overdue"


class TestAhead(DomainError):
    """A test is noted after it was taken."""

    __test__ = False
    reason = "staff-test.ahead"


class NotFit(DomainError):
    """Today's check found the worker unfit for duty and nobody excepted him; `missing` names what he lacks."""

    reason = "fitness.not-fit"


class NeedUnknown(DomainError):
    """The clause in force knows no such need; `details` names those that it knows."""

    reason = "fitness.need-unknown"


class ReasonMissing(DomainError):
    """An exception needs its reason in writing."""

    reason = "fitness.reason-missing"


class OwnException(NotAllowed):
    """Nobody excepts himself."""

    reason = "fitness.own-exception"


class NothingToExcept(DomainError):
    """The worker was not checked today, or lacks nothing."""

    reason = "fitness.nothing-to-except"


class AlreadyOnShift(DomainError):
    """The worker is at work already."""

    reason = "shift.already-open"


class NotOnShift(DomainError):
    """The worker has no open shift."""

    reason = "shift.not-open"


def rest_due_at(started_at: datetime, policy: RestPolicy) -> datetime:
    """The moment from which a worker is overdue for rest (X15)."""
    return started_at + timedelta(hours=policy.max_shift_hours)


def judge_fitness(*, met: Collection[str], policy: HelperPolicy) -> Verdict[str]:
    """Whether a helper may go on duty: `fit` or `unfit`, with the needs of the clause that are not `met` (seen at the gate), in its order."""
    missing = [need for need in policy.needs if need not in met]
    evidence = [Evidence(kind="need", id=need) for need in policy.needs if need in met]
    outcome = "unfit" if missing else "fit"
    return policy.verdict(outcome, reason=f"fitness.{outcome}", evidence=evidence, changes_by=missing[0] if missing else "", missing=missing)


def judge_staff_test(*, role: str, last: date | None, today: date, policy: StaffTestPolicy) -> Verdict[str]:
    """Whether a worker's test is `not-due`, `due` today, `overdue`, or `unset` (nobody has set how often his role is tested).

    Counted in local days from the day of his last sample; whoever was never sampled is overdue. A resident's missed test only reminds: this is for workers.
    """
    exposed = role in (policy.exposed_roles or ())
    interval = policy.exposed_interval_days if exposed else policy.interval_days
    if interval is None:
        return policy.verdict("unset", reason="staff-test.unset", changes_by="county")
    if last is None:
        return policy.verdict("overdue", reason="staff-test.never", changes_by="test")
    due = last + timedelta(days=interval)
    outcome = "not-due" if today < due else "due" if today == due else "overdue"
    evidence = [Evidence(kind="test", id=last.isoformat())]
    return policy.verdict(outcome, reason=f"staff-test.{outcome}", evidence=evidence, changes_by="test", due=due)


@dataclass(frozen=True, kw_only=True)
class SpanReport:
    """Loads of contact persons: households per worker, those over and under the clause, and households without anybody."""

    loads: Mapping[UUID, int]
    over: tuple[UUID, ...]
    under: tuple[UUID, ...]
    unassigned: tuple[UUID, ...]


def judge_spans(loads: Mapping[UUID, int], unassigned: tuple[UUID, ...], policy: SpanPolicy) -> SpanReport:
    """Say which loads are outside the clause; a warning, never a refusal."""
    return SpanReport(
        loads=dict(loads),
        over=tuple(sorted(worker for worker, count in loads.items() if count > policy.households_max)),
        under=tuple(sorted(worker for worker, count in loads.items() if count < policy.households_min)),
        unassigned=unassigned,
    )
