"""Every endpoint of the machine door inherits these tests: not signed in, another area, no duty, the right duty, sent again, malformed."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from epigrid.interfaces.api import ACTS, api
from epigrid.kernel.duties import Duty
from epigrid.store.models import CommandReceipt, Fact
from tests import cast
from tests.cast import NEIGHBOUR_COUNTY
from tests.doors.acts import CASES
from tests.doors.world import GETS, POSTS, answer, client_of, digest, operations, post, question

EVERY = pytest.mark.parametrize(("path", "operation"), POSTS, ids=[operation for _path, operation in POSTS])
ELSEWHERE = [duty for duty in Duty if duty not in (Duty.PROCEDURE, Duty.GLASS)]
NAMES_NOTHING = {"codes.check-gate"}
"""A gate check names neither person nor place: it is kept in the guard's own area."""
CONDITIONS_NO_DUTY = {"care.call-emergency", "access.break-glass"}
"""An emergency is called by whoever sees the person, and whoever holds any duty may break glass: told and reviewed."""
REFUSED_BY_THE_CLAUSE = {"quarantine.release": "stay.not-over"}
"""Acts that nobody may do on the first day of the mini world: the right duty gets the clause's own refusal."""


def test_every_act_of_the_document_has_a_case_and_every_case_an_act() -> None:
    assert {operation for _path, operation in POSTS} == set(CASES)
    assert {method for method, _path, _operation in operations()} == {"get", "post"}


def test_the_document_gives_each_act_its_own_body() -> None:
    told = api.get_openapi_schema(path_prefix="/api/")
    for acts in ACTS:
        for name, (_verb, schema) in acts.verbs.items():
            post = next(each["post"] for each in told["paths"].values() if each.get("post", {}).get("operationId") == name)
            content = post["requestBody"]["content"]
            body = next(iter(content.values()))["schema"]
            shown = told["components"]["schemas"][body["$ref"].rpartition("/")[2]] if "$ref" in body else body
            assert set(shown["properties"]) == set(schema.model_fields), name


@EVERY
def test_whoever_may_not_is_refused_and_changes_nothing(world: cast.World, path: str, operation: str) -> None:
    """Not signed in: 401. Every duty elsewhere: 404, without a receipt. In the area, without the duty: 403 (or 404, where he sees nothing of it)."""
    body, elsewhere = CASES[operation].body(world), client_of(*ELSEWHERE, area=NEIGHBOUR_COUNTY)
    before, facts = digest(), Fact.objects.count()
    response = post(Client(), path, operation, body)
    assert (response.status_code, answer(response)["reason"]) == (401, "access.not-signed-in")
    if operation not in NAMES_NOTHING:
        response = post(elsewhere, path, operation, body)
        assert (response.status_code, set(answer(response))) == (404, {"reason", "details"}), answer(response)
    assert CommandReceipt.objects.count() == 0
    for duty in (Duty.AUDITOR, Duty.GATE_GUARD, Duty.PLACE_REGISTRAR):
        if duty is not CASES[operation].duty and operation not in CONDITIONS_NO_DUTY:
            response = post(client_of(duty), path, operation, body, command_id=str(uuid4()))
            assert response.status_code in (403, 404), (duty, answer(response))
    assert (digest(), Fact.objects.count()) == (before, facts)


@EVERY
def test_the_right_duty_acts_once_however_often_the_command_is_sent(world: cast.World, path: str, operation: str) -> None:
    case = CASES[operation]
    body, client = case.body(world), client_of(case.duty)
    before = digest()
    response = post(client, path, operation, body)
    if operation in REFUSED_BY_THE_CLAUSE:
        assert (response.status_code, answer(response)["reason"]) == (422, REFUSED_BY_THE_CLAUSE[operation])
        assert digest() == before
        again = post(client, path, operation, body)
        assert (again.status_code, answer(again)["reason"]) == (422, REFUSED_BY_THE_CLAUSE[operation])
        return
    assert response.status_code == 200, answer(response)
    assert (answer(response)["outcome"], answer(response)["replayed"]) == ("done", False)
    after, facts = digest(), Fact.objects.count()
    assert after != before
    again = answer(post(client, path, operation, body))
    assert (again["outcome"], again["replayed"], again["rows"]) == ("done", True, answer(response)["rows"])
    assert (digest(), Fact.objects.count()) == (after, facts)
    other = post(client_of(Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR, area=cast.CITY), path, operation, body)
    assert (other.status_code, answer(other)["reason"]) == (409, "command.reused")


MALFORMED = ("", "[]", "null", "{", '{"device": 1}', '{"device": "d", "command_id": "c", "x": "\\u0000"}', '{"device": "\\ud800", "command_id": "c"}')


def test_malformed_commands_are_422_with_a_reason_at_every_act(world: cast.World) -> None:
    client, before = client_of(Duty.COUNTY_EOC_OFFICER), digest()
    for path, operation in POSTS:
        for body in MALFORMED:
            response = client.post(path, body, content_type="application/json")
            assert (response.status_code, answer(response)["reason"]) == (422, "input.bad"), (operation, body)
    assert digest() == before


def test_nobody_reads_without_signing_in(world: cast.World) -> None:
    for path in GETS:
        response = Client().get(question(path))
        assert (response.status_code, answer(response)["reason"]) == (401, "access.not-signed-in"), path


OF_THE_TREE = ("/api/organisation/bodies", "/api/codes/gate/list")
"""Which bodies there are, and the public keys by which a gate judges passes from everywhere."""


def test_somebody_with_every_duty_elsewhere_reads_nothing(world: cast.World) -> None:
    for operation in ("sampling.send-box", "quarantine.serve-order", "tracing.judge-candidate", "zones.set-service-plan", "care.answer"):
        CASES[operation].body(world)
    client = client_of(*ELSEWHERE, area=NEIGHBOUR_COUNTY)
    for path in GETS:
        asked = question(path)
        response = client.get(asked)
        if asked != path:
            assert response.status_code == 404, path
        elif path not in OF_THE_TREE:
            assert answer(response) in ([], {}), path


def test_a_body_that_is_no_id_is_422_not_500(world: cast.World) -> None:
    response = client_of(Duty.GRID_WORKER).get("/api/codes/status/not-an-id")
    assert (response.status_code, answer(response)["reason"]) == (422, "input.bad")


def test_acts_by_form_need_the_token_of_the_site(world: cast.World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(Duty.GRID_WORKER).cookies
    body = {"device": "d", "command_id": "c", "person_id": str(world.person(0)), "kind": "food"}
    machine = strict.post("/api/care/ask", json.dumps(body), content_type="application/json")
    assert (machine.status_code, answer(machine)["reason"]) == (403, "access.cross-site")
    assert strict.post("/act/care/ask/", body).status_code == 403


def test_the_openapi_document_is_served_to_anybody_and_names_its_refusals(world: cast.World) -> None:
    document: Any = Client().get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for each in document["paths"].values():
        for one in each.values():
            assert {"200", "401", "403", "404", "409", "422"} <= {str(code) for code in one["responses"]}
