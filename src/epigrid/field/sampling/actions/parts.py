"""A round of a part of an area (S-189): chosen grids, the places of a zone, or a buffer around places; only whoever lives there is on its roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.rounds import LONGEST
from epigrid.field.sampling.actions.rounds import _rows as roster_rows
from epigrid.field.sampling.actions.tests import common_area
from epigrid.field.sampling.events import RoundOpened
from epigrid.field.sampling.models import RosterRow, Round
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.periods import Period
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal, statistics
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is chosen of an area: grids, places (those of a zone), and metres around the places where it is a buffer."""

    grids: Sequence[Area] = ()
    place_ids: Sequence[UUID] = ()
    radius_m: int | None = None

    def kept(self) -> dict[str, object]:
        """As the round keeps it."""
        return {"grids": [str(grid) for grid in self.grids], "places": [str(one) for one in self.place_ids], "radius_m": self.radius_m}


@whole
def open_part_round(*, actor: Actor, area: Area, part: Part, reason: str, directive_id: UUID, window: Period, now: datetime, cause: UUID) -> UUID:
    """Order a round of a part of an area and freeze its population: everybody present who lives in the part, and nobody else.

    The round belongs to the smallest area that holds the part, counts in no series of rounds of a whole area, and is refused where nobody lives in
    the part (`PartEmpty`) or a grid or place lies outside the area (`PartOutside`).
    """
    policies.require(actor=actor, act="round.open", area=area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="round.open", area=area, now=now)
    chosen = _living_in(actor, area, part)
    if not chosen:
        raise rules.PartEmpty()
    row = Round.objects.create(
        id=repeated_id(area, "round", area),
        area=common_area([card.area for card in chosen]),
        reason=reason,
        directive_id=directive_id,
        opens_at=window.start,
        closes_at=window.end or window.start + LONGEST,
        frozen_at=now,
        opened_by=actor.id,
        caused_by=cause,
        part=part.kept(),
    )
    today = clock.local_day(area, now)
    needs, entries = people.needs(actor=actor, area=area, on=today), people.day_register(actor=actor, area=area, on=today)
    roster = roster_rows(actor, row, chosen, needs, entries)
    RosterRow.objects.bulk_create(roster, batch_size=500)
    statistics.refresh(RosterRow)
    event = RoundOpened(
        area=row.area,
        round_id=row.id,
        directive_id=directive_id,
        people=len(roster),
        door_frail=sum(one.list == "frail" for one in roster),
        door_quarantine=sum(one.list == "quarantine" for one in roster),
    )
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _living_in(actor: Actor, area: Area, part: Part) -> list[people.PersonCard]:
    """Everybody present in the part, once, in the order of files."""
    outside = [grid for grid in part.grids if not area.covers(grid)]
    if outside:
        raise rules.PartOutside(grid=str(outside[0]))
    cards = [card for grid in part.grids for card in people.people(actor=actor, area=grid)]
    dwellings = [home.id for place in _places(actor, area, part) for home in places.within(actor=actor, place_id=place.id)]
    cards += [card for card in people.people(actor=actor, place_ids=dwellings) if area.covers(card.area)]
    present = {card.id: card for card in cards if card.departed_on is None and card.residence != "away"}
    return sorted(present.values(), key=lambda card: card.file_no)


def _places(actor: Actor, area: Area, part: Part) -> list[places.PlaceCard]:
    named = places.known(actor=actor, ids=part.place_ids)
    for place in named:
        if not area.covers(place.area):
            raise rules.PartOutside(place=str(place.id))
    if part.radius_m is None or not named:
        return named
    return [*named, *places.in_radius(actor=actor, place_ids=part.place_ids, radius_m=part.radius_m)]
