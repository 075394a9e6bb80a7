"""A family on one phone in real Chromium: the code is asked for, drawn so that a scanner reads it, and the child's result told, in Chinese and in English."""

import os
import shutil
from typing import Any

import pytest

from epigrid.field.antigen import queries as told
from epigrid.field.sampling.queries.codes import codes
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from tests import cast
from tests.browser.test_first_pages import fits
from tests.cast import DAY, MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
WORKER = cast.actor(Duty.GRID_WORKER)
PARENT, CHILD = 4, 5


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def shot(page: Any, name: str) -> None:
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)


def read_from(page: Any, tmp_path: Any) -> list[str]:
    """What a scanner reads off the screen."""
    import zxingcpp
    from PIL import Image

    page.screenshot(path=str(tmp_path / "screen.png"), full_page=True)
    return sorted(found.text for found in zxingcpp.read_barcodes(Image.open(tmp_path / "screen.png")))


def test_s_196_a_family_shows_its_codes_on_one_phone_and_a_scanner_reads_them_off_the_screen(
    world: cast.World, live_server: Any, browser: Any, tmp_path: Any
) -> None:
    slip = access.make_slip_code(actor=WORKER, person_id=world.person(PARENT), until=MONDAY + DAY, now=MONDAY)
    page = browser.new_context(viewport={"width": 390, "height": 860}).new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/me/")
    page.fill("input[name=code]", slip)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.get_by_role("link", name="我的采样码").click()
    page.wait_for_load_state()
    for _member in (PARENT, CHILD):
        page.get_by_role("button", name="生成采样码").first.click()
        page.wait_for_load_state()
    made = codes(actor=WORKER, person_ids=world.people)
    assert set(made) == {world.person(PARENT), world.person(CHILD)}
    assert fits(page)
    shot(page, "own-code")
    assert read_from(page, tmp_path) == sorted(made.values())
    page.get_by_role("link", name="我的抗原检测").click()
    page.wait_for_load_state()
    child = page.locator("form.decision", has_text="2014-01-06").first
    child.get_by_role("button", name="阳性", exact=True).click()
    page.locator("dialog[open] button.btn-danger, dialog[open] [data-slot=yes]").first.click()
    page.wait_for_load_state()
    assert [(card.person_id, card.channel) for card in told.reports(actor=WORKER)] == [(world.person(CHILD), "guardian")]
    assert fits(page)
    shot(page, "own-antigen-family")
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    page.get_by_role("link", name="My sampling code").click()
    page.wait_for_load_state()
    assert page.get_by_text("In letters").first.is_visible() and fits(page)
    shot(page, "own-code-en")
    assert faults == []
