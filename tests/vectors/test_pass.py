"""The text of a pass: written and read as the vectors say, which the phone reads as well (frontend/field/src/core/pass.ts)."""

import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.codes import formats, rules

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pass.json").read_text(encoding="utf-8"))
KEYS = {key_id: b64decode(text) for key_id, text in VECTORS["keys"].items()}
WHOLE = [case for case in VECTORS["cases"] if case["says"]]
FORGED = [case for case in VECTORS["cases"] if not case["says"]]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def said(case: dict[str, Any]) -> rules.Pass:
    says = case["says"]
    return rules.Pass(
        id=UUID(says["id"]),
        tree=VECTORS["tree"],
        status=says["status"],
        sampled_at=moment(says["sampled_at"]),
        issued_at=datetime.fromisoformat(says["issued_at"]),
        until=datetime.fromisoformat(says["until"]),
    )


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: str(case["what"]))
def test_a_pass_is_written_to_the_letter_and_read_back(case: dict[str, Any]) -> None:
    seed = b64decode(VECTORS["seeds"][case["key"]])
    assert formats.public_key(seed) == KEYS[case["key"]]
    assert formats.written(said(case), key_id=case["key"], seed=seed) == case["text"]
    assert formats.read(case["text"], keys=KEYS, tree=VECTORS["tree"]) == said(case)


@pytest.mark.parametrize("case", FORGED, ids=lambda case: str(case["what"]))
def test_nothing_of_a_forged_pass_is_believed(case: dict[str, Any]) -> None:
    with pytest.raises(rules.PassForged):
        formats.read(case["text"], keys=KEYS, tree=VECTORS["tree"])
