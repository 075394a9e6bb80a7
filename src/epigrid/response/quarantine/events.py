"""Facts that quarantine tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

STATE = "the state is read from the row"


@dataclass(frozen=True, kw_only=True)
class HoldsProposed(Event):
    """Holds stand ready for the duty officer, with addresses."""

    kind: ClassVar[str] = "quarantine.holds-proposed"
    subject: ClassVar[str] = "tube_id"
    heard_by_nobody: ClassVar[str] = "the duty officer sees them among the decisions"
    tube_id: UUID
    hold_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class HoldsIssued(Event):
    """The duty officer issued holds in one act."""

    kind: ClassVar[str] = "quarantine.holds-issued"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    hold_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class HoldTold(Event):
    """A person was told by phone why, how long at most, by whom, whom to call."""

    kind: ClassVar[str] = "quarantine.hold-told"
    subject: ClassVar[str] = "hold_id"
    hold_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class HoldExtended(Event):
    """The duty officer extended a hold, with a reason."""

    kind: ClassVar[str] = "quarantine.hold-extended"
    subject: ClassVar[str] = "person_id"
    hold_id: UUID
    person_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class HoldsNearEnd(Event):
    """Holds end soon and nobody has judged: alarm."""

    kind: ClassVar[str] = "quarantine.holds-near-end"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    hold_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class HoldsEnded(Event):
    """Holds ended: all negative, judged no contact, became a contact or a case, upheld appeal, or lapsed."""

    kind: ClassVar[str] = "quarantine.holds-ended"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    hold_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderProposed(Event):
    """An order stands ready for the county command."""

    kind: ClassVar[str] = "quarantine.order-proposed"
    subject: ClassVar[str] = "order_id"
    heard_by_nobody: ClassVar[str] = "the county officer sees it among the decisions"
    order_id: UUID
    person_id: UUID
    order_kind: str


@dataclass(frozen=True, kw_only=True)
class OrdersIssued(Event):
    """The county command issued orders."""

    kind: ClassVar[str] = "quarantine.orders-issued"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    order_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class OrderServed(Event):
    """The numbered paper was handed over; the measure runs."""

    kind: ClassVar[str] = "quarantine.order-served"
    subject: ClassVar[str] = "order_id"
    order_id: UUID
    person_id: UUID
    order_kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReleasesProposed(Event):
    """Orders reached their due day: the CDC decides on the release, with the evidence."""

    kind: ClassVar[str] = "quarantine.releases-proposed"
    subject: ClassVar[str] = "first_id"
    heard_by_nobody: ClassVar[str] = "the CDC sees them among the decisions"
    first_id: UUID
    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class OrdersRejudged(Event):
    """A new regime applies to open measures: these orders are judged by it and end at `ends_at`, never later than before."""

    kind: ClassVar[str] = "quarantine.orders-rejudged"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    order_ids: tuple[UUID, ...]
    edition_before: str
    edition: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderEnded(Event):
    """An order ended: released, lapsed, became a case, upheld appeal, or gone over to the home phase."""

    kind: ClassVar[str] = "quarantine.order-ended"
    subject: ClassVar[str] = "order_id"
    order_id: UUID
    person_id: UUID
    order_kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefusalRecorded(Event):
    """A talk with somebody who refuses: what was offered. Nothing punishes."""

    kind: ClassVar[str] = "quarantine.refusal-recorded"
    subject: ClassVar[str] = "order_id"
    heard_by_nobody: ClassVar[str] = "people talk again; no procedure follows"
    order_id: UUID
    offer: str


@dataclass(frozen=True, kw_only=True)
class SiteOpened(Event):
    """A hotel became a quarantine site: guests moved, cleaned, rooms listed."""

    kind: ClassVar[str] = "quarantine.site-opened"
    subject: ClassVar[str] = "site_id"
    site_id: UUID
    rooms: int


@dataclass(frozen=True, kw_only=True)
class TransferPlanned(Event):
    """People will be moved by one vehicle to one site."""

    kind: ClassVar[str] = "quarantine.transfer-planned"
    subject: ClassVar[str] = "transfer_id"
    heard_by_nobody: ClassVar[str] = STATE
    transfer_id: UUID
    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TransferDeparted(Event):
    """A vehicle left with a list."""

    kind: ClassVar[str] = "quarantine.transfer-departed"
    subject: ClassVar[str] = "transfer_id"
    heard_by_nobody: ClassVar[str] = STATE
    transfer_id: UUID
    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TransferArrived(Event):
    """The receiver counted; who is missing or extra is named."""

    kind: ClassVar[str] = "quarantine.transfer-arrived"
    subject: ClassVar[str] = "transfer_id"
    transfer_id: UUID
    order_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    missing_ids: tuple[UUID, ...]
    extra_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class AmbulanceCalled(Event):
    """An ambulance was called."""

    kind: ClassVar[str] = "quarantine.ambulance-called"
    subject: ClassVar[str] = "person_id"
    heard_by_nobody: ClassVar[str] = "the hospital answers by phone; times are recorded on the row"
    ambulance_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class AmbulancesOpen(Event):
    """A called ambulance has not arrived in time: alarm."""

    kind: ClassVar[str] = "quarantine.ambulances-open"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    ambulance_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PatientAdmitted(Event):
    """The hospital admitted a person; isolation for treatment runs until its review."""

    kind: ClassVar[str] = "quarantine.patient-admitted"
    subject: ClassVar[str] = "person_id"
    person_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class AppealFiled(Event):
    """A person says that the measure is wrong."""

    kind: ClassVar[str] = "quarantine.appeal-filed"
    subject: ClassVar[str] = "appeal_id"
    begins: ClassVar[bool] = True
    appeal_id: UUID
    person_id: UUID
    measure_id: UUID


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    """A reviewer answered in writing."""

    kind: ClassVar[str] = "quarantine.appeal-decided"
    subject: ClassVar[str] = "appeal_id"
    appeal_id: UUID
    person_id: UUID
    measure_id: UUID
    upheld: bool
