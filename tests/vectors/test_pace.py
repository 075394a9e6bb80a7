"""Guard X08 reads the same vectors as the phone's warning (frontend/field/src/rules/pace.ts)."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from epigrid.field.visits import rules

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pace.json").read_text(encoding="utf-8"))
MONDAY = datetime(2022, 11, 21, 8, tzinfo=UTC)


def acts_of(case: dict[str, Any]) -> list[tuple[datetime, int]]:
    return [
        (MONDAY + timedelta(seconds=walk["start"] + number * walk["every"]), walk["door"] + number * walk["step"])
        for walk in case["walks"]
        for number in range(walk["count"])
    ]


def test_the_vectors_hold_the_design_values_of_the_guard() -> None:
    assert timedelta(seconds=VECTORS["within_seconds"]) == rules.WITHIN
    assert VECTORS["most_doors"] == rules.MOST_DOORS


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["name"]))
def test_s_432_x08_a_series_that_nobody_can_have_walked_is_found_in_any_order(case: dict[str, Any]) -> None:
    acts = acts_of(case)
    flagged = {act for start, end in case["flagged"] for act in acts[start:end]}
    assert {acts[place] for place in rules.implausible(acts)} == flagged
    random.Random(7).shuffle(acts)
    assert {acts[place] for place in rules.implausible(acts)} == flagged
