"""The roll-call's rule reads the same vectors as the phone's (frontend/field/src/rules/roll.ts)."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling import rules
from epigrid.kernel.errors import DomainError

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "roll_call.json").read_text(encoding="utf-8"))
PERSON = UUID(int=1)


def facts_of(case: dict[str, Any]) -> list[rules.RollFact]:
    return [
        rules.RollFact(person_id=PERSON, state=state, way=way, by=None if worker is None else UUID(int=worker))
        for state, way, worker in case["facts"]
    ]


@pytest.mark.parametrize("case", VECTORS["standing"], ids=lambda case: str(case["name"]))
def test_a_standing_follows_from_all_facts_in_every_order(case: dict[str, Any]) -> None:
    expected = rules.Standing(state=case["state"], way=case["way"], contradicted=case["contradicted"])
    for order in permutations(facts_of(case)):
        assert rules.standing_of([*order, *order[:1]]) == expected


@pytest.mark.parametrize(("reported", "state", "way"), VECTORS["reported"])
def test_a_worker_reports_five_classes_and_never_a_swab(reported: str, state: str | None, way: str | None) -> None:
    if state is None:
        with pytest.raises(DomainError) as refused:
            rules.class_of(reported)
        assert refused.value.reason == "roster.class-not-reportable"
    else:
        assert rules.class_of(reported) == (state, way)


@pytest.mark.parametrize("case", VECTORS["counts"], ids=lambda case: str(case["name"]))
def test_frozen_and_late_without_struck_is_the_sum_of_the_classes(case: dict[str, Any]) -> None:
    people = [UUID(int=number) for number in range(len(case["rows"]))]
    struck = [person for person, (_state, gone) in zip(people, case["rows"], strict=True) if gone]
    facts = [rules.RollFact(person_id=person, state=state) for person, (state, _gone) in zip(people, case["rows"], strict=True) if state != "open"]
    by = rules.recount(frozen=people[: case["frozen"]], late=people[case["frozen"] :], struck=struck, facts=facts)
    assert by == case["by"]
    law = rules.Conservation(frozen=case["frozen"], late=case["late"], struck=case["struck"], by_class=case["by"], recounted=by, doubly_tubed=())
    assert law.holds
