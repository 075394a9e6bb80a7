"""Days and what comes in after them: answers do not depend on how the rows arrived, nor on where they lie."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import contacts, hops, reference, shelf
from epigrid.engine.tracing.index import MAX_STAY_SECONDS, TraceIndex
from epigrid.engine.tracing.schemas import BadColumns, ExposureQuery, PlaceQuery, Visits
from epigrid.engine.tracing.segments import NUMBERS, segment_of
from tests.engine.tracing.oracle import DAY, PEOPLE, plain
from tests.engine.tracing.oracle_worlds import worlds

ZONE = "Asia/Shanghai"


def arrived(rows, parts) -> TraceIndex:
    """An index to which the rows came in `parts`."""
    index, at = TraceIndex(segments=()), 0
    for number, width in enumerate([*parts, len(rows)]):
        fresh = Visits.of(rows[at : at + width])
        index, at = (TraceIndex.of(fresh) if number == 0 else index.with_rows(fresh)), at + width
    return index


@given(worlds(), st.lists(st.integers(0, 8), max_size=5))
def test_rows_that_come_in_later_are_answered_as_if_they_had_always_been_there(world, parts):
    index, want = arrived(world.rows, parts), plain(world.rows)
    for question in ("contacts", "meetings", "exposures"):
        assert list(getattr(contacts, question)(index, world.queries)) == list(getattr(reference, question)(want, world.queries))
    for query in world.queries:
        at = PlaceQuery(exposure_id=query.exposure_id, place=query.person, start=query.start, end=query.end)
        assert contacts.present(index, at) == reference.present(want, at)
        for contact in range(1, PEOPLE + 1):
            assert contacts.evidence(index, query, contact) == reference.evidence(want, query, contact)


@given(worlds(), st.lists(st.integers(0, 8), max_size=5))
def test_hops_do_not_depend_on_how_the_rows_arrived(world, parts):
    late, whole = arrived(world.rows, parts), TraceIndex.of(Visits.of(world.rows))
    asked = {"queries": world.queries, "rule": world.rule}
    assert list(hops.reach(late, **asked, until=world.edge)) == list(hops.reach(whole, **asked, until=world.edge))
    assert list(hops.origins(late, **asked, since=world.edge)) == list(hops.origins(whole, **asked, since=world.edge))


def test_few_runs_remain_however_often_rows_come_in():
    index = TraceIndex(segments=())
    for moment in range(300):
        index = index.with_rows(Visits.of([(moment % 7, 1, moment * 60, moment * 60 + 30)]))
    assert len(index) == 300
    assert len(index.runs) <= 6


def folder_of(tmp_path, rows, days):
    shelf.create(tmp_path, source="research", zone=ZONE)
    for day in days:
        shelf.put_day(tmp_path, day, Visits.of(rows))
    return tmp_path


FIRST = date(2022, 11, 21)
MIDNIGHT = shelf.bounds(FIRST, ZONE)[0]
NIGHTS = [(person, 7, MIDNIGHT + 20 * 3600 + person, MIDNIGHT + 56 * 3600) for person in range(1, 5)]
DAYS = [FIRST + timedelta(days=number) for number in range(3)]
ASKED = ExposureQuery(exposure_id=UUID(int=1), person=1, start=MIDNIGHT, end=MIDNIGHT + 3 * DAY)


def test_a_folder_answers_as_memory_does_and_a_night_is_one_meeting(tmp_path):
    index = TraceIndex.open(folder_of(tmp_path, NIGHTS, DAYS))
    assert [(one.start, one.end) for one in index.segments] == [shelf.bounds(day, ZONE) for day in DAYS]
    assert list(contacts.contacts(index, [ASKED])) == list(reference.contacts(plain(NIGHTS), [ASKED]))
    assert {row.meetings for row in contacts.contacts(index, [ASKED])} == {1}


def test_a_new_day_leaves_the_files_of_the_others_as_they_are(tmp_path):
    folder_of(tmp_path, NIGHTS, DAYS[:2])
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.day")}
    known = TraceIndex.open(tmp_path)
    shelf.put_day(tmp_path, DAYS[2], Visits.of(NIGHTS))
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.day") if path.name in before} == before
    opened = TraceIndex.open(tmp_path, known)
    assert opened.segments[:2] == known.segments
    assert len(opened.segments) == 3


def test_the_same_rows_in_another_order_are_the_same_bytes(tmp_path):
    for name, rows in (("one", NIGHTS), ("other", [*NIGHTS[::-1], NIGHTS[0]])):
        folder_of(tmp_path / name, rows, DAYS)
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.name != "lock"} for name in ("one", "other")]
    assert files[0] == files[1]


def test_days_that_are_not_kept_are_unlinked_and_no_longer_answered(tmp_path):
    folder_of(tmp_path, NIGHTS, DAYS)
    gone = shelf.keep_days(tmp_path, {day.isoformat() for day in DAYS[1:]})
    assert [name[:10] for name in gone] == ["2022-11-21"]
    assert sorted(path.name[:10] for path in tmp_path.glob("*.day")) == ["2022-11-22", "2022-11-23"]
    (row, *_) = contacts.contacts(TraceIndex.open(tmp_path), [ASKED])
    assert row.first == shelf.bounds(DAYS[1], ZONE)[0]


def test_a_day_of_summer_time_has_25_hours():
    start, end = shelf.bounds(date(2022, 10, 30), "Europe/Berlin")
    assert end - start == 25 * 3600
    assert len(segment_of(Visits.of([(1, 1, start, end)]), start=start, end=end).visits()) == 1


def test_an_index_of_another_source_or_zone_is_not_built_into(tmp_path):
    folder_of(tmp_path, NIGHTS, DAYS[:1])
    for other in ({"source": "register", "zone": ZONE}, {"source": "research", "zone": "UTC"}):
        with pytest.raises(shelf.IndexOther):
            shelf.create(tmp_path, **other)


@pytest.mark.parametrize("row", [(NUMBERS, 1, 0, 9), (1, NUMBERS, 0, 9), (-1, 1, 0, 9), (1, 1, 0, MAX_STAY_SECONDS + 1)])
def test_numbers_and_stays_that_no_index_holds_are_refused(row):
    with pytest.raises(BadColumns):
        TraceIndex.of(Visits.of([row]))
