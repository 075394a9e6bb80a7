"""Facts that care tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

STATE = "the resident and the workers read the row"


@dataclass(frozen=True, kw_only=True)
class CareRequested(Event):
    """A resident asked for something."""

    kind: ClassVar[str] = "care.requested"
    subject: ClassVar[str] = "request_id"
    begins: ClassVar[bool] = True
    request_id: UUID
    person_id: UUID
    need: str


@dataclass(frozen=True, kw_only=True)
class EmergencyCalled(Event):
    """A medical emergency: nothing may stand in its way."""

    kind: ClassVar[str] = "care.emergency-called"
    subject: ClassVar[str] = "request_id"
    begins: ClassVar[bool] = True
    request_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class CareAnswered(Event):
    """A request took a step: taken on, given back (`recorded` again), bought, delivered, answered or confirmed."""

    kind: ClassVar[str] = "care.answered"
    subject: ClassVar[str] = "request_id"
    begins: ClassVar[bool] = True
    request_id: UUID
    person_id: UUID
    state: str
    late: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CareEscalated(Event):
    """Requests that were not solved in time went up one level."""

    kind: ClassVar[str] = "care.escalated"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    request_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(Event):
    """Several requests about one thing were joined."""

    kind: ClassVar[str] = "care.incident-opened"
    subject: ClassVar[str] = "incident_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    incident_id: UUID
    request_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CensusTaken(Event):
    """Households of a closed place were asked what they need."""

    kind: ClassVar[str] = "care.census-taken"
    subject: ClassVar[str] = "zone_id"
    begins: ClassVar[bool] = True
    zone_id: UUID
    households: int


@dataclass(frozen=True, kw_only=True)
class RequestLinked(Event):
    """A request came from somebody under an order; whoever looks after the order sees it."""

    kind: ClassVar[str] = "care.request-linked"
    subject: ClassVar[str] = "request_id"
    heard_by_nobody: ClassVar[str] = STATE
    request_id: UUID
    person_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class MedicalExitChanged(Event):
    """A way out to hospital took a step: asked, granted, out, back."""

    kind: ClassVar[str] = "care.medical-exit"
    subject: ClassVar[str] = "exit_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = STATE
    exit_id: UUID
    person_id: UUID
    urgency: str
    step: str


@dataclass(frozen=True, kw_only=True)
class CallsPlanned(Event):
    """The households of an area were dealt out to callers."""

    kind: ClassVar[str] = "care.calls-planned"
    subject: ClassVar[str] = "round_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "callers read their lists"
    round_id: UUID
    item_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CallsClosed(Event):
    """A telephone round is over; its lists leave the callers' phones, a result that comes late is still kept."""

    kind: ClassVar[str] = "care.calls-closed"
    subject: ClassVar[str] = "round_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "callers read their lists"
    round_id: UUID
    item_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CallRecorded(Event):
    """A household was called; what was said is in the row."""

    kind: ClassVar[str] = "care.call-recorded"
    subject: ClassVar[str] = "item_id"
    begins: ClassVar[bool] = True
    item_id: UUID
    household_id: UUID
    person_id: UUID
    unwell: bool
