"""`epigrid trace`: indexes from files, bounded questions, damage that is never answered from, two builders, builders that are killed."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from epigrid.engine.tracing import research, shelf, stamps
from epigrid.interfaces import cli
from epigrid.interfaces.cli.trace.words import REASONS

MIDNIGHT = 1_668_960_000
"""2022-11-21 00:00 in Shanghai."""
CASES = ("exposure,purpose,person,start,end", f"E-1,own window,a,{MIDNIGHT},{MIDNIGHT + 86_400}")
VISITS = (
    "person,place,t_in,t_out",
    f"a,hall,{MIDNIGHT + 3600},{MIDNIGHT + 7200}",
    f"b,hall,{MIDNIGHT + 5400},{MIDNIGHT + 9000}",
    f"b,shop,{MIDNIGHT + 100_000},{MIDNIGHT + 103_600}",
    f"c,shop,{MIDNIGHT + 100_900},{MIDNIGHT + 104_000}",
)
HOPS = ("--direction", "forward", "--latency-hours", "1", "--min-minutes", "10")


def text(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `epigrid trace ...`; (exit code, standard error)."""

    def run(*words: object, language: str = "en") -> tuple[int, str]:
        code = cli.main(["trace", *map(str, words), "--language", language])
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def index(tmp_path: Path, say: Any) -> Path:
    """A research index of three invented people."""
    folder = tmp_path / "index"
    assert say("build", "--visits", text(tmp_path / "visits.csv", *VISITS), "--out", folder, "--zone", "Asia/Shanghai")[0] == 0
    return folder


@pytest.fixture
def ask(tmp_path: Path, say: Any, index: Path) -> Any:
    """Ask a question of the cases; (exit code, standard error, rows)."""

    def run(verb: str, *options: object, cases: tuple[str, ...] = CASES) -> tuple[int, str, list[dict[str, str]]]:
        out = tmp_path / "out.csv"
        out.unlink(missing_ok=True)
        code, err = say(verb, "--index", index, "--cases", text(tmp_path / "cases.csv", *cases), "--out", out, *options)
        return code, err, list(csv.DictReader(out.open(encoding="utf-8"))) if out.exists() else []

    return run


def test_contacts_are_answered_under_the_given_ids_with_their_evidence(ask: Any, tmp_path: Path) -> None:
    code, err, rows = ask("contacts", "--evidence", tmp_path / "evidence.parquet")
    assert (code, [row["contact"] for row in rows]) == (0, ["b"])
    assert rows[0] == {
        "exposure": "E-1",
        "person": "a",
        "contact": "b",
        "seconds": "1800",
        "meetings": "1",
        "first": "2022-11-21T01:30:00+0800",
        "last": "2022-11-21T02:00:00+0800",
    }
    assert "asked 1 of 1 rows" in err
    table = pq.read_table(tmp_path / "evidence.parquet")
    assert table.schema.metadata[b"epigrid.source"] == b"research"
    assert table.drop_columns(["start", "end"]).to_pylist() == [{"exposure": "E-1", "person": "a", "contact": "b", "place": "hall", "seconds": 1800}]
    assert table["start"].to_pylist()[0] == datetime(2022, 11, 20, 17, 30, tzinfo=UTC)


def test_places_hops_and_chains_are_answered(ask: Any) -> None:
    assert [(row["place"], row["contact_seconds"]) for row in ask("places")[2]] == [("hall", "1800")]
    found = {row["person"]: row["at"] for row in ask("hops", *HOPS)[2]}
    assert found == {"b": "2022-11-21T01:30:00+0800", "c": "2022-11-22T04:01:40+0800"}
    assert [row["person"] for row in ask("hops", *HOPS, "--horizon", MIDNIGHT + 86_400)[2]] == ["b"]
    later = ("E-2,own window,b", f"{MIDNIGHT},{MIDNIGHT + 172_800},{MIDNIGHT + 300_000}")
    cases = (CASES[0] + ",onset", f"{CASES[1]},{MIDNIGHT}", ",".join(later), f"E-3,x,c,{MIDNIGHT},{MIDNIGHT + 9},")
    serial = ("--mean-days", "4", "--sd-days", "2", "--lowest-days", "1", "--highest-days", "9")
    code, err, rows = ask("chains", *serial, cases=cases)
    assert (code, [(row["case"], row["source"], row["generation"], row["root"]) for row in rows]) == (0, [("a", "", "0", "a"), ("b", "a", "1", "a")])
    assert "no onset" in err


