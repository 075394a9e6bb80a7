"""A printed roll-call scanned back in real Chromium, in Chinese and in English: a keyboard-wedge reader types into one field. All people are invented."""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling import queries, rules
from epigrid.kernel.duties import Duty
from tests import cast
from tests.browser.test_first_pages import fits
from tests.browser.test_sampling_table import page_of
from tests.field.sampling.test_scan import CODES, row_of
from tests.field.sampling.test_table import order_round

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def wedge(page: Any, *lines: str) -> None:
    """What a reader does: digits as keys, and Enter."""
    page.locator("textarea[name=scans]").click()
    for line in lines:
        page.keyboard.type(line)
        page.keyboard.press("Enter")


def states(round_id: UUID) -> dict[UUID, str]:
    return {row.person_id: row.state for row in queries.roll_call(actor=cast.actor(Duty.COMMUNITY_SECRETARY), round_id=round_id).rows}


def test_a_reader_types_rows_and_classes_and_the_page_says_what_was_taken_and_which_line_was_not(
    world: cast.World, live_server: Any, browser: Any, tmp_path: Path
) -> None:
    round_id = order_round(world)
    rows = [row_of(world, round_id, number) for number in range(4)]
    page = page_of(browser, live_server, Duty.GRID_WORKER)
    page.goto(f"{live_server.url}/roll-call/")
    page.get_by_role("link", name="扫码回录").first.click()
    page.wait_for_load_state()
    wedge(page, rows[0], CODES["away"], rows[1], CODES["declined"], rows[2][:-1], CODES["away"], rows[3], CODES["elsewhere"], "演练第二医院 09:00")
    assert states(round_id)[world.person(0)] == "open", "nothing is taken before the button"
    page.get_by_role("button", name="采纳扫码结果").click()
    page.wait_for_load_state()
    taken = page.locator("table", has_text="mini-0000")
    assert [taken.get_by_text(paper).count() for paper in ("mini-0000", "mini-0001", "mini-0002", "mini-0003")] == [1, 1, 0, 1]
    assert page.get_by_text("请重扫行码和类别码").count() == 2
    told = states(round_id)
    assert [told[world.person(number)] for number in range(4)] == ["away", "declined", "open", "sampled"]
    assert not queries.tubes(actor=cast.actor(Duty.REGISTRAR), tube_ids=[])
    page.screenshot(path=os.environ.get("SCREENSHOT", str(tmp_path / "scan.png")), full_page=True)
    wedge(page, rows[0], CODES["away"])
    page.get_by_role("button", name="采纳扫码结果").click()
    page.wait_for_load_state()
    assert page.locator(".tile", has_text="新增报告").get_by_text("0", exact=True).count() == 1
    page.set_viewport_size({"width": 390, "height": 860})
    page.goto(f"{live_server.url}/roll-call/scan/")
    assert fits(page)
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert "Scan a printed roll-call back" in page.title() and page.get_by_role("button", name="Take the scan").is_visible()
    assert page.faults == [] and len(rules.CLASS_CODES) == 5
