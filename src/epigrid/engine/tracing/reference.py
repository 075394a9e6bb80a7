"""The engine in plain numpy: one sorted table in memory and the same questions to it. The compiled engine is tested against it, and its runs of late rows
are such tables.

Two stays overlap when each starts before the other ends; only the part inside the query's window counts. A person is never his own contact. All
answers are in seconds and in a fixed order, whatever the order of the visits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from epigrid.engine.tracing import sums
from epigrid.engine.tracing.answers import Contacts, Meeting, Meetings, PlaceRow, PresenceRow
from epigrid.engine.tracing.schemas import LAST, TIME_BITS, Column, ExposureQuery, PlaceQuery, Visits

CHUNK = 1 << 22
"""Rows looked at in one go: bounds the memory of a question (about 0.2 GB), not its answer."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Intake:
    """What became of the given rows: numbers (in input order) of those that end before they start or have no length, and how many merged."""

    rows: int
    reversed_rows: Column
    empty_rows: Column
    merged: int


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceIndex:
    """Read-only columns, one row per merged stay, sorted by (place, t_in, person).

    `keys` = slot of the place << 33 | t_in, so one binary search finds a moment at a place; `places[slot]` is the place's number and
    `longest[slot]` its longest stay in seconds: who is present at a moment came in at most that long before. `by_person` holds the row numbers
    ordered by person, `person_keys` the persons in that order.
    """

    keys: Column
    t_out: Column
    person: Column
    places: Column
    longest: Column
    by_person: Column
    person_keys: Column
    intake: Intake

    def __post_init__(self) -> None:
        for column in (self.keys, self.t_out, self.person, self.places, self.longest, self.by_person, self.person_keys):
            column.setflags(write=False)

    def __len__(self) -> int:
        return len(self.keys)

    def visits(self) -> Visits:
        """The rows as columns again, by place."""
        return Visits(person=self.person, place=self.places[self.keys >> TIME_BITS], t_in=self.keys & LAST, t_out=self.t_out)


def build(visits: Visits) -> PlaceIndex:
    """Sort visits once, in O(n log n); the given columns are not changed or kept."""
    backwards, empty = visits.t_out < visits.t_in, visits.t_out == visits.t_in
    kept = ~(backwards | empty)
    person, place, t_in, t_out = _merged(visits.person[kept], visits.place[kept], visits.t_in[kept], visits.t_out[kept])
    places, slot = np.unique(place, return_inverse=True)
    keys = slot.astype(np.int64) << TIME_BITS | t_in
    order = np.lexsort((person, keys))
    keys, person, t_out = keys[order], person[order], t_out[order]
    first = np.searchsorted(keys, np.arange(len(places), dtype=np.int64) << TIME_BITS)
    lengths = t_out - (keys & LAST)
    by_person = np.argsort(person, kind="stable").astype(np.int64)
    return PlaceIndex(
        keys=keys,
        t_out=t_out,
        person=person,
        places=places,
        longest=np.maximum.reduceat(lengths, first) if len(first) else np.empty(0, np.int64),
        by_person=by_person,
        person_keys=person[by_person],
        intake=Intake(
            rows=len(visits),
            reversed_rows=np.flatnonzero(backwards),
            empty_rows=np.flatnonzero(empty),
            merged=int(kept.sum()) - len(keys),
        ),
    )


def _merged(person: Column, place: Column, t_in: Column, t_out: Column) -> tuple[Column, Column, Column, Column]:
    """The union of each person's stays at each place as disjoint, not touching stays.

    Rows sorted by (person, place, t_in) get the number of their group in the bits above the time, so that one running maximum tells how far the
    group's stays have reached before each row.
    """
    order = np.lexsort((t_in, place, person))
    person, place, t_in, t_out = person[order], place[order], t_in[order], t_out[order]
    if not len(order):
        return person, place, t_in, t_out
    fresh = np.r_[True, (person[1:] != person[:-1]) | (place[1:] != place[:-1])]
    reach = np.maximum.accumulate(np.cumsum(fresh) << TIME_BITS | t_out) & LAST
    starts = np.flatnonzero(fresh | np.r_[True, t_in[1:] > reach[:-1]])
    ends = np.append(starts[1:], len(order)) - 1
    return person[starts], place[starts], t_in[starts], reach[ends]


