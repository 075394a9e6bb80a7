"""Chains on the outbreak page: for CDC duty only, as hypotheses, from who met whom, in words and numbers beside the charts."""

import json
import re
from datetime import datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from epigrid.command.situation.pages import chains as page
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.people import queries as people
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.tracing.actions import NewCandidate
from tests import cast
from tests.cast import DAY, HOUR, MONDAY
from tests.response import stories

ADDRESS = "/outbreak/?view=chains"
CDC = (Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR)
INVESTIGATOR = cast.actor(Duty.CDC_INVESTIGATOR)


def client_of(duty: Duty) -> Client:
    user = User.objects.create(id=cast.user_id(duty), username=f"u-{duty}", tree="mini")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return client


def case(world: cast.World, number: int, sampled_at: datetime) -> UUID:
    given = {"tube_id": None, "found": "", "now": sampled_at + 6 * HOUR, "cause": world.root_cause}
    return tracing.open_case(actor=stories.ALL, person_id=world.person(number), sampled_at=sampled_at, **given)


def met(world: cast.World, case_id: UUID, number: int, at: datetime, *, minutes: int = 0, source: str = "scan") -> None:
    length = minutes * HOUR / 60
    evidence = {"seconds": minutes * 60, "first": at.isoformat(), "last": (at + length).isoformat()} if minutes else {"said": "invented"}
    new = NewCandidate(person_id=world.person(number), evidence=evidence, seconds=minutes * 60, last_exposure_at=at + length)
    tracing.add_candidates(actor=stories.ALL, case_id=case_id, source=source, found=[new], now=MONDAY, cause=world.root_cause)


@pytest.fixture
def ids(world: cast.World) -> dict[str, UUID]:
    """A met B and C by scans, B and C lived together; D, sampled with C, is known from C; E stands alone."""
    moments = {"a": MONDAY, "b": MONDAY + 3 * DAY, "c": MONDAY + 4 * DAY, "d": MONDAY + 4 * DAY, "e": MONDAY + 5 * DAY}
    found = {name: case(world, number, at) for number, (name, at) in enumerate(moments.items())}
    met(world, found["a"], 1, MONDAY - 12 * HOUR, minutes=90)
    met(world, found["b"], 0, MONDAY - 12 * HOUR, minutes=90)
    met(world, found["a"], 2, MONDAY - 6 * HOUR, minutes=10)
    met(world, found["b"], 2, MONDAY + 2 * DAY, source="household")
    met(world, found["c"], 3, MONDAY + 3 * DAY, minutes=30)
    return found


def shown(world: cast.World, number: int) -> tuple[str, str]:
    face = people.faces(actor=INVESTIGATOR, person_ids=[world.person(number)])[world.person(number)]
    return face.masked_name, face.file_no


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'data-chart="([^"]*)"', text)
    assert found is not None
    return dict(json.loads(unescape(found[1])))


@pytest.mark.parametrize("duty", sorted(set(Duty) - {Duty.PROCEDURE}))
def test_only_cdc_duty_gets_the_tab_and_the_page(world: cast.World, ids: dict[str, UUID], duty: Duty) -> None:
    client = client_of(duty)
    story, answer = client.get("/outbreak/"), client.get(ADDRESS)
    names = {shown(world, number) for number in range(5)}
    if duty in CDC:
        assert answer.status_code == 200
        assert ADDRESS in story.content.decode()
        assert all(file in answer.content.decode() for _name, file in names)
    else:
        assert answer.status_code == 404
        assert ADDRESS not in story.content.decode()
        assert not any(file in answer.content.decode() for _name, file in names)
        assert traced.chains(actor=cast.actor(duty)) == traced.Chains()


def test_an_investigator_of_another_county_gets_no_case(world: cast.World, ids: dict[str, UUID]) -> None:
    assert traced.chains(actor=cast.actor(Duty.CDC_INVESTIGATOR, area=cast.NEIGHBOUR_COUNTY)).cases == ()


def test_a_link_is_a_meeting_of_two_cases_counted_once_from_the_earlier_to_the_later(ids: dict[str, UUID]) -> None:
    found = traced.chains(actor=INVESTIGATOR)
    by_ends = {(link.source, link.target): link for link in found.links}
    assert set(by_ends) == {(ids["a"], ids["b"]), (ids["a"], ids["c"]), (ids["b"], ids["c"])}
    link = by_ends[ids["a"], ids["b"]]
    assert (link.best, link.days, link.seconds, link.sources, link.met_at) == (True, 3.0, 5400, ("scan",), MONDAY - 10.5 * HOUR)
    assert by_ends[ids["b"], ids["c"]].seconds is None
    assert by_ends[ids["b"], ids["c"]].sources == ("household",)
    assert sum(link.share or 0 for link in found.links if link.target == ids["c"]) == pytest.approx(1)
    assert [sum(link.best for link in found.links if link.target == ids[name]) for name in "abcde"] == [0, 1, 1, 0, 0]


