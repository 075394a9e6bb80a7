"""What the acts of gates, requests, ways to hospital and telephone rounds act on."""

from uuid import UUID

from epigrid.field.care import actions as care
from epigrid.field.care import queries as cared
from epigrid.field.entry import actions as entry
from epigrid.kernel.duties import Duty
from epigrid.registers.workforce import actions as workforce
from tests import cast
from tests.cast import COMMUNITY, HOUR, MONDAY

World = cast.World
DESK = cast.actor(Duty.COMMUNITY_SECRETARY)
WORKER = cast.actor(Duty.GRID_WORKER)


def _post(world: World, *, closed: bool = False) -> UUID:
    """The south gate of the compound."""
    post = entry.set_up_post(actor=DESK, place_id=world.place("c1"), kind="gate", name="演练南门", now=MONDAY)
    if closed:
        entry.close_post(actor=DESK, post_id=post, now=MONDAY)
    return post


def _guard(title: str = "演练门岗") -> UUID:
    return workforce.enter_worker(actor=DESK, area=COMMUNITY, kind="guard", title=title, user_id=None)


def _turn(world: World) -> UUID:
    given = {"post_id": _post(world), "worker_id": _guard(), "starts_at": MONDAY, "ends_at": MONDAY + 8 * HOUR}
    return entry.plan_turn(actor=DESK, now=MONDAY, **given)


def _claimed(world: World) -> UUID:
    request = care.ask(actor=WORKER, person_id=world.person(0), kind="food", channel="phone", now=MONDAY)
    care.claim(actor=WORKER, request_id=request, now=MONDAY)
    return request


def _bought(world: World) -> UUID:
    request = _claimed(world)
    care.buy(actor=WORKER, request_id=request, amount_cents=4250, receipt="No. 17", now=MONDAY)
    return request


def _exit(world: World, upto: str = "asked") -> UUID:
    exit_id = care.ask_exit(actor=WORKER, person_id=world.person(0), reason="dialysis", urgency="planned", now=MONDAY)
    if upto != "asked":
        care.grant_exit(actor=DESK, exit_id=exit_id, now=MONDAY)
    if upto == "out":
        care.note_out(actor=DESK, exit_id=exit_id, vehicle="V1", at=MONDAY, now=MONDAY)
    return exit_id


def _calls(world: World) -> UUID:
    """A telephone round of the community, with one caller."""
    part = care.Part(name="A", leader_id=DESK.named, caller_ids=[cast.user_id(Duty.PHONE_OPERATOR)])
    return care.plan_calls(actor=DESK, area=COMMUNITY, reason="household-survey", parts=[part], now=MONDAY)


def _call(world: World) -> UUID:
    """The first line on the phone operator's list."""
    return cared.calls(actor=cast.actor(Duty.PHONE_OPERATOR), round_id=_calls(world))[0].id
