"""The report of a round: laws of its figures, the slowest link, forecast against fact, the roll-call at the end (S-186), a frozen population (S-211). All people are invented."""

import csv
import io
import math
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from epigrid.command.planning import actions, queries, rules
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.sampling.models import Registration, Swab
from epigrid.field.sampling.rules.report import LINKS, MOST_STEPS, axis, cumulative, link_times, rank, slowest
from epigrid.kernel.duties import Duty
from epigrid.playbooks import daily
from epigrid.registers.people import actions as people
from epigrid.registers.people.models import Person
from tests import cast
from tests.cast import COMMUNITY, GRID1, HOUR, MONDAY, TREE
from tests.command.planning import ground
from tests.command.planning.ground import PLANNER
from tests.command.planning.rounds import DESK, MINUTE, OPENS, fill, ordered, send
from tests.doors.world import client_of

SPANS = st.lists(st.floats(min_value=0, max_value=500), min_size=1, max_size=30)


@given(SPANS, st.sampled_from([0.5, 0.9, 1.0]))
def test_middle_and_nine_of_ten_are_those_of_an_independent_count(spans: list[float], share: float) -> None:
    assert rank(sorted(spans), share) == np.quantile(spans, share, method="inverted_cdf")


@given(st.lists(st.integers(min_value=-30, max_value=4000), max_size=60), st.integers(min_value=1, max_value=4000))
def test_a_curve_never_falls_and_ends_with_everybody_who_had_come(moments: list[int], length: int) -> None:
    over = axis(start=MONDAY, end=MONDAY + length * MINUTE)
    curve = cumulative(Counter(MONDAY + one * MINUTE for one in moments), over)
    assert (len(curve), over.steps <= MOST_STEPS + 1) == (over.steps, True)
    assert curve == sorted(curve)
    assert curve == [sum(MONDAY + one * MINUTE <= over.moment(step) for one in moments) for step in range(over.steps)]
    assert over.moment(over.steps - 1) >= MONDAY + length * MINUTE


def test_people_are_counted_by_the_database_to_the_microsecond_as_by_hand(world: cast.World) -> None:
    """The round opens within a minute; people come on a minute, right after it and at its end, a lane's hour begins at a quarter past."""
    ground.settle(world, people=10)
    opens = OPENS + timedelta(seconds=20)
    everybody = crowd(world)
    frail = everybody[50]
    people.record_need(actor=PLANNER, person_id=frail, kind="mobility", source="visit", now=MONDAY)
    round_id = ordered(world, opens=opens)
    seconds = [0, 1e-6, 39.999999, 40, 40.000001, 99.9, 100, 160, 3599.5, 3600, 3640, 3640.1, 5400, 7000.000001]
    moments = [opens + timedelta(seconds=one) for one in seconds]
    given: dict[str, Any] = {"actor": cast.actor(Duty.REGISTRAR), "cause": world.root_cause}
    site = sampling.open_site(**given, round_id=round_id, name="东门", place_id=None, now=opens)
    fill(world, round_id, "DOOR", [frail], moments[6], pool_size=1)
    lost = fill(world, round_id, "LOST", everybody[40:41], moments[3])
    for number, moment in enumerate(moments):
        tube = fill(world, round_id, f"T{number}", everybody[number * 2 : number * 2 + 2], moment)
        sampling.place_tube(**given, tube_id=tube, site_id=site, team="一队", lane=number % 2 + 1, now=moment)
    Registration.objects.bulk_create(
        [Registration(area=GRID1, round_id=round_id, person_id=one, means="code", at=at) for one, at in zip(everybody, moments, strict=False)]
    )
    sampling.discard_tube(actor=cast.actor(Duty.SAMPLER), tube_id=lost, code="frozen", now=opens + HOUR, cause=world.root_cause)
    found = queries.report(actor=PLANNER, round_id=round_id, now=opens + 3 * HOUR).fact
    steps = [found.over.moment(step) for step in range(found.over.steps)]
    assert steps[0] == OPENS and found.over.minutes == 1
    assert list(found.registered) == [sum(one <= step for one in moments) for step in steps]
    kept = list(Swab.objects.filter(round_id=round_id, lost=False).values_list("at", "tube__lane", "person_id"))
    assert len(kept) == 2 * len(moments) + 1
    assert list(found.sampled) == [sum(at <= step for at, *_more in kept) for step in steps]
    assert list(found.at_sites) == [sum(at <= step for at, _lane, person in kept if person != frail) for step in steps]
    hours = Counter((lane, at.astimezone(ZoneInfo("Asia/Shanghai")).hour) for at, lane, _person in kept)
    assert {(one.lane, one.hour): one.people for one in found.lanes} == hours


