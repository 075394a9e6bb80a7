"""Antigen kits and results: what is counted, what a positive leads to, and what no result alone does."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.command.communication import queries as inbox
from epigrid.field.antigen import actions, queries, rules
from epigrid.field.antigen.models import AntigenReport
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.registers.places import queries as places
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.store.models import Fact, Hearing
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.doors.world import client_of

ALL = cast.procedure()
WORKER = cast.actor(Duty.GRID_WORKER)
SAMPLER = cast.actor(Duty.SAMPLER)


def kits(world: cast.World, *households: int, number: int | None = None) -> list[UUID]:
    return actions.issue_kits(actor=WORKER, household_ids=[world.households[one] for one in households], kits=number, now=MONDAY)


def tell(world: cast.World, person: int, result: str, at: datetime = MONDAY, actor: Actor = WORKER) -> UUID:
    return actions.report_results(actor=actor, person_ids=[world.person(person)], result=result, now=at)[0]


def heard() -> None:
    runner.run_until_quiet(STEPS)
    assert not Hearing.objects.filter(parked_at__isnull=False).exists()


def pcr(world: cast.World, person: int, outcome: str, label: str, at: datetime = MONDAY + HOUR) -> None:
    """One single tube, swabbed and read."""
    it: Any = {"now": at, "cause": world.root_cause}
    tube = sampling.fill_tube(actor=SAMPLER, area=COMMUNITY, label=label, pool_size=1, person_ids=[world.person(person)], **it)
    heard()
    sampling.note_results(actor=ALL, tube_ids=[tube], outcome=outcome, at=at, **it)
    heard()


def issue(hold_id: UUID, world: cast.World) -> None:
    officer = cast.actor(Duty.CDC_DUTY_OFFICER)
    quarantine.issue_holds(actor=officer, hold_ids=[hold_id], appeal_body_id=world.bodies["appeals"], now=MONDAY, cause=world.root_cause)
    heard()


def test_s_214_an_antigen_positive_creates_a_pcr_task_and_a_hold_proposal_not_a_case(world: cast.World) -> None:
    kits(world, 0)
    report = tell(world, 0, "positive")
    heard()
    person = world.person(0)
    holds = measures.holds(actor=ALL)
    assert [(card.person_id, card.tube_id, card.state, card.decided_by) for card in holds] == [(person, report, "proposed", None)]
    tests = sampled.tests_due(actor=ALL)
    assert [(card.person_id, card.source_kind, card.where) for card in tests] == [(person, "antigen", "door")]
    tasks = tasked.tasks_of(actor=ALL, source_id=tests[0].source_id)
    assert [(card.kind, card.duty, card.person_id) for card in tasks] == [("test", Duty.SAMPLER, person)]
    assert traced.cases(actor=ALL) == [] and outbroken.outbreaks(actor=ALL) == []
    assert coded.status(actor=ALL, person_id=person, now=MONDAY).status == "clear"
    assert [card.key for card in inbox.messages_to(actor=Actor.resident(person), person_id=person)] == ["antigen.retest"]
    desk = [card for card in inbox.inbox(actor=cast.actor(Duty.COMMUNITY_SECRETARY)) if card.key == "antigen.positive"]
    assert [card.values for card in desk] == [{}]


def test_a_second_positive_stands_beside_the_first_and_adds_no_second_proposal_and_no_second_test(world: cast.World) -> None:
    kits(world, 0)
    first, second = tell(world, 0, "positive"), tell(world, 0, "positive", MONDAY + HOUR)
    heard()
    assert {card.id for card in queries.reports(actor=WORKER)} == {first, second}
    assert len(measures.holds(actor=ALL)) == len(sampled.tests_due(actor=ALL)) == 1


def test_the_same_report_sent_twice_has_one_effect(world: cast.World) -> None:
    kits(world, 0)
    first = tell(world, 0, "positive")
    facts = Fact.objects.count()
    assert tell(world, 0, "positive") == first
    assert (Fact.objects.count(), len(queries.reports(actor=WORKER))) == (facts, 1)


@pytest.mark.parametrize("issued", [False, True])
def test_the_hold_of_an_antigen_positive_ends_by_the_pcr_results_as_other_holds_do(world: cast.World, issued: bool) -> None:
    tell(world, 0, "positive")
    heard()
    if issued:
        issue(measures.holds(actor=ALL)[0].id, world)
        assert coded.status(actor=ALL, person_id=world.person(0), now=MONDAY).status == "hold"
        assert [card.source_kind for card in sampled.tests_due(actor=ALL)] == ["antigen"], "owed once, not again for the hold"
    pcr(world, 0, "negative", "S1")
    assert measures.holds(actor=ALL)[0].state == ("issued" if issued else "proposed")
    pcr(world, 0, "negative", "S2")
    assert [(card.state, card.end_reason) for card in measures.holds(actor=ALL)] == [("ended", "hold.all-negative")]
    assert not coded.bound(actor=ALL, now=MONDAY + HOUR) and traced.cases(actor=ALL) == []
    assert not [card for card in tasked.tasks_of(actor=ALL, states=("assigned", "accepted")) if card.kind in ("test", "tell-hold")]


def test_the_pcr_result_and_nothing_before_it_makes_the_case(world: cast.World) -> None:
    tell(world, 0, "positive")
    heard()
    assert traced.cases(actor=ALL) == []
    pcr(world, 0, "positive", "S1")
    assert [card.person_id for card in traced.cases(actor=ALL)] == [world.person(0)]
    assert [(card.state, card.end_reason) for card in measures.holds(actor=ALL)] == [("ended", "hold.became-case")]


def test_a_positive_that_is_entered_after_its_pcr_results_waits_for_nobody(world: cast.World) -> None:
    pcr(world, 0, "negative", "S1")
    pcr(world, 0, "negative", "S2")
    asked: Any = {"actor": WORKER, "person_ids": [world.person(0)], "result": "positive"}
    actions.report_results(**asked, tested_at=MONDAY, now=MONDAY + 2 * HOUR)
    heard()
    assert [(card.state, card.end_reason) for card in measures.holds(actor=ALL)] == [("ended", "hold.all-negative")]


def test_where_the_rules_in_force_know_no_hold_a_positive_orders_the_test_and_proposes_nothing(db: None) -> None:
    """A real tree, whose clock is the wall's: since 2023-01-08 the packs know no hold."""
    tell(cast.build(exercise=False), 0, "positive")
    runner.run_until_quiet(STEPS)
    assert measures.holds(actor=ALL) == []
    assert [(card.source_kind, card.due_at - card.opens_at) for card in sampled.tests_due(actor=ALL)] == [("antigen", 6 * HOUR)]


