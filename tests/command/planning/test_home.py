"""Home visits by route: the two lists kept apart, promises kept, everybody visited or listed with the reason, against all orders (S-190, S-208, S-210).
All people are invented."""

import io
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from typing import Any
from uuid import UUID

import numpy as np
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.command.planning import actions, queries
from epigrid.command.planning.rules import home
from epigrid.command.planning.rules.home import FRAIL, QUARANTINE, Crew, Home, Pace, Visit
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.people import actions as people
from epigrid.registers.people.models import Person
from epigrid.registers.workforce import actions as workforce
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.command.planning import ground
from tests.command.planning.ground import PLANNER, card
from tests.command.planning.rounds import MINUTE, OPENS, fill, ordered
from tests.doors.world import client_of

PACE = Pace(door_min=4, swab_min=3, change_min=20, promise_min=30)
LASTS = 240.0


def line(*minutes: float) -> Any:
    """Buildings along a street, so many minutes from the start."""
    at = np.array([0.0, *minutes])
    return np.abs(at[:, None] - at[None])


def plan_day(homes: list[Home], crews: list[Crew], ways: Any, pace: Pace = PACE, lasts: float = LASTS) -> list[Visit]:
    return home.visits(homes=homes, crews=crews, ways_min=ways, pace=pace, lasts_min=lasts)


def lawful(homes: list[Home], crews: list[Crew], found: list[Visit], ways: Any) -> None:
    """Every law of a day, walked through again."""
    assert len(found) == len(homes), "every home once: visited, or listed with its reason"
    for one, visit in zip(homes, found, strict=True):
        assert (visit.crew < 0) == bool(visit.reason) and visit.reason in ("", *home.REASONS)
        if visit.reason:
            continue
        assert visit.from_min - 1e-6 <= visit.begins_min <= visit.until_min + 1e-6, "within the promise"
        about = visit.begins_min if one.promised_min is None else one.promised_min
        assert about - PACE.promise_min - 1e-6 <= visit.from_min and visit.until_min <= about + PACE.promise_min + 1e-6
        assert visit.ends_min - visit.begins_min >= PACE.door_min + one.people * PACE.swab_min - 1e-6
    for number, crew in enumerate(crews):
        stops = sorted((visit.begins_min, at) for at, visit in enumerate(found) if visit.crew == number)
        lists = [homes[at].list for _begin, at in stops]
        assert lists == sorted(lists), "nobody of the frail after anybody under quarantine"
        assert not (crew.quarantine_only and FRAIL in lists)
        for (_begin, before), (begin, after) in pairwise(stops):
            change = PACE.change_min if homes[before].list != homes[after].list else 0.0
            assert begin >= found[before].ends_min + change + ways[homes[before].place, homes[after].place] * (not change) - 1e-6
        if stops:
            assert stops[0][0] >= crew.from_min + ways[0, homes[stops[0][1]].place] - 1e-6
            last = found[stops[-1][1]]
            assert last.ends_min + ways[homes[stops[-1][1]].place, 0] <= LASTS + 1e-6


HOMES = st.lists(
    st.builds(
        Home,
        list=st.sampled_from([FRAIL, QUARANTINE]),
        people=st.integers(1, 4),
        place=st.integers(1, 5),
        promised_min=st.none() | st.integers(0, 239).map(float),
    ),
    max_size=9,
)
CREWS = st.lists(st.builds(Crew, from_min=st.sampled_from([0.0, 60.0, 230.0, 300.0]), quarantine_only=st.booleans()), max_size=2)


@settings(max_examples=20, deadline=None)
@given(HOMES, CREWS)
def test_s_210_the_lists_are_never_mixed_and_every_home_is_visited_once_within_its_promise_or_listed(homes: list[Home], crews: list[Crew]) -> None:
    ways = line(3, 7, 12, 20, 45)
    lawful(homes, crews, plan_day(homes, crews, ways), ways)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4), st.none() | st.integers(0, 120).map(float)), min_size=6, max_size=6))
