"""The questions: who met the exposed, by which meetings, who was at a place, where exposure concentrates.

Two stays overlap when each starts before the other ends; only the part inside the query's window counts. A person is never his own contact. All
answers are in seconds and in a fixed order, whatever the order of the visits.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from epigrid.engine.tracing import sums, today
from epigrid.engine.tracing.answers import Contacts, Meeting, Meetings, PlaceRow, PresenceRow
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import Column, ExposureQuery, PlaceQuery
from epigrid.engine.tracing.segments import THREADS

CHUNK = 1 << 24
"""Rows looked at in one go by one thread: bounds the memory of a question (about half a GB), not its answer."""


def contacts(index: TraceIndex, queries: Sequence[ExposureQuery]) -> Contacts:
    """Everybody co-present with the exposed person of each query, one row per (query, contact), summed over meetings.

    Costs about the time it takes to look at the people of the queries' venues, whatever the size of the city. The same person asked for twice has rows
    under both queries.
    """
    return sums.ranked(*summed(index, queries))


def summed(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column, Column, Column]:
    """The columns of `contacts` (query, contact, seconds, meetings, first, last), by query, otherwise in no order: ranking costs more than finding."""
    asked, bounds = _asked(index, queries)
    known = _known(index, queries)
    pieces = list(_chunks(bounds))
    work = [(index, asked, bounds, known, piece) for piece in pieces]
    if len(work) == 1:
        parts = [_sum(*work[0])]
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(_sum, *zip(*work, strict=True)))
    found = [np.concatenate(column) if len(parts) > 1 else column[0] for column in zip(*parts, strict=True)]
    return found[0], found[1], found[2], found[3], found[4], found[5]


def meetings(index: TraceIndex, queries: Sequence[ExposureQuery]) -> Meetings:
    """The evidence of all contacts at once: one row per meeting, by query, contact, start, place."""
    return sums.meetings_of(_met(index, queries))


def evidence(index: TraceIndex, query: ExposureQuery, contact: int) -> tuple[Meeting, ...]:
    """The meetings with one contact, by start, then place: looked up from the two people's stays alone, whatever crowd they met in."""
    if contact == query.person:
        return ()
    mine, theirs = (_own(index, [_bounded(query, person)]) for person in (query.person, contact))
    begins, ends = np.maximum(mine[2][:, None], theirs[2]), np.minimum(mine[3][:, None], theirs[3])
    met = (mine[1][:, None] == theirs[1]) & (begins < ends)
    place = np.broadcast_to(theirs[1], begins.shape)[met]
    rows = sorted(zip(begins[met].tolist(), place.tolist(), ends[met].tolist(), strict=True))
    return tuple(Meeting(query=0, contact=contact, place=where, start=start, end=end) for start, where, end in rows)


def present(index: TraceIndex, query: PlaceQuery) -> tuple[PresenceRow, ...]:
    """Everybody at an affected place at any moment of the window, by number (S-125); unknown places have nobody."""
    found = [today.present(index.runs, query.place, query.start, query.end)]
    for segment in index.segments:
        if segment.start < query.end and segment.end > query.start and 0 <= query.place < len(segment.place_offsets) - 1:
            rows = segment.by_place[int(segment.place_offsets[query.place]) : int(segment.place_offsets[query.place + 1])]
            start = segment.start + (rows >> 46)
            end = np.minimum(start + (rows & 0x1FFFF), query.end)
            start = np.maximum(start, query.start)
            inside = start < end
            found.append(((rows >> 17 & 0x1FFFFFFF)[inside], start[inside], end[inside]))
    person, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
    zeros = np.zeros(len(person), np.int64)
    _, person, _, start, end = sums.joined((zeros, person, zeros, start, end))
    return sums.present_of(person, start, end)


