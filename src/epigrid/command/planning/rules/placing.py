"""Where sites stand and which building goes to which: the siting engine in the planner's words. Pure. The engine is loaded when it is first asked.

Distances are straight lines in metres (a walk is longer): the page says so. A building is never split over two sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from epigrid.engine.siting.schemas import NOBODY, CapacityShort, Floats, ListsTooShort, Numbers, Points, Sited, Sites, plane, share

SECONDS = 2.0
"""How long the search for sites may take; a community needs far less."""
SEED = 1
NEAREST = 20
"""Candidates that a building is compared with at first; all of them in a community."""
MANY = 1_000
"""Buildings beyond which room is looked at after the sites are chosen: swaps that look at it cost a flow each."""


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

    `people` of a candidate is its room. More than `MANY` buildings, and where the near candidates have too little room, are placed without regard to room
    first and then sent to the chosen sites that have it; the bound is then that of sites with room for everybody. Where whole buildings do not fit
    although the rooms together would do, what finds no room stands without a site and the share is unknown; `CapacityShort` where they would not.
    """
    from epigrid.engine.siting import capacitated
    from epigrid.engine.siting.assignment import place
    from epigrid.engine.siting.near import nearest

    demand, ground = _ground(buildings, candidates)
    weight = np.array([float(one.people) for one in buildings])
    room = np.array([one.people for one in candidates], np.int64)
    try:
        if len(buildings) <= MANY:
            near = nearest(demand, ground, min(NEAREST, len(candidates)))
            found = capacitated.solve(near, weight, Sites(ground, room), sites, seconds=SECONDS, seed=SEED)
            return _placed(found.open, found.site, demand, ground, found.gap)
    except CapacityShort:
        pass
    if (short := int(weight.sum() - np.sort(room)[-sites:].sum())) > 0:
        raise CapacityShort(people=int(weight.sum()), places=int(weight.sum()) - short, short=short)
    free = _without_regard_to_room(demand, ground, weight, sites)
    seated = place(nearest(demand, Points(ground.x[free.open], ground.y[free.open]), len(free.open)), weight, room[free.open])
    site = np.where(seated.site >= 0, free.open[seated.site], NOBODY)
    return _placed(free.open, site, demand, ground, None if len(seated.unplaced) else share(seated.cost - free.bound, free.bound))


def _without_regard_to_room(demand: Points, ground: Points, weight: Floats, sites: int) -> Sited:
    """The candidates with the least walk if each had room for everybody; longer lists of near ones as long as somebody finds no site on his."""
    from epigrid.engine.siting import median
    from epigrid.engine.siting.near import nearest

    listed = NEAREST
    while True:
        near = nearest(demand, ground, min(listed, len(ground)))
        try:
            return median.solve(near, weight, Sites.unbounded(ground), sites, seconds=SECONDS, seed=SEED)
        except ListsTooShort:
            listed *= 4


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
