"""A change of zones as an official notice: in Chinese in the form in which Taiyuan published it in 2022, in English for readers.

The Chinese text is read back before it is handed out: a notice that the reader would not take for exactly these changes is refused.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from epigrid.kernel.errors import DomainError
from epigrid.response.zones.formats import letters, places
from epigrid.response.zones.formats.notice import Change, Level, Notice
from epigrid.response.zones.formats.phrases import ORDINALS
from epigrid.response.zones.formats.reader import read

NAMES: Mapping[str, tuple[str, str]] = {
    "lockdown": ("封控区", "lockdown area"),
    "control": ("管控区", "control area"),
    "precautionary": ("防范区", "precautionary area"),
    "high": ("高风险区", "high-risk area"),
    "medium": ("中风险区", "medium-risk area"),
    "low": ("低风险区", "low-risk area"),
    "none": ("常态化防控区域", "ordinary place"),
}
MEASURES: Mapping[str, tuple[str, str]] = {
    "lockdown": ("封控区实行“区域封闭、足不出户、服务上门”管理措施。", "Lockdown areas are closed: nobody leaves home, services come to the door."),
    "control": ("管控区实行“人不出区、严禁聚集”管理措施。", "In control areas nobody leaves the area, and gatherings are forbidden."),
    "precautionary": ("防范区实行“强化社会面管控，严格限制人员聚集”管理措施。", "In precautionary areas gatherings are strictly limited."),
    "high": ("高风险区内实行“足不出户，上门服务”封控措施。", "In high-risk areas nobody leaves home, services come to the door."),
    "medium": ("中风险区内实行“人不出区，错峰取物”管控措施。", "In medium-risk areas nobody leaves the area, goods are fetched at set times."),
    "low": ("低风险区实行“个人防护，避免聚集”管理措施。", "In low-risk areas people protect themselves and avoid gatherings."),
}
"""The short form of each level's measures; days, tests and proofs are the policy's and come in by `measures`."""

ZONES = ("lockdown", "control", "precautionary")
LANGUAGES = ("zh", "en")


class NotReadableBack(DomainError):
    """The text would be read as something else; `items` are the places of the doubtful changes in the notice, counted from 0."""

    reason = "notice.not-readable-back"


class SmallerThanUnit(DomainError):
    """A notice names nothing smaller than a unit, or than a floor whose households were counted (procedures 2, step 7); `items` as above."""

    reason = "notice.smaller-than-unit"


class LevelMissing(DomainError):
    """A change without its new level cannot be announced; `items` as above."""

    reason = "notice.level-missing"


def write(notice: Notice, language: str = "zh", *, measures: Mapping[Level, str] | None = None) -> str:
    """The text of a notice, by level and district, with totals and counts; `measures` gives the sentence of a level in this language instead of ours.

    An ordinary place that gets a level (`level_from` is `none`) is announced as new, as notices do: it reads back without a former level. Raises
    LevelMissing, SmallerThanUnit, NotReadableBack (for the Chinese text), ValueError for another language.
    """
    column = LANGUAGES.index(language)
    _refuse(LevelMissing, [change.level_to is None for change in notice.changes])
    _refuse(SmallerThanUnit, [change.smaller_than_unit or places.kind(letters.shadow(change.place).text)[0] == "room" for change in notice.changes])
    rules = {level: sentences[column] for level, sentences in MEASURES.items()} | dict(measures or {})
    sections = [(pair, list(changes)) for pair, changes in groupby(_sorted(notice.changes), key=_pair)]
    text = _english(notice, sections, rules) if column else _chinese(notice, sections, rules)
    if not column:
        _check(notice, text)
    return text


def _refuse(refusal: type[DomainError], wrong: Sequence[bool]) -> None:
    if any(wrong):
        raise refusal(items=[place for place, is_wrong in enumerate(wrong) if is_wrong])


def _pair(change: Change) -> tuple[Level | None, Level | None]:
    return (None if change.level_from == "none" and change.level_to != "none" else change.level_from), change.level_to


def _sorted(changes: Sequence[Change]) -> list[Change]:
    """By level and district, each in the order of its first appearance."""
    pairs = list(dict.fromkeys(_pair(change) for change in changes))
    districts = list(dict.fromkeys((_pair(change), change.district) for change in changes))
    order = {key: (pairs.index(key[0]), place) for place, key in enumerate(districts)}
    return sorted(changes, key=lambda change: order[_pair(change), change.district])


Section = tuple[tuple[Level | None, Level | None], list[Change]]


def _districts(changes: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    return [(name, list(group)) for name, group in groupby(changes, key=lambda change: change.district)]


# --- Chinese ---


def _chinese(notice: Notice, sections: Sequence[Section], rules: Mapping[str, str]) -> str:
    totals = "，".join(f"{_act(*pair)}{len(changes)}个" for pair, changes in sections)
    opening = "，".join(filter(None, (notice.legal_basis, notice.expert_line, _starting(notice), totals)))
    lines = [notice.title or _title(sections), f"（{notice.number}）" if notice.number else "", "", f"{opening}。现通告如下：", ""]
    for place, (pair, changes) in enumerate(sections):
        lines += [*_section(f"{_ordinal(place + 1)}、{_act(*pair)}", changes), rules.get(pair[1] or "", "") if pair[0] != pair[1] else "", ""]
    lines += [notice.issuer, _day(notice.date) if notice.date else ""]
    return "\n".join(lines).replace("\n\n\n", "\n\n").strip() + "\n"


def _section(heading: str, changes: Sequence[Change]) -> list[str]:
    districts = _districts(changes)
    if [name for name, _ in districts] == [""]:
        return [f"{heading}({len(changes)}个):{_items(changes)}"]
    return [heading, *(f"{name}({len(group)}个):{_items(group)}" for name, group in districts)]


def _items(changes: Sequence[Change]) -> str:
    return "，".join(map(_item, changes)) + "。"


def _item(change: Change) -> str:
    said = any(word in change.place for word in ("不含", "不包括", "不包含"))
    out = f"({'、'.join(change.excluded)}除外)" if change.excluded and not said else ""
    return change.place + out + (f"(自{_moment(change.effective_at)}起)" if change.effective_at else "")


def _act(level_from: Level | None, level_to: Level | None) -> str:
    new = NAMES[level_to or "none"][0]
    if level_from == level_to:
        return f"维持{new}"
    if level_to == "none":
        return f"解除{NAMES[level_from][0]}" if level_from else f"恢复{new}"
    if level_from and level_from != "none":
        return f"{NAMES[level_from][0]}调整为{new}"
    return f"调整为{new}" if level_to == "low" else f"新增{new}"


def _title(sections: Sequence[Section]) -> str:
    levels = {level for pair, _ in sections for level in pair}
    if levels & set(ZONES):
        return "关于我市调整封控区、管控区、防范区的通告"
    return "关于我市调整风险区等级的通告" if "medium" in levels else "关于我市调整高风险区的通告"


def _ordinal(number: int) -> str:
    """A number below a hundred as a Chinese numeral."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{ORDINALS[tens - 1]}十") + (ORDINALS[ones - 1] if ones else "")


