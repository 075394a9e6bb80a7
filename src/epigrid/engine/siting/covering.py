"""Covering: as many people as p sites can reach within a radius, or the fewest sites that reach everybody."""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.siting import choosing
from epigrid.engine.siting.kernels import swapping
from epigrid.engine.siting.median import serve
from epigrid.engine.siting.schemas import NOBODY, BadSiting, Covered, Floats, ListsTooShort, Near, Numbers, Sited, Sites, check

PATIENCE = 600
"""Kicks without help after which one site fewer is given up."""


def cover(near: Near, weight: Floats, sites: Sites, radius: float, p: int, seconds: float, seed: int) -> Covered:
    """Maximal covering (Church and ReVelle 1974): `p` candidates with as much weight as possible within `radius` metres (inclusive), with a proven bound.

    `near` must list every candidate in the radius (`near.within`), else `ListsTooShort`. It mostly ends before `seconds` by itself, and then the same
    seed gives the same answer. Solved as a p-median in which a covered point costs nothing and an uncovered one its weight.
    """
    check(near, weight, sites, p)
    choice = choosing.choose(weigh(near, weight, sites, radius), p, seconds, seed)
    covered = reached(near, choice.open, sites, radius)
    total = float(weight.sum())
    return Covered(open=choice.open, covered=covered, weight=float(weight[covered].sum()), bound=total - max(0.0, choice.bound))


def cover_all(near: Near, radius: float, sites: Sites, seconds: float = 10, seed: int = 0) -> Sited:
    """Set covering: few candidates so that every point has an open one within `radius` metres; `cost` and `bound` are numbers of sites.

    Points that no candidate reaches are `unserved`; the others go to their nearest open site. Greedy (Chvatal 1979), then one site fewer as long as swaps
    find a way to cover all; the bound is the Lagrangian one (Beasley 1990), rounded up.
    """
    until = time.monotonic() + seconds
    check(near, np.zeros(len(near)), sites)
    costs = weigh(near, np.ones(len(near)), sites, radius)
    rows = np.flatnonzero(costs.site[:, 0] >= 0)
    held = replace(costs, site=costs.site[rows], cost=costs.cost[rows], far=costs.far[rows], ceiling=costs.ceiling[rows])
    opened, bound = _fewest(held, until, seed) if len(rows) else (np.zeros(0, np.int64), 0)
    site, metres = serve(near, opened, sites)
    return Sited(open=opened, site=np.where(metres <= radius, site, NOBODY), cost=float(len(opened)), bound=float(bound))


def reached(near: Near, opened: Numbers, sites: Sites, radius: float) -> NDArray[np.bool_]:
    """Which points have one of these sites within `radius` metres: a given plan judged, for instance by a 15 minutes' walk. The others are uncovered."""
    _listed(near, radius)
    within: NDArray[np.bool_] = serve(near, opened, sites)[1] <= radius
    return within


def _listed(near: Near, radius: float) -> None:
    if not 0 < radius < np.inf:
        raise BadSiting(column="radius")
    if radius > near.reach:
        raise ListsTooShort(radius=radius, reach=near.reach)


def weigh(near: Near, weight: Floats, sites: Sites, radius: float) -> choosing.Costs:
    """A point costs nothing at the candidates within the radius, which all must be listed, and its weight when none of them is open."""
    _listed(near, radius)
    inside = near.metres <= radius
    columns = max(1, int(inside.sum(axis=1).max(initial=0)))
    inside = inside[:, :columns]
    site = np.where(inside, near.site[:, :columns], np.int32(NOBODY))
    return choosing.Costs(site, np.where(inside, 0.0, np.inf), weight, weight, len(sites))


def _fewest(costs: choosing.Costs, until: float, seed: int) -> tuple[Numbers, int]:
    """Sites that cover all these points, and how many there must be at least."""
    search = choosing.Search(costs, seed)
    ranked = swapping.greedy(search.lists, costs.sites)
    rank = np.full(costs.sites + 1, costs.sites)
    rank[ranked] = np.arange(costs.sites)
    opened = np.sort(ranked[: int(rank[costs.site].min(axis=1).max()) + 1])
    least, _ = choosing.price_up(search, costs, 1 / (1 + _busiest(costs)), (0, float(len(opened)), 1 - 1e-6), until)
    bound = max(1, int(np.ceil(least - 1e-6)))
    while len(opened) > bound and time.monotonic() < until:
        search.start(opened, until)
        loss, chosen = search.state[4], search.state[5]
        search.start(np.delete(chosen, int(loss[chosen].argmin())), until)
        search.kick(PATIENCE, until, aim=0.0)
        fewer, missed = search.ended()
        if missed > 0:
            break
        opened = fewer
    return opened, bound


def _busiest(costs: choosing.Costs) -> Floats:
    """For each point, how many points its busiest candidate covers: a price of one over that is a dual solution to begin with."""
    count = np.bincount(costs.site[costs.site >= 0], minlength=costs.sites).astype(np.float64)
    most: Floats = np.where(costs.site >= 0, count[costs.site], 0.0).max(axis=1)
    return most
