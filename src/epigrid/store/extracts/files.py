"""The Parquet files of days and their manifest. Nothing is read from a file that is not the one that was written."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
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
    """One file: its presences lie in `[since, until)` (epoch seconds), its content has this digest."""

    name: str
    since: int
    until: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The files of each day, and of each indexed day the files it was built from and the index folder's own entry. Days before `open_from` (ISO) are closed."""

    days: dict[str, list[File]]
    indexed: dict[str, dict[str, Any]]
    open_from: str = ""

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
    """What lies in files now; `LogDamaged` where the manifest cannot be read."""
    path = folder(area) / "manifest.json"
    if not path.exists():
        return Manifest(days={}, indexed={})
    try:
        content = json.loads(path.read_text())
        if content["schema"] == 1:
            days = {day: [_measured(area, name) for name in names] for day, names in content["days"].items()}
            return Manifest(days=days, indexed={}, open_from=_after_the_last(days))
        if content["schema"] != SCHEMA_VERSION:
            raise LogDamaged(file=path.name, schema=content["schema"], known=SCHEMA_VERSION)
        days = {day: [File(**file) for file in files] for day, files in content["days"].items()}
        return Manifest(days=days, indexed=content["indexed"], open_from=content.get("open_from", _after_the_last(days)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogDamaged(file=path.name) from error


def _after_the_last(days: Iterable[str]) -> str:
    """The first open day where the manifest does not say it: then only closed days had files."""
    return max(((date.fromisoformat(day) + timedelta(days=1)).isoformat() for day in days), default="")


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
    content = json.dumps({"schema": SCHEMA_VERSION, "days": days, "indexed": state.indexed, "open_from": state.open_from}, sort_keys=True)
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
    """Columns of a file; `LogDamaged` where it is not what was written."""
    try:
        content = (folder(area) / file.name).read_bytes()
        if _digest(content) != file.digest:
            raise LogDamaged(file=file.name)
        return pq.read_table(pa.BufferReader(content), columns=list(columns))
    except (pa.ArrowException, OSError) as error:
        raise LogDamaged(file=file.name) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(area: Area, day: date, table: pa.Table) -> list[File]:
    """New files of a day, not yet in the manifest: one of the presences that end with the day, one of those that go on, which later days read too."""
    goes_on = pc.field("t_out") > midnight(area, day + timedelta(days=1))
    parts = [part for part in (table.filter(~goes_on), table.filter(goes_on)) if part.num_rows]
    known = [int(file.name.split(".")[1]) for file in manifest(area).days.get(day.isoformat(), [])]
    return [_write(area, f"{day.isoformat()}.{number}.parquet", part) for number, part in enumerate(parts, start=max(known, default=-1) + 1)]


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Rows as they are written."""
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    return pa.table([pa.array(map(str, columns[0]), pa.string()), *(pa.array(values, pa.int64()) for values in columns[1:])], schema=SCHEMA)


def _write(area: Area, name: str, table: pa.Table) -> File:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, write_page_checksum=True)
    content = sink.getvalue().to_pybytes()
    _put(folder(area) / name, content)
    return File(name=name, since=pc.min(table["t_in"]).as_py(), until=pc.max(table["t_out"]).as_py(), digest=_digest(content))


def sweep(area: Area, day: date) -> None:
    """Unlink the day's files that the manifest does not name: they were merged, or writing them was cut off. Hold the tree's folder."""
    named = {file.name for file in manifest(area).days.get(day.isoformat(), [])}
    for path in folder(area).glob(f"{day.isoformat()}.*.parquet*"):
        if path.name not in named:
            path.unlink()


def midnight(area: Area, day: date) -> int:
    """The moment at which a day begins in the area (epoch seconds)."""
    return int(clock.local_midnight(area, day).timestamp())


def with_files(state: Manifest, day: date, files: Sequence[File]) -> Manifest:
    """The manifest with more files of a day."""
    days: Mapping[str, list[File]] = state.days | {day.isoformat(): [*state.days.get(day.isoformat(), []), *files]}
    return replace(state, days=dict(days))
