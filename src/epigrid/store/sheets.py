"""Sheets that come in and go out: Excel and CSV as rows of text, whatever the encoding a county uses.

Reading never guesses a value: cells are text, numbers without a trailing `.0`, dates as ISO text. A file that is no sheet is refused.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineWorkbook

from epigrid.kernel.errors import DomainError

ENCODINGS = ("utf-8-sig", "gb18030")
MAX_BYTES = 64 * 1024 * 1024


class NotASheet(DomainError):
    """The file is neither Excel nor CSV in an encoding that we read."""

    reason = "sheet.not-a-sheet"


class SheetTooLarge(DomainError):
    """The file is larger than `MAX_BYTES`."""

    reason = "sheet.too-large"


class HeadingsMissing(DomainError):
    """Headings that the import needs are not in the sheet; `missing` names them."""

    reason = "sheet.headings-missing"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Headings and rows of text; `first_row` is the file's number of the first data row, counted from 1."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_row: int = 2


@dataclass(frozen=True, kw_only=True)
class RowRefusal:
    """One cell that could not be taken: the file's row number, the column's heading, the reason key."""

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
    refused: tuple[RowRefusal, ...] = ()


def read(content: bytes, name: str) -> Sheet:
    """The first sheet of an .xlsx/.xls/.ods file, or a CSV in UTF-8 (with or without BOM) or GBK."""
    if len(content) > MAX_BYTES:
        raise SheetTooLarge(bytes=len(content))
    rows = _excel(content) if name.lower().endswith((".xlsx", ".xls", ".ods", ".xlsb")) else _csv(content)
    for index, row in enumerate(rows):
        if sum(bool(cell) for cell in row) > 1:
            headings = tuple(cell.strip() for cell in row)
            width = len(headings)
            body = tuple(_fit(row, width) for row in rows[index + 1 :])
            return Sheet(headings=headings, rows=body, first_row=index + 2)
    raise NotASheet(name=name)


def pick(sheet: Sheet, *, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows as field -> text by a mapping field -> accepted headings; blank rows are left out. `HeadingsMissing` when a needed field has none."""
    columns = {
        field: next((sheet.headings.index(heading) for heading in headings if heading in sheet.headings), None) for field, headings in names.items()
    }
    missing = [names[field][0] for field in needed if columns.get(field) is None]
    if missing:
        raise HeadingsMissing(missing=missing)
    for offset, row in enumerate(sheet.rows):
        if any(cell.strip() for cell in row):
            yield (
                sheet.first_row + offset,
                {field: row[column].strip() for field, column in columns.items() if column is not None},
            )


def _fit(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _excel(content: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:
        raise NotASheet(kind="excel") from error
    return [[_text(cell) for cell in row] for row in rows]


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            dialect: Any = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
        except csv.Error:
            dialect = csv.excel
        try:
            return [[cell.replace("\ufeff", "") for cell in row] for row in csv.reader(io.StringIO(text), dialect)]
        except csv.Error:
            break
    raise NotASheet(kind="csv")


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def safe_cell(value: str) -> str:
    """A cell of an outgoing CSV that no spreadsheet takes for a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
