"""Numbers without gaps, commands with one outcome, one holder of a lease, pages by key."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import BadInput
from epigrid.store import commands, locks, paging, series
from epigrid.store.models import CommandReceipt, Fact, Lease, Scan, Series
from tests.cast import MONDAY, uid
from tests.store import facts
from tests.store.facts import strike, together

ME, YOU = Actor.user(uid("me")), Actor.user(uid("you"))


class Failed(Exception):
    """Something outside the domain went wrong."""


def take(name: str = "orders", tree: str = "t", count: int = 1) -> int:
    with transaction.atomic():
        return series.take_numbers(tree=tree, name=name, count=count)


@given(work=st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=12))
@settings(max_examples=40)
def test_numbers_that_were_given_back_are_given_again_and_none_is_missing(db: None, work: list[tuple[int, bool]]) -> None:
    with transaction.atomic():
        used: list[int] = []
        for count, fails in work:
            try:
                with transaction.atomic():
                    first = series.take_numbers(tree="t", name="orders", count=count)
                    if fails:
                        raise Failed
                    used += range(first, first + count)
            except Failed:
                continue
        assert used == list(range(1, len(used) + 1))
        transaction.set_rollback(True)


def test_each_series_of_each_tree_counts_for_itself(db: None) -> None:
    assert [take(), take(), take("notices"), take(tree="u"), take(), take("notices", count=5), take("notices")] == [1, 2, 1, 1, 3, 2, 7]


def test_a_number_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        series.next_number(tree="t", name="orders")
    assert Series.objects.count() == 0


def test_numbers_taken_at_once_some_rolled_back_leave_no_gap(transactional_db: None) -> None:
    def use(fails: bool) -> list[int]:
        used = []
        for turn in range(15):
            try:
                with transaction.atomic():
                    number = series.next_number(tree="t", name="orders")
                    if fails and turn % 3 == 0:
                        raise Failed
                    used.append(number)
            except Failed:
                continue
        return used

    answers = together(lambda: use(False), lambda: use(True), lambda: use(True))
    assert not facts.failures(answers)
    assert sorted(number for used in answers for number in used) == list(range(1, 36))


def do(actor: Actor = ME, body: Any = "b", device: str = "d", command: str = "c", work: Any = None) -> commands.Outcome:
    return commands.once(actor=actor, device=device, command_id=command, body=body, now=MONDAY, do=work or (lambda: [strike("done")]))


def test_a_command_sent_again_is_done_once_and_answered_alike(db: None) -> None:
    first, again = do(), do()
    assert (first.outcome, first.replayed, again.replayed) == ("done", False, True)
    assert (first.rows, first.reason) == (again.rows, again.reason)
    assert len(first.rows) == 1 and UUID(first.rows[0])
    assert Fact.objects.count() == 1


@pytest.mark.parametrize("change", [{"actor": YOU}, {"body": "other"}, {"body": {"b": 1}}, {"actor": Actor.procedure("x", facts.ROOT)}])
def test_the_same_number_for_another_actor_or_body_is_refused_and_does_nothing(db: None, change: dict[str, Any]) -> None:
    do()
    with pytest.raises(commands.CommandReused):
        do(**change)
    assert (Fact.objects.count(), CommandReceipt.objects.count()) == (1, 1)


def test_the_order_of_the_bodys_keys_does_not_matter(db: None) -> None:
    do(body={"a": 1, "b": {"c": uid("x"), "d": 2}})
    assert do(body={"b": {"d": 2, "c": uid("x")}, "a": 1}).replayed


@pytest.mark.parametrize("change", [{"device": "other"}, {"command": "other"}])
def test_another_device_or_number_is_another_command(db: None, change: dict[str, Any]) -> None:
    do()
    assert not do(**change).replayed
    assert Fact.objects.count() == 2


def test_a_refusal_is_kept_and_what_was_half_done_is_undone(db: None) -> None:
    calls = []

    def refuse() -> list[UUID]:
        calls.append(strike("half"))
        raise BadInput(field="x")

    first, again = do(work=refuse), do(work=refuse)
    assert (first.outcome, first.reason, first.rows, again.outcome, again.reason) == ("refused", "input.bad", (), "refused", "input.bad")
    assert (len(calls), again.replayed, Fact.objects.count()) == (1, True, 0)


def test_a_failure_outside_the_domain_keeps_nothing_so_that_the_command_can_be_sent_again(db: None) -> None:
    def fail() -> list[UUID]:
        strike("half")
        raise Failed

    with pytest.raises(Failed):
        do(work=fail)
    assert (CommandReceipt.objects.count(), Fact.objects.count()) == (0, 0)
    assert do().outcome == "done"


def test_a_receipt_holds_ids_and_a_digest_and_nothing_of_the_body(db: None) -> None:
    do(body={"name": "李四"}, work=lambda: [uid("row")])
    row = CommandReceipt.objects.get()
    assert row.rows == [str(uid("row"))]
    assert not any("李四" in str(getattr(row, field.attname)) for field in CommandReceipt._meta.concrete_fields)


def test_one_command_sent_twice_at_once_is_done_once(transactional_db: None) -> None:
    for number in range(5):
        answers = together(*[lambda number=number: do(command=f"c{number}", work=lambda: [strike(str(uuid4()))])] * 4)
        assert not facts.failures(answers)
        assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
        assert len({answer.rows for answer in answers}) == 1
    assert Fact.objects.count() == 5


SECOND = timedelta(seconds=1)


def test_a_lease_has_one_holder_until_it_ends_and_then_who_comes_first(db: None) -> None:
    def lease(holder: str, seconds: float) -> bool:
        return locks.lease("runner", holder=holder, now=MONDAY + seconds * SECOND, length=10 * SECOND)

    assert [lease("a", 0), lease("b", 1), lease("a", 9), lease("b", 18.9), lease("b", 19), lease("a", 20), lease("b", 21)] == [
        True,
        False,
        True,
        False,
        True,
        False,
        True,
    ]
    assert locks.lease("other", holder="c", now=MONDAY)


def test_a_lease_that_was_given_back_is_free_at_once_and_only_its_holder_gives_it_back(db: None) -> None:
    assert locks.lease("runner", holder="a", now=MONDAY)
    locks.release("runner", holder="b")
    assert not locks.lease("runner", holder="b", now=MONDAY)
    locks.release("runner", holder="a")
    assert locks.lease("runner", holder="b", now=MONDAY)


def test_keeping_a_lease_that_somebody_else_has_is_refused(db: None) -> None:
    with pytest.raises(locks.LeaseLost):
        locks.keep_lease("runner", holder="a")
    assert locks.lease("runner", holder="a", now=MONDAY)
    locks.keep_lease("runner", holder="a")
    assert locks.lease("runner", holder="b", now=MONDAY + 60 * SECOND)
    with pytest.raises(locks.LeaseLost):
        locks.keep_lease("runner", holder="a")


def test_of_many_who_want_the_lease_at_once_one_gets_it(transactional_db: None) -> None:
    answers = together(*[lambda holder=holder: locks.lease("runner", holder=holder, now=MONDAY) for holder in "abcdef"])
    assert not facts.failures(answers)
    assert answers.count(True) == 1
    assert Lease.objects.get().holder == "abcdef"[answers.index(True)]


def test_who_takes_a_lease_over_waits_for_the_transaction_that_keeps_it(transactional_db: None) -> None:
    import threading
    import time

    if not facts.on_postgres():
        pytest.skip("SQLite has one writer at a time: the taker waits for the whole transaction")
    locks.lease("runner", holder="a", now=MONDAY)
    kept, ended = threading.Event(), []

    def keep() -> float:
        with transaction.atomic():
            locks.keep_lease("runner", holder="a")
            kept.set()
            time.sleep(0.5)
            ended.append(True)
        return 0

    def take_over() -> bool:
        assert kept.wait(timeout=20)
        return locks.lease("runner", holder="b", now=MONDAY + 60 * SECOND) and bool(ended)

    assert together(keep, take_over) == [0, True]


def test_a_named_lock_lets_one_in_at_a_time(transactional_db: None) -> None:
    inside: list[int] = []
    most: list[int] = []

    def enter() -> None:
        import time

        for _ in range(5):
            with transaction.atomic():
                locks.hold("door")
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.005)
                inside.pop()

    assert not facts.failures(together(enter, enter, enter))
    assert max(most) == 1 and len(most) == 15


@given(rows=st.integers(0, 12), limit=st.integers(1, 5))
@settings(max_examples=30)
def test_pages_in_a_row_show_every_row_once_in_order(db: None, rows: int, limit: int) -> None:
    with transaction.atomic():
        Scan.objects.bulk_create([Scan(scan_id=uid(n), tree="t", day=date(2022, 11, 21), person=1, place=1, t_in=0, t_out=1) for n in range(rows)])
        shown: list[UUID] = []
        after, pages = "", 0
        while True:
            page = paging.page(Scan.objects.all(), key="scan_id", after=after, card=lambda row: row.scan_id, limit=limit)
            assert len(page.rows) <= limit
            shown, after, pages = [*shown, *page.rows], page.after, pages + 1
            if not after:
                break
        assert shown == sorted(uid(number) for number in range(rows))
        assert pages == max(1, -(-rows // limit))
        transaction.set_rollback(True)
