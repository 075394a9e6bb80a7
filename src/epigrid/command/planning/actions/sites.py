"""Sites: proposed by the engine or named by hand, equipped, opened; which building goes where; the cold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.command.planning import queries, rules
from epigrid.command.planning.actions.home import drop_visits
from epigrid.command.planning.actions.plans import PLANNERS, changed, mine
from epigrid.command.planning.events import ColdNoted, SiteOpened, SitesPlaced
from epigrid.command.planning.models import Allocation, Asset, Member, Plan, Site, Slot, Team
from epigrid.command.planning.rules import placing
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.registers.places.queries import PlaceCard
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

OPENERS = (*PLANNERS, Duty.SAMPLER, Duty.REGISTRAR)
DEFAULT_REACH_M = 1200
"""About fifteen minutes on foot (catalogue S-225), where the plan sets no distance of its own."""


@dataclass(frozen=True, kw_only=True)
class _Stand:
    """Where a site is to stand and who goes there: building -> metres (None: unknown)."""

    place_id: UUID
    buildings: Mapping[UUID, float | None]


@whole
def place_sites(*, actor: Actor, plan_id: UUID, sites: int | None, now: datetime, cause: UUID) -> Sequence[UUID]:
    """Propose sites and give every building its one site; what stood before is replaced. Returns the buildings without a site in reach.

    Rounds: points inside compounds, as many as the clause's people per site ask for (or `sites`), people within room, least walk. Routine testing: the
    fewest sites so that everybody has one in reach, or the most people with `sites`. `NoPoints` where routine testing has no place on the ground;
    a round then takes one site in each compound. `SiteOpenAlready` once a site is open.
    """
    row = mine(actor, plan_id)
    plan = queries.plan(actor=actor, plan_id=plan_id)
    found = queries.population(actor=actor, plan=plan, now=now)
    policy = queries.policy(actor=actor, area=plan.area, now=now)
    room = policy.people_per_site_max if plan.objective == "round" else None
    if plan.objective == "round" and sites is None:
        sites = max(1, rules.needed(people=found.total, policy=policy).sites_min)
    stands, row.gap = _stands(actor, plan, found, sites, room)
    _clear(actor, row, now)
    rows = _write(row, stands, found.buildings, room)
    uncovered = [building for building in found.buildings if building not in rows]
    event = SitesPlaced(area=row.area, plan_id=row.id, sites=len(stands), buildings=len(found.buildings), uncovered=len(uncovered))
    row.changed_at = now
    row.save(update_fields=["changed_at", "gap"])
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return uncovered


def _stands(
    actor: Actor, plan: queries.PlanCard, found: queries.Population, sites: int | None, room: int | None
) -> tuple[list[_Stand], float | None]:
    """Where sites are to stand, and the proven share that any other choice could save (None where nothing is on the ground)."""
    cards = places.places(actor=actor, ids=sorted(found.buildings))
    compounds = {card.id: card for card in places.of_kind(actor=actor, kinds=["compound"], area=plan.area)}
    ground = places.points(actor=actor, ids=[*cards, *compounds])
    located = [building for building in cards if building in ground]
    if not located:
        if plan.objective == "routine":
            raise rules.NoPoints(plan=str(plan.id))
        return _by_compound(cards, compounds), None
    candidates = [one for one in (*compounds, *located) if one in ground]
    near = [placing.Spot(lon=ground[one][0], lat=ground[one][1], people=found.buildings[one]) for one in located]
    spots = [placing.Spot(lon=ground[one][0], lat=ground[one][1], people=room or found.total) for one in candidates]
    if plan.objective == "round":
        placed = placing.place_round(buildings=near, candidates=spots, sites=min(sites or 1, len(candidates)))
    else:
        placed = placing.place_routine(buildings=near, candidates=spots, sites=sites, reach_m=plan.distance_m or DEFAULT_REACH_M)
    served: dict[int, dict[UUID, float | None]] = {number: {} for number in placed.chosen}
    for building, number, metres in zip(located, placed.site, placed.metres, strict=True):
        if number is not None:
            served[number][building] = metres
    return [_Stand(place_id=candidates[number], buildings=served[number]) for number in placed.chosen], placed.share


def _by_compound(cards: Mapping[UUID, PlaceCard], compounds: Mapping[UUID, PlaceCard]) -> list[_Stand]:
    """Where no point is known: one site in each compound, for its own buildings; buildings outside compounds have none."""
    inside: dict[UUID, dict[UUID, float | None]] = {}
    for card in sorted(cards.values(), key=lambda one: one.path):
        if card.parent_id is not None and card.parent_id in compounds:
            inside.setdefault(card.parent_id, {})[card.id] = None
    return [_Stand(place_id=place, buildings=buildings) for place, buildings in inside.items()]


def _clear(actor: Actor, row: Plan, now: datetime) -> None:
    sites = Site.objects.seen_by(actor).filter(plan=row)
    if sites.filter(opened_at__isnull=False).exists():
        raise rules.SiteOpenAlready(plan=str(row.id))
    Slot.objects.seen_by(actor).filter(plan=row).delete()
    Allocation.objects.seen_by(actor).filter(plan=row).delete()
    drop_visits(actor, row, now)
    Member.objects.seen_by(actor).filter(plan=row).delete()
    Team.objects.seen_by(actor).filter(plan=row).delete()
    sites.delete()


def _write(row: Plan, stands: Sequence[_Stand], people: Mapping[UUID, int], room: int | None) -> set[UUID]:
    """Write sites and allocations, one for every building; return the buildings with a site."""
    site_of: dict[UUID, tuple[UUID, float | None]] = {}
    sites = []
    for number, stand in enumerate(stands, start=1):
        key = new_id(row.area, "plan-site", row.id, stand.place_id)
        sites.append(Site(id=key, area=row.area, plan=row, place_id=stand.place_id, number=number, capacity=room, zones=list(rules.ZONES)))
        site_of |= {building: (key, metres) for building, metres in stand.buildings.items()}
    Site.objects.bulk_create(sites)
    Allocation.objects.bulk_create(
        [
            Allocation(
                id=new_id(row.area, "plan-building", row.id, building),
                area=row.area,
                plan=row,
                building_id=building,
                people=count,
                site_id=site_of.get(building, (None, None))[0],
                distance_m=site_of.get(building, (None, None))[1],
            )
            for building, count in sorted(people.items())
        ],
        batch_size=500,
    )
    return set(site_of)


@whole
def add_site(*, actor: Actor, plan_id: UUID, place_id: UUID, now: datetime, cause: UUID) -> UUID:
    """Name a site by hand; buildings are sent to it by hand too. The same place again is the same site."""
    row = mine(actor, plan_id)
    places.known(actor=actor, ids=[place_id])
    known = Site.objects.seen_by(actor).filter(plan=row, place_id=place_id).first()
    if known is not None:
        return known.id
    last = Site.objects.seen_by(actor).filter(plan=row).order_by("-number").values_list("number", flat=True).first()
    key = new_id(row.area, "plan-site", row.id, place_id)
    made = Site.objects.create(id=key, area=row.area, plan=row, place_id=place_id, number=(last or 0) + 1, zones=list(rules.ZONES))
    changed(row, "site", actor=actor, now=now, cause=cause)
    return made.id


@whole
def send_building(*, actor: Actor, plan_id: UUID, building_id: UUID, site_id: UUID, team_id: UUID | None, now: datetime, cause: UUID) -> None:
    """Send a building to another site, and to a fixed team that stands there. Its distance is measured anew where both have a point."""
    row = mine(actor, plan_id)
    sites = Site.objects.seen_by(actor).filter(plan=row, id=site_id).first()
    found = Allocation.objects.seen_by(actor).select_for_update().filter(plan=row, building_id=building_id).first()
    team = Team.objects.seen_by(actor).filter(plan=row, id=team_id).first() if team_id is not None else None
    if sites is None or found is None or (team_id is not None and (team is None or team.site_id != site_id)):
        raise rules.SiteElsewhere(plan=str(plan_id))
    ground = places.points(actor=actor, ids=[building_id, sites.place_id])
    found.distance_m = (
        placing.straight_m(*ground[building_id], *ground[sites.place_id]) if len(ground) == len({building_id, sites.place_id}) else None
    )
    stands = set(Team.objects.seen_by(actor).filter(plan=row, site_id=site_id).values_list("id", flat=True))
    found.site_id, found.team_id = site_id, team_id or (found.team_id if found.team_id in stands else None)
    found.save(update_fields=["site", "team", "distance_m"])
    changed(row, "building", actor=actor, now=now, cause=cause)


@whole
def equip_site(
    *,
    actor: Actor,
    site_id: UUID,
    asset_id: UUID | None,
    lanes: int | None,
    zones: Sequence[str],
    equipment: Mapping[str, int],
    now: datetime,
    cause: UUID,
) -> None:
    """Say what stands on a site: an asset of the area (its lanes unless said otherwise), the zones in walking order, other equipment by piece."""
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    row = mine(actor, site.plan_id)
    rules.judge_layout(zones)
    asset = Asset.objects.seen_by(actor).get(id=asset_id) if asset_id is not None else None
    site.asset_id, site.lanes = asset_id, lanes or (asset.lanes if asset is not None else site.lanes)
    site.zones, site.equipment = list(zones), dict(equipment)
    site.save(update_fields=["asset", "lanes", "zones", "equipment"])
    changed(row, "equipment", actor=actor, now=now, cause=cause)


@whole
def open_site(*, actor: Actor, site_id: UUID, exception: str, now: datetime, cause: UUID) -> Sequence[str]:
    """Open a site of a started plan; returns the roles that nobody has there, which alarm (S-194).

    A zone that is missing or out of order refuses it (`LayoutFaulty`) unless somebody answers for the exception in writing (S-193). People in a site's
    opening need not plan: the table's own staff open it. It is opened here only: once the plan has its round, tubes, waste and the close-out of the round
    find the site there (`playbooks.planning.set_up_sites`), and it closes there (S-223).
    """
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(*OPENERS, area=site.area)
    plan = queries.plan(actor=actor, plan_id=site.plan_id)
    if plan.started_at is None:
        raise rules.NotStarted(plan=str(plan.id))
    if site.opened_at is not None:
        raise rules.SiteOpenAlready(site=str(site_id))
    card = next(one for one in queries.sites(actor=actor, plan=plan) if one.id == site_id)
    layout = card.layout
    if not layout.sound and not exception.strip():
        raise rules.LayoutFaulty(missing=list(layout.missing), doubled=list(layout.doubled), turned=list(layout.turned))
    site.opened_at, site.exception = now, exception.strip()
    site.save(update_fields=["opened_at", "exception"])
    event = SiteOpened(area=site.area, site_id=site.id, plan_id=plan.id, missing_roles=card.missing_roles, excepted=not layout.sound)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return card.missing_roles


@whole
def note_temperature(*, actor: Actor, site_id: UUID, temperature_c: float, now: datetime, cause: UUID) -> str:
    """Enter the temperature at a site; returns `warn`, `fine`, or `unset` where the county set no limit (S-218). A warning becomes a task."""
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(*OPENERS, area=site.area)
    verdict = rules.judge_cold(temperature_c=temperature_c, policy=queries.policy(actor=actor, area=site.area, now=now))
    site.temperature_c, site.temperature_at = temperature_c, now
    site.save(update_fields=["temperature_c", "temperature_at"])
    event = ColdNoted(
        area=site.area, site_id=site.id, plan_id=site.plan_id, place_id=site.place_id, temperature_c=temperature_c, outcome=verdict.outcome
    )
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return verdict.outcome
