"""Stays against a naive walk, holes that are closed, laws that hold whatever the lists, and files that are refused."""

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import zone_replay
from epigrid.engine.replay import judging, report, snapshots, spells
from tests.conftest import SHARED
from tests.engine.replay import lists
from tests.engine.replay.lists import daily, judge, line, moment, rule_on, write

HIGH = {"high": ["安平镇安平村1号楼"]}
NAMES = ("安平镇", "安平镇安平村", "安平镇安平村1号楼", "安平镇安平村2号楼", "乐寿小区", "东城乐寿小区")
LISTS = st.fixed_dictionaries({level: st.lists(st.sampled_from(NAMES), max_size=4) for level in ("high", "medium", "low")})
PLANS = st.lists(st.tuples(st.integers(0, 60), LISTS), max_size=14)
Stay = tuple[tuple[str, ...], int, int, int | None]


def naive(lines: Sequence[Mapping[str, Any]]) -> set[Stay]:
    """(place, level, first moment, moment of the exit) of every stay: each area walks through all lists by itself. Knows nothing of the engine."""
    ordered = sorted(lines, key=lambda one: (one["save_time_unix"], min(one["update_time_unix"], one["save_time_unix"]), one["file"]))
    moments: list[int] = []
    states: list[dict[tuple[str, ...], int]] = []
    for one in ordered:
        moments.append(max([min(one["update_time_unix"], one["save_time_unix"]), *moments[-1:]]))
        state: dict[tuple[str, ...], int] = {}
        for level, key in enumerate(("lowlist", "middlelist", "highlist"), 1):
            for entry in one[key]:
                for name in entry["communitys"]:
                    state[entry["province"], entry["city"], entry["county"], snapshots.written(name)] = level
        states.append(state)
    found: set[Stay] = set()
    for area in {area for state in states for area in state}:
        runs: list[tuple[int, int]] = []
        for index, state in enumerate(states):
            level = state.get(area, 0)
            if level == (runs[-1][1] if runs else 0):
                continue
            if len(runs) > 1 and level and runs[-2][1] == level and moments[index] - moments[runs[-1][0]] <= 15 * 3600:
                runs.pop()
            else:
                runs.append((index, level))
        for number, (start, level) in enumerate(runs):
            end = moments[runs[number + 1][0]] if number + 1 < len(runs) else None
            if level:
                found.add((area, level, moments[start], end))
    return found


def found(path: Path) -> set[Stay]:
    record = snapshots.read(path)
    at = [snapshot.at for snapshot in record.snapshots]
    areas = [(*area.county, area.text) for area in record.areas]
    return {(areas[one.area], one.level, at[one.start], None if one.end is None else at[one.end]) for one in spells.find(record)}


def plan_lines(plan: Sequence[tuple[int, Mapping[str, Sequence[str]]]]) -> list[dict[str, Any]]:
    return [line(moment(0, 9 + 5 * step), levels, file=f"{number:03}") for number, (step, levels) in enumerate(plan)]


@given(PLANS)
def test_stays_are_those_of_a_naive_walk(tmp_path: Path, plan: list[tuple[int, Mapping[str, Sequence[str]]]]) -> None:
    lines = plan_lines(plan)
    assert found(write(tmp_path / "lists.jsonl", lines)) == naive(lines)


@given(PLANS, st.randoms())
def test_every_stay_has_one_class_and_the_order_of_lines_does_not_matter(tmp_path: Path, plan: Any, chance: random.Random) -> None:
    lines = plan_lines(plan)
    judged = lists.judged(tmp_path, lines)
    counted = report.report(judged)
    assert counted["n"] == len(judged) == sum(counted["reasons"].values()) == sum(one[1] > snapshots.LOW for one in naive(lines))
    assert all(one.reason in judging.REASONS for one in judged)
    for regime in counted["by_exit"].values():
        assert sum(row["n"] for kind, row in regime.items() if kind != "all") == regime["all"]["n"]
    chance.shuffle(lines)
    assert report.report(lists.judged(tmp_path, lines)) == counted


@given(PLANS, PLANS)
def test_files_add_up_and_two_counties_in_one_file_are_the_sum_of_each(tmp_path: Path, one: Any, other: Any) -> None:
    length = min(len(one), len(other))
    first, second = plan_lines(one[:length]), plan_lines([(step, levels) for (step, _), (_, levels) in zip(one, other, strict=False)])
    for place in (entry for each in second for key in lists.KEYS.values() for entry in each[key]):
        place["county"] = "乙县"
    apart = [*lists.judged(tmp_path, first), *lists.judged(tmp_path, second)]
    together = write(tmp_path / "both.jsonl", [*first, *second])
    assert report.report(judging.judge(snapshots.read(together), rule_on)) == report.report(apart)


