"""Who is due on a day: exact lists by class and building, a round of a part of an area, appointments, series at home. All people are invented."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.actions import Part, TestOrder
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.periods import Period
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as registered
from epigrid.registers.people.models import Household, Person
from epigrid.registers.places.models import Place
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, GRID2, HOUR, MONDAY, uid
from tests.field.sampling.test_table import REGISTRAR, SAMPLER, SECRETARY, order_round, round_id
from tests.field.sampling.test_turnout import come

__all__ = ["round_id"]
WORKER, PHONE = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.PHONE_OPERATOR)
TODAY, TOMORROW = date(2022, 11, 21), date(2022, 11, 22)


def owe(world: cast.World, *numbers: int, kind: str = "order", days: int = 1, where: str = "door") -> UUID:
    """Single tests of people on the next days, one a day, from local midnight to local midnight; the source's id."""
    source = uid(kind, *numbers)
    orders = [
        TestOrder(person_id=world.person(number), opens_at=MONDAY - 8 * HOUR + day * DAY, due_at=MONDAY + 16 * HOUR + day * DAY, where=where)
        for number in numbers
        for day in range(days)
    ]
    given_ = {"source_kind": kind, "source_id": source, "orders": orders, "now": MONDAY, "cause": uid("cause", kind)}
    actions.order_tests(actor=cast.procedure(), area=COMMUNITY, **given_)  # type: ignore[arg-type]
    return source


def single(label: str, person_id: UUID, hours: float = 1) -> None:
    actions.fill_tube(actor=SAMPLER, area=COMMUNITY, label=label, pool_size=1, person_ids=[person_id], now=MONDAY + hours * HOUR, cause=uid("none"))


def on(day: date = TODAY, area: Area = COMMUNITY) -> rules.DueList:
    return queries.due_list(actor=SECRETARY, area=area, day=day)


def ledger(world: cast.World, number: int, category: str = registered.QUARANTINED) -> None:
    entry = people.NewEntry(person_id=world.person(number), category=category, since=TODAY, until=TOMORROW + DAY)
    people.enter_day_register(actor=SECRETARY, area=COMMUNITY, entries=[entry], source="list", now=MONDAY)


def test_s_188_the_missing_of_a_constructed_day_are_exactly_those_who_owe_and_did_not_come(world: cast.World, round_id: UUID) -> None:
    owe(world, 2, 3)
    owe(world, 4, kind="zone", where="table")
    come(world, round_id, "T1", *range(6, 24))
    single("S1", world.person(2))
    report = {0: "away", 1: "unreachable", 5: "declined"}
    entries = [RollEntry(person_id=world.person(number), state=state) for number, state in report.items()]
    actions.report_roll(actor=WORKER, round_id=round_id, entries=entries, now=MONDAY + HOUR, cause=world.root_cause)
    found = on()
    missing = {(line.person_id, line.source_kind): line.state for line in found.missing}
    rounds = {(world.person(number), "round"): report.get(number, "open") for number in range(6)}
    assert missing == {**rounds, (world.person(3), "order"): "open", (world.person(4), "zone"): "open"}
    assert len(found.lines) == 24 + 3
    [counts] = found.per_building().values()
    assert counts == {"due": 27, "done": 19, "reasoned": 3, "home": 3, "priority": 2, "daily": 3}


@pytest.mark.parametrize("seed", range(3))
def test_s_188_whatever_is_drawn_the_list_is_what_a_second_count_says(world: cast.World, round_id: UUID, seed: int) -> None:
    draw = random.Random(seed)
    everybody = range(24)
    orders, sweeps, at_home, came, away, taken = (set(draw.sample(everybody, size)) for size in (6, 5, 4, 8, 4, 3))
    came, taken = came - orders - at_home, taken & orders
    for number in at_home:
        ledger(world, number)
    owe(world, *sorted(orders))
    owe(world, *sorted(sweeps), kind="sweep")
    if came:
        come(world, round_id, "T1", *sorted(came))
    for number in taken:
        single(f"S{number}", world.person(number))
    entries = [RollEntry(person_id=world.person(number), state="away") for number in sorted(away)]
    actions.report_roll(
        actor=WORKER, round_id=round_id, entries=[one for one in entries if one.person_id in world.people[:12]], now=MONDAY, cause=uid("x")
    )
    state = {n: "done" if n in came else "away" if n in away and n < 12 else "open" for n in everybody}
    grade = {n: "home" if n in orders | at_home else "priority" if n in sweeps else "daily" for n in everybody}
    expected = [(world.person(n), "round", grade[n], state[n]) for n in everybody]
    expected += [(world.person(n), "order", "home", "done" if n in taken else "open") for n in orders]
    expected += [(world.person(n), "sweep", grade[n], "done" if n in came | taken else "open") for n in sweeps]
    assert sorted((one.person_id, one.source_kind, one.test_class, one.state) for one in on().lines) == sorted(expected)


