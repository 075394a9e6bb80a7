"""Facts that tasks tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

STATE = "the state is read from the row"


@dataclass(frozen=True, kw_only=True)
class TasksOpened(Event):
    """Tasks were opened for one reason."""

    kind: ClassVar[str] = "tasks.opened"
    subject: ClassVar[str] = "source_id"
    heard_by_nobody: ClassVar[str] = "those who hold the duty see them"
    source_id: UUID
    task_kind: str
    task_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TaskAccepted(Event):
    """Somebody took tasks on."""

    kind: ClassVar[str] = "tasks.accepted"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    first_id: UUID
    task_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TaskDone(Event):
    """A task was done, with its evidence."""

    kind: ClassVar[str] = "tasks.done"
    subject: ClassVar[str] = "task_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    task_id: UUID
    task_kind: str
    source_id: UUID
    evidence: str


@dataclass(frozen=True, kw_only=True)
class TaskExcepted(Event):
    """A task was done without all the roles it needs, with a reason; it waits for a second person."""

    kind: ClassVar[str] = "tasks.excepted"
    subject: ClassVar[str] = "task_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    task_id: UUID
    task_kind: str
    source_id: UUID
    evidence: str
    missing: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class TaskVerified(Event):
    """A second person checked a done task."""

    kind: ClassVar[str] = "tasks.verified"
    subject: ClassVar[str] = "task_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class TaskReopened(Event):
    """A task was given back or reopened, with a reason; its history stays."""

    kind: ClassVar[str] = "tasks.reopened"
    subject: ClassVar[str] = "task_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    task_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class TasksEscalated(Event):
    """Overdue tasks went up one level."""

    kind: ClassVar[str] = "tasks.escalated"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    task_ids: tuple[UUID, ...]
    level: int


@dataclass(frozen=True, kw_only=True)
class TaskSentUp(Event):
    """Whoever has a task sent it up one level, with a reason; nobody waits for its deadline."""

    kind: ClassVar[str] = "tasks.sent-up"
    subject: ClassVar[str] = "task_id"
    task_id: UUID
    level: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TasksEnded(Event):
    """Open tasks ended because their reason did."""

    kind: ClassVar[str] = "tasks.ended"
    subject: ClassVar[str] = "source_id"
    heard_by_nobody: ClassVar[str] = STATE
    source_id: UUID
    task_ids: tuple[UUID, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class SupportCalled(Event):
    """Somebody called for support: what for, how many people (S-019)."""

    kind: ClassVar[str] = "tasks.support-called"
    subject: ClassVar[str] = "request_id"
    begins: ClassVar[bool] = True
    request_id: UUID
    task_id: UUID | None
    number: int


@dataclass(frozen=True, kw_only=True)
class SupportAnswered(Event):
    """A unit accepted, arrived or was released, with so many people."""

    kind: ClassVar[str] = "tasks.support-answered"
    subject: ClassVar[str] = "request_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the counts are read from the rows"
    request_id: UUID
    body_id: UUID
    state: str
    persons: int


@dataclass(frozen=True, kw_only=True)
class SupportUnanswered(Event):
    """Nobody accepted a call for support in time: it goes up one level."""

    kind: ClassVar[str] = "tasks.support-unanswered"
    subject: ClassVar[str] = "request_id"
    request_id: UUID
    level: int


@dataclass(frozen=True, kw_only=True)
class GridLent(Event):
    """A worker handed his grid to another one of the same duty nearby, until a moment."""

    kind: ClassVar[str] = "tasks.grid-lent"
    subject: ClassVar[str] = "loan_id"
    begins: ClassVar[bool] = True
    loan_id: UUID
    helper_id: UUID
    duty: str
    until: datetime
