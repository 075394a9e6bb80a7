"""Every door: nobody gets in without signing in, strangers get 404 and nothing changes, each refusal has its reason key."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from epigrid.field.sampling import actions as sampling
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.registers.access.models import User
from epigrid.store.models import CommandReceipt, Fact, Read
from tests import cast
from tests.cast import COMMUNITY, DAY, MONDAY, NEIGHBOUR

PAGES = ("/", "/outbreak/", "/roll-call/", "/tasks/")
READS = ("/api/rounds", "/api/tasks")


def client_of(*duties: Duty) -> Client:
    user = User.objects.create(id=cast.user_id(*duties), username=str(uuid4()), tree="mini")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def round_id(world: cast.World):
    return sampling.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="chain unclear",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


@pytest.mark.parametrize("path", [*PAGES, "/act/"])
def test_pages_ask_for_a_sign_in(world: cast.World, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("path", READS)
def test_the_machine_door_answers_401_without_a_sign_in(world: cast.World, path: str) -> None:
    assert Client().get(path).status_code == 401


@pytest.mark.parametrize("duty", [Duty.GRID_WORKER, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, Duty.AUDITOR, Duty.GATE_GUARD])
@pytest.mark.parametrize("path", [*PAGES, *READS])
def test_every_page_opens_for_every_role_within_its_query_budget(world, round_id, duty, path, django_assert_max_num_queries) -> None:
    client = client_of(duty)
    with django_assert_max_num_queries(30):
        assert client.get(path).status_code == 200


def test_a_stranger_gets_404_for_a_round_of_another_area(world: cast.World, round_id: Any) -> None:
    from epigrid.registers.organisation.models import Appointment

    client = client_of(Duty.COMMUNITY_SECRETARY)
    Appointment.objects.seen_by(cast.procedure()).filter(holder_id=cast.user_id(Duty.COMMUNITY_SECRETARY)).update(area=NEIGHBOUR)
    for wanted in (round_id, uuid4()):
        answer = client.get(f"/api/rounds/{wanted}/roll-call")
        assert (answer.status_code, answer.json()["reason"]) == (404, "access.not-found")


def test_a_command_sent_again_gets_the_first_answer_and_has_one_effect(world: cast.World, round_id: Any) -> None:
    client = client_of(Duty.GRID_WORKER)
    body = {"device": "d1", "command_id": "c1", "round_id": str(round_id), "person_id": str(world.person(0)), "state": "away"}
    facts = Fact.objects.filter(kind="sampling.roll-reported")
    first, again = (client.post("/api/roll-reports", json.dumps(body), content_type="application/json").json() for _ in range(2))
    assert (first["outcome"], first["replayed"], again["replayed"]) == ("done", False, True)
    assert facts.count() == 1
    body["state"] = "exempt"
    answer = client.post("/api/roll-reports", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["reason"]) == (409, "command.reused")
    assert facts.count() == 1


def test_a_refused_command_is_kept_with_its_reason(world: cast.World, round_id: Any) -> None:
    client = client_of(Duty.GRID_WORKER)
    body = {"device": "d1", "command_id": "c2", "round_id": str(round_id), "person_id": str(world.person(0)), "state": "elsewhere"}
    answer = client.post("/api/roll-reports", json.dumps(body), content_type="application/json").json()
    assert (answer["outcome"], answer["reason"]) == ("refused", "roster.proof-missing")
    assert CommandReceipt.objects.get(command_id="c2").outcome == "refused"


@pytest.mark.parametrize(
    "body", ["", "[]", '{"device": 1}', '{"device": "d", "command_id": "c", "round_id": "x", "person_id": "y", "state": "away"}']
)
def test_malformed_commands_are_422(world: cast.World, body: str) -> None:
    assert client_of(Duty.GRID_WORKER).post("/api/roll-reports", body, content_type="application/json").status_code in (400, 422)


@pytest.mark.parametrize("duty", [Duty.GRID_WORKER, Duty.GATE_GUARD, Duty.AUDITOR, Duty.COUNTY_EOC_OFFICER])
def test_an_act_without_its_duty_is_refused_and_nothing_changes(world: cast.World, duty: Duty) -> None:
    client = client_of(duty)
    before = Fact.objects.count()
    for verb in ("zone.decide", "hold.issue", "order.release", "contact.judge"):
        answer = client.post("/act/", {"act": verb, "id": str(uuid4())})
        assert answer.status_code in (403, 404, 422)
    assert client.post("/act/", {"act": "no-such-verb"}).status_code == 422
    assert client.post("/act/", {"act": "zone.decide", "id": "not-an-id"}).status_code == 422
    assert Fact.objects.count() == before


def test_the_openapi_document_is_served_and_names_its_refusals(world: cast.World) -> None:
    document = Client().get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"401", "403", "404", "409", "422"} <= set(document["paths"]["/api/swabs"]["post"]["responses"])


def test_pages_carry_a_strict_content_security_policy(world: cast.World) -> None:
    policy = Client().get("/accounts/login/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_nothing_is_read_from_the_vault_by_looking_at_pages(world: cast.World, round_id: Any) -> None:
    client = client_of(Duty.COUNTY_EOC_OFFICER)
    for path in PAGES:
        assert client.get(path).status_code == 200
    assert Read.objects.count() == 0
