"""A round of a part of an area (S-189): chosen grids, the places of a zone, or a buffer around places; only whoever lives there is frozen on its roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.rounds import freeze, may_order, ordered, present
from epigrid.field.sampling.actions.tests import common_area
from epigrid.field.sampling.models import Round
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.periods import Period
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store.acts import whole


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
    may_order(actor, area, directive_id, now)
    chosen = _living_in(actor, area, part)
    if not chosen:
        raise rules.PartEmpty()
    smallest = common_area([card.area for card in chosen])
    new = Round(area=smallest, reason=reason, directive_id=directive_id, caused_by=cause, part=part.kept())
    return freeze(actor, ordered(actor, new, window, now), area, chosen)


def _living_in(actor: Actor, area: Area, part: Part) -> list[people.PersonCard]:
    """Everybody present in the part, once, in the order of files."""
    outside = [grid for grid in part.grids if not area.covers(grid)]
    if outside:
        raise rules.PartOutside(grid=str(outside[0]))
    cards = [card for grid in part.grids for card in people.people(actor=actor, area=grid)]
    dwellings = [home.id for place in _places(actor, area, part) for home in places.within(actor=actor, place_id=place.id)]
    cards += [card for card in people.people(actor=actor, place_ids=dwellings) if area.covers(card.area)]
    here = {card.id: card for card in cards if present(card)}
    return sorted(here.values(), key=lambda card: card.file_no)


def _places(actor: Actor, area: Area, part: Part) -> list[places.PlaceCard]:
    named = places.known(actor=actor, ids=part.place_ids)
    for place in named:
        if not area.covers(place.area):
            raise rules.PartOutside(place=str(place.id))
    return queries.with_surroundings(actor=actor, named=named, radius_m=part.radius_m)
