"""Sheets that go out: rows of text as Excel or CSV, so that `store.sheets` reads the same rows again. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from epigrid.store.sheets import safe_cell

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = {"csv": "utf-8-sig", "gbk": "gb18030"}
"""CSV with a mark that Excel knows, or as older programs of offices expect it."""
FORMS = ("xlsx", *ENCODINGS)
WIDEST = 40


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A title above (one cell, so that it is no heading), headings, and rows of as many cells."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def written(sheet: Outgoing, form: str) -> tuple[bytes, str]:
    """The file and its media type; `form` is one of `FORMS`. Every cell is text: no number loses digits, nothing is a formula."""
    return (_excel(sheet), EXCEL) if form == "xlsx" else (_csv(sheet).encode(ENCODINGS[form]), "text/csv")


def _csv(sheet: Outgoing) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([safe_cell(cell) for cell in row] for row in ([sheet.title], sheet.headings, *sheet.rows))
    return buffer.getvalue()


def _excel(sheet: Outgoing) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    page.write_string(0, 0, sheet.title, bold)
    for number, row in enumerate((sheet.headings, *sheet.rows), start=1):
        for column, cell in enumerate(row):
            page.write_string(number, column, cell, bold if number == 1 else None)
    for column, cells in enumerate(zip(sheet.headings, *sheet.rows, strict=True)):
        page.set_column(column, column, min(WIDEST, 2 + max(sum(1 + (letter > "\u2e80") for letter in cell) for cell in cells)))
    page.freeze_panes(2, 0)
    page.set_landscape()
    page.repeat_rows(0, 1)
    page.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()
