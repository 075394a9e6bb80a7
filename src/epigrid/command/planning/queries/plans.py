"""Questions about plans, their checklists and their sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from epigrid.command.planning import rules
from epigrid.command.planning.models import Item, Plan, Sheet
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import ClauseMissing, NoPackInForce
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class PlanCard:
    """A plan: its window, its settings (None: nobody set it), whether it was started, and its round once there is one.

    `gap`: any other choice of sites would save at most this share (proven when they were placed; None: not placed by the engine).
    `home_measured`: the home visits planned at `home_planned_at` go by coordinates (false: in walking order, no building having a point).
    """

    id: UUID
    area: Area
    objective: str
    title: str
    opens_at: datetime
    closes_at: datetime
    roles: tuple[str, ...]
    distance_m: int | None
    queue_distance_m: int | None
    queue_limit: int | None
    per_lane_hour: int | None
    slot_minutes: int | None
    load_ratio: float | None
    results_by: datetime | None
    door_min: int | None
    swab_min: int | None
    change_min: int | None
    between_min: int | None
    walk_m_per_min: int | None
    promise_min: int | None
    home_planned_at: datetime | None
    home_measured: bool | None
    gap: float | None
    started_at: datetime | None
    round_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ItemCard:
    """A line of the checklist: part, text (a step: its key), whether safety rests on it, owner (a duty) and time, and why it is still open."""

    id: UUID
    plan_id: UUID
    part: str
    number: int
    text: str
    safety: bool
    owner: str
    at: datetime | None
    reason: str
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SheetCard:
    """A draft of the next day's supplies and staff; `lines` as `rules.SheetLine`."""

    id: UUID
    plan_id: UUID
    number: int
    drafted_at: datetime
    lines: tuple[Mapping[str, Any], ...]


def plan(*, actor: Actor, plan_id: UUID) -> PlanCard:
    """One plan."""
    return _plan(Plan.objects.seen_by(actor).get(id=plan_id))


def plans(*, actor: Actor, area: Area | None = None) -> list[PlanCard]:
    """Plans, the latest opening first."""
    rows = Plan.objects.seen_by(actor).order_by("-opens_at", "-id")
    return [_plan(row) for row in (rows if area is None else rows.filter(area__within=area))]


def for_round(*, actor: Actor, area: Area, opens_at: datetime, closes_at: datetime) -> PlanCard | None:
    """The plan of rounds in exactly this area that has no round yet and whose window meets the given one: a started one first, then the latest."""
    rows = Plan.objects.seen_by(actor).filter(area=area, objective="round", round_id__isnull=True, opens_at__lt=closes_at, closes_at__gt=opens_at)
    found = sorted(rows.order_by("-opens_at", "-id"), key=lambda row: row.started_at is None)
    return _plan(found[0]) if found else None


def policy(*, actor: Actor, area: Area, now: datetime) -> rules.SitingPolicy:
    """The clause in force about sites of an area; where no pack is in force, or none speaks of sites, one in which nothing is set."""
    try:
        return policies.clause(rules.SitingPolicy, on=clock.local_day(area, now), area=area)
    except (NoPackInForce, ClauseMissing):
        return rules.SitingPolicy(
            edition="",
            clause_id="none:site",
            queue_distance_m=None,
            people_per_site_min=None,
            people_per_site_max=None,
            people_per_sampler=None,
            cold_below_c=None,
        )


def items(*, actor: Actor, plan_id: UUID) -> list[ItemCard]:
    """The checklist of a plan: preparations, links, then the seven steps in their order."""
    rows = Item.objects.seen_by(actor).filter(plan_id=plan_id)
    return [_item(row) for row in sorted(rows, key=lambda row: ((*rules.PARTS, "step").index(row.part), row.number))]


def item(*, actor: Actor, item_id: UUID) -> ItemCard:
    """One line."""
    return _item(Item.objects.seen_by(actor).get(id=item_id))


def sheets(*, actor: Actor, plan_id: UUID) -> list[SheetCard]:
    """The drafts of a plan, the newest first."""
    rows = Sheet.objects.seen_by(actor).filter(plan_id=plan_id).order_by("-number")
    return [SheetCard(id=row.id, plan_id=plan_id, number=row.number, drafted_at=row.drafted_at, lines=tuple(row.lines)) for row in rows]


def sheets_due(*, actor: Actor, area: Area, now: datetime) -> list[PlanCard]:
    """Plans whose sheet is to be drafted now: from 18:00 of the day before they open until they open, none yet or an older one than the last order."""
    rows = Plan.objects.seen_by(actor).filter(area__within=area, opens_at__gt=now, opens_at__lt=now + rules.EVE).order_by("id")
    return [_plan(row) for row, moment in _moments(actor, list(rows)) if moment is not None and moment <= now]


def next_due(*, actor: Actor, area: Area, after: datetime) -> datetime | None:
    """The next moment at which a sheet is to be drafted."""
    rows = Plan.objects.seen_by(actor).filter(area__within=area, opens_at__gt=after).order_by("id")
    return min(
        (max(moment, after + rules.REDRAFT_WITHIN) if moment <= after else moment for _, moment in _moments(actor, list(rows)) if moment),
        default=None,
    )


def _moments(actor: Actor, rows: list[Plan]) -> list[tuple[Plan, datetime | None]]:
    """When each plan's sheet is due: None while the newest one tells what is planned."""
    drafted: dict[UUID, datetime] = {}
    if not rows:
        return []
    for plan_id, moment in Sheet.objects.seen_by(actor).filter(plan__in=rows).order_by("number").values_list("plan_id", "drafted_at"):
        drafted[plan_id] = moment
    found: list[tuple[Plan, datetime | None]] = []
    for row in rows:
        first = rules.sheet_due_at(opens_at=row.opens_at, zone=clock.zone(row.area))
        last = drafted.get(row.id)
        found.append((row, first if last is None else row.changed_at if row.changed_at > last else None))
    return found


def _plan(row: Plan) -> PlanCard:
    return PlanCard(
        id=row.id,
        area=row.area,
        objective=row.objective,
        title=row.title,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        roles=tuple(row.roles),
        distance_m=row.distance_m,
        queue_distance_m=row.queue_distance_m,
        queue_limit=row.queue_limit,
        per_lane_hour=row.per_lane_hour,
        slot_minutes=row.slot_minutes,
        load_ratio=row.load_ratio,
        results_by=row.results_by,
        door_min=row.door_min,
        swab_min=row.swab_min,
        change_min=row.change_min,
        between_min=row.between_min,
        walk_m_per_min=row.walk_m_per_min,
        promise_min=row.promise_min,
        home_planned_at=row.home_planned_at,
        home_measured=row.home_measured,
        gap=row.gap,
        started_at=row.started_at,
        round_id=row.round_id,
    )


def _item(row: Item) -> ItemCard:
    return ItemCard(
        id=row.id,
        plan_id=row.plan_id,
        part=row.part,
        number=row.number,
        text=row.text,
        safety=row.safety,
        owner=row.owner,
        at=row.at,
        reason=row.reason,
        done_at=row.done_at,
    )
