"""Nobody pages through residents with a table's sign-in: look-ups are counted, the one too many is told when to come again, and the auditor sees who it was."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from epigrid.field.sampling import queries as sampled
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import TooOften
from epigrid.registers.access import queries as access
from epigrid.store import pace
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY
from tests.doors.world import client_of, post
from tests.field.sampling.test_table import order_round

AUDITOR = cast.actor(Duty.AUDITOR)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of the process, turned by hand."""
    now = [1000.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def three(settings: Any, clock: list[float]) -> list[float]:
    """Three look-ups in ten minutes."""
    settings.EPIGRID_LOOK_UPS, settings.EPIGRID_LOOK_UP_MINUTES = 3, 10
    return clock


def somebody() -> Actor:
    return Actor.user(uuid4())


def again_in(actor: Actor) -> tuple[int, bool]:
    with pytest.raises(TooOften) as refused:
        pace.look_up(actor)
    return refused.value.details["again_in_seconds"], refused.value.details["first"]


def test_a_busy_table_is_never_stopped_for_a_whole_night_and_may_come_in_bursts(clock: list[float], settings: Any) -> None:
    registrar = somebody()
    for _ in range(6 * 60 * 6):
        pace.look_up(registrar)
        clock[0] += 10
    clock[0] += 600
    for _ in range(settings.EPIGRID_LOOK_UPS):
        pace.look_up(registrar)
    assert again_in(registrar) == (600, True)


def test_the_window_slides_and_a_refused_look_up_does_not_prolong_it(three: list[float]) -> None:
    registrar = somebody()
    for moment in (1000.0, 1100.0, 1200.0):
        three[0] = moment
        pace.look_up(registrar)
    three[0] = 1300.0
    assert [again_in(registrar) for _ in range(3)] == [(300, True), (300, False), (300, False)]
    three[0] = 1600.0
    pace.look_up(registrar)
    assert again_in(registrar) == (100, False)
    three[0] = 1900.0
    pace.look_up(registrar)
    pace.look_up(registrar)
    assert again_in(registrar) == (300, True)


def test_each_account_has_a_pace_of_its_own(three: list[float]) -> None:
    first, second = somebody(), somebody()
    for _ in range(3):
        pace.look_up(first)
    again_in(first)
    pace.look_up(second)


def look(client: Any, number: int, means: str = "paper") -> HttpResponse:
    answer: HttpResponse = client.post("/table/", {"means": means, "value": f"mini-{number:04d}"})
    return answer


def test_the_table_answers_429_with_a_time_by_whatever_means_and_also_where_nobody_is_found(world: cast.World, three: list[float]) -> None:
    client = client_of(Duty.REGISTRAR)
    assert [look(client, number, means).status_code for number, means in ((0, "paper"), (9999, "document"), (3, "home"))] == [302, 302, 302]
    three[0] += 60
    for means in ("code", "document", "phone", "paper", "home"):
        refused = look(client, 4, means)
        assert (refused.status_code, refused["Retry-After"]) == (429, "540"), means
        assert "Location" not in refused and "mini-0004" not in refused.content.decode()
    assert "查询过于频繁" in refused.content.decode()
    three[0] += 540
    assert look(client, 4).status_code == 302


def test_finding_a_person_elsewhere_counts_in_the_same_window(world: cast.World, three: list[float]) -> None:
    client = client_of(Duty.REGISTRAR)
    for number in range(2):
        assert look(client, number).status_code == 302
    form = {"by": "file", "value": "mini-0007", "purpose": "sampling"}
    assert client.post("/person/", form).status_code == 200
    refused = client.post("/person/", form)
    assert (refused.status_code, "mini-0007" in refused.content.decode()) == (429, False)


def test_a_fact_tells_the_auditor_once_a_window_and_nobody_else(world: cast.World, three: list[float]) -> None:
    client = client_of(Duty.REGISTRAR)
    for number in range(6):
        look(client, number)
    user = cast.user_id(Duty.REGISTRAR)
    told = Fact.objects.get(kind="access.look-ups-limited")
    assert (told.actor_id, told.payload, told.area) == (user, {"user_id": str(user)}, COMMUNITY)
    assert [user_id for _at, user_id in access.look_ups_limited(actor=AUDITOR)] == [user]
    for other in (cast.actor(Duty.REGISTRAR), cast.actor(Duty.AUDITOR, area=cast.NEIGHBOUR)):
        assert access.look_ups_limited(actor=other) == []
    assert "查询过多" in client_of(Duty.AUDITOR).get("/audit/").content.decode()
    three[0] += 600
    for number in range(5):
        look(client, number)
    assert Fact.objects.filter(kind="access.look-ups-limited").count() == 2


def test_uploads_pages_and_registering_go_on_for_whoever_must_wait(world: cast.World, three: list[float]) -> None:
    round_id, client = order_round(world), client_of(Duty.REGISTRAR)
    for number in range(5):
        look(client, number)
    for number in range(5):
        tube = {"command_id": f"t{number}", "label": f"U{number}", "pool_size": 10, "file_nos": [f"mini-{number:04d}"]}
        body = {"area": COMMUNITY, "round_id": round_id, "tubes": [tube]}
        assert post(client, "/api/sampling/table/upload", "sampling.upload", body, command_id=f"c{number}").status_code == 200
        assert client.get("/table/").status_code == 200
    body = {"round_id": round_id, "person_ids": [world.person(9)], "means": "paper"}
    assert post(client, "/api/sampling/table/register", "sampling.register", body, command_id="r").status_code == 200
    assert sampled.queue(actor=cast.actor(Duty.REGISTRAR), round_id=round_id) == [world.person(9)]