def test_the_same_moment_gives_no_direction_and_the_page_says_so(world: cast.World, ids: dict[str, UUID]) -> None:
    assert [(*sorted(row[:2]), row[2]) for row in traced.chains(actor=INVESTIGATOR).apart] == [(*sorted((ids["c"], ids["d"])), "same-moment")]
    assert "no direction" in client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode()


def test_an_excluded_case_is_in_no_chain(world: cast.World, ids: dict[str, UUID]) -> None:
    tracing.record_opinion(actor=cast.actor(Duty.EXPERT_GROUP), case_id=ids["b"], outcome="excluded", now=MONDAY, cause=world.root_cause)
    tracing.classify_case(actor=cast.actor(Duty.CASE_REGISTRAR), case_id=ids["b"], now=MONDAY, cause=world.root_cause)
    found = traced.chains(actor=INVESTIGATOR)
    assert ids["b"] not in {case.id for case in found.cases} | {end for link in found.links for end in (link.source, link.target)}


def test_chart_and_table_say_the_same_links_and_the_table_stands_without_script(world: cast.World, ids: dict[str, UUID]) -> None:
    text = client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode()
    data = data_of(text)
    drawn = {(data["cases"][link["source"]]["file"], data["cases"][link["target"]]["file"], link["best"]) for link in data["links"]}
    body = text.split("<caption>Candidate links between cases</caption>")[1].split("</table>")[0].split("<tbody>")[1]
    rows = [re.findall(r'class="sub">([^<]*)<', row) for row in body.split("</tr>")[:-1]]
    listed = {(source, target, "First candidate" in row) for (target, source), row in zip(rows, body.split("</tr>"), strict=False)}
    assert drawn == listed
    assert len(listed) == 3
    assert re.search(r'<div class="chart"[^>]* hidden>', text)
    assert "<script>" not in text


def test_moments_of_the_chart_are_the_areas_wall_time(ids: dict[str, UUID]) -> None:
    data = data_of(client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode())
    assert data["cases"][0]["sampled"] == "2022-11-21T08:00:00"
    assert data["cases"][0]["from"] == "2022-11-19T08:00:00"


def test_quarantine_is_shown_from_its_order(world: cast.World, ids: dict[str, UUID]) -> None:
    stories.issue_order(world, stories.order(world, number=1))
    data = data_of(client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode())
    assert [case["isolated"] is not None for case in data["cases"]] == [False, True, False, False, False]


def test_the_page_says_that_it_is_a_hypothesis_that_binds_nobody_and_names_the_assumption(ids: dict[str, UUID]) -> None:
    text = client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode()
    assert "A hypothesis, not a finding" in text
    assert "Nobody is bound by it" in text
    assert "assumption of this exercise" in text
    assert "Interval plausible" in text


def test_names_stay_masked_and_nobody_is_ranked_by_how_many_he_may_have_infected(world: cast.World, ids: dict[str, UUID]) -> None:
    data = data_of(client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode())
    assert [(one["name"], one["file"]) for one in data["cases"][:3]] == [shown(world, number) for number in range(3)]
    assert [one["sampled"] for one in data["cases"]] == sorted(one["sampled"] for one in data["cases"])
    assert {key for one in data["cases"] for key in one} == {"name", "file", "generation", "from", "until", "sampled", "isolated", "tip"}


def test_without_a_serial_interval_links_stand_without_plausibility_and_the_page_says_that_it_is_not_set(db: None) -> None:
    world = cast.build(exercise=False)
    first, second, third = (case(world, number, MONDAY + number * DAY) for number in range(3))
    met(world, first, 2, MONDAY - 12 * HOUR, minutes=10)
    met(world, second, 2, MONDAY, minutes=40)
    found = traced.chains(actor=INVESTIGATOR)
    assert found.serial is None
    assert [(link.source, link.target, link.best, link.plausibility, link.share) for link in found.links] == [
        (second, third, True, None, None),
        (first, third, False, None, None),
    ]
    assert [one.generation for one in found.cases] == [0, 0, 1]
    with translation.override("en"):
        parts = page.sections(INVESTIGATOR)
    assert "No serial interval is set" in str(parts[0].note)
    assert "Interval plausible" not in str(parts)


def test_no_case_is_an_empty_page_without_a_chart(world: cast.World) -> None:
    text = client_of(Duty.CDC_INVESTIGATOR).get(ADDRESS).content.decode()
    assert "data-chart" not in text
    assert "No two cases are known to have met" in text


def test_chains_cost_the_same_few_statements_however_many_cases(world: cast.World, ids: dict[str, UUID]) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            traced.chains(actor=INVESTIGATOR)
        return len(asked)

    statements()
    few = statements()
    for number in range(5, 12):
        met(world, ids["a"], number, MONDAY - HOUR, minutes=20)
        case(world, number, MONDAY + 3 * DAY + number * HOUR)
    assert statements() == few <= 3


def test_the_page_opens_within_the_budget_of_queries_of_all_pages(ids: dict[str, UUID]) -> None:
    client = client_of(Duty.CDC_INVESTIGATOR)
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(ADDRESS).status_code == 200
    assert len(asked) <= 12
