"""Whoever has not come is called, and what came of it is kept; whoever is left out of rounds is exempt until his end. All people are invented."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.models import Exclusion, RollReport
from epigrid.field.tasks import queries as tasks
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from tests import cast
from tests.cast import DAY, GRID2, HOUR, MONDAY, NEIGHBOUR, TREE
from tests.field.sampling.test_table import SECRETARY, order_round, round_id
from tests.field.sampling.test_turnout import WORKER, come

__all__ = ["round_id"]


def call(world: cast.World, round_id: UUID, number: int, result: str, now: datetime = MONDAY) -> tuple[UUID, ...]:
    it: Any = {"actor": WORKER, "round_id": round_id, "cause": world.root_cause, "channel": "phone"}
    return actions.remind(**it, person_ids=[world.person(number)], now=now, result=result)


def leave_out(world: cast.World, number: int, until: datetime, now: datetime = MONDAY, reason: str = "medical", actor: Any = SECRETARY) -> UUID:
    return actions.exclude(actor=actor, person_id=world.person(number), reason=reason, until=until, now=now)


def state(round_id: UUID, person: UUID) -> str:
    return queries.standings(actor=SECRETARY, round_id=round_id, person_ids=[person])[person][0]


def test_s_213_the_list_to_call_from_shows_what_came_of_the_last_call(world: cast.World, round_id: UUID) -> None:
    call(world, round_id, 0, "no-answer")
    call(world, round_id, 0, "comes", MONDAY + HOUR)
    call(world, round_id, 1, "")
    listed = {one.person_id: one for one in queries.to_remind(actor=WORKER, round_id=round_id)}
    assert (listed[world.person(0)].result, listed[world.person(0)].reminded_at) == ("comes", MONDAY + HOUR)
    assert (listed[world.person(1)].result, listed[world.person(2)].reminded_at) == ("", None)
    assert "*" in listed[world.person(0)].masked_phone or listed[world.person(0)].masked_phone == ""
    with pytest.raises(rules.CallResultUnknown):
        call(world, round_id, 0, "threatened")


def test_what_remains_becomes_a_task_of_each_unit_once_and_ends_with_the_round(world: cast.World, round_id: UUID) -> None:
    it: Any = {"round_id": round_id, "cause": world.root_cause, "now": MONDAY + HOUR}
    with pytest.raises(NotAllowed):
        actions.hand_out_remaining(actor=WORKER, **it)
    sent = actions.hand_out_remaining(actor=SECRETARY, **it)
    assert sent == [world.place("b1/u1"), world.place("b1/u2")]
    assert actions.hand_out_remaining(actor=SECRETARY, **it) == []
    runner.run_until_quiet(STEPS)
    holders = [cast.actor(Duty.GRID_WORKER), cast.actor(Duty.GRID_WORKER, area=GRID2)]
    listed = {task.id: task for holder in holders for task in tasks.my_tasks(actor=holder) if task.kind == "remaining"}
    assert {task.place_id for task in listed.values()} == set(sent)
    actions.close_round(actor=SECRETARY, round_id=round_id, now=MONDAY + 2 * HOUR, cause=world.root_cause)
    runner.run_until_quiet(STEPS)
    assert not [task for holder in holders for task in tasks.my_tasks(actor=holder) if task.kind == "remaining"]


def test_nobody_is_sent_where_everybody_came(world: cast.World, round_id: UUID) -> None:
    come(world, round_id, "T1", *range(12))
    come(world, round_id, "T2", *range(12, 24))
    assert actions.hand_out_remaining(actor=SECRETARY, round_id=round_id, cause=world.root_cause, now=MONDAY + HOUR) == []


def test_whoever_is_left_out_is_exempt_in_each_round_before_his_end_and_in_none_after(world: cast.World) -> None:
    leave_out(world, 0, MONDAY + DAY)
    first = order_round(world)
    assert (state(first, world.person(0)), state(first, world.person(1))) == ("exempt", "open")
    [report] = RollReport.objects.filter(round_id=first)
    assert (report.by, report.reason) == (SECRETARY.id, "excluded")
    law = queries.conservation(actor=SECRETARY, round_id=first)
    assert (law.holds, law.by_class["exempt"]) == (True, 1)
    Exclusion.objects.update(until=MONDAY)
    later = order_round(world)
    assert state(later, world.person(0)) == "open"


def test_a_round_that_runs_learns_of_an_exclusion_and_a_swab_is_stronger(world: cast.World, round_id: UUID) -> None:
    leave_out(world, 0, MONDAY + DAY)
    assert state(round_id, world.person(0)) == "exempt"
    come(world, round_id, "T1", 0)
    assert state(round_id, world.person(0)) == "sampled"


def test_an_exclusion_is_one_a_person_ends_by_hand_or_by_itself_and_is_deleted(world: cast.World) -> None:
    leave_out(world, 0, MONDAY + DAY)
    kept = leave_out(world, 0, MONDAY + 2 * DAY, reason="recovered")
    [card] = queries.exclusions(actor=SECRETARY, on=MONDAY)
    assert (card.id, card.reason, card.until) == (kept, "recovered", MONDAY + 2 * DAY)
    actions.end_exclusion(actor=SECRETARY, exclusion_id=kept, now=MONDAY + HOUR, cause=world.root_cause)
    assert not Exclusion.objects.exists()
    leave_out(world, 1, MONDAY + DAY)
    daily.tick(TREE, MONDAY + 2 * DAY)
    assert not Exclusion.objects.exists()


@given(reason=st.text(max_size=10), hours=st.integers(-48, 48))
def test_an_exclusion_has_a_reason_of_the_list_and_an_end_to_come(reason: str, hours: int) -> None:
    until = MONDAY + hours * HOUR
    for one in (reason, *rules.EXCLUDED_FOR):
        if one in rules.EXCLUDED_FOR and until > MONDAY:
            rules.judge_exclusion(reason=one, until=until, now=MONDAY)
        else:
            with pytest.raises((rules.ExclusionReasonUnknown, rules.ExclusionEndless)):
                rules.judge_exclusion(reason=one, until=until, now=MONDAY)


def test_nobody_else_leaves_somebody_out_and_no_stranger_is_found(world: cast.World) -> None:
    with pytest.raises(NotAllowed):
        leave_out(world, 0, MONDAY + DAY, actor=WORKER)
    with pytest.raises(ObjectDoesNotExist):
        leave_out(world, 0, MONDAY + DAY, actor=cast.actor(Duty.COMMUNITY_SECRETARY, area=NEIGHBOUR))
