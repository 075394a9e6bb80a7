"""Numbers of the presence log: the database alone tells of nobody's; dense, never used twice, forgotten with the last presence."""

import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.areas import Area
from epigrid.registers.people import actions as people
from epigrid.store import clock, extracts, keys
from epigrid.store.models import Pseudonym, Scan
from tests import cast
from tests.cast import MONDAY, uid
from tests.store import facts
from tests.store.facts import ROOT

DAY = date(2022, 11, 20)
OTHER = Area("u/")


def numbers(*names: str, kind: str = "person", area: Area = ROOT) -> dict[str, int]:
    found = extracts.pseudonyms(area=area, kind=kind, subject_ids=[uid(name) for name in names])
    return {name: found[uid(name)] for name in names}


def present(person: int, place: int, *, day: date = DAY, hours: int = 1) -> None:
    start = int(clock.local_midnight(ROOT, day).timestamp()) + 20 * 3600
    scan = uid("scan", person, place, day)
    extracts.add(area=ROOT, day_of={scan: day}, rows=[(scan, person, place, start, start + hours * 3600)])


def held(kind: str) -> set[int]:
    return set(Pseudonym.objects.filter(kind=kind).values_list("number", flat=True))


def test_numbers_are_dense_and_small_and_counted_by_tree_and_kind(db: None) -> None:
    assert sorted(numbers("a", "b", "a").values()) == [1, 2]
    assert sorted(numbers("c", "b", area=Area("t/x/")).values()) == [numbers("b")["b"], 3]
    assert numbers("a", area=OTHER) == {"a": 1}
    assert numbers("b", kind="place") == {"b": 1}
    assert Pseudonym.objects.count() == 5


@given(asked=st.lists(st.tuples(st.sampled_from(["person", "place"]), st.lists(st.integers(0, 8), max_size=6)), max_size=6))
@settings(max_examples=20)
def test_a_number_stands_for_one_subject_and_leads_back_to_it(db: None, asked: list[tuple[str, list[int]]]) -> None:
    with transaction.atomic():
        known: dict[tuple[str, UUID], int] = {}
        for kind, subjects in asked:
            found = extracts.pseudonyms(area=ROOT, kind=kind, subject_ids=[uid("subject", one) for one in subjects])
            assert found == {uid("subject", one): known.setdefault((kind, uid("subject", one)), found[uid("subject", one)]) for one in subjects}
            assert extracts.subjects(area=ROOT, kind=kind, numbers=found.values()) == {number: one for one, number in found.items()}
            assert extracts.numbers(area=ROOT, kind=kind, subject_ids=[*found, uid("stranger")]) == found
        for kind in ("person", "place"):
            assert sorted(number for (one, _), number in known.items() if one == kind) == list(range(1, len(held(kind)) + 1))
        transaction.set_rollback(True)


def test_the_database_alone_does_not_tell_whom_a_number_stands_for(db: None, settings: Any, tmp_path: Path) -> None:
    numbers("a")
    row = Pseudonym.objects.get()
    lying = f"{row.blind}{bytes(row.sealed).hex()}"
    assert not [name for name in ("a", "b") if uid(name).hex in lying or str(uid(name)) in lying]
    settings.EPIGRID_KEY_FILE = tmp_path / "other.json"
    keys.make(settings.EPIGRID_KEY_FILE, demo=False)
    assert extracts.numbers(area=ROOT, kind="person", subject_ids=[uid("a")]) == {}
    with pytest.raises(InvalidTag):
        extracts.subjects(area=ROOT, kind="person", numbers=[1])


@pytest.mark.parametrize("change", [{"number": 9}, {"kind": "place"}, {"tree": "u"}], ids=str)
def test_a_link_that_was_moved_to_another_row_is_not_believed(db: None, change: dict[str, Any]) -> None:
    numbers("a")
    Pseudonym.objects.update(**change)
    row = Pseudonym.objects.get()
    with pytest.raises(InvalidTag):
        extracts.subjects(area=Area(f"{row.tree}/"), kind=row.kind, numbers=[row.number])


def test_keys_rotate_and_numbers_still_lead_back(db: None, settings: Any, tmp_path: Path) -> None:
    settings.EPIGRID_KEY_FILE = tmp_path / "keys.json"
    keys.make(settings.EPIGRID_KEY_FILE, demo=False)
    before = numbers("a", "b")
    keys.rotate(settings.EPIGRID_KEY_FILE)
    keys.retire(settings.EPIGRID_KEY_FILE, "k1")
    assert numbers("a", "b") == before
    assert set(extracts.subjects(area=ROOT, kind="person", numbers=before.values()).values()) == {uid("a"), uid("b")}


def test_s_235_a_forgotten_day_leaves_no_file_no_row_and_no_link(db: None, settings: Any) -> None:
    facts.tree()
    who, where = numbers("once", "again", "now", "asked"), numbers("shop", "hotel", kind="place")
    present(who["once"], where["shop"])
    present(who["again"], where["shop"])
    extracts.seal_day(area=ROOT, day=DAY)
    present(who["again"], where["hotel"], day=DAY + timedelta(days=1))
    extracts.seal_day(area=ROOT, day=DAY + timedelta(days=1))
    present(who["now"], where["hotel"], day=DAY + timedelta(days=2))
    extracts.forget_before(area=ROOT, day=DAY + timedelta(days=1))
    lying = sorted(path.name for path in (Path(settings.EPIGRID_VAR) / "extracts" / "t").rglob("*") if path.is_file())
    assert not [name for name in lying if name.startswith("2022-11-20")]
    assert [name.split(".")[-1] for name in lying if name.startswith("2022-11-21")] == ["parquet", "day"]
    assert (held("person"), held("place")) == ({who["again"], who["now"]}, {where["hotel"]})
    assert extracts.numbers(area=ROOT, kind="person", subject_ids=[uid("once"), uid("asked")]) == {}
    extracts.forget_before(area=ROOT, day=DAY + timedelta(days=9))
    assert (Scan.objects.count(), Pseudonym.objects.count()) == (0, 0)
    assert not list((Path(settings.EPIGRID_VAR) / "extracts" / "t").rglob("2022*"))
    assert numbers("again")["again"] == 5


