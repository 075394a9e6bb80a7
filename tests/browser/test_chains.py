"""Chains in real Chromium, on the exercise after step 9 and on a larger story of invented cases: charts beside their table, by keys, by ear, on a phone, without script."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from epigrid.command.exercises.formats import load_plan
from epigrid.kernel.duties import Duty
from epigrid.playbooks.exercise import opening
from epigrid.playbooks.exercise.run import perform
from epigrid.playbooks.exercise.stage import Stage
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.actions import NewCandidate
from tests.browser.test_first_pages import PASSWORD, fits, shot, sign_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = "/outbreak/?view=chains"
ROLES = (Duty.CDC_INVESTIGATOR, Duty.COUNTY_EOC_OFFICER)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
Met = tuple[str, str, str, int]
"""Of which case, how found, when (month-day hour), for how many minutes (0: nobody measured)."""
STORY: tuple[tuple[str, str, tuple[Met, ...]], ...] = (
    ("a", "11-23 09:00", (("first", "scan", "11-20 12:10", 35),)),
    ("b", "11-23 18:00", (("first", "interview", "11-20 19:00", 0),)),
    ("c", "11-24 08:00", (("a", "scan", "11-22 19:00", 90), ("first", "scan", "11-21 06:30", 10))),
    ("d", "11-24 10:00", (("b", "household", "11-23 18:00", 0),)),
    ("e", "11-24 10:00", (("a", "scan", "11-22 07:30", 20), ("b", "scan", "11-23 08:00", 15), ("d", "scan", "11-23 12:00", 25))),
    ("f", "11-24 12:00", ()),
)
"""Invented cases of this test: name, first positive sampling, and whom they had met."""


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    it = perform(load_plan(ROOT / "exercises" / "huaiyuan.toml"), tree="huaiyuan-live", until="9", say=lambda _line: None).stage
    everybody, it.users = it.users, {duty: it.users[duty][:1] for duty in ROLES}
    opening.make_accounts(it, {f"{it.tree}-{duty}": PASSWORD for duty in ROLES})
    it.users = everybody
    return it


def moment(stage: Stage, text: str) -> datetime:
    return datetime.strptime(f"2022-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=stage.zone)


def grow(stage: Stage) -> None:
    """Put the invented cases in."""
    first, later = (case.person_id for case in traced.chains(actor=stage.director).cases)
    spare = [person for key, person in sorted(stage.people.items()) if person not in (first, later)]
    person = {"first": first} | {name: spare[number * 40] for number, (name, *_rest) in enumerate(STORY)}
    cases: dict[str, UUID] = {"first": traced.cases(actor=stage.director, person_id=first)[0].id}
    for name, sampled, _met in STORY:
        given = {"tube_id": None, "found": "", "now": moment(stage, sampled) + timedelta(hours=9), "cause": stage.cause}
        cases[name] = tracing.open_case(actor=stage.director, person_id=person[name], sampled_at=moment(stage, sampled), **given)
    for name, _sampled, met in STORY:
        for source, how, when, minutes in met:
            start, length = moment(stage, when), timedelta(minutes=minutes)
            measured = (
                {"seconds": minutes * 60, "first": start.isoformat(), "last": (start + length).isoformat()} if minutes else {"said": "invented"}
            )
            new = NewCandidate(person_id=person[name], evidence=measured, seconds=minutes * 60, last_exposure_at=start + length)
            tracing.add_candidates(actor=stage.director, case_id=cases[source], source=how, found=[new], now=stage.now, cause=stage.cause)


def drawn(page: Any) -> Any:
    """The charts' views, once they are drawn."""
    page.locator("[data-view=gantt] canvas").wait_for()
    return page.locator("[data-view]")


def the_exercises_own_link_is_shown(stage: Stage, live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "cdc-investigator")
    page.goto(f"{live_server.url}/outbreak/")
    page.get_by_role("link", name="传播链").click()
    assert drawn(page).count() == 2
    assert page.locator("table.rows tbody tr").count() == 1
    assert page.get_by_text("这是假设，不是结论").is_visible()
    assert page.get_by_text("本次演练的假设").first.is_visible()
    assert page.faults == []
    page.context.close()


def graph_and_gantt_show_the_links_and_arrow_keys_tell_each_case(live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "cdc-investigator")
    page.goto(f"{live_server.url}{PAGE}")
    views = drawn(page)
    assert page.locator("table.rows").first.locator("tbody tr").count() == 8
    assert fits(page)
    shot(page, "chains", whole=True)
    views.first.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".chart-tip").first.wait_for()
    first = page.locator("[data-told]").inner_text()
    assert "首次阳性采样" in first
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-told]").inner_text() != first
    page.keyboard.press("Escape")
    page.locator(".chart-tip").first.wait_for(state="hidden")
    before = views.last.screenshot()
    page.locator("[data-theme-button]").click()
    page.wait_for_function("document.documentElement.dataset.bsTheme === 'dark'")
    assert views.last.screenshot() != before
    page.emulate_media(media="print")
    assert not views.first.is_visible()
    assert page.locator("table.rows").first.is_visible()
    assert page.faults == []
    page.context.close()


def a_phone_reads_it_and_a_browser_without_script_has_the_table(live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "cdc-investigator", width=390)
    page.goto(f"{live_server.url}{PAGE}")
    drawn(page)
    assert fits(page)
    cookies = page.context.cookies()
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{live_server.url}{PAGE}")
    assert page.locator("table.rows").first.locator("tbody tr").count() == 8
    assert not page.locator("[data-view]").first.is_visible()


def command_gets_neither_the_tab_nor_the_page_nor_the_library(live_server: Any, browser: Any) -> None:
    page = sign_in(browser, live_server, "county-eoc-officer")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{live_server.url}/outbreak/")
    assert page.get_by_role("link", name="传播链").count() == 0
    assert not [url for url in fetched if "island" in url]
    assert page.goto(f"{live_server.url}{PAGE}").status == 404


def test_chains(stage: Stage, live_server: Any, browser: Any) -> None:
    """One exercise for all of it: setting it up takes longer than looking at it."""
    the_exercises_own_link_is_shown(stage, live_server, browser)
    grow(stage)
    graph_and_gantt_show_the_links_and_arrow_keys_tell_each_case(live_server, browser)
    a_phone_reads_it_and_a_browser_without_script_has_the_table(live_server, browser)
    command_gets_neither_the_tab_nor_the_page_nor_the_library(live_server, browser)
