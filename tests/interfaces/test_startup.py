"""Start-up: the demo keeps away from real trees, the server from the demo's key, and no account decides in a real tree without a second factor."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from epigrid.interfaces import cli, demo, startup
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import DECIDING, Duty
from epigrid.registers.access import queries as access
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from epigrid.store import keys, vault
from epigrid.store.models import Fact, Tree
from tests import cast
from tests.cast import DAY, MONDAY
from tests.store import facts


@pytest.fixture
def real_tree(db: None) -> None:
    facts.tree()
    facts.tree(Area("real/"), exercise=False)


def test_the_demo_is_refused_in_a_database_that_holds_a_real_tree(real_tree: None) -> None:
    with pytest.raises(startup.StartRefused, match="real/"):
        demo.load(lambda line: None)
    assert Tree.objects.count() == 2
    assert (User.objects.count(), Fact.objects.count()) == (0, 0)


def test_exercise_trees_do_not_hinder_the_demo(db: None) -> None:
    facts.tree()
    startup.refuse_real_trees()


def test_the_server_refuses_the_demos_key_as_soon_as_a_real_tree_exists(db: None) -> None:
    facts.tree()
    startup.refuse_demo_key()
    facts.tree(Area("real/"), exercise=False)
    with pytest.raises(startup.StartRefused, match="keys make"):
        startup.refuse_demo_key()


def test_serving_asks_for_the_key_before_it_starts_anything(real_tree: None, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(startup, "prepare", lambda: None)
    monkeypatch.setattr(cli, "_serve_both", lambda *args: started.append(args) or 0)
    with pytest.raises(startup.StartRefused):
        cli._serve(argparse.Namespace(host="127.0.0.1", port=1))
    assert started == []


def test_a_key_file_of_ones_own_serves_real_trees(real_tree: None, settings: Any, tmp_path: Path) -> None:
    settings.EPIGRID_KEY_FILE = tmp_path / "own.json"
    startup.ensure_keys(demo=False)
    assert not keys.ring().demo
    startup.refuse_demo_key()
    before = settings.EPIGRID_KEY_FILE.read_bytes()
    startup.ensure_keys(demo=True)
    assert settings.EPIGRID_KEY_FILE.read_bytes() == before


def test_a_private_file_is_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    startup.write_private(path, "first")
    startup.write_private(path, "演练")
    assert path.read_text(encoding="utf-8") == "演练"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["lines.json"]


@pytest.mark.parametrize("exercise", [True, False])
@pytest.mark.parametrize("second_factor", [True, False])
def test_deciding_duties_count_in_a_real_tree_only_with_a_second_factor(db: None, exercise: bool, second_factor: bool) -> None:
    cast.build(exercise=exercise)
    user = User.objects.create(id=cast.uid("all duties"), username="all", tree="mini")
    held = set(Duty) - {Duty.PROCEDURE, Duty.GLASS}
    Appointment.objects.bulk_create(
        [Appointment(id=cast.uid("held", duty), area=cast.CITY, holder_id=user.id, duty=duty, since=MONDAY - DAY) for duty in held]
    )
    actor = access.actor_for(user=user, now=MONDAY, second_factor=second_factor)
    assert actor.duties == (held if exercise or second_factor else held - DECIDING)
    assert access.second_factor_missing(user=user, now=MONDAY, has_factor=second_factor) == (not exercise and not second_factor)
    assert Duty.COUNTY_EOC_OFFICER in DECIDING and Duty.GRID_WORKER not in DECIDING


def test_an_old_key_is_retired_only_when_nothing_is_wrapped_by_it(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "prepare", lambda: None)
    settings.EPIGRID_KEY_FILE = tmp_path / "own.json"
    assert cli.main(["keys", "make"]) == 0
    vault.put(area=facts.ROOT, values={cast.uid("me"): {"name": "演甲"}})
    keys.rotate(settings.EPIGRID_KEY_FILE)
    assert cli.main(["keys", "retire", "k1"]) == 1
    assert set(keys.ring().keys) == {"k1", "k2"}
    assert cli.main(["keys", "rotate"]) == 0
    assert [cli.main(["keys", "retire", key]) for key in ("k1", "k2", "k3", "k1")] == [0, 0, 1, 1]
    assert set(keys.ring().keys) == {"k3"}
