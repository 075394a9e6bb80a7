"""Questions about what zones mean for places and areas: a place's history, another cut, orders to stand still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.zones.models import StaticOrder, Zone, ZonePlace
from epigrid.response.zones.queries.zones import dwellings


@dataclass(frozen=True, kw_only=True)
class LevelSpan:
    """One stretch of a place's history: the level, its zone, from when to when (None: still), and why it ended."""

    zone_id: UUID
    level: str
    since: datetime
    until: datetime | None
    end_reason: str


def history(*, actor: Actor, place_id: UUID) -> list[LevelSpan]:
    """Every zone that ever covered a place, oldest first: its level by date (S-170). A zone that lapsed ended at its review moment."""
    above = [card.id for card in places.chain(actor=actor, place_id=place_id)]
    ids = ZonePlace.objects.seen_by(actor).filter(place_id__in=above).values("zone_id")
    rows = Zone.objects.seen_by(actor).filter(id__in=ids, starts_at__isnull=False).order_by("starts_at", "id")
    return [
        LevelSpan(zone_id=row.id, level=row.level, since=row.starts_at, until=row.ended_at, end_reason=row.end_reason)
        for row in rows
        if row.starts_at is not None
    ]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What another cut of a zone means for people: how many it adds and frees, with their households (S-171)."""

    added: int
    freed: int
    added_households: int
    freed_households: int


def difference(*, actor: Actor, place_ids: Sequence[UUID], from_zone_id: UUID | None = None) -> Difference:
    """How many residents and households a cut would take in, and set free, against the zone that it grows from; sums only."""
    desk = Actor.procedure("zones.difference", actor.grants[0].area.root) if actor.grants else actor
    places.known(actor=actor, ids=list(place_ids))
    before = set(dwellings(actor=actor, zone_id=from_zone_id)) if from_zone_id is not None else set()
    after = {inner.id for place in place_ids for inner in places.within(actor=actor, place_id=place)}
    added, freed = after - before, before - after
    return Difference(
        added=_living(desk, added),
        freed=_living(desk, freed),
        added_households=len(people.households(actor=desk, place_ids=sorted(added))) if added else 0,
        freed_households=len(people.households(actor=desk, place_ids=sorted(freed))) if freed else 0,
    )


def _living(actor: Actor, place_ids: set[UUID]) -> int:
    if not place_ids:
        return 0
    return len([card for card in people.people(actor=actor, place_ids=sorted(place_ids)) if card.departed_on is None])


@dataclass(frozen=True, kw_only=True)
class StaticCard:
    """An order that makes an area stand still."""

    id: UUID
    area: Area
    state: str
    reason: str
    basis: str
    clause_id: str
    exceptions: tuple[str, ...]
    people: int
    starts_at: datetime
    review_at: datetime
    ended_at: datetime | None
    end_reason: str


def static(*, actor: Actor, order_id: UUID) -> StaticCard:
    """One order to stand still."""
    return _static(StaticOrder.objects.seen_by(actor).get(id=order_id))


def statics(*, actor: Actor, active_only: bool = False) -> list[StaticCard]:
    """Orders to stand still, newest first."""
    rows = StaticOrder.objects.seen_by(actor).order_by("-decided_at", "id")
    return [_static(row) for row in (rows.filter(state="active") if active_only else rows)]


def _static(row: StaticOrder) -> StaticCard:
    return StaticCard(
        id=row.id,
        area=row.area,
        state=row.state,
        reason=row.reason,
        basis=row.basis,
        clause_id=row.clause_id,
        exceptions=tuple(row.exceptions),
        people=row.people,
        starts_at=row.starts_at,
        review_at=row.review_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )
