"""The national list of risk areas, dated, against the stays of the day's register (S-078)."""

from datetime import date, timedelta

import pytest

from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, NotAllowed
from epigrid.playbooks import daily, runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people_actions
from epigrid.registers.people import queries as people
from epigrid.registers.people import rules as people_rules
from epigrid.registers.people.actions import NewEntry, NewStay
from epigrid.registers.people.models import DayEntry
from epigrid.registers.places import actions, queries, rules
from epigrid.registers.places.actions import ListedArea
from epigrid.store import clock
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY, TREE
from tests.registers.policies import regimes

ALL = cast.procedure()
CDC = cast.actor(Duty.CDC_DUTY_OFFICER)
COUNTY = "内蒙古自治区/呼和浩特市/回民区"
TODAY = date(2022, 11, 21)


def take(*listed: tuple[str, str, str], at=MONDAY, version: str = "v1", actor=CDC) -> tuple[int, int, int]:
    areas = [ListedArea(county=county, place=place, level=level) for county, place, level in listed]
    return actions.take_risk_list(actor=actor, area=cast.COUNTY, listed=areas, version=version, at=at, now=at)


def came_home(world: cast.World, number: int, place: str = "", left: date = date(2022, 11, 18), county: str = COUNTY) -> None:
    """A person of the day's register with a stay elsewhere that ended on a day."""
    stay = NewStay(county=county, place=place, since=left - timedelta(days=4), left=left)
    entry = NewEntry(person_id=world.person(number), category="other-area", since=TODAY, until=TODAY + timedelta(days=30), stay=stay)
    secretary = cast.actor(Duty.COMMUNITY_SECRETARY)
    people_actions.enter_day_register(actor=secretary, area=COMMUNITY, entries=[entry], source="declaration", now=MONDAY)
    runner.run_until_quiet(STEPS)


def surfaced(world: cast.World) -> set[int]:
    found = DayEntry.objects.seen_by(ALL).filter(category="risk-area").values_list("person_id", flat=True)
    return {world.people.index(person) for person in found}


def test_a_list_is_kept_as_dated_changes_and_the_same_list_again_is_nothing(world: cast.World) -> None:
    assert take((COUNTY, "演练小区", "high"), (COUNTY, "演练村", "medium")) == (2, 0, 0)
    assert take((COUNTY, "演练小区", "high"), (COUNTY, "演练村", "medium"), at=MONDAY + HOUR) == (0, 0, 0)
    assert take((COUNTY, "演练小区", "medium"), at=MONDAY + DAY, version="v2") == (0, 1, 1)
    cards = [(card.place, card.level, card.since, card.until) for card in queries.risk_areas(actor=CDC)]
    assert cards == [
        ("演练小区", "high", MONDAY, MONDAY + DAY),
        ("演练小区", "medium", MONDAY + DAY, None),
        ("演练村", "medium", MONDAY, MONDAY + DAY),
    ]
    assert Fact.objects.filter(kind="places.risk-list-taken").count() == 2


def test_an_older_list_a_broken_one_and_one_by_the_wrong_hand_are_refused_whole(world: cast.World) -> None:
    take((COUNTY, "演练小区", "high"))
    with pytest.raises(rules.ListOutdated):
        take((COUNTY, "别处", "high"), at=MONDAY - HOUR)
    for bad in ([(COUNTY, "甲", "purple")], [("", "甲", "high")], [(COUNTY, "甲", "high"), (COUNTY, "甲", "medium")]):
        with pytest.raises(BadInput):
            take(*bad, at=MONDAY + HOUR)
    with pytest.raises(NotAllowed):
        take((COUNTY, "乙", "high"), at=MONDAY + HOUR, actor=cast.actor(Duty.GRID_WORKER))
    assert [card.place for card in queries.risk_areas(actor=CDC)] == ["演练小区"]


