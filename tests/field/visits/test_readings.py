"""Temperatures that people at home tell: they decide nothing; where a county has set a limit somebody calls."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from epigrid.command.communication import queries as inbox
from epigrid.field.codes import queries as coded
from epigrid.field.tasks import queries as tasked
from epigrid.field.visits import actions, queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.access import actions as access
from epigrid.response.quarantine import queries as measures
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.field.visits.walk import ALL, SECRETARY, WORKER, heard

LIMIT = """[pack]
id = "fever"
disease = "covid-19"
title = "a limit invented for a test"
kind = "overlay"
level = "city"
area = "shanxi/taiyuan/"
valid_from = 2022-01-01

[temperature]
isolate_from_c = { value = 37.3, source = "a number of this test", confidence = "P" }
"""


@pytest.fixture
def limit(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "limit.toml").write_text(LIMIT)
    settings.EPIGRID_PACKS_DIR = str(tmp_path)


def tell(world: cast.World, celsius: str, actor: Actor = WORKER, **more: Any) -> UUID:
    return actions.record_reading(actor=actor, person_id=world.person(0), celsius=Decimal(celsius), now=MONDAY, **more)


def calls() -> list[tasked.TaskCard]:
    return [card for card in tasked.tasks_of(actor=ALL) if card.kind == "fever-call"]


def test_without_a_limit_that_a_county_sets_no_temperature_leads_to_anything(world: cast.World) -> None:
    tell(world, "39.9")
    heard()
    assert [card.fever for card in queries.readings(actor=WORKER)] == [False]
    assert calls() == [] and inbox.inbox(actor=SECRETARY) == []


def test_a_fever_by_the_countys_limit_is_called_and_binds_nobody(world: cast.World, limit: None) -> None:
    tell(world, "37.2")
    tell(world, "37.3")
    heard()
    assert [card.person_id for card in calls()] == [world.person(0)]
    assert [(card.key, card.values) for card in inbox.inbox(actor=SECRETARY)] == [("visit.fever", {})]
    assert coded.status(actor=ALL, person_id=world.person(0), now=MONDAY).status == "clear"
    assert measures.holds(actor=ALL) == []


def test_the_same_reading_again_is_the_same_and_another_stands_beside_it(world: cast.World) -> None:
    first, facts = tell(world, "36.5"), Fact.objects.count()
    assert tell(world, "36.5") == first
    assert Fact.objects.count() == facts
    tell(world, "36.6")
    assert {str(card.celsius) for card in queries.readings(actor=WORKER)} == {"36.5", "36.6"}


@pytest.mark.parametrize("celsius", ["29.9", "45.1"])
def test_what_no_body_has_is_a_slip_of_the_finger(world: cast.World, celsius: str) -> None:
    with pytest.raises(rules.TemperatureUnknown):
        tell(world, celsius)


def test_a_reading_of_tomorrow_or_in_a_residents_name_is_refused(world: cast.World) -> None:
    for more in ({"measured_at": MONDAY + HOUR}, {"channel": "own"}, {"channel": "dream"}):
        with pytest.raises(rules.TemperatureUnknown):
            tell(world, "36.5", **more)
    with pytest.raises(NotAllowed):
        tell(world, "36.5", actor=cast.actor(Duty.CDC_DUTY_OFFICER))


def test_a_resident_tells_his_own_and_his_wards_on_his_page_and_nobody_elses(world: cast.World, django_assert_max_num_queries: Any) -> None:
    code = access.make_slip_code(actor=WORKER, person_id=world.person(4), until=MONDAY + DAY, now=MONDAY)
    client = Client()
    client.post("/me/", {"code": code})
    for number, status in ((4, 302), (5, 302), (0, 404)):
        form = {"person_id": str(world.person(number)), "celsius": "36.8"}
        assert client.post(reverse("visits.record-reading"), form).status_code == status
    assert {(card.person_id, card.channel) for card in queries.readings(actor=ALL)} == {
        (world.person(4), "own"),
        (world.person(5), "guardian"),
    }
    with django_assert_max_num_queries(12):
        page = client.get("/me/temperature/").content.decode()
    assert page.count("36.8 °C") == 2
