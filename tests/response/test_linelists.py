"""Line lists and links: every row is taken or named, and no date is guessed. All rows here are invented."""

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import chains as benchmark
from epigrid.engine.tracing import chains
from epigrid.response.tracing.formats import linelists
from epigrid.response.tracing.formats.linelists import CaseRow, LinkRow, Reading, Refused
from epigrid.store import sheets

ZONE = ZoneInfo("Asia/Shanghai")
DAY_FIRST = Reading(dates="dmy")


def cases(content: bytes, how: Reading = DAY_FIRST):
    sheet = sheets.read(content, "cases.csv")
    understood = sheets.understand(sheet, names=linelists.CASE_HEADINGS, needed=linelists.CASE_NEEDED, mapping=how.columns)
    rows = sheets.pick(understood.canonical(), names=linelists.CASE_HEADINGS, needed=linelists.CASE_NEEDED)
    return linelists.case_rows(rows, how)


@pytest.mark.parametrize(
    ("text", "dates", "day"),
    [
        ("2020-02-01", "", date(2020, 2, 1)),
        ("2020/2/1", "dmy", date(2020, 2, 1)),
        ("2020年2月1日", "", date(2020, 2, 1)),
        ("2020-02-01T08:30:00.000Z", "", date(2020, 2, 1)),
        ("01/02/2020", "dmy", date(2020, 2, 1)),
        ("01/02/2020", "mdy", date(2020, 1, 2)),
        ("01/02/2020", "", "line.date-ambiguous"),
        ("01/02/2020", "ymd", "line.date-ambiguous"),
        ("14/02/2020", "", date(2020, 2, 14)),
        ("02/14/2020", "", date(2020, 2, 14)),
        ("02/14/2020", "dmy", "line.date-unreadable"),
        ("02/02/2020", "", date(2020, 2, 2)),
        ("1/18/20", "mdy", "line.date-unreadable"),
        ("30/02/2020", "dmy", "line.date-unreadable"),
        ("43891", "dmy", "line.date-unreadable"),
        ("yesterday", "dmy", "line.date-unreadable"),
        ("NA", "dmy", None),
        ("", "dmy", None),
    ],
)
def test_a_date_is_taken_only_where_its_order_is_certain(text, dates, day):
    found = linelists.case_row(2, {"case": "a", "onset": text}, Reading(dates=dates))
    assert (found if isinstance(found, tuple) else found.onset) == (("onset", day) if isinstance(day, str) else day)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_written_in_the_order_of_the_mapping_comes_back(day):
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y"), ("", "%Y-%m-%d"), ("ymd", "%Y/%m/%d")):
        found = linelists.case_row(2, {"case": "a", "onset": day.strftime(form)}, Reading(dates=order))
        assert isinstance(found, CaseRow)
        assert found.onset == day


def test_a_year_that_a_spreadsheet_made_of_a_day_lies_outside_the_mappings_days():
    how = Reading(earliest=date(2019, 12, 1), latest=date(2020, 3, 31))
    assert linelists.case_row(2, {"case": "a", "onset": "2001-02-20"}, how) == ("onset", "line.date-outside")


@pytest.mark.parametrize(
    "content",
    [
        "病例编号,发病日期\n甲1,14/01/2020\n".encode("gb18030"),
        "病例编号,发病日期\n甲1,14/01/2020\n".encode("utf-8-sig"),
        "病例编号,发病日期\n甲1,14/01/2020\n".encode("utf-16"),
    ],
)
def test_a_line_list_is_read_in_gbk_and_with_a_byte_order_mark(content):
    assert cases(content) == ([CaseRow(row=2, case="甲1", onset=date(2020, 1, 14))], [])


def test_every_row_is_taken_or_named_with_column_and_reason():
    taken, refused = cases(
        b"case,onset,exposed_from,exposed_until\nA,14/01/2020,,\n,15/01/2020,,\nB,soon,,\nC,16/01/2020,12/01/2020,11/01/2020\nD,16/01/2020,,,too\n"
    )
    assert [row.case for row in taken] == ["A"]
    assert refused == [
        Refused(row=3, column="case", reason="line.case-missing"),
        Refused(row=4, column="onset", reason="line.date-unreadable"),
        Refused(row=5, column="exposed_until", reason="line.window-reversed"),
        Refused(row=6, column="", reason="sheet.too-many-cells"),
    ]


SAVED = 'dates = "dmy"\nearliest = 2019-12-01\n[columns]\n"Erkrankt am" = "onset"\nNummer = "case"\nName = ""\n'


@pytest.mark.parametrize(
    "text", [SAVED, '{"dates": "dmy", "earliest": "2019-12-01", "columns": {"Erkrankt am": "onset", "Nummer": "case", "Name": ""}}']
)
def test_a_saved_mapping_names_headings_the_order_of_dates_and_their_bounds(text):
    how = linelists.reading(text)
    taken, refused = cases(b"Nummer;Erkrankt am;Name\n7;01/02/2020;invented\n8;01/02/2018;invented\n", how)
    assert taken == [CaseRow(row=2, case="7", onset=date(2020, 2, 1))]
    assert refused == [Refused(row=3, column="onset", reason="line.date-outside")]


@pytest.mark.parametrize(
    "text", ["dates = 'dym'", "{", "= 3", "order = 'dmy'", "columns = 3", "[columns]\ncase = 3", "earliest = 'soon'", "latest = 3"]
)
def test_a_mapping_that_cannot_be_understood_is_refused(text):
    with pytest.raises(linelists.MappingUnreadable):
        linelists.reading(text)


