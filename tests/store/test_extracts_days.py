"""Sealed days as index files: whatever is sealed, late, cut off or damaged, answers are those of a plain index over all presences still kept."""

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.engine.tracing import contacts, shelf
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import ExposureQuery, PlaceQuery, Visits
from epigrid.store import clock, extracts
from epigrid.store.extracts import days, files, sealing
from tests.cast import uid
from tests.store import facts
from tests.store.facts import ROOT
from tests.store.test_extracts import Cut, cut_at

DAY = date(2022, 11, 20)
HOUR = 3600
CASE = uid("exposure")


@pytest.fixture(autouse=True)
def _tree(db: None) -> Iterator[None]:
    facts.tree()
    yield
    days._opened.clear()


def on(offset: int, hour: float = 0) -> int:
    return int(clock.local_midnight(ROOT, DAY + timedelta(days=offset)).timestamp() + hour * HOUR)


@dataclass(frozen=True)
class Stay:
    """A presence of the plain list: the day (offset from DAY) that it is filed under, and its columns."""

    day: int
    person: int
    place: int
    t_in: int
    t_out: int


def add(*stays: Stay) -> None:
    ids = [uid("scan", *vars(stay).values()) for stay in stays]
    rows: list[tuple[UUID, int, int, int, int]] = [
        (scan_id, stay.person, stay.place, stay.t_in, stay.t_out) for scan_id, stay in zip(ids, stays, strict=True)
    ]
    extracts.add(area=ROOT, day_of={i: DAY + timedelta(days=stay.day) for i, stay in zip(ids, stays, strict=True)}, rows=rows)


def seal(offset: int) -> int:
    return extracts.seal_day(area=ROOT, day=DAY + timedelta(days=offset))


def index(first: int = 0, last: int = 3) -> TraceIndex:
    return extracts.index_of(area=ROOT, first=DAY + timedelta(days=first), last=DAY + timedelta(days=last))


def answers(asked: TraceIndex, first: int = 0, last: int = 3) -> tuple[Any, ...]:
    start, end = on(first), on(last + 1)
    persons = [ExposureQuery(exposure_id=CASE, person=person, start=start, end=end) for person in (1, 2, 3)]
    present = [contacts.present(asked, PlaceQuery(exposure_id=CASE, place=place, start=start, end=end)) for place in (1, 2)]
    return [list(contacts.contacts(asked, [query])) for query in persons], present, contacts.exposures(asked, persons)


def plain(kept: Sequence[Stay]) -> TraceIndex:
    return TraceIndex.of(Visits.of([(stay.person, stay.place, stay.t_in, stay.t_out) for stay in kept]))


def stay(day: int, person: int, place: int = 1, *, hour: float = 9, hours: float = 2) -> Stay:
    return Stay(day, person, place, on(day, hour), on(day, hour + hours))


def folder() -> Path:
    return days.index_folder(ROOT)


def indexed() -> list[str]:
    return sorted(path.name[:10] for path in folder().glob("*.day"))


STAYS = st.builds(
    stay,
    st.integers(0, 3),
    st.integers(1, 3),
    st.integers(1, 2),
    hour=st.sampled_from([0, 8, 9, 9.5, 22, 23.5]),
    hours=st.sampled_from([0.5, 1, 2, 14.5, 24, 40]),
)
WORK = st.one_of(
    st.tuples(st.just("add"), st.lists(STAYS, min_size=1, max_size=4)),
    st.tuples(st.just("settle"), st.integers(0, 3)),
    st.tuples(st.just("seal"), st.integers(0, 3)),
    st.tuples(st.just("forget"), st.integers(0, 3)),
)


@given(work=st.lists(WORK, max_size=12), last=st.integers(0, 3))
@settings(max_examples=25)
def test_in_whatever_order_days_are_filled_settled_sealed_and_forgotten_answers_are_those_of_a_plain_index(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, work: list[tuple[str, Any]], last: int
) -> None:
    with transaction.atomic():
        settings.EPIGRID_VAR = Path(tempfile.mkdtemp(dir=tmp_path))
        kept: list[Stay] = []
        for verb, what in work:
            if verb == "add":
                add(*what)
                kept += what
            elif verb == "settle":
                monkeypatch.setattr(sealing, "LIMIT", what)
                extracts.settle(area=ROOT)
            elif verb == "seal":
                seal(what)
            else:
                extracts.forget_before(area=ROOT, day=DAY + timedelta(days=what))
                parts = [one if one.day >= what else replace(one, day=what, t_in=on(what)) for one in kept]
                kept = [one for one in parts if one.t_in < one.t_out]
            assert answers(index(), 0, 3) == answers(plain(kept), 0, 3)
        assert answers(index(last, last), last, last) == answers(plain(kept), last, last)
        transaction.set_rollback(True)


