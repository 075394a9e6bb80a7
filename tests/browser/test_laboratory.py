"""One journey through the laboratory in real Chromium: a file is looked at and taken, a positive is entered by hand and confirmed by a second person, in both
languages; a reading is placed, a plate laid, a run corrected."""

import os
import shutil
from typing import Any
from uuid import uuid4

import pytest

from epigrid.field.laboratory import actions, queries
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from tests import cast
from tests.cast import COUNTY, DAY, HOUR, MONDAY

PASSWORD = "invented-password"
LAB = cast.actor(Duty.LABORATORY)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: make services")]
FILE = "管号,检测时间,ORF1ab Ct,N Ct,批注\nTY00101,2022-11-21 06:00,,,x\nTY0O102,2022-11-21 06:00,,,x\nTY00104,2022-11-21 06:00,99,,x\n"


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    """A laboratory with four tubes, and two people who work there."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    it = cast.build()
    tubes = [(cast.uid("tube", number), f"TY0010{number}", 10) for number in range(1, 5)]
    actions.register_specimens(actor=cast.procedure(), body_id=it.bodies["lab1"], tubes=tubes, now=MONDAY - 3 * HOUR, cause=it.root_cause)
    second = cast.user_id(Duty.LABORATORY, who="second")
    Appointment.objects.bulk_create(
        [Appointment(id=uuid4(), area=COUNTY, holder_id=second, duty=Duty.LABORATORY, body_id=it.bodies["lab1"], since=MONDAY - DAY)]
    )
    for name, user_id in (("first", cast.user_id(Duty.LABORATORY)), ("second", second)):
        user = User(id=user_id, username=name, tree="mini")
        user.set_password(PASSWORD)
        user.save()
    return it


def sign_in(browser: Any, server: Any, name: str) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{server.url}/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    page.goto(f"{server.url}/laboratory/")
    return page


def card(page: Any, act: str) -> Any:
    return page.locator(f"form.decision[action$='/laboratory/{act}/']").first


def press(page: Any, act: str, button: str) -> None:
    card(page, act).get_by_role("button", name=button).click()
    page.wait_for_load_state()


def a_file_is_looked_at_taken_and_its_bad_row_named(page: Any) -> None:
    card(page, "upload").locator("[name=file]").set_input_files({"name": "lab.csv", "mimeType": "text/csv", "buffer": FILE.encode("gbk")})
    press(page, "upload", "先看")
    assert page.get_by_text("尚未导入").is_visible()
    assert page.get_by_text("不认识的表头").is_visible()
    assert queries.labelled(actor=LAB, label="TY00101")[0].outcome == ""
    card(page, "upload").locator("[name=file]").set_input_files({"name": "lab.csv", "mimeType": "text/csv", "buffer": FILE.encode("gbk")})
    press(page, "upload", "导入")
    assert page.get_by_text("Ct 值不可能这么大或为负").is_visible()
    assert queries.labelled(actor=LAB, label="TY00101")[0].outcome == "negative"


def a_positive_by_hand_is_told_only_after_another_person_confirmed_it(page: Any, other: Any, server: Any) -> None:
    for minute in ("06:10", "07:10"):
        form = card(page, "enter-result")
        form.locator("[name=label]").fill("TY00103")
        form.locator("[name=tested_at]").fill(f"2022-11-21T{minute}")
        form.locator("[name=orf_ct]").fill("24.5")
        form.locator("[name=n_ct]").fill("25.5")
        press(page, "enter-result", "录入")
    press(page, "verify", "已核对读数")
    assert page.get_by_text("录入者本人不能复核").first.is_visible()
    assert queries.labelled(actor=LAB, label="TY00103")[0].outcome == ""
    other.goto(f"{server.url}/laboratory/")
    other.get_by_role("button", name="English").click()
    other.wait_for_load_state()
    assert other.get_by_role("heading", name="For a second person").is_visible()
    press(other, "verify", "I looked at the runs")
    assert queries.labelled(actor=LAB, label="TY00103")[0].outcome == "positive"


def a_reading_is_placed_a_plate_laid_and_a_run_corrected_by_two(page: Any, other: Any, server: Any) -> None:
    page.goto(f"{server.url}/laboratory/")
    card(page, "resolve").locator("[name=specimen_label]").select_option("TY00102")
    card(page, "resolve").locator("[name=reason]").fill("字母O")
    press(page, "resolve", "认领")
    assert queries.inbox(actor=LAB) == []
    other.goto(f"{server.url}/laboratory/queue/")
    form = card(other, "lay-plate")
    form.locator("[name=label]").fill("P1")
    form.locator("[name=wells]").fill("96")
    press(other, "lay-plate", "Lay")
    assert [well.label for well in queries.plates(actor=LAB, body_id=cast.uid("body", "lab1"))[0].laid] == ["TY00104"]
    page.goto(f"{server.url}/laboratory/?tube=TY00101")
    form = card(page, "ask-correction")
    form.locator("[name=stated]").select_option("invalid")
    form.locator("[name=reason]").fill("内标未出")
    press(page, "ask-correction", "申请更正")
    other.goto(f"{server.url}/laboratory/")
    press(other, "agree-correction", "Agree")
    assert queries.labelled(actor=LAB, label="TY00101")[0].outcome == "invalid"
    other.goto(f"{server.url}/laboratory/chain/")
    assert other.get_by_text("Confirmed by a second person").is_visible()
    assert other.locator("td", has_text="演练第一检测机构").first.is_visible()


def test_the_laboratory(world: cast.World, live_server: Any, browser: Any) -> None:
    first, second = sign_in(browser, live_server, "first"), sign_in(browser, live_server, "second")
    a_file_is_looked_at_taken_and_its_bad_row_named(first)
    a_positive_by_hand_is_told_only_after_another_person_confirmed_it(first, second, live_server)
    a_reading_is_placed_a_plate_laid_and_a_run_corrected_by_two(first, second, live_server)
    assert [text for text in first.faults + second.faults if "422" not in text] == []
