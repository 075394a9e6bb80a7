"""`epigrid policy`: what a county's officer reads and is refused at the command line, without a database."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.interfaces import cli
from epigrid.interfaces.cli import columns
from epigrid.registers.policies import formats, queries

OVERLAY = """
[pack]
id = "county"
disease = "covid-19"
title = "A county"
kind = "overlay"
level = "county"
area = "shanxi/taiyuan/loufan/"
valid_from = 2022-11-11
[hold]
max_hours = { value = 12, source = "county paper 3", confidence = "P" }
"""


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `epigrid policy ...`; (exit code, output). No test here asks for the database, so opening it is an error."""

    def run(*words: str, language: str = "en") -> tuple[int, str]:
        code = cli.main(["policy", *words, "--language", language])
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def local(tmp_path: Path, settings: Any) -> Path:
    """A folder of local packs, in use."""
    settings.EPIGRID_PACKS_DIR = str(tmp_path)
    return tmp_path


def test_check_lists_every_file_with_its_period_and_counts(say: Any) -> None:
    code, text = say("check")
    assert code == 0
    files = [path.name for folder in formats.SHIPPED for path in folder.glob("*.toml")]
    assert len(files) > 20
    assert all(name in text for name in files)
    line = next(line.split() for line in text.splitlines() if line.startswith("cn-2022-20.toml"))
    assert line[1:4] == ["cn-2022-20", "pack", "2022-11-11..2022-11-21"]
    pack = queries.library().packs["cn-2022-20"]
    values = [value for table in pack.clauses.values() for value in table.values()]
    unset = sum(value.unset for value in values)
    assert list(map(int, line[4:])) == [len(values) - unset, unset, 0]
    assert f"{len(files)} files can be taken, 0 refusals" in text


def test_check_names_file_line_key_and_reason_of_what_is_refused(say: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(OVERLAY.replace("value = 12", "value = 500"))
    code, text = say("check", str(tmp_path))
    assert code == 1
    line = next(line for line in text.splitlines() if line.startswith("bad.toml"))
    assert line.split(maxsplit=3) == ["bad.toml", "11", "hold.max_hours", "500 is outside 1..72 hours"]


def test_check_refuses_files_that_do_not_fit_together(say: Any, tmp_path: Path) -> None:
    (tmp_path / "double.toml").write_text(OVERLAY.replace('"county"\ndisease', '"mpox"\ndisease'))
    code, text = say("check", str(tmp_path))
    assert code == 1
    assert "has the same id" in text
    (tmp_path / "double.toml").write_text(OVERLAY)
    assert say("check", str(tmp_path))[0] == 0


def test_show_says_value_unit_confidence_source_pack_what_is_unset_and_what_conflicts(say: Any) -> None:
    code, text = say("show", "cn-2022-20-4docs")
    assert code == 0
    lines = text.splitlines()
    assert [line.split()[:4] for line in lines if line.startswith("transfer_hours")][0] == ["transfer_hours", "8", "hours", "S"]
    assert "another source: 12 (S" in text
    assert next(line for line in lines if line.startswith("max_hours")).split()[1] == "unset"
    assert max(map(columns.width, lines)) <= columns.WIDTH
    assert "密切接触者" in say("show", "cn-2022-20-4docs", language="zh")[1]


def test_show_of_an_area_and_a_day_merges_its_overlays(say: Any, local: Path) -> None:
    (local / "county.toml").write_text(OVERLAY)
    queries.forget()
    there, elsewhere = (say("show", "--on", "2022-11-22", "--area", area)[1] for area in ("shanxi/taiyuan/loufan/x/", "shanxi/taiyuan/"))
    hours = [next(line.split() for line in text.splitlines() if line.startswith("max_hours")) for text in (there, elsewhere)]
    assert hours[0][1:] == ["12", "hours", "P", "county", "paper", "3", "county"]
    assert hours[1][1] == "unset"
    assert "taiyuan-travel-2022-11-22" in elsewhere


def test_diff_is_a_table_grouped_by_clause_in_both_languages(say: Any) -> None:
    code, text = say("diff", "cn-2022-v9", "cn-2022-20")
    assert code == 0
    block = text.partition("[stay.contact]")[2].partition("\n[")[0]
    assert "密切接触者管理措施 / Close contacts: the measure" in block.splitlines()[0]
    row = next(line for line in block.splitlines() if line.startswith("site_days"))
    assert "集中隔离天数 / at a site [days]" in row
    assert row.split()[-2:] == ["7", "5"]
    assert max(map(columns.width, text.splitlines())) <= columns.WIDTH
    assert say("diff", "cn-2022-20", "cn-2022-20")[1].endswith("\n0 differences\n")


def test_diff_as_json_holds_what_the_table_holds(say: Any) -> None:
    found = json.loads(say("diff", "cn-2022-v9", "2022-11-22", "--json")[1])
    left, right = queries.pack_clauses("cn-2022-v9"), queries.pack_clauses("cn-2022-20-4docs")
    assert sorted((one["table"], one["field"], one["a"], one["b"]) for one in found["differences"]) == sorted(formats.diff_rows(left, right))
    assert found["b"]["packs"][-1] == "cn-2022-20-4docs"
    assert found["a"]["legal_class"] == "B-as-A"


def test_diff_of_an_area_and_a_day_shows_what_its_overlays_change(say: Any) -> None:
    found = json.loads(say("diff", "2022-11-22", "shanxi/taiyuan/@2022-11-22", "--json")[1])
    known = queries.library()
    overlays = {one.id: one for one in known.overlays}
    named = set(found["b"]["packs"]) - set(found["a"]["packs"])
    assert named == {one.id for one in known.overlays if one.area == "shanxi/taiyuan/" and one.in_force(date(2022, 11, 22))}
    assert len(named) > 1
    fields = {(table, name) for name_ in named for table, values in overlays[name_].clauses.items() for name in values}
    assert {(one["table"], one["field"]) for one in found["differences"]} <= fields
    assert found["differences"]


@pytest.mark.parametrize(("pack", "last"), [("cn-2021-v8", 21), ("cn-2021-v8-3zone", 21), ("cn-2022-v9", 10), ("cn-2022-20-4docs", 8)])
def test_s_095_explain_says_phases_tests_clause_edition_and_what_would_change_it(say: Any, pack: str, last: int) -> None:
    code, text = say("explain", "close-contact", "--last-exposure", "2022-01-10", "--pack", pack)
    assert code == 0
    free = date(2022, 1, 10) + timedelta(days=last + 1)
    for part in (
        "Quarantine at a site, then at home",
        "an order that binds",
        f"free from {free.isoformat()}",
        f"{pack}: stay.contact",
        queries.regime_of_pack(pack).digest[:12],
        "tests: 2022-01-11",
        "Art. 40(1)",
    ):
        assert part in text
    assert max(map(columns.width, text.splitlines())) <= columns.WIDTH


def test_explain_in_chinese_says_no_english_label(say: Any) -> None:
    text = say("explain", "close-contact", "--last-exposure", "2022-01-10", "--pack", "cn-2022-20", language="zh")[1]
    for label in ("Measure", "Binding", "Phase", "Counted from", "What would change it", "Clause", "Edition"):
        assert label not in text


def test_days_spent_elsewhere_are_taken_off(say: Any) -> None:
    text = say("explain", "close-contact", "--last-exposure", "2022-11-20", "--arrived", "2022-11-24", "--on", "2022-11-24")[1]
    assert "at a site: 2022-11-24 to 2022-11-25, 2 days" in text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("contact-of-contact", "--last-exposure", "2022-11-20", "--on", "2022-11-22"), "This regime does not know this class of people"),
        (("inbound", "--last-exposure", "2022-08-20", "--on", "2022-11-22"), "The day from which the days count is not known"),
        (("close-contact", "--last-exposure", "2023-02-01", "--pack", "cn-2023-bb"), "This regime does not know this class of people"),
    ],
)
def test_explain_says_in_words_why_there_is_no_measure(say: Any, words: tuple[str, ...], why: str) -> None:
    code, text = say("explain", *words)
    assert code == 1
    assert why in " ".join(text.split())


