"""Lists by grid: what goes out comes back the same; a changed cell is one report; a bad row is refused with its number and nothing of it lands. All people are invented."""

import csv
import io
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.sampling import actions, formats, queries
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.sampling.rules.lists import Listed, Refused, Said, judge_line_of_list
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.store import sheets, spreadsheets
from epigrid.store.models import Fact, Read
from epigrid.store.vault import PurposeMissing
from tests import cast
from tests.cast import COMMUNITY, GRID1, HOUR, MONDAY
from tests.doors.world import client_of
from tests.field.sampling.test_table import REGISTRAR, SAMPLER, SECRETARY, round_id, swab, tube
from tests.field.sampling.test_turnout import WORKER

__all__ = ["round_id"]
FORMS = get_args(queries.Form)
COLUMNS = list(formats.HEADINGS)


@pytest.fixture
def told(world: cast.World, round_id: UUID) -> UUID:
    """A round in which every class occurs: sampled (negative, awaited, lost and again), away, exempt, elsewhere, declined twice, unreachable, open."""
    it: Any = {"now": MONDAY, "cause": world.root_cause}
    first, second, lost = (tube(world, round_id, label, pool_size=10) for label in ("T1", "T2", "T3"))
    for made, numbers in ((first, (0, 1)), (second, (2,)), (lost, (3,))):
        swab(world, made, *(world.person(number) for number in numbers))
    actions.close_tube(actor=SAMPLER, tube_id=first, **it)
    actions.discard_tube(actor=SAMPLER, tube_id=lost, code="frozen", **it)
    entries = [
        RollEntry(person_id=world.person(4), state="away", reason="外地上班"),
        RollEntry(person_id=world.person(6), state="exempt", reason="=1+1"),
        RollEntry(person_id=world.person(7), state="elsewhere", proof="第二宾馆点位 11-21"),
        RollEntry(person_id=world.person(8), state="declined"),
        RollEntry(person_id=world.person(9), state="unreachable", reason="007"),
    ]
    actions.report_roll(actor=WORKER, round_id=round_id, entries=entries, **it)
    twice = [RollEntry(person_id=world.person(8), state="declined", reason="再次拒绝"), RollEntry(person_id=world.person(4), state="unreachable")]
    actions.report_roll(actor=REGISTRAR, round_id=round_id, entries=twice, now=MONDAY + HOUR, cause=world.root_cause)
    return round_id


def out(round_id: UUID, form: Any = "csv", **more: Any) -> queries.File:
    wanted = queries.Wanted(round_id=round_id, area=more.pop("area", GRID1), form=form, **more)
    return queries.list_file(actor=WORKER, wanted=wanted, now=MONDAY)


def back(world: cast.World, round_id: UUID, content: bytes, name: str = "list.csv", actor: Any = WORKER) -> sheets.ImportReport:
    return actions.import_list(actor=actor, round_id=round_id, content=content, name=name, now=MONDAY + 2 * HOUR, cause=world.root_cause)


def changed(world: cast.World, round_id: UUID, number: int, **cells: str) -> sheets.ImportReport:
    """The list with cells of one person changed comes back."""
    return back(world, round_id, edited(round_id, {number: cells}))


def edited(round_id: UUID, changes: dict[int, dict[str, str]]) -> bytes:
    rows = list(csv.reader(io.StringIO(out(round_id).content.decode("utf-8-sig"))))
    for number, cells in changes.items():
        row = next(row for row in rows if row[0] == f"mini-{number:04d}")
        for name, value in cells.items():
            row[COLUMNS.index(name)] = value
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_a_list_that_comes_back_as_it_went_out_changes_nothing(world: cast.World, told: UUID, form: Any, language: str) -> None:
    before, facts = queries.roll_call(actor=SECRETARY, round_id=told), Fact.objects.count()
    for names in get_args(queries.Names):
        actor = WORKER.for_purpose("sampling")
        wanted = queries.Wanted(round_id=told, area=GRID1, form=form, language=language, names=names)
        file = queries.list_file(actor=actor, wanted=wanted, now=MONDAY)
        for worker in (WORKER, SECRETARY):
            report = back(world, told, file.content, file.name, worker)
            assert (report.created, report.unchanged, report.refused) == (0, 12, ())
    assert (queries.roll_call(actor=SECRETARY, round_id=told), Fact.objects.count()) == (before, facts)
    again = {form: out(told, form, language=language) for form in FORMS}
    assert sheets.read(again[form].content, again[form].name).rows == sheets.read(again["csv"].content, "x.csv").rows


