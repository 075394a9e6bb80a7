"""A printed roll-call: every row is read back by a code reader, and what is scanned becomes reports or is named line by line. All people are invented."""

import io
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.models import RollReport, Swab
from epigrid.field.sampling.pages import rolls
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.store import printing
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, GRID1, GRID2, MONDAY
from tests.doors.world import client_of, digest, post
from tests.field.sampling.test_table import SECRETARY, order_round, round_id, swab, tube

__all__ = ["round_id"]
WORKER = cast.actor(Duty.GRID_WORKER)
CODES = {state: code for code, state in rules.CLASS_CODES.items()}


def row_of(world: cast.World, round_id: UUID, number: int) -> str:
    return rules.row_code(round_id=round_id, building_id=world.place("b1"), person_id=world.person(number))


def scan(world: cast.World, round_id: UUID, *lines: str, actor: Any = WORKER) -> actions.ScanReport:
    return actions.scan_back(actor=actor, round_id=round_id, text="\n".join(lines), now=MONDAY, cause=world.root_cause)


def faults(found: actions.ScanReport) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in found.refused]


def states(round_id: UUID) -> dict[UUID, str]:
    return {row.person_id: row.state for row in queries.roll_call(actor=SECRETARY, round_id=round_id).rows}


@given(st.integers(0, 10**12 - 1), st.data())
def test_every_wrong_digit_and_every_two_that_changed_places_are_found(payload: int, data: st.DataObject) -> None:
    code = rules.checked(f"{payload:012d}")
    assert (len(code), rules.sound(code)) == (14, True)
    place = data.draw(st.integers(0, 13))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    assert not rules.sound(code[:place] + other + code[place + 1 :])
    if place < 13 and code[place] != code[place + 1]:
        assert not rules.sound(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_a_row_has_another_code_in_another_round_and_building_and_the_rows_of_a_round_are_told_apart() -> None:
    people, buildings, rounds = [uuid4() for _ in range(500)], [uuid4(), None], [uuid4(), uuid4()]
    codes = {rules.row_code(round_id=one, building_id=two, person_id=three) for one in rounds for two in buildings for three in people}
    assert len(codes) == 2000
    fixed = rules.row_code(round_id=UUID(int=1), building_id=UUID(int=2), person_id=UUID(int=3))
    assert rules.row_code(round_id=UUID(int=1), building_id=UUID(int=2), person_id=UUID(int=3)) == fixed


def test_no_class_of_the_legend_says_sampled_here() -> None:
    classes = {rules.class_of(state) for state in rules.CLASS_CODES.values()}
    assert classes == {("away", ""), ("exempt", ""), ("declined", ""), ("unreachable", ""), ("sampled", "elsewhere")}


def test_a_scan_reports_each_row_and_the_same_scan_again_changes_nothing(world: cast.World, round_id: UUID) -> None:
    lines = [row_of(world, round_id, 0), CODES["away"], row_of(world, round_id, 1), CODES["declined"]]
    found = scan(world, round_id, *lines)
    assert (found.taken, found.refused, found.new) == (((1, world.person(0), "away"), (3, world.person(1), "declined")), (), 2)
    assert {number: states(round_id)[world.person(number)] for number in (0, 1, 2)} == {0: "away", 1: "declined", 2: "open"}
    before = digest()
    again = scan(world, round_id, *lines)
    assert (again.taken, again.new, digest()) == (found.taken, 0, before)


def test_side_by_side_with_hyphens_blanks_and_wide_digits_is_the_same_scan(world: cast.World, round_id: UUID) -> None:
    row, other = row_of(world, round_id, 0), row_of(world, round_id, 1)
    grouped = "-".join(row[place : place + 4] for place in range(0, 14, 4))
    wide = other.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    found = scan(world, round_id, "", f"  {grouped}\t{CODES['away']}", "", f"{wide},{CODES['exempt']};")
    assert (found.taken, found.refused) == (((2, world.person(0), "away"), (4, world.person(1), "exempt")), ())


def test_what_is_misread_unknown_or_out_of_order_is_named_by_its_line_and_the_rest_is_taken(world: cast.World, round_id: UUID) -> None:
    rows = [row_of(world, round_id, number) for number in range(6)]
    wrong = rows[1][:-1] + str((int(rows[1][-1]) + 1) % 10)
    unknown = rules.row_code(round_id=round_id, building_id=world.place("b1"), person_id=uuid4())
    lines = [
        rows[0], CODES["away"],
        wrong, CODES["away"],
        unknown, CODES["away"],
        rows[2], "9000",
        rows[3],
        rows[4], "9895",
        "mini-0005",
        rows[5], CODES["exempt"],
        rows[0], CODES["exempt"],
        rows[5],
    ]  # fmt: skip
    found = scan(world, round_id, *lines)
    assert found.taken == ((1, world.person(0), "away"), (13, world.person(5), "exempt"))
    assert faults(found) == [
        (3, "scan.misread"),
        (4, "scan.row-missing"),
        (5, "scan.row-unknown"),
        (7, "scan.class-missing"),
        (8, "scan.misread"),
        (9, "scan.class-missing"),
        (10, "scan.class-missing"),
        (11, "scan.class-unknown"),
        (12, "scan.misread"),
        (15, "scan.twice"),
        (17, "scan.class-missing"),
    ]
    assert sorted(state for state in states(round_id).values() if state != "open") == ["away", "exempt"]


def test_a_class_behind_a_misread_row_never_lands_on_the_row_before_it(world: cast.World, round_id: UUID) -> None:
    first, second = row_of(world, round_id, 0), row_of(world, round_id, 1)
    found = scan(world, round_id, first, second[:-1], CODES["declined"])
    assert (found.taken, set(states(round_id).values())) == ((), {"open"})
    assert faults(found) == [(1, "scan.class-missing"), (2, "scan.misread"), (3, "scan.row-missing")]


def test_elsewhere_needs_its_proof_in_the_next_line_and_sampled_is_never_taken_from_paper(world: cast.World, round_id: UUID) -> None:
    row, other = row_of(world, round_id, 0), row_of(world, round_id, 1)
    found = scan(world, round_id, row, CODES["elsewhere"], "演练第二医院 11-20 09:00", other, CODES["elsewhere"])
    assert (found.taken, faults(found)) == (((1, world.person(0), "elsewhere"),), [(4, "roster.proof-missing")])
    assert RollReport.objects.get().proof == "演练第二医院 11-20 09:00"
    for said in ("sampled", "已采样", "9605", rules.checked("90")):
        assert faults(scan(world, round_id, other, said))[-1][1] in ("scan.misread", "scan.class-unknown")
    assert Swab.objects.count() == 0 and states(round_id)[world.person(1)] == "open"
    assert faults(scan(world, round_id, other, CODES["elsewhere"], "x" * 61)) == [(1, "list.too-long")]


def test_whoever_was_sampled_stays_it_and_whoever_was_struck_off_is_refused(world: cast.World, round_id: UUID) -> None:
    swab(world, tube(world, round_id, "T1"), world.person(0))
    actions.strike_off(actor=SECRETARY, round_id=round_id, person_id=world.person(1), reason="moved-out", now=MONDAY, cause=world.root_cause)
    found = scan(world, round_id, row_of(world, round_id, 0), CODES["away"], row_of(world, round_id, 1), CODES["away"])
    assert (states(round_id)[world.person(0)], faults(found)) == ("sampled", [(3, "roster.not-on-roster")])
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds


def test_another_grids_row_another_rounds_row_and_an_unknown_one_are_the_same_refusal(world: cast.World, round_id: UUID) -> None:
    other = order_round(world)
    for code in (row_of(world, round_id, 12), row_of(world, other, 0)):
        found = scan(world, round_id, code, CODES["away"], actor=cast.actor(Duty.GRID_WORKER, area=GRID1))
        assert (found.taken, faults(found)) == ((), [(1, "scan.row-unknown")])
    assert scan(world, round_id, row_of(world, round_id, 12), CODES["away"], actor=cast.actor(Duty.GRID_WORKER, area=GRID2)).new == 1


def test_without_the_duty_and_in_a_closed_round_nothing_is_taken(world: cast.World, round_id: UUID) -> None:
    lines = (row_of(world, round_id, 0), CODES["away"])
    with pytest.raises(NotAllowed):
        scan(world, round_id, *lines, actor=cast.actor(Duty.LABORATORY))
    actions.close_round(actor=SECRETARY, round_id=round_id, now=MONDAY + DAY, cause=world.root_cause)
    with pytest.raises(rules.RoundNotOpen):
        scan(world, round_id, *lines)
    assert RollReport.objects.count() == 0


def test_the_machine_door_says_what_became_of_each_line_and_a_second_time_the_same(world: cast.World, round_id: UUID) -> None:
    body = {"round_id": round_id, "scans": f"{row_of(world, round_id, 0)}\r\n{CODES['away']}\r\n12345"}
    client, path = client_of(Duty.GRID_WORKER), "/api/sampling/rounds/scan-back"
    rows = ["new:1", f"taken:1:{world.person(0)}:away", "refused:3:scan.misread"]
    assert post(client, path, "sampling.scan-back", body).json()["rows"] == rows
    facts = Fact.objects.count()
    assert post(client, path, "sampling.scan-back", body).json()["replayed"]
    assert post(client, path, "sampling.scan-back", body, command_id="other").json()["rows"] == ["new:0", *rows[1:]]
    assert Fact.objects.count() == facts


def drawn(world: cast.World, round_id: UUID, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, printing.Roll]:
    """The building's sheet as the page prints it, and what it was made from."""
    made: list[printing.Roll] = []
    plain = printing.roll_pdf

    def keep(roll: printing.Roll) -> bytes:
        made.append(roll)
        return plain(roll)

    monkeypatch.setattr(rolls.printing, "roll_pdf", keep)
    answer = client_of(Duty.GRID_WORKER).get(f"/roll-call/{world.place('b1')}/?print=1")
    assert answer["Content-Type"] == "application/pdf"
    return bytes(answer.content), made[0]


def read(page: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"QRCode": [], "Code128": []}
    for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)), formats=zxingcpp.BarcodeFormat.QRCode | zxingcpp.BarcodeFormat.Code128):
        found.setdefault(one.format.name, []).append(one.text)
    return found


