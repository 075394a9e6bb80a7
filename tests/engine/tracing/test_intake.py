"""Files of presences: what is taken, what is rejected and how it is counted, and the research index that comes of it."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.engine.tracing import contacts, intake, research, scanners, stamps
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.intake import ColumnMissing, FileRefused, Headings, Ledger, MappingWrong
from epigrid.engine.tracing.numbering import NumberingDamaged, Numbers, ids_of
from epigrid.engine.tracing.schemas import UNKNOWN, BadColumns
from epigrid.engine.tracing.shelf import IndexBusy, IndexOther
from tests.engine.tracing import oracle

SHANGHAI = "Asia/Shanghai"
MIDNIGHT = 1_668_960_000
"""2022-11-21 00:00 in Shanghai."""
EXPOSURE = UUID(int=7)
HEAD = "person,place,t_in,t_out"


def quiet(_what: str, _done: int, _of: int) -> None:
    return None


def read(path: Path, headings: Headings = Headings()) -> tuple[list[tuple], Ledger]:  # noqa: B008 - frozen
    ledger = Ledger()
    rows: list[tuple] = []
    for part in intake.presences(path, headings, ledger):
        numbers = [ledger.where(row)[1] for row in part.row.tolist()]
        rows += zip(numbers, part.person.to_pylist(), part.place.to_pylist(), part.t_in.tolist(), part.t_out.tolist(), strict=True)
    return rows, ledger


def text(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def built(files: list[Path], folder: Path, **plan: object) -> tuple[research.Built, Ledger]:
    ledger = Ledger()
    chosen = research.Plan(**{"headings": Headings(), "zone": SHANGHAI, **plan})
    return research.build(files, folder, chosen, ledger=ledger, progress=quiet), ledger


def rows_of(folder: Path) -> list[tuple[str, str, int, int]]:
    """All pieces of stays in a research index, under the given ids."""
    persons, places = Numbers.read(folder / research.PERSONS), Numbers.read(folder / research.PLACES)
    found = []
    for segment in TraceIndex.open(folder).segments:
        visits = segment.visits()
        named = persons.ids(visits.person).to_pylist(), places.ids(visits.place).to_pylist()
        found += zip(*named, visits.t_in.tolist(), visits.t_out.tolist(), strict=True)
    return sorted(found)


@pytest.mark.parametrize(
    ("written", "zone", "answer"),
    [
        ("2022-11-21T00:00:00+08:00", "", MIDNIGHT),
        ("2022-11-21 00:00:00+0800", "", MIDNIGHT),
        ("2022-11-20T16:00:00Z", "", MIDNIGHT),
        ("2022-11-21 00:00:00", SHANGHAI, MIDNIGHT),
        ("2022/11/21 0:00", SHANGHAI, MIDNIGHT),
        ("2022-11-21T00:00:00.9", SHANGHAI, MIDNIGHT),
        (str(MIDNIGHT), "", MIDNIGHT),
        (f" {MIDNIGHT}.0 ", "", MIDNIGHT),
        ("2022-11-21 00:00:00", "", "stamp-without-zone"),
        ("2022/11/21 0:00", "", "stamp-without-zone"),
        ("2022-10-30 02:30:00", "Europe/Berlin", "stamp-not-one-moment"),
        ("2022-03-27 02:30", "Europe/Berlin", "stamp-not-one-moment"),
        ("2022-02-30 08:00:00", SHANGHAI, "stamp-unreadable"),
        ("2022-11-21", SHANGHAI, "stamp-unreadable"),
        ("20221121", SHANGHAI, "stamp-unreadable"),
        ("noon", SHANGHAI, "stamp-unreadable"),
        ("  ", SHANGHAI, "stamp-missing"),
        (str(MIDNIGHT * 1000), "", "stamp-out-of-range"),
        ("1969-12-31T23:59:59Z", "", "stamp-out-of-range"),
    ],
)
def test_a_stamp_is_a_moment_or_says_why_it_is_none(written: str, zone: str, answer: int | str) -> None:
    """Alone and beside stamps that force the slow way."""
    for column in ([written], [written, "2022-13-01 00:00:00", "2022-13-01T00:00:00Z"]):
        value, problem = stamps.seconds(pa.array(column), zone=zone)
        found = stamps.PROBLEMS.get(int(problem[0]), int(value[0]))
        assert found == answer


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)), st.sampled_from([SHANGHAI, "Europe/Berlin", "America/St_Johns"]))
def test_all_ways_to_write_a_moment_are_the_same_moment(moment: datetime, zone: str) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    second = int(aware.timestamp())
    column = pa.array([second]).cast(pa.timestamp("s", tz=zone))
    ways = [pa.array([aware.isoformat()]), pa.array([aware.isoformat().replace("+00:00", "Z")]), pa.array([str(second)]), pa.array([second])]
    ways += [column, column.cast(pa.timestamp("ns", tz=zone)), pa.array([float(second)])]
    assert {tuple(int(one[0]) for one in stamps.seconds(way)) for way in ways} == {(second, 0)}
    assert stamps.seconds(pa.array([second * 1000 + 999]), form="epoch-ms")[0][0] == second
    assert stamps.seconds(pa.array([aware.strftime("%d.%m.%Y %H-%M-%S %z")]), form="%d.%m.%Y %H-%M-%S %z")[0][0] == second
    value, problem = stamps.seconds(column.cast(pa.timestamp("s", tz=zone)).cast(pa.string()))
    assert (value[0], problem[0]) in {(second, 0)} or problem[0] in (stamps.UNREADABLE, stamps.ZONELESS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = text(tmp_path / "v.csv", HEAD, f"张三,坂田,{MIDNIGHT},{MIDNIGHT + 60}", encoding=encoding)
    assert read(path)[0] == [(2, "张三", "坂田", MIDNIGHT, MIDNIGHT + 60)]


def test_csv_compressed_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    lines = [HEAD, *(f"{n},p{n % 3},{MIDNIGHT + n},{MIDNIGHT + 2 * n + 1}" for n in range(50))]
    plain = text(tmp_path / "v.csv", *lines)
    (tmp_path / "v.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    stays = range(50)
    columns = {"person": list(stays), "place": [f"p{n % 3}" for n in stays], "t_in": [MIDNIGHT + n for n in stays]}
    pq.write_table(pa.table({**columns, "t_out": [MIDNIGHT + 2 * n + 1 for n in stays]}), tmp_path / "v.parquet")
    told = read(plain)[0]
    assert read(tmp_path / "v.csv.gz")[0] == told
    assert [(row - 1, str(person), *rest) for row, person, *rest in told] == [(n, str(p), *r) for n, p, *r in read(tmp_path / "v.parquet")[0]]


def test_every_row_is_taken_or_rejected_with_its_number_whatever_the_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = f"x,p,{MIDNIGHT},{MIDNIGHT + 1}"
    lines = [HEAD, good, "cut,p", good, "", f",p,{MIDNIGHT},", f"x,,{MIDNIGHT},", "x,p,,", "x,p,noon,", f"x,p,{MIDNIGHT},noon", good + ",more", good]
    path = text(tmp_path / "v.csv", *(lines + [good] * 200 + ["cut"] + [good]))
    listed: list[tuple[int, str, str]] = []

    def told() -> list[int]:
        ledger = Ledger()
        listed.clear()
        ledger.sink = lambda rows, column, reason, _: listed.extend((ledger.where(row)[1], column, reason) for row in rows.tolist())
        taken = [ledger.where(row)[1] for part in intake.presences(path, Headings(), ledger) for row in part.row.tolist()]
        assert ledger.rows == len(taken) + sum(ledger.rejected.values())
        return taken

    whole = told()
    assert whole == [2, 4, *range(12, 213), 214]
    assert sorted(listed) == [
        (3, "", "row-of-other-length"),
        (6, "person", "person-missing"),
        (7, "place", "place-missing"),
        (8, "t_in", "stamp-missing"),
        (9, "t_in", "stamp-unreadable"),
        (10, "t_out", "stamp-unreadable"),
        (11, "", "row-of-other-length"),
        (213, "", "row-of-other-length"),
    ]
    before = sorted(listed)
    monkeypatch.setattr(intake, "BLOCK_BYTES", 300)
    assert told() == whole
    assert sorted(listed) == before


def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path) -> None:
    rows = pa.table({"person": list(range(9000)), "place": [1] * 9000, "t_in": [MIDNIGHT] * 9000})
    pq.write_table(rows, tmp_path / "v.parquet")
    whole = (tmp_path / "v.parquet").read_bytes()
    packed = gzip.compress("\n".join([HEAD, *(f"{n},p,{n},{n * 7919}" for n in range(9000))]).encode())
    broken = {
        "tail.parquet": whole[:-100],
        "half.parquet": whole[: len(whole) // 2],
        "half.csv.gz": packed[: len(packed) // 2],
        "none.csv": b"",
        "other.csv": b"\xff\xfe\xfd" * 9,
        "zeros.csv": b"\0" * 99,
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileRefused):
            read(tmp_path / name)
    with pytest.raises(FileRefused):
        read(tmp_path / "nothing.csv")
    pq.write_table(pa.table({"person": [[1]], "place": [1], "t_in": [MIDNIGHT]}), tmp_path / "lists.parquet")
    with pytest.raises(BadColumns):
        read(tmp_path / "lists.parquet")
    with pytest.raises(ColumnMissing, match="t_in"):
        read(text(tmp_path / "v.csv", "person,place,when", "x,p,1"))
    with pytest.raises(ColumnMissing, match="person"):
        read(text(tmp_path / "v.csv", "person,person,place,t_in", "x,y,p,1"))


def test_a_mapping_names_what_a_file_calls_a_field_and_is_checked(tmp_path: Path) -> None:
    mapping = Headings.of({"person": "card_no", "place": "station", "t_in": "deal_date", "zone": SHANGHAI, "dwell_minutes": 5})
    path = text(tmp_path / "v.csv", "card_no;station;deal_date", "A;坂田;2022-11-21 00:00:00")
    assert read(path, mapping)[0] == [(2, "A", "坂田", MIDNIGHT, UNKNOWN)]
    assert Headings.of(json.loads(json.dumps(mapping.as_json()))) == mapping
    for wrong in ([], {"persons": "x"}, {"person": 3}, {"dwell_minutes": "5"}, {"dwell_minutes": -1}, {"in_words": "in"}, {"in_words": [1]}):
        with pytest.raises(MappingWrong):
            Headings.of(wrong)


@given(st.lists(st.lists(st.one_of(st.integers(-5, 5), st.sampled_from(["7", "007", "张三", "-3"])), max_size=8), max_size=5))
def test_numbers_are_dense_stable_and_name_their_ids(batches: list[list[int | str]]) -> None:
    numbers = Numbers()
    given_before: dict[str, int] = {}
    for batch in batches:
        for kind, typed in ((int, pa.int64()), (str, pa.string())):
            ids = [one for one in batch if isinstance(one, kind)]
            found = numbers.add(ids_of(pa.array(ids, typed))).tolist()
            for one, number in zip(map(str, ids), found, strict=True):
                assert given_before.setdefault(one, number) == number
    assert sorted(given_before.values()) == list(range(len(numbers)))
    everybody = [str(one) for one in numbers.ids(np.arange(len(numbers))).to_pylist()]
    assert {one: number for number, one in enumerate(everybody)} == given_before
    assert numbers.find(pa.array([*everybody, "nobody"])).tolist() == [*range(len(numbers)), UNKNOWN]


def test_a_damaged_dictionary_is_refused(tmp_path: Path) -> None:
    path, numbers = tmp_path / "persons.parquet", Numbers()
    numbers.add(pa.array([f"person {n}" for n in range(2000)]))
    numbers.write(path)
    assert len(Numbers.read(path)) == 2000
    whole = path.read_bytes()
    for content in (whole[:-1], whole[:100], whole[:200] + bytes([whole[200] ^ 1]) + whole[201:]):
        path.write_bytes(content)
        with pytest.raises(NumberingDamaged):
            Numbers.read(path)


@settings(max_examples=25)
@given(oracle.visits(), st.integers(0, 45), st.integers(1, 40))
def test_the_index_answers_as_every_second_counted_across_midnight(
    tmp_path_factory: pytest.TempPathFactory, rows: list, start: int, length: int
) -> None:
    """Days are cut within the rows, the files are two, their order is turned: the oracle counts the seconds of all rows."""
    folder = tmp_path_factory.mktemp("index")
    base = MIDNIGHT - 20
    for name, part in (("a.csv", rows[1::2]), ("b.csv", rows[::2])):
        text(folder / name, HEAD, *(f"{p},{q},{a + base},{b + base}" for p, q, a, b in part))
    try:
        _, ledger = built([folder / "a.csv", folder / "b.csv"], folder / "index")
    except research.NothingTaken:
        assert not oracle.moments(rows)
        return
    kept = {row for row in rows if row[2] < row[3]}
    assert sum(ledger.rejected.values()) == len(rows) - len(kept)
    index, persons = TraceIndex.open(folder / "index"), Numbers.read(folder / "index" / research.PERSONS)
    places = Numbers.read(folder / "index" / research.PLACES)
    for number, person in enumerate(persons.ids(np.arange(len(persons))).to_pylist()):
        query = contacts.ExposureQuery(exposure_id=EXPOSURE, person=number, start=base + start, end=base + start + length)
        met = contacts.meetings(index, [query])
        named = zip(persons.ids(met.contact).to_pylist(), met.start.tolist(), places.ids(met.place).to_pylist(), met.end.tolist(), strict=True)
        found = sorted((int(who), a - base, int(where), b - base) for who, a, where, b in named)
        assert found == oracle.meetings(rows, int(person), start, start + length)


@settings(max_examples=25)
@given(oracle.visits())
def test_a_person_at_two_places_at_once_is_kept_and_counted(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    folder = tmp_path_factory.mktemp("index")
    rows = [row for row in rows if row[2] < row[3]] or [(1, 1, 5, 6)]
    path = text(folder / "v.csv", HEAD, *(f"{p},{q},{a + MIDNIGHT},{b + MIDNIGHT}" for p, q, a, b in rows))
    _, ledger = built([path], folder / "index")
    stays = sorted({(p, a, q, b) for p, q, _, _ in rows for a, b in oracle.stays_of(rows, p, q)})
    elsewhere = sum(
        any(other[0] == one[0] and other[2] != one[2] and (other[1], other[2]) < (one[1], one[2]) and other[3] > one[1] for other in stays)
        for one in stays
    )
    assert ledger.remarked["person", "at-two-places-at-once"] == elsewhere
    assert {(p, q, t) for p, q, a, b in rows_of(folder / "index") for t in range(a, b)} == {
        (str(p), str(q), t + MIDNIGHT) for p, q, t in oracle.moments(rows)
    }


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 90_000), st.sampled_from([1, 2])), max_size=12), st.booleans())
def test_scans_in_and_out_are_paired_as_a_doorkeeper_would(tmp_path_factory: pytest.TempPathFactory, scans: list, dwelling: bool) -> None:
    """The doorkeeper walks through each person's scans at each place one after another; days are cut in the middle."""
    folder = tmp_path_factory.mktemp("index")
    base, dwell = MIDNIGHT - 45_000, 600
    words = {1: "进", 2: "出"}
    path = text(folder / "v.csv", "person,place,t_in,direction", *(f"{p},{q},{t + base},{words[d]}" for p, q, t, d in scans))
    headings = Headings(in_words=("进",), out_words=("出",), dwell_minutes=dwell / 60 if dwelling else None)
    expected: set[tuple[str, str, int]] = set()
    for person, place in {(p, q) for p, q, _, _ in scans}:
        mine = sorted({(t, d) for p, q, t, d in scans if (p, q) == (person, place)})
        while mine:
            moment, direction = mine.pop(0)
            stay = range(moment - dwell, moment) if direction == 2 else range(moment, moment + dwell)
            if not dwelling:
                stay = range(0)
            if direction == 1 and mine and mine[0][1] == 2 and mine[0][0] - moment <= scanners.PAIR_SECONDS:
                stay = range(moment, mine.pop(0)[0])
            expected |= {(str(person), str(place), second + base) for second in stay}
    try:
        built([path], folder / "index", headings=headings)
    except research.NothingTaken:
        assert not expected
        return
    assert {(p, q, t) for p, q, a, b in rows_of(folder / "index") for t in range(a, b)} == expected


