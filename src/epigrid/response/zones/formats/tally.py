"""From the lists of a walk to changes and counts: each list is cut as the notice's own numbers ask for, then everything is counted again."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from epigrid.response.zones.formats import lists, phrases, places
from epigrid.response.zones.formats.headings import Body, Heading
from epigrid.response.zones.formats.lists import Cut, Span
from epigrid.response.zones.formats.notice import Change, Count, Level, direction
from epigrid.response.zones.formats.sections import Walk

OWN_MOMENT = re.compile(rf"\(\s*(?:自|从)?\s*{phrases.MOMENT.pattern}\s*起?(?:生效|执行|施行)?\s*\)$")
MARKED = re.compile(r"\s*(?:\((?:(?:\d{1,2}月\d{1,2}日|今日|昨日|本次)?新增[^()]{0,8}|新|升级|调高|新调整|★|\*)\)|★+)$")
SPACE = re.compile(r"\s")
Pair = tuple[Level | None, Level | None]
Reads = Counter[Pair]
SHORT = 16
MOST_TOTALS = 8
"""More sentences than so many about one district decide nothing."""

GUESSED_WAYS = ("comma", "between-streets", "mark")


def settle(text: str, shadow: str, walk: Walk, effective_at: datetime | None) -> tuple[tuple[Change, ...], tuple[Count, ...], list[str]]:
    """The changes in the order of the text, the counts in the order in which the notice states them, and the flags they raise."""
    bodies = [body for body in walk.bodies if body.section.level_to or walk.named_a_level]
    totals: dict[str, list[Heading]] = {}
    for total in walk.totals:
        if total.name and len(totals.setdefault(total.name, [])) < MOST_TOTALS:
            totals[total.name].append(total)
    cuts = _cuts(shadow, bodies, totals)
    flags: list[str] = ["truncated"] if walk.truncated else []
    changes: list[Change] = []
    for body, cut in zip(bodies, cuts, strict=True):
        expected = _expected(body, totals)
        if body is walk.open_at_end and expected is not None and len(cut.items) < expected:
            body.cut = True
            flags.append("truncated")
        for heading in body.heads:
            heading.read += len(cut.items)
            heading.cut |= body.cut
        unclear = expected != len(cut.items) and cut.way in GUESSED_WAYS and any("、" in shadow[slice(*item)] for item in cut.items)
        unclear |= expected is None and cut.way == "mark" and any("、" in shadow[part.start : part.end] for part in body.segments)
        flags += ["separators-unclear"] if unclear else []
        flags += ["marks-lost"] if cut.way == "ending" else []
        made = [_change(text, shadow, item, body, effective_at, walk.year, decided=expected == len(cut.items)) for item in cut.items]
        if body is walk.open_at_end and walk.ends_within and made:
            made[-1] = _with_doubt(made[-1], "cut")
            flags.append("truncated")
        elif body.cut and made and shadow[cut.items[-1][1] : cut.items[-1][1] + 1] not in tuple("。,、;\n"):
            made[-1] = _with_doubt(made[-1], "cut")
        changes += made
    counts = _counts(text, walk, bodies, changes)
    if _lost_section(walk):
        counts.insert(0, Count(district="", direction=direction(None, None), stated=None, read=0, complete=False))
    return tuple(changes), tuple(counts), flags + _flags(walk, bodies, changes, counts)


# --- cutting ---


def _cuts(shadow: str, bodies: Sequence[Body], totals: Mapping[str, Sequence[Heading]]) -> list[Cut]:
    """Cut every list: by its own number, by the number of a sentence about it, or, several lists of one number together, in one way that adds up."""
    found = [lists.cut_as_stated(shadow, body.segments, _expected(body, totals)) for body in bodies]
    owners: dict[int, Heading] = {}
    below: dict[int, list[int]] = {}
    free: dict[int, list[int]] = {}
    for place, body in enumerate(bodies):
        stated = [heading for heading in body.heads if heading.stated is not None]
        for heading in stated:
            owners[id(heading)] = heading
            below.setdefault(id(heading), []).append(place)
        if stated and body.stated is None:
            free.setdefault(id(stated[-1]), []).append(place)
    for key, together in free.items():
        missing = (owners[key].stated or 0) - sum(len(found[place].items) for place in below[key])
        if missing:
            _add_up(shadow, bodies, found, together, missing)
    return found


def _add_up(shadow: str, bodies: Sequence[Body], found: list[Cut], together: Sequence[int], missing: int) -> None:
    """Cut lists without numbers of their own anew, all in one way, if that yields the items that are missing from the number above them."""
    wanted = sum(len(found[place].items) for place in together) + missing
    for way in lists.WAYS:
        tried = [lists.cut(shadow, bodies[place].segments, way) for place in together]
        if sum(len(cut.items) for cut in tried) == wanted:
            for place, cut in zip(together, tried, strict=True):
                found[place] = cut
            return


def _expected(body: Body, totals: Mapping[str, Sequence[Heading]]) -> int | None:
    """The number of items that the text gives for this very list."""
    if body.stated is not None:
        return body.stated
    if len(body.heads) == 1 and body.section.stated is not None and body.section.lists <= 1:
        return body.section.stated
    if len(body.heads) == 2:
        found = [total.stated for total in totals.get(body.heads[-1].name, ()) if _same(total, (body.section.level_from, body.section.level_to))]
        return found[0] if len(found) == 1 else None
    return None


def _same(total: Heading, pair: Pair) -> bool:
    """Whether a number in a sentence is about the lists of a change; a level that one of them leaves open fits any."""
    level_from, level_to = pair
    if total.level_to != level_to:
        return False
    if level_from == level_to or total.level_from == total.level_to:
        return total.level_from == level_from
    return total.level_from == level_from or None in (total.level_from, level_from)


# --- one item ---


def _change(text: str, shadow: str, item: Span, body: Body, effective_at: datetime | None, year: int | None, *, decided: bool) -> Change:
    start, end = item
    own = body.at if body.at != effective_at else None
    end, own = _without_marks(shadow, start, end, own, year)
    left, right, out = places.taken_out(shadow, start, end)
    left, right = lists.trim(shadow, left, right)
    left, right = (left, right) if left < right else (start, end)
    groups = body.heads[1:]
    district = "".join(_name(text, heading) for heading in groups)
    if not groups or places.IS_PROVINCE.match(groups[0].name):
        inner = places.leading_districts(shadow, left, right)
        district += SPACE.sub("", text[left:inner])
        left = inner
    words = shadow[left:right]
    unit, smaller = places.kind(words)
    found = places.doubts(words, unit)
    found += ("several-numbers",) if not decided and places.SEVERAL.search(words) else ()
    found += ("shortened",) if len(words) <= SHORT and places.NUMBERS_ONLY.fullmatch(words) else ()
    return Change(
        level_from=body.section.level_from,
        level_to=body.section.level_to,
        district=district,
        place=text[left:right],
        unit=unit,
        excluded=tuple(text[slice(*span)] for span in out),
        effective_at=own,
        span=item,
        smaller_than_unit=smaller,
        doubts=found,
    )


def _name(text: str, heading: Heading) -> str:
    """The name of a district as the notice writes it."""
    return SPACE.sub("", text[slice(*heading.words)])


def _without_marks(shadow: str, start: int, end: int, own: datetime | None, year: int | None) -> tuple[int, datetime | None]:
    """Where the place ends without "(新增)" and without a moment of its own in brackets, and that moment."""
    if shadow[end - 1] not in ")★":
        return end, own
    mark = MARKED.search(shadow, max(start, end - 16), end)
    end = mark.start() if mark and mark.start() > start else end
    bracket = places.last_bracket(shadow, start, end)
    moment = OWN_MOMENT.match(shadow, bracket, end) if bracket > start else None
    if moment is None:
        return end, own
    return bracket, phrases.moment(moment, year) or own


def _with_doubt(change: Change, doubt: str) -> Change:
    return Change(**{**vars(change), "doubts": (*change.doubts, doubt)})


# --- counting again ---


def _counts(text: str, walk: Walk, bodies: Sequence[Body], changes: Sequence[Change]) -> list[Count]:
    used = {id(heading): heading for body in bodies for heading in body.heads}
    owners = {id(heading): body.section for body in bodies for heading in body.heads}
    headings = list(used.values()) + [section for section in walk.sections if id(section) not in used and section.stated is not None] + walk.totals
    first = {id(body.heads[1]): body for body in bodies if len(body.heads) > 1}
    districts: Counter[tuple[str, Level | None, Level | None]] = Counter()
    for body in first.values():
        districts[body.heads[1].name, body.section.level_from, body.section.level_to] += body.heads[1].read
    reads: Reads = Counter((change.level_from, change.level_to) for change in changes)
    counts = []
    for heading in sorted(headings, key=lambda heading: heading.span):
        total = heading.kind == "total" or (heading.kind == "section" and id(heading) not in used)
        if total:
            counts.append(_total(text, heading, walk, reads, districts))
        elif heading.stated is not None or (heading.cut and heading.own_body):
            section = owners[id(heading)]
            complete = not (heading.cut and heading.read != heading.stated)
            counts.append(
                Count(
                    district=_name(text, heading),
                    direction=direction(section.level_from, section.level_to),
                    stated=heading.stated,
                    read=heading.read,
                    complete=complete,
                )
            )
    return counts


def _total(text: str, heading: Heading, walk: Walk, reads: Reads, districts: Counter[tuple[str, Level | None, Level | None]]) -> Count:
    """Count again what a sentence states; it is not complete where its lists, or a part of the text, are not there."""
    exact = (heading.level_from, heading.level_to)
    pairs = [exact] if exact in reads else [pair for pair in reads if _same(heading, pair)]
    if heading.name and places.rank(heading.name) <= 4:
        keys = [(heading.name, *pair) for pair in pairs]
        read, there = sum(districts[key] for key in keys), any(key in districts for key in keys)
    else:
        read, there = sum(reads[pair] for pair in pairs), bool(pairs)
    lost = walk.truncated or _lost_section(walk) or (walk.open_at_end is not None and walk.open_at_end.cut)
    complete = heading.stated == read or (there and not lost)
    return Count(
        district=_name(text, heading), direction=direction(heading.level_from, heading.level_to), stated=heading.stated, read=read, complete=complete
    )


def _lost_section(walk: Walk) -> bool:
    """Whether the numbers of the sections do not begin with one or leave one out."""
    return (bool(walk.majors) and walk.majors != list(range(walk.majors[0], walk.majors[0] + len(walk.majors)))) or walk.majors[:1] > [1]


def _flags(walk: Walk, bodies: Sequence[Body], changes: Sequence[Change], counts: Sequence[Count]) -> list[str]:
    doubts = {doubt for change in changes for doubt in change.doubts}
    flags = {
        "section-lost": _lost_section(walk),
        "level-lost": any(change.level_to is None for change in changes),
        "level-from-rule": any(body.section.from_rule for body in bodies),
        "count-differs": not all(count.agrees for count in counts),
        "masked": "masked" in doubts,
        "digits-lost": "digits-lost" in doubts,
        "doubtful-place": bool(doubts),
        "smaller-than-unit": any(change.smaller_than_unit for change in changes),
        "standing-list": any(change.level_from == change.level_to for change in changes),
    }
    return [flag for flag, raised in flags.items() if raised]
