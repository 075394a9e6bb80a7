"""The gate's rules read the same vectors as the phone's (frontend/field/src/rules/gate.ts)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.codes import rules

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "gate.json").read_text(encoding="utf-8"))


def test_the_vectors_hold_every_status_on_every_way_with_and_without_a_release_paper() -> None:
    asked = {(case["status"], case["way"], case["release_paper"]) for case in VECTORS["answers"]}
    assert asked == {(status, way, paper) for status in rules.EFFECTS for way in rules.WAYS for paper in (False, True)}


@pytest.mark.parametrize("case", VECTORS["answers"], ids=lambda case: f"{case['status']}-{case['way']}-{case['release_paper']}")
def test_x06_a_gate_answers_pass_call_desk_or_medical(case: dict[str, Any]) -> None:
    assert rules.gate_answer(status=case["status"], way=case["way"], has_release_paper=case["release_paper"]) == case["answer"]


@pytest.mark.parametrize("case", VECTORS["by_pass"], ids=lambda case: str(case["what"]))
def test_a_pass_counts_while_it_is_good_and_else_the_desk_is_asked(case: dict[str, Any]) -> None:
    says = case["pass"]
    found = says and rules.Pass(
        id=UUID(says["id"]),
        tree="mini",
        status=says["status"],
        sampled_at=None,
        issued_at=datetime.fromisoformat(says["issued_at"]),
        until=datetime.fromisoformat(says["until"]),
    )
    status = rules.status_by_pass(
        found=found,
        withdrawn=[UUID(one) for one in case["withdrawn"]],
        list_until=datetime.fromisoformat(case["list_until"]),
        now=datetime.fromisoformat(case["now"]),
    )
    assert status == case["status"]
