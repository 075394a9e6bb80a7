"""Line lists of cases and lists of links between them -> checked rows: any CSV by a saved mapping, and the exports of WHO Go.Data. Pure.

Names, phones and addresses are not among the fields, so they are never taken. A date is taken only where its order is certain: a year in front, or the order
that the mapping names; else the row is refused. Each row is taken or listed with column and reason.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from epigrid.kernel.errors import DomainError

CASE_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "case": ("病例编号", "病例号", "编号", "case", "case_id", "case id", "id", "uuid"),
    "onset": ("发病日期", "发病时间", "onset", "date_onset", "date_of_onset", "symptom_onset", "date_onset_symptoms", "dt_onset"),
    "sampled": ("采样日期", "首次阳性采样日期", "sampled", "date_of_sampling", "confirm_date", "date_confirmation", "dt_diag"),
    "exposed_from": ("暴露开始", "exposed_from", "start_source", "dt_start_exp"),
    "exposed_until": ("暴露结束", "exposed_until", "end_source", "dt_end_exp"),
    "infectious_from": ("传染期开始", "infectious_from"),
    "infectious_until": ("传染期结束", "infectious_until"),
    "place": ("场所", "医院", "place", "hospital", "cluster", "loc_hosp"),
}
LINK_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "source": ("来源病例", "source", "from", "infector"),
    "target": ("病例", "target", "to", "case_id"),
    "kind": ("关系", "接触方式", "kind", "exposure"),
    "first": ("首次接触日期", "first", "first_contact"),
    "last": ("末次接触日期", "last", "last_contact", "date_of_last_contact"),
    "minutes": ("接触分钟", "minutes"),
}
CASE_NEEDED = ("case",)
LINK_NEEDED = ("source", "target")
GODATA_CASES = {
    **CASE_HEADINGS,
    "case": ("uuid", "_id", "id"),
    "place": ("admin_3_name", "locationName"),
    "sampled": ("dateSampleTaken",),
    "onset": ("date_of_onset", "dateOfOnset"),
}
"""Headings of Go.Data's case export. Its case numbers are not unique, so the record's own id is the case."""
GODATA_LINKS = {
    **LINK_HEADINGS,
    "source": ("source_uuid", "sourcePersonId"),
    "target": ("target_uuid", "targetPersonId"),
    "kind": ("context_of_exposure", "socialRelationshipTypeId"),
    "last": ("date_of_last_contact", "contactDate"),
}
ORDERS = ("ymd", "dmy", "mdy")
NOTHING = frozenset({"", "na", "n/a", "null", "none", "nan", "-", "不详", "未知"})
UNKNOWN = -1
"""What the chains take for a moment or a time that nobody knows."""
Row = TypeVar("Row", "CaseRow", "LinkRow")


class MappingUnreadable(DomainError):
    """A saved mapping is TOML or JSON with `columns`, `dates`, `earliest`, `latest`; `details` names what is wrong."""

    reason = "line.mapping-unreadable"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file is to be read: `columns` the file's heading -> field (empty: left out), `dates` the order of day, month and year where the year does not stand in
    front (empty: nobody said), and the days between which its dates lie."""

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    earliest: date = date(1900, 1, 1)
    latest: date = date(2241, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row that was not taken: the file's number of it, the field (empty: the whole row), and the reason key."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case: its id in the file, days, and where; days are local, both ends of a window are inside it."""

    row: int
    case: str
    onset: date | None = None
    sampled: date | None = None
    exposed_from: date | None = None
    exposed_until: date | None = None
    infectious_from: date | None = None
    infectious_until: date | None = None
    place: str = ""

    @property
    def moment(self) -> date | None:
        """Onset, or where there was none the first positive sampling."""
        return self.onset or self.sampled


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """One link as written: from and to whom, its word, days of contact and minutes together where they are known."""

    row: int
    source: str
    target: str
    kind: str = ""
    first: date | None = None
    last: date | None = None
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """Rows for `chains.Cases.of` and `chains.Pairs.of`, `ids[number]` the file's id of each case, and the rows that could not be taken."""

    ids: tuple[str, ...]
    cases: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int, int, int, int, str], ...]
    refused: tuple[Refused, ...]


