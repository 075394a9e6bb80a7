"""Open days: their rows settle into files, each question reads what is new, and a presence counts once wherever it lies."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from epigrid.engine.tracing import contacts, shelf
from epigrid.engine.tracing.schemas import ExposureQuery
from epigrid.playbooks import daily
from epigrid.store import extracts
from epigrid.store.extracts import days, files, opened, scans, sealing
from epigrid.store.models import Scan
from tests.cast import MONDAY
from tests.store import facts
from tests.store.facts import ROOT
from tests.store.test_extracts import Cut, cut_at
from tests.store.test_extracts_days import CASE, DAY, Stay, add, answers, flip, index, indexed, on, plain, seal

TODAY = DAY + timedelta(days=1)


def stay(day: int, person: int, place: int = 1, *, hour: float = 9, hours: float = 2) -> Stay:
    """A stay of the day that many days after DAY, on the clock of China."""
    start = int(shelf.bounds(DAY + timedelta(days=day), "Asia/Shanghai")[0] + hour * 3600)
    return Stay(day, person, place, start, int(start + hours * 3600))


NIGHT = stay(0, 1, hour=22, hours=12)
MORNING = [stay(1, person, hour=8) for person in (1, 2, 3)]
EVENING = [stay(1, person, 2, hour=22, hours=4) for person in (1, 2)]


@pytest.fixture(autouse=True)
def _tree(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    facts.tree()
    monkeypatch.setattr(sealing, "LIMIT", 0)
    yield
    for memory in (days._opened, opened._days, scans._known):
        memory.clear()


def settle() -> int:
    return extracts.settle(area=ROOT)


def parquet() -> list[str]:
    return sorted(path.name for path in files.folder(ROOT).glob("*.parquet*"))


def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from here on."""
    names: list[str] = []
    real = files.read

    def read(area: Any, file: files.File, *columns: Any) -> Any:
        names.append(file.name)
        return real(area, file, *columns)

    monkeypatch.setattr(files, "read", read)
    return names


def test_a_question_after_rows_settled_reads_the_new_file_once_and_no_buffered_row(monkeypatch: pytest.MonkeyPatch) -> None:
    add(*MORNING)
    assert (settle(), Scan.objects.count()) == (3, 0)
    index()
    names, built = reading(monkeypatch), []
    real = opened.TraceIndex.with_rows
    monkeypatch.setattr(opened.TraceIndex, "with_rows", lambda self, visits: built.append(len(visits)) or real(self, visits))
    assert (answers(index()), names) == (answers(plain(MORNING)), [])
    add(EVENING[0])
    settle()
    add(EVENING[1])
    names.clear()
    built.clear()
    assert answers(index()) == answers(plain(MORNING + EVENING))
    assert (names, built) == (["2022-11-21.1.parquet"] * 2, [1, 1, 1])


def test_rows_of_the_open_day_build_no_index_and_leave_the_closed_ones_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    add(NIGHT)
    seal(0)
    add(*MORNING, *EVENING)
    settle()
    closed = days._open(ROOT).segments
    assert [one.name for one in closed] == [one.name for one in index().segments]
    assert index().segments[0] is closed[0]
    assert (indexed(), answers(index())) == (["2022-11-20"], answers(plain([NIGHT, *MORNING, *EVENING])))


def test_few_rows_and_rows_of_closed_days_wait_in_the_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    add(*MORNING)
    seal(0)
    add(NIGHT)
    monkeypatch.setattr(sealing, "LIMIT", 3)
    assert (settle(), Scan.objects.count()) == (0, 4)
    add(*EVENING)
    assert (settle(), list(Scan.objects.values_list("day", flat=True))) == (5, [DAY])
    assert answers(index()) == answers(plain([NIGHT, *MORNING, *EVENING]))


