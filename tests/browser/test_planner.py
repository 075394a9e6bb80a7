"""The planner in real Chromium on invented ground: from an empty plan to the first call, in Chinese, then read in English and on a phone."""

import os
import shutil
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from epigrid.command.planning import queries
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.people import actions as people
from epigrid.registers.people.models import Person
from tests import cast
from tests.browser.test_first_pages import PASSWORD, fits, shot, sign_in
from tests.command.planning import ground
from tests.command.planning.ground import PLANNER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]


@pytest.fixture
def town(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    world = cast.build()
    ground.settle(world)
    duty = Duty.COMMUNITY_SECRETARY
    User.objects.create(id=cast.user_id(duty), username=f"huaiyuan-live-{duty}", tree="mini", password=make_password(PASSWORD))
    ground.worker(world)
    for person_id in Person.objects.seen_by(cast.procedure()).filter(file_no__startswith="k").values_list("id", flat=True)[:3]:
        people.record_need(actor=PLANNER, person_id=person_id, kind="mobility", source="visit", now=cast.MONDAY)
    return world


def send(page: Any, act: str, **values: Any) -> None:
    """Fill the first form of an act, press its button, agree where it asks."""
    form = page.locator(f'form[action="/act/planning/{act}/"]').first
    for name, value in values.items():
        field = form.locator(f"[name={name}]").first
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(index=value) if isinstance(value, int) else field.select_option(value)
        else:
            field.fill(str(value))
    form.locator("button[type=submit], button").last.click()
    asked = page.locator("dialog[open] button.btn-primary")
    if asked.count():
        asked.click()
    page.wait_for_load_state()


def test_a_secretary_plans_a_round_and_calls_the_first_unit(town: cast.World, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "community-secretary")
    page.get_by_role("link", name="轮次计划").first.click()
    send(
        page,
        "make-plan",
        area=1,
        title="演练第一轮",
        opens_at="2022-11-22T06:00",
        closes_at="2022-11-22T12:00",
        per_lane_hour=60,
        slot_minutes=20,
        door_min=4,
        swab_min=3,
    )
    page.get_by_role("link", name="演练第一轮").click()
    assert page.get_by_text("清单出厂为空").is_visible()
    send(page, "add-item", part="preparation", text="两顶帐篷")
    send(page, "settle-item", reason="九点送到")
    assert page.get_by_text("未完成，原因：九点送到").is_visible()
    for _ in range(7):
        send(page, "own-step", owner="sampler")
    send(page, "start")
    plan_id = ground.only()
    assert queries.plan(actor=PLANNER, plan_id=plan_id).started_at is not None
    page.goto(f"{live_server.url}/plans/{plan_id}/?view=sites")
    send(page, "place-sites", sites=3)
    assert page.locator("#map rect").count() == 3
    assert page.locator("#map circle").count() == 12
    assert fits(page)
    shot(page, "planner-sites", whole=True)
    page.goto(f"{live_server.url}/plans/{plan_id}/?view=teams")
    send(page, "make-teams", fixed=4)
    assert page.locator("table.rows tbody tr").count() == 5
    page.goto(f"{live_server.url}/plans/{plan_id}/?view=home")
    send(page, "promise-visit", place_id=1, at="2022-11-22T10:00")
    send(page, "plan-home")
    assert page.get_by_text("09:30–10:30").is_visible()
    assert page.get_by_role("heading", name="流动队 1").is_visible()
    assert fits(page)
    shot(page, "planner-home", whole=True)
    page.goto(f"{live_server.url}/plans/{plan_id}/?view=slots")
    send(page, "make-slots")
    send(page, "call-next", site_id=1, queue=3)
    assert sum(slot.called_at is not None for slot in queries.slots(actor=PLANNER, plan_id=plan_id)) == 1
    page.goto(f"{live_server.url}/plans/{plan_id}/?view=outlook")
    assert page.get_by_text("还无法预测。尚未设定：承接的检测机构").is_visible()
    share = ground.share(town, tubes_per_day=20, machines=1, plate_tubes=8, queue_limit=2) | {"first_leaves_at": "2022-11-22T07:00"}
    send(page, "set-share", **share | {"body_id": str(share["body_id"])})
    expect(page.locator("[data-view=curves] canvas")).to_be_visible()
    assert page.get_by_text("检测机构爆满").is_visible()
    assert fits(page)
    shot(page, "planner-outlook", whole=True)
    page.goto(f"{live_server.url}/plans/{plan_id}/?view=slots")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.get_by_text("Please keep 2 m apart in the line.").is_visible()
    assert page.faults == []
    phone = browser.new_context(viewport={"width": 390, "height": 860})
    phone.add_cookies(page.context.cookies())
    small = phone.new_page()
    for view in ("checklist", "sites", "teams", "slots", "doors", "home", "sheet"):
        small.goto(f"{live_server.url}/plans/{plan_id}/?view={view}")
        assert fits(small), view
