"""Holds, orders, sites, transfers, appeals: the laws of liberty and the catalogue's rows."""

from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.rules import DirectiveMissing
from epigrid.response.quarantine import actions, queries, rules
from epigrid.store import documents
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.response import stories

ALL = stories.ALL
STAY = rules.StayPolicy(
    edition="e", clause_id="c", site_days=5, home_days=3, test_days=(1, 2, 3, 5), home_test_days=(1, 3), transfer_hours=8, release_needs=("environment-negative",)
)  # fmt: skip
HOLD = rules.HoldPolicy(edition="e", clause_id="c", max_hours=24, retest_hours=6, alarm_hours_before=4)


def result(day: date, outcome: str = "negative") -> rules.TestResult:
    return rules.TestResult(id="t", sampled_at=datetime(day.year, day.month, day.day, 4, tzinfo=MONDAY.tzinfo), sampled_on=day, outcome=outcome)


def test_days_count_from_the_last_exposure_so_a_late_order_does_not_lengthen_the_stay() -> None:
    exposed = date(2022, 11, 20)
    assert rules.stay_dates(last_exposure=exposed, kind="site", policy=STAY) == (date(2022, 11, 21), date(2022, 11, 25))
    assert rules.stay_dates(last_exposure=exposed, kind="home", policy=STAY) == (date(2022, 11, 26), date(2022, 11, 28))
    assert rules.test_dates(last_exposure=exposed, kind="home", policy=STAY) == [date(2022, 11, 26), date(2022, 11, 28)]


@pytest.mark.parametrize(
    ("today", "results", "environment", "outcome"),
    [
        (date(2022, 11, 24), [result(date(2022, 11, 24))], True, rules.Ending.WAIT),
        (date(2022, 11, 25), [result(date(2022, 11, 23))], True, rules.Ending.WAIT),
        (date(2022, 11, 25), [result(date(2022, 11, 25))], False, rules.Ending.WAIT),
        (date(2022, 11, 25), [result(date(2022, 11, 25))], True, rules.Ending.MAY_END),
        (date(2022, 11, 25), [result(date(2022, 11, 25)), result(date(2022, 11, 22), "positive")], True, rules.Ending.BECAME_CASE),
    ],
)
def test_a_stay_ends_only_on_evidence(today, results, environment, outcome) -> None:
    verdict = rules.judge_ending(
        last_exposure=date(2022, 11, 20), kind="site", results=results, environment_negative=environment, policy=STAY, today=today
    )
    assert verdict.outcome is outcome


outcomes = st.lists(st.sampled_from(["negative", "positive", "grey"]), max_size=4)


@given(outcomes, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["", "none", "exposed", "close-contact"]))
def test_nobody_is_freed_without_evidence_and_nobody_held_without_reason(own, stands, has_case, tube_open, judged) -> None:
    ending, _ = rules.judge_hold(own=own, retests_needed=2, tube_stands=stands, tube_has_case=has_case, tube_open=tube_open, judged=judged)
    if ending is rules.HoldEnding.WAIT:
        assert stands or has_case
    if ending is rules.HoldEnding.FREE and (stands or has_case):
        assert "positive" not in own
        assert judged == "close-contact" or own.count("negative") >= 2
        assert judged or not (has_case or tube_open)
    if "positive" in own:
        assert ending is rules.HoldEnding.CASE


@given(st.integers(-5, 60))
def test_no_hold_is_longer_than_its_clause(hours) -> None:
    if 0 < hours <= 24:
        assert rules.hold_until(issued_at=MONDAY, hours=hours, policy=HOLD) == MONDAY + timedelta(hours=hours)
    else:
        with pytest.raises(rules.HoldTooLong):
            rules.hold_until(issued_at=MONDAY, hours=hours, policy=HOLD)


