"""The roll-call keeps itself fresh in real Chromium: what is entered elsewhere stands on the open page within five seconds, without a reload."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from epigrid.field.sampling import formats, queries
from epigrid.kernel.duties import Duty
from epigrid.store import sheets, spreadsheets
from tests import cast
from tests.browser.test_first_pages import fits
from tests.browser.test_sampling_table import page_of
from tests.field.sampling.test_table import order_round, swab, tube

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def test_a_swab_entered_elsewhere_stands_on_the_open_roll_call_within_five_seconds(world: cast.World, live_server: Any, browser: Any) -> None:
    round_id = order_round(world)
    first = tube(world, round_id, "T1", pool_size=10)
    page, house = page_of(browser, live_server, Duty.COMMUNITY_SECRETARY), page_of(browser, live_server, Duty.GRID_WORKER)
    page.goto(f"{live_server.url}/roll-call/")
    house.goto(f"{live_server.url}/roll-call/{world.place('b1')}/")
    for one in (page, house):
        one.evaluate("window.notReloaded = true")
    tile = page.locator("#live .tile-value").first
    assert tile.inner_text() == "0" and house.locator("input[name=person_ids]").count() == 12
    swab(world, first, world.person(0), world.person(1))
    entered = time.monotonic()
    expect(tile).to_have_text("2", timeout=5000)
    expect(house.locator("input[name=person_ids]")).to_have_count(10, timeout=5000)
    assert time.monotonic() - entered < 5
    assert page.evaluate("window.notReloaded") and house.evaluate("window.notReloaded")
    page.wait_for_timeout(4500)
    assert tile.inner_text() == "2", "an unchanged roll-call is answered 304 and stays as it is"
    assert page.faults == house.faults == []


def test_a_list_is_downloaded_filled_in_and_comes_back_by_the_page(world: cast.World, live_server: Any, browser: Any, tmp_path: Path) -> None:
    round_id = order_round(world)
    page = page_of(browser, live_server, Duty.COMMUNITY_SECRETARY)
    page.goto(f"{live_server.url}/roll-call/")
    page.get_by_role("link", name="网格名单").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    rows = [list(row) for row in sheets.read(Path(download.value.path()).read_bytes(), "list.xlsx").rows]
    rows[5][6], rows[6][6] = "外出", "已采"
    sheet = spreadsheets.Outgoing(title="演练", headings=formats.headings("zh"), rows=rows)
    filled = tmp_path / "filled.xlsx"
    filled.write_bytes(spreadsheets.written(sheet, "xlsx")[0])
    page.locator("input[type=file]").set_input_files(filled)
    page.get_by_role("button", name="录入名单").click()
    expect(page.get_by_text("上报1条，不变10行，拒绝1行。")).to_be_visible()
    assert page.get_by_text("采样须随采样管录入").is_visible() and fits(page)
    standing = {row.person_id: row.state for row in queries.roll_call(actor=cast.procedure(), round_id=round_id).rows}
    assert (standing[world.person(5)], standing[world.person(6)]) == ("away", "open")
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert "Lists by grid" in page.title() and page.faults == []
