"""Facts that exercises tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """A run of an exercise began: the root of what its players do of themselves."""

    kind: ClassVar[str] = "exercises.run-started"
    subject: ClassVar[str] = "run_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the script goes on"
    run_id: UUID
    plan: str
    variant: str


@dataclass(frozen=True, kw_only=True)
class RunEnded(Event):
    """A run came to its end, or to the step at which it was to stop: its tree is whole."""

    kind: ClassVar[str] = "exercises.run-ended"
    subject: ClassVar[str] = "run_id"
    heard_by_nobody: ClassVar[str] = "whoever plays on begins here"
    run_id: UUID
    finished: bool
    laws: int
    held: int
