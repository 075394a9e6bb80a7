"""Questions about visits."""

from epigrid.field.visits.queries.campaigns import (
    NEEDS,
    BuildingCard,
    CampaignCard,
    VisitCard,
    buildings,
    campaign,
    campaigns,
    coverages,
    next_due,
    visit,
    visits,
    walking,
)
from epigrid.field.visits.queries.pack import PackItem, PackVisit, pack_routine, pack_visits
from epigrid.field.visits.queries.readings import ReadingCard, readings
from epigrid.field.visits.queries.reviews import DeedCard, ReviewCard, deeds_of, review, reviews
from epigrid.field.visits.queries.routines import ItemCard, RoutineCard, WatchedCard, day_items, item, routines, watched_ids, watched_on

__all__ = [
    "NEEDS",
    "BuildingCard",
    "CampaignCard",
    "DeedCard",
    "ItemCard",
    "PackItem",
    "PackVisit",
    "ReadingCard",
    "ReviewCard",
    "RoutineCard",
    "VisitCard",
    "WatchedCard",
    "buildings",
    "campaign",
    "campaigns",
    "coverages",
    "day_items",
    "deeds_of",
    "item",
    "next_due",
    "pack_routine",
    "pack_visits",
    "readings",
    "review",
    "reviews",
    "routines",
    "visit",
    "visits",
    "walking",
    "watched_ids",
    "watched_on",
]
