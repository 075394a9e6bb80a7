"""A person's verdict under two regimes side by side: by a form, and for a running order."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.models import Edition
from epigrid.response.quarantine import queries, rules
from epigrid.response.quarantine.pages.verdicts import judged
from epigrid.store.models import Fact, Read
from tests import cast
from tests.registers.policies.test_pages import client_of, text_of
from tests.response import stories

ROW = re.compile(r"<tr>\s*<th scope=\"row\"[^>]*>(.*?)</th>\s*(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
JANUARY = "category=close-contact&last=2022-01-10&a=in-force&a_on=2022-01-20&b=in-force&b_on="


def plain(markup: str) -> str:
    return " ".join(unescape(TAG.sub(" ", markup)).split())


def rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables of a page: label -> cells."""
    return {plain(label): [plain(cell) for cell in CELL.findall(rest)] for label, rest in ROW.findall(text)}


@pytest.mark.parametrize("duty", sorted(set(cast.HOME) | policies.OFFICERS))
def test_officers_open_the_form_and_nobody_else(world: cast.World, duty: Duty) -> None:
    assert client_of(duty).get("/verdicts/").status_code == (200 if duty in policies.OFFICERS else 403)
    assert Client().get("/verdicts/").status_code == 302


@pytest.mark.parametrize(("on", "pack", "last"), [("2022-03-01", "cn-2021-v8-3zone", "2022-02-01"), ("2022-11-22", "cn-2022-20-4docs", "2022-01-19")])
def test_s_095_the_same_person_in_january_and_in_march_or_november(world: cast.World, on: str, pack: str, last: str) -> None:
    found = rows(text_of(client_of(Duty.AUDITOR, english=True), f"/verdicts/?{JANUARY}{on}"))
    assert [cell.split()[-1] for cell in found["What would change it"]] == ["2022-02-01", last]
    assert found["Clause"] == ["cn-2021-v8: stay.contact", f"{pack}: stay.contact"]
    assert found["Phase 1"][0] == "at a site: 2022-01-11 to 2022-01-24, 14 days tests: 2022-01-11, 2022-01-14, 2022-01-17, 2022-01-24"
    assert found["Edition"][0] != found["Edition"][1]
    assert found["Binding"] == ["an order that binds"] * 2
    assert all("Art. 40(1)" in cell for cell in found["Law"])
    assert found["at a site"][0].startswith("14 days PR · 8th edition")


def test_advice_stands_beside_an_order_and_binds_nobody(world: cast.World) -> None:
    address = "/verdicts/?category=close-contact&last=2026-01-10&first=2026-01-08&a=measles&b=cn-2022-v9"
    found = rows(text_of(client_of(Duty.CDC_INVESTIGATOR, english=True), address))
    assert found["Binding"] == ["advice: it binds nobody", "an order that binds"]
    assert found["Phase 1"][0].startswith("away from school or work: 2026-01-13 to 2026-01-31, 19 days")
    assert found["Legal class"] == ["class B", "class B, managed as class A"]
    assert "evidence of immunity exempts" in found["What would change it"][0]
    immune = rows(text_of(client_of(Duty.EXPERT_GROUP, english=True), f"{address}&immune=yes"))
    assert immune["Measure"][0] == "Nothing: immunity is shown"


def test_days_spent_elsewhere_count(world: cast.World) -> None:
    address = "/verdicts/?category=inbound&left=2022-11-20&arrived=2022-11-24&a=cn-2022-v9&b=cn-2022-20"
    found = rows(text_of(client_of(Duty.CDC_DUTY_OFFICER, english=True), address))
    assert [cell.split(",")[0] for cell in found["Phase 1"]] == ["at a site: 2022-11-24 to 2022-11-27", "at a site: 2022-11-24 to 2022-11-25"]


def test_a_class_that_one_regime_does_not_know_and_a_day_that_is_missing_are_said_in_words(world: cast.World) -> None:
    client = client_of(Duty.AUDITOR)
    unknown = rows(text_of(client, "/verdicts/?category=contact-of-contact&last=2022-11-20&a=cn-2022-v9&b=cn-2022-20"))
    assert unknown["措施"] == ["居家", "无法判定 该方案没有这一类人员。"]
    missing = rows(text_of(client, "/verdicts/?category=inbound&last=2022-11-20&a=cn-2022-v9&b=cn-2022-20"))
    assert missing["措施"][0] == "无法判定 起算日未知。 (离开之日)"
    chikungunya = rows(text_of(client, "/verdicts/?category=close-contact&last=2026-01-10&a=chikungunya&b=cn-2023-bb"))
    assert chikungunya["措施"] == ["无法判定 该方案没有这一类人员。"] * 2


def test_a_number_that_nobody_has_set_and_a_class_that_does_not_carry_are_said_in_words(world: cast.World, tmp_path: Path, settings: Any) -> None:
    head = '[pack]\nid = "{id}"\ndisease = "{id}"\ntitle = "t"\nkind = "pack"\nvalid_from = 2022-01-01\nlegal_class = "B"\n[stay.contact]\n'
    binds = 'mode = { value = "home", source = "s 1", confidence = "S" }\nhome_days = { value = 5, source = "s 1", confidence = "S" }\n'
    unset = 'mode = { value = "exclusion", source = "s 1", confidence = "S" }\nhome_days = { unset = true, note = "ask the county" }\n'
    for name, body in (("binds", binds), ("unset", unset)):
        (tmp_path / f"{name}.toml").write_text(head.format(id=name) + body)
    settings.EPIGRID_PACKS_DIR = str(tmp_path)
    text = text_of(client_of(Duty.AUDITOR), "/verdicts/?category=close-contact&last=2022-02-01&a=binds&b=unset")
    found = rows(text)
    assert [cell.removeprefix("无法判定 ") for cell in found["措施"]] == [
        "法律不支持对该类传染病采取此措施。",
        "所需数值没有来源规定，须由县里确定。",
    ]
    assert "ask the county" in text


