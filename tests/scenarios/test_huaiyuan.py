"""The exercise huaiyuan itself: every law holds, in every variant."""

from pathlib import Path

import pytest

from epigrid.command.exercises.formats import load_plan
from epigrid.playbooks.exercise import laws
from epigrid.playbooks.exercise.run import Outcome, perform
from epigrid.response.quarantine import queries as measures
from epigrid.response.zones import queries as zoned
from epigrid.store.models import Fact

PLAN = Path(__file__).resolve().parents[2] / "exercises" / "huaiyuan.toml"
pytestmark = [pytest.mark.scenario, pytest.mark.slow]


def run(variant: str = "", until: str = "") -> Outcome:
    return perform(load_plan(PLAN), tree="huaiyuan", variant=variant, until=until, say=lambda _line: None)


def broken(outcome: Outcome) -> list[laws.Law]:
    return [law for law in outcome.laws if not law.held]


def test_every_law_holds_to_the_last_release(db: None) -> None:
    outcome = run()
    assert broken(outcome) == []
    assert {law.name for law in outcome.laws} == set(laws.LAWS)
    assert Fact.objects.filter(kind="outbreaks.closed").count() == 1


def test_variant_a_undoes_everything(db: None) -> None:
    outcome = run("A")
    assert broken(outcome) == []
    assert not Fact.objects.filter(kind="tracing.case-opened").exists()
    assert {card.end_reason for card in measures.holds(actor=outcome.stage.director)} == {"hold.all-negative"}


def test_variant_d_lapses_when_nobody_decides(db: None) -> None:
    outcome = run("D")
    assert broken(outcome) == []
    high = zoned.zones(actor=outcome.stage.director, levels=("high",))
    assert {card.end_reason for card in high} == {"lapsed"}
    assert all(card.ended_at == card.review_at for card in high)


def test_a_broken_law_is_noticed(db: None) -> None:
    outcome = run(until="1")
    Fact.objects.filter(kind="sampling.tube-opened").order_by("seq").first().__class__.objects.filter(kind="sampling.round-opened").update(
        payload={
            "round_id": str(outcome.stage.notes["round"]),
            "directive_id": str(outcome.stage.notes["directive"]),
            "people": 1,
            "door_frail": 0,
            "door_quarantine": 0,
        }
    )
    found = {law.name: law.held for law in laws.check(outcome.stage, finished=False)}
    assert not found["chain"]
    assert found["counting"]
