"""Sheets that come in and go out: Excel and CSV as rows of text, whatever the encoding and the headings a county uses.

Reading never guesses a value: cells are text, numbers without a trailing `.0`, dates as ISO text, numbers that Excel has cut as `1.1E+17`. A file that is
no sheet is refused. Headings are compared without spaces, marks and what stands in brackets; a county's own headings are given by a mapping.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineWorkbook

from epigrid.kernel.errors import DomainError

ENCODINGS = ("utf-8", "gb18030")
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MAX_BYTES = 64 * 1024 * 1024
EXACT = 10**15
"""Excel keeps fifteen digits of a number; of a longer one the last digits are lost."""
HEADING_ROWS = 10
"""Titles and notes may stand above the headings, in so many rows."""
SURPLUS = "surplus"
"""The field under which a row's cells beyond the last heading are handed on: such a row is shifted and must be refused."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class NotASheet(DomainError):
    """The file is neither Excel nor CSV in an encoding that we read."""

    reason = "sheet.not-a-sheet"


class SheetTooLarge(DomainError):
    """The file is larger than `MAX_BYTES`."""

    reason = "sheet.too-large"


class HeadingsMissing(DomainError):
    """Headings that the import needs are not in the sheet; `missing` names them."""

    reason = "sheet.headings-missing"


class MappingWrong(DomainError):
    """A mapping names a heading that the sheet does not have, or a field that the import does not know; `details` names it."""

    reason = "sheet.mapping-wrong"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Headings and rows of text; `first_row` is the file's number of the first data row, counted from 1. A row is longer than the headings only if it
    has text beyond them. `encoding` is empty for Excel."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_row: int = 2
    encoding: str = ""
    delimiter: str = ","


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as it is understood: its heading, the field it is taken for (empty: not taken), and why not (`unknown`, `double`, `left-out`)."""

    heading: str
    field: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A sheet whose columns are understood, and under which name each field stands in it. `missing`: needed fields without a column."""

    sheet: Sheet
    columns: tuple[Column, ...]
    names: Mapping[str, Sequence[str]]
    missing: tuple[str, ...]

    def canonical(self) -> Sheet:
        """The same sheet under the import's own headings, columns that are not taken without one; `HeadingsMissing` when a needed field has none."""
        if self.missing:
            raise HeadingsMissing(missing=[self.names[name][0] for name in self.missing])
        return replace(self.sheet, headings=tuple(self.names[column.field][0] if column.field else "" for column in self.columns))

    def heading_of(self, canonical: str) -> str:
        """The sheet's own heading of what the import calls `canonical`."""
        return next((column.heading for column in self.columns if column.field and self.names[column.field][0] == canonical), canonical)


@dataclass(frozen=True, kw_only=True)
class RowRefusal:
    """One cell that could not be taken: the file's row number, the column's heading (empty: the whole row), the reason key."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What became of a file: counts of rows, and each refused row with column and reason."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    set_aside: int = 0
    refused: tuple[RowRefusal, ...] = field(default=())


def read(content: bytes, name: str) -> Sheet:
    """The first sheet of an .xlsx/.xls/.ods file, or a CSV in UTF-8 (with or without BOM), GBK or Excel's UTF-16."""
    if len(content) > MAX_BYTES:
        raise SheetTooLarge(bytes=len(content))
    if content.startswith(EXCEL) or name.lower().endswith((".xlsx", ".xls", ".ods", ".xlsb")):
        rows, encoding, delimiter = _excel(content), "", ","
    else:
        rows, encoding, delimiter = _csv(content)
    for index, row in enumerate(rows):
        if sum(bool(cell.strip()) for cell in row) > 1:
            return _cut(rows, index, encoding=encoding, delimiter=delimiter)
    raise NotASheet(name=name)


def _cut(rows: Sequence[Sequence[str]], index: int, *, encoding: str, delimiter: str) -> Sheet:
    headings = tuple(cell.strip() for cell in rows[index])
    body = tuple(_fit(row, len(headings)) for row in rows[index + 1 :])
    return Sheet(headings=headings, rows=body, first_row=index + 2, encoding=encoding, delimiter=delimiter)


def _fit(row: Sequence[str], width: int) -> tuple[str, ...]:
    beyond = row if any(cell.strip() for cell in row[width:]) else row[:width]
    return (*beyond, *[""] * (width - len(beyond)))


def understand(sheet: Sheet, *, names: Mapping[str, Sequence[str]], needed: Sequence[str], mapping: Mapping[str, str] | None = None) -> Understood:
    """Which column is taken for which field: `names` is field -> accepted headings, `mapping` the county's own heading -> field or accepted heading
    (empty: left out), which goes before. The headings are the first row that has all that is needed, else the one that has most of what is known.
    `MappingWrong` when the mapping does not fit the sheet."""
    given = {_plain(heading): _field_of(text, names) for heading, text in (mapping or {}).items()}
    rows = [sheet.headings, *sheet.rows[: HEADING_ROWS - 1]]
    tried = [_columns(row, names, given) for row in rows]
    taken = [{column.field for column in columns} for columns in tried]
    index = max(range(len(rows)), key=lambda place: (set(needed) <= taken[place], len(taken[place]), -place))
    found = sheet if index == 0 else _below(sheet, index)
    here = {_plain(heading) for heading in found.headings}
    wrong = [heading for heading in (mapping or {}) if _plain(heading) not in here]
    if wrong:
        raise MappingWrong(headings=wrong)
    return Understood(sheet=found, columns=tried[index], names=names, missing=tuple(name for name in needed if name not in taken[index]))


