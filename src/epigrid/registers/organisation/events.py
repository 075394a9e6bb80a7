"""Facts that the organisation register tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BodyFounded(Event):
    """A body was entered."""

    kind: ClassVar[str] = "organisation.body-founded"
    subject: ClassVar[str] = "body_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "a register row; nothing follows"
    body_id: UUID
    body_kind: str


@dataclass(frozen=True, kw_only=True)
class Appointed(Event):
    """A duty was entrusted."""

    kind: ClassVar[str] = "organisation.appointed"
    subject: ClassVar[str] = "holder_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the duty is read at the door"
    holder_id: UUID
    appointment_id: UUID
    duty: str


@dataclass(frozen=True, kw_only=True)
class AppointmentEnded(Event):
    """A duty ended; sight ends with it."""

    kind: ClassVar[str] = "organisation.appointment-ended"
    subject: ClassVar[str] = "holder_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the duty is read at the door"
    holder_id: UUID
    appointment_id: UUID
    duty: str


@dataclass(frozen=True, kw_only=True)
class DirectiveIssued(Event):
    """A command body decided in writing what may be done, where, until when (S-001)."""

    kind: ClassVar[str] = "organisation.directive-issued"
    subject: ClassVar[str] = "directive_id"
    begins: ClassVar[bool] = True
    directive_id: UUID
    body_id: UUID
    acts: tuple[str, ...]
    to_body_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DirectiveAcknowledged(Event):
    """A unit acknowledged a directive."""

    kind: ClassVar[str] = "organisation.directive-acknowledged"
    subject: ClassVar[str] = "directive_id"
    heard_by_nobody: ClassVar[str] = "the receipt is read where it is asked for"
    directive_id: UUID
    body_id: UUID


@dataclass(frozen=True, kw_only=True)
class DirectiveWithdrawn(Event):
    """A directive was withdrawn by the body that issued it."""

    kind: ClassVar[str] = "organisation.directive-withdrawn"
    subject: ClassVar[str] = "directive_id"
    heard_by_nobody: ClassVar[str] = "acts under it are refused from now on; running measures have ends of their own"
    directive_id: UUID
    reason: str
