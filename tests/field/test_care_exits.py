"""Ways to hospital and back (S-178, S-280, X06): an emergency never waits, a planned one is granted by the desk, the loop is closed by its records."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.care import actions, queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError, NotAllowed
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.response import stories

WORKER, DESK = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.COMMUNITY_SECRETARY)
LATER = MONDAY + DAY


def test_s_178_an_emergency_out_of_a_zone_is_granted_at_once_and_its_papers_come_later(world: cast.World) -> None:
    stories.served_zone(world)
    person = world.person(0)
    actions.call_emergency(actor=Actor.resident(person), person_id=person, channel="phone", now=MONDAY)
    (card,) = queries.exits(actor=Actor.resident(person))
    assert (card.urgency, card.granted_at, card.granted_by, card.vehicle, card.out_at) == ("emergency", MONDAY, None, "", None)
    hospital = world.bodies["hospital"]
    given_ = {"actor": DESK, "exit_id": card.id, "now": MONDAY + 9 * HOUR}
    actions.note_out(vehicle="演练救护车", at=MONDAY + timedelta(minutes=12), **given_)
    actions.note_back(at=MONDAY + 6 * HOUR, **given_)
    actions.note_out(vehicle="演练救护车", at=MONDAY + timedelta(minutes=12), hospital_id=hospital, **given_)
    (card,) = queries.exits(actor=DESK)
    assert (card.out_at, card.back_at, card.hospital_id) == (MONDAY + timedelta(minutes=12), MONDAY + 6 * HOUR, hospital)
    assert (card.step, queries.exits(actor=DESK, open_only=True)) == ("back", [])


def test_s_178_a_planned_way_waits_for_the_desk_and_is_logged_step_by_step(world: cast.World) -> None:
    exit_id = actions.ask_exit(actor=WORKER, person_id=world.person(0), reason="dialysis", urgency="planned", now=MONDAY)
    assert actions.ask_exit(actor=WORKER, person_id=world.person(0), reason="dialysis", urgency="planned", now=MONDAY) == exit_id
    with pytest.raises(rules.ExitNotGranted):
        actions.note_out(actor=WORKER, exit_id=exit_id, vehicle="V1", at=MONDAY, now=MONDAY)
    with pytest.raises(NotAllowed):
        actions.grant_exit(actor=WORKER, exit_id=exit_id, now=MONDAY)
    actions.grant_exit(actor=DESK, exit_id=exit_id, now=MONDAY + HOUR)
    with pytest.raises(rules.ExitNotOut):
        actions.note_back(actor=WORKER, exit_id=exit_id, at=LATER, now=LATER)
    actions.note_out(actor=WORKER, exit_id=exit_id, vehicle="V1", at=MONDAY + 2 * HOUR, now=LATER)
    for moment in (MONDAY + HOUR, LATER + HOUR):
        with pytest.raises(rules.ExitMomentUnfit):
            actions.note_back(actor=WORKER, exit_id=exit_id, at=moment, now=LATER)
    actions.note_back(actor=WORKER, exit_id=exit_id, at=MONDAY + 5 * HOUR, now=LATER)
    card = queries.exits(actor=DESK)[0]
    assert (card.granted_at, card.granted_by, card.out_at, card.back_at) == (
        MONDAY + HOUR, DESK.id, MONDAY + 2 * HOUR, MONDAY + 5 * HOUR,
    )  # fmt: skip


def test_s_178_s_280_fourteen_trips_are_counted_from_their_records(world: cast.World) -> None:
    for number in range(16):
        urgency = "emergency" if number < 3 else "planned"
        exit_id = actions.ask_exit(actor=DESK, person_id=world.person(number), reason="treatment", urgency=urgency, now=MONDAY)
        if number < 15:
            actions.grant_exit(actor=DESK, exit_id=exit_id, now=MONDAY)
        if number < 14:
            actions.note_out(actor=DESK, exit_id=exit_id, vehicle="V1", at=MONDAY, now=MONDAY)
        if number < 13:
            actions.note_back(actor=DESK, exit_id=exit_id, at=LATER, now=LATER)
    asked = {"actor": DESK, "area": COMMUNITY}
    assert queries.count_exits(since=MONDAY, until=LATER, **asked) == queries.ExitCount(asked=16, trips=14, back=13, emergencies=3)
    assert queries.count_exits(since=LATER, until=LATER + DAY, **asked) == queries.ExitCount(asked=0, trips=0, back=0, emergencies=0)


@given(st.lists(st.tuples(st.sampled_from(["grant", "out", "back"]), st.integers(-2, 6)), max_size=8), st.sampled_from(rules.URGENCIES))
@settings(max_examples=25)
def test_whatever_is_written_in_which_order_no_exit_begins_before_it_was_granted_or_ends_before_it_began(world: cast.World, steps, urgency) -> None:
    with transaction.atomic():
        exit_id = actions.ask_exit(actor=DESK, person_id=world.person(0), reason="treatment", urgency=urgency, now=MONDAY)
        it = {"actor": DESK, "exit_id": exit_id}
        for verb, hours in steps:
            at = MONDAY + hours * HOUR
            try:
                if verb == "grant":
                    actions.grant_exit(now=at, **it)
                elif verb == "out":
                    actions.note_out(vehicle="V1", at=at, now=MONDAY + 5 * HOUR, **it)
                else:
                    actions.note_back(at=at, now=MONDAY + 5 * HOUR, **it)
            except DomainError:
                (card,) = queries.exits(actor=DESK)
                assert not (urgency == "emergency" and verb == "out" and 0 <= hours <= 5 and card.back_at is None)
        (card,) = queries.exits(actor=DESK)
        assert card.granted_at is not None or card.out_at is None
        assert card.out_at is not None or card.back_at is None
        assert card.back_at is None or card.asked_at <= card.out_at <= card.back_at <= MONDAY + 5 * HOUR
        assert urgency != "emergency" or card.granted_at == MONDAY
        transaction.set_rollback(True)
