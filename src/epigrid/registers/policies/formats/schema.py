"""What a pack may hold: tables, fields, kinds, units, bounds (`schema.toml`). Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parent.parent / "schema.toml"
LEGAL = frozenset({"article", "article_zh", "text"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a table: its kind, unit and bounds (of each item for lists)."""

    kind: str
    about: str
    about_zh: str
    unit: str = ""
    min: float | None = None
    max: float | None = None
    one_of: tuple[str, ...] = ()

    def problem(self, value: Any) -> str:
        """Why the value cannot stand here, or an empty string."""
        if self.kind.startswith("list["):
            if not isinstance(value, list) or not value:
                return f"{self.kind} wanted, {_named(value)} found"
            return next(filter(None, (self._item(self.kind[5:-1], item) for item in value)), "") or _twice(value)
        return self._item(self.kind, value)

    def _item(self, kind: str, value: Any) -> str:
        right = type(value) in (int, float) if kind == "float" else type(value).__name__ == kind
        if not right:
            return f"{kind} wanted, {_named(value)} found"
        if kind in ("int", "float") and not ((self.min is None or self.min <= value) and (self.max is None or value <= self.max)):
            return f"{value} is outside {self.min}..{self.max} {self.unit}".rstrip()
        if kind == "str" and self.one_of and value not in self.one_of:
            return f"unknown word {value}"
        return ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table (clause key) of a pack."""

    about: str
    about_zh: str
    fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All tables, and the acts that `decides` and `legal` may name."""

    acts: frozenset[str]
    tables: Mapping[str, Table]


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The schema that ships with the policies register."""
    content = tomllib.loads(PATH.read_text(encoding="utf-8"))
    written = content["tables"]
    tables = {
        key: Table(
            about=table["about"],
            about_zh=table["about_zh"],
            fields={name: _field(one) for name, one in written[table.get("like", key)].items() if isinstance(one, dict)},
        )
        for key, table in written.items()
    }
    return Schema(acts=frozenset(content["acts"]["names"]), tables=tables)


def _field(content: Mapping[str, Any]) -> Field:
    return Field(**{**content, "one_of": tuple(content.get("one_of", ()))})


def _named(value: Any) -> str:
    return type(value).__name__


def _twice(items: list[Any]) -> str:
    return "" if len(set(items)) == len(items) else "a word or number stands twice"
