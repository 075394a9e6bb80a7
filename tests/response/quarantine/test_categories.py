"""Measures by category and regime: C08, S-095, the worked example of days, contacts of contacts, diseases that bind nobody."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.registers.policies.rules import ClauseMissing
from epigrid.response.quarantine import rules
from tests.registers.policies import regimes

EXPOSED = date(2022, 1, 10)
V8, V9, M20, M10 = date(2022, 1, 20), date(2022, 8, 1), date(2022, 11, 22), date(2022, 12, 10)


def plan(category: str, on: date, history: rules.History | None = None, arrived: date | None = None, **where: str) -> rules.Plan:
    policy = regimes.clause(rules.CATEGORIES[category], on, **where)
    known = history or rules.History(last_exposure=EXPOSED, left=EXPOSED, first_exposure=EXPOSED)
    return rules.judge_measure(history=known, arrived=arrived, policy=policy).outcome


def days(*numbers: int, after: date = EXPOSED) -> tuple[date, ...]:
    return tuple(after + timedelta(days=number) for number in numbers)


@pytest.mark.parametrize(
    ("category", "on", "mode", "stretches"),
    [
        ("close-contact", V8, "site-then-home", [("site", 1, 14, (1, 4, 7, 14)), ("monitoring", 15, 21, (16, 21))]),
        ("close-contact", V9, "site-then-home", [("site", 1, 7, (1, 2, 3, 5, 7)), ("monitoring", 8, 10, (10,))]),
        ("close-contact", M20, "site-then-home", [("site", 1, 5, (1, 2, 3, 5)), ("quarantine", 6, 8, (6, 8))]),
        ("close-contact", M10, "home-or-site", [("quarantine", 1, 5, (5,))]),
        ("contact-of-contact", V8, "site-then-home", [("site", 1, 7, (1, 4, 7))]),
        ("contact-of-contact", V9, "home", [("quarantine", 1, 7, (1, 4, 7))]),
        ("inbound", V9, "site-then-home", [("site", 1, 7, (1, 2, 3, 5, 7)), ("monitoring", 8, 10, (10,))]),
        ("inbound", M20, "site-then-home", [("site", 1, 5, (1, 2, 3, 5)), ("quarantine", 6, 8, (6, 8))]),
        ("high-risk-history", V8, "site-then-home", [("site", 1, 14, (1, 4, 7, 10, 14))]),
        ("high-risk-history", V9, "site-then-home", [("site", 1, 7, (1, 2, 3, 5, 7))]),
        ("high-risk-history", M20, "home", [("quarantine", 1, 7, (1, 3, 5, 7))]),
        ("high-risk-history", M10, "home", [("quarantine", 1, 5, (1, 3, 5))]),
        ("medium-risk-history", V9, "home", [("quarantine", 1, 7, (1, 4, 7))]),
        ("low-risk-history", V9, "self-monitoring", [("monitoring", 1, 3, (1, 3))]),
        ("high-risk-post", M20, "self-monitoring", [("monitoring", 1, 5, (1, 3, 5))]),
    ],
)
def test_s_095_the_measure_of_a_category_follows_the_day(
    category: str, on: date, mode: str, stretches: list[tuple[str, int, int, tuple[int, ...]]]
) -> None:
    found = plan(category, on)
    assert found.mode == mode
    assert [(one.kind, one.first, one.last, one.tests) for one in found.stretches] == [
        (kind, *days(first, last), days(*tests)) for kind, first, last, tests in stretches
    ]
    assert found.binds is (mode != "self-monitoring")


def test_s_095_the_same_person_is_explained_differently_in_january_march_and_november() -> None:
    history = rules.History(last_exposure=EXPOSED)
    verdicts = [
        rules.judge_measure(history=history, arrived=None, policy=regimes.clause(rules.MeasurePolicy, on)) for on in (V8, date(2022, 3, 1), M20)
    ]
    assert [verdict.outcome.last for verdict in verdicts] == list(days(21, 21, 8))
    assert len({verdict.edition for verdict in verdicts}) == 3
    assert [verdict.clause_id for verdict in verdicts] == [f"{pack}:stay.contact" for pack in ("cn-2021-v8", "cn-2021-v8-3zone", "cn-2022-20-4docs")]
    assert all(verdict.evidence[0].id == EXPOSED.isoformat() and verdict.changes_by for verdict in verdicts)


@pytest.mark.parametrize(
    ("category", "known"),
    [("contact-of-contact", [V8, V9]), ("medium-risk-history", [V8, V9]), ("low-risk-history", [V9]), ("close-contact", [V8, V9, M20, M10])],
)
def test_c08_a_class_of_people_is_known_in_its_regimes_only(category: str, known: list[date]) -> None:
    for on in (V8, V9, M20, M10, date(2023, 2, 1)):
        if on in known:
            assert plan(category, on).stretches
        else:
            with pytest.raises(ClauseMissing):
                plan(category, on)


def test_days_spent_elsewhere_count_as_in_the_worked_example() -> None:
    """Left 1 January, arrived 4 January: 7 days counted from the 2nd to the 8th, monitoring from the 9th to the 15th (policy-facts 1.2, Ruijin)."""
    policy = rules.InboundPolicy(
        edition="e", clause_id="c", mode="site-then-home", site_days=7, home_days=7, home_phase="monitoring", test_days=(1, 4, 7), home_test_days=None,
        counts_from="leaving", from_day=None, first_contact_tests=None, exempt_if_immune=None, follow_ups_per_day=None,
    )  # fmt: skip
    left = rules.History(left=date(2023, 1, 1))
    found = rules.judge_measure(history=left, arrived=date(2023, 1, 4), policy=policy).outcome
    assert [(one.kind, one.first, one.last) for one in found.stretches] == [
        ("site", date(2023, 1, 4), date(2023, 1, 8)),
        ("monitoring", date(2023, 1, 9), date(2023, 1, 15)),
    ]
    assert found.tests == (date(2023, 1, 5), date(2023, 1, 8))


@given(gone=st.integers(0, 40), category=st.sampled_from(sorted(rules.CATEGORIES)), on=st.sampled_from([V8, V9, M20, M10]))
def test_a_late_arrival_never_lengthens_a_measure(gone: int, category: str, on: date) -> None:
    try:
        whole = plan(category, on)
    except ClauseMissing:
        return
    rest = plan(category, on, arrived=EXPOSED + timedelta(days=gone))
    assert set(rest.tests) <= set(whole.tests)
    assert rest.last is None or rest.last == whole.last
    served = sum((one.last - one.first).days + 1 for one in rest.stretches)
    full = sum((one.last - one.first).days + 1 for one in whole.stretches)
    assert served == max(0, full - max(0, gone - 1))


@pytest.mark.parametrize(
    ("own", "contact", "today", "outcome"),
    [
        ({1: "negative", 4: "negative"}, ("negative", "negative"), 6, "wait"),
        ({1: "negative", 4: "negative", 7: "negative"}, ("negative", "negative"), 7, "free"),
        ({1: "negative", 4: "negative", 7: "negative"}, ("negative",), 7, "contact"),
        ({1: "negative", 7: "negative"}, ("negative", "negative"), 7, "contact"),
        ({1: "negative"}, ("negative", "positive"), 2, "contact"),
        ({1: "positive"}, ("negative", "negative"), 2, "contact"),
    ],
)
def test_a_contact_of_a_contact_is_free_with_his_own_tests_and_the_first_two_of_his_contact(
    own: dict[int, str], contact: tuple[str, ...], today: int, outcome: str
) -> None:
    policy = regimes.clause(rules.ContactOfContactPolicy, V9)
    verdict = rules.judge_secondary(
        own={days(day)[0]: said for day, said in own.items()},
        contact=contact,
        plan=plan("contact-of-contact", V9),
        policy=policy,
        today=days(today)[0],
    )
    assert verdict.outcome == outcome


NOW = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("disease", "mode", "first", "last"),
    [("measles", "exclusion", 5, 21), ("mpox", "self-monitoring", 1, 21), ("ebola-like", "follow-up", 1, 21)],
)
def test_contacts_of_other_diseases_are_advised_and_never_bound(disease: str, mode: str, first: int, last: int) -> None:
    found = plan("close-contact", NOW, disease=disease)
    assert (found.mode, found.binds, found.stretches[0].first, found.last) == (mode, False, *days(first, last))


def test_measles_counts_from_the_first_exposure_to_the_last_and_exempts_the_immune() -> None:
    twice = rules.History(first_exposure=date(2026, 1, 1), last_exposure=date(2026, 1, 4))
    found = plan("close-contact", NOW, twice, disease="measles")
    assert [(one.first, one.last) for one in found.stretches] == [(date(2026, 1, 6), date(2026, 1, 25))]
    immune = rules.History(first_exposure=date(2026, 1, 1), last_exposure=date(2026, 1, 4), immune=True)
    assert plan("close-contact", NOW, immune, disease="measles").stretches == ()


def test_a_day_that_is_not_known_is_asked_for() -> None:
    with pytest.raises(rules.DayMissing) as caught:
        plan("inbound", V9, rules.History(last_exposure=EXPOSED))
    assert caught.value.details["day"] == "left"


def test_chikungunya_knows_no_measure_for_contacts() -> None:
    with pytest.raises(ClauseMissing):
        plan("close-contact", NOW, disease="chikungunya")
