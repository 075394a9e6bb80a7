"""A sheet as PDF/A (level 2a: archived, tagged, every character with its meaning), set by Typst from `layout.typ` with the fonts beside it.

Nothing is taken from the system or the network, and the same sheet gives the same bytes.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from struct import iter_unpack, unpack_from
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from epigrid.store.printing.sheet import LANGUAGES, PAGES, Block, Items, NotPrintable, Sheet, Table

HERE = Path(__file__).parent
STANDARD: Final = "a-2a"
"""It makes Typst refuse what no font draws: a mark on a character of a font that lacks the mark."""
REFUSED = re.compile(r'the text `"(.+?)"` could not be displayed')
WESTERN = ((0xA1, 0x2AF), (0x300, 0x36F), (0x400, 0x45F), (0x1E00, 0x1E9B), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9))
"""Code points that Libertinus Serif, which is inside Typst, adds to those of our own fonts: Latin with its marks, and Cyrillic."""


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF. `NotPrintable` names the characters that no font here draws."""
    return set_type(_layout(), _data(sheet))


def set_type(layout: bytes, sheet: dict[str, Any]) -> bytes:
    """What a layout makes of a sheet's data, as PDF. `NotPrintable` names the characters that no font here draws."""
    data = json.dumps(sheet, ensure_ascii=False)
    if missing := [character for character in set(data) if ord(character) not in _drawn()]:
        raise NotPrintable("".join(missing))
    try:
        return typst.compile(layout, font_paths=_fonts(), sys_inputs={"sheet": data}, format="pdf", pdf_standards=STANDARD)
    except typst.TypstError as error:
        if refused := "".join(REFUSED.findall(error.diagnostic)):
            raise NotPrintable(re.sub(r"\\u\{(\w+)\}", lambda found: chr(int(found[1], 16)), refused)) from error
        raise


@cache
def _drawn() -> frozenset[int]:
    """The code points that can be printed."""
    ours = [pylopdf_fonts_zh_cn.serif_path(), HERE / "fonts" / "EpigridSerifRare-Regular.otf"]
    groups = chain(WESTERN, *(_groups(path.read_bytes()) for path in ours))
    return frozenset(chain.from_iterable(range(first, last + 1) for first, last in groups))


def _groups(font: bytes) -> Iterator[tuple[int, int]]:
    """First and last code points of the groups in an OpenType font's character map (`cmap`, subtables of format 12)."""
    (tables,) = unpack_from(">H", font, 4)
    offsets = {font[place : place + 4]: unpack_from(">I", font, place + 8)[0] for place in range(12, 12 + 16 * tables, 16)}
    cmap = offsets[b"cmap"]
    (maps,) = unpack_from(">H", font, cmap + 2)
    for start in {cmap + unpack_from(">I", font, cmap + 8 + 8 * place)[0] for place in range(maps)}:
        if unpack_from(">H", font, start)[0] == 12:
            (count,) = unpack_from(">I", font, start + 12)
            yield from ((first, last) for first, last, _glyph in iter_unpack(">III", font[start + 16 : start + 16 + 12 * count]))


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
