"""Facts that outbreaks tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OutbreakOpened(Event):
    """The first positive opened an outbreak; its clocks run."""

    kind: ClassVar[str] = "outbreaks.opened"
    subject: ClassVar[str] = "outbreak_id"
    outbreak_id: UUID
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseJoined(Event):
    """A further case joined the running outbreak."""

    kind: ClassVar[str] = "outbreaks.case-joined"
    subject: ClassVar[str] = "outbreak_id"
    heard_by_nobody: ClassVar[str] = "the case's own facts go on"
    outbreak_id: UUID
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ClockStarted(Event):
    """A clock began with its start event."""

    kind: ClassVar[str] = "outbreaks.clock-started"
    subject: ClassVar[str] = "milestone_id"
    heard_by_nobody: ClassVar[str] = "the board shows it"
    milestone_id: UUID
    key: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockMet(Event):
    """A clock ended with its end event."""

    kind: ClassVar[str] = "outbreaks.clock-met"
    subject: ClassVar[str] = "milestone_id"
    heard_by_nobody: ClassVar[str] = "the board shows it"
    milestone_id: UUID
    key: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class ClocksMissed(Event):
    """Clocks passed their due moment unmet."""

    kind: ClassVar[str] = "outbreaks.clocks-missed"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PositiveReported(Event):
    """A positive was reported upwards, to the city office first."""

    kind: ClassVar[str] = "outbreaks.positive-reported"
    subject: ClassVar[str] = "report_id"
    report_id: UUID
    case_id: UUID
    to_body_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ReportAcknowledged(Event):
    """A receiver acknowledged the report."""

    kind: ClassVar[str] = "outbreaks.report-acknowledged"
    subject: ClassVar[str] = "report_id"
    heard_by_nobody: ClassVar[str] = "the receipt is read from the row"
    report_id: UUID
    body_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReportsUnacknowledged(Event):
    """Reports without acknowledgement after the clause's minutes: alarm."""

    kind: ClassVar[str] = "outbreaks.reports-unacknowledged"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    report_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class OutbreakClosed(Event):
    """Nothing binds anybody any more: the outbreak is over."""

    kind: ClassVar[str] = "outbreaks.closed"
    subject: ClassVar[str] = "outbreak_id"
    outbreak_id: UUID
