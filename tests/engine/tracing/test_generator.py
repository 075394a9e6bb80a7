"""The tracing benchmark: what its generator makes of a tiny city, and that its harness does not let a wrong answer count."""

import itertools
import json
import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.tracing import cases, generator, harness, hops, measures, scales, targets
from benchmarks.tracing.engines import ENGINES, engine
from benchmarks.tracing.engines.base import Absent, Oracle
from benchmarks.tracing.worker import TooSlow, ask

TINY = scales.Scale(name="tiny", people=3_000, workplaces=50, vehicles=2, districts=1, venues=120)
HERE = ("index", "numpy", "duckdb", "duckdb-parquet", "ncls", "polars-parquet")
"""Engines that run inside one process without a server."""


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scales, "ROOT", tmp_path_factory.mktemp("bench"))
        yield generator.log(TINY)


@pytest.fixture(scope="module")
def rows(log):
    table = pq.read_table(log.files)
    return {name: table[name].to_numpy().astype(np.int64) for name in table.column_names}


def test_the_city_and_its_parts_have_the_people_and_places_of_their_size():
    assert [(scale.people, scale.places) for scale in scales.SCALES.values()] == [(26_500, 1_593), (530_000, 31_857), (5_300_000, 318_574)]


def test_the_rates_of_work_and_other_visits_are_those_that_were_asked_for(rows):
    at_work = rows["t_out"] - rows["t_in"] > 6 * 3600
    assert at_work.sum() == pytest.approx(TINY.people * 0.55 * 0.95 * 10, rel=0.05)
    assert (~at_work).sum() == pytest.approx(TINY.people * (1.35 * 10 + 1.9 * 4), rel=0.03)
    assert np.median((rows["t_in"][at_work] + 8 * 3600) % 86_400) == pytest.approx(8.5 * 3600, abs=120)
    begun = (rows["t_in"] - generator.midnight(generator.FIRST_DAY)) // 86_400
    assert set(begun[at_work].tolist()) == {0, 1, 2, 3, 4, 7, 8, 9, 10, 11}


def test_an_eighth_of_the_other_visits_are_rides_of_about_forty_and_the_rest_stays_half_an_hour(rows):
    place = generator._city(TINY).place
    vehicle = np.isin(rows["place"], place[TINY.workplaces : TINY.workplaces + TINY.vehicles])
    venue = np.isin(rows["place"], place[TINY.workplaces + TINY.vehicles :])
    assert vehicle.sum() / (vehicle | venue).sum() == pytest.approx(0.12, abs=0.01)
    assert np.median((rows["t_out"] - rows["t_in"])[venue]) == pytest.approx(35 * 60, rel=0.03)
    midnight = (rows["t_in"][vehicle] + 8 * 3600) // 86_400 * 86_400 - 8 * 3600
    runs = np.unique(
        (rows["t_in"][vehicle] - generator.FIRST_RUN - midnight) // generator.RUN_EVERY + midnight * 100 + rows["place"][vehicle], return_counts=True
    )[1]
    assert runs.mean() == pytest.approx(40, rel=0.1)


def test_nobody_is_twice_at_one_place_at_a_time_and_no_stay_is_longer_than_stated(rows):
    order = np.lexsort((rows["t_in"], rows["place"], rows["person"]))
    person, place, t_in, t_out = (rows[name][order] for name in ("person", "place", "t_in", "t_out"))
    same = (person[1:] == person[:-1]) & (place[1:] == place[:-1])
    assert same.any() and (t_in[1:] > t_out[:-1])[same].all()
    assert (t_out - t_in).min() > 0 and (t_out - t_in).max() <= generator.LONGEST


def test_a_file_holds_the_visits_that_began_on_its_local_day_in_the_order_of_coming(log):
    for day in log.days:
        t_in = pq.read_table(log.file(day))["t_in"].to_numpy()
        begins = generator.midnight(day)
        assert len(t_in) == log.rows[str(day)] and (np.diff(t_in) >= 0).all() and begins <= t_in[0] and t_in[-1] < begins + 86_400


def test_the_same_seed_makes_the_same_days():
    first, second = (list(itertools.islice(generator.days(TINY), 2)) for _ in range(2))
    for (_, mine), (_, again) in zip(first, second, strict=True):
        assert all((one == other).all() for one, other in zip(mine, again, strict=True))


def test_a_log_of_another_edition_is_made_again(log):
    card = log.folder / "log.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "edition": 0}))
    log.files[3].unlink()
    assert generator.log(TINY).rows == log.rows and log.files[3].exists()


@pytest.mark.parametrize("many", [1, 100])
def test_windows_look_back_four_to_fourteen_days_and_end_on_the_last_day(many):
    asked = cases.cases(TINY, many)
    opens, last = generator.midnight(generator.FIRST_DAY), generator.midnight(generator.FIRST_DAY) + 13 * 86_400
    assert len(asked) == {1: cases.SINGLES, 100: 100}[many] == len(set(asked.person.tolist()))
    assert (asked.start >= opens).all() and (asked.start <= last - 4 * 86_400).all()
    assert (asked.end > last).all() and (asked.end <= last + 86_400).all()
    assert (cases.cases(TINY, many).person == asked.person).all()


