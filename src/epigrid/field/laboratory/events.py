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


@dataclass(frozen=True, kw_only=True)
class CheckNeeded(Event):
    """A tube reads positive; a second person must confirm it before anything follows."""

    kind: ClassVar[str] = "laboratory.check-needed"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    specimen_id: UUID


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(Event):
    """Somebody says, with his reason, that a run was read or entered wrongly; nothing changes until a second person agrees."""

    kind: ClassVar[str] = "laboratory.correction-asked"
    subject: ClassVar[str] = "tube_id"
    begins: ClassVar[bool] = True
    tube_id: UUID
    specimen_id: UUID
    run_id: UUID


@dataclass(frozen=True, kw_only=True)
class CorrectionDecided(Event):
    """The second person agreed to a correction or refused it; both readings are kept."""

    kind: ClassVar[str] = "laboratory.correction-decided"
    subject: ClassVar[str] = "tube_id"
    heard_by_nobody: ClassVar[str] = "what follows from another outcome is told as its own fact"
    tube_id: UUID
    run_id: UUID
    agreed: bool


@dataclass(frozen=True, kw_only=True)
class ResultCorrected(Event):
    """An outcome that was told before is another one now: whoever acted on the old one must know."""

    kind: ClassVar[str] = "laboratory.result-corrected"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    specimen_id: UUID
    was: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class BenchSet(Event):
    """A laboratory said what it can do, or how its files are headed."""

    kind: ClassVar[str] = "laboratory.bench-set"
    subject: ClassVar[str] = "body_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "forecasts read the rows"
    body_id: UUID


@dataclass(frozen=True, kw_only=True)
class RoundRanked(Event):
    """Somebody said how early a round's tubes are read."""

    kind: ClassVar[str] = "laboratory.round-ranked"
    subject: ClassVar[str] = "body_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the queue reads the rows"
    body_id: UUID
    round_id: UUID
    rank: int


@dataclass(frozen=True, kw_only=True)
class PlateLaid(Event):
    """Tubes lie on a plate."""

    kind: ClassVar[str] = "laboratory.plate-laid"
    subject: ClassVar[str] = "plate_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "results are what others wait for"
    plate_id: UUID
    tube_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PlateFailed(Event):
    """A plate's controls failed: its tubes without a run are in the queue again."""

    kind: ClassVar[str] = "laboratory.plate-failed"
    subject: ClassVar[str] = "plate_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the queue reads the rows"
    plate_id: UUID
    tube_ids: tuple[UUID, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class TubesSentOn(Event):
    """A laboratory sends tubes on to another, with a count."""

    kind: ClassVar[str] = "laboratory.tubes-sent-on"
    subject: ClassVar[str] = "consignment_id"
    begins: ClassVar[bool] = True
    consignment_id: UUID
    to_body_id: UUID
    tube_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TubesTakenOver(Event):
    """The other laboratory counted them; what is missing stays with the sender and is named."""

    kind: ClassVar[str] = "laboratory.tubes-taken-over"
    subject: ClassVar[str] = "consignment_id"
    consignment_id: UUID
    tube_ids: tuple[UUID, ...]
    missing_ids: tuple[UUID, ...]
