"""Reading published lists: one JSON line per snapshot, plain or gzip, each a full list. What cannot be read is refused with file and line."""

import gzip
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError

LISTS = {"lowlist": 1, "middlelist": 2, "highlist": 3}
"""List -> level; the number orders the levels, 0 is "on no list"."""
HIGH, MEDIUM, LOW, NONE = 3, 2, 1, 0
CHINA_HOURS = 8
Codes = NDArray[np.uint32]
STATED = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2})\s*时")


class SnapshotRefused(DomainError):
    """A file of lists that cannot be read; `details`: file, line, why."""

    reason = "replay.snapshot-refused"


@dataclass(frozen=True, kw_only=True)
class Area:
    """A place as it is written on the lists, in its county (province, city, county)."""

    county: tuple[str, str, str]
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """One list. `at` is the moment it states, `seen_at` the moment it was stored (Unix seconds); `listed` holds area * 4 + level, sorted, one per area.

    `counted` is what the list says of the whole country per level (high, medium), None where it says nothing.
    """

    at: int
    seen_at: int
    listed: Codes
    counted: tuple[int | None, int | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """All snapshots of one file in the order in which they were stored, `at` never running backwards, and the areas their codes stand for."""

    name: str
    snapshots: Sequence[Snapshot]
    areas: Sequence[Area]


@dataclass(kw_only=True)
class _Reader:
    """A file being read: areas get numbers as they come; a tail that repeats the line before is not read again."""

    name: str
    numbers: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    spelt: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    tail: str = ""
    codes: Codes = field(default_factory=lambda: np.empty(0, np.uint32))
    line: int = 0

    def refuse(self, why: str) -> SnapshotRefused:
        return SnapshotRefused(file=self.name, line=self.line, why=why)

    def codes_of(self, county: tuple[str, str, str], names: Sequence[str], level: int) -> list[int]:
        """The codes of names of a county as they are spelt; blank ones are left out."""
        known = self.spelt.setdefault(county, {})
        for name in names:
            if name not in known:
                text = written(name)
                known[name] = self.numbers.setdefault((*county, text), len(self.numbers)) if text else -1
        return [number * 4 + level for name in names if (number := known[name]) >= 0]


def read(path: Path) -> Record:
    """Read a file of snapshots. Lines of the same source (`file`) are parts of one snapshot; the order of lines does not matter.

    `SnapshotRefused` names file and line of what is broken: gzip, UTF-8, JSON, a missing moment, a missing list, a list of the wrong kind.
    """
    reader = _Reader(name=path.name)
    parts: dict[tuple[int, int, str], list[tuple[int, Codes, tuple[int | None, int | None]]]] = {}
    for line in _lines(path, reader):
        content = _content(line, reader)
        at, seen_at = _moments(content, reader)
        check = zlib.crc32(line.encode())
        source = content.get("file")
        key = (seen_at, at, source if isinstance(source, str) and source else f"line {check}")
        parts.setdefault(key, []).append((check, _codes(line, content, reader), (_count(content, "hcount"), _count(content, "mcount"))))
    snapshots: list[Snapshot] = []
    for seen_at, at, source in sorted(parts):
        found = sorted(parts[seen_at, at, source], key=lambda part: part[0])
        listed = found[0][1] if len(found) == 1 else _strictest(np.concatenate([codes for _, codes, _ in found]))
        moment = max(at, snapshots[-1].at) if snapshots else at
        snapshots.append(Snapshot(at=moment, seen_at=seen_at, listed=listed, counted=found[0][2]))
    return Record(name=path.name, snapshots=snapshots, areas=[Area(county=key[:3], text=key[3]) for key in reader.numbers])


def _lines(path: Path, reader: _Reader) -> Iterator[str]:
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else path.open("rb") as file:
            for reader.line, line in enumerate(file, 1):
                if line.strip():
                    yield line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise reader.refuse("not UTF-8") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reader.line += 1
        raise reader.refuse("broken gzip") from error
    except OSError as error:
        raise reader.refuse("cannot be read") from error


def _content(line: str, reader: _Reader) -> Mapping[str, Any]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise reader.refuse("not JSON") from error
    if not isinstance(content, dict):
        raise reader.refuse("not a JSON object")
    return content


def _moments(content: Mapping[str, Any], reader: _Reader) -> tuple[int, int]:
    """The moment that the list states, never later than the moment it was stored, and the moment it was stored."""
    at, seen_at = content.get("update_time_unix"), content.get("save_time_unix")
    if at is None:
        at = _stated(content.get("end_update_time"))
    seen_at = at if seen_at is None else seen_at
    if not _is_moment(at) or not _is_moment(seen_at):
        raise reader.refuse("no moment: update_time_unix, or end_update_time as 2022-11-24 08时, is missing or wrong")
    return min(at, seen_at), seen_at


def _is_moment(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 < value < 1 << 33


def _stated(text: Any) -> int | None:
    found = STATED.match(text) if isinstance(text, str) else None
    if not found:
        return None
    year, month, day, hour = map(int, found.groups())
    try:
        return int((datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour - CHINA_HOURS)).timestamp())
    except ValueError:
        return None


def _count(content: Mapping[str, Any], key: str) -> int | None:
    value = content.get(key)
    return value if type(value) is int else None


def _codes(line: str, content: Mapping[str, Any], reader: _Reader) -> Codes:
    """The codes of a line; the last codes again where the lists are written exactly as in the line before."""
    start = line.find('"highlist"')
    tail = line[start:] if start >= 0 else line
    if tail != reader.tail or not all(line.find(f'"{key}"') >= start for key in LISTS if key in content):
        found: list[int] = []
        for key, level in LISTS.items():
            if key not in content and level != LOW:
                raise reader.refuse(f"{key} is missing")
            for county, names in _entries(content.get(key, []), key, reader):
                found += reader.codes_of(county, names, level)
        reader.tail, reader.codes = tail, _strictest(np.array(found, np.uint32))
    return reader.codes


def _entries(items: Any, key: str, reader: _Reader) -> Iterator[tuple[tuple[str, str, str], list[str]]]:
    if not isinstance(items, list):
        raise reader.refuse(f"{key} is no list")
    for item in items:
        names = item.get("communitys") if isinstance(item, dict) else None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise reader.refuse(f"{key}: an entry without its communitys")
        county = (item.get("province", ""), item.get("city", ""), item.get("county", ""))
        if not all(isinstance(part, str) for part in county):
            raise reader.refuse(f"{key}: province, city and county are texts")
        yield county, names


def written(name: str) -> str:
    """A place text without differences of width, case and spacing."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def _strictest(codes: Codes) -> Codes:
    """Sorted codes, one per area: where an area is on several lists, the strictest counts."""
    codes = np.unique(codes)
    last: NDArray[np.bool_] = np.append(codes[:-1] // 4 != codes[1:] // 4, True) if len(codes) else np.empty(0, np.bool_)
    return codes[last]