def standing(sheet: Sheet, mapping: Mapping[str, str]) -> dict[str, str]:
    """Those entries of a remembered mapping whose heading stands in the sheet's first rows."""
    here = {_plain(cell) for row in (sheet.headings, *sheet.rows[: HEADING_ROWS - 1]) for cell in row}
    return {heading: name for heading, name in mapping.items() if _plain(heading) in here}


def _below(sheet: Sheet, index: int) -> Sheet:
    headings = sheet.rows[index - 1]
    rows = tuple(_fit(row, len(headings)) for row in sheet.rows[index:])
    return replace(sheet, headings=tuple(cell.strip() for cell in headings), rows=rows, first_row=sheet.first_row + index)


def _columns(headings: Sequence[str], names: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> tuple[Column, ...]:
    plain = [_plain(heading) for heading in headings]
    bare = [_plain(re.sub(r"[(（\[【].*", "", heading)) or text for heading, text in zip(headings, plain, strict=True)]
    by_field: dict[str, int] = {name: plain.index(heading) for heading, name in reversed(list(given.items())) if name and heading in plain}
    for name, accepted in names.items():
        wanted = [_plain(heading) for heading in accepted]
        places = [side.index(heading) for side in (plain, bare) for heading in wanted if heading in side and plain[side.index(heading)] not in given]
        if name not in by_field and places:
            by_field[name] = places[0]
    fields = {place: name for name, place in by_field.items()}
    known = {_plain(heading) for accepted in names.values() for heading in accepted}
    return tuple(
        Column(heading=heading, field=fields.get(place, ""), why="" if place in fields else _why(plain[place], bare[place], given, known))
        for place, heading in enumerate(headings)
    )


def _why(plain: str, bare: str, given: Mapping[str, str], known: set[str]) -> str:
    if given.get(plain) == "":
        return "left-out"
    return "double" if plain in known or bare in known or plain in given else "unknown"


def _field_of(text: str, names: Mapping[str, Sequence[str]]) -> str:
    found = next((name for name, accepted in names.items() if text == name or _plain(text) in map(_plain, accepted)), None)
    if found is None and text.strip():
        raise MappingWrong(field=text, known=sorted(names))
    return found or ""


def _plain(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip("*:').").casefold()


def pick(sheet: Sheet, *, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows as field -> text by a mapping field -> accepted headings; blank rows are left out. `HeadingsMissing` when a needed field has none.

    Cells beyond the last heading are handed on under `SURPLUS`.
    """
    understood = understand(sheet, names=names, needed=needed)
    sheet = understood.canonical()
    fields = {place: column.field for place, column in enumerate(understood.columns) if column.field}
    for offset, row in enumerate(sheet.rows):
        if any(cell.strip() for cell in row):
            surplus = {SURPLUS: row[-1].strip() or " "} if len(row) > len(sheet.headings) else {}
            yield sheet.first_row + offset, {name: row[place].strip() for place, name in fields.items()} | surplus


def _excel(content: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:
        raise NotASheet(kind="excel") from error
    return [[_text(cell) for cell in row] for row in rows]


def _csv(content: bytes) -> tuple[list[list[str]], str, str]:
    marked = next((encoding for mark, encoding in MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        delimiter = _delimiter(text)
        try:
            rows = [[_bare(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
        except csv.Error:
            break
        return rows, encoding, delimiter
    raise NotASheet(kind="csv")


def _delimiter(text: str) -> str:
    """The mark that most of the first lines have, most often."""
    lines = [line for line in text[:65536].splitlines()[:HEADING_ROWS] if line.strip()]
    return max((",", ";", "\t"), key=lambda mark: sum(mark in line for line in lines) * 1000 + sum(line.count(mark) for line in lines))


def _bare(cell: str) -> str:
    """A cell without what makes spreadsheets show it as text: an apostrophe before a number or a formula mark, or `="..."`."""
    if cell.startswith("'") and (_is_formula(cell.lstrip("'")) or cell.lstrip("'")[:1].isdigit()):
        return cell[1:]
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float | int) and abs(cell) >= EXACT:
        return f"{cell:.14E}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _is_formula(value: str) -> bool:
    return value.startswith(FORMULA)


def safe_cell(value: str) -> str:
    """A cell of an outgoing CSV that no spreadsheet takes for a formula; reading it gives `value` again."""
    bare = value.lstrip("'")
    return "'" + value if _is_formula(bare) or (bare != value and bare[:1].isdigit()) else value


def refused_csv(sheet: Sheet, report: ImportReport, *, headings: tuple[str, str, str], words: Mapping[str, str]) -> bytes:
    """The refused rows as they came, in the file's own encoding, after three more columns: row number, column, reason in `words`.

    To be mended and taken again: the added columns are known to no import, and cells beyond the last heading are still beyond it.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=sheet.delimiter)
    writer.writerow([safe_cell(cell) for cell in (*headings, *sheet.headings)])
    for refusal in report.refused:
        cells = sheet.rows[refusal.row - sheet.first_row]
        writer.writerow([safe_cell(cell) for cell in (str(refusal.row), refusal.column, words.get(refusal.reason, refusal.reason), *cells)])
    return buffer.getvalue().encode(sheet.encoding or "utf-8-sig")
