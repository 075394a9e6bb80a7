"""A notice that is written is read back as exactly the change, and a text that could be misread is not handed out."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.response.zones.formats import Change, Notice, as_json, from_json, read, read_all, write
from epigrid.response.zones.formats.notice import Level
from epigrid.response.zones.formats.phrases import CHINA
from epigrid.response.zones.formats.writer import LevelMissing, NotReadableBack, SmallerThanUnit
from tests.conftest import SHARED

SIGNED = date(2022, 11, 24)
STEMS = st.text("安宁康平兴华龙凤金玉桃柳松江湖山老大小白云石泉桥光明春晖学府迎泽并州漪汾晋祠古城马庄", min_size=2, max_size=6)
DIGITS = st.integers(1, 999).map(str)
COMPOUNDS = st.builds(str.__add__, STEMS, st.sampled_from(["小区", "苑", "花园", "家园", "公寓", "宿舍", "新村", "小区A区", "城西区", "小区三期"]))
BUILDINGS = st.builds("{}{}{}".format, COMPOUNDS, DIGITS, st.sampled_from(["号楼", "幢", "栋", "#楼", "号楼1单元", "号楼12单元", "号楼西单元"]))
MANY = st.builds("{}{}号楼、{}号楼".format, COMPOUNDS, DIGITS, DIGITS)
STREETS = st.builds("{}路以东、{}街以南、{}路以西、{}巷以北区域".format, STEMS, STEMS, STEMS, STEMS)
VILLAGES = st.builds(str.__add__, STEMS, st.sampled_from(["村", "自然村", "村3组", "镇大屯村", "街道", "镇"]))
BUSINESSES = st.builds(
    str.__add__, STEMS, st.sampled_from(["酒店", "宾馆", "超市", "饭店", "农贸市场", "中学", "物流有限公司", "4s店", "卫生室", "CBD大厦B座"])
)
BRACKETED = st.builds(
    "{}({})".format, st.one_of(COMPOUNDS, BUSINESSES), st.one_of(VILLAGES, st.just("羊市街校区"), st.just("1-4号,6号"), st.just("A、B座"))
)
PLACES = st.one_of(COMPOUNDS, BUILDINGS, MANY, STREETS, VILLAGES, BUSINESSES, BRACKETED)
EXCLUDED = st.lists(st.one_of(BUILDINGS, VILLAGES, st.just("1-4号楼")), max_size=3).map(tuple)
MOMENTS = st.one_of(st.none(), st.integers(0, 60 * 24 * 40).map(lambda minutes: datetime(2022, 11, 1, tzinfo=CHINA) + timedelta(minutes=minutes)))
DISTRICTS = st.sampled_from(["迎泽区", "小店区", "古交市", "阳曲县", "清徐县孟封镇", "云南德宏傣族景颇族自治州瑞丽市", "额济纳旗"])
ACTS: st.SearchStrategy[tuple[Level | None, Level]] = st.sampled_from(
    [
        *((None, level) for level in ("lockdown", "control", "precautionary", "high", "medium", "low", "none")),
        *(("high", "medium"), ("high", "low"), ("medium", "low"), ("medium", "high"), ("lockdown", "control"), ("control", "precautionary")),
        *(("high", "none"), ("lockdown", "none"), ("high", "high"), ("medium", "medium"), ("low", "high")),
    ]
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    level_from, level_to = draw(ACTS)
    return Change(
        level_from=level_from, level_to=level_to, district=draw(DISTRICTS), place=draw(PLACES), excluded=draw(EXCLUDED), effective_at=draw(MOMENTS)
    )


NOTICES = st.builds(
    Notice,
    number=st.integers(1, 400).map("2022年第{}号".format),
    date=st.just(SIGNED),
    issuer=st.just("太原市疫情防控领导小组办公室"),
    effective_at=MOMENTS,
    legal_basis=st.sampled_from(["", "根据《关于进一步优化新冠肺炎疫情防控措施科学精准做好防控工作的通知》(联防联控机制综发〔2022〕101号)要求"]),
    expert_line=st.sampled_from(["", "经专家组研判"]),
    changes=st.lists(changes(), min_size=1, max_size=12).map(tuple),
)


def key(change: Change) -> tuple[object, ...]:
    return change.level_from, change.level_to, change.district, change.place, change.excluded, change.effective_at


@given(NOTICES)
def test_what_was_written_is_read_back_exactly(notice: Notice) -> None:
    text = write(notice)
    found = read(text)
    assert Counter(map(key, found.changes)) == Counter(map(key, notice.changes))
    assert found.counts
    assert all(count.complete and count.stated == count.read for count in found.counts)
    assert (found.number, found.date, found.issuer) == (notice.number, notice.date, notice.issuer)
    assert found.legal_basis.startswith(notice.legal_basis[:10])
    assert found.expert_line == notice.expert_line
    assert found.effective_at == notice.effective_at


@given(NOTICES)
def test_the_machine_readable_copy_is_the_notice(notice: Notice) -> None:
    found = read(write(notice))
    assert from_json(json.loads(json.dumps(as_json(found), ensure_ascii=False))) == found


@given(NOTICES)
def test_readers_of_english_find_every_place_once(notice: Notice) -> None:
    text = write(notice, "en")
    assert text.count("  - ") == len(notice.changes)
    assert all(change.place in text for change in notice.changes)


@pytest.mark.data
@pytest.mark.row("S-168")
def test_s_168_notice_181_regenerates_its_19_low_items_with_the_same_counts() -> None:
    real = read_all((SHARED.parent / "sources" / "003.txt").read_text(encoding="utf-8"))[1]
    assert real.number == "2022年第181号"
    low = [change for change in real.changes if change.level_to == "low"]
    assert len(low) == 19
    confirmed = [replace(change, smaller_than_unit=False) for change in low]  # 11号15楼 is building 15: a person has said so
    text = write(replace(real, changes=tuple(confirmed)))
    for line in ("杏花岭区(3个):", "万柏林区(5个):", "晋源区(5个):", "阳曲县(6个):"):
        assert line in text
    assert "调整为低风险区19个" in text
    assert Counter(map(key, read(text).changes)) == Counter(map(key, low))
    assert all(count.complete and count.agrees for count in read(text).counts)


def one(place: str, **more: object) -> Notice:
    return Notice(number="2022年第1号", date=SIGNED, changes=(Change(**{"level_to": "high", "district": "迎泽区", "place": place, **more}),))  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["传媒小区3号楼2单元501室", "复地东山国际小区2404", "某小区1号楼2单元301"])
def test_a_flat_is_not_announced(place: str) -> None:
    with pytest.raises(SmallerThanUnit) as refusal:
        write(one(place))
    assert refusal.value.details == {"items": [0]}
    assert place not in str(refusal.value)


def test_a_floor_is_announced_only_when_its_households_were_counted() -> None:
    with pytest.raises(SmallerThanUnit):
        write(one("传媒小区3号楼15层", smaller_than_unit=True))
    assert "传媒小区3号楼15层" in write(one("传媒小区3号楼15层"))


@pytest.mark.parametrize("place", ["甲小区，乙小区。\n二、调整为低风险区", "居民足不出户", "甲小区(2个):乙"])
def test_a_text_that_would_be_misread_is_not_handed_out(place: str) -> None:
    with pytest.raises(NotReadableBack):
        write(one(place))


def test_a_change_without_its_level_is_not_announced() -> None:
    with pytest.raises(LevelMissing):
        write(one("甲小区", level_to=None))


def test_an_ordinary_place_is_announced_as_new() -> None:
    text = write(one("甲小区", level_from="none"))
    assert "一、新增高风险区" in text
    assert [change.level_from for change in read(text).changes] == [None]


def test_the_measures_of_the_policy_replace_the_short_ones() -> None:
    text = write(one("甲小区"), measures={"high": "高风险区连续5天无新增感染者降为低风险区。"})
    assert "连续5天" in text
    assert "足不出户" not in text
    assert len(read(text).changes) == 1


def test_a_notice_starts_at_once_on_its_own_day_or_at_its_hour() -> None:
    assert "即日起" in write(replace(one("甲小区"), effective_at=datetime(2022, 11, 24, tzinfo=CHINA)))
    assert "自2022年11月25日18时30分起" in write(replace(one("甲小区"), effective_at=datetime(2022, 11, 25, 18, 30, tzinfo=CHINA)))
    assert "In force from 2022-11-25 18:30" in write(replace(one("甲小区"), effective_at=datetime(2022, 11, 25, 18, 30, tzinfo=CHINA)), "en")


def test_a_copy_with_an_unknown_level_is_refused() -> None:
    copy = as_json(one("甲小区"))
    copy["changes"][0]["level_to"] = "purple"
    with pytest.raises(ValueError, match="purple"):
        from_json(copy)
