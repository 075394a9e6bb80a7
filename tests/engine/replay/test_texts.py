"""Which place texts name one place, and which lies in which: pairs as they stand on published lists."""

import pytest

from epigrid.engine.replay.snapshots import written
from epigrid.engine.replay.texts import covers, same, stem

SAME = (
    ("天诚丽舍1号楼", "草场街街道天诚丽舍1号楼"),
    ("新英湾办事处德馨花园北区2栋", "新英湾办事处：德馨花园北区2栋"),
    ("嘉积镇温泉万石海川水果店", "嘉积镇万石海川水果店"),
    ("海甸岛A座（除1单元外）", "海甸岛a座"),
)
DIFFERENT = (
    ("大名城A区7号楼2单元", "大名城A区7号楼1单元"),
    ("白马井镇禾能村08002家", "白马井镇禾能村08001家"),
    ("安平村1、2号楼", "安平村12号楼"),
    ("五家乡", "赵家乡"),
    ("湖滨丽景小区139号楼", "大滩社区保利理想城9号楼"),
)
WIDER = (
    ("五家乡", "五家乡下庄村"),
    ("羊新社区羊新二巷", "羊新社区羊新二巷97、98、99号"),
    ("草场街街道白土巷", "白土巷102号"),
    ("白银路街道全域（除高风险区外）", "白银路街道兰林路北片区2-52号（双号）"),
    ("锁南镇（含锁南社区、城南社区、王家社区、毛毛社区）", "锁南镇毛毛社区"),
    ("科才镇科才村、其莫村、赞布宁村", "科才镇其莫村"),
    ("阿木去乎镇加科行政村、阿木去乎镇诺布桑牌藏式家具厂", "阿木去乎镇诺布桑牌藏式家具厂"),
)
APART = (("同心家园8期", "同心家园4期1栋"), ("团结村1", "团结村12号"), ("白土巷东侧商铺", "白土巷102号"), ("安平镇安平村1号楼", "安平镇安平村"))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_place_written_twice(one: str, other: str) -> None:
    assert same(written(one), written(other)) and same(written(other), written(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT + WIDER)
def test_two_places(one: str, other: str) -> None:
    assert not same(written(one), written(other)) and not same(written(other), written(one))


@pytest.mark.parametrize(("wide", "narrow"), WIDER)
def test_the_wider_covers_the_narrower_and_not_the_other_way_round(wide: str, narrow: str) -> None:
    assert covers(written(wide), written(narrow))
    assert not covers(written(narrow), written(wide))


@pytest.mark.parametrize(("wide", "narrow"), APART + DIFFERENT)
def test_what_shares_only_a_beginning_is_not_covered(wide: str, narrow: str) -> None:
    assert not covers(written(wide), written(narrow))


def test_the_stem_is_compound_village_or_street() -> None:
    texts = ("三甲集镇东关村5社", "同心家园4期1栋", "大名城A区15号楼", "嘉峪关路街道东岗东路1575号永新家园4号楼", "1号楼")
    assert [stem(text) for text in texts] == ["三甲集镇东关村", "同心家园", "大名城", "嘉峪关路街道东岗东路1575号永新家园", "1号楼"]