def test_a_changed_class_is_one_report_and_the_same_file_again_changes_nothing(world: cast.World, told: UUID) -> None:
    content = edited(told, {5: {"class": "外出", "reason": "走亲戚"}, 10: {"class": "Declined"}, 11: {"class": "在外已采", "proof": "机场 11-21"}})
    looked = actions.preview_list(actor=WORKER, round_id=told, content=content, name="l.csv", now=MONDAY, cause=world.root_cause)
    facts = Fact.objects.count()
    report = back(world, told, content)
    assert (report.created, report.unchanged, report.refused) == (3, 9, ()) == (looked.created, looked.unchanged, looked.refused)
    assert Fact.objects.count() == facts + 1
    rows = {row.person_id: (row.state, row.way) for row in queries.roll_call(actor=SECRETARY, round_id=told).rows}
    assert [rows[world.person(one)] for one in (5, 10, 11)] == [("away", ""), ("declined", ""), ("sampled", "elsewhere")]
    assert queries.reports_of(actor=SECRETARY, round_id=told, person_id=world.person(5)) == [("away", "走亲戚", MONDAY + 2 * HOUR)]
    again = back(world, told, content)
    assert (again.created, again.unchanged) == (0, 12)
    assert queries.conservation(actor=cast.procedure(), round_id=told).holds


