"""Every backend gives the rows of the brute-force oracles: an engine more is a line more in `ENGINES`."""

import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from epigrid.engine.tracing import contacts, hops, reference
from epigrid.engine.tracing.answers import ContactRow, ReachedRow
from epigrid.engine.tracing.backends import sql
from epigrid.engine.tracing.backends.duck import BackendMissing, Duck
from epigrid.engine.tracing.files import FileDamaged
from epigrid.engine.tracing.schemas import BadColumns, ExposureQuery, HopRule, PlaceQuery, Visits
from tests.engine.tracing import oracle, oracle_hops
from tests.engine.tracing.oracle import built, plain
from tests.engine.tracing.oracle_worlds import CASE, seeded, worlds

EXPOSURE = UUID(int=1)
FEWER = settings(max_examples=max(settings.default.max_examples // 5, 1))
"""An example is a few worlds in one table: asking an engine costs more than answering."""


def lying(rows, salts: int = 1) -> Duck:
    """DuckDB over visits as they were reported, as a cluster runs it: not sorted before, places cut into parts."""
    lazy = Duck(threads=1)
    reported = Visits.of(rows)
    lazy._give("visits", **{name: getattr(reported, name) for name in ("person", "place", "t_in", "t_out")})
    lazy.source = sql.Source(salts=salts)
    return lazy


def asked_of(index, *modules) -> SimpleNamespace:
    """The functions of the modules as methods of the index."""
    named = {name: partial(getattr(module, name), index) for module in modules for name in QUESTIONS if hasattr(module, name)}
    return SimpleNamespace(**named)


QUESTIONS = ("contacts", "meetings", "exposures", "present", "reach", "origins")
HOPPERS: dict[str, Callable[[Any], Any]] = {
    "index": lambda rows: asked_of(built(rows), contacts, hops),
    "DuckDB, sorted tables": lambda rows: Duck.of(Visits.of(rows), threads=1),
    "DuckDB, as reported": lying,
    "DuckDB, places cut into parts": lambda rows: lying(rows, salts=3),
}
ENGINES = {"reference": lambda rows: asked_of(plain(rows), reference), **HOPPERS}
every_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
every_hopper = pytest.mark.parametrize("engine", HOPPERS.values(), ids=HOPPERS)


@every_engine
@FEWER
@given(worlds())
def test_s_124_contacts_and_their_evidence_are_those_of_the_oracle(engine, world):
    asked, runs = engine(world.rows), oracle.united(world.rows)
    assert list(asked.contacts(world.queries)) == oracle.contact_rows(runs, world.queries)
    assert list(asked.meetings(world.queries)) == oracle.meeting_rows(runs, world.queries)
    assert list(asked.exposures(world.queries)) == oracle.place_rows(runs, world.queries)


@every_engine
@FEWER
@given(worlds())
def test_s_125_the_people_at_a_place_are_those_of_the_oracle(engine, world):
    asked, runs = engine(world.rows), oracle.united(world.rows)
    for query in world.queries:
        at = PlaceQuery(exposure_id=query.exposure_id, place=query.person, start=query.start, end=query.end)
        assert list(asked.present(at)) == oracle.present_rows(runs, at.place, at.start, at.end)


@every_hopper
@FEWER
@given(worlds())
def test_hops_forward_and_backward_are_those_of_the_oracle(engine, world):
    asked, runs, rule = engine(world.rows), oracle.united(world.rows), world.rule
    assert list(asked.reach(world.queries, rule=rule, until=world.edge)) == oracle_hops.reach(runs, world.queries, rule=rule, until=world.edge)
    assert list(asked.origins(world.queries, rule=rule, since=world.edge)) == oracle_hops.origins(runs, world.queries, rule=rule, since=world.edge)


TABLES = [seeded(1, cases=50, unit=3), seeded(2, cases=50), seeded(3, cases=50, unit=7200)]
"""Crowded fixed tables: what chance seldom draws together is all there."""
every_table = pytest.mark.parametrize("world", TABLES, ids=["seconds", "half hours", "two hours"])


@every_engine
@every_table
def test_s_124_s_125_crowded_tables_give_the_rows_of_the_oracle(engine, world):
    asked, runs = engine(world.rows), oracle.united(world.rows)
    assert list(asked.contacts(world.queries)) == oracle.contact_rows(runs, world.queries)
    assert list(asked.meetings(world.queries)) == oracle.meeting_rows(runs, world.queries)
    assert list(asked.exposures(world.queries)) == oracle.place_rows(runs, world.queries)
    for query in world.queries[:10]:
        at = PlaceQuery(exposure_id=query.exposure_id, place=query.person, start=query.start, end=query.end)
        assert list(asked.present(at)) == oracle.present_rows(runs, at.place, at.start, at.end)


@every_hopper
@every_table
def test_hops_on_crowded_tables_are_those_of_the_oracle(engine, world):
    asked, runs, rule = engine(world.rows), cases_of(world), world.rule
    forward = in_order((row for case in runs for row in oracle_hops.reach(*case, rule=rule, until=world.edge)), 1)
    backward = in_order((row for case in runs for row in oracle_hops.origins(*case, rule=rule, since=world.edge // 9)), -1)
    assert len(forward) > len(world.queries) // 2
    assert len(backward) > len(world.queries) // 2
    assert list(asked.reach(world.queries, rule=rule, until=world.edge)) == forward
    assert list(asked.origins(world.queries, rule=rule, since=world.edge // 9)) == backward


def cases_of(world):
    """(whole stays, queries) of each case: the oracle of hops is too slow for all at once."""
    runs, split = oracle.united(world.rows), defaultdict(lambda: ({}, []))
    for pair, stays in runs.items():
        split[pair[0] // CASE][0][pair] = stays
    for query in world.queries:
        split[query.person // CASE][1].append(query)
    return list(split.values())


def in_order(rows, sign: int):
    return sorted(rows, key=lambda row: (sign * row.at, row.person))


@given(worlds(cases=1, days=False))
def test_the_oracles_count_seconds_as_they_count_stays(world):
    runs = {pair: oracle.stays_of(world.rows, *pair) for pair in {row[:2] for row in world.rows}}
    runs = {pair: stays for pair, stays in runs.items() if stays}
    assert oracle.united(world.rows) == runs
    asked = {"queries": world.queries, "rule": world.rule}
    every = range(-20, 150)
    assert oracle_hops.reach(runs, **asked, until=world.edge) == oracle_hops.reach(runs, **asked, until=world.edge, moments=every)
    assert oracle_hops.origins(runs, **asked, since=world.edge) == oracle_hops.origins(runs, **asked, since=world.edge, moments=every)


def test_the_oracle_of_hops_on_a_case_that_can_be_read():
    """1 meets 2 at 10 and, before that, 3; 2 meets 3 at 30: with a latency of 20 the second meeting counts from 30 on, with 21 not any more."""
    rows = [(1, 1, 10, 20), (2, 1, 10, 20), (2, 2, 25, 31), (3, 2, 25, 31), (1, 3, 0, 5), (3, 3, 0, 5)]
    asked = [ExposureQuery(exposure_id=EXPOSURE, person=1, start=10, end=40)]
    for latency, found in ((20, [(2, 10), (3, 30)]), (21, [(2, 10)])):
        rule = HopRule(latency_seconds=latency)
        assert oracle_hops.reach(oracle.united(rows), asked, rule=rule, until=50) == [ReachedRow(*row) for row in found]
    back = [ExposureQuery(exposure_id=EXPOSURE, person=3, start=25, end=40)]
    for latency, found in ((11, [(2, 30), (1, 19)]), (20, [(2, 30), (1, 10)]), (21, [(2, 30)])):
        rule = HopRule(latency_seconds=latency)
        assert oracle_hops.origins(oracle.united(rows), back, rule=rule, since=0) == [ReachedRow(*row) for row in found]


def parquet(path, **columns):
    pq.write_table(pa.table({"person": [1, 2], "place": [7, 7], "t_in": [0, 5], "t_out": [10, 15], **columns}), path)
    return path


@pytest.mark.parametrize("open_files", [Duck.over, Duck.load], ids=["as they lie", "sorted"])
def test_files_are_asked_together_with_their_late_files(tmp_path, open_files):
    paths = [parquet(tmp_path / "day.parquet"), parquet(tmp_path / "late.parquet", person=[3, 3], t_in=[2, 2], t_out=[2, 4], scanner=["a", "b"])]
    found = open_files(paths).contacts([ExposureQuery(exposure_id=EXPOSURE, person=1, start=0, end=20)])
    assert list(found) == [ContactRow(0, 2, 5, 1, 5, 10), ContactRow(0, 3, 2, 1, 2, 4)]


@pytest.mark.parametrize(
    "columns",
    [{"t_in": [1.5, 2.0]}, {"t_in": [None, 5]}, {"person": ["a", "b"]}, {"t_out": [1_700_000_000_000, 1_700_000_000_000]}, {"t_in": [-1, 0]}],
    ids=["fractions", "nulls", "words", "milliseconds", "before 1970"],
)
def test_columns_that_nobody_can_be_sure_of_are_refused(tmp_path, columns):
    with pytest.raises(BadColumns):
        Duck.over([parquet(tmp_path / "day.parquet", **columns)])


def test_a_file_cut_in_the_middle_is_refused(tmp_path):
    path = parquet(tmp_path / "day.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileDamaged):
        Duck.over([path])


def test_without_duckdb_the_refusal_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(BackendMissing) as refusal:
        Duck()
    assert refusal.value.details == {"extra": "duckdb"}