def test_a_scanner_whose_clock_is_wrong_is_named_and_nothing_is_moved(tmp_path: Path) -> None:
    """The out scanner of one door is an hour behind, another door's clock is a year ahead; a third door is right."""
    lines = ["person,place,t_in,direction,device"]
    for n in range(10):
        moment = MIDNIGHT + 36_000 + 600 * n
        for place, late in (("slow", 3600), ("right", 0)):
            lines += [f"{n},{place},{moment},in,{place} in", f"{n},{place},{moment + 1200 - late},out,{place} out"]
        lines.append(f"{n},ahead,{moment + 365 * 86_400},in,ahead in")
    path = text(tmp_path / "v.csv", *lines)
    found, ledger = built([path], tmp_path / "index", until=MIDNIGHT + 86_400)
    suspect = {one.device: one for one in found.scanners if one.suspect}
    assert set(suspect) == {"slow in", "slow out", "ahead in"}
    assert (suspect["slow out"].backwards, suspect["slow out"].median_seconds, suspect["ahead in"].future) == (10, 2400, 10)
    assert ledger.rejected == {("t_in", "in-the-future"): 10, ("direction", "no-partner-and-no-dwell"): 20}
    assert {(place, b - a) for _, place, a, b in rows_of(tmp_path / "index")} == {("right", 1200)}


