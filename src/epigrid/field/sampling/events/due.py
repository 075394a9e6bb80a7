"""Facts about who is due: appointments, refusals, shops."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AppointmentsMade(Event):
    """People are to be tested on a day to come, at a table or at their door."""

    kind: ClassVar[str] = "sampling.appointments-made"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    first_id: UUID
    test_ids: tuple[UUID, ...]
    door_ids: tuple[UUID, ...]
    day: date
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TestDeclined(Event):
    """Somebody declined a test of a round; why stays in the row."""

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "sampling.test-declined"
    subject: ClassVar[str] = "refusal_id"
    heard_by_nobody: ClassVar[str] = "the building's team talks with him; nothing follows by itself"
    refusal_id: UUID
    round_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeclineTalked(Event):
    """Something of the list was tried with whoever declined; what it was stays in the row, which goes with the round."""

    kind: ClassVar[str] = "sampling.decline-talked"
    subject: ClassVar[str] = "refusal_id"
    heard_by_nobody: ClassVar[str] = "a talk, and nothing else"
    refusal_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeclineReferred(Event):
    """A named human referred a refusal after all talks; no duty and no measure follows."""

    kind: ClassVar[str] = "sampling.decline-referred"
    subject: ClassVar[str] = "refusal_id"
    heard_by_nobody: ClassVar[str] = "a referral is recorded, nothing is decided by it"
    refusal_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PremisesNoted(Event):
    """Why a shop has no sample in a round."""

    kind: ClassVar[str] = "sampling.premises-noted"
    subject: ClassVar[str] = "round_id"
    heard_by_nobody: ClassVar[str] = "the list of shops reads the row"
    round_id: UUID
    place_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class PersonExcluded(Event):
    """Somebody is left out of rounds until a moment; why stays in the row."""

    kind: ClassVar[str] = "sampling.person-excluded"
    subject: ClassVar[str] = "exclusion_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "rounds ask for it when they open"
    exclusion_id: UUID
    person_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ExclusionEnded(Event):
    """Somebody is asked for in rounds again before the end that was set."""

    kind: ClassVar[str] = "sampling.exclusion-ended"
    subject: ClassVar[str] = "exclusion_id"
    heard_by_nobody: ClassVar[str] = "rounds ask for it when they open"
    exclusion_id: UUID
    person_id: UUID
