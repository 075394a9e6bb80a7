"""Rows set aside by local day, so that a file larger than memory becomes days one after another."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from epigrid.engine.tracing.schemas import Column
from epigrid.engine.tracing.segments import Rows

FIRST_DAY = date(1970, 1, 1)
Days = tuple[date, date]
"""First and last day."""


def local_days(moments: Column, zone: str) -> Column:
    """Days since 1970-01-01 on which moments fall, by the clocks of a zone."""
    local = pc.local_timestamp(pa.array(moments).cast(pa.timestamp("s", tz="UTC")).cast(pa.timestamp("s", tz=zone)))
    return np.asarray(local.cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy(zero_copy_only=False), np.int64)


class Spill:
    """One file of int64 rows per day, in a folder of its own. Rows of a day come back in the order in which they were put."""

    def __init__(self, folder: Path, *, width: int) -> None:
        self._folder, self._width = folder, width
        folder.mkdir(parents=True)
        self.days: set[date] = set()

    def put(self, rows: Rows, first: Column, last: Column) -> None:
        """Put each row on every day from `first` to `last` (days since 1970); none where last is before first."""
        longest = int((last - first).max(initial=-1))
        for later in range(longest + 1):
            on = np.flatnonzero(first + later <= last)
            day = first[on] + later
            order = np.argsort(day, kind="stable")
            on, day = on[order], day[order]
            starts = np.flatnonzero(np.r_[True, day[1:] != day[:-1]]) if len(day) else np.empty(0, np.int64)
            for low, high in zip(starts.tolist(), [*starts[1:].tolist(), len(day)], strict=False):
                self._append(FIRST_DAY + timedelta(days=int(day[low])), rows[on[low:high]])

    def _append(self, day: date, rows: Rows) -> None:
        self.days.add(day)
        with self._path(day).open("ab") as file:
            np.ascontiguousarray(rows).tofile(file)

    def _path(self, day: date) -> Path:
        return self._folder / f"{day:%Y-%m-%d}"

    def rows(self, day: date) -> Rows:
        """The rows of a day, none where there are none."""
        path = self._path(day)
        return np.fromfile(path, np.int64).reshape(-1, self._width) if path.exists() else np.empty((0, self._width), np.int64)

    def __iter__(self) -> Iterator[date]:
        return iter(sorted(self.days))
