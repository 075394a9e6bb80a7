"""An address text is brought into one form and cut into name, numbered parts and exceptions; lists and ranges become several places."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.registers.places.rules import expand, fold, parse, similarity
from epigrid.registers.places.rules.addresses import LONGEST, MOST, SIMPLIFIED

PIECES = st.sampled_from([*"第一二十百零至号楼栋单元村-.、，（）()#～ ０１9aＡⅢ①樓號閱İß\u200b\u0301😀", "除外", "演练花园", "1-3号楼"])
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("演练花园１５號樓", "演练花园15号楼"),
        ("演练花园十五号楼二单元", "演练花园15号楼2单元"),
        ("演练花园一百零五号", "演练花园105号"),
        ("演练花园二十号楼", "演练花园20号楼"),
        ("榆港社区第三、四、五网格", "榆港社区3,4,5网格"),
        ("一至三号楼", "1-3号楼"),
        ("演练花园Ａ座", "演练花园a座"),
        ("演练花园\u200b 3 号 楼\x00", "演练花园3号楼"),
        ("演练＜1～4号楼除外＞", "演练(1-4号楼除外)"),
        ("和谐园1.2号楼", "和谐园1,2号楼"),
        ("*北公路2221弄", "_北公路2221弄"),
        ("三林路", "三林路"),
        ("東風村", "东风村"),
        ("😀", ""),
        ("", ""),
    ],
)
def test_widths_characters_numerals_and_signs_have_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_no_text_breaks_the_parser_and_numbers_are_never_made_up(text: str) -> None:
    parsed = parse(text)
    assert all(number in fold(text) or number.lstrip("0") in fold(text) for number in parsed.numbers)
    assert expand(text)


def test_the_table_of_characters_goes_one_way_and_never_in_chains() -> None:
    assert len(SIMPLIFIED) > 400
    assert not set(SIMPLIFIED) & set(SIMPLIFIED.values())
    assert all(len(unicodedata.normalize("NFKC", left)) == 1 for left in SIMPLIFIED)


@pytest.mark.parametrize(
    ("text", "name", "parts"),
    [
        ("金域阅山小区5号楼3单元", "金域阅山小区", [("building", "5"), ("unit", "3")]),
        ("金域阅山小区5幢3门", "金域阅山小区", [("building", "5"), ("unit", "3")]),
        ("金域阅山小区5#楼", "金域阅山小区", [("building", "5")]),
        ("金域阅山小区5#", "金域阅山小区", [("building", "5")]),
        ("金域阅山小区05栋", "金域阅山小区", [("building", "5")]),
        ("兰亭御湖城2单元", "兰亭御湖城", [("unit", "2")]),
        ("府西国际公寓2层外置教育", "府西国际公寓外置教育", [("floor", "2")]),
        ("万达A座502", "万达", [("building", "a"), ("bare", "502")]),
        ("金域5-1-302", "金域", [("bare", "5"), ("bare", "1"), ("bare", "302")]),
        ("横桥路136弄11支弄", "横桥路", [("lane", "136"), ("sublane", "11")]),
        ("浦三路657-1号", "浦三路", [("number", "657-1")]),
        ("白马井镇中南西海岸B27号楼", "白马井镇中南西海岸", [("building", "b27")]),
        ("锦绣三期东单元", "锦绣3期", [("unit", "东")]),
        ("5号楼3楼", "", [("building", "5"), ("floor", "3")]),
        ("仙霞路579弄（住宅）", "仙霞路", [("lane", "579")]),
        ("广州新华学院（东莞校区）", "广州新华学院东莞校区", []),
        ("一号桥村3号", "1号桥村", [("number", "3")]),
        ("2单元", "", [("unit", "2")]),
    ],
)
def test_an_address_is_a_name_and_numbered_parts(text: str, name: str, parts: list[tuple[str, str]]) -> None:
    parsed = parse(text)
    assert (parsed.name, list(parsed.parts)) == (name, parts)


@pytest.mark.parametrize(
    "text", ["城西社区（1-4号楼除外）", "城西社区<1-4号楼除外>", "城西社区(不含1-4号楼)", "城西社区除1-4号楼以外", "城西社区(除1-4号楼外)"]
)
def test_an_exception_is_kept_apart_from_the_name(text: str) -> None:
    parsed = parse(text)
    assert (parsed.name, parsed.parts) == ("城西社区", ())
    assert "1-4号楼" in parsed.excluded[0]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("演练花园1-3号楼", ["演练花园1号楼", "演练花园2号楼", "演练花园3号楼"]),
        ("演练花园5、6、8号", ["演练花园5号", "演练花园6号", "演练花园8号"]),
        ("和谐园1.2号楼、9号楼", ["和谐园1号楼", "和谐园2号楼", "和谐园9号楼"]),
        ("丽苑5号楼1、2单元", ["丽苑5号楼1单元", "丽苑5号楼2单元"]),
        ("兰飞中区(35栋1单元、42栋2单元)", ["兰飞中区35栋1单元", "兰飞中区42栋2单元"]),
        ("半山半岛1期38、39栋", ["半山半岛1期38栋", "半山半岛1期39栋"]),
        ("榆港社区第三、四网格", ["榆港社区3网格", "榆港社区4网格"]),
        ("即墨路95-99号（单）", ["即墨路95号", "即墨路97号", "即墨路99号"]),
        ("东二路38号、43号；东一路一巷26号、聚龙公寓", ["东二路38号", "东二路43号", "东一路1巷26号", "聚龙公寓"]),
        ("万达A座、B座", ["万达a座", "万达b座"]),
        ("浦三路657-1号", ["浦三路657-1号"]),
        ("演练花园1-302室", ["演练花园1-302室"]),
        ("城西社区(1-4号楼除外)", ["城西社区(1-4号楼除外)"]),
        ("演练花园5号楼", ["演练花园5号楼"]),
        (f"演练花园1-{MOST + 1}号楼", [f"演练花园1-{MOST + 1}号楼"]),
    ],
)
def test_lists_and_ranges_are_several_places(text: str, places: list[str]) -> None:
    assert list(expand(text)) == [fold(place) for place in places]


def test_likeness_knows_what_scans_confuse_and_what_tells_neighbours_apart() -> None:
    assert similarity("金域阁山", "金域閱山小区") > similarity("金域东山", "金域西山")
    assert similarity("金域阁山", "金域阅山") > similarity("金域花山", "金域阅山")
    assert similarity("友谊二村", "友谊三村") == 0.0
    assert similarity("金域阅山", "金域阅山小区") > 0.98
    assert similarity("建新村", "建新小区") < 0.98
    assert similarity("_北公路", "蕰北公路") > similarity("江北公路", "蕰北公路")


@pytest.mark.parametrize("text", ["1-" * 5000, "、" * 10_000, "除" * 10_000, "演练花园1号楼、" * 1500, "（" * 10_000, "一" * 10_000])
def test_long_nonsense_is_answered_quickly(text: str) -> None:
    began = time.perf_counter()
    parse(text[:LONGEST])
    expand(text)
    assert time.perf_counter() - began < 1