def reading(text: str) -> Reading:
    """A saved mapping from TOML or JSON; `MappingUnreadable` names what is wrong. Whether its headings fit a sheet is `sheets.understand`'s to say."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise MappingUnreadable(why=str(error)) from error
    columns, order = found.get("columns", {}), found.get("dates", "")
    strange = sorted(set(found) - {"columns", "dates", "earliest", "latest"})
    if strange or order not in ("", *ORDERS) or not isinstance(columns, dict) or not all(isinstance(name, str) for name in columns.values()):
        raise MappingUnreadable(unknown=strange, dates=order)
    try:
        days = {name: date.fromisoformat(str(found[name])) for name in ("earliest", "latest") if name in found}
    except ValueError as error:
        raise MappingUnreadable(why=str(error)) from error
    return Reading(columns=columns, dates=order, **days)


def case_row(number: int, cells: Mapping[str, str], how: Reading) -> CaseRow | tuple[str, str]:
    """One case, or (field, reason) of the cell that cannot be taken; an empty field: the whole row is shifted."""
    if "surplus" in cells:
        return "", "sheet.too-many-cells"
    if not cells.get("case", "").strip():
        return "case", "line.case-missing"
    days = _days(cells, ("onset", "sampled", *_ENDS), how)
    if isinstance(days, tuple):
        return days
    for window in ("exposed", "infectious"):
        start, until = days[f"{window}_from"], days[f"{window}_until"]
        if start and until and until < start:
            return f"{window}_until", "line.window-reversed"
    place = cells.get("place", "").strip()
    return CaseRow(row=number, case=cells["case"].strip(), place="" if _is_nothing(place) else place, **days)


def link_row(number: int, cells: Mapping[str, str], how: Reading) -> LinkRow | tuple[str, str]:
    """One link, or (field, reason) of the cell that cannot be taken."""
    if "surplus" in cells:
        return "", "sheet.too-many-cells"
    missing = next((name for name in LINK_NEEDED if _is_nothing(cells.get(name, ""))), None)
    if missing:
        return missing, "line.case-missing"
    days = _days(cells, ("first", "last"), how)
    if isinstance(days, tuple):
        return days
    if days["first"] and days["last"] and days["last"] < days["first"]:
        return "last", "line.window-reversed"
    minutes = cells.get("minutes", "").strip()
    if not _is_nothing(minutes) and not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):
        return "minutes", "line.minutes-unreadable"
    source, target, kind = (cells.get(name, "").strip() for name in ("source", "target", "kind"))
    told = None if _is_nothing(minutes) else int(minutes)
    return LinkRow(row=number, source=source, target=target, kind="" if _is_nothing(kind) else kind, minutes=told, **days)


def case_rows(rows: Iterable[tuple[int, Mapping[str, str]]], how: Reading) -> tuple[list[CaseRow], list[Refused]]:
    """All rows of a line list (file's row number, field -> text): those taken and those refused."""
    return _all(rows, how, case_row)


def link_rows(rows: Iterable[tuple[int, Mapping[str, str]]], how: Reading) -> tuple[list[LinkRow], list[Refused]]:
    """All rows of a list of links: those taken and those refused."""
    return _all(rows, how, link_row)


def numbered(cases: Sequence[CaseRow], links: Sequence[LinkRow], zone: ZoneInfo) -> Numbered:
    """Numbers for ids (in the order of the ids) and epoch seconds for days: the tables that the chains are made from.

    A case without onset and sampling, a case that stood in an earlier row, and a link of somebody who is no taken case are listed. A link is dated
    only where its first and last day are known: a last contact says nothing about the contacts before it.
    """
    refused, kept = [], dict[str, CaseRow]()
    for case in cases:
        reason = "line.case-twice" if case.case in kept else "" if case.moment else "line.moment-missing"
        if reason:
            refused.append(Refused(row=case.row, column="case" if case.moment else "onset", reason=reason))
        else:
            kept[case.case] = case
    ids = tuple(sorted(kept))
    number = {case: at for at, case in enumerate(ids)}
    pairs = []
    for link in links:
        unknown = next((name for name in LINK_NEEDED if getattr(link, name) not in number), "target" if link.source == link.target else None)
        if unknown:
            reason = "line.same-case" if link.source == link.target else "line.case-unknown"
            refused.append(Refused(row=link.row, column=unknown, reason=reason))
            continue
        dated = link.first is not None and link.last is not None
        seconds = UNKNOWN if link.minutes is None else link.minutes * 60
        start, end = (_start(link.first, zone), _end(link.last, zone)) if dated else (UNKNOWN, UNKNOWN)
        pairs.append((number[link.source], number[link.target], seconds, start, end, link.kind or "link"))
    rows = tuple((number[case], _start(kept[case].moment, zone), *_window_ends(kept[case], zone)) for case in ids)
    return Numbered(ids=ids, cases=rows, pairs=tuple(pairs), refused=tuple(refused))


def _all(
    rows: Iterable[tuple[int, Mapping[str, str]]], how: Reading, one: Callable[[int, Mapping[str, str], Reading], Row | tuple[str, str]]
) -> tuple[list[Row], list[Refused]]:
    taken: list[Row] = []
    refused: list[Refused] = []
    for number, cells in rows:
        found = one(number, cells, how)
        if isinstance(found, tuple):
            refused.append(Refused(row=number, column=found[0], reason=found[1]))
        else:
            taken.append(found)
    return taken, refused


_ENDS = ("exposed_from", "exposed_until", "infectious_from", "infectious_until")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\d{1,2}:\d{2}.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: \d{1,2}:\d{2}.*)?")


def _window_ends(case: CaseRow, zone: ZoneInfo) -> tuple[int, ...]:
    days = {name: getattr(case, name) for name in _ENDS}
    return tuple(_end(day, zone) if name.endswith("until") else _start(day, zone) for name, day in days.items())


def _start(day: date | None, zone: ZoneInfo) -> int:
    return UNKNOWN if day is None else int(datetime.combine(day, time(), zone).timestamp())


def _end(day: date | None, zone: ZoneInfo) -> int:
    return UNKNOWN if day is None else _start(day + timedelta(days=1), zone)


def _days(cells: Mapping[str, str], names: Sequence[str], how: Reading) -> dict[str, date | None] | tuple[str, str]:
    found: dict[str, date | None] = {}
    for name in names:
        day = _day(cells.get(name, "").strip(), how)
        if isinstance(day, str):
            return name, day
        found[name] = day
    return found


def _day(text: str, how: Reading) -> date | str | None:
    """The day, None where nothing is said, or the reason why it cannot be taken."""
    if _is_nothing(text):
        return None
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _YEAR_LAST.fullmatch(text):
        first, second, year = map(int, found.groups())
        if how.dates not in ("dmy", "mdy") and first <= 12 and second <= 12 and first != second:
            return "line.date-ambiguous"
        day_first = how.dates == "dmy" or (how.dates != "mdy" and first > 12)
        day, month = (first, second) if day_first else (second, first)
    else:
        return "line.date-unreadable"
    try:
        said = date(year, month, day)
    except ValueError:
        return "line.date-unreadable"
    return said if how.earliest <= said <= how.latest else "line.date-outside"


def _is_nothing(text: str) -> bool:
    return text.strip().casefold() in NOTHING
