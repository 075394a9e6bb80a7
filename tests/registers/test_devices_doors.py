"""Phones at the doors: what a phone's own secret opens and what it does not, and the desk's page with its cards. All people are invented."""

import base64
import io
import json
from datetime import datetime
from typing import Any

import pypdf
import pytest
from django.test import Client

from epigrid.interfaces import middleware
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions, rules
from epigrid.registers.access.models import Device, Invitation, User
from epigrid.registers.organisation.models import Appointment
from epigrid.store import clock
from tests import cast
from tests.cast import DAY, MONDAY
from tests.doors.world import GETS, POSTS, answer, client_of, digest, question
from tests.registers.test_devices import SECRETARY, WEEK, WORKER, invited

TITLES = [f"演练助手{number}" for number in (1, 2, 3)]
FORM = {"area": str(cast.COMMUNITY), "duty": "registrar", "until": "2022-11-25T20:00", "titles": "\n".join(TITLES), "command_id": "form 1"}


def send(path: str, body: Any, token: str = "", client: Client | None = None) -> Any:
    headers = {"Authorization": f"Device {token}"} if token else {}
    return (client or Client()).post(f"/api/field/{path}", json.dumps(body), content_type="application/json", headers=headers)


def bound(card: actions.Card | None = None) -> str:
    """A phone of the grid worker, bound at the door; what it sends from now on."""
    told = answer(send("bind", {"code": (card or invited()).code, "label": "演练手机"}))
    return f"{told['device']}.{told['secret']}"


def released(token: str) -> Any:
    return send("release", {"sent_at": "2022-11-21T00:00:30Z"}, token)


def test_a_phone_is_bound_without_a_sign_in_and_starts_its_shift_with_its_own_secret(world: cast.World) -> None:
    card = invited()
    bind = send("bind", {"code": card.code, "label": "演练手机"})
    told = answer(bind)
    assert (bind.status_code, bind["Cache-Control"]) == (200, "no-store")
    assert set(told) == {"device", "secret", "title", "until"}
    assert (told["title"], datetime.fromisoformat(told["until"])) == ("演练网格员", WEEK)
    start = released(f"{told['device']}.{told['secret']}")
    half = answer(start)
    assert (start.status_code, start["Cache-Control"], set(half)) == (200, "no-store", {"key", "until", "now"})
    assert (len(base64.b64decode(half["key"])), datetime.fromisoformat(half["now"])) == (32, MONDAY)
    assert Device.objects.get_queryset().get().skew_seconds == -30
    assert send("bind", {"code": card.code, "label": "演练手机"}).status_code == 404


def test_a_label_and_a_moment_that_are_none_are_422_and_a_clock_of_another_century_is_heard(world: cast.World) -> None:
    code, token = invited().code, bound()
    for body in ({"code": code, "label": " "}, {"code": code, "label": "x" * 41}, {"label": "x"}, [], {"code": 1, "label": "x"}):
        assert (send("bind", body).status_code, Invitation.objects.get_queryset().filter(used_at__isnull=True).count()) == (422, 1)
    for sent_at in ("2022-11-21T00:00:00", "noon", None):
        assert send("release", {"sent_at": sent_at}, token).status_code == 422
    assert send("release", {"sent_at": "1970-01-01T00:00:00Z"}, token).status_code == 200


def test_unknown_codes_are_404_and_after_twenty_429_with_the_time_to_wait(world: cast.World) -> None:
    told = [send("bind", {"code": rules.new_invitation(), "label": "x"}) for _ in range(rules.PHONE_TRIES + 1)]
    assert [one.status_code for one in told] == [404] * rules.PHONE_TRIES + [429]
    assert [answer(one)["reason"] for one in told[-2:]] == ["device.invitation-unknown", "device.too-many-tries"]
    assert 0 < int(told[-1]["Retry-After"]) <= rules.WINDOW.total_seconds()
    assert bound(), "a good card binds all the same"


def test_a_revoked_an_ended_and_an_unknown_phone_are_told_so_at_once(world: cast.World) -> None:
    token = bound()
    device_id = Device.objects.get_queryset().get().id
    ended = bound(invited(until=MONDAY + DAY))
    assert answer(released("nothing"))["reason"] == "device.unknown"
    assert answer(released(token[:-1] + ("A" if token[-1] != "A" else "B")))["reason"] == "device.unknown"
    assert released(token).status_code == 200
    assert client_of(Duty.COMMUNITY_SECRETARY).post("/act/access/revoke-phones/", {"device_ids": str(device_id)}).status_code == 302
    revoked = released(token)
    assert (revoked.status_code, answer(revoked)["reason"]) == (401, "device.revoked")
    clock.move_to(cast.TREE, MONDAY + DAY)
    assert answer(released(ended)) == {"reason": "device.ended", "details": {}}


def test_a_phone_opens_nothing_outside_its_own_door(world: cast.World) -> None:
    token = bound()
    phone, before = Client(headers={"authorization": f"Device {token}"}), digest()
    for path in GETS:
        assert phone.get(question(path)).status_code == 401, path
    for path, _operation in POSTS:
        assert phone.post(path, "{}", content_type="application/json").status_code == 401, path
    for path in ("/", "/tasks/", "/devices/", "/audit/", "/person/"):
        assert "/accounts/login/" in phone.get(path)["Location"], path
    for path in ("/api/field/../care/requests", "/api/field//release", "/api//field/release"):
        assert phone.get(path).status_code in (401, 404), path
    assert digest() == before


