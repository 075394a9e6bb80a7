"""Visits and routines as a phone keeps them. `touched`: only rows that name one of the ids. Rows depend on facts and the given day, never on the hour."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from epigrid.field.visits.models import Visit
from epigrid.field.visits.queries.routines import ItemCard, day_items
from epigrid.kernel.actors import Actor
from epigrid.store import feed


@dataclass(frozen=True, kw_only=True)
class PackVisit:
    """A household of a campaign that is not closed, in walking order. Facts reach it by `id`, `campaign`, `household`, `dwelling`."""

    id: UUID
    campaign: UUID
    kind: str
    household: UUID
    dwelling: UUID
    due_at: datetime
    state: str
    attempts: int
    step: int


@dataclass(frozen=True, kw_only=True)
class PackItem:
    """An item of a routine on the day. Facts reach it by `id`, `person`, `place`; `starts`, `ends`: from when to when it is due."""

    id: UUID
    person: UUID | None
    place: UUID | None
    day: date
    item: str
    starts: datetime
    ends: datetime
    done: bool

    def row(self) -> dict[str, object]:
        """The columns as phones know them: `from` and `to` are no names that a dataclass may have."""
        return {"from" if key == "starts" else "to" if key == "ends" else key: value for key, value in vars(self).items()}


COLUMNS = ("campaign_id", "step", "id", "household_id", "dwelling_id", "campaign__closes_at", "state", "attempts")


def pack_visits(*, actor: Actor, touched: frozenset[UUID] | None = None) -> list[PackVisit]:
    """The visits of campaigns that are not closed."""
    rows = Visit.objects.seen_by(actor).filter(campaign__closed_at__isnull=True)
    found = feed.values(rows, touched, COLUMNS, "id", "campaign_id", "household_id", "dwelling_id")
    return [
        PackVisit(
            id=visit_id,
            campaign=campaign_id,
            kind="door-to-door",
            household=household_id,
            dwelling=dwelling_id,
            due_at=due_at,
            state=state,
            attempts=attempts,
            step=step,
        )
        for campaign_id, step, visit_id, household_id, dwelling_id, due_at, state, attempts in sorted(found)
    ]


def pack_routine(*, actor: Actor, day: date, touched: frozenset[UUID] | None = None) -> list[PackItem]:
    """The items of the actor's day; an item that was done is told by its own id, which is looked for among all of the day."""
    cards = day_items(actor=actor, day=day)
    return [_item(card) for card in cards if touched is None or {card.id, card.person_id, card.place_id} & touched]


def _item(card: ItemCard) -> PackItem:
    return PackItem(
        id=card.id,
        person=card.person_id,
        place=card.place_id,
        day=card.day,
        item=card.item,
        starts=card.starts_at,
        ends=card.ends_at,
        done=card.done,
    )
