"""Day indexes of closed days, and the index that questions are asked of: closed days, files of open ones and buffer together, exactly.

The manifest remembers from which files each day was built, and the index folder's own entry of it. A day for which either is no longer so is built anew from
Parquet before anything is answered; where that cannot be, questions about it are refused.
"""

import logging
import shutil
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from epigrid.engine.tracing import shelf
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import BadColumns, Visits
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError
from epigrid.store import clock
from epigrid.store.extracts import files, opened
from epigrid.store.extracts.files import File, LogDamaged, Manifest
from epigrid.store.models import Scan

DAY = timedelta(days=1)
log = logging.getLogger(__name__)
_opened: dict[Path, tuple[dict[str, Any], TraceIndex]] = {}
"""Each folder's index as this process has opened and verified it, and which files those were."""


def index_of(*, area: Area, first: date, last: date) -> TraceIndex:
    """All presences of the days first..last (inclusive), also those that began earlier or end later, cut to these days; in files or not.

    `LogDamaged` where a day can be answered neither from its index nor from Parquet. The buffer is read first: what is written to files meanwhile is in both.
    """
    start, end = files.midnight(area, first), files.midnight(area, last + DAY)
    fresh = _buffered(area, last, start, end)
    state, closed = _closed(area, first, last)
    try:
        runs = opened.runs_of(area, {day: sources for day, sources in _sources(area, state).items() if day >= state.open_from}, first, last)
    except LogDamaged:
        if files.manifest(area) == state:
            raise
        return index_of(area=area, first=first, last=last)
    return replace(closed.between(start, end), runs=runs).with_rows(fresh)


def _buffered(area: Area, last: date, start: int, end: int) -> Visits:
    rows = Scan.objects.filter(tree=area.tree, day__lte=last, t_in__lt=end, t_out__gt=start)
    table = np.array(list(rows.values_list("person", "place", "t_in", "t_out")), np.int64).reshape(-1, 4)
    return Visits(person=table[:, 0], place=table[:, 1], t_in=np.maximum(table[:, 2], start), t_out=np.minimum(table[:, 3], end))


def _closed(area: Area, first: date, last: date) -> tuple[Manifest, TraceIndex]:
    """The manifest and the index of the days that it says are closed."""
    state = files.manifest(area)
    if not _indexed(area, state):
        return state, TraceIndex(segments=())
    if not _stale(area, state):
        try:
            return state, _open(area).between(0, files.midnight(area, date.fromisoformat(state.open_from)))
        except shelf.IndexDamaged:
            pass
    with files.alone(area):
        found = _mended(area, first, last)
        return files.manifest(area), found


def _mended(area: Area, first: date, last: date) -> TraceIndex:
    """The index after everything that is stale or damaged was built anew."""
    distrusted: set[str] = set()
    while True:
        failed = refresh(area, distrusted)
        refused = [error for day, error in sorted(failed.items()) if first.isoformat() <= day <= last.isoformat()]
        if refused:
            raise refused[0]
        try:
            return _open(area)
        except shelf.IndexDamaged as error:
            day = str(error.details["file"])[:10]
            if day in distrusted:
                raise
            distrusted.add(day)


def _open(area: Area) -> TraceIndex:
    """The index as the folder has it. Files that this process has not verified yet, or that were touched since, are verified."""
    place = index_folder(area)
    seen = {entry["file"]: _identity(place / entry["file"]) for entry in _entries(area).values()}
    known = _opened.get(place)
    if known is None or known[0] != seen:
        kept = [one for one in known[1].segments if known[0].get(one.name) == seen.get(one.name)] if known else []
        known = _opened[place] = seen, TraceIndex.open(place, TraceIndex(segments=tuple(kept)))
    return known[1]


def _identity(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def index_folder(area: Area) -> Path:
    """Where the day indexes of the area's tree lie."""
    return files.folder(area) / "index"


def _entries(area: Area) -> dict[str, Any]:
    """The index folder's own entry of each day; none where its manifest is no use."""
    try:
        found: dict[str, Any] = shelf.manifest(index_folder(area))["days"]
    except (shelf.IndexDamaged, shelf.SchemaVersionWrong):
        return {}
    return found


def _indexed(area: Area, state: Manifest) -> dict[str, list[File]]:
    """Of each closed day the files that its index is built from."""
    return {day: sources for day, sources in _sources(area, state).items() if day < state.open_from}


def _sources(area: Area, state: Manifest) -> dict[str, list[File]]:
    """Of each local day the files that have presences of it: its own, and those of earlier days whose latest presence reaches it."""
    found: dict[str, list[File]] = {}
    for began, sealed in sorted(state.days.items()):
        for file in sealed:
            day, last = date.fromisoformat(began), clock.local_day(area, datetime.fromtimestamp(file.until - 1, UTC))
            while day <= last:
                found.setdefault(day.isoformat(), []).append(file)
                day += DAY
    return found


def _built_from(sources: Sequence[File], entry: Any) -> dict[str, Any]:
    return {"files": [file.digest for file in sources], "entry": entry}


def _stale(area: Area, state: Manifest) -> list[str]:
    """Days whose index is missing or is not of the present files, and days that should have none."""
    entries, sources = _entries(area), _indexed(area, state)
    return [
        day
        for day in sorted(entries.keys() | sources.keys())
        if day not in entries or day not in sources or state.indexed.get(day) != _built_from(sources[day], entries[day])
    ]


def refresh(area: Area, distrusted: Collection[str] = ()) -> dict[str, DomainError]:
    """Build the day indexes that are stale or distrusted, drop those of forgotten and of open days; return what could not be built, by day. Hold the tree's folder."""
    state = files.manifest(area)
    stale = sorted({*_stale(area, state), *distrusted})
    if not stale:
        return {}
    place, sources = _folder_of(area), _indexed(area, state)
    failed: dict[str, DomainError] = {}
    for day in stale:
        if day in sources:
            if day in distrusted or state.indexed.get(day, {}).get("files") == [file.digest for file in sources[day]]:
                log.warning("presence log %s: the index of %s is lost or damaged and is built anew from Parquet", area.tree, day)
            try:
                shelf.put_day(place, date.fromisoformat(day), opened.visits(area, day, sources[day]))
            except (LogDamaged, BadColumns) as error:
                log.error("presence log %s: %s cannot be indexed: %s", area.tree, day, error.details)
                shelf.put_day(place, date.fromisoformat(day), Visits.of([]))
                failed[day] = error
    if _entries(area).keys() - sources:
        shelf.keep_days(place, sources)
    entries = _entries(area)
    built = {day: _built_from(sources[day], entries[day]) for day in sources if day not in failed}
    files.save(area, replace(state, indexed=built))
    return failed


def _folder_of(area: Area) -> Path:
    """The index folder, made anew where its manifest is no use."""
    place, zone = index_folder(area), clock.card(area).time_zone
    try:
        shelf.create(place, source="register", zone=zone)
    except (shelf.IndexDamaged, shelf.SchemaVersionWrong, shelf.IndexOther) as error:
        log.warning("presence log %s: the index folder is thrown away: %s", area.tree, error.details)
        shutil.rmtree(place)
        shelf.create(place, source="register", zone=zone)
    return place
