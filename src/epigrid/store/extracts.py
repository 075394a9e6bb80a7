"""The presence log: rows of a day buffer, sealed day by day into Parquet, deleted by unlinking files.

Persons and places are pseudonymous numbers; Parquet holds no identity. A day is sealed write-aside, fsync, rename, manifest, then its rows
are deleted; a late presence goes to a late file of its day. Queries read the buffer, then the sealed days, and count a presence that is in both
(its day is being sealed, or sealing was cut off) once. One sealing or forgetting of a tree at a time.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from epigrid.engine.tracing import index
from epigrid.kernel.areas import Area
from epigrid.store.models import Pseudonym, Scan

SCHEMA_VERSION = 1
COLUMNS = ("scan_id", "person", "place", "t_in", "t_out")


def pseudonyms(*, area: Area, kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of persons or places in the tree's presence log, made where missing."""
    wanted = sorted(set(subject_ids))
    Pseudonym.objects.bulk_create(
        [Pseudonym(tree=area.tree, kind=kind, subject_id=subject_id) for subject_id in wanted],
        ignore_conflicts=True,
        batch_size=500,
    )
    found: dict[UUID, int] = {}
    for start in range(0, len(wanted), 500):
        rows = Pseudonym.objects.filter(tree=area.tree, kind=kind, subject_id__in=wanted[start : start + 500])
        found |= dict(rows.values_list("subject_id", "id"))
    return found


def subjects(*, area: Area, kind: str, numbers: Iterable[int]) -> dict[int, UUID]:
    """The persons or places behind numbers; the caller keeps to its scope."""
    wanted = sorted(set(numbers))
    found: dict[int, UUID] = {}
    for start in range(0, len(wanted), 500):
        rows = Pseudonym.objects.filter(tree=area.tree, kind=kind, id__in=wanted[start : start + 500])
        found |= dict(rows.values_list("id", "subject_id"))
    return found


