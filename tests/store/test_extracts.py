"""The presence log: a presence counts once wherever sealing was cut off; Parquet holds no identity; forgetting is deleting files."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.engine.tracing import shelf
from epigrid.kernel.areas import Area
from epigrid.store import clock, extracts
from epigrid.store.extracts import days, files, sealing
from epigrid.store.models import Scan
from tests.cast import uid
from tests.store import facts
from tests.store.facts import ROOT

DAY = date(2022, 11, 20)
NEXT = DAY + timedelta(days=1)
Row = tuple[UUID, int, int, int, int]


@pytest.fixture(autouse=True)
def trees(request: pytest.FixtureRequest) -> None:
    """Two trees with clocks."""
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    for root in (ROOT, Area("u/")):
        facts.tree(root)


def row(number: int, day: date, place: int = 7) -> Row:
    midnight = int(clock.local_midnight(ROOT, day).timestamp())
    return uid("scan", number), number, place, midnight + 1000 + number, midnight + 2000 + number


def add(*numbers: int, day: date = DAY, area: Area = ROOT) -> int:
    rows = [row(number, day) for number in numbers]
    return extracts.add(area=area, day_of={one[0]: day for one in rows}, rows=rows)


def people(first: date = DAY, last: date = NEXT, area: Area = ROOT) -> list[int]:
    """The persons in the log, each as often as a presence is counted."""
    return sorted(extracts.visits(area=area, first=first, last=last)["person"].to_pylist())


def parquet(settings: Any, area: Area = ROOT) -> list[str]:
    folder = Path(settings.EPIGRID_VAR) / "extracts" / area.tree
    return sorted(path.name for path in folder.glob("*.parquet*"))


def test_a_scan_that_is_sent_again_counts_once_before_and_after_sealing(db: None) -> None:
    assert (add(1, 2, 2), add(2, 3), people()) == (2, 1, [1, 2, 3])
    assert extracts.seal_day(area=ROOT, day=DAY) == 3
    assert (add(1, 3), add(4), people()) == (0, 1, [1, 2, 3, 4])


def test_sealing_changes_no_answer_and_empties_the_buffer(db: None, settings: Any) -> None:
    add(1, 2)
    add(3, day=NEXT)
    before = extracts.visits(area=ROOT, first=DAY, last=NEXT).sort_by("person").to_pydict()
    assert extracts.seal_day(area=ROOT, day=DAY) == 2
    assert extracts.visits(area=ROOT, first=DAY, last=NEXT).sort_by("person").to_pydict() == before
    assert (Scan.objects.count(), parquet(settings)) == (1, ["2022-11-20.0.parquet"])
    assert extracts.seal_day(area=ROOT, day=DAY) == 0
    assert (people(DAY, DAY), people(NEXT, NEXT)) == ([1, 2], [3])


def test_a_late_scan_goes_to_a_late_file_of_its_day(db: None, settings: Any) -> None:
    add(1)
    extracts.seal_day(area=ROOT, day=DAY)
    add(2)
    assert people() == [1, 2]
    assert extracts.seal_day(area=ROOT, day=DAY) == 1
    assert parquet(settings) == ["2022-11-20.0.parquet", "2022-11-20.1.parquet"]
    assert people() == [1, 2]


def test_sealing_before_a_day_seals_every_closed_day_and_leaves_the_open_one(db: None, settings: Any) -> None:
    for number in range(3):
        add(number, day=DAY + timedelta(days=number))
    assert extracts.seal_before(area=ROOT, day=DAY + timedelta(days=2)) == 2
    assert (Scan.objects.count(), len(parquet(settings))) == (1, 2)
    assert people(last=DAY + timedelta(days=2)) == [0, 1, 2]


def test_a_large_day_is_sealed_whole(db: None) -> None:
    add(*range(9950))
    assert extracts.seal_day(area=ROOT, day=DAY) == 9950
    assert (Scan.objects.count(), people()) == (0, list(range(9950)))


class Cut(Exception):
    """The power fails here."""


def cut_at(patch: pytest.MonkeyPatch, target: Any, name: str, *, call: int, after: bool) -> None:
    """Fail at one call of a function: just before it, or just after it."""
    real: Callable[..., Any] = getattr(target, name)
    calls: Iterator[int] = iter(range(1, 1000))

    def failing(*args: Any, **kwargs: Any) -> Any:
        here = next(calls) == call
        if here and not after:
            raise Cut
        answer = real(*args, **kwargs)
        if here:
            raise Cut
        return answer

    patch.setattr(target, name, failing)


STEPS = [
    (files, "write", 1),
    (files.pq, "write_table", 1),
    (files.os, "fsync", 1),
    (Path, "replace", 1),
    (files, "save", 1),
    (Path, "replace", 2),
    (files.os, "fsync", 4),
    (days, "refresh", 1),
    (shelf, "create", 1),
    (shelf, "put_day", 1),
    (shelf, "_write", 1),
    (shelf, "_save", 2),
    (files, "save", 2),
    (sealing, "_drop", 1),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]}-{step[2]}")
def test_sealing_that_is_cut_off_at_any_step_loses_and_doubles_nothing(db: None, settings: Any, step: tuple[Any, str, int], after: bool) -> None:
    add(1, 2, 3)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Cut), transaction.atomic():
        cut_at(patch, step[0], step[1], call=step[2], after=after)
        extracts.seal_day(area=ROOT, day=DAY)
    assert people() == [1, 2, 3]
    assert (add(2), add(4)) == (0, 1)
    assert people() == [1, 2, 3, 4]
    extracts.seal_day(area=ROOT, day=DAY)
    assert (Scan.objects.count(), people()) == (0, [1, 2, 3, 4])
    extracts.forget_before(area=ROOT, day=NEXT)
    assert (parquet(settings), people()) == ([], [])


def test_sealing_whose_rows_came_back_because_the_transaction_failed_doubles_nothing(db: None) -> None:
    add(1, 2)
    with pytest.raises(Cut), transaction.atomic():
        extracts.seal_day(area=ROOT, day=DAY)
        raise Cut
    assert (Scan.objects.count(), people()) == (2, [1, 2])
    assert (extracts.seal_day(area=ROOT, day=DAY), Scan.objects.count(), people()) == (0, 0, [1, 2])


def test_forgetting_deletes_the_files_and_rows_of_older_days_only(db: None, settings: Any) -> None:
    add(1)
    extracts.seal_day(area=ROOT, day=DAY)
    add(2)
    add(3, day=NEXT)
    extracts.seal_day(area=ROOT, day=NEXT)
    add(4, day=NEXT)
    assert extracts.forget_before(area=ROOT, day=NEXT) == ["2022-11-20.0.parquet"]
    assert (parquet(settings), people(), Scan.objects.count()) == (["2022-11-21.0.parquet"], [3, 4], 1)
    assert extracts.forget_before(area=ROOT, day=NEXT) == []


@pytest.mark.parametrize("step", [(Path, "replace", 1), (Path, "unlink", 1)], ids=lambda step: step[1])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_forgetting_that_is_cut_off_is_finished_the_next_time(db: None, settings: Any, step: tuple[Any, str, int], after: bool) -> None:
    for day in (DAY, DAY - timedelta(days=1)):
        add(day.day, day=day)
        extracts.seal_day(area=ROOT, day=day)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Cut), transaction.atomic():
        cut_at(patch, step[0], step[1], call=step[2], after=after)
        extracts.forget_before(area=ROOT, day=NEXT)
    extracts.forget_before(area=ROOT, day=NEXT)
    assert (parquet(settings), people(DAY - timedelta(days=1))) == ([], [])


def test_parquet_holds_pseudonyms_and_no_identity(db: None, settings: Any) -> None:
    persons = [uid("person", number) for number in range(3)]
    numbers = extracts.pseudonyms(area=ROOT, kind="person", subject_ids=persons)
    places = extracts.pseudonyms(area=ROOT, kind="place", subject_ids=[uid("shop")])
    start = row(0, DAY)[3]
    rows = [(uid("scan", number), number, places[uid("shop")], start, start + 60) for number in numbers.values()]
    extracts.add(area=ROOT, day_of={one[0]: DAY for one in rows}, rows=rows)
    extracts.seal_day(area=ROOT, day=DAY)
    path = Path(settings.EPIGRID_VAR) / "extracts" / "t" / "2022-11-20.0.parquet"
    table = pq.read_table(path)
    assert {name: str(table.schema.field(name).type) for name in table.column_names} == {
        "scan_id": "string",
        **dict.fromkeys(("person", "place", "t_in", "t_out"), "int64"),
    }
    content = path.read_bytes()
    assert not any(text in content for person in [*persons, uid("shop")] for text in (str(person).encode(), person.bytes, person.hex.encode()))


def test_trees_are_apart(db: None, settings: Any) -> None:
    add(1)
    add(2, area=Area("u/"))
    for area in (ROOT, Area("u/")):
        extracts.seal_day(area=area, day=DAY)
    assert (people(), people(area=Area("u/"))) == ([1], [2])
    extracts.forget_before(area=ROOT, day=NEXT)
    assert (people(), people(area=Area("u/"))) == ([], [2])


@given(work=st.lists(st.tuples(st.sampled_from(["add", "seal", "forget"]), st.integers(0, 5), st.integers(0, 2)), max_size=14))
@settings(max_examples=40)
def test_whatever_comes_in_whatever_order_the_log_equals_a_plain_set(
    db: None, settings: Any, tmp_path: Path, work: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        import tempfile

        settings.EPIGRID_VAR = Path(tempfile.mkdtemp(dir=tmp_path))
        log: dict[int, date] = {}
        for verb, number, offset in work:
            day = DAY + timedelta(days=offset)
            if verb == "add":
                scan = number * 3 + offset
                assert add(scan, day=day) == (scan not in log)
                log[scan] = day
            elif verb == "seal":
                extracts.seal_day(area=ROOT, day=day)
            else:
                extracts.forget_before(area=ROOT, day=day)
                log = {scan: kept for scan, kept in log.items() if kept >= day}
            assert people(last=DAY + timedelta(days=2)) == sorted(log)
        transaction.set_rollback(True)


def test_two_who_seal_and_one_who_adds_at_once_lose_nothing(transactional_db: None) -> None:
    add(*range(300))

    def add_more() -> int:
        return sum(add(300 + number) for number in range(60))

    def seal() -> int:
        return sum(extracts.seal_day(area=ROOT, day=DAY) for _ in range(8))

    answers = facts.together(add_more, seal, seal)
    assert not facts.failures(answers)
    assert people() == list(range(360))
    sealed = answers[1] + answers[2]
    assert sealed + Scan.objects.count() == 360
