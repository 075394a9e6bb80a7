"""The files of the exercise `huaiyuan`: what is written is what the county's importers read; and the community and truth behind them."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from stdnum.iso7064 import mod_11_2

from epigrid.command.exercises import formats
from epigrid.engine.spread.community import Community, full_names, generate
from epigrid.engine.spread.presences import Scan, Truth, invent
from epigrid.field.laboratory import formats as laboratory
from epigrid.field.laboratory.rules import ResultRow
from epigrid.registers.people import formats as people
from epigrid.registers.people.rules import ResidentRow
from epigrid.response.tracing import formats as tracing
from epigrid.response.tracing.formats import ScanRow
from epigrid.store import sheets

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2022, 11, 21, tzinfo=ZONE)
PLAN = formats.load_plan(Path(__file__).parents[3] / "exercises" / "huaiyuan.toml")


@cache
def world() -> Community:
    return generate("huaiyuan", PLAN.shape)


@cache
def log() -> tuple[list[Scan], Truth]:
    return invent(world(), midnight=MIDNIGHT, seed=PLAN.seed + 1)


@cache
def scans_file() -> bytes:
    everybody = world().people + world().guests
    return formats.scans_csv(log()[0], {person.key: person.phone for person in everybody}, full_names(world().places))


def test_the_roster_is_read_back_row_by_row_without_a_refusal() -> None:
    sheet = sheets.read(formats.roster_xlsx(world().people, world().places), "roster.xlsx")
    rows = [people.resident_row(number, cells) for number, cells in sheets.pick(sheet, names=people.HEADINGS, needed=people.NEEDED)]
    read = [row for row in rows if isinstance(row, ResidentRow)]
    assert len(read) == len(rows) == 4000
    names = full_names(world().places)
    assert [(row.name, row.document, row.phone, row.dwelling) for row in read] == [
        (person.name, person.document, person.phone, names[person.room]) for person in world().people
    ]


def test_the_roster_says_that_it_is_invented_and_everybody_is_recognisable() -> None:
    assert "演练 虚构数据" in formats.SAYS
    for person in world().people + world().guests:
        assert "演" in person.name
        assert person.document.startswith("999999") and mod_11_2.is_valid(person.document)
        assert not person.phone or (len(person.phone) == 11 and person.phone.startswith("1000"))


def test_the_community_has_exactly_the_numbers_of_the_procedures() -> None:
    kinds = Counter(place.kind for place in world().places)
    assert (kinds["compound"], kinds["building"], kinds["hotel"]) == (10, 36, 2)
    assert (len(world().people), len(world().guests)) == (4000, 35)
    big = [person for person in world().people if person.room.startswith("c01/b01/")]
    tower = {person.room for person in world().people if person.room.startswith("c02/b02/")}
    assert (len(big), len(tower)) == (735, 204)


def test_s_036_every_dwelling_lies_in_exactly_one_grid() -> None:
    grids = [area for area, level, _ in world().areas if level == "grid"]
    homes = [place for place in world().places if place.kind in ("room", "bungalow") and not place.path.startswith(("hotel/", "site/"))]
    assert {person.room for person in world().people} <= {home.path for home in homes}
    for home in homes:
        assert sum(home.area.startswith(grid) for grid in grids) == 1, home.path


def test_the_scans_are_read_back_and_are_the_presences() -> None:
    sheet = sheets.read(scans_file(), "scans.csv")
    rows = [tracing.scan_row(number, cells, ZONE) for number, cells in sheets.pick(sheet, names=tracing.HEADINGS, needed=tracing.NEEDED)]
    read = [row for row in rows if isinstance(row, ScanRow)]
    assert len(read) == len(rows) == len(log()[0])
    assert [(row.scan, row.at, row.until) for row in read] == [(scan.number, scan.at, scan.until) for scan in log()[0]]


def test_the_laboratory_file_is_gbk_and_is_read_back() -> None:
    at = datetime(2022, 11, 21, 17, 0, tzinfo=UTC).astimezone(ZONE)
    content = formats.results_csv([("YL001", at, 31.5, 33.0, "阳性"), ("YL002", at, None, None, "阴性"), ("YL003", at, None, None, "无效")])
    assert "管号" in content.decode("gbk")
    sheet = sheets.read(content, "results.csv")
    rows = [laboratory.result_row(number, cells, ZONE) for number, cells in sheets.pick(sheet, names=laboratory.HEADINGS, needed=laboratory.NEEDED)]
    assert [(row.label, row.orf_ct, row.stated) for row in rows if isinstance(row, ResultRow)] == [
        ("YL001", 31.5, "positive"), ("YL002", None, "negative"), ("YL003", None, "invalid"),
    ]  # fmt: skip


def test_the_truth_is_the_set_of_those_planned_and_is_found_again_by_brute_force() -> None:
    scans, truth = log()
    seconds: Counter[str] = Counter()
    for mine in (scan for scan in scans if scan.person == truth.index):
        for other in scans:
            if other.person != truth.index and other.place == mine.place and other.at < mine.until and other.until > mine.at:
                seconds[other.person] += int((min(other.until, mine.until) - max(other.at, mine.at)).total_seconds())
    assert dict(seconds) == truth.present
    assert set(seconds) == {*truth.by_scan, *truth.rejected}
    assert (len(truth.household), len(truth.tube_mates), len(truth.by_scan), len(truth.rejected)) == (2, 7, 11, 3)


def test_nobody_of_the_tube_and_nobody_told_of_is_in_the_truth_of_scans() -> None:
    truth = log()[1]
    assert not {*truth.household, *truth.tube_mates, truth.by_interview} & set(truth.present)


def test_the_same_seed_gives_the_same_people_and_scans_and_another_seed_others() -> None:
    again = generate("huaiyuan", PLAN.shape)
    assert again.people == world().people
    assert invent(again, midnight=MIDNIGHT, seed=PLAN.seed + 1) == log()
    other = generate("huaiyuan", type(PLAN.shape)(seed=PLAN.seed + 7))
    assert [person.name for person in other.people] != [person.name for person in world().people]


def test_the_tree_changes_nothing_but_the_areas() -> None:
    live = generate("huaiyuan-live", PLAN.shape)
    assert live.people == world().people
    assert {place.area.split("/", 1)[1] for place in live.places} == {place.area.split("/", 1)[1] for place in world().places}


@pytest.mark.parametrize("text", ["", "[exercise]\nname='x'", "not toml ["])
def test_a_broken_plan_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(formats.PlanRefused):
        formats.load_plan(path)