def test_a_presence_that_lies_in_buffer_open_and_closed_files_counts_once() -> None:
    mine, theirs = stay(0, 1, hour=20, hours=8), stay(0, 2, hour=20, hours=8)
    add(mine, theirs)
    seal(0)
    add(Stay(1, 1, 1, on(1), on(1, 4)), replace(theirs, day=1, t_in=on(1)))
    settle()
    add(Stay(1, 1, 1, on(1, 1), on(1, 4)), Stay(0, 2, 1, on(0, 21), on(1, 4)))
    (met,) = contacts.contacts(index(0, 1), [ExposureQuery(exposure_id=CASE, person=1, start=on(0), end=on(2))])
    assert (met.contact, met.seconds, met.meetings) == (2, 8 * 3600, 1)


def test_a_scan_that_is_sent_again_is_found_in_the_files_without_reading_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    add(*MORNING)
    settle()
    add(*MORNING, *EVENING)
    assert Scan.objects.count() == 2
    add(stay(2, 1))
    names = reading(monkeypatch)
    add(*MORNING, stay(1, 3, hour=1))
    assert (Scan.objects.count(), names) == (4, [])


def test_the_files_of_a_day_that_closes_become_one_and_one_of_what_goes_on() -> None:
    for some in (MORNING[:1], MORNING[1:], EVENING):
        add(*some)
        settle()
    right = answers(index())
    assert len(parquet()) == 3
    add(stay(1, 3, hour=23, hours=0.5))
    assert (seal(1), parquet(), indexed()) == (6, ["2022-11-21.3.parquet", "2022-11-21.4.parquet"], ["2022-11-21"])
    assert right == answers(plain(MORNING + EVENING)) != answers(index()) == answers(plain([*MORNING, *EVENING, stay(1, 3, hour=23, hours=0.5)]))
    assert (seal(1), parquet()) == (0, ["2022-11-21.3.parquet", "2022-11-21.4.parquet"])


def test_at_midnight_a_day_of_which_no_row_is_buffered_closes_too() -> None:
    add(*MORNING, *EVENING)
    settle()
    assert extracts.seal_before(area=ROOT, day=TODAY + timedelta(days=1)) == 5
    assert (indexed(), files.manifest(ROOT).open_from) == (["2022-11-21"], "2022-11-22")
    add(stay(2, 3))
    assert extracts.seal_before(area=ROOT, day=TODAY + timedelta(days=3)) == 1
    assert (indexed(), files.manifest(ROOT).open_from) == (["2022-11-21", "2022-11-22"], "2022-11-24")
    assert answers(index()) == answers(plain([*MORNING, *EVENING, stay(2, 3)]))


SETTLING = [
    (scans, "in_files", 1),
    (files, "write", 1),
    (files.os, "fsync", 1),
    (Path, "replace", 1),
    (files, "save", 1),
    (Path, "replace", 3),
    (sealing, "_drop", 1),
]
CLOSING = [
    (files, "write", 1),
    (Path, "replace", 1),
    (Path, "replace", 2),
    (files, "save", 1),
    (files, "sweep", 1),
    (Path, "unlink", 1),
    (Path, "unlink", 2),
    (days, "refresh", 1),
    (shelf, "put_day", 1),
    (files, "save", 2),
    (sealing, "_drop", 1),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("work", "step"),
    [*((settle, step) for step in SETTLING), *((lambda: seal(1), step) for step in CLOSING)],
    ids=lambda one: f"{one[1]}-{one[2]}" if isinstance(one, tuple) else None,
)
def test_settling_and_closing_that_are_cut_off_at_any_step_lose_and_double_nothing(work: Any, step: tuple[Any, str, int], after: bool) -> None:
    add(NIGHT)
    seal(0)
    add(*MORNING[:1], *EVENING)
    settle()
    add(*MORNING[1:], stay(1, 3, 2, hour=23, hours=3))
    everything = [NIGHT, *MORNING, *EVENING, stay(1, 3, 2, hour=23, hours=3)]
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Cut), transaction.atomic():
        cut_at(patch, step[0], step[1], call=step[2], after=after)
        work()
    right = answers(plain(everything))
    for _ in range(2):
        assert answers(index()) == right
        assert len(extracts.visits(area=ROOT, first=DAY, last=TODAY)) == 7
        add(*everything)
        settle()
        seal(1)
    assert (Scan.objects.count(), answers(index())) == (0, right)
    named = {file.name for file in files.manifest(ROOT).all_files()}
    assert {name for name in parquet() if name >= "2022-11-21"} <= named
    extracts.forget_before(area=ROOT, day=DAY + timedelta(days=9))
    assert (parquet(), indexed()) == ([], [])


