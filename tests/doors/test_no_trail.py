"""Guard X03 at the doors: whoever asks, in whatever way the document allows, no answer tells where one person was over time. All people are invented."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from epigrid.kernel.duties import Duty
from epigrid.response.tracing import queries
from epigrid.response.tracing.rules import Question
from epigrid.store import extracts
from epigrid.store.models import Read
from tests import cast
from tests.cast import CITY, HOUR
from tests.doors import sampled
from tests.doors.world import DOCUMENT, GETS, answer, client_of, operations
from tests.response import stories
from tests.response.test_venue_queries import INVESTIGATOR, NOON, answered, asked, contacts_of, record, stay

EVERY_DUTY = [duty for duty in Duty if duty not in (Duty.PROCEDURE, Duty.GLASS)]
ALONE = [(place, NOON + timedelta(hours=hour, minutes=17, seconds=13)) for place, hour in (("hotel", 4), ("site", 6), ("b1", 8))]
"""Where the contact was without the case: at moments that nothing else in the world bears."""
TOGETHER = NOON + timedelta(minutes=7, seconds=11)
TELLING = {"where", "trail", "track", "tracks", "trajectory", "movements", "visits", "stays", "presences", "scans"}
"""Words that an address of a trail would bear; a file of presences may come in."""


@pytest.fixture
def met(world: cast.World) -> tuple[cast.World, list[UUID]]:
    """A case and one contact at the shop, who then went to three other places alone; queries of every kind are answered. With all ids one could ask by."""
    case_id = stories.case(world)
    for number in (0, 1):
        stay(world.person(number), world.place("shop"), TOGETHER)
    for place, moment in ALONE:
        stay(world.person(1), world.place(place), moment, 40)
    exposure = record(world, case_id, [world.place("shop")])
    done = [
        answered(world, question)
        for question in (
            contacts_of(exposure),
            contacts_of(exposure, kind="present", place_id=world.place("shop")),
            contacts_of(exposure, kind="places"),
            Question(exposure_ids=(exposure,), purpose="how far", kind="hops", direction="forward", latency_seconds=3600, min_seconds=60),
        )
    ]
    candidate = queries.candidates(actor=INVESTIGATOR)[0].id
    numbers = extracts.pseudonyms(area=cast.TREE, kind="person", subject_ids=[world.person(1)])
    assert numbers
    read = [sampled._round(world), world.bodies["lab1"]]
    return world, [world.person(1), candidate, case_id, exposure, *done, *read, world.households[0], world.place("shop"), world.place("hotel")]


def forms(moment: datetime) -> list[str]:
    """A moment as an answer might write it: UTC, local, epoch seconds."""
    local = moment + 8 * HOUR
    return [
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{local:%Y-%m-%dT%H:%M:%S}",
        f"{local:%Y-%m-%d %H:%M}",
        f"{moment:%H:%M:%S}",
        str(int(moment.timestamp())),
    ]


def tells(text: str, moment: datetime) -> bool:
    return any(form in text for form in forms(moment))


def ways(path: str, ids: list[UUID]) -> list[str]:
    """Every address that the document allows for a question, with each id in each place that takes one."""
    parameters = DOCUMENT[path]["get"].get("parameters", [])
    named = [one for one in parameters if one["in"] == "query" and "uuid" in json.dumps(one["schema"])]
    needed = {one["name"]: one["schema"].get("minimum", ids[0]) for one in parameters if one["in"] == "query" and one["required"]}
    paths = [re.sub(r"\{[^}]+\}", str(one), path) for one in ids] if "{" in path else [path]
    asked_by = [needed, *({**needed, one["name"]: value} for one in named for value in ids)]
    wider = [{**needed, one["name"]: "false"} for one in parameters if one["schema"].get("type") == "boolean"]
    return [f"{one}?{urlencode(more, doseq=True)}" if more else one for one in paths for more in (*asked_by, *wider)]


def test_x03_no_question_of_the_document_tells_a_persons_trail(met: tuple[cast.World, list[UUID]]) -> None:
    _world, ids = met
    client = client_of(*EVERY_DUTY, area=CITY)
    seen, pair = 0, set[str]()
    for path in GETS:
        for way in ways(path, ids):
            response = client.get(way)
            text = response.content.decode()
            seen += response.status_code == 200
            assert not any(tells(text, moment) for _place, moment in ALONE), way
            if tells(text, TOGETHER) and str(_world.place("shop")) in text:
                pair.add(path)
    assert seen > len(GETS)
    assert pair == {"/api/tracing/candidates/{candidate_id}/evidence"}, "only the evidence of one pair says where and when, and the test would see it"


def test_x03_the_document_has_no_address_and_no_body_that_asks_for_a_trail() -> None:
    for method, path, operation in operations():
        if operation != "tracing.import-presences":
            own = {"visits"} if path.startswith("/api/visits/") else set()  # of workers at doors, which is what that app is called
            assert not (TELLING - own) & set(re.split(r"[^a-z]+", f"{path} {operation}".lower())), (method, path)
    for path in GETS:
        shapes = json.dumps(DOCUMENT[path]["get"].get("parameters", []))
        if "/tracing/" in path:
            assert "person_id" not in shapes, path


def test_x03_the_log_of_presences_cannot_be_asked_for_a_person_by_any_kind_of_query(world: cast.World) -> None:
    """A trail would be a question about a person who is no case: there is no field for one."""
    client = client_of(Duty.CDC_INVESTIGATOR)
    exposure = record(world, stories.case(world))
    body = {"device": "d1", "command_id": "c1", "exposure_id": str(exposure), "purpose": "where was he", "person_id": str(world.person(1))}
    sent = client.post("/api/tracing/queries", json.dumps(body), content_type="application/json")
    if sent.status_code == 200:
        card = queries.venue_query(actor=INVESTIGATOR, query_id=UUID(answer(sent)["rows"][0]))
        assert str(world.person(1)) not in str(card), "what is not in the schema is not heard"


def test_the_answer_of_a_query_is_read_in_few_statements_and_evidence_is_recorded(met: Any, django_assert_max_num_queries: Any) -> None:
    world, ids = met
    client, query = client_of(Duty.CDC_INVESTIGATOR), ids[4]
    path = f"/api/tracing/queries/{query}/contacts"
    client.get(path)
    with django_assert_max_num_queries(7):
        body = answer(client.get(path))
    assert [(row["candidate_id"], row["seconds"]) for row in body["rows"]] == [(str(ids[1]), 3600)]
    assert (body["elsewhere"], str(world.person(1)) in json.dumps(body), Read.objects.count()) == (0, False, 0)
    shown = answer(client.get(f"/api/tracing/candidates/{ids[1]}/evidence"))
    assert [(row["place_id"], row["starts_at"]) for row in shown["rows"]] == [(str(world.place("shop")), f"{TOGETHER:%Y-%m-%dT%H:%M:%SZ}")]
    assert Read.objects.filter(person_id=world.person(1), purpose="investigation").count() == 1


def test_before_its_approval_a_query_answers_nobody(world: cast.World) -> None:
    query = asked(world, contacts_of(record(world, stories.case(world))))
    client = client_of(Duty.CDC_INVESTIGATOR)
    for what in ("contacts", "answer"):
        response = client.get(f"/api/tracing/queries/{query}/{what}")
        assert (response.status_code, answer(response)["reason"]) == (403, "query.not-approved")
        assert client_of(Duty.CDC_INVESTIGATOR, area=cast.NEIGHBOUR_COUNTY).get(f"/api/tracing/queries/{query}/{what}").status_code == 404


def test_the_pages_say_what_a_query_will_see_and_what_it_found(met: Any, django_assert_max_num_queries: Any) -> None:
    world, ids = met
    asked(world, contacts_of(ids[3], kind="places", purpose="a second look"))
    officer: Client = client_of(Duty.CDC_DUTY_OFFICER)
    officer.get("/queries/")
    with django_assert_max_num_queries(12):
        page = officer.get("/queries/").content.decode()
    assert "可见场所和合计数，不指明任何人。" in page
    assert "a second look" in page
    for query in ids[4:8]:
        with django_assert_max_num_queries(12):
            page = officer.get(f"/queries/{query}/").content.decode()
        assert not any(tells(page, moment) for _place, moment in ALONE)
    assert "多少小时后可再传播（由申请人给定）" in page
