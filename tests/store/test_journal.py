"""The journal: a cause where one is needed, positions without gaps, a chain that shows every change, causes back to the beginning."""

import random
import threading
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import CauseMissing
from epigrid.playbooks.events import ClockStruck
from epigrid.store import clock, ids, journal
from epigrid.store.models import Fact
from tests.cast import MONDAY, uid
from tests.store import facts
from tests.store.facts import ROOT, WORKER, review, strike, together


def positions() -> list[int | None]:
    return list(Fact.objects.order_by("position").values_list("position", flat=True))


def test_a_fact_that_follows_from_another_is_refused_without_its_cause(db: None) -> None:
    with pytest.raises(CauseMissing) as refusal:
        review("x", cause=None)
    assert refusal.value.details["kind"] == "access.glass-reviewed"
    assert Fact.objects.count() == 0
    first = strike("x")
    review("x", cause=first)
    assert Fact.objects.count() == 2


def test_one_missing_cause_refuses_all_facts_of_the_act(db: None) -> None:
    from epigrid.registers.access.events import GlassReviewed

    both = [ClockStruck(area=ROOT, strike_id=uid("a")), GlassReviewed(area=ROOT, grant_id=uid("b"))]
    with pytest.raises(CauseMissing):
        journal.record_many(both, actor=WORKER, at=MONDAY, caused_by=None)
    assert Fact.objects.count() == 0


def test_a_fact_comes_back_as_it_was_told(db: None) -> None:
    cause = strike("x")
    fact_id = review("y", cause=cause)
    journal.number()
    told = journal.facts_about(subject_id=uid("y"))[0]
    assert (told.id, told.at, told.caused_by, told.actor_id, told.position) == (fact_id, MONDAY, cause, WORKER.id, 2)
    assert type(told.event).kind == "access.glass-reviewed"
    assert told.event.area == ROOT and isinstance(told.event.area, Area)


