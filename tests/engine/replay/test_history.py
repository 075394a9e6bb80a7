"""The published lists of Hainan, Gansu and Shanxi through the shipped packs: the command, its key figures, and a check against chance."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from epigrid.engine.replay import snapshots, spells
from epigrid.engine.replay.context import Context, related
from tests.conftest import SHARED

FOLDER = SHARED / "cn_risklevel_snapshots"
FILES = ("hainan.jsonl.gz", "gansu.jsonl.gz", "shanxi_until_20220930.jsonl.gz")
ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.zone_replay", *(str(FOLDER / name) for name in FILES), "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def test_the_command_reports_its_keys_over_all_and_per_regime(figures: dict[str, Any]) -> None:
    assert set(figures["by_exit"]) == {"all", "cn-2021-v8", "cn-2022-v9", "cn-2022-20", "cn-2022-10"}
    for regime in (figures, *(kinds["all"] for kinds in figures["by_exit"].values())):
        assert {"n", "share_within_24h", "unexplained_share"} <= set(regime)
        assert regime["n"] == sum(regime["reasons"].values())
    assert figures["n"] == figures["by_exit"]["all"]["all"]["n"] == 7172


def test_the_ninth_edition_lasts_as_long_as_it_says(figures: dict[str, Any]) -> None:
    ninth = figures["by_exit"]["cn-2022-v9"]
    assert 890 <= ninth["high-to-medium"]["n"] <= 950
    assert 6.9 <= ninth["high-to-medium"]["days"]["median"] <= 7.6
    assert ninth["medium-off-after-high"]["days"]["median"] == pytest.approx(3.0, abs=0.1)
    assert ninth["medium-off-after-high"]["share_within_24h"] > 0.7
    assert ninth["high-off"]["share_within_24h"] == 0, "no rule of this edition lets a high area leave the lists at once"


def test_the_twenty_measures_open_after_five_full_days(figures: dict[str, Any]) -> None:
    twenty = figures["by_exit"]["cn-2022-20"]["high-off"]
    assert max(twenty["exit_day"], key=lambda day: twenty["exit_day"][day] if day != "10" else 0) == "6"
    assert 0.4 < twenty["share_within_24h"] < 0.6


def test_what_is_not_explained_is_not_hidden(figures: dict[str, Any]) -> None:
    assert 0.15 < figures["unexplained_share"] < 0.30
    assert figures["unexplained_share"] <= figures["unexplained_share_strict"]
    assert figures["reasons"]["unexplained"] == round(figures["unexplained_share"] * figures["judged"])


@pytest.mark.parametrize("name", FILES[:2])
def test_ties_by_text_are_rare_where_there_can_be_none(name: str) -> None:
    """What left is set against what came at the county's next snapshot with newcomers instead of its own: a tie there is chance, or a late relisting."""
    record = snapshots.read(FOLDER / name)
    context = Context(record, spells.find(record))
    own, other, asked = 0, 0, 0
    came: dict[Any, list[int]] = {}
    for spell in context.bound:
        came.setdefault(context.county(spell), []).append(spell.start)
    for spell in context.bound:
        heirs = context.heirs(spell)
        later = min((start for start in came[context.county(spell)] if spell.end is not None and start > spell.end), default=None)
        if heirs and later is not None:
            strangers = [one for one in context.bound if one.start == later and one.before <= 1 and context.county(one) == context.county(spell)]
            asked += 1
            own += any(related(context.text(spell), context.text(one)) for one in heirs)
            other += any(related(context.text(spell), context.text(one)) for one in strangers if one.area != spell.area)
    assert asked > 500
    assert own > 2.5 * other, f"{own} ties with what came, {other} with what came later, of {asked}"
