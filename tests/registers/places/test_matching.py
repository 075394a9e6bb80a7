"""Which place a text means: numbered parts must agree, names are the same or alike, only the same is certain."""

import json
import random
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from epigrid.registers.places.rules import CERTAIN, Division, Divisions, Index, Named, PlaceAmbiguous, decide, fold, match, parse
from tests import cast
from tests.conftest import SHARED

TOWN = ("演练市", "东城区", "柳湖街道", "南坪社区")


def place(name: str, *areas: str, aliases: tuple[str, ...] = ()) -> Named:
    return Named(id=cast.uid(name, *areas), kind="building", full_name=name, spellings=(name,), areas=areas, aliases=aliases)


def places(*names: str) -> list[Named]:
    return [place(name) for name in names]


def best(text: str, *names: str) -> tuple[str, float]:
    found = match(text, places(*names))
    return (found[0].full_name, found[0].confidence) if found else ("", 0.0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("金域阅山小区五号楼三单元", "金域阅山小区5号楼3单元"),
        ("金域閱山小區５號樓３單元", "金域阅山小区5号楼3单元"),
        ("金域阅山5栋3单元", "金域阅山小区5号楼3单元"),
        ("金域阅山小区5#楼3单元", "金域阅山小区5幢3单元"),
        ("仙霞路579弄（住宅）", "仙霞路579弄"),
        ("公园路76-80号", "公园路76-80号"),
    ],
)
def test_another_way_of_writing_the_same_is_certain(text: str, name: str) -> None:
    assert decide(match(text, places(name, "金域阅山小区15号楼3单元", "漪苑新西区"))).full_name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("金域阅山小区7号楼", "金域阅山小区17号楼"),
        ("金域阅山小区7号楼", "金域阅山小区7号楼1单元"),
        ("金域阅山小区1号楼2单元", "金域阅山小区2号楼1单元"),
        ("漪苑东区3号楼", "漪苑西区3号楼"),
        ("友谊二村3号", "友谊三村3号"),
        ("书林路600弄", "书林路600号"),
        ("建新小区", "建新村"),
        ("金域阅山小区5号楼1单元2层3室4号5门", "金域阅山小区5号楼1单元2层3室4号"),
        ("桥村1号", "1号桥村"),
        ("金域阅山小区(5号楼除外)", "金域阅山小区"),
        ("金域阅山小区1-3号楼", "金域阅山小区1号楼"),
    ],
)
def test_another_number_another_part_or_an_exception_is_never_certain(text: str, name: str) -> None:
    assert best(text, name)[1] < CERTAIN
    with pytest.raises(PlaceAmbiguous):
        decide(match(text, places(name)))


@pytest.mark.parametrize("text", ["金域阅山小区7号楼", "金域阅山小区7幢", "金域阅山小区七号楼"])
def test_building_7_is_never_offered_building_17(text: str) -> None:
    assert match(text, places("金域阅山小区17号楼", "金域阅山小区71号楼", "金域阅山小区8号楼")) == []


@pytest.mark.row("S-048", "C16")
@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("金域阁山小区5号楼3单元", "金域阅山小区5号楼3单元"),
        ("新城晋悦首府明苑苑8号楼", "新城吾悦首府明瑟苑8号楼"),
        ("新城吾悦首府8号楼", "新城吾悦首府明瑟苑8号楼"),
        ("东界花园小区10号楼", "东昇佳园小区10号楼"),
        ("龙堡", "龙保"),
    ],
)
def test_c16_what_notices_misprint_is_offered_first_and_left_to_a_person(printed: str, meant: str) -> None:
    others = ("当代湖城10号楼", "漪苑新西区8号楼", "金域阅山小区2号楼", "新城吾悦首府明瑟苑6号楼", "龙凤花园")
    name, confidence = best(printed, meant, *others)
    assert name == meant
    assert confidence < CERTAIN