def test_s_208_of_six_homes_with_windows_no_order_serves_more(doors: list[tuple[int, int, float | None]]) -> None:
    ways, pace, lasts = np.ceil(line(3, 7, 12, 20, 45)), Pace(door_min=8, swab_min=4, change_min=0, promise_min=15), 120.0
    homes = [Home(list=FRAIL, people=people, place=place, promised_min=at) for place, people, at in doors]
    found = plan_day(homes, [Crew(from_min=0)], ways, pace, lasts)

    def served(order: tuple[int, ...]) -> int:
        """How many homes one team serves that goes in this order and leaves out who would break a promise or its day."""
        here, now, count = 0, 0.0, 0
        for at in order:
            one = homes[at]
            begins = max(now + ways[here, one.place], 0.0 if one.promised_min is None else one.promised_min - 15)
            ends = begins + 8 + 4 * one.people
            if begins <= (lasts if one.promised_min is None else one.promised_min + 15) and ends + ways[one.place, 0] <= lasts:
                here, now, count = one.place, ends, count + 1
        return count

    assert sum(not visit.reason for visit in found) == max(served(order) for order in permutations(range(6)))


def test_s_208_whom_nobody_can_visit_is_listed_with_the_reason() -> None:
    ways = line(3, 130)
    near, far = Home(list=FRAIL, people=1, place=1), Home(list=FRAIL, people=1, place=2)
    early = Home(list=FRAIL, people=1, place=1, promised_min=10.0)
    many = [Home(list=QUARANTINE, people=100, place=1)] * 2
    reasons = lambda homes, crews: [visit.reason for visit in plan_day(homes, crews, ways)]  # noqa: E731
    assert reasons([near, far], [Crew(from_min=0)]) == ["", "hours"]
    assert reasons([early, near], [Crew(from_min=60)]) == ["promise", ""]
    assert reasons([near, Home(list=QUARANTINE, people=1, place=1)], [Crew(from_min=0, quarantine_only=True)]) == ["no-team", ""]
    assert reasons([near], [Crew(from_min=LASTS)]) == ["no-team"]
    assert sorted(reasons([Home(list=QUARANTINE, people=50, place=1)] * 2, [Crew(from_min=0)])) == ["", "full"]
    assert reasons(many, [Crew(from_min=0)]) == ["hours", "hours"]


def test_s_210_a_home_with_somebody_under_quarantine_is_visited_once_and_with_those_under_quarantine() -> None:
    assert home.households([("a", FRAIL), ("b", FRAIL), ("b", FRAIL), ("a", QUARANTINE), ("c", QUARANTINE), ("c", FRAIL)]) == {
        "a": (QUARANTINE, 2), "b": (FRAIL, 2), "c": (QUARANTINE, 2),
    }  # fmt: skip


@given(st.lists(st.tuples(st.floats(112.4, 112.6), st.floats(37.7, 37.9)), min_size=1, max_size=6), st.booleans())
def test_ways_on_foot_are_as_long_back_as_there_and_the_start_is_counted_only_where_it_is_known(
    points: list[tuple[float, float]], starts: bool
) -> None:
    found = home.ways_on_foot(points, starts=starts, walk_m_per_min=80)
    assert found.shape == (len(points) + (not starts),) * 2
    assert np.allclose(found, found.T) and (found >= 0).all()
    assert starts or not found[0].any()
    assert home.ways_in_order(3, between_min=5).tolist() == [[0, 0, 0, 0], [0, 0, 5, 10], [0, 5, 0, 5], [0, 10, 5, 0]]


SET = {"door_min": 4, "swab_min": 3, "change_min": 20, "between_min": 2}


