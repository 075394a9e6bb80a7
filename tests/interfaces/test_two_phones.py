"""Two phones on one building: whatever each of them did without a network, and however it arrives, the roll-call ends the same (Hypothesis makes the interleavings)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.sampling import queries as sampling
from epigrid.kernel.duties import Duty
from tests import cast
from tests.cast import COMMUNITY, MONDAY
from tests.doors.sampled import _round
from tests.interfaces.test_sync import Phone

CLASSES = ("sampled", "exempt", "away", "declined", "unreachable", "open")
"""From the highest to the lowest (procedures.md 2); the test's own list, not the rules'."""
PEOPLE = range(12)
"""Of grid 1, for both phones to report."""
REPORT = st.tuples(st.sampled_from(["exempt", "away", "unreachable"]), st.sampled_from(PEOPLE))
Deed = tuple[str, int]


@st.composite
def nights(draw: st.DrawFn) -> tuple[list[list[Deed]], list[set[int]], list[int]]:
    """What each phone reports, whom each swabs in one tube (nobody twice), and which phone uploads how far, step by step."""
    reports = [draw(st.lists(REPORT, max_size=6)) for _phone in range(2)]
    swabbed = draw(st.sets(st.sampled_from(PEOPLE), max_size=10))
    tubes = [{person for person in swabbed if person % 2 == phone} for phone in range(2)]
    return reports, tubes, draw(st.lists(st.integers(0, 1), max_size=12))


@contextmanager
def _undone() -> Iterator[None]:
    """What happens within is rolled back, so that the next example finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _commands(phone: Phone, world: cast.World, round_id: UUID, reports: Sequence[Deed], tube: set[int], label: str) -> list[dict[str, Any]]:
    told = [
        phone.command(
            "sampling.report-class", {"round_id": round_id, "person_ids": [world.person(who)], "state": said}, MONDAY - timedelta(minutes=9)
        )
        for said, who in reports
    ]
    if tube:
        moment = (MONDAY - timedelta(minutes=5)).isoformat()
        people = [{"person_id": world.person(who), "means": "paper", "at": moment} for who in sorted(tube)]
        body = {"area": COMMUNITY, "round_id": round_id, "label": label, "pool_size": 10, "people": people, "opened_at": moment, "closed_at": moment}
        told.insert(len(told) // 2, phone.command("sampling.enter-tube", body, MONDAY - timedelta(minutes=5)))
    for number, one in enumerate(told, 1):
        one["counter"] = number
    return told


@given(night=nights())
@settings(max_examples=15)
def test_two_phones_on_one_building_end_at_the_same_state_in_any_order(world: cast.World, night: Any) -> None:
    reports, tubes, steps = night
    with _undone():
        round_id = _round(world)
        phones = [Phone(Duty.REGISTRAR, who=f"演练 {number}") for number in range(2)]
        told = [_commands(phone, world, round_id, reports[who], tubes[who], f"T000000{who}") for who, phone in enumerate(phones)]
        sent = [0, 0]
        for who in steps:
            sent[who] = min(sent[who] + 2, len(told[who]))
            phones[who].upload(*told[who][: sent[who]])
        for who in (1, 0, 1, 0):
            answers = phones[who].upload(*told[who])[1]["outcomes"]
            assert {one["outcome"] for one in answers} <= {"done"}, answers
        found = {row.person_id: row.state for row in sampling.roll_call(actor=cast.actor(Duty.COMMUNITY_SECRETARY), round_id=round_id).rows}
        assert found == {world.person(who): _expected(who, reports, tubes) for who in range(24)}
        assert sampling.conservation(actor=cast.actor(Duty.COMMUNITY_SECRETARY), round_id=round_id).holds


def _expected(who: int, reports: Sequence[Sequence[Deed]], tubes: Sequence[set[int]]) -> str:
    said = {said for each in reports for said, person in each if person == who} | ({"sampled"} if any(who in tube for tube in tubes) else set())
    return min(said | {"open"}, key=CLASSES.index)
