"""Rows that came in after the last day was built: sorted runs, asked one after another, their parts of meetings put together again."""

from collections.abc import Sequence

import numpy as np

from epigrid.engine.tracing import sums
from epigrid.engine.tracing.reference import PlaceIndex, exposed, stays_at
from epigrid.engine.tracing.schemas import TIME_BITS, Column, ExposureQuery

NONE: Column = np.empty(0, np.int64)


def own_stays(runs: Sequence[PlaceIndex], queries: Sequence[ExposureQuery]) -> tuple[Column, Column, Column, Column]:
    """The exposed persons' own stays in all runs (query, place, start, end), cut to the windows, overlapping and touching ones joined."""
    found = [(NONE,) * 5]
    for run in runs:
        query, rows, start, end = exposed(run, queries)
        found.append((query, np.zeros(len(rows), np.int64), run.places[run.keys[rows] >> TIME_BITS], start, end))
    query, _, place, start, end = sums.joined(_stacked(found))
    return query, place, start, end


def meetings(runs: Sequence[PlaceIndex], queries: Sequence[ExposureQuery]) -> sums.Parts:
    """Whole meetings within the time of the runs."""
    query, place, start, end = own_stays(runs, queries)
    persons = np.array([asked.person for asked in queries], np.int64)
    found = [(NONE,) * 5]
    for run in runs:
        at, rows, begins, ends = stays_at(run, place, start, end)
        met = run.person[rows] != persons[query[at]]
        found.append((query[at][met], run.person[rows][met], place[at][met], begins[met], ends[met]))
    return sums.joined(_stacked(found))


def present(runs: Sequence[PlaceIndex], place: int, start: int, end: int) -> tuple[Column, Column, Column]:
    """Everybody's parts of stays at one place within `[start, end)`: person, start, end."""
    found = [(NONE,) * 3]
    for run in runs:
        _, rows, begins, ends = stays_at(run, np.array([place]), np.array([start]), np.array([end]))
        found.append((run.person[rows], begins, ends))
    person, begins, ends = (np.concatenate(column) for column in zip(*found, strict=True))
    return person, begins, ends


def _stacked(parts: Sequence[tuple[Column, ...]]) -> sums.Parts:
    query, contact, place, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    return query, contact, place, start, end
