"""Open days: their files as sorted runs, which each process keeps. A file that came in is added to them and what is there is not read again."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from epigrid.engine.tracing import shelf
from epigrid.engine.tracing.files import visits_of
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.reference import PlaceIndex
from epigrid.engine.tracing.schemas import Visits
from epigrid.kernel.areas import Area
from epigrid.store import clock
from epigrid.store.extracts import files
from epigrid.store.extracts.files import File

_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class _Day:
    """The runs of one day and the digests of the files that are in them."""

    digests: frozenset[str]
    index: TraceIndex


_NOTHING = _Day(digests=frozenset(), index=TraceIndex(segments=()))
_days: dict[Path, dict[str, _Day]] = {}


def runs_of(area: Area, sources: Mapping[str, Sequence[File]], first: date, last: date) -> tuple[PlaceIndex, ...]:
    """The presences of the open days first..last, each day cut at its midnights; `sources` = the files of every open day. What is no longer among them is dropped.

    `LogDamaged` where a file of one of these days is not what was written.
    """
    place = files.folder(area)
    with _lock:
        known = {day: found for day, found in _days.get(place, {}).items() if found.digests <= {file.digest for file in sources.get(day, [])}}
        _days[place] = known
        asked = [day for day in sorted(sources) if first.isoformat() <= day <= last.isoformat()]
        for day in asked:
            known[day] = _grown(area, day, known.get(day, _NOTHING), sources[day])
    return tuple(run for day in asked for run in known[day].index.runs)


def _grown(area: Area, day: str, known: _Day, sources: Sequence[File]) -> _Day:
    fresh = [file for file in sources if file.digest not in known.digests]
    if not fresh:
        return known
    return _Day(digests=known.digests | {file.digest for file in fresh}, index=known.index.with_rows(visits(area, day, fresh)))


def visits(area: Area, day: str, sources: Sequence[File]) -> Visits:
    """All presences of files that overlap a local day, cut to it."""
    start, end = shelf.bounds(date.fromisoformat(day), clock.card(area).time_zone)
    tables = [files.read(area, file) for file in sources]
    found = visits_of(pa.concat_tables([table.filter((pc.field("t_in") < end) & (pc.field("t_out") > start)) for table in tables]))
    return replace(found, t_in=found.t_in.clip(min=start), t_out=found.t_out.clip(max=end))
