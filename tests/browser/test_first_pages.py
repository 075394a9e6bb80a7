"""The pages in real Chromium, on the exercise stopped after step 4: each role finds and does its act, in both languages, on a phone; screenshots for the docs."""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from epigrid.command.exercises.formats import load_plan
from epigrid.field.care import actions as care
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise import opening
from epigrid.playbooks.exercise.run import perform
from epigrid.playbooks.exercise.stage import Stage
from epigrid.registers.access import actions as access
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.actions import NewCandidate
from epigrid.store import clock, reads

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PASSWORD = "invented-password"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
ROLES = (
    Duty.COUNTY_EOC_OFFICER,
    Duty.CITY_EOC_OFFICE,
    Duty.CDC_INVESTIGATOR,
    Duty.GRID_WORKER,
    Duty.GATE_GUARD,
    Duty.AUDITOR,
    Duty.LABORATORY,
    Duty.PHONE_OPERATOR,
)


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    it = perform(load_plan(ROOT / "exercises" / "huaiyuan.toml"), tree="huaiyuan-live", until="4", say=lambda _line: None).stage
    everybody, it.users = it.users, {duty: it.users[duty][:1] for duty in ROLES}
    names = [f"{it.tree}-{duty}{'1' if duty is Duty.GRID_WORKER else ''}" for duty in ROLES]
    opening.make_accounts(it, dict.fromkeys(names, PASSWORD))
    it.users = everybody
    return it


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


def shot(page: Any, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=str(IMAGES / f"{name}.png"), full_page=whole)


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def command_finds_what_waits_issues_an_order_and_reads_in_english(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "county-eoc-officer")
    assert "态势" in page.title()
    assert page.get_by_text("待签发的告知书").first.is_visible()
    shot(page, "situation")
    page.locator("form.decision a.btn-primary").first.click()
    page.wait_for_load_state()
    assert page.url.endswith("/orders/")
    before = page.locator("form.decision").count()
    page.locator("form.decision button.btn-primary").first.click()
    page.locator("dialog button", has_text="签发").click()
    page.wait_for_load_state()
    assert page.locator("form.decision").count() == before - 1
    assert len(measures.orders(actor=stage.director, states=("issued",), kind="site")) == 1
    shot(page, "orders")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert "Orders" in page.title()
    page.goto(f"{live_server.url}/outbreak/")
    assert page.get_by_text("Preliminary positive: case opened").first.is_visible()
    shot(page, "outbreak")
    page.goto(f"{live_server.url}/roll-call/")
    shot(page, "roll-call")
    page.locator("table.rows tbody th a").first.click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", name="Missing names").is_visible()
    shot(page, "building")
    assert page.faults == []


def an_investigator_judges_with_a_reason_of_his_own_words(stage: Stage, live_server: Any, browser: Any) -> None:
    person = stage.people[stage.truth.by_interview]
    new = NewCandidate(person_id=person, evidence={"said": "dinner"}, last_exposure_at=stage.now - timedelta(hours=20))
    case_id = stage.notes["case"]
    tracing.add_candidates(
        actor=stage.actor(Duty.CDC_INVESTIGATOR), case_id=case_id, source="interview", found=[new], now=stage.now, cause=stage.cause
    )
    page = sign_in(browser, live_server, "cdc-investigator")
    page.goto(f"{live_server.url}/candidates/")
    card = page.locator("form.decision", has=page.locator("[name=reason]")).first
    candidates = len(traced.candidates(actor=stage.director, open_only=True))
    card.locator("button", has_text="密接").first.click()
    assert len(traced.candidates(actor=stage.director, open_only=True)) == candidates, "a judgement without its reason is not sent"
    card.locator("[name=reason]").fill("同桌就餐一小时，未戴口罩")
    shot(page, "candidates")
    card.locator("button", has_text="密接").first.click()
    page.wait_for_load_state()
    judged = [one for one in traced.candidates(actor=stage.director) if one.reason == "同桌就餐一小时，未戴口罩"]
    assert len(judged) == 1
    assert judged[0].outcome == "close-contact"
    assert page.faults == []


