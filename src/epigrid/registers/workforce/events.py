"""Facts that the workforce register tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

REGISTER = "a register row; nothing follows"


@dataclass(frozen=True, kw_only=True)
class GridAssigned(Event):
    """A worker answers for a grid, or no longer does."""

    kind: ClassVar[str] = "workforce.grid-assigned"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    worker_id: UUID
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class ShiftStarted(Event):
    """A worker began a spell of work."""

    kind: ClassVar[str] = "workforce.shift-started"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    worker_id: UUID


@dataclass(frozen=True, kw_only=True)
class ShiftEnded(Event):
    """A worker went to rest."""

    kind: ClassVar[str] = "workforce.shift-ended"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    worker_id: UUID


@dataclass(frozen=True, kw_only=True)
class RestOverdue(Event):
    """A worker has been at work longer than the clause allows."""

    kind: ClassVar[str] = "workforce.rest-overdue"
    subject: ClassVar[str] = "worker_id"
    worker_id: UUID
    shift_id: UUID


@dataclass(frozen=True, kw_only=True)
class FitnessChecked(Event):
    """A worker came to the gate for helpers: what he lacks, and whether he may go on duty."""

    kind: ClassVar[str] = "workforce.fitness-checked"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    worker_id: UUID
    check_id: UUID
    outcome: str
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffTested(Event):
    """Workers were tested, by a tube or by a paper that was shown."""

    kind: ClassVar[str] = "workforce.staff-tested"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the next shift asks the row"
    worker_id: UUID
    worker_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class WorkerNamed(Event):
    """A worker's own file in the register is known."""

    kind: ClassVar[str] = "workforce.worker-named"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    worker_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class FitnessExcepted(Event):
    """A named person let a worker go on duty without everything that the clause asks for."""

    kind: ClassVar[str] = "workforce.fitness-excepted"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "a log of exceptions; nothing follows"
    worker_id: UUID
    check_id: UUID
    missing: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class SpansAssigned(Event):
    """Households were given a contact person."""

    kind: ClassVar[str] = "workforce.spans-assigned"
    subject: ClassVar[str] = "worker_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    worker_id: UUID
    households: int
