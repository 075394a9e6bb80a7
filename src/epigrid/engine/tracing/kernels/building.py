"""Loops that build a day: rows to their persons, merged, then to their places."""

from typing import Any

import numpy as np

from epigrid.engine.tracing.kernels.memory import NUMBER, STAY, compiled

INSERTION = 24
"""Slices up to this length are sorted by insertion; longer ones by quicksort."""


@compiled
def count_persons(person: Any, t_in: Any, t_out: Any, start: int, end: int, counts: Any) -> None:
    """Add to `counts[person + 1]` each stay that has a part in [start, end)."""
    for i in range(len(person)):
        if t_in[i] < t_out[i] and t_in[i] < end and t_out[i] > start:
            counts[person[i] + 1] += 1


@compiled
def fill_persons(person: Any, place: Any, t_in: Any, t_out: Any, day: Any, cursor: Any, rows: Any) -> None:
    """Write the parts of stays in `day` = (start, end, first person, person after the last) to their persons' slices."""
    start, end, low, high = day
    for i in range(len(person)):
        who = person[i]
        if low <= who < high and t_in[i] < t_out[i] and t_in[i] < end and t_out[i] > start:
            begins, ends = max(t_in[i], start), min(t_out[i], end)
            rows[cursor[who]] = place[i] << 34 | (begins - start) << 17 | (ends - begins)
            cursor[who] += 1


@compiled
def _sort(rows: Any, low: int, high: int) -> None:
    if high - low > INSERTION:
        rows[low:high].sort()
        return
    for i in range(low + 1, high):
        value, at = rows[i], i
        while at > low and rows[at - 1] > value:
            rows[at] = rows[at - 1]
            at -= 1
        rows[at] = value


@compiled
def merge_persons(rows: Any, offsets: Any, low: int, high: int, kept: Any) -> None:
    """Sort each person's slice by place and moment, and merge overlapping and touching stays at its beginning; `kept[person]` says how many remain."""
    for person in range(low, high):
        begin, end = offsets[person], offsets[person + 1]
        _sort(rows, begin, end)
        last = begin - 1
        for i in range(begin, end):
            row = rows[i]
            if last >= begin and row >> 34 == rows[last] >> 34:
                since, until = rows[last] >> 17 & STAY, (rows[last] >> 17 & STAY) + (rows[last] & STAY)
                if row >> 17 & STAY <= until:
                    until = max(until, (row >> 17 & STAY) + (row & STAY))
                    rows[last] = rows[last] & ~STAY | until - since
                    continue
            last += 1
            rows[last] = row
        kept[person] = last - begin + 1


@compiled
def compact(rows: Any, offsets: Any, kept: Any, places: Any) -> int:
    """Close the gaps that merging left, set the offsets anew, count the rows of each place into `places[place + 1]`; the number of rows."""
    at = 0
    for person in range(len(kept)):
        begin = offsets[person]
        offsets[person] = at
        for i in range(begin, begin + kept[person]):
            rows[at] = rows[i]
            places[(rows[i] >> 34) + 1] += 1
            at += 1
    offsets[len(kept)] = at
    return at


@compiled
def fill_places(by_person: Any, offsets: Any, low: int, high: int, cursor: Any, by_place: Any) -> None:
    """Write the rows of the places in [low, high) to their slices."""
    for person in range(len(offsets) - 1):
        for i in range(offsets[person], offsets[person + 1]):
            place = by_person[i] >> 34
            if low <= place < high:
                by_place[cursor[place]] = (by_person[i] >> 17 & STAY) << 46 | np.int64(person) << 17 | by_person[i] & STAY
                cursor[place] += 1


@compiled
def sort_places(by_place: Any, offsets: Any, low: int, high: int, longest: Any) -> None:
    """Sort each place's slice by moment and person, and note its longest stay."""
    for place in range(low, high):
        _sort(by_place, offsets[place], offsets[place + 1])
        most = 0
        for i in range(offsets[place], offsets[place + 1]):
            most = max(most, by_place[i] & STAY)
        longest[place] = most


@compiled
def unpack(by_person: Any, offsets: Any, start: int, out: Any) -> None:
    """Rows back as columns person, place, t_in, t_out of `out` (4, rows)."""
    for person in range(len(offsets) - 1):
        for i in range(offsets[person], offsets[person + 1]):
            begins = start + (by_person[i] >> 17 & STAY)
            out[0, i], out[1, i], out[2, i], out[3, i] = person, by_person[i] >> 34 & NUMBER, begins, begins + (by_person[i] & STAY)
