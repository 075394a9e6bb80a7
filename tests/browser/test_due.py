"""Who is due, in real Chromium at a desk and on a phone, in Chinese and in English: the grid worker, the secretary and the county of the mini world."""

import os
import shutil
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.sampling import queries
from epigrid.kernel.duties import Duty
from tests import cast
from tests.browser.test_first_pages import fits
from tests.browser.test_sampling_table import page_of, press, round_id
from tests.field.sampling.test_due_at_doors import market
from tests.field.sampling.test_due_lists import TOMORROW, ledger, owe
from tests.field.sampling.test_table import SECRETARY
from tests.field.sampling.test_turnout import come

__all__ = ["round_id"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return cast.build()


def test_s_188_s_216_s_219_a_grid_worker_finds_who_is_missing_records_a_refusal_and_appoints_for_tomorrow(
    world: cast.World, round_id: UUID, live_server: Any, browser: Any
) -> None:
    owe(world, 2, days=3)
    ledger(world, 5, "test-tomorrow")
    market(world, 3)
    come(world, round_id, "T1", 0, 1, *range(3, 12))
    page = page_of(browser, live_server, Duty.GRID_WORKER, width=390)
    page.goto(f"{live_server.url}/due/")
    page.locator("table.rows a", has_text="1号楼").first.click()
    page.wait_for_load_state()
    listed = page.locator("table.rows tbody")
    assert listed.get_by_text("mini-0002").first.is_visible() and listed.get_by_text("mini-0003").count() == 0
    form = page.locator("form.decision", has_text="登记拒检")
    form.locator("[name=person_id]").select_option(str(world.person(2)))
    form.locator("[name=code]").select_option("tired")
    press(page, "登记拒检", "记录")
    assert [one.code for one in queries.refusals(actor=SECRETARY)] == ["tired"]
    for view in ("", "?view=tomorrow", "?view=series", "?view=shops", "?view=refusals", "?view=staff", f"?building={world.place('b1')}"):
        page.goto(f"{live_server.url}/due/{view}")
        assert fits(page), view
    page.goto(f"{live_server.url}/due/?view=tomorrow")
    page.locator(f"input[value='{world.person(5)}']").check()
    page.get_by_role("button", name="预约明日").click()
    page.wait_for_load_state()
    assert [one.person_id for one in queries.appointments(actor=SECRETARY, day=TOMORROW)] == [world.person(5)]
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state()
    assert "Who is due" in page.title() and page.get_by_text("Appointments of tomorrow, grid by grid").first.is_visible()
    assert page.faults == []


def test_s_189_the_county_orders_a_round_of_one_grid(world: cast.World, live_server: Any, browser: Any) -> None:
    page = page_of(browser, live_server, Duty.COUNTY_EOC_OFFICER)
    page.goto(f"{live_server.url}/due/?view=part")
    page.get_by_label("演练g2").check()
    form = page.locator("form.decision", has_text="部分区域")
    for name, value in (("reason", "演练"), ("opens_at", "2022-11-21T09:00"), ("closes_at", "2022-11-21T15:00")):
        form.locator(f"[name={name}]").fill(value)
    press(page, "部分区域", "下达")
    [made] = queries.rounds(actor=SECRETARY)
    assert {row.person_id for row in queries.roll_call(actor=SECRETARY, round_id=made.id).rows} == set(world.people[12:])
    assert page.faults == []
