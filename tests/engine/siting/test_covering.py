"""Covering: optima proven by others, every choice tried on tiny towns, uncovered points named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.siting import instances
from epigrid.engine.siting import covering, exact, near
from epigrid.engine.siting.schemas import BadSiting, ListsTooShort, Points, Sites, TooFewCandidates
from tests.engine.siting.worlds import TOWNS, Town, fewest, most_covered


@settings(max_examples=50, deadline=None)
@given(TOWNS, st.integers(1, 9), st.data())
def test_tiny_towns_cover_most(town: Town, radius: int, data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(town.sites)))
    found, best = covering.cover(town.near, town.weight, town.sites, radius, p, 5, 0), most_covered(town, radius, p)
    assert found.weight == best
    assert found.bound >= best
    near_one = (town.metres[:, found.open] <= radius).any(axis=1)
    assert found.covered.tolist() == near_one.tolist()
    assert found.uncovered.tolist() == np.flatnonzero(~near_one).tolist()


@settings(max_examples=50, deadline=None)
@given(TOWNS, st.integers(1, 9))
def test_tiny_towns_are_covered_by_the_fewest(town: Town, radius: int) -> None:
    found = covering.cover_all(town.near, radius, town.sites)
    assert found.cost == len(found.open) == fewest(town, radius)
    assert found.bound <= found.cost
    assert found.unserved.tolist() == np.flatnonzero(~(town.metres <= radius).any(axis=1)).tolist()
    served = np.flatnonzero(found.site >= 0)
    assert (town.metres[served, found.site[served]] <= radius).all()


@settings(max_examples=25, deadline=None)
@given(TOWNS, st.integers(1, 9), st.data())
def test_the_integer_program_covers_as_much(town: Town, radius: int, data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(town.sites)))
    found = exact.cover(town.near, town.weight, town.sites, radius, p, 10)
    assert found.weight == most_covered(town, radius, p)
    assert found.gap == pytest.approx(0, abs=1e-6)


@pytest.mark.data
def test_proven_optima_of_real_towns_are_found() -> None:
    """SJC324 (Sao Jose dos Campos, Lorena); all 36 are measured by `benchmarks.siting`."""
    known = [one for one in instances.coverings("SJC324") if one.p <= 5]
    assert len(known) == 9
    for one in known:
        lists = near.within(one.points, one.points, one.radius)
        found = covering.cover(lists, one.weight, Sites.unbounded(one.points), one.radius, one.p, 5, 0)
        assert found.weight == one.optimum, one
        assert found.bound >= one.optimum


def test_s_225_the_share_within_a_quarter_of_an_hour_is_computed_and_uncovered_buildings_are_listed() -> None:
    """A street of 40 buildings, 100 m apart, a site at its beginning; the caller's radius (here 1,200 m) says what 15 minutes are."""
    street = Points(np.arange(40) * 100.0, np.zeros(40))
    sites = Sites.unbounded(Points(np.array([0.0, 3_900.0]), np.zeros(2)))
    lists = near.within(street, sites.points, 1_200.0)
    covered = covering.reached(lists, np.array([0]), sites, 1_200.0)
    assert covered.mean() == 13 / 40
    assert np.flatnonzero(~covered).tolist() == list(range(13, 40))
    best = covering.cover(lists, np.ones(40), sites, 1_200.0, 2, 1, 0)
    assert best.weight == 26
    assert best.uncovered.tolist() == list(range(13, 27))
    assert covering.cover_all(lists, 1_200.0, sites).unserved.tolist() == list(range(13, 27))


def test_the_bound_of_a_city_is_stated_and_the_same_seed_chooses_the_same() -> None:
    demand, weight, sites = instances.city(2_000, 200, side=6_000, seed=3)
    lists = near.within(demand, sites.points, 600.0)
    found, again = (covering.cover(lists, weight, sites, 600.0, 20, 60, 7) for _ in range(2))
    assert found.open.tolist() == again.open.tolist()
    assert (found.weight, found.bound) == (again.weight, again.bound)
    assert found.weight <= found.bound < weight.sum()
    assert found.gap < 0.02
    assert found.weight == weight[found.covered].sum()


def test_what_cannot_be_covered_is_refused() -> None:
    demand, weight, sites = instances.city(30, 5, side=1_000, seed=1)
    lists = near.within(demand, sites.points, 300.0)
    with pytest.raises(ListsTooShort) as beyond:
        covering.cover(lists, weight, sites, 400.0, 2, 1, 0)
    assert beyond.value.details == {"radius": 400.0, "reach": 300.0}
    with pytest.raises(ListsTooShort):
        covering.cover_all(near.nearest(demand, sites.points, 1), 900.0, sites)
    for radius in (0.0, -1.0, np.inf):
        with pytest.raises(BadSiting):
            covering.cover(lists, weight, sites, radius, 2, 1, 0)
    with pytest.raises(TooFewCandidates):
        covering.cover(lists, weight, sites, 300.0, 6, 1, 0)
    with pytest.raises(BadSiting):
        covering.cover(lists, -weight, sites, 300.0, 2, 1, 0)
