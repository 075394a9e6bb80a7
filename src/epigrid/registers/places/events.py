"""Facts that the places register tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.areas import Area
from epigrid.kernel.events import Event

REGISTER = "a register row; nothing follows"


@dataclass(frozen=True, kw_only=True)
class PlacesRegistered(Event):
    """Places were entered."""

    kind: ClassVar[str] = "places.registered"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    first_id: UUID
    places: int


@dataclass(frozen=True, kw_only=True)
class AliasConfirmed(Event):
    """A person confirmed that a spelling means a place."""

    kind: ClassVar[str] = "places.alias-confirmed"
    subject: ClassVar[str] = "place_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    place_id: UUID
    alias_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResponsibilityAssigned(Event):
    """A place answers to another area from a day on."""

    kind: ClassVar[str] = "places.responsibility-assigned"
    subject: ClassVar[str] = "place_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    place_id: UUID
    to_area: Area


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(Event):
    """A place was split, or two were found to be one; both stay on record with the day."""

    kind: ClassVar[str] = "places.changed"
    subject: ClassVar[str] = "before_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    before_id: UUID
    after_ids: tuple[UUID, ...]
    change: str


@dataclass(frozen=True, kw_only=True)
class AreaRecut(Event):
    """An area's path was rewritten in every table."""

    kind: ClassVar[str] = "places.area-recut"
    subject: ClassVar[str] = "unit_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = REGISTER
    unit_id: UUID
    before: Area
    after: Area
    rows: int


@dataclass(frozen=True, kw_only=True)
class RiskListTaken(Event):
    """A version of the national list of risk areas came in: how many areas rose or were added, changed their level, left."""

    kind: ClassVar[str] = "places.risk-list-taken"
    subject: ClassVar[str] = "list_id"
    begins: ClassVar[bool] = True
    list_id: UUID
    version: str
    added: int
    changed: int
    ended: int
