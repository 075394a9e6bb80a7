"""Zones under the schemes of 2022: levels by date, the way down, other cuts, stated hours, standing still, a new regime (S-158, S-160, S-170, S-171, S-180, C01-C03)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling import queries as sampled
from epigrid.kernel.duties import Duty
from epigrid.playbooks import daily, joins, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.organisation.models import Directive
from epigrid.response.tracing import actions as tracing
from epigrid.response.zones import actions, queries, rules
from epigrid.response.zones.models import StaticOrder
from epigrid.store import clock
from epigrid.store.models import Fact, Tree
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.registers.policies import regimes
from tests.response import stories

ALL = stories.ALL
CITY = cast.actor(Duty.CITY_EOC_OFFICE)
APRIL = datetime(2022, 4, 18, 0, 0, tzinfo=UTC)
AUGUST = datetime(2022, 8, 1, 0, 0, tzinfo=UTC)
V8, ZONES3, V9, M20, M10 = date(2022, 1, 20), date(2022, 4, 18), date(2022, 8, 1), date(2022, 11, 24), date(2022, 12, 10)


def at(world: cast.World, moment: datetime) -> datetime:
    """Move the mini world to another moment of 2022, with its directive in force."""
    Tree.objects.filter(root=TREE).update(moment=moment)
    clock.forget_cards()
    Directive.objects.seen_by(ALL).update(issued_at=moment - DAY, ends_at=moment + 60 * DAY)
    return moment


def propose(world: cast.World, level: str, now: datetime, *paths: str, **more: Any) -> UUID:
    given = {"actor": cast.actor(Duty.CDC_INVESTIGATOR), "area": COMMUNITY, "wider_reason": "", "cause": world.root_cause} | more
    return actions.propose_zone(level=level, place_ids=[world.place(path) for path in paths or ("b1/u1",)], now=now, **given)


def decide(world: cast.World, zone_id: UUID, now: datetime, **more: Any) -> None:
    clock.move_to(TREE, now)
    given = {"directive_id": world.directive_id, "expert_line": "after the experts", "review_at": now + 20 * DAY, "cause": world.root_cause} | more
    actions.decide_zone(actor=CITY, zone_id=zone_id, now=now, **given)


def serve(world: cast.World, zone_id: UUID, now: datetime) -> None:
    """Lead, services, and the duty begins."""
    actions.staff_zone(actor=cast.actor(Duty.SUBDISTRICT_OFFICE), zone_id=zone_id, role="lead", user_id=cast.user_id(Duty.ZONE_LEAD))
    lead = cast.actor(Duty.ZONE_LEAD)
    actions.set_service_plan(actor=lead, zone_id=zone_id, owners=stories.SERVICES, hotline="000-1", now=now, cause=world.root_cause)
    actions.start_stay_home(actor=lead, zone_id=zone_id, now=now, cause=world.root_cause)


def downgrade(world: cast.World, zone_id: UUID, now: datetime, **more: Any) -> UUID | None:
    return actions.downgrade(actor=CITY, zone_id=zone_id, directive_id=world.directive_id, now=now, cause=world.root_cause, **more)


def run(to: datetime) -> None:
    """Let the clock run to a moment, everything that falls due on the way done."""
    while (due := daily.next_due(TREE, clock.now(TREE))) <= to:
        clock.move_to(TREE, due)
        daily.tick(TREE, due)
        runner.run_until_quiet(STEPS)
    clock.move_to(TREE, to)
    runner.run_until_quiet(STEPS)


def bound(world: cast.World, now: datetime) -> dict[UUID, str]:
    """Who is bound by a zone at a moment, and by which level."""
    found = queries.stay_reasons(actor=ALL, person_ids=world.people, now=now)
    return {person: reasons[-1].level for person, reasons in found.items()}


@pytest.mark.parametrize(
    ("moment", "known"),
    [
        (APRIL, ("lockdown", "control", "precautionary")),
        (AUGUST, ("high", "medium", "low")),
        (MONDAY, ("high", "low")),
    ],
)
def test_s_158_c01_the_levels_follow_the_day_and_a_level_of_another_scheme_is_refused(
    world: cast.World, moment: datetime, known: tuple[str, ...]
) -> None:
    now = at(world, moment)
    for level in rules.POLICIES:
        if level in known:
            assert queries.zone(actor=ALL, zone_id=propose(world, level, now)).level == level
        else:
            with pytest.raises(rules.LevelUnknown):
                propose(world, level, now)
    assert propose(world, "provisional", now)


@pytest.mark.parametrize(
    ("level", "on", "duty", "measures"),
    [
        ("lockdown", ZONES3, "stay-home", {"door-service"}),
        ("control", ZONES3, "stay-in-area", {"no-gathering", "shopping-pass"}),
        ("precautionary", ZONES3, "", {"no-gathering", "protection"}),
        ("high", V9, "stay-home", {"door-service"}),
        ("medium", V9, "stay-in-area", {"staggered-pickup"}),
        ("high", M20, "stay-home", {"door-service"}),
        ("low", M20, "", {"protection", "no-gathering"}),
    ],
)
def test_s_158_s_163_the_measures_of_a_level_come_from_the_scheme(level: str, on: date, duty: str, measures: set[str]) -> None:
    policy = regimes.clause(rules.POLICIES[level], on)
    assert (policy.duty, set(policy.measures) - set(rules.DUTIES)) == (duty, measures)
    assert bool(duty) is (level in rules.BINDING)


def test_c02_the_same_words_have_other_days_under_each_regime() -> None:
    found = {
        on: regimes.clause(rules.POLICIES[level], on).clean_days for level, on in (("lockdown", ZONES3), ("high", V9), ("high", M20), ("high", M10))
    }
    assert found == {ZONES3: 14, V9: 7, M20: 5, M10: 5}
    assert regimes.clause(rules.ZonePolicy, V9).downgrades_to == "medium"
    assert regimes.clause(rules.ZonePolicy, M20).downgrades_to == "low"


def verdict(level: str, on: date, today: date, since: date, **more: Any) -> rules.Next:
    zone = rules.Standing(clean_since=since, **more)
    return rules.judge_downgrade(zone=zone, policy=regimes.clause(rules.POLICIES[level], on), today=today).outcome


def test_a_lockdown_needs_fourteen_days_clear_contacts_and_a_round_of_everybody() -> None:
    since, full = date(2022, 4, 1), date(2022, 4, 16)
    assert verdict("lockdown", ZONES3, date(2022, 4, 14), since, contacts_clear=True, final_round_clean=True) is rules.Next.WAIT
    assert verdict("lockdown", ZONES3, full, since) is rules.Next.WAIT
    assert verdict("lockdown", ZONES3, full, since, contacts_clear=True) is rules.Next.FINAL_ROUND
    assert verdict("lockdown", ZONES3, full, since, contacts_clear=True, final_round_clean=True) is rules.Next.PROPOSE


def test_a_medium_area_needs_seven_days_or_three_after_a_high_one() -> None:
    since, after = date(2022, 8, 1), {"final_round_clean": True}
    assert verdict("medium", V9, date(2022, 8, 5), since, **after) is rules.Next.WAIT
    assert verdict("medium", V9, date(2022, 8, 5), since, came_down=True, **after) is rules.Next.PROPOSE
    assert verdict("medium", V9, date(2022, 8, 9), since, **after) is rules.Next.PROPOSE


def test_a_vector_zone_ends_by_its_index_and_an_unset_number_is_asked_for() -> None:
    policy = regimes.clause(rules.CorePolicy, date(2026, 1, 5), disease="chikungunya")
    with pytest.raises(rules.NumberUnset):
        rules.judge_downgrade(zone=rules.Standing(clean_since=date(2026, 1, 1)), policy=policy, today=date(2026, 1, 30))
    set_here = replace(policy, clean_days=14, surveys_below=2)
    for readings, outcome in (((3.0,), "wait"), ((12.0, 3.0), "wait"), ((12.0, 4.9, 0.0), "propose"), ((4.0, 4.0, 5.0), "wait")):
        zone = rules.Standing(clean_since=date(2026, 1, 1), indicators=readings)
        assert rules.judge_downgrade(zone=zone, policy=set_here, today=date(2026, 1, 30)).outcome == outcome


def test_high_becomes_medium_becomes_low_and_nobody_is_unbound_between_or_bound_after(world: cast.World) -> None:
    now = at(world, AUGUST)
    high = propose(world, "high", now, wider_reason="")
    decide(world, high, now)
    serve(world, high, now)
    runner.run_until_quiet(STEPS)
    assert set(bound(world, now).values()) == {"high"}
    later = now + 8 * DAY
    run(later)
    medium = downgrade(world, high, later, early_reason="seven days are full, the experts hold the round to be clean")
    assert medium is not None
    runner.run_until_quiet(STEPS)
    card = queries.zone(actor=ALL, zone_id=medium)
    assert (card.level, card.clean_since, queries.lead(actor=ALL, zone_id=medium)) == ("medium", later.date(), cast.user_id(Duty.ZONE_LEAD))
    assert set(bound(world, later)) == set(world.people[:12])
    assert set(bound(world, later).values()) == {"medium"}
    run(later + 4 * DAY)
    assert daily.tick(TREE, clock.now(TREE)) >= 0
    low = downgrade(world, medium, later + 4 * DAY, early_reason="three days after a high-risk area")
    runner.run_until_quiet(STEPS)
    assert queries.zone(actor=ALL, zone_id=low).level == "low"
    assert bound(world, later + 4 * DAY) == {}
    assert actions.lift_free(actor=CITY, county=cast.COUNTY, now=later + 4 * DAY, cause=world.root_cause) == 1


def test_a_control_area_ends_without_a_next_level_and_the_precautionary_one_is_lifted_after_it(world: cast.World) -> None:
    now = at(world, APRIL)
    control, rest = propose(world, "control", now), propose(world, "precautionary", now, "b1/u2")
    for zone_id in (control, rest):
        decide(world, zone_id, now)
    serve(world, control, now)
    assert actions.lift_free(actor=CITY, county=cast.COUNTY, now=now, cause=world.root_cause) == 0
    assert downgrade(world, control, now + HOUR, early_reason="contacts found and gone") is None
    runner.run_until_quiet(STEPS)
    assert queries.zone(actor=ALL, zone_id=control).end_reason == "downgraded"
    assert bound(world, now + HOUR) == {}
    assert actions.lift_free(actor=CITY, county=cast.COUNTY, now=now + HOUR, cause=world.root_cause) == 1


def test_a_precautionary_area_never_binds_anybody(world: cast.World) -> None:
    now = at(world, APRIL)
    zone_id = propose(world, "precautionary", now)
    decide(world, zone_id, now)
    with pytest.raises(rules.StayHomeOnLow):
        serve(world, zone_id, now)


def test_a_lockdown_is_tested_on_the_days_of_its_clause(world: cast.World) -> None:
    now = at(world, APRIL)
    zone_id = propose(world, "lockdown", now)
    decide(world, zone_id, now)
    runner.run_until_quiet(STEPS)
    days = sorted({clock.local_day(TREE, card.opens_at) for card in sampled.tests_due(actor=ALL, source_id=zone_id)})
    assert days == [date(2022, 4, 18) + timedelta(days=day) for day in (1, 4, 7, 10, 14)]


def test_s_160_an_area_opens_with_its_list_and_binds_nobody_before_services_and_lead_stand(world: cast.World) -> None:
    now = at(world, APRIL)
    zone_id = propose(world, "provisional", now)
    decide(world, zone_id, now, review_at=now + HOUR)
    runner.run_until_quiet(STEPS)
    from epigrid.field.tasks import queries as tasks

    assert {card.kind for card in tasks.tasks_of(actor=ALL, source_id=zone_id)} == {f"opening.{item}" for item in rules.OPENING}
    assert bound(world, now) == {}
    with pytest.raises(rules.ServiceMissing):
        actions.start_stay_home(actor=cast.actor(Duty.ZONE_LEAD), zone_id=zone_id, now=now, cause=world.root_cause)


def test_s_171_c10_an_enlargement_shows_whom_it_adds_and_needs_a_reason(world: cast.World) -> None:
    before = stories.served_zone(world)
    both = [world.place("b1/u1"), world.place("b1/u2")]
    found = queries.difference(actor=CITY, place_ids=both, from_zone_id=before)
    assert (found.added, found.freed, found.added_households) == (12, 0, 6)
    with pytest.raises(rules.TooWide) as caught:
        propose(world, "high", MONDAY, "b1/u1", "b1/u2", from_zone_id=before, cause=_fact(before))
    assert caught.value.details["added"] == 12


def _fact(zone_id: UUID) -> UUID:
    return Fact.objects.filter(subject_id=zone_id).order_by("-seq").values_list("id", flat=True)[0]


def test_s_170_a_place_has_its_levels_by_date_through_growth_shrinking_and_re_entry(world: cast.World) -> None:
    first = stories.served_zone(world)
    grown = propose(world, "high", MONDAY + HOUR, "b1/u1", "b1/u2", from_zone_id=first, cause=_fact(first), wider_reason="one lift for both")
    decide(world, grown, MONDAY + HOUR)
    runner.run_until_quiet(STEPS)
    assert set(bound(world, MONDAY + HOUR)) == set(world.people)
    small = propose(world, "high", MONDAY + DAY, "b1/u2", from_zone_id=grown, cause=_fact(grown))
    decide(world, small, MONDAY + DAY)
    runner.run_until_quiet(STEPS)
    assert set(bound(world, MONDAY + DAY)) == set(world.people[12:])
    low = downgrade(world, small, MONDAY + 2 * DAY, early_reason="nobody else ill")
    again = propose(world, "high", MONDAY + 3 * DAY, "b1/u2", cause=_fact(small))
    decide(world, again, MONDAY + 3 * DAY)
    spans = [(span.level, span.since, span.until, span.end_reason) for span in queries.history(actor=ALL, place_id=world.place("b1/u2/f1/r1"))]
    assert spans == [
        ("high", MONDAY + HOUR, MONDAY + DAY, "superseded"),
        ("high", MONDAY + DAY, MONDAY + 2 * DAY, "downgraded"),
        ("low", MONDAY + 2 * DAY, None, ""),
        ("high", MONDAY + 3 * DAY, None, ""),
    ]
    assert low is not None
    assert queries.level_at(actor=ALL, place_id=world.place("b1/u2/f1/r1"), now=MONDAY + 3 * DAY) == "high"
    assert queries.level_at(actor=ALL, place_id=world.place("b1/u1/f1/r1"), now=MONDAY + 3 * DAY) == "none"


def test_an_area_that_holds_from_a_stated_hour_binds_nobody_before_it(world: cast.World) -> None:
    zone_id, starts = stories.zone(world), MONDAY + 6 * HOUR
    decide(world, zone_id, MONDAY, starts_at=starts, review_at=starts + DAY)
    with pytest.raises(rules.ZoneEnded):
        serve(world, zone_id, MONDAY)
    assert queries.level_at(actor=ALL, place_id=world.place("b1/u1"), now=MONDAY) == "none"
    actions.start_stay_home(actor=cast.actor(Duty.ZONE_LEAD), zone_id=zone_id, now=starts, cause=world.root_cause)
    assert set(bound(world, starts)) == set(world.people[:12])
    with pytest.raises(rules.StartRefused):
        decide(world, stories.zone(world, "provisional"), MONDAY, starts_at=MONDAY - HOUR)


@pytest.mark.parametrize("acts", [True, False])
def test_s_179_a_downgrade_for_a_stated_hour_frees_all_at_that_minute_whether_anybody_acts_or_not(world: cast.World, acts: bool) -> None:
    zone_id, hour = stories.served_zone(world), MONDAY + 20 * HOUR
    runner.run_until_quiet(STEPS)
    assert downgrade(world, zone_id, MONDAY + HOUR, early_reason="lifted from midnight", effective_at=hour) is None
    runner.run_until_quiet(STEPS)
    minute = timedelta(minutes=1)
    assert set(bound(world, hour - minute)) == set(world.people[:12])
    assert bound(world, hour) == {}
    if acts:
        run(hour)
        assert queries.zone(actor=ALL, zone_id=zone_id).end_reason == "downgraded"
        assert [card.level for card in queries.active(actor=ALL, now=hour)] == ["low"]
        assert runner.parked() == []


def test_nobody_is_bound_by_a_zone_after_the_day_on_which_the_class_carries_it_no_longer(world: cast.World) -> None:
    now = at(world, datetime(2023, 1, 4, 0, 0, tzinfo=UTC))
    zone_id = propose(world, "high", now)
    decide(world, zone_id, now, review_at=now + 10 * DAY)
    serve(world, zone_id, now)
    run(datetime(2023, 1, 7, 15, 30, tzinfo=UTC))
    assert set(bound(world, clock.now(TREE))) == set(world.people[:12])
    run(datetime(2023, 1, 7, 16, 30, tzinfo=UTC))
    assert bound(world, clock.now(TREE)) == {}
    assert queries.zone(actor=ALL, zone_id=zone_id).end_reason == "regime-changed"


def static(world: cast.World, **more: Any) -> UUID:
    given = {
        "actor": CITY, "area": cast.COUNTY, "reason": "spread unclear", "starts_at": MONDAY, "review_at": MONDAY + DAY, "now": MONDAY, "cause": world.root_cause,
        "directive_id": stories.city_directive(world),
    }  # fmt: skip
    return actions.order_static(**(given | more))


@pytest.mark.parametrize("bad", [{"review_at": MONDAY}, {"review_at": MONDAY - HOUR}, {"reason": " "}, {"starts_at": MONDAY - HOUR}])
def test_s_180_x04_standing_still_without_review_or_reason_is_refused(world: cast.World, bad: dict[str, Any]) -> None:
    with pytest.raises(rules.ReviewMissing):
        static(world, **bad)
    assert not StaticOrder.objects.seen_by(ALL).exists()


def test_s_180_standing_still_keeps_its_exceptions_counts_its_people_and_expires_without_renewal(world: cast.World) -> None:
    order_id = static(world)
    card = queries.static(actor=ALL, order_id=order_id)
    assert (card.people, set(card.exceptions)) == (24, {"medical", "supply", "utilities", "safety", "epidemic-work"})
    assert card.basis == "Infectious Diseases Law (2013), Art. 42"
    actions.renew_static(
        actor=CITY, order_id=order_id, review_at=MONDAY + 2 * DAY, reason="three chains open", now=MONDAY + 12 * HOUR, cause=world.root_cause
    )
    assert Fact.objects.get(kind="zones.static-renewed").payload["person_days"] == 12.0
    run(MONDAY + DAY + HOUR)
    assert queries.static(actor=ALL, order_id=order_id).state == "active"
    run(MONDAY + 2 * DAY)
    after = queries.static(actor=ALL, order_id=order_id)
    assert (after.state, after.end_reason, after.ended_at) == ("ended", "lapsed", MONDAY + 2 * DAY)


def test_c18_a_lifting_from_a_stated_hour_is_kept_exactly(world: cast.World) -> None:
    order_id = static(world)
    midnight = MONDAY + 16 * HOUR
    actions.lift_static(actor=CITY, order_id=order_id, at=midnight, now=MONDAY + HOUR, cause=world.root_cause)
    run(midnight)
    after = queries.static(actor=ALL, order_id=order_id)
    assert (after.ended_at, after.end_reason) == (midnight, "lifted")


def test_s_180_the_ten_measures_allow_no_standing_still_in_any_form(world: cast.World) -> None:
    now = at(world, datetime(2022, 12, 8, 0, 0, tzinfo=UTC))
    with pytest.raises(rules.StaticForbidden):
        static(world, starts_at=now, review_at=now + DAY, now=now, directive_id=world.directive_id)


def test_c09_a_zone_shows_its_restricted_person_days(world: cast.World) -> None:
    zone_id = stories.served_zone(world)
    assert queries.person_days(actor=CITY, zone_id=zone_id, now=MONDAY + 2 * DAY) == pytest.approx(24.0)
    assert joins.known_of_zones(actor=ALL, now=MONDAY)[zone_id].final_round_clean is False


def test_what_was_judged_of_a_zone_at_a_past_moment_is_judged_the_same_long_after(world: cast.World) -> None:
    """Through an infection under control whose spread is an open question, its judgement, and the restart that follows."""
    zone_id = stories.served_zone(world)
    runner.run_until_quiet(STEPS)
    asked, judged = MONDAY + DAY, MONDAY + 2 * DAY
    seen = {}
    case_id = stories.case(world, 3, found="site-quarantine")
    for moment in (MONDAY + HOUR, asked + HOUR, judged + HOUR, MONDAY + 4 * DAY):
        if moment > asked and moment < judged:
            actions.record_infection(
                actor=ALL, zone_id=zone_id, case_id=case_id, found="site-quarantine", spread=None, now=asked, cause=world.root_cause
            )
        if moment == judged + HOUR:
            tracing.judge_spread(
                actor=cast.actor(Duty.CDC_INVESTIGATOR), case_id=case_id, spread=True, reason="met a neighbour", now=judged, cause=world.root_cause
            )
            clock.move_to(TREE, judged)
            runner.run_until_quiet(STEPS)
        clock.move_to(TREE, moment)
        seen[moment] = joins.zone_verdict_at(actor=ALL, zone_id=zone_id, at=moment)
    run(MONDAY + 9 * DAY)
    for moment, verdict_then in seen.items():
        assert joins.zone_verdict_at(actor=ALL, zone_id=zone_id, at=moment) == verdict_then
    days = [verdict_then.evidence[0].id for verdict_then in seen.values()]
    assert days == ["2022-11-21", "2022-11-21", "2022-11-23", "2022-11-23"]
    assert joins.zone_verdict_at(actor=ALL, zone_id=zone_id, at=MONDAY + 6 * DAY).reason == "zone.days-not-full"
