"""`epigrid trace` on the presence log of the register: approved venue queries and nothing else. All people, places and presences are invented."""

import csv
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from epigrid.engine.tracing import shelf
from epigrid.interfaces import cli, startup
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.response.tracing.rules import Question
from epigrid.store import extracts
from epigrid.store.extracts.days import index_folder
from tests import cast
from tests.cast import DAY, HOUR
from tests.response import stories
from tests.response.test_venue_queries import NOON, approve, asked, record, stay


@pytest.fixture
def case(world: cast.World) -> UUID:
    """A case whom eleven people met in the shop on Sunday, the log sealed; the exposure record."""
    for number in range(12):
        stay(world.person(number), world.place("shop"), NOON)
    stay(world.person(20), world.place("hotel"), NOON + 30 * HOUR)
    stay(world.person(1), world.place("hotel"), NOON + 30 * HOUR)
    for day in (0, 1):
        extracts.seal_day(area=cast.TREE, day=(NOON + day * DAY).date())
    return record(world, stories.case(world), [world.place("shop")])


@pytest.fixture
def ask(world: cast.World, case: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    """Ask as an invented account of these duties; (exit code, standard error, rows)."""
    monkeypatch.setattr(startup, "prepare", lambda: None)
    users = {
        duty: User.objects.create(id=cast.user_id(duty), username=f"演练-{duty}", tree="mini").username
        for duty in (Duty.CDC_INVESTIGATOR, Duty.AUDITOR)
    }

    def run(verb: str, *options: object, duty: Duty = Duty.CDC_INVESTIGATOR, index: Path | None = None) -> tuple[int, str, list[dict[str, str]]]:
        out = tmp_path / "out.csv"
        out.unlink(missing_ok=True)
        folder = index or index_folder(cast.TREE)
        words = ["trace", verb, "--index", str(folder), "--user", users[duty], "--out", str(out), "--language", "en", *map(str, options)]
        code = cli.main(words)
        return code, capsys.readouterr().err, list(csv.DictReader(out.open(encoding="utf-8"))) if out.exists() else []

    return run


def number_of(person: UUID) -> str:
    return str(extracts.pseudonyms(area=cast.TREE, kind="person", subject_ids=[person])[person])


def test_s_235_x03_contacts_are_answered_by_number_after_a_second_person_approved(world: cast.World, case: UUID, ask: Any, tmp_path: Path) -> None:
    query = asked(world, Question(exposure_ids=(case,), purpose="contacts at the shop"))
    code, err, rows = ask("contacts", "--query", query)
    assert (code, rows) == (2, [])
    assert "query.not-approved" in err
    approve(world, query)
    evidence = tmp_path / "evidence.csv"
    code, _, rows = ask("contacts", "--query", query, "--evidence", evidence)
    assert code == 0
    assert {(row["contact"], row["seconds"]) for row in rows} == {(number_of(world.person(n)), "3600") for n in range(1, 12)}
    assert len(list(csv.DictReader(evidence.open(encoding="utf-8")))) == 11
    for verb, options in (("hops", ()), ("places", ()), ("contacts", ("--cases", evidence))):
        code, err, rows = ask(verb, "--query", query, *options)
        assert (code, rows) == (2, [])
        assert "query.not-approved" in err


def test_x03_hops_over_the_register_give_counts_and_places_by_the_approved_rule(world: cast.World, case: UUID, ask: Any) -> None:
    """Eleven people in the shop, nobody else yet: the hotel is after the exercise's clock. Counts below ten are not shown, and nobody is named."""
    rule = {"kind": "hops", "direction": "forward", "latency_seconds": 3600, "min_seconds": 600}
    query = asked(world, Question(exposure_ids=(case,), purpose="how far it may have gone", **rule))
    approve(world, query)
    code, _, rows = ask("hops", "--query", query)
    assert code == 0
    assert [tuple(row.values()) for row in rows] == [("all", "", "11"), ("day", str(NOON.date()), "11"), ("place", rows[-1]["which"], "11")]


def test_places_of_the_register_hide_sums_below_ten(world: cast.World, case: UUID, ask: Any) -> None:
    query = asked(world, Question(exposure_ids=(case,), purpose="where", kind="places"))
    approve(world, query)
    code, _, rows = ask("places", "--query", query)
    assert code == 0
    assert [(row["queries"], row["contacts"], row["contact_hours"]) for row in rows] == [("< 10", "11", "11")]


def test_x03_other_duties_unknown_queries_and_other_folders_are_refused(world: cast.World, case: UUID, ask: Any, tmp_path: Path) -> None:
    query = asked(world, Question(exposure_ids=(case,), purpose="contacts at the shop"))
    approve(world, query)
    assert ask("contacts", "--query", uuid4())[0] == 2
    assert ask("contacts", "--query", "all of them")[0] == 2
    assert ask("contacts", "--query", query, duty=Duty.AUDITOR)[0] == 2
    shelf.create(tmp_path / "copy", source="register", zone="Asia/Shanghai")
    code, err, rows = ask("contacts", "--query", query, index=tmp_path / "copy")
    assert (code, rows) == (2, [])
    assert "not the presence log of these queries" in err
