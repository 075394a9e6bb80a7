"""Candidates in the order in which an investigator should look at them: the household first, then who sat near, class and workplace, then meetings by the
kind of place and by minutes. An order of work, not a judgement: nobody is left out but by a threshold that the pack sets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from epigrid.engine.tracing.answers import Meetings
from epigrid.engine.tracing.memberships import NEAR, PARTS, VEHICLES, SeatRule, changes, near, partners, reduced, union
from epigrid.engine.tracing.schemas import UNKNOWN, BadColumns, Column, ExposureQuery, Memberships, Places, Seats

LINKS = ("household", "vehicle", "class", "workplace", "place")
FIRST, NEAR_BY, UNSURE, GROUP, PLACE, AWAY, UNDER = range(7)
"""Household; vehicle, near; vehicle, a seat or a value not known; class and workplace; a meeting at a place; vehicle, away; below the pack's threshold."""
LEVEL = {"household": FIRST, "class": GROUP, "workplace": GROUP}


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One candidate of one query: why he stands where he stands. `near` is one of `PARTS` for a vehicle, else empty; `kind` the first kind of
    place where they met (of equal ones the longest; empty: never met by a scan); `seconds` met by scans, `group_seconds` in the same groups inside the window."""

    query: int
    contact: int
    rank: int
    link: str
    near: str
    kind: str
    seconds: int
    group_seconds: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """One row per (query, candidate), by query, then rank from 1. `link`, `near` (`UNKNOWN`: no vehicle) and `kind` (`UNKNOWN`: never met) point into `LINKS`,
    `PARTS` and `kinds`."""

    query: Column
    contact: Column
    rank: Column
    link: Column
    near: Column
    kind: Column
    seconds: Column
    group_seconds: Column
    kinds: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.query)

    def __iter__(self) -> Iterator[RankedRow]:
        columns = (self.query, self.contact, self.rank, self.link, self.near, self.kind, self.seconds, self.group_seconds)
        for query, contact, rank, link, part, kind, seconds, shared in zip(*(column.tolist() for column in columns), strict=True):
            place, seat = "" if kind == UNKNOWN else self.kinds[kind], "" if part == UNKNOWN else PARTS[part]
            yield RankedRow(query, contact, rank, LINKS[link], seat, place, seconds, shared)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """What the ranking knows beside the meetings. `kinds`: kinds of places in the order in which they matter, from the pack or the person; others come after them,
    equal among themselves. `min_seconds`: the pack's threshold for a meeting at a place, None where it has none."""

    places: Places | None = None
    memberships: Memberships | None = None
    rule: SeatRule | None = None
    kinds: tuple[str, ...] = ()
    min_seconds: int | None = None


def ranked(met: Meetings, queries: Sequence[ExposureQuery], ground: Ground) -> Ranked:
    """Everybody of `contacts.meetings(index, queries)`, and everybody who shared a group with the person inside the window, in order.

    A vehicle leg is given as a membership (with seats), not as a visit too: who met at a place is no less a candidate for sitting away. A membership
    without the kind of its group is refused (`BadColumns`).
    """
    words = (*ground.kinds, *sorted(set(ground.places.kind if ground.places else ()) - set(ground.kinds)), "")
    by_place = _met(met, ground, words)
    by_group = _grouped(queries, ground)
    query, contact, level, link, part, kind, seconds, shared = (np.concatenate(pair) for pair in zip(by_place, by_group, strict=True))
    order = np.lexsort((part, link, level, contact, query))
    begins = np.flatnonzero(changes(query[order], contact[order]))
    best = order[begins]
    kind = reduced(np.maximum, kind[order], begins)
    seconds, shared = reduced(np.maximum, seconds[order], begins), reduced(np.maximum, shared[order], begins)
    grade = np.minimum(np.where(kind == UNKNOWN, len(words), kind), len(ground.kinds))
    query, contact, level, link, part = query[best], contact[best], level[best], link[best], part[best]
    kept = np.flatnonzero(level != UNDER)
    order = kept[np.lexsort((contact[kept], -shared[kept], -seconds[kept], grade[kept], level[kept], query[kept]))]
    first = np.flatnonzero(changes(query[order]))
    width = np.diff(np.append(first, len(order)))
    rank = np.arange(1, len(order) + 1) - np.repeat(first, width)
    columns = (column[order] for column in (query, contact, link, part, kind, seconds, shared))
    names = ("query", "contact", "link", "near", "kind", "seconds", "group_seconds")
    return Ranked(rank=rank, kinds=words, **dict(zip(names, columns, strict=True)))


Rows = tuple[Column, Column, Column, Column, Column, Column, Column, Column]
"""query, contact, level, link, part, kind, seconds, seconds in the group."""


