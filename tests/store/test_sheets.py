"""Sheets: every encoding and heading a county uses, nothing guessed, nothing vanishing; outgoing cells that no spreadsheet runs."""

import csv
import io
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.laboratory import formats as laboratory
from epigrid.registers.people import formats as people
from epigrid.response.tracing import formats as tracing
from epigrid.store import sheets

NAMES = {"name": ("姓名", "name"), "phone": ("手机号", "联系电话"), "room": ("房号", "室号")}
TEXT = "姓名,手机号,房号\n李四,13800138000,101室\n\n王五,,102室\n"
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\x85"), max_size=8)


def workbook(*rows: tuple[object, ...]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            page.write(number, place, cell)
    book.close()
    return buffer.getvalue()


def picked(content: bytes, name: str = "x.csv") -> list[tuple[int, dict[str, str]]]:
    return list(sheets.pick(sheets.read(content, name), names=NAMES, needed=("name", "room")))


ROWS = [(2, {"name": "李四", "phone": "13800138000", "room": "101室"}), (4, {"name": "王五", "phone": "", "room": "102室"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_reads_alike_in_every_encoding_with_every_delimiter_and_line_ending(encoding: str, delimiter: str, ending: str) -> None:
    content = TEXT.replace(",", delimiter).replace("\n", ending).encode(encoding)
    assert picked(content) == ROWS
    assert sheets.read(content, "x.csv").delimiter == delimiter


def test_excel_reads_like_csv_whatever_its_name_says() -> None:
    content = workbook(("姓名", "手机号", "房号"), ("李四", 13800138000, "101室"), (), ("王五", "", "102室"))
    assert picked(content, "x.xlsx") == picked(content, "roster.csv") == ROWS


def test_numbers_and_days_are_text_and_nothing_is_rounded() -> None:
    content = workbook(
        ("姓名", "房号", "a", "b", "c", "d", "e"), (7, 101.0, 25.3, date(2022, 11, 21), datetime(2022, 11, 21, 8, 30), True, 110105194912310021)
    )
    sheet = sheets.read(content, "x.xlsx")
    assert sheet.rows[0][:6] == ("7", "101", "25.3", "2022-11-21", "2022-11-21 08:30:00", "1")
    assert sheet.rows[0][6].startswith("1.1010519491231") and "E+17" in sheet.rows[0][6]
    assert picked(b"name,\xe6\x88\xbf\xe5\x8f\xb7\n007,0101\n") == [(2, {"name": "007", "room": "0101"})]


@pytest.mark.parametrize(
    "content, name",
    [
        (b"", "x.csv"),
        (b"\n\n\n", "x.csv"),
        (b"only one column\nand one more\n", "x.csv"),
        (b"\x00\x01,\x02\n", "x.csv"),
        (b"\xff\xfe\x00", "x.csv"),
        (b"a,b\n\xff\xff\xff,1\n", "x.csv"),
        ('姓名,房号\n"李四,101\n'.encode(), "x.csv"),
        ('姓名,房号\n"李四"x,101\n'.encode(), "x.csv"),
        (b"PK\x03\x04broken", "x.xlsx"),
        (b"PK\x03\x04broken", "x.csv"),
        (b"\xd0\xcf\x11\xe0broken", "x.xls"),
        (b"a,b\n1,2\n", "x.xlsx"),
    ],
)
def test_what_is_no_sheet_is_refused_whole_with_a_reason(content: bytes, name: str) -> None:
    with pytest.raises(sheets.NotASheet) as refusal:
        sheets.read(content, name)
    assert refusal.value.reason == "sheet.not-a-sheet"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(sheets.SheetTooLarge):
        sheets.read(b"a,b\n1,2\n3,4\n", "x.csv")


@given(content=st.binary(max_size=200), name=st.sampled_from(["x.csv", "x.xlsx"]))
def test_any_bytes_are_a_sheet_or_refused(content: bytes, name: str) -> None:
    try:
        sheet = sheets.read(content, name)
    except sheets.NotASheet:
        return
    assert sum(bool(heading) for heading in sheet.headings) > 1
    assert all(len(row) >= len(sheet.headings) for row in sheet.rows)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), encoding=st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]))
def test_every_cell_that_is_written_is_read_again(rows: list[tuple[str, str, str]], encoding: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(("姓名", "手机号", "房号"))
    writer.writerows([tuple(map(sheets.safe_cell, row)) for row in rows])
    sheet = sheets.read(buffer.getvalue().encode(encoding), "x.csv")
    assert sheet.rows == tuple(rows)


@given(value=st.text(max_size=12))
def test_a_safe_cell_is_no_formula_and_reads_as_what_it_was(value: str) -> None:
    safe = sheets.safe_cell(value)
    assert not safe.startswith(sheets.FORMULA)
    assert sheets._bare(safe) == value


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "＝1", "'=1", "''=1", '="1"', "-"])
def test_cells_that_a_spreadsheet_would_run_are_disarmed(value: str) -> None:
    assert sheets.safe_cell(value) == "'" + value
    assert sheets._bare("'" + value) == value


@pytest.mark.parametrize(
    "cell, read", [("'13800138000", "13800138000"), ('="007"', "007"), ("'李四", "'李四"), ("it's", "it's"), ("'", "'"), ('=""', "")]
)
def test_what_makes_a_spreadsheet_show_text_is_not_part_of_the_value(cell: str, read: str) -> None:
    assert sheets._bare(cell) == read


def understand(text: str, mapping: dict[str, str] | None = None) -> sheets.Understood:
    return sheets.understand(sheets.read(text.encode(), "x.csv"), names=NAMES, needed=("name", "room"), mapping=mapping)


