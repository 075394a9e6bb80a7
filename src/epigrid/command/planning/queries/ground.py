"""Questions about sites, assets, teams, buildings and slots of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from epigrid.command.planning import rules
from epigrid.command.planning.models import Allocation, Asset, Member, Site, Slot, Team
from epigrid.command.planning.queries.plans import PlanCard
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class AssetCard:
    """A tent, cabin or hut; `overdue`: its filter should have been checked (None: nobody set how often)."""

    id: UUID
    area: Area
    kind: str
    name: str
    lanes: int
    footprint_m2: float | None
    filter_days: int | None
    checked_at: datetime | None
    sound: bool
    overdue: bool | None


@dataclass(frozen=True, kw_only=True)
class SiteCard:
    """A site: where, for how many people, lanes, zones in walking order, what is wrong with them, who is missing, what was excepted why."""

    id: UUID
    plan_id: UUID
    area: Area
    place_id: UUID
    number: int
    capacity: int | None
    lanes: int
    asset_id: UUID | None
    zones: tuple[str, ...]
    equipment: Mapping[str, Any]
    layout: rules.Layout
    missing_roles: tuple[str, ...]
    exception: str
    opened_at: datetime | None
    temperature_c: float | None


@dataclass(frozen=True, kw_only=True)
class TeamCard:
    """A team: fixed or mobile, its site and where that stands, how many people of how many buildings it takes, (role, worker) of its members."""

    id: UUID
    plan_id: UUID
    kind: str
    number: int
    site_id: UUID | None
    place_id: UUID | None
    people: int
    buildings: int
    members: tuple[tuple[str, UUID], ...]


@dataclass(frozen=True, kw_only=True)
class AllocationCard:
    """A building: people, site with straight metres (None: unknown), team; `covered`: it has a site, within the plan's distance where one is set."""

    building_id: UUID
    people: int
    site_id: UUID | None
    distance_m: float | None
    team_id: UUID | None
    covered: bool


@dataclass(frozen=True, kw_only=True)
class SlotCard:
    """A unit's slot (None: no slot has room), and when it was called with how many people then in the queue."""

    id: UUID
    site_id: UUID
    place_id: UUID
    people: int
    starts_at: datetime | None
    ends_at: datetime | None
    called_at: datetime | None
    queue: int | None


def assets(*, actor: Actor, area: Area | None = None, now: datetime) -> list[AssetCard]:
    """Assets by name, with those whose maintenance is overdue flagged (S-226)."""
    rows = Asset.objects.seen_by(actor).order_by("area", "name", "id")
    return [_asset(row, now) for row in (rows if area is None else rows.filter(area__within=area))]


def asset(*, actor: Actor, asset_id: UUID, now: datetime) -> AssetCard:
    """One asset."""
    return _asset(Asset.objects.seen_by(actor).get(id=asset_id), now)


def sites(*, actor: Actor, plan: PlanCard) -> list[SiteCard]:
    """The sites of a plan by number."""
    present: dict[UUID, set[str]] = {}
    members = Member.objects.seen_by(actor).filter(plan_id=plan.id, team__site__isnull=False)
    for site_id, role in members.values_list("team__site_id", "role"):
        present.setdefault(site_id, set()).add(role)
    rows = Site.objects.seen_by(actor).filter(plan_id=plan.id).order_by("number")
    return [_site(row, rules.missing_roles(required=plan.roles, present=present.get(row.id, ()))) for row in rows]


def site(*, actor: Actor, site_id: UUID) -> tuple[UUID, UUID]:
    """The plan and the place of a site."""
    row = Site.objects.seen_by(actor).get(id=site_id)
    return row.plan_id, row.place_id


def team(*, actor: Actor, team_id: UUID) -> UUID:
    """The plan of a team."""
    return Team.objects.seen_by(actor).get(id=team_id).plan_id