@pytest.mark.parametrize("name", HERE[1:])
def test_every_engine_answers_as_the_index_does(log, name):
    try:
        peer = engine(name)(log)
    except Absent as error:
        pytest.skip(str(error))
    ours = engine("index")(log)
    for one in (ours, peer):
        one.prepare()
    for asked in (cases.cases(TINY, 1).one(0), cases.cases(TINY, 100), cases.cases(TINY, 2_000)):
        mine, theirs = ask(ours, asked)[1], ask(peer, asked)[1]
        assert mine == theirs and mine.pairs > 0
    peer.close()


def test_all_hops_reach_the_same_people_at_the_same_moments_as_daily_semi_joins(log):
    ours, peer = (engine(name)(log) for name in ("index", "duckdb"))
    for one in (ours, peer):
        one.prepare()
    mine, theirs = hops.ours(ours, 1)["reached"], hops.semi_joins(peer)["reached"]
    peer.close()
    assert mine == theirs and mine[0] > 1_000


def test_the_rows_that_an_index_looks_at_are_at_least_those_that_met(log):
    ours = engine("index")(log)
    ours.prepare()
    asked = cases.cases(TINY, 100)
    assert ask(ours, asked)[1].meetings < measures.touched(ours, asked) < 100 * sum(log.rows.values())


@pytest.mark.parametrize("name", ["index", "duckdb"])
def test_what_was_not_built_to_its_end_is_built_again(log, name):
    asked = cases.cases(TINY, 100)
    first = engine(name)(log)
    first.prepare()
    whole = ask(first, asked)[1]
    first.close()
    first._card.unlink()
    again = engine(name)(log)
    assert not again.standing()
    again.prepare()
    assert again.standing() and ask(again, asked)[1] == whole
    again.close()


class Fake:
    """A process that answers at once, so slowly as it is told."""

    def __init__(self, seconds: float, pairs: int = 1) -> None:
        self.seconds, self.pairs, self.asked = seconds, pairs, 0

    def run(self, function, question, limit=900):
        self.asked += 1
        if self.seconds > limit:
            raise TooSlow(f"over {limit} s")
        return self.seconds, Oracle(self.pairs, 2, 3, 4, 5, 6)


def test_a_run_ends_when_two_engines_differ():
    with pytest.raises(harness.Differs, match=r"set 100, question 0: quick .*, wrong"):
        harness.ask_all({"quick": Fake(0.1), "wrong": Fake(0.1, pairs=2)}, TINY, 100)


def test_slow_engines_are_asked_less_often_and_endless_ones_say_so():
    workers = {"quick": Fake(0.1), "slow": Fake(21), "endless": Fake(math.inf)}
    quick, slow, endless = harness.ask_all(workers, TINY, 100)
    assert (len(quick.seconds), len(slow.seconds), len(endless.seconds)) == (5, 2, 0)
    assert (quick.note, slow.note, endless.note) == ("", "2 repeats", "over 900 s") and math.isnan(endless.median)
    assert [worker.asked for worker in workers.values()] == [6, 3, 1]


def test_how_long_an_answer_is_waited_for_is_told_by_the_caller():
    [slow] = harness.ask_all({"slow": Fake(21)}, TINY, 100, limit=20)
    assert (slow.seconds, slow.note) == ([], "over 20 s")


def test_single_cases_are_asked_forty_times_or_twenty():
    rows = harness.ask_all({"quick": Fake(0.1), "slow": Fake(2)}, TINY, 1)
    assert [len(row.seconds) for row in rows] == [40, 20]


def test_p95_is_a_measured_time_that_nineteen_of_twenty_do_not_pass():
    assert harness.p95(list(range(1, 21))) == 19 and harness.p95([7.0]) == 7 and math.isnan(harness.p95([]))


def test_closing_lines_say_ok_or_short_for_every_target():
    assert targets.lines({"one_case_ms": 0.5, "100_cases_ms": 6, "10000_cases_times_duckdb": 41, "10000_cases_s": 0.3}) == [
        "one_case_ms 0.5 <=1 ok",
        "one_case_http_p95_ms - <=5 short (not measured)",
        "one_case_cold_p95_ms - <=20 short (not measured)",
        "100_cases_ms 6 <=5 short",
        "100_cases_times_duckdb - >=30 short (not measured)",
        "10000_cases_s 0.3 <=0.5 ok",
        "10000_cases_times_duckdb 41 >=15 ok (stretch >=40 reached)",
        "all_hops_s - <=4 short (not measured)",
        "all_hops_times_duckdb_tenth - >=200 short (not measured)",
        "one_case_city_to_tenth - <=2 short (not measured)",
        "new_day_s - <=3 short (not measured)",
        "index_memory_gb - <=3.5 short (not measured)",
    ]


def test_an_engine_whose_library_is_missing_is_absent(monkeypatch):
    monkeypatch.setitem(ENGINES, "gone", ("gone", "Gone"))
    with pytest.raises(Absent, match="gone"):
        engine("gone")
