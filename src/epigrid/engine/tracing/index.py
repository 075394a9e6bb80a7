"""The exact index: immutable days in time order, and what came in since as sorted runs of rows.

Overlapping or touching stays of one person at one place are one stay: minutes are never counted twice, a stay over midnight is whole again in every answer, and
answers do not depend on the order or repetition of the input. The same person at two places at once stays as reported: both are evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from epigrid.engine.tracing import reference, shelf
from epigrid.engine.tracing.schemas import BadColumns, Visits
from epigrid.engine.tracing.segments import Rows, Segment, segment_of

DAY_SECONDS = 86_400
MAX_STAY_SECONDS = 62 * DAY_SECONDS
"""Nobody stays longer at a venue: a row that says so is an error of its source."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TraceIndex:
    """Days that do not overlap, earliest first, and runs of later rows. Nothing of it changes; more rows make another index."""

    segments: tuple[Segment, ...]
    runs: tuple[reference.PlaceIndex, ...] = ()

    @classmethod
    def of(cls, visits: Visits) -> "TraceIndex":
        """An index in memory, its days those of UTC. Stays of more than `MAX_STAY_SECONDS` are refused, naming the row."""
        return cls(segments=tuple(_days(visits, origin=0)))

    @classmethod
    def open(cls, folder: Path, known: "TraceIndex | None" = None) -> "TraceIndex":
        """The index of a folder, mapped into memory; days that `known` has mapped already are taken from it. `IndexDamaged` where a file is not what the
        manifest says, `SchemaVersionWrong` where another version wrote it; nothing is answered from either."""
        return cls(segments=tuple(shelf.segments(folder, known.segments if known else ())))

    def with_rows(self, visits: Visits) -> "TraceIndex":
        """The same index with more rows. Those of its days build these anew in memory; later ones become a sorted run, runs of like size merged."""
        segments = _with_late(self.segments, visits)
        edge = segments[-1].end if segments else 0
        fresh, runs = reference.build(_after(visits, edge)), list(self.runs)
        while runs and len(runs[-1]) <= 4 * len(fresh):
            fresh = reference.build(_joined([runs.pop().visits(), fresh.visits()]))
        return TraceIndex(segments=segments, runs=(*runs, *([fresh] if len(fresh) else [])))

    def between(self, start: int, end: int) -> "TraceIndex":
        """The days that have a part in `[start, end)`, and all runs."""
        return replace(self, segments=tuple(one for one in self.segments if one.start < end and one.end > start))

    def whole(self) -> "TraceIndex":
        """The same presences without runs: what came in after the last day is built into days in memory."""
        if not self.runs:
            return self
        rows = _joined([run.visits() for run in self.runs])
        return TraceIndex(segments=(*self.segments, *_days(rows, origin=self.segments[-1].end if self.segments else 0)))

    @cached_property
    def days(self) -> Rows:
        """The days as the kernels see them: one line each."""
        lines = [segment.line for segment in self.segments]
        return np.array(lines, np.int64).reshape(len(lines), 9)

    def __len__(self) -> int:
        return sum(len(segment) for segment in self.segments) + sum(len(run) for run in self.runs)


def _days(visits: Visits, *, origin: int) -> Iterator[Segment]:
    """Days of 24 hours, counted from `origin`, that have rows."""
    endless = np.flatnonzero(visits.t_out - visits.t_in > MAX_STAY_SECONDS)
    if len(endless):
        raise BadColumns(column="t_out", row=int(endless[0]), rows=len(endless), longest=MAX_STAY_SECONDS)
    first, last = ((moment - origin) // DAY_SECONDS for moment in (visits.t_in, visits.t_out))
    most = int((last - first).max()) if len(first) else 0
    touched = [np.unique(np.minimum(first + more, last)) for more in range(most + 1)]
    for day in np.unique(np.concatenate([np.empty(0, np.int64), *touched])).tolist():
        segment = segment_of(visits, start=origin + day * DAY_SECONDS, end=origin + (day + 1) * DAY_SECONDS)
        if len(segment):
            yield segment


def _with_late(segments: tuple[Segment, ...], visits: Visits) -> tuple[Segment, ...]:
    """The days with the parts of late rows that fall before their end; a day between them that had no rows gets its own."""
    if not segments or not len(visits) or visits.t_in.min() >= segments[-1].end:
        return segments
    made, until = [], segments[0].start - -(-(segments[0].start - int(visits.t_in.min())) // DAY_SECONDS) * DAY_SECONDS
    for segment in segments:
        while until < segment.start:
            made.append(segment_of(visits, start=until, end=min(until + DAY_SECONDS, segment.start)))
            until = made[-1].end
        late = (visits.t_in < segment.end) & (visits.t_out > segment.start) & (visits.t_in < visits.t_out)
        made.append(segment_of(_joined([segment.visits(), visits]), start=segment.start, end=segment.end) if late.any() else segment)
        until = segment.end
    return tuple(one for one in made if len(one))


def _after(visits: Visits, edge: int) -> Visits:
    """The parts of rows from `edge` on."""
    later = visits.t_out > edge
    return Visits(person=visits.person[later], place=visits.place[later], t_in=np.maximum(visits.t_in[later], edge), t_out=visits.t_out[later])


def _joined(parts: Sequence[Visits]) -> Visits:
    names = ("person", "place", "t_in", "t_out")
    return Visits(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