def test_every_row_of_the_printed_sheet_is_read_by_both_codes_and_scanned_back(
    world: cast.World, round_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf, roll = drawn(world, round_id, monkeypatch)
    codes = [row_of(world, round_id, number) for number in range(12)]
    assert [row.code for row in roll.rows] == codes, "in walking order, the worker's own grid only"
    [page] = printing.roll_pictures(roll)
    found = read(page)
    assert found["QRCode"] == codes
    assert sorted(set(found["Code128"])) == sorted([*codes, *rules.CLASS_CODES])
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert all(word in text.replace(" ", "") for word in ("演练花园小区1号楼", "mini-0011", "外出", "在外已采", "演**")) and "演安" not in text
    told = scan(world, round_id, *(line for code in found["QRCode"] for line in (code, CODES["unreachable"])))
    assert (len(told.taken), told.new, told.refused) == (12, 12, ())
    assert [states(round_id)[world.person(number)] for number in range(13)] == ["unreachable"] * 12 + ["open"]


def test_a_great_building_has_its_legend_on_every_page_and_the_same_bytes_twice() -> None:
    codes = [rules.row_code(round_id=UUID(int=1), building_id=UUID(int=2), person_id=UUID(int=number)) for number in range(40)]
    rows = [printing.RollRow(cells=(f"{number}室", "演**", "open"), code=code) for number, code in enumerate(codes)]
    roll = printing.Roll(
        title="演练", subtitle="", hint="", columns=("a", "b", "c", "d"), rows=rows, date=MONDAY.date(), watermark="演练",
        legend=[(state, code) for code, state in rules.CLASS_CODES.items()],
    )  # fmt: skip
    pages = [read(page) for page in printing.roll_pictures(roll)]
    assert [code for page in pages for code in page["QRCode"]] == codes
    assert len(pages) == 3 and all(set(rules.CLASS_CODES) <= set(page["Code128"]) for page in pages)
    assert printing.roll_pdf(roll) == printing.roll_pdf(roll)


def test_a_scan_of_many_rows_asks_no_more_questions_than_one_of_few(world: cast.World, round_id: UUID) -> None:
    def questions(*numbers: int) -> int:
        lines = [line for number in numbers for line in (row_of(world, round_id, number), CODES["away"])]
        with CaptureQueriesContext(connection) as asked:
            assert scan(world, round_id, *lines).new == len(numbers)
        return len(asked)

    questions(11)
    assert questions(0, 1) == questions(*range(2, 11))