def _met(met: Meetings, ground: Ground, words: tuple[str, ...]) -> Rows:
    """One row per (query, contact) that met at places."""
    kind = np.full(len(met), len(words) - 1)
    if ground.places is not None:
        order = np.argsort(ground.places.place)
        known = np.append(ground.places.place[order], np.iinfo(np.int64).max)
        codes = {word: code for code, word in enumerate(words)}
        kinds = np.append(np.array([codes[word] for word in ground.places.kind], np.int64)[order], len(words) - 1)
        slot = np.searchsorted(known, met.place)
        kind = np.where(known[slot] == met.place, kinds[slot], len(words) - 1)
    order = np.lexsort((kind, met.contact, met.query))
    query, contact, kind, seconds = met.query[order], met.contact[order], kind[order], (met.end - met.start)[order]
    each = np.flatnonzero(changes(query, contact, kind))
    query, contact, kind, seconds = query[each], contact[each], kind[each], reduced(np.add, seconds, each)
    order = np.lexsort((kind, -seconds, np.minimum(kind, len(ground.kinds)), contact, query))
    begins = np.flatnonzero(changes(query, contact))
    total = reduced(np.add, seconds, begins)
    level = np.where(total >= (ground.min_seconds or 0), PLACE, UNDER)
    nothing = np.zeros(len(begins), np.int64)
    return query[begins], contact[begins], level, nothing + LINKS.index("place"), nothing + UNKNOWN, kind[order][begins], total, nothing


def _grouped(queries: Sequence[ExposureQuery], ground: Ground) -> Rows:
    """One row per (query, contact, sort of group, part of a vehicle)."""
    members = ground.memberships
    if members is None or not len(members.person):
        return (np.empty(0, np.int64),) * 8
    found = partners(members, queries)
    kind, words = _kinds(members)
    query, contact, kind = found.query, members.person[found.other], kind[found.other]
    part = _parts(members, kind, words, found.own, found.other, ground.rule or SeatRule())
    sort = np.array([LINKS.index("vehicle" if word in VEHICLES else word) for word in words])[kind]
    by_seat = np.where(part < NEAR, NEAR_BY, np.where(part == NEAR, UNSURE, AWAY))
    level = np.where(part == UNKNOWN, np.array([LEVEL.get(word, AWAY) for word in words])[kind], by_seat)
    row, start, end = union((query, contact), found.start, found.end)
    begins = np.flatnonzero(changes(query[row], contact[row]))
    shared = reduced(np.add, end - start, begins)
    at = np.searchsorted(_paired(query[row][begins], contact[row][begins], contact), _paired(query, contact, contact))
    never = np.zeros(len(query), np.int64)
    return query, contact, level, sort, part, never + UNKNOWN, never, shared[at]


def _kinds(members: Memberships) -> tuple[Column, tuple[str, ...]]:
    """Per row of memberships the code of its group's kind; every group needs one that the ranking knows."""
    groups = members.groups
    if groups is None:
        raise BadColumns(column="kind")
    words = tuple(sorted(set(groups.kind)))
    wrong = [word for word in words if word not in LEVEL and word not in VEHICLES]
    order = np.argsort(groups.group)
    slot = np.searchsorted(groups.group[order], members.group)
    missing = np.flatnonzero(np.append(groups.group[order], UNKNOWN)[slot] != members.group)
    if wrong or len(missing):
        raise BadColumns(column="kind", words=wrong, row=int(missing[0]) if len(missing) else UNKNOWN)
    return np.array([words.index(word) for word in groups.kind], np.int64)[order][slot], words


def _parts(members: Memberships, kind: Column, words: tuple[str, ...], own: Column, other: Column, rule: SeatRule) -> Column:
    """Which part of the vehicle both shared, `UNKNOWN` where the group is no vehicle."""
    nowhere = np.full(len(members.person), UNKNOWN)
    seats = members.seats or Seats(**dict.fromkeys(Seats.__dataclass_fields__, nowhere))
    found = np.full(len(own), UNKNOWN)
    for code, word in enumerate(words):
        if word in VEHICLES:
            rows = np.flatnonzero(kind == code)
            found[rows] = near(word, _taken(seats, own[rows]), _taken(seats, other[rows]), rule)
    return found


def _taken(seats: Seats, rows: Column) -> Seats:
    return Seats(**{name: column[rows] for name, column in vars(seats).items()})


def _paired(query: Column, contact: Column, among: Column) -> Column:
    """One number per (query, contact), in their order."""
    least = int(among.min(initial=0))
    return query * (int(among.max(initial=0)) - least + 1) + contact - least