def test_s_115_a_repeated_message_makes_no_second_hold(world) -> None:
    stories.holds(world)
    facts = Fact.objects.count()
    assert actions.propose_holds(actor=ALL, tube_id=stories.TUBE, person_ids=world.people[:10], now=MONDAY, cause=world.root_cause) == 0
    assert (len(queries.holds(actor=ALL)), Fact.objects.count()) == (10, facts)


def test_a_hold_is_over_at_its_end_even_if_nobody_acts(world) -> None:
    stories.issued(world)
    end = MONDAY + 24 * HOUR
    assert len(queries.all_active(actor=ALL, now=end - timedelta(seconds=1))) == 10
    assert queries.all_active(actor=ALL, now=end) == []
    assert actions.lapse_holds(actor=ALL, area=cast.TREE, now=end, cause=world.root_cause) == 10
    assert {card.end_reason for card in queries.holds(actor=ALL)} == {"lapsed"}


def test_every_hold_carries_basis_decider_end_and_appeal(world) -> None:
    stories.issued(world)
    for card in queries.holds(actor=ALL):
        assert card.basis
        assert card.decided_by == cast.user_id(Duty.CDC_DUTY_OFFICER)
        assert card.ends_at > card.starts_at
        assert card.appeal_body_id == world.bodies["appeals"]
        assert card.contact_line


def test_a_living_hold_is_extended_with_a_reason_only(world) -> None:
    hold = stories.issued(world)[0]
    officer = cast.actor(Duty.CDC_DUTY_OFFICER)
    given_ = {"actor": officer, "hold_id": hold, "until": MONDAY + 30 * HOUR, "cause": world.root_cause}
    with pytest.raises(rules.ReasonMissing):
        actions.extend_hold(reason=" ", now=MONDAY + 20 * HOUR, **given_)
    with pytest.raises(rules.MeasureEnded):
        actions.extend_hold(reason="late", now=MONDAY + 25 * HOUR, **given_)
    actions.extend_hold(reason="second laboratory is late", now=MONDAY + 20 * HOUR, **given_)
    assert {card.ends_at for card in queries.holds(actor=ALL) if card.id == hold} == {MONDAY + 30 * HOUR}


def test_s_176_people_of_an_affected_place_get_no_quarantine_order(world) -> None:
    new = actions.NewOrder(
        person_id=world.person(2), kind="site", case_id=cast.uid("c"), contact_id=cast.uid("k"), contact_class="exposed", last_exposure_at=MONDAY
    )
    with pytest.raises(rules.ContactMissing):
        actions.propose_order(actor=ALL, new=new, now=MONDAY, cause=world.root_cause)


def test_minors_are_decided_one_by_one_and_named(world) -> None:
    ids = [stories.order(world, number) for number in (2, 5)]
    with pytest.raises(rules.OneByOne) as refused:
        stories.issue_order(world, *ids)
    assert refused.value.details["persons"] == [str(world.person(5))]
    assert stories.issue_order(world, ids[1]) == 1


def test_bulk_signing_is_for_equal_evidence_only(world) -> None:
    ids = [stories.order(world, 2), stories.order(world, 3, case_id=cast.uid("another case"))]
    with pytest.raises(rules.UnequalEvidence):
        stories.issue_order(world, *ids)


def test_s_001_an_order_without_a_directive_is_refused(world) -> None:
    with pytest.raises(DirectiveMissing):
        stories.issue_order(world, stories.order(world), directive=cast.uid("none"))


def test_papers_are_numbered_without_gaps_and_marked_as_an_exercise(world) -> None:
    for number in (2, 3, 4):
        stories.issue_order(world, stories.order(world, number))
    papers = [documents.paper(actor=ALL, document_id=card.document_id) for card in queries.orders(actor=ALL)]
    assert sorted(paper.number for paper in papers) == [f"演练-2022-{number:04d}" for number in (1, 2, 3)]
    assert all("演练" in paper.title and paper.footer and paper.fields["exercise"] for paper in papers)