def test_at_the_door_of_phones_no_session_counts(world: cast.World) -> None:
    bound()
    desk = client_of(Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY)
    for path in ("release", "upload"):
        assert send(path, {"sent_at": "2022-11-21T00:00:00Z", "commands": []}, client=desk).status_code == 401
    assert desk.get("/api/field/pull").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    assert send("bind", {"code": invited().code, "label": "x"}, client=strict).status_code == 200, "there is nothing that another site could use"


def test_a_deciding_duty_never_counts_from_a_phone(world: cast.World, monkeypatch: pytest.MonkeyPatch) -> None:
    token, actors = bound(), []
    real = middleware.access.actor_of_phone
    monkeypatch.setattr(middleware.access, "actor_of_phone", lambda **named: actors.append(real(**named)) or actors[-1])
    for duty in (Duty.CDC_DUTY_OFFICER, Duty.AUDITOR):
        Appointment.objects.create(area=cast.COUNTY, holder_id=WORKER, duty=duty, since=MONDAY)
    released(token)
    assert actors[-1].duties == {Duty.GRID_WORKER}
    assert client_of(Duty.GRID_WORKER).get("/audit/").status_code == 200, "at the desk of an exercise it does"


def test_the_desk_admits_helpers_and_prints_their_cards_once(world: cast.World) -> None:
    desk = client_of(Duty.COMMUNITY_SECRETARY)
    made = desk.post("/act/access/admit/", FORM)
    page = made.content.decode()
    codes = codes_of(made)
    assert (made.status_code, made["Cache-Control"], len(codes)) == (200, "no-store", 3)
    assert all(rules.grouped(code) in page for code in codes)
    again = desk.post("/act/access/admit/", FORM)
    assert (again.status_code, User.objects.filter(title__in=TITLES).count()) == (200, 3)
    assert not any(rules.grouped(code) in again.content.decode() for code in codes)
    paper = desk.post("/act/access/cards/", {"code": codes})
    assert (paper.status_code, paper["Content-Type"], paper["Cache-Control"]) == (200, "application/pdf", "no-store")
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    for line in (*TITLES, "登记员", "演练com", "2022-11-25 20:00", "2022-11-23 08:00", *map(rules.grouped, codes)):
        assert line.replace(" ", "") in text.replace(" ", ""), line
    assert send("bind", {"code": codes[0], "label": "演练手机"}).status_code == 200
    assert desk.post("/act/access/cards/", {"code": codes[0]}).status_code == 404, "a used code is on no paper"
    assert client_of(Duty.GRID_WORKER).post("/act/access/cards/", {"code": codes[1]}).status_code == 404


def codes_of(made: Any) -> list[str]:
    """The codes that a page shows this once."""
    return [code for _name, code in made.context["page"].sections[0].decisions[0]["hidden"]]


def test_one_card_is_drawn_on_the_page_with_its_link(world: cast.World) -> None:
    invited()
    made = client_of(Duty.COMMUNITY_SECRETARY).post("/act/access/invite/", {"user_id": str(WORKER), "until": "2022-11-25T20:00"})
    assert "演练网格员</title>" in made.content.decode()
    assert send("bind", {"code": codes_of(made)[0], "label": "演练手机"}).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desks_page_says_which_phones_there_are_in_twelve_questions_and_names_nobody(
    world: cast.World, language: str, django_assert_max_num_queries: Any
) -> None:
    token, waiting = bound(), invited()
    released(token)
    actions.admit_helpers(
        actor=SECRETARY,
        helpers=actions.NewHelpers(titles=[f"演练助手{n}" for n in range(30)], duty=Duty.SAMPLER, area=cast.COMMUNITY, until=WEEK),
        now=MONDAY,
    )
    desk = client_of(Duty.COMMUNITY_SECRETARY)
    desk.cookies["django_language"] = language
    desk.get("/devices/")
    with django_assert_max_num_queries(12):
        page = desk.get("/devices/").content.decode()
    for text in ("演练手机", "演练网格员", "演练助手29", str(waiting.device_id)):
        assert text in page, text
    assert ("Duty" in page, "职责" in page) == (language == "en", language != "en")
    assert "演安" not in page and waiting.code not in page and token.partition(".")[2] not in page
    auditor = client_of(Duty.AUDITOR).get("/devices/").content.decode()
    assert "演练手机" in auditor and "revoke-phones" not in auditor and "access/admit" not in auditor
    for duty in (Duty.GRID_WORKER, Duty.GATE_GUARD, Duty.CDC_DUTY_OFFICER):
        page = client_of(duty).get("/devices/").content.decode()
        assert "演练手机" not in page and "演练助手" not in page and "access/" not in page


def test_the_frame_leads_a_secretary_to_the_phones_and_no_grid_worker(world: cast.World) -> None:
    assert '"/devices/"' in client_of(Duty.COMMUNITY_SECRETARY).get("/tasks/").content.decode()
    assert '"/devices/"' not in client_of(Duty.GRID_WORKER).get("/tasks/").content.decode()
