"""What phones bring when they have a network again: each tube has one outcome, however it is sent, and nobody is lost or counted twice. All are invented."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.sampling import actions, queries, rules
from epigrid.field.sampling.events import TubeClosed, TubeOpened
from epigrid.field.sampling.models import Registration, Swab, Tube
from epigrid.kernel.duties import Duty
from epigrid.store.models import CommandReceipt, Fact
from tests import cast
from tests.cast import COMMUNITY, MONDAY
from tests.doors.world import client_of, post
from tests.field.sampling.test_table import order_round
from tests.store import facts

PEOPLE = [number for number in range(24) if number not in (2, 3)]
"""Everybody of the mini world who may be pooled."""


@pytest.fixture
def round_id(world: cast.World) -> UUID:
    return order_round(world)


def packed(label: str, *numbers: int, command: str = "", size: int = 10) -> dict[str, Any]:
    """A closed tube as a phone keeps it."""
    return {"command_id": command or f"tube {label}", "label": label, "pool_size": size, "file_nos": [f"mini-{number:04d}" for number in numbers]}


def send(round_id: UUID, tubes: Sequence[dict[str, Any]], *, device: str = "phone") -> list[str]:
    """One upload, under a command id of its own; the outcomes of its tubes."""
    body = {"area": COMMUNITY, "round_id": round_id, "table": "1", "tubes": list(tubes), "device": device}
    answer = post(client_of(Duty.REGISTRAR), "/api/sampling/table/upload", "sampling.upload", body, command_id=uuid4().hex)
    assert answer.status_code == 200, answer.content
    return [str(row) for row in answer.json()["rows"]]


def in_tubes() -> dict[str, list[UUID]]:
    rows = Swab.objects.filter(withdrawn_at=None).order_by("tube__label", "position").values_list("tube__label", "person_id")
    found: dict[str, list[UUID]] = {}
    for label, person_id in rows:
        found.setdefault(label, []).append(person_id)
    return found


def test_every_tube_of_an_upload_is_registered_swabbed_and_closed_in_queue_order(world: cast.World, round_id: UUID) -> None:
    done = send(round_id, [packed("A", 1, 0, 4), packed("B", 6)])
    assert in_tubes() == {"A": [world.person(1), world.person(0), world.person(4)], "B": [world.person(6)]}
    assert done == [f"done:{Tube.objects.get(label=label).id}" for label in "AB"]
    assert set(Tube.objects.values_list("state", flat=True)) == {"closed"}
    assert Registration.objects.filter(round_id=round_id, table="1", means="paper").count() == 4
    told = list(Fact.objects.filter(kind__in=(TubeOpened.kind, TubeClosed.kind)).order_by("seq").values_list("kind", flat=True))
    assert told == [TubeOpened.kind, TubeClosed.kind] * 2


def test_one_refused_tube_does_not_hinder_the_others_and_says_why(world: cast.World, round_id: UUID) -> None:
    send(round_id, [packed("A", 0)])
    tubes = [packed("B", 0, 1), packed("C", 1), packed("D", 4, 99), packed("E", 6, size=7), packed("A", 8, command="other"), packed("F", 4)]
    outcomes = send(round_id, tubes)
    assert [one.partition(":")[0] for one in outcomes] == ["refused", "done", "refused", "refused", "refused", "done"]
    assert outcomes[0] == f"refused:{rules.AlreadySampled.reason}"
    assert outcomes[2:5] == ["refused:access.not-found", f"refused:{rules.PoolSizeUnknown.reason}", f"refused:{rules.LabelTaken.reason}"]
    assert set(in_tubes()) == {"A", "C", "F"}
    assert Registration.objects.count() == 3, "who was refused is not registered either"


def test_what_is_sent_again_in_other_company_gets_its_first_outcome_and_another_body_is_refused(round_id: UUID) -> None:
    first = send(round_id, [packed("A", 0), packed("B", 0)])
    before = (in_tubes(), Fact.objects.count())
    assert send(round_id, [packed("B", 0)]) == first[1:]
    assert send(round_id, [packed("B", 0), packed("A", 0), packed("A", 0)]) == [first[1], first[0], first[0]]
    assert send(round_id, [packed("A", 1), packed("C", 4)])[0] == "refused:command.reused"
    assert (before[0] | {"C": in_tubes()["C"]}) == in_tubes()
    assert Fact.objects.count() == before[1] + 4, "registered, opened, swabbed, closed: C alone"


def test_a_tube_that_somebody_enters_from_paper_as_well_is_the_same_tube_and_no_other_people(round_id: UUID) -> None:
    first = send(round_id, [packed("A", 0, 1)])
    before = (in_tubes(), Registration.objects.count(), Fact.objects.filter(kind=TubeOpened.kind).count())
    assert send(round_id, [packed("A", 0, 1, command="paper"), packed("A", 1, 0, command="turned")], device="desk") == [
        first[0],
        f"refused:{rules.LabelTaken.reason}",
    ]
    assert (in_tubes(), Registration.objects.count(), Fact.objects.filter(kind=TubeOpened.kind).count()) == before


def test_the_same_command_twice_in_one_upload_is_done_once(round_id: UUID) -> None:
    outcomes = send(round_id, [packed("A", 0, 1), packed("A", 0, 1)])
    assert outcomes[0] == outcomes[1]
    assert len(in_tubes()["A"]) == 2


def test_a_foreign_round_an_unknown_area_and_another_duty_leave_nothing(world: cast.World, round_id: UUID) -> None:
    body = {"area": COMMUNITY, "round_id": uuid4(), "tubes": [packed("A", 0)]}
    assert post(client_of(Duty.REGISTRAR), "/api/sampling/table/upload", "sampling.upload", body).status_code == 404
    body["round_id"] = round_id
    assert post(client_of(Duty.GRID_WORKER), "/api/sampling/table/upload", "sampling.upload", body).status_code == 403
    assert (in_tubes(), Registration.objects.count()) == ({}, 0)


def test_an_upload_costs_no_more_statements_for_more_tubes(round_id: UUID) -> None:
    client = client_of(Duty.REGISTRAR)

    def statements(*tubes: dict[str, Any]) -> int:
        body = {"area": COMMUNITY, "round_id": round_id, "tubes": list(tubes)}
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert post(client, "/api/sampling/table/upload", "sampling.upload", body, command_id=uuid4().hex).status_code == 200
        return len(seen)

    statements(packed("warm", 23))
    one = statements(packed("A", 0))
    assert statements(*(packed(f"B{number}", number) for number in range(4, 18))) == one


@given(data=st.data())
@settings(max_examples=25)
def test_s_201_however_phones_cut_repeat_and_mix_their_uploads_each_acknowledged_tube_stands_once(world: cast.World, data: st.DataObject) -> None:
    """Law of counting: whoever is in an acknowledged tube is sampled, everybody else is open, and the roster keeps its size."""
    queue = data.draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=16))
    tubes, start = [], 0
    while start < len(queue):
        size = data.draw(st.integers(1, 5))
        tubes.append(packed(f"T{start}", *queue[start : start + size]))
        start += size
    sent = [*data.draw(st.lists(st.lists(st.sampled_from(tubes), min_size=1, max_size=4), min_size=1, max_size=6)), tubes]
    with transaction.atomic():
        round_id = order_round(world)
        people = queries.roll_call(actor=cast.procedure(), round_id=round_id).counts
        answers: dict[str, str] = {}
        for upload in sent:
            for tube, outcome in zip(upload, send(round_id, upload, device=data.draw(st.sampled_from(["p", "p"]))), strict=True):
                assert answers.setdefault(tube["command_id"], outcome) == outcome
        acknowledged = {tube["label"]: list(dict.fromkeys(tube["file_nos"])) for tube in tubes if answers[tube["command_id"]].startswith("done:")}
        names = {world.person(number): f"mini-{number:04d}" for number in range(24)}
        assert {label: [names[one] for one in ids] for label, ids in in_tubes().items()} == acknowledged
        counts = queries.roll_call(actor=cast.procedure(), round_id=round_id).counts
        assert counts["sampled"] == len({paper for papers in acknowledged.values() for paper in papers}) == Swab.objects.count()
        assert sum(counts.values()) == sum(people.values())
        assert CommandReceipt.objects.filter(outcome="done", command_id__startswith="tube").count() == len(acknowledged)
        transaction.set_rollback(True)


def test_of_two_tables_that_swab_one_person_at_once_one_is_refused(transactional_db: None) -> None:
    world = cast.build()
    round_id = order_round(world)

    def fill(label: str, *numbers: int) -> UUID:
        it: Any = {"actor": cast.actor(Duty.REGISTRAR), "area": COMMUNITY, "now": MONDAY, "cause": world.root_cause, "round_id": round_id}
        return actions.fill_tube(**it, label=label, pool_size=10, person_ids=[world.person(number) for number in numbers])

    answers = facts.together(lambda: fill("A", 0, 1), lambda: fill("B", 1, 4), lambda: fill("C", 0, 4))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert 1 <= len(refused) <= 2
    assert all(isinstance(one, rules.AlreadySampled) for one in refused), refused
    people = [person_id for ids in in_tubes().values() for person_id in ids]
    assert len(people) == len(set(people)) == 2 * (3 - len(refused))


def test_an_upload_that_is_sent_twice_at_once_has_one_effect(transactional_db: None) -> None:
    world = cast.build()
    round_id = order_round(world)
    tubes = [packed("A", 0, 1), packed("B", 4)]
    answers = facts.together(*[lambda: send(round_id, tubes)] * 3)
    assert not facts.failures(answers)
    assert answers[0] == answers[1] == answers[2]
    assert {label: len(ids) for label, ids in in_tubes().items()} == {"A": 2, "B": 1}
