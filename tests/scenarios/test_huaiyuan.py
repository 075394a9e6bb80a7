"""The exercise huaiyuan itself: every law holds, in every variant."""

from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

from epigrid.command.exercises.formats import PlanRefused, VariantUnknown, load_plan
from epigrid.field.codes.events import GateAnswered
from epigrid.field.sampling.models import RosterRow
from epigrid.playbooks.exercise import laws
from epigrid.playbooks.exercise.run import Outcome, perform
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.models import Order
from epigrid.response.tracing.models import Candidate
from epigrid.response.zones import queries as zoned
from epigrid.response.zones.models import ServicePlan, Zone
from epigrid.store import journal, vault
from epigrid.store.models import Document, Fact, Hearing

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


def test_variant_b_restarts_the_days_of_the_infected_area_only(db: None) -> None:
    outcome = run("B")
    assert broken(outcome) == []
    stairwell, floor = high_by_place(outcome, "c02/b02/u3"), high_by_place(outcome, "hotel/f3")
    assert (stairwell.clean_since, floor.clean_since) == (date(2022, 11, 24), date(2022, 11, 21))
    assert (local(outcome, stairwell.ended_at), local(outcome, floor.ended_at)) == (date(2022, 11, 30), date(2022, 11, 27))
    assert Fact.objects.filter(kind="zones.prolonged").count() == 1


def test_variant_c_makes_a_new_area_and_leaves_the_old_clock_running(db: None) -> None:
    outcome = run("C")
    assert broken(outcome) == []
    old = high_by_place(outcome, "c02/b02/u3")
    new = next(card for card in zoned.zones(actor=outcome.stage.director, levels=("high",)) if card.clean_since == date(2022, 11, 24))
    assert old.clean_since == date(2022, 11, 21)
    assert (local(outcome, old.ended_at), local(outcome, new.ended_at)) == (date(2022, 11, 27), date(2022, 11, 30))


def test_an_unknown_variant_or_a_step_without_a_title_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VariantUnknown):
        run("Z")
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.read_text(encoding="utf-8") + "\n[[step]]\nat = 2022-12-05T19:00:00\ndo = 'close'\n", encoding="utf-8")
    with pytest.raises(PlanRefused):
        load_plan(path)


def high_by_place(outcome: Outcome, path: str) -> zoned.ZoneCard:
    place = outcome.stage.places[path]
    return next(card for card in zoned.zones(actor=outcome.stage.director, levels=("high",)) if place in card.place_ids)


def local(outcome: Outcome, moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(outcome.stage.zone).date()


def test_variant_d_lapses_when_nobody_decides(db: None) -> None:
    outcome = run("D")
    assert broken(outcome) == []
    high = zoned.zones(actor=outcome.stage.director, levels=("high",))
    assert {card.end_reason for card in high} == {"lapsed"}
    assert all(card.ended_at == card.review_at for card in high)


def falsify(law: str, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break one law's own matter, and as little else as can be."""
    desk, facts = outcome.stage.director, Fact.objects.order_by("seq")
    one = facts.filter(kind="sampling.tube-opened").first()
    breaks = {
        "counting": lambda: RosterRow.objects.seen_by(desk)[0].delete(),
        "truth": lambda: Candidate.objects.seen_by(desk).update(evidence=[{"source": "scan", "seconds": 1}]),
        "causes": lambda: facts.filter(seq=one.seq).update(caused_by=uuid4()),
        "runner": lambda: Hearing.objects.create(fact=one, step="x.y", parked_at=outcome.stage.now, error="broken"),
        "chain": lambda: facts.filter(seq=one.seq).update(actor_kind="nobody"),
        "liberty": lambda: Order.objects.seen_by(desk).filter(state="served").update(decided_by=uuid4()),
        "places": lambda: Zone.objects.seen_by(desk).filter(level="high").update(review_at=None),
        "gates": lambda: journal.record(
            GateAnswered(area=outcome.stage.area, check_id=uuid4(), answer="call-desk", way="home"), actor=desk, at=outcome.stage.now, caused_by=None
        ),
        "service": lambda: ServicePlan.objects.seen_by(desk).update(hotline=""),
        "retention": lambda: monkeypatch.setattr(vault, "erase", lambda _ids: 0),
        "nothing-left": lambda: None,
        "files": lambda: facts.filter(seq=one.seq).update(payload=one.payload | {"said": "王演安"}),
        "exercise-marks": lambda: Document.objects.seen_by(desk).filter(kind="order").update(footer=""),
    }
    breaks[law]()


def test_each_law_notices_when_it_is_broken(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(until="7")
    assert broken(outcome) == []
    for law in laws.LAWS:
        with monkeypatch.context() as patch, transaction.atomic():
            falsify(law, outcome, patch)
            found = {one.name: one.held for one in laws.check(outcome.stage, finished=True)}
            assert not found[law], law
            transaction.set_rollback(True)