def town(world: cast.World, *, points: bool = True, frail: int = 3, quarantined: int = 3, mobile: int = 1, **more: Any) -> UUID:
    """A started plan on ground of three compounds with so many frail and quarantined people, one home each, and mobile teams."""
    ground.settle(world, points=points, people=2)
    everybody = list(Person.objects.seen_by(cast.procedure()).filter(file_no__startswith="k").order_by("file_no").values_list("id", flat=True))
    for one in everybody[:frail]:
        people.record_need(actor=PLANNER, person_id=one, kind="mobility", source="visit", now=MONDAY)
    entries = [
        people.NewEntry(person_id=one, category="home-quarantine", since=MONDAY.date(), until=(MONDAY + 7 * DAY).date())
        for one in everybody[-quarantined:]
    ]
    people.enter_day_register(actor=PLANNER, area=COMMUNITY, entries=entries, source="list", now=MONDAY)
    plan_id = ground.started(world, ground.plan(world, **(SET | more)))
    ground.placed(world, plan_id)
    ground.teams(world, plan_id, 3, mobile)
    return plan_id


def route(world: cast.World, plan_id: UUID, now: datetime = MONDAY, actor: Any = PLANNER) -> list[queries.VisitCard]:
    actions.plan_home(actor=actor, plan_id=plan_id, now=now, cause=world.root_cause)
    return queries.visits(actor=PLANNER, plan=card(plan_id))


def promise(world: cast.World, plan_id: UUID, place_id: UUID, at: datetime | None) -> None:
    actions.promise_visit(actor=PLANNER, plan_id=plan_id, place_id=place_id, at=at, now=MONDAY, cause=world.root_cause)


def test_s_190_s_210_the_mobile_teams_get_routes_by_coordinates_the_frail_first_and_the_same_again(world: cast.World) -> None:
    plan_id = town(world)
    found = route(world, plan_id)
    assert [visit.list for visit in found] == [FRAIL] * 3 + [QUARANTINE] * 3
    assert {visit.team for visit in found} == {1} and all(visit.people == 1 for visit in found)
    starts = [visit.begins_at for visit in found if visit.begins_at is not None]
    assert starts == sorted(starts) and starts[3] - (found[2].ends_at or OPENS) >= 20 * MINUTE
    assert all(begins - OPENS >= timedelta() for begins in starts) and (found[-1].ends_at or OPENS) <= OPENS + 6 * HOUR
    assert card(plan_id).home_measured is True
    assert route(world, plan_id) == found, "planned again, the former routes are replaced by the same ones"
    assert [fact.payload["unserved"] for fact in Fact.objects.filter(kind="planning.home-visits-planned")] == [0, 0]


def test_s_208_at_ten_each_day_a_promise_is_kept_within_half_an_hour_or_the_plans_own_width(world: cast.World) -> None:
    """An invented woman of 93 is promised ten o'clock, local time."""
    plan_id = town(world)
    her, ten = route(world, plan_id)[1].place_id, MONDAY + 26 * HOUR
    for width in (30, 5):
        actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=ground.settings(**SET, promise_min=width), now=MONDAY, cause=world.root_cause)
        promise(world, plan_id, her, ten)
        visit = next(one for one in route(world, plan_id) if one.place_id == her)
        assert (visit.from_at, visit.until_at) == (ten - width * MINUTE, ten + width * MINUTE)
        assert visit.begins_at is not None and abs(visit.begins_at - ten) <= width * MINUTE
    promise(world, plan_id, her, None)
    assert queries.promises(actor=PLANNER, plan_id=plan_id) == {}
    for place_id, at, refused in ((her, MONDAY, home.PromiseOutside), (world.place("b1/u1/f1/r1"), ten, home.HomeUnlisted)):
        with pytest.raises(refused):
            promise(world, plan_id, place_id, at)