def test_s_078_who_stayed_in_an_area_before_it_rose_surfaces_when_the_list_changes(world: cast.World) -> None:
    came_home(world, 0, "演练小区")
    came_home(world, 1, "别的小区")
    came_home(world, 2, "演练小区", left=date(2022, 11, 10))
    came_home(world, 3, "演练小区", county="内蒙古自治区/包头市/昆都仑区")
    assert surfaced(world) == set()
    take((COUNTY, "演练小区", "high"))
    runner.run_until_quiet(STEPS)
    assert surfaced(world) == {0}
    fact = Fact.objects.get(kind="people.stays-surfaced")
    assert (len(fact.payload["entry_ids"]), fact.payload["to_ask"]) == (1, 1)
    entry = DayEntry.objects.seen_by(ALL).get(category="risk-area")
    assert (entry.since, entry.until) == (TODAY, date(2022, 11, 26))


def test_s_078_a_later_stay_meets_the_list_that_stands_and_nobody_surfaces_twice(world: cast.World) -> None:
    take((COUNTY, "", "high"))
    came_home(world, 4, "随便哪里")
    came_home(world, 5)
    assert surfaced(world) == {4, 5}
    take((COUNTY, "", "high"), (COUNTY, "演练小区", "high"), at=MONDAY + HOUR, version="v2")
    runner.run_until_quiet(STEPS)
    assert DayEntry.objects.seen_by(ALL).filter(category="risk-area").count() == 2


def test_the_place_of_a_stay_cannot_be_read(world: cast.World) -> None:
    came_home(world, 0, "演练小区")
    row = DayEntry.objects.seen_by(ALL).get()
    assert len(row.stay_place) == 64
    assert "演练" not in "".join(str(value) for value in DayEntry.objects.seen_by(ALL).values_list().get())
    assert "演练小区" not in "".join(str(fact.payload) for fact in Fact.objects.all())


def test_where_somebody_was_is_forgotten_when_the_entry_is_over(world: cast.World) -> None:
    came_home(world, 0, "演练小区")
    row = DayEntry.objects.seen_by(ALL).get()
    daily.tick(TREE, MONDAY)
    assert DayEntry.objects.seen_by(ALL).get().stay_county == rules.spelled(COUNTY)
    DayEntry.objects.seen_by(ALL).filter(id=row.id).update(until=TODAY + timedelta(days=1))
    daily.tick(TREE, MONDAY + DAY)
    after = DayEntry.objects.seen_by(ALL).get()
    assert (after.stay_county, after.stay_place, after.stay_from, after.stay_left) == ("", "", None, None)


@pytest.mark.parametrize(
    ("left", "rose", "ended", "outcome"),
    [
        (date(2022, 11, 14), TODAY, None, "area"),
        (date(2022, 11, 13), TODAY, None, "none"),
        (date(2022, 11, 20), date(2022, 11, 1), date(2022, 11, 15), "none"),
        (date(2022, 11, 20), date(2022, 11, 1), date(2022, 11, 19), "area"),
        (date(2022, 11, 15), date(2022, 11, 23), None, "none"),
    ],
)
def test_a_stay_counts_by_its_days_and_those_of_the_list(left: date, rose: date, ended: date | None, outcome: str) -> None:
    policy = regimes.clause(people_rules.RiskHistoryPolicy, TODAY)
    stay = people_rules.StayElsewhere(since=max(left - timedelta(days=3), date(2022, 11, 16)) if ended else left, left=left, same_place=True)
    listed = people_rules.Listed(level="high", since=rose, until=ended, whole=False)
    assert people_rules.judge_stay(stay=stay, listed=listed, today=TODAY, policy=policy).outcome == outcome


def test_where_no_source_sets_the_days_they_are_asked_for() -> None:
    policy = regimes.clause(people_rules.RiskHistoryPolicy, date(2022, 1, 20))
    stay = people_rules.StayElsewhere(since=TODAY, left=TODAY, same_place=True)
    with pytest.raises(people_rules.WindowUnset):
        people_rules.judge_stay(stay=stay, listed=people_rules.Listed(level="high", since=TODAY, until=None, whole=False), today=TODAY, policy=policy)


def test_a_stay_without_county_or_with_turned_days_is_refused(world: cast.World) -> None:
    with pytest.raises(people_rules.StayIncomplete):
        came_home(world, 0, county=" ")
    assert people.day_register(actor=ALL, on=clock.local_day(TREE, MONDAY)) == []
