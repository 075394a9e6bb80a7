"""Somebody new who was entered on a phone without a network keeps the id that the phone gave him. All people are invented."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from epigrid.kernel.duties import Duty
from epigrid.registers.people import actions, queries, rules
from epigrid.registers.people.models import Person
from epigrid.store.ids import uuid7
from epigrid.store.models import Fact, Secret
from tests import cast
from tests.cast import COMMUNITY, MONDAY, NEIGHBOUR
from tests.doors.world import client_of, post

REGISTRAR = cast.actor(Duty.REGISTRAR)


def send(person_id: UUID | None, name: str = "演新来", command: str = "", **more: Any) -> tuple[int, Any]:
    body = {"id": str(person_id) if person_id else None, "area": COMMUNITY, "name": name, "residence": "visitor", **more}
    answer = post(client_of(Duty.REGISTRAR), "/api/people/register", "people.register-person", body, command_id=command or uuid4().hex)
    return answer.status_code, answer.json()


def test_somebody_new_has_the_phones_id_also_in_an_exercise_and_the_command_again_is_its_replay(world: cast.World) -> None:
    made = uuid7()
    status, answer = send(made, command="one")
    assert (status, answer["rows"]) == (200, [str(made)])
    assert queries.person(actor=REGISTRAR, person_id=made).masked_name.startswith("演")
    assert send(made, command="one") == (200, answer | {"replayed": True})
    assert Person.objects.get_queryset().filter(id=made).count() == 1


def test_an_id_that_somebody_has_is_refused_wherever_he_lives_and_leaves_nothing(world: cast.World) -> None:
    elsewhere = actions.register_person(
        actor=cast.actor(Duty.COMMUNITY_SECRETARY, area=NEIGHBOUR),
        area=NEIGHBOUR,
        new=actions.NewPerson(id=uuid7(), name="演邻人", residence="resident"),
        source="table",
        now=MONDAY,
    )
    before = (Person.objects.get_queryset().count(), Secret.objects.count(), Fact.objects.count())
    first, _ = send(elsewhere)
    assert first == 422
    with pytest.raises(rules.IdTaken):
        new = actions.NewPerson(id=world.person(0), name="演他人", residence="visitor")
        actions.register_person(actor=REGISTRAR, area=COMMUNITY, new=new, source="table", now=MONDAY)
    assert (Person.objects.get_queryset().count(), Secret.objects.count(), Fact.objects.count()) == before


def test_a_document_on_file_answers_with_that_file_and_the_phones_id_is_nobodys(world: cast.World) -> None:
    made = uuid7()
    status, answer = send(made, document="EX000007")
    assert (status, answer["rows"]) == (200, [str(world.person(7))])
    assert not Person.objects.get_queryset().filter(id=made).exists()


def test_only_a_time_ordered_id_is_taken_and_without_one_the_file_gets_its_own(world: cast.World) -> None:
    assert send(uuid4())[0] == 422
    status, answer = send(None)
    assert status == 200 and UUID(answer["rows"][0]) != world.person(0)