def test_backward_hops_find_who_was_met_before(ask: Any) -> None:
    cases = (CASES[0], f"E-1,source,c,{MIDNIGHT + 86_400},{MIDNIGHT + 172_800}")
    assert [row["person"] for row in ask("hops", "--direction", "backward", *HOPS[2:], cases=cases)[2]] == ["b", "a"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f",own window,a,{MIDNIGHT},{MIDNIGHT + 60}", "no exposure record"),
        (f"E-1,,a,{MIDNIGHT},{MIDNIGHT + 60}", "no purpose"),
        (f"E-1,x,a,{MIDNIGHT},{MIDNIGHT + 21 * 86_400 + 1}", "longer than 21 days"),
        (f"E-1,x,a,{MIDNIGHT},{MIDNIGHT}", "does not end after it starts"),
        (f"E-1,x,nobody,{MIDNIGHT},{MIDNIGHT + 60}", "nobody of this id"),
        (f"E-1,x,a,2022-11-21 08:00:00,{MIDNIGHT + 60}", "no time zone"),
    ],
)
def test_x03_a_question_without_record_purpose_or_bounded_window_is_refused(ask: Any, row: str, reason: str) -> None:
    """Alone it refuses the file; beside a good row it is counted and only the good row is answered."""
    code, err, rows = ask("contacts", cases=(CASES[0], row))
    assert (code, rows) == (2, [])
    assert reason in err
    assert "tracing.nothing-taken" in err
    code, err, rows = ask("contacts", cases=(*CASES, row))
    assert (code, len(rows)) == (0, 1)
    assert "rejected 1" in err
    assert "asked 1 of 2 rows" in err


def test_x03_exactly_21_days_may_be_asked_and_hops_have_no_default_latency(ask: Any) -> None:
    assert ask("contacts", cases=(CASES[0], f"E-1,x,a,{MIDNIGHT},{MIDNIGHT + 21 * 86_400}"))[0] == 0
    for missing in ((), HOPS[2:], HOPS[:4], (*HOPS[:2], *HOPS[4:])):
        assert ask("hops", *missing)[0] == 2
    for wrong in ("0", "nan", "-1", "inf"):
        with pytest.raises(SystemExit):
            ask("hops", *HOPS[:2], "--latency-hours", wrong, *HOPS[4:])


@pytest.mark.parametrize("verb", ["contacts", "places", "hops", "chains"])
def test_s_235_x03_a_registers_index_never_answers_a_file_of_cases(tmp_path: Path, say: Any, verb: str) -> None:
    folder = tmp_path / "register"
    shelf.create(folder, source="register", zone="Asia/Shanghai")
    serial = ("--mean-days", "4", "--sd-days", "2", "--lowest-days", "1", "--highest-days", "9") if verb == "chains" else ()
    asked = (verb, "--index", folder, "--out", tmp_path / "out.csv", *serial)
    for how in (("--cases", text(tmp_path / "cases.csv", *CASES)), ("--cases", tmp_path / "cases.csv", "--query", "x"), ()):
        code, err = say(*asked, *how)
        assert code == 2
        assert "query.not-approved" in err
    assert not (tmp_path / "out.csv").exists()


def test_a_registers_index_is_not_taken_for_a_research_index(tmp_path: Path, say: Any) -> None:
    """Neither built into, nor asked after its manifest was changed: the dictionary of ids is not there."""
    folder = tmp_path / "register"
    shelf.create(folder, source="register", zone="Asia/Shanghai")
    code, err = say("build", "--visits", text(tmp_path / "v.csv", *VISITS), "--out", folder, "--zone", "Asia/Shanghai")
    assert code == 2
    assert "tracing.index-other" in err
    say("build", "--visits", tmp_path / "v.csv", "--out", tmp_path / "index")
    (tmp_path / "index" / "persons.parquet").unlink()
    code, err = say("contacts", "--index", tmp_path / "index", "--cases", text(tmp_path / "c.csv", *CASES), "--out", tmp_path / "o.csv")
    assert code == 2
    assert "tracing.numbering-damaged" in err


