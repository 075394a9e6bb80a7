"""NCLS (nested containment lists): one list for all places, each place in a stretch of time of its own."""

from typing import Any

import numpy as np
import pyarrow.parquet as pq
from ncls import NCLS
from numpy.typing import NDArray

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import Engine, Oracle, distinct
from benchmarks.tracing.generator import FIRST_DAY, midnight

Column = NDArray[np.int64]
BITS = 21
"""Bits of the moments: 24 days of seconds."""
BEGINS = midnight(FIRST_DAY)
BLOCK = 256
"""Cases whose meetings are added up together: what they need stays in the cache."""


class Ncls(Engine):
    """`all_overlaps_both` over (place << 21 | moment), persons by a sorted column; the rows are added up in numpy."""

    scales = ("small", "tenth")

    def prepare(self) -> None:
        table = pq.read_table(self.log.files, columns=["person", "place", "t_in", "t_out"])
        self.person, place, t_in, t_out = (table[name].to_numpy().astype(np.int64) for name in table.column_names)
        self.begins, self.ends = (place << BITS) + t_in - BEGINS, (place << BITS) + t_out - BEGINS
        self.list = NCLS(self.begins, self.ends, np.arange(len(table), dtype=np.int64))
        self.by_person = np.argsort(self.person, kind="stable")
        self.keys = self.person[self.by_person]

    def ask(self, cases: Cases) -> Any:
        parts = [self._block(cases, low) for low in range(0, len(cases), BLOCK)]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        return columns, distinct([columns[0]], self.log.scale.people)

    def _block(self, cases: Cases, low: int) -> tuple[Column, ...]:
        """(contact, seconds, meetings, first, last), one row per case and contact, of some cases."""
        part = slice(low, low + BLOCK)
        case, since, until = self._stays(cases.person[part], cases.start[part] - BEGINS, cases.end[part] - BEGINS)
        stay, row = self.list.all_overlaps_both(since, until, np.arange(len(case), dtype=np.int64))
        met = self.person[row] != cases.person[part][case[stay]]
        stay, row = stay[met], row[met]
        begins, ends = np.maximum(since[stay], self.begins[row]), np.minimum(until[stay], self.ends[row])
        key = case[stay] << 32 | self.person[row]
        order = np.argsort(key)
        key, begins, ends = key[order], begins[order], ends[order]
        first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, np.int64)
        meetings, mask = np.diff(np.append(first, len(key))), (1 << BITS) - 1
        if not len(first):
            return (first,) * 5
        sums = np.add.reduceat(ends - begins, first)
        first_at, last_at = np.minimum.reduceat(begins & mask, first), np.maximum.reduceat(ends & mask, first)
        return key[first] & 0xFFFFFFFF, sums, meetings, first_at + BEGINS, last_at + BEGINS

    def _stays(self, person: Column, start: Column, end: Column) -> tuple[Column, Column, Column]:
        """(case, begin, end) of the cases' own stays, cut to their windows."""
        low, high = np.searchsorted(self.keys, person), np.searchsorted(self.keys, person, side="right")
        case = np.repeat(np.arange(len(person)), high - low)
        at = np.arange(len(case)) - np.repeat(np.cumsum(high - low) - (high - low) - low, high - low)
        row, stretch = self.by_person[at], (1 << BITS) - 1
        place = self.begins[row] & ~stretch
        since, until = np.maximum(self.begins[row], place + start[case]), np.minimum(self.ends[row], place + end[case])
        inside = since < until
        return case[inside], since[inside], until[inside]

    def oracle(self, answer: Any) -> Oracle:
        columns, many = answer
        return Oracle(len(columns[0]), int(columns[1].sum()), many, *(int(column.sum()) for column in columns[2:]))
