"""The invented community of an exercise: areas, places, households, people, staff. Same seed, same bytes.

A composite of several real communities' figures (procedures 2): 10 compounds, 36 buildings, 4,000 residents, one building of 3 units and 735 residents, one
of 17 floors, 6 units and 204 households, a bungalow row, shops, two hotels.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "安平和宁康乐文明华强芳英兰玉秀春夏秋冬梅桂松柏山川海云月星晨光辉杰伟勇军建国庆民生德义信诚"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
ADULT, CHILD = 15, 14


@dataclass(frozen=True, kw_only=True)
class GenPlace:
    """A place: slug path under the tree, kind, name, area path."""

    path: str
    kind: str
    name: str
    area: str
    floors: int | None = None


@dataclass(frozen=True, kw_only=True)
class GenPerson:
    """A resident or guest as the roster lists him."""

    key: str
    name: str
    sex: str
    birth: date
    document: str
    phone: str
    room: str
    household: str
    head: bool
    residence: str = "常住"
    needs: tuple[str, ...] = ()
    channel: str = ""


@dataclass(kw_only=True)
class Community:
    """Everything generated."""

    tree: str
    areas: list[tuple[str, str, str]] = field(default_factory=list)
    places: list[GenPlace] = field(default_factory=list)
    people: list[GenPerson] = field(default_factory=list)
    guests: list[GenPerson] = field(default_factory=list)

    def in_room(self, room: str) -> list[GenPerson]:
        """Who lives in a room."""
        return [person for person in self.people if person.room == room]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The generator's parameters."""

    seed: int
    residents: int = 4000
    compounds: int = 10
    buildings: int = 36
    big_residents: int = 735
    tower_households: int = 204
    tower_residents: int = 510
    bungalows: int = 30
    bungalow_residents: int = 90
    guests: int = 35
    born_before: date = date(2022, 11, 21)
    divisions: tuple[tuple[str, str, str], ...] = ()


def document_number(birth: date, serial: int) -> str:
    """An 18-digit number of the region 999999 with a valid check digit (GB 11643)."""
    body = f"999999{birth:%Y%m%d}{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK[total % 11]


def generate(tree: str, shape: Shape) -> Community:
    """Make the community of a tree."""
    rng = random.Random(shape.seed)
    world = Community(tree=tree)
    _areas(world, shape)
    rooms = _places(world, shape)
    serial = _people(world, shape, rng, rooms)
    _elder(world)
    _guests(world, shape, rng, serial)
    return world


ELDER_FLOOR = "c02/b02/u3/f12"


def _elder(world: Community) -> None:
    """A woman of 93 who lives in the affected stairwell and hears only the bell."""
    place = next(number for number, person in enumerate(world.people) if person.room.startswith(ELDER_FLOOR) and person.head)
    born = date(1929, 3, 1)
    world.people[place] = replace(
        world.people[place], birth=born, sex="女", document=document_number(born, place), needs=("行动不便", "听力障碍"), channel="敲门"
    )


COMMUNITY = "xd/yh/hy"
HOTEL = "hotel"
SITE = "site"


def _areas(world: Community, shape: Shape) -> None:
    """The divisions of the plan, and beneath them the invented community with its twelve grids."""
    tree = world.tree
    world.areas += [(f"{tree}/{path}/" if path else f"{tree}/", level, name) for path, level, name in shape.divisions]
    world.areas.append((f"{tree}/{COMMUNITY}/", "community", "演练槐园社区"))
    world.areas += [(f"{tree}/{COMMUNITY}/g{number:02d}/", "grid", f"第{number}网格") for number in range(1, 13)]


def _grid(world: Community, building: int) -> str:
    """Building 1 (735 residents, one worker) and 2 (204 households) are grids of their own; the rest share ten."""
    number = building if building <= 2 else 3 + (building - 3) % 10
    return f"{world.tree}/{COMMUNITY}/g{number:02d}/"


def _places(world: Community, shape: Shape) -> dict[int, list[str]]:
    """Compounds, buildings, units, floors, rooms; returns building -> rooms. Building 0 is the bungalow row."""
    top = f"{world.tree}/{COMMUNITY}/"
    add = world.places.append
    for number in range(1, shape.compounds + 1):
        add(GenPlace(path=f"c{number:02d}", kind="compound", name=f"演练花园{number}区", area=top))
    rooms: dict[int, list[str]] = {}
    for building in range(1, shape.buildings + 1):
        rooms[building] = list(_building(world, building, *_size(building), compound=1 + (building - 1) % shape.compounds))
    add(GenPlace(path="c01/row", kind="row", name="平房排", area=_grid(world, 3)))
    rooms[0] = []
    for number in range(1, shape.bungalows + 1):
        add(GenPlace(path=f"c01/row/p{number:02d}", kind="bungalow", name=f"{number}号", area=_grid(world, 3)))
        rooms[0].append(f"c01/row/p{number:02d}")
    for slug, kind, name in (
        ("eatery", "canteen", "演练小饭馆"),
        ("grocer", "shop", "演练便利店"),
        ("market", "market", "演练菜市场"),
        ("tea", "shop", "演练茶叶店"),
    ):
        add(GenPlace(path=slug, kind=kind, name=name, area=top))
    _hotel(world, HOTEL, "演练慕园宾馆", top, floors=5, rooms=12)
    _hotel(world, SITE, "演练南河宾馆", f"{world.tree}/xd/nh/", floors=4, rooms=10)
    return rooms


