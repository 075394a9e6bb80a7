"""Somebody who is put in quarantine after a round was frozen is never pooled, at no door, and comes back when his measure is over. All people are invented."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.models import Registration, SampledAlone, Swab
from epigrid.field.tasks.models import Task
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as registered
from epigrid.response.quarantine import actions as quarantine
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.doors.world import client_of, post
from tests.field.sampling.test_table import REGISTRAR, SAMPLER, SECRETARY, newcomer, order_round, register, round_id, swab, tube
from tests.response import stories

__all__ = ["round_id"]
BOUND = 2
"""The person whom the stories' order is about."""


def hear() -> None:
    runner.run_until_quiet(STEPS)


def served(world: cast.World, number: int = BOUND, kind: str = "home") -> UUID:
    """An order that binds from MONDAY on."""
    order = stories.order(world, number, kind=kind, case_id=cast.uid("case of", number))
    stories.issue_order(world, order)
    stories.serve(world, order)
    return order


def ended(world: cast.World, number: int = BOUND) -> None:
    quarantine.end_orders_of_case(actor=cast.procedure(), case_id=cast.uid("case of", number), now=MONDAY, cause=world.root_cause)


def list_of(world: cast.World, round_id: UUID, number: int = BOUND) -> str:
    person = world.person(number)
    return queries.standings(actor=SECRETARY, round_id=round_id, person_ids=[person])[person][2]


def registered_in_quarantine(world: cast.World, number: int, since: date) -> None:
    entry = people.NewEntry(person_id=world.person(number), category=registered.QUARANTINED, since=since, until=date(2022, 11, 27))
    people.enter_day_register(actor=SECRETARY, area=COMMUNITY, entries=[entry], source="演练", now=MONDAY)


def door_tasks(world: cast.World, number: int = BOUND) -> list[tuple[str, list[str]]]:
    rows = Task.objects.filter(kind="door-sample", person_id=world.person(number)).order_by("opened_at", "id")
    return [(row.state, row.roles) for row in rows]


def refused_in_a_pool(world: cast.World, round_id: UUID, number: int = BOUND) -> bool:
    """Whether a pool with him and somebody else is refused, and then nobody is in it."""
    pool = tube(world, round_id, f"P{Swab.objects.count()}")
    try:
        with transaction.atomic():
            swab(world, pool, world.person(11), world.person(number))
            transaction.set_rollback(True)
    except rules.NeverPooled:
        assert queries.members(actor=SAMPLER, tube_id=pool) == ()
        return True
    return False


def test_s_210_whoever_is_put_in_quarantine_after_the_freeze_is_on_the_door_list_and_no_pool_takes_him(world: cast.World, round_id: UUID) -> None:
    served(world)
    hear()
    assert list_of(world, round_id) == "quarantine"
    assert refused_in_a_pool(world, round_id)
    assert door_tasks(world) == [("assigned", ["sampler", "information-officer"])]
    assert list_of(world, round_id, 3) == "pooled", "who lives with him is bound by nothing"
    assert swab(world, tube(world, round_id, "S1", pool_size=1), world.person(BOUND)) == 1
    hear()
    assert door_tasks(world)[0][0] != "assigned"
    assert Fact.objects.filter(kind="sampling.lists-moved").count() == 1


def test_s_210_every_door_refuses_him_in_a_pool_and_nobody_half_lands(world: cast.World, round_id: UUID) -> None:
    served(world)
    hear()
    papers, client = ["mini-0000", "mini-0002"], client_of(Duty.REGISTRAR)
    pool = tube(world, round_id, "T1")
    tubes = [
        {"command_id": "u1", "label": "U1", "pool_size": 10, "file_nos": papers},
        {"command_id": "u2", "label": "U2", "pool_size": 10, "file_nos": ["mini-0004"]},
    ]
    doors: list[tuple[str, str, dict[str, Any]]] = [
        (
            "/api/sampling/tubes/fill",
            "sampling.fill-tube",
            {"area": COMMUNITY, "label": "F1", "pool_size": 10, "round_id": round_id, "file_nos": papers},
        ),
        ("/api/sampling/tubes/swab", "sampling.take-swabs", {"tube_id": pool, "person_ids": [world.person(0), world.person(2)]}),
        ("/api/sampling/tubes/at-table", "sampling.at-table", {"tube_id": pool, "file_nos": papers}),
    ]
    for number, (path, operation, body) in enumerate(doors):
        answer = post(client, path, operation, body, command_id=f"c{number}")
        assert (answer.status_code, answer.json()["reason"]) == (422, "tube.never-pooled"), path
    body = {"area": COMMUNITY, "round_id": round_id, "tubes": tubes}
    outcomes = post(client, "/api/sampling/table/upload", "sampling.upload", body, command_id="upload").json()["rows"]
    assert outcomes[0] == "refused:tube.never-pooled" and outcomes[1].startswith("done:")
    assert list(Swab.objects.values_list("person_id", flat=True)) == [world.person(4)]
    assert list(Registration.objects.values_list("person_id", flat=True)) == [world.person(4)]


