"""The machine door of visits: campaigns and their attempts, temperatures, the day's routine, and what a second person looks at."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from epigrid.field.visits import actions, queries, rules
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.doors import Acts, Command, Maybe, Moment, Path, Phrase, Reader, Rows, Short, Text, Word, area_of, card, listed, reader

router = Router(tags=["visits"])
acts = Acts("visits", router)
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
"""A day of this century."""
CampaignOut, VisitOut, BuildingOut = card(queries.CampaignCard), card(queries.VisitCard), card(queries.BuildingCard)
ReadingOut, ItemOut, WatchedOut, ReviewOut = card(queries.ReadingCard), card(queries.ItemCard), card(queries.WatchedCard), card(queries.ReviewCard)


@router.get("/campaigns", response=listed(CampaignOut))
def campaigns(request: HttpRequest, open_only: bool = True) -> list[queries.CampaignCard]:
    """Campaigns, newest first."""
    return queries.campaigns(actor=reader(request).actor, open_only=open_only)


@router.get("/campaigns/{campaign_id}/visits", response=listed(VisitOut))
def visits(request: HttpRequest, campaign_id: UUID, building_id: UUID | None = None) -> list[queries.VisitCard]:
    """The households of a campaign in walking order (at most 5,000)."""
    card = queries.campaign(actor=reader(request).actor, campaign_id=campaign_id)
    return queries.visits(actor=reader(request).actor, campaign_id=card.id, building_id=building_id, limit=5000)


@router.get("/campaigns/{campaign_id}/coverage", response=listed(BuildingOut))
def coverage(request: HttpRequest, campaign_id: UUID) -> list[queries.BuildingCard]:
    """The buildings of a campaign: every household is in exactly one class."""
    card = queries.campaign(actor=reader(request).actor, campaign_id=campaign_id)
    return queries.buildings(actor=reader(request).actor, campaign_id=card.id)


@router.get("/readings", response=listed(ReadingOut))
def readings(request: HttpRequest, person_id: UUID | None = None) -> list[queries.ReadingCard]:
    """Temperatures of a person, or of all in my areas, newest first (at most 1,000)."""
    return queries.readings(actor=reader(request).actor, person_ids=None if person_id is None else [person_id])


@router.get("/routine", response=listed(ItemOut))
def routine(request: HttpRequest, day: Day | None = None) -> list[queries.ItemCard]:
    """The items of a day (left out: today) for everybody and every place that a routine watches in my areas."""
    it = reader(request)
    return queries.day_items(actor=it.actor, day=day or clock.local_day(it.root, it.now))


@router.get("/routine/standing", response=listed(WatchedOut))
def standing(request: HttpRequest, day: Day | None = None) -> list[queries.WatchedCard]:
    """Done of all for everybody and every place of a day, and which items are missing."""
    it = reader(request)
    return queries.watched_on(actor=it.actor, day=day or clock.local_day(it.root, it.now))


@router.get("/reviews", response=listed(ReviewOut))
def reviews(request: HttpRequest, open_only: bool = True) -> list[queries.ReviewCard]:
    """Series that follow each other too fast, and records to call back."""
    return queries.reviews(actor=reader(request).actor, open_only=open_only)


class CampaignIn(Command):
    """A campaign: where, why, until when, what is asked at each door, under which directive (left out: the newest that authorises tasks here)."""

    area: Path
    reason: Phrase
    closes_at: Moment
    asks: list[Word] = Field(default=[], max_length=20)
    directive_id: UUID | None = None


@acts("/campaigns")
def open_campaign(it: Reader, body: CampaignIn) -> Rows:
    """Open a campaign from door to door."""
    new = actions.NewCampaign(reason=body.reason, closes_at=body.closes_at, asks=body.asks, directive_id=body.directive_id)
    return [actions.open_campaign(actor=it.actor, area=area_of(it.actor, body.area), new=new, now=it.now)]


class FoundIn(Schema):
    """A need of one of the household: one that lasts (the register's list), or what is asked for (medicine, food, waste, consolation, other)."""

    person_id: UUID
    need: Word


class VisitIn(Command):
    """One attempt: met, refused or absent; how (door, bell, phone, relative, neighbour, welfare-check); what changed; needs found."""

    visit_id: UUID
    result: Word
    means: Word = "door"
    changes: list[Word] = Field(default=[], max_length=10)
    needs: list[FoundIn] = Field(default=[], max_length=50)


@acts("/record")
def record_visit(it: Reader, body: VisitIn) -> Rows:
    """Record one attempt at a household; it stands beside earlier ones."""
    found = [(one.person_id, one.need) for one in body.needs]
    seen = actions.Seen(result=body.result, means=body.means, changes=body.changes, needs=found)
    return [actions.record_visit(actor=it.actor, visit_id=body.visit_id, seen=seen, now=it.now)]


class CloseIn(Command):
    """A campaign and why it ends."""

    campaign_id: UUID
    reason: Short


@acts("/campaigns/close")
def close_campaign(it: Reader, body: CloseIn) -> Rows:
    """Close a campaign; visits that nobody made end with the reason."""
    queries.campaign(actor=it.actor, campaign_id=body.campaign_id)
    actions.close_campaign(actor=it.actor, campaign_id=body.campaign_id, reason=body.reason, now=it.now)
    return [body.campaign_id]


class ReadingIn(Command):
    """A temperature in degrees Celsius, when it was measured (left out: now); a worker says whether he stood there or was called."""

    person_id: UUID
    celsius: Annotated[Decimal, Field(ge=30, le=45, max_digits=3, decimal_places=1)]
    channel: Word = "visit"
    measured_at: Moment | None = None


@acts.for_residents_too("/readings")
def record_reading(it: Reader, body: ReadingIn) -> Rows:
    """Note somebody's temperature; a resident for himself, or for a child or dependant whose guardian he is."""
    actor = people.speaking_for(actor=it.actor, person_ids=[body.person_id], on=clock.local_day(it.root, it.now))
    told = {"celsius": body.celsius, "channel": body.channel, "measured_at": body.measured_at}
    return [actions.record_reading(actor=actor, person_id=body.person_id, now=it.now, **told)]  # type: ignore[arg-type]


class ItemIn(Schema):
    """One line of a routine: what, from when to when (local hours)."""

    item: Phrase
    starts: time
    ends: time


class RoutineIn(Command):
    """What is done in a day for everybody of a target (home, site, zone) in an area, on what basis, until when; no items: off."""

    area: Path
    target: Word
    items: list[ItemIn] = Field(default=[], max_length=50)
    basis: Text
    until: Moment


@acts("/routine/set")
def set_routine(it: Reader, body: RoutineIn) -> Rows:
    """Write down the day's routine for people at home, at sites, or places of zones."""
    items = [rules.Item(item=one.item, starts=one.starts.replace(tzinfo=None), ends=one.ends.replace(tzinfo=None)) for one in body.items]
    area = area_of(it.actor, body.area)
    return [actions.set_routine(actor=it.actor, area=area, target=body.target, items=items, basis=body.basis, until=body.until, now=it.now)]


class DoItemIn(Command):
    """An item of a day, and the person or place that it is due for; a number or code that goes with it."""

    item_id: UUID
    watched_id: UUID
    day: Day
    value: Maybe = ""


@acts("/routine/do")
def do_item(it: Reader, body: DoItemIn) -> Rows:
    """Do one item of a routine."""
    return [actions.do_item(actor=it.actor, watched=body.watched_id, item_id=body.item_id, day=body.day, value=body.value, now=it.now)]


class DecideIn(Command):
    """A review and the word on it: a series is `plausible` or its people are called (`recall`); a record is `confirmed` or `differs`."""

    review_id: UUID
    decision: Word


@acts("/reviews/decide")
def decide_review(it: Reader, body: DecideIn) -> Rows:
    """Say what a second look found."""
    queries.review(actor=it.actor, review_id=body.review_id)
    actions.decide_review(actor=it.actor, review_id=body.review_id, decision=body.decision, now=it.now)
    return [body.review_id]
