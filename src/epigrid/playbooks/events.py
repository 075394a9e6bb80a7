"""The one fact that the playbooks themselves tell: a tree's clock reached a moment at which something was due."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ClockStruck(Event):
    """Something was due at this moment; what followed names this fact as its cause."""

    kind: ClassVar[str] = "playbooks.clock-struck"
    subject: ClassVar[str] = "strike_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "what was due is done in the same transaction"
    strike_id: UUID


@dataclass(frozen=True, kw_only=True)
class NightSwept(Event):
    """Once a local day: what is no longer needed was deleted."""

    kind: ClassVar[str] = "playbooks.night-swept"
    subject: ClassVar[str] = "sweep_id"
    heard_by_nobody: ClassVar[str] = "the proof itself"
    sweep_id: UUID
    files: int
    people: int
