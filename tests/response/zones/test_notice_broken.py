"""Broken, disguised and hostile texts: encodings, marks, slips, cuts, sizes; nothing is invented, nothing crashes, time stays linear."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.response.zones.formats import read, read_all
from epigrid.response.zones.formats.letters import MAX_BYTES, NoticeTooLarge, NotText, decode, shadow
from epigrid.response.zones.formats.phrases import number
from tests.response.zones.samples import SHORT, is_literal


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_usual_encoding_gives_the_same_notice(encoding: str) -> None:
    assert read(SHORT.encode(encoding)) == read(SHORT)


def test_traditional_characters_and_big5_are_read_and_kept() -> None:
    text = "關於我市調整高風險區的通告\n（2022年第9號）\n即日起，新增高風險區1個，調整為低風險區1個。\n一、新增高風險區\n迎澤區（1個）：傳媒小區3號樓2單元。\n二、調整為低風險區\n萬柏林區（1個）：幸福里小區7號樓。\n2022年11月22日\n"
    for notice in (read(text), read(text.encode("big5")), read(text.encode("gb18030"))):
        assert [(change.district, change.place, change.unit) for change in notice.changes] == [
            ("迎澤區", "傳媒小區3號樓2單元", "unit"),
            ("萬柏林區", "幸福里小區7號樓", "building"),
        ]
        assert notice.agrees


@pytest.mark.parametrize("marks", ["，（）：；。", ",():;。", "，():；。"])
def test_wide_and_narrow_marks_are_the_same(marks: str) -> None:
    text = SHORT.translate(str.maketrans("，（）：；。", marks))
    assert [(change.district, change.place) for change in read(text).changes] == [(change.district, change.place) for change in read(SHORT).changes]


def test_slips_of_a_scanner_in_the_headings_are_mended_and_said() -> None:
    slipped = SHORT.replace("高风险区", "高凤险区").replace("调整为", "调整力").replace("(1个)", "(l个〉")
    notice = read(slipped)
    assert [change.place for change in notice.changes] == [change.place for change in read(SHORT).changes]
    assert "slips-mended" in notice.quality


def test_lost_digits_and_years_are_flagged() -> None:
    notice = read("高风险区\n迎泽区：幸福里小区号楼，甲村。\n太原市疫情防控办公室 年11月2日")
    assert notice.changes[0].doubts == ("digits-lost",)
    assert notice.date is None
    assert {"digits-lost", "year-missing"} <= set(notice.quality)


def test_at_once_without_a_day_is_no_moment() -> None:
    notice = read("即日起，新增高风险区1个。\n一、新增高风险区\n迎泽区(1个):甲村。")
    assert notice.effective_at is None
    assert "relative-date" in notice.quality


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n" + bytes(range(256)) * 20, b"PK\x03\x04" + bytes(range(256)) * 40, bytes(5000), b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        read(data)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(NoticeTooLarge):
        decode(b"a" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("text", "flag"), [("", "empty"), (" \n\t", "empty"), ("天气晴朗", "not-a-notice"), ("Hello, world", "not-a-notice"), ("高风险区", "no-list")]
)
def test_a_text_that_is_no_notice_gives_an_empty_one_with_its_flag(text: str, flag: str) -> None:
    assert read(text).changes == ()
    assert flag in read(text).quality


def test_bytes_that_are_damaged_in_one_place_are_read_and_flagged() -> None:
    data = SHORT.encode()
    notice = read(data[:600] + b"\xff\xfe" + data[600:])
    assert "bytes-damaged" in notice.quality
    assert notice.changes


@given(st.integers(0, len(SHORT)))
def test_a_notice_that_is_cut_anywhere_invents_nothing_and_hides_no_loss(cut: int) -> None:
    text = SHORT[:cut]
    notice = read(text)
    whole = {(change.direction, change.district, change.place) for change in read(SHORT).changes}
    known = [change for change in notice.changes if (change.direction, change.district, change.place) in whole]
    assert is_literal(notice, text)
    assert len(notice.changes) - len(known) <= 1  # the item in which the text is cut
    lost = [count for count in notice.counts if count.stated != count.read]
    assert all(not count.complete for count in lost) or "count-differs" in notice.quality
    assert bool(lost) or all("cut" in change.doubts for change in notice.changes if change not in known)


@given(st.text("高中低风险区调整为新增迎泽小村(（2个）):：,，、;；。\n除外以东至…年月日时起1234号楼[截断]→<p>将由", max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    for notice in read_all(text):
        assert is_literal(notice, text)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        text = decode(data).text
    except NotText:
        return
    assert is_literal(read(data), text)


@given(st.text(max_size=200))
def test_the_shadow_is_as_long_as_the_text(text: str) -> None:
    assert len(shadow(text).text) == len(text)


@pytest.mark.parametrize(
    ("words", "value"), [("21", 21), ("1O", 10), ("l", 1), ("两", 2), ("十", 10), ("十二", 12), ("二十一", 21), ("一百零三", 103)]
)
def test_numbers_are_read_in_digits_and_numerals(words: str, value: int) -> None:
    assert number(words) == value


# --- speed ---


def seconds(text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began


def test_a_notice_of_sixty_places_is_read_at_once() -> None:
    items = "，".join(f"新建南路{place}号院2号楼2单元" for place in range(60))
    text = f"一、新增高风险区\n迎泽区(60个):{items}。"
    assert len(read(text).changes) == 60
    assert min(seconds(text) for _ in range(5)) < 0.05


@pytest.mark.parametrize(
    "part",
    [
        "迎泽区(1个):甲村。\n",
        "新增高风险区2个,",
        "(",
        "除甲外乙、",
        "大同市(3个)\n",
        "一、高风险区\n甲村\n",
        "1号楼、",
        " ",
        "\n",
        "高风险区(甲)",
        "经根据",
        "关于甲通告\n第1号\n",
        "区:",
    ],
)
def test_time_grows_no_faster_than_the_text(part: str) -> None:
    length = 15_000 // len(part)
    short, long = ("高风险区:\n" + part * (length * times) for times in (1, 4))
    seconds(short)
    assert min(seconds(long) for _ in range(2)) < 8 * max(seconds(short), 0.02)


def test_the_package_reads_no_files() -> None:
    folder = Path(__file__).resolve().parents[3] / "src" / "epigrid" / "response" / "zones" / "formats"
    assert not [path.name for path in folder.glob("*.py") if "open(" in path.read_text(encoding="utf-8")]
