"""How the body of a list falls into items: several ways to cut it, of which the number that the list states of itself chooses one."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from epigrid.response.zones.formats import phrases, places
from epigrid.response.zones.formats.phrases import Turn

Span = tuple[int, int]
BRACKETS = re.compile(r"[()\n]")
MARKS = re.compile(r"[(),、]|除(?=[^\n。;除外]{1,200}外)")
TRIMMED = " ,、;。.:\n\t|!"
INLINE_NUMBER = re.compile(r"(?:(?<=[\s;,、:])|^)\(?(?P<n>\d{1,3})(?:[、)]|\.(?!\d))\s*|[①-⑳]\s*")
WHITE = re.compile(r"[ ]{1,}")
CJK = re.compile(r"[\u4e00-\u9fff]")
ENDING = re.compile(r"\d\s*(?:单元|号楼|幢|栋)(?!\s*[东西南北中]单元)(?=\s*[\u4e00-\u9fff])")
TABLE_HEAD = re.compile(r"^(?:序号|省份|省\b|地市|市州|县区|区县|具体地区|地区名称|风险地区|名称)")
HEADS_A_LIST = re.compile(r"\d\s*个\s*\)?\s*:")
LONGEST_ITEM = 400
NO_PLACES = frozenset(("名称", "地区", "区域", "封控", "管控", "防范", "封闭"))


class Segment(NamedTuple):
    """A stretch of a list's body between line ends, full stops and semicolons; `line` is the number of its line."""

    start: int
    end: int
    line: int


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A body cut into items, and by which way."""

    items: tuple[Span, ...]
    way: str


def pairs(shadow: str, start: int, end: int) -> dict[int, int]:
    """Opening bracket -> closing bracket, for the brackets that have a partner in their line."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for mark in BRACKETS.finditer(shadow, start, end):
        if mark.group() == "\n":
            opened.clear()
        elif mark.group() == "(":
            opened.append(mark.start())
        elif opened:
            found[opened.pop()] = mark.start()
    return found


def trim(shadow: str, start: int, end: int) -> Span:
    """The span without marks, spaces and lonely brackets at its ends."""
    start, end = _bare(shadow, start, end)
    if start < end and (shadow[end - 1] in "()" or shadow[start] in "()"):
        closed = pairs(shadow, start, end)
        partners = {*closed, *closed.values()}
        while start < end and shadow[end - 1] in "()" and end - 1 not in partners:
            start, end = _bare(shadow, start, end - 1)
        while start < end and shadow[start] in "()" and start not in partners:
            start, end = _bare(shadow, start + 1, end)
    return start, end


def _bare(shadow: str, start: int, end: int) -> Span:
    while start < end and shadow[start] in TRIMMED:
        start += 1
    while start < end and shadow[end - 1] in TRIMMED:
        end -= 1
    return start, end


def parted(shadow: str, start: int, end: int, marks: str) -> list[Span]:
    """Cut at marks that stand outside brackets and outside "除...外"."""
    spans, closed, at = [], pairs(shadow, start, end), start
    behind = start
    for mark in MARKS.finditer(shadow, start, end):
        if mark.start() < behind:
            continue
        if mark.group() == "(":
            behind = closed.get(mark.start(), mark.start()) + 1
        elif mark.group() == "除":
            behind = shadow.index("外", mark.start()) + 1
        elif mark.group() in marks:
            spans.append((at, mark.start()))
            at = mark.end()
    return [*spans, (at, end)]


def last_pair(shadow: str, start: int, end: int) -> bool:
    """Whether the whole span is one pair of brackets."""
    return start < end and shadow[start] == "(" and shadow[end - 1] == ")" and pairs(shadow, start, end).get(start) == end - 1


def outside_brackets(shadow: str, words: Segment, found: Iterable[Turn]) -> Iterator[Turn]:
    """Of phrases in their order those that stand outside brackets."""
    closed = iter(sorted(pairs(shadow, words.start, words.end).items()))
    left, right = next(closed, (words.end, words.end))
    for turn in found:
        while right < turn.start:
            left, right = next(closed, (words.end, words.end))
        if not left < turn.start < right:
            yield turn


def plausible(shadow: str, start: int, end: int) -> bool:
    """Whether the words can be a place: not a rule, not a sentence, not what a web page hangs around a text."""
    words = shadow[start:end]
    if not 2 <= len(words) <= LONGEST_ITEM or words in NO_PLACES or not CJK.search(words):
        return False
    outside = words if "(" not in words else _without_brackets(words)
    return not (phrases.NO_PLACE.search(outside) or TABLE_HEAD.match(words) or HEADS_A_LIST.search(words))


def _without_brackets(words: str) -> str:
    closed = pairs(words, 0, len(words))
    kept: list[str] = []
    at = 0
    for opening in sorted(closed):
        if opening >= at:
            kept.append(words[at:opening])
            at = closed[opening] + 1
    return "".join([*kept, words[at:]])


def unnumbered(shadow: str, start: int, end: int) -> int:
    """Where the words begin behind a number or a mark at the head of a line."""
    found = phrases.NUMBERING.match(shadow, start, end)
    return found.end() if found and found.end() < end else start


# --- ways to cut ---


