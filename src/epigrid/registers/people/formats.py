"""Rosters as counties keep them (Chinese headings) <-> checked rows. Pure."""

from collections.abc import Mapping
from datetime import date, datetime

from epigrid.kernel import written
from epigrid.registers.people import rules
from epigrid.registers.people.rules import ResidentRow

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "name"),
    "sex": ("性别", "sex"),
    "birth_date": ("出生日期", "出生年月", "birth_date"),
    "document": ("证件号码", "身份证号", "身份证号码", "document"),
    "phone": ("手机号", "联系电话", "电话", "phone"),
    "compound": ("小区", "院落", "compound"),
    "building": ("楼栋", "楼号", "building"),
    "unit": ("单元", "unit"),
    "floor": ("楼层", "floor"),
    "room": ("房号", "室号", "门牌", "room"),
    "household": ("户号", "household"),
    "head": ("户主", "head"),
    "residence": ("户籍类型", "居住类型", "residence"),
    "workplace": ("工作单位", "单位或学校", "workplace"),
    "needs": ("特殊需求", "特殊情况", "needs"),
    "guardian": ("监护人证件号码", "guardian"),
    "channel": ("联系方式偏好", "channel"),
}
NEEDED = ("name", "compound", "room")
SEXES = {"男": "M", "女": "F", "m": "M", "f": "F", "": ""}
RESIDENCE = {
    "常住": "resident", "户籍": "registered", "租住": "tenant", "流动": "tenant", "访客": "visitor", "外出": "away", "在外": "away",
    "旅客": "hotel-guest", "": "resident",
}  # fmt: skip
NEED = {
    "体弱": "frail", "卧床": "bed-ridden", "行动不便": "mobility", "残疾": "disabled", "慢性病": "chronic", "透析": "dialysis", "孕产妇": "pregnant",
    "独居": "alone", "听力障碍": "deaf", "婴幼儿": "infant", "网课": "online-class", "宠物": "pet",
}  # fmt: skip
CHANNEL = {"电话": "phone", "门铃": "bell", "敲门": "bell", "": "phone"}
YES = frozenset({"是", "户主", "1", "y", "yes", "√"})


def resident_row(number: int, cells: Mapping[str, str]) -> ResidentRow | tuple[str, str]:
    """One checked row, or (heading, reason) of the cell that cannot be taken; no heading: the whole row is shifted."""
    if "surplus" in cells:
        return "", "sheet.too-many-cells"
    document, phone = written.document(cells.get("document", "")), written.phone(cells.get("phone", ""))
    birth_date = _day(cells.get("birth_date", "")) or rules.birth_of(document)
    needs = [need for need in cells.get("needs", "").replace(",", "、").replace("，", "、").split("、") if need.strip()]
    checks = (
        ("name", "roster.name-missing", not cells.get("name", "").strip()),
        ("name", "roster.name-too-long", len(cells.get("name", "")) > 60),
        ("sex", "roster.sex-unknown", cells.get("sex", "").lower() not in SEXES),
        ("birth_date", "roster.date-unreadable", bool(cells.get("birth_date")) and _day(cells["birth_date"]) is None),
        ("document", "sheet.number-cut", written.is_cut(cells.get("document", ""))),
        ("phone", "sheet.number-cut", written.is_cut(cells.get("phone", ""))),
        ("document", rules.document_error(document) if document else "", bool(document and rules.document_error(document))),
        ("phone", "roster.phone-shape", bool(cells.get("phone")) and not rules.PHONE.match(phone)),
        ("residence", "roster.residence-unknown", cells.get("residence", "") not in RESIDENCE),
        ("needs", "roster.need-unknown", any(need.strip() not in NEED for need in needs)),
        ("channel", "roster.channel-unknown", cells.get("channel", "") not in CHANNEL),
        ("room", "roster.room-missing", not cells.get("room", "").strip()),
    )
    for field, reason, bad in checks:
        if bad:
            return HEADINGS[field][0], reason
    return ResidentRow(
        row=number,
        name=written.folded(cells["name"]),
        dwelling=dwelling(cells),
        sex=SEXES[cells.get("sex", "").lower()],
        birth_date=birth_date,
        document=document,
        phone=phone,
        household=cells.get("household", "") or "1",
        head=cells.get("head", "").lower() in YES,
        residence=RESIDENCE[cells.get("residence", "")],
        workplace=cells.get("workplace", ""),
        needs=tuple(sorted({NEED[need.strip()] for need in needs})),
        guardian_document=written.document(cells.get("guardian", "")),
        contact_channel=CHANNEL[cells.get("channel", "")],
    )


def dwelling(cells: Mapping[str, str]) -> str:
    """The dwelling's full name as the place register writes it: compound, building, unit, floor, room in one string."""
    return "".join(cells.get(part, "").strip() for part in ("compound", "building", "unit", "floor", "room"))


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    return None
