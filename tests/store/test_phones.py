"""Commands of phones: each once and in its turn, whatever the network does; a refusal holds back what names the same thing until the worker decides."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotFound
from epigrid.store import phones
from epigrid.store.models import CommandReceipt
from tests.cast import MONDAY, uid

pytestmark = pytest.mark.django_db
ACTOR = Actor.user(uid("user"), Grant(duty=Duty.REGISTRAR, area=Area("mini/")))
OTHER = Actor.user(uid("other"), Grant(duty=Duty.REGISTRAR, area=Area("mini/")))
PHONE = uid("phone")
MINUTE = timedelta(minutes=1)


def _told(number: int, *names: str, body: str = "") -> phones.Told:
    return phones.Told(
        command_id=uid("command", number), counter=number, act="test.act", body={"n": number, "x": body}, at=MONDAY + number * MINUTE, names=names
    )


def _take(told: phones.Told, do: Callable[[], Sequence[UUID]], actor: Actor = ACTOR) -> phones.Answer:
    return phones.take(actor=actor, device=PHONE, told=[told], now=MONDAY + timedelta(hours=2), do=lambda _one: do())[0]


def _settle(number: int, told: phones.Told, device: UUID = PHONE) -> phones.Answer:
    one = replace(_told(number), act=phones.SETTLE, body={"command_id": str(told.command_id)})
    return phones.take(actor=ACTOR, device=device, told=[one], now=MONDAY, do=lambda _one: [])[0]


def _ok(made: list[int], number: int) -> Callable[[], Sequence[UUID]]:
    def do() -> Sequence[UUID]:
        made.append(number)
        return [uid("row", number)]

    return do


def _no() -> Sequence[UUID]:
    raise BadInput(field="x")


@given(data=st.data())
@settings(max_examples=40)
def test_each_command_is_done_once_and_in_order_however_it_is_sent(data: st.DataObject) -> None:
    CommandReceipt.objects.all().delete()
    many = data.draw(st.integers(1, 8))
    refused = data.draw(st.sets(st.integers(1, many)))
    made: list[int] = []
    first: dict[int, phones.Answer] = {}
    for _attempt in range(60):
        for number in data.draw(st.lists(st.integers(1, many), min_size=1, max_size=many)):
            answer = _take(_told(number), _no if number in refused else _ok(made, number))
            if answer.reason == phones.GAP:
                assert number > max(first, default=0) + 1
                continue
            known = first.setdefault(number, answer)
            assert (answer.outcome, answer.reason, answer.rows) == (known.outcome, known.reason, known.rows)
        if len(first) == many:
            break
    for number in range(1, many + 1):
        first.setdefault(number, _take(_told(number), _no if number in refused else _ok(made, number)))
    assert made == [number for number in range(1, many + 1) if number not in refused]
    assert {number for number, answer in first.items() if answer.outcome == "refused"} == refused


def test_the_same_id_with_another_body_or_by_somebody_else_is_refused_and_leaves_the_first_answer() -> None:
    made: list[int] = []
    assert _take(_told(1), _ok(made, 1)).outcome == "done"
    assert _take(_told(1, body="other"), _ok(made, 1)).reason == "command.reused"
    assert _take(_told(1), _ok(made, 1), actor=OTHER).reason == "command.reused"
    again = _take(_told(1), _ok(made, 1))
    assert (again.outcome, again.replayed, made) == ("done", True, [1])


def test_a_refused_command_holds_back_those_that_name_the_same_tube_until_the_worker_decides() -> None:
    made: list[int] = []
    assert _take(_told(1, "tube:T1"), _no).outcome == "refused"
    held = _take(_told(2, "tube:T1", "box:B1"), _ok(made, 2))
    assert (held.outcome, held.reason, made) == ("held", phones.HELD_BACK, [])
    assert _take(_told(3, "tube:T2"), _ok(made, 3)).outcome == "done"
    assert _take(_told(4), _ok(made, 4)).outcome == "done"
    assert _settle(5, _told(1)).outcome == "done"
    assert _take(_told(2, "tube:T1", "box:B1"), _ok(made, 2)).outcome == "held", "its answer stays: the worker sends what he wants anew"
    assert _take(_told(6, "tube:T1"), _ok(made, 6)).outcome == "done"
    assert made == [3, 4, 6]


def test_a_refusal_and_its_settling_in_one_upload_hold_nothing_back() -> None:
    made: list[int] = []
    settled = replace(_told(2), act=phones.SETTLE, body={"command_id": str(_told(1).command_id)})
    told = [_told(1, "tube:T1"), settled, _told(3, "tube:T1")]
    answers = phones.take(actor=ACTOR, device=PHONE, told=told, now=MONDAY, do=lambda one: _no() if one.counter == 1 else _ok(made, one.counter)())
    assert [one.outcome for one in answers] == ["refused", "done", "done"]
    assert CommandReceipt.objects.get(counter=1).settled_at == MONDAY


def test_only_a_refused_command_of_the_same_phone_can_be_settled() -> None:
    _take(_told(1), _ok([], 1))
    for number, told in ((2, _told(1)), (3, _told(99))):
        assert (_settle(number, told).outcome, _settle(number, told).reason) == ("refused", NotFound.reason)
    assert _settle(1, _told(1), uid("other phone")).reason == NotFound.reason


def test_what_fails_leaves_nothing_behind_holds_what_follows_and_is_done_when_it_comes_again() -> None:
    made: list[int] = []

    def broken(one: phones.Told) -> Sequence[UUID]:
        if one.counter == 2:
            raise RuntimeError("out of memory")
        return _ok(made, one.counter)()

    answers = phones.take(actor=ACTOR, device=PHONE, told=[_told(1), _told(2), _told(3)], now=MONDAY, do=broken)
    assert [(one.outcome, one.reason) for one in answers] == [("done", ""), ("held", phones.FAILED), ("held", phones.FAILED)]
    assert list(CommandReceipt.objects.values_list("counter", flat=True)) == [1]
    assert [_take(_told(number), _ok(made, number)).outcome for number in (2, 3)] == ["done", "done"]
    assert made == [1, 2, 3]


@given(
    at=st.integers(-600, 600),
    since=st.integers(-600, 0),
)
def test_a_command_counts_as_done_when_the_phone_says_so_only_between_its_last_contact_and_now(at: int, since: int) -> None:
    now = datetime(2022, 11, 21, tzinfo=MONDAY.tzinfo)
    told, last = now + at * MINUTE, now + since * MINUTE
    moment, flags = phones.moment_of(at=told, since=last, received=now)
    assert moment <= now
    if last <= told <= now + phones.AHEAD:
        assert moment == min(told, now)
        assert flags == (("late",) if now - told > phones.LATE else ())
    else:
        assert (moment, flags) == (now, ("clock",))
