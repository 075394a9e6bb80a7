"""Visits and tasks as phones keep them: a snapshot, and the rows that facts name put into it, is a fresh snapshot, act after act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.visits import actions, queries
from epigrid.kernel.duties import Duty
from epigrid.store import feed
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, GRID1, HOUR, MONDAY
from tests.doors import walked
from tests.doors.prepared import _task
from tests.field.visits.walk import ALL, OTHER, SECRETARY, WORKER, campaign, heard, tried, visit_of

KINDS = feed.Kinds(apps=frozenset({"visits", "tasks", "people"}), movers=frozenset(), resets=frozenset())


def _pack() -> dict[str, dict[UUID, Any]]:
    rows: dict[str, list[Any]] = {"visits": queries.pack_visits(actor=WORKER), "tasks": tasked.pack_tasks(actor=WORKER)}
    return {shelf: {card.id: card for card in cards} for shelf, cards in rows.items()}


DEPS = {"visits": ("id", "campaign", "household", "dwelling"), "tasks": ("id", "person", "place", "source")}


def _fed(pack: dict[str, dict[UUID, Any]], after: int) -> dict[str, dict[UUID, Any]]:
    """The pack with what the facts since a position name."""
    touched = feed.since(after=after, areas=[GRID1], kinds=KINDS).ids
    fresh: dict[str, list[Any]] = {
        "visits": queries.pack_visits(actor=WORKER, touched=touched),
        "tasks": tasked.pack_tasks(actor=WORKER, touched=touched),
    }
    kept = {
        shelf: {key: card for key, card in rows.items() if not {getattr(card, name) for name in DEPS[shelf]} & touched}
        for shelf, rows in pack.items()
    }
    return {shelf: kept[shelf] | {card.id: card for card in fresh[shelf]} for shelf in kept}


def _acts(world: cast.World) -> list[Callable[[], Any]]:
    """One act of each kind that moves a row, one after the other."""
    made: list[UUID] = []
    visit = lambda number: visit_of(world, made[0], number)  # noqa: E731
    first = lambda: queries.pack_visits(actor=WORKER) and tasked.pack_tasks(actor=WORKER)[0].id  # noqa: E731
    it: Any = {"actor": WORKER, "now": MONDAY}
    return [
        lambda: made.append(campaign()),
        lambda: (tried(visit(0), "absent"), tried(visit(0), "absent", MONDAY + 5 * HOUR), heard()),
        lambda: tried(visit(1), "met", actor=OTHER, changes=["baby"]),
        heard,
        lambda: tasks.accept(task_ids=[first()], **it),
        lambda: tasks.escalate(task_id=first(), reason="danger", **it),
        lambda: tasks.give_back(task_id=first(), reason="rest-due", **it),
        lambda: tasks.accept_building(place_id=world.place("b1"), **it),
        lambda: (tried(visit(0), "met", MONDAY + 6 * HOUR), heard()),
        lambda: _task(world),
        lambda: tasks.escalate_overdue(actor=ALL, area=cast.TREE, now=MONDAY + DAY, cause=world.root_cause),
        lambda: actions.close_campaign(actor=SECRETARY, campaign_id=made[0], reason="done", now=MONDAY + DAY),
        heard,
    ]


def test_a_snapshot_and_the_feed_are_a_fresh_snapshot_after_every_act(world: cast.World) -> None:
    pack = _pack()
    for number, act in enumerate(_acts(world)):
        position = feed.position()
        act()
        pack = _fed(pack, position)
        assert pack == _pack(), number
    assert pack["visits"] == {} and pack["tasks"]
    assert Fact.objects.filter(kind="tasks.sent-up").count() == 1


@pytest.mark.parametrize("duty", [Duty.REGISTRAR, Duty.GATE_GUARD])
def test_a_pack_shows_no_tasks_of_other_duties(world: cast.World, duty: Duty) -> None:
    walked._building(world)
    assert tasked.pack_tasks(actor=cast.actor(duty, area=GRID1)) == []


def test_a_pack_asks_at_most_three_questions_a_shelf(world: cast.World, django_assert_max_num_queries: Any) -> None:
    campaign()
    walked._item(world)
    _task(world)
    touched = frozenset({world.person(0), world.place("b1/u1/f1/r1")})
    for some in (None, touched):
        for question in (queries.pack_visits, tasked.pack_tasks):
            with django_assert_max_num_queries(3):
                assert question(actor=WORKER, touched=some)
        with django_assert_max_num_queries(3):
            assert queries.pack_routine(actor=WORKER, day=MONDAY.date(), touched=some)
