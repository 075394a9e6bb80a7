"""Guard X08 (S-432): records that follow each other faster than anybody walks stand before a second person; nothing is refused, in whatever order they come."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.command.communication import queries as inbox
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling.actions.rounds import RollEntry
from epigrid.field.tasks import queries as tasked
from epigrid.field.visits import actions, queries, rules
from epigrid.field.visits.actions import Record
from epigrid.field.visits.models import Review
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, HOUR, MONDAY, uid
from tests.field.visits.walk import ALL, MINUTE, SECRETARY, WORKER, campaign, heard, tried, visit_of

OFFICE = cast.actor(Duty.SUBDISTRICT_OFFICE)


def deed(world: cast.World, number: int, seconds: float, *, hand: UUID | None = None) -> None:
    """A record of the worker at door `number`, so many seconds after Monday eight o'clock."""
    record = Record(kind="visit", id=uid("deed", number, seconds), area=GRID1, fact_id=world.root_cause, door=uid("door", number))
    at = MONDAY + timedelta(seconds=seconds)
    actions.note_deed(actor=WORKER, hand=hand or WORKER.named, record=record, at=at, now=at)


def series() -> list[queries.ReviewCard]:
    return [card for card in queries.reviews(actor=SECRETARY, open_only=False) if card.kind == "series"]


def test_s_432_x08_two_hundred_doors_in_ten_minutes_are_flagged_and_a_second_person_says_what_he_found(world: cast.World) -> None:
    for number in range(200):
        deed(world, number, number * 3)
    heard()
    (card,) = series()
    assert (card.hand, card.doors, card.open) == (WORKER.id, 200, True)
    assert (card.first_at, card.last_at) == (MONDAY, MONDAY + timedelta(seconds=597))
    assert Fact.objects.filter(kind="visits.series-flagged").count() == 1
    assert [one.key for one in inbox.inbox(actor=SECRETARY)] == ["visit.series"]
    assert queries.reviews(actor=WORKER) == [], "who walked does not judge"
    actions.decide_review(actor=SECRETARY, review_id=card.id, decision="recall", now=MONDAY + HOUR)
    heard()
    assert [task.kind for task in tasked.tasks_of(actor=ALL, source_id=card.id)] == ["recall-call"]
    assert series()[0].open is False
    with pytest.raises(rules.ReviewUnfit):
        actions.decide_review(actor=OFFICE, review_id=card.id, decision="plausible", now=MONDAY + HOUR)
    deed(world, 999, 598)
    assert series()[0].open, "records that came after the word ask again"


def test_s_432_x08_no_record_is_refused_by_the_guard_and_a_walk_at_a_walkers_pace_is_not_flagged(world: cast.World) -> None:
    for number in range(45):
        deed(world, number, number * 20)
    assert series() == []
    made = campaign()
    for household in range(6):
        tried(visit_of(world, made, household), "met", MONDAY)
    assert sum(card.met for card in queries.buildings(actor=ALL, campaign_id=made)) == 6


def test_s_432_x08_visits_temperatures_and_roll_reports_of_one_hand_are_counted_together(world: cast.World, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "MOST_DOORS", 3)
    monkeypatch.setattr(rules.implausible, "__kwdefaults__", {"within": rules.WITHIN, "most": 3})
    tried(visit_of(world, campaign(), 0), "met")
    for person in (2, 4):
        actions.record_reading(actor=WORKER, person_id=world.person(person), celsius=Decimal("36.5"), now=MONDAY + MINUTE)
    assert series() == []
    round_id = sampling.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="演练",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )
    entries = [RollEntry(person_id=world.person(6), state="away")]
    sampling.report_roll(actor=WORKER, round_id=round_id, entries=entries, now=MONDAY + 2 * MINUTE, cause=world.root_cause)
    heard()
    assert [card.doors for card in series()] == [4]


moments = st.lists(st.tuples(st.integers(0, 1800), st.integers(0, 80)), max_size=150)


@given(acts=moments, order=st.randoms(use_true_random=False))
def test_s_432_x08_the_order_of_arrival_does_not_matter(acts: list[tuple[int, int]], order: Any) -> None:
    told = [(MONDAY + timedelta(seconds=at), door) for at, door in acts]
    shuffled = list(told)
    order.shuffle(shuffled)
    first, second = ({some[place] for place in rules.implausible(some)} for some in (told, shuffled))
    assert first == second


@given(acts=moments)
def test_s_432_x08_what_is_flagged_is_what_a_look_at_every_window_finds(acts: list[tuple[int, int]]) -> None:
    told = [(MONDAY + timedelta(seconds=at), door) for at, door in acts]
    found: set[int] = set()
    for start, _door in told:
        window = [place for place, (at, _one) in enumerate(told) if start <= at <= start + rules.WITHIN]
        if len({told[place][1] for place in window}) > rules.MOST_DOORS:
            found.update(window)
    assert rules.implausible(told) == found


@pytest.mark.parametrize("reverse", [False, True])
def test_phones_that_come_online_in_any_order_flag_the_same_series(world: cast.World, reverse: bool) -> None:
    order = list(range(60))
    for number in reversed(order) if reverse else order:
        deed(world, number, number * 5)
        deed(world, number, number * 5)
    deed(world, 1, 7200)
    assert [(card.doors, card.first_at, card.last_at) for card in series()] == [(60, MONDAY, MONDAY + timedelta(seconds=295))]
    assert Review.objects.get_queryset().count() == 1


def test_one_record_in_fifty_is_drawn_and_no_hand_chooses_which() -> None:
    drawn = sum(rules.drawn(uuid5(UUID(int=7), str(number))) for number in range(20_000))
    assert 320 < drawn < 480, drawn


def test_a_record_that_the_lot_fell_on_is_called_back_by_somebody_else(world: cast.World, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "drawn", lambda _draw: True)
    made = campaign()
    tried(visit_of(world, made, 0), "met")
    tried(visit_of(world, made, 1), "absent")
    both = cast.actor(Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY)
    tried(visit_of(world, made, 2), "met", actor=both)
    cards = queries.reviews(actor=SECRETARY)
    assert {card.place_id for card in cards} == {world.place("b1/u1/f1/r1"), world.place("b1/u1/f2/r1")}
    own = next(card for card in cards if card.hand == both.id)
    with pytest.raises(rules.ReviewUnfit):
        actions.decide_review(actor=both, review_id=own.id, decision="confirmed", now=MONDAY)
    with pytest.raises(rules.ReviewUnfit):
        actions.decide_review(actor=SECRETARY, review_id=own.id, decision="plausible", now=MONDAY)
    actions.decide_review(actor=SECRETARY, review_id=own.id, decision="differs", now=MONDAY)
    assert own.id not in {card.id for card in queries.reviews(actor=SECRETARY)}
    assert sorted(card.decision for card in queries.reviews(actor=SECRETARY, open_only=False)) == ["", "differs"]