def test_a_list_that_is_empty_or_partial_for_some_hours_ends_nothing(tmp_path: Path) -> None:
    lines = daily([HIGH] * 7 + [{"medium": HIGH["high"]}] * 3)
    glitch = [line(moment(3, 9), {}, save_time_unix=moment(3, 13)), line(moment(4, 10), {"medium": HIGH["high"]})]
    repair = [line(moment(3, 9), HIGH, save_time_unix=moment(3, 14)), line(moment(4, 11), HIGH)]
    assert judge(tmp_path, [*lines, *glitch, *repair]) == judge(tmp_path, lines)


def test_a_list_that_states_an_old_moment_counts_from_when_it_was_stored(tmp_path: Path) -> None:
    lines = daily([HIGH] * 7)
    stale = line(moment(2), HIGH, save_time_unix=moment(5, 11))
    assert judge(tmp_path, [stale, *lines]) == judge(tmp_path, lines)


def test_an_area_on_two_lists_or_twice_on_one_is_at_the_strictest_level_once(tmp_path: Path) -> None:
    doubled = {"high": HIGH["high"] * 2, "medium": [" 安平镇安平村 1号楼"], "low": HIGH["high"]}
    assert judge(tmp_path, daily([doubled] * 7)) == judge(tmp_path, daily([HIGH] * 7))


def test_no_snapshots_and_no_areas_are_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path, []) == judge(tmp_path, daily([{}] * 3)) == []
    assert report.report([])["n"] == 0


def test_every_row_of_the_printed_tables_has_all_columns(tmp_path: Path) -> None:
    printed = report.table(report.report(lists.judged(tmp_path, daily([HIGH] * 7 + [{"medium": HIGH["high"]}] * 3)))).split("\n\n")
    assert len(printed) == 3
    for table in printed:
        assert len({row.count("|") for row in table.splitlines()}) == 1
        assert "high-to-medium" in table


GOOD = json.dumps(line(moment(0), HIGH))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("7", "not a JSON object"),
        ('{"highlist":[],"middlelist":[]}', "no moment: update_time_unix, or end_update_time as 2022-11-24 08时, is missing or wrong"),
        (
            '{"update_time_unix":true,"highlist":[],"middlelist":[]}',
            "no moment: update_time_unix, or end_update_time as 2022-11-24 08时, is missing or wrong",
        ),
        (
            '{"end_update_time":"2022-02-31 08时","highlist":[],"middlelist":[]}',
            "no moment: update_time_unix, or end_update_time as 2022-11-24 08时, is missing or wrong",
        ),
        ('{"update_time_unix":1660000000,"middlelist":[]}', "highlist is missing"),
        ('{"update_time_unix":1660000000,"highlist":[],"middlelist":null}', "middlelist is no list"),
        ('{"update_time_unix":1660000000,"highlist":["a"],"middlelist":[]}', "highlist: an entry without its communitys"),
        ('{"update_time_unix":1660000000,"highlist":[{"communitys":[1]}],"middlelist":[]}', "highlist: an entry without its communitys"),
        (
            '{"update_time_unix":1660000000,"highlist":[{"county":1,"communitys":[]}],"middlelist":[]}',
            "highlist: province, city and county are texts",
        ),
    ],
)
def test_a_broken_line_is_refused_with_file_line_and_reason(tmp_path: Path, bad: str, why: str) -> None:
    path = tmp_path / "lists.jsonl"
    path.write_text(f"{GOOD}\n\n{bad}\n", encoding="utf-8")
    with pytest.raises(snapshots.SnapshotRefused) as refusal:
        snapshots.read(path)
    assert refusal.value.details == {"file": "lists.jsonl", "line": 3, "why": why}


def test_broken_gzip_other_text_and_a_missing_file_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = gzip.compress(f"{GOOD}\n".encode() * 50, mtime=0)
    for content, why in (
        (whole[:-9], "broken gzip"),
        (whole[:40] + b"\x00" * 30, "broken gzip"),
        (GOOD.encode() + "\n县".encode("gbk"), "not UTF-8"),
    ):
        path = tmp_path / "lists.jsonl.gz"
        path.write_bytes(content)
        with pytest.raises(snapshots.SnapshotRefused) as refusal:
            snapshots.read(path)
        assert refusal.value.details["why"] == why and refusal.value.details["line"] > 0
    assert zone_replay.main([str(tmp_path / "none.gz")]) == 2
    assert capsys.readouterr().err == "none.gz, line 0: cannot be read\n"


def test_a_moment_may_be_told_in_words_and_the_low_list_may_be_absent(tmp_path: Path) -> None:
    lines = daily([HIGH] * 7)
    worded = [{"end_update_time": f"2022-08-{day + 1:02} 9时", "highlist": one["highlist"], "middlelist": []} for day, one in enumerate(lines)]
    assert judge(tmp_path, worded) == judge(tmp_path, lines)


@pytest.mark.data
def test_the_stays_of_hainan_are_those_of_a_naive_walk() -> None:
    path = SHARED / "cn_risklevel_snapshots" / "hainan.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [{"lowlist": [], **json.loads(text)} for text in file]
    assert found(path) == naive(lines)
