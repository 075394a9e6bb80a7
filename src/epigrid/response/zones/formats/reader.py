"""Official notices of risk areas, read: text -> `Notice`, every item with the span of text it came from, nothing that is not literally there.

The text is walked once, segment by segment (line ends, full stops, semicolons outside brackets). A segment that names a level opens a section or carries
its places itself ("X由高风险区调整为低风险区", "X 中->低"); one that names a district, or any name with a number of places, opens a list; rules, sentences
and what a web page hangs around a text close it. The numbers that the notice states of itself decide how a list falls into items (`lists`).

Flags of `Notice.quality`, each about the whole text:

* `empty`, `no-list` (levels are named, but no place), `not-a-notice` (no level is named), `all-lifted` (every area is lifted, none is named);
* lost: `truncated`, `section-lost`, `level-lost` (a list whose level is unknown), `bytes-damaged`, `digits-lost`, `year-missing`, `relative-date`;
* mended: `level-from-rule` (the level was taken from the rule below the list), `marks-lost` (a list without separators fell into as many items as it
  states), `slips-mended`, `markup`, `from-remark` (a day, number or issuer taken from a copyist's remark);
* to be confirmed: `count-differs`, `separators-unclear` (no number says whether "A、B" is one item or two), `doubtful-place` (see `Change.doubts`),
  `masked`, `smaller-than-unit`, `standing-list` (what is, not what changes), `several-notices` (only the first was read; use `read_all`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from epigrid.response.zones.formats import heads, lists, phrases
from epigrid.response.zones.formats.letters import Shadow, decode, shadow
from epigrid.response.zones.formats.notice import Notice
from epigrid.response.zones.formats.sections import Walk
from epigrid.response.zones.formats.tally import settle

BRACKETED_LEVEL = re.compile(rf"(?m:^)\((?P<level>{phrases.LEVEL})\)")
NEXT_ARTICLE = re.compile(r"^## ", re.MULTILINE)
ALL_LIFTED = re.compile(r"解封解控|全部解封|全面解封|全域(?:无|为低风险|恢复)|全部解除")
LINES_TO_SERIAL = 60


def read(text: str | bytes) -> Notice:
    """Read the notice in a text, or in bytes in any usual encoding (then offsets count in `letters.decode(data).text`).

    Raises NotText for bytes that are no text; a text that is no notice gives an empty one with its flag. Takes time linear in the length of the text.
    """
    found = read_all(text)
    return found[0] if len(found) == 1 else replace(found[0], quality=_joined(found[0].quality, "several-notices"))


def read_all(text: str | bytes) -> tuple[Notice, ...]:
    """Read every numbered notice of a text, at least one; offsets count in the whole text."""
    damaged = False
    if isinstance(text, bytes):
        decoded = decode(text)
        text, damaged = decoded.text, decoded.damaged
    seen = shadow(text)
    seen = replace(seen, text=BRACKETED_LEVEL.sub(r" \g<level> ", seen.text))
    spans = _notices(seen.text)
    found = tuple(_read(text, seen, start, end) for start, end in spans)
    return tuple(replace(notice, quality=_joined(notice.quality, "bytes-damaged")) for notice in found) if damaged else found


def _notices(seen: str) -> list[tuple[int, int]]:
    """Where notices begin and end: at titles that a number of their own follows, when there are several."""
    starts, serials = [], set()
    for title in phrases.TITLE.finditer(seen):
        serial = phrases.SERIAL.search(seen, title.start(), min(title.end() + LINES_TO_SERIAL, len(seen)))
        if serial and serial.group() not in serials:
            serials.add(serial.group())
            starts.append(title.start())
    if len(starts) < 2:
        return [(0, len(seen))]
    spans = []
    for start, following in zip(starts, [*starts[1:], len(seen)], strict=True):
        article = NEXT_ARTICLE.search(seen, min(start + 3, len(seen)), following)
        spans.append((start, article.start() if article else following))
    return spans


def _read(text: str, seen: Shadow, start: int, end: int) -> Notice:
    remarks = heads.note_values(text) if start == 0 else {}
    head = heads.head_of(text, _without_notes(seen.text), start, end, remarks.get("date"))
    walk = Walk(seen.text, head.year)
    for segment in segments(seen.text, start, end):
        walk.take(segment)
    walk.finish(end)
    changes, counts, flags = settle(text, seen.text, walk, head.effective_at)
    flags = [*head.flags, *flags]
    flags += ["slips-mended"] if seen.mended else []
    flags += ["markup"] if seen.markup else []
    if not changes and not counts:
        flags.append(_why_empty(seen.text[start:end], walk))
    values = {name: getattr(head, name) or remarks.get(name) or getattr(head, name) for name in ("date", "number", "issuer")}
    if any(values[name] != getattr(head, name) for name in values):
        flags.append("from-remark")
    return Notice(
        title=head.title,
        effective_at=head.effective_at,
        legal_basis=head.legal_basis,
        expert_line=head.expert_line,
        changes=changes,
        counts=counts,
        quality=_joined((), *flags),
        **values,
    )


def _why_empty(seen: str, walk: Walk) -> str:
    if not seen.strip():
        return "empty"
    if ALL_LIFTED.search(seen) and walk.named_a_level:
        return "all-lifted"
    return "no-list" if walk.named_a_level else "not-a-notice"


def _without_notes(seen: str) -> str:
    return heads.NOTE.sub(lambda note: " " * len(note.group()), seen) if "#" in seen else seen


def _joined(flags: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*flags, *more)))


BREAK = re.compile(r"[。;()]|[,、 ](?=[\u4e00-\u9fff]{2,8}[区县市旗盟州省镇乡]\s*\(\s*\d+\s*个)")


def segments(seen: str, start: int, end: int) -> Iterator[lists.Segment]:
    """Cut at line ends, and at full stops and semicolons outside brackets. Lines of remarks are left out."""
    line = 0
    at = start
    while at < end:
        stop = seen.find("\n", at, end)
        stop = end if stop < 0 else stop
        if stop > at and not (seen[at] == "#" and heads.NOTE.match(seen, at)):
            yield from _of_line(seen, at, stop, line)
        at, line = stop + 1, line + 1


def _of_line(seen: str, start: int, end: int, line: int) -> Iterator[lists.Segment]:
    closed: dict[int, int] | None = None
    at = behind = start
    for mark in BREAK.finditer(seen, start, end):
        place = mark.start()
        if place < behind:
            continue
        if mark.group() == ")":
            continue
        if mark.group() == "(":
            closed = lists.pairs(seen, start, end) if closed is None else closed
            behind = closed.get(place, place) + 1
        else:
            yield lists.Segment(at, place, line)
            at = mark.end()
    if seen[at:end].strip():
        yield lists.Segment(at, end, line)
