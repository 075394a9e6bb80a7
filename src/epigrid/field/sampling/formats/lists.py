"""A round's roster of a grid as a sheet, Chinese or English <-> lines. Pure.

A result stands in a list only where it is negative: whatever else came of a tube is told to its people in person, never by a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from epigrid.field.sampling.rules.lists import Refused, Said

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "file_no": ("档案号", "File number"),
    "building": ("楼栋", "Building"),
    "unit": ("单元", "Unit"),
    "room": ("房号", "Room"),
    "name": ("姓名", "Name"),
    "list": ("名单", "List"),
    "class": ("情况", "Class"),
    "reason": ("原因", "Reason"),
    "proof": ("证明", "Proof"),
    "tube": ("管号", "Tube"),
    "result": ("结果", "Result"),
    "round": ("轮次编号", "Round number"),
}
NEEDED = ("file_no", "class", "round")
FIXED = ("building", "unit", "room", "name", "list", "result")
"""Cells that a list tells and never takes."""
CLASSES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("open", ""): ("未采", "Open"),
    ("sampled", "here"): ("已采", "Sampled"),
    ("sampled", "own-plan"): ("按方案另采", "Sampled under own plan"),
    ("sampled", "elsewhere"): ("在外已采", "Sampled elsewhere"),
    ("exempt", ""): ("免采", "Exempt"),
    ("away", ""): ("外出", "Away"),
    ("declined", ""): ("拒采", "Declined"),
    ("unreachable", ""): ("联系不上", "Unreachable"),
}
LISTS: Mapping[str, tuple[str, ...]] = {
    "pooled": ("采样点", "At the table"),
    "frail": ("上门：体弱", "Door: frail"),
    "quarantine": ("上门：隔离", "Door: quarantine"),
}
RESULTS: Mapping[str, tuple[str, ...]] = {"": ("", ""), "negative": ("阴性", "Negative"), "awaited": ("待出结果", "Awaited")}
SAID = {word.casefold(): key for key, words in CLASSES.items() for word in words} | {"": ("open", "")}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person of a list; `way` is empty but for `sampled`, `result` is `negative`, `awaited` or empty, `name` masked unless a purpose was stated."""

    file_no: str
    building: str
    unit: str
    room: str
    name: str
    list: str
    state: str
    way: str
    reason: str
    proof: str
    tube: str
    result: str


def headings(language: str) -> list[str]:
    """The headings in the language (`zh` or any other: English)."""
    return [words[_place(language)] for words in HEADINGS.values()]


def written(line: Line, *, round_code: str, language: str) -> list[str]:
    """The cells of a line, in the order of the headings."""
    place = _place(language)
    return [
        line.file_no,
        line.building,
        line.unit,
        line.room,
        line.name,
        LISTS.get(line.list, (line.list,) * 2)[place],
        CLASSES[line.state, line.way][place],
        line.reason,
        line.proof,
        line.tube,
        RESULTS[line.result][place],
        round_code,
    ]


def read_line(number: int, cells: Mapping[str, str]) -> Said | Refused:
    """What a row of the sheet says, or why it cannot be read."""
    if "surplus" in cells:
        return Refused(field="", reason="sheet.too-many-cells")
    found = SAID.get(cells.get("class", "").casefold())
    if found is None:
        return Refused(field="class", reason="list.class-unknown")
    return Said(
        row=number,
        file_no=cells.get("file_no", ""),
        round_code=cells.get("round", ""),
        state=found[0],
        way=found[1],
        reason=cells.get("reason", ""),
        proof=cells.get("proof", ""),
        tube=cells.get("tube", ""),
        fixed={name: cells.get(name, "") for name in FIXED},
    )


def _place(language: str) -> int:
    return 0 if language.startswith("zh") else 1