def _size(building: int) -> tuple[int, int, int]:
    """(units, floors, rooms per floor)."""
    return (3, 18, 5) if building == 1 else (6, 17, 2) if building == 2 else (2, 6, 3)


def _building(world: Community, building: int, units: int, floors: int, width: int, *, compound: int) -> Iterator[str]:
    area = _grid(world, building)
    base = f"c{compound:02d}/b{building:02d}"
    world.places.append(GenPlace(path=base, kind="building", name=f"{building}号楼", area=area, floors=floors))
    for unit in range(1, units + 1):
        world.places.append(GenPlace(path=f"{base}/u{unit}", kind="unit", name=f"{unit}单元", area=area))
        for floor in range(1, floors + 1):
            world.places.append(GenPlace(path=f"{base}/u{unit}/f{floor:02d}", kind="floor", name=f"{floor}层", area=area))
            for room in range(1, width + 1):
                path = f"{base}/u{unit}/f{floor:02d}/r{room}"
                world.places.append(GenPlace(path=path, kind="room", name=f"{floor}{room:02d}室", area=area))
                yield path


def _hotel(world: Community, slug: str, name: str, area: str, *, floors: int, rooms: int) -> None:
    world.places.append(GenPlace(path=slug, kind="hotel", name=name, area=area, floors=floors))
    for floor in range(1, floors + 1):
        world.places.append(GenPlace(path=f"{slug}/f{floor}", kind="floor", name=f"{floor}层", area=area))
        for room in range(1, rooms + 1):
            world.places.append(GenPlace(path=f"{slug}/f{floor}/r{room:02d}", kind="room", name=f"{floor}{room:02d}房", area=area))


def _people(world: Community, shape: Shape, rng: random.Random, rooms: dict[int, list[str]]) -> int:
    fixed = {1: shape.big_residents, 2: shape.tower_residents, 0: shape.bungalow_residents}
    others = [number for number in rooms if number not in fixed]
    left = shape.residents - sum(fixed.values())
    counts = fixed | {number: left // len(others) + (place < left % len(others)) for place, number in enumerate(others)}
    serial = 0
    for building in sorted(rooms):
        for room, size in zip(rooms[building], _sizes(counts[building], len(rooms[building]), rng), strict=True):
            for member in range(size):
                world.people.append(_person(serial, room, member, size, shape, rng))
                serial += 1
    return serial


def _sizes(people: int, households: int, rng: random.Random) -> list[int]:
    """Household sizes 1..6 that add up exactly; every dwelling of the tower and the big building is lived in."""
    sizes = [1] * min(households, people) + [0] * max(households - people, 0)
    open_rooms = [number for number, size in enumerate(sizes) if size]
    for _ in range(people - sum(sizes)):
        while True:
            number = rng.choice(open_rooms)
            if sizes[number] < 6:
                sizes[number] += 1
                break
    return sizes


def _person(serial: int, room: str, member: int, size: int, shape: Shape, rng: random.Random) -> GenPerson:
    child = member >= 2 and rng.random() < 0.6
    age = rng.randint(1, 13) if child else rng.randint(20, 58) if size > 1 else rng.randint(22, 88)
    birth = shape.born_before - timedelta(days=365 * age + rng.randint(10, 350))
    return GenPerson(
        key=f"p{serial:05d}",
        name=rng.choice(SURNAMES) + "演" + rng.choice(GIVEN),
        sex=rng.choice("男女"),
        birth=birth,
        document=document_number(birth, serial),
        phone="" if child else f"1000{serial:07d}",
        room=room,
        household="1",
        head=member == 0,
        needs=_needs(age, size, rng),
        channel="敲门" if age >= 86 else "",
    )


def _needs(age: int, size: int, rng: random.Random) -> tuple[str, ...]:
    found = []
    if age >= 80 and rng.random() < 0.4:
        found.append("行动不便")
    if age >= 70 and size == 1:
        found.append("独居")
    if rng.random() < 0.003:
        found.append("卧床")
    if rng.random() < 0.001:
        found.append("透析")
    return tuple(found)


def _guests(world: Community, shape: Shape, rng: random.Random, serial: int) -> None:
    floor3 = [f"{HOTEL}/f3/r{room:02d}" for room in range(1, 13)]
    for number in range(shape.guests):
        age = rng.randint(22, 60)
        birth = shape.born_before - timedelta(days=365 * age + rng.randint(10, 350))
        world.guests.append(
            GenPerson(
                key=f"h{number:03d}",
                name=rng.choice(SURNAMES) + "演" + rng.choice(GIVEN),
                sex=rng.choice("男女"),
                birth=birth,
                document=document_number(birth, serial + number),
                phone=f"1000{serial + number:07d}",
                room=floor3[number % len(floor3)],
                household="1",
                head=False,
                residence="旅客",
            )
        )


def full_names(places: Sequence[GenPlace]) -> dict[str, str]:
    """Path -> full name as the place register writes it."""
    by_path = {place.path: place for place in places}
    found: dict[str, str] = {}
    for place in places:
        steps = place.path.split("/")
        found[place.path] = "".join(by_path["/".join(steps[: count + 1])].name for count in range(len(steps)))
    return found
