"""What the field app's sources take over from the server stands there as the server has it now: words of refusals, bodies of acts."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "frontend" / "field" / "src" / "core"


def made(script: str, target: Path) -> str:
    subprocess.run([ROOT / "scripts" / script, target], check=True, capture_output=True, cwd=ROOT)
    return target.read_text(encoding="utf-8")


def test_the_phone_says_why_as_the_server_does(tmp_path: Path) -> None:
    """Else: scripts/field-words."""
    fresh, kept = made("field-words", tmp_path / "reasons.json"), (CORE / "reasons.json").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(fresh), "run scripts/field-words"


@pytest.mark.skipif(
    not (ROOT / "frontend" / "node_modules" / ".bin" / "openapi-typescript").exists(), reason="the front end's packages are not installed"
)
def test_the_acts_that_a_phone_sends_have_the_bodies_of_the_machine_door(tmp_path: Path) -> None:
    """Else: scripts/field-types."""
    assert (CORE / "served.d.ts").read_text(encoding="utf-8") == made("field-types", tmp_path / "served.d.ts"), "run scripts/field-types"
