"""What a notice of risk areas says, as plain values, and the same as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

Day = date
Level = Literal["lockdown", "control", "precautionary", "high", "medium", "low", "none"]
"""The three-zone scheme, the scheme of risk levels, and `none`: an ordinary place again."""

LEVELS: tuple[Level, ...] = ("lockdown", "control", "precautionary", "high", "medium", "low", "none")
UNITS = (
    "room",
    "floor",
    "unit",
    "building",
    "row",
    "compound",
    "village",
    "community",
    "street",
    "town",
    "district",
    "shop",
    "hotel",
    "market",
    "school",
    "site",
    "other",
)
"""The kind of place, guessed from its words; `street` is an area between streets, `site` a workplace, a building site or a bare house number."""

DOUBTS = ("building-missing", "floor-or-building", "several-numbers", "shortened", "masked", "digits-lost", "cut")
"""Why an item must be confirmed by a person before it is matched: see `Change.doubts`."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One item of a notice: a place and its level.

    `place` and each of `excluded` stand in the text word for word; `text[span[0]:span[1]]` holds the place. `district` is the heading the item stands under
    (province, city and county where the notice names them), joined without marks. `level_from` is None where the notice does not say it, and equals
    `level_to` where the notice says that the place stays what it is. `level_to` is None where its heading is lost. `effective_at` is set only where the
    item has a moment of its own. `smaller_than_unit`: a flat, or a floor whose households nobody has counted.
    """

    level_from: Level | None = None
    level_to: Level | None
    district: str = ""
    place: str
    unit: str = "other"
    excluded: tuple[str, ...] = ()
    effective_at: datetime | None = None
    span: tuple[int, int] = (0, 0)
    smaller_than_unit: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def direction(self) -> str:
        """The change in one word, such as `high->low`, `->high` or `high->high`."""
        return direction(self.level_from, self.level_to)


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number that the notice states of itself, and how many items were read. `complete` is False where the text lost a part of the list: then the
    numbers need not agree. `stated` is None for a list without a number of which a part is lost."""

    district: str
    direction: str
    stated: int | None
    read: int
    complete: bool = True

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against the list: the numbers are the same, or the list is known to be incomplete."""
        return not self.complete or self.stated in (None, self.read)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as it was read, or as it is to be written. What the text does not say is empty or None; `quality` names what is wrong with the text, each
    flag once (docs of `reader`)."""

    title: str = ""
    number: str = ""
    date: Day | None = None
    issuer: str = ""
    effective_at: datetime | None = None
    legal_basis: str = ""
    expert_line: str = ""
    changes: tuple[Change, ...] = ()
    counts: tuple[Count, ...] = ()
    quality: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether every complete list holds as many items as it states."""
        return all(count.agrees for count in self.counts)


def direction(level_from: str | None, level_to: str | None) -> str:
    """Two levels as one word; a level that is not stated is left out."""
    return f"{level_from or ''}->{level_to or ''}"


def as_json(notice: Notice) -> dict[str, Any]:
    """The notice as plain values for the machine-readable copy; moments as ISO text."""
    return {name: _plain(value) for name, value in _values(notice).items()}


def from_json(data: Mapping[str, Any]) -> Notice:
    """The notice of such a copy. Raises KeyError, TypeError or ValueError for what `as_json` cannot have written."""
    known = {field.name for field in fields(Notice)}
    values: dict[str, Any] = {name: value for name, value in data.items() if name in known}
    values["date"] = date.fromisoformat(data["date"]) if data["date"] else None
    values["effective_at"] = _moment(data["effective_at"])
    values["changes"] = tuple(_change(item) for item in data["changes"])
    values["counts"] = tuple(Count(**item) for item in data["counts"])
    values["quality"] = tuple(data["quality"])
    return Notice(**values)


def _change(item: Mapping[str, Any]) -> Change:
    values = dict(item)
    values["effective_at"] = _moment(item["effective_at"])
    start, end = item["span"]
    values |= {"span": (int(start), int(end)), "excluded": tuple(item["excluded"]), "doubts": tuple(item["doubts"])}
    if item["level_from"] not in (*LEVELS, None) or item["level_to"] not in (*LEVELS, None):
        raise ValueError(f"no level: {item['level_from']} {item['level_to']}")
    return Change(**values)


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _values(row: Notice | Change | Count) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, Change | Count):
        return {name: _plain(inner) for name, inner in _values(value).items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