def contacts(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> Contacts:
    """Everybody co-present with the exposed person of each query, one row per (query, contact), summed over meetings."""
    return sums.contacts_of(_met(index, queries))


def meetings(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> Meetings:
    """The evidence of all contacts at once: one row per meeting, by query, contact, start, place."""
    return sums.meetings_of(_met(index, queries))


def evidence(index: PlaceIndex, query: ExposureQuery, contact: int) -> tuple[Meeting, ...]:
    """The meetings with one contact, by start, then place: looked up from the two people's stays alone, whatever crowd they met in."""
    if contact == query.person:
        return ()
    _, mine, start, end = exposed(index, [query])
    low, high = np.searchsorted(index.person_keys, [contact, contact + 1])
    theirs = index.by_person[low:high]
    begins = np.maximum(start[:, None], index.keys[theirs] & LAST)
    ends = np.minimum(end[:, None], index.t_out[theirs])
    slot = np.broadcast_to(index.keys[theirs] >> TIME_BITS, begins.shape)
    met = (slot == (index.keys[mine] >> TIME_BITS)[:, None]) & (begins < ends)
    rows = zip(begins[met].tolist(), index.places[slot[met]].tolist(), ends[met].tolist(), strict=True)
    return tuple(Meeting(query=0, contact=contact, place=place, start=begin, end=until) for begin, place, until in sorted(rows))


def present(index: PlaceIndex, query: PlaceQuery) -> tuple[PresenceRow, ...]:
    """Everybody at an affected place at any moment of the window, by number (S-125); unknown places have nobody."""
    rows, start, end = stays_at(index, np.array([query.place]), np.array([query.start]), np.array([query.end]))[1:]
    return sums.present_of(index.person[rows], start, end)


def exposures(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> tuple[PlaceRow, ...]:
    """Where the queries' exposure concentrates: one row per place the exposed were at, most shared seconds first, then place. Names no person."""
    query, rows, start, end = exposed(index, queries)
    return sums.places_of((query, index.places[index.keys[rows] >> TIME_BITS], start, end), _met(index, queries))


def exposed(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column]:
    """(query, row, start, end) of the exposed persons' own stays, cut to their windows, in index order so that places are read once."""
    person, opens, closes = (np.array([getattr(query, name) for query in queries], np.int64) for name in ("person", "start", "end"))
    low = np.searchsorted(index.person_keys, person, side="left")
    high = np.searchsorted(index.person_keys, person, side="right")
    query, at = _ranges(low, high)
    rows = index.by_person[at]
    start = np.maximum(index.keys[rows] & LAST, opens[query])
    end = np.minimum(index.t_out[rows], closes[query])
    inside = np.flatnonzero(start < end)
    inside = inside[np.argsort(rows[inside], kind="stable")]
    return query[inside], rows[inside], start[inside], end[inside]


def stays_at(index: PlaceIndex, place: Column, start: Column, end: Column) -> tuple[Column, Column, Column, Column]:
    """Everybody's stays at each place within `[start, end)`: (number of the place in the asked columns, row, start, end)."""
    if not len(index.places):
        return (np.empty(0, np.int64),) * 4
    slot = np.minimum(np.searchsorted(index.places, place), len(index.places) - 1)
    earliest = np.maximum(start - index.longest[slot] + 1, 0)
    low = np.searchsorted(index.keys, slot << TIME_BITS | earliest)
    high = np.where(index.places[slot] == place, np.searchsorted(index.keys, slot << TIME_BITS | end), low)
    parts: list[tuple[Column, ...]] = [(np.empty(0, np.int64),) * 4]
    for chunk in _chunks(high - low):
        at, rows = _ranges(low[chunk], high[chunk])
        at += chunk.start
        inside = index.t_out[rows] > start[at]
        at, rows = at[inside], rows[inside]
        parts.append((at, rows, np.maximum(index.keys[rows] & LAST, start[at]), np.minimum(index.t_out[rows], end[at])))
    joined = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
    return joined[0], joined[1], joined[2], joined[3]


def _met(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> sums.Parts:
    """Every meeting, unordered."""
    query, own, start, end = exposed(index, queries)
    place = index.places[index.keys[own] >> TIME_BITS]
    at, rows, begins, ends = stays_at(index, place, start, end)
    met = index.person[rows] != index.person[own[at]]
    return query[at][met], index.person[rows][met], place[at][met], begins[met], ends[met]


def _chunks(widths: Column) -> Iterator[slice]:
    """Cut consecutive ranges into slices of about `CHUNK` rows together, at least one range each."""
    total = np.cumsum(widths)
    begin = 0
    while begin < len(widths):
        before = int(total[begin - 1]) if begin else 0
        stop = max(int(np.searchsorted(total, before + CHUNK, side="right")), begin + 1)
        yield slice(begin, stop)
        begin = stop


def _ranges(low: Column, high: Column) -> tuple[Column, Column]:
    """Lay the ranges `low[i]:high[i]` end to end: (i of each element, element)."""
    width = high - low
    at = np.repeat(np.arange(len(low)), width)
    return at, np.arange(len(at)) - np.repeat(np.cumsum(width) - width - low, width)
