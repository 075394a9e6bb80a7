"""Campaigns, their visits, and how far they have come."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from epigrid.field.visits import rules
from epigrid.field.visits.models import Campaign, Visit
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people.rules import NEEDS as LASTING

NEEDS = frozenset({*LASTING, *rules.REQUESTS})
"""What may be found at a door: needs that last, and what people ask for."""


@dataclass(frozen=True, kw_only=True)
class CampaignCard:
    """A campaign."""

    id: UUID
    area: Area
    reason: str
    directive_id: UUID
    asks: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    end_reason: str


@dataclass(frozen=True, kw_only=True)
class VisitCard:
    """A household of a campaign in walking order, and its class."""

    id: UUID
    area: Area
    campaign_id: UUID
    household_id: UUID
    dwelling_id: UUID
    building_id: UUID | None
    step: int
    state: str
    attempts: int
    unreached_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class BuildingCard:
    """A building of a campaign: its households by class; `all` is their sum."""

    building_id: UUID | None
    all: int
    met: int
    refused: int
    absent: int
    open: int
    ended: int


def walking(path: Area) -> list[tuple[bool, int, str]]:
    """The key that sorts dwellings as one walks: numbers by their value, not by their digits."""
    parts = re.findall(r"\d+|\D+", path)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def campaigns(*, actor: Actor, open_only: bool = False) -> list[CampaignCard]:
    """Campaigns, newest first."""
    rows = Campaign.objects.seen_by(actor).order_by("-opens_at", "id")
    return [_campaign(row) for row in (rows.filter(closed_at__isnull=True) if open_only else rows)]


def campaign(*, actor: Actor, campaign_id: UUID) -> CampaignCard:
    """One campaign."""
    return _campaign(Campaign.objects.seen_by(actor).get(id=campaign_id))


def visit(*, actor: Actor, visit_id: UUID) -> VisitCard:
    """One visit."""
    return _visit(Visit.objects.seen_by(actor).get(id=visit_id))


def visits(
    *, actor: Actor, campaign_id: UUID, building_id: UUID | None = None, states: Sequence[str] = (), limit: int | None = None
) -> list[VisitCard]:
    """The households of a campaign (of one building, of some classes) in walking order: the strike-off list."""
    rows = Visit.objects.seen_by(actor).filter(campaign_id=campaign_id).order_by("step", "id")
    if building_id is not None:
        rows = rows.filter(building_id=building_id)
    if states:
        rows = rows.filter(state__in=list(states))
    return [_visit(row) for row in rows[:limit]]


def buildings(*, actor: Actor, campaign_id: UUID) -> list[BuildingCard]:
    """The buildings of a campaign with their households by class, as far as the actor sees them."""
    rows = Visit.objects.seen_by(actor).filter(campaign_id=campaign_id).order_by().values_list("building_id", "state").annotate(many=Count("id"))
    found: dict[UUID | None, dict[str, int]] = {}
    for building_id, state, many in rows:
        found.setdefault(building_id, {})[state] = many
    return [
        BuildingCard(building_id=building_id, **vars(rules.coverage(states)))
        for building_id, states in sorted(found.items(), key=lambda pair: str(pair[0]))
    ]


def coverages(*, actor: Actor, campaign_ids: Sequence[UUID]) -> dict[UUID, rules.Coverage]:
    """The households of campaigns by class, as far as the actor sees them."""
    rows = Visit.objects.seen_by(actor).filter(campaign_id__in=list(campaign_ids)).order_by().values_list("campaign_id", "state")
    found: dict[UUID, dict[str, int]] = {}
    for campaign_id, state, many in rows.annotate(many=Count("id")):
        found.setdefault(campaign_id, {})[state] = many
    return {campaign_id: rules.coverage(states) for campaign_id, states in found.items()}


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which a campaign ends by itself."""
    rows = Campaign.objects.seen_by(actor).filter(closed_at__isnull=True, closes_at__gt=after)
    found: datetime | None = rows.aggregate(Min("closes_at"))["closes_at__min"]
    return found


def _campaign(row: Campaign) -> CampaignCard:
    return CampaignCard(
        id=row.id,
        area=row.area,
        reason=row.reason,
        directive_id=row.directive_id,
        asks=tuple(row.asks),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        end_reason=row.end_reason,
    )


def _visit(row: Visit) -> VisitCard:
    return VisitCard(
        id=row.id,
        area=row.area,
        campaign_id=row.campaign_id,
        household_id=row.household_id,
        dwelling_id=row.dwelling_id,
        building_id=row.building_id,
        step=row.step,
        state=row.state,
        attempts=row.attempts,
        unreached_at=row.unreached_at,
    )
