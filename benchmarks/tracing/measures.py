"""What else is measured of our index: cold pages, evidence, a new day, memory, bandwidth. Each function runs in the process of an engine."""

import mmap
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tracing.cases import SINGLES, Cases, cases
from benchmarks.tracing.engines.base import THREADS
from benchmarks.tracing.engines.index import Index, joined, overlapping, queries
from benchmarks.tracing.generator import DAY, ZONE
from epigrid.engine.tracing import contacts, files, shelf
from epigrid.engine.tracing.schemas import Visits

NEW_DAY_ROWS = 10_700_000
"""Of a city of 5.3 million; other sizes in proportion."""
STREAM = 1 << 26
"""Numbers of eight bytes in the array that is read to measure the memory: 0.5 GB."""


def cold(engine: Index) -> dict[str, Any]:
    """Seconds of each single case when the files' pages are no longer in memory, and the bytes that each then reads from the disk."""
    seconds, read = [], []
    for number in range(SINGLES):
        _forget(engine)
        before, began = _read_bytes(), time.perf_counter()
        engine.ask(cases(engine.log.scale, 1).one(number))
        seconds.append(time.perf_counter() - began)
        read.append(_read_bytes() - before)
    return {"seconds": seconds, "read_bytes": read}


def _forget(engine: Index) -> None:
    for segment in engine.index.segments:
        if segment.mapped is not None:
            segment.mapped.madvise(mmap.MADV_DONTNEED)  # pages that are mapped would stay
    for path in engine.folder.glob("*.day"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _read_bytes() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))


def evidence(engine: Index) -> list[float]:
    """Seconds to fetch the meetings of one pair: the first contact of each single case."""
    seconds = []
    for query in queries(cases(engine.log.scale, 1)):
        found = contacts.contacts(engine.index, [query])
        if len(found):
            contact = int(found.contact[0])
            began = time.perf_counter()
            rows = contacts.evidence(engine.index, query, contact)
            seconds.append(time.perf_counter() - began)
            if sum(row.seconds for row in rows) != int(found.seconds[0]):
                raise AssertionError("the evidence does not add up to the contact")
    return seconds


def ranked(engine: Index) -> list[float]:
    """Seconds of set 100 with its rows ranked by minutes, as a person is shown them."""
    asked, seconds = queries(cases(engine.log.scale, 100)), []
    for _ in range(6):
        began = time.perf_counter()
        contacts.contacts(engine.index, asked)
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def new_day(engine: Index) -> dict[str, Any]:
    """Seconds to put one more day into an index; a small day first, so that nothing is compiled or touched for the first time. Median of 5."""
    log, seconds = engine.log, []
    visits = _long_day(engine)
    with tempfile.TemporaryDirectory(dir=log.scale.folder) as name:
        folder = Path(name)
        shelf.create(folder, source="research", zone=ZONE)
        shelf.put_day(folder, log.days[0], files.read([log.file(log.days[0])]))
        for number in range(5):
            began = time.perf_counter()
            shelf.put_day(folder, log.days[1] + timedelta(days=number % 2), visits)
            seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "rows": len(visits)}


def _long_day(engine: Index) -> Visits:
    """The second day of the log, filled up to the wanted number with rows of the same weekday a week later."""
    log = engine.log
    wanted = NEW_DAY_ROWS * log.scale.people // 5_300_000
    days = overlapping(log)
    next(days)
    _, day = next(days)
    more = files.read([log.file(log.days[8])])
    part = slice(0, max(0, wanted - len(day)))
    return joined(day, Visits(person=more.person[part], place=more.place[part], t_in=more.t_in[part] - 7 * DAY, t_out=more.t_out[part] - 7 * DAY))


def memory(engine: Index) -> dict[str, float]:
    """GB of this process: resident now and at its peak, mapped pages of the files among them."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(lines[key].split()[0]) / 1e6 for name, key in (("now", "VmRSS"), ("peak", "VmHWM"))}


def bandwidth(engine: Index) -> float:
    """GB/s of reading memory in order: numpy sums on `THREADS` threads, the best of 5."""
    column = np.ones(STREAM, np.int64)
    parts, best = np.array_split(column, THREADS), 0.0
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(5):
            began = time.perf_counter()
            list(pool.map(np.sum, parts))
            best = max(best, column.nbytes / (time.perf_counter() - began) / 1e9)
    return best


def touched(engine: Index, asked: Cases) -> int:
    """Eight-byte rows that the index has to look at: the cases' own, and at their places whoever came in before they left and not earlier than the longest
    stay of that day allows."""
    rows = 0
    for segment in engine.index.segments:
        for place, since, until in _stays(segment, asked):
            low, high = segment.place_offsets[place : place + 2].tolist()
            there = segment.by_place[low:high]
            ends = np.array([max(0, since - int(segment.longest[place])), until]) << 46
            rows += 1 + int(np.diff(np.searchsorted(there, ends))[0])
    return rows


def _stays(segment: Any, asked: Cases) -> Iterator[tuple[int, int, int]]:
    """(place, begin, end) of the cases' stays on one day, in seconds of it, cut to their windows."""
    for person, start, end in zip(asked.person.tolist(), asked.start.tolist(), asked.end.tolist(), strict=True):
        if person + 1 >= len(segment.person_offsets) or start >= segment.end or end <= segment.start:
            continue
        own = segment.by_person[int(segment.person_offsets[person]) : int(segment.person_offsets[person + 1])]
        for row in own.tolist():
            begins, lasts = row >> 17 & 0x1FFFF, row & 0x1FFFF
            since, until = max(begins, start - segment.start), min(begins + lasts, end - segment.start)
            if since < until:
                yield row >> 34, since, until