def test_a_refused_proposal_leaves_the_pcr_test_owed(world: cast.World) -> None:
    tell(world, 0, "positive")
    heard()
    hold, officer = measures.holds(actor=ALL)[0].id, cast.actor(Duty.CDC_DUTY_OFFICER)
    quarantine.end_holds(actor=officer, hold_ids=[hold], reason="expired", now=MONDAY, cause=world.root_cause)
    heard()
    assert [card.source_kind for card in sampled.tests_due(actor=ALL)] == ["antigen"]


def test_a_negative_ends_no_hold_and_no_test_and_is_no_sample_of_a_round(world: cast.World) -> None:
    kits(world, 0, number=4)
    tell(world, 0, "positive")
    heard()
    issue(measures.holds(actor=ALL)[0].id, world)
    before = (measures.holds(actor=ALL), sampled.tests_due(actor=ALL), coded.statuses(actor=ALL, person_ids=world.people, now=MONDAY))
    tell(world, 0, "negative", MONDAY + HOUR)
    heard()
    assert (measures.holds(actor=ALL), sampled.tests_due(actor=ALL), coded.statuses(actor=ALL, person_ids=world.people, now=MONDAY)) == before
    assert sampled.readings_of(actor=ALL, person_id=world.person(0)) == []


def test_after_an_invalid_result_somebody_asks_again_with_another_kit_until_a_result_can_be_read(world: cast.World) -> None:
    kits(world, 0, number=1)
    tell(world, 0, "invalid")
    heard()
    assert [(card.kind, card.duty) for card in tasked.tasks_of(actor=ALL)] == [("antigen-again", Duty.GRID_WORKER)]
    assert [card.key for card in inbox.messages_to(actor=WORKER, person_id=world.person(0))] == ["antigen.again"]
    with pytest.raises(rules.NoKitLeft):
        tell(world, 0, "negative", MONDAY + HOUR)
    kits(world, 0, number=1)
    tell(world, 0, "negative", MONDAY + HOUR)
    heard()
    assert [card.state for card in tasked.tasks_of(actor=ALL)] == ["verified"]


