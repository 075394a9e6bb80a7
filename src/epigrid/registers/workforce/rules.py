"""Judgements of the workforce register. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause


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


class AlreadyOnShift(DomainError):
    """The worker is at work already."""

    reason = "shift.already-open"


class NotOnShift(DomainError):
    """The worker has no open shift."""

    reason = "shift.not-open"


def rest_due_at(started_at: datetime, policy: RestPolicy) -> datetime:
    """The moment from which a worker is overdue for rest (X15)."""
    return started_at + timedelta(hours=policy.max_shift_hours)


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
