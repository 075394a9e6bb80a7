"""Antigen tests in real Chromium, in Chinese and in English, on a phone: kits are handed out, results entered, a resident tells his own."""

import os
import shutil
from typing import Any

import pytest

from epigrid.field.antigen import queries
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.access import actions as access
from epigrid.registers.places import queries as places
from epigrid.response.quarantine import queries as measures
from tests import cast
from tests.browser.test_first_pages import fits
from tests.browser.test_sampling_table import page_of
from tests.cast import DAY, MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
WORKER = cast.actor(Duty.GRID_WORKER)


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def tick_and_press(page: Any, ids: list[Any], button: str) -> None:
    """Tick rows, press a button beneath their table, and confirm if asked."""
    for one in ids:
        page.locator(f"input[type=checkbox][value='{one}']").check()
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.locator("dialog[open] button.btn-danger, dialog[open] [data-slot=yes]")
    if dialog.count():
        dialog.first.click()
    page.wait_for_load_state()


def home(world: cast.World) -> queries.HomeCard:
    return queries.homes(actor=WORKER, rooms=places.within(actor=WORKER, place_id=world.place("b1")), day=MONDAY.date())[0]


def test_s_214_a_grid_worker_hands_out_kits_and_enters_results_on_a_phone(world: cast.World, live_server: Any, browser: Any) -> None:
    page = page_of(browser, live_server, Duty.GRID_WORKER, width=390)
    page.goto(f"{live_server.url}/antigen/")
    assert fits(page)
    page.get_by_role("link", name="演练花园小区1号楼").click()
    page.wait_for_load_state()
    tick_and_press(page, [world.households[0], world.households[1]], "发放试剂")
    assert (home(world).issued, home(world).left) == (2, 2)
    assert fits(page) and page.get_by_text("试剂剩2份，共2份").first.is_visible()
    tick_and_press(page, [world.person(0)], "阴性")
    tick_and_press(page, [world.person(2)], "无效")
    tick_and_press(page, [world.person(1)], "阳性")
    assert [member.result for member in home(world).members] == ["negative", "positive"]
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/antigen-phone.png", full_page=True)
    runner.run_until_quiet(STEPS)
    officer = page_of(browser, live_server, Duty.CDC_DUTY_OFFICER)
    officer.goto(f"{live_server.url}/holds/")
    assert officer.get_by_text("抗原阳性者1人：就地等待核酸结果").is_visible() and officer.get_by_text("核酸样本照常采集").is_visible()
    assert "感染" not in page.content() and page.faults == [] and officer.faults == []


def test_the_desk_finds_a_household_by_file_number_and_reads_the_page_in_english(world: cast.World, live_server: Any, browser: Any) -> None:
    page = page_of(browser, live_server, Duty.PHONE_OPERATOR)
    page.goto(f"{live_server.url}/antigen/")
    page.fill("input[name=file_no]", "mini-0003")
    page.keyboard.press("Enter")
    page.wait_for_url("**/antigen/*/?home=*")
    household = page.url
    tick_and_press(page, [world.person(3)], "阴性")
    assert page.get_by_text("该户报告的结果多于领取的试剂").is_visible()
    page.goto(household)
    tick_and_press(page, [world.person(3)], "阳性")
    assert [card.result for card in queries.reports(actor=WORKER)] == ["positive"]
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert page.get_by_text("1 more results than kits").first.is_visible()
    if os.environ.get("SHOTS"):
        page.goto(f"{live_server.url}/antigen/")
        page.screenshot(path=f"{os.environ['SHOTS']}/antigen-desk.png", full_page=True)


def test_a_resident_tells_his_own_result_and_reads_what_it_means(world: cast.World, live_server: Any, browser: Any) -> None:
    code = access.make_slip_code(actor=WORKER, person_id=world.person(0), until=MONDAY + DAY, now=MONDAY)
    page = browser.new_context(viewport={"width": 390, "height": 860}).new_page()
    page.goto(f"{live_server.url}/me/")
    page.fill("input[name=code]", code)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.get_by_role("link", name="我的抗原检测").click()
    page.wait_for_load_state()
    assert fits(page)
    page.get_by_role("button", name="阳性", exact=True).click()
    page.locator("dialog[open] button.btn-danger, dialog[open] [data-slot=yes]").first.click()
    page.wait_for_load_state()
    assert page.get_by_text("本人页面").first.is_visible()
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/antigen-me.png", full_page=True)
    runner.run_until_quiet(STEPS)
    assert [card.state for card in measures.holds(actor=cast.procedure())] == ["proposed"]
