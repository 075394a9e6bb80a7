"""Whole buildings within capacities: every way tried on tiny towns, published optima, what is short is said."""

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.siting import instances
from epigrid.engine.siting import exact, near
from epigrid.engine.siting.assignment import assign
from epigrid.engine.siting.schemas import Assigned, BadSiting, CapacityShort, Floats, Near, Numbers, Points, Sites
from tests.engine.siting.worlds import TOWNS, Town, best_seats


def loads(found: Assigned, weight: Floats, capacity: Numbers) -> Numbers:
    placed = found.site >= 0
    return np.bincount(found.site[placed], weight[placed], len(capacity)).astype(np.int64)


@settings(max_examples=60, deadline=None)
@given(TOWNS.filter(lambda town: len(town.weight) <= 5 and len(town.sites) <= 4))
def test_tiny_towns_are_seated_within_capacity_and_the_bound_holds(town: Town) -> None:
    capacity = town.sites.capacity
    short = int(town.weight.sum() - capacity.sum())
    if short > 0:
        with pytest.raises(CapacityShort) as refusal:
            assign(town.near, town.weight, capacity)
        assert refusal.value.details["short"] == short
        return
    found, (left, walk) = assign(town.near, town.weight, capacity), best_seats(town, capacity)
    assert (loads(found, town.weight, capacity) <= capacity).all()
    assert town.weight[found.unplaced].sum() == left
    placed = np.flatnonzero(found.site >= 0)
    assert found.cost == pytest.approx(float(town.weight[placed] @ town.metres[placed, found.site[placed]]))
    assert found.cost == pytest.approx(walk)
    if left == 0:
        assert found.bound <= walk + 1e-9
    if not len(found.split):
        assert found.bound >= walk - 0.1 * town.weight.sum(), "nothing was split: the flow is the answer, up to the decimetre"


def test_a_city_is_seated_near_the_best_flow() -> None:
    demand, weight, sites = instances.city(3_000, 30, side=4_000, seed=2)
    capacity = np.full(30, int(1.05 * weight.sum() / 30), np.int64)
    found = assign(near.nearest(demand, sites.points, 30), weight, capacity)
    assert not len(found.unplaced)
    assert (loads(found, weight, capacity) <= capacity).all()
    assert len(found.split) <= 30
    assert found.cost <= found.bound * 1.005


def test_who_has_no_room_on_his_list_is_named() -> None:
    """Two towns far apart: 9 people near a site for 5, 1 person near a site for 100; lists of one site."""
    demand = Points(np.array([0.0, 1.0, 9_000.0]), np.zeros(3))
    lists = near.nearest(demand, Points(np.array([0.0, 9_000.0]), np.zeros(2)), 1)
    found = assign(lists, np.array([5.0, 4.0, 1.0]), np.array([5, 100]))
    assert found.unplaced.tolist() == [1]
    assert found.site.tolist() == [0, -1, 1]


def test_closed_sites_and_empty_buildings() -> None:
    demand = Points(np.array([0.0, 1.0]), np.zeros(2))
    lists = near.nearest(demand, Points(np.array([0.0, 50.0]), np.zeros(2)), 2)
    found = assign(lists, np.array([3.0, 0.0]), np.array([0, 3]))
    assert found.site.tolist() == [1, 1]
    assert found.cost == 150
    assert not len(assign(lists, np.zeros(2), np.array([0, 3])).unplaced), "nobody lives there: any open site does"


@pytest.mark.data
def test_a_published_optimum_of_capacitated_location_is_proven() -> None:
    """Holmberg's p2 of `sscflp`; others take HiGHS longer."""
    known = instances.located(2)
    m = len(known.opening)
    sites = Sites(Points(np.zeros(m), np.zeros(m)), known.capacity)
    weight = known.demand.astype(np.float64)
    lists = Near.of(known.cost / weight[:, None])
    best = exact.locate(lists, weight, sites, known.opening, 60)
    assert best.cost == pytest.approx(known.optimum)
    assert best.gap == pytest.approx(0, abs=1e-6)
    capacity = np.where(np.isin(np.arange(m), best.open), known.capacity, 0)
    found = assign(lists, weight, capacity)
    opening = known.opening[best.open].sum()
    assert found.cost + opening == pytest.approx(known.optimum)
    assert found.bound + opening <= known.optimum
    assert not len(found.unplaced)
    assert (loads(found, weight, capacity) <= capacity).all()


def test_what_cannot_be_seated_is_refused_and_says_by_how_much() -> None:
    demand, weight, sites = instances.city(30, 5, side=1_000, seed=1)
    lists = near.nearest(demand, sites.points, 5)
    with pytest.raises(CapacityShort) as refusal:
        assign(lists, weight, np.full(5, 10))
    assert refusal.value.details == {"people": int(weight.sum()), "places": 50, "short": int(weight.sum()) - 50}
    for wrong in (weight + 0.5, -weight, weight[:-1]):
        with pytest.raises(BadSiting):
            assign(lists, wrong, np.full(5, 10_000))
    with pytest.raises(BadSiting):
        assign(lists, weight, np.full(5, 10_000.0))
    with pytest.raises(BadSiting):
        assign(lists, weight, np.full(4, 10_000))
