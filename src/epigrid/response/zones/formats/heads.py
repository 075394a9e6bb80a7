"""What stands around the lists of a notice: title, number, day, issuer, effective moment, legal basis, experts."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from epigrid.response.zones.formats import phrases

Day = date
NOTE = re.compile(r"^# [a-z][\x20-\x7e]{0,60}?:[^\n]*$", re.MULTILINE)
"""A remark that a copyist put above the text."""

ISSUER = r"[\u4e00-\u9fff()]{2,40}?(?:领导小组办公室|指挥部办公室|领导小组|指挥部|工作专班|卫生健康委员会|卫生健康委|卫健委|人民政府|政府办公室|防控办公室|防控办|疾病预防控制中心|疾控中心)"
_SIGNED_DAY = r"(?:(?:20\d\d {0,3})?(?:年 {0,3})?\d{1,2} {0,3}月 {0,3}\d{1,2} {0,3}日)"
SIGNED = re.compile(rf"(?:^|[\n。;])[ #*]{{0,6}}(?P<issuer>{ISSUER}) {{0,6}}(?P<rest>{_SIGNED_DAY}?) {{0,6}}(?=$|\n)")
SIGNING = frozenset("室部组班会委府办心日")
ALONE = re.compile(rf"{ISSUER} {{0,6}}{_SIGNED_DAY}?")
SPEAKS = re.compile(rf"^ {{0,6}}(?P<issuer>{ISSUER})(?:提醒|通报|发布)", re.MULTILINE)
DATED = re.compile(r"(?:20\d\d {0,6}年) {0,6}\d{1,2} {0,6}月 {0,6}\d{1,2} {0,6}日 {0,6}$", re.MULTILINE)
YEAR_LOST = re.compile(
    r"(?<![0-9〇零一二三四五六七八九])\s年 {0,6}\d{1,2} {0,6}月 {0,6}\d{1,2} {0,6}日|(?<![\d〇零一二三四五六七八九十今去本全当每近\u4e00-\u9fff])年\d{1,2}月"
)
BASIS = re.compile(
    r"(?:根据|依据|按照)(?P<rest>[^。\n]{4,120}?)(?=[,;]? {0,6}(?:经[^,。\n]{0,30}(?:研判|评估|研究|同意)|决定|现将|自\d|即日起|[^,。\n]{0,30}决定)|[,。;\n]|$)"
)
NAMES_A_RULE = re.compile(r"[《〔【\[]|法|方案|条例|办法|规定|通知|指南|意见")
EXPERTS = re.compile(
    r"经[^,。;\n]{0,24}(?:专家|研判|评估)[^,。;\n]{0,12}?(?:研判|评估|论证|建议|同意)(?:[,、]?(?:研究|决定))?|经[^,。;\n]{0,16}(?:研判|评估)"
)
MENTIONS = re.compile(r"20\d\d(?= {0,6}年|-\d{1,2}-\d|/\d{1,2}/\d|\.\d{1,2}\.\d)")
OPENS = re.compile(r"(?:^|(?<!\()[自从于,\n]) {0,6}$")
RANGE = re.compile(r" {0,6}0? {0,6}- {0,6}24时| {0,6}\d{1,2}时? {0,6}- {0,6}\d{1,2}时")


@dataclass(frozen=True, kw_only=True)
class Head:
    """What was found, with the flags that belong to it; `year` is the year that moments without one lie in."""

    title: str
    number: str
    date: Day | None
    issuer: str
    effective_at: datetime | None
    legal_basis: str
    expert_line: str
    year: int | None
    flags: tuple[str, ...]


def head_of(text: str, shadow: str, start: int, end: int, remark_day: date | None = None) -> Head:
    """Read what stands around the lists between two offsets; the remarks of a copyist only where the text itself says nothing."""
    flags: list[str] = []
    title, serial = phrases.TITLE.search(shadow, start, end), phrases.SERIAL.search(shadow, start, end)
    number = re.sub(r"\s", "", text[slice(*serial.span())]).strip("()（）[]") if serial else ""
    year = _year(shadow, start, end) or (remark_day.year if remark_day else None)
    signed_day = _signed_day(shadow, start, end, year)
    effective_at = _effective(shadow, start, end, year)
    if effective_at is None and phrases.AT_ONCE.search(shadow, start, end):
        known = signed_day or remark_day
        effective_at = datetime.combine(known, time(0), tzinfo=phrases.CHINA) if known else None
        flags += [] if known else ["relative-date"]
    first = phrases.MOMENT.search(shadow, start, end)
    stated_day = signed_day or (phrases.day(first, None) if first and first["year"] else None)
    if YEAR_LOST.search(shadow, start, end) or (stated_day is None and effective_at is None and first):
        flags.append("year-missing")
    basis, experts = _basis(text, shadow, start, end), EXPERTS.search(shadow, start, end)
    return Head(
        title=text[slice(*title.span("title"))].strip(" #*　") if title else "",
        number=number,
        date=stated_day,
        issuer=_issuer(text, shadow, start, end),
        effective_at=effective_at,
        legal_basis=text[slice(*basis)].strip() if basis else "",
        expert_line=text[slice(*experts.span())].strip(",，") if experts else "",
        year=year,
        flags=tuple(flags),
    )


def _year(shadow: str, start: int, end: int) -> int | None:
    found = MENTIONS.search(shadow, start, end)
    return int(found.group()[:4]) if found else None


def _last(pattern: re.Pattern[str], shadow: str, start: int, end: int) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(shadow, start, end):  # noqa: B007 - the last one stays
        pass
    return found


def _signed_day(shadow: str, start: int, end: int, year: int | None) -> date | None:
    signed = _last(SIGNED, shadow, start, end)
    if signed and signed["rest"].strip():
        found = phrases.MOMENT.search(shadow, *signed.span("rest"))
        if found:
            return phrases.day(found, year)
    alone = _last(DATED, shadow, start, end)
    found = phrases.MOMENT.match(shadow, alone.start(), alone.end()) if alone else None
    return phrases.day(found, year) if found else None


def _effective(shadow: str, start: int, end: int, year: int | None) -> datetime | None:
    """The first moment from which something holds: "自...起", else the moment of a list of the whole country."""
    listed: datetime | None = None
    for found in phrases.MOMENT.finditer(shadow, start, end):
        if RANGE.match(shadow, found.end()) or found.end() - found.start() > 40:
            continue
        if phrases.STARTS.match(shadow, found.end(), end) and OPENS.search(shadow, max(start, found.start() - 12), found.start()):
            return phrases.moment(found, year)
        if listed is None and re.match(r" {0,6}, {0,6}全国", shadow[found.end() : found.end() + 8]):
            listed = phrases.moment(found, year)
    return listed


def _basis(text: str, shadow: str, start: int, end: int) -> tuple[int, int] | None:
    for found in BASIS.finditer(shadow, start, end):
        if NAMES_A_RULE.search(text, *found.span("rest")) and "APP" not in found["rest"]:
            return found.span()
    return None


def _issuer(text: str, shadow: str, start: int, end: int) -> str:
    """Who signed: the last signature with a day, else the last one that is not the country's own office in a page's links."""
    best = None
    for found in SIGNED.finditer(shadow, start, end):
        if found["rest"].strip() or not (best and best["rest"].strip()):
            best = found if found["rest"].strip() or not found["issuer"].startswith("国家") else best
    best = best or SPEAKS.search(shadow, start, end)
    return text[slice(*best.span("issuer"))].strip() if best else ""


def is_issuer(said: str) -> bool:
    """Whether a segment is the signature below a notice."""
    return said[-1] in SIGNING and ALONE.fullmatch(said) is not None


def note_values(text: str) -> dict[str, Any]:
    """The day and the number that a copyist's remarks give, if any."""
    notes = "\n".join(found.group() for found in NOTE.finditer(text[:4000]))
    day, number = re.search(r"date:\s*(\d{4}-\d\d-\d\d)", notes), re.search(r"doc_no:\s*([^|\s]+)", notes)
    issuer = re.search(r"issuer:\s*([^|\s]+)", notes)
    try:
        given = date.fromisoformat(day[1]) if day else None
    except ValueError:
        given = None
    return {"date": given, "number": number[1] if number else "", "issuer": issuer[1] if issuer else ""}
