"""Further invented residents for the register: communities of 4,000 people beside the exercise's own, with dwellings, households, vault and scans.

Everybody and everything here is invented, from a seed. The rows are written in bulk, past the importer, because only their number matters.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from epigrid.kernel.areas import Area
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.people.models import Household, Person
from epigrid.registers.places.models import AreaUnit, Place, Responsibility
from epigrid.store import clock, extracts, vault
from epigrid.store.ids import natural_id
from epigrid.store.models import Scan

PER_COMMUNITY = 4_000
PER_ROOM = 3
ROOMS_PER_FLOOR, FLOORS, UNITS, BUILDINGS_PER_GRID = 4, 12, 3, 3
BATCH = 2_000
VENUES = ("market", "tea", "grocer", "eatery")


@dataclass
class Batch:
    """Rows waiting to be written together."""

    areas: list[AreaUnit] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    secrets: dict[UUID, dict[str, str]] = field(default_factory=dict)


def grow(stage: Stage, *, people: int) -> int:
    """Bring the register of the stage's county to about `people` residents, with their scans; return how many were added."""
    ids = settle(stage, people=people)
    if ids:
        _scans(stage, ids, random.Random(stage.plan.seed))
    return len(ids)


def settle(stage: Stage, *, people: int, named: bool = True) -> list[UUID]:
    """As `grow`, without scans, and (`named=False`) without anything in the vault; the ids of those who were added."""
    wanted = people - Person.objects.seen_by(stage.director).count()
    space = natural_id(UUID(int=0), "benchmark", stage.tree)
    ids: list[UUID] = []
    for number in range(max(0, -(-wanted // PER_COMMUNITY))):
        batch = _community(stage, space, number, min(PER_COMMUNITY, wanted - len(ids)))
        if not named:
            batch.secrets.clear()
        _write(stage, batch)
        ids += [person.id for person in batch.people]
    return ids


def _community(stage: Stage, space: UUID, number: int, people: int) -> Batch:
    batch = Batch()
    street = stage.county.child(f"bench{number // 8:02d}")
    area = street.child(f"c{number:03d}")
    if number % 8 == 0:
        batch.areas.append(_unit(space, street, "subdistrict"))
    batch.areas.append(_unit(space, area, "community"))
    rooms = list(_rooms(stage, space, batch, area, -(-people // PER_ROOM)))
    for index in range(people):
        _resident(space, batch, rooms[index // PER_ROOM], f"bench{number:03d}{index:05d}", number * PER_COMMUNITY + index)
    return batch


def _rooms(stage: Stage, space: UUID, batch: Batch, area: Area, wanted: int) -> Iterator[Place]:
    made = building = 0
    top = _place(space, batch, None, "compound", f"{area.rpartition('/')[0].replace('/', '-')}", area, stage.tree)
    while made < wanted:
        grid = area.child(f"g{building // BUILDINGS_PER_GRID:02d}")
        if building % BUILDINGS_PER_GRID == 0:
            batch.areas.append(_unit(space, grid, "grid"))
        house = _place(space, batch, top, "building", f"b{building:02d}", grid, stage.tree)
        building += 1
        for unit_no in range(UNITS):
            unit = _place(space, batch, house, "unit", f"u{unit_no}", grid, stage.tree)
            for floor_no in range(FLOORS):
                floor = _place(space, batch, unit, "floor", f"f{floor_no:02d}", grid, stage.tree)
                for room_no in range(ROOMS_PER_FLOOR):
                    made += 1
                    yield _place(space, batch, floor, "room", f"r{room_no}", grid, stage.tree)


def _unit(space: UUID, area: Area, level: str) -> AreaUnit:
    return AreaUnit(id=natural_id(space, "area", area), area=area, level=level, name=f"演练{level} {area}")


def _place(space: UUID, batch: Batch, parent: Place | None, kind: str, slug: str, area: Area, tree: str) -> Place:
    path = Area(f"{parent.path}{slug}/" if parent else f"{tree}/{slug}/")
    name = f"演练{slug}"
    full_name = (parent.full_name if parent else "") + name
    row = Place(id=natural_id(space, "place", path), kind=kind, name=name, full_name=full_name[:200], parent=parent, path=path, area=area)
    batch.places.append(row)
    return row


def _resident(space: UUID, batch: Batch, room: Place, file_no: str, number: int) -> None:
    if not batch.households or batch.households[-1].dwelling_id != room.id:
        batch.households.append(Household(id=natural_id(space, "household", room.path), area=room.area, dwelling_id=room.id, number="1"))
    person = Person(
        id=natural_id(space, "person", file_no),
        area=room.area,
        file_no=file_no,
        masked_name="演**",
        masked_phone=f"109****{number % 10_000:04d}",
        household_id=batch.households[-1].id,
        dwelling_id=room.id,
    )
    batch.people.append(person)
    batch.secrets[person.id] = {"name": f"演基准{number}", "phone": f"109{number:08d}", "document": f"BENCH{number:08d}"}


def _write(stage: Stage, batch: Batch) -> None:
    since = clock.local_day(stage.root, stage.now) - timedelta(days=365)
    AreaUnit.objects.bulk_create(batch.areas, batch_size=BATCH)
    Place.objects.bulk_create(batch.places, batch_size=BATCH)
    Responsibility.objects.bulk_create([Responsibility(place=place, area=place.area, since=since) for place in batch.places], batch_size=BATCH)
    Household.objects.bulk_create(batch.households, batch_size=BATCH)
    Person.objects.bulk_create(batch.people, batch_size=BATCH)
    vault.put(area=stage.root, values=batch.secrets)


def _scans(stage: Stage, ids: list[UUID], rng: random.Random) -> None:
    """Presences of the seven days before, as many for each person as the exercise has, at venues of the new communities: nobody met the case."""
    per_person = len(stage.scans) / len(stage.community.people)
    persons = list(extracts.pseudonyms(area=stage.root, kind="person", subject_ids=ids).values())
    venues = list(range(10**5, 10**5 + len(VENUES) * max(1, len(ids) // PER_COMMUNITY)))
    midnight = clock.local_midnight(stage.root, clock.local_day(stage.root, stage.now))
    rows = []
    for number in range(round(len(ids) * per_person)):
        at = midnight - timedelta(days=rng.randint(1, 7)) + timedelta(minutes=rng.randint(7 * 60, 20 * 60))
        t_in = int(at.timestamp())
        rows.append(
            Scan(
                scan_id=natural_id(UUID(int=1), "benchmark", number),
                tree=stage.tree,
                day=clock.local_day(stage.root, at),
                person=rng.choice(persons),
                place=rng.choice(venues),
                t_in=t_in,
                t_out=t_in + 60 * rng.randint(5, 45),
            )
        )
    Scan.objects.bulk_create(rows, batch_size=BATCH)
