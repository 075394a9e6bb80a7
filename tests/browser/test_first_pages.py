"""The first pages in real Chromium, on the exercise stopped after step 4: signed in by role, in both languages, on a phone; screenshots for the docs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epigrid.command.exercises.formats import load_plan
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise import opening
from epigrid.playbooks.exercise.run import perform
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.access import actions as access
from epigrid.response.quarantine import queries as measures

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PASSWORD = "invented-password"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
ROLES = (Duty.COUNTY_EOC_OFFICER, Duty.CDC_INVESTIGATOR, Duty.GRID_WORKER, Duty.AUDITOR)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    it = perform(load_plan(ROOT / "exercises" / "huaiyuan.toml"), tree="huaiyuan-live", until="4", say=lambda _line: None).stage
    everybody, it.users = it.users, {duty: it.users[duty][:1] for duty in ROLES}
    names = [f"{it.tree}-{duty}{'1' if duty is Duty.GRID_WORKER else ''}" for duty in ROLES]
    opening.make_accounts(it, dict.fromkeys(names, PASSWORD))
    it.users = everybody
    return it


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield chromium
        chromium.close()


def sign_in(browser: Any, server: Any, role: str, *, width: int = 1280) -> Any:
    page = browser.new_context(viewport={"width": width, "height": 860}).new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{server.url}/")
    page.fill("[name=login]", f"huaiyuan-live-{role}")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def test_the_county_officer_sees_what_waits_and_issues_an_order(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "county-eoc-officer")
    assert "态势" in page.title()
    assert page.locator("form.decision").count() == 2
    assert page.get_by_text("不决定").first.is_visible() or page.get_by_text("If nothing").count() == 0
    page.screenshot(path=str(IMAGES / "situation.png"))
    page.locator("form.decision button.btn-primary").first.click()
    page.locator("dialog button", has_text="签发").click()
    page.wait_for_load_state()
    assert len(measures.orders(actor=stage.director, states=("issued",), kind="site")) == 1
    assert page.faults == []


def test_the_same_page_in_english(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "cdc-investigator")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert "Situation" in page.title()
    page.goto(f"{live_server.url}/outbreak/")
    assert page.get_by_role("heading", name="Candidates to judge").is_visible()
    page.goto(f"{live_server.url}/roll-call/")
    assert page.get_by_role("heading", name="Roll-call").first.is_visible()
    page.screenshot(path=str(IMAGES / "roll-call.png"))
    assert page.faults == []


def test_a_resident_reads_everything_about_himself_by_slip_code_on_a_phone(stage: Stage, live_server: Any, browser: Any) -> None:
    from datetime import timedelta

    person = stage.people[stage.truth.tube_mates[0]]
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    code = access.make_slip_code(actor=secretary, person_id=person, until=stage.now + timedelta(days=3), now=stage.now)
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{live_server.url}/me/")
    page.fill("#code", "WRONGCODE1")
    page.click("main button[type=submit]")
    assert "我的状态" not in page.content()
    page.fill("#code", code)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    assert page.get_by_text("服务热线").first.is_visible()
    for heading in ("我的状态", "我的检测", "谁查看了我的信息"):
        assert page.get_by_role("heading", name=heading).is_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.screenshot(path=str(IMAGES / "resident.png"))


def test_a_gate_guard_has_no_desk(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "auditor")
    assert page.locator("nav a").count() > 0
