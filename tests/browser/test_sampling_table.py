"""A table and a hand-over in real Chromium, in Chinese and in English: the registrar, the sampler, the courier and the laboratory of the mini world."""

import os
import shutil
import time
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling import actions, queries
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from tests import cast
from tests.browser.test_first_pages import fits
from tests.cast import COMMUNITY, DAY, MONDAY
from tests.doors.world import client_of

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
SAMPLER = cast.actor(Duty.SAMPLER)


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


@pytest.fixture
def round_id(world: cast.World) -> UUID:
    return actions.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="演练轮次",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


def page_of(browser: Any, server: Any, duty: Duty, *, width: int = 1280) -> Any:
    """A page of somebody who is signed in, with what its console complained of."""
    cookie = client_of(duty).cookies["sessionid"].value
    context = browser.new_context(viewport={"width": width, "height": 860})
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page = context.new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    return page


def press(page: Any, within: str, button: str) -> None:
    """Press a button of the form that holds a text, and confirm if asked."""
    form = page.locator("form", has_text=within).first
    form.get_by_role("button", name=button).first.click()
    dialog = page.locator("dialog[open] button.btn-primary, dialog[open] [data-slot=yes]")
    if dialog.count():
        dialog.first.click()
    page.wait_for_load_state()


def find(page: Any, means: str, value: str) -> None:
    page.locator("select[name=means]").select_option(means)
    page.fill("input[name=value]", value)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_s_196_an_elder_without_a_phone_is_registered_by_document_and_a_baby_added_and_both_are_swabbed(
    world: cast.World, round_id: UUID, live_server: Any, browser: Any
) -> None:
    it: Any = {"actor": SAMPLER, "now": MONDAY, "cause": world.root_cause}
    tube = actions.open_tube(**it, area=COMMUNITY, label="T1", pool_size=10, round_id=round_id)
    page = page_of(browser, live_server, Duty.REGISTRAR)
    page.goto(f"{live_server.url}/table/?table=3")
    began = time.monotonic()
    find(page, "document", "EX000007")
    assert "EX000007" not in page.url
    assert page.get_by_text("演安7").count() == 0
    page.locator(f"input[value='{world.person(7)}']").first.check()
    press(page, "同住人", "登记")
    assert time.monotonic() - began < 30, "the catalogue's target for an elder without a phone"
    assert queries.queue(actor=SAMPLER, round_id=round_id, table="3") == [world.person(7)]
    page.locator("form", has_text="新增人员").locator("input[name=name]").fill("演小宝")
    press(page, "新增人员", "录入")
    baby = page.locator("table.rows tbody tr", has_text="不在名单").locator("input[type=checkbox]")
    baby.first.check()
    press(page, "同住人", "登记")
    assert len(queries.queue(actor=SAMPLER, round_id=round_id, table="3")) == 2
    sampler = page_of(browser, live_server, Duty.SAMPLER, width=390)
    sampler.goto(f"{live_server.url}/table/?table=3")
    assert fits(sampler)
    for box in sampler.locator("input[name=person_ids]").all():
        box.check()
    sampler.get_by_role("button", name="采入T1").click()
    sampler.wait_for_load_state()
    assert len(queries.members(actor=SAMPLER, tube_id=tube)) == 2
    sampler.get_by_role("button", name="English").first.click()
    sampler.wait_for_load_state()
    assert "Table" in sampler.title() and sampler.get_by_text("Nobody waits").is_visible()
    assert page.faults == [] and sampler.faults == []


def test_s_200_a_box_is_signed_from_the_site_to_the_laboratory_and_what_is_missing_is_named(
    world: cast.World, round_id: UUID, live_server: Any, browser: Any
) -> None:
    it: Any = {"actor": SAMPLER, "now": MONDAY, "cause": world.root_cause, "area": COMMUNITY}
    tubes = [
        actions.fill_tube(**it, label=label, pool_size=10, person_ids=[world.person(number)], round_id=round_id)
        for number, label in enumerate(("T1", "T2"))
    ]
    actions.send_box(**it, label="B1", tube_ids=tubes, to_body_id=world.bodies["lab1"], said=2)
    pages = {duty: page_of(browser, live_server, duty) for duty in (Duty.SAMPLER, Duty.COURIER, Duty.LABORATORY)}
    for giver, taker, found in ((Duty.SAMPLER, Duty.COURIER, "T1\nT2"), (Duty.COURIER, Duty.LABORATORY, "T1")):
        page = pages[giver]
        page.goto(f"{live_server.url}/hand-over/")
        form = page.locator("form.decision", has_text="交出样本箱B1")
        form.locator("[name=count]").fill("2")
        form.locator("[name=seal]").fill("F-1")
        form.locator("[name=celsius]").fill("4.5")
        press(page, "交出样本箱B1", "签字：已交出")
        page = pages[taker]
        page.goto(f"{live_server.url}/hand-over/")
        page.locator("form.decision", has_text="接收样本箱B1").locator("[name=labels]").fill(found)
        press(page, "接收样本箱B1", "签字：已接收")
        page.wait_for_url("**/boxes/**")
    assert page.get_by_text("T2").first.is_visible()
    assert queries.tube(actor=SAMPLER, tube_id=tubes[1]).state == "lost"
    page.goto(f"{live_server.url}/hand-over/")
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert "Hand-over" in page.title()
    assert all(one.faults == [] for one in pages.values())
