"""Judgements about outbreaks and clocks. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

CLOCKS = ("report", "trajectory", "transfer", "investigation", "referral", "retest")
"""Clocks with a start and an end event each (procedures 2)."""
GOLDEN = timedelta(hours=24)
"""The golden 24 hours (S-121)."""


class OutbreakStillBinds(DomainError):
    """An outbreak is closed only when no measure binds anybody and no task is open."""

    reason = "outbreak.still-binds"


class ClockUnknown(DomainError):
    """A clock that the clause does not have."""

    reason = "clock.unknown"


@dataclass(frozen=True, kw_only=True)
class ClocksPolicy(Clause):
    """Minutes from start event to end event; unset where nobody set them."""

    key: ClassVar[str] = "clocks"
    report_minutes: int | None
    trajectory_minutes: int | None
    transfer_minutes: int | None
    investigation_minutes: int | None
    referral_minutes: int | None
    retest_minutes: int | None

    def minutes(self, clock: str) -> int | None:
        """The minutes of one clock."""
        if clock not in CLOCKS:
            raise ClockUnknown(clock=clock)
        value: int | None = getattr(self, f"{clock}_minutes")
        return value


@dataclass(frozen=True, kw_only=True)
class ReportPolicy(Clause):
    """How long a report may stay unacknowledged."""

    key: ClassVar[str] = "report"
    ack_minutes: int | None


def due(clock: str, started_at: datetime, policy: ClocksPolicy) -> datetime | None:
    """When a clock is due."""
    minutes = policy.minutes(clock)
    return None if minutes is None else started_at + timedelta(minutes=minutes)


@dataclass(frozen=True, kw_only=True)
class GoldenLine:
    """One milestone in the report on the first 24 hours."""

    key: str
    due_at: datetime | None
    met_at: datetime | None
    state: str
    delay_minutes: int


def golden_line(*, key: str, due_at: datetime | None, met_at: datetime | None, now: datetime) -> GoldenLine:
    """Met, late, missed or running, with the delay (S-121)."""
    if met_at is not None:
        delay = 0 if due_at is None or met_at <= due_at else int((met_at - due_at).total_seconds() // 60)
        return GoldenLine(key=key, due_at=due_at, met_at=met_at, state="late" if delay else "met", delay_minutes=delay)
    if due_at is None or now < due_at:
        return GoldenLine(key=key, due_at=due_at, met_at=None, state="running", delay_minutes=0)
    return GoldenLine(key=key, due_at=due_at, met_at=None, state="missed", delay_minutes=int((now - due_at).total_seconds() // 60))
