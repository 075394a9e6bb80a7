"""Tables on a terminal: columns that fit a width, long cells wrapped, Chinese characters counted as two."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 120
NARROWEST = 6
GAP = 2
TOKEN = re.compile(r"\s+|[\u2e80-\U0010ffff]|[^\s\u2e80-\U0010ffff]+")
"""Where a line may be broken: at white space, and on both sides of a character of Chinese text."""


def width(text: str) -> int:
    """Columns that a text takes: two for wide characters, none for combining marks."""
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def wrap(text: str, limit: int) -> list[str]:
    """A text as lines of at most `limit` columns (at least 2); a word that is longer than a line is cut."""
    return [line for part in text.splitlines() or [""] for line in _wrapped(part, limit)]


def _wrapped(text: str, limit: int) -> list[str]:
    lines, line = [], ""
    for token in TOKEN.findall(text):
        if width(line + token.rstrip()) > limit:
            lines.append(line.rstrip())
            line = ""
        if not line and lines:
            token = token.lstrip()
        while width(token) > limit:
            head = _head(token, limit)
            lines.append(head)
            token = token[len(head) :]
        line += token
    return [one for one in [*lines, line.rstrip()] if one] or [""]


def _head(text: str, limit: int) -> str:
    """The longest beginning of a text that fits."""
    end = next((place for place in range(1, len(text) + 1) if width(text[:place]) > limit), len(text) + 1)
    return text[: end - 1]


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, total: int = WIDTH) -> list[str]:
    """A table as lines of at most `total` columns: a head, a rule, the rows. Cells may hold several lines."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = _widths(lines, total - GAP * (len(head) - 1))
    drawn = [text for row in lines for text in _drawn(row, widths)]
    height = len(_drawn(lines[0], widths))
    return [*drawn[:height], (" " * GAP).join("-" * one for one in widths), *drawn[height:]]


def _widths(lines: Sequence[Sequence[str]], room: int) -> list[int]:
    found = [max(max((width(part) for part in cell.splitlines()), default=0) for cell in column) for column in zip(*lines, strict=True)]
    while sum(found) > room and max(found) > NARROWEST:
        found[found.index(max(found))] -= 1
    return [max(one, 1) for one in found]


def _drawn(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [wrap(text, max(limit, 2)) for text, limit in zip(row, widths, strict=True)]
    lines = []
    for place in range(max(map(len, cells))):
        parts = [cell[place] if place < len(cell) else "" for cell in cells]
        padded = [part + " " * (limit - width(part)) for part, limit in zip(parts, widths, strict=True)]
        lines.append((" " * GAP).join(padded).rstrip())
    return lines