def exposures(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[PlaceRow, ...]:
    """Where the queries' exposure concentrates: one row per place the exposed were at, most shared seconds first, then place. Names no person."""
    return sums.places_of(_own(index, queries), _met(index, queries))


def _bounded(query: ExposureQuery, person: int) -> ExposureQuery:
    return ExposureQuery(exposure_id=query.exposure_id, person=person, start=query.start, end=query.end)


def _asked(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[tuple[Column, Column, Column], Column]:
    """Persons, starts and ends of the queries, and how many rows each looks at."""
    from epigrid.engine.tracing.kernels import meeting

    table = np.array([(query.person, query.start, query.end) for query in queries], np.int64).reshape(-1, 3).T.copy()
    bounds = np.zeros(len(queries), np.int64)
    meeting.how_many(index.days, *table, bounds)
    return (table[0], table[1], table[2]), bounds


def _chunks(bounds: Column) -> Iterator[slice]:
    """Consecutive queries of about equal work: one slice where there is little, else several for each thread."""
    reach = np.cumsum(bounds)
    total = int(reach[-1]) if len(reach) else 0
    parts = 1 if total < 200_000 else max(4 * THREADS, -(-total // CHUNK))
    cuts = np.searchsorted(reach, np.linspace(0, total, parts + 1)[1:-1]) + 1
    edges = np.unique(np.concatenate([[0], np.minimum(cuts, len(bounds)), [len(bounds)]])).tolist()
    yield from map(slice, edges[:-1] or [0], edges[1:] or [0])


def _known(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column]:
    """What the runs know, summed: offsets per query and rows contact, seconds, meetings, first, last. A meeting that goes on from the last day is not a second."""
    if not index.runs:
        return np.zeros(len(queries) + 1, np.int64), np.empty((5, 0), np.int64)
    from epigrid.engine.tracing.kernels import meeting

    query, contact, place, start, end = today.meetings(index.runs, queries)
    found = sums.contacts_of((query, contact, place, start, end))
    again = np.zeros(len(start), bool)
    edge = index.segments[-1].end if index.segments else -1
    for row in np.flatnonzero(start == edge).tolist():
        asked = queries[query[row]]
        both = (asked.person, int(contact[row]))
        again[row] = asked.start < edge and all(meeting.ends_with(index.days, person, int(place[row])) for person in both)
    counts = found.meetings.copy()
    joins = dict(zip(*np.unique(query[again] << 32 | contact[again], return_counts=True), strict=True))
    for row, key in enumerate((found.query << 32 | found.contact).tolist() if joins else ()):
        counts[row] -= joins.get(key, 0)
    offsets = np.searchsorted(found.query, np.arange(len(queries) + 1))
    return offsets, np.stack([found.contact, found.seconds, counts, found.first, found.last])


def _sum(index: TraceIndex, asked: tuple[Column, Column, Column], bounds: Column, known: tuple[Column, Column], piece: slice) -> tuple[Column, ...]:
    """The sums of some of the queries."""
    from epigrid.engine.tracing.kernels import meeting

    offsets = known[0][piece.start : piece.stop + 1]
    most = bounds[piece] + np.diff(offsets)
    slots = np.zeros(meeting.table_size(int(most.max()) if len(most) else 0), np.uint32)
    out = tuple(np.empty(int(most.sum()), np.int64) for _ in range(5))
    found = np.zeros(len(most), np.int64)
    persons, starts, ends = (column[piece] for column in asked)
    meeting.sum_contacts(index.days, (persons, starts, ends, bounds[piece]), (offsets, known[1]), slots, out, found)
    many = int(found.sum())
    return (np.repeat(np.arange(piece.start, piece.stop), found), *(column[:many] for column in out))


def _own(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column]:
    """The exposed persons' own whole stays: query, place, start, end, cut to their windows."""
    from epigrid.engine.tracing.kernels import meeting

    (persons, starts, ends), _ = _asked(index, queries)
    out = np.empty((4, meeting.own_many(index.days, persons)), np.int64)
    parts = out[:, : meeting.list_own(index.days, persons, starts, ends, out)]
    late = today.own_stays(index.runs, queries)
    query, place, start, end = (np.concatenate(pair) for pair in zip(parts, late, strict=True))
    query, _, place, start, end = sums.joined((query, np.zeros(len(query), np.int64), place, start, end))
    return query, place, start, end


def _met(index: TraceIndex, queries: Sequence[ExposureQuery]) -> sums.Parts:
    """Every whole meeting."""
    from epigrid.engine.tracing.kernels import meeting

    asked, bounds = _asked(index, queries)
    out = np.empty((5, int(bounds.sum())), np.int64)
    parts: Any = out[:, : meeting.list_meetings(index.days, *asked, out)]
    late = today.meetings(index.runs, queries)
    return sums.joined(tuple(np.concatenate(pair) for pair in zip(parts, late, strict=True)))  # type: ignore[arg-type]
