"""The questions: who met the exposed, by which meetings, who was at a place, where exposure concentrates.

Two stays overlap when each starts before the other ends; only the part inside the query's window counts. A person is never his own contact. All
answers are in seconds and in a fixed order, whatever the order of the visits.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from threading import local

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing import sums, today
from epigrid.engine.tracing.answers import Contacts, Meeting, Meetings, PlaceRow, PresenceRow, Sums
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.prefetch import prefetch
from epigrid.engine.tracing.schemas import Column, ExposureQuery, PlaceQuery
from epigrid.engine.tracing.segments import NUMBERS, STAY, THREADS

CHUNK = 128
"""Queries asked in one go by one thread, at most."""
COLD = 8
"""Up to so many queries their pages are asked for beforehand."""


def contacts(index: TraceIndex, queries: Sequence[ExposureQuery]) -> Contacts:
    """Everybody co-present with the exposed person of each query, one row per (query, contact), summed over meetings.

    Costs about the time it takes to look at the people of the queries' venues, whatever the size of the city. The same person asked for twice has rows
    under both queries.
    """
    pieces = summed(index, queries)
    query = np.concatenate([np.repeat(np.arange(piece.start, piece.start + len(piece.many)), piece.many) for piece in pieces])
    names = ("contact", "seconds", "meetings", "first", "last")
    contact, seconds, meetings, first, last = (np.concatenate([getattr(piece, name) for piece in pieces]).astype(np.int64) for name in names)
    opens = _asked(queries)[1][query]
    return sums.ranked(query, contact, seconds, meetings, first + opens, last + opens)


def summed(index: TraceIndex, queries: Sequence[ExposureQuery]) -> list[Sums]:
    """The rows of `contacts` in pieces of consecutive queries. For thousands of queries at once, where ranking costs more than finding."""
    asked, known = _asked(queries), _known(index, queries)
    step = max(COLD, min(CHUNK, -(-len(queries) // (2 * THREADS))))
    edges = [*range(0, len(queries), step), len(queries)] if queries else [0, 0]
    pieces = [slice(*pair) for pair in pairwise(edges)]
    if len(queries) <= COLD:
        prefetch(index.segments, *asked)
    if len(pieces) == 1:
        return [_sum(index, asked, known, pieces[0])]
    return list(_pool().map(lambda piece: _sum(index, asked, known, piece), pieces))


_kept = local()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="tracing")


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
            end = np.minimum(start + (rows & STAY), query.end)
            start = np.maximum(start, query.start)
            inside = start < end
            found.append(((rows >> 17 & (NUMBERS - 1))[inside], start[inside], end[inside]))
    person, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
    zeros = np.zeros(len(person), np.int64)
    _, person, _, start, end = sums.joined((zeros, person, zeros, start, end))
    return sums.present_of(person, start, end)


def exposures(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[PlaceRow, ...]:
    """Where the queries' exposure concentrates: one row per place the exposed were at, most shared seconds first, then place. Names no person."""
    return sums.places_of(_own(index, queries), _met(index, queries))


def _bounded(query: ExposureQuery, person: int) -> ExposureQuery:
    return ExposureQuery(exposure_id=query.exposure_id, person=person, start=query.start, end=query.end)


def _asked(queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column]:
    """Persons, starts and ends of the queries."""
    table = np.array([(query.person, query.start, query.end) for query in queries], np.int64).reshape(-1, 3).T.copy()
    return table[0], table[1], table[2]


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


def _sum(index: TraceIndex, asked: tuple[Column, Column, Column], known: tuple[Column, Column], piece: slice) -> Sums:
    """The sums of some of the queries."""
    from epigrid.engine.tracing.kernels import meeting

    persons, starts, ends = (column[piece] for column in asked)
    own, offsets = _stays(index, (persons, starts, ends)), known[0][piece.start : piece.stop + 1]
    most = np.diff(offsets)
    np.add.at(most, own[0], own[6] - own[5])
    table, lines, out = _scratch(int(most.max(initial=0)), int(most.sum()))
    many = np.zeros(len(most), np.int64)
    meeting.sum_contacts(index.days, (persons, starts), own, (offsets, known[1]), (table, lines), out, many)
    return Sums(piece.start, many, *(column[: int(many.sum())].copy() for column in out))


def _stays(index: TraceIndex, asked: tuple[Column, Column, Column]) -> Column:
    """The columns of `list_own`."""
    from epigrid.engine.tracing.kernels import meeting

    out = np.empty((7, meeting.own_many(index.days, asked[0])), np.int64)
    return out[:, : meeting.list_own(index.days, *asked, out)]


def _scratch(widest: int, rows: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """A table of zeros and lines for the sums of one question, and five columns for the rows of all, kept by each thread: fresh memory costs more than the
    sums."""
    from epigrid.engine.tracing.kernels import meeting

    if getattr(_kept, "widest", -1) < widest:
        _kept.widest, _kept.arrays = widest, (np.zeros(meeting.table_size(widest), np.int32), np.empty((widest, 5), np.int32))
    if getattr(_kept, "rows", -1) < rows:
        _kept.rows, _kept.out = rows, np.empty((5, rows), np.int32)
    table, lines = _kept.arrays
    return table, lines, _kept.out


def _own(index: TraceIndex, queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column]:
    """The exposed persons' own whole stays: query, place, start, end, cut to their windows."""
    pairs = zip(_stays(index, _asked(queries))[:4], today.own_stays(index.runs, queries), strict=True)
    query, place, start, end = (np.concatenate(pair) for pair in pairs)
    query, _, place, start, end = sums.joined((query, np.zeros(len(query), np.int64), place, start, end))
    return query, place, start, end


def _met(index: TraceIndex, queries: Sequence[ExposureQuery]) -> sums.Parts:
    """Every whole meeting."""
    from epigrid.engine.tracing.kernels import meeting

    asked = _asked(queries)
    own = _stays(index, asked)
    out = np.empty((5, int((own[6] - own[5]).sum())), np.int64)
    parts = out[:, : meeting.list_meetings(index.days, asked[0], own, out)]
    query, contact, place, start, end = (np.concatenate(pair) for pair in zip(parts, today.meetings(index.runs, queries), strict=True))
    return sums.joined((query, contact, place, start, end))
