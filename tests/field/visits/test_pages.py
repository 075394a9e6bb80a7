"""Pages of home visits and of help between colleagues: within their budget of queries, bilingual, and on paper."""

from datetime import time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from epigrid.field.visits import actions, queries
from epigrid.field.visits.rules import Item
from epigrid.kernel.duties import Duty
from tests import cast
from tests.cast import COUNTY, DAY, MONDAY
from tests.doors import walked
from tests.doors.world import client_of
from tests.field.visits.test_routines import at_home
from tests.field.visits.walk import ALL, campaign, tried, visit_of

BUDGET = 12


@pytest.fixture
def made(world: cast.World) -> UUID:
    """A campaign with attempts, a routine that watches somebody, a temperature, a review, a call for support."""
    found = campaign()
    tried(visit_of(world, found, 0), "met")
    tried(visit_of(world, found, 3), "absent")
    items = [Item(item="巡查", starts=time(8), ends=time(9))]
    officer = cast.actor(Duty.COUNTY_EOC_OFFICER)
    actions.set_routine(actor=officer, area=COUNTY, target="home", items=items, basis="演练", until=MONDAY + DAY, now=MONDAY)
    at_home(world)
    actions.record_reading(actor=walked.WORKER, person_id=world.person(2), celsius=36, now=MONDAY)  # type: ignore[arg-type]
    walked._review(world)
    walked._call(world)
    walked._accepted(world)
    return found


def shown(client: Client, address: str, most: Any, language: str = "en") -> str:
    client.get("/tasks/")
    with most(BUDGET):
        answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("duty", [Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.COUNTY_EOC_OFFICER])
def test_every_page_opens_within_its_budget(world: cast.World, made: UUID, duty: Duty, django_assert_max_num_queries: Any) -> None:
    client, one = client_of(duty), queries.visits(actor=ALL, campaign_id=made)[0]
    for address in (
        "/visits/", "/visits/?view=routine", "/visits/?view=temperatures&file_no=mini-0002", "/visits/?view=review", f"/visits/{made}/",
        f"/visits/{made}/?building={world.place('b1')}&visit={one.id}", "/tasks/", "/tasks/?view=hand", "/tasks/?view=support",
    ):  # fmt: skip
        page = shown(client, address, django_assert_max_num_queries)
        assert "演安" not in page, address


def test_coverage_the_strike_off_list_and_what_is_missing_are_read_at_a_glance(
    world: cast.World, made: UUID, django_assert_max_num_queries: Any
) -> None:
    client = client_of(Duty.COMMUNITY_SECRETARY)
    listed = shown(client, f"/visits/{made}/?building={world.place('b1')}", django_assert_max_num_queries)
    assert listed.index("1单元1层101室") < listed.index("1单元3层302室") < listed.index("2单元1层101室")
    routine = shown(client, "/visits/?view=routine", django_assert_max_num_queries)
    assert "0/1" in routine and "巡查" in routine
    review = shown(client, "/visits/?view=review", django_assert_max_num_queries)
    assert "mini-0000" in review


def test_the_strike_off_list_is_printed(world: cast.World, made: UUID) -> None:
    answer = client_of(Duty.GRID_WORKER).get(f"/visits/{made}/?building={world.place('b1')}&print=1")
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