def fields(understood: sheets.Understood) -> list[tuple[str, str, str]]:
    return [(column.heading, column.field, column.why) for column in understood.columns]


@pytest.mark.parametrize("heading", ["姓 名", "姓名*", "*姓名", "姓名：", "姓名（必填）", "姓名(身份证上的)", "NAME", "ｎａｍｅ", "姓\u3000名"])
def test_headings_are_recognised_with_marks_brackets_and_spaces(heading: str) -> None:
    assert fields(understand(f"{heading},房号\n李四,101\n"))[0][1] == "name"


def test_unknown_double_and_missing_columns_are_said_aloud() -> None:
    understood = understand("姓名,name,联系电话,手机号,备注,\n李四,x,1,2,y,z\n")
    assert fields(understood) == [
        ("姓名", "name", ""),
        ("name", "", "double"),
        ("联系电话", "", "double"),
        ("手机号", "phone", ""),
        ("备注", "", "unknown"),
        ("", "", "unknown"),
    ]
    assert understood.missing == ("room",)
    with pytest.raises(sheets.HeadingsMissing) as refusal:
        understood.canonical()
    assert refusal.value.details["missing"] == ["房号"]


def test_a_countys_own_headings_are_taken_by_its_mapping_which_goes_before() -> None:
    understood = understand("户主姓名,姓名,门牌号,电话\n李四,别名,101,138\n", {"户主姓名": "name", "门牌号": "室号", "电话": "phone"})
    assert [column.field for column in understood.columns] == ["name", "", "room", "phone"]
    assert understood.columns[1].why == "double"
    canonical = understood.canonical()
    assert canonical.headings == ("姓名", "", "房号", "手机号")
    assert list(sheets.pick(canonical, names=NAMES, needed=("name", "room"))) == [(2, {"name": "李四", "room": "101", "phone": "138"})]
    assert (understood.heading_of("房号"), understood.heading_of("别的")) == ("门牌号", "别的")


def test_a_mapping_to_nothing_leaves_a_column_out() -> None:
    understood = understand("姓名,房号,手机号\n李四,101,138\n", {"手机号": ""})
    assert fields(understood)[2] == ("手机号", "", "left-out")
    assert [cells for _, cells in sheets.pick(understood.canonical(), names=NAMES, needed=())] == [{"name": "李四", "room": "101"}]


@pytest.mark.parametrize("mapping", [{"没有": "name"}, {"姓名": "no-such-field"}])
def test_a_mapping_that_does_not_fit_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(sheets.MappingWrong):
        understand(TEXT, mapping)


def test_titles_above_the_headings_are_passed_over_and_rows_keep_their_numbers() -> None:
    text = "槐园社区人员花名册,,,\n填表人：演甲,,日期：2022-11-20,\n姓名,手机号,房号,备注\n李四,138,101,\n"
    assert picked(text.encode()) == [(4, {"name": "李四", "phone": "138", "room": "101"})]
    assert understand(text).sheet.first_row == 4


def test_cells_beyond_the_headings_are_handed_on_and_blank_ones_are_not() -> None:
    rows = picked("姓名,手机号,房号\n李四,138,101,x\n王五,139,102,,\n赵六\n".encode())
    assert rows == [
        (2, {"name": "李四", "phone": "138", "room": "101", sheets.SURPLUS: "x"}),
        (3, {"name": "王五", "phone": "139", "room": "102"}),
        (4, {"name": "赵六", "phone": "", "room": ""}),
    ]


def test_every_import_refuses_a_shifted_row_and_a_cut_number() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    roster = {"name": "李四", "compound": "c", "room": "1"}
    scan = {"scan": "1", "phone": "138", "place": "p", "at": "2022-11-20 08:00"}
    result = {"label": "T1", "tested_at": "2022-11-20 08:00", "cq": ""}
    readers = [
        (lambda cells: people.resident_row(2, cells), roster, "phone"),
        (lambda cells: people.resident_row(2, cells), roster, "document"),
        (lambda cells: tracing.scan_row(2, cells, zone), scan, "phone"),
        (lambda cells: tracing.scan_row(2, cells, zone), scan, "scan"),
        (lambda cells: laboratory.result_row(2, cells, zone), result, "label"),
    ]
    for read, cells, field in readers:
        assert not isinstance(read(cells), tuple)
        assert read(cells | {sheets.SURPLUS: "x"}) == ("", "sheet.too-many-cells")
        assert read(cells | {field: "1.10108E+17"})[1] == "sheet.number-cut"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_refused_rows_go_out_as_they_came_and_come_in_again(encoding: str) -> None:
    text = "户主姓名;门牌;话\n=李四;+101;'138\n王五;102;1\n赵六;103;2;多\n"
    sheet = sheets.read(text.encode(encoding), "x.csv")
    report = sheets.ImportReport(
        refused=(sheets.RowRefusal(row=2, column="门牌", reason="bad"), sheets.RowRefusal(row=4, column="", reason="sheet.too-many-cells"))
    )
    content = sheets.refused_csv(sheet, report, headings=("行", "列", "原因"), words={"bad": "不对"})
    assert content.decode(encoding).splitlines()[1].split(";")[:3] == ["2", "门牌", "不对"]
    again = sheets.read(content, "errors.csv")
    assert (again.headings, again.delimiter) == (("行", "列", "原因", "户主姓名", "门牌", "话"), ";")
    assert [row[3:] for row in again.rows] == [("=李四", "+101", "138"), ("赵六", "103", "2", "多")]
    names = {"name": ("户主姓名",), "room": ("门牌",)}
    rows = list(sheets.pick(again, names=names, needed=("name",)))
    assert [(number, sheets.SURPLUS in cells) for number, cells in rows] == [(2, False), (3, True)]
