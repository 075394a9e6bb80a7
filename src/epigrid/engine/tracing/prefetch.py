"""Reading ahead: a question's pages are asked for all at once before they are looked at, so that a cold disk is waited for twice and not a hundred times.

What tells where they lie is in memory: offsets, and a fence a page (the first row of every 512).
"""

import mmap

import numpy as np

from epigrid.engine.tracing.schemas import Column
from epigrid.engine.tracing.segments import FENCE, STAY, Segment

PAGE = mmap.PAGESIZE


def prefetch(segments: tuple[Segment, ...], persons: Column, starts: Column, ends: Column) -> None:
    """Ask for the pages of the persons' own stays, then for those of everybody who may have been there. Days in memory need nothing."""
    wanted = []
    for segment in segments:
        if segment.mapped is None:
            continue
        for person, start, end in zip(persons.tolist(), starts.tolist(), ends.tolist(), strict=True):
            if segment.start < end and segment.end > start and 0 <= person < len(segment.person_offsets) - 1:
                low, high = int(segment.person_offsets[person]), int(segment.person_offsets[person + 1])
                if low < high:
                    _ask(segment, segment.person_at, low, high)
                    wanted.append((segment, low, high, start - segment.start, end - segment.start))
    for segment, low, high, opens, closes in wanted:
        for own in segment.by_person[low:high].tolist():
            begins = max(own >> 17 & STAY, opens)
            until = min((own >> 17 & STAY) + (own & STAY), closes)
            if begins < until:
                _ask(segment, segment.place_at, *_rows(segment, own >> 34, begins, until))


def _rows(segment: Segment, place: int, begins: int, until: int) -> tuple[int, int]:
    """Bounds of the rows that may overlap a stay, from the fences alone."""
    low, high = int(segment.place_offsets[place]), int(segment.place_offsets[place + 1])
    first, last = -(-low // FENCE), -(-high // FENCE)
    if first >= last:
        return low, high
    fences = segment.fences[first:last]
    keys = (max(begins - int(segment.longest[place]), 0) << 46, until << 46)
    before, after = np.searchsorted(fences, keys).tolist()
    return max(low, (first + before - 1) * FENCE), min(high, (first + after) * FENCE) if after < len(fences) else high


def _ask(segment: Segment, at: int, low: int, high: int) -> None:
    begin = (at + 8 * low) // PAGE * PAGE
    if segment.mapped is not None and low < high:
        segment.mapped.madvise(mmap.MADV_WILLNEED, begin, at + 8 * high - begin)
