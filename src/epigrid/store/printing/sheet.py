"""What is printed: a paper as title, number, blocks, signer and date. Pure; how it looks stands in `layout.typ` and `word.py`.

The measures are those of Chinese official papers (GB/T 9704-2012): A4, title of 22 points, text of 16 points, first lines set in by two characters.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from epigrid.kernel.errors import DomainError

LANGUAGES = {"zh-Hans": ("zh", "CN"), "en": ("en", "GB")}
"""Languages that papers are printed in: language and region as file formats ask for them."""
PAGES = {"zh-Hans": ("第 ", " 页 共 ", " 页"), "en": ("Page ", " of ", "")}
"""What stands before, between and after a page's number and the number of pages."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")

LONGEST = {"title": 200, "number": 100, "subtitle": 200, "signer": 200, "footer": 120, "watermark": 20, "heading": 500}
"""Characters of each kind of line: a longer footer would leave the page."""
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f]")
SHAPELESS = re.compile("[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
"""Zero-width and direction marks: nothing is seen of them but that text stands in another order."""
CONTROLS = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class SheetIncomplete(DomainError):
    """A sheet without title or blocks, a block without text, a table whose row has more or fewer cells than columns; `details` says where."""

    reason = "printing.incomplete"


class LineTooLong(DomainError):
    """A line of more characters than `LONGEST` grants its kind; `details` says which."""

    reason = "printing.line-too-long"


class LanguageUnknown(DomainError):
    """Papers are printed in the languages of `LANGUAGES` only."""

    reason = "printing.language-unknown"


class NotPrintable(DomainError):
    """The text holds characters that no font here draws, or control characters; `details` names their code points.

    The paper is refused, since it would be issued with a gap where a name stands.
    """

    reason = "printing.not-printable"

    def __init__(self, characters: str) -> None:
        super().__init__(characters=[f"U+{ord(character):04X}" for character in sorted(set(characters))])


@dataclass(frozen=True)
class Heading:
    """A line above what follows."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; a line break in it stays one."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list, one item a line; `numbered` from 1."""

    texts: Sequence[str]
    numbered: bool = False

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Each item after its number or mark."""
        return tuple((f"{place}." if self.numbered else "•", text) for place, text in enumerate(self.texts, 1))


@dataclass(frozen=True)
class Table:
    """Rows of text under headings that are repeated on every page; a cell may be blank."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One paper. `watermark` (an exercise's 演练) stands across every page and in the footer; lines that are empty are left out.

    Text is taken as it is, never as markup. Marks without a shape of their own (zero-width, direction) are left out; tabs and spaces of
    other widths become spaces; footer and watermark are one line each.
    Raises `SheetIncomplete`, `LineTooLong`, `LanguageUnknown`, `NotPrintable` (control characters).
    """

    title: str
    blocks: Sequence[Block]
    date: datetime.date
    number: str = ""
    subtitle: str = ""
    signer: str = ""
    footer: str = ""
    watermark: str = ""
    language: str = "zh-Hans"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise LanguageUnknown(language=self.language)
        for name in ("title", "number", "subtitle", "signer", "footer", "watermark"):
            line = clean(getattr(self, name)).strip()
            object.__setattr__(self, name, _fitting(" ".join(line.split("\n")) if name in {"footer", "watermark"} else line, name))
        object.__setattr__(self, "blocks", tuple(_clean(block) for block in self.blocks))
        if not self.title or not self.blocks:
            raise SheetIncomplete(missing="blocks" if self.title else "title")
        for place, block in enumerate(self.blocks):
            if not _whole(block):
                raise SheetIncomplete(block=place, kind=type(block).__name__.lower())

    @property
    def day(self) -> str:
        """The date as the paper's language writes it."""
        year, month, day = self.date.year, self.date.month, self.date.day
        return f"{year}年{month}月{day}日" if self.language == "zh-Hans" else f"{day} {MONTHS[month - 1]} {year}"

    @property
    def closing(self) -> tuple[str, ...]:
        """Signer, if there is one, and date."""
        return (self.signer, self.day) if self.signer else (self.day,)

    @property
    def foot(self) -> str:
        """The footer's text, which names the watermark."""
        return self.footer if self.watermark in self.footer else " ".join((self.watermark, self.footer)).strip()


def clean(text: str) -> str:
    """Text with plain line breaks and spaces, without marks that have no shape; `NotPrintable` for control characters and halves of characters."""
    text = SHAPELESS.sub("", SPACES.sub(" ", BREAKS.sub("\n", text)))
    if controls := CONTROLS.findall(text):
        raise NotPrintable("".join(controls))
    return text


def _clean(block: Block) -> Block:
    match block:
        case Items(texts, numbered):
            return Items(tuple(map(clean, texts)), numbered)
        case Table(columns, rows):
            return Table(tuple(map(clean, columns)), tuple(tuple(map(clean, row)) for row in rows))
        case Heading(text):
            return Heading(_fitting(clean(text), "heading"))
    return Paragraph(clean(block.text))


def _fitting(text: str, name: str) -> str:
    if len(text) > LONGEST[name]:
        raise LineTooLong(line=name, characters=len(text))
    return text


def _whole(block: Block) -> bool:
    match block:
        case Items(texts):
            return bool(texts) and all(text.strip() for text in texts)
        case Table(columns, rows):
            return bool(columns and rows) and all(len(row) == len(columns) for row in rows)
    return bool(block.text.strip())
