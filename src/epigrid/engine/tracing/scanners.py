"""Scans at doors: in and out scans paired to stays, and scanners whose clocks cannot be right.

An in scan and the next scan of the same person at the same place, if that is an out scan within `PAIR_SECONDS`, are one stay. A scan without partner is a stay
of the place's dwell time: after an in scan, before an out scan. A clock that is wrong is counted and named; nothing is moved.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from epigrid.engine.tracing.intake import IN, OUT
from epigrid.engine.tracing.schemas import UNKNOWN, Column
from epigrid.engine.tracing.segments import Rows

PAIR_SECONDS = 16 * 3600
"""An out scan later than that after the in scan ends another visit: longer than a double shift, shorter than from one morning to the next."""
NEAR_SECONDS = 7200
"""An out scan just before an in scan, neither with a partner, is one short visit by two clocks that disagree."""
SUSPECT_SCANS = 3
"""A single wrong row is an error of the row, not of its scanner."""
PERSON, PLACE, AT, DIRECTION, ROW, DEVICE = range(6)


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """What speaks against the clock of one scanner: scans in all, scans in the future, scans outside the days of the file, visits that end before they begin
    by it and another scanner (or by itself) and the median seconds by which they do."""

    device: str
    scans: int
    future: int
    outside: int
    backwards: int
    median_seconds: int

    @property
    def suspect(self) -> bool:
        """At least `SUSPECT_SCANS` of its scans, and at least half of them, cannot be right."""
        wrong = max(self.future, self.outside, self.backwards)
        return wrong >= SUSPECT_SCANS and wrong * 2 >= self.scans


@dataclass(kw_only=True)
class Clocks:
    """Counts per scanner while files are read."""

    scans: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    future: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    outside: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    backwards: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def count(self, what: defaultdict[str, int], device: pa.Array) -> None:
        """Add the devices of scans to one of the counts."""
        for entry in device.drop_null().value_counts().to_pylist():
            what[entry["values"]] += entry["counts"]

    def backward(self, device: pa.Array, seconds: Column) -> None:
        """Visits that end so many seconds before they begin."""
        for name, by in zip(device.to_pylist(), seconds.tolist(), strict=True):
            if name is not None:
                self.backwards[name].append(by)

    def scanners(self) -> list[Scanner]:
        """All scanners, by name."""
        return [
            Scanner(
                device=device,
                scans=self.scans[device],
                future=self.future[device],
                outside=self.outside[device],
                backwards=len(self.backwards[device]),
                median_seconds=int(np.median(self.backwards[device])) if self.backwards[device] else 0,
            )
            for device in sorted(self.scans)
        ]


@dataclass(frozen=True, kw_only=True, eq=False)
class Paired:
    """`stays`: rows (person, place, t_in, t_out, row) of the scans that begin them; `lone`: scans without partner or dwell time; `used`: names of later rows
    that ended a stay; `backward`: (device, device, seconds) of out scans just before an in scan."""

    stays: Rows
    lone: Column
    used: Column
    backward: Rows


def pair(scans: Rows, later: Rows, dwell: Column) -> Paired:
    """Stays of one day's scans (columns person, place, at, direction, row, device), which `later`, the next day's, may end. `dwell`: seconds by place number,
    `UNKNOWN` where the place has none."""
    both = np.concatenate([scans, later])
    mine = np.arange(len(both)) < len(scans)
    order = np.lexsort((both[:, ROW], both[:, DIRECTION], both[:, AT], both[:, PLACE], both[:, PERSON]))
    both, mine = both[order], mine[order]
    same = (both[1:, PERSON] == both[:-1, PERSON]) & (both[1:, PLACE] == both[:-1, PLACE])
    gap = both[1:, AT] - both[:-1, AT]
    into, out = both[:, DIRECTION] == IN, both[:, DIRECTION] == OUT
    joined = np.flatnonzero(same & into[:-1] & out[1:] & (gap <= PAIR_SECONDS))
    partner = np.zeros(len(both), bool)
    partner[joined], partner[joined + 1] = True, True
    crossed = np.flatnonzero(same & out[:-1] & into[1:] & ~partner[:-1] & ~partner[1:] & (gap <= NEAR_SECONDS) & mine[:-1])
    begun = joined[mine[joined]]
    whole = np.column_stack([both[begun][:, [PERSON, PLACE, AT]], both[begun + 1, AT], both[begun, ROW]])
    alone = np.flatnonzero(mine & ~partner)
    seconds = dwell[both[alone, PLACE]]
    lasting, at = alone[seconds != UNKNOWN], both[alone, AT][seconds != UNKNOWN]
    seconds = seconds[seconds != UNKNOWN]
    before = out[lasting]
    t_in = np.where(before, np.maximum(at - seconds, 0), at)
    t_out = np.where(before, at, at + seconds)
    dwelt = np.column_stack([both[lasting][:, [PERSON, PLACE]], t_in, t_out, both[lasting, ROW]])
    return Paired(
        stays=np.concatenate([whole, dwelt]),
        lone=both[alone, ROW][dwell[both[alone, PLACE]] == UNKNOWN],
        used=both[joined + 1, ROW][mine[joined] & ~mine[joined + 1]],
        backward=np.column_stack([both[crossed, DEVICE], both[crossed + 1, DEVICE], gap[crossed]]),
    )