def test_s_190_without_coordinates_the_routes_go_in_walking_order_and_the_page_says_so(world: cast.World) -> None:
    plan_id = town(world, points=False, frail=6, quarantined=1)
    found = route(world, plan_id)
    homes = [visit.place_id for visit in found if visit.list == FRAIL]
    walked = [one.place_id for one in queries.households_awaited(actor=PLANNER, plan=card(plan_id), now=MONDAY) if one.list == FRAIL]
    backwards = [*walked[4:], *walked[2:4], *walked[:2]]
    assert homes in (walked, backwards), "two homes a building, the buildings one after the other from either end"
    assert card(plan_id).home_measured is False
    assert "按步行顺序" in client_of(Duty.COMMUNITY_SECRETARY).get(f"/plans/{plan_id}/?view=home").content.decode()


def test_what_no_source_sets_is_asked_for_and_a_mobile_team_is_needed(world: cast.World) -> None:
    plan_id = town(world, points=False, mobile=0)
    with pytest.raises(home.MobileTeamMissing):
        route(world, plan_id)
    ground.teams(world, plan_id, 3)
    for name in ("door_min", "swab_min", "change_min", "between_min"):
        actions.set_plan(actor=PLANNER, plan_id=plan_id, settings=ground.settings(**(SET | {name: None})), now=MONDAY, cause=world.root_cause)
        with pytest.raises(home.PaceUnset) as refused:
            route(world, plan_id)
        assert refused.value.details == {"fields": [name]}


@pytest.mark.parametrize("duty", [Duty.GRID_WORKER, Duty.SAMPLER, Duty.AUDITOR])
def test_who_does_not_plan_neither_promises_nor_plans_a_visit(world: cast.World, duty: Duty) -> None:
    plan_id = town(world)
    with pytest.raises(NotAllowed):
        route(world, plan_id, actor=cast.actor(duty, area=COMMUNITY))
    with pytest.raises(NotAllowed):
        actions.promise_visit(
            actor=cast.actor(duty, area=COMMUNITY), plan_id=plan_id, place_id=world.place("b1"), at=None, now=MONDAY, cause=world.root_cause
        )


def test_s_208_seventy_eight_homes_under_quarantine_and_the_frail_are_visited_by_three_teams(world: cast.World) -> None:
    ground.settle(world, people=20)
    everybody = list(Person.objects.seen_by(cast.procedure()).filter(file_no__startswith="k").order_by("file_no"))
    for number, person in enumerate(everybody[:84]):
        ground._place(world, f"k0/b0/u1/door{number}", "room", parent=world.place("k0/b0/u1"))
        Person.objects.seen_by(cast.procedure()).filter(id=person.id).update(dwelling_id=world.place(f"k0/b0/u1/door{number}"))
    for person in everybody[:6]:
        people.record_need(actor=PLANNER, person_id=person.id, kind="mobility", source="visit", now=MONDAY)
    until = (MONDAY + 7 * DAY).date()
    entries = [people.NewEntry(person_id=person.id, category="home-quarantine", since=MONDAY.date(), until=until) for person in everybody[6:84]]
    people.enter_day_register(actor=PLANNER, area=COMMUNITY, entries=entries, source="list", now=MONDAY)
    plan_id = ground.started(world, ground.plan(world, **SET))
    ground.placed(world, plan_id)
    ground.teams(world, plan_id, 3, 3)
    found = route(world, plan_id)
    assert len({visit.place_id for visit in found}) == len(found) == 84
    frail, rest = [v for v in found if v.list == FRAIL], [v for v in found if v.list == QUARANTINE]
    assert (len(frail), len(rest)) == (6, 78) and all(visit.team for visit in frail)
    for team in (1, 2, 3):
        own = [visit for visit in found if visit.team == team]
        assert [visit.list for visit in own] == sorted(visit.list for visit in own)
        assert all(before.ends_at <= after.begins_at for before, after in pairwise(own) if before.ends_at and after.begins_at)
    assert {visit.reason for visit in rest} == {""}, "three teams of six hours, seven minutes a home, half an hour from their site"


