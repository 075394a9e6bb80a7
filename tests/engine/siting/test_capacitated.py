"""Sites with limited room: the integer program and every choice tried on tiny towns, bounds that hold, what is short is said."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.siting import instances
from epigrid.engine.siting import capacitated, exact, near
from epigrid.engine.siting.schemas import CapacityShort, Sites
from tests.engine.siting.worlds import TOWNS, Town, best_seats

SMALL = TOWNS.filter(lambda town: len(town.weight) <= 4 and len(town.sites) <= 4)


@settings(max_examples=40, deadline=None)
@given(SMALL, st.data())
def test_the_bound_holds_and_nobody_stands_outside(town: Town, data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(town.sites)))
    capacity = town.sites.capacity
    ways = [best_seats(town, np.where(np.isin(np.arange(len(capacity)), opened), capacity, 0)) for opened in combinations(range(len(capacity)), p)]
    walks = [walk for left, walk in ways if left == 0]
    try:
        found = capacitated.solve(town.near, town.weight, town.sites, p, 5, 0)
    except CapacityShort as refusal:
        assert "short" not in refusal.details or refusal.details["short"] == town.weight.sum() - np.sort(capacity)[-p:].sum()
        assert not walks or "short" not in refusal.details
        return
    assert found.bound <= min(walks) + 1e-9 <= found.cost + 2e-9
    assert len(found.open) == p
    load = np.bincount(found.site, town.weight, len(capacity))
    assert (load <= capacity).all()
    assert set(found.site.tolist()) <= set(found.open.tolist())


@settings(max_examples=30, deadline=None)
@given(SMALL, st.integers(1, 9), st.data())
def test_no_choice_has_places_for_more_than_the_bound(town: Town, radius: int, data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(town.sites)))
    capacity = town.sites.capacity
    found, seats = capacitated.cover(town.near, town.weight, town.sites, radius, p, 5, 0)
    inside = town._replace(metres=np.where(town.metres <= radius, town.metres, np.inf))
    most = 0
    for opened in combinations(range(len(capacity)), p):
        left, _ = best_seats(inside, np.where(np.isin(np.arange(len(capacity)), opened), capacity, 0))
        most = max(most, int(town.weight.sum()) - left)
    assert found.weight <= found.bound
    assert most <= found.bound
    placed = np.flatnonzero(seats.site >= 0)
    assert (town.metres[placed, seats.site[placed]] <= radius).all()
    assert (np.bincount(seats.site[placed], town.weight[placed], len(capacity)) <= capacity).all()


def test_a_town_is_sited_near_what_the_integer_program_proves() -> None:
    demand, weight, sites = instances.city(40, 8, side=2_000, seed=4)
    room = Sites(sites.points, np.full(8, int(weight.sum() / 4 * 1.2), np.int64))
    lists = near.nearest(demand, room.points, 8)
    found, again = (capacitated.solve(lists, weight, room, 4, 60, 1) for _ in range(2))
    proven = exact.locate(lists, weight, room, np.zeros(8), 60, p=4)
    assert found.open.tolist() == again.open.tolist()
    assert proven.gap == pytest.approx(0, abs=1e-6)
    assert found.bound <= proven.cost + 1e-6 <= found.cost + 2e-6
    assert found.cost <= proven.cost * 1.01
    assert found.gap < 0.1


def test_too_little_room_is_refused_and_says_by_how_much() -> None:
    demand, weight, sites = instances.city(40, 8, side=2_000, seed=4)
    room = Sites(sites.points, np.arange(8) + 10)
    with pytest.raises(CapacityShort) as refusal:
        capacitated.solve(near.nearest(demand, room.points, 8), weight, room, 2, 5, 0)
    assert refusal.value.details == {"people": int(weight.sum()), "places": 33, "short": int(weight.sum()) - 33}