@pytest.mark.parametrize(
    ("cells", "refusal"),
    [
        ({"source": "A", "target": ""}, ("target", "line.case-missing")),
        ({"source": "NA", "target": "B"}, ("source", "line.case-missing")),
        ({"source": "A", "target": "B", "minutes": "a few"}, ("minutes", "line.minutes-unreadable")),
        ({"source": "A", "target": "B", "minutes": "-3"}, ("minutes", "line.minutes-unreadable")),
        ({"source": "A", "target": "B", "first": "2020-02-03", "last": "2020-02-01"}, ("last", "line.window-reversed")),
        ({"source": "A", "target": "B", "surplus": "x"}, ("", "sheet.too-many-cells")),
    ],
)
def test_a_link_that_cannot_be_taken_says_why(cells, refusal):
    assert linelists.link_row(2, cells, Reading()) == refusal


def test_numbers_are_those_of_the_sorted_ids_and_days_those_of_the_zone():
    listed = [
        CaseRow(row=2, case="b", onset=date(2020, 1, 2), exposed_from=date(2020, 1, 1), exposed_until=date(2020, 1, 1)),
        CaseRow(row=3, case="a", sampled=date(2020, 1, 1)),
    ]
    linked = [LinkRow(row=2, source="a", target="b", kind="family", first=date(2020, 1, 1), last=date(2020, 1, 1), minutes=5)]
    found = linelists.numbered(listed, linked, ZONE)
    first = 1_577_808_000
    """2020-01-01 00:00 in Shanghai."""
    assert found.ids == ("a", "b")
    assert found.cases == ((0, first, -1, -1, -1, -1), (1, first + 86_400, first, first + 86_400, -1, -1))
    assert found.pairs == ((0, 1, 300, first, first + 86_400, "family"),)
    assert not found.refused


def test_cases_twice_without_moment_and_links_to_strangers_are_named():
    listed = [CaseRow(row=2, case="a", onset=date(2020, 1, 1)), CaseRow(row=3, case="a", onset=date(2020, 1, 2)), CaseRow(row=4, case="b")]
    linked = [LinkRow(row=2, source="a", target="b"), LinkRow(row=3, source="a", target="a"), LinkRow(row=4, source="x", target="a")]
    found = linelists.numbered(listed, linked, ZONE)
    assert [(refusal.row, refusal.column, refusal.reason) for refusal in found.refused] == [
        (3, "case", "line.case-twice"),
        (4, "onset", "line.moment-missing"),
        (2, "target", "line.case-unknown"),
        (3, "target", "line.same-case"),
        (4, "source", "line.case-unknown"),
    ]


def test_a_last_contact_alone_does_not_date_a_link():
    listed = [CaseRow(row=2, case="a", onset=date(2020, 1, 1)), CaseRow(row=3, case="b", onset=date(2020, 1, 5))]
    found = linelists.numbered(listed, [LinkRow(row=2, source="a", target="b", last=date(2020, 1, 9))], ZONE)
    serial = chains.SerialInterval(mean_days=5, sd_days=3, lowest_days=1, highest_days=12)
    trees = chains.trees(chains.Cases.of(found.cases), chains.Pairs.of(found.pairs), serial)
    assert [(row.source, row.target, row.checked, row.link) for row in trees.candidates] == [(0, 1, "undated", "link")]


def test_no_field_takes_a_name_a_phone_or_an_address():
    taken = {
        heading for names in (linelists.CASE_HEADINGS, linelists.LINK_HEADINGS, linelists.GODATA_CASES, linelists.GODATA_LINKS) for heading in names
    }
    assert taken.isdisjoint({"name", "phone", "address", "firstName", "telephone"})
    assert not any("name" in field for field in CaseRow.__dataclass_fields__)


GODATA = benchmark.DATA / "godata_contact_tracing" / "analytics" / "r-reporting" / "data"


@pytest.mark.data
def test_the_training_outbreak_of_godata_is_read_whole_and_every_row_left_out_is_named():
    listed, refused = benchmark.read_cases(GODATA / "cases_clean.csv", Reading(), linelists.GODATA_CASES)
    linked, more = benchmark.read_links(GODATA / "relationships_clean.csv", Reading(), linelists.GODATA_LINKS)
    assert (len(listed), len(linked), refused, more) == (56, 100, [], [])
    found = linelists.numbered(listed, linked, ZONE)
    reasons = Counter(refusal.reason for refusal in found.refused)
    assert (len(found.ids), len(found.pairs)) == (51, 19)
    assert reasons == {"line.moment-missing": 5, "line.case-unknown": 81}, "contacts and events are no cases"


@pytest.mark.data
def test_day_first_files_are_refused_by_row_until_the_mapping_says_so():
    path = benchmark.DATA / "clusters_tianjin_singapore" / "data" / "Tianjin135cases_revised.csv"
    unsaid, refused = benchmark.read_cases(path, Reading())
    assert (len(unsaid), {refusal.reason for refusal in refused}) == (38, {"line.date-ambiguous"})
    said, none = benchmark.read_cases(path, DAY_FIRST)
    assert (len(said), none) == (135, [])
    assert len(unsaid) + len(refused) == len(said)


@pytest.mark.data
def test_days_that_a_spreadsheet_has_turned_into_years_are_found_by_the_mappings_bounds():
    path = benchmark.DATA / "clusters_tianjin_singapore" / "data" / "COVID-19_Singapore_eg_update_edges.csv"
    how = Reading(dates="dmy", columns={"CaseID": "case", "Case": "", "hospital": ""}, earliest=date(2019, 12, 1), latest=date(2020, 3, 31))
    listed, refused = benchmark.read_cases(path, how)
    assert (len(listed), Counter(refusal.reason for refusal in refused)) == (32, {"line.date-outside": 61})
