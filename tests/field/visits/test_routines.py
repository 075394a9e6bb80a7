"""The day's routine (三巡查、两检测、一监测、一消毒、一报告): empty and off until a county writes it down; then x of y, and what is missing. The items here are a test's own."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from epigrid.field.visits import actions, queries, rules
from epigrid.field.visits.models import Watched
from epigrid.field.visits.rules import Item
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, COUNTY, DAY, GRID1, HOUR, MONDAY
from tests.doors.prepared import _issued
from tests.field.visits.walk import ALL, MINUTE, SECRETARY, WORKER, heard
from tests.response import stories

OFFICER = cast.actor(Duty.COUNTY_EOC_OFFICER)
TODAY = date(2022, 11, 21)
EIGHT = [
    Item(item=name, starts=time(start), ends=time(end))
    for name, start, end in (
        ("patrol", 9, 10), ("check", 9, 11), ("patrol", 13, 14), ("check", 14, 16), ("monitoring", 15, 17), ("patrol", 18, 19), ("disinfection", 18, 20),
        ("report", 20, 21),
    )
]  # fmt: skip
"""Three patrols, two checks, one monitoring, one disinfection, one report."""


def write_down(items: Sequence[Item] = EIGHT, target: str = "home", at: Any = MONDAY, **more: Any) -> UUID:
    it: Any = {"actor": OFFICER, "area": COUNTY, "basis": "演练", "until": MONDAY + 5 * DAY, "now": at, **more}
    return actions.set_routine(target=target, items=items, **it)


def at_home(world: cast.World) -> UUID:
    """Person 2 is in quarantine at home; returns the order."""
    order = _issued(world, kind="home")
    stories.serve(world, order)
    heard()
    return order


def items() -> list[queries.ItemCard]:
    return queries.day_items(actor=WORKER, day=TODAY)


def do(card: queries.ItemCard, at: Any = MONDAY + HOUR) -> UUID:
    return actions.do_item(actor=WORKER, watched=card.person_id or card.place_id or card.id, item_id=card.id, day=card.day, now=at)


def test_s_146_on_a_day_with_two_patrols_the_list_shows_seven_of_eight_and_which_one_is_missing(world: cast.World) -> None:
    write_down()
    at_home(world)
    assert [card.person_id for card in items()] == [world.person(2)] * 8
    for card in items():
        if (card.item, card.starts_at.hour) != ("patrol", 5):
            do(card, card.starts_at)
    (standing,) = queries.watched_on(actor=WORKER, day=TODAY)
    assert (standing.done, standing.all, standing.missing) == (7, 8, ("patrol",))
    missing = next(card for card in items() if not card.done)
    assert (missing.starts_at, missing.ends_at) == (MONDAY + 5 * HOUR, MONDAY + 6 * HOUR), "the one of 13:00 in Shanghai"


def test_a_routine_ships_empty_and_off(world: cast.World) -> None:
    at_home(world)
    assert queries.routines(actor=ALL, now=MONDAY) == [] and items() == []
    assert Watched.objects.get_queryset().count() == 0


def test_a_routine_finds_who_is_at_home_already_and_ends_with_the_measure(world: cast.World) -> None:
    at_home(world)
    write_down()
    heard()
    assert len(items()) == 8
    quarantine.become_case(actor=ALL, person_id=world.person(2), now=MONDAY, cause=world.root_cause)
    heard()
    assert items() == []
    assert measures.active_measures(actor=ALL, person_ids=[world.person(2)], now=MONDAY) == {}


def test_a_later_routine_takes_the_place_of_the_one_before_and_none_turns_it_off(world: cast.World) -> None:
    write_down()
    at_home(world)
    write_down([Item(item="call", starts=time(10), ends=time(12))], at=MONDAY + HOUR)
    assert [card.item for card in items()] == ["call"]
    write_down([], at=MONDAY + 2 * HOUR)
    assert items() == []
    write_down(EIGHT[:2], at=MONDAY + 2 * HOUR)
    assert [card.item for card in items()] == ["patrol", "check"], "also one that is written down at the same moment"


def test_an_item_is_done_once_and_late_is_shown_and_not_refused(world: cast.World) -> None:
    write_down()
    at_home(world)
    first, last = items()[0], items()[-1]
    do(first, first.ends_at + MINUTE)
    facts = Fact.objects.count()
    assert do(first, first.ends_at + HOUR) == first.id
    assert Fact.objects.count() == facts
    do(last, last.starts_at - HOUR)
    assert {card.item: card.late for card in items() if card.done} == {"patrol": True, "report": False}


def test_what_is_due_tomorrow_or_to_nobody_is_not_done_today(world: cast.World) -> None:
    write_down()
    at_home(world)
    (tomorrow, *_rest) = queries.day_items(actor=WORKER, day=date(2022, 11, 22))
    with pytest.raises(rules.NotOfThisDay):
        do(tomorrow)
    with pytest.raises(NotFound):
        actions.do_item(actor=WORKER, watched=world.person(2), item_id=cast.uid("none"), day=TODAY, now=MONDAY)


@pytest.mark.parametrize(
    "more", [{"basis": " "}, {"until": MONDAY}, {"target": "city"}, {"items": [Item(item="x", starts=time(9), ends=time(9))]}], ids=str
)
def test_a_routine_without_basis_end_target_or_hours_is_refused(world: cast.World, more: dict[str, Any]) -> None:
    with pytest.raises(rules.RoutineIncomplete):
        write_down(**more)
    with pytest.raises(NotAllowed):
        write_down(actor=SECRETARY, area=COMMUNITY)


def test_places_of_a_zone_are_under_their_own_routine_while_it_runs(world: cast.World) -> None:
    write_down(EIGHT[:2], target="zone")
    stories.served_zone(world)
    heard()
    found = queries.day_items(actor=ALL, day=TODAY)
    assert [(card.place_id, card.item) for card in found] == [(world.place("b1/u1"), "patrol"), (world.place("b1/u1"), "check")]


def test_the_pack_follows_the_facts_about_routines_and_items(world: cast.World) -> None:
    """A snapshot, and the rows that facts name put into it, is a fresh snapshot."""
    write_down()

    def told(after: int) -> frozenset[UUID]:
        found: set[UUID] = set()
        for fact in Fact.objects.filter(seq__gt=after, kind__startswith="visits."):
            values = [fact.subject_id, *fact.payload.values()]
            found |= {UUID(str(one)) for value in values for one in (value if isinstance(value, list) else [value]) if len(str(one)) == 36}
        return frozenset(found)

    pack = {card.id: card for card in queries.pack_routine(actor=WORKER, day=TODAY)}
    for act in (lambda: at_home(world), lambda: do(items()[0]), lambda: write_down(EIGHT[:3], at=MONDAY + HOUR)):
        seq = Fact.objects.order_by("-seq").values_list("seq", flat=True)[0]
        act()
        touched = told(seq)
        pack = {key: card for key, card in pack.items() if not {card.id, card.person, card.place} & touched}
        pack |= {card.id: card for card in queries.pack_routine(actor=WORKER, day=TODAY, touched=touched)}
        assert pack == {card.id: card for card in queries.pack_routine(actor=WORKER, day=TODAY)}
    assert len(pack) == 3 and set(next(iter(pack.values())).row()) == {"id", "person", "place", "day", "item", "from", "to", "done"}
    assert {card.area for card in items()} == {GRID1}