@pytest.mark.parametrize(
    "query",
    [
        "category=dog&last=2022-11-20&a=mpox&b=mpox", "category=close-contact&last=2022-02-30&a=mpox&b=mpox", "category=close-contact&last=9999-12-31&a=mpox&b=mpox",
        "category=close-contact&a=mpox&b=nothing", "category=close-contact&a=law-2025&b=mpox", "category=close-contact&a=in-force&disease=plague",
        "category=%00&a=mpox", "category=close-contact&last=%3Cscript%3E&a=mpox&b=mpox", "category=close-contact&a=in-force&a_on=2020-01-01",
    ],
)  # fmt: skip
def test_bad_input_shows_the_form_again_with_the_reason(world: cast.World, query: str) -> None:
    text = text_of(client_of(Duty.AUDITOR), f"/verdicts/?{query}")
    assert 'role="alert"' in text
    assert 'name="last"' in text
    assert "<script>" not in text


def test_what_was_typed_stays_in_the_form(world: cast.World) -> None:
    text = text_of(client_of(Duty.AUDITOR), "/verdicts/?category=inbound&left=2022-11-20&immune=yes&a=cn-2022-v9&b=mpox")
    for part in (
        'value="2022-11-20"',
        '<option value="inbound" selected>',
        '<option value="cn-2022-v9" selected>',
        '<option value="mpox" selected>',
        "checked",
    ):
        assert part in text


@pytest.fixture
def order_id(world: cast.World) -> Any:
    """A served order of MONDAY, by the 20 measures."""
    order_id = stories.order(world)
    stories.issue_order(world, order_id)
    stories.serve(world, order_id)
    return order_id


def test_a_running_order_is_judged_by_its_own_edition_and_a_chosen_one(order_id: Any) -> None:
    client = client_of(Duty.CDC_DUTY_OFFICER, english=True)
    assert f'href="/orders/{order_id}/verdicts/"' in text_of(client, "/orders/")
    edition = queries.order(actor=stories.ALL, order_id=order_id).edition
    before = Fact.objects.count(), Read.objects.count(), Edition.objects.count()
    found = rows(text_of(client, f"/orders/{order_id}/verdicts/?b=cn-2022-10"))
    assert (Fact.objects.count(), Read.objects.count(), Edition.objects.count()) == before
    assert found["Edition"][0] == edition[:12]
    assert found["Clause"] == ["cn-2022-20-4docs: stay.contact", "cn-2022-10: stay.contact"]
    last = queries.order(actor=stories.ALL, order_id=order_id).last_exposure_at
    assert last is not None
    day = last.astimezone(UTC).date()
    assert found["Phase 1"][0].startswith(f"at a site: {day + timedelta(days=1)} to {day + timedelta(days=5)}")
    assert found["Phase 1"][1].startswith(f"quarantine at home: {day + timedelta(days=1)} to {day + timedelta(days=5)}")


def test_the_other_regime_is_that_of_today_when_none_is_chosen(order_id: Any) -> None:
    found = rows(text_of(client_of(Duty.COUNTY_EOC_OFFICER, english=True), f"/orders/{order_id}/verdicts/"))
    assert found["Edition"][0] == found["Edition"][1]
    assert found["Phase 1"][0] == found["Phase 1"][1]


def test_an_order_is_shown_to_whoever_sees_it_and_to_nobody_else(order_id: Any) -> None:
    seen = {duty for duty in cast.HOME if client_of(duty).get(f"/orders/{order_id}/verdicts/").status_code == 200}
    mine = {duty for duty in cast.HOME if any(card.id == order_id for card in queries.orders(actor=cast.actor(duty)))}
    assert seen == mine != set(cast.HOME)
    assert client_of(Duty.CDC_INVESTIGATOR).get(f"/orders/{uuid4()}/verdicts/").status_code == 404


def test_a_proposed_order_and_one_for_treatment_do_not_fail(world: cast.World) -> None:
    client = client_of(Duty.CDC_DUTY_OFFICER)
    assert "第 1 阶段" in text_of(client, f"/orders/{stories.order(world)}/verdicts/")
    treated = stories.order(world, number=4, kind="treatment")
    assert "隔离治疗" in text_of(client, f"/orders/{treated}/verdicts/?b=nonsense")
    assert 'role="alert"' in text_of(client, f"/orders/{stories.order(world, number=6)}/verdicts/?b=nonsense")


@given(
    category=st.sampled_from(sorted(rules.CATEGORIES)),
    pack=st.sampled_from(
        ["cn-2021-v8", "cn-2021-v8-3zone", "cn-2022-v9", "cn-2022-20", "cn-2022-20-4docs", "cn-2022-10", "cn-2023-bb", "measles", "mpox"]
    ),
    days=st.lists(st.none() | st.dates(datetime(2021, 1, 1).date(), datetime(2027, 1, 1).date()), min_size=4, max_size=4),
    immune=st.booleans(),
)
def test_a_regime_always_answers_with_a_verdict_or_a_reason(category: str, pack: str, days: list[Any], immune: bool) -> None:
    history = rules.History(last_exposure=days[0], first_exposure=days[1], left=days[2], immune=immune)
    one = judged(policies.regime_of_pack(pack), category=category, history=history, arrived=days[3])
    assert (one.verdict is None) != (one.refusal is None)
    if one.verdict is not None and one.verdict.outcome.binds:
        assert one.basis is not None
        assert one.verdict.clause_id.startswith(f"{pack}:")
