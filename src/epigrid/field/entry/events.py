"""Facts that entry tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

LOG = "a line of the gate's log; the desk reads the rows"


@dataclass(frozen=True, kw_only=True)
class PostSetUp(Event):
    """A gate got a guard's post."""

    kind: ClassVar[str] = "entry.post-set-up"
    subject: ClassVar[str] = "post_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "guards and desk read the row"
    post_id: UUID
    place_id: UUID


@dataclass(frozen=True, kw_only=True)
class PostClosed(Event):
    """Nobody stands at this gate any more."""

    kind: ClassVar[str] = "entry.post-closed"
    subject: ClassVar[str] = "post_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "guards and desk read the row"
    post_id: UUID


@dataclass(frozen=True, kw_only=True)
class TurnPlanned(Event):
    """A guard is to stand at a post from one moment to another."""

    kind: ClassVar[str] = "entry.turn-planned"
    subject: ClassVar[str] = "post_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the roster is read from the rows; gaps and long turns are shown"
    post_id: UUID
    turn_id: UUID
    worker_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class TurnDropped(Event):
    """A planned turn was taken back."""

    kind: ClassVar[str] = "entry.turn-dropped"
    subject: ClassVar[str] = "post_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the roster is read from the rows; gaps and long turns are shown"
    post_id: UUID
    turn_id: UUID


@dataclass(frozen=True, kw_only=True)
class PassageNoted(Event):
    """Somebody stood at a gate: which way, and what he was told. Not who."""

    kind: ClassVar[str] = "entry.passage-noted"
    subject: ClassVar[str] = "passage_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = LOG
    passage_id: UUID
    post_id: UUID
    way: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class WayRefused(Event):
    """A log says that an emergency, a fire exit or a way home was not let through, which nobody may do (X06)."""

    kind: ClassVar[str] = "entry.way-refused"
    subject: ClassVar[str] = "line_id"
    line_id: UUID
    post_id: UUID
    way: str


@dataclass(frozen=True, kw_only=True)
class VehicleNoted(Event):
    """A vehicle came in or went out."""

    kind: ClassVar[str] = "entry.vehicle-noted"
    subject: ClassVar[str] = "vehicle_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = LOG
    vehicle_id: UUID
    post_id: UUID
    vehicle: str
    out: bool


@dataclass(frozen=True, kw_only=True)
class PaperPageEntered(Event):
    """The counts of a page of the paper register were entered."""

    kind: ClassVar[str] = "entry.paper-page-entered"
    subject: ClassVar[str] = "page_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = LOG
    page_id: UUID
    post_id: UUID
    number: int
    passages: int
    vehicles: int


@dataclass(frozen=True, kw_only=True)
class PostHandedOver(Event):
    """A guard handed his post over: what he counted, what the log counts since the hand-over before, what stays open."""

    kind: ClassVar[str] = "entry.post-handed-over"
    subject: ClassVar[str] = "hand_over_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = LOG
    hand_over_id: UUID
    post_id: UUID
    passages: int
    logged: int
    matters: tuple[str, ...]
