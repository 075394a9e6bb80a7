"""The order in which candidates are looked at: household, named, vehicle, class and workplace, place; then minutes. All people and places are invented."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import ranking
from epigrid.engine.tracing.answers import Meetings
from epigrid.engine.tracing.ranking import Ground
from epigrid.engine.tracing.schemas import ExposureQuery, Groups, Memberships
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.response.tracing import actions, queries, rules
from epigrid.response.tracing.actions import NewCandidate
from epigrid.response.tracing.models import Candidate
from tests import cast
from tests.cast import HOUR, MONDAY
from tests.response import stories
from tests.response.test_venue_queries import INVESTIGATOR, NOON, answered, contacts_of, record, stay

WORDS = [word for rank in rules.LINKS_IN_ORDER for word in rank]
EARLY = NOON - 2 * HOUR
LATE = NOON + 6 * HOUR


def listed(world: cast.World) -> list[tuple[int, str, int]]:
    """(person, link, minutes) in the order of the list."""
    return [(world.people.index(card.person_id), card.link, card.seconds // 60) for card in queries.candidates(actor=INVESTIGATOR)]


def worker(world: cast.World, *numbers: int) -> None:
    Person._base_manager.filter(id__in=[world.person(number) for number in numbers]).update(worker_place_id=world.place("site"))


def vehicle(world: cast.World) -> UUID:
    Place._base_manager.filter(id=world.place("hotel/f3")).update(kind="vehicle")
    return world.place("hotel/f3")


def crowded(world: cast.World) -> UUID:
    """Person 0 is the case: a minute with 1, who lives with him; three hours in the shop with 6 and 7; an hour with 8, a colleague; ten minutes by bus with 9."""
    case_id, bus = stories.case(world), vehicle(world)
    worker(world, 0, 8, 20)
    for number in (0, 6, 7):
        stay(world.person(number), world.place("shop"), NOON, 180)
    for number, place, start, minutes in ((1, world.place("b1"), LATE, 1), (8, world.place("site"), LATE + 2 * HOUR, 60), (9, bus, EARLY, 10)):
        stay(world.person(0), place, start, minutes)
        stay(world.person(number), place, start, minutes)
    return answered(world, contacts_of(record(world, case_id)))


def test_s_235_a_minute_with_the_household_comes_before_a_crowd_of_three_hours(world: cast.World) -> None:
    query = crowded(world)
    crowd = sorted((6, 7), key=world.person)
    expected = [(1, "household", 1), (9, "vehicle", 10), (8, "workplace", 60), *((number, "place", 180) for number in crowd)]
    assert listed(world) == expected, "equal ones by number"
    rows = queries.people_found(actor=INVESTIGATOR, query_id=query).rows
    who = queries.persons_of(actor=INVESTIGATOR, candidate_ids=[row.candidate_id for row in rows])
    assert [(world.people.index(who[row.candidate_id]), row.link) for row in rows][:3] == [(number, link) for number, link, _ in expected[:3]]
    assert [row.link for row in queries.people_found(actor=INVESTIGATOR, query_id=query, limit=2).rows] == ["household", "vehicle"]


def test_the_kinds_of_places_are_evidence_and_no_place_is(world: cast.World) -> None:
    crowded(world)
    cards = {world.people.index(card.person_id): card for card in queries.candidates(actor=INVESTIGATOR)}
    kinds = {place: Place._base_manager.get(id=world.place(place)).kind for place in ("shop", "b1", "site")}
    told = {number: card.evidence[0]["kinds"] for number, card in cards.items()}
    assert told == {1: [kinds["b1"]], 6: [kinds["shop"]], 7: [kinds["shop"]], 8: [kinds["site"]], 9: ["vehicle"]}
    assert not any(str(place) in str(card.evidence) for card in cards.values() for place in world.places.values())


def test_a_colleague_whom_nobody_met_is_no_candidate_of_the_query(world: cast.World) -> None:
    crowded(world)
    assert 20 not in [number for number, _link, _minutes in listed(world)]


def test_whom_the_case_named_comes_after_the_household_and_before_whoever_was_only_met(world: cast.World) -> None:
    crowded(world)
    case_id = queries.cases(actor=INVESTIGATOR)[0].id
    stories.candidate(world, case_id, 7)
    stories.candidate(world, case_id, 12)
    found = [NewCandidate(person_id=world.person(number), evidence={"tube": "T", "position": number}) for number in (13, 9)]
    actions.add_candidates(actor=INVESTIGATOR, case_id=case_id, source="tube", found=found, now=MONDAY, cause=world.root_cause)
    assert listed(world) == [
        (1, "household", 1),
        (7, "named", 180),
        (12, "named", 0),
        (9, "vehicle", 10),
        (8, "workplace", 60),
        (6, "place", 180),
        (13, "", 0),
    ]


def test_everybody_at_an_affected_place_is_linked_by_it_or_by_more(world: cast.World) -> None:
    case_id, hotel = stories.case(world), world.place("hotel")
    for number, minutes in ((1, 1), (6, 180)):
        stay(world.person(number), world.place("hotel/f3/r1"), NOON, minutes)
    answered(world, contacts_of(record(world, case_id, [hotel]), kind="present", place_id=hotel))
    assert listed(world) == [(1, "household", 1), (6, "place", 180)]
    assert {card.evidence[0]["kinds"][0] for card in queries.candidates(actor=INVESTIGATOR)} == {"room"}


FOUND = [("scan", 6, 600), ("interview", 6, 0), ("household", 1, 0), ("tube", 12, 0), ("scan", 1, 60), ("interview", 12, 0), ("hotel", 13, 0)]


@pytest.mark.parametrize("order", [FOUND, FOUND[::-1], FOUND[3:] + FOUND[:3]])
def test_the_order_does_not_depend_on_who_was_found_first(world: cast.World, order: Sequence[tuple[str, int, int]]) -> None:
    case_id = stories.case(world)
    for source, number, seconds in order:
        new = NewCandidate(person_id=world.person(number), evidence={"said": source}, seconds=seconds)
        actions.add_candidates(actor=INVESTIGATOR, case_id=case_id, source=source, found=[new], now=MONDAY, cause=world.root_cause)
    assert [(number, link) for number, link, _minutes in listed(world)] == [(1, "household"), (6, "named"), (12, "named"), (13, "")]


def test_people_of_several_cases_are_linked_to_each_by_its_own_person(world: cast.World) -> None:
    first, second = stories.case(world, 0), stories.case(world, 12)
    for number in (0, 12, 1, 13):
        stay(world.person(number), world.place("shop"), NOON)
    answered(world, contacts_of(record(world, first), exposure_ids=(record(world, first), record(world, second))))
    links = {(row.case_id, world.people.index(row.person_id)): row.link for row in Candidate._base_manager.all()}
    assert links == {
        (first, 1): "household", (first, 12): "place", (first, 13): "place", (second, 0): "place", (second, 1): "place", (second, 13): "household",
    }  # fmt: skip


def test_who_lives_or_works_nowhere_that_is_known_is_nobodys_household_or_colleague(world: cast.World) -> None:
    Person._base_manager.filter(id__in=[world.person(0), world.person(6)]).update(household_id=None, worker_place_id=None)
    for number in (0, 6):
        stay(world.person(number), world.place("shop"), NOON)
    answered(world, contacts_of(record(world, stories.case(world))))
    assert listed(world) == [(6, "place", 60)]


@given(st.sets(st.sampled_from(WORDS)), st.permutations(WORDS))
def test_of_several_links_the_first_in_order_stands(links: set[str], mixed: list[str]) -> None:
    given_links = [word for word in mixed if word in links]
    found = rules.strongest(*given_links)
    if not links:
        assert found == ""
    else:
        assert found in links
        ranks = [rank for rank, words in enumerate(rules.LINKS_IN_ORDER) if links & set(words)]
        assert found in rules.LINKS_IN_ORDER[ranks[0]]


@given(st.lists(st.tuples(st.sampled_from(["household", "class", "workplace", "train-open", "place"]), st.integers(1, 9)), max_size=12))
def test_the_order_is_the_engines_where_the_engine_knows_the_link(people: list[tuple[str, int]]) -> None:
    """Each of them met the case at a place; a vehicle is one without seats."""
    query = ExposureQuery(exposure_id=UUID(int=1), person=0, start=0, end=100)
    numbers = np.arange(1, len(people) + 1)
    zeros = np.zeros(len(people), np.int64)
    minutes = np.array([time for _link, time in people], np.int64)
    met = Meetings(query=zeros, contact=numbers, place=zeros, start=zeros, end=minutes)
    kinds = [(number, link) for number, (link, _time) in zip(numbers.tolist(), people, strict=True) if link != "place"]
    rows = [(person, number) for number, _link in kinds for person in (0, number)]
    table = np.array(rows, np.int64).reshape(-1, 2)
    groups = Groups(group=np.array([number for number, _link in kinds], np.int64), kind=tuple(link for _number, link in kinds))
    members = Memberships(
        person=table[:, 0], group=table[:, 1], since=np.zeros(len(rows), np.int64), until=np.full(len(rows), 100), groups=groups, seats=None
    )
    found = [row.contact for row in ranking.ranked(met, [query], Ground(memberships=members))]
    words = {number: "vehicle" if link == "train-open" else link for number, (link, _time) in zip(numbers.tolist(), people, strict=True)}
    rank = {word: place for place, links in enumerate(rules.LINKS_IN_ORDER) for word in links}
    assert found == sorted(words, key=lambda number: (rank[words[number]], -people[number - 1][1], number))
