"""Facts that codes tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Event):
    """A person's own status changed because his reasons did."""

    kind: ClassVar[str] = "codes.status-changed"
    subject: ClassVar[str] = "person_id"
    heard_by_nobody: ClassVar[str] = "gates and the person read the status itself"
    person_id: UUID
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ColoursRequested(Event):
    """The county's code desk asked the province to change colours."""

    kind: ClassVar[str] = "codes.colours-requested"
    subject: ClassVar[str] = "first_id"
    heard_by_nobody: ClassVar[str] = "the province answers outside; lateness is watched by the daily steps"
    first_id: UUID
    request_ids: tuple[UUID, ...]
    reason: str
    answer_by: datetime | None


@dataclass(frozen=True, kw_only=True)
class ColourAnswered(Event):
    """The province answered."""

    kind: ClassVar[str] = "codes.colour-answered"
    subject: ClassVar[str] = "request_id"
    heard_by_nobody: ClassVar[str] = "the answer is shown with its source; nothing inside follows from a colour"
    request_id: UUID
    person_id: UUID
    colour: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class ColoursLate(Event):
    """Answers that are late: the desk and the people concerned are told."""

    kind: ClassVar[str] = "codes.colours-late"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    request_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class GateAnswered(Event):
    """A gate asked and was answered; no reason, no name."""

    kind: ClassVar[str] = "codes.gate-answered"
    subject: ClassVar[str] = "check_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the guard acts on the answer"
    check_id: UUID
    answer: str
    way: str


@dataclass(frozen=True, kw_only=True)
class PassIssued(Event):
    """A person was given a pass; what it says is in the pass only."""

    kind: ClassVar[str] = "codes.pass-issued"
    subject: ClassVar[str] = "pass_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the pass itself is shown or handed over"
    pass_id: UUID
    person_id: UUID
    until: datetime