@given(st.sampled_from(LINKS), st.lists(st.integers(min_value=1, max_value=20), min_size=1, max_size=12), st.booleans())
def test_s_201_a_constructed_delay_in_any_link_is_named_also_when_nothing_comes_through(
    late: tuple[str, str, str], spans: list[int], stuck: bool
) -> None:
    stamps = []
    for span in spans:
        moment, row = MONDAY, {"closed": MONDAY}
        for link, _before, after in LINKS:
            moment += (span + (90 if link == late[0] else 0)) * MINUTE
            row[after] = moment
        stamps.append({**row, **{after: None for _link, _before, after in LINKS[LINKS.index(late) :] if stuck}})
    found = link_times(stamps, now=MONDAY + 300 * MINUTE)
    assert slowest(found) == late[0]
    assert all(one.passed + one.waiting <= len(spans) for one in found)
    assert slowest(link_times([], now=MONDAY)) == ""


def town(world: cast.World, people_per_building: int = 20) -> UUID:
    """A started plan on ground with three sites, teams and slots, an hour's people a lane 60."""
    ground.settle(world, people=people_per_building)
    plan_id = ground.started(world, ground.plan(world, per_lane_hour=60, slot_minutes=20))
    given: dict[str, Any] = {"actor": PLANNER, "plan_id": plan_id, "now": MONDAY, "cause": world.root_cause}
    actions.place_sites(**given, sites=3)
    actions.make_slots(**given)
    return plan_id


def crowd(world: cast.World) -> list[UUID]:
    """Everybody who lives on the ground."""
    return [*Person.objects.seen_by(DESK).filter(file_no__startswith="k").order_by("file_no").values_list("id", flat=True)]


def test_s_186_a_plan_for_6000_people_shows_its_needs_and_at_the_end_everybody_is_accounted_for(world: cast.World) -> None:
    plan_id = town(world, people_per_building=500)
    plan = queries.plan(actor=PLANNER, plan_id=plan_id)
    assert queries.population(actor=PLANNER, plan=plan, now=MONDAY).total == 6024
    daily.tick(TREE, MONDAY + 10 * HOUR)
    lines = queries.sheets(actor=PLANNER, plan_id=plan_id)[0].lines
    needs = {key: sum(line[key] for line in lines) for key in ("people", "swabs", "tubes", "samplers")}
    assert (needs["people"], needs["swabs"]) == (6000, 6000)
    assert 600 <= needs["tubes"] <= 603 and needs["samplers"] >= math.ceil(6000 / 360)
    round_id, everybody = ordered(world), crowd(world)
    for number in range(280):
        fill(world, round_id, f"T{number}", everybody[number * 20 : number * 20 + 20], OPENS + number * MINUTE)
    rest = everybody[5600:]
    entries = [RollEntry(person_id=one, state=("away", "exempt", "declined", "unreachable")[place % 4]) for place, one in enumerate(rest[:300])]
    worker = cast.actor(Duty.GRID_WORKER, area=COMMUNITY)
    sampling.report_roll(actor=worker, round_id=round_id, entries=entries, now=OPENS + HOUR, cause=world.root_cause)
    sampling.close_round(actor=DESK, round_id=round_id, now=OPENS + 6 * HOUR, cause=world.root_cause)
    found = queries.report(actor=PLANNER, round_id=round_id, now=OPENS + 7 * HOUR).fact
    tested, away = found.classes["sampled"], found.classes["exempt"] + found.classes["away"]
    missing = found.classes["declined"] + found.classes["unreachable"] + found.classes["open"]
    assert (tested, away, missing) == (5600, 150, 274)
    assert tested + away + missing == found.population == 6024
    assert sampled.conservation(actor=DESK, round_id=round_id).holds
    assert found.sampled[-1] == sum(one.people for one in found.lanes) == 5600


