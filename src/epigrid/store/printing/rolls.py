"""A roll-call on paper that a code reader reads back: a row for each person with its QR code and Code 128, and a legend of class codes on every page.

What stands in the rows is given in words; the same roll gives the same bytes.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

from epigrid.store.printing.labels import _bars, _qr
from epigrid.store.printing.sheet import LANGUAGES, PAGES, clean
from epigrid.store.printing.typesetting import _fonts, set_type


@dataclass(frozen=True, kw_only=True)
class RollRow:
    """One person's row: his cells (home, person, class as it stands) and the digits of his row."""

    cells: tuple[str, str, str]
    code: str


@dataclass(frozen=True, kw_only=True)
class Roll:
    """A building's roll-call: rows in walking order, `legend` of (word, digits), `columns` above the three cells and above the space for the hand.

    `hint` says how it is read back; `watermark` (an exercise's 演练) stands across every page.
    """

    title: str
    subtitle: str
    hint: str
    columns: tuple[str, str, str, str]
    rows: Sequence[RollRow]
    legend: Sequence[tuple[str, str]]
    date: datetime.date
    watermark: str = ""
    language: str = "zh-Hans"


def roll_pdf(roll: Roll) -> bytes:
    """The roll as PDF/A. `NotPrintable` names characters that no font here draws."""
    return set_type(_layout(), _data(roll))


def roll_pictures(roll: Roll, *, dots_per_inch: int = 200) -> list[bytes]:
    """The pages of the same roll as PNG, as a printer of that resolution would draw them."""
    sheet = json.dumps(_data(roll), ensure_ascii=False)
    made = typst.compile(_layout(), font_paths=_fonts(), sys_inputs={"sheet": sheet}, format="png", ppi=dots_per_inch)
    return [made] if isinstance(made, bytes) else list(made)


def _data(roll: Roll) -> dict[str, Any]:
    language, region = LANGUAGES[roll.language]
    return {
        "title": clean(roll.title),
        "subtitle": clean(roll.subtitle),
        "hint": clean(roll.hint),
        "columns": [clean(column) for column in roll.columns],
        "rows": [{"cells": [clean(cell) for cell in row.cells], **_codes(row.code)} for row in roll.rows],
        "legend": [{"word": clean(word), **_codes(code)} for word, code in roll.legend],
        "date": {"year": roll.date.year, "month": roll.date.month, "day": roll.date.day},
        "watermark": clean(roll.watermark),
        "pages": PAGES[roll.language],
        "lang": language,
        "region": region,
    }


def _codes(code: str) -> dict[str, str]:
    grouped = "-".join(code[place : place + 4] for place in range(0, len(code), 4))
    return {"code": code, "grouped": grouped, "qr": _qr(code), "bars": _bars(code)}


@cache
def _layout() -> bytes:
    return (Path(__file__).parent / "rolls.typ").read_bytes()
