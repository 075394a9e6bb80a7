"""Choosing p sites when each has room for so many people only: p-median and maximal covering within capacities."""

import time

import numpy as np

from epigrid.engine.siting import assignment, choosing, covering, median
from epigrid.engine.siting.kernels import bounding, swapping
from epigrid.engine.siting.schemas import NOBODY, Assigned, CapacityShort, Covered, Floats, Near, Numbers, Sited, Sites, check

PATIENCE = 8
"""The search ends by itself after so many swaps per open site that did not help."""
ROUNDS = 600
"""Most rounds of the bound."""


def solve(near: Near, weight: Floats, sites: Sites, p: int, seconds: float, seed: int) -> Sited:
    """`p` of the candidates and every building whole at one of them, within capacities, so that people walk little, with a proven bound.

    The choice without capacities is swapped into one with room for all; then swaps by chance near each other, each judged by the best flow, kept when
    better; at last `assignment.assign`. The bound is the better one of `median` and of Lagrangian knapsacks (Holmberg, Ronnqvist and Yuan 1999). Same seed, same
    answer, unless `seconds` ran out. Refused: `CapacityShort` with the places missing in the p roomiest sites, or with the `people` for
    whom no seat was found; the rest as in `median.solve`.
    """
    until = time.monotonic() + seconds
    check(near, weight, sites, p)
    total = int(weight.sum())
    room = int(np.sort(np.minimum(sites.capacity, total))[-p:].sum())
    if room < total:
        raise CapacityShort(people=total, places=room, short=total - room)
    choice = choosing.choose(median.weigh(near, weight, sites), p, seconds / 4, seed)
    opened = _swaps(near, weight, sites, _roomy(choice.open, sites, total), until - seconds / 4, seed)
    found = assignment.place(near, weight, _capacity(sites, opened))
    if len(found.unplaced):
        raise CapacityShort(people=int(weight[found.unplaced].sum()), places=int(sites.capacity[opened].sum()) - total)
    bound = max(choice.bound, _knapsacks(near, weight, sites, choice, found.cost, until))
    return Sited(open=opened, site=found.site, cost=found.cost, bound=min(found.cost, bound))


def cover(near: Near, weight: Floats, sites: Sites, radius: float, p: int, seconds: float, seed: int) -> tuple[Covered, Assigned]:
    """`p` candidates that have room within `radius` metres for as many people as possible, and who goes where.

    `covered` are the buildings that got a place; no choice has places for more people than `bound`: that of `covering.cover`, or the p roomiest sites.
    """
    until = time.monotonic() + seconds
    first = covering.cover(near, weight, sites, radius, p, seconds / 2, seed)
    inside = near.metres <= radius
    cut = Near(np.where(inside, near.site, np.int32(NOBODY)), np.where(inside, near.metres, np.inf), radius)
    opened = _swaps(cut, weight, sites, first.open, until, seed)
    found = assignment.place(cut, weight, _capacity(sites, opened))
    room = float(np.sort(sites.capacity)[-p:].sum())
    placed = found.site >= 0
    return Covered(open=opened, covered=placed, weight=float(weight[placed].sum()), bound=min(first.bound, room)), found


def _roomy(opened: Numbers, sites: Sites, total: int) -> Numbers:
    """Swap the open site with least room for the closed one with most until all have room for `total`."""
    chosen = opened.copy()
    while sites.capacity[chosen].sum() < total:
        closed = np.setdiff1d(np.arange(len(sites)), chosen)
        chosen[sites.capacity[chosen].argmin()] = closed[sites.capacity[closed].argmax()]
    return np.sort(chosen)


def _capacity(sites: Sites, opened: Numbers) -> Numbers:
    return np.where(np.isin(np.arange(len(sites)), opened), sites.capacity, 0)


def _swaps(near: Near, weight: Floats, sites: Sites, opened: Numbers, until: float, seed: int) -> Numbers:
    """Swap an open site for a closed one near one of its points when the best flow then leaves fewer people, or as many who walk less."""
    draw, idle, chosen = np.random.default_rng(seed), 0, opened.copy()
    best = assignment.worth(near, weight, _capacity(sites, chosen))
    while idle < PATIENCE * len(chosen) and len(chosen) < len(sites) and time.monotonic() < until:
        out = int(draw.integers(len(chosen)))
        points = np.flatnonzero((near.site == chosen[out]).any(axis=1))
        listed = near.site[draw.choice(points)] if len(points) else np.arange(len(sites))
        options = np.setdiff1d(listed[listed >= 0], chosen)
        idle += 1
        if len(options):
            other = chosen.copy()
            other[out] = draw.choice(options)
            worth = assignment.worth(near, weight, _capacity(sites, other))
            if worth < best:
                chosen, best, idle = other, worth, 0
    return np.sort(chosen)


def _knapsacks(near: Near, weight: Floats, sites: Sites, choice: choosing.Choice, cost: float, until: float) -> float:
    """A bound from prices per building: a site collects at most what fits into its room, the p best collections count."""
    costs = median.weigh(near, weight, sites)
    lists = (costs.site, costs.cost, costs.far, *swapping.invert(costs.site, costs.cost, costs.sites))
    price, bound, pace, left = choice.price.copy(), -np.inf, 1.0, ROUNDS
    while left > 0 and pace >= choosing.SLOWEST and (left == ROUNDS or time.monotonic() < until):
        plan = (len(choice.open), choosing.CLIMB, cost, choosing.STEP * cost, pace)
        bound, pace = bounding.climb_knapsacks(lists, (costs.ceiling, weight, sites.capacity), price, plan)
        left -= choosing.CLIMB
    return float(bound)
