"""Results: county files and the real stream of a laboratory; unknown tubes land in the inbox, nothing is lost."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.laboratory import actions, queries, rules
from epigrid.field.laboratory.models import Run, Specimen, Unmatched
from epigrid.store import sheets
from epigrid.store.models import Fact
from tests import cast
from tests.cast import MONDAY
from tests.conftest import SHARED
from tests.field.laboratory.lab import LAB, POLICY, register, take

STREAM = SHARED / "lab_ct_pooling" / "covidpooling" / "cid" / "data_second_wave.csv"


def outcome(orf=None, n=None, stated="", targets=2) -> str:
    row = rules.ResultRow(row=1, label="T", tested_at=MONDAY, orf_ct=orf, n_ct=n, stated=stated, targets=targets)
    return rules.read_run(row, POLICY).outcome


def test_readings_are_classed_by_the_clauses_limits() -> None:
    assert outcome() == outcome(0, 0) == outcome(40.0, 41.0) == "negative"
    assert outcome(25, 26) == "positive"
    assert outcome(25, None) == "single-target"
    assert outcome(38.5, None) == outcome(39, 39.9) == "grey"
    assert outcome(25, None, targets=1) == "positive"
    assert outcome(25, 25, stated="invalid") == "invalid"


def test_a_stated_outcome_stands_where_no_ct_was_given_and_is_doubted_where_it_contradicts() -> None:
    assert outcome(stated="positive", targets=1) == outcome(stated="positive") == "positive"
    assert outcome(25, 26, stated="negative") == outcome(40.5, 41, stated="positive") == "grey"
    assert outcome(25, None, stated="positive") == "single-target"
    assert outcome(25, 26, stated="positive") == "positive"


@given(st.sampled_from([None, 20.0, 38.5, 39.0, 41.0]), st.sampled_from([None, 20.0, 38.5, 41.0]), st.integers(1, 2))
def test_where_nobody_set_the_limits_no_ct_is_read_and_only_statements_stand(orf, n, targets) -> None:
    unset = rules.ReadingPolicy(edition="e", clause_id="c", positive_ct_below=None, grey_ct_below=None, rerun_positive=None)
    row = rules.ResultRow(row=1, label="T", tested_at=MONDAY, orf_ct=orf, n_ct=n, targets=targets)
    if orf is None and n is None:
        assert rules.read_run(row, unset).outcome == "negative"
    else:
        with pytest.raises(rules.LimitsUnset):
            rules.read_run(row, unset)
    assert rules.read_run(rules.ResultRow(row=1, label="T", tested_at=MONDAY, stated="grey"), unset).outcome == "grey"


def test_a_second_run_is_needed_unless_a_clause_says_that_it_is_not() -> None:
    unset = rules.ReadingPolicy(edition="e", clause_id="c", positive_ct_below=None, grey_ct_below=None, rerun_positive=None)
    once = rules.ReadingPolicy(edition="e", clause_id="c", positive_ct_below=38.0, grey_ct_below=40.0, rerun_positive=False)
    assert rules.final(["positive"], unset) is None
    assert rules.final(["positive"], once) == "positive"


@given(st.lists(st.sampled_from(rules.OUTCOMES), max_size=5))
def test_a_tube_is_positive_only_after_two_positive_runs(outcomes) -> None:
    final = rules.final(outcomes, POLICY)
    assert (final == "positive") == (outcomes.count("positive") >= 2)
    if outcomes == ["positive"]:
        assert final is None


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig"])
def test_a_county_file_is_taken_in_every_encoding_and_only_once(world, encoding) -> None:
    register(world, "T1", "T2")
    text = "管号,检测时间,ORF1ab Ct,N Ct,结果\nT1,2022-11-21 15:00:00,,,阴性\nT2,2022-11-21 15:00:00,,,无效\n"
    assert take(world, text, encoding).created == 2
    facts = Fact.objects.count()
    again = take(world, text, encoding)
    assert (again.created, again.unchanged) == (0, 2)
    assert Fact.objects.count() == facts


def test_bad_rows_are_named_and_unknown_tubes_wait_in_the_inbox(world) -> None:
    register(world, "T1")
    text = (
        "管号,检测时间,ORF1ab Ct,N Ct\nT1,2022-11-21 15:00:00,,\n,2022-11-21 15:00,,\nT1,soon,,\nT1,2022-11-21 16:00,99,\nX9,2022-11-21 15:30,24,25\n"
    )
    report = take(world, text)
    assert (report.created, report.set_aside) == (1, 1)
    assert [(row.row, row.reason) for row in report.refused] == [
        (3, "result.label-missing"),
        (4, "result.time-unreadable"),
        (5, "result.ct-impossible"),
    ]
    waiting = queries.inbox(actor=LAB)
    assert [card.label for card in waiting] == ["X9"]
    actions.resolve_unmatched(actor=LAB, unmatched_id=waiting[0].id, specimen_label="T1", reason="", now=MONDAY)
    assert queries.inbox(actor=LAB) == []
    assert {run.outcome for card in queries.specimens(actor=LAB, tube_ids=[cast.uid("tube", "T1")]) for run in card.runs} == {"negative", "positive"}
    with pytest.raises(rules.AlreadyResolved):
        actions.resolve_unmatched(actor=LAB, unmatched_id=waiting[0].id, specimen_label="", reason="none", now=MONDAY)


@pytest.mark.data
@pytest.mark.slow
def test_the_real_stream_of_58592_tests_goes_through_the_same_importer_and_nothing_is_lost(world) -> None:
    content = STREAM.read_bytes()
    rows = list(csv.DictReader(content.decode().splitlines()))
    labels = sorted({row["sample"] for row in rows})
    known = set(labels[::2])
    register(world, *sorted(known), people=1)
    report = actions.import_results(actor=LAB, body_id=world.bodies["lab1"], sheet=sheets.read(content, "stream.csv"), source="stream", now=MONDAY)
    distinct = {(row["sample"], row["date"]) for row in rows}
    matched = {pair for pair in distinct if pair[0] in known}
    assert len(rows) == 58_592
    assert report.refused == ()
    assert (report.created, report.set_aside) == (len(matched), len(distinct) - len(matched))
    assert Run.objects.seen_by(LAB).count() + Unmatched.objects.seen_by(LAB).count() == len(distinct)
    assert not Specimen.objects.seen_by(LAB).filter(outcome="positive").exists()
    again = actions.import_results(actor=LAB, body_id=world.bodies["lab1"], sheet=sheets.read(content, "stream.csv"), source="stream", now=MONDAY)
    assert (again.created, again.set_aside) == (0, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_runs_count_in_the_order_of_the_tests_however_the_files_come(world, order) -> None:
    register(world, "LATE", people=1)
    files = ["管号,检测时间,结果\nLATE,2022-11-21 09:00:00,无效", "管号,检测时间,结果\nLATE,2022-11-21 10:00:00,阴性"]
    for number in order:
        take(world, files[number])
    assert [card.outcome for card in queries.specimens(actor=LAB, tube_ids=[cast.uid("tube", "LATE")])] == ["negative"]


def test_a_row_that_says_something_else_of_a_known_run_is_refused_and_overwrites_nothing(world) -> None:
    register(world, "T1")
    heading = "管号,检测时间,ORF1ab Ct,N Ct,结果\n"
    assert take(world, heading + "T1,2022-11-21 15:00:00,,,阴性\nX9,2022-11-21 15:00:00,,,阴性\n").created == 1
    before = Fact.objects.count()
    again = take(world, heading + "T1,2022-11-21 15:00:00,24,25,\nX9,2022-11-21 15:00:00,24,25,\n")
    assert [(row.row, row.reason) for row in again.refused] == [(2, "result.differs"), (3, "result.differs")]
    assert (again.created, again.set_aside, again.unchanged) == (0, 0, 0)
    assert [run.outcome for run in queries.labelled(actor=LAB, label="T1")[0].runs] == ["negative"]
    assert Fact.objects.count() == before
