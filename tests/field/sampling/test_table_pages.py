"""The table's page: a look-up shows masked candidates of the same home, keeps no number, and the queue leads into the tube. All people are invented."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from epigrid.field.sampling import actions, queries
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store.models import CommandReceipt, Fact, Read
from tests import cast
from tests.cast import MONDAY
from tests.doors.world import client_of
from tests.field.sampling.test_table import REGISTRAR, gate, round_id, tube

__all__ = ["round_id"]
BUDGET = 12


@pytest.fixture
def client(world: cast.World, round_id: UUID) -> Client:
    return client_of(Duty.REGISTRAR)


def look(client: Client, means: str, value: str) -> str:
    answer = client.post("/table/", {"means": means, "value": value})
    assert answer.status_code == 302
    return str(answer["Location"])


def body(client: Client, address: str) -> str:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert (answer.status_code, len(asked) <= BUDGET) == (200, True), len(asked)
    return answer.content.decode()


def test_s_196_a_look_up_shows_the_home_masked_and_its_number_stands_nowhere(world: cast.World, client: Client) -> None:
    address = look(client, "document", "EX000007")
    assert "EX000007" not in address
    text = body(client, address)
    assert "mini-0007" in text and "mini-0006" in text
    assert "演安7" not in text and "EX000007" not in text
    assert Read.objects.filter(purpose="sampling").count() == 1
    assert CommandReceipt.objects.count() == 0


def test_a_look_up_without_a_hit_says_so_and_one_without_the_duty_is_refused(world: cast.World, client: Client) -> None:
    assert "未发现人员" in body(client, look(client, "paper", "mini-9999"))
    assert client_of(Duty.LABORATORY).post("/table/", {"means": "document", "value": "EX000007"}).status_code == 403
    assert client.post("/table/", {"means": "face", "value": "x"}).status_code == 422


def test_s_196_somebody_new_is_entered_in_his_home_registered_and_swabbed_in_three_presses(world: cast.World, client: Client, round_id: UUID) -> None:
    made = tube(world, round_id, "T1")
    home = look(client, "home", "演练花园小区1号楼1单元101")
    form = {"area": str(people.person(actor=REGISTRAR, person_id=world.person(0)).area), "dwelling_id": str(world.place("b1/u1/f1/r1"))}
    referer = f"http://testserver{home}"
    entered = client.post("/act/people/register-person/", form | {"name": "演小宝", "residence": "resident"}, headers={"referer": referer})
    assert entered["Location"] == referer
    baby = next(card.id for card in people.people(actor=REGISTRAR, place_ids=[world.place("b1/u1/f1/r1")]) if card.id not in world.people)
    assert str(baby) in body(client, home)
    registered = {"round_id": str(round_id), "means": "home", "table": "1", "person_ids": [str(baby)]}
    assert client.post("/act/sampling/register/", registered).status_code == 302
    assert f'value="{baby}"' in body(client, "/table/")
    assert client.post("/act/sampling/take-swabs/", {"tube_id": str(made), "person_ids": [str(baby)]}).status_code == 302
    assert queries.members(actor=REGISTRAR, tube_id=made) == (baby,)


def test_s_197_the_page_asks_for_the_temperature_where_the_round_measures_it_and_shows_who_waits_apart(
    world: cast.World, client: Client, round_id: UUID
) -> None:
    address = look(client, "paper", "mini-0000")
    assert "先测体温" not in body(client, address)
    gate(world, round_id)
    assert "先测体温" in body(client, address)
    actions.isolate(actor=REGISTRAR, round_id=round_id, person_id=world.person(0), now=MONDAY, cause=world.root_cause)
    assert "在临时隔离区等候" in body(client, "/table/")


def test_the_hand_over_page_offers_each_side_its_signature_only(world: cast.World, client: Client, round_id: UUID) -> None:
    made = tube(world, round_id, "T1")
    it: Any = {"actor": REGISTRAR, "now": MONDAY, "cause": world.root_cause}
    actions.take_swabs(**it, tube_id=made, person_ids=[world.person(0)])
    actions.close_tube(**it, tube_id=made)
    box = actions.send_box(**it, area=cast.COMMUNITY, label="B1", tube_ids=[made], to_body_id=world.bodies["lab1"], said=1)
    courier, keeper = client_of(Duty.COURIER), client_of(Duty.LABORATORY)
    assert "签字：已交出" in body(client, "/hand-over/")
    assert "签字" not in body(courier, "/hand-over/").replace("双方点数签字", "")
    facts = Fact.objects.count()
    assert client.post("/act/sampling/give-box/", {"box_id": str(box), "leg": "vehicle", "count": "1"}).status_code == 302
    assert Fact.objects.count() == facts + 1
    assert "签字：已接收" in body(courier, "/hand-over/")
    assert "签字：" not in body(keeper, "/hand-over/")