def _by_line(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    start, end, line = body[0].start, body[0].end, body[0].line
    for segment in body[1:]:
        if segment.line != line:
            yield start, end
            start, line = segment.start, segment.line
        end = segment.end
    yield start, end


def _by_segment(_shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    return ((segment.start, segment.end) for segment in body)


def _before_blank(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    """Lines up to the first empty one: behind it a page goes on with something else."""
    gap = next((place for place, (one, other) in enumerate(pairwise(body)) if other.line - one.line > 1), len(body) - 1)
    return _by_line(shadow, body[: gap + 1])


def _below_headings(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    """Lines without those that are only the name of a city over its places."""
    spans = list(_by_line(shadow, body))
    for span in spans:
        start, end = trim(shadow, *span)
        if not (places.rank(shadow[start:end]) <= 2 and places.is_heading_name(shadow[start:end])):
            yield span


def _by_comma(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    for segment in body:
        yield from parted(shadow, segment.start, segment.end, ",")


def _between_streets(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    for segment in body:
        yield from _joined(shadow, parted(shadow, segment.start, segment.end, ","))


def _by_address(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    """Lines; one is cut only before a place that names its own district."""
    for span in _by_line(shadow, body):
        start, end = span
        for left, right in parted(shadow, *span, ",、")[1:]:
            begin, stop = trim(shadow, left, right)
            district = places.leading_districts(shadow, begin, stop)
            if begin < district < stop and shadow[district - 1] in "区县旗市":
                yield start, left
                start = left
        yield start, end


def _by_mark(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    """At commas and enumeration commas, but numbers stay with their place and streets with their area."""
    for segment in body:
        yield from _joined(shadow, parted(shadow, segment.start, segment.end, ",、"))


def _by_every_mark(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    for segment in body:
        yield from parted(shadow, segment.start, segment.end, ",、")


def _by_number(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    """At numbers inside a line, "1.A小区 2.B小区", when they run on from one."""
    for start, end in _by_line(shadow, body):
        found = list(INLINE_NUMBER.finditer(shadow, start, end))
        if not found or [int(mark["n"] or 0) for mark in found] != list(range(1, len(found) + 1)):
            return
        for mark, after in zip(found, [*(other.start() for other in found[1:]), end], strict=True):
            yield mark.end(), after


def _by_space(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    for start, end in _by_line(shadow, body):
        at = start
        for gap in WHITE.finditer(shadow, start, end):
            yield at, gap.start()
            at = gap.end()
        yield at, end


def _by_ending(shadow: str, body: Sequence[Segment]) -> Iterator[Span]:
    """Behind each building or unit, where a copy has lost the marks."""
    for start, end in _by_line(shadow, body):
        at = start
        for ending in ENDING.finditer(shadow, start, end):
            yield at, ending.end()
            at = ending.end()
        yield at, end


def _joined(shadow: str, spans: list[Span]) -> Iterator[Span]:
    """Join a number to the place before it, and the boundaries of one area."""
    start, end = spans[0]
    bounded = _bounds(shadow, start, end)
    for left, right in spans[1:]:
        goes_on = bounded and _bounds(shadow, left, right, inner=True)
        if goes_on or places.NUMBERS_ONLY.match(shadow, left, right):
            bounded = bounded and not _closes(shadow, left, right)
        else:
            yield start, end
            start, bounded = left, _bounds(shadow, left, right)
        end = right
    yield start, end


def _bounds(shadow: str, start: int, end: int, *, inner: bool = False) -> bool:
    """Whether a piece is one boundary of an area that goes on in the next piece."""
    return places.BOUNDARY.search(shadow, start, end) is not None and (inner or not _closes(shadow, start, end))


def _closes(shadow: str, start: int, end: int) -> bool:
    words = shadow[start:end].rstrip()
    return words.endswith(("区域", "范围", "围合区", "合围区", "区域内", "范围内", "的区域"))


WAYS: dict[str, Callable[[str, Sequence[Segment]], Iterator[Span]]] = {
    "line": _by_line,
    "segment": _by_segment,
    "before-blank": _before_blank,
    "below-headings": _below_headings,
    "comma": _by_comma,
    "between-streets": _between_streets,
    "address": _by_address,
    "mark": _by_mark,
    "every-mark": _by_every_mark,
    "number": _by_number,
    "space": _by_space,
    "ending": _by_ending,
}
WHOLE_SEGMENTS = frozenset(("line", "segment", "before-blank", "below-headings"))
"""The ways that never cut within a segment."""

USUAL = ("line", "segment", "comma", "between-streets", "mark")
"""The ways that may be taken although no number asks for them."""


def cut(shadow: str, body: Sequence[Segment], way: str) -> Cut:
    """Cut a body in one way and keep what can be a place."""
    items = []
    heads = {segment.start for segment in body}
    for start, end in WAYS[way](shadow, body):
        begin, stop = trim(shadow, unnumbered(shadow, start, end) if start in heads else start, end)
        if plausible(shadow, begin, stop):
            items.append((begin, stop))
    return Cut(items=tuple(items), way=way)


def cut_as_stated(shadow: str, body: Sequence[Segment], stated: int | None) -> Cut:
    """Cut a body so that it holds as many items as it states; where no way does, or nothing is stated, in the way in which such a text is usually meant."""
    if not body or stated == 0:
        return Cut(items=cut(shadow, body, "segment").items if body else (), way="segment")
    if stated is not None:
        whole = len(body) == 1 < stated
        for way in WAYS:
            if whole and way in WHOLE_SEGMENTS:
                continue
            found = cut(shadow, body, way)
            if len(found.items) == stated:
                return found
        tried = [cut(shadow, body, way) for way in USUAL]
        return min((one for one in tried if one.items), key=lambda one: abs(len(one.items) - stated), default=tried[0])
    lines = len({segment.line for segment in body})
    if lines > 1 and not any("," in shadow[segment.start : segment.end] for segment in body):
        return cut(shadow, body, "segment")
    numbered = cut(shadow, body, "number")
    return numbered if len(numbered.items) > 1 else cut(shadow, body, "mark")