def test_rows_outside_the_stated_days_unknown_places_and_rows_without_an_end_are_counted(tmp_path: Path) -> None:
    day = 86_400
    path = text(
        tmp_path / "v.csv",
        HEAD,
        f"a,mall,{MIDNIGHT + 60},",
        f"b,home,{MIDNIGHT + 60},",
        f"c,moon,{MIDNIGHT + 60},{MIDNIGHT + 90}",
        f"d,mall,{MIDNIGHT + 60},{MIDNIGHT + 30}",
        f"e,mall,{MIDNIGHT + 60},{MIDNIGHT + 60}",
        f"f,mall,{MIDNIGHT - day},{MIDNIGHT - day + 60}",
        f"g,mall,{MIDNIGHT - 60},{MIDNIGHT + 60}",
        f"h,mall,{MIDNIGHT},{MIDNIGHT + 63 * day}",
        f"a,mall,{MIDNIGHT + 60},",
    )
    kinds = {"mall": "shop", "home": ""}
    found, ledger = built([path], tmp_path / "index", kinds=kinds, dwell={"shop": 1800}, days=(date(2022, 11, 21), date(2022, 11, 21)))
    assert rows_of(tmp_path / "index") == [("a", "mall", MIDNIGHT + 60, MIDNIGHT + 1860), ("g", "mall", MIDNIGHT, MIDNIGHT + 60)]
    assert ledger.rejected == {
        ("t_out", "dwell-missing"): 1,
        ("place", "place-unknown"): 1,
        ("t_out", "ends-before-it-starts"): 1,
        ("t_out", "no-length"): 1,
        ("t_in", "outside-the-days"): 1,
        ("t_out", "stay-too-long"): 1,
        ("", "repeated"): 1,
    }
    assert found.taken == 2


