"""Pack files: TOML <-> checked packs. Pure.

A value is `{ value = ..., source = "...", confidence = "P" }` or `{ unset = true, note = "..." }`. K (general knowledge) never ships.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from epigrid.kernel.errors import DomainError

CONFIDENCE = frozenset({"P", "PR", "S"})
ASSUMED = "assumption of this exercise"
HEAD = frozenset({"id", "disease", "title", "kind", "area", "valid_from", "valid_to", "inherits", "order", "applies_to_open_measures"})


class PackRefused(DomainError):
    """A pack file that cannot be taken: file, key and reason."""

    reason = "policy.pack-refused"


@dataclass(frozen=True, kw_only=True)
class Value:
    """One number or text with its source; `unset` means that no source sets it."""

    value: Any
    source: str
    confidence: str
    pack: str
    unset: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One checked file. `clauses` maps table key -> field -> value. Overlays carry `area`; packs do not."""

    id: str
    disease: str
    title: str
    kind: str
    valid_from: date
    valid_to: date | None
    inherits: str = ""
    area: str = ""
    order: int = 0
    applies_to_open_measures: bool = False
    clauses: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def in_force(self, on: date) -> bool:
        """Whether `on` lies in `[valid_from, valid_to)`."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def load(path: Path) -> Pack:
    """Read and check one file; `PackRefused` names file, key and reason."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackRefused(file=path.name, why=str(error)) from error
    return parse(content, path.name)


def parse(content: Mapping[str, Any], file: str) -> Pack:
    """Check the content of one file."""
    head = content.get("pack")
    if not isinstance(head, Mapping):
        raise PackRefused(file=file, key="pack", why="table missing")
    unknown = set(head) - HEAD
    if unknown:
        raise PackRefused(file=file, key=f"pack.{min(unknown)}", why="unknown key")
    for key in ("id", "disease", "title", "kind", "valid_from"):
        if key not in head:
            raise PackRefused(file=file, key=f"pack.{key}", why="missing")
    kind = head["kind"]
    if kind not in ("pack", "overlay", "exercise"):
        raise PackRefused(file=file, key="pack.kind", why=f"unknown kind {kind}")
    if (kind == "pack") == bool(head.get("area")):
        raise PackRefused(file=file, key="pack.area", why="an overlay names its area, a pack does not")
    valid_from, valid_to = _day(head["valid_from"], file, "valid_from"), head.get("valid_to")
    if valid_to is not None and _day(valid_to, file, "valid_to") <= valid_from:
        raise PackRefused(file=file, key="pack.valid_to", why="ends before it begins")
    clauses: dict[str, dict[str, Value]] = {}
    _collect(clauses, {key: table for key, table in content.items() if key != "pack"}, "", head, file)
    return Pack(
        id=head["id"],
        disease=head["disease"],
        title=head["title"],
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        inherits=head.get("inherits", ""),
        area=head.get("area", ""),
        order=head.get("order", 0),
        applies_to_open_measures=head.get("applies_to_open_measures", False),
        clauses=clauses,
    )


def _day(value: Any, file: str, key: str) -> date:
    if type(value) is not date:
        raise PackRefused(file=file, key=f"pack.{key}", why="not a date")
    return value


def _collect(into: dict[str, dict[str, Value]], table: Mapping[str, Any], prefix: str, head: Mapping[str, Any], file: str) -> None:
    for key, item in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if not isinstance(item, Mapping):
            raise PackRefused(file=file, key=name, why="a bare value has no source")
        if "value" in item or "unset" in item:
            if not prefix:
                raise PackRefused(file=file, key=name, why="a value outside any clause")
            into.setdefault(prefix, {})[key] = _value(item, name, head, file)
        else:
            _collect(into, item, name, head, file)


def _value(item: Mapping[str, Any], name: str, head: Mapping[str, Any], file: str) -> Value:
    unknown = set(item) - {"value", "source", "confidence", "unset", "note"}
    if unknown:
        raise PackRefused(file=file, key=name, why=f"unknown key {min(unknown)}")
    if item.get("unset"):
        if "value" in item:
            raise PackRefused(file=file, key=name, why="set and unset at once")
        return Value(value=None, source="", confidence="", pack=head["id"], unset=True, note=item.get("note", ""))
    source, confidence = item.get("source", ""), item.get("confidence", "")
    if head["kind"] == "exercise" and source == ASSUMED:
        return Value(value=item["value"], source=ASSUMED, confidence="assumption", pack=head["id"], note=item.get("note", ""))
    if not source:
        raise PackRefused(file=file, key=name, why="source missing")
    if source == ASSUMED or confidence not in CONFIDENCE:
        raise PackRefused(file=file, key=name, why=f"confidence {confidence or 'missing'} does not ship")
    return Value(value=item["value"], source=source, confidence=confidence, pack=head["id"], note=item.get("note", ""))
