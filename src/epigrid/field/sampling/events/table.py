"""Facts that the table, its site and hand-overs tell."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class GateSwitched(Event):
    """From now on a round measures temperature before registration, or does so no more."""

    kind: ClassVar[str] = "sampling.gate-switched"
    subject: ClassVar[str] = "round_id"
    heard_by_nobody: ClassVar[str] = "tables read the round"
    round_id: UUID
    measures: bool


@dataclass(frozen=True, kw_only=True)
class TemperatureTaken(Event):
    """Somebody's temperature was taken; the reading itself stays in its row."""

    kind: ClassVar[str] = "sampling.temperature-taken"
    subject: ClassVar[str] = "person_id"
    heard_by_nobody: ClassVar[str] = "who is sampled apart has a fact of his own"
    round_id: UUID
    person_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PersonIsolated(Event):
    """Somebody waits apart on a sampling site until he is handed over."""

    kind: ClassVar[str] = "sampling.person-isolated"
    subject: ClassVar[str] = "isolation_id"
    isolation_id: UUID
    round_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class IsolatedHandedOver(Event):
    """Whoever waited apart was taken over."""

    kind: ClassVar[str] = "sampling.isolated-handed-over"
    subject: ClassVar[str] = "isolation_id"
    isolation_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleRegistered(Event):
    """People were registered at a table and wait for their swab."""

    kind: ClassVar[str] = "sampling.people-registered"
    subject: ClassVar[str] = "round_id"
    heard_by_nobody: ClassVar[str] = "the sampler at the same table sees the queue"
    round_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SamplingCodesMade(Event):
    """People got the code that they show at a table."""

    kind: ClassVar[str] = "sampling.codes-made"
    subject: ClassVar[str] = "first_person_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the code is printed or shown, nothing follows"
    first_person_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class RemindersGiven(Event):
    """People who had not come were reminded."""

    kind: ClassVar[str] = "sampling.reminders-given"
    subject: ClassVar[str] = "round_id"
    heard_by_nobody: ClassVar[str] = "the swab is what the reminder waits for"
    round_id: UUID
    person_ids: tuple[UUID, ...]
    channel: str


@dataclass(frozen=True, kw_only=True)
class RemainingHandedOut(Event):
    """In these units people are still waited for; somebody of each goes and asks."""

    kind: ClassVar[str] = "sampling.remaining-handed-out"
    subject: ClassVar[str] = "round_id"
    round_id: UUID
    directive_id: UUID
    place_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CallersNeeded(Event):
    """At half time too few of these units' people were sampled: somebody calls them down."""

    kind: ClassVar[str] = "sampling.callers-needed"
    subject: ClassVar[str] = "round_id"
    round_id: UUID
    directive_id: UUID
    place_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TubeDiscarded(Event):
    """A tube was thrown away unread: its people are asked again."""

    kind: ClassVar[str] = "sampling.tube-discarded"
    subject: ClassVar[str] = "tube_id"
    tube_id: UUID
    person_ids: tuple[UUID, ...]
    code: str


@dataclass(frozen=True, kw_only=True)
class BoxHandedOver(Event):
    """One side signed a hand-over of a box with its count: `given` or `taken`."""

    kind: ClassVar[str] = "sampling.box-handed-over"
    subject: ClassVar[str] = "box_id"
    heard_by_nobody: ClassVar[str] = "a difference has a fact of its own"
    box_id: UUID
    leg: str
    side: str
    count: int


@dataclass(frozen=True, kw_only=True)
class HandOverDiffered(Event):
    """What was taken over is not what was given: the tubes that are missing, and whether the seal is another one."""

    kind: ClassVar[str] = "sampling.hand-over-differed"
    subject: ClassVar[str] = "box_id"
    box_id: UUID
    leg: str
    said: int
    counted: int
    missing_ids: tuple[UUID, ...]
    other_seal: bool


@dataclass(frozen=True, kw_only=True)
class SiteOpened(Event):
    """A sampling site was set up."""

    kind: ClassVar[str] = "sampling.site-opened"
    subject: ClassVar[str] = "site_id"
    heard_by_nobody: ClassVar[str] = "its tables know where they stand"
    site_id: UUID
    round_id: UUID


@dataclass(frozen=True, kw_only=True)
class TubePlaced(Event):
    """A tube is filled at a site by a team."""

    kind: ClassVar[str] = "sampling.tube-placed"
    subject: ClassVar[str] = "tube_id"
    heard_by_nobody: ClassVar[str] = "counts per team read the tubes"
    tube_id: UUID
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class WasteMoved(Event):
    """Waste bags of a site were sealed (`sealed`) or handed over (`given`)."""

    kind: ClassVar[str] = "sampling.waste-moved"
    subject: ClassVar[str] = "site_id"
    heard_by_nobody: ClassVar[str] = "the close-out counts the rows"
    site_id: UUID
    bag_ids: tuple[UUID, ...]
    step: str


@dataclass(frozen=True, kw_only=True)
class SiteClosed(Event):
    """Nothing is left on a sampling site: it is closed."""

    kind: ClassVar[str] = "sampling.site-closed"
    subject: ClassVar[str] = "site_id"
    heard_by_nobody: ClassVar[str] = "the day is over there"
    site_id: UUID
    done: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LabelsDrawn(Event):
    """A run of labels was taken from the series of tubes or boxes: each number once."""

    kind: ClassVar[str] = "sampling.labels-drawn"
    subject: ClassVar[str] = "drawing_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the sheet is printed"
    drawing_id: UUID
    series: str
    first: int
    count: int