def test_a_household_with_more_results_than_kits_is_told_so_but_a_positive_is_never_refused(world: cast.World) -> None:
    kits(world, 0, number=1)
    tell(world, 0, "negative")
    with pytest.raises(rules.NoKitLeft) as refusal:
        tell(world, 1, "invalid")
    assert refusal.value.details == {"issued": 1, "reported": 1}
    tell(world, 1, "positive")
    home = queries.homes(actor=WORKER, rooms=places.within(actor=WORKER, place_id=world.place("b1")), day=MONDAY.date())[0]
    assert (home.issued, home.used, home.reported, home.left, home.beyond) == (1, 1, 2, 0, 1)
    with pytest.raises(rules.NoKitLeft):
        actions.report_results(actor=WORKER, person_ids=[world.person(2), world.person(3)], result="negative", now=MONDAY)


def test_a_bulk_of_one_household_uses_one_kit_after_the_other(world: cast.World) -> None:
    kits(world, 0, number=1)
    with pytest.raises(rules.NoKitLeft):
        actions.report_results(actor=WORKER, person_ids=[world.person(0), world.person(1)], result="negative", now=MONDAY)
    assert queries.reports(actor=WORKER) == []


def test_kits_are_counted_by_household_and_by_building_and_who_has_not_reported_is_listed(world: cast.World) -> None:
    secretary = cast.actor(Duty.COMMUNITY_SECRETARY)
    kits(world, 0, 1)
    tell(world, 0, "negative")
    tell(world, 0, "positive", MONDAY + HOUR)
    tell(world, 2, "invalid")
    first, second, *others = queries.homes(actor=secretary, rooms=places.within(actor=secretary, place_id=world.place("b1")), day=MONDAY.date())
    assert [(home.asked, home.issued, home.used, home.left, home.beyond) for home in (first, second)] == [(2, 2, 2, 0, 0), (2, 2, 1, 1, 0)]
    assert [[member.result for member in home.members] for home in (first, second)] == [["positive", ""], ["invalid", ""]]
    assert {(home.asked, home.issued) for home in others} == {(0, 0)}
    (card,) = queries.buildings(actor=secretary, area=cast.TREE, day=MONDAY.date())
    assert (card.building_id, card.issued, card.used, card.left) == (world.place("b1"), 4, 3, 1)
    assert (card.positive, card.negative, card.invalid) == (1, 1, 1)
    (tomorrow,) = queries.buildings(actor=secretary, area=cast.TREE, day=(MONDAY + DAY).date())
    assert (tomorrow.left, tomorrow.positive, tomorrow.negative, tomorrow.invalid) == (1, 0, 0, 0)
    assert queries.buildings(actor=cast.actor(Duty.GRID_WORKER, area=cast.GRID2), area=cast.TREE, day=MONDAY.date()) == []


def test_a_resident_reports_of_himself_only_and_sees_his_own_results_only(world: cast.World) -> None:
    kits(world, 0)
    me = Actor.resident(world.person(0))
    tell(world, 0, "negative", actor=me)
    tell(world, 1, "negative")
    assert [(card.person_id, card.channel) for card in queries.reports(actor=me)] == [(world.person(0), "own")]
    with pytest.raises(NotFound):
        tell(world, 1, "negative", actor=me)
    with pytest.raises(rules.NoKitLeft):
        tell(world, 0, "invalid", MONDAY + HOUR, actor=me)
    tell(world, 0, "positive", MONDAY + HOUR, actor=me)


@pytest.mark.parametrize("duty", [Duty.SAMPLER, Duty.CDC_DUTY_OFFICER, Duty.LABORATORY])
def test_who_may_not_hand_out_or_enter_is_refused(world: cast.World, duty: Duty) -> None:
    with pytest.raises(NotAllowed):
        actions.issue_kits(actor=cast.actor(duty), household_ids=[world.households[0]], now=MONDAY)
    with pytest.raises(NotAllowed):
        tell(world, 0, "positive", actor=cast.actor(duty))


