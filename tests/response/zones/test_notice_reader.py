"""Real notices say what they are read to say; what a text lost is told, and nothing is invented."""

from datetime import datetime

import pytest

from epigrid.response.zones.formats import Count, read, read_all
from epigrid.response.zones.formats.notice import DOUBTS, UNITS
from epigrid.response.zones.formats.phrases import CHINA
from tests.conftest import SHARED
from tests.response.zones.samples import SAMPLES, SHORT, counts, is_literal, named, sample

NATIONAL = SHARED / "cn_risk_notices_raw" / "Raw_data" / "Guizhou"
MISSTATED = {"8月7日": 3, "8月12日": 1, "8月26日": 1}
"""Texts whose own numbers do not fit each other: a list of 111 lines is headed 110, one of 109 is headed 108, a sentence says 38 and the heading 37."""

# --- one notice, all its parts ---


def test_a_notice_is_read_in_all_its_parts() -> None:
    notice = read(SHORT)
    assert (notice.title, notice.number) == ("关于我市调整高风险区的通告", "2022年第9号")
    assert notice.issuer == "太原市疫情防控领导小组办公室"
    assert notice.legal_basis == "根据《疫情防控方案》要求"
    assert notice.expert_line == "经专家组研判"
    assert notice.effective_at == datetime(2022, 11, 22, 18, tzinfo=CHINA)
    assert str(notice.date) == "2022-11-22"
    assert [(change.direction, change.district, change.place, change.unit) for change in notice.changes] == [
        ("->high", "迎泽区", "传媒小区3号楼2单元", "unit"),
        ("->high", "迎泽区", "华苑宾馆", "hotel"),
        ("->high", "晋源区", "古城营村寨底街6巷5、6、8号", "site"),
        ("->low", "万柏林区", "双阳路龙城晋府小区", "compound"),
    ]
    assert notice.changes[3].excluded == ("1-4号楼",)
    assert counts(notice) == [
        ("", "->high", 3, 3, True),
        ("", "->low", 1, 1, True),
        ("迎泽区", "->high", 2, 2, True),
        ("晋源区", "->high", 1, 1, True),
        ("万柏林区", "->low", 1, 1, True),
    ]
    assert notice.quality == ()
    assert is_literal(notice, SHORT)


@pytest.mark.row("S-169")
def test_s_169_a_bracket_count_that_differs_from_the_items_is_shown() -> None:
    notice = read(SHORT.replace("迎泽区(2个)", "迎泽区(4个)"))
    wrong = [count for count in notice.counts if not count.agrees]
    assert wrong == [Count(district="迎泽区", direction="->high", stated=4, read=2, complete=True)]
    assert "count-differs" in notice.quality
    assert not notice.agrees


@pytest.mark.data
@pytest.mark.row("S-167")
def test_s_167_a_unit_without_its_building_is_flagged_ambiguous() -> None:
    notice = read_all((SHARED.parent / "sources" / "003.txt").read_bytes())[1]
    assert named(notice, "兰亭御湖城2单元").doubts == ("building-missing",)
    assert named(notice, "兰亭御湖城东区7号楼").level_to == "high"
    assert named(notice, "龙源小区17号楼2单元").doubts == ()
    assert "doubtful-place" in notice.quality


# --- real notices ---


