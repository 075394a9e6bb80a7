"""Facts that zones tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event

STATE = "the state is read from the row"


@dataclass(frozen=True, kw_only=True)
class ZoneProposed(Event):
    """A zone is proposed; the city office decides."""

    kind: ClassVar[str] = "zones.proposed"
    subject: ClassVar[str] = "zone_id"
    heard_by_nobody: ClassVar[str] = "the deciding office sees it among its decisions"
    zone_id: UUID
    level: str
    place_ids: tuple[UUID, ...]
    households: int


@dataclass(frozen=True, kw_only=True)
class ZoneDecided(Event):
    """The city office decided a zone."""

    kind: ClassVar[str] = "zones.decided"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    level: str
    place_ids: tuple[UUID, ...]
    starts_at: datetime
    review_at: datetime


@dataclass(frozen=True, kw_only=True)
class ZoneReportedUp(Event):
    """The decision was reported one level up."""

    kind: ClassVar[str] = "zones.reported-up"
    subject: ClassVar[str] = "zone_id"
    heard_by_nobody: ClassVar[str] = STATE
    zone_id: UUID


@dataclass(frozen=True, kw_only=True)
class ServicePlanSet(Event):
    """Owners and hotline for a zone's services stand."""

    kind: ClassVar[str] = "zones.service-plan-set"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID


@dataclass(frozen=True, kw_only=True)
class StayHomeStarted(Event):
    """The stay-home duty of a zone's people began."""

    kind: ClassVar[str] = "zones.stay-home-started"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    person_ids: tuple[UUID, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class StayHomeEnded(Event):
    """The stay-home duty ended for all of them at the same minute."""

    kind: ClassVar[str] = "zones.stay-home-ended"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    person_ids: tuple[UUID, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ZoneProlonged(Event):
    """The deciding office moved a zone's review moment, with a reason: its people are bound until then at the latest."""

    kind: ClassVar[str] = "zones.prolonged"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    person_ids: tuple[UUID, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class MemberAdmitted(Event):
    """Somebody came home into a zone, or left it with cause."""

    kind: ClassVar[str] = "zones.member-admitted"
    subject: ClassVar[str] = "person_id"
    zone_id: UUID
    person_id: UUID
    inside: bool


@dataclass(frozen=True, kw_only=True)
class ZoneRestarted(Event):
    """An infection that counts began the zone's days anew."""

    kind: ClassVar[str] = "zones.restarted"
    subject: ClassVar[str] = "zone_id"
    heard_by_nobody: ClassVar[str] = "the daily step counts from the new day"
    zone_id: UUID
    infection_id: UUID


@dataclass(frozen=True, kw_only=True)
class SpreadQuestionOpen(Event):
    """An infection under control touches a zone and nobody has judged whether it spread: shown until judged."""

    kind: ClassVar[str] = "zones.spread-question-open"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    infection_id: UUID


@dataclass(frozen=True, kw_only=True)
class DowngradeProposed(Event):
    """The days are full: the city office decides on the downgrade, with the evidence."""

    kind: ClassVar[str] = "zones.downgrade-proposed"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    clean_days: int


@dataclass(frozen=True, kw_only=True)
class ZoneDowngraded(Event):
    """A zone came down: to the zone of the next level, or to none (lifted by itself: `next_zone_id` is empty)."""

    kind: ClassVar[str] = "zones.downgraded"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    level_to: str
    next_zone_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class DowngradeAnnounced(Event):
    """A downgrade is decided for a stated moment; from it on nobody is bound by the zone, also if nobody acts."""

    kind: ClassVar[str] = "zones.downgrade-announced"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    person_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StaticOrdered(Event):
    """An area stands still by order, until its review moment at the latest."""

    kind: ClassVar[str] = "zones.static-ordered"
    subject: ClassVar[str] = "order_id"
    order_id: UUID
    people: int
    starts_at: datetime
    review_at: datetime


@dataclass(frozen=True, kw_only=True)
class StaticRenewed(Event):
    """The review of an area's order to stand still moved it on, with a reason."""

    kind: ClassVar[str] = "zones.static-renewed"
    subject: ClassVar[str] = "order_id"
    heard_by_nobody: ClassVar[str] = STATE
    order_id: UUID
    review_at: datetime
    person_days: float


@dataclass(frozen=True, kw_only=True)
class StaticEnded(Event):
    """An area's order to stand still is over: lifted, lapsed at its review, or no longer allowed."""

    kind: ClassVar[str] = "zones.static-ended"
    subject: ClassVar[str] = "order_id"
    order_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ZoneSurveyed(Event):
    """Containers were surveyed in a zone; the index is positive containers per 100 households."""

    kind: ClassVar[str] = "zones.surveyed"
    subject: ClassVar[str] = "zone_id"
    heard_by_nobody: ClassVar[str] = "the zone's judgement reads its surveys"
    zone_id: UUID
    index: float


@dataclass(frozen=True, kw_only=True)
class ZoneOverdue(Event):
    """The days are full and nobody has decided: a red flag (S-165)."""

    kind: ClassVar[str] = "zones.overdue"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID


@dataclass(frozen=True, kw_only=True)
class ZoneLapsed(Event):
    """Nobody decided until the review moment: the duty lapsed and the next level is told."""

    kind: ClassVar[str] = "zones.lapsed"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    level: str


@dataclass(frozen=True, kw_only=True)
class ZoneLifted(Event):
    """A low zone ended with the county's last high one."""

    kind: ClassVar[str] = "zones.lifted"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoticePublished(Event):
    """The city office published a numbered notice."""

    kind: ClassVar[str] = "zones.notice-published"
    subject: ClassVar[str] = "notice_id"
    notice_id: UUID
    number: str
    new: int
    downgraded: int


@dataclass(frozen=True, kw_only=True)
class BarrierChanged(Event):
    """A barrier was put up with its exits noted, or removed."""

    kind: ClassVar[str] = "zones.barrier-changed"
    subject: ClassVar[str] = "zone_id"
    zone_id: UUID
    barrier_id: UUID
    removed: bool
