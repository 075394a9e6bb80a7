"""Who a plan is for: people per building and unit who come to a site, and those who are sampled at their door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.command.planning.queries.plans import PlanCard
from epigrid.command.planning.rules.home import FRAIL, QUARANTINE
from epigrid.field.sampling import queries as sampling
from epigrid.field.sampling.rules import list_of
from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.registers.people.queries import HOME_TEST, QUARANTINED
from epigrid.registers.places import queries as places
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class DoorCard:
    """A person of the home list: `frail` or `quarantine`, his home, and his class in the plan's round (`open` before there is one). Masked."""

    person_id: UUID
    masked_name: str
    file_no: str
    list: str
    dwelling_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class Population:
    """People who come to a site, by building and by unit of each building (the building itself where it has none).

    `homeless`: people of the area without a home on the register: they are on no list here.
    """

    buildings: Mapping[UUID, int]
    units: Mapping[UUID, Mapping[UUID, int]]
    homeless: int

    @property
    def total(self) -> int:
        """Everybody who comes to a site."""
        return sum(self.buildings.values())


def population(*, actor: Actor, plan: PlanCard, now: datetime) -> Population:
    """Who comes to the sites of a plan: as the round froze them, or before there is one as the registers say it now.

    Nobody of the home list is counted for a site (S-207).
    """
    lists = _frozen(actor, plan) if plan.round_id is not None else _doors(actor, plan, now)
    homes = [card.dwelling_id for card in people.people(actor=actor, area=plan.area) if _comes(card, plan, lists)]
    dwellings = sorted({home for home in homes if home is not None})
    known = places.places(actor=actor, ids=dwellings)
    building_of = places.buildings_of(actor=actor, place_ids=dwellings)
    units = {card.path: card.id for card in places.of_kind(actor=actor, kinds=["unit"], area=plan.area)}
    per_unit: dict[UUID, dict[UUID, int]] = {}
    homeless = 0
    for home in homes:
        building = building_of.get(home) if home is not None else None
        if home is None or building is None:
            homeless += 1
            continue
        unit = next((units[step] for step in known[home].path.ancestors() if step in units), building)
        counts = per_unit.setdefault(building, {})
        counts[unit] = counts.get(unit, 0) + 1
    return Population(buildings={one: sum(counts.values()) for one, counts in per_unit.items()}, units=per_unit, homeless=homeless)


def doors(*, actor: Actor, plan: PlanCard, now: datetime) -> list[DoorCard]:
    """The home list of a plan in walking order: the frail before people under quarantine, so that one list ends before the other begins (S-190)."""
    lists = _frozen(actor, plan) if plan.round_id is not None else _doors(actor, plan, now)
    ids = [person for person, (name, _state) in lists.items() if name in (FRAIL, QUARANTINE)]
    cards = [card for card in people.people(actor=actor, ids=ids) if plan.round_id is not None or _present(card)]
    known = places.places(actor=actor, ids=sorted({card.dwelling_id for card in cards if card.dwelling_id is not None}))
    found = [
        DoorCard(
            person_id=card.id,
            masked_name=card.masked_name,
            file_no=card.file_no,
            list=lists[card.id][0],
            dwelling_id=card.dwelling_id,
            state=lists[card.id][1],
        )
        for card in cards
        if card.dwelling_id is not None and card.dwelling_id in known
    ]
    return sorted(found, key=lambda door: (door.list != FRAIL, known[door.dwelling_id].path, door.person_id))


def _present(card: people.PersonCard) -> bool:
    return card.departed_on is None and card.residence != "away"


def _comes(card: people.PersonCard, plan: PlanCard, lists: Mapping[UUID, tuple[str, str]]) -> bool:
    if plan.round_id is not None:
        return card.id in lists and lists[card.id][0] == "pooled"
    return card.id not in lists and _present(card)


def _frozen(actor: Actor, plan: PlanCard) -> dict[UUID, tuple[str, str]]:
    """Person -> (list, class) of everybody on the roster of the plan's round."""
    rows = sampling.roll_call(actor=actor, round_id=plan.round_id).rows if plan.round_id is not None else ()
    return {row.person_id: (row.list, row.state) for row in rows if not row.struck}


def _doors(actor: Actor, plan: PlanCard, now: datetime) -> dict[UUID, tuple[str, str]]:
    """Person -> (list, `open`) of everybody of the home list, as sampling will list him when it freezes a round."""
    today = clock.local_day(plan.area, now)
    frail = {need.person_id for need in people.needs(actor=actor, area=plan.area, on=today) if need.kind in HOME_TEST}
    register = people.day_register(actor=actor, area=plan.area, on=today)
    quarantined = {entry.person_id for entry in register if entry.category == QUARANTINED}
    return {one: (list_of(quarantined=one in quarantined, frail=one in frail), "open") for one in sorted(frail | quarantined)}
