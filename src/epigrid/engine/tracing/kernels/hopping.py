"""One day of a search over all hops: everybody who meets the infectious at a place, in one pass over its rows.

Times are seconds from a base, forward or backward: backward is the same search in mirrored time. A stay `[a, b)` lets an exposure begin in the closed range
`[a, b - least]`. Per place the ranges of the infectious are sorted by their beginning with the furthest end so far, so each other row needs one search.
"""

from typing import Any

import numpy as np

from epigrid.engine.tracing.kernels.meeting import own_rows
from epigrid.engine.tracing.kernels.memory import (
    BY_PLACE,
    END,
    NUMBER,
    PLACE_OFFSETS,
    PLACES,
    START,
    STAY,
    compiled,
    inlined,
    numbers_at,
    rows_at,
)

NEVER = np.uint32(0xFFFFFFFF)
"""Not reached."""
MORE = 1 << 24
"""Seconds by which a stay that ends with its day may go on."""
SOURCE = np.uint32(0xFFFFFFFE)
"""Infectious in the windows of the question, and never reached."""


@compiled
def mark_places(days: Any, number: int, persons: Any, hot: Any) -> None:
    """Mark the places at which one of the persons was on a day."""
    for person in persons:
        for row in own_rows(days[number], person):
            hot[row >> 34] = 1


@compiled
def _until(days: Any, number: int, person: int, place: int, moment: int) -> int:
    """When a stay that ends with its day really ended, in epoch seconds."""
    while number + 1 < len(days) and days[number, END] == moment == days[number + 1, START]:
        number += 1
        more = 0
        for row in own_rows(days[number], person):
            if row >> 34 == place and row >> 17 & STAY == 0:
                more = row & STAY
        if more == 0:
            break
        moment += more
    return moment


@inlined
def _range(days: Any, number: int, place: int, row: int, how: Any) -> Any:
    """The closed range in which an exposure can begin during a stay, in the search's own time."""
    base, sign, _latency, least, _edge = how
    begins = days[number, START] + (row >> 46)
    until = begins + (row & STAY)
    if least > 1 and until == days[number, END]:
        until = _until(days, number, row >> 17 & NUMBER, place, until)
    return (begins - base, until - least - base) if sign > 0 else (base - until + least, base - begins)


@inlined
def _add(ranges: Any, many: int, low: int, high: int) -> int:
    if low <= high:
        ranges[many] = low << 32 | high
        return many + 1
    return many


@compiled
def _worth(day: Any, rows: Any, at: Any, how: Any) -> bool:
    """Whether somebody infectious was at a place, and somebody who could be reached there, or earlier than he was."""
    base, sign, _latency, least, _edge = how
    someone, other = False, False
    for row in rows:
        known = at[row >> 17 & NUMBER]
        if known != NEVER:
            someone = True
        if known != SOURCE:
            begins = day[START] + (row >> 46)
            until = begins + (row & STAY)
            if until == day[END] and least > 1:
                until += MORE
            other |= (begins - base if sign > 0 else base - until + least) < known
        if someone and other:
            return True
    return False


@compiled
def _infectious(days: Any, where: Any, rows: Any, at: Any, sources: Any, how: Any, ranges: Any) -> int:
    """The ranges in which the infectious at a place can expose others, sorted; returns how many."""
    number, place = where
    _base, _sign, latency, _least, edge = how
    who, opens, closes = sources
    many = 0
    for row in rows:
        since = at[row >> 17 & NUMBER]
        if since == NEVER:
            continue
        low, high = _range(days, number, place, row, how)
        if since == SOURCE:
            i = np.searchsorted(who, row >> 17 & NUMBER)
            while i < len(who) and who[i] == row >> 17 & NUMBER:
                many = _add(ranges, many, max(low, opens[i]), min(high, closes[i]))
                i += 1
        else:
            many = _add(ranges, many, max(low, np.int64(since) + latency), min(high, edge))
    for i in range(1, many):
        if ranges[i - 1] > ranges[i]:
            ranges[:many].sort()
            break
    return many


@compiled
def expose(days: Any, part: Any, at: Any, sources: Any, how: Any, scratch: Any, out: Any) -> int:
    """Whom the infectious reach at the places of `part` = (number of the day, first, after the last, hot places or none).

    `at[person]` = when reached so far. `sources` = persons (sorted), first and last moment of their windows. `how` = base, sign, latency, least, edge.
    `scratch` = two arrays longer than any infectious crowd. Writes person and moment to `out`, only where that is earlier than known; returns how many.
    """
    number, first, last, hot = part
    ranges, furthest = scratch
    day = days[number]
    offsets = numbers_at(day[PLACE_OFFSETS], day[PLACES] + 1)
    found = 0
    for place in range(first, last):
        if len(hot) and not hot[place]:
            continue
        begin = np.int64(offsets[place])
        rows = rows_at(day[BY_PLACE] + 8 * begin, np.int64(offsets[place + 1]) - begin)
        if not _worth(day, rows, at, how):
            continue
        many = _infectious(days, (number, place), rows, at, sources, how, ranges)
        reach = -1
        for i in range(many):
            reach = max(reach, ranges[i] & 0xFFFFFFFF)
            furthest[i] = reach
        for row in rows if many else rows[:0]:
            person = row >> 17 & NUMBER
            known = at[person]
            if known == SOURCE:
                continue
            low, high = _range(days, number, place, row, how)
            if low > high or low >= known:
                continue
            moment = _earliest(ranges, furthest, many, low, high)
            if 0 <= moment < known:
                out[0, found], out[1, found] = person, moment
                found += 1
    return found


@inlined
def _earliest(ranges: Any, furthest: Any, many: int, low: int, high: int) -> int:
    """The earliest moment of `[low, high]` that lies in one of the ranges, or -1."""
    before, after = 0, many
    while before < after:
        middle = (before + after) >> 1
        if ranges[middle] >> 32 <= low:
            before = middle + 1
        else:
            after = middle
    if before and furthest[before - 1] >= low:
        return low
    return ranges[before] >> 32 if before < many and ranges[before] >> 32 <= high else -1


@compiled
def settle(found: Any, many: int, at: Any) -> int:
    """Keep the earliest moment of each person; returns how many became earlier."""
    changed = 0
    for i in range(many):
        person, moment = found[0, i], np.uint32(found[1, i])
        if moment < at[person]:
            at[person] = moment
            changed += 1
    return changed
