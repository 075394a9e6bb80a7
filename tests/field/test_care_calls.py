"""Telephone rounds: sub-areas A to E, each with a leader on site and three callers at home (S-070)."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.care import actions, queries, rules
from epigrid.field.care.actions import Part, Said
from epigrid.field.care.models import CallItem
from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation.models import Appointment
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, HOUR, MONDAY
from tests.doors.gated import _bought, _call, _exit
from tests.doors.world import client_of, post

DESK = cast.actor(Duty.COMMUNITY_SECRETARY)
LETTERS = "ABCDE"


def caller(number: int) -> Actor:
    return Actor.user(cast.uid("caller", number), Grant(duty=Duty.PHONE_OPERATOR, area=COMMUNITY))


def leader(letter: str) -> Actor:
    return Actor.user(cast.uid("leader", letter), Grant(duty=Duty.GRID_WORKER, area=COMMUNITY))


def appoint(count: int = 15) -> None:
    rows = [
        Appointment(id=cast.uid("appointed", number), area=COMMUNITY, holder_id=cast.uid("caller", number), duty=Duty.PHONE_OPERATOR, since=MONDAY)
        for number in range(count)
    ]
    Appointment.objects.bulk_create(rows)


def five_parts() -> list[Part]:
    return [
        Part(name=letter, leader_id=leader(letter).named, caller_ids=[cast.uid("caller", place * 3 + number) for number in range(3)])
        for place, letter in enumerate(LETTERS)
    ]


def plan(**more: Any) -> UUID:
    appoint()
    given_ = {"actor": DESK, "area": COMMUNITY, "reason": "household-survey", "parts": five_parts(), "now": MONDAY}
    return actions.plan_calls(**(given_ | more))


def test_s_070_five_parts_with_three_callers_each_household_on_exactly_one_list_and_results_seen_at_once(world: cast.World) -> None:
    plan()
    lists = {number: queries.calls(actor=caller(number)) for number in range(15)}
    on_lists = Counter(card.household_id for cards in lists.values() for card in cards)
    assert set(on_lists.values()) == {1}
    assert set(on_lists) == set(world.households)
    called = next(cards[0] for cards in lists.values() if cards)
    actions.record_call(
        actor=caller(_number(called)), item_id=called.id, said=Said(result="reached", tested="tested", health="well"), now=MONDAY + HOUR
    )
    (line,) = [card for card in queries.calls(actor=leader(called.part)) if card.tries]
    assert (line.result, line.tested, line.health, line.called_at) == ("reached", "tested", "well", MONDAY + HOUR)
    assert sum(card.reached for card in queries.call_progress(actor=DESK, round_id=called.round_id)) == 1


def _number(card: queries.CallCard) -> int:
    return next(number for number in range(15) if cast.uid("caller", number) == card.caller_id)


def test_s_070_a_caller_sees_and_writes_his_own_list_only_and_a_leader_his_part(world: cast.World) -> None:
    round_id = plan()
    everything = queries.calls(actor=DESK)
    assert len(everything) == len(world.households)
    for number in range(15):
        assert {card.id for card in queries.calls(actor=caller(number))} == {card.id for card in everything if _number(card) == number}
        assert len(queries.pack_calls(actor=caller(number), touched=None)) == len(queries.calls(actor=caller(number)))
        assert {card.caller_id for card in queries.call_progress(actor=caller(number), round_id=round_id)} <= {caller(number).id}
    for letter in LETTERS:
        assert {card.part for card in queries.calls(actor=leader(letter))} <= {letter}
    foreign = next(card for card in everything if _number(card) != 0)
    with pytest.raises(CallItem.DoesNotExist):
        actions.record_call(actor=caller(0), item_id=foreign.id, said=Said(result="reached"), now=MONDAY)
    elsewhere = cast.actor(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR)
    assert queries.calls(actor=elsewhere) == []


def test_s_070_at_the_machine_door_a_caller_gets_his_list_and_strangers_nothing(world: cast.World) -> None:
    appoint()
    operator = cast.user_id(Duty.PHONE_OPERATOR)
    body = {
        "area": COMMUNITY,
        "parts": [{"part": "A", "leader_id": DESK.named}, {"part": "B", "leader_id": DESK.named}],
        "callers": [{"part": "A", "caller_id": operator}, {"part": "B", "caller_id": cast.uid("caller", 0)}],
        "places": [{"part": "B", "place_id": world.place("b1")}],
    }
    made = post(client_of(Duty.COMMUNITY_SECRETARY), "/api/care/calls/plan", "care.plan-calls", body)
    assert made.status_code == 200, made.content
    assert client_of(Duty.PHONE_OPERATOR).get("/api/care/calls").json() == []
    assert len(client_of(Duty.COMMUNITY_SECRETARY).get("/api/care/calls").json()) == len(world.households)
    strange = post(
        client_of(Duty.COMMUNITY_SECRETARY),
        "/api/care/calls/plan",
        "care.plan-calls",
        body | {"callers": [{"part": "Z", "caller_id": operator}]},
        "c2",
    )
    assert strange.json()["reason"] == "calls.part-unfit"


IDS = st.uuids()


@given(st.lists(IDS, max_size=60, unique=True), st.integers(1, 26), st.integers(1, 4), st.data())
def test_s_070_law_every_household_is_dealt_to_exactly_one_caller_whatever_the_parts(homes, parts, callers, data) -> None:
    places = [cast.uid("building", number) for number in range(4)]
    lying = [(home, frozenset({data.draw(st.sampled_from(places))})) for home in homes]
    names = [f"P{number}" for number in range(parts)]
    owners = {place: data.draw(st.sampled_from([*names[1:], None])) for place in places}
    mine = {name: frozenset(place for place, owner in owners.items() if owner == name) for name in names}
    hands = {name: [cast.uid(name, number) for number in range(callers)] for name in names}
    shares = rules.split(households=lying, parts=hands, places=mine)
    assert Counter(home for share in shares for home in share.household_ids) == Counter(homes)
    for name in names:
        sizes = [len(share.household_ids) for share in shares if share.part == name]
        assert max(sizes) - min(sizes) <= 1
        if mine[name]:
            assert {home for share in shares if share.part == name for home in share.household_ids} == {
                home for home, above in lying if above & mine[name]
            }


def test_households_that_no_part_calls_and_a_building_in_two_parts_are_refused() -> None:
    home, here, there = cast.uid("home"), cast.uid("here"), cast.uid("there")
    with pytest.raises(rules.HouseholdsLeft):
        rules.split(households=[(home, frozenset({there}))], parts={"A": [home]}, places={"A": frozenset({here})})
    with pytest.raises(rules.HouseholdsLeft):
        rules.split(households=[], parts={"A": [home], "B": [here]}, places={"A": frozenset({here}), "B": frozenset({here})})


def test_a_caller_without_the_duty_or_in_two_parts_and_a_part_without_callers_are_refused(world: cast.World) -> None:
    parts = five_parts()
    for bad, refusal in (
        ([Part(name="A", leader_id=DESK.named, caller_ids=[cast.uid("stranger")])], rules.CallerUnfit),
        ([parts[0], Part(name="F", leader_id=DESK.named, caller_ids=parts[0].caller_ids)], rules.CallerUnfit),
        ([Part(name="A", leader_id=DESK.named, caller_ids=[])], rules.PartUnfit),
        ([parts[0], parts[0]], rules.PartUnfit),
        ([], rules.PartUnfit),
    ):
        Appointment.objects.get_queryset().filter(id__in=[cast.uid("appointed", number) for number in range(15)]).delete()
        with pytest.raises(refusal):
            plan(parts=bad)
    assert CallItem.objects.count() == 0


def test_who_says_on_the_telephone_that_he_is_unwell_is_heard_by_the_grid_without_a_name(world: cast.World) -> None:
    plan()
    card = queries.calls(actor=DESK)[0]
    for health, told in (("well", 0), ("unwell", 1)):
        actions.record_call(actor=caller(_number(card)), item_id=card.id, said=Said(result="reached", health=health), now=MONDAY)
        runner.run_until_quiet(STEPS)
        from epigrid.command.communication import queries as inbox

        assert len([one for one in inbox.inbox(actor=DESK) if one.key == "calls.unwell"]) == told
    assert queries.calls(actor=DESK, round_id=card.round_id)[0].tries == 2
    assert set(Fact.objects.get(kind="care.calls-planned").payload["item_ids"]) == {str(one.id) for one in queries.calls(actor=DESK)}


def test_the_lists_of_a_round_that_is_over_leave_the_phones_and_a_late_result_is_kept(world: cast.World) -> None:
    _call(world)
    operator = cast.actor(Duty.PHONE_OPERATOR)
    (line, *_more) = queries.calls(actor=operator)
    assert len(queries.pack_calls(actor=operator, touched=None)) == len(world.households)
    for _again in range(2):
        actions.close_calls(actor=DESK, round_id=line.round_id, now=MONDAY + HOUR)
    assert queries.pack_calls(actor=operator, touched=None) == []
    named = Fact.objects.get(kind="care.calls-closed").payload["item_ids"]
    assert str(line.id) in named
    actions.record_call(actor=operator, item_id=line.id, said=Said(result="reached"), now=MONDAY + 2 * HOUR)
    assert queries.calls(actor=operator)[0].result == "reached"


def test_the_pages_of_requests_ways_to_hospital_and_calls_open_in_few_questions(world: cast.World, django_assert_max_num_queries: Any) -> None:
    _call(world)
    _bought(world)
    _exit(world, "granted")
    for duty in (Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR, Duty.GRID_WORKER):
        client = client_of(duty)
        client.get("/care/")
        for address in ("/care/", "/care/?view=exits", "/care/?view=calls"):
            with django_assert_max_num_queries(12):
                page = client.get(address)
            assert page.status_code == 200
            assert "演安" not in page.content.decode()
    mine = client_of(Duty.GRID_WORKER).get("/care/").content.decode()
    assert "/act/care/deliver/" in mine
    own = client_of(Duty.PHONE_OPERATOR).get("/care/?view=calls").content.decode()
    assert own.count("/act/care/record-call/") == len(world.households)
