"""Which dwellings carry a quarantine at home, and the temperatures taken there (policy-facts 1.2)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.response.quarantine import rules
from tests.registers.policies import regimes

DAY = date(2022, 11, 22)
ROOMS = {"own_room": True, "own_toilet": True, "ventilation": True}


def policy(on: date = DAY) -> rules.HomePolicy:
    return regimes.clause(rules.HomePolicy, on)


def judged(dwelling: rules.Dwelling, together: bool = False):
    return rules.judge_home(dwelling=dwelling, all_together=together, policy=policy())


@pytest.mark.parametrize(
    ("dwelling", "together", "outcome", "missing"),
    [
        ({"co_residents": 0}, False, "home", []),
        ({"co_residents": 0, "return_air": "dwelling"}, False, "home", []),
        ({"co_residents": 0, "return_air": "building"}, False, "site", ["no-return-air"]),
        ({"co_residents": 2, **ROOMS}, False, "home", []),
        ({"co_residents": 2, **ROOMS, "return_air": "dwelling"}, False, "site", ["no-return-air"]),
        ({"co_residents": 2, **ROOMS, "return_air": "dwelling"}, True, "together", ["no-return-air"]),
        ({"co_residents": 2, **ROOMS, "return_air": "building"}, True, "site", ["no-return-air"]),
        ({"co_residents": 2, **ROOMS, "own_toilet": False}, False, "site", ["own-toilet"]),
        ({"co_residents": 2, **ROOMS, "own_toilet": False}, True, "together", ["own-toilet"]),
        ({"co_residents": 2, **ROOMS, "ventilation": False}, False, "site", ["ventilation"]),
        ({"co_residents": 4}, True, "together", ["own-room", "own-toilet", "ventilation"]),
        ({"co_residents": 4}, False, "site", ["own-room", "own-toilet", "ventilation"]),
    ],
)
def test_a_dwelling_carries_a_quarantine_alone_or_with_own_rooms_else_all_together_or_a_site(
    dwelling: dict, together: bool, outcome: str, missing: list[str]
) -> None:
    found = judged(rules.Dwelling(**dwelling), together)
    assert (found.outcome, found.details["missing"]) == (outcome, missing)
    assert (found.clause_id, found.edition) == ("cn-2022-20-4docs:home", policy().edition)


FACTS = st.builds(
    rules.Dwelling,
    co_residents=st.integers(0, 6),
    own_room=st.booleans(),
    own_toilet=st.booleans(),
    ventilation=st.booleans(),
    return_air=st.booleans(),
)
ORDER = ("site", "together", "home")


@given(dwelling=FACTS, together=st.booleans(), better=st.sampled_from(["own_room", "own_toilet", "ventilation"]))
def test_a_better_dwelling_never_sends_somebody_to_a_site(dwelling: rules.Dwelling, together: bool, better: str) -> None:
    before, after = judged(dwelling, together), judged(replace(dwelling, **{better: True}), together)
    assert ORDER.index(after.outcome) >= ORDER.index(before.outcome)


@given(dwelling=FACTS)
def test_that_all_stay_in_together_is_never_needed_where_the_dwelling_is_enough(dwelling: rules.Dwelling) -> None:
    alone, together = judged(dwelling), judged(dwelling, together=True)
    assert (alone.outcome == "home") == (together.outcome == "home")
    assert alone.outcome != "together"


@pytest.mark.parametrize("on", [date(2022, 1, 20), date(2022, 8, 1), DAY, date(2022, 12, 10)])
def test_two_temperatures_a_day_are_a_number_of_the_clause(on: date) -> None:
    lefts = [rules.readings_missing(taken=[DAY] * count, day=DAY, policy=policy(on)).outcome for count in range(4)]
    assert lefts == [2, 1, 0, 0]
    assert rules.readings_missing(taken=[date(2022, 11, 21)] * 2, day=DAY, policy=policy(on)).outcome == 2
    assert rules.readings_missing(taken=[], day=DAY, policy=replace(policy(on), readings_per_day=4)).outcome == 4


def test_what_nobody_sets_is_asked_for() -> None:
    for field in ("needs", "readings_per_day"):
        clause = replace(policy(), **{field: None})
        with pytest.raises(rules.NumberUnset) as refused:
            if field == "needs":
                rules.judge_home(dwelling=rules.Dwelling(co_residents=0), all_together=False, policy=clause)
            else:
                rules.readings_missing(taken=[], day=DAY, policy=clause)
        assert refused.value.details["field"] == field
