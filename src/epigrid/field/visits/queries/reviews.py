"""Series that follow each other too fast, and records that are called back (guard X08, S-432): for those who review, never for who walked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from epigrid.field.visits import rules
from epigrid.field.visits.models import Deed, Review
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class DeedCard:
    """A record of a hand at a door."""

    id: UUID
    kind: str
    door: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewCard:
    """What a second person looks at. Of a series: how many doors from when to when, `open` again if records came after the decision."""

    id: UUID
    area: Area
    kind: str
    hand: UUID
    day: date
    source_kind: str
    person_id: UUID | None
    place_id: UUID | None
    decision: str
    decided_at: datetime | None
    open: bool
    doors: int
    first_at: datetime | None
    last_at: datetime | None


def deeds_of(*, actor: Actor, hand: UUID, area: Area, day: date) -> tuple[list[DeedCard], list[DeedCard]]:
    """The records of a hand on a local day of an area in order of time: all, and those of them that nobody can have made so fast."""
    begins, ends = clock.local_midnight(area, day), clock.local_midnight(area, day + timedelta(days=1))
    rows = Deed.objects.seen_by(actor).filter(hand=hand, at__gte=begins, at__lt=ends).order_by("at", "id")
    cards = [DeedCard(id=row.id, kind=row.kind, door=row.door, at=row.at) for row in rows]
    fast = rules.implausible([(card.at, card.door) for card in cards])
    return cards, [cards[place] for place in sorted(fast)]


def reviews(*, actor: Actor, open_only: bool = True, limit: int = 100) -> list[ReviewCard]:
    """Reviews, newest first; those that await a word."""
    rows = list(Review.objects.seen_by(actor).order_by("-day", "kind", "id")[: limit * 4])
    cards = _cards(actor, rows)
    return [card for card in cards if card.open or not open_only][:limit]


def review(*, actor: Actor, review_id: UUID) -> ReviewCard:
    """One review."""
    return _cards(actor, [Review.objects.seen_by(actor).get(id=review_id)])[0]


def _cards(actor: Actor, rows: Sequence[Review]) -> list[ReviewCard]:
    series = [row for row in rows if row.kind == "series"]
    fast = _fast(actor, series)
    return [_card(row, fast.get(row.id, [])) for row in rows]


def _fast(actor: Actor, rows: Sequence[Review]) -> dict[UUID, list[tuple[datetime, UUID]]]:
    """Of each series the records that are too fast, all hands and days read at once."""
    if not rows:
        return {}
    spans = {row.id: [clock.local_midnight(row.area, row.day + timedelta(days=more)) for more in (0, 1)] for row in rows}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    deeds = Deed.objects.seen_by(actor).filter(hand__in={row.hand for row in rows}, at__gte=first, at__lt=last).order_by("at", "id")
    by_hand: dict[UUID, list[tuple[datetime, UUID]]] = {}
    for hand, at, door in deeds.values_list("hand", "at", "door"):
        by_hand.setdefault(hand, []).append((at, door))
    found = {}
    for row in rows:
        begins, ends = spans[row.id]
        mine = [(at, door) for at, door in by_hand.get(row.hand, ()) if begins <= at < ends]
        found[row.id] = [mine[place] for place in sorted(rules.implausible(mine))]
    return found


def _card(row: Review, fast: Sequence[tuple[datetime, UUID]]) -> ReviewCard:
    return ReviewCard(
        id=row.id,
        area=row.area,
        kind=row.kind,
        hand=row.hand,
        day=row.day,
        source_kind=row.source_kind,
        person_id=row.person_id,
        place_id=row.place_id,
        decision=row.decision,
        decided_at=row.decided_at,
        open=not row.decision or len(fast) > row.seen,
        doors=len({door for _at, door in fast}),
        first_at=fast[0][0] if fast else None,
        last_at=fast[-1][0] if fast else None,
    )
