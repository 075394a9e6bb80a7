"""Tiny invented towns and the oracle that tries every choice."""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from epigrid.engine.siting import near
from epigrid.engine.siting.schemas import Floats, Near, Numbers, Points, Sites


class Town(NamedTuple):
    """Buildings with people, candidates with room, distances, and all lists."""

    weight: Floats
    sites: Sites
    metres: Floats
    near: Near
    demand: Points


def town(demand: list[tuple[int, int, int]], sites: list[tuple[int, int, int]]) -> Town:
    """A town from rows (x, y, people) and (x, y, room)."""
    points, places = np.array(demand, np.float64), np.array(sites, np.float64)
    homes = Points(points[:, 0].copy(), points[:, 1].copy())
    candidates = Sites(Points(places[:, 0].copy(), places[:, 1].copy()), places[:, 2].astype(np.int64))
    metres = np.hypot(homes.x[:, None] - candidates.points.x, homes.y[:, None] - candidates.points.y)
    return Town(points[:, 2].copy(), candidates, metres, near.nearest(homes, candidates.points, len(sites)), homes)


ROW = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 9))
TOWNS = st.builds(town, st.lists(ROW, min_size=1, max_size=7), st.lists(ROW, min_size=1, max_size=6))


def least_walk(town: Town, p: int) -> float:
    """The p-median by trying every choice."""
    return min(float(town.weight @ town.metres[:, list(opened)].min(axis=1)) for opened in combinations(range(len(town.sites)), p))


def most_covered(town: Town, radius: float, p: int) -> float:
    """Maximal covering by trying every choice."""
    inside = town.metres <= radius
    return max(float(town.weight @ inside[:, list(opened)].any(axis=1)) for opened in combinations(range(len(town.sites)), p))


def fewest(town: Town, radius: float) -> int:
    """Set covering of the points that can be covered, by trying every choice."""
    inside = town.metres <= radius
    wanted = inside.any(axis=1)
    for p in range(len(town.sites) + 1):
        if any((inside[:, list(opened)].any(axis=1) == wanted).all() for opened in combinations(range(len(town.sites)), p)):
            return p
    raise AssertionError


def best_seats(town: Town, capacity: Numbers) -> tuple[int, float]:
    """Whole buildings within capacities by trying every way: fewest people left, then least walk. For up to 5 buildings."""
    found = []
    for way in product(range(-1, len(capacity)), repeat=len(town.weight)):
        load = np.zeros(len(capacity), np.int64)
        left, walk = 0, 0.0
        for building, site in enumerate(way):
            if site < 0:
                left += int(town.weight[building])
            else:
                load[site] += int(town.weight[building])
                walk += float(town.weight[building] * town.metres[building, site])
        if (load <= capacity).all() and np.isfinite(walk):
            found.append((left, walk))
    return min(found)