def test_positions_are_given_once_in_insert_order_and_never_change(db: None) -> None:
    for number in range(5):
        strike(f"s{number}")
    assert positions() == [None] * 5
    assert journal.number() == 5
    first = dict(Fact.objects.values_list("id", "position"))
    assert list(Fact.objects.order_by("seq").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert journal.number() == 0
    strike("later")
    assert (journal.number(), journal.last_position()) == (1, 6)
    assert first.items() <= dict(Fact.objects.values_list("id", "position")).items()


def test_what_was_rolled_back_leaves_no_gap_in_the_positions(db: None) -> None:
    strike("a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        strike("lost")
        raise ZeroDivisionError
    strike("b")
    journal.number()
    assert positions() == [1, 2]


@given(order=st.permutations(range(6)), cuts=st.sets(st.integers(0, 5)))
@settings(max_examples=25)
def test_numbering_whatever_has_been_committed_never_leaves_a_gap_or_moves_a_position(db: None, order: list[int], cuts: set[int]) -> None:
    """Facts become visible in any order (their transactions end in any order), numbering comes in between."""
    with transaction.atomic():
        before: dict[UUID, int] = {}
        for place, number in enumerate(order):
            Fact.objects.create(
                seq=1000 + number, kind="playbooks.clock-struck", area=ROOT, subject_id=uid(number), payload={}, actor_kind="user", at=MONDAY
            )
            if place in cuts:
                journal.number()
                now = {row.id: row.position or 0 for row in Fact.objects.filter(position__isnull=False)}
                assert before.items() <= now.items()
                before = now
        journal.number()
        assert positions() == [1, 2, 3, 4, 5, 6]
        assert journal.broken_at() is None
        transaction.set_rollback(True)


def test_a_fact_that_commits_later_is_numbered_after_what_readers_have_seen(transactional_db: None) -> None:
    """On PostgreSQL the transaction that took the lower `seq` commits last; its fact must not appear behind a reader."""
    if not facts.on_postgres():
        with transaction.atomic():
            strike("only one writes at a time on SQLite")
        assert (journal.number(), positions()) == (1, [1])
        return
    inserted, numbered = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            strike("slow")
            inserted.set()
            assert numbered.wait(timeout=20)

    def quick() -> list[str]:
        assert inserted.wait(timeout=20)
        strike("quick")
        journal.number()
        seen = [str(row.subject_id) for row in Fact.objects.filter(position__isnull=False).order_by("position")]
        numbered.set()
        return seen

    answers = together(slow, quick)
    assert not facts.failures(answers)
    journal.number()
    rows = list(Fact.objects.order_by("position"))
    assert answers[1] == [str(uid("quick"))]
    assert [(row.subject_id, row.position) for row in rows] == [(uid("quick"), 1), (uid("slow"), 2)]
    assert rows[1].seq < rows[0].seq
    assert journal.broken_at() is None


def test_two_numberings_at_once_give_each_fact_one_position(transactional_db: None) -> None:
    for number in range(120):
        strike(f"s{number}")

    def write_and_number() -> int:
        total = 0
        for _ in range(6):
            strike(str(uuid4()))
            total += journal.number()
        return total

    answers = together(write_and_number, write_and_number, write_and_number)
    assert not facts.failures(answers)
    assert sum(answers) == 138
    assert positions() == list(range(1, 139))
    assert journal.broken_at() is None


CHANGES = {
    "kind": "access.account-made",
    "area": Area("t/other/"),
    "subject_id": uid("forged"),
    "payload": {"strike_id": str(uid("forged"))},
    "actor_kind": "procedure",
    "actor_id": uid("forged"),
    "actor_name": "somebody else",
    "at": MONDAY + timedelta(seconds=1),
    "caused_by": uid("forged"),
    "id": uid("forged"),
}


def test_the_list_of_sealed_columns_is_whole() -> None:
    assert {field.name for field in Fact._meta.concrete_fields} - set(CHANGES) == {"seq", "position", "seal"}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_the_chain_shows_a_change_of_any_column_at_its_position(db: None, field: str) -> None:
    for number in range(4):
        strike(f"s{number}")
    journal.number()
    assert journal.broken_at() is None
    Fact.objects.filter(position=3).update(**{field: CHANGES[field]})
    assert journal.broken_at() == 3


def test_the_chain_shows_a_removed_and_an_exchanged_fact(db: None) -> None:
    for number in range(4):
        strike(f"s{number}")
    journal.number()
    Fact.objects.filter(position=2).delete()
    assert journal.broken_at() == 3
    Fact.objects.filter(position=3).update(position=2)
    assert journal.broken_at() == 2


def test_causes_lead_back_to_the_beginning(db: None) -> None:
    first = strike("a")
    second = review("b", cause=first)
    third = review("c", cause=second)
    assert [told.id for told in journal.causes(third)] == [third, second, first]
    assert [told.id for told in journal.causes(first)] == [first]


def test_facts_are_seen_within_the_actors_areas_only(db: None) -> None:
    areas = [Area("t/"), Area("t/a/"), Area("t/a/x/"), Area("t/a0/"), Area("t/b/"), Area("u/a/")]
    for area in areas:
        strike("same", area=area)
    seen = {
        path: {told.event.area for told in journal.facts(actor=Actor.user(uid("w"), Grant(duty=Duty.AUDITOR, area=Area(path))))}
        for path in ("t/", "t/a/", "t/a/x/y/")
    }
    assert seen == {"t/": set(areas[:5]), "t/a/": {areas[1], areas[2]}, "t/a/x/y/": set()}
    assert list(journal.facts(actor=Actor.user(uid("w")))) == list(journal.facts(actor=Actor.resident(uid("same")))) == []
    auditor = Actor.user(uid("w"), Grant(duty=Duty.AUDITOR, area=ROOT))
    assert list(journal.facts(actor=auditor, kinds=["access.account-made"])) == []
    assert len(list(journal.facts(actor=auditor, kinds=["playbooks.clock-struck"], subjects=[uid("same")]))) == 5


def ids_of_a_run(seed: int | None) -> list[UUID]:
    """The ids of the facts of one small story in a tree of its own, in insert order."""
    facts.tree(seed=seed)
    first = strike("a")
    second = review("b", cause=first)
    again = review("b", cause=first)
    journal.record_many(
        [ClockStruck(area=ROOT, strike_id=uid("a")), ClockStruck(area=ROOT, strike_id=uid("a"))], actor=WORKER, at=MONDAY, caused_by=second
    )
    assert len({first, second, again}) == 3
    found = list(Fact.objects.order_by("seq").values_list("id", flat=True))
    Fact.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_tree")
    clock.forget_cards()
    return found


def test_two_runs_in_a_tree_with_a_namespace_tell_facts_with_the_same_ids(db: None) -> None:
    first, again, other = ids_of_a_run(1), ids_of_a_run(1), ids_of_a_run(2)
    assert first == again
    assert not set(first) & set(other)
    assert len(set(first)) == 5


def test_in_a_real_tree_ids_of_facts_are_ordered_by_time_and_never_repeat(db: None) -> None:
    first, again = ids_of_a_run(None), ids_of_a_run(None)
    assert first + again == sorted(first + again)
    assert len(set(first + again)) == 10
    assert {fact_id.version for fact_id in first} == {7}


def test_an_act_done_again_has_an_id_of_its_own_the_same_in_every_run(db: None) -> None:
    def run(seed: int | None) -> list[UUID]:
        facts.tree(seed=seed)
        found = [ids.repeated_id(ROOT, "import", name) for name in ("a", "a", "b", "a")]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_tree")
            cursor.execute("DELETE FROM store_series")
        clock.forget_cards()
        return found

    first = run(1)
    assert len(set(first)) == 4
    assert run(1) == first
    real = run(None)
    assert real == sorted(real) and len({*real, *run(None)}) == 8


def test_the_very_same_said_again_is_a_fact_of_its_own(db: None) -> None:
    facts.tree(seed=1)
    again = [ClockStruck(area=ROOT, strike_id=uid("x"))] * 3
    told = [strike("x"), *journal.record_many(again, actor=WORKER, at=MONDAY, caused_by=None), strike("x")]
    assert len(set(told)) == 5
    assert {fact.id for fact in journal.facts_about(subject_id=uid("x"))} == set(told)


@pytest.mark.django_db(transaction=True)
def test_two_hands_that_say_the_very_same_at_once_are_two_facts() -> None:
    facts.tree(seed=1)

    def say() -> UUID:
        with transaction.atomic():
            fact = strike("x")
            time.sleep(0.05)
            return fact

    assert set(together(say, say, say)) == set(Fact.objects.values_list("id", flat=True))
    assert Fact.objects.count() == 3


def test_natural_ids_are_apart_by_kind_key_and_namespace() -> None:
    keys = [("a", "b"), ("a", "c"), ("ab", ""), ("a",)]
    found = {ids.natural_id(space, kind, *key) for space in (UUID(int=1), UUID(int=2)) for kind in ("x", "y") for key in keys}
    assert len(found) == 16


def test_time_ordered_ids_rise() -> None:
    made = [ids.uuid7() for _ in range(2000)]
    assert made == sorted(made) and len(set(made)) == 2000
    shuffled = random.Random(1).sample(made, 2000)
    assert sorted(shuffled) == made
