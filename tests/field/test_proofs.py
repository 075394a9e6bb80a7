"""Proofs per context and routine tests: S-102, S-228, C04, C06."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from epigrid.field.sampling import actions, queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import formats
from tests import cast
from tests.cast import COMMUNITY, HOUR, MONDAY, NEIGHBOUR_COUNTY
from tests.doors.world import answer, client_of
from tests.field.test_sampling import TABLE, open_round
from tests.registers.policies import regimes

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHUOZHOU, TAIYUAN = {"area": "shanxi/shuozhou/"}, {"area": "shanxi/taiyuan/"}
LIFTED = date(2022, 12, 4)
"""A day of Shuozhou's rules: 72 hours at venues, 48 at the entry."""
NOON = datetime(2022, 11, 25, 12, tzinfo=SHANGHAI)


def taken(hours_ago: float, outcome: str = "negative", at: datetime = NOON, report_hours: float | None = None) -> rules.Taken:
    sampled = at - timedelta(hours=hours_ago)
    reported = None if report_hours is None else sampled + timedelta(hours=report_hours)
    return rules.Taken(id=f"t{hours_ago}", outcome=outcome, sampled_at=sampled, reported_at=reported)


def judged(context: str, *tests: rules.Taken, policy: rules.ValidityPolicy, at: datetime = NOON) -> Verdict[str]:
    return rules.judge_proof(context=context, tests=tests, at=at, zone=SHANGHAI, policy=policy)


def test_s_228_the_same_person_passes_a_venue_at_60_hours_and_fails_the_entry() -> None:
    policy = regimes.clause(rules.ValidityPolicy, LIFTED, **SHUOZHOU)
    venue, entry = (judged(context, taken(60, report_hours=6), policy=policy) for context in ("venue", "entry"))
    assert (venue.outcome, venue.reason, venue.changes_at) == ("pass", "proof.valid", NOON + timedelta(hours=12))
    assert (entry.outcome, entry.reason, entry.changes_at) == ("fail", "proof.expired", NOON - timedelta(hours=12))
    assert {venue.clause_id, entry.clause_id} == {"cn-2022-20-4docs:validity"}
    assert [one.id for one in entry.evidence] == ["t60"]
    assert policy.sources["entry_hours"].pack == "shuozhou-2022-12-03"


def test_s_228_the_hour_at_which_a_proof_expires_is_no_longer_part_of_it() -> None:
    policy = regimes.clause(rules.ValidityPolicy, LIFTED, **SHUOZHOU)
    assert judged("venue", taken(71.99), policy=policy).outcome == "pass"
    assert judged("venue", taken(72), policy=policy).outcome == "fail"


def test_s_102_three_tests_in_three_days_pass() -> None:
    policy = regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN)
    found = judged("travel", taken(70), taken(40), taken(5), policy=policy)
    assert (found.outcome, found.changes_at) == ("pass", NOON + timedelta(hours=2))
    assert policy.sources["travel_tests"].pack == "taiyuan-travel-2022-11-22"


@pytest.mark.parametrize(
    ("hours", "missing"),
    [((70, 5), ["2022-11-24"]), ((40, 20), ["2022-11-25"]), ((5,), ["2022-11-23", "2022-11-24"]), ((), ["2022-11-23", "2022-11-24", "2022-11-25"])],
)
def test_s_102_two_tests_fail_and_the_missing_day_is_named(hours: tuple[float, ...], missing: list[str]) -> None:
    policy = regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN)
    found = judged("travel", *map(taken, hours), policy=policy)
    assert (found.outcome, found.reason, found.details["missing"]) == ("fail", "proof.tests-missing", missing)


def test_s_102_three_tests_on_two_days_pass_unless_the_clause_asks_for_separate_days() -> None:
    policy = regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN)
    tests = (taken(30), taken(5), taken(2))
    assert judged("travel", *tests, policy=policy).outcome == "pass"
    apart = judged("travel", *tests, policy=replace(policy, travel_separate_days=True))
    assert (apart.outcome, apart.details["missing"]) == ("fail", ["2022-11-23"])


def test_s_102_before_the_22nd_of_november_one_test_of_48_hours_is_enough() -> None:
    policy = regimes.clause(rules.ValidityPolicy, date(2022, 11, 20), **TAIYUAN)
    assert [judged("travel", taken(hours), policy=policy).outcome for hours in (47, 48)] == ["pass", "fail"]


@pytest.mark.parametrize(
    ("days_ago", "outcome", "missing"),
    [
        ((1, 2, 3), "pass", None),
        ((0, 1, 2), "pass", None),
        ((0, 2), "fail", ["2022-11-24"]),
        ((1, 2), "fail", ["2022-11-25"]),
        ((2, 3), "fail", ["2022-11-24"]),
    ],
)
def test_s_228_a_helper_needs_a_negative_on_each_of_three_days(days_ago: tuple[int, ...], outcome: str, missing: list[str] | None) -> None:
    policy = regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN)
    found = judged("helper", *(taken(day * 24 + 1) for day in days_ago), policy=policy)
    assert (found.outcome, found.details.get("missing")) == (outcome, missing)


