"""The table: who stands there, temperature before registration, the queue, and whoever waits apart. All people are invented."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist

from epigrid.field.sampling import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.kernel.periods import Period
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as registered
from epigrid.store.models import Fact, Read
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY

REGISTRAR, SAMPLER = cast.actor(Duty.REGISTRAR), cast.actor(Duty.SAMPLER)
SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
LIMIT = """[pack]
id = "limit"
disease = "covid-19"
title = "a limit invented for a test"
kind = "overlay"
level = "city"
area = "shanxi/taiyuan/"
valid_from = 2022-01-01

[temperature]
isolate_from_c = { value = 37.3, source = "a number of this test", confidence = "P" }
"""


@pytest.fixture
def round_id(world: cast.World) -> UUID:
    return order_round(world)


def order_round(world: cast.World) -> UUID:
    return actions.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="chain unclear",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


@pytest.fixture
def limit(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "limit.toml").write_text(LIMIT)
    settings.EPIGRID_PACKS_DIR = str(tmp_path)


def register(world: cast.World, round_id: UUID, *person_ids: UUID, means: str = "document", table: str = "1") -> int:
    return actions.register(
        actor=REGISTRAR, round_id=round_id, person_ids=person_ids, means=means, table=table, now=MONDAY + HOUR, cause=world.root_cause
    )


def measure(world: cast.World, round_id: UUID, person_id: UUID, celsius: str) -> str:
    it: Any = {"actor": SAMPLER, "round_id": round_id, "now": MONDAY + HOUR, "cause": world.root_cause}
    return actions.take_temperature(**it, person_id=person_id, celsius=Decimal(celsius))


def tube(world: cast.World, round_id: UUID, label: str, pool_size: int = 10) -> UUID:
    return actions.open_tube(actor=SAMPLER, area=COMMUNITY, label=label, pool_size=pool_size, now=MONDAY, cause=world.root_cause, round_id=round_id)


def swab(world: cast.World, tube_id: UUID, *person_ids: UUID) -> int:
    return actions.take_swabs(actor=SAMPLER, tube_id=tube_id, person_ids=person_ids, now=MONDAY + HOUR, cause=world.root_cause)


def gate(world: cast.World, round_id: UUID) -> None:
    actions.measure_temperature(actor=SECRETARY, round_id=round_id, now=MONDAY, cause=world.root_cause)


def found(means: str, value: str) -> queries.Found:
    return queries.find(actor=REGISTRAR, means=means, value=value, now=MONDAY)


def newcomer(world: cast.World, **more: Any) -> UUID:
    new = people.NewPerson(name="演新来", residence="visitor", dwelling_id=world.place("b1/u1/f1/r1"), **more)
    return people.register_person(actor=REGISTRAR, area=COMMUNITY, new=new, source="table", now=MONDAY)


def test_s_196_somebody_without_a_phone_is_found_by_his_document_and_the_look_up_is_recorded_for_sampling(world: cast.World, round_id: UUID) -> None:
    assert found("document", "ex 000007").person_ids == (world.person(7),)
    assert list(Read.objects.values_list("purpose", flat=True)) == ["sampling"]
    assert register(world, round_id, world.person(7)) == 1
    assert queries.queue(actor=SAMPLER, round_id=round_id, table="1") == [world.person(7)]


def test_s_196_code_paper_phone_and_home_find_the_same_person_and_the_family_of_one_phone_its_home(world: cast.World) -> None:
    code = actions.make_codes(actor=REGISTRAR, person_ids=[world.person(4)], now=MONDAY)[world.person(4)]
    assert actions.make_codes(actor=REGISTRAR, person_ids=[world.person(4)], now=MONDAY + HOUR) == {world.person(4): code}
    home = world.place("b1/u1/f2/r1")
    for means, value in (("code", f"{code[:5]}-{code[5:].lower()}"), ("paper", " mini-0004 "), ("phone", "1000000 0004")):
        assert found(means, value) == queries.Found(person_ids=(world.person(4),), home_ids=(home,)), means
    assert found("home", "演练花园小区1号楼1单元201").home_ids == (home,)
    family = [card.id for card in registered.people(actor=REGISTRAR, place_ids=[home])]
    assert family == [world.person(4), world.person(5)]
    with pytest.raises(rules.MeansUnknown):
        found("face", "x")


def test_s_196_a_passport_is_a_document_and_the_same_passport_again_is_the_same_file(world: cast.World, round_id: UUID) -> None:
    guest = newcomer(world, document="E1234567")
    assert found("document", "e 1234567").person_ids == (guest,)
    assert newcomer(world, document="E1234567") == guest


def test_s_196_somebody_who_is_on_no_list_is_added_by_being_registered_and_nobody_is_registered_twice(world: cast.World, round_id: UUID) -> None:
    guest = newcomer(world)
    assert register(world, round_id, guest) == 1
    assert register(world, round_id, guest, means="paper", table="2") == 0
    roll = queries.roll_call(actor=REGISTRAR, round_id=round_id)
    assert (roll.total, next(row.origin for row in roll.rows if row.person_id == guest)) == (25, "late")
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds
    swab(world, tube(world, round_id, "T1"), guest)
    assert queries.queue(actor=SAMPLER, round_id=round_id) == []
    with pytest.raises(rules.AlreadySampled):
        register(world, round_id, guest)


def test_a_newcomer_with_a_need_of_his_own_is_on_the_door_list_like_everybody_else(world: cast.World, round_id: UUID) -> None:
    guest = newcomer(world)
    people.record_need(actor=REGISTRAR, person_id=guest, kind="bed-ridden", source="table", now=MONDAY)
    register(world, round_id, guest)
    assert queries.standings(actor=REGISTRAR, round_id=round_id, person_ids=[guest]) == {guest: ("open", "", "frail")}


def test_whoever_was_struck_off_is_refused_at_the_table(world: cast.World, round_id: UUID) -> None:
    it: Any = {"actor": REGISTRAR, "round_id": round_id, "now": MONDAY, "cause": world.root_cause}
    actions.strike_off(**it, person_id=world.person(2), reason="moved-out")
    with pytest.raises(rules.NotOnRoster):
        register(world, round_id, world.person(2))


def test_the_queue_keeps_the_order_of_coming_and_tables_apart(world: cast.World, round_id: UUID) -> None:
    register(world, round_id, world.person(5), world.person(3), world.person(4))
    register(world, round_id, world.person(9), table="2")
    assert queries.queue(actor=SAMPLER, round_id=round_id, table="2") == [world.person(9)]
    assert set(queries.queue(actor=SAMPLER, round_id=round_id)) == {world.person(number) for number in (3, 4, 5, 9)}


def test_s_197_where_the_round_measures_nobody_is_registered_before_and_nobody_is_pooled_before_registration(
    world: cast.World, round_id: UUID
) -> None:
    first, pool = world.person(0), tube(world, round_id, "T1")
    gate(world, round_id)
    with pytest.raises(rules.NotRegistered):
        swab(world, pool, first)
    with pytest.raises(rules.TemperatureFirst):
        register(world, round_id, first)
    assert measure(world, round_id, first, "36.6") == "unjudged"
    with pytest.raises(rules.NotRegistered):
        swab(world, pool, first)
    assert register(world, round_id, first) == 1
    assert swab(world, pool, first) == 1
    actions.stop_measuring(actor=SECRETARY, round_id=round_id, now=MONDAY, cause=world.root_cause)
    assert swab(world, pool, world.person(1)) == 1


@pytest.mark.parametrize(("celsius", "outcome"), [("37.2", "pass"), ("37.3", "isolate"), ("39.0", "isolate")])
def test_s_197_a_temperature_at_the_limit_leads_apart_and_not_to_the_tube(
    world: cast.World, round_id: UUID, limit: None, celsius: str, outcome: str
) -> None:
    gate(world, round_id)
    assert measure(world, round_id, world.person(0), celsius) == outcome
    assert [card.person_id for card in queries.isolations(actor=SAMPLER, round_id=round_id)] == [world.person(0)] * (outcome == "isolate")
    if outcome == "isolate":
        with pytest.raises(rules.Isolated):
            register(world, round_id, world.person(0))
        with pytest.raises(rules.NeverPooled):
            swab(world, tube(world, round_id, "T1"), world.person(0))
    else:
        assert register(world, round_id, world.person(0)) == 1


def test_s_197_while_no_limit_is_set_no_reading_leads_apart_and_people_decide(world: cast.World, round_id: UUID) -> None:
    gate(world, round_id)
    assert measure(world, round_id, world.person(0), "39.9") == "unjudged"
    assert queries.isolations(actor=SAMPLER, round_id=round_id) == []
    it: Any = {"actor": SAMPLER, "round_id": round_id, "now": MONDAY, "cause": world.root_cause}
    made = actions.isolate(**it, person_id=world.person(0))
    assert actions.isolate(**it, person_id=world.person(0)) == made
    assert Fact.objects.filter(kind="sampling.person-isolated").count() == 1


def test_s_198_whoever_waits_apart_has_a_tube_of_his_own_and_his_record_ends_with_a_hand_over(world: cast.World, round_id: UUID) -> None:
    site = actions.open_site(actor=REGISTRAR, round_id=round_id, name="东门", place_id=None, now=MONDAY, cause=world.root_cause)
    it: Any = {"actor": SAMPLER, "now": MONDAY, "cause": world.root_cause}
    record = actions.isolate(**it, round_id=round_id, person_id=world.person(0), site_id=site)
    assert swab(world, tube(world, round_id, "S1", pool_size=1), world.person(0)) == 1
    actions.close_tube(**it, tube_id=queries.ids_by_label(actor=SAMPLER, tree="mini", labels=["S1"])["S1"])
    with pytest.raises(rules.SiteNotClear) as refused:
        actions.close_site(**it | {"actor": REGISTRAR}, site_id=site, done=rules.CHECKLIST)
    assert refused.value.details == {"bags": 0, "tubes": 0, "isolated": 1, "unticked": []}
    with pytest.raises(rules.ReceiverMissing):
        actions.hand_over_isolated(**it, isolation_id=record, handed_to=" ")
    actions.hand_over_isolated(**it, isolation_id=record, handed_to="演练120一号车")
    with pytest.raises(rules.IsolationEnded):
        actions.hand_over_isolated(**it, isolation_id=record, handed_to="again")
    assert queries.isolations(actor=SAMPLER, round_id=round_id) == []
    assert queries.isolations(actor=SAMPLER, round_id=round_id, open_only=False)[0].handed_to == "演练120一号车"
    actions.close_site(**it | {"actor": REGISTRAR}, site_id=site, done=rules.CHECKLIST)


@pytest.mark.parametrize("duty", [Duty.GRID_WORKER, Duty.LABORATORY, Duty.GATE_GUARD])
def test_only_the_two_at_the_table_register_measure_and_isolate(world: cast.World, round_id: UUID, duty: Duty) -> None:
    it: Any = {"actor": cast.actor(duty), "round_id": round_id, "now": MONDAY, "cause": world.root_cause}
    facts = Fact.objects.count()
    for refused in (
        lambda: actions.register(**it, person_ids=[world.person(0)], means="paper", table="1"),
        lambda: actions.take_temperature(**it, person_id=world.person(0), celsius=Decimal("36.5")),
        lambda: actions.isolate(**it, person_id=world.person(0)),
        lambda: actions.measure_temperature(**it),
    ):
        with pytest.raises((NotAllowed, ObjectDoesNotExist)):
            refused()
    assert Fact.objects.count() == facts


def test_s_210_somebody_in_quarantine_at_home_is_never_pooled_also_when_he_is_added_late(world: cast.World, round_id: UUID) -> None:
    guest = newcomer(world)
    entry = people.NewEntry(person_id=guest, category=registered.QUARANTINED, since=date(2022, 11, 20), until=date(2022, 11, 27))
    people.enter_day_register(actor=SECRETARY, area=COMMUNITY, entries=[entry], source="order", now=MONDAY)
    register(world, round_id, guest)
    pool = tube(world, round_id, "T1")
    for others in ((), (world.person(1),)):
        with pytest.raises(rules.NeverPooled):
            swab(world, pool, *others, guest)
    assert queries.members(actor=SAMPLER, tube_id=pool) == ()
    assert swab(world, tube(world, round_id, "S1", pool_size=1), guest) == 1


def test_s_199_two_tubes_at_one_table_keep_their_own_lists_in_queue_order(world: cast.World, round_id: UUID) -> None:
    first, second = tube(world, round_id, "T1"), tube(world, round_id, "T2")
    for turn in range(10):
        swab(world, (first, second)[turn % 2], world.person(turn))
    it: Any = {"actor": SAMPLER, "now": MONDAY, "cause": world.root_cause}
    actions.withdraw_swab(**it, tube_id=first, person_id=world.person(4))
    swab(world, second, world.person(4))
    assert queries.members(actor=SAMPLER, tube_id=first) == tuple(world.person(number) for number in (0, 2, 6, 8))
    assert queries.members(actor=SAMPLER, tube_id=second) == tuple(world.person(number) for number in (1, 3, 5, 7, 9, 4))
    assert [(one.label, one.people) for one in queries.open_tubes(actor=SAMPLER, round_id=round_id)] == [("T1", 4), ("T2", 6)]
    assert queries.conservation(actor=cast.procedure(), round_id=round_id).holds
