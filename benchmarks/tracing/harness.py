"""Builds and questions, interleaved over the engines, each answer compared with the others' before its time counts."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.tracing.cases import FEWEST, SINGLES, Cases, cases
from benchmarks.tracing.engines import engine
from benchmarks.tracing.engines.base import Absent, Oracle
from benchmarks.tracing.scales import Scale
from benchmarks.tracing.worker import LIMIT, TooSlow, Worker, ask, discard, prepare

REPEATS, SLOW_REPEATS = 5, 2
SLOW = 20.0
"""Seconds of the warm-up from which on an engine is asked only `SLOW_REPEATS` times."""


class Differs(Exception):
    """Two engines do not answer the same."""


@dataclass
class Row:
    """What one engine did with one set."""

    engine: str
    many: int
    seconds: list[float] = field(default_factory=list)
    oracles: list[Oracle] = field(default_factory=list)
    note: str = ""

    @property
    def median(self) -> float:
        """Median seconds; not a number where nothing was measured."""
        return statistics.median(self.seconds) if self.seconds else math.nan

    @property
    def p95(self) -> float:
        """The smallest measured time that 95 % of the times do not pass."""
        return p95(self.seconds)


@dataclass
class Build:
    """What an engine needed before the first question: seconds, and peak memory of the process that built."""

    engine: str
    seconds: float
    peak_gb: float
    note: str = ""


def p95(seconds: Sequence[float]) -> float:
    """The smallest measured time that 95 % of the times do not pass; not a number where nothing was measured."""
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] if seconds else math.nan


def agree(rows: Sequence[Row]) -> None:
    """Raise `Differs` unless all rows of a set hold the same figures, question by question as far as both were asked."""
    first = max(rows, key=lambda row: len(row.oracles))
    for row in rows:
        for number, (mine, theirs) in enumerate(zip(row.oracles, first.oracles, strict=False)):
            if mine != theirs:
                raise Differs(f"set {row.many}, question {number}: {first.engine} {tuple(theirs)}, {row.engine} {tuple(mine)}")


def build(name: str, scale: Scale, *, reuse: bool) -> tuple[Worker | None, Build]:
    """An engine ready to be asked, in a process that did not build it where what is built is kept; no process where the engine is absent."""
    try:
        kind = engine(name)
        if scale.name not in kind.scales:
            return None, Build(name, math.nan, math.nan, f"not at this scale ({', '.join(kind.scales)})")
        worker = Worker(name, scale.name)
        if not reuse:
            worker.run(discard)
        seconds = worker.run(prepare, limit=3600)
    except (Absent, TooSlow) as error:
        return None, Build(name, math.nan, math.nan, f"skipped: {error}")
    made = Build(name, seconds, worker.peak_gb(), "--reuse" if reuse and kind.kept else "")
    if kind.kept:  # the process that answers is not the one that built
        worker.close()
        worker = Worker(name, scale.name)
        worker.run(prepare, limit=3600)
    return worker, made


def ask_all(workers: Mapping[str, Worker], scale: Scale, many: int, *, limit: float = LIMIT) -> list[Row]:
    """One set: a warm-up and repeats, round by round over the engines; no answer is waited for longer than `limit` seconds. Raises `Differs`."""
    rows = {name: Row(name, many) for name in workers}
    questions = [cases(scale, 1).one(number) for number in range(SINGLES)] if many == 1 else [cases(scale, many)] * REPEATS
    warm = cases(scale, 100).one(0) if many == 1 else questions[0]
    times = {name: _warm(workers[name], warm, rows[name], limit) for name in workers}
    for number, question in enumerate(questions):
        for name in (name for name in workers if number < times[name]):
            seconds, found = workers[name].run(ask, question)
            rows[name].seconds.append(seconds)
            rows[name].oracles.append(found)
    agree(list(rows.values()))
    return list(rows.values())


def _warm(worker: Worker, question: Cases, row: Row, limit: float) -> int:
    """Ask once without counting; how often the engine is asked then."""
    try:
        seconds, _ = worker.run(ask, question, limit=limit)
    except TooSlow as error:
        row.note = str(error)
        return 0
    most, fewest, slow = (SINGLES, FEWEST, 1.0) if row.many == 1 else (REPEATS, SLOW_REPEATS, SLOW)
    if seconds > slow:
        row.note = f"{fewest} repeats"
    return fewest if seconds > slow else most


def table(rows: Sequence[Row], builds: Sequence[Build], workers: Mapping[str, Worker]) -> list[dict[str, Any]]:
    """One line per engine for the report."""
    lines = []
    for one in builds:
        line: dict[str, Any] = {"engine": one.engine, "build_s": one.seconds, "build_gb": one.peak_gb, "note": one.note}
        for row in (row for row in rows if row.engine == one.engine):
            line[f"{row.many}_median_s"], line[f"{row.many}_p95_s"] = row.median, row.p95
            line["note"] = "; ".join(filter(None, [line["note"], f"{row.many}: {row.note}" if row.note else ""]))
        line["ask_gb"] = workers[one.engine].peak_gb() if one.engine in workers else math.nan
        lines.append(line)
    return lines