def test_a_night_in_a_hotel_is_one_stay_and_is_found_on_the_days_after_the_one_it_began_on(settings: Any) -> None:
    add(stay(0, 1, hour=20, hours=40), stay(1, 2, hour=23, hours=2))
    seal(0)
    assert indexed() == ["2022-11-20"]
    seal(1)
    assert indexed() == ["2022-11-20", "2022-11-21"]
    (met,) = contacts.contacts(index(1, 2), [ExposureQuery(exposure_id=CASE, person=2, start=on(1), end=on(3))])
    assert (met.contact, met.seconds, met.meetings) == (1, 2 * HOUR, 1)


def test_a_stay_of_which_one_half_is_sealed_and_the_other_waits_counts_once() -> None:
    add(stay(0, 1, hour=20, hours=4), stay(0, 2, hour=20, hours=4))
    seal(0)
    add(stay(1, 1, hour=0, hours=2), stay(1, 2, hour=0, hours=2), replace(stay(0, 1, hour=20, hours=2), t_out=on(0, 22)))
    (met,) = contacts.contacts(index(0, 1), [ExposureQuery(exposure_id=CASE, person=1, start=on(0), end=on(2))])
    assert (met.seconds, met.meetings) == (6 * HOUR, 1)


def test_a_late_file_rebuilds_the_days_that_it_overlaps_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    add(*(stay(day, person) for day in range(4) for person in (1, 2)))
    for day in range(4):
        seal(day)
    built: list[str] = []
    real = shelf.put_day

    def put_day(folder: Path, day: date, visits: Visits) -> Any:
        built.append(day.isoformat())
        return real(folder, day, visits)

    monkeypatch.setattr(shelf, "put_day", put_day)
    add(stay(1, 3))
    seal(1)
    assert built == ["2022-11-21"]
    add(stay(1, 3, hour=23))
    seal(1)
    assert built[1:] == ["2022-11-21", "2022-11-22"]
    built.clear()
    assert (seal(1), built) == (0, [])
    assert len(index()) == 11


def test_presences_that_go_on_stand_in_a_file_of_their_own_which_later_days_read() -> None:
    add(stay(0, 1), stay(0, 2, hour=23))
    seal(0)
    ends = [file.until for file in files.manifest(ROOT).all_files()]
    assert ends == [on(0, 11), on(1, 1)]
    assert len(days._sources(ROOT, files.manifest(ROOT))["2022-11-21"]) == 1


