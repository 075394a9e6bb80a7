"""A city's notice against the system's areas: missing, extra, different; doubtful spellings are confirmed by a person and remembered."""

import pytest

from epigrid.kernel.duties import Duty
from epigrid.registers.places import actions as places
from epigrid.response.zones import formats, queries
from tests import cast
from tests.cast import MONDAY
from tests.doors.world import client_of
from tests.response import stories

CITY = cast.actor(Duty.CITY_EOC_OFFICE)
TEXT = """关于我市调整高风险区的通告
（2022年第9号）
经专家组研判，即日起，新增高风险区{count}个。现通告如下：
一、新增高风险区
演练县({count}个):{items}。
演练市疫情防控领导小组办公室
2022年11月21日
"""


def notice(*items: str) -> formats.Notice:
    return formats.read(TEXT.format(count=len(items), items="，".join(items)))


def outcomes(found: list[queries.Compared]) -> list[tuple[str, str]]:
    return [(line.outcome, line.place) for line in found]


def test_missing_extra_and_same_are_told_apart(world: cast.World) -> None:
    stories.served_zone(world)
    found = queries.consistency(actor=CITY, notice=notice("演练花园小区1号楼2单元", "演练花园小区1号楼1单元"), now=MONDAY)
    assert outcomes(found) == [("missing", "演练花园小区1号楼2单元"), ("same", "演练花园小区1号楼1单元")]
    only = queries.consistency(actor=CITY, notice=notice("演练花园小区1号楼2单元"), now=MONDAY)
    assert outcomes(only) == [("missing", "演练花园小区1号楼2单元"), ("extra", "演练花园小区1号楼1单元")]


def test_another_level_is_a_difference(world: cast.World) -> None:
    zone_id = stories.zone(world, "low")
    stories.decide(world, zone_id)
    (line,) = [one for one in queries.consistency(actor=CITY, notice=notice("演练花园小区1号楼1单元"), now=MONDAY) if one.outcome != "extra"]
    assert (line.outcome, line.in_notice, line.in_system) == ("different", "high", "low")


def test_a_slip_of_the_scan_is_asked_once_and_remembered(world: cast.World) -> None:
    stories.served_zone(world)
    slip = "演练花圆小区1号楼1单元"
    (line, *_) = [one for one in queries.consistency(actor=CITY, notice=notice(slip), now=MONDAY) if one.place == slip]
    assert (line.outcome, line.full_name) == ("doubtful", "演练花园小区1号楼1单元")
    places.confirm_alias(actor=CITY, place_id=line.place_id, name=slip, source="2022年第9号", now=MONDAY)
    assert outcomes(queries.consistency(actor=CITY, notice=notice(slip), now=MONDAY)) == [("same", slip)]


def test_a_place_that_is_not_here_is_said_so_and_never_guessed(world: cast.World) -> None:
    assert outcomes(queries.consistency(actor=CITY, notice=notice("兰亭御湖城东区7号楼"), now=MONDAY)) == [("elsewhere", "兰亭御湖城东区7号楼")]


def test_a_flat_is_hidden_from_who_has_no_purpose(world: cast.World) -> None:
    flat = notice("演练花园小区1号楼1单元101室")
    assert flat.changes[0].smaller_than_unit
    assert outcomes(queries.consistency(actor=CITY, notice=flat, now=MONDAY))[0][1] == "…"
    cdc = cast.actor(Duty.CDC_INVESTIGATOR, purpose="investigation")
    assert queries.consistency(actor=cdc, notice=flat, now=MONDAY)[0].place == "演练花园小区1号楼1单元101室"


def test_the_page_compares_a_pasted_text_and_a_file_in_another_encoding(world: cast.World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    stories.served_zone(world)
    text = TEXT.format(count=1, items="演练花园小区1号楼1单元")
    client = client_of(Duty.CITY_EOC_OFFICE)
    for body in ({"text": text}, {"file": SimpleUploadedFile("n.txt", text.encode("gb18030"))}):
        answer = client.post("/notices/check/", body)
        assert answer.status_code == 200
        assert "演练花园小区1号楼1单元" in answer.content.decode()
    assert client.post("/notices/check/", {"file": SimpleUploadedFile("n.txt", b"a" * 5_000_001)}).status_code == 422


@pytest.mark.parametrize("text", ["", "x" * 1000, "\x00\x01", "高风险区" * 2000, "一、新增高风险区\n(3个):"])
def test_what_is_no_notice_compares_nothing_and_breaks_nothing(world: cast.World, text: str) -> None:
    assert client_of(Duty.CITY_EOC_OFFICE).post("/notices/check/", {"text": text}).status_code == (422 if "\x00" in text else 200)