def test_s_188_a_missed_test_is_carried_on_until_it_is_taken_and_a_later_sample_does_not_fill_an_earlier_day(world: cast.World) -> None:
    owe(world, 2)
    states = lambda: [[(line.state, line.overdue) for line in on(day).lines] for day in (TODAY, TOMORROW, TOMORROW + timedelta(days=1))]  # noqa: E731
    assert states() == [[("open", False)], [("open", True)], [("open", True)]]
    actions.flag_missed_tests(actor=cast.procedure(), area=cast.TREE, now=MONDAY + DAY, cause=world.root_cause)
    single("S1", world.person(2), hours=30)
    assert states() == [[("open", False)], [("done", False)], []]
    assert on(TODAY - timedelta(days=1)).lines == []


def test_s_188_a_building_lists_the_names_of_those_who_live_in_it(world: cast.World, round_id: UUID) -> None:
    for label, numbers in (("T1", range(1, 12)), ("T2", range(12, 24))):
        come(world, round_id, label, *numbers)
    found = queries.due_in(actor=WORKER, building_id=world.place("b1"), day=TODAY)
    assert [line.person_id for line in found.due.missing] == [world.person(0)]
    elsewhere = cast.actor(Duty.GRID_WORKER, area=GRID2)
    assert queries.due_in(actor=elsewhere, building_id=world.place("b1"), day=TODAY).due.missing == []


def test_s_207_the_class_follows_from_ledger_order_need_and_work_and_the_home_class_is_in_no_sites_list(world: cast.World, round_id: UUID) -> None:
    ledger(world, 0)
    people.record_need(actor=WORKER, person_id=world.person(1), kind="dialysis", source="visit", now=MONDAY)
    owe(world, 2)
    ledger(world, 3, "risk-area")
    Person.objects.get_queryset().filter(id=world.person(4)).update(worker_place_id=world.place("shop"))
    owe(world, 5, kind="sweep")
    found = {line.person_id: (line.test_class, line.why) for line in on().lines}
    expected = ["home quarantine", "home frail", "home order", "priority risk-area", "priority key-place", "priority sweep", "daily "]
    assert [" ".join(found[world.person(number)]) for number in range(7)] == expected
    at_sites = {line.person_id for line in on().at_sites}
    assert at_sites == {world.person(number) for number in range(3, 24)}
    assert queries.classes(actor=WORKER, person_ids=[world.person(2), world.person(6)], day=TODAY) == {
        world.person(2): ("home", "order"),
        world.person(6): ("daily", ""),
    }


def test_s_207_somebody_who_was_on_the_special_ledger_when_the_round_was_frozen_is_in_the_home_class(world: cast.World) -> None:
    ledger(world, 0)
    order_round(world)
    [line] = [line for line in on().lines if line.person_id == world.person(0)]
    assert (line.test_class, line.where) == ("home", "door")
    assert world.person(0) not in {line.person_id for line in on().at_sites}


@given(facts=st.sets(st.sampled_from([*rules.AT_HOME, "zone", "contact", "abroad", "key-place"])), more=st.sampled_from(rules.AT_HOME))
def test_s_207_a_further_fact_never_sends_somebody_of_the_home_class_to_a_site(facts: set[str], more: str) -> None:
    before, after = rules.test_class(facts)[0], rules.test_class({*facts, more})[0]
    assert after == "home"
    assert (before == "daily") == (not facts)
    assert (before == "home") == bool(facts & set(rules.AT_HOME))


def part_round(world: cast.World, part: Part, area: Area = COMMUNITY) -> UUID:
    return actions.open_part_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=area,
        part=part,
        reason="around a case",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


