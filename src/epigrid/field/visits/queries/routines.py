"""The day's routine: what is written down, whom it watches, which items of a day are done and which are missing (S-146)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from epigrid.field.visits import rules
from epigrid.field.visits.models import DoneItem, Routine, Watched
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import NotFound
from epigrid.store import clock
from epigrid.store.ids import natural_id


@dataclass(frozen=True, kw_only=True)
class RoutineCard:
    """A routine as a county wrote it down: whom it watches, its items with their local hours, its basis, since when and until when."""

    id: UUID
    area: Area
    target: str
    items: tuple[rules.Item, ...]
    basis: str
    since: datetime
    until: datetime

    def covers(self, target: str, area: Area) -> bool:
        """Whether it is written for a target there."""
        return self.target == target and self.area.covers(area)


@dataclass(frozen=True, kw_only=True)
class ItemCard:
    """One item of one day for a watched person or place; `row_id` is the measure's row."""

    id: UUID
    row_id: UUID
    area: Area
    person_id: UUID | None
    place_id: UUID | None
    target: str
    day: date
    item: str
    starts_at: datetime
    ends_at: datetime
    done: bool
    late: bool


@dataclass(frozen=True, kw_only=True)
class WatchedCard:
    """A watched person or place on a day: how many items are done of how many, and the items that are missing, in the order of their windows."""

    person_id: UUID | None
    place_id: UUID | None
    target: str
    done: int
    all: int
    missing: tuple[str, ...]


def routines(*, actor: Actor, now: datetime) -> list[RoutineCard]:
    """The routines in force, by area and target; a routine without items is off and absent."""
    rows = Routine.objects.seen_by(actor).filter(since__lte=now, until__gt=now).order_by("area", "target", "id")
    return [_routine(row) for row in rows if row.items]


def watched_ids(*, actor: Actor, area: Area, now: datetime) -> list[UUID]:
    """Whom and which zones a routine still watches in an area: ids of people and of zones."""
    rows = Watched.objects.seen_by(actor).filter(area__within=area, until__gt=now)
    return sorted({person_id or source_id for person_id, source_id in rows.values_list("person_id", "source_id")})


def day_items(*, actor: Actor, day: date, watched: Iterable[UUID] | None = None) -> list[ItemCard]:
    """The items of a local day, computed from the routines of that day and whom measures watch on it; of some people or places, or of all that the actor sees.

    Of several routines that cover a row the nearest area's counts, of several of one area the last of the day. An item is due if the measure runs in its window.
    """
    areas = actor.areas()
    if not areas:
        return []
    root = areas[0].root
    begins, ends = clock.local_midnight(root, day), clock.local_midnight(root, day + timedelta(days=1))
    rows = Watched.objects.seen_by(actor).filter(since__lt=ends, until__gt=begins)
    if watched is not None:
        ids = list(watched)
        rows = rows.filter(Q(person_id__in=ids) | Q(place_id__in=ids))
    some = list(rows.order_by("area", "id"))
    plans = (
        [_routine(row) for row in Routine.objects.seen_by(actor).filter(since__lt=ends, until__gt=begins).order_by("since", "until", "id")]
        if some
        else []
    )
    if not plans:
        return []
    late = dict(DoneItem.objects.seen_by(actor).filter(day=day).values_list("id", "late"))
    return [card for row in some for card in _items(row, plans, day, late)]


def _items(row: Watched, plans: Sequence[RoutineCard], day: date, late: Mapping[UUID, bool]) -> list[ItemCard]:
    """The items of a day for one row, by the plan that counts for it."""
    mine = [plan for plan in plans if plan.covers(row.target, row.area)]
    if not mine:
        return []
    plan = max(enumerate(mine), key=lambda pair: (pair[1].area.level, pair[0]))[1]
    zone, found = clock.zone(row.area), []
    for number, one in enumerate(plan.items):
        key = natural_id(row.id, "item", plan.id, number, day)
        starts, ends = (datetime.combine(day, hour, zone).astimezone(UTC) for hour in (one.starts, one.ends))
        if row.since < ends and row.until > starts:
            found.append(
                ItemCard(
                    id=key,
                    row_id=row.id,
                    area=row.area,
                    person_id=row.person_id,
                    place_id=row.place_id,
                    target=row.target,
                    day=day,
                    item=one.item,
                    starts_at=starts,
                    ends_at=ends,
                    done=key in late,
                    late=late.get(key, False),
                )
            )
    return found


def item(*, actor: Actor, watched: UUID, item_id: UUID, day: date) -> ItemCard:
    """One item of a day of a watched person or place; `NotFound` where nothing of the kind is due."""
    found = next((card for card in day_items(actor=actor, day=day, watched=[watched]) if card.id == item_id), None)
    if found is None:
        raise NotFound
    return found


def watched_on(*, actor: Actor, day: date) -> list[WatchedCard]:
    """Everybody and every place under a routine on a day: done of all, and which items are missing; those with most missing first."""
    by_row: dict[UUID, list[ItemCard]] = {}
    for card in day_items(actor=actor, day=day):
        by_row.setdefault(card.row_id, []).append(card)
    found = [
        WatchedCard(
            person_id=cards[0].person_id,
            place_id=cards[0].place_id,
            target=cards[0].target,
            done=sum(card.done for card in cards),
            all=len(cards),
            missing=tuple(card.item for card in sorted(cards, key=lambda card: (card.starts_at, card.ends_at)) if not card.done),
        )
        for cards in by_row.values()
    ]
    return sorted(found, key=lambda card: (-len(card.missing), str(card.person_id or card.place_id)))


def _routine(row: Routine) -> RoutineCard:
    return RoutineCard(
        id=row.id,
        area=row.area,
        target=row.target,
        items=tuple(rules.Item(item=name, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends)) for name, starts, ends in row.items),
        basis=row.basis,
        since=row.since,
        until=row.until,
    )
