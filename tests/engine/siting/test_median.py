"""p-median: known optima, every choice tried on tiny towns, bounds that hold, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.siting import instances
from epigrid.engine.siting import exact, median, near
from epigrid.engine.siting.schemas import BadSiting, ListsTooShort, Near, Points, Sites, TooFewCandidates
from tests.engine.siting.worlds import TOWNS, Town, least_walk


@settings(max_examples=50, deadline=None)
@given(TOWNS, st.data())
def test_tiny_towns_walk_least(town: Town, data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(town.sites)))
    found, best = median.solve(town.near, town.weight, town.sites, p, 5, 0), least_walk(town, p)
    assert found.cost == pytest.approx(best)
    assert found.bound <= best + 1e-9
    assert len(found.open) == p
    assert set(found.site.tolist()) <= set(found.open.tolist())
    walked = town.metres[np.arange(len(town.weight)), found.site]
    assert found.cost == pytest.approx(float(town.weight @ walked))


@settings(max_examples=25, deadline=None)
@given(TOWNS, st.data())
def test_the_integer_program_proves_the_same(town: Town, data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(town.sites)))
    found = exact.solve_median(town.near, town.weight, town.sites, p, 10)
    assert found.cost == pytest.approx(least_walk(town, p))
    assert found.gap == pytest.approx(0, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(TOWNS, st.data())
def test_the_bound_holds_for_all_candidates_though_lists_are_short(town: Town, data: st.DataObject) -> None:
    p, k = data.draw(st.integers(1, len(town.sites))), data.draw(st.integers(1, len(town.sites)))
    short = near.nearest(town.demand, town.sites.points, k)
    try:
        found = median.solve(short, town.weight, town.sites, p, 5, 0)
    except ListsTooShort as refusal:
        assert k < len(town.sites) - p + 1, "with so many listed, one of them is open"
        assert refusal.details["unserved"] > 0
        return
    assert found.bound <= least_walk(town, p) + 1e-9 <= found.cost + 2e-9


@pytest.mark.data
@pytest.mark.parametrize("number", [1, 4, 5, 8, 13, 15])
def test_optima_of_the_or_library_are_found(number: int) -> None:
    """Beasley 1985; all of pmed1-20 are measured by `benchmarks.siting`."""
    known = instances.pmed(number)
    n = len(known.metres)
    found = median.solve(Near.of(known.metres), np.ones(n), Sites.unbounded(Points(np.zeros(n), np.zeros(n))), known.p, 20, 0)
    assert found.cost == known.optimum
    assert known.optimum * 0.99 <= found.bound <= known.optimum


def test_a_bound_of_a_city_is_near_and_the_same_seed_chooses_the_same() -> None:
    demand, weight, sites = instances.city(2_000, 120, side=5_000, seed=3)
    lists = near.nearest(demand, sites.points, 20)
    found, again = (median.solve(lists, weight, sites, 40, 60, 7) for _ in range(2))
    assert found.open.tolist() == again.open.tolist()
    assert (found.cost, found.bound) == (again.cost, again.bound)
    assert 0 <= found.gap < 0.01


def test_opening_every_candidate_sends_everybody_to_the_nearest() -> None:
    demand, weight, sites = instances.city(300, 12, side=2_000, seed=5)
    lists = near.nearest(demand, sites.points, 3)
    found = median.solve(lists, weight, sites, 12, 5, 0)
    assert found.site.tolist() == lists.site[:, 0].tolist()
    assert found.gap == pytest.approx(0, abs=1e-9)


def test_what_cannot_be_solved_is_refused() -> None:
    demand, weight, sites = instances.city(30, 5, side=1_000, seed=1)
    lists = near.nearest(demand, sites.points, 5)
    with pytest.raises(TooFewCandidates) as more:
        median.solve(lists, weight, sites, 6, 1, 0)
    assert more.value.details == {"candidates": 5, "asked": 6}
    for p in (0, -1):
        with pytest.raises(BadSiting):
            median.solve(lists, weight, sites, p, 1, 0)
    with pytest.raises(BadSiting) as negative:
        median.solve(lists, np.where(np.arange(30) == 4, -1.0, weight), sites, 2, 1, 0)
    assert negative.value.details == {"column": "weight", "row": 4, "rows": 1}
    with pytest.raises(BadSiting):
        median.solve(lists, weight[:-1], sites, 2, 1, 0)
    with pytest.raises(BadSiting):
        median.solve(lists, weight, Sites.unbounded(Points(np.zeros(3), np.zeros(3))), 2, 1, 0)
    with pytest.raises(ListsTooShort):
        median.solve(near.nearest(demand, sites.points, 1), weight, sites, 1, 1, 0)


def test_a_place_where_nobody_lives_is_answered_too() -> None:
    demand, _, sites = instances.city(30, 5, side=1_000, seed=1)
    empty = median.solve(near.nearest(demand, sites.points, 5), np.zeros(30), sites, 2, 1, 0)
    assert (empty.cost, empty.gap, len(empty.open)) == (0, 0, 2)
    none = Points(np.zeros(0), np.zeros(0))
    nowhere = median.solve(near.nearest(none, sites.points, 5), np.zeros(0), sites, 2, 1, 0)
    assert (nowhere.cost, len(nowhere.site), len(nowhere.open)) == (0, 0, 2)
