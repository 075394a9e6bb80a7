"""The report of a round in real Chromium: the curves are drawn, the keys tell them, in Chinese and in English, on a desk and a phone."""

import os
import shutil
from typing import Any

import pytest
from playwright.sync_api import expect

from epigrid.field.sampling import actions
from epigrid.kernel.duties import Duty
from tests import cast
from tests.browser.test_first_pages import fits, shot
from tests.browser.test_sampling_table import page_of
from tests.cast import HOUR
from tests.command.planning.rounds import DESK, MINUTE, OPENS, fill, ordered, send
from tests.command.planning.test_report import crowd, town

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def test_the_report_of_a_round_draws_who_came_by_when_and_names_the_slowest_link(world: cast.World, live_server: Any, browser: Any) -> None:
    town(world)
    round_id = ordered(world)
    everybody = crowd(world)
    moments = [OPENS + (10 + number * 12 + number * number) * MINUTE for number in range(11)]
    tubes = [fill(world, round_id, f"T{number:02}", everybody[number * 20 : number * 20 + 20], at) for number, at in enumerate(moments)]
    for number, (tube, at) in enumerate(zip(tubes, moments, strict=True)):
        send(world, f"B{number:02}", [tube], sent=at + 20 * MINUTE, received=at + 50 * MINUTE, read=at + 260 * MINUTE)
    actions.close_round(actor=DESK, round_id=round_id, now=OPENS + 6 * HOUR, cause=world.root_cause)
    page = page_of(browser, live_server, Duty.COMMUNITY_SECRETARY)
    page.goto(f"{live_server.url}/roll-call/")
    page.get_by_role("link", name="报告").first.click()
    expect(page.locator("[data-view=curves] canvas")).to_be_visible()
    assert page.get_by_text("最慢的环节：接收到出结果").is_visible()
    page.locator("[data-view=curves]").focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert "06:11" in page.locator("[data-told]").inner_text() and "已采 20" in page.locator("[data-told]").inner_text()
    assert fits(page)
    page.keyboard.press("Escape")
    shot(page, "round-report")
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert "Report of a round" in page.title() and page.get_by_text("The slowest link: received to read").is_visible()
    phone = page_of(browser, live_server, Duty.COMMUNITY_SECRETARY, width=390)
    phone.goto(f"{live_server.url}/rounds/{round_id}/report/")
    expect(phone.locator("[data-view=curves] canvas")).to_be_visible()
    assert fits(phone) and page.faults == [] and phone.faults == []
