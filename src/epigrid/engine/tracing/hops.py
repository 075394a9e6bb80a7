"""All hops at once: whom an infection could have reached over any number of meetings, and from whom it could have come.

One pass over the days in time order (`reach`), or against it (`origins`); within a day as often as somebody becomes infectious soon enough to matter. The
meaning of a hop stands in `schemas.HopRule`. Both are sets of possibilities with a moment, not findings about anybody.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing.answers import Reached
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import MAX_WINDOW_SECONDS, Column, ExposureQuery, HopRule, QueryUnbound
from epigrid.engine.tracing.segments import THREADS, Segment

FEW = 20
"""Below one person in so many, the places of the infectious are marked first and the others skipped."""


def reach(index: TraceIndex, queries: Sequence[ExposureQuery], *, rule: HopRule, until: int) -> Reached:
    """Everybody whom the queries' persons could have exposed before `until` (epoch seconds), directly or over others, with the earliest exposure."""
    if not queries:
        return Reached(np.empty(0, np.int64), np.empty(0, np.int64))
    base = min(query.start for query in queries)
    windows = [(query.person, query.start - base, query.end - rule.min_seconds - base) for query in queries]
    how = (base, 1, rule.latency_seconds, rule.min_seconds, until - rule.min_seconds - base)
    last = max(until, *(query.end for query in queries))
    _bound(base, last)
    person, at = _search(index.whole().between(base, last), windows, how)
    return _sorted(person, at + base, at)


def origins(index: TraceIndex, queries: Sequence[ExposureQuery], *, rule: HopRule, since: int) -> Reached:
    """Everybody from whom the queries' persons could have been exposed from `since` on, directly or over others, with the moment at which he must have been
    infectious at the latest."""
    if not queries:
        return Reached(np.empty(0, np.int64), np.empty(0, np.int64))
    base = max(query.end for query in queries) - 1
    windows = [(query.person, base - query.end + 1, base - query.start) for query in queries]
    how = (base, -1, rule.latency_seconds, rule.min_seconds, base - since)
    first = min(since, *(query.start for query in queries))
    _bound(first, base + 1)
    person, at = _search(index.whole().between(first, base + rule.min_seconds), windows, how)
    return _sorted(person, base - at, at)


def _bound(start: int, end: int) -> None:
    if not 0 <= start < end or end - start > MAX_WINDOW_SECONDS:
        raise QueryUnbound(start=start, end=end, longest=MAX_WINDOW_SECONDS)


def _sorted(person: Column, moment: Column, at: Column) -> Reached:
    order = np.lexsort((person, at))
    return Reached(person[order], moment[order])


def _search(index: TraceIndex, windows: Sequence[tuple[int, int, int]], how: tuple[int, int, int, int, int]) -> tuple[Column, Column]:
    """Persons reached and when, in seconds from the base; `windows` = sources with the first and last moment at which an exposure may begin."""
    from epigrid.engine.tracing.kernels import hopping

    segments = index.segments
    persons = max((len(segment.person_offsets) - 1 for segment in segments), default=0)
    table = np.array(sorted(window for window in windows if 0 <= window[0] < persons), np.int64).reshape(-1, 3)
    sources = tuple(np.ascontiguousarray(column) for column in table.T)
    at = np.full(persons, hopping.NEVER, np.uint32)
    at[sources[0]] = hopping.SOURCE
    order = range(len(segments)) if how[1] > 0 else range(len(segments) - 1, -1, -1)
    for number in order:
        while _day(index, number, at, sources, how) and how[2] < segments[number].end - segments[number].start:
            pass
    found = np.flatnonzero(at < hopping.SOURCE)
    return found, at[found].astype(np.int64)


def _day(index: TraceIndex, number: int, at: NDArray[Any], sources: tuple[Column, ...], how: tuple[int, int, int, int, int]) -> int:
    """Let the infectious of one day expose others; how many became reached, or earlier so."""
    from epigrid.engine.tracing.kernels import hopping

    segment = index.segments[number]
    places = len(segment.place_offsets) - 1
    hot = _hot(index, number, at, places)
    windows = int(np.unique(sources[0], return_counts=True)[1].max(initial=1))
    crowd = int(np.diff(segment.place_offsets).max(initial=0)) * windows + 1

    def work(part: tuple[int, int]) -> tuple[NDArray[Any], int]:
        rows = int(segment.place_offsets[part[1]]) - int(segment.place_offsets[part[0]])
        out = np.empty((2, rows), np.int64)
        scratch = (np.empty(crowd, np.int64), np.empty(crowd, np.int64))
        return out, hopping.expose(index.days, (number, *part, hot), at, sources, how, scratch, out)

    parts = _parts(segment)
    if len(parts) == 1:
        results = [work(parts[0])]
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(work, parts))
    return sum(hopping.settle(out, many, at) for out, many in results)


def _hot(index: TraceIndex, number: int, at: NDArray[Any], places: int) -> NDArray[Any]:
    """A mark for each place that somebody infectious was at, or no marks where most places would have one."""
    from epigrid.engine.tracing.kernels import hopping

    who = np.flatnonzero(at != hopping.NEVER)
    if len(who) * FEW > len(at):
        return np.empty(0, np.uint8)
    hot = np.zeros(places, np.uint8)
    hopping.mark_places(index.days, number, who, hot)
    return hot


def _parts(segment: Segment) -> list[tuple[int, int]]:
    """Ranges of places with about equal rows."""
    offsets = segment.place_offsets
    parts = 4 * THREADS if len(segment) > 100_000 else 1
    cuts = np.searchsorted(offsets, np.linspace(0, len(segment), parts + 1)[1:-1])
    edges = [0, *np.minimum(cuts, len(offsets) - 1).tolist(), len(offsets) - 1]
    return list(pairwise(edges))
