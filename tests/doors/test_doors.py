"""The human doors: every page and every form of the urlconf asks for a sign-in; each form does what its act does; residents; policy headers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from epigrid.field.codes import actions as codes
from epigrid.field.codes.models import GateCheck
from epigrid.field.codes.rules import Reason
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from epigrid.store.models import Fact, Read
from tests import cast
from tests.cast import DAY, MONDAY
from tests.doors.acts import CASES
from tests.doors.world import client_of, digest, plain
from tests.response import stories

OPEN = {
    "me", "me-leave", "me-messages", "me-antigen", "me-temperature", "me-code", "me-pass", "styleguide", "field", "field-worker", "field-manifest",
}  # fmt: skip
"""Pages that have a door of their own (the slip, the bound phone) or nothing to hide."""
SIGN_IN = "/accounts/login/"
OWN = ("/me/", "/me/?view=record", "/me/pass/", "/me/code/", "/me/antigen/", "/me/temperature/", "/me/messages/")


def ours() -> list[tuple[str, str]]:
    """(name, address) of every page and form of the program, ids filled in; a route without a name is not allowed."""
    found = []
    for pattern in _flat(get_resolver().url_patterns, ""):
        route, name = pattern
        if not route.startswith(("accounts/", "i18n/", "api/")):
            assert name, route
            address = "/" + route
            while "<" in address:
                head, _open, tail = address.partition("<")
                address = head + str(cast.uid("nothing")) + tail.partition(">")[2]
            found.append((name, address))
    return found


def _flat(patterns: list[Any], before: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += _flat(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            found.append((route, one.name or ""))
    return found


def test_every_page_and_every_form_asks_for_a_sign_in_and_changes_nothing(world: cast.World) -> None:
    before, client = digest(), Client()
    doors = ours()
    assert len(doors) > 110
    for name, address in doors:
        for answer in (client.get(address), client.post(address, {"x": "1"})):
            closed = answer.status_code == 302 and SIGN_IN in answer["Location"]
            assert closed or answer.status_code == 405 or name in OPEN, (name, answer.status_code)
    assert digest() == before


def test_every_act_of_the_machine_door_has_its_form() -> None:
    names = {name for name, _address in ours()}
    assert {OWN_FORM.get(operation, operation) for operation in CASES} <= names


def as_form(body: dict[str, Any]) -> dict[str, Any]:
    """A body as a browser sends it."""
    sent: dict[str, Any] = {}
    for name, value in plain(body).items():
        if isinstance(value, dict):
            sent |= {f"{name}.{key}": one for key, one in value.items()}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            columns = dict.fromkeys(key for row in value for key in row)
            sent |= {f"{name}.{key}": [row.get(key, "") for row in value] for key in columns}
        else:
            sent[name] = value
    return sent


LEADS = {"codes.check-gate": "/gate/?said=pass", "sampling.receive-box": "/boxes/?missing=", "sampling.take-box": "/boxes/?missing="}
"""Forms that lead to their answer; all others lead back."""
OWN_FORM = {
    "laboratory.import-results": "laboratory.upload",
    "sampling.import-list": "sampling.upload-list",
    "sampling.scan-back": "roll-call-scan",
    "access.make-slip-code": "access.slip",
    "access.invite-phone": "access.invite",
    "access.admit-helpers": "access.admit",
    "passes.issue-pass": "passes.print",
}
"""Acts whose form has another name, since it takes a file or answers with a code."""
FORMS = sorted(set(CASES) - {*OWN_FORM, "quarantine.release", "care.take-census", "sampling.upload"})


@pytest.mark.parametrize("operation", FORMS)
def test_a_form_does_what_its_act_does_and_a_second_press_does_nothing(world: cast.World, operation: str) -> None:
    case = CASES[operation]
    form = as_form(case.body(world)) | {"command_id": "form 1"}
    client, before = client_of(case.duty), digest()
    first = client.post(reverse(operation), form, headers={"referer": "http://testserver/tasks/"})
    assert first.status_code == 302, first.content.decode()[-900:]
    assert first["Location"] == LEADS.get(operation, "http://testserver/tasks/")
    after = digest()
    assert after != before
    assert client.post(reverse(operation), form).status_code == 302
    assert digest() == after


@pytest.mark.parametrize("operation", ["quarantine.issue-orders", "zones.decide", "tracing.judge-candidate", "quarantine.decide-appeal"])
def test_a_form_without_the_duty_or_without_what_it_asks_is_refused_in_words(world: cast.World, operation: str) -> None:
    form = as_form(CASES[operation].body(world))
    before = digest()
    refused = client_of(Duty.AUDITOR).post(reverse(operation), form)
    assert refused.status_code in (403, 404)
    assert "access.not-" in refused.content.decode()
    empty = client_of(CASES[operation].duty).post(reverse(operation), {})
    assert (empty.status_code, "input.bad" in empty.content.decode()) == (422, True)
    assert digest() == before


def test_a_foreign_referer_is_not_followed(world: cast.World) -> None:
    form = as_form(CASES["care.ask"].body(world))
    answer = client_of(Duty.GRID_WORKER).post(reverse("care.ask"), form, headers={"referer": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def resident(world: cast.World, number: int = 0) -> Client:
    client = Client()
    assert client.post("/me/", {"code": _code(world, number)})["Location"] == "/me/"
    return client


def test_a_resident_presses_the_buttons_about_himself_and_no_others(world: cast.World) -> None:
    hold = stories.issued(world)[0]
    client, facts = resident(world), Fact.objects.count()
    own, other = str(world.person(0)), str(world.person(3))
    for operation, form in (
        ("care.ask", {"person_id": own, "kind": "food", "channel": "page"}),
        ("care.call-emergency", {"person_id": own, "channel": "page"}),
        ("people.ask-correction", {"person_id": own, "field": "phone"}),
    ):
        assert client.post(reverse(operation), form).status_code == 302
    assert Fact.objects.count() == facts + 3
    before = digest()
    assert client.post(reverse("care.ask"), {"person_id": other, "kind": "food", "channel": "page"}).status_code == 404
    for operation in sorted(CASES):
        if operation not in (
            "care.ask",
            "care.call-emergency",
            "care.confirm",
            "people.ask-correction",
            "quarantine.file-appeal",
            "antigen.report-results",
            "visits.record-reading",
            "sampling.make-codes",
        ):
            answer = client.post(reverse(OWN_FORM.get(operation, operation)), {"person_id": own})
            assert (answer.status_code, SIGN_IN in answer["Location"]) == (302, True), operation
    assert digest() == before
    assert hold


def test_a_resident_appeals_against_his_own_measure_only(world: cast.World) -> None:
    ids = {card.person_id: card.id for card in _issued_cards(world)}
    client = resident(world)
    assert client.post(reverse("quarantine.file-appeal"), {"measure_id": str(ids[world.person(1)]), "ground": "other"}).status_code == 404
    assert client.post(reverse("quarantine.file-appeal"), {"measure_id": str(ids[world.person(0)]), "ground": "other"}).status_code == 302
    assert "appeal" in Fact.objects.order_by("-seq")[0].kind


def _issued_cards(world: cast.World) -> list[Any]:
    from epigrid.response.quarantine import queries as measures

    stories.issued(world)
    return measures.holds(actor=stories.ALL)


def test_the_residents_page_says_what_binds_him_why_and_which_office_decided(world: cast.World, django_assert_max_num_queries: Any) -> None:
    stories.issued(world)
    stories.served_zone(world)
    client = resident(world)
    for address in OWN:
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
    page = client.get("/me/").content.decode()
    for text in ("演练县疾控中心", "演练市疫情防控办", "000-0000", "000-1", "演练复核组"):
        assert text in page, text
    assert "演安" not in page
    client.get("/me/leave/")
    assert "演练县疾控中心" not in client.get("/me/").content.decode()


def test_a_worker_opens_a_page_with_a_purpose_and_the_resident_sees_that_he_looked(world: cast.World, django_assert_max_num_queries: Any) -> None:
    worker = client_of(Duty.GRID_WORKER)
    found = worker.post("/person/", {"by": "file", "value": "mini-0000", "purpose": "care"})
    assert "mini-0000" in found.content.decode()
    refused = worker.post("/act/person/open/", {"person_id": str(world.person(0)), "purpose": "audit"})
    assert refused.status_code == 403
    assert Read.objects.filter(denied=False, fields=["page"]).count() == 0
    opened = worker.post("/act/person/open/", {"person_id": str(world.person(0)), "purpose": "care"})
    assert (opened.status_code, opened["Location"]) == (302, "/me/")
    stories.served_zone(world)
    for address in OWN:
        with django_assert_max_num_queries(12):
            assert worker.get(address).status_code == 200
    assert Read.objects.get(denied=False).purpose == "care"
    assert "网格员" in resident(world).get("/me/?view=record").content.decode()
    foreign = worker.post("/act/person/open/", {"person_id": str(world.person(20)), "purpose": "care"})
    assert foreign.status_code == 404


def test_a_search_by_name_states_its_purpose_and_is_recorded(world: cast.World) -> None:
    worker = client_of(Duty.GRID_WORKER)
    assert worker.post("/person/", {"by": "name", "value": "演安0", "purpose": ""}).status_code == 403
    found = worker.post("/person/", {"by": "name", "value": "演安0", "purpose": "care"})
    assert "mini-0000" in found.content.decode()
    assert Read.objects.filter(person_id=world.person(0), purpose="care", denied=False).count() == 1


def test_a_guard_is_told_one_of_three_things_and_no_name(world: cast.World) -> None:
    free, bound = (_code(world, number) for number in (2, 0))
    hold = Reason(kind="hold", source_id=cast.uid("h"), effect="hold", since=MONDAY, until=MONDAY + DAY, decided_by=cast.uid("officer"))
    ids = [world.person(0)]
    codes.reconcile_reasons(actor=stories.ALL, person_ids=ids, reasons={ids[0]: [hold]}, now=MONDAY, cause=world.root_cause)
    guard = client_of(Duty.GATE_GUARD)
    assert guard.get("/")["Location"] == "/gate/"
    for form, icon in (
        ({"way": "home", "code": bound}, "circle-check"),
        ({"way": "medical", "code": bound}, "ambulance"),
        ({"way": "fire"}, "circle-check"),
        ({"way": "pass"}, "phone"),
        ({"way": "pass", "code": "NOSUCHCODE"}, "phone"),
        ({"way": "pass", "release_paper": "演练-2022-9999"}, "phone"),
        ({"way": "pass", "code": bound}, "phone"),
        ({"way": "pass", "code": free}, "circle-check"),
    ):
        page = guard.post(reverse("codes.check-gate"), form, follow=True).content.decode()
        answer = page.partition("big-answer")[2].partition("</p>")[0]
        assert f"#{icon}" in answer, (form, answer)
        assert "演" not in answer
        assert "mini-00" not in page
    assert GateCheck.objects.get_queryset().count() == 8


def _code(world: cast.World, number: int) -> str:
    return access.make_slip_code(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(number), until=MONDAY + DAY, now=MONDAY)


def test_pages_carry_a_strict_content_security_policy(world: cast.World) -> None:
    policy = Client().get(SIGN_IN)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_the_exercise_page_is_there_in_exercises_only(world: cast.World) -> None:
    assert client_of(Duty.GRID_WORKER).get("/exercise/").status_code == 200


def test_a_real_tree_has_no_exercise_page(db: None) -> None:
    cast.build(exercise=False)
    client = client_of(Duty.GRID_WORKER)
    assert (client.get("/exercise/").status_code, client.post("/act/exercise/move/", {"move": "next"}).status_code) == (404, 404)
    assert "/exercise/" not in client.get("/tasks/").content.decode()