def test_s_208_after_visits_were_made_the_rest_is_planned_anew_and_no_team_returns_from_quarantine_to_the_frail(world: cast.World) -> None:
    plan_id = town(world, mobile=1)
    round_id = ordered(world)
    before = route(world, plan_id, OPENS)
    made, late = before[3], OPENS + 5 * HOUR
    door = next(one for one in queries.doors(actor=PLANNER, plan=card(plan_id), now=OPENS) if one.dwelling_id == made.place_id)
    fill(world, round_id, "H1", [door.person_id], made.begins_at or OPENS, pool_size=1)
    with pytest.raises(home.VisitsBegun):
        actions.make_teams(actor=PLANNER, plan_id=plan_id, fixed=3, mobile=1, now=late, cause=world.root_cause)
    after = route(world, plan_id, late)
    assert next(one for one in after if one.place_id == made.place_id) == made, "a visit that was made stays as it was"
    assert {one.reason for one in after if one.list == FRAIL} == {"no-team"}
    again = [one.begins_at for one in after if one.list == QUARANTINE and one.place_id != made.place_id and one.begins_at is not None]
    assert len(again) == 2 and min(again) >= late
    text = client_of(Duty.COMMUNITY_SECRETARY).get(f"/plans/{plan_id}/?view=home").content.decode()
    assert "今天已没有可以上门的小组" in text and "约定时间内已采" in text


def test_s_190_a_sampler_sees_the_routes_of_his_own_team_only_and_a_neighbour_nothing(world: cast.World) -> None:
    plan_id = town(world, mobile=2, frail=3, quarantined=3, door_min=60)
    found = route(world, plan_id)
    assert {visit.team for visit in found} == {1, 2}
    second = next(one for one in queries.teams(actor=PLANNER, plan=card(plan_id)) if (one.kind, one.number) == ("mobile", 2))
    sampler = cast.actor(Duty.SAMPLER)
    assert queries.visits(actor=sampler, plan=card(plan_id)) == []
    one = workforce.enter_worker(actor=PLANNER, area=COMMUNITY, kind="volunteer", title="演练采样员", user_id=sampler.id)
    actions.name_member(actor=PLANNER, team_id=second.id, worker_id=one, role="sampler", now=MONDAY, cause=world.root_cause)
    assert queries.visits(actor=sampler, plan=card(plan_id)) == [visit for visit in found if visit.team == 2] != []
    seen = client_of(Duty.SAMPLER).get(f"/api/planning/plans/{plan_id}/home").json()
    assert {visit["team"] for visit in seen} == {2}
    assert queries.visits(actor=cast.actor(Duty.COMMUNITY_SECRETARY, area=cast.NEIGHBOUR), plan=card(plan_id)) == []


def test_the_page_shows_the_routes_in_both_languages_within_its_budget_and_on_paper_with_masked_names(world: cast.World) -> None:
    plan_id = town(world)
    where, client = f"/plans/{plan_id}/?view=home", client_of(Duty.COMMUNITY_SECRETARY)
    client.get("/tasks/")
    assert client.get(where).status_code == 200, "before anything is planned"
    route(world, plan_id)
    ordered(world)
    with CaptureQueriesContext(connection) as asked:
        text = client.get(where).content.decode()
    assert len(asked) <= 12, [one["sql"][-200:] for one in asked]
    assert "流动队 1" in text and "演练k0" in text and "演**" in text and "/act/planning/plan-home/" in text
    client.cookies["django_language"] = "en"
    assert "Mobile team 1 · door list: frail" in client.get(where).content.decode()
    del client.cookies["django_language"]
    paper = client.get(f"{where}&print=1")
    assert paper["Content-Type"] == "application/pdf"
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "流动队 1" in printed and "演**" in printed
    assert "/act/planning/plan-home/" not in client_of(Duty.AUDITOR).get(where).content.decode()
