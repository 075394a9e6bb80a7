"""One level in its clause: how many places the clause states, which district it names, and where its places stand."""

import re
from dataclasses import replace
from typing import NamedTuple

from epigrid.response.zones.formats import lists, phrases, places
from epigrid.response.zones.formats.lists import Segment, Span
from epigrid.response.zones.formats.phrases import Turn

WINDOW = 40
NOWHERE: Span = (0, 0)
PLAIN_MOMENT = re.sub(r"[?]P<[a-z0-9_]+>", "?:", phrases.MOMENT.pattern)
FLUFF = re.compile(
    rf"(?:{PLAIN_MOMENT}|经[^,。;]{{0,40}}(?:研判|评估|同意|研究|批准|审核)[^,。;]{{0,10}},|(?:根据|按照|依据)[^,。;]{{0,200}},|[^,。;、]{{0,30}}(?:办公室|指挥部|领导小组)(?:研究)?决定|即日起|即时起|即刻起|自即日起|年|自|从|起|开始|将|现将|对|把|决定|同意|我[市省区县盟旗]|全国|全[市省区县盟旗](?![除域境])|本[市省区县]"
    r"|以下|下列|上述|如下|目前|现有|现|共有|共计|共|有|新增|其中|分别|调整后|维持|保持|仍为|继续|名单|列表|一览表?|疫情|区域|地区|范围|的|由|为|是|[,、:\s/|]|截至|\((?:[^()\n]{0,30})\))++"
)
TAIL = re.compile(r"(?:[,、:\s]|由|从|的|均|全部|统一|分别|等地?|共计?|解除[^,、]{0,8}管[理控]|→|原)+$")
SUMMED = re.compile(r"(?:等地?|共计?|这|上述|以上)\s*$")
"""What may stand before a level without being a place."""

STAYS = re.compile(r"(?:维持|保持|仍为|仍是|继续(?:实行|列为)?|不变的?)$")


class Clause(NamedTuple):
    """A level within a segment.

    `place` is what stands before the level beyond fluff, `name` the district named there (or before, in the same segment), `stated` the number at the
    level, `body` where the words behind it begin. `last`: no other level follows in the segment. `colon`: the words behind it are introduced.
    """

    turn: Turn
    words: Segment
    place: Span
    name: Span
    stated: int | None
    body: int
    last: bool
    colon: bool
    spaced: bool
    none: bool
    summed: bool

    @property
    def heavy(self) -> bool:
        """Whether places stand before the level, and not only a district."""
        return self.place[1] > self.place[0] and self.name == NOWHERE


def clause(shadow: str, turn: Turn, before: int, following: int, words: Segment, district: Span) -> Clause:
    """Look at what stands around a level, from the end of the one before it; `district` is what the segment has named so far."""
    last = following == words.end
    counted = phrases.COUNT_AFTER.match(shadow, turn.end, words.end)
    after = counted.end() if counted else turn.end
    start = beyond_fluff(shadow, before, turn.start)
    early = None if counted else phrases.COUNT_BEFORE.search(shadow, max(start, turn.start - WINDOW), turn.start)
    end = early.start() if early else turn.start
    number = counted or early
    stated = phrases.number(number["n"]) if number else None
    name = _district(shadow, before, end) if turn.names or turn.bare or stated is not None or not last else NOWHERE
    body = after + len(shadow[after : words.end]) - len(shadow[after : words.end].lstrip(" :")) if last else after
    return Clause(
        turn=turn,
        words=words,
        place=(start, end),
        name=district if name == NOWHERE and end <= start else name,
        stated=stated,
        body=body,
        last=last,
        colon=":" in shadow[after : body + 1],
        spaced=shadow[after : after + 1] == " ",
        none=phrases.NONE_BEFORE.search(shadow, max(before, turn.start - 6), turn.start) is not None
        or (last and phrases.NONE_AFTER.match(shadow, turn.end, words.end) is not None),
        summed=SUMMED.search(shadow, max(before, end - WINDOW), end) is not None,
    )


def beyond_fluff(shadow: str, start: int, end: int) -> int:
    """Where the words begin that can name a place."""
    light = FLUFF.match(shadow, start, end)
    return light.end() if light else start


def standing(shadow: str, turn: Turn, before: int) -> Turn:
    """The turn, or, behind "维持", what stays as it is."""
    stays = turn.level_from is None and STAYS.search(shadow, max(before, turn.start - WINDOW), turn.start)
    return replace(turn, level_from=turn.level_to) if stays else turn


def _district(shadow: str, start: int, end: int) -> Span:
    """Where the name of a district stands when it is all that is said since the last comma."""
    comma = max(shadow.rfind(",", max(start, end - WINDOW), end), start - 1) + 1
    left, right = lists.trim(shadow, beyond_fluff(shadow, comma, end), end)
    name = shadow[left:right]
    return (left, right) if len(name) <= 20 and places.is_heading_name(name) and places.rank(name) <= 4 else NOWHERE
