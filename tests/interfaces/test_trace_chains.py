"""`epigrid trace chains` of line lists as they come. All cases are invented but those of the Go.Data training set, which its makers invented."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from epigrid.engine.tracing.chains import REFUSED
from epigrid.interfaces import cli
from epigrid.interfaces.cli.trace.words import REASONS
from tests.conftest import SHARED

SERIAL = ("--mean-days", "5", "--sd-days", "3", "--lowest-days", "1", "--highest-days", "12")
CASES = ("病例编号,姓名,发病日期,采样日期", "甲,某人,02/01/2020,", "乙,某人,06/01/2020,", "丙,某人,,09/01/2020", "丁,某人,09/01/2020,")
LINKS = ("来源病例,病例,关系,接触分钟", "甲,乙,家庭,600", "乙,丙,同事,30", "丁,丙,同事,30", "戊,甲,家庭,", "乙,乙,家庭,", "甲,丁,家庭,很久")
DAY_FIRST = '{"dates": "dmy", "columns": {"姓名": ""}}'


def text(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `epigrid trace chains ...`; (exit code, standard error, answers, rejects)."""

    def run(*words: object, serial: tuple[str, ...] = SERIAL, language: str = "en") -> tuple[int, str, list[dict[str, str]], list[dict[str, str]]]:
        out, rejects = tmp_path / "out.csv", tmp_path / "rejects.csv"
        out.unlink(missing_ok=True)
        rejects.unlink(missing_ok=True)
        given = ["trace", "chains", *map(str, words), *serial, "--out", str(out), "--rejects", str(rejects), "--language", language]
        code = cli.main(given)
        return code, capsys.readouterr().err, rows_of(out) if out.exists() else [], rows_of(rejects) if rejects.exists() else []

    return run


def listed(folder: Path, *, cases: tuple[str, ...] = CASES, links: tuple[str, ...] = LINKS, encoding: str = "gbk") -> tuple[object, ...]:
    return "--cases", text(folder / "cases.csv", *cases, encoding=encoding), "--links", text(folder / "links.csv", *links, encoding=encoding)


def test_a_line_list_in_gbk_with_the_day_first_gives_trees_by_its_mapping(tmp_path: Path, say: Any) -> None:
    code, err, rows, rejects = say(*listed(tmp_path), "--reading", text(tmp_path / "how.json", DAY_FIRST))
    found = [(row["case"], row["source"], row["generation"], row["root"], row["interval_days"], row["link"]) for row in rows]
    assert (code, sorted(found)) == (
        0,
        sorted(
            [("甲", "", "0", "甲", "", ""), ("乙", "甲", "1", "甲", "4", "家庭"), ("丙", "乙", "2", "甲", "3", "同事"), ("丁", "", "0", "丁", "", "")]
        ),
    )
    assert [tuple(row.values()) for row in rejects] == [
        ("links.csv", "7", "接触分钟", "line.minutes-unreadable", "no"),
        ("links.csv", "5", "来源病例", "line.case-unknown", "no"),
        ("links.csv", "6", "病例", "line.same-case", "no"),
    ]
    assert "taken 4 cases and 3 links of 10 rows; 4 rows of answers" in err
    assert f"1 linked pairs can be no transmission: {REASONS['same-moment'][1]}" in err
    assert "某人" not in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_a_date_whose_order_nobody_said_is_refused_by_row_under_the_files_own_heading(tmp_path: Path, say: Any) -> None:
    code, err, rows, rejects = say(*listed(tmp_path, cases=(*CASES, "己,某人,14/01/2020,")), language="zh")
    assert (code, [row["case"] for row in rows]) == (0, ["己"])
    refused = [(row["file"], row["row"], row["column"]) for row in rejects if row["reason"] == "line.date-ambiguous"]
    assert refused == [("cases.csv", "2", "发病日期"), ("cases.csv", "3", "发病日期"), ("cases.csv", "4", "采样日期"), ("cases.csv", "5", "发病日期")]
    assert "拒收 3 行，发病日期：日期的日、月顺序不明" in err
    code, err, rows, rejects = say(*listed(tmp_path))
    assert (code, rows, len(rejects)) == (2, [], 10), "nobody is left, and every row says why"
    assert "tracing.nothing-taken" in err


