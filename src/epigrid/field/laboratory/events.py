"""Facts that the laboratory tells. They name tubes, never people."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SpecimensRegistered(Event):
    """Tubes that arrived are specimens now."""

    kind: ClassVar[str] = "laboratory.specimens-registered"
    subject: ClassVar[str] = "body_id"
    heard_by_nobody: ClassVar[str] = "the laboratory's own register; results are what others wait for"
    body_id: UUID
    specimens: int


@dataclass(frozen=True, kw_only=True)
class ResultsImported(Event):
    """A file of readings came in."""

    kind: ClassVar[str] = "laboratory.results-imported"
    subject: ClassVar[str] = "import_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "each outcome in the file tells its own fact"
    import_id: UUID
    source: str
    read: int
    unchanged: int
    unmatched: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class TubesNegative(Event):
    """Tubes are read negative."""

    kind: ClassVar[str] = "laboratory.tubes-negative"
    subject: ClassVar[str] = "import_id"
    import_id: UUID
    tube_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class RerunNeeded(Event):
    """A first run is positive: the laboratory runs the tube again before anybody is told."""

    kind: ClassVar[str] = "laboratory.rerun-needed"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    specimen_id: UUID


@dataclass(frozen=True, kw_only=True)
class TubePositive(Event):
    """A tube is positive, its re-run included where the clause asks for one."""

    kind: ClassVar[str] = "laboratory.tube-positive"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    specimen_id: UUID


@dataclass(frozen=True, kw_only=True)
class TubeInvalid(Event):
    """A tube could not be read."""

    kind: ClassVar[str] = "laboratory.tube-invalid"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    specimen_id: UUID


@dataclass(frozen=True, kw_only=True)
class TubeDoubtful(Event):
    """A tube lies in the grey zone or shows one target only."""

    kind: ClassVar[str] = "laboratory.tube-doubtful"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    specimen_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ResultsUnmatched(Event):
    """Readings match no specimen: they wait in the inbox for a person, none is lost."""

    kind: ClassVar[str] = "laboratory.results-unmatched"
    subject: ClassVar[str] = "import_id"
    import_id: UUID
    count: int


@dataclass(frozen=True, kw_only=True)
class UnmatchedResolved(Event):
    """A person said which tube a reading of the inbox belongs to, or that it belongs to none."""

    kind: ClassVar[str] = "laboratory.unmatched-resolved"
    subject: ClassVar[str] = "unmatched_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the reading itself is told as its own fact"
    unmatched_id: UUID
    tube_id: UUID | None
    reason: str