@pytest.mark.parametrize(
    ("number", "cells", "column", "reason"),
    [
        (5, {"class": "已采"}, "情况", "list.sampled-needs-a-tube"),
        (5, {"class": "按方案另采"}, "情况", "list.sampled-needs-a-tube"),
        (5, {"tube": "T1"}, "管号", "list.sampled-needs-a-tube"),
        (3, {"class": "已采"}, "情况", "list.sampled-needs-a-tube"),
        (0, {"class": "已采", "reason": "说过"}, "情况", "list.sampled-needs-a-tube"),
        (5, {"class": "在外已采"}, "证明", "roster.proof-missing"),
        (5, {"class": "生病"}, "情况", "list.class-unknown"),
        (5, {"reason": "走亲戚"}, "情况", "list.class-missing"),
        (5, {"class": "外出", "reason": "长" * 61}, "原因", "list.too-long"),
        (4, {"reason": "又改口"}, "原因", "list.reported-before"),
        (5, {"room": "999室"}, "房号", "list.fixed-cell"),
        (5, {"name": "王**"}, "姓名", "list.fixed-cell"),
        (5, {"result": "阴性"}, "结果", "list.fixed-cell"),
        (5, {"list": "上门：体弱"}, "名单", "list.fixed-cell"),
        (5, {"file_no": "mini-0023"}, "档案号", "list.person-unknown"),
        (5, {"file_no": "mini-0000"}, "档案号", "list.twice"),
        (5, {"round": "00000000"}, "轮次编号", "list.other-round"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_column_and_reason_and_the_others_land(
    world: cast.World, told: UUID, number: int, cells: dict[str, str], column: str, reason: str
) -> None:
    before = queries.roll_call(actor=SECRETARY, round_id=told).rows
    report = back(world, told, edited(told, {number: cells, 11: {"class": "外出"}}))
    assert [(row.row, row.column, row.reason) for row in report.refused] == [(3 + number, column, reason)]
    assert (report.created, report.unchanged) == (1, 10)
    after = queries.roll_call(actor=SECRETARY, round_id=told).rows
    assert {new.person_id for old, new in zip(before, after, strict=True) if old != new} == {world.person(11)}


def test_a_stale_list_neither_takes_back_a_swab_nor_reports_anew(world: cast.World, told: UUID) -> None:
    file = out(told)
    swab(world, tube(world, told, "T9", pool_size=10), world.person(5), world.person(4))
    report = back(world, told, file.content, actor=SECRETARY)
    assert (report.created, report.unchanged, report.refused) == (0, 12, ())
    row = next(row for row in queries.roll_call(actor=SECRETARY, round_id=told).rows if row.person_id == world.person(5))
    assert (row.state, row.contradicted) == ("sampled", False)


def test_a_file_without_the_class_or_that_is_no_sheet_is_refused_whole(world: cast.World, told: UUID) -> None:
    with pytest.raises(sheets.HeadingsMissing):
        back(world, told, "档案号,轮次编号\nmini-0005,1\n".encode())
    with pytest.raises(sheets.NotASheet):
        back(world, told, b"PK\x03\x04", "l.xlsx")
    with pytest.raises(NotAllowed):
        back(world, told, out(told).content, actor=cast.actor(Duty.AUDITOR))


def test_names_in_full_need_a_purpose_and_each_is_written_down(world: cast.World, told: UUID) -> None:
    assert "演安" not in out(told).content.decode("utf-8-sig")
    with pytest.raises(PurposeMissing):
        out(told, names="full")
    reads = Read.objects.count()
    client = client_of(Duty.GRID_WORKER)
    answer = client.get(f"/api/sampling/rounds/{told}/list?area={GRID1}&names=full", headers={"X-Purpose": "sampling"})
    assert "演安5" in answer.content.decode("utf-8-sig") and Read.objects.count() == reads + 12
    assert client.get(f"/api/sampling/rounds/{told}/list?area={GRID1}&names=full").status_code == 403


def test_a_positive_never_stands_in_a_list(world: cast.World, told: UUID) -> None:
    from epigrid.field.sampling.models import Tube

    for outcome in ("positive", "grey", "single-target", "invalid", ""):
        Tube.objects.seen_by(cast.procedure()).filter(label="T1").update(outcome=outcome)
        rows = sheets.read(out(told).content, "l.csv").rows
        assert {row[COLUMNS.index("result")] for row in rows} == {"待出结果", ""}
    Tube.objects.seen_by(cast.procedure()).filter(label="T1").update(outcome="negative")
    assert [row[COLUMNS.index("result")] for row in sheets.read(out(told).content, "l.csv").rows][:3] == ["阴性", "阴性", "待出结果"]


def test_the_page_names_the_refused_rows_and_takes_the_others(world: cast.World, told: UUID) -> None:
    client, where = client_of(Duty.COMMUNITY_SECRETARY), "/roll-call/lists/"
    page = client.get(where)
    assert page.status_code == 200 and str(GRID1) in page.content.decode()
    file = client.get(f"/act/sampling/list/?round_id={told}&area={COMMUNITY}")
    assert file["Content-Disposition"].endswith('.xlsx"')
    for sent, says in (({"look": "1"}, "尚未录入"), ({}, "")):
        upload = io.BytesIO(edited(told, {5: {"class": "已采"}, 11: {"class": "外出"}}))
        upload.name = "l.csv"
        shown = client.post("/act/sampling/list-upload/", {"round_id": str(told), "file": upload, **sent}, follow=True).content.decode()
        assert "拒绝1行" in shown and "采样须随采样管录入" in shown and says in shown
    assert next(row for row in queries.roll_call(actor=SECRETARY, round_id=told).rows if row.person_id == world.person(11)).state == "away"
    for bad in ({}, {"round_id": "x"}, {"round_id": str(told), "area": "next/"}, {"round_id": str(told), "area": str(GRID1), "form": "pdf"}):
        assert client.get("/act/sampling/list/", bad).status_code in (400, 404, 422), bad


TEXT = st.text(alphabet="=+-@'\"07 ,;外\t\n无", max_size=12).map(str.strip)


@given(rows=st.lists(st.lists(TEXT, min_size=4, max_size=4), max_size=8), form=st.sampled_from(spreadsheets.FORMS))
def test_every_text_that_goes_out_comes_back(rows: list[list[str]], form: str) -> None:
    sheet = spreadsheets.Outgoing(title="演练", headings=("甲", "乙", "丙", "丁"), rows=rows)
    content, _media = spreadsheets.written(sheet, form)
    found = sheets.read(content, f"x.{form}")
    assert [[cell.replace("\r\n", "\n") for cell in row] for row in found.rows] == [list(row) for row in rows]


REPORTED = st.sampled_from([("away", "", "a", ""), ("exempt", "", "", ""), ("sampled", "elsewhere", "", "p")])


@given(
    state=st.sampled_from(list(formats.CLASSES)),
    said=st.sampled_from(list(formats.CLASSES)),
    reason=st.sampled_from(["", "a"]),
    proof=st.sampled_from(["", "p"]),
    reported=st.sets(REPORTED),
)
def test_no_line_ever_reports_a_swab_and_a_report_made_once_is_not_made_again(
    state: tuple[str, str], said: tuple[str, str], reason: str, proof: str, reported: set[tuple[str, str, str, str]]
) -> None:
    line = Said(row=1, file_no="1", round_code="r", state=said[0], way=said[1], reason=reason, proof=proof)
    known = Listed(person_id=UUID(int=1), state=state[0], way=state[1], fixed={}, tubes=(), reported=reported, mine=set())
    first = judge_line_of_list(line, known, round_code="r")
    assert isinstance(first, Refused) or first == "unchanged" or first in {"exempt", "away", "declined", "unreachable", "elsewhere"}
    if isinstance(first, str) and first != "unchanged":
        after = {*reported, (said[0], said[1], reason, proof)}
        made = Listed(person_id=UUID(int=1), state=state[0], way=state[1], fixed={}, tubes=(), reported=after, mine={said})
        assert judge_line_of_list(line, made, round_code="r") == "unchanged"