def _starting(notice: Notice) -> str:
    at = notice.effective_at
    if at is None:
        return ""
    today = notice.date is not None and at.date() == notice.date and at.time() == datetime.min.time()
    return "即日起" if today else f"自{_moment(at)}起"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(at: datetime) -> str:
    return f"{_day(at)}{at.hour}时" + (f"{at.minute}分" if at.minute else "")


def _check(notice: Notice, text: str) -> None:
    """Refuse a text that would not be read as these very changes."""
    found = read(text)
    wanted, got = Counter(map(_key, notice.changes)), Counter(map(_key, found.changes))
    head = ((notice.number, found.number), (notice.date, found.date), (notice.effective_at, found.effective_at), (notice.issuer, found.issuer))
    same_head = all(written == seen for written, seen in head if written)
    if wanted == got and same_head and all(count.complete and count.agrees for count in found.counts):
        return
    raise NotReadableBack(
        items=[place for place, change in enumerate(notice.changes) if not got[_key(change)]], read=len(found.changes), head=same_head
    )


def _key(change: Change) -> tuple[object, ...]:
    return *_pair(change), change.district, change.place, tuple("、".join(change.excluded).split("、")), change.effective_at


# --- English ---


def _english(notice: Notice, sections: Sequence[Section], rules: Mapping[str, str]) -> str:
    totals = "; ".join(f"{_act_in_english(*pair)}: {len(changes)}" for pair, changes in sections)
    opening = [
        f"Legal basis: {notice.legal_basis}" if notice.legal_basis else "",
        f"Experts: {notice.expert_line}" if notice.expert_line else "",
        f"In force from {notice.effective_at:%Y-%m-%d %H:%M}" if notice.effective_at else "",
        f"Totals: {totals}",
    ]
    lines = ["Notice on the adjustment of areas", f"(No. {_number(notice.number)})" if notice.number else "", "", *filter(None, opening), ""]
    for place, (pair, changes) in enumerate(sections):
        lines.append(f"{place + 1}. {_act_in_english(*pair)}")
        for name, group in _districts(changes):
            lines += [f"{name or 'Whole area'} ({len(group)}):", *(f"  - {_item_in_english(change)}" for change in group)]
        lines += [rules.get(pair[1] or "", "") if pair[0] != pair[1] else "", ""]
    lines += [notice.issuer, notice.date.isoformat() if notice.date else ""]
    return "\n".join(lines).replace("\n\n\n", "\n\n").strip() + "\n"


def _number(words: str) -> str:
    """A number such as 2022年第181号 for readers of English."""
    found = re.fullmatch(r"(\d{4})年第(\d+)号", words)
    return f"{found[2]} of {found[1]}" if found else words


def _item_in_english(change: Change) -> str:
    out = f" (except {', '.join(change.excluded)})" if change.excluded else ""
    return change.place + out + (f" (from {change.effective_at:%Y-%m-%d %H:%M})" if change.effective_at else "")


def _act_in_english(level_from: Level | None, level_to: Level | None) -> str:
    new = NAMES[level_to or "none"][1]
    if level_from == level_to:
        return f"Stays {new}"
    if level_to == "none":
        return f"Lifted: {NAMES[level_from][1]}" if level_from else f"Back to {new}"
    return f"From {NAMES[level_from][1]} to {new}" if level_from and level_from != "none" else f"New {new}" if level_to != "low" else f"Now {new}"