@pytest.mark.row("S-167")
def test_s_167_a_unit_without_its_building_offers_each_and_takes_none() -> None:
    found = match("兰亭御湖城2单元", places("兰亭御湖城7号楼2单元", "兰亭御湖城8号楼2单元", "兰亭御湖城8号楼3单元", "兰亭御湖城"))
    assert {one.full_name for one in found} == {"兰亭御湖城7号楼2单元", "兰亭御湖城8号楼2单元", "兰亭御湖城"}
    assert max(one.confidence for one in found) < 0.9
    with pytest.raises(PlaceAmbiguous):
        decide(match("兰亭御湖城2单元", places("兰亭御湖城7号楼2单元")))


def test_a_number_that_the_register_lacks_offers_what_it_lies_in_and_names_the_rest() -> None:
    [unit, building] = match("金域阁山5号楼3单元", places("金域阅山小区5号楼", "金域阅山小区", "漪苑新西区"))
    assert (unit.full_name, unit.missing) == ("金域阅山小区5号楼", ("3",))
    assert (building.full_name, building.missing) == ("金域阅山小区", ("5", "3"))


def test_known_areas_in_front_are_read_as_areas() -> None:
    register = [place("金域阅山小区5号楼", *TOWN), place("金域阅山小区5号楼", "演练市", "西城区")]
    index = Index(register)
    for text in ("东城区金域阅山小区5号楼", "演练省演练市东城区柳湖街道南坪社区居委会金域阅山小区5号楼", "东城区柳湖街道金域阅山5号楼"):
        assert decide(index.match(text)).place_id == register[0].id
    assert decide(index.match("西城区金域阅山小区5号楼")).place_id == register[1].id
    with pytest.raises(PlaceAmbiguous):
        decide(index.match("金域阅山小区5号楼"))


@pytest.mark.parametrize("text", ["北城区金域阅山小区5号楼", "东城区海棠街道金域阅山小区5号楼", "另一市金域阅山小区5号楼", "王家镇金域阅山小区5号楼"])
def test_an_area_that_contradicts_or_is_unknown_leaves_it_to_a_person(text: str) -> None:
    found = match(text, [place("金域阅山小区5号楼", *TOWN)])
    assert found
    assert found[0].confidence < CERTAIN


def test_a_confirmed_spelling_is_certain_unless_it_means_two_places() -> None:
    first = place("金域阅山小区5号楼", aliases=("金域阁山5号",))
    assert decide(match("金域阁山 5 号", [first])).confidence == 1.0
    with pytest.raises(PlaceAmbiguous):
        decide(match("金域阁山5号", [first, place("金域阁山小区5号楼", aliases=("金域阁山5号",))]))


NAMES = st.text("金域阅山兰亭御湖城漪苑东西南北新柳滨河园", min_size=2, max_size=6)
ENDINGS = st.sampled_from(["", "小区", "社区", "村", "路"])
PARTS = st.lists(st.integers(min_value=1, max_value=120), min_size=1, max_size=3)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    words = ("号楼", "单元", "层") if draw(st.booleans()) else ("弄", "号", "室")
    parts = draw(PARTS)
    return draw(NAMES) + draw(ENDINGS) + "".join(f"{number}{word}" for number, word in zip(parts, words, strict=False))


@given(st.lists(addresses(), min_size=1, max_size=12, unique_by=fold))
def test_a_full_name_means_its_own_place_with_confidence_1(names: list[str]) -> None:
    index = Index(places(*names))
    for name in names:
        assert decide(index.match(name)).full_name == name
        assert index.match(name)[0].confidence == 1.0


@given(addresses(), st.randoms(use_true_random=False))
def test_one_changed_digit_of_a_number_is_never_certain(name: str, rng: random.Random) -> None:
    position = rng.choice([position for position, character in enumerate(name) if character.isdigit()])
    changed = name[:position] + rng.choice([digit for digit in "0123456789" if digit != name[position]]) + name[position + 1 :]
    assume(parse(changed).parts != parse(name).parts)
    assert all(one.confidence < CERTAIN for one in match(changed, places(name)))


