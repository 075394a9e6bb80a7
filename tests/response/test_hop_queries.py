"""Venue queries of hops: counts and places, and persons only where the pack knows the class. All people, places and presences are invented."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from epigrid.kernel.duties import Duty
from epigrid.response.tracing import queries, rules
from epigrid.response.tracing.models import Case, VenueQuery
from epigrid.response.tracing.rules import Question
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.response import stories
from tests.response.test_venue_queries import INVESTIGATOR, NOON, answered, contacts_of, record, stay


def hops_of(exposure: UUID, direction: str, latency: timedelta = 2 * HOUR, minutes: int = 30) -> Question:
    return contacts_of(exposure, kind="hops", direction=direction, latency_seconds=int(latency.total_seconds()), min_seconds=minutes * 60)


def chain(world: cast.World) -> None:
    """0 meets 1 at noon at the shop, 1 meets 2 three hours later at the hotel, 2 meets 3 three hours later; 4 meets 1 too early, 5 meets him too briefly."""
    for number, place, start, minutes in (
        (0, "shop", NOON, 60), (1, "shop", NOON, 60), (1, "hotel", NOON + 3 * HOUR, 60), (2, "hotel", NOON + 3 * HOUR, 60),
        (2, "site", NOON + 6 * HOUR, 60), (3, "site", NOON + 6 * HOUR, 60), (4, "b1", NOON + 1.5 * HOUR, 20), (1, "b1", NOON + 1.5 * HOUR, 20),
        (5, "hotel", NOON + 3 * HOUR, 20),
    ):  # fmt: skip
        stay(world.person(number), world.place(place), start, minutes)


def test_hops_forward_give_counts_per_day_and_places_and_name_nobody(world: cast.World) -> None:
    chain(world)
    query = answered(world, hops_of(record(world, stories.case(world)), "forward"))
    VenueQuery._base_manager.update(area=cast.COMMUNITY)
    card = queries.answer(actor=cast.actor(Duty.CDC_INVESTIGATOR, area=cast.COMMUNITY), query_id=query)
    assert (card.people, [(row.day, row.people) for row in card.days]) == ("3", [("2022-11-20", "3")])
    assert {row.place_id for row in card.places} == {world.place("shop"), world.place("hotel"), world.place("site")}
    assert (card.latency_seconds, card.min_seconds, card.edge, card.case_ids) == (7200, 1800, MONDAY, ())
    assert queries.candidates(actor=INVESTIGATOR) == []
    assert not any(str(person) in str(VenueQuery._base_manager.get().answer) for person in world.people)
    assert [(row.people, row.people) for row in queries.answer(actor=cast.actor(Duty.CDC_INVESTIGATOR), query_id=query).days] == [("< 10", "< 10")]


def test_hops_backward_name_infected_people_only_and_only_to_cdc_duty(world: cast.World) -> None:
    chain(world)
    infected, other = stories.case(world, 1), stories.case(world, 3)
    Case._base_manager.filter(id=infected).update(state="confirmed")
    stories.case(world, 2)
    query = answered(world, hops_of(record(world, other, start=NOON + 5 * HOUR), "backward"))
    card = queries.answer(actor=INVESTIGATOR, query_id=query)
    assert (card.case_ids, card.cases_elsewhere) == ((infected,), 0)
    auditor = queries.answer(actor=cast.actor(Duty.AUDITOR), query_id=query)
    assert (auditor.case_ids, auditor.cases_elsewhere) == ((), 1)
    assert queries.candidates(actor=INVESTIGATOR) == []


def test_contacts_of_contacts_are_candidates_only_where_the_pack_knows_the_class(world: cast.World, monkeypatch: pytest.MonkeyPatch) -> None:
    chain(world)
    exposure = record(world, stories.case(world))
    answered(world, hops_of(exposure, "forward"))
    assert queries.candidates(actor=INVESTIGATOR) == []
    monkeypatch.setattr(rules, "knows_secondary", lambda policy: "close-contact" in policy.classes)
    query = answered(world, hops_of(exposure, "forward", minutes=31))
    assert [(card.person_id, card.sources, card.seconds) for card in queries.candidates(actor=INVESTIGATOR)] == [
        (world.person(2), ("secondary",), 3600)
    ]
    assert [row.seconds for row in queries.people_found(actor=INVESTIGATOR, query_id=query).rows] == [3600]


@pytest.mark.parametrize(("day", "known"), [("2022-01-10", True), ("2022-08-01", True), ("2022-11-21", False)])
def test_which_regimes_know_the_class_contact_of_a_contact(day: str, known: bool) -> None:
    from epigrid.registers.policies import queries as policies

    regime = policies.regime_at(on=datetime.fromisoformat(day).date())
    assert rules.knows_secondary(policies.clause_under(rules.ContactPolicy, regime)) is known
