"""A building taken on at once, giving back, going up the line, calling for support, a grid lent until tonight."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.command.communication import queries as inbox
from epigrid.field.tasks import actions, queries, rules
from epigrid.field.tasks.actions import NewCall, NewTask, Source
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.access import queries as access
from epigrid.registers.access.models import User
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.organisation.models import Appointment
from epigrid.store import clock
from epigrid.store.models import Fact, Hearing
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, GRID2, HOUR, MONDAY, NEIGHBOUR, TREE, uid

ALL = cast.procedure()
WORKER, SECRETARY = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.COMMUNITY_SECRETARY)
OFFICE = cast.actor(Duty.SUBDISTRICT_OFFICE)


def opened(world: cast.World, *people: int, places: tuple[str, ...] = (), source: str = "source") -> list[UUID]:
    """Tasks of the grid workers about people and places."""
    where: Any = {"kind": "interview", "duty": Duty.GRID_WORKER, "due_at": MONDAY + HOUR}
    new = [NewTask(area=GRID1 if one < 12 else GRID2, person_id=world.person(one), **where) for one in people]
    new += [NewTask(area=GRID1, place_id=world.place(one), **where) for one in places]
    told = Source(kind="round", id=uid(source), directive_id=world.directive_id)
    actions.open_tasks(actor=ALL, source=told, tasks=new, now=MONDAY, cause=world.root_cause)
    return [card.id for card in queries.tasks_of(actor=ALL, source_id=uid(source))]


def heard() -> None:
    runner.run_until_quiet(STEPS)
    assert not Hearing.objects.filter(parked_at__isnull=False).exists()


def keys_of(actor: Actor) -> list[str]:
    return [card.key for card in inbox.inbox(actor=actor)]


def call(number: int = 10, **more: Any) -> UUID:
    new = NewCall(need="people", number=number, starts_at=MONDAY, ends_at=MONDAY + 8 * HOUR, **more)
    return actions.call_for_support(actor=WORKER, area=GRID1, new=new, now=MONDAY)


def test_the_tasks_of_a_building_are_taken_on_at_once_and_only_mine(world: cast.World) -> None:
    ids = opened(world, 0, 3, 14, places=("b1/u1",))
    found = actions.accept_building(actor=WORKER, place_id=world.place("b1"), now=MONDAY)
    mine = {card.id for card in queries.my_tasks(actor=WORKER)}
    assert len(ids) == 4 and set(found) == mine and len(mine) == 3
    assert {card.state for card in queries.pack_tasks(actor=WORKER)} == {"accepted"}
    assert actions.accept_building(actor=WORKER, place_id=world.place("b1"), now=MONDAY + HOUR) == []
    assert [card.state for card in queries.tasks_of(actor=ALL, person_id=world.person(14))] == ["assigned"]


def test_a_task_is_given_back_with_a_reason_by_whoever_took_it_and_is_free_again(world: cast.World) -> None:
    (task,) = opened(world, 0)
    with pytest.raises(rules.TaskNotOpen):
        actions.give_back(actor=WORKER, task_id=task, reason="no-time", now=MONDAY)
    actions.accept(actor=WORKER, task_ids=[task], now=MONDAY)
    with pytest.raises(rules.ReasonMissing):
        actions.give_back(actor=WORKER, task_id=task, reason=" ", now=MONDAY)
    with pytest.raises(rules.NotYours):
        actions.give_back(actor=cast.actor(Duty.GRID_WORKER, who="second"), task_id=task, reason="no-time", now=MONDAY)
    before = queries.task(actor=ALL, task_id=task)
    actions.give_back(actor=WORKER, task_id=task, reason="no-time", now=MONDAY + HOUR)
    after = queries.task(actor=ALL, task_id=task)
    assert (after.state, after.accepted_by, after.due_at) == ("assigned", None, before.due_at)


def test_s_021_a_task_goes_up_at_once_with_a_reason_and_stays_with_whoever_has_it(world: cast.World) -> None:
    (task,) = opened(world, 0)
    actions.accept(actor=WORKER, task_ids=[task], now=MONDAY)
    assert actions.escalate(actor=WORKER, task_id=task, reason="danger", now=MONDAY) == 1
    heard()
    card = queries.task(actor=ALL, task_id=task)
    assert (card.level, card.state, card.accepted_by) == (1, "accepted", WORKER.id)
    assert "task.sent-up" in keys_of(SECRETARY) and queries.supports(actor=ALL) == []
    for level in (2, 3):
        assert actions.escalate(actor=WORKER, task_id=task, reason="danger", now=MONDAY) == level
    with pytest.raises(rules.TaskNotOpen):
        actions.escalate(actor=WORKER, task_id=task, reason="danger", now=MONDAY)


def test_s_019_a_request_for_ten_people_shows_accepted_arrived_and_released_and_goes_up_when_nobody_answers(world: cast.World) -> None:
    (task,) = opened(world, 0)
    made = call(task_id=task)
    heard()
    assert "support.called" in keys_of(SECRETARY) and queries.task(actor=ALL, task_id=task).level == 0
    later = MONDAY + 2 * HOUR
    assert queries.next_due(actor=ALL, after=MONDAY + HOUR) == later
    clock.move_to(TREE, later)
    daily.tick(TREE, later)
    daily.tick(TREE, later)
    heard()
    assert queries.support(actor=WORKER, request_id=made).level == 1
    assert keys_of(OFFICE).count("support.unanswered") == 1
    for state, body, persons in (
        ("accepted", "subdistrict", 6),
        ("accepted", "community", 3),
        ("arrived", "subdistrict", 5),
        ("released", "subdistrict", 2),
    ):
        actions.answer_support(actor=SECRETARY, request_id=made, body_id=world.bodies[body], state=state, persons=persons, now=later)
    card = queries.support(actor=WORKER, request_id=made)
    assert (card.number, card.accepted, card.arrived, card.released, card.missing) == (10, 9, 5, 2, 1)
    daily.tick(TREE, MONDAY + 7 * HOUR)
    assert queries.support(actor=WORKER, request_id=made).level == 1, "a call that somebody answered goes up no more"


def test_nobody_is_released_who_has_not_come_and_empty_calls_are_refused(world: cast.World) -> None:
    made, facts = call(), Fact.objects.count()
    said: Any = {"request_id": made, "body_id": world.bodies["community"], "now": MONDAY}
    for state, persons in (("released", 1), ("arrived", 0), ("sent", 3)):
        with pytest.raises(rules.SupportCount):
            actions.answer_support(actor=SECRETARY, state=state, persons=persons, **said)
    with pytest.raises(NotAllowed):
        actions.answer_support(actor=WORKER, state="accepted", persons=1, **said)
    with pytest.raises(rules.SupportIncomplete):
        call(number=0)
    assert Fact.objects.count() == facts


def account(duty: Duty, area: str, name: str) -> Actor:
    """An account that holds a duty, as the door makes its actor."""
    user = User.objects.create(id=uid("user", name), username=name, tree="mini")
    Appointment.objects.create(id=uid("appointment", name), area=area, holder_id=user.id, duty=duty, since=MONDAY - DAY)
    return access.actor_for(user=user, now=MONDAY)


def test_a_grid_is_lent_until_tonight_both_see_it_and_it_ends_by_itself(world: cast.World) -> None:
    (task,) = opened(world, 0)
    helper = account(Duty.GRID_WORKER, GRID2, "helper-2")
    assert [card.id for card in queries.pack_tasks(actor=helper)] == []
    made = actions.lend_grid(actor=WORKER, area=GRID1, helper="helper-2", now=MONDAY)
    assert actions.lend_grid(actor=WORKER, area=GRID1, helper="helper-2", now=MONDAY + HOUR) == made
    heard()
    user = User.objects.get(username="helper-2")
    tonight = clock.local_midnight(GRID1, clock.local_day(GRID1, MONDAY) + timedelta(days=1))
    during, after = (access.actor_for(user=user, now=at) for at in (tonight - HOUR, tonight))
    assert [card.id for card in queries.pack_tasks(actor=during)] == [card.id for card in queries.pack_tasks(actor=WORKER)] == [task]
    actions.accept(actor=during, task_ids=[task], now=MONDAY + HOUR)
    assert queries.pack_tasks(actor=after) == []
    assert [grant.area for grant in organisation.appointments(holder_id=user.id, now=tonight)] == [GRID2]


def test_a_grid_is_lent_to_nobody_without_the_same_duty_nearby(world: cast.World) -> None:
    account(Duty.GRID_WORKER, NEIGHBOUR, "far")
    account(Duty.GATE_GUARD, COMMUNITY, "guard")
    facts = Fact.objects.count()
    for name in ("far", "guard"):
        with pytest.raises(rules.HelperUnfit):
            actions.lend_grid(actor=WORKER, area=GRID1, helper=name, now=MONDAY)
    with pytest.raises(NotFound):
        actions.lend_grid(actor=WORKER, area=GRID1, helper="nobody", now=MONDAY)
    with pytest.raises(NotAllowed):
        actions.lend_grid(actor=SECRETARY, area=GRID1, helper="far", now=MONDAY)
    assert Fact.objects.count() == facts


def test_the_pack_tells_only_tasks_that_a_touched_id_names(world: cast.World) -> None:
    ids = opened(world, 0, 2, source="a") + opened(world, 3, places=("b1/u1",), source="b")
    assert {card.id for card in queries.pack_tasks(actor=WORKER)} == set(ids)
    for touched, expected in (
        ({ids[0]}, 1), ({world.person(2)}, 1), ({world.place("b1/u1")}, 1), ({uid("b")}, 2), ({uid("a"), world.person(3)}, 3), ({uid("no")}, 0), (set(), 0),
    ):  # fmt: skip
        assert len(queries.pack_tasks(actor=WORKER, touched=frozenset(touched))) == expected


def test_a_fact_about_tasks_of_two_grids_lies_above_both(world: cast.World) -> None:
    ids = opened(world, 0, 14)
    actions.accept(actor=cast.actor(Duty.GRID_WORKER, area=COMMUNITY), task_ids=ids, now=MONDAY)
    actions.end_tasks(actor=ALL, source_id=uid("source"), reason="over", now=MONDAY, cause=world.root_cause)
    told = Fact.objects.filter(kind__in=["tasks.opened", "tasks.accepted", "tasks.ended"]).values_list("area", flat=True)
    assert list(told) == [COMMUNITY] * 3


@given(st.lists(st.tuples(st.sampled_from(rules.ANSWERS), st.integers(-1, 12)), max_size=12))
def test_no_more_people_are_ever_released_than_came(said: list[tuple[str, int]]) -> None:
    counts = dict.fromkeys(rules.ANSWERS, 0)
    for state, persons in said:
        try:
            rules.judge_answer(state=state, persons=persons, arrived=counts["arrived"], released=counts["released"])
        except rules.SupportCount:
            continue
        counts[state] += persons
    stands = rules.Support(number=10, **counts)
    assert 0 <= stands.present <= stands.arrived
    assert stands.missing == max(10 - max(counts["accepted"], counts["arrived"]), 0)