def test_own_headings_are_given_by_one_mapping_for_both_files(tmp_path: Path, say: Any) -> None:
    files = listed(tmp_path, cases=("Nummer;Erkrankt", "1;2020-01-02", "2;2020-01-06"), links=("Wer;Wen", "1;2"), encoding="utf-8-sig")
    how = 'columns = {Nummer = "case", Erkrankt = "onset", Wer = "source", Wen = "target"}'
    code, _, rows, rejects = say(*files, "--reading", text(tmp_path / "how.toml", how))
    assert (code, [(row["case"], row["source"]) for row in rows], rejects) == (0, [("1", ""), ("2", "1")], [])
    for wrong in (how.replace("Wer", "Wessen"), how.replace('"onset"', '"onsett"'), how + "\norder = 1"):
        code, err, rows, _ = say(*files, "--reading", text(tmp_path / "how.toml", wrong))
        assert (code, rows) == (2, [])
        assert "mapping" in err


def test_the_order_of_rows_changes_nothing(tmp_path: Path, say: Any) -> None:
    how = ("--reading", text(tmp_path / "how.json", DAY_FIRST))
    one = say(*listed(tmp_path), *how)[2]
    assert say(*listed(tmp_path, cases=(CASES[0], *CASES[:0:-1]), links=(LINKS[0], *LINKS[:0:-1])), *how)[2] == one


def test_no_serial_interval_is_assumed_and_an_impossible_one_is_refused(tmp_path: Path, say: Any) -> None:
    for left_out in range(0, len(SERIAL), 2):
        with pytest.raises(SystemExit):
            say(*listed(tmp_path), serial=SERIAL[:left_out] + SERIAL[left_out + 2 :])
    code, err, rows, _ = say(*listed(tmp_path), "--reading", text(tmp_path / "how.json", DAY_FIRST), serial=(*SERIAL[:-1], "3"))
    assert (code, rows) == (2, [])
    assert "chains.serial-interval-wrong" in err


def test_links_stand_in_place_of_an_index_and_never_beside_one(tmp_path: Path, say: Any) -> None:
    files = listed(tmp_path)
    for words in (
        (*files, "--index", tmp_path),
        (*files, "--query", "x"),
        files[2:],
        files[:2],
        (*files[:2], "--index", tmp_path, "--reading", "godata"),
    ):
        code, err, rows, rejects = say(*words)
        assert (code, rows, rejects) == (2, [], [])
        assert "refused" in err


def test_the_answer_says_that_it_comes_from_a_line_list(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    how = text(tmp_path / "how.json", DAY_FIRST)
    assert cli.main(["trace", "chains", *map(str, listed(tmp_path)), "--reading", str(how), *SERIAL, "--out", str(out)]) == 0
    assert pq.read_schema(out).metadata[b"epigrid.source"] == b"line-list"


def test_every_reason_why_a_pair_is_no_candidate_has_words() -> None:
    assert set(REFUSED) <= REASONS.keys()


GODATA = SHARED / "godata_contact_tracing" / "analytics" / "r-reporting" / "data"


@pytest.mark.data
def test_the_training_outbreak_of_godata_gives_the_sources_that_its_links_and_onsets_allow(say: Any) -> None:
    """Counted again from the two files without the importer."""
    cases, links = GODATA / "cases_clean.csv", GODATA / "relationships_clean.csv"
    code, _, rows, rejects = say("--cases", cases, "--links", links, "--reading", "godata", serial=(*SERIAL[:-1], "30"))
    onset = {row["uuid"]: date.fromisoformat(row["date_of_onset"]) for row in rows_of(cases) if row["date_of_onset"] not in ("", "NA")}
    pairs = {(row["source_uuid"], row["target_uuid"]) for row in rows_of(links)}
    both = [pair for pair in pairs if onset.keys() >= set(pair)]
    days = {(a, b) if onset[a] < onset[b] else (b, a): abs((onset[b] - onset[a]).days) for a, b in both}
    assert code == 0
    assert {row["case"] for row in rows} == onset.keys()
    possible = {pair for pair, between in days.items() if 1 <= between <= 30}
    assert {(row["source"], row["case"]) for row in rows if row["source"]} == possible
    assert len(possible) == 12
    assert Counter(row["reason"] for row in rejects) == {"line.moment-missing": 5, "line.case-unknown": 81}, "contacts and events are no cases"
