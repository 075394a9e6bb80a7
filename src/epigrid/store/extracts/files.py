"""The Parquet files of sealed days and their manifest. Nothing is read from a file that is not the one that was written."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError
from epigrid.store import clock

SCHEMA_VERSION = 2
COLUMNS = ("scan_id", "person", "place", "t_in", "t_out")
SCHEMA = pa.schema([("scan_id", pa.string()), *((name, pa.int64()) for name in COLUMNS[1:])])
Row = tuple[UUID, int, int, int, int]
"""Scan id, person, place, t_in, t_out (epoch seconds)."""


class LogDamaged(DomainError):
    """A file of the presence log is missing, not the one that was written, or of another version; nothing is answered from it."""

    reason = "presences.log-damaged"


@dataclass(frozen=True, kw_only=True)
class File:
    """One sealed file: its presences lie in `[since, until)` (epoch seconds), its content has this digest."""

    name: str
    since: int
    until: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The files of each sealed day, and of each indexed day the files it was built from and the index folder's own entry."""

    days: dict[str, list[File]]
    indexed: dict[str, dict[str, Any]]

    def all_files(self) -> list[File]:
        """The files of all days, earliest day first."""
        return [file for _, files in sorted(self.days.items()) for file in files]


def folder(area: Area) -> Path:
    """Where the files of the area's tree lie."""
    return Path(settings.EPIGRID_VAR) / "extracts" / area.tree


@contextmanager
def alone(area: Area) -> Iterator[None]:
    """Hold the tree's folder against other processes. No transaction: a large day would keep all writers of SQLite waiting."""
    folder(area).mkdir(parents=True, exist_ok=True)
    with (folder(area) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def manifest(area: Area) -> Manifest:
    """What is sealed now; `LogDamaged` where the manifest cannot be read."""
    path = folder(area) / "manifest.json"
    if not path.exists():
        return Manifest(days={}, indexed={})
    try:
        content = json.loads(path.read_text())
        if content["schema"] == 1:
            return Manifest(days={day: [_measured(area, name) for name in names] for day, names in content["days"].items()}, indexed={})
        if content["schema"] != SCHEMA_VERSION:
            raise LogDamaged(file=path.name, schema=content["schema"], known=SCHEMA_VERSION)
        return Manifest(days={day: [File(**file) for file in files] for day, files in content["days"].items()}, indexed=content["indexed"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogDamaged(file=path.name) from error


def _measured(area: Area, name: str) -> File:
    """What the first version's manifest did not say of a file."""
    try:
        content = (folder(area) / name).read_bytes()
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise LogDamaged(file=name) from error
    return File(name=name, since=pc.min(table["t_in"]).as_py(), until=pc.max(table["t_out"]).as_py(), digest=_digest(content))


def save(area: Area, state: Manifest) -> None:
    """Make this the manifest."""
    days = {day: [asdict(file) for file in files] for day, files in state.days.items() if files}
    content = json.dumps({"schema": SCHEMA_VERSION, "days": days, "indexed": state.indexed}, sort_keys=True)
    _put(folder(area) / "manifest.json", content.encode())


def _put(path: Path, content: bytes) -> None:
    """Write aside, then in its place so that it is still there after the power failed: rows are deleted only after this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(area: Area, file: File, columns: Sequence[str] = COLUMNS[1:]) -> pa.Table:
    """Columns of a sealed file; `LogDamaged` where it is not what was written."""
    try:
        content = (folder(area) / file.name).read_bytes()
        if _digest(content) != file.digest:
            raise LogDamaged(file=file.name)
        return pq.read_table(pa.BufferReader(content), columns=list(columns))
    except (pa.ArrowException, OSError) as error:
        raise LogDamaged(file=file.name) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sealed_ids(area: Area, days: Iterable[date]) -> set[str]:
    """The scans in the files of these days."""
    known, wanted = manifest(area).days, sorted(day.isoformat() for day in days)
    found: set[str] = set()
    try:
        for day in wanted:
            for file in known.get(day, []):
                found |= set(read(area, file, ["scan_id"])["scan_id"].to_pylist())
    except LogDamaged:
        if manifest(area).days == known:
            raise
        return sealed_ids(area, map(date.fromisoformat, wanted))
    return found


def write(area: Area, day: date, rows: Sequence[Row]) -> list[File]:
    """New files of a day, not yet in the manifest: one of the presences that end with the day, one of those that go on, which later days read too."""
    edge = midnight(area, day + timedelta(days=1))
    parts = [[row for row in rows if row[4] <= edge], [row for row in rows if row[4] > edge]]
    known = len(manifest(area).days.get(day.isoformat(), []))
    return [_write(area, f"{day.isoformat()}.{number}.parquet", part) for number, part in enumerate(filter(None, parts), start=known)]


def _write(area: Area, name: str, rows: Sequence[Row]) -> File:
    ids, *numbers = zip(*rows, strict=True)
    arrays: list[pa.Array] = [pa.array([str(scan_id) for scan_id in ids]), *(pa.array(values, pa.int64()) for values in numbers)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, schema=SCHEMA), sink, write_page_checksum=True)
    content = sink.getvalue().to_pybytes()
    _put(folder(area) / name, content)
    return File(name=name, since=min(row[3] for row in rows), until=max(row[4] for row in rows), digest=_digest(content))


def midnight(area: Area, day: date) -> int:
    """The moment at which a day begins in the area (epoch seconds)."""
    return int(clock.local_midnight(area, day).timestamp())


def with_files(state: Manifest, day: date, files: Sequence[File]) -> Manifest:
    """The manifest with more files of a day."""
    days: Mapping[str, list[File]] = state.days | {day.isoformat(): [*state.days.get(day.isoformat(), []), *files]}
    return Manifest(days=dict(days), indexed=state.indexed)