def test_the_same_files_give_the_same_bytes_and_a_new_day_touches_no_other(tmp_path: Path) -> None:
    first = text(tmp_path / "1.csv", HEAD, *(f"p{n},q{n % 5},{MIDNIGHT + n},{MIDNIGHT + 9000 + n}" for n in range(300)))
    second = text(tmp_path / "2.csv", HEAD, *(f"p{n},q{n % 7},{MIDNIGHT + 86_400 + n},{MIDNIGHT + 90_000 + n}" for n in range(300)))

    def content() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / "index").iterdir() if path.is_file()}

    built([first], tmp_path / "index")
    once = content()
    built([first], tmp_path / "index")
    assert content() == once
    with pytest.raises(research.DaysLeft):
        built([second], tmp_path / "index")
    assert content() == once
    built([second], tmp_path / "index", days=(date(2022, 11, 22), date(2022, 11, 22)))
    both = content()
    assert {name: body for name, body in both.items() if name.startswith("2022-11-21")} == {
        name: body for name, body in once.items() if name.startswith("2022-11-21")
    }
    built([first, second], tmp_path / "index")
    assert content() == both
    with pytest.raises(IndexOther):
        built([first, second], tmp_path / "index", zone="UTC")
    assert content() == both


def test_a_second_builder_in_the_same_process_is_refused(tmp_path: Path) -> None:
    path = text(tmp_path / "v.csv", HEAD, f"a,p,{MIDNIGHT},{MIDNIGHT + 60}")
    with research._alone(tmp_path / "index"), pytest.raises(IndexBusy):
        built([path], tmp_path / "index")
    assert built([path], tmp_path / "index")[0].taken == 1
