"""Facts that visits tells. Ids, counts and keys of closed lists only."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

ROWS = "the lists read the rows"


@dataclass(frozen=True, kw_only=True)
class CampaignOpened(Event):
    """A campaign from door to door was opened: a visit for each household of the area."""

    kind: ClassVar[str] = "visits.campaign-opened"
    subject: ClassVar[str] = "campaign_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = ROWS
    campaign_id: UUID
    directive_id: UUID
    households: int


@dataclass(frozen=True, kw_only=True)
class CampaignClosed(Event):
    """A campaign ended; visits that nobody made end with it. `unreached_ids`: visits whose household was still being reached another way."""

    kind: ClassVar[str] = "visits.campaign-closed"
    subject: ClassVar[str] = "campaign_id"
    begins: ClassVar[bool] = True
    campaign_id: UUID
    reason: str
    ended: int
    unreached_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class VisitRecorded(Event):
    """Somebody tried a household: met, refused or absent; what changed there, and needs (of the person at the same place of `need_person_ids`)."""

    kind: ClassVar[str] = "visits.recorded"
    subject: ClassVar[str] = "visit_id"
    begins: ClassVar[bool] = True
    visit_id: UUID
    campaign_id: UUID
    household_id: UUID
    dwelling_id: UUID
    attempt_id: UUID
    result: str
    state: str
    changes: tuple[str, ...]
    need_person_ids: tuple[UUID, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HouseholdUnreached(Event):
    """Nobody answered at a household, attempt after attempt: another way is tried."""

    kind: ClassVar[str] = "visits.household-unreached"
    subject: ClassVar[str] = "visit_id"
    begins: ClassVar[bool] = True
    visit_id: UUID
    household_id: UUID
    dwelling_id: UUID
    attempts: int


@dataclass(frozen=True, kw_only=True)
class ReadingRecorded(Event):
    """Somebody's temperature was told; `fever`: it reaches the limit that a clause sets. It binds nobody."""

    kind: ClassVar[str] = "visits.reading-recorded"
    subject: ClassVar[str] = "reading_id"
    begins: ClassVar[bool] = True
    reading_id: UUID
    person_id: UUID
    fever: bool


@dataclass(frozen=True, kw_only=True)
class RoutineSet(Event):
    """A county wrote down what is done in a day for whom it watches; no items: it is off."""

    kind: ClassVar[str] = "visits.routine-set"
    subject: ClassVar[str] = "routine_id"
    begins: ClassVar[bool] = True
    routine_id: UUID
    target: str
    items: int
    basis: str


@dataclass(frozen=True, kw_only=True)
class RoutineChanged(Event):
    """Of these people and places other items are due from now on: a measure began or ended, or the routine is another."""

    kind: ClassVar[str] = "visits.routine-changed"
    subject: ClassVar[str] = "first_id"
    heard_by_nobody: ClassVar[str] = ROWS
    first_id: UUID
    person_ids: tuple[UUID, ...]
    place_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ItemDone(Event):
    """An item of a routine was done; `late`: entered after its window."""

    kind: ClassVar[str] = "visits.item-done"
    subject: ClassVar[str] = "item_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = ROWS
    item_id: UUID
    watched_id: UUID
    day: date
    late: bool


@dataclass(frozen=True, kw_only=True)
class SeriesFlagged(Event):
    """One hand's records of a day follow each other faster than anybody walks: somebody looks at them (guard X08). Nothing is refused by it."""

    kind: ClassVar[str] = "visits.series-flagged"
    subject: ClassVar[str] = "review_id"
    review_id: UUID
    hand_id: UUID
    day: date


@dataclass(frozen=True, kw_only=True)
class RecallDrawn(Event):
    """The lot fell on a record: its people are called back and asked."""

    kind: ClassVar[str] = "visits.recall-drawn"
    subject: ClassVar[str] = "review_id"
    heard_by_nobody: ClassVar[str] = "the reviewer reads the list"
    review_id: UUID
    source_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewDecided(Event):
    """A reviewer looked at a series (plausible, or its people are called) or called a record's people (confirmed, differs)."""

    kind: ClassVar[str] = "visits.review-decided"
    subject: ClassVar[str] = "review_id"
    begins: ClassVar[bool] = True
    review_id: UUID
    review_kind: str
    decision: str
