"""Building the index: merging, intake, files, scans and memberships."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from epigrid.engine.tracing import contacts, files, reference
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import LAST, BadColumns, ExposureQuery, Memberships, Places, Scans, Visits, stays
from tests.engine.tracing import oracle
from tests.engine.tracing.oracle import plain, visits

DWELL = {"hotel": 36_000, "shop": 1800}


def column(*values: int):
    return np.array(values, np.int64)


def rows_of(found: reference.PlaceIndex):
    slot = found.keys >> 33
    return list(zip(found.person.tolist(), found.places[slot].tolist(), (found.keys & LAST).tolist(), found.t_out.tolist(), strict=True))


@given(visits())
def test_rows_are_the_union_of_each_persons_stays_at_each_place(rows):
    want = [
        (person, place, start, end)
        for person in range(1, oracle.PEOPLE + 1)
        for place in range(1, oracle.PLACES + 1)
        for start, end in oracle.stays_of(rows, person, place)
    ]
    assert rows_of(plain(rows)) == sorted(want, key=lambda row: (row[1], row[2], row[0]))


@given(visits())
def test_every_given_row_is_accounted_for(rows):
    found = plain(rows)
    intake = found.intake
    assert intake.rows == len(rows) == len(found) + len(intake.reversed_rows) + len(intake.empty_rows) + intake.merged
    assert intake.reversed_rows.tolist() == [number for number, row in enumerate(rows) if row[3] < row[2]]
    assert intake.empty_rows.tolist() == [number for number, row in enumerate(rows) if row[3] == row[2]]


@given(visits())
def test_longest_stay_and_person_order_hold(rows):
    found = plain(rows)
    for slot, place in enumerate(found.places.tolist()):
        assert found.longest[slot] == max(end - start for _, where, start, end in rows_of(found) if where == place)
    assert sorted(found.by_person.tolist()) == list(range(len(found)))
    assert found.person_keys.tolist() == sorted(found.person.tolist())


def test_the_index_cannot_be_changed_and_does_not_change_what_it_was_given():
    given_columns = Visits.of([(2, 1, 5, 9), (1, 1, 0, 9)])
    found = reference.build(given_columns)
    for values in (found.keys, found.t_out, found.person, found.places, found.longest, found.by_person, found.person_keys):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 7
    assert given_columns.person.tolist() == [2, 1]
    assert given_columns.person.flags.writeable


@pytest.mark.parametrize("moment", [-1, LAST + 1, 1_669_000_000_000])
def test_moments_that_are_no_epoch_seconds_are_refused_with_the_row(moment):
    with pytest.raises(BadColumns) as refusal:
        Visits.of([(1, 1, 0, 9), (1, 1, moment, moment)])
    assert refusal.value.details["row"] == 1


@pytest.mark.parametrize("wrong", [column(1, 2), column(), np.array([1.0]), np.array([[1]]), np.array([1], np.int32), [1]])
def test_columns_of_another_length_or_type_are_refused(wrong):
    for names in (("person", "place"), ("place", "t_in"), ("t_in", "person")):
        columns = {name: column(1) for name in files.NAMES} | {names[0]: wrong}
        with pytest.raises(BadColumns):
            Visits(**columns)


def test_stamps_with_a_zone_are_read_as_moments_and_other_columns_are_ignored():
    china = timezone(timedelta(hours=8))
    start = datetime(2022, 11, 21, 8, tzinfo=china)
    table = pa.table(
        {
            "scan_id": ["a"],
            "person": pa.array([1], pa.uint32()),
            "place": [2],
            "t_in": pa.array([start], pa.timestamp("us", tz="Asia/Shanghai")),
            "t_out": [int(start.timestamp()) + 60],
        }
    )
    found = files.visits_of(table)
    assert found.t_in.tolist() == [int(datetime(2022, 11, 21, tzinfo=UTC).timestamp())]
    assert found.t_out.tolist() == [found.t_in[0] + 60]


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("t_in", pa.array([datetime(2022, 11, 21)], pa.timestamp("s")), "timestamp[s]"),
        ("t_in", pa.array([1.5]), "double"),
        ("person", pa.array([None], pa.int64()), "null"),
        ("person", pa.array(["13800000000"]), "string"),
        ("person", pa.array([1 << 63], pa.uint64()), "uint64"),
    ],
)
def test_zoneless_stamps_fractions_nulls_and_texts_are_refused(name, values, why):
    columns = {"person": pa.array([1]), "place": pa.array([1]), "t_in": pa.array([0]), "t_out": pa.array([9]), name: values}
    with pytest.raises(BadColumns) as refusal:
        files.visits_of(pa.table(columns))
    assert refusal.value.details == {"column": name, "why": why}


def test_a_missing_column_is_refused():
    with pytest.raises(BadColumns):
        files.visits_of(pa.table({"person": [1], "place": [1], "t_in": [0]}))


def write(path, rows):
    pq.write_table(pa.table(dict(zip(files.NAMES, (pa.array(values, pa.int64()) for values in zip(*rows, strict=True)), strict=True))), path)
    return path


def test_a_stay_cut_at_midnight_into_two_day_files_is_whole_again(tmp_path):
    days = [write(tmp_path / "1.parquet", [(1, 1, 50, 100), (2, 1, 60, 100)]), write(tmp_path / "2.parquet", [(1, 1, 100, 120), (2, 1, 100, 110)])]
    found = TraceIndex.of(files.read(days))
    query = ExposureQuery(exposure_id=UUID(int=1), person=1, start=0, end=200)
    (row,) = contacts.contacts(found, [query])
    assert (row.seconds, row.meetings) == (50, 1)
    assert rows_of(reference.build(files.read(days[::-1]))) == rows_of(reference.build(files.read(days)))
    assert len(files.read([])) == 0


def test_a_day_file_cut_in_the_middle_is_refused_by_name(tmp_path):
    whole = write(tmp_path / "whole.parquet", [(1, 1, 0, 9)] * 100)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(files.FileDamaged) as refusal:
        files.read([whole, cut])
    assert refusal.value.details == {"file": "cut.parquet"}
    with pytest.raises(files.FileDamaged):
        files.read([tmp_path / "missing.parquet"])


def test_a_file_of_other_columns_is_refused_by_name(tmp_path):
    pq.write_table(pa.table({"person": [1]}), tmp_path / "other.parquet")
    with pytest.raises(BadColumns) as refusal:
        files.read([tmp_path / "other.parquet"])
    assert refusal.value.details == {"file": "other.parquet", "column": "place", "why": "missing"}


def test_scans_last_until_scanned_out_or_as_the_kind_of_place_lets_people_stay():
    places = Places(place=column(9, 4), kind=("shop", "hotel"))
    scans = Scans(person=column(1, 1, 2), place=column(4, 9, 9), at=column(100, 200, 300), until=column(-1, -1, 400))
    found, refused = stays(scans, places, dwell_seconds=DWELL)
    assert found.t_out.tolist() == [36_100, 2000, 400]
    assert refused.tolist() == []


def test_scans_at_unknown_places_or_kinds_are_listed_not_guessed():
    places = Places(place=column(4, 5), kind=("hotel", "tram"))
    scans = Scans(person=column(1, 2, 3, 4), place=column(4, 77, 5, 5), at=column(1, 1, 1, 1), until=column(-1, 9, -1, 9))
    found, refused = stays(scans, places, dwell_seconds=DWELL)
    assert found.person.tolist() == [1, 4]
    assert refused.tolist() == [1, 2]
    nowhere = Places(place=column(), kind=())
    assert stays(scans, nowhere, dwell_seconds=DWELL)[1].tolist() == [0, 1, 2, 3]


def test_a_place_named_twice_is_refused():
    with pytest.raises(BadColumns):
        Places(place=column(1, 1), kind=("shop", "hotel"))


def test_people_of_one_household_at_one_time_are_found_by_the_same_question():
    together = Memberships(person=column(1, 2, 3), group=column(8, 8, 8), since=column(0, 50, 0), until=column(100, 100, 20))
    query = ExposureQuery(exposure_id=UUID(int=1), person=1, start=30, end=100)
    assert [(row.contact, row.first) for row in contacts.contacts(TraceIndex.of(together.visits()), [query])] == [(2, 50)]
