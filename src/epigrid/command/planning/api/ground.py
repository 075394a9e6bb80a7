"""The machine door of planning, ground: sites, teams, buildings, slots, assets."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.command.planning import actions, queries
from epigrid.command.planning.api.doors import OfPlan, acts, router
from epigrid.store.doors import Command, Count, Line, Maybe, Path, Reader, Rows, Short, Word, area_of, card, cause_of, listed, reader

SiteOut, TeamOut, AssetOut = (
    card(queries.SiteCard, without=("layout", "equipment")),
    card(queries.TeamCard, without=("members",)),
    card(queries.AssetCard),
)
BuildingOut, SlotOut, DoorOut = card(queries.AllocationCard), card(queries.SlotCard), card(queries.DoorCard, without=("masked_name", "file_no"))


@router.get("/plans/{plan_id}/sites", response=listed(SiteOut))
def sites(request: HttpRequest, plan_id: UUID) -> Any:
    """The sites of a plan."""
    return queries.sites(actor=reader(request).actor, plan=_plan(request, plan_id))


@router.get("/plans/{plan_id}/teams", response=listed(TeamOut))
def teams(request: HttpRequest, plan_id: UUID) -> Any:
    """The teams of a plan with their loads."""
    return queries.teams(actor=reader(request).actor, plan=_plan(request, plan_id))


@router.get("/plans/{plan_id}/buildings", response=listed(BuildingOut))
def buildings(request: HttpRequest, plan_id: UUID) -> list[queries.AllocationCard]:
    """Every building of a plan with its one site and team, those without cover first."""
    return queries.allocations(actor=reader(request).actor, plan=_plan(request, plan_id))


@router.get("/plans/{plan_id}/slots", response=listed(SlotOut))
def slots(request: HttpRequest, plan_id: UUID) -> list[queries.SlotCard]:
    """The slots of a plan by time."""
    return queries.slots(actor=reader(request).actor, plan_id=_plan(request, plan_id).id)


@router.get("/plans/{plan_id}/doors", response=listed(DoorOut))
def doors(request: HttpRequest, plan_id: UUID) -> Any:
    """The home list of a plan in walking order: the frail, then people under quarantine."""
    it = reader(request)
    return queries.doors(actor=it.actor, plan=_plan(request, plan_id), now=it.now)


@router.get("/assets", response=listed(AssetOut))
def assets(request: HttpRequest) -> list[queries.AssetCard]:
    """Tents, cabins and huts of my areas."""
    return queries.assets(actor=reader(request).actor, now=reader(request).now)


def _plan(request: HttpRequest, plan_id: UUID) -> queries.PlanCard:
    return queries.plan(actor=reader(request).actor, plan_id=plan_id)


class PlaceIn(OfPlan):
    """How many sites; without a number as many as the clause asks for."""

    sites: int | None = Field(default=None, ge=1, le=2_000)


@acts("/sites/place")
def place_sites(it: Reader, body: PlaceIn) -> Rows:
    """Propose sites and give each building its one site; answers with the buildings that have none."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    return list(actions.place_sites(actor=it.actor, plan_id=plan.id, sites=body.sites, now=it.now, cause=cause_of(plan.id)))


class SiteIn(OfPlan):
    """A place for a site."""

    place_id: UUID


@acts("/sites")
def add_site(it: Reader, body: SiteIn) -> Rows:
    """Name a site by hand."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    return [actions.add_site(actor=it.actor, plan_id=plan.id, place_id=body.place_id, now=it.now, cause=cause_of(plan.id))]


class SendIn(OfPlan):
    """A building, the site it goes to, and the team there."""

    building_id: UUID
    site_id: UUID
    team_id: UUID | None = None


@acts("/buildings/send")
def send_building(it: Reader, body: SendIn) -> Rows:
    """Send a building to another site or team."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    given = {"building_id": body.building_id, "site_id": body.site_id, "team_id": body.team_id}
    actions.send_building(actor=it.actor, plan_id=plan.id, **given, now=it.now, cause=cause_of(plan.id))  # type: ignore[arg-type]
    return [body.building_id]


class OfSite(Command):
    """A site of a plan."""

    site_id: UUID


class EquipIn(OfSite):
    """What stands on a site: an asset, lanes, the zones in walking order, other pieces."""

    asset_id: UUID | None = None
    lanes: int | None = Field(default=None, ge=1, le=50)
    zones: list[Word] = Field(max_length=20)
    equipment: dict[Short, Count] = {}


@acts("/sites/equip")
def equip_site(it: Reader, body: EquipIn) -> Rows:
    """Say what stands on a site."""
    plan_id, _place = queries.site(actor=it.actor, site_id=body.site_id)
    given = body.model_dump(include={"asset_id", "lanes", "zones", "equipment"})
    actions.equip_site(actor=it.actor, site_id=body.site_id, **given, now=it.now, cause=cause_of(plan_id))
    return [body.site_id]


