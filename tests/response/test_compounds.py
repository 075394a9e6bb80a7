"""Epidemic-free compounds: S-376 and C03."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.registers.policies import rules as policies
from epigrid.response.zones import rules
from tests.registers.policies import regimes

GRANTED = date(2022, 12, 3)
SHUOZHOU = "shanxi/shuozhou/"


def day(number: int) -> date:
    return GRANTED + timedelta(days=number)


def policy(on: date = GRANTED) -> rules.CompoundPolicy:
    return regimes.clause(rules.CompoundPolicy, on, area=SHUOZHOU)


def granted(*rounds: rules.CompoundRound, today: int, positives: tuple[int, ...] = (), breached: bool = False):
    return rules.judge_grant(
        granted=GRANTED, rounds=rounds, positives=[day(one) for one in positives], breached=breached, today=day(today), policy=policy()
    )


def full(number: int, untested: int = 0, not_negative: int = 0) -> rules.CompoundRound:
    return rules.CompoundRound(id=f"r{number}", day=day(number), untested=untested, not_negative=not_negative)


def test_s_376_a_round_done_on_day_2_with_everybody_negative_makes_it_normal_on_completion() -> None:
    assert granted(today=1).reason == "compound.round-open"
    found = granted(full(2), today=2)
    assert (found.outcome, found.details["since"], [one.id for one in found.evidence]) == ("normal", "2022-12-05", ["r2"])
    assert found.clause_id == "cn-2022-20-4docs:clean-compound"
    assert found.edition == policy().edition
    assert policy().sources["round_within_days"].pack == "shuozhou-2022-12-03"


@pytest.mark.parametrize(
    ("rounds", "today", "outcome", "reason"),
    [
        ((), 3, "granted", "compound.round-open"),
        ((), 4, "granted", "compound.round-overdue"),
        ((full(3),), 3, "normal", "compound.round-done"),
        ((full(4),), 4, "granted", "compound.round-overdue"),
        ((full(-1),), 2, "granted", "compound.round-open"),
        ((full(2, untested=1),), 2, "granted", "compound.round-open"),
        ((full(2, not_negative=1),), 2, "granted", "compound.round-open"),
        ((full(1, untested=1), full(2)), 2, "normal", "compound.round-done"),
    ],
)
def test_s_376_only_a_round_of_everybody_within_three_days_counts(rounds, today: int, outcome: str, reason: str) -> None:
    found = granted(*rounds, today=today)
    assert (found.outcome, found.reason) == (outcome, reason)


@given(positive=st.integers(0, 30), today=st.integers(0, 30), number=st.integers(0, 3))
def test_s_376_a_new_positive_costs_the_title_whenever_it_comes(positive: int, today: int, number: int) -> None:
    found = granted(full(number), today=today, positives=(positive,))
    assert (found.outcome == "lost") == (positive <= today)


def test_a_positive_before_the_grant_does_not_and_a_breach_only_where_the_clause_says_so() -> None:
    assert granted(full(2), today=2, positives=(-6,)).outcome == "normal"
    assert granted(full(2), today=2, breached=True).outcome == "normal"
    strict = replace(policy(), revoke_on=("new-positive", "breach"))
    assert rules.judge_grant(granted=GRANTED, rounds=[], positives=[], breached=True, today=day(1), policy=strict).reason == "compound.breach"


def standing(**more) -> rules.CompoundStanding:
    return rules.CompoundStanding(**({"watched_since": date(2022, 11, 1), "last_positive": date(2022, 11, 27)} | more))


@pytest.mark.parametrize(
    ("more", "today", "outcome", "lacking"),
    [
        ({}, date(2022, 12, 2), "wait", ["days"]),
        ({}, date(2022, 12, 3), "grant", None),
        ({"contacts": 1}, date(2022, 12, 3), "wait", ["contacts"]),
        ({"untested": 1}, date(2022, 12, 3), "wait", ["tests"]),
        ({"not_negative": 1, "contacts": 2}, date(2022, 12, 2), "wait", ["days", "contacts", "tests"]),
        ({"last_positive": None, "watched_since": date(2022, 11, 28)}, date(2022, 12, 2), "wait", ["days"]),
        ({"last_positive": None, "watched_since": date(2022, 11, 28)}, date(2022, 12, 3), "grant", None),
    ],
)
def test_the_title_needs_five_full_days_no_contacts_and_everybody_negative(more, today: date, outcome: str, lacking: list[str] | None) -> None:
    found = rules.judge_compound(standing=standing(**more), today=today, policy=policy(GRANTED))
    assert (found.outcome, found.details.get("lacking")) == (outcome, lacking)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_later_day_never_takes_back_what_the_days_gave(first: int, later: int) -> None:
    before, after = (
        rules.judge_compound(standing=standing(), today=date(2022, 11, 27) + timedelta(days=days), policy=policy()).outcome
        for days in sorted((first, later))
    )
    assert (before, after) != ("grant", "wait")


def test_days_that_no_source_sets_are_asked_for() -> None:
    january = regimes.clause(rules.CompoundPolicy, date(2022, 1, 20))
    with pytest.raises(rules.NumberUnset) as refused:
        rules.judge_compound(standing=standing(), today=GRANTED, policy=january)
    assert refused.value.details["field"] == "clean_days"
    with pytest.raises(rules.NumberUnset):
        rules.judge_grant(granted=GRANTED, rounds=[], positives=[], breached=False, today=GRANTED, policy=january)


def shifted(key: str, days: int) -> tuple[rules.CompoundPolicy, rules.ZonePolicy]:
    """Both clauses of Shuozhou's regime when the clean days of one table are changed."""
    found = policies.regime(policies.stack(regimes.shipped(), disease="covid-19", on=GRANTED, paths=(SHUOZHOU,)))
    table = {**found.clauses[key], "clean_days": replace(found.clauses[key]["clean_days"], value=days)}
    changed = replace(found, clauses={**found.clauses, key: table})
    return policies.build(rules.CompoundPolicy, changed), policies.build(rules.ZonePolicy, changed)


def zone_outcome(clause: rules.ZonePolicy, today: date):
    return rules.judge_downgrade(
        zone=rules.Standing(clean_since=date(2022, 11, 27), final_round_clean=True, contacts_clear=True),
        today=today,
        policy=clause,
    ).outcome


@pytest.mark.parametrize("days", [1, 4, 5, 6, 14])
@pytest.mark.parametrize("passed", range(0, 20, 3))
def test_c03_the_days_of_a_compound_and_of_a_zone_never_share_a_number(days: int, passed: int) -> None:
    today = date(2022, 11, 28) + timedelta(days=passed)
    compound, zone = policy(), regimes.clause(rules.ZonePolicy, GRANTED, area=SHUOZHOU)
    changed_compound, same_zone = shifted("clean-compound", days)
    same_compound, changed_zone = shifted("zone.high", days)
    assert (changed_compound.clean_days, changed_zone.clean_days) == (days, days)
    assert zone_outcome(same_zone, today) == zone_outcome(zone, today)
    assert (zone_outcome(changed_zone, today) is rules.Next.PROPOSE) == (passed >= days)
    outcomes = {rules.judge_compound(standing=standing(), today=today, policy=one).outcome for one in (compound, same_compound)}
    assert len(outcomes) == 1
    assert rules.judge_compound(standing=standing(), today=today, policy=changed_compound).outcome == ("grant" if passed >= days else "wait")