def test_s_210_an_order_that_was_never_served_moves_nobody(world: cast.World, round_id: UUID) -> None:
    order = stories.order(world, BOUND, kind="home")
    hear()
    stories.issue_order(world, order)
    hear()
    assert (list_of(world, round_id), SampledAlone.objects.count()) == ("pooled", 0)
    assert not refused_in_a_pool(world, round_id)
    stories.serve(world, order)
    hear()
    assert list_of(world, round_id) == "quarantine"


def test_s_210_he_comes_back_when_the_order_ends_before_his_sample_and_not_after_it(world: cast.World, round_id: UUID) -> None:
    for number in (BOUND, 4):
        served(world, number)
    hear()
    swab(world, tube(world, round_id, "S1", pool_size=1), world.person(4))
    for number in (BOUND, 4):
        ended(world, number)
    hear()
    assert (list_of(world, round_id), list_of(world, round_id, 4)) == ("pooled", "quarantine")
    assert SampledAlone.objects.count() == 0
    assert not refused_in_a_pool(world, round_id)
    assert door_tasks(world)[-1][0] == "ended"


def test_s_210_two_reasons_hold_him_until_both_are_over_and_the_frail_stay_frail(world: cast.World, round_id: UUID) -> None:
    people.record_need(actor=REGISTRAR, person_id=world.person(BOUND), kind="bed-ridden", source="演练", now=MONDAY)
    served(world)
    registered_in_quarantine(world, BOUND, date(2022, 11, 21))
    hear()
    ended(world)
    hear()
    assert list_of(world, round_id) == "quarantine"
    served(world, 4)
    people.record_need(actor=REGISTRAR, person_id=world.person(4), kind="bed-ridden", source="演练", now=MONDAY)
    hear()
    ended(world, 4)
    hear()
    assert list_of(world, round_id, 4) == "frail"


def test_s_210_whoever_was_pooled_before_stays_where_he_was_and_is_alone_when_his_tube_is_lost(world: cast.World, round_id: UUID) -> None:
    pool = tube(world, round_id, "T1")
    swab(world, pool, world.person(0), world.person(BOUND))
    served(world)
    hear()
    assert (list_of(world, round_id), door_tasks(world)) == ("pooled", [])
    actions.discard_tube(actor=SAMPLER, tube_id=pool, code="frozen", now=MONDAY, cause=world.root_cause)
    assert refused_in_a_pool(world, round_id)


def test_s_210_a_hold_that_waits_for_a_retest_is_alone_while_it_runs(world: cast.World, round_id: UUID) -> None:
    holds = stories.issued(world)
    hear()
    assert {list_of(world, round_id, number) for number in range(10)} == {"quarantine"}
    assert list_of(world, round_id, 10) == "pooled"
    quarantine.end_holds(actor=cast.actor(Duty.CDC_DUTY_OFFICER), hold_ids=holds, reason="演练", now=MONDAY, cause=world.root_cause)
    hear()
    assert {list_of(world, round_id, number) for number in range(11)} == {"pooled"}


def test_s_210_a_round_that_opens_later_has_him_on_its_door_list_from_the_start(world: cast.World) -> None:
    served(world)
    hear()
    first = order_round(world)
    assert list_of(world, first) == "quarantine"
    opened = Fact.objects.get(kind="sampling.round-opened").payload
    assert (opened["door_quarantine"], opened["door_frail"]) == (1, 0)
    SampledAlone.objects.get_queryset().delete()
    second = order_round(world)
    assert list_of(world, second) == "pooled"
    hear()
    assert list_of(world, second) == "quarantine", "a measure that was missed is found when the round opens"