def test_what_is_forgotten_of_open_days_is_in_no_answer_and_in_no_memory() -> None:
    add(*EVENING, stay(2, 3))
    settle()
    index()
    extracts.forget_before(area=ROOT, day=DAY + timedelta(days=2))
    left = [replace(one, day=2, t_in=on(2)) for one in EVENING] + [stay(2, 3)]
    assert answers(index()) == answers(plain(left))
    assert list(opened._days[files.folder(ROOT)]) == ["2022-11-22"]
    extracts.forget_before(area=ROOT, day=DAY + timedelta(days=4))
    assert (len(index()), opened._days[files.folder(ROOT)], parquet()) == (0, {}, [])


def test_a_damaged_file_of_an_open_day_refuses_questions_about_that_day_only() -> None:
    add(NIGHT)
    seal(0)
    add(*MORNING, stay(2, 1))
    settle()
    flip(files.folder(ROOT) / "2022-11-21.0.parquet", 60)
    for first, last in ((1, 1), (0, 3)):
        with pytest.raises(extracts.LogDamaged) as refusal:
            index(first, last)
        assert refusal.value.details["file"] == "2022-11-21.0.parquet"
    assert [answers(index(day, day), day, day) for day in (0, 2)] == [answers(plain(one), day, day) for day, one in ((0, [NIGHT]), (2, [stay(2, 1)]))]
    scans._known.clear()
    with pytest.raises(extracts.LogDamaged):
        add(*EVENING)
    assert extracts.seal_before(area=ROOT, day=DAY + timedelta(days=4)) == 1
    with pytest.raises(extracts.LogDamaged):
        index(1, 1)
    assert answers(index(2, 2), 2, 2) == answers(plain([stay(2, 1)]), 2, 2)


def test_files_that_close_while_a_question_is_asked_are_read_where_they_lie_now(monkeypatch: pytest.MonkeyPatch) -> None:
    for some in (MORNING, EVENING):
        add(*some)
        settle()
    real = opened.runs_of

    def after_midnight(*args: Any) -> Any:
        monkeypatch.setattr(opened, "runs_of", real)
        seal(1)
        return real(*args)

    monkeypatch.setattr(opened, "runs_of", after_midnight)
    assert answers(index()) == answers(plain(MORNING + EVENING))


def test_a_manifest_that_does_not_say_what_is_open_has_its_last_day_closed_and_no_index_of_the_next() -> None:
    add(NIGHT, *MORNING)
    seal(0)
    seal(1)
    path = files.folder(ROOT) / "manifest.json"
    content = json.loads(path.read_text())
    del content["open_from"]
    path.write_text(json.dumps(content))
    assert (files.manifest(ROOT).open_from, indexed()) == ("2022-11-22", ["2022-11-20", "2022-11-21"])
    del content["days"]["2022-11-21"]
    path.write_text(json.dumps(content))
    assert (answers(index()), indexed()) == (answers(plain([NIGHT])), ["2022-11-20"])


def test_the_tick_settles_what_is_buffered_and_says_nothing_of_it() -> None:
    add(*MORNING)
    assert daily.tick(ROOT, MONDAY) >= 0
    assert (daily.tick(ROOT, MONDAY), Scan.objects.count()) == (0, 0)


def test_a_damaged_manifest_keeps_rows_in_the_buffer_and_stops_no_tick() -> None:
    add(*MORNING)
    files.folder(ROOT).mkdir(parents=True, exist_ok=True)
    (files.folder(ROOT) / "manifest.json").write_text("{")
    assert (settle(), Scan.objects.count()) == (0, 3)
