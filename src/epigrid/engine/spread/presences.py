"""Presences at venues over seven days, and the hidden truth: who really met the index case in his window. The truth never goes into a file."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from epigrid.engine.spread.community import Community, GenPerson

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STAIRWELL = "c02/b02/u3"


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One scan: its number, who, where (place path), from, until."""

    number: str
    person: str
    place: str
    at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What really happened. Keys of generated people; `present` are seconds together inside the window.

    `neighbour` lives in the stairwell, `elsewhere` far from it: infections of the variants only.
    """

    index: str
    household: tuple[str, ...]
    tube_mates: tuple[str, ...]
    by_scan: tuple[str, ...]
    rejected: tuple[str, ...]
    by_interview: str
    later_case: str
    same_name: str
    neighbour: str
    elsewhere: str
    present: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Story:
    """When the index case was where: (place path, from, until), and who was with him there."""

    stays: tuple[tuple[str, datetime, datetime, tuple[str, ...]], ...]


def invent(world: Community, *, midnight: datetime, seed: int) -> tuple[list[Scan], Truth]:
    """Scans of the seven days before `midnight` (local start of the first day, zone aware) and the truth behind them."""
    rng = random.Random(seed)
    cast = _cast(world, rng)
    yesterday = midnight - timedelta(days=1)
    workers, eaters, buyers = cast.by_scan[:6], cast.by_scan[6:9], cast.by_scan[9:]
    story = Story(
        stays=(
            ("eatery", yesterday + 9 * HOUR, yesterday + 17 * HOUR, workers + eaters + cast.rejected[:1]),
            ("grocer", yesterday + 18 * HOUR, yesterday + 18 * HOUR + 20 * MINUTE, buyers + cast.rejected[1:]),
        )
    )
    scans = _story_scans(cast, story, set(workers))
    scans += _background(world, cast, story, midnight, rng)
    present = _together(scans, cast.index, midnight)
    truth = Truth(**{**cast.__dict__, "present": present})
    ordered = sorted(scans, key=lambda scan: (scan.at, scan.place, scan.person))
    return [replace(scan, number=f"SM{row:07d}") for row, scan in enumerate(ordered)], truth


def _cast(world: Community, rng: random.Random) -> Truth:
    home = _family(world)
    adults = [person for person in world.people if person.phone and person.room.startswith(("c03", "c04", "c05")) and not person.needs]
    chosen = rng.sample(adults, 15)
    keys = tuple(person.key for person in chosen)
    neighbours = [
        person
        for person in world.people
        if person.room.startswith(STAIRWELL) and person.phone and not person.needs and person.room != home[0].room and person.head
    ]
    mates = neighbours[:7]
    used = {*keys, *(person.key for person in [*home, *neighbours[:9]])}
    names = {person.name: person for person in chosen[:11]}
    twin = next(person for person in world.people if person.name in names and person.key not in used and person.phone)
    return Truth(
        index=home[0].key,
        household=tuple(person.key for person in home[1:]),
        tube_mates=tuple(person.key for person in mates),
        by_scan=keys[:11],
        rejected=keys[11:14],
        by_interview=neighbours[8].key,
        later_case=neighbours[8].key,
        same_name=twin.key,
        neighbour=neighbours[7].key,
        elsewhere=keys[14],
        present={},
    )


def _family(world: Community) -> list[GenPerson]:
    """The index case's home: three people in the stairwell, the third a child."""
    rooms: dict[str, list[GenPerson]] = {}
    for person in world.people:
        if person.room.startswith(STAIRWELL):
            rooms.setdefault(person.room, []).append(person)
    return next(home for home in rooms.values() if len(home) == 3 and not home[2].phone and not any(person.needs for person in home))


def _story_scans(cast: Truth, story: Story, workers: set[str]) -> list[Scan]:
    scans = []
    for number, (place, start, end, others) in enumerate(story.stays):
        scans.append(Scan(number=f"i{number}", person=cast.index, place=place, at=start, until=end))
        for offset, other in enumerate(others):
            at = start + timedelta(minutes=(0 if other in workers else 150 + 7 * offset) if place == "eatery" else offset)
            until = end if other in workers else min(at + 25 * MINUTE, end)
            scans.append(Scan(number=f"s{number}-{offset}", person=other, place=place, at=at, until=until))
    return scans


def _background(world: Community, cast: Truth, story: Story, midnight: datetime, rng: random.Random) -> list[Scan]:
    """Other people's presences: anywhere on other days, never where and while the index case was there."""
    busy = {cast.index, *cast.household}
    people: list[GenPerson] = [person for person in world.people if person.phone and person.key not in busy]
    scans = []
    for number in range(6000):
        person, place = rng.choice(people), rng.choice(("market", "tea", "grocer", "eatery"))
        at = midnight - timedelta(days=rng.randint(1, 7)) + timedelta(minutes=rng.randint(7 * 60, 20 * 60))
        until = at + timedelta(minutes=rng.randint(5, 45))
        if any(place == where and at < end and until > start for where, start, end, _ in story.stays):
            continue
        scans.append(Scan(number=f"b{number:05d}", person=person.key, place=place, at=at, until=until))
    return scans


def _together(scans: list[Scan], index: str, midnight: datetime) -> dict[str, int]:
    """Seconds of each person with the index case, from the scans themselves: the oracle of the tracing engine."""
    mine = [scan for scan in scans if scan.person == index]
    found: dict[str, int] = {}
    for scan in scans:
        if scan.person == index:
            continue
        for stay in mine:
            if stay.place == scan.place:
                seconds = (min(stay.until, scan.until) - max(stay.at, scan.at)).total_seconds()
                if seconds > 0:
                    found[scan.person] = found.get(scan.person, 0) + int(seconds)
    return found