def test_s_210_somebody_added_late_is_alone_from_his_first_moment_also_in_the_upload_that_adds_him(world: cast.World, round_id: UUID) -> None:
    guest = newcomer(world)
    running = {guest: [actions.Running(measure_id=cast.uid("measure"), until=MONDAY + DAY)]}
    actions.keep_alone(actor=cast.procedure(), running=running, now=MONDAY, cause=world.root_cause)
    paper = registered.person(actor=REGISTRAR, person_id=guest).file_no
    body = {"area": COMMUNITY, "round_id": round_id, "tubes": [{"command_id": "u1", "label": "U1", "pool_size": 5, "file_nos": ["mini-0000", paper]}]}
    assert post(client_of(Duty.REGISTRAR), "/api/sampling/table/upload", "sampling.upload", body).json()["rows"] == ["refused:tube.never-pooled"]
    assert Swab.objects.count() == 0
    register(world, round_id, guest)
    assert queries.standings(actor=REGISTRAR, round_id=round_id, person_ids=[guest])[guest][2] == "quarantine"


def test_s_210_the_days_register_refuses_at_once_and_an_entry_for_tomorrow_from_tomorrow(world: cast.World, round_id: UUID) -> None:
    registered_in_quarantine(world, BOUND, date(2022, 11, 21))
    registered_in_quarantine(world, 4, date(2022, 11, 22))
    assert refused_in_a_pool(world, round_id), "before any playbook has heard of it"
    hear()
    assert (list_of(world, round_id), list_of(world, round_id, 4)) == ("quarantine", "pooled")
    assert not refused_in_a_pool(world, round_id, 4)
    pool = tube(world, round_id, "T9")
    with pytest.raises(rules.NeverPooled):
        actions.take_swabs(actor=SAMPLER, tube_id=pool, person_ids=[world.person(4)], now=MONDAY + 17 * HOUR, cause=world.root_cause)


def test_a_measure_past_its_end_keeps_nobody_alone_also_when_nobody_said_so(world: cast.World, round_id: UUID) -> None:
    running = {world.person(BOUND): [actions.Running(measure_id=cast.uid("measure"), until=MONDAY + HOUR)]}
    actions.keep_alone(actor=cast.procedure(), running=running, now=MONDAY, cause=world.root_cause)
    pool = tube(world, round_id, "T1")
    actions.sort_lists(actor=cast.procedure(), person_ids=[world.person(BOUND)], now=MONDAY + HOUR, cause=world.root_cause)
    assert actions.take_swabs(actor=SAMPLER, tube_id=pool, person_ids=[world.person(BOUND)], now=MONDAY + HOUR, cause=world.root_cause) == 1


@given(deeds=st.lists(st.tuples(st.sampled_from(["serve", "end", "swab", "hear"]), st.sampled_from([2, 4, 6])), max_size=12))
@settings(max_examples=20)
def test_s_210_law_after_everything_was_heard_the_list_is_that_of_the_measures_unless_he_was_sampled_before(
    world: cast.World, deeds: list[tuple[str, int]]
) -> None:
    """Oracle: who is bound, and on which list he stood when he was swabbed, kept beside the program."""
    with transaction.atomic():
        round_id = order_round(world)
        bound: set[int] = set()
        ever: set[int] = set()
        kept: dict[int, str] = {}
        for place, (deed, number) in enumerate([*deeds, ("hear", 0)]):
            if deed == "hear":
                hear()
            elif deed == "swab" and number not in kept:
                hear()
                kept[number] = "quarantine" if number in bound else "pooled"
                swab(world, tube(world, round_id, f"S{place}", pool_size=1 if number in bound else 10), world.person(number))
            elif deed == "serve" and number not in ever:
                served(world, number)
                bound.add(number)
                ever.add(number)
            elif deed == "end" and number in bound:
                ended(world, number)
                bound.discard(number)
        for number in (2, 4, 6):
            assert list_of(world, round_id, number) == kept.get(number, "quarantine" if number in bound else "pooled")
        transaction.set_rollback(True)
