"""Facts that tasks tells."""

from dataclasses import dataclass
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
class TasksEnded(Event):
    """Open tasks ended because their reason did."""

    kind: ClassVar[str] = "tasks.ended"
    subject: ClassVar[str] = "source_id"
    heard_by_nobody: ClassVar[str] = STATE
    source_id: UUID
    task_ids: tuple[UUID, ...]
    reason: str