def test_s_145_s_155_an_order_ends_on_its_date_without_any_action(world) -> None:
    order = stories.order(world)
    stories.issue_order(world, order)
    stories.serve(world, order)
    end = queries.order(actor=ALL, order_id=order).ends_at
    assert queries.order(actor=ALL, order_id=order).active(end - HOUR)
    assert not queries.order(actor=ALL, order_id=order).active(end)
    actions.lapse_orders(actor=ALL, area=cast.TREE, now=end, cause=world.root_cause)
    assert queries.order(actor=ALL, order_id=order).end_reason == "lapsed"


def test_x13_a_refusal_is_talked_over_and_no_sanction_exists(world) -> None:
    order = stories.order(world)
    stories.issue_order(world, order)
    worker = cast.actor(Duty.GRID_WORKER)
    assert actions.record_refusal(actor=worker, order_id=order, offer="explained", now=MONDAY, cause=world.root_cause) == 1
    assert actions.record_refusal(actor=worker, order_id=order, offer="home visit", now=MONDAY + HOUR, cause=world.root_cause) == 2
    names = {model.__name__.lower() for model in apps.get_models()} | set(actions.__all__)
    assert not [name for name in names if any(word in name for word in ("sanction", "penal", "punish", "fine"))]


def test_x18_the_wrong_person_appeals_and_is_free_at_once(world) -> None:
    order = stories.order(world)
    stories.issue_order(world, order)
    stories.serve(world, order)
    appeal = actions.file_appeal(actor=Actor.resident(world.person(2)), measure_id=order, ground="wrong-person", now=MONDAY)
    given_ = {"appeal_id": appeal, "upheld": True, "answer": "another person; we apologise", "now": MONDAY + HOUR, "cause": world.root_cause}
    officer = cast.actor(Duty.COUNTY_EOC_OFFICER, Duty.APPEALS_REVIEWER)
    both = Actor.user(cast.user_id(Duty.COUNTY_EOC_OFFICER), *officer.grants)
    with pytest.raises(rules.OwnAppeal):
        actions.decide_appeal(actor=both, **given_)
    actions.decide_appeal(actor=cast.actor(Duty.APPEALS_REVIEWER), **given_)
    card = queries.order(actor=ALL, order_id=order)
    assert (card.state, card.end_reason, card.ended_at) == ("ended", "appeal-upheld", MONDAY + HOUR)


def test_nobody_appeals_for_somebody_else(world) -> None:
    order = stories.order(world)
    stories.issue_order(world, order)
    from epigrid.response.quarantine.models import Order

    with pytest.raises(Order.DoesNotExist):
        actions.file_appeal(actor=Actor.resident(world.person(3)), measure_id=order, ground="other", now=MONDAY)


def open_site(world, beds: int = 10):
    manager = cast.actor(Duty.SITE_MANAGER, area=cast.COUNTY)
    site = actions.prepare_site(actor=manager, place_id=world.place("site"), directive_id=world.directive_id, now=MONDAY)
    with pytest.raises(rules.SiteNotReady):
        actions.step_site(actor=manager, site_id=site, step="opened", now=MONDAY, cause=world.root_cause)
    rooms = [(world.place(f"site/f{floor}/r{room}"), 1) for floor in (1, 3) for room in range(1, 6)][:beds]
    actions.list_rooms(actor=manager, site_id=site, rooms=rooms)
    for step in ("guests-moved", "cleaned", "opened"):
        actions.step_site(actor=manager, site_id=site, step=step, now=MONDAY + HOUR, cause=world.root_cause)
    return manager, site


def test_s_142_s_141_a_hotel_opens_by_its_list_and_its_beds_always_add_up(world) -> None:
    manager, site = open_site(world)
    card = queries.sites(actor=ALL)[0]
    assert (card.state, card.beds, card.occupied, card.free) == ("open", 10, 0, 10)
    order = stories.order(world)
    stories.issue_order(world, order)
    actions.assign_room(actor=manager, order_id=order, site_id=site, now=MONDAY)
    assert queries.sites(actor=ALL)[0].free == 9