@given(st.lists(addresses(), min_size=1, max_size=12, unique_by=fold), addresses(), st.randoms(use_true_random=False))
def test_the_order_of_the_register_does_not_matter(names: list[str], text: str, rng: random.Random) -> None:
    register = places(*names)
    shuffled = rng.sample(register, len(register))
    for asked in (text, names[0], names[0][:3]):
        assert match(asked, register) == match(asked, shuffled)


@given(st.lists(addresses(), min_size=1, max_size=8, unique_by=fold), addresses())
def test_candidates_stand_in_order_and_at_most_one_is_certain(names: list[str], text: str) -> None:
    confidences = [one.confidence for one in match(text, places(*names))]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidence >= CERTAIN for confidence in confidences) <= 1
    assert all(0 < confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize("text", ["", " ", "😀😀", "\x00\x01", "金" * 10_000, "1号楼、" * 2500, "()" * 50, "\ud800", "-"])
def test_what_is_no_address_has_no_candidates_and_is_answered_quickly(text: str) -> None:
    index = Index(places("金域阅山小区5号楼", "漪苑新西区"))
    began = time.perf_counter()
    assert index.match(text) == []
    assert time.perf_counter() - began < 0.1


def test_an_empty_register_answers_nothing() -> None:
    assert Index([]).match("金域阅山小区5号楼") == []


ROWS = [
    Division(code="1501", name="呼和浩特市", level="city", parent=""),
    Division(code="150121", name="土默特左旗", level="county", parent="1501"),
    Division(code="150122", name="托克托县", level="county", parent="1501"),
    Division(code="4419", name="东莞市", level="city", parent=""),
    Division(code="441900", name="东莞市", level="county", parent="4419"),
    Division(code="441900113", name="大朗镇", level="subdistrict", parent="441900"),
    Division(code="441900110", name="常平镇", level="subdistrict", parent="441900"),
    Division(code="441900113007", name="长塘社区居民委员会", level="community", parent="441900113"),
    Division(code="441900113208", name="蔡边村村民委员会", level="community", parent="441900113"),
    Division(code="441900110208", name="新村村民委员会", level="community", parent="441900110"),
    Division(code="441900113209", name="新村村民委员会", level="community", parent="441900113"),
]


@pytest.mark.parametrize(
    ("city", "text", "county"),
    [
        ("呼和浩特市", "土左旗京包铁路线以北", "土默特左旗"),
        ("呼和浩特市", "呼和浩特市托克托县城关镇", "托克托县"),
        ("东莞市", "大朗镇杨新路82号", "大朗镇"),
        ("东莞市", "长塘社区第一工业区一街92-146号", "大朗镇"),
        ("东莞市", "蔡边村沙井街76-80号", "大朗镇"),
        ("东莞市", "新村村民委员会", None),
        ("东莞市", "彰化路2号", None),
        ("东莞市", "8栋", None),
        ("呼和浩特市", "蔡边村沙井街", None),
        ("别处市", "大朗镇", None),
        ("东莞市", "", None),
    ],
)
def test_a_county_is_what_the_text_itself_names_or_nothing(city: str, text: str, county: str | None) -> None:
    found = Divisions(ROWS).county_of(city=city, text=text)
    assert (found.name if found else None) == county


@pytest.mark.data
def test_of_the_80_corrections_by_hand_none_is_answered_wrongly() -> None:
    from benchmarks.addresses.__main__ import counties

    figures = counties(SHARED)
    assert figures["asked"] == len(json.loads((SHARED / "cn_risk_notices_raw/Raw_data/fixed_byhand.json").read_text(encoding="utf-8")))
    assert figures["right"] == figures["answered"] >= 33


@pytest.mark.data
def test_shanghais_later_spellings_are_certain_only_when_right() -> None:
    from benchmarks.addresses import places as real

    register, questions = real.shanghai(SHARED)
    index = Index(register)
    sample = [question for question in questions if real.part(question.text) == "look"][::8]
    sure = [(question, found[0]) for question in sample if (found := index.match(question.text)) and found[0].confidence >= CERTAIN]
    right = sum(one.place_id in question.right for question, one in sure)
    assert len(sure) > 100
    assert right / len(sure) >= 0.99
