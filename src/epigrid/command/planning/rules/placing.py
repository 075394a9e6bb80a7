"""Where sites stand and which building goes to which: the siting engine in the planner's words. Pure. The engine is loaded when it is first asked.

Distances are straight lines in metres (a walk is longer): the page says so. A building is never split over two sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from epigrid.engine.siting.schemas import NOBODY, CapacityShort, Numbers, Points, Sites, plane

SECONDS = 2.0
"""How long the search for sites may take; a community needs far less."""
SEED = 1
NEAREST = 20
"""Candidates that a building is compared with; all of them in a community."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A building or a candidate on the ground: WGS 84 degrees; people for a building, room for a candidate."""

    lon: float
    lat: float
    people: int


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Chosen candidates by number, and for each building the candidate it goes to (None: none) with the metres to it.

    `share`: at most this share of the walk, or of the covered people, could be gained by any other choice; None where it is not known.
    """

    chosen: tuple[int, ...]
    site: tuple[int | None, ...]
    metres: tuple[float | None, ...]
    share: float | None


def place_round(*, buildings: Sequence[Spot], candidates: Sequence[Spot], sites: int) -> Placed:
    """The so many candidates and each building whole at one of them, within their room, with little walk in all and a proven bound (S-191).

    `people` of a candidate is its room. Where whole buildings do not fit although the rooms together would do, what finds no room stands without a
    site and the share is unknown; `CapacityShort` where they would not.
    """
    from epigrid.engine.siting import capacitated, median
    from epigrid.engine.siting.assignment import place
    from epigrid.engine.siting.near import nearest

    demand, ground = _ground(buildings, candidates)
    weight = np.array([float(one.people) for one in buildings])
    room = np.array([one.people for one in candidates], np.int64)
    near = nearest(demand, ground, min(NEAREST, len(candidates)))
    try:
        found = capacitated.solve(near, weight, Sites(ground, room), sites, seconds=SECONDS, seed=SEED)
        return _placed(found.open, found.site, demand, ground, found.gap)
    except CapacityShort:
        if np.sort(room)[-sites:].sum() < weight.sum():
            raise
    chosen = median.solve(near, weight, Sites(ground, room), sites, seconds=SECONDS, seed=SEED).open
    lists = nearest(demand, ground, len(candidates))
    return _placed(chosen, place(lists, weight, np.where(np.isin(np.arange(len(room)), chosen), room, 0)).site, demand, ground, None)


def place_routine(*, buildings: Sequence[Spot], candidates: Sequence[Spot], sites: int | None, reach_m: int) -> Placed:
    """The candidates that cover everybody within the reach with the fewest sites, or the most people with so many sites (S-225)."""
    from epigrid.engine.siting.covering import cover, cover_all
    from epigrid.engine.siting.near import within

    demand, ground = _ground(buildings, candidates)
    weight = np.array([float(one.people) for one in buildings])
    near = within(demand, ground, float(reach_m))
    if sites is None:
        fewest = cover_all(near, float(reach_m), Sites.unbounded(ground))
        chosen, share = fewest.open, fewest.gap
    else:
        most = cover(near, weight, Sites.unbounded(ground), float(reach_m), sites, seconds=SECONDS, seed=SEED)
        chosen, share = most.open, most.gap
    nearest_open = within(demand, Points(ground.x[chosen], ground.y[chosen]), float(reach_m)).site[:, 0]
    return _placed(chosen, np.where(nearest_open >= 0, chosen[nearest_open], NOBODY), demand, ground, share)


def _ground(buildings: Sequence[Spot], candidates: Sequence[Spot]) -> tuple[Points, Points]:
    every = [*buildings, *candidates]
    points = plane(np.array([one.lon for one in every]), np.array([one.lat for one in every]))
    cut = len(buildings)
    return Points(points.x[:cut], points.y[:cut]), Points(points.x[cut:], points.y[cut:])


def _placed(chosen: Numbers, site: Numbers, demand: Points, ground: Points, share: float | None) -> Placed:
    metres = np.hypot(demand.x - ground.x[site], demand.y - ground.y[site])
    return Placed(
        chosen=tuple(chosen.tolist()),
        site=tuple(one if one >= 0 else None for one in site.tolist()),
        metres=tuple(walk if one >= 0 else None for one, walk in zip(site.tolist(), metres.tolist(), strict=True)),
        share=share,
    )


def straight_m(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """The straight line between two points on the ground, in metres."""
    (x, y), (to_x, to_y) = plane_m([(lon, lat), (to_lon, to_lat)])
    return hypot(x - to_x, y - to_y)


def plane_m(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """(longitude, latitude) as metres east and north of their middle."""
    found = plane(np.array([lon for lon, _lat in points]), np.array([lat for _lon, lat in points]))
    return list(zip(found.x.tolist(), found.y.tolist(), strict=True))
