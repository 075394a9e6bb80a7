"""The search and the bound that p-median and covering share: choose p sites so that serving every point costs least."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.siting.kernels import bounding, swapping
from epigrid.engine.siting.schemas import NOBODY, Floats, Numbers

STEP = 1e-9
"""A swap must save more than this share of the cost: less is rounding."""
CHUNK = 50
"""Kicks, or rounds of the bound, between two looks at the time."""
PATIENCE, LEAST = 30, 400
"""The search ends by itself after `PATIENCE` kicks per open site (at least `LEAST`) that did not help."""
STRENGTH = 3
"""A kick swaps up to so many sites."""
ROUNDS, SLOWEST = 1500, 1e-3
"""Most rounds of the bound, and the pace (share of the full subgradient step) at which it has stopped climbing."""


@dataclass(frozen=True, eq=False)
class Costs:
    """What each point pays at each listed candidate: `site` and `cost` (n, k) by rising cost, `far` (n) when nobody serves it.

    `ceiling` (n): what a point pays at least when none of its listed candidates is open; infinity when all are listed. `sites`: number of candidates.
    """

    site: NDArray[np.int32]
    cost: Floats
    far: Floats
    ceiling: Floats
    sites: int

    def grain(self) -> float:
        """Two choices of different cost differ at least by this: 1 where all costs are whole numbers, else 0."""
        listed = self.cost[self.site >= 0]
        return float(np.array_equal(listed, np.round(listed)) and np.array_equal(self.far, np.round(self.far)))


@dataclass(frozen=True, eq=False)
class Choice:
    """The open sites (p, ascending), what all pay, and what no other choice of as many sites undercuts; prices (n) and incomes (m) prove it."""

    open: Numbers
    cost: float
    bound: float
    price: Floats
    income: Floats

    def kept(self, grain: float) -> NDArray[np.bool_]:
        """Candidates that a cheaper choice might contain: with any other one open the bound would pass the cost (reduced-cost fixing)."""
        last = np.sort(self.income)[-len(self.open)]
        keep = self.bound + last - self.income <= self.cost - grain + STEP * self.cost
        keep[self.open] = True
        return keep


def choose(costs: Costs, p: int, seconds: float, seed: int) -> Choice:
    """`p` sites that cost little, with a bound. The same seed gives the same sites unless `seconds` ran out.

    Greedy adding, then fast interchange (Resende and Werneck 2007), then a Lagrangian bound, then kicks among the candidates that the bound leaves: a few
    swaps near each other, settled, and taken back when the end costs more. Ends early when the bound proves the choice.
    """
    began, grain = time.monotonic(), costs.grain()
    search = Search(costs, seed)
    search.start(swapping.greedy(search.lists, p), began + seconds)
    search.kick(LEAST // 4, began + 0.2 * seconds)
    opened, cost = search.ended()
    choice = climb(costs, opened, cost, enough=_enough(cost, grain), until=began + 0.6 * seconds)
    if cost - choice.bound > _enough(cost, grain) and p < costs.sites:
        search = Search(only(costs, choice.kept(grain)), seed + 1)
        search.start(opened, began + seconds)
        search.kick(max(LEAST, PATIENCE * p), began + seconds, aim=choice.bound)
        opened, cost = search.ended()
    bound = float(np.ceil(choice.bound - 1e-6)) if grain else choice.bound
    return replace(choice, open=opened, cost=cost, bound=min(cost, bound))


def _enough(cost: float, grain: float) -> float:
    """A bound at most so far below the cost proves it."""
    return max(STEP * cost, grain * (1 - 1e-6))


class Search:
    """Open sites that are swapped and kicked."""

    def __init__(self, costs: Costs, seed: int) -> None:
        self.lists = (costs.site, costs.cost, costs.far, *swapping.invert(costs.site, costs.cost, costs.sites))
        self.grain, self.sites, self.seed = costs.grain(), costs.sites, seed
        self.spared = np.zeros(costs.sites)
        self.state: Any = None
        self.queue: Any = None
        self.step = 0.0

    def start(self, chosen: Numbers, until: float) -> None:
        """Open these and swap until no swap saves."""
        self.state = swapping.begin(self.lists, chosen)
        self.step = STEP * max(1.0, float(self.state[-1][0]))
        self.queue, log = swapping.queue_all(self.sites), np.empty((CHUNK, 2), np.int64)
        while swapping.settle(self.lists, self.state, self.queue, self.spared, log, self.step) == len(log) and time.monotonic() < until:
            self.queue = swapping.queue_all(self.sites)
        self.queue[1][:], self.queue[2][1] = False, 0

    def kick(self, patience: int, until: float, aim: float = -np.inf) -> None:
        """Kick until it has not helped `patience` times, until the cost is proven by the bound `aim`, or until time is up."""
        idle, turn = 0, 0
        while idle < patience and time.monotonic() < until and len(self.state[5]) < self.sites:
            cost = float(self.state[-1][0])
            if cost - aim <= _enough(cost, self.grain):
                return
            draw = int(np.random.default_rng((self.seed, turn)).integers(2**31))
            helped = swapping.kick(self.lists, self.state, self.queue, self.spared, (draw, CHUNK, STRENGTH, self.step))
            idle, turn = 0 if helped else idle + CHUNK, turn + 1

    def ended(self) -> tuple[Numbers, float]:
        """The open sites, ascending, and what they cost, summed anew."""
        chosen = np.sort(self.state[5])
        return chosen, float(swapping.begin(self.lists, chosen)[-1][0])


def only(costs: Costs, keep: NDArray[np.bool_]) -> Costs:
    """The same costs with the lists cut down to these candidates."""
    listed = (costs.site >= 0) & keep[costs.site]
    order = np.argsort(~listed, axis=1, kind="stable")[:, : max(1, int(listed.sum(axis=1).max(initial=0)))]
    held = np.take_along_axis(listed, order, axis=1)
    site, cost = np.take_along_axis(costs.site, order, axis=1), np.take_along_axis(costs.cost, order, axis=1)
    return replace(costs, site=np.where(held, site, np.int32(NOBODY)), cost=np.where(held, cost, np.inf))


def climb(costs: Costs, opened: Numbers, cost: float, *, enough: float, until: float) -> Choice:
    """These sites with a bound under the cost of any choice of as many; ends within `enough` of their own cost, when it stops climbing, or when time is up."""
    lists = (costs.site, costs.cost, costs.far, *swapping.invert(costs.site, costs.cost, costs.sites))
    state = swapping.begin(lists, opened)
    price = np.minimum(costs.ceiling, (state[2] + state[3]) / 2)
    bound, income = price_up(costs, price, (len(opened), cost, enough), until)
    return Choice(opened, cost, bound, price, income)


def price_up(costs: Costs, price: Floats, aim: tuple[int, float, float], until: float) -> tuple[float, Floats]:
    """Raise the bound from these prices (changed in place): the bound and each site's income. `aim` = (p, known cost, what is near enough)."""
    p, cost, enough = aim
    income, bound, pace, left = np.zeros(costs.sites), -np.inf, 1.0, ROUNDS
    while left > 0 and pace >= SLOWEST and cost - bound > enough and (left == ROUNDS or time.monotonic() < until):
        bound, pace = bounding.climb((costs.site, costs.cost), costs.ceiling, price, income, (p, CHUNK, cost, enough, pace))
        left -= CHUNK
    return bound, income