def test_s_228_the_day_of_a_helpers_test_is_the_local_one() -> None:
    """23:30 in UTC of the 22nd is the 23rd in Shanghai."""
    policy = regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN)
    tests = [rules.Taken(id=str(day), outcome="negative", sampled_at=datetime.fromisoformat(f"2022-11-{day}T23:30+00:00")) for day in (22, 23, 24)]
    found = judged("helper", *tests, policy=policy)
    assert (found.outcome, found.changes_at) == ("pass", datetime(2022, 11, 27, tzinfo=SHANGHAI))
    assert judged("helper", *tests, policy=policy, at=datetime(2022, 11, 27, tzinfo=SHANGHAI)).outcome == "fail"


def test_c04_each_context_has_its_own_number_and_its_own_area() -> None:
    """72 h at venues and 48 h at the entry in Shuozhou; three tests in three days for travel and for helpers in Taiyuan."""
    north = regimes.clause(rules.ValidityPolicy, LIFTED, **SHUOZHOU)
    city = regimes.clause(rules.ValidityPolicy, LIFTED, **TAIYUAN)
    assert (north.venue_hours, north.entry_hours, city.travel_tests, city.travel_days, city.helper_days) == (72, 48, 3, 3, 3)
    assert (north.travel_tests, north.travel_days) == (1, 2)


def test_what_nobody_sets_is_refused_with_the_field_and_only_when_the_answer_depends_on_it() -> None:
    january = regimes.clause(rules.ValidityPolicy, date(2022, 1, 20))
    for context, field in (("venue", "venue_hours"), ("boarding", "boarding_hours"), ("travel", "travel_tests"), ("helper", "helper_days")):
        with pytest.raises(rules.NumberUnset) as refused:
            judged(context, taken(1), policy=january)
        assert refused.value.details["field"] == field
    assert january.counts_from is None
    assert judged("entry", taken(40, report_hours=6), policy=january).outcome == "pass"
    with pytest.raises(rules.NumberUnset) as refused:
        judged("entry", taken(50, report_hours=6), policy=january)
    assert refused.value.details["field"] == "counts_from"
    assert judged("entry", taken(50, report_hours=6), policy=replace(january, counts_from="report")).outcome == "pass"
    assert judged("entry", taken(50, report_hours=6), policy=replace(january, counts_from="sample")).outcome == "fail"
    with pytest.raises(rules.ContextUnknown):
        judged("cinema", taken(1), policy=january)


def test_a_positive_voids_what_was_before_it_and_nothing_after() -> None:
    policy = regimes.clause(rules.ValidityPolicy, LIFTED, **SHUOZHOU)
    assert judged("venue", taken(10), taken(5, "positive"), policy=policy).reason == "proof.positive"
    assert judged("venue", taken(10, "positive"), taken(5), policy=policy).outcome == "pass"
    assert judged("venue", taken(10), taken(5, "grey"), taken(2, ""), policy=policy).outcome == "pass"


def test_a_result_that_is_not_out_yet_proves_nothing() -> None:
    policy = regimes.clause(rules.ValidityPolicy, LIFTED, **SHUOZHOU)
    assert judged("venue", taken(3, report_hours=4), policy=policy).reason == "proof.none"
    assert judged("venue", taken(3, report_hours=3), policy=policy).outcome == "pass"


HOURS_AGO = st.floats(0, 120, allow_nan=False).map(lambda hours: round(hours, 1))
TESTS = st.lists(st.builds(taken, HOURS_AGO, st.sampled_from(["negative", "negative", "negative", "grey", "positive", ""])), max_size=8)
FULL = {"counts_from": "sample", "boarding_hours": 48, "entry_hours": 48, "venue_hours": 72}


@given(tests=TESTS, context=st.sampled_from(rules.CONTEXTS), order=st.randoms())
def test_the_order_of_tests_does_not_matter(tests: list[rules.Taken], context: str, order) -> None:
    assume(len({one.id for one in tests}) == len(tests))
    policy = replace(regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN), **FULL)
    found = judged(context, *tests, policy=policy)
    order.shuffle(tests)
    assert judged(context, *tests, policy=policy) == found


@given(tests=TESTS, later=HOURS_AGO, context=st.sampled_from(rules.CONTEXTS), apart=st.booleans())
def test_one_more_negative_never_turns_pass_into_fail(tests: list[rules.Taken], later: float, context: str, apart: bool) -> None:
    policy = replace(regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN), travel_separate_days=apart, **FULL)
    before = judged(context, *tests, policy=policy)
    after = judged(context, *tests, taken(later), policy=policy)
    assert before.outcome == "fail" or after.outcome == "pass"


@given(tests=TESTS, context=st.sampled_from(rules.CONTEXTS), minutes=st.integers(0, 9000))
def test_a_pass_lasts_exactly_until_the_moment_it_names(tests: list[rules.Taken], context: str, minutes: int) -> None:
    policy = replace(regimes.clause(rules.ValidityPolicy, date(2022, 11, 25), **TAIYUAN), **FULL)
    found = judged(context, *tests, policy=policy)
    assume(found.outcome == "pass" and found.changes_at is not None)
    moment = NOON + timedelta(minutes=minutes)
    assert (judged(context, *tests, policy=policy, at=moment).outcome == "pass") == (moment < found.changes_at)


