"""The roll-call's version: every act that changes the roll-call moves it, others do not; whoever may not see the round is told nothing. All people are invented."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.kernel.duties import Duty
from tests import cast
from tests.cast import MONDAY, NEIGHBOUR_COUNTY
from tests.doors.world import client_of
from tests.field.sampling.test_table import SAMPLER, SECRETARY, order_round, round_id, swab, tube
from tests.field.sampling.test_turnout import WORKER

__all__ = ["round_id"]


def address(round_id: UUID) -> str:
    return f"/api/sampling/rounds/{round_id}/roll-call/version"


def ask(client: Client, round_id: UUID, stamp: str = "") -> Any:
    return client.get(address(round_id), headers={"If-None-Match": stamp} if stamp else {})


def test_every_act_that_changes_the_roll_call_moves_its_version_and_others_do_not(world: cast.World, round_id: UUID) -> None:
    client, it = client_of(Duty.REGISTRAR), {"now": MONDAY, "cause": world.root_cause}
    made = tube(world, round_id, "T1", pool_size=10)
    entry = RollEntry(person_id=world.person(2), state="away")
    other = order_round(world)
    changes = (
        lambda: swab(world, made, world.person(0), world.person(1)),
        lambda: actions.withdraw_swab(actor=SAMPLER, tube_id=made, person_id=world.person(1), **it),
        lambda: actions.report_roll(actor=WORKER, round_id=round_id, entries=[entry], **it),
        lambda: actions.strike_off(actor=SECRETARY, round_id=round_id, person_id=world.person(3), reason="moved-out", **it),
        lambda: actions.discard_tube(actor=SAMPLER, tube_id=made, code="frozen", **it),
    )
    for change in changes:
        stamp, before = ask(client, round_id).json()["stamp"], queries.roll_call(actor=SECRETARY, round_id=round_id)
        assert ask(client, round_id, f'"{stamp}"').status_code == 304
        change()
        assert queries.roll_call(actor=SECRETARY, round_id=round_id) != before
        assert ask(client, round_id, f'"{stamp}"').json()["stamp"] != stamp
    stamp = ask(client, round_id)["ETag"]
    swab(world, tube(world, other, "T2", pool_size=10), world.person(5))
    assert ask(client, round_id, stamp).status_code == 304


@pytest.mark.parametrize("page", ["/roll-call/?live=1", "building"])
def test_a_region_is_answered_in_few_questions_and_only_when_it_moved(world: cast.World, round_id: UUID, page: str) -> None:
    page = f"/roll-call/{world.place('b1')}/?live=1" if page == "building" else page
    client = client_of(Duty.REGISTRAR)
    whole, first = client.get(page.partition("?")[0]), client.get(page)
    assert whole.content.count(b'id="live"') == first.content.count(b'id="live"') == 1
    assert b"<html" in whole.content and b"<html" not in first.content
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(asked) <= 8, "the door's own and three"
    swab(world, tube(world, round_id, "T1", pool_size=10), world.person(0))
    again = client.get(page, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"] != first["ETag"]) == (200, True)


def test_who_may_not_see_the_round_is_told_nothing_of_its_version(world: cast.World, round_id: UUID) -> None:
    assert ask(Client(), round_id).status_code == 401
    stranger = client_of(Duty.REGISTRAR, area=NEIGHBOUR_COUNTY)
    assert ask(stranger, round_id).status_code == ask(stranger, round_id, '"0.0"').status_code == 404