def test_a_mapping_is_given_in_pieces_kept_and_used_again(tmp_path: Path, say: Any) -> None:
    path = text(tmp_path / "v.csv", "卡号,车站,刷卡", "A,坂田,2022-11-21 08:00:00", "B,坂田,2022-11-21 08:10:00")
    headings = ("--map", "卡号=person", "--map", "车站=place", "--map", "刷卡=t_in")
    code, err = say("build", "--visits", path, "--out", tmp_path / "none", *headings)
    assert code == 2
    assert "rejected 2, t_in: the moment has no time zone" in err
    assert not (tmp_path / "none" / "manifest.json").exists()
    dwell = text(tmp_path / "dwell.json", json.dumps({"*": 15}))
    saved = tmp_path / "mapping.json"
    code, _ = say("build", "--visits", path, "--out", tmp_path / "a", *headings, "--zone", "Asia/Shanghai", "--dwell", dwell, "--save-map", saved)
    assert code == 0
    assert say("build", "--visits", path, "--out", tmp_path / "b", "--map", saved, "--dwell", dwell)[0] == 0
    assert (tmp_path / "a" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()
    for wrong in ("卡号=persons", "none.json", text(tmp_path / "wrong.json", "[]"), text(tmp_path / "broken.json", "{")):
        assert say("build", "--visits", path, "--out", tmp_path / "c", "--map", wrong)[0] == 2
    assert say("build", "--visits", path, "--out", tmp_path / "c", "--map", saved, "--zone", "Asia/Nowhere")[0] == 2


def test_rejected_rows_are_counted_and_listed_and_do_not_fail_the_build(tmp_path: Path, say: Any) -> None:
    path = text(
        tmp_path / "v.csv", *VISITS, VISITS[1], f"d,hall,{MIDNIGHT + 60},{MIDNIGHT}", "torn,hall", f"b,bar,{MIDNIGHT + 5400},{MIDNIGHT + 5460}"
    )
    places = text(tmp_path / "places.csv", "place,kind", "hall,culture", "shop,retail", "bar,")
    code, err = say("build", "--visits", path, "--out", tmp_path / "index", "--places", places, "--rejects", tmp_path / "rejects.csv")
    assert code == 0
    assert "taken 5 of 8 rows; 4 persons, 3 places, 2 days" in err
    listed = [tuple(row.values()) for row in csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8"))]
    assert (
        sorted(listed)
        == [
            ("v.csv", "6", "", "repeated", "no"),
            ("v.csv", "7", "t_out", "ends-before-it-starts", "no"),
            ("v.csv", "8", "", "row-of-other-length", "no"),
            ("v.csv", "9", "person", "at-two-places-at-once", "yes"),
        ]
        or ("v.csv", "2", "person", "at-two-places-at-once", "yes") in listed
    )
    assert "拒收 1 行" in say("build", "--visits", path, "--out", tmp_path / "index", language="zh")[1]


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(stamps.PROBLEMS.values()) <= set(REASONS)
    source = "".join(
        (Path(shelf.__file__).parent / name).read_text(encoding="utf-8")
        for name in ("intake.py", "research.py", "asking.py", "numbering.py", "shelf.py")
    )
    raised = set(re.findall(r'reason = "([a-z.-]+)"', source)) | set(re.findall(r'(?:reject|remark)\([^\n]*, "([a-z-]+)"\)', source))
    assert len(raised) > 20
    assert raised <= set(REASONS)


def day_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.day"))


def test_damaged_data_are_never_answered_from(ask: Any, index: Path) -> None:
    """Every 7th bit of a day flipped, every cut of its tail, files gone or exchanged, and another schema: refused, also for a question that needs none of it."""
    assert ask("contacts")[0] == 0
    first, second = day_files(index)
    whole = first.read_bytes()
    for place in range(0, len(whole) * 8, 7):
        first.write_bytes(whole[: place // 8] + bytes([whole[place // 8] ^ (1 << place % 8)]) + whole[place // 8 + 1 :])
        with pytest.raises(shelf.IndexDamaged):
            shelf.segments(index)
    code, err, rows = ask("contacts")
    assert (code, rows) == (2, [])
    assert "tracing.index-damaged" in err
    for cut in (1, 8, len(whole) - 1, len(whole)):
        first.write_bytes(whole[:-cut])
        assert ask("contacts")[0] == 2
    first.write_bytes(whole + b"\0")
    assert ask("contacts")[0] == 2
    first.write_bytes(second.read_bytes())
    assert ask("contacts")[0] == 2
    first.unlink()
    assert ask("contacts")[0] == 2
    first.write_bytes(whole)
    assert ask("contacts")[0] == 0
    manifest = index / "manifest.json"
    content = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**content, "schema": 99}))
    code, err, rows = ask("contacts")
    assert (code, rows) == (2, [])
    assert "tracing.schema-version" in err
    for broken in ("", "{}", "[]", json.dumps(content)[:-9]):
        manifest.write_text(broken)
        assert ask("contacts")[0] == 2


def crowd(path: Path, *, people: int, days: int) -> Path:
    """Invented people, each a few minutes at one of ten places on every day."""
    lines = ["person,place,t_in,t_out"]
    for day in range(days):
        start = MIDNIGHT + 86_400 * day
        lines += [f"x{n},p{n % 10},{start + n % 5000},{start + 5000 + n % 999}" for n in range(people)]
    return text(path, *lines)


def builder(visits: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "epigrid.interfaces.cli", "trace", "build", "--visits", str(visits), "--out", str(folder), "--language", "en"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ)


def answers(folder: Path) -> list[tuple[int, ...]]:
    return [tuple(map(int, (segment.start, len(segment), segment.by_place.sum()))) for segment in shelf.segments(folder)]


def test_of_two_builders_at_once_one_wins_and_nothing_is_corrupt(tmp_path: Path) -> None:
    visits, folder = crowd(tmp_path / "v.csv", people=4000, days=6), tmp_path / "index"
    both = [builder(visits, folder) for _ in range(2)]
    said = [one.communicate(timeout=120)[1].decode() for one in both]
    codes = [one.returncode for one in both]
    assert 0 in codes
    assert all(code == 0 or "tracing.index-busy" in text for code, text in zip(codes, said, strict=True))
    alone = tmp_path / "alone"
    assert builder(visits, alone).wait(timeout=120) == 0
    assert answers(folder) == answers(alone)


def test_a_builder_is_refused_while_another_holds_the_folder(tmp_path: Path) -> None:
    """Another process, this one, holds the folder for certain."""
    visits = text(tmp_path / "v.csv", *VISITS)
    with research._alone(tmp_path / "index"):
        refused = builder(visits, tmp_path / "index")
        assert "tracing.index-busy" in refused.communicate(timeout=120)[1].decode()
        assert refused.returncode == 2
    assert builder(visits, tmp_path / "index").wait(timeout=120) == 0


@pytest.fixture
def crowds(tmp_path: Path, say: Any) -> tuple[Path, Path, Path]:
    """A few people's presences, many people's on the same days, and an index to which both were built."""
    small, large = crowd(tmp_path / "1.csv", people=50, days=5), crowd(tmp_path / "2.csv", people=30_000, days=5)
    for visits in (small, large):
        assert say("build", "--visits", visits, "--out", tmp_path / "whole")[0] == 0
    return small, large, tmp_path / "whole"


@pytest.mark.parametrize("stage", ["reading", "first day", "third day"])
def test_a_killed_builder_leaves_an_index_that_answers_and_can_be_built_again(tmp_path: Path, say: Any, crowds: Any, stage: str) -> None:
    (small, large, whole), folder = crowds, tmp_path / "index"
    say("build", "--visits", small, "--out", folder)
    before, fresh = ({row[0]: row for row in answers(one)} for one in (folder, whole))
    reached = {
        "reading": lambda: (folder / "work" / "stays").exists(),
        "first day": lambda: any(folder.glob("*.new")),
        "third day": lambda: len(set(quick(folder)) - set(before.values())) >= 2,
    }[stage]
    building = builder(large, folder)
    while not reached() and building.poll() is None:
        time.sleep(0.002)
    building.kill()
    building.communicate(timeout=60)
    after = answers(folder)
    assert [row[0] for row in after] == sorted(before)
    assert all(row in (before[row[0]], fresh[row[0]]) for row in after)
    assert building.returncode == 0 or any(row in before.values() for row in after)
    assert say("build", "--visits", large, "--out", folder)[0] == 0
    assert answers(folder) == answers(whole)
    assert not (folder / "work").exists()


def quick(folder: Path) -> list[tuple[int, ...]]:
    try:
        return answers(folder)
    except shelf.IndexDamaged:
        return []