def test_s_137_the_eleventh_person_on_ten_beds_is_refused(world) -> None:
    manager, site = open_site(world)
    orders = [stories.order(world, number) for number in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11)]
    for order in orders:
        stories.issue_order(world, order)
    for order in orders[:10]:
        actions.assign_room(actor=manager, order_id=order, site_id=site, now=MONDAY)
    with pytest.raises(rules.SiteFull):
        actions.assign_room(actor=manager, order_id=orders[10], site_id=site, now=MONDAY)


def trip(world, site, *orders):
    team = cast.actor(Duty.TRANSFER_TEAM)
    return team, actions.plan_transfer(actor=team, order_ids=orders, vehicle="v1", seats=8, site_id=site, now=MONDAY, cause=world.root_cause)


def test_x22_nobody_leaves_before_the_question_for_dependants_is_answered(world) -> None:
    _, site = open_site(world)
    order = stories.order(world)
    stories.issue_order(world, order)
    team, transfer = trip(world, site, order)
    with pytest.raises(rules.DependantsUnasked):
        actions.depart(actor=team, transfer_id=transfer, now=MONDAY, cause=world.root_cause)
    actions.answer_dependants(actor=team, transfer_id=transfer, answer="asked: nobody")
    actions.depart(actor=team, transfer_id=transfer, now=MONDAY, cause=world.root_cause)


def test_a_child_does_not_travel_alone(world) -> None:
    _, site = open_site(world)
    child = stories.order(world, 5)
    stories.issue_order(world, child)
    with pytest.raises(rules.ChildAlone):
        trip(world, site, child)


def test_s_138_who_is_missing_between_the_two_lists_is_named(world) -> None:
    manager, site = open_site(world)
    orders = [stories.order(world, number) for number in (2, 3)]
    for order in orders:
        stories.issue_order(world, order)
    team, transfer = trip(world, site, *orders)
    actions.answer_dependants(actor=team, transfer_id=transfer, answer="asked: nobody")
    actions.depart(actor=team, transfer_id=transfer, now=MONDAY, cause=world.root_cause)
    missing, extra = actions.arrive(actor=manager, transfer_id=transfer, found_order_ids=[orders[0]], now=MONDAY, cause=world.root_cause)
    assert (missing, extra) == ((orders[1],), ())
    with pytest.raises(rules.NotDisinfected):
        trip(world, site, orders[1])


def test_s_131_only_four_facts_together_count_as_under_control(world) -> None:
    manager, site = open_site(world)
    order, person = stories.order(world), world.person(2)
    stories.issue_order(world, order)

    def flags(tested=()):
        check = queries.four_checks(actor=ALL, person_ids=[person], tested=tested, now=MONDAY + HOUR)[0]
        return (check.identity, check.location, check.test, check.control, check.under_control)

    assert flags() == (False, False, False, True, False)
    stories.serve(world, order)
    assert flags() == (True, False, False, True, False)
    actions.assign_room(actor=manager, order_id=order, site_id=site, now=MONDAY)
    assert flags() == (True, True, False, True, False)
    assert flags([person]) == (True, True, True, True, True)


def test_s_140_an_open_ambulance_call_alarms_and_nothing_conditions_it(world) -> None:
    stories.issued(world)
    actions.call_ambulance(actor=ALL, person_id=world.person(0), hospital_id=None, now=MONDAY, cause=world.root_cause)
    assert actions.flag_ambulances(actor=ALL, area=cast.TREE, now=MONDAY + timedelta(minutes=29), cause=world.root_cause) == 0
    assert actions.flag_ambulances(actor=ALL, area=cast.TREE, now=MONDAY + HOUR, cause=world.root_cause) == 1
    assert actions.flag_ambulances(actor=ALL, area=cast.TREE, now=MONDAY + DAY, cause=world.root_cause) == 0