def test_a_phone_operator_enters_results_but_hands_out_no_kits(world: cast.World) -> None:
    operator = cast.actor(Duty.PHONE_OPERATOR)
    actions.report_results(actor=operator, person_ids=[world.person(0)], result="positive", channel="phone", now=MONDAY)
    with pytest.raises(NotAllowed):
        actions.issue_kits(actor=operator, household_ids=[world.households[0]], now=MONDAY)


def test_after_retention_nothing_leads_from_a_result_to_the_fresh_file_of_whoever_read_it(world: cast.World) -> None:
    kits(world, 0)
    report = tell(world, 0, "negative")
    people.forget_people(actor=ALL, area=cast.TREE, person_ids=[world.person(0)], now=MONDAY + DAY, cause=world.root_cause)
    rooms = places.within(actor=WORKER, place_id=world.place("b1"))
    home = queries.homes(actor=WORKER, rooms=rooms, day=MONDAY.date())[0]
    assert (len(home.members), {member.result for member in home.members}) == (2, {""})
    fields = AntigenReport.objects.get_queryset().filter(id=report).values()[0]
    assert not {home.household_id, home.dwelling_id, *(member.person_id for member in home.members)} & set(fields.values())


def test_nonsense_is_refused_and_changes_nothing(world: cast.World) -> None:
    facts = Fact.objects.count()
    asked: Any = {"actor": WORKER, "person_ids": [world.person(0)], "now": MONDAY}
    for more in ({"result": "infected"}, {"result": "positive", "channel": "own"}, {"result": "positive", "channel": "photo"}):
        with pytest.raises(rules.ResultUnknown):
            actions.report_results(**asked, **more)
    with pytest.raises(rules.NotTestedYet):
        actions.report_results(**asked, result="positive", tested_at=MONDAY + timedelta(seconds=1))
    for number in (0, 101):
        with pytest.raises(rules.KitsMissing):
            kits(world, 0, number=number)
    assert Fact.objects.count() == facts


@given(st.lists(st.tuples(st.sampled_from(["issue", *rules.RESULTS]), st.integers(1, 3)), max_size=12))
def test_kits_balance_whatever_is_issued_and_told(story: list[tuple[str, int]]) -> None:
    issued, used, told, positives = 0, 0, 0, 0
    for what, number in story:
        if what == "issue":
            issued += number
            continue
        before = rules.Balance(issued=issued, used=used, reported=told)
        try:
            used += rules.judge_report(result=what, balance=before)
        except rules.NoKitLeft:
            assert what != "positive" and before.left == 0
            continue
        told, positives = told + 1, positives + (what == "positive")
    balance = rules.Balance(issued=issued, used=used, reported=told)
    assert balance.issued == balance.used + balance.left
    assert balance.reported == balance.used + balance.beyond
    assert 0 <= balance.beyond <= positives


@given(st.lists(st.sampled_from(rules.RESULTS)), st.randoms(use_true_random=False))
def test_a_days_standing_is_its_strictest_result_whatever_the_order(results: list[str], random: Any) -> None:
    shuffled = list(results)
    random.shuffle(shuffled)
    assert rules.standing(shuffled) == rules.standing(results) == min(results, key=rules.RESULTS.index, default="")


def test_the_pages_open_within_their_budget_and_a_foreign_building_is_not_there(world: cast.World, django_assert_max_num_queries: Any) -> None:
    kits(world, 0, 1)
    tell(world, 0, "positive")
    client, building = client_of(Duty.COMMUNITY_SECRETARY), world.place("b1")
    for address in ("/antigen/", f"/antigen/{building}/", f"/antigen/{building}/?home={world.households[0]}", "/antigen/?day=2022-11-20"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200, address
    assert client.get("/antigen/?file_no=mini-0002")["Location"] == f"/antigen/{building}/?home={world.households[1]}"
    assert client.get("/antigen/?file_no=nobody").status_code == 404
    assert client.get("/antigen/?day=yesterday").status_code == 422
    elsewhere = client_of(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR_COUNTY)
    assert elsewhere.get(f"/antigen/{building}/").status_code == 404