@pytest.mark.data
def test_the_national_lists_hold_as_many_places_as_they_state() -> None:
    complete = agree = 0
    for file in sorted(NATIONAL.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        notice = read(text)
        assert is_literal(notice, text), file.name
        wrong = [count for count in notice.counts if not count.agrees]
        expected = next((known for day, known in MISSTATED.items() if file.name.startswith(day)), 0)
        assert len(wrong) == expected, (file.name, wrong)
        complete += sum(count.complete for count in notice.counts)
        agree += sum(count.complete and count.agrees for count in notice.counts)
    assert complete > 1000
    assert agree / complete >= 0.99


@pytest.mark.data
def test_a_national_list_names_province_city_and_county() -> None:
    notice = read(next(NATIONAL.glob("8月12日*")).read_bytes())
    first = notice.changes[0]
    assert (first.district, first.place, first.level_to) == ("云南德宏傣族景颇族自治州瑞丽市", "姐告国门社区", "high")
    assert named(notice, "汤汪乡同心村").district == "江苏扬州市广陵区"  # "(新增)" is no part of the place
    boundary = next(change for change in notice.changes if "塔桥路以东" in change.place)
    assert boundary.unit == "street"
    assert notice.effective_at == datetime(2021, 8, 12, 9, tzinfo=CHINA)


@pytest.mark.data
def test_a_national_list_whose_tail_is_lost_is_incomplete_not_wrong() -> None:
    notice = read(next(NATIONAL.glob("7月25日*")).read_bytes())
    assert ("江苏", "->medium", 26, 8, False) in counts(notice)
    assert "truncated" in notice.quality
    assert notice.agrees


@pytest.mark.data
def test_a_section_that_the_scan_lost_is_reported_and_not_guessed() -> None:
    first, second = read_all((SHARED.parent / "sources" / "003.txt").read_bytes())
    assert counts(first) == [("", "->", None, 0, False), ("晋源区", "->low", 1, 1, True), ("古交市", "->low", 2, 2, True)]
    assert "section-lost" in first.quality
    assert [change.place for change in second.changes if change.level_to == "high"] == ["兰亭御湖城东区7号楼", "当代MOMA沿湖城7号楼2单元"]
    assert {"section-lost", "level-from-rule"} <= set(second.quality)
    assert [count.read for count in second.counts if count.direction == "->low"] == [3, 5, 5, 6]


@pytest.mark.data
def test_what_a_copy_lost_of_its_marks_is_mended_only_as_far_as_its_numbers_say() -> None:
    notice = sample("003")
    assert ("迎泽区", "->high", 16, 16, True) in counts(notice)
    assert named(notice, "山西医科大学南院1号楼1单元").unit == "unit"
    assert named(notice, "公园美地小区1.2号楼、9号楼").doubts == ()  # ten items are stated: this is one of them
    assert "marks-lost" in notice.quality


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "place", "excluded"),
    [
        ("004", "双阳路龙城晋府小区", ("1-4号楼",)),
        ("004", "东*水镇(含大汉村、水泉沟村;不含西殿村、东*水村)", ("西殿村", "东*水村")),
        ("027", "黄墩镇黄墩居委会", ("和谐西路82号",)),
        ("028", "古县镇全域", ("下古县村", "梁村")),
        ("011", "黄陵街道", ("太原机场",)),
        ("008", "临湖镇全域", ("高风险区",)),
        ("035", "全区", ("高风险区",)),
    ],
)
def test_what_is_excluded_is_taken_out_of_the_place(name: str, place: str, excluded: tuple[str, ...]) -> None:
    assert named(sample(name), place).excluded == excluded


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "items", "flags"),
    [
        ("001", 25, {"truncated", "smaller-than-unit", "doubtful-place"}),
        ("004", 9, {"masked"}),
        ("005", 2, set()),
        ("011", 42, {"truncated", "separators-unclear"}),
        ("014", 54, {"truncated"}),
        ("015", 1, set()),
        ("017", 4, set()),
        ("018", 1, set()),
        ("019", 1, set()),
        ("027", 19, {"standing-list"}),
        ("029", 1, set()),
        ("030", 8, set()),
        ("033", 1, set()),
        ("034", 3, set()),
        ("048", 4, set()),
    ],
)
def test_every_sample_yields_its_places_and_says_what_is_wrong_with_it(name: str, items: int, flags: set[str]) -> None:
    notice = sample(name)
    assert len(notice.changes) == items
    assert flags <= set(notice.quality)
    assert notice.agrees
    assert all(change.unit in UNITS and set(change.doubts) <= set(DOUBTS) for change in notice.changes)
    assert is_literal(notice, (SAMPLES / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.mark.data
@pytest.mark.parametrize("name", ["016", "020", "021", "022", "023", "024", "036", "039", "040", "041", "043", "044", "045"])
def test_case_counts_journeys_and_test_rules_are_no_notices_of_risk_areas(name: str) -> None:
    assert sample(name).changes == ()
    assert "not-a-notice" in sample(name).quality


@pytest.mark.data
def test_a_lift_of_everything_names_no_place() -> None:
    assert sample("042").changes == ()
    assert "all-lifted" in sample("042").quality


@pytest.mark.data
def test_a_flat_and_a_floor_are_smaller_than_a_unit_and_a_shop_is_not() -> None:
    small = {change.place for change in sample("001").changes if change.smaller_than_unit}
    assert small == {"复地东山国际小区2404"}
    second = read_all((SHARED.parent / "sources" / "003.txt").read_bytes())[1]
    assert {change.place for change in second.changes if change.smaller_than_unit} == {"金明里南三巷11号15楼"}


@pytest.mark.data
def test_each_line_keeps_the_hour_of_its_own() -> None:
    notice = sample("030")
    assert {change.effective_at for change in notice.changes if change.effective_at} == {
        datetime(2021, 8, 15, tzinfo=CHINA),
        datetime(2021, 8, 15, 12, tzinfo=CHINA),
    }


# --- other forms of the same thing ---

FORMS = {
    "one item a line, numbered in brackets": (
        "一、高风险地区（1个）\n（一）河北省（1个）\n1.石家庄市藁城区增村镇\n二、中风险地区（3个）\n（一）北京市（2个）\n1、顺义区高丽营镇张喜庄村\n2、大兴区天宫院街道融汇社区\n"
        "（二）辽宁省（1个）\n①大连市金普新区湾里街道佰和阳光小区\n",
        [
            ("河北省石家庄市藁城区", "增村镇"),
            ("北京市顺义区", "高丽营镇张喜庄村"),
            ("北京市大兴区", "天宫院街道融汇社区"),
            ("辽宁省大连市金普新区", "湾里街道佰和阳光小区"),
        ],
    ),
    "everything in one sentence": (
        "高风险地区（1个）：云南省德宏州瑞丽市姐告国门社区。中风险地区（3个）：北京市顺义区赵各庄村；河北省石家庄市平安小区；河北省邢台市南宫市。",
        [("云南省德宏州瑞丽市", "姐告国门社区"), ("北京市顺义区", "赵各庄村"), ("河北省石家庄市", "平安小区"), ("河北省邢台市", "南宫市")],
    ),
    "a table with blanks": (
        "高风险地区（1个）\n序号 省份 地市 县区 地区\n1 河北省 石家庄市 藁城区 增村镇\n中风险地区（1个）\n序号\t省份\t地市\t县区\t地区\n1\t北京市\t\t顺义区\t张喜庄村\n",
        [("河北省石家庄市藁城区", "增村镇"), ("北京市顺义区", "张喜庄村")],
    ),
    "numbers before the level": (
        "2个高风险地区：\n天津市津南区辛庄镇\n广东省珠海市香洲区南屏镇\n",
        [("天津市津南区", "辛庄镇"), ("广东省珠海市香洲区", "南屏镇")],
    ),
    "levels in fat brackets": (
        "【高风险地区】（2个）\n上海市：浦东新区新生小区；浦东新区明天华城小区\n",
        [("上海市浦东新区", "新生小区"), ("上海市浦东新区", "明天华城小区")],
    ),
    "two levels of headings": (
        "中风险地区(4个)\n江苏省(4个)\n南京市(3个)：江宁区禄口街道甲村、溧水区乙小区，鼓楼区丙大厦\n扬州市(1个)：邗江区丁村\n",
        [("江苏省南京市江宁区", "禄口街道甲村"), ("江苏省南京市溧水区", "乙小区"), ("江苏省南京市鼓楼区", "丙大厦"), ("江苏省扬州市邗江区", "丁村")],
    ),
    "districts without numbers on lines of their own": (
        "新增高风险区\n迎泽区\n甲小区3号楼，乙小区\n晋源区\n丙村\n",
        [("迎泽区", "甲小区3号楼"), ("迎泽区", "乙小区"), ("晋源区", "丙村")],
    ),
    "places before their level": (
        "经研判，决定自2022年10月3日12时起，将太原市小店区甲小区、乙小区5号楼由中风险区调整为高风险区，将迎泽区丙村由高风险区调整为中风险区，其余区域风险等级不变。",
        [("太原市小店区", "甲小区"), ("", "乙小区5号楼"), ("迎泽区", "丙村")],
    ),
    "areas that are lifted": ("自2022年4月20日8时起，解除以下封控区：\n小店区：岗头村、东峰村。\n", [("小店区", "岗头村"), ("小店区", "东峰村")]),
    "a web page around the text": (
        "首页 > 新闻中心 > 通知公告\n来源：江苏省卫生健康委 发布时间：2021-08-12 浏览次数：120\n中风险地区（2个）\n江苏省（2个）\n南京市建邺区兴达新寓\n扬州市邗江区双桥街道\n\n"
        "打印本页 关闭窗口\n上一篇：8月11日江苏新增\n相关链接\n国家卫生健康委员会\n兄弟单位网站\n版权所有：江苏省卫生健康委员会\n",
        [("江苏省南京市建邺区", "兴达新寓"), ("江苏省扬州市邗江区", "双桥街道")],
    ),
    "lines of Windows and a page's foot behind an empty one": (
        "高风险地区：2个，中风险地区：0个。\r\n高风险地区（2个，较昨日新增1个）\r\n河北省（2个）\r\n石家庄市藁城区增村镇（新增）\r\n石家庄市新乐市\r\n\r\n河北省某某网站\r\n",
        [("河北省石家庄市藁城区", "增村镇"), ("河北省石家庄市", "新乐市")],
    ),
    "a web page in markup": (
        "<html><body><p>高风险地区（2个）</p><p>河北省：2个</p><p>石家庄市藁城区增村镇</p><p>石家庄市新乐市</p></body></html>",
        [("河北省石家庄市藁城区", "增村镇"), ("河北省石家庄市", "新乐市")],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_lists_are_read_in_any_form(form: str) -> None:
    text, places = FORMS[form]
    notice = read(text)
    assert [(change.district, change.place) for change in notice.changes] == places
    assert notice.agrees
    assert is_literal(notice, text)


def test_a_change_between_two_levels_is_read_from_either_side_of_its_places() -> None:
    assert [change.direction for change in read(FORMS["places before their level"][0]).changes] == ["medium->high", "medium->high", "high->medium"]
    assert [change.direction for change in read(FORMS["areas that are lifted"][0]).changes] == ["lockdown->none", "lockdown->none"]


def test_no_area_at_all_is_a_count_of_nothing() -> None:
    notice = read("全国高风险地区：无\n中风险地区（0个）\n全国均为低风险地区。")
    assert counts(notice) == [("", "->high", 0, 0, True), ("", "->medium", 0, 0, True)]
    assert notice.changes == ()


def test_hours_of_groups_and_of_items_are_kept() -> None:
    text = "一、新增高风险区\n（一）自11月22日18时起\n迎泽区（1个）：甲小区。\n（二）自11月23日6时起\n晋源区（2个）：乙小区（11月24日24时起），丙村。\n2022年11月22日"
    assert [(change.place, change.effective_at and change.effective_at.isoformat()) for change in read(text).changes] == [
        ("甲小区", None),
        ("乙小区", "2022-11-25T00:00:00+08:00"),
        ("丙村", "2022-11-23T06:00:00+08:00"),
    ]


def test_without_a_number_several_readings_are_said_to_be_possible() -> None:
    notice = read("一、高风险区\n迎泽区：甲小区1号楼、2号楼，乙村、丙村。")
    assert [change.place for change in notice.changes] == ["甲小区1号楼、2号楼", "乙村", "丙村"]
    assert "separators-unclear" in notice.quality
    assert notice.changes[0].doubts == ("several-numbers",)


def test_the_stated_number_decides_whether_numbers_are_one_place_or_several() -> None:
    assert [change.place for change in read("一、高风险区\n迎泽区(1个)：甲小区1号楼、2号楼。").changes] == ["甲小区1号楼、2号楼"]
    both = read("一、高风险区\n迎泽区(2个)：甲小区1号楼、2号楼。").changes
    assert [change.place for change in both] == ["甲小区1号楼", "2号楼"]
    assert both[1].doubts == ("shortened",)
