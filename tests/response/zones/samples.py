"""A short notice, and what the tests of the reader ask of one."""

from epigrid.response.zones.formats import Change, Notice, read
from tests.conftest import SHARED

SAMPLES = SHARED / "notices"
SHORT = """关于我市调整高风险区的通告
（2022年第9号）
根据《疫情防控方案》要求，经专家组研判，自2022年11月22日18时起，新增高风险区3个，调整为低风险区1个。
一、新增高风险区
迎泽区(2个):传媒小区3号楼2单元，华苑宾馆。
晋源区(1个):古城营村寨底街6巷5、6、8号。
高风险区内实行“足不出户，上门服务”封控措施。
二、调整为低风险区
万柏林区(1个):双阳路龙城晋府小区(1-4号楼除外)。
太原市疫情防控领导小组办公室
2022年11月22日
"""


def sample(name: str) -> Notice:
    return read((SAMPLES / f"{name}.txt").read_bytes())


def named(notice: Notice, place: str) -> Change:
    return next(change for change in notice.changes if change.place == place)


def counts(notice: Notice) -> list[tuple[str, str, int | None, int, bool]]:
    return [(count.district, count.direction, count.stated, count.read, count.complete) for count in notice.counts]


def is_literal(notice: Notice, text: str) -> bool:
    parts = [(change.span, word) for change in notice.changes for word in (change.place, *change.excluded)]
    return all(word and word in text[start:end] for (start, end), word in parts)
