"""A sheet as PDF/A (level 2a: archived, tagged, every character with its meaning), set by Typst from `layout.typ` with the fonts beside it.

Nothing is taken from the system or the network, and the same sheet gives the same bytes.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from epigrid.store.printing.sheet import LANGUAGES, PAGES, Block, Items, NotPrintable, Sheet, Table

HERE = Path(__file__).parent
STANDARD: Final = "a-2a"
"""With it Typst refuses a character that no font draws, instead of printing an empty box."""
NOT_DRAWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF. `NotPrintable` names the characters that no font here draws."""
    data = json.dumps(_data(sheet), ensure_ascii=False)
    try:
        return typst.compile(_layout(), font_paths=_fonts(), sys_inputs={"sheet": data}, format="pdf", pdf_standards=STANDARD)
    except typst.TypstError as error:
        if missing := NOT_DRAWN.findall(error.diagnostic):
            raise NotPrintable("".join(missing)) from error
        raise


@cache
def _layout() -> bytes:
    return (HERE / "layout.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    folders = [HERE / "fonts", pylopdf_fonts_zh_cn.serif_path().parent]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _data(sheet: Sheet) -> dict[str, Any]:
    language, region = LANGUAGES[sheet.language]
    return {
        "title": sheet.title,
        "number": sheet.number,
        "subtitle": sheet.subtitle,
        "blocks": [_block(block) for block in sheet.blocks],
        "signer": sheet.signer,
        "date": {"year": sheet.date.year, "month": sheet.date.month, "day": sheet.date.day},
        "closing": sheet.closing,
        "foot": sheet.foot,
        "watermark": sheet.watermark,
        "pages": PAGES[sheet.language],
        "lang": language,
        "region": region,
    }


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    match block:
        case Items():
            return {"kind": kind, "lines": block.lines}
        case Table(columns, rows):
            return {"kind": kind, "columns": columns, "rows": rows}
    return {"kind": kind, "text": block.text}