@pytest.mark.parametrize(
    ("on", "key", "days"),
    [(date(2022, 5, 13), False, 14), (date(2022, 5, 13), True, 5), (date(2022, 6, 1), False, 7), (date(2022, 10, 2), False, 3)],
)
def test_the_next_routine_test_follows_the_citys_dated_interval_and_a_missed_one_only_reminds(on: date, key: bool, days: int) -> None:
    policy = regimes.clause(rules.RoutinePolicy, on, **TAIYUAN)
    outcomes = [
        rules.judge_routine(last=on - timedelta(days=ago), today=on, key_place=key, policy=policy).outcome
        for ago in (0, days - 1, days, days + 1, 200)
    ]
    assert outcomes == ["not-due", "not-due", "due", "remind", "remind"]
    never = rules.judge_routine(last=None, today=on, key_place=key, policy=policy)
    assert (never.outcome, never.details["due"]) == ("due", on.isoformat())


def test_no_pack_may_say_that_a_missed_test_does_more_than_remind() -> None:
    assert list(formats.schema().tables["routine"].fields["missed"].one_of) == ["remind"]


def test_an_interval_that_was_not_found_is_asked_for() -> None:
    for on in (date(2022, 8, 28), date(2022, 1, 20)):
        with pytest.raises(rules.NumberUnset) as refused:
            rules.judge_routine(last=None, today=on, key_place=False, policy=regimes.clause(rules.RoutinePolicy, on, **TAIYUAN))
        assert refused.value.details["field"] == "interval_days"


@pytest.mark.parametrize(("on", "area", "metres"), [(date(2022, 1, 8), "shanxi/taiyuan/", 1), (LIFTED, "shanxi/shuozhou/", 2), (LIFTED, "real/", 1)])
def test_c06_the_distance_in_the_line_follows_area_and_date(on: date, area: str, metres: int) -> None:
    policy = regimes.clause(rules.SitePolicy, on, area=area)
    wide, close = (rules.judge_line(distance_m=metres - less, policy=policy) for less in (0, 0.1))
    assert (wide.outcome, close.outcome, close.details["distance_m"]) == (True, False, metres)


def test_s_228_a_proof_is_judged_from_the_recorded_tests_of_somebody_in_sight(world: cast.World) -> None:
    person = world.person(0)
    before = queries.proof(actor=TABLE, person_id=person, context="venue", now=MONDAY + HOUR)
    assert (before.outcome, before.reason, before.clause_id) == ("fail", "proof.none", "cn-2022-20-4docs:validity")
    negative(world, "T1", 0)
    now = MONDAY + timedelta(hours=60)
    mine = queries.proof(actor=Actor.resident(person), person_id=person, context="venue", now=now)
    assert (mine.outcome, mine.ends_at) == ("pass", MONDAY + HOUR + timedelta(hours=72))
    assert queries.proof(actor=TABLE, person_id=person, context="entry", now=now).reason == "proof.expired"
    travel = queries.proof(actor=TABLE, person_id=person, context="travel", now=now)
    assert (travel.outcome, travel.missing) == ("fail", ("2022-11-22", "2022-11-23"))
    routine = queries.routine(actor=TABLE, person_id=person, now=now)
    assert (routine.outcome, routine.details["due"]) == ("not-due", "2022-11-24")


def negative(world: cast.World, label: str, person: int) -> None:
    tube = actions.open_tube(
        actor=TABLE, area=COMMUNITY, label=label, pool_size=1, now=MONDAY + HOUR, cause=world.root_cause, round_id=open_round(world)
    )
    actions.take_swabs(actor=TABLE, tube_id=tube, person_ids=[world.person(person)], now=MONDAY + HOUR, cause=world.root_cause)
    actions.close_tube(actor=TABLE, tube_id=tube, now=MONDAY + HOUR, cause=world.root_cause)
    read = MONDAY + 3 * HOUR
    actions.note_results(actor=cast.procedure(), tube_ids=[tube], outcome="negative", at=read, now=read, cause=world.root_cause)


def test_nobody_reads_the_proof_of_somebody_else(world: cast.World) -> None:
    path = f"/api/sampling/proofs/{world.person(0)}?context="
    assert client_of(Duty.GRID_WORKER, area=NEIGHBOUR_COUNTY).get(path + "venue").status_code == 404
    with pytest.raises(Exception, match="matching query does not exist"):
        queries.proof(actor=Actor.resident(world.person(2)), person_id=world.person(0), context="venue", now=MONDAY)
    mine = client_of(Duty.GRID_WORKER)
    assert answer(mine.get(path + "venue"))["outcome"] == "fail"
    refused = mine.get(path + "cinema")
    assert (refused.status_code, answer(refused)["reason"]) == (422, "proof.context-unknown")