class OpenIn(OfSite):
    """Opening a site; an exception where a zone is missing."""

    exception: Maybe = ""


@acts("/sites/open")
def open_site(it: Reader, body: OpenIn) -> Rows:
    """Open a site of a started plan; answers with the roles that nobody has there."""
    plan_id, _place = queries.site(actor=it.actor, site_id=body.site_id)
    return list(actions.open_site(actor=it.actor, site_id=body.site_id, exception=body.exception, now=it.now, cause=cause_of(plan_id)))


class ColdIn(OfSite):
    """A temperature outdoors in degrees Celsius."""

    temperature_c: float = Field(ge=-60, le=60)


@acts("/sites/temperature")
def note_temperature(it: Reader, body: ColdIn) -> Rows:
    """Enter the temperature at a site; below the county's limit it warns."""
    plan_id, _place = queries.site(actor=it.actor, site_id=body.site_id)
    return [actions.note_temperature(actor=it.actor, site_id=body.site_id, temperature_c=body.temperature_c, now=it.now, cause=cause_of(plan_id))]


class TeamsIn(OfPlan):
    """How many fixed and mobile teams."""

    fixed: int = Field(ge=1, le=2_000)
    mobile: int = Field(default=0, ge=0, le=500)


@acts("/teams")
def make_teams(it: Reader, body: TeamsIn) -> Rows:
    """Make teams and give every building exactly one."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    actions.make_teams(actor=it.actor, plan_id=plan.id, fixed=body.fixed, mobile=body.mobile, now=it.now, cause=cause_of(plan.id))
    return [plan.id]


class MemberIn(Command):
    """A worker in a role of a team."""

    team_id: UUID
    worker_id: UUID
    role: Word


@acts("/teams/member")
def name_member(it: Reader, body: MemberIn) -> Rows:
    """Put a worker into a team."""
    plan_id = queries.team(actor=it.actor, team_id=body.team_id)
    given = {"team_id": body.team_id, "worker_id": body.worker_id}
    actions.name_member(actor=it.actor, **given, role=body.role, now=it.now, cause=cause_of(plan_id))
    return [body.team_id]


@acts("/slots")
def make_slots(it: Reader, body: OfPlan) -> Rows:
    """Give each unit a slot at its site's rate."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    actions.make_slots(actor=it.actor, plan_id=plan.id, now=it.now, cause=cause_of(plan.id))
    return [plan.id]


class LateIn(OfSite):
    """How many people still stand in the line of a site."""

    queue: Count


@acts("/slots/put-off")
def put_off(it: Reader, body: LateIn) -> Rows:
    """A site is late: move its later slots."""
    plan_id, _place = queries.site(actor=it.actor, site_id=body.site_id)
    actions.put_off(actor=it.actor, site_id=body.site_id, queue=body.queue, now=it.now, cause=cause_of(plan_id))
    return [body.site_id]


class CallIn(OfSite):
    """The queue at a site, and why the next unit is called although it is long."""

    queue: Count
    channel: Word = "loudspeaker"
    reason: Maybe = ""


@acts("/slots/call-next")
def call_next(it: Reader, body: CallIn) -> Rows:
    """Call the next unit down to a site."""
    plan_id, _place = queries.site(actor=it.actor, site_id=body.site_id)
    given = {"channel": body.channel, "reason": body.reason}
    return [actions.call_next(actor=it.actor, site_id=body.site_id, queue=body.queue, **given, now=it.now, cause=cause_of(plan_id))]


class AssetIn(Command):
    """A tent, cabin or hut; without lanes it has those of its kind."""

    area: Path
    kind: Word
    name: Line
    lanes: int | None = Field(default=None, ge=1, le=50)
    filter_days: int | None = Field(default=None, ge=1, le=366)


@acts("/assets")
def register_asset(it: Reader, body: AssetIn) -> Rows:
    """Enter an asset."""
    area = area_of(it.actor, body.area)
    given = body.model_dump(include={"kind", "name", "lanes", "filter_days"})
    return [actions.register_asset(actor=it.actor, area=area, **given, now=it.now)]


class CheckIn(Command):
    """An asset whose filter and air were checked."""

    asset_id: UUID
    sound: bool = False


@acts("/assets/check")
def check_asset(it: Reader, body: CheckIn) -> Rows:
    """Note that an asset was maintained."""
    queries.asset(actor=it.actor, asset_id=body.asset_id, now=it.now)
    actions.check_asset(actor=it.actor, asset_id=body.asset_id, sound=body.sound, now=it.now, cause=cause_of(body.asset_id))
    return [body.asset_id]
