"""Rounds of a part of an area (S-189): its places, and who of some people has nothing to do with it."""

from collections.abc import Sequence
from uuid import UUID

from epigrid.field.sampling.models import RosterRow, Round
from epigrid.field.sampling.queries.rounds import RoundCard, round_card
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places


def with_surroundings(*, actor: Actor, named: Sequence[places.PlaceCard], radius_m: int | None) -> list[places.PlaceCard]:
    """The places of a part: those that were named, and where it is a buffer the located ones around them."""
    if radius_m is None or not named:
        return list(named)
    return [*named, *places.in_radius(actor=actor, place_ids=[place.id for place in named], radius_m=radius_m)]


def strangers(*, actor: Actor, round_id: UUID, cards: Sequence[people.PersonCard]) -> list[people.PersonCard]:
    """Those of the people who by the register neither live nor work in the part that a round is for; of a round of a whole area nobody.

    Whoever has no home in the register (moved in, visitor, baby) is no stranger anywhere. A hotel's guest lives in his room.
    """
    part = Round.objects.seen_by(actor).get(id=round_id).part
    if not part or not cards:
        return []
    named = places.places(actor=actor, ids=[UUID(one) for one in part["places"]])
    paths = [place.path for place in with_surroundings(actor=actor, named=list(named.values()), radius_m=part["radius_m"])]
    grids = [Area(grid) for grid in part["grids"]]
    works = people.working_at(actor=actor, person_ids=[card.id for card in cards])
    spots = places.places(actor=actor, ids=[*(card.dwelling_id for card in cards if card.dwelling_id is not None), *works.values()])

    def belongs(card: people.PersonCard) -> bool:
        mine = [spots[one] for one in (card.dwelling_id, works.get(card.id)) if one in spots]
        return card.dwelling_id is None or any(
            any(path.covers(spot.path) for path in paths) or any(grid.covers(spot.area) for grid in grids) for spot in mine
        )

    return [card for card in cards if not belongs(card)]


def other_round(*, actor: Actor, round_id: UUID, person_id: UUID) -> RoundCard | None:
    """The newest other open round on whose roster somebody stands."""
    rows = RosterRow.objects.seen_by(actor).filter(person_id=person_id, struck=False, round__closed_at__isnull=True).exclude(round_id=round_id)
    newest = rows.order_by("-round__frozen_at", "round_id").values_list("round_id", flat=True).first()
    return None if newest is None else round_card(actor=actor, round_id=newest)
