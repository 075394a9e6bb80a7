"""Cards that are handed over one by one: each with a QR code, what it is for, a few lines how to use it, and its code to be typed.

A4, two cards in a row, four rows a page, to be cut. The same cards give the same bytes.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from epigrid.store.printing.labels import _date, _qr
from epigrid.store.printing.sheet import LANGUAGES, clean
from epigrid.store.printing.typesetting import set_type


@dataclass(frozen=True, kw_only=True)
class HandCard:
    """One card: its title, a few lines beneath (duty, area, end), what the QR code says, and the code as a hand types it."""

    title: str
    lines: Sequence[str]
    link: str
    typed: str


@dataclass(frozen=True, kw_only=True)
class CardSheet:
    """Cards in their order; `how` are the lines that stand on each, `mark` (an exercise's 演练) too."""

    cards: Sequence[HandCard]
    how: Sequence[str]
    date: datetime.date
    mark: str = ""
    language: str = "zh-Hans"


def card_pdf(sheet: CardSheet) -> bytes:
    """The cards as PDF/A. `NotPrintable` names characters that no font here draws."""
    return set_type(_layout(), _data(sheet))


def _data(sheet: CardSheet) -> dict[str, Any]:
    language, region = LANGUAGES[sheet.language]
    return {
        "cards": [
            {
                "title": _marked(sheet.mark, clean(card.title)),
                "lines": [clean(line) for line in card.lines],
                "qr": _qr(card.link),
                "typed": clean(card.typed),
            }
            for card in sheet.cards
        ],
        "how": [clean(line) for line in sheet.how],
        "date": _date(sheet.date),
        "mark": clean(sheet.mark),
        "lang": language,
        "region": region,
    }


def _marked(mark: str, title: str) -> str:
    return title if mark in title else f"{mark} {title}"


@cache
def _layout() -> bytes:
    return (Path(__file__).parent / "cards.typ").read_bytes()
