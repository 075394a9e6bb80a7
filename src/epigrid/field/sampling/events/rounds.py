"""Facts that rounds, tubes and results tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RoundOpened(Event):
    """A round was ordered and its population frozen."""

    kind: ClassVar[str] = "sampling.round-opened"
    subject: ClassVar[str] = "round_id"
    round_id: UUID
    directive_id: UUID
    people: int
    door_frail: int
    door_quarantine: int


@dataclass(frozen=True, kw_only=True)
class RosterChanged(Event):
    """People were added late to a round or struck off."""

    kind: ClassVar[str] = "sampling.roster-changed"
    subject: ClassVar[str] = "round_id"
    heard_by_nobody: ClassVar[str] = "the roll-call reads the rows"
    round_id: UUID
    added: tuple[UUID, ...] = ()
    struck: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListsMoved(Event):
    """People of an open round are sampled on another list (`to`) from now on, because a measure or the day's register says so."""

    kind: ClassVar[str] = "sampling.lists-moved"
    subject: ClassVar[str] = "round_id"
    round_id: UUID
    person_ids: tuple[UUID, ...]
    to: str


@dataclass(frozen=True, kw_only=True)
class RollReported(Event):
    """Workers reported classes of people in a building's roll-call."""

    kind: ClassVar[str] = "sampling.roll-reported"
    subject: ClassVar[str] = "round_id"
    round_id: UUID
    person_ids: tuple[UUID, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TubeOpened(Event):
    """A tube was opened at a table or a door."""

    kind: ClassVar[str] = "sampling.tube-opened"
    subject: ClassVar[str] = "tube_id"
    heard_by_nobody: ClassVar[str] = "an open tube matters to its table only"
    tube_id: UUID
    round_id: UUID | None
    pool_size: int


@dataclass(frozen=True, kw_only=True)
class SwabsTaken(Event):
    """People were swabbed into a tube, in queue order."""

    kind: ClassVar[str] = "sampling.swabs-taken"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    round_id: UUID | None
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PooledBeforeOrder(Event):
    """People stand in a pooled tube although they are to be sampled alone, because that was known only after their swabs: the tube came later.

    They stay on the list on which they were swabbed, as if the tube had come first.
    """

    kind: ClassVar[str] = "sampling.pooled-before-order"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    round_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SwabWithdrawn(Event):
    """A person walked off before the tube was closed."""

    kind: ClassVar[str] = "sampling.swab-withdrawn"
    subject: ClassVar[str] = "tube_id"
    heard_by_nobody: ClassVar[str] = "roll-call reads the rows; the recount reads this fact"
    tube_id: UUID
    round_id: UUID | None
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class TubeClosed(Event):
    """A tube was closed, full or not."""

    kind: ClassVar[str] = "sampling.tube-closed"
    subject: ClassVar[str] = "tube_id"
    heard_by_nobody: ClassVar[str] = "the box that carries the tube is what others wait for"
    tube_id: UUID
    round_id: UUID | None
    people: int


@dataclass(frozen=True, kw_only=True)
class BoxSent(Event):
    """A sealed box left with a count, for one laboratory."""

    kind: ClassVar[str] = "sampling.box-sent"
    subject: ClassVar[str] = "box_id"
    box_id: UUID
    tube_ids: tuple[UUID, ...]
    to_body_id: UUID


@dataclass(frozen=True, kw_only=True)
class BoxReceived(Event):
    """The receiver counted the box; what is missing is named."""

    kind: ClassVar[str] = "sampling.box-received"
    subject: ClassVar[str] = "box_id"
    box_id: UUID
    to_body_id: UUID
    tube_ids: tuple[UUID, ...]
    labels: tuple[str, ...]
    pool_sizes: tuple[int, ...]
    missing_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TubeMissing(Event):
    """A tube that was sent did not arrive: its people are asked again."""

    kind: ClassVar[str] = "sampling.tube-missing"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    box_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TestsOrdered(Event):
    """People are to be tested within a window, for a reason."""

    kind: ClassVar[str] = "sampling.tests-ordered"
    subject: ClassVar[str] = "source_id"
    source_kind: str
    source_id: UUID
    test_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    due_at: datetime
    where: str


@dataclass(frozen=True, kw_only=True)
class TestsEnded(Event):
    """Tests that nobody owes any more ended with the reason that made them."""

    kind: ClassVar[str] = "sampling.tests-ended"
    subject: ClassVar[str] = "source_id"
    heard_by_nobody: ClassVar[str] = "the rows say it; tasks end with the same source"
    source_id: UUID
    test_ids: tuple[UUID, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class TestsMissed(Event):
    """Tests passed their window undone; this can only remind."""

    kind: ClassVar[str] = "sampling.tests-missed"
    subject: ClassVar[str] = "round_key"
    round_key: UUID
    test_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PooledPositive(Event):
    """A pooled tube is positive: its people await single retests."""

    kind: ClassVar[str] = "sampling.pooled-positive"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    round_id: UUID | None
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SinglePositive(Event):
    """A single tube is positive: its person is preliminary positive."""

    kind: ClassVar[str] = "sampling.single-positive"
    subject: ClassVar[str] = "person_id"
    tube_id: UUID
    person_id: UUID
    purpose: str


@dataclass(frozen=True, kw_only=True)
class NegativesNoted(Event):
    """Tubes are negative; their people's own records show it."""

    kind: ClassVar[str] = "sampling.negatives-noted"
    subject: ClassVar[str] = "first_tube_id"
    first_tube_id: UUID
    tube_ids: tuple[UUID, ...]
    single_person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class InvalidNoted(Event):
    """A tube could not be read: its people are sampled again, nobody is held."""

    kind: ClassVar[str] = "sampling.invalid-noted"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class DoubtfulNoted(Event):
    """A tube lies in the grey zone or shows a single target: sampled again, nobody is held."""

    kind: ClassVar[str] = "sampling.doubtful-noted"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    person_ids: tuple[UUID, ...]
    outcome: str


@dataclass(frozen=True, kw_only=True)
class RoundClosed(Event):
    """A round ended; why somebody declined is deleted with it."""

    kind: ClassVar[str] = "sampling.round-closed"
    subject: ClassVar[str] = "round_id"
    round_id: UUID
    counts: dict[str, int]
