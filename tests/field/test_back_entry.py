"""Two hours on paper, entered twice afterwards (S-423): nothing is lost and nothing is counted twice. All people are invented."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.entry import queries as entered
from epigrid.field.sampling import queries
from epigrid.field.sampling.models import RollReport, Swab, Tube
from epigrid.kernel.duties import Duty
from epigrid.store import clock
from tests import cast
from tests.cast import COMMUNITY, MONDAY, TREE
from tests.doors.gated import DESK, _post
from tests.doors.world import client_of, post
from tests.field.sampling.test_scan import CODES, row_of
from tests.field.sampling.test_table import order_round

TUBES = {"P1": [0, 1, 4], "P2": [6, 7, 8, 9], "P3": [10]}
"""What stands in the notebook of the table: label -> numbers of the people, in the order of the queue."""
ROLL = {11: "away", 12: "declined", 13: "exempt"}
"""What stands on the printed roll-call: person -> class."""
PAGES = {1: (40, 2), 2: (38, 0)}
"""What stands in the paper register of the gate: page -> passages and vehicles."""


def files(label: str) -> list[str]:
    return [f"mini-{number:04d}" for number in TUBES[label]]


def by_phone(_world: cast.World, round_id: UUID, gate: UUID) -> None:
    """The registrar types her notebook into a phone, and the phone sends it twice, since the first answer was lost."""
    del gate
    tubes = [{"command_id": f"phone {label}", "label": label, "pool_size": 10, "file_nos": files(label)} for label in TUBES]
    for _again in range(2):
        body = {"area": COMMUNITY, "round_id": round_id, "table": "1", "tubes": tubes, "device": "phone"}
        answer = post(client_of(Duty.REGISTRAR), "/api/sampling/table/upload", "sampling.upload", body, command_id=uuid4().hex)
        assert all(row.startswith("done:") for row in answer.json()["rows"]), answer.content


def by_desk(_world: cast.World, round_id: UUID, gate: UUID) -> None:
    """The desk enters the same notebook from the paper, tube by tube."""
    del gate
    for label in TUBES:
        body = {"area": COMMUNITY, "round_id": round_id, "label": label, "pool_size": 10, "file_nos": files(label), "device": "desk"}
        answer = post(client_of(Duty.REGISTRAR), "/api/sampling/tubes/fill", "sampling.fill-tube", body, command_id=uuid4().hex)
        assert answer.status_code == 200, answer.content


def by_scan(world: cast.World, round_id: UUID, gate: UUID) -> None:
    """The printed roll-call is scanned back."""
    del gate
    text = "\n".join(line for number, state in ROLL.items() for line in (row_of(world, round_id, number), CODES[state]))
    body = {"round_id": round_id, "scans": text, "device": "desk"}
    answer = post(client_of(Duty.COMMUNITY_SECRETARY), "/api/sampling/rounds/scan-back", "sampling.scan-back", body, command_id=uuid4().hex)
    assert answer.status_code == 200, answer.content


def by_page(_world: cast.World, round_id: UUID, gate: UUID) -> None:
    """The pages of the gate's register are counted and entered."""
    del round_id
    for number, (passages, vehicles) in PAGES.items():
        body: dict[str, Any] = {"post_id": gate, "number": number, "day": "2022-11-21", "passages": passages, "vehicles": vehicles, "device": "desk"}
        answer = post(client_of(Duty.GATE_GUARD), "/api/entry/pages", "entry.enter-paper-page", body, command_id=uuid4().hex)
        assert answer.status_code == 200, answer.content


ENTRIES: tuple[Callable[[cast.World, UUID, UUID], None], ...] = (by_phone, by_desk, by_scan, by_page)


def counts(round_id: UUID, gate: UUID) -> dict[str, Any]:
    """Everything that is counted from what was entered."""
    log = entered.logs(actor=DESK, post_ids=[gate], area=COMMUNITY, day=MONDAY.date())[gate]
    swabs = Swab.objects.filter(withdrawn_at=None).order_by("tube__label", "position").values_list("tube__label", "person_id")
    return {
        "classes": {name: count for name, count in queries.roll_call(actor=DESK, round_id=round_id).counts.items() if count},
        "swabs": list(swabs),
        "tubes": list(Tube.objects.order_by("label").values_list("label", "state")),
        "reports": sorted(RollReport.objects.values_list("person_id", "state")),
        "gate": (log.passages, log.vehicles_on_paper),
    }


def written(world: cast.World) -> dict[str, Any]:
    """What the notebook, the printed roll-call and the gate's register say."""
    sampled = [(label, world.person(number)) for label, numbers in TUBES.items() for number in numbers]
    said = list(ROLL.values())
    return {
        "classes": {
            "sampled": len(sampled), "exempt": said.count("exempt"), "away": said.count("away"), "declined": said.count("declined"),
            "open": len(world.people) - len(sampled) - len(said),
        },
        "swabs": sampled,
        "tubes": [(label, "closed") for label in TUBES],
        "reports": sorted((world.person(number), state) for number, state in ROLL.items()),
        "gate": (sum(passages for passages, _cars in PAGES.values()), sum(cars for _passages, cars in PAGES.values())),
    }  # fmt: skip


@given(st.permutations([*ENTRIES, *ENTRIES]))
@settings(max_examples=5)
def test_s_423_two_hours_on_paper_entered_twice_in_any_order_count_exactly_what_was_written(world: cast.World, order: list[Any]) -> None:
    with transaction.atomic():
        clock.move_to(TREE, MONDAY)
        round_id, gate = order_round(world), _post(world)
        clock.move_to(TREE, MONDAY + timedelta(hours=2))
        for enter in order:
            enter(world, round_id, gate)
        assert counts(round_id, gate) == written(world)
        transaction.set_rollback(True)