def a_resident_reads_everything_about_himself_by_slip_code_on_a_phone(stage: Stage, live_server: Any, browser: Any) -> None:
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
    assert page.get_by_role("heading", name="我的状态").is_visible()
    assert page.get_by_text("服务热线").first.is_visible()
    assert page.get_by_text("决定机关").first.is_visible()
    assert fits(page)
    shot(page, "resident", whole=True)
    page.get_by_role("link", name="我的检测").click()
    page.wait_for_load_state()
    for heading in ("我的检测", "谁查看了我的信息"):
        assert page.get_by_role("heading", name=heading).is_visible()
    assert fits(page)
    shot(page, "resident-record", whole=True)
    page.get_by_role("link", name="给我的消息").click()
    page.wait_for_load_state()
    assert fits(page)


def an_operator_opens_a_callers_page_and_leaves_a_trace(stage: Stage, live_server: Any, browser: Any) -> None:
    person = stage.people[stage.truth.tube_mates[0]]
    page = sign_in(browser, live_server, "phone-operator")
    page.goto(f"{live_server.url}/person/")
    card = people.person(actor=stage.director, person_id=person)
    page.fill("main [name=value]", card.file_no)
    page.select_option("main [name=purpose]", "care")
    page.click("main form.decision button.btn-primary")
    page.wait_for_load_state()
    shot(page, "find-person")
    page.get_by_role("button", name="打开本人页面").click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", name="我的状态").is_visible()
    seen = reads.of_person(actor=stage.actor(Duty.AUDITOR), person_id=person)
    assert ("care", ("page",)) in {(read.purpose, read.fields) for read in seen}
    assert page.faults == []


def a_guard_asks_and_is_told_one_of_three_things(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "gate-guard", width=390)
    assert page.url.endswith("/gate/")
    page.get_by_role("button", name="就医急救").click()
    page.wait_for_load_state()
    assert page.locator(".big-answer").is_visible()
    assert fits(page)
    shot(page, "gate")
    assert page.faults == []


def the_exercise_page_moves_the_clock(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "city-eoc-office")
    page.goto(f"{live_server.url}/zones/")
    shot(page, "zones")
    page.goto(f"{live_server.url}/exercise/")
    before = clock.now(stage.root)
    page.get_by_role("button", name="到下一到期时刻").click()
    page.wait_for_load_state()
    assert clock.now(stage.root) > before
    later = clock.now(stage.root)
    page.get_by_role("button", name="推进 60 分钟").click()
    page.wait_for_load_state()
    assert clock.now(stage.root) == later + timedelta(hours=1)
    shot(page, "exercise")
    page.get_by_role("button", name="启动时钟").click()
    page.wait_for_load_state()
    assert page.locator("[data-clock=running]").count() == 1
    assert page.faults == []


def worker_laboratory_and_auditor_find_their_acts(stage: Stage, live_server: Any, browser: Any) -> None:
    neighbour = people.people(actor=stage.actor(Duty.GRID_WORKER))[0]
    care.ask(actor=Actor.resident(neighbour.id), person_id=neighbour.id, kind="medicine", channel="page", now=clock.now(stage.root))
    stage.hear()
    for role, address, name in (("grid-worker1", "/tasks/", "tasks"), ("laboratory", "/laboratory/", "laboratory"), ("auditor", "/audit/", "audit")):
        page = sign_in(browser, live_server, role)
        page.goto(f"{live_server.url}{address}")
        assert page.locator("main form").count() > 0
        shot(page, name)
        assert page.faults == []
        page.context.close()


def test_the_desk(stage: Stage, live_server: Any, browser: Any) -> None:
    """One exercise for all of it: setting it up takes longer than clicking through it."""
    command_finds_what_waits_issues_an_order_and_reads_in_english(stage, live_server, browser)
    an_investigator_judges_with_a_reason_of_his_own_words(stage, live_server, browser)
    worker_laboratory_and_auditor_find_their_acts(stage, live_server, browser)
    the_exercise_page_moves_the_clock(stage, live_server, browser)


def test_at_the_door_and_on_the_phone(stage: Stage, live_server: Any, browser: Any) -> None:
    a_resident_reads_everything_about_himself_by_slip_code_on_a_phone(stage, live_server, browser)
    an_operator_opens_a_callers_page_and_leaves_a_trace(stage, live_server, browser)
    a_guard_asks_and_is_told_one_of_three_things(stage, live_server, browser)
