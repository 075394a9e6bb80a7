"""One day of presences, ready to be asked: eight-byte rows by place and by person, offsets, each place's longest stay.

A row by place is moment (17 bits: seconds since the day began), person (29), stay (17: seconds); a row by person is place (29), moment, stay. Stays are cut at
the day's ends, so both fit a day of up to 36 hours, exact to the second; overlapping and touching stays of one person at one place are one row.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing.schemas import BadColumns, Column, Visits

NUMBERS = 1 << 29
"""Persons and places are numbers below this: half a thousand million."""
STAY = (1 << 17) - 1
"""The bits of a stay, and of a moment, in a row."""
MAX_DAY_SECONDS = 36 * 3600
FENCE = 512
"""Rows to a page of 4 KiB."""
THREADS = min(os.cpu_count() or 1, 8)
Rows = NDArray[np.int64]
Offsets = NDArray[np.uint32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Segment:
    """Presences in `[start, end)` (epoch seconds). `place_offsets[n]:place_offsets[n + 1]` are the rows of place n in `by_place`, likewise for persons. Where it comes from a file: its
    name, the mapped bytes, and where the rows by place and by person begin in them."""

    start: int
    end: int
    by_place: Rows
    place_offsets: Offsets
    longest: Offsets
    by_person: Rows
    person_offsets: Offsets
    name: str = ""
    mapped: mmap | None = None
    place_at: int = 0
    person_at: int = 0

    def __len__(self) -> int:
        return len(self.by_place)

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """The five arrays in the order in which they are kept."""
        return self.by_place, self.place_offsets, self.longest, self.by_person, self.person_offsets

    @cached_property
    def line(self) -> tuple[int, ...]:
        """The segment as the kernels see it."""
        sizes = (len(self.place_offsets) - 1, len(self.person_offsets) - 1)
        return self.start, self.end, *sizes, *(array.ctypes.data for array in self.arrays)

    @cached_property
    def fences(self) -> Rows:
        """The first of every `FENCE` rows by place: kept in memory, they tell on which page a moment lies."""
        return self.by_place[::FENCE].copy()

    def visits(self) -> Visits:
        """The rows as columns again, by person."""
        from epigrid.engine.tracing.kernels import building

        out = np.empty((4, len(self)), np.int64)
        building.unpack(self.by_person, self.person_offsets, self.start, out)
        return Visits(person=out[0], place=out[1], t_in=out[2], t_out=out[3])


def segment_of(visits: Visits, *, start: int, end: int) -> Segment:
    """The parts of visits within `[start, end)`; reversed and empty stays have none. Order and repetition of the rows do not matter."""
    from epigrid.engine.tracing.kernels import building

    if not 0 < end - start <= MAX_DAY_SECONDS:
        raise BadColumns(column="day", start=start, end=end, longest=MAX_DAY_SECONDS)
    persons, places = (_how_many(getattr(visits, name), name) for name in ("person", "place"))
    columns = (visits.person, visits.place, visits.t_in, visits.t_out)
    counts = np.zeros(persons + 1, np.int64)
    building.count_persons(columns[0], columns[2], columns[3], start, end, counts)
    offsets = np.cumsum(counts)
    rows, kept = np.empty(offsets[-1], np.int64), np.zeros(persons, np.int64)
    cursor = offsets[:-1].copy()
    by_range(lambda low, high: building.fill_persons(*columns, (start, end, low, high), cursor, rows), offsets)
    by_range(lambda low, high: building.merge_persons(rows, offsets, low, high, kept), offsets)
    tally = np.zeros(places + 1, np.int64)
    many = building.compact(rows, offsets, kept, tally)
    by_person, place_offsets = rows[:many], np.cumsum(tally)
    by_place, longest = np.empty(many, np.int64), np.zeros(places, np.uint32)
    cursor = place_offsets[:-1].copy()
    by_range(lambda low, high: building.fill_places(by_person, offsets, low, high, cursor, by_place), place_offsets)
    by_range(lambda low, high: building.sort_places(by_place, place_offsets, low, high, longest), place_offsets)
    return Segment(
        start=start,
        end=end,
        by_place=by_place,
        place_offsets=place_offsets.astype(np.uint32),
        longest=longest,
        by_person=by_person,
        person_offsets=offsets.astype(np.uint32),
    )


def _how_many(numbers: Column, name: str) -> int:
    """One more than the highest number of a column."""
    if not len(numbers):
        return 0
    low, high = int(numbers.min()), int(numbers.max())
    if low < 0 or high >= NUMBERS:
        raise BadColumns(column=name, why="number", lowest=low, highest=high, below=NUMBERS)
    return high + 1


def by_range(work: Callable[[int, int], object], offsets: NDArray[Any]) -> None:
    """Call `work(low, high)` for consecutive ranges of numbers with about equal rows, on as many threads as there are cores."""
    parts = THREADS if len(offsets) and offsets[-1] > 100_000 else 1
    cuts = np.searchsorted(offsets, np.linspace(0, int(offsets[-1]) if len(offsets) else 0, parts + 1)[1:-1])
    edges = [0, *cuts.tolist(), len(offsets) - 1]
    if parts == 1:
        work(0, edges[-1])
        return
    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))