def add(*, area: Area, day_of: Mapping[UUID, date], rows: Sequence[tuple[UUID, int, int, int, int]]) -> int:
    """Add presences (scan id, person, place, t_in, t_out in epoch seconds) to the buffer; a scan sent twice counts once. Returns how many were new."""
    known = set()
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), 500):
        known |= set(Scan.objects.filter(scan_id__in=ids[start : start + 500]).values_list("scan_id", flat=True))
    sealed = _sealed_ids(area, {day_of[row[0]] for row in rows})
    fresh = [row for row in rows if row[0] not in known and str(row[0]) not in sealed]
    Scan.objects.bulk_create(
        [Scan(scan_id=r[0], tree=area.tree, day=day_of[r[0]], person=r[1], place=r[2], t_in=r[3], t_out=r[4]) for r in fresh],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len({row[0] for row in fresh})


def seal_day(*, area: Area, day: date) -> int:
    """Write the buffered rows of a closed day to Parquet and drop them from the buffer; return how many. Safe to run again after a crash."""
    with _alone(area):
        rows = list(Scan.objects.filter(tree=area.tree, day=day).order_by("place", "t_in", "scan_id").values_list(*COLUMNS))
        done = _sealed_ids(area, {day})
        fresh = [row for row in rows if str(row[0]) not in done]
        if fresh:
            _write(area, day, fresh)
        _drop(sorted(row[0] for row in rows))
        return len(fresh)


def _drop(scan_ids: Sequence[UUID]) -> None:
    """Delete rows by and by, so that other writers of SQLite come in between."""
    for start in range(0, len(scan_ids), 9000):
        with transaction.atomic():
            for chunk in range(start, min(start + 9000, len(scan_ids)), 900):
                Scan.objects.filter(scan_id__in=scan_ids[chunk : min(chunk + 900, start + 9000)]).delete()


def seal_before(*, area: Area, day: date) -> int:
    """Seal every buffered day before `day`; return how many presences went into files."""
    days = Scan.objects.filter(tree=area.tree, day__lt=day).order_by("day").values_list("day", flat=True).distinct()
    return sum(seal_day(area=area, day=closed) for closed in list(days))


def visits(*, area: Area, first: date, last: date) -> pa.Table:
    """All presences of the days first..last (inclusive): columns person, place, t_in, t_out (int64, epoch seconds UTC)."""
    buffered = Scan.objects.filter(tree=area.tree, day__gte=first, day__lte=last).order_by("place", "t_in", "scan_id")
    waiting = list(buffered.values_list("day", *COLUMNS))
    sealed = _sealed_ids(area, {row[0] for row in waiting})
    columns: list[Any] = list(zip(*(row[2:] for row in waiting if str(row[1]) not in sealed), strict=True)) or [[], [], [], []]
    tables = [pa.table({name: pa.array(column, pa.int64()) for name, column in zip(COLUMNS[1:], columns, strict=True)})]
    for day, files in sorted(_manifest(area).items()):
        if first.isoformat() <= day <= last.isoformat():
            tables += [pq.read_table(_folder(area) / name, columns=list(COLUMNS[1:])) for name in files]
    return pa.concat_tables(tables)


def index_of(*, area: Area, first: date, last: date) -> index.PlaceIndex:
    """The index of all presences of the days first..last (inclusive), for questions of the tracing engine."""
    return index.build(index.visits_of(visits(area=area, first=first, last=last)))


def forget_before(*, area: Area, day: date) -> list[str]:
    """Unlink the files and drop the buffered rows of all days before `day`; return the names of the files.

    Files that no manifest names (sealing or forgetting was cut off) go too.
    """
    with _alone(area):
        Scan.objects.filter(tree=area.tree, day__lt=day).delete()
        kept = {key: files for key, files in _manifest(area).items() if key >= day.isoformat()}
        _save_manifest(area, kept)
        old = sorted(path for path in _folder(area).glob("*.parquet*") if path.name[:10] < day.isoformat())
        for path in old:
            path.unlink()
        return [path.name for path in old]


@contextmanager
def _alone(area: Area) -> Iterator[None]:
    """Hold the tree's folder against other processes. No transaction: a large day would keep all writers of SQLite waiting."""
    folder = _folder(area)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder(area: Area) -> Path:
    return Path(settings.EPIGRID_VAR) / "extracts" / area.tree


def _manifest(area: Area) -> dict[str, list[str]]:
    path = _folder(area) / "manifest.json"
    if not path.exists():
        return {}
    content = json.loads(path.read_text())
    return {day: list(files) for day, files in content["days"].items()}


def _save_manifest(area: Area, days: Mapping[str, Sequence[str]]) -> None:
    path = _folder(area) / "manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    with aside.open("w") as file:
        json.dump({"schema": SCHEMA_VERSION, "days": days}, file, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    _rename(aside, path)


def _rename(aside: Path, path: Path) -> None:
    """Put a written file in its place so that it is still there after the power failed: rows are deleted only after this."""
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sealed_ids(area: Area, days: Iterable[date]) -> set[str]:
    manifest = _manifest(area)
    found: set[str] = set()
    for day in days:
        for name in manifest.get(day.isoformat(), []):
            found |= set(pq.read_table(_folder(area) / name, columns=["scan_id"])["scan_id"].to_pylist())
    return found


def _write(area: Area, day: date, rows: Sequence[tuple[UUID, int, int, int, int]]) -> None:
    manifest = _manifest(area)
    files = manifest.get(day.isoformat(), [])
    name = f"{day.isoformat()}.{len(files)}.parquet"
    folder = _folder(area)
    folder.mkdir(parents=True, exist_ok=True)
    ids, *numbers = zip(*rows, strict=True)
    arrays: dict[str, pa.Array] = {"scan_id": pa.array([str(scan_id) for scan_id in ids])}
    arrays |= {column: pa.array(values, pa.int64()) for column, values in zip(COLUMNS[1:], numbers, strict=True)}
    aside = folder / f"{name}.new"
    with aside.open("wb") as file:
        pq.write_table(pa.table(arrays), file)
        file.flush()
        os.fsync(file.fileno())
    _rename(aside, folder / name)
    manifest[day.isoformat()] = [*files, name]
    _save_manifest(area, manifest)
