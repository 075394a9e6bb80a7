"""For whom a resident speaks by the register, and what he may do for them on his phone: tell an antigen result, show a sampling code."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from epigrid.field.antigen import actions as antigen
from epigrid.field.antigen import queries as told
from epigrid.field.antigen import rules as antigen_rules
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.sampling.queries.codes import codes
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.access import actions as access
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as register
from epigrid.registers.people import rules
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.store.models import Fact
from tests import cast
from tests.cast import DAY, HOUR, MONDAY

ALL = cast.procedure()
WORKER = cast.actor(Duty.GRID_WORKER)
TODAY = MONDAY.date()
PARENT, CHILD, FLATMATE, GROWN, STRANGE_CHILD = 4, 5, 2, 3, 17
"""Of the mini world: 5 is a child of 4; 17 a child of 16; 2 and 3, 4 and 5 live together."""


def resident(world: cast.World, number: int) -> Actor:
    return Actor.resident(world.person(number))


def name_guardian(world: cast.World, ward: int, guardian: int) -> None:
    people.name_guardian(actor=WORKER, person_id=world.person(ward), guardian_id=world.person(guardian), now=MONDAY)


def numbers(world: cast.World, number: int, on: date = TODAY) -> list[int]:
    return [world.people.index(one.card.id) for one in register.family(actor=resident(world, number), on=on)]


def test_a_resident_speaks_for_himself_and_for_the_child_whose_guardian_he_is(world: cast.World) -> None:
    assert numbers(world, PARENT) == [PARENT, CHILD]
    assert numbers(world, CHILD) == [CHILD]
    assert numbers(world, FLATMATE) == [FLATMATE], "whoever lives in the same home is no guardian by that"
    assert register.family(actor=WORKER, on=TODAY) == []


def test_a_child_speaks_for_itself_from_its_fourteenth_birthday_on(world: cast.World) -> None:
    assert numbers(world, PARENT, on=date(2028, 1, 5)) == [PARENT, CHILD]
    assert numbers(world, PARENT, on=date(2028, 1, 6)) == [PARENT]


def test_a_grown_up_is_spoken_for_only_while_he_depends_on_his_guardian(world: cast.World) -> None:
    name_guardian(world, GROWN, FLATMATE)
    assert numbers(world, FLATMATE) == [FLATMATE]
    need = people.record_need(actor=WORKER, person_id=world.person(GROWN), kind="bed-ridden", source="visit", now=MONDAY)
    assert numbers(world, FLATMATE) == [FLATMATE, GROWN]
    people.end_need(actor=WORKER, need_id=need, now=MONDAY + DAY)
    assert numbers(world, FLATMATE, on=(MONDAY + DAY).date()) == [FLATMATE]


def test_nobody_is_spoken_for_who_left_and_a_ward_speaks_for_nobody_else(world: cast.World) -> None:
    name_guardian(world, PARENT, FLATMATE)
    people.record_need(actor=WORKER, person_id=world.person(PARENT), kind="disabled", source="visit", now=MONDAY)
    ward = register.speaking_for(actor=resident(world, FLATMATE), person_ids=[world.person(PARENT)], on=TODAY)
    assert [one.card.id for one in register.family(actor=ward, on=TODAY)] == [world.person(PARENT)]
    people.mark_departed(actor=WORKER, person_id=world.person(PARENT), now=MONDAY)
    assert numbers(world, FLATMATE) == [FLATMATE]


@given(st.one_of(st.none(), st.dates(date(1930, 1, 1), TODAY)), st.sets(st.sampled_from(sorted(rules.NEEDS))))
def test_without_a_need_that_makes_dependent_nobody_of_fourteen_or_more_is_a_ward(born: date | None, needs: set[str]) -> None:
    ward = rules.is_ward(born, needs, TODAY)
    young = born is not None and rules.age_on(born, TODAY) < 14
    assert ward == (young or bool(needs & {"bed-ridden", "disabled", "mobility", "infant"}))


def client_at_home(world: cast.World, number: int) -> Client:
    """A phone on which somebody opened his own page."""
    code = access.make_slip_code(actor=cast.actor(Duty.COMMUNITY_SECRETARY), person_id=world.person(number), until=MONDAY + DAY, now=MONDAY)
    client = Client()
    client.post("/me/", {"code": code})
    return client


def tell(client: Client, person_id: UUID, result: str = "positive", command_id: str = "c1") -> int:
    return client.post("/act/antigen/report-results/", {"person_ids": [str(person_id)], "result": result, "command_id": command_id}).status_code


def test_s_214_a_guardian_reports_for_his_child_and_a_positive_opens_what_a_positive_opens(world: cast.World) -> None:
    parent, child = client_at_home(world, PARENT), world.person(CHILD)
    assert tell(parent, child) == 302
    assert tell(parent, child) == 302, "pressed twice: one result"
    (report,) = told.reports(actor=WORKER)
    assert (report.person_id, report.result, report.channel) == (child, "positive", "guardian")
    assert Fact.objects.get(kind="antigen.positive").actor_id == world.person(PARENT)
    runner.run_until_quiet(STEPS)
    assert [(card.person_id, card.state) for card in measures.holds(actor=ALL)] == [(child, "proposed")]
    assert [(card.person_id, card.source_kind) for card in sampled.tests_due(actor=ALL)] == [(child, "antigen")]
    assert traced.cases(actor=ALL) == []
    page = parent.get("/me/antigen/").content.decode()
    assert "由监护人在其页面报告" in page and "2014-01-06" in page
    assert told.reports(actor=resident(world, PARENT)) == [], "the guardian's own rows are his own still"


@pytest.mark.parametrize("whose", [GROWN, STRANGE_CHILD, CHILD, 0])
def test_s_214_a_flat_mate_an_adult_child_and_a_foreign_child_are_not_there_for_a_resident(world: cast.World, whose: int) -> None:
    name_guardian(world, GROWN, FLATMATE)
    asker, facts = client_at_home(world, FLATMATE), Fact.objects.count()
    assert tell(asker, world.person(whose)) == 404
    assert asker.post("/act/sampling/make-codes/", {"person_ids": [str(world.person(whose))], "command_id": "c2"}).status_code == 404
    both = {"person_ids": [str(world.person(FLATMATE)), str(world.person(whose))], "result": "negative", "command_id": "c3"}
    assert asker.post("/act/antigen/report-results/", both).status_code == 404
    assert Fact.objects.count() == facts
    with pytest.raises(NotFound):
        antigen.report_results(actor=resident(world, FLATMATE), person_ids=[world.person(whose)], result="positive", now=MONDAY)


def test_a_worker_says_neither_own_nor_guardian(world: cast.World) -> None:
    for channel in ("own", "guardian"):
        with pytest.raises(antigen_rules.ResultUnknown):
            antigen.report_results(actor=WORKER, person_ids=[world.person(0)], result="positive", channel=channel, now=MONDAY)


def test_the_same_result_of_a_child_told_again_is_the_same_result_also_after_a_worker_told_it(world: cast.World) -> None:
    ward = register.speaking_for(actor=resident(world, PARENT), person_ids=[world.person(CHILD)], on=TODAY)
    it: Any = {"person_ids": [world.person(CHILD)], "result": "positive", "now": MONDAY}
    assert antigen.report_results(actor=WORKER, **it) == antigen.report_results(actor=ward, **it)
    antigen.issue_kits(actor=WORKER, household_ids=[world.households[2]], now=MONDAY)
    antigen.report_results(actor=ward, **{**it, "result": "invalid", "now": MONDAY + HOUR})
    assert {(card.result, card.channel) for card in told.reports(actor=ward)} == {("positive", "visit"), ("invalid", "guardian")}


def test_s_196_a_family_on_one_phone_makes_and_shows_its_codes_itself(world: cast.World, django_assert_max_num_queries: Any) -> None:
    parent = client_at_home(world, PARENT)
    before = parent.get("/me/code/").content.decode()
    assert before.count("sampling/make-codes") == 2 and "<svg" not in before.partition("<main")[2].replace('<svg class="icon"', "")
    for number, who in enumerate((PARENT, CHILD)):
        form = {"person_ids": [str(world.person(who))], "command_id": f"c{number}"}
        assert parent.post("/act/sampling/make-codes/", form).status_code == 302
        assert parent.post("/act/sampling/make-codes/", form).status_code == 302
    made = codes(actor=WORKER, person_ids=world.people)
    assert set(made) == {world.person(PARENT), world.person(CHILD)}
    with django_assert_max_num_queries(12):
        page = parent.get("/me/code/").content.decode()
    assert page.count('class="segno"') == 2
    for code in made.values():
        assert f"{code[:5]}-{code[5:]}" in page
    registrar = cast.actor(Duty.REGISTRAR)
    shown = f"{made[world.person(CHILD)][:5]}-{made[world.person(CHILD)][5:]}".lower()
    assert sampled.find(actor=registrar, means="code", value=shown, now=MONDAY).person_ids == (world.person(CHILD),)
    assert codes(actor=resident(world, FLATMATE), person_ids=world.people) == {}


def test_a_code_that_a_worker_made_is_the_code_that_the_resident_sees(world: cast.World) -> None:
    made = sampling.make_codes(actor=WORKER, person_ids=[world.person(PARENT)], now=MONDAY)
    assert sampling.make_codes(actor=resident(world, PARENT), person_ids=[world.person(PARENT)], now=MONDAY + HOUR) == made
