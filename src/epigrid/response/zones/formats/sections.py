"""The walk through a notice: which segment opens a section or a list, which carries its places itself, which is only words around them."""

import re
from dataclasses import replace
from datetime import datetime

from epigrid.response.zones.formats import clauses, headings, heads, lists, phrases, places
from epigrid.response.zones.formats.clauses import NOWHERE, PLAIN_MOMENT, WINDOW, Clause
from epigrid.response.zones.formats.headings import Body, Heading
from epigrid.response.zones.formats.lists import Segment, Span
from epigrid.response.zones.formats.notice import Level
from epigrid.response.zones.formats.phrases import Turn

AFTERWARDS = re.compile(r"调整后")
REST = re.compile(r"其他|其余|除上述|除此")
COUNTED = re.compile(
    rf"(?P<name>[\u4e00-\u9fff·-][\u4e00-\u9fff·\- ]{{0,28}}?) {{0,6}}:? {{0,6}}(?P<open>\(?) {{0,6}}(?:共计|共有|共|计)? {{0,6}}(?P<n>{phrases.NUMBER}) {{0,6}}(?:(?:个|处)(?:地区|区域|点位)?(?:[,;、 ][^()\n:]{{0,24}}(?=\)))? {{0,6}}(?P<close>\)?)|(?P<bare>\)))"
    r" {0,6}(?P<colon>[:;]?)"
)
NAMED = re.compile(r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fff·\- ]{1,38})\s*:")
NEXT_LINE = re.compile(r"\s*(?P<line>[^\n]{1,60})")
MOMENT_ALONE = re.compile(rf"(?:自|从)?\s*{PLAIN_MOMENT}\s*(?:起|开始)?\s*")
HAS_COUNT = re.compile(r"[个处]|[0-9] {0,6}\)")
LONGEST_HEADING = 60
LONGEST_NAME = 12
DEEPEST = 4