def test_s_211_the_frozen_count_stands_while_the_register_changes_and_later_changes_are_marked(world: cast.World) -> None:
    round_id = ordered(world)
    before = queries.report(actor=PLANNER, round_id=round_id, now=OPENS).fact
    assert (before.frozen, before.late, before.struck, before.population) == (24, 0, 0, 24)
    secretary = cast.actor(Duty.COMMUNITY_SECRETARY)
    people.mark_departed(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(0), now=OPENS)
    Person.objects.create(id=cast.uid("new"), area=GRID1, file_no="n-1", masked_name="新**", sex="F", residence="resident", dwelling_id=world.place("b1/u1/f1/r1"))  # fmt: skip
    changes = sampled.register_changes(actor=secretary, round_id=round_id)
    assert (changes.frozen, changes.left, changes.unlisted) == (24, (world.person(0),), (cast.uid("new"),))
    assert queries.report(actor=PLANNER, round_id=round_id, now=OPENS).fact == before, "the register's changes do not move the round"
    it: Any = {"actor": secretary, "round_id": round_id, "now": OPENS + HOUR, "cause": world.root_cause}
    sampling.add_late(**it, person_ids=[cast.uid("new")])
    sampling.strike_off(**it, person_id=world.person(0), reason="moved-out")
    after = queries.report(actor=PLANNER, round_id=round_id, now=OPENS + HOUR).fact
    assert (after.frozen, after.late, after.struck, after.population) == (24, 1, 1, 24)
    assert sum(after.classes.values()) == 24


@pytest.mark.parametrize("late_min", [0, 30])
def test_a_forecast_that_came_true_has_no_error_and_half_an_hour_late_is_said_so(world: cast.World, late_min: int) -> None:
    plan_id = town(world)
    round_id = ordered(world)
    found = queries.report(actor=PLANNER, round_id=round_id, now=OPENS + 6 * HOUR)
    assert found.compared is not None
    said = found.compared.forecast
    assert said[-1] == sum(slot.people for slot in queries.slots(actor=PLANNER, plan_id=plan_id)) == 240
    everybody, done = crowd(world), 0
    for step, count in enumerate(said):
        if count > done:
            fill(world, round_id, f"T{step}", everybody[done:count], OPENS + (step + late_min) * MINUTE)
            done = count
    compared = queries.report(actor=PLANNER, round_id=round_id, now=OPENS + 6 * HOUR).compared
    assert compared is not None and compared.mean_share is not None and compared.finish_min is not None
    assert abs(compared.finish_min - late_min) <= 1
    assert (compared.mean_share < 0.01) == (late_min == 0)


def test_where_nobody_planned_or_set_the_rate_nothing_is_forecast_and_it_is_said(world: cast.World) -> None:
    assert queries.report(actor=PLANNER, round_id=ordered(world), now=OPENS).unforeseen == "no-plan"
    plan_id = ground.plan(world)
    round_id = ordered(world)
    assert queries.report(actor=PLANNER, round_id=round_id, now=OPENS).unforeseen == "no-rate"
    actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=ground.settings(per_lane_hour=60), now=OPENS, cause=world.root_cause)
    assert queries.report(actor=PLANNER, round_id=round_id, now=OPENS).unforeseen == "no-slots"


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60), st.integers(0, 300)), max_size=6), st.integers(1, 4), st.integers(20, 200))
def test_a_forecast_never_falls_and_never_samples_more_than_come_or_than_the_lanes_can(
    slots: list[tuple[int, int, int]], lanes: int, rate: int
) -> None:
    site = rules.Expected(lanes=lanes, slots=tuple((start, start + length, people) for start, length, people in slots))
    curve = rules.forecast([site], per_lane_hour=rate, minutes=1, steps=400)
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(curve))
    assert curve[-1] <= sum(people for _start, _length, people in slots) + 1e-6
    assert all(value <= lanes * rate * minute / 60 + 1e-6 for minute, value in enumerate(curve))