def test_of_a_guest_who_stays_beyond_the_forgotten_days_the_link_stays(db: None) -> None:
    facts.tree()
    present(numbers("guest")["guest"], numbers("hotel", kind="place")["hotel"], hours=40)
    extracts.seal_day(area=ROOT, day=DAY)
    for later in (1, 2):
        extracts.forget_before(area=ROOT, day=DAY + timedelta(days=later))
        assert (held("person"), held("place")) == ({1}, {1})
    extracts.forget_before(area=ROOT, day=DAY + timedelta(days=3))
    assert Pseudonym.objects.count() == 0


def test_another_trees_links_stay(db: None) -> None:
    facts.tree()
    numbers("a")
    numbers("a", area=OTHER)
    extracts.forget_before(area=ROOT, day=DAY)
    assert list(Pseudonym.objects.values_list("tree", flat=True)) == ["u"]


def test_who_is_erased_has_no_link_and_his_old_number_is_nobodys_again(world: cast.World) -> None:
    person = world.person(3)
    number = extracts.pseudonyms(area=cast.TREE, kind="person", subject_ids=[person, world.person(4)])[person]
    people.forget_people(actor=cast.procedure(), area=cast.TREE, person_ids=[person], now=MONDAY, cause=world.root_cause)
    assert extracts.subjects(area=cast.TREE, kind="person", numbers=[number]) == {}
    assert extracts.numbers(area=cast.TREE, kind="person", subject_ids=[person]) == {}
    assert len(extracts.numbers(area=cast.TREE, kind="person", subject_ids=[world.person(4)])) == 1
    assert extracts.pseudonyms(area=cast.TREE, kind="person", subject_ids=[person])[person] == 3


def test_two_who_bring_the_same_people_at_once_give_each_one_number(transactional_db: None) -> None:
    def bring(first: int) -> dict[UUID, int]:
        return extracts.pseudonyms(area=ROOT, kind="person", subject_ids=[uid("person", number) for number in range(first, first + 300)])

    answers = facts.together(lambda: bring(0), lambda: bring(150), lambda: bring(0))
    assert not facts.failures(answers)
    joined = answers[0] | answers[1]
    assert joined == answers[1] | answers[2] | answers[0]
    assert sorted(joined.values()) == list(range(1, 451))


def test_what_is_being_added_while_others_forget_keeps_its_link(transactional_db: None) -> None:
    facts.tree()
    who, where = numbers("late")["late"], numbers("shop", kind="place")["shop"]
    looked = threading.Event()

    def bring() -> None:
        with transaction.atomic():
            assert (numbers("late")["late"], numbers("shop", kind="place")["shop"]) == (who, where)
            looked.set()
            time.sleep(0.3)
            present(who, where)

    def forget() -> None:
        assert looked.wait(timeout=30)
        extracts.forget_before(area=ROOT, day=DAY)

    assert not facts.failures(facts.together(bring, forget))
    assert extracts.subjects(area=ROOT, kind="person", numbers=[who]) == {who: uid("late")}


def test_a_hundred_thousand_people_are_numbered_in_batches(db: None, django_assert_max_num_queries: Any) -> None:
    many = [uid("person", number) for number in range(2000)]
    with django_assert_max_num_queries(30):
        found = extracts.pseudonyms(area=ROOT, kind="person", subject_ids=many)
    with django_assert_max_num_queries(5):
        extracts.subjects(area=ROOT, kind="person", numbers=found.values())


@pytest.mark.parametrize("rows", [0, 3])
def test_links_in_clear_of_the_first_version_are_sealed_under_their_old_numbers(transactional_db: None, settings: Any, rows: int) -> None:
    executor = MigrationExecutor(connection)
    leaves = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "store"]
    executor.migrate([("store", "0001_initial")])
    old = executor.loader.project_state([("store", "0001_initial")]).apps.get_model("store", "Pseudonym")
    made = [old.objects.create(tree="t", kind="person", subject_id=uid("old", number)).id for number in range(rows)]
    key_file, settings.EPIGRID_KEY_FILE = settings.EPIGRID_KEY_FILE, "nowhere.json"
    if rows:
        with pytest.raises(keys.KeyFileMissing):
            MigrationExecutor(connection).migrate(leaves)
        settings.EPIGRID_KEY_FILE = key_file
    MigrationExecutor(connection).migrate(leaves)
    settings.EPIGRID_KEY_FILE = key_file
    assert apps.get_model("store", "Pseudonym").objects.count() == rows
    assert extracts.subjects(area=ROOT, kind="person", numbers=made) == {number: uid("old", at) for at, number in enumerate(made)}
    assert numbers("fresh")["fresh"] == max(made, default=0) + 1
