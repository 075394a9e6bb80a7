"""Zones: services before duty, reviews, days, downgrade, notices; the catalogue's rows and guards."""

from datetime import date, timedelta

import pytest

from epigrid.field.care import actions as care
from epigrid.field.care import queries as cared
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation.rules import DirectiveMissing
from epigrid.registers.people import actions as people
from epigrid.response.zones import actions, queries, rules
from epigrid.response.zones.actions import services
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.response import stories

ALL = stories.ALL
POLICY = rules.ZonePolicy(
    edition="e",
    clause_id="c",
    clean_days=5,
    rounds_first_days=3,
    final_round_required=False,
    units=("building", "unit", "floor"),
    measures=("stay-home", "door-service"),
    overdue_red_days=1,
    review_hours=168,
)


def verdict(today: date, clean_since: date = date(2022, 11, 19), policy: rules.ZonePolicy = POLICY, **more):
    return rules.judge_downgrade(zone=rules.Standing(clean_since=clean_since, **more), policy=policy, today=today).outcome


def test_s_165_five_clear_days_then_the_proposal_at_the_close_of_the_fifth() -> None:
    assert verdict(date(2022, 11, 23)) is rules.Next.WAIT
    assert verdict(date(2022, 11, 24)) is rules.Next.WAIT
    assert verdict(date(2022, 11, 25)) is rules.Next.PROPOSE
    assert verdict(date(2022, 11, 25), clean_since=date(2022, 11, 23)) is rules.Next.WAIT


def test_an_open_question_of_spread_holds_the_downgrade() -> None:
    assert verdict(date(2022, 11, 26), open_questions=1) is rules.Next.WAIT


def test_a_required_final_round_must_be_clean() -> None:
    from dataclasses import replace

    strict = replace(POLICY, final_round_required=True)
    assert verdict(date(2022, 11, 26), policy=strict) is rules.Next.FINAL_ROUND
    assert verdict(date(2022, 11, 26), policy=strict, final_round_clean=True) is rules.Next.PROPOSE


def test_s_164_three_rounds_in_the_first_three_days_and_none_on_the_fourth() -> None:
    assert rules.round_days(first_day=date(2022, 11, 24), policy=POLICY) == [date(2022, 11, day) for day in (24, 25, 26)]


@pytest.mark.parametrize(
    ("found", "spread", "effect"),
    [("", None, "restart"), ("site-quarantine", None, "ask"), ("site-quarantine", False, "ignore"), ("home-quarantine", True, "restart")],
)
def test_infections_under_control_count_only_when_they_spread(found, spread, effect) -> None:
    assert rules.counts(found=found, spread=spread, policy=POLICY) == effect


