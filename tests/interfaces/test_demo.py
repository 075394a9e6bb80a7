"""What the demo does with trees that it finds: whole ones are kept, a load that was cut off is begun anew."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from epigrid.command.exercises.events import RunEnded
from epigrid.interfaces import demo
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from epigrid.store import clock, journal
from epigrid.store.models import Fact
from tests import cast
from tests.cast import MONDAY


def tree(name: str, *, whole: bool) -> None:
    root = Area(f"{name}/")
    clock.make_tree(root=root, title=name, seed=1, moment=MONDAY)
    if whole:
        event = RunEnded(area=root, run_id=uuid4(), finished=True, laws=0, held=0)
        journal.record(event, actor=cast.procedure(root), at=MONDAY, caused_by=uuid4())


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """The trees that the demo loads instead of the real exercise, which its own tests play."""
    done: list[str] = []
    Path(settings.EPIGRID_VAR).mkdir()

    def perform(_plan: object, *, tree: str, **_more: object) -> None:
        done.append(tree)
        globals()["tree"](tree, whole=True)

    monkeypatch.setattr(demo, "perform", perform)
    monkeypatch.setattr(demo, "report", lambda *_: None)
    monkeypatch.setattr(demo, "_sign_ins", lambda: ["somebody"])
    return done


def test_a_second_start_keeps_both_trees(transactional_db: None, loaded: list[str]) -> None:
    assert demo.load(lambda _line: None) == ["somebody"]
    assert demo.load(lambda _line: None) == ["somebody"]
    assert loaded == ["huaiyuan", "huaiyuan-live"]


@pytest.mark.parametrize("cut", ["huaiyuan", "huaiyuan-live"])
def test_a_load_that_was_cut_off_is_begun_anew(transactional_db: None, loaded: list[str], cut: str) -> None:
    said: list[str] = []
    if cut == "huaiyuan-live":
        tree("huaiyuan", whole=True)
    tree(cut, whole=False)
    demo.load(said.append)
    assert loaded == ["huaiyuan", "huaiyuan-live"]
    assert "cut off" in said[0]
    assert Fact.objects.count() == 2


def test_lost_sign_ins_are_made_again_and_the_trees_kept(transactional_db: None, loaded: list[str], settings: Any) -> None:
    demo.load(lambda _line: None)
    (Path(settings.EPIGRID_VAR) / "demo-lines.json").unlink()
    assert demo.load(lambda _line: None) == ["somebody"]
    assert loaded == ["huaiyuan", "huaiyuan-live"]


def test_each_start_draws_a_card_that_binds_one_phone_to_the_first_grid_worker(transactional_db: None) -> None:
    tree("huaiyuan-live", whole=True)
    grid = Area("huaiyuan-live/g/")
    user = User.objects.create(id=uuid4(), username="huaiyuan-live-grid-worker1", tree="huaiyuan-live", title="演练 grid worker")
    Appointment.objects.bulk_create([Appointment(area=grid, holder_id=user.id, duty=Duty.GRID_WORKER, since=MONDAY)])
    first, second = demo.card(), demo.card()
    bound = access.bind_phone(code=second, label="演练", origin="test", wall=datetime.now(UTC))
    assert (first != second, bound.title) == (True, "演练 grid worker")
