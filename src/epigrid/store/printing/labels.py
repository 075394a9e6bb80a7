"""Labels for tubes and boxes as PDF: each with its text, a QR code (ISO/IEC 18004) and a Code 128 bar code (ISO/IEC 15417) of the same text.

The sheet is A4 with a grid of labels; the same labels give the same bytes.
"""

import datetime
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import barcode
import segno
import typst

from epigrid.kernel.errors import DomainError
from epigrid.store.printing.typesetting import STANDARD, _fonts

CODE = re.compile(r"[\x21-\x7e]{1,14}")
"""What both codes carry without a change: printable ASCII without spaces; longer ones would be too fine for a printer of 200 dots an inch."""
QUIET_QR, QUIET_BARS = 4, 10
"""Blank modules that the standards ask for around a code."""


class LabelNotPrintable(DomainError):
    """A label is one to fourteen printable ASCII characters without spaces."""

    reason = "printing.label"


@dataclass(frozen=True, kw_only=True)
class LabelSheet:
    """Labels in their order, `columns` x `rows` on each page; `note` and `mark` (an exercise's 演练) stand on every label."""

    labels: Sequence[str]
    date: datetime.date
    note: str = ""
    mark: str = ""
    columns: int = 3
    rows: int = 10

    def __post_init__(self) -> None:
        for label in self.labels:
            if not CODE.fullmatch(label):
                raise LabelNotPrintable(label=label[:40])
        if not self.labels:
            raise LabelNotPrintable(label="")


def label_pdf(sheet: LabelSheet) -> bytes:
    """The sheet as PDF."""
    return typst.compile(_layout(), font_paths=_fonts(), sys_inputs=_inputs(sheet), format="pdf", pdf_standards=STANDARD)


def label_picture(sheet: LabelSheet, *, dots_per_inch: int = 200) -> bytes:
    """The first page of the same sheet as PNG, as a printer of that resolution would draw it."""
    made = typst.compile(_layout(), font_paths=_fonts(), sys_inputs=_inputs(sheet), format="png", ppi=dots_per_inch)
    return made if isinstance(made, bytes) else made[0]


def _inputs(sheet: LabelSheet) -> dict[str, str]:
    labels = [{"text": label, "qr": _qr(label), "bars": _bars(label)} for label in sheet.labels]
    data = {"labels": labels, "note": sheet.note, "mark": sheet.mark, "date": _date(sheet.date), "columns": sheet.columns, "rows": sheet.rows}
    return {"sheet": json.dumps(data, ensure_ascii=False)}


def _date(day: datetime.date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _qr(text: str) -> str:
    """The QR code as SVG, one unit a module."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=QUIET_QR, xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()


def _bars(text: str) -> str:
    """The Code 128 as SVG, one unit a module, stretched to the height of its place."""
    modules: str = barcode.Code128(text).build()[0]
    bars = "".join(f"M{found.start() + QUIET_BARS} 0h{len(found[0])}v20h-{len(found[0])}z" for found in re.finditer("1+", modules))
    width = len(modules) + 2 * QUIET_BARS
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 20" preserveAspectRatio="none"><path d="{bars}"/></svg>'


@cache
def _layout() -> bytes:
    return (Path(__file__).parent / "labels.typ").read_bytes()
