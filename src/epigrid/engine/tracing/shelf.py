"""A folder of an index: one immutable file a local day, and a manifest that names them with size and checksum.

A day is written aside, synced, renamed, and then named by the manifest, which is replaced the same way: whoever reads sees the old days or the new ones, whenever
the power fails. A day never touches another one's file. One builder at a time; a second one is refused. What the manifest does not name is not answered
from and is removed by the next builder.
"""

import fcntl
import json
import mmap
import os
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from epigrid.engine.tracing.schemas import Visits
from epigrid.engine.tracing.segments import Segment, segment_of
from epigrid.kernel.errors import DomainError

SCHEMA = 1
MAGIC = b"EPIGRID DAY 0001"
SOURCES = ("register", "research")
KINDS: Sequence[tuple[str, Any]] = (
    ("by_place", np.int64),
    ("by_person", np.int64),
    ("place_offsets", np.uint32),
    ("longest", np.uint32),
    ("person_offsets", np.uint32),
)
"""The arrays of a file in their order, after the magic."""


class IndexDamaged(DomainError):
    """A file of the index is missing, cut, or not what was written; `details` names it. Nothing is answered."""

    reason = "tracing.index-damaged"


class SchemaVersionWrong(DomainError):
    """The index was written by another version of the program; it is built anew from the presences."""

    reason = "tracing.schema-version"


class IndexBusy(DomainError):
    """Another builder is at work in this folder."""

    reason = "tracing.index-busy"


class IndexOther(DomainError):
    """The folder holds an index of another source or time zone."""

    reason = "tracing.index-other"


def create(folder: Path, *, source: str, zone: str) -> None:
    """Make an empty index, or make sure that the folder holds one of this source (`register`, `research`) and time zone."""
    folder.mkdir(parents=True, exist_ok=True)
    with builder(folder):
        if not (folder / "manifest.json").exists():
            ZoneInfo(zone)
            _save(folder, {"schema": SCHEMA, "source": source, "zone": zone, "days": {}})
        found = manifest(folder)
        if source not in SOURCES or (found["source"], found["zone"]) != (source, zone):
            raise IndexOther(source=found["source"], zone=found["zone"])


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest: schema, source, zone, and per day file, start, end (epoch seconds), rows, persons, places, bytes, crc32."""
    try:
        found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        version, _ = found["schema"], (found["source"], found["zone"], found["days"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(file="manifest.json") from error
    if version != SCHEMA:
        raise SchemaVersionWrong(found=version, known=SCHEMA)
    return found


def bounds(day: date, zone: str) -> tuple[int, int]:
    """First moment of a local day and of the next one, in epoch seconds."""
    first, last = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    return int(first.timestamp()), int(last.timestamp())


def put_day(folder: Path, day: date, visits: Visits) -> Segment:
    """Build one local day from all visits that overlap it, in place of what the folder has of that day; the segment is in memory."""
    with builder(folder):
        found = manifest(folder)
        start, end = bounds(day, found["zone"])
        segment = segment_of(visits, start=start, end=end)
        found["days"][day.isoformat()] = _write(folder, day, segment)
        _save(folder, found)
        _sweep(folder, found)
        return segment


def keep_days(folder: Path, days: Collection[str]) -> list[str]:
    """Unlink the files of all other days (ISO dates); their names."""
    with builder(folder):
        found = manifest(folder)
        found["days"] = {key: one for key, one in found["days"].items() if key in days}
        _save(folder, found)
        return _sweep(folder, found)


@contextmanager
def builder(folder: Path) -> Iterator[None]:
    """Hold the folder against other builders; `IndexBusy` where one is at work."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBusy(folder=folder.name) from error
        yield


def segments(folder: Path, known: Sequence[Segment] = ()) -> list[Segment]:
    """The days of a folder, earliest first, mapped into memory and checked against the manifest; those in `known` were checked before."""
    checked: Mapping[str, Segment] = {one.name: one for one in known}
    days = sorted(manifest(folder)["days"].items())
    return [checked.get(entry.get("file", "")) or _open(folder, entry) for _, entry in days]


def _open(folder: Path, entry: Mapping[str, Any]) -> Segment:
    name = str(entry.get("file", "manifest.json"))
    try:
        sizes = _sizes(entry)
        with (folder / name).open("rb") as file:
            if os.fstat(file.fileno()).st_size != entry["bytes"] or entry["bytes"] != len(MAGIC) + sum(sizes.values()):
                raise IndexDamaged(file=name, why="size")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if zlib.crc32(mapped) != entry["crc32"] or mapped[: len(MAGIC)] != MAGIC:
            raise IndexDamaged(file=name, why="checksum")
        mapped.madvise(mmap.MADV_RANDOM)
        arrays, at = {}, len(MAGIC)
        for kind, dtype in KINDS:
            array = np.frombuffer(mapped, dtype, sizes[kind] // np.dtype(dtype).itemsize, at)
            arrays[kind] = array if dtype is np.int64 else array.copy()
            at += sizes[kind]
        person_at = len(MAGIC) + sizes["by_place"]
        found = Segment(start=entry["start"], end=entry["end"], name=name, mapped=mapped, place_at=len(MAGIC), person_at=person_at, **arrays)
        found.fences  # noqa: B018 - read now, while the file is in memory
        return found
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(file=name) from error


def _sizes(entry: Mapping[str, Any]) -> dict[str, int]:
    """Bytes of each array."""
    rows, places, persons = entry["rows"], entry["places"], entry["persons"]
    return {
        "by_place": 8 * rows,
        "by_person": 8 * rows,
        "place_offsets": 4 * (places + 1),
        "longest": 4 * places,
        "person_offsets": 4 * (persons + 1),
    }


def _write(folder: Path, day: date, segment: Segment) -> dict[str, Any]:
    """Write a day aside and rename it; its entry in the manifest. The same rows have the same name."""
    parts: list[Any] = [MAGIC, *(np.ascontiguousarray(getattr(segment, kind)).data.cast("B") for kind, _ in KINDS)]
    crc = 0
    aside = folder / f"{day.isoformat()}.new"
    with aside.open("wb", buffering=0) as file:
        for part in parts:
            crc = zlib.crc32(part, crc)
            view = memoryview(part)
            while len(view):
                view = view[file.write(view) :]
        os.fsync(file.fileno())
    name = f"{day.isoformat()}.{crc:08x}.day"
    _rename(aside, folder / name)
    return {
        "file": name,
        "start": segment.start,
        "end": segment.end,
        "rows": len(segment),
        "places": len(segment.place_offsets) - 1,
        "persons": len(segment.person_offsets) - 1,
        "bytes": sum(len(part) for part in parts),
        "crc32": crc,
    }


def _save(folder: Path, content: Mapping[str, Any]) -> None:
    aside = folder / "manifest.new"
    with aside.open("w", encoding="utf-8") as file:
        json.dump(content, file, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    _rename(aside, folder / "manifest.json")


def _rename(aside: Path, path: Path) -> None:
    """Put a written file in its place so that it is still there after the power failed."""
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sweep(folder: Path, found: Mapping[str, Any]) -> list[str]:
    """Unlink the days that the manifest does not name; their names."""
    named = {entry["file"] for entry in found["days"].values()}
    gone = sorted(path for path in [*folder.glob("*.day"), *folder.glob("*.new")] if path.name not in named)
    for path in gone:
        path.unlink()
    return [path.name for path in gone]
