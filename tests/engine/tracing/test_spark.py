"""Spark gives the rows of the brute-force oracles: many cases lie in one table, because a question costs seconds, whatever its size."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from epigrid.engine.tracing.answers import ContactRow
from epigrid.engine.tracing.backends.spark import Spark
from epigrid.engine.tracing.files import FileDamaged
from epigrid.engine.tracing.schemas import BadColumns, ExposureQuery, PlaceQuery
from tests.engine.tracing import oracle, oracle_hops
from tests.engine.tracing.oracle import DAY
from tests.engine.tracing.oracle_worlds import World, seeded

ABSENT = [name for name, there in (("pyspark", importlib.util.find_spec("pyspark")), ("Java", shutil.which("java"))) if not there]
pytestmark = [pytest.mark.spark, pytest.mark.skipif(bool(ABSENT), reason=f"{' and '.join(ABSENT)} not here: make peers installs it")]
CASES = 40
ROOT = Path(__file__).resolve().parent.parent.parent.parent
COLUMNS = ("person", "place", "t_in", "t_out")


def started(master: str):
    """A small quiet session: little memory, few partitions, no pages, loopback only."""
    from pyspark.sql import SparkSession

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master(master).appName("epigrid tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    os.environ["SPARK_LOCAL_DIRS"] = str(tmp_path_factory.mktemp("spark"))
    found = started("local[2]")
    yield found
    found.stop()


def in_days(folder: Path, rows) -> str:
    """The rows as Parquet in folders of days, each in that of the day on which it begins."""
    for day in sorted({row[2] // DAY for row in rows}):
        here = folder / f"day={_date(day)}"
        here.mkdir(parents=True)
        columns = zip(*(row for row in rows if row[2] // DAY == day), strict=True)
        pq.write_table(pa.table(dict(zip(COLUMNS, map(list, columns), strict=True))), here / "part-0.parquet")
    return str(folder)


def _date(day: int) -> str:
    return f"1970-01-{day + 1:02d}"


def assert_same(asked: Spark, world: World) -> None:
    """Contacts, evidence and places of all cases at once."""
    runs = oracle.united(world.rows)
    assert list(asked.contacts(world.queries)) == oracle.contact_rows(runs, world.queries)
    assert list(asked.meetings(world.queries)) == oracle.meeting_rows(runs, world.queries)
    assert list(asked.exposures(world.queries)) == oracle.place_rows(runs, world.queries)


def test_s_124_contacts_and_their_evidence_of_many_cases_are_those_of_the_oracle(session, tmp_path):
    world = seeded(1, cases=CASES)
    assert len(oracle.contact_rows(oracle.united(world.rows), world.queries)) > CASES
    assert_same(Spark(session, salts=3).over(in_days(tmp_path / "visits", world.rows)), world)


def test_hops_of_many_cases_forward_and_backward_are_those_of_the_oracle(session, tmp_path):
    world = seeded(3, cases=CASES)
    asked, runs = Spark(session, salts=2).over(in_days(tmp_path / "visits", world.rows)), oracle.united(world.rows)
    forward = oracle_hops.reach(runs, world.queries, rule=world.rule, until=world.edge)
    backward = oracle_hops.origins(runs, world.queries, rule=world.rule, since=0)
    assert min(len(forward), len(backward)) > CASES
    assert list(asked.reach(world.queries, rule=world.rule, until=world.edge)) == forward
    assert list(asked.origins(world.queries, rule=world.rule, since=0)) == backward


def test_a_crowded_place_is_cut_into_parts_and_gives_the_same_rows(session, tmp_path):
    rows = [(person, 1, DAY + person % 7 * 600, DAY + 7200 + person % 11 * 600) for person in range(1, 400)]
    queries = [ExposureQuery(exposure_id=UUID(int=1), person=person, start=DAY, end=3 * DAY) for person in (1, 2)]
    folder = in_days(tmp_path / "visits", rows)
    want = oracle.contact_rows(oracle.united(rows), queries)
    assert len(want) == 2 * 398
    for salts in (1, 4):
        asked = Spark(session, salts=salts).over(folder)
        asked.session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")  # joins are shuffled, as those of big tables are
        assert list(asked.contacts(queries)) == want


def test_s_125_the_people_at_a_place_are_those_of_the_oracle(session, tmp_path):
    world = seeded(2, cases=1, visits=60)
    query = PlaceQuery(exposure_id=UUID(int=1), place=2, start=DAY, end=2 * DAY)
    found = Spark(session).over(in_days(tmp_path / "visits", world.rows)).present(query)
    assert len(found) > 1
    assert list(found) == oracle.present_rows(oracle.united(world.rows), 2, DAY, 2 * DAY)


def test_only_the_folders_of_the_window_are_read_and_the_callers_session_stays_as_it_is(session, tmp_path):
    rows = [(person, 1, day * DAY + 60, day * DAY + 120) for day in range(9) for person in (1, 2)]
    asked = Spark(session, longest_seconds=DAY).over(in_days(tmp_path / "visits", rows))
    found = list(asked.contacts([ExposureQuery(exposure_id=UUID(int=1), person=1, start=5 * DAY, end=6 * DAY)]))
    assert [(row.contact, row.seconds) for row in found] == [(2, 60)]
    read = asked.session.table("visits").select("day").distinct()
    assert sorted(row.day.isoformat() for row in read.collect()) == [_date(day) for day in (3, 4, 5, 6, 7)]
    assert "PartitionFilters: [isnotnull(day" in read._jdf.queryExecution().toString()
    assert session.conf.get("spark.sql.session.timeZone") == "Asia/Shanghai"
    assert not session.catalog.tableExists("visits")


def test_damaged_files_and_doubtful_columns_are_refused(session, tmp_path):
    for name, columns in {"null": {"t_in": [None, 5]}, "milliseconds": {"t_out": [1_700_000_000_000] * 2}, "missing": {}}.items():
        table = {"person": [1, 2], "place": [7, 7], "t_in": [0, 5], **columns}
        pq.write_table(pa.table(table if name == "missing" else {"t_out": [10, 15], **table}), tmp_path / f"{name}.parquet")
        with pytest.raises(BadColumns):
            Spark(session).over(str(tmp_path / f"{name}.parquet"))
    cut = tmp_path / "cut.parquet"
    cut.write_bytes((tmp_path / "milliseconds.parquet").read_bytes()[:-20])
    with pytest.raises(FileDamaged):
        Spark(session).over(str(cut))


def on_a_cluster(folder: str) -> None:
    """Run by a process of its own: a process has one cluster."""
    session = started("local-cluster[2,1,1024]")
    world = seeded(1, cases=4)
    asked = Spark(session, salts=2).over(folder)
    print(json.dumps([[row.query, row.contact, row.seconds, row.meetings, row.first, row.last] for row in asked.contacts(world.queries)]))
    session.stop()


def test_two_executors_of_a_cluster_give_the_same_rows(tmp_path):
    world = seeded(1, cases=4)
    command = f"from tests.engine.tracing.test_spark import on_a_cluster; on_a_cluster({in_days(tmp_path / 'visits', world.rows)!r})"
    surroundings = {**os.environ, "SPARK_LOCAL_DIRS": str(tmp_path), "SPARK_WORKER_DIR": str(tmp_path / "work")}
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-3000:]
    found = [ContactRow(*row) for row in json.loads(done.stdout.splitlines()[-1])]
    assert found
    assert found == oracle.contact_rows(oracle.united(world.rows), world.queries)


def printed(name: str) -> str:
    """The script of the how-to page."""
    page = (ROOT / "docs/how-to" / name).read_text(encoding="utf-8")
    return page.split("```python\n")[1].split("```")[0]


def test_s_235_the_script_of_the_how_to_runs_as_printed_and_asks_nothing_that_no_second_person_approved(session, tmp_path, monkeypatch):
    world = seeded(1, cases=4)
    visits = in_days(tmp_path / "visits", world.rows)
    columns = {
        "case_id": [f"case-{number}" for number in range(len(world.queries))],
        "exposure": [str(query.exposure_id) for query in world.queries],
        "purpose": ["close-contacts"] * len(world.queries),
        "asked_by": ["officer-1"] * len(world.queries),
        "approved_by": ["officer-2"] * len(world.queries),
        **{name: [getattr(query, name) for query in world.queries] for name in ("person", "start", "end")},
    }
    for name, changed in {"good": {}, "alone": {"approved_by": columns["asked_by"]}, "aimless": {"purpose": [""] * len(world.queries)}}.items():
        pq.write_table(pa.table({**columns, **changed}), tmp_path / f"{name}.parquet")
    assert printed("province.md") == printed("province.zh.md")

    def run(name: str) -> None:
        monkeypatch.setattr(sys, "argv", ["province.py", visits, str(tmp_path / f"{name}.parquet"), str(tmp_path / f"{name}-answer")])
        exec(printed("province.md"), {"__name__": "__main__"})

    run("good")
    found = session.read.parquet(str(tmp_path / "good-answer")).collect()
    want = oracle.contact_rows(oracle.united(world.rows), world.queries)
    assert sorted(tuple(row) for row in found) == sorted(
        (f"case-{row.query}", row.contact, row.seconds, row.meetings, row.first, row.last) for row in want
    )
    for name in ("alone", "aimless"):
        with pytest.raises(SystemExit):
            run(name)
        assert not (tmp_path / f"{name}-answer").exists()