@pytest.fixture
def told(world: cast.World) -> UUID:
    """A planned round of three tubes: one read, one on its way, one thrown away; two rounds were held before."""
    for _turn in range(2):
        sampling.close_round(actor=DESK, round_id=ordered(world), now=OPENS, cause=world.root_cause)
    ground.slotted(world)
    round_id = ordered(world)
    site = sampling.open_site(actor=cast.actor(Duty.REGISTRAR), round_id=round_id, name="东门", place_id=None, now=OPENS, cause=world.root_cause)
    tubes = [
        fill(world, round_id, f"T{number}", [world.person(one) for one in range(number * 6, number * 6 + 6)], OPENS + (5 + number * 20) * MINUTE)
        for number in range(3)
    ]
    it: Any = {"actor": cast.actor(Duty.REGISTRAR), "now": OPENS, "cause": world.root_cause}
    for tube in tubes:
        sampling.place_tube(**it, tube_id=tube, site_id=site, team="一队", lane=2)
    sampling.discard_tube(actor=cast.actor(Duty.SAMPLER), tube_id=tubes[2], code="frozen", now=OPENS + HOUR, cause=world.root_cause)
    send(world, "B1", tubes[:1], sent=OPENS + 25 * MINUTE, received=OPENS + 55 * MINUTE, read=OPENS + 235 * MINUTE)
    send(world, "B2", tubes[1:2], sent=OPENS + 35 * MINUTE, received=None, read=None)
    return round_id


def test_the_page_says_it_in_both_languages_within_its_budget_and_on_paper(world: cast.World, told: UUID) -> None:
    client, where = client_of(Duty.COMMUNITY_SECRETARY), f"/rounds/{told}/report/"
    client.get("/tasks/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(where)
    text = page.content.decode()
    assert (page.status_code, len(asked) <= 12) == (200, True), (len(asked), [one["sql"][:60] for one in asked])
    assert "最慢的环节：" in text and "东门" in text and "data-chart" in text and "作废未检" in text
    client.cookies["django_language"] = "en"
    english = client.get(where).content.decode()
    assert "Report of a round" in english and "received to read" in english
    assert "演练" in english and "Forecast for the sites" in english
    gaps = client.get(f"{where}?view=gaps").content.decode()
    assert "last two closed rounds here: 24." in gaps and "mini-0023" in gaps and "演安" not in gaps
    del client.cookies["django_language"]
    paper = client.get(f"{where}?print=1")
    assert paper["Content-Type"] == "application/pdf"
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "最慢的环节" in printed and "演练" in printed
    assert client_of(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR_COUNTY).get(where).status_code == 404


def test_the_machine_door_says_the_same_and_hides_small_sums_from_above_the_community(world: cast.World, told: UUID) -> None:
    where = f"/api/planning/rounds/{told}/report"
    near = client_of(Duty.COMMUNITY_SECRETARY).get(where).json()
    assert near["classes"] == {"sampled": 12, "exempt": 0, "away": 0, "declined": 0, "unreachable": 0, "open": 12}
    assert (near["population"], near["tubes"]["discarded"], near["slowest"], near["unforeseen"]) == (24, 1, "read", "")
    assert [one["people"] for one in near["lanes"]] == [12] and near["compared"]["mean_people"] > 0
    above = client_of(Duty.COUNTY_EOC_OFFICER).get(where).json()
    assert (above["population"], above["classes"]["sampled"], above["classes"]["away"], above["tubes"]["discarded"]) == (24, 12, None, None)
    assert "&lt; 10" in client_of(Duty.COUNTY_EOC_OFFICER).get(f"/rounds/{told}/report/").content.decode()
    rows = list(csv.DictReader(io.StringIO(client_of(Duty.COMMUNITY_SECRETARY).get(f"{where}/minutes").content.decode())))
    assert [rows[minute]["sampled"] for minute in (0, 4, 5, 24, 25)] == ["0", "0", "6", "6", "12"]
    assert rows[25]["share"] == "0.5000" and rows[0]["at"] == f"{(OPENS + 8 * HOUR):%Y-%m-%d %H:%M}"
    hidden = list(csv.DictReader(io.StringIO(client_of(Duty.COUNTY_EOC_OFFICER).get(f"{where}/minutes").content.decode())))
    assert [hidden[minute]["sampled"] for minute in (5, 25)] == ["", "12"]


def test_a_report_of_a_round_that_runs_ends_now_and_of_one_without_a_swab_is_empty(world: cast.World) -> None:
    round_id = ordered(world, hours=6)
    found = queries.report(actor=PLANNER, round_id=round_id, now=OPENS + 2 * HOUR).fact
    assert (found.over.steps, found.sampled[-1], found.slowest, found.lanes) == (121, 0, "", ())
    assert found.over.start + timedelta(minutes=120) == OPENS + 2 * HOUR
    assert client_of(Duty.COMMUNITY_SECRETARY).get(f"/rounds/{round_id}/report/").status_code == 200