class Walk:
    """Takes segments in order; afterwards `bodies` are the lists and `totals` the numbers that sentences state."""

    def __init__(self, shadow: str, year: int | None) -> None:
        self.shadow, self.year = shadow, year
        self.bodies: list[Body] = []
        self.totals: list[Heading] = []
        self.sections: list[Heading] = []
        self.majors: list[int] = []
        self.named_a_level = self.truncated = False
        self.open_at_end: Body | None = None
        self.ends_within = False
        self._section: Heading | None = None
        self._groups: list[Heading] = []
        self._open: Body | None = None
        self._rule_line = self._stays_line = -1
        self._ender = ""
        self._counted = False
        self._at: datetime | None = None
        self._group_at: datetime | None = None

    def take(self, segment: Segment) -> None:
        """Take the next segment."""
        mark = phrases.TRUNCATED.search(self.shadow, segment.start, segment.end)
        if mark is None:
            self._take(segment)
            return
        self.truncated = True
        if self.shadow[segment.start : mark.start()].strip(lists.TRIMMED):
            self._take(Segment(segment.start, mark.start(), segment.line))
        elif self._open and self._open.segments and self.shadow[self._open.segments[-1].end] == "。":
            self._close()
        if self._open:
            self._open.cut = True
        self._close()

    def finish(self, end: int) -> None:
        """The text is over: say which list runs up to its end without a full stop."""
        body = self._open
        after = self.shadow[body.segments[-1].end : end] if body and body.segments else ""
        if body and not after.strip(" ,、;:(\n"):
            self.open_at_end = body
            self.ends_within = "\n" not in after and (body.inline or any(other.inline for other in self.bodies))
        self._close()

    def _take(self, segment: Segment) -> None:
        start, end = segment.start, segment.end
        self._ender = self.shadow[end : end + 1]
        numbering = phrases.NUMBERING.match(self.shadow, start, end)
        begin, stop = lists.trim(self.shadow, numbering.end() if numbering and numbering.end() < end else start, end)
        if begin < stop and lists.last_pair(self.shadow, begin, stop):
            begin, stop = begin + 1, stop - 1
        if begin >= stop:
            return
        words, said = Segment(begin, stop, segment.line), self.shadow[begin:stop]
        if ("关于" in said and phrases.TITLE.match(said)) or heads.is_issuer(said):
            self._leave()
        elif "日" in said and MOMENT_ALONE.fullmatch(said):
            self._close()
            self._group_at = self._moment(begin, stop)
        elif not self._levels(words, numbering["major"] if numbering else None) and not self._group(words):
            self._item(words, numbered=numbering is not None)

    # --- levels ---

    def _levels(self, words: Segment, major: str | None) -> bool:
        """Read a segment that names levels; False where it names none outside brackets."""
        found = phrases.turns(self.shadow, words.start, words.end)
        if found and "(" in self.shadow[words.start : words.end]:
            found = list(lists.outside_brackets(self.shadow, words, found))
        if not found:
            return False
        self.named_a_level = True
        if AFTERWARDS.search(self.shadow, words.start, found[0].start):
            self._stays_line = words.line
        self._at = self._moment(words.start, found[0].start)
        before, district, opened, self._counted = words.start, NOWHERE, False, False
        for turn, following in zip(found, [*(turn.start for turn in found[1:]), words.end], strict=True):
            stays = words.line == self._stays_line and turn.level_from is None
            turn = replace(turn, level_from=turn.level_to) if stays else clauses.standing(self.shadow, turn, before)
            said = clauses.clause(self.shadow, turn, before, following, words, district)
            opened = self._turn(said)
            before, district = turn.end, district if said.heavy or said.none else said.name
            if opened:
                break
        if opened and major:
            self.majors.append(phrases.number(major))
        return True

    def _turn(self, said: Clause) -> bool:
        """Read one level in its clause -> whether the rest of the segment is taken."""
        turn, words, name, stated = said.turn, said.words, said.name, said.stated
        if said.none:
            self._total(turn, NOWHERE, 0)
            return said.last
        if said.last and said.colon and said.body < words.end:
            self._after_colon(said)
            return True
        if said.heavy and not turn.bare and (stated is None or said.summed):
            self._before(said)
            return False
        if said.last and stated is not None and self._bracketed(said):
            return True
        if said.last and not said.heavy and self._is_heading(said):
            self._open_section(turn, name, stated)
            return True
        if stated is not None:
            self._total(turn, name, stated)
        elif said.last and not said.heavy and said.spaced and lists.plausible(self.shadow, said.body, words.end):
            self._open_section(turn, name, None)
            self._open_list(Segment(said.body, words.end, words.line))
            return True
        elif said.last and phrases.RULE.search(self.shadow, turn.end, words.end):
            self._rule(turn.level_to, words.line)
        return False

    def _is_heading(self, said: Clause) -> bool:
        """Whether a level stands over what follows it: nothing but remarks in brackets behind it, and no number that belongs to a sentence."""
        body, end = said.body, said.words.end
        remarks = body >= end or (self.shadow[body] == "(" and self.shadow[end - 1] == ")")
        alone = said.turn.start - said.place[0] <= WINDOW and self._ender in ("\n", "") and not self._counted
        return said.colon or (remarks and (said.stated is None or alone))

    def _after_colon(self, said: Clause) -> None:
        body = Segment(said.body, said.words.end, said.words.line)
        if phrases.RULE.search(self.shadow, body.start, body.end) and not lists.cut(self.shadow, [body], "comma").items:
            if said.turn.bare or said.place[0] >= said.place[1]:
                self._rule(said.turn.level_to, body.line)
            else:
                self._before(said)
            return
        self._open_section(said.turn, said.name, said.stated)
        if not self._group(body):
            self._open_list(body, inline=True)

    def _before(self, said: Clause) -> None:
        """Places that stand before their level: "X由高风险区调整为低风险区"."""
        start, end = said.place
        tail = clauses.TAIL.search(self.shadow, max(start, end - WINDOW), end)
        end = tail.start() if tail else end
        if start >= end or REST.match(self.shadow, start, end) or phrases.NO_PLACE.search(self.shadow, start, end):
            return
        self._open_section(said.turn, NOWHERE, said.stated)
        self._open_list(Segment(start, end, said.words.line))
        self._leave()

    def _bracketed(self, said: Clause) -> bool:
        """A list in brackets behind its number: "高风险区3个(A、B、C)"."""
        start, end = said.body, said.words.end
        if not lists.last_pair(self.shadow, start, end) or phrases.RULE.search(self.shadow, start, end):
            return False
        self._open_section(said.turn, said.name, said.stated)
        self._open_list(Segment(start + 1, end - 1, said.words.line))
        self._leave()
        return True

    def _total(self, turn: Turn, name: Span, stated: int) -> None:
        self._counted = True
        self.totals.append(headings.new(self.shadow, "total", name, turn, stated))

    def _open_section(self, turn: Turn, name: Span, stated: int | None) -> None:
        self._leave()
        self._section = headings.new(self.shadow, "section", NOWHERE, turn, stated)
        self._section.at = self._at
        self.sections.append(self._section)
        if name != NOWHERE:
            self._groups = [headings.new(self.shadow, "group", name, turn, None)]

    def _moment(self, start: int, end: int) -> datetime | None:
        """The moment that stands at the head of a segment."""
        found = phrases.MOMENT.search(self.shadow, start, clauses.beyond_fluff(self.shadow, start, end))
        return phrases.moment(found, self.year) if found else None

    # --- groups, items, rules ---

    def _group(self, words: Segment, above: int = 0) -> bool:
        """Open the list of a district, or of any name with a number; behind another heading in the same segment only that of a smaller place."""
        found = self._heading(words)
        if found is None or (above and places.rank(self.shadow[slice(*found[0])].strip()) <= above):
            return False
        name, stated, body_start = found
        if self._section is None:
            if stated is None:
                return False
            self._section = Heading(kind="section", span=(words.start, words.start), level_from=None, level_to=None, stated=None)
        self._close()
        section = self._section
        group = headings.new(self.shadow, "group", name, section, stated)
        self._nest(group)
        body_start = words.end - len(self.shadow[body_start : words.end].lstrip(" :"))
        self._open = Body(heads=(section, *self._groups), stated=stated, at=self._group_at or section.at, inline=body_start < words.end)
        section.lists += 1
        if body_start < words.end and not phrases.NONE_AFTER.match(self.shadow, body_start, words.end):
            inner = Segment(body_start, words.end, words.line)
            if not self._group(inner, group.rank):
                self._append(inner)
        return True

    def _heading(self, words: Segment) -> tuple[Span, int | None, int] | None:
        """A heading of a district at the head of a segment: where its name stands, its number, and where its list begins."""
        shadow, start, end = self.shadow, words.start, words.end
        head = shadow[start : min(end + 1, start + LONGEST_HEADING)]
        found = COUNTED.match(shadow, start, end) if HAS_COUNT.search(head) else None
        if found and self._is_counted(found, end):
            return found.span("name"), phrases.number(found["n"]), found.end()
        found = NAMED.match(shadow, start, min(end + 1, len(shadow))) if ":" in head else None
        if found and places.is_heading_name(found["name"].strip()) and not phrases.PROSE.search(found["name"]):
            return found.span("name"), None, found.end()
        return ((start, end), None, end) if self._stands_alone(start, end) else None

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether a line is only the name of a district over its places: of a province, or, where no number says otherwise, of a city or county."""
        if self._section is None or end - start > LONGEST_NAME or self.shadow[end : end + 1] != "\n":
            return False
        name = self.shadow[start:end]
        if not places.is_heading_name(name):
            return False
        if places.rank(name) == 1:
            return True
        counted = any(heading.stated is not None for heading in (self._section, *self._groups))
        following = NEXT_LINE.match(self.shadow, end)
        return places.rank(name) <= 3 and not counted and following is not None and places.rank(following["line"]) > 3

    def _is_counted(self, found: re.Match[str], end: int) -> bool:
        name = found["name"].strip()
        if phrases.PROSE.search(name) or phrases.RULE.search(name):
            return False
        if found["bare"]:
            return bool(found["open"]) and places.is_heading_name(name)
        if found["colon"] or found["open"]:
            return bool(found["colon"] or found["close"] or places.is_heading_name(name))
        return places.is_heading_name(name) and (found.end() >= end or bool(found["close"]) or self.shadow[found.end()] == " ")

    def _nest(self, group: Heading) -> None:
        """Put a group below those that still hold it: a larger place without places of its own."""
        while self._groups:
            top = self._groups[-1]
            waits = not top.own_body and top.stated is not None and top.nested + (group.stated or 0) <= top.stated
            if len(self._groups) < DEEPEST and not top.own_body and (top.rank < group.rank or (top.rank == group.rank == 2 and waits)):
                break
            self._groups.pop()
        if self._groups:
            self._groups[-1].nested += group.stated or 0
        self._groups.append(group)

    def _item(self, words: Segment, *, numbered: bool) -> None:
        """A segment without a heading: an item of the open list, or the first one of a section, or a sentence that ends the list."""
        if not lists.plausible(self.shadow, words.start, words.end) and not self._some(words):
            if phrases.RULE.search(self.shadow, words.start, words.end):
                self._rule_line = words.line
            self._close()
            return
        if self._open and self._open.inline and self._open.stopped and not numbered and words.line != self._open.segments[-1].line:
            self._close()
        if self._open:
            self._append(words)
        elif self._section and self._section.level_to and words.line != self._rule_line and (numbered or not self._section.lists):
            self._open_list(words)

    def _some(self, words: Segment) -> bool:
        """Whether a part of a long line can be a place although the line as a whole cannot."""
        return words.end - words.start > lists.LONGEST_ITEM and bool(self._open) and not phrases.PROSE.search(self.shadow, words.start, words.end)

    def _open_list(self, first: Segment, *, inline: bool = False) -> None:
        if self._section is None:
            return
        self._open = Body(heads=(self._section, *self._groups), stated=None, at=self._group_at or self._section.at, inline=inline)
        self._section.lists += 1
        self._append(first)

    def _append(self, segment: Segment) -> None:
        if self._open is None:
            return
        self._open.segments.append(segment)
        self._open.stopped = self._ender == "。"
        for heading in self._open.heads[-1:]:
            heading.own_body = True

    def _rule(self, level: Level | None, line: int) -> None:
        """A rule ends the list; below a list whose own heading is lost it says which level that was."""
        self._rule_line = line
        section = self._section
        self._close()
        if section and section.level_to is None and level:
            section.level_to, section.from_rule = level, True
            self._section = None

    def _close(self) -> None:
        if self._open and (self._open.segments or self._open.stated is not None):
            self.bodies.append(self._open)
        self._open = None

    def _leave(self) -> None:
        self._close()
        self._section, self._groups, self._group_at = None, [], None
