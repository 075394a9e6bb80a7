"""Somebody without a telephone does everything that others do, by paper, at a table, at his door and at the gate (S-305, X14). All people are invented."""

from uuid import uuid4

from epigrid.command.communication import queries as told
from epigrid.field.care import queries as cared
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people.models import Person
from tests import cast
from tests.cast import COMMUNITY, MONDAY
from tests.doors.gated import _post
from tests.doors.world import client_of, post
from tests.field.sampling.test_table import order_round

PAPER = "mini-0000"
"""The number of his file, as it stands on all his papers."""
DESK = cast.actor(Duty.COMMUNITY_SECRETARY)


def act(duty: Duty, path: str, operation: str, **body: object) -> list[str]:
    """One press of a worker's button for him; the rows of the answer."""
    answer = post(client_of(duty), path, operation, dict(body), command_id=uuid4().hex)
    assert answer.status_code == 200, answer.content
    return [str(row) for row in answer.json()["rows"]]


def test_s_305_x14_somebody_without_a_phone_is_sampled_told_cared_for_and_let_through_by_paper_and_door(world: cast.World) -> None:
    person = world.person(0)
    Person.objects.get_queryset().filter(id=person).update(masked_phone="", contact_channel="bell")
    first = order_round(world)

    # The round waits for him, and whoever reminds sees that only the bell reaches him.
    waiting = {one.person_id: one for one in sampled.to_remind(actor=DESK, round_id=first)}[person]
    assert (waiting.channel, waiting.masked_phone) == ("bell", "")
    assert act(Duty.GRID_WORKER, "/api/sampling/rounds/remind", "sampling.remind", round_id=first, person_ids=[person], channel="door") == [
        str(person)
    ]

    # At the table he is found by the number on his paper, and stands in one tube.
    tube = {"command_id": "1", "label": "T1", "pool_size": 10, "file_nos": [PAPER, "mini-0001"]}
    (done,) = act(Duty.REGISTRAR, "/api/sampling/table/upload", "sampling.upload", area=COMMUNITY, round_id=first, tubes=[tube])
    assert done.startswith("done:")
    (reading,) = sampled.readings_of(actor=Actor.resident(person), person_id=person)

    # The result: at the desk his page is opened by file number, without any code or device of his.
    given = {"actor": cast.procedure(), "tube_ids": [reading.tube_id], "outcome": "negative", "cause": world.root_cause}
    sampling.note_results(at=MONDAY, now=MONDAY, **given)
    desk = client_of(Duty.GRID_WORKER)
    assert desk.post("/act/person/open/", {"person_id": str(person), "purpose": "care"})["Location"] == "/me/"
    record = desk.get("/me/?view=record").content.decode()
    assert "T1" in record
    assert "阴性" in record or "negative" in record
    slip = desk.post("/act/access/slip/", {"file_no": PAPER})
    assert slip.status_code == 200
    assert PAPER in slip.content.decode()

    # He rings the bell for food: it is bought, put at his door, and a helper confirms in his name.
    (request,) = act(Duty.GRID_WORKER, "/api/care/ask", "care.ask", person_id=person, kind="food", channel="bell")
    act(Duty.GRID_WORKER, "/api/care/claim", "care.claim", request_id=request)
    act(Duty.GRID_WORKER, "/api/care/buy", "care.buy", request_id=request, amount_cents=3300, receipt="No. 4")
    act(Duty.GRID_WORKER, "/api/care/deliver", "care.deliver", request_id=request)
    act(Duty.COMMUNITY_SECRETARY, "/api/care/confirm", "care.confirm", request_id=request)
    assert [(card.state, card.channel) for card in cared.requests(actor=Actor.resident(person))] == [("confirmed", "bell")]

    # The desk prints his pass; the gate reads it, and without it sends him to the desk, never away from home or from help.
    issued = post(client_of(Duty.COMMUNITY_SECRETARY), "/api/passes/", "passes.issue-pass", {"person_id": person}).json()["text"]
    assert "<svg" in client_of(Duty.COMMUNITY_SECRETARY).post("/act/passes/print/", {"file_no": PAPER}).content.decode()
    gate = {"post_id": _post(world)}
    answers = [
        act(Duty.GATE_GUARD, "/api/entry/check", "entry.check", **gate, way=way, shown=shown)[0]
        for way, shown in (("pass", issued), ("pass", ""), ("home", ""), ("medical", ""))
    ]
    assert answers == ["pass", "call-desk", "pass", "medical"]

    # An ambulance comes when somebody calls for him; every message to him goes by the bell.
    act(Duty.GRID_WORKER, "/api/care/emergency", "care.call-emergency", person_id=person, channel="bell")
    runner.run_until_quiet(STEPS)
    assert cared.exits(actor=Actor.resident(person))[0].granted_at == MONDAY
    assert {one.channel for one in told.messages_to(actor=Actor.resident(person), person_id=person)} <= {"bell"}
