"""Pages of packs: who opens them, what they show, what they answer to bad input."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from epigrid.interfaces.pages import words
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.policies import formats, queries
from epigrid.registers.policies.models import Edition
from epigrid.store.models import Fact
from tests import cast


def client_of(*duties: Duty, english: bool = False) -> Client:
    """A client signed in with duties."""
    user = User.objects.create(id=cast.user_id(*duties), username=f"u-{duties[0]}", tree="mini")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if english:
        client.cookies["django_language"] = "en"
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("duty", sorted(set(cast.HOME) | queries.OFFICERS))
def test_officers_open_the_packs_and_nobody_else(world: cast.World, duty: Duty) -> None:
    client = client_of(duty)
    wanted = 200 if duty in queries.OFFICERS else 403
    assert [client.get(address).status_code for address in ("/policies/", "/policies/cn-2022-20/")] == [wanted, wanted]
    assert Client().get("/policies/").status_code == 302


def test_every_pack_and_overlay_is_listed_with_its_days_and_class_and_marked_when_in_force(world: cast.World) -> None:
    text = text_of(client_of(Duty.AUDITOR, english=True), "/policies/")
    known = queries.library()
    for pack in (*known.packs.values(), *known.overlays):
        row = text.partition(f'href="/policies/{pack.id}/"')[2].partition("</tr>")[0]
        assert pack.valid_from.isoformat() in row
        assert ("in force here today" in row) is (pack.id in queries.regime(on=cast.MONDAY.date(), area=cast.COUNTY).packs), pack.id
    assert "class B, managed as class A" in text


def test_a_pack_shows_each_value_with_its_source_and_what_is_unset(world: cast.World) -> None:
    text = text_of(client_of(Duty.AUDITOR), "/policies/cn-2022-20-4docs/")
    rows = [row for row in formats.show_rows(queries.pack_clauses("cn-2022-20-4docs"), language="zh") if row.pack]
    assert text.count('<th scope="row"') == len(rows)
    assert text.count("未定") >= sum(row.said == "未定" for row in rows) > 10
    assert "另有来源：12" in text


def test_an_exercises_assumptions_are_marked(world: cast.World) -> None:
    text = text_of(client_of(Duty.AUDITOR), "/policies/exercise-assumptions/")
    assert text.count("本次演练的假设") == sum(len(table) for table in queries.pack_clauses("exercise-assumptions").values())


def test_two_regimes_are_compared_as_the_table_of_differences_says(world: cast.World) -> None:
    text = text_of(client_of(Duty.EXPERT_GROUP, english=True), "/policies/?a=cn-2022-v9&b=cn-2022-20")
    found = formats.differences(queries.pack_clauses("cn-2022-v9"), queries.pack_clauses("cn-2022-20"))
    part = text.partition("What differs")[2].partition("Packs and overlays")[0]
    for key, items in found.items():
        block = part.partition(f"<caption>{formats.table_about(key, 'en')}</caption>")[2].partition("</table>")[0]
        assert block.count('<th scope="row"') == len(items), key
    site = part.partition("<caption>Close contacts: the measure</caption>")[2]
    assert re.search(r"at a site\s*</div>.*?7 days.*?5 days", site, re.DOTALL)


def test_a_regime_of_a_day_takes_the_overlays_of_the_readers_area(world: cast.World) -> None:
    """The tree acts as Taiyuan, and what exercises assume applies in it."""
    text = text_of(client_of(Duty.AUDITOR, english=True), "/policies/?a=cn-2022-20-4docs&b=in-force&b_on=2022-11-22")
    found = queries.regime(on=date(2022, 11, 22), area=cast.COUNTY)
    assert {"taiyuan-2022-09-29", "exercise-assumptions"} < set(found.packs)
    assert " + ".join(found.packs) in text
    assert "Both regimes say the same" in text_of(client_of(Duty.EXPERT_GROUP, english=True), "/policies/?a=mpox&b=mpox")


@pytest.mark.parametrize(
    "query",
    [
        "a=no-such-pack&b=mpox", "a=law-2025&b=mpox", "a=exercise-assumptions&b=mpox", "a=in-force&a_on=2022-13-45&b=mpox", "a=in-force&a_on=x&b=mpox",
        "a=in-force&a_on=2001-01-01&b=mpox", "a=in-force&disease=plague&b=mpox", "a=%00&b=%F0%9F%98%80", "a_on=9999-12-31&a=in-force", "b=%3Cscript%3E",
    ],
)  # fmt: skip
def test_bad_input_shows_the_form_again_with_the_reason(world: cast.World, query: str) -> None:
    text = text_of(client_of(Duty.AUDITOR), f"/policies/?{query}")
    assert 'role="alert"' in text
    assert 'name="a_on"' in text
    assert "<script>" not in text
    assert "policy." not in text


@pytest.mark.parametrize("pack", ["no-such-pack", "..", "%00", "a" * 3000])
def test_a_pack_that_is_not_there_is_not_found(world: cast.World, pack: str) -> None:
    assert client_of(Duty.AUDITOR).get(f"/policies/{pack}/").status_code == 404


def test_a_local_overlay_is_shown_as_soon_as_its_file_is_there(world: cast.World, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "county.toml").write_text(
        '[pack]\nid = "county"\ndisease = "covid-19"\ntitle = "A county"\ntitle_zh = "某县补充规定"\nkind = "overlay"\nlevel = "county"\n'
        'area = "shanxi/taiyuan/county/"\nvalid_from = 2022-11-11\n[hold]\nmax_hours = { value = 12, source = "paper 3", confidence = "P" }\n'
    )
    settings.EPIGRID_PACKS_DIR = str(tmp_path)
    client = client_of(Duty.COUNTY_EOC_OFFICER)
    assert "某县补充规定" in text_of(client, "/policies/county/")
    assert "12 小时" in text_of(client, "/policies/county/")


def test_looking_writes_nothing(world: cast.World) -> None:
    before = Fact.objects.count()
    client = client_of(Duty.AUDITOR)
    for address in ("/policies/", "/policies/mpox/", "/policies/?a=cn-2022-v9&b=in-force"):
        text_of(client, address)
    assert (Fact.objects.count(), Edition.objects.count()) == (before, 0)


def test_every_word_unit_and_act_that_a_pack_may_hold_has_words() -> None:
    known, lists = formats.schema(), formats.dictionary()
    fields = [field for table in known.tables.values() for field in table.fields.values()]
    assert {word for field in fields for word in field.one_of} - set(lists["words"]) == set()
    assert {field.unit for field in fields if field.unit} == set(lists["units"])
    assert known.acts - set(lists["acts"]) == set()


def test_duties_in_packs_are_called_as_everywhere_else() -> None:
    """Also: no word of the dictionary is used nowhere."""
    named = formats.dictionary()["duties"]
    for language, place in (("en", 0), ("zh-hans", 1)):
        with translation.override(language):
            assert {key: pair[place].lower() for key, pair in named.items()} == {key: str(words.duty(key)).lower() for key in named}
    used = {duty for pack in queries.library().packs.values() for value in pack.clauses.get("decides", {}).values() for duty in value.value or ()}
    assert used == set(named)
