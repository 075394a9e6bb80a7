"""Requests from asking to confirming: one helper takes one on, buys, delivers at the door, and the resident confirms (S-152, S-278)."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.care import actions, queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError, NotFound
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.response.quarantine import queries as measures
from epigrid.store.models import Fact
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.doors.prepared import _served
from tests.doors.test_doors import resident
from tests.store.facts import failures, together

WORKER, DESK = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.COMMUNITY_SECRETARY)
OTHER = cast.actor(Duty.PHONE_OPERATOR)


def ask(world: cast.World, kind: str = "food", number: int = 0) -> UUID:
    return actions.ask(actor=Actor.resident(world.person(number)), person_id=world.person(number), kind=kind, channel="page", now=MONDAY)


def test_s_152_requested_accepted_bought_delivered_with_times_and_amount_out_of_an_order(world: cast.World) -> None:
    _served(world)
    order = measures.orders(actor=DESK)[0]
    me = Actor.resident(order.person_id)
    request = actions.ask(actor=me, person_id=order.person_id, kind="food", channel="group", now=MONDAY)
    runner.run_until_quiet(STEPS)
    worker = cast.actor(Duty.GRID_WORKER)
    actions.claim(actor=worker, request_id=request, now=MONDAY + HOUR)
    actions.buy(actor=worker, request_id=request, amount_cents=4250, receipt="No. 17, line 3", now=MONDAY + 2 * HOUR)
    actions.deliver(actor=worker, request_id=request, now=MONDAY + 3 * HOUR)
    actions.confirm(actor=me, request_id=request, now=MONDAY + 4 * HOUR)
    (card,) = queries.requests(actor=me, order_id=order.id)
    moments = (card.asked_at, card.claimed_at, card.bought_at, card.answered_at, card.confirmed_at)
    assert moments == tuple(MONDAY + hours * HOUR for hours in range(5))
    assert (card.state, card.amount_cents, card.receipt) == ("confirmed", 4250, "No. 17, line 3")
    runner.run_until_quiet(STEPS)
    assert {fact.subject_id for fact in Fact.objects.filter(kind="care.answered")} == {request}


def test_s_152_the_resident_reads_times_and_amount_on_his_own_page(world: cast.World) -> None:
    request = ask(world)
    actions.claim(actor=WORKER, request_id=request, now=MONDAY)
    actions.buy(actor=WORKER, request_id=request, amount_cents=4250, receipt="No. 17", now=MONDAY)
    actions.deliver(actor=WORKER, request_id=request, now=MONDAY)
    page = resident(world).get("/me/?view=record").content.decode()
    assert "42.50" in page
    assert "No. 17" in page
    assert "网格员" not in page.partition("42.50")[2][:200], "an office, never a name, and here nobody at all"


def test_s_278_of_two_who_accept_at_once_exactly_one_wins_and_the_other_is_told_by_which_office(transactional_db: None) -> None:
    world = cast.build()
    request = ask(world)
    answers = together(*(lambda who=who: actions.claim(actor=who, request_id=request, now=MONDAY) for who in (WORKER, OTHER)))
    (lost,) = failures(answers)
    assert isinstance(lost, rules.ClaimedByOther)
    assert lost.details["office"] == "演练社区"
    (card,) = queries.requests(actor=DESK)
    winner = WORKER if answers[0] is None else OTHER
    assert (card.claimed_by, lost.details["duty"]) == (winner.id, str(next(iter(winner.duties))))
    assert Fact.objects.filter(kind="care.answered", subject_id=request).count() == 1


STEP = st.tuples(st.sampled_from(["claim", "give_back", "buy", "deliver", "answer", "confirm"]), st.sampled_from([0, 1, 2]))


@given(st.lists(STEP, max_size=10))
@settings(max_examples=25)
def test_s_278_whatever_two_helpers_and_the_desk_press_a_request_has_one_helper_and_moves_by_facts_only(world: cast.World, steps: Any) -> None:
    """A helper never takes it out of the hands of another, and each effective press is one fact, each refused one none."""
    hands = (WORKER, OTHER, DESK)
    more: dict[str, dict[str, Any]] = {
        "give_back": {"reason": "sold-out"}, "buy": {"amount_cents": 100, "receipt": "1"}, "answer": {"answer": "brought"},
    }  # fmt: skip
    with transaction.atomic():
        request = ask(world)
        for verb, hand in steps:
            before, facts = queries.request(actor=DESK, request_id=request), Fact.objects.count()
            try:
                getattr(actions, verb)(actor=hands[hand], request_id=request, now=MONDAY, **more.get(verb, {}))
            except DomainError:
                assert (queries.request(actor=DESK, request_id=request), Fact.objects.count()) == (before, facts)
                continue
            after = queries.request(actor=DESK, request_id=request)
            assert Fact.objects.count() - facts == (after != before or verb == "buy")
            if before.claimed_by is not None and after.claimed_by != before.claimed_by:
                assert (verb, after.claimed_by) == ("give_back", None)
                assert hands[hand].id == before.claimed_by or hands[hand] is DESK
        transaction.set_rollback(True)


def test_a_request_given_back_with_a_reason_stands_open_for_all_and_a_bought_one_is_not_given_back(world: cast.World) -> None:
    request = ask(world)
    actions.claim(actor=WORKER, request_id=request, now=MONDAY)
    with pytest.raises(rules.BackReasonUnknown):
        actions.give_back(actor=WORKER, request_id=request, reason="tired", now=MONDAY)
    actions.give_back(actor=WORKER, request_id=request, reason="sold-out", now=MONDAY)
    assert queries.request(actor=DESK, request_id=request).unclaimed
    assert Fact.objects.filter(kind="care.answered").latest("seq").payload["reason"] == "sold-out"
    actions.claim(actor=OTHER, request_id=request, now=MONDAY)
    actions.buy(actor=OTHER, request_id=request, amount_cents=100, receipt="1", now=MONDAY)
    with pytest.raises(rules.BoughtBefore):
        actions.give_back(actor=OTHER, request_id=request, reason="other", now=MONDAY)
    with pytest.raises(rules.ClaimedByOther):
        actions.deliver(actor=WORKER, request_id=request, now=MONDAY)
    actions.deliver(actor=DESK, request_id=request, now=MONDAY)


def test_nothing_is_bought_before_it_was_taken_on_nor_for_an_amount_that_nobody_pays(world: cast.World) -> None:
    request = ask(world)
    given_ = {"actor": WORKER, "request_id": request, "receipt": "1", "now": MONDAY}
    with pytest.raises(rules.NotClaimed):
        actions.buy(amount_cents=100, **given_)
    actions.claim(actor=WORKER, request_id=request, now=MONDAY)
    for cents in (0, -1, rules.MOST_CENTS + 1):
        with pytest.raises(rules.AmountUnfit):
            actions.buy(amount_cents=cents, **given_)


def test_a_phone_holds_open_requests_and_each_change_names_the_request_or_its_person(world: cast.World) -> None:
    request, mine = ask(world), ask(world, "medicine", 1)
    actions.claim(actor=WORKER, request_id=mine, now=MONDAY)
    rows = {row.id: row for row in queries.pack_requests(actor=WORKER, touched=None)}
    assert {key: (row.mine, row.claimed, row.state) for key, row in rows.items()} == {
        request: (False, False, "recorded"),
        mine: (True, True, "accepted"),
    }
    assert [row.id for row in queries.pack_requests(actor=WORKER, touched=frozenset([world.person(1)]))] == [mine]
    actions.deliver(actor=WORKER, request_id=mine, now=MONDAY)
    assert {row.id: row.state for row in queries.pack_requests(actor=WORKER, touched=None)}[mine] == "delivered"
    actions.confirm(actor=WORKER, request_id=mine, now=MONDAY)
    assert [row.id for row in queries.pack_requests(actor=WORKER, touched=None)] == [request]
    assert queries.pack_requests(actor=cast.actor(Duty.GRID_WORKER, area=cast.GRID2), touched=None) == []


def test_who_lost_a_request_reads_the_office_on_the_page_that_refuses_him(world: cast.World) -> None:
    from tests.doors.world import client_of, post

    request = ask(world)
    for duty, status in ((Duty.GRID_WORKER, 200), (Duty.PHONE_OPERATOR, 422)):
        told = post(client_of(duty), "/api/care/claim", "care.claim", {"request_id": request}, command_id=uuid4().hex)
        assert told.status_code == status
    assert told.json() == {"reason": "care.claimed-by-other", "details": {"office": "演练社区", "duty": "grid-worker"}}


def test_a_request_of_another_community_is_not_there(world: cast.World) -> None:
    stranger = cast.actor(Duty.GRID_WORKER, area=cast.NEIGHBOUR)
    with pytest.raises((NotFound, queries.Request.DoesNotExist)):
        actions.claim(actor=stranger, request_id=ask(world), now=MONDAY)
