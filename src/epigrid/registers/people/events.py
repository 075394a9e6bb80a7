"""Facts that the people register tells. Ids and counts only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

REGISTER = "a register row; nothing follows"


@dataclass(frozen=True, kw_only=True)
class ResidentsImported(Event):
    """A roster came in."""

    kind: ClassVar[str] = "people.residents-imported"
    subject: ClassVar[str] = "import_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    import_id: UUID
    source: str
    created: int
    updated: int
    unchanged: int
    refused: int
    created_ids: tuple[UUID, ...] = ()
    updated_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """Somebody who was in no register was entered (moved in, visitor, baby)."""

    kind: ClassVar[str] = "people.person-registered"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    person_id: UUID
    residence: str


@dataclass(frozen=True, kw_only=True)
class CareNeedRecorded(Event):
    """A need was noted, or ended."""

    kind: ClassVar[str] = "people.care-need-recorded"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    person_id: UUID
    need: str
    ended: bool


@dataclass(frozen=True, kw_only=True)
class DayRegisterEntered(Event):
    """People were entered in categories of the day's register."""

    kind: ClassVar[str] = "people.day-register-entered"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    first_id: UUID
    entry_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class StaysSurfaced(Event):
    """The list of risk areas met the stays of the day's register: who was in one is entered, who was only in its county is to be asked."""

    kind: ClassVar[str] = "people.stays-surfaced"
    subject: ClassVar[str] = "list_id"
    list_id: UUID
    version: str
    entry_ids: tuple[UUID, ...]
    to_ask: int


@dataclass(frozen=True, kw_only=True)
class EntriesClaimed(Event):
    """A grid worker claimed the entries of his grid."""

    kind: ClassVar[str] = "people.entries-claimed"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the claim is read from the rows"
    first_id: UUID
    entry_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class EntriesUnclaimed(Event):
    """Entries that nobody claimed within the clause's time."""

    kind: ClassVar[str] = "people.entries-unclaimed"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    entry_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(Event):
    """A person says that a field of his file is wrong."""

    kind: ClassVar[str] = "people.correction-asked"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    person_id: UUID
    correction_id: UUID
    field: str


@dataclass(frozen=True, kw_only=True)
class CorrectionDecided(Event):
    """A correction was made or refused with a reason."""

    kind: ClassVar[str] = "people.correction-decided"
    subject: ClassVar[str] = "person_id"
    heard_by_nobody: ClassVar[str] = "the person reads it on his page"
    person_id: UUID
    correction_id: UUID
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class PersonMoved(Event):
    """A person lives in another dwelling now."""

    kind: ClassVar[str] = "people.person-moved"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    person_id: UUID
    dwelling_id: UUID


@dataclass(frozen=True, kw_only=True)
class GuardianNamed(Event):
    """Somebody is responsible for a child or dependant."""

    kind: ClassVar[str] = "people.guardian-named"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    person_id: UUID
    guardian_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonDeparted(Event):
    """A person left the area or died."""

    kind: ClassVar[str] = "people.person-departed"
    subject: ClassVar[str] = "person_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleErased(Event):
    """The keys of people whose retention ended were destroyed."""

    kind: ClassVar[str] = "people.erased"
    subject: ClassVar[str] = "first_id"
    heard_by_nobody: ClassVar[str] = "the proof itself"
    first_id: UUID
    person_ids: tuple[UUID, ...]
