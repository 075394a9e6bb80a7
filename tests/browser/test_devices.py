"""Phones in real Chromium: a secretary admits helpers and prints their cards, makes one card with its code drawn, and revokes a phone."""

import os
import shutil
from typing import Any

import pytest

from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions, queries
from epigrid.registers.access.models import User
from tests import cast
from tests.browser.test_first_pages import fits
from tests.browser.test_sampling_table import page_of
from tests.cast import MONDAY
from tests.registers.test_devices import SECRETARY, WORKER, invited

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
TITLES = ["演练登记帮手甲", "演练登记帮手乙", "演练登记帮手丙"]


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def form_of(page: Any, act: str) -> Any:
    return page.locator(f"form[action='/act/access/{act}/']")


def states() -> dict[str, str]:
    return {card.title: card.state for card in queries.devices(actor=SECRETARY, now=MONDAY)}


def test_a_secretary_admits_helpers_prints_their_cards_and_revokes_a_phone(world: cast.World, live_server: Any, browser: Any) -> None:
    actions.bind_phone(code=invited().code, label="演练手机七", origin="", wall=MONDAY)
    User.objects.filter(id=WORKER).update(title="演练一格网格员")
    page = page_of(browser, live_server, Duty.COMMUNITY_SECRETARY)
    User.objects.filter(id=SECRETARY.id).update(title="演练社区书记", username="secretary")
    page.goto(f"{live_server.url}/devices/")
    form_of(page, "admit").locator("textarea[name=titles]").fill("\n".join(TITLES))
    form_of(page, "admit").locator("button").first.click()
    page.wait_for_load_state()
    assert page.locator("p > svg").count() == 3, "three cards are few enough to be drawn"
    with page.expect_download() as paper:
        form_of(page, "cards").locator("button").first.click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
    page.goto(f"{live_server.url}/devices/")
    assert set(states().items()) >= {*((title, "invited") for title in TITLES), ("演练一格网格员", "bound")}
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/devices.png", full_page=True)
    page.locator("tr", has_text="演练手机七").locator("input[type=checkbox]").check()
    page.locator("tr", has_text=TITLES[2]).locator("input[type=checkbox]").check()
    page.locator(".rows-bulk button").last.click()
    page.locator("dialog[open] button.btn-danger, dialog[open] [data-slot=yes]").first.click()
    page.wait_for_load_state()
    assert {"演练一格网格员": "revoked", TITLES[2]: "withdrawn", TITLES[0]: "invited"}.items() <= states().items()
    assert page.faults == []


def test_one_card_is_made_on_a_phone_and_its_code_drawn(world: cast.World, live_server: Any, browser: Any) -> None:
    invited()
    page = page_of(browser, live_server, Duty.COMMUNITY_SECRETARY, width=390)
    page.goto(f"{live_server.url}/devices/")
    assert fits(page)
    form_of(page, "invite").locator("select[name=user_id]").select_option(str(WORKER))
    form_of(page, "invite").locator("button").first.click()
    page.wait_for_load_state()
    assert fits(page)
    assert page.locator("p > svg").first.is_visible()
    assert len(queries.devices(actor=SECRETARY, now=MONDAY)) == 2
    assert page.faults == []