def test_s_166_a_larger_unit_needs_a_written_reason(world) -> None:
    given = {"actor": cast.actor(Duty.CDC_INVESTIGATOR), "area": COMMUNITY, "level": "high", "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(rules.TooWide):
        actions.propose_zone(place_ids=[world.place("c1")], wider_reason="", **given)
    zone_id = actions.propose_zone(place_ids=[world.place("b1/u2")], wider_reason="", **given)
    assert set(queries.residents(actor=ALL, zone_id=zone_id)) == set(world.people[12:])


def test_s_001_x04_a_zone_needs_directive_and_review(world) -> None:
    zone_id = stories.zone(world)
    city = cast.actor(Duty.CITY_EOC_OFFICE)
    given = {"actor": city, "zone_id": zone_id, "expert_line": "experts", "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(DirectiveMissing):
        actions.decide_zone(directive_id=cast.uid("none"), review_at=MONDAY + DAY, **given)
    with pytest.raises(rules.ReviewMissing):
        actions.decide_zone(directive_id=world.directive_id, review_at=MONDAY - DAY, **given)
    assert queries.zone(actor=ALL, zone_id=zone_id).state == "proposed"


@pytest.mark.parametrize("missing", ["plan", "hotline", "lead"])
def test_s_148_s_173_x05_no_stay_home_duty_without_services_hotline_and_lead(world, missing) -> None:
    zone_id = stories.zone(world)
    stories.decide(world, zone_id)
    lead = cast.actor(Duty.ZONE_LEAD)
    if missing != "lead":
        actions.staff_zone(actor=cast.actor(Duty.SUBDISTRICT_OFFICE), zone_id=zone_id, role="lead", user_id=cast.user_id(Duty.ZONE_LEAD))
    if missing != "plan":
        plan = {"actor": lead, "zone_id": zone_id, "owners": stories.SERVICES, "now": MONDAY, "cause": world.root_cause}
        if missing == "hotline":
            with pytest.raises(rules.ServiceMissing):
                actions.set_service_plan(hotline=" ", **plan)
        else:
            actions.set_service_plan(hotline="000-1", **plan)
    with pytest.raises((rules.ServiceMissing, rules.LeadMissing)):
        actions.start_stay_home(actor=lead, zone_id=zone_id, now=MONDAY, cause=world.root_cause)
    assert queries.stay_reasons(actor=ALL, person_ids=world.people, now=MONDAY) == {}


def test_s_163_a_low_zone_never_binds_anybody() -> None:
    with pytest.raises(rules.StayHomeOnLow):
        rules.check_duty(level="low", owners=stories.SERVICES, hotline="1", lead=cast.uid("l"), policy=POLICY)


def test_s_162_a_new_high_area_gets_its_first_rounds_by_itself(world) -> None:
    zone_id = stories.served_zone(world)
    runner.run_until_quiet(STEPS)
    due = sampled.tests_due(actor=ALL, source_id=zone_id)
    assert len(due) == 3 * 12
    assert len({card.due_at for card in due}) == 3


def test_s_167_the_strictest_zone_counts(world) -> None:
    assert rules.strictest(["low", "high", "provisional"]) == "high"
    stories.served_zone(world)
    assert queries.level_at(actor=ALL, place_id=world.place("b1/u1/f1/r1"), now=MONDAY) == "high"
    assert queries.level_at(actor=ALL, place_id=world.place("b1/u2/f1/r1"), now=MONDAY) == "none"


def test_s_167_x12_a_notice_names_nothing_that_points_at_single_people() -> None:
    rules.check_item(kind="unit", households=20, full_name="演练花园小区1号楼1单元")
    rules.check_item(kind="floor", households=10, full_name="演练宾馆3层")
    for kind, households, name in (("room", 1, "演练花园小区1号楼1单元101室"), ("floor", 9, "x"), ("unit", 30, "演练湖城2单元")):
        with pytest.raises(rules.NoticeAmbiguous):
            rules.check_item(kind=kind, households=households, full_name=name)


def test_s_168_counts_per_district_of_notice_181() -> None:
    counted = (("杏花岭区", 3), ("万柏林区", 5), ("晋源区", 5), ("阳曲县", 6))
    items = [rules.NoticeItem(district=name, place=str(n), level_from="high", level_to="low") for name, count in counted for n in range(count)]
    assert rules.district_counts(items, "low") == dict(counted)
    assert sum(rules.district_counts(items, "low").values()) == 19


def publish(world, zone_id):
    return actions.publish_notice(
        actor=cast.actor(Duty.CITY_EOC_OFFICE),
        body_id=world.bodies["city"],
        zone_ids=[zone_id],
        effective_at=MONDAY,
        directive_id=stories.city_directive(world),
        now=MONDAY,
        cause=world.root_cause,
    )


def test_s_168_notices_are_numbered_without_gaps(world) -> None:
    zone_id = stories.served_zone(world)
    for _ in range(3):
        publish(world, zone_id)
    assert sorted(card.number for card in queries.notices(actor=ALL)) == [f"演练-2022-000{number}" for number in (1, 2, 3)]


def test_s_177_needs_census_coverage_counts_every_household(world) -> None:
    zone_id = stories.served_zone(world)
    homes = queries.households(actor=ALL, zone_id=zone_id)
    ids = [home.id for home in homes]
    worker = cast.actor(Duty.GRID_WORKER)
    care.take_census(actor=worker, zone_id=zone_id, households=[(home, 2, ["medicine"]) for home in ids[:4]], now=MONDAY)
    assert cared.census_coverage(actor=ALL, zone_id=zone_id, household_ids=ids) == (4, 6)
    care.take_census(actor=worker, zone_id=zone_id, households=[(home, 2, []) for home in ids], now=MONDAY)
    assert cared.census_coverage(actor=ALL, zone_id=zone_id, household_ids=ids) == (6, 6)


def test_s_179_all_are_free_at_the_same_minute(world) -> None:
    zone_id = stories.served_zone(world)
    later = MONDAY + 6 * DAY
    actions.downgrade(
        actor=cast.actor(Duty.CITY_EOC_OFFICE),
        zone_id=zone_id,
        directive_id=world.directive_id,
        now=later,
        cause=world.root_cause,
        early_reason="experts: chain closed",
    )
    assert {member.until for member in queries.members(actor=ALL, zone_id=zone_id)} == {later}
    assert queries.stay_reasons(actor=ALL, person_ids=world.people, now=later) == {}


def test_a_downgrade_before_its_days_needs_a_written_reason(world) -> None:
    zone_id = stories.served_zone(world)
    with pytest.raises(rules.NotDue):
        actions.downgrade(
            actor=cast.actor(Duty.CITY_EOC_OFFICE), zone_id=zone_id, directive_id=world.directive_id, now=MONDAY + DAY, cause=world.root_cause
        )


def test_x04_nobody_decides_and_the_duty_lapses_at_the_review_moment(world) -> None:
    stories.served_zone(world)
    review = MONDAY + timedelta(days=7)
    assert queries.stay_reasons(actor=ALL, person_ids=world.people, now=review - timedelta(seconds=1))
    assert queries.stay_reasons(actor=ALL, person_ids=world.people, now=review) == {}
    assert actions.flag_overdue(actor=ALL, area=cast.TREE, now=review, cause=world.root_cause) == 1
    assert actions.lapse_zones(actor=ALL, area=cast.TREE, now=review, cause=world.root_cause) == 1


def test_x07_a_barrier_without_its_exit_note_is_refused(world) -> None:
    zone_id = stories.served_zone(world)
    given = {"actor": cast.actor(Duty.ZONE_LEAD), "zone_id": zone_id, "place_id": world.place("b1/u1"), "now": MONDAY, "cause": world.root_cause}
    with pytest.raises(rules.ExitMissing):
        services.place_barrier(exit_note=" ", **given)
    services.place_barrier(exit_note="fire stairs open", **given)
    assert len(queries.barriers(actor=ALL, zone_id=zone_id)) == 1


def test_the_way_home_is_never_refused_and_binds_from_then_on(world) -> None:
    zone_id = stories.served_zone(world)
    guard = cast.actor(Duty.GATE_GUARD)
    people.move_person(
        actor=cast.actor(Duty.GRID_WORKER, area=COMMUNITY), person_id=world.person(20), dwelling_id=world.place("b1/u1/f1/r1"), now=MONDAY
    )
    actions.admit(actor=guard, zone_id=zone_id, person_id=world.person(20), now=MONDAY + HOUR, cause=world.root_cause)
    reason = queries.stay_reasons(actor=ALL, person_ids=[world.person(20)], now=MONDAY + HOUR)[world.person(20)][0]
    assert reason.since == MONDAY + HOUR


def test_a_review_moment_is_moved_with_a_reason_within_the_clause_and_nobody_is_bound_longer_than_told(world) -> None:
    zone_id = stories.served_zone(world)
    office, later = cast.actor(Duty.CITY_EOC_OFFICE), MONDAY + 3 * DAY
    given = {"actor": office, "zone_id": zone_id, "now": later, "cause": world.root_cause}
    for bad in ({"review_at": later + 7 * DAY, "reason": " "}, {"review_at": later + 8 * DAY, "reason": "r"}, {"review_at": later, "reason": "r"}):
        with pytest.raises(rules.ReviewMissing):
            actions.prolong_zone(**given, **bad)
    actions.prolong_zone(**given, review_at=later + 7 * DAY, reason="infection in its own round")
    assert {member.until for member in queries.members(actor=ALL, zone_id=zone_id)} == {later + 7 * DAY}
    with pytest.raises(rules.ZoneEnded):
        actions.prolong_zone(**(given | {"now": later + 7 * DAY}), review_at=later + 9 * DAY, reason="too late")


def test_whom_a_new_area_does_not_take_over_is_free_of_the_one_it_grew_from(world) -> None:
    before = stories.served_zone(world, "provisional")
    new = actions.propose_zone(
        actor=ALL,
        area=COMMUNITY,
        level="high",
        place_ids=[world.place("b1/u2")],
        wider_reason="the second stairwell shares the lift",
        now=MONDAY,
        cause=world.root_cause,
        from_zone_id=before,
    )
    stories.decide(world, new)
    actions.end_superseded(actor=ALL, zone_id=new, now=MONDAY + HOUR, cause=world.root_cause)
    assert {member.until for member in queries.members(actor=ALL, zone_id=before)} == {MONDAY + HOUR}