def test_s_189_only_the_chosen_grids_have_a_roster_and_tasks(world: cast.World) -> None:
    ledger(world, 0)
    ledger(world, 12)
    made = part_round(world, Part(grids=(GRID2,)))
    runner.run_until_quiet(STEPS)
    roster = queries.roll_call(actor=SECRETARY, round_id=made).rows
    assert {row.person_id for row in roster} == {world.person(number) for number in range(12, 24)}
    assert [task.person_id for task in tasks.my_tasks(actor=SAMPLER)] == [world.person(12)]
    assert queries.rounds(actor=WORKER) == []
    assert queries.due_list(actor=SECRETARY, area=GRID1, day=TODAY).lines == []


def test_s_189_a_buffer_takes_the_places_within_its_metres_and_no_others(world: cast.World) -> None:
    places = Place.objects.get_queryset()
    for path, lon in (("shop", 112.5000), ("b1", 112.5010), ("hotel", 112.6000)):
        places.filter(id=world.place(path)).update(lon=lon, lat=37.8)
    guest = people.NewPerson(name="演住客", residence="hotel-guest", dwelling_id=world.place("hotel/f1/r1"), natural_key="guest")
    stranger = people.register_person(actor=REGISTRAR, area=COMMUNITY, new=guest, source="table", now=MONDAY)
    made = part_round(world, Part(place_ids=(world.place("shop"),), radius_m=200))
    living = {row.person_id for row in queries.roll_call(actor=SECRETARY, round_id=made).rows}
    assert living == set(world.people)
    wide = part_round(world, Part(place_ids=(world.place("shop"),), radius_m=20_000))
    assert {row.person_id for row in queries.roll_call(actor=SECRETARY, round_id=wide).rows} == living | {stranger}
    unit = part_round(world, Part(place_ids=(world.place("b1/u1"),)))
    assert queries.roll_call(actor=SECRETARY, round_id=unit).total == 12


def test_s_189_a_part_that_nobody_lives_in_or_that_lies_outside_is_refused(world: cast.World) -> None:
    with pytest.raises(rules.PartEmpty):
        part_round(world, Part(place_ids=(world.place("shop"),)))
    for part in (Part(grids=(Area("mini/county/sub/other/g9/"),)), Part(place_ids=(world.place("site"),))):
        with pytest.raises(rules.PartOutside):
            part_round(world, part)
    with pytest.raises(NotAllowed):
        actions.open_part_round(
            actor=SECRETARY, area=COMMUNITY, part=Part(grids=(GRID1,)), reason="x", directive_id=world.directive_id,
            window=Period(start=MONDAY, end=MONDAY + DAY), now=MONDAY, cause=world.root_cause,
        )  # fmt: skip


def test_a_round_of_a_part_counts_in_no_series_of_the_whole_area(world: cast.World, round_id: UUID) -> None:
    for made in (round_id, part_round(world, Part(grids=(GRID1, GRID2)))):
        actions.close_round(actor=SECRETARY, round_id=made, now=MONDAY + HOUR, cause=world.root_cause)
    assert queries.series(actor=SECRETARY, round_id=round_id, now=MONDAY + DAY).round_ids == (round_id,)
    assert queries.gaps(actor=SECRETARY, area=COMMUNITY) == []


def test_s_216_eighteen_appointed_for_tomorrow_stand_on_the_list_by_grid_and_the_swab_of_the_day_closes_each(world: cast.World) -> None:
    people.record_need(actor=WORKER, person_id=world.person(1), kind="bed-ridden", source="visit", now=MONDAY)
    asked: Any = {"actor": PHONE, "person_ids": world.people[:18], "day": TOMORROW, "now": MONDAY}
    assert actions.appoint(**asked, purpose="register") == 18
    assert actions.appoint(**asked, purpose="travel") == 0
    listed = queries.appointments(actor=SECRETARY, day=TOMORROW)
    assert [one.area for one in listed] == [GRID1] * 12 + [GRID2] * 6
    assert {one.person_id for one in listed if one.where == "door"} == {world.person(1)}
    assert len(queries.appointments(actor=WORKER, day=TOMORROW)) == 12
    runner.run_until_quiet(STEPS)
    assert [task.person_id for task in tasks.my_tasks(actor=SAMPLER)] == [world.person(1)]
    assert len(on(TOMORROW).missing) == 18 and on(TODAY).lines == []
    for number, person_id in enumerate(world.people[:17]):
        single(f"S{number}", person_id, hours=24)
    states = [one.state for one in queries.appointments(actor=SECRETARY, day=TOMORROW)]
    assert (states.count("done"), states.count("due")) == (17, 1)
    assert [line.person_id for line in on(TOMORROW).missing] == [world.person(17)]


