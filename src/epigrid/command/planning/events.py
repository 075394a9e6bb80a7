"""Facts that planning tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanMade(Event):
    """A plan was begun."""

    kind: ClassVar[str] = "planning.plan-made"
    subject: ClassVar[str] = "plan_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "a draft binds nobody"
    plan_id: UUID
    objective: str


@dataclass(frozen=True, kw_only=True)
class PlanChanged(Event):
    """A setting, a line of the checklist, an asset's place, a site's layout or a team's member changed."""

    kind: ClassVar[str] = "planning.plan-changed"
    subject: ClassVar[str] = "plan_id"
    heard_by_nobody: ClassVar[str] = "the sheet is drafted again by the clock"
    plan_id: UUID
    what: str


@dataclass(frozen=True, kw_only=True)
class PlanStarted(Event):
    """A round may be opened on this plan; what was open then is to be complete soon."""

    kind: ClassVar[str] = "planning.plan-started"
    subject: ClassVar[str] = "plan_id"
    plan_id: UUID
    open_ids: tuple[UUID, ...]
    complete_by: datetime


@dataclass(frozen=True, kw_only=True)
class RoundJoined(Event):
    """A round was opened for the area of a plan; `started` says whether the plan had been started."""

    kind: ClassVar[str] = "planning.round-joined"
    subject: ClassVar[str] = "plan_id"
    plan_id: UUID
    round_id: UUID
    started: bool


@dataclass(frozen=True, kw_only=True)
class SitesPlaced(Event):
    """Sites were placed and every building was given its site, or stands on the list of those without."""

    kind: ClassVar[str] = "planning.sites-placed"
    subject: ClassVar[str] = "plan_id"
    heard_by_nobody: ClassVar[str] = "a proposal that the planner reads"
    plan_id: UUID
    sites: int
    buildings: int
    uncovered: int


@dataclass(frozen=True, kw_only=True)
class TeamsAllocated(Event):
    """Every building was given its team."""

    kind: ClassVar[str] = "planning.teams-allocated"
    subject: ClassVar[str] = "plan_id"
    heard_by_nobody: ClassVar[str] = "a proposal that the planner reads"
    plan_id: UUID
    fixed: int
    mobile: int


@dataclass(frozen=True, kw_only=True)
class SlotsMade(Event):
    """Units have slots, or later slots moved; `unplaced` people have none."""

    kind: ClassVar[str] = "planning.slots-made"
    subject: ClassVar[str] = "plan_id"
    heard_by_nobody: ClassVar[str] = "units are called when their turn comes"
    plan_id: UUID
    slots: int
    unplaced: int


@dataclass(frozen=True, kw_only=True)
class HomeVisitsPlanned(Event):
    """The home visits were planned anew; `unserved` households have none, each with its reason; `measured`: by coordinates."""

    kind: ClassVar[str] = "planning.home-visits-planned"
    subject: ClassVar[str] = "plan_id"
    heard_by_nobody: ClassVar[str] = "teams and planners read the routes"
    plan_id: UUID
    visits: int
    unserved: int
    measured: bool


@dataclass(frozen=True, kw_only=True)
class SiteOpened(Event):
    """A site opened; `excepted` when its layout is not sound and somebody answers for it; roles that nobody has alarm."""

    kind: ClassVar[str] = "planning.site-opened"
    subject: ClassVar[str] = "site_id"
    site_id: UUID
    plan_id: UUID
    missing_roles: tuple[str, ...]
    excepted: bool


@dataclass(frozen=True, kw_only=True)
class UnitCalled(Event):
    """A unit was called down to its site."""

    kind: ClassVar[str] = "planning.unit-called"
    subject: ClassVar[str] = "site_id"
    site_id: UUID
    place_id: UUID
    channel: str
    queue: int
    distance_m: int | None


@dataclass(frozen=True, kw_only=True)
class SheetDrafted(Event):
    """The next day's sheet of supplies and staff stands as a draft."""

    kind: ClassVar[str] = "planning.sheet-drafted"
    subject: ClassVar[str] = "plan_id"
    plan_id: UUID
    number: int
    people: int
    staff: int


@dataclass(frozen=True, kw_only=True)
class ColdNoted(Event):
    """A temperature at a site was entered; `outcome`: warn, fine, or unset where the county set no limit."""

    kind: ClassVar[str] = "planning.cold-noted"
    subject: ClassVar[str] = "site_id"
    site_id: UUID
    plan_id: UUID
    place_id: UUID
    temperature_c: float
    outcome: str


@dataclass(frozen=True, kw_only=True)
class AssetRegistered(Event):
    """A tent, cabin or hut stands ready."""

    kind: ClassVar[str] = "planning.asset-registered"
    subject: ClassVar[str] = "asset_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "a register"
    asset_id: UUID
    asset_kind: str
    lanes: int


@dataclass(frozen=True, kw_only=True)
class AssetChecked(Event):
    """An asset was maintained."""

    kind: ClassVar[str] = "planning.asset-checked"
    subject: ClassVar[str] = "asset_id"
    heard_by_nobody: ClassVar[str] = "a register"
    asset_id: UUID
    sound: bool