def prepared() -> tuple[Any, ...]:
    add(*(stay(day, person, hour=22, hours=3) for day in range(3) for person in (1, 2, 3)))
    for day in range(3):
        seal(day)
    return answers(index())


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def spoil(what: str) -> None:
    day = next(folder().glob("2022-11-21*.day"))
    manifest = folder() / "manifest.json"
    if what == "flipped":
        flip(day, day.stat().st_size // 2)
    elif what == "cut":
        day.write_bytes(day.read_bytes()[:-9])
    elif what == "missing":
        day.unlink()
    elif what == "folder":
        shutil.rmtree(folder())
    elif what == "manifest":
        manifest.write_text("{")
    elif what == "schema":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema": 99}))
    elif what == "day-left-out":
        content = json.loads(manifest.read_text())
        del content["days"]["2022-11-21"]
        manifest.write_text(json.dumps(content))


WAYS = ["flipped", "cut", "missing", "folder", "manifest", "schema", "day-left-out"]


@pytest.mark.parametrize("known", [False, True], ids=["first-opened", "opened-before"])
@pytest.mark.parametrize("what", WAYS)
def test_a_damaged_index_is_built_anew_from_parquet_and_said_aloud(caplog: pytest.LogCaptureFixture, what: str, known: bool) -> None:
    right = prepared()
    if not known:
        days._opened.clear()
    spoil(what)
    with caplog.at_level(logging.WARNING):
        assert answers(index()) == right
    assert "presence log t" in caplog.text
    caplog.clear()
    assert answers(index()) == right
    assert not caplog.text


@pytest.mark.parametrize("way", ["flipped", "cut", "missing"])
def test_where_index_and_parquet_of_a_day_are_damaged_its_questions_are_refused_and_other_days_are_answered(way: str) -> None:
    right = answers(index(0, 0), 0, 0) if prepared() else None
    spoil("flipped")
    path = files.folder(ROOT) / "2022-11-21.0.parquet"
    {"flipped": lambda: flip(path, 60), "cut": lambda: path.write_bytes(path.read_bytes()[:-9]), "missing": path.unlink}[way]()
    with pytest.raises(extracts.LogDamaged) as refusal:
        index()
    assert refusal.value.details["file"] == path.name
    assert answers(index(0, 0), 0, 0) == right
    with pytest.raises(extracts.LogDamaged):
        index(1, 1)


def test_damaged_parquet_behind_a_sound_index_keeps_no_day_from_being_sealed() -> None:
    prepared()
    add(stay(3, 1), stay(1, 1, hour=3))
    flip(files.folder(ROOT) / "2022-11-21.0.parquet", 60)
    assert extracts.seal_before(area=ROOT, day=DAY + timedelta(days=4)) == 1
    assert answers(index(3, 3), 3, 3) == answers(plain([stay(3, 1), *(stay(2, person, hour=22, hours=3) for person in (1, 2, 3))]), 3, 3)
    assert len(index(1, 1)) == 7


def test_another_versions_manifest_is_refused_and_the_first_versions_is_read() -> None:
    right = prepared()
    path = files.folder(ROOT) / "manifest.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"schema": 3}))
    with pytest.raises(extracts.LogDamaged):
        index()
    names = {day: [file["name"] for file in found] for day, found in content["days"].items()}
    path.write_text(json.dumps({"schema": 1, "days": names}))
    assert answers(index()) == right


FORGETTING = [
    (files, "write", 1),
    (files, "save", 1),
    (Path, "unlink", 1),
    (Path, "unlink", 2),
    (days, "refresh", 1),
    (shelf, "put_day", 1),
    (shelf, "keep_days", 1),
    (shelf, "_sweep", 1),
    (files, "save", 2),
    (extracts.forgetting, "_forget_links", 1),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", FORGETTING, ids=lambda step: f"{step[1]}-{step[2]}")
def test_forgetting_that_is_cut_off_at_any_step_leaves_nothing_of_older_days_after_the_next_run(step: tuple[Any, str, int], after: bool) -> None:
    prepared()
    add(stay(0, 3, 2, hour=23, hours=3))
    second = DAY + timedelta(days=1)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Cut), transaction.atomic():
        cut_at(patch, step[0], step[1], call=step[2], after=after)
        extracts.forget_before(area=ROOT, day=second)
    extracts.forget_before(area=ROOT, day=second)
    left = [Stay(1, person, 1, on(1), on(1, 1)) for person in (1, 2, 3)] + [Stay(1, 3, 2, on(1), on(1, 2))]
    left += [stay(day, person, hour=22, hours=3) for day in (1, 2) for person in (1, 2, 3)]
    assert answers(index()) == answers(plain(left))
    assert not [path.name for path in files.folder(ROOT).rglob("2022-11-20*")]
    table = extracts.visits(area=ROOT, first=DAY - timedelta(days=9), last=DAY + timedelta(days=9))
    assert min(table["t_in"].to_pylist()) == on(1)


def test_of_a_stay_that_lasts_beyond_the_look_back_the_later_part_is_kept_night_after_night() -> None:
    add(stay(0, 1, hour=20, hours=76), stay(3, 2, hour=0, hours=1))
    for day in range(4):
        seal(day)
    for night in (1, 2, 3):
        extracts.forget_before(area=ROOT, day=DAY + timedelta(days=night))
        assert indexed()[0] == (DAY + timedelta(days=night)).isoformat()
    (met,) = contacts.contacts(index(3, 3), [ExposureQuery(exposure_id=CASE, person=2, start=on(3), end=on(4))])
    assert (met.contact, met.first, met.last) == (1, on(3), on(3, 1))


def test_an_index_is_opened_once_and_only_the_days_that_changed_are_verified_again(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared()
    opened: list[str] = []
    real = shelf._open

    def opening(folder: Path, entry: Any) -> Any:
        opened.append(entry["file"][:10])
        return real(folder, entry)

    monkeypatch.setattr(shelf, "_open", opening)
    index()
    assert opened == []
    add(stay(1, 3, hour=3))
    seal(1)
    index()
    assert opened == ["2022-11-21"]


def test_numba_is_loaded_by_whoever_asks_and_by_nobody_else() -> None:
    source = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup(); "
        "from epigrid.store import extracts; from epigrid.response.tracing import actions; print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
