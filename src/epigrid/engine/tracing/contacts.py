"""The questions: who met the exposed, by which meetings, who was at a place, where exposure concentrates.

Two stays overlap when each starts before the other ends; only the part inside the query's window counts. A person is never his own contact. All
answers are in seconds and in a fixed order, whatever the order of the visits.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from epigrid.engine.tracing.answers import Contacts, Meeting, Meetings, PlaceRow, PresenceRow
from epigrid.engine.tracing.index import PlaceIndex
from epigrid.engine.tracing.schemas import LAST, TIME_BITS, Column, ExposureQuery, PlaceQuery

CHUNK = 1 << 22
"""Rows looked at in one go: bounds the memory of a question (about 0.2 GB), not its answer."""


def contacts(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> Contacts:
    """Everybody co-present with the exposed person of each query, one row per (query, contact), summed over meetings.

    Works for one query in about the time it takes to look at the people of its venues; many queries are answered together. The same person asked
    for twice has rows under both queries.
    """
    query, contact, _, start, end = _meetings(index, queries)
    order = np.lexsort((contact, query))
    query, contact, start, end = query[order], contact[order], start[order], end[order]
    first = _firsts(query, contact)
    found = (
        query[first],
        contact[first],
        _reduced(np.add, end - start, first),
        np.diff(np.append(first, len(query))),
        _reduced(np.minimum, start, first),
        _reduced(np.maximum, end, first),
    )
    ranked = np.lexsort((found[1], -found[2], found[0]))
    return Contacts(*(column[ranked] for column in found))


def meetings(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> Meetings:
    """The evidence of all contacts at once: one row per meeting, by query, contact, start, place."""
    query, contact, slot, start, end = _meetings(index, queries)
    order = np.lexsort((slot, start, contact, query))
    return Meetings(query[order], contact[order], index.places[slot[order]], start[order], end[order])


def evidence(index: PlaceIndex, query: ExposureQuery, contact: int) -> tuple[Meeting, ...]:
    """The meetings with one contact, by start, then place: looked up from the two people's stays alone, whatever crowd they met in."""
    if contact == query.person:
        return ()
    _, mine, start, end = _exposed(index, [query])
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
    slot = int(np.searchsorted(index.places, query.place))
    if slot == len(index.places) or index.places[slot] != query.place:
        return ()
    low, high = _candidates(index, np.array([slot]), np.array([query.start]), np.array([query.end]))
    rows = np.arange(low[0], high[0])
    rows = rows[index.t_out[rows] > query.start]
    rows = rows[np.argsort(index.person[rows], kind="stable")]
    person = index.person[rows]
    start = np.maximum(index.keys[rows] & LAST, query.start)
    end = np.minimum(index.t_out[rows], query.end)
    first = _firsts(person)
    columns = (
        person[first],
        _reduced(np.add, end - start, first),
        np.diff(np.append(first, len(rows))),
        _reduced(np.minimum, start, first),
        _reduced(np.maximum, end, first),
    )
    return tuple(map(PresenceRow, *(column.tolist() for column in columns)))


def exposures(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> tuple[PlaceRow, ...]:
    """Where the queries' exposure concentrates: one row per place the exposed were at, most shared seconds first, then place. Names no person."""
    query, rows, start, end = _exposed(index, queries)
    slot = index.keys[rows] >> TIME_BITS
    _, contact, met, met_start, met_end = _meetings(index, queries)
    many = len(index.places)
    asked = np.unique(np.stack((slot, query)), axis=1)[0]
    people = np.unique(np.stack((met, contact)), axis=1)[0]
    columns = (
        np.bincount(asked, minlength=many),
        _sums(slot, end - start, many),
        np.bincount(people, minlength=many),
        _sums(met, met_end - met_start, many),
    )
    seen = np.unique(slot)
    found = map(PlaceRow, index.places[seen].tolist(), *(column[seen].tolist() for column in columns))
    return tuple(sorted(found, key=lambda row: (-row.contact_seconds, row.place)))


def _exposed(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column]:
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


def _candidates(index: PlaceIndex, slot: Column, start: Column, end: Column) -> tuple[Column, Column]:
    """Row ranges of everybody at `slot` who may overlap `[start, end)`: came in before the end, not earlier than the longest stay allows."""
    earliest = np.maximum(start - index.longest[slot] + 1, 0)
    return np.searchsorted(index.keys, slot << TIME_BITS | earliest), np.searchsorted(index.keys, slot << TIME_BITS | end)


def _meetings(index: PlaceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column, Column]:
    """(query, contact, slot, start, end) of every meeting, unordered."""
    query, own, start, end = _exposed(index, queries)
    slot = index.keys[own] >> TIME_BITS
    low, high = _candidates(index, slot, start, end)
    parts: list[tuple[Column, ...]] = [(np.empty(0, np.int64),) * 5]
    for chunk in _chunks(high - low):
        at, rows = _ranges(low[chunk], high[chunk])
        at += chunk.start
        met = (index.t_out[rows] > start[at]) & (index.person[rows] != index.person[own[at]])
        at, rows = at[met], rows[met]
        begins = np.maximum(index.keys[rows] & LAST, start[at])
        ends = np.minimum(index.t_out[rows], end[at])
        parts.append((query[at], index.person[rows], slot[at], begins, ends))
    joined = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
    return joined[0], joined[1], joined[2], joined[3], joined[4]


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


def _firsts(*keys: Column) -> Column:
    """Positions at which sorted keys change, the first included."""
    if not len(keys[0]):
        return np.empty(0, np.int64)
    changed = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(np.r_[True, changed])


def _reduced(operation: np.ufunc, values: Column, first: Column) -> Column:
    """`operation` over the groups that begin at `first`."""
    reduced: Column = operation.reduceat(values, first) if len(first) else np.empty(0, np.int64)
    return reduced


def _sums(slot: Column, values: Column, many: int) -> Column:
    """Exact sums of `values` per slot."""
    sums = np.zeros(many, np.int64)
    np.add.at(sums, slot, values)
    return sums
