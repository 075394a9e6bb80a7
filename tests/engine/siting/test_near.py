"""Lists of near candidates against a table of all distances, and refusals of what cannot be a list."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.engine.siting import near
from epigrid.engine.siting.schemas import BadSiting, Near, Points, Sites, TooFewCandidates, plane

PLACES = st.lists(st.tuples(st.integers(-40, 40), st.integers(-400, 400)), min_size=1, max_size=30)


def points(rows: list[tuple[int, int]]) -> Points:
    table = np.array(rows, np.float64).reshape(-1, 2)
    return Points(table[:, 0].copy(), table[:, 1].copy())


def table(demand: Points, sites: Points) -> np.ndarray:
    return np.hypot(demand.x[:, None] - sites.x, demand.y[:, None] - sites.y)


@settings(max_examples=60, deadline=None)
@given(PLACES, PLACES, st.integers(1, 35))
def test_the_nearest_are_those_of_the_whole_table(demand: list[tuple[int, int]], sites: list[tuple[int, int]], k: int) -> None:
    found, whole = near.nearest(points(demand), points(sites), k), table(points(demand), points(sites))
    np.testing.assert_allclose(found.metres, np.sort(whole, axis=1)[:, :k], atol=1e-9)
    np.testing.assert_array_equal(found.site, Near.of(whole.round(9)).site[:, :k])
    listed = [set(row) for row in found.site.tolist()]
    assert all(site in listed[i] for i, site in zip(*np.nonzero(whole <= found.reach), strict=True)), "reach promises what is not listed"


@settings(max_examples=60, deadline=None)
@given(PLACES, PLACES, st.integers(1, 200))
def test_within_lists_every_candidate_in_the_radius_and_no_other(demand: list[tuple[int, int]], sites: list[tuple[int, int]], radius: int) -> None:
    found, whole = near.within(points(demand), points(sites), float(radius)), table(points(demand), points(sites))
    for row, metres in zip(found.site.tolist(), whole, strict=True):
        assert sorted(j for j in row if j >= 0) == np.flatnonzero(metres <= radius).tolist()


def test_degrees_become_metres() -> None:
    """One degree of the meridian at 38 N is 110,995 m, of the parallel 87,834 m (WGS84 series)."""
    north = plane(np.array([112.5, 112.5]), np.array([37.5, 38.5]))
    east = plane(np.array([112.0, 113.0]), np.array([38.0, 38.0]))
    assert np.ptp(north.y) == pytest.approx(110_995, abs=15)
    assert np.ptp(east.x) == pytest.approx(87_834, abs=15)
    assert np.ptp(north.x) == np.ptp(east.y) == 0


def test_two_projections_around_one_point_share_a_plane() -> None:
    lon, lat = np.array([112.5, 112.6]), np.array([37.8, 37.9])
    both = plane(lon, lat, around=(112.5, 37.8))
    assert plane(lon[1:], lat[1:], around=(112.5, 37.8)).x[0] == both.x[1]
    assert both.x[0] == 0


def test_what_cannot_be_a_list_is_refused_by_column_and_row() -> None:
    one = points([(0, 0)])
    for wrong in (np.array([0.0, np.nan]), np.array([1, 2]), np.zeros((2, 2))):
        with pytest.raises(BadSiting):
            Points(wrong, np.zeros(2))
    with pytest.raises(BadSiting) as refusal:
        Sites(points([(0, 0), (1, 1)]), np.array([3, -1]))
    assert refusal.value.details == {"column": "capacity", "row": 1, "rows": 1}
    with pytest.raises(BadSiting) as refusal:
        plane(np.array([112.0]), np.array([138.0]))
    assert refusal.value.details["column"] == "lat"
    with pytest.raises(BadSiting):
        Near(np.zeros((1, 2), np.int32), np.array([[2.0, 1.0]]), 5.0)
    with pytest.raises(BadSiting):
        near.nearest(one, one, 0)
    with pytest.raises(BadSiting):
        near.within(one, one, 0.0)
    with pytest.raises(TooFewCandidates):
        near.nearest(one, points([]), 1)
    assert near.within(one, points([]), 5.0).site.tolist() == [[-1]]