def test_s_216_the_days_register_asks_for_appointments_and_one_for_today_is_refused(world: cast.World) -> None:
    for number in (0, 7, 13):
        ledger(world, number, "test-tomorrow")
    assert len(queries.to_appoint(actor=SECRETARY, today=TODAY)) == 3
    actions.appoint(actor=WORKER, person_ids=[world.person(7)], day=TOMORROW, purpose="register", now=MONDAY)
    assert set(queries.to_appoint(actor=SECRETARY, today=TODAY)) == {world.person(0), world.person(13)}
    with pytest.raises(rules.AppointmentPast):
        actions.appoint(actor=WORKER, person_ids=[world.person(1)], day=TODAY, purpose="work", now=MONDAY)
    with pytest.raises(rules.PurposeUnknown):
        actions.appoint(actor=WORKER, person_ids=[world.person(1)], day=TOMORROW, purpose="because", now=MONDAY)
    with pytest.raises(NotAllowed):
        actions.appoint(actor=SAMPLER, person_ids=[world.person(1)], day=TOMORROW, purpose="work", now=MONDAY)


def households(world: cast.World, count: int) -> list[UUID]:
    """One person in each of so many new households of the first grid."""
    homes = [Household(id=uid("home", n), area=GRID1, dwelling_id=world.place("b1/u1/f1/r1"), number=f"h{n}") for n in range(count)]
    Household.objects.bulk_create(homes)
    made = [
        Person(id=uid("quarantined", n), area=GRID1, file_no=f"q-{n:04d}", masked_name="演**", household_id=home.id, dwelling_id=home.dwelling_id)
        for n, home in enumerate(homes)
    ]
    Person.objects.bulk_create(made)
    return [one.id for one in made]


def test_s_209_seventy_eight_households_are_listed_planned_against_done_and_a_series_stops_on_release(world: cast.World) -> None:
    ids, planned = households(world, 78), 9
    for n, person_id in enumerate(ids):
        orders = [TestOrder(person_id=person_id, opens_at=MONDAY - 8 * HOUR + d * DAY, due_at=MONDAY + 16 * HOUR + d * DAY) for d in range(planned)]
        given_ = {"source_kind": "order", "source_id": uid("order", n), "orders": orders, "now": MONDAY, "cause": world.root_cause}
        actions.order_tests(actor=cast.procedure(), area=COMMUNITY, **given_)  # type: ignore[arg-type]
    for n in range(0, 78, 13):
        for d in (0, 1, 3):
            single(f"H{n}-{d}", ids[n], hours=24 * d + 2)
    now = MONDAY + 4 * DAY
    actions.end_tests(actor=cast.procedure(), area=COMMUNITY, source_id=uid("order", 0), reason="released", now=now, cause=world.root_cause)
    listed = {one.person_ids[0]: one.count for one in queries.home_series(actor=SECRETARY, area=COMMUNITY, now=now)}
    assert set(listed) == set(ids) and sum(one.planned for one in listed.values()) == 78 * planned == 702
    visited = rules.SeriesCount(planned=9, done=3, late=1, missed=0, ahead=5, ended=0)
    assert listed[ids[0]] == rules.SeriesCount(planned=9, done=3, late=1, missed=0, ahead=0, ended=5)
    assert {listed[ids[n]] for n in range(13, 78, 13)} == {visited}
    assert {listed[ids[n]] for n in range(78) if n % 13} == {rules.SeriesCount(planned=9, done=0, late=0, missed=4, ahead=5, ended=0)}
    assert [line for line in on(date(2022, 11, 26)).lines if line.person_id == ids[0]] == []


MOMENT = st.integers(min_value=0, max_value=200).map(lambda hours: MONDAY + hours * HOUR)
PLANNED = st.builds(
    lambda opens, done, state: rules.PlannedTest(opens_at=opens, due_at=opens + DAY, state=state, done_at=done if state == "done" else None),
    MOMENT, MOMENT, st.sampled_from(["due", "missed", "done", "ended"]),
)  # fmt: skip


@given(tests=st.lists(PLANNED, max_size=30), now=MOMENT)
def test_s_209_every_planned_test_stands_in_exactly_one_count(tests: list[rules.PlannedTest], now: Any) -> None:
    count = rules.count_series(tests, now=now)
    assert count.planned == len(tests) == count.done + count.late + count.missed + count.ahead + count.ended