def test_explain_says_what_the_class_does_not_carry_and_what_nobody_has_set(say: Any, local: Path) -> None:
    head = '[pack]\nid = "{id}"\ndisease = "{id}"\ntitle = "t"\nkind = "pack"\nvalid_from = 2022-01-01\nlegal_class = "B"\n[stay.contact]\n'
    binds = 'mode = { value = "home", source = "s 1", confidence = "S" }\nhome_days = { value = 5, source = "s 1", confidence = "S" }\n'
    unset = 'mode = { value = "exclusion", source = "s 1", confidence = "S" }\nhome_days = { unset = true }\n'
    for name, body in (("binds", binds), ("unset", unset)):
        (local / f"{name}.toml").write_text(head.format(id=name) + body)
    queries.forget()
    code, text = say("explain", "close-contact", "--last-exposure", "2022-02-01", "--pack", "binds")
    assert (code, "does not carry this measure" in " ".join(text.split())) == (1, True)
    code, text = say("explain", "close-contact", "--last-exposure", "2022-02-01", "--pack", "unset")
    assert (code, "the county must set it" in " ".join(text.split())) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "cn-2019"),
        ("show",),
        ("show", "mpox", "--on", "2022-11-22"),
        ("show", "--on", "2022-11-31"),
        ("show", "--on", "2022-11-22", "--area", "shanxi/taiyuan"),
        ("diff", "cn-2022-v9", "cn-2019"),
        ("diff", "cn-2022-v9", "2022-13-01"),
        ("diff", "cn-2022-v9", "taiyuan-2022-09-29"),
        ("diff", "2019-12-01", "2022-11-22"),
        ("check", "no-such-folder"),
        ("explain", "dog", "--pack", "mpox"),
        ("explain", "close-contact", "--last-exposure", "9999-12-31", "--pack", "mpox"),
        ("explain", "close-contact", "--last-exposure", "2022-11-20", "--pack", "law-2025"),
        ("explain", "close-contact", "--last-exposure", "2022-11-20"),
        ("explain", "close-contact", "--last-exposure", "2022-11-20", "--on", "2022-11-22", "--disease", "plague"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_asked_is_one_clear_line_and_exit_code_2(say: Any, words: tuple[str, ...], language: str) -> None:
    code, text = say(*words, language=language)
    assert code == 2
    assert len(text.strip().splitlines()) == 1
    assert not text.startswith(("policy.", "input."))


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=200), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, limit: int) -> None:
    lines = columns.wrap(text, limit)
    assert all(columns.width(line) <= limit for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_columns_stand_under_each_other_with_chinese_text() -> None:
    lines = columns.table(("字段", "x"), [("密切接触者", "1"), ("ab", "2")])
    places = {columns.width(line[: line.index(mark)]) for line, mark in zip([lines[0], *lines[2:]], ("x", "1", "2"), strict=True)}
    assert places == {12}
