"""The pages of who is due: each view within its budget of queries, in words, and its forms lead on. All people are invented."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from epigrid.field.sampling import queries, rules
from epigrid.kernel.duties import Duty
from epigrid.registers.workforce import actions as workforce
from epigrid.registers.workforce import queries as workers
from tests import cast
from tests.cast import COMMUNITY, MONDAY
from tests.doors.world import client_of
from tests.field.sampling.test_due_at_doors import decline, market
from tests.field.sampling.test_due_lists import TOMORROW, ledger, on, owe
from tests.field.sampling.test_table import SECRETARY, round_id
from tests.field.sampling.test_turnout import come

__all__ = ["round_id"]
BUDGET = 12
RAW_KEY = re.compile(r">\s*([a-z]+(?:[.-][a-z]+)+)\s*<")


@pytest.fixture
def day(world: cast.World, round_id: UUID) -> UUID:
    """A day with something in every view; the round's id."""
    owe(world, 2, 3, days=3)
    owe(world, 4, kind="zone", where="table")
    ledger(world, 5, "test-tomorrow")
    ledger(world, 6)
    market(world, 4)
    come(world, round_id, "T1", 1, *range(12, 20))
    decline(world, round_id, 7)
    workforce.enter_worker(actor=SECRETARY, area=COMMUNITY, kind="transfer", title="演练转运员", user_id=None)
    return round_id


def body(client: Client, address: str) -> str:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    assert len(asked) <= BUDGET, (address, len(asked), [query["sql"][:90] for query in asked])
    return answer.content.decode()


@pytest.mark.parametrize("duty", [Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.SAMPLER, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE])
def test_every_view_of_who_is_due_stays_within_its_budget_and_says_no_raw_key(world: cast.World, day: UUID, duty: Duty) -> None:
    client = client_of(duty)
    views = ["", *(f"?view={view}" for view in ("tomorrow", "series", "shops", "refusals", "staff", "part")), f"?building={world.place('b1')}"]
    for view in views:
        for address in (f"/due/{view}", f"/due/{view}{'&' if view else '?'}day=2022-11-22"):
            text = body(client, address)
            assert RAW_KEY.findall(text) == [], address
            assert "演安" not in text


def test_s_188_the_page_counts_what_the_list_counts_and_opens_the_missing_names_of_a_building(world: cast.World, day: UUID) -> None:
    client = client_of(Duty.COMMUNITY_SECRETARY)
    [counts] = on().per_building().values()
    row = body(client, "/due/").partition("<tbody>")[2].partition("</tr>")[0]
    shown = [int(one) for one in re.findall(r">\s*(\d+)\s*<", row)]
    assert shown == [counts[name] for name in ("due", "done", *rules.TEST_CLASSES, "reasoned")]
    names = body(client, f"/due/?building={world.place('b1')}")
    missing = {f"mini-{world.people.index(line.person_id):04d}" for line in on().missing}
    assert set(re.findall(r"mini-\d{4}", names.partition("<tbody>")[2].partition("</tbody>")[0])) == missing
    assert "上门检" in names and "持隔离告知书" in names


def test_s_216_a_press_appoints_whom_the_register_asks_for_and_a_paper_number_appoints_anybody(world: cast.World, day: UUID) -> None:
    client = client_of(Duty.GRID_WORKER)
    assert f'value="{world.person(5)}"' in body(client, "/due/?view=tomorrow")
    forms = ({"person_ids": [str(world.person(5))], "purpose": "register"}, {"file_nos": "mini-0008\nmini-0009", "purpose": "travel"})
    for form in forms:
        assert client.post("/act/sampling/appoint/", {**form, "day": TOMORROW.isoformat()}).status_code == 302
    listed = {one.person_id: one.purpose for one in queries.appointments(actor=SECRETARY, day=TOMORROW)}
    assert listed == {world.person(5): "register", world.person(8): "travel", world.person(9): "travel"}
    assert f'value="{world.person(5)}"' not in body(client, "/due/?view=tomorrow")
    strange = {"file_nos": "mini-0020", "purpose": "travel", "day": TOMORROW.isoformat()}
    assert client.post("/act/sampling/appoint/", strange).status_code == 404


def test_s_219_the_page_offers_talks_and_the_referral_only_after_them_and_only_to_the_secretary(world: cast.World, day: UUID) -> None:
    worker, secretary = client_of(Duty.GRID_WORKER), client_of(Duty.COMMUNITY_SECRETARY)
    [refusal] = queries.refusals(actor=SECRETARY)
    for talk in rules.TALKS:
        assert "refer-decline" not in body(secretary, "/due/?view=refusals")
        assert worker.post("/act/sampling/note-talk/", {"refusal_id": str(refusal.id), "talk": talk}).status_code == 302
    assert "refer-decline" in body(secretary, "/due/?view=refusals")
    assert "refer-decline" not in body(worker, "/due/?view=refusals")
    assert "拒检" not in body(client_of(Duty.COUNTY_EOC_OFFICER), "/due/?view=refusals").partition("<main")[2]


def test_s_222_the_page_shows_who_is_overdue_and_a_shift_is_refused_in_words(world: cast.World, day: UUID) -> None:
    client = client_of(Duty.COMMUNITY_SECRETARY)
    [one] = workers.staff_tests(actor=SECRETARY, now=MONDAY)
    assert "逾期：不得排班" in body(client, "/due/?view=staff")
    refused = client.post("/act/workforce/start-shift/", {"worker_id": str(one.worker_id)})
    assert (refused.status_code, "采样之前不得排班" in refused.content.decode()) == (422, True)
    shown = {"worker_id": str(one.worker_id), "sampled_at": "2022-11-21T07:30"}
    assert client.post("/act/workforce/show-test/", shown).status_code == 302
    assert client.post("/act/workforce/start-shift/", {"worker_id": str(one.worker_id)}).status_code == 302


def test_a_day_or_an_area_or_a_building_that_is_none_is_refused_and_no_fault(world: cast.World) -> None:
    client = client_of(Duty.COMMUNITY_SECRETARY)
    found = [client.get(f"/due/?{asked}").status_code for asked in ("day=9999-12-31", "day=x", "area=x", "area=mini/next/", "building=x", "view=x")]
    assert found == [422, 422, 404, 404, 404, 200]
    assert client.get(f"/due/?building={cast.uid('nothing')}").status_code == 404