def teams(*, actor: Actor, plan: PlanCard) -> list[TeamCard]:
    """The teams of a plan: fixed, then mobile, by number."""
    loads: dict[UUID, list[int]] = {}
    for team_id, count in Allocation.objects.seen_by(actor).filter(plan_id=plan.id, team__isnull=False).values_list("team_id", "people"):
        loads.setdefault(team_id, []).append(count)
    members: dict[UUID, list[tuple[str, UUID]]] = {}
    for team_id, role, worker in (
        Member.objects.seen_by(actor).filter(plan_id=plan.id).order_by("role", "id").values_list("team_id", "role", "worker_id")
    ):
        members.setdefault(team_id, []).append((role, worker))
    rows = Team.objects.seen_by(actor).filter(plan_id=plan.id).select_related("site").order_by("kind", "number")
    return [
        TeamCard(
            id=row.id,
            plan_id=row.plan_id,
            kind=row.kind,
            number=row.number,
            site_id=row.site_id,
            place_id=row.site.place_id if row.site is not None else None,
            people=sum(loads.get(row.id, ())),
            buildings=len(loads.get(row.id, ())),
            members=tuple(members.get(row.id, ())),
        )
        for row in rows
    ]


def allocations(*, actor: Actor, plan: PlanCard) -> list[AllocationCard]:
    """Every building of a plan, those without cover first, then the farthest."""
    rows = Allocation.objects.seen_by(actor).filter(plan_id=plan.id).order_by("building_id")
    cards = [_allocation(row, plan) for row in rows]
    return sorted(cards, key=lambda card: (card.covered, -(card.distance_m or 0.0)))


def coverage(*, actor: Actor, plan: PlanCard) -> rules.Coverage:
    """People of buildings with a site in reach, and people of all (S-225)."""
    cards = allocations(actor=actor, plan=plan)
    return rules.Coverage(covered=sum(card.people for card in cards if card.covered), people=sum(card.people for card in cards))


def slots(*, actor: Actor, plan_id: UUID) -> list[SlotCard]:
    """The slots of a plan by time, people without one last."""
    rows = Slot.objects.seen_by(actor).filter(plan_id=plan_id).order_by(F("starts_at").asc(nulls_last=True), "site__number", "place__path")
    return [
        SlotCard(
            id=row.id,
            site_id=row.site_id,
            place_id=row.place_id,
            people=row.people,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            called_at=row.called_at,
            queue=row.queue,
        )
        for row in rows
    ]


def _asset(row: Asset, now: datetime) -> AssetCard:
    checked_on = clock.local_day(row.area, row.checked_at) if row.checked_at is not None else None
    return AssetCard(
        id=row.id,
        area=row.area,
        kind=row.kind,
        name=row.name,
        lanes=row.lanes,
        footprint_m2=row.footprint_m2,
        filter_days=row.filter_days,
        checked_at=row.checked_at,
        sound=row.sound,
        overdue=rules.filter_overdue(checked_on=checked_on, interval_days=row.filter_days, today=clock.local_day(row.area, now)),
    )


def _site(row: Site, missing: list[str]) -> SiteCard:
    return SiteCard(
        id=row.id,
        plan_id=row.plan_id,
        area=row.area,
        place_id=row.place_id,
        number=row.number,
        capacity=row.capacity,
        lanes=row.lanes,
        asset_id=row.asset_id,
        zones=tuple(row.zones),
        equipment=row.equipment,
        layout=rules.judge_layout(row.zones),
        missing_roles=tuple(missing),
        exception=row.exception,
        opened_at=row.opened_at,
        temperature_c=row.temperature_c,
    )


def _allocation(row: Allocation, plan: PlanCard) -> AllocationCard:
    near = plan.distance_m is None or row.distance_m is None or row.distance_m <= plan.distance_m
    return AllocationCard(
        building_id=row.building_id,
        people=row.people,
        site_id=row.site_id,
        distance_m=row.distance_m,
        team_id=row.team_id,
        covered=row.site_id is not None and near,
    )
