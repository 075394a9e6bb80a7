"""Stays of areas at a level: what one list has and the next has not, with holes of the crawl closed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from epigrid.engine.replay.snapshots import NONE, Record

GLITCH_HOURS = 15
"""An area that is gone, or at another level, for at most so long and comes back at the level it had was never away: lists are not published between the
late evening and the morning, so a bad evening list is mended within this time."""
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay of an area at a level. `start` and `end` number the first snapshot that has it and the first that has it no more (None: still there).

    `before` and `after` are the levels of the snapshots next to it, 0 for "on no list".
    """

    area: int
    level: int
    start: int
    end: int | None
    before: int
    after: int


def find(record: Record) -> list[Spell]:
    """All stays on a list, by area and time."""
    changes: dict[int, list[tuple[int, int]]] = {}
    listed = np.empty(0, np.uint32)
    for index, snapshot in enumerate(record.snapshots):
        if snapshot.listed is listed:
            continue
        gone = np.setdiff1d(listed, snapshot.listed, assume_unique=True) // 4
        new = np.setdiff1d(snapshot.listed, listed, assume_unique=True)
        for area in np.setdiff1d(gone, new // 4, assume_unique=True).tolist():
            changes[area].append((index, NONE))
        for code in new.tolist():
            changes.setdefault(code // 4, []).append((index, code % 4))
        listed = snapshot.listed
    moments = [snapshot.at for snapshot in record.snapshots]
    return [spell for area in sorted(changes) for spell in _spells(area, _mended(changes[area], moments))]


def _mended(changes: Iterable[tuple[int, int]], moments: Sequence[int]) -> list[tuple[int, int]]:
    """The changes without short departures from a level that came back."""
    kept: list[tuple[int, int]] = []
    for index, level in changes:
        back = len(kept) > 1 and kept[-2][1] == level != NONE
        if back and moments[index] - moments[kept[-1][0]] <= GLITCH_HOURS * HOUR:
            kept.pop()
        else:
            kept.append((index, level))
    return kept


def _spells(area: int, changes: Sequence[tuple[int, int]]) -> Iterator[Spell]:
    for number, (start, level) in enumerate(changes):
        if level != NONE:
            end, after = changes[number + 1] if number + 1 < len(changes) else (None, level)
            before = changes[number - 1][1] if number else NONE
            yield Spell(area=area, level=level, start=start, end=end, before=before, after=after)
