"""Which candidates are near each building, by straight lines in the plane."""

from typing import Any

import numpy as np

from epigrid.engine.siting.kernels import searching
from epigrid.engine.siting.schemas import NOBODY, BadSiting, Near, Points, TooFewCandidates

CELLS_PER_SITE = 2
"""The grid has about so many cells per site: fewer make long cells, more make empty ones."""


def nearest(demand: Points, sites: Points, k: int) -> Near:
    """The `k` nearest candidates of each point (all of them when there are fewer), ascending by metres, equal ones by number.

    Straight lines: a walk is longer; for walks along streets give a table of them to `Near.of`.
    """
    if k < 1:
        raise BadSiting(column="k")
    if not len(sites):
        raise TooFewCandidates(candidates=0, asked=1)
    held = min(k, len(sites))
    found = _search(demand, sites, held, np.inf, 0.0)
    whole = held == len(sites) or not len(demand)
    return Near(*found, np.inf if whole else float(found[1][:, -1].min()) * (1 - 1e-12) - 1e-9)


def within(demand: Points, sites: Points, radius: float) -> Near:
    """Every candidate within `radius` metres of each point (inclusive), ascending; as many columns as the busiest point needs, at least one."""
    if not 0 < radius < np.inf:
        raise BadSiting(column="radius")
    limit = (radius * (1 + 1e-12)) ** 2
    counts = searching.count_within((demand.x, demand.y), (sites.x, sites.y), _cells(sites, radius), limit)
    found = _search(demand, sites, max(1, int(counts.max(initial=0))), limit, radius)
    beyond = found[1] > radius
    found[0][beyond], found[1][beyond] = NOBODY, np.inf
    return Near(*found, radius)


def _search(demand: Points, sites: Points, k: int, limit: float, least: float) -> tuple[Any, Any]:
    site, square = np.full((len(demand), k), NOBODY, np.int32), np.full((len(demand), k), np.inf)
    searching.nearest((demand.x, demand.y), (sites.x, sites.y), _cells(sites, least), limit, site, square)
    return site, np.sqrt(square)


def _cells(sites: Points, least: float) -> tuple[Any, ...]:
    """Sites in square cells at least `least` metres wide: where each cell begins, the order, the corner, the width, columns and rows."""
    if not len(sites):
        return np.zeros(2, np.int64), np.zeros(0, np.int64), (0.0, 0.0), 1.0, 1, 1
    corner = (float(sites.x.min()), float(sites.y.min()))
    wide, high = float(np.ptp(sites.x)), float(np.ptp(sites.y))
    wanted = CELLS_PER_SITE * len(sites)
    size = max(least, float(np.sqrt(wide * high / wanted)), max(wide, high) / wanted, 1e-9)
    shape = (int(wide / size) + 1, int(high / size) + 1)
    return *searching.sort_cells(sites.x, sites.y, corner, size, shape), corner, size, *shape
