"""The search and the bound that p-median and covering share: choose p sites so that serving every point costs least."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.siting.kernels import bounding, swapping
from epigrid.engine.siting.schemas import Floats, Numbers

STEP = 1e-9
"""A swap must save more than this share of the cost: less is rounding."""
CHUNK, CLIMB = 50, 25
"""Kicks, and rounds of the bound, between two looks at the time."""
PATIENCE, LEAST = 30, 150
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
        keep: NDArray[np.bool_] = self.bound + last - self.income <= self.cost - grain + STEP * self.cost
        keep[self.open] = True
        return keep


def choose(costs: Costs, p: int, seconds: float, seed: int) -> Choice:
    """`p` sites that cost little, with a bound. The same seed gives the same sites unless `seconds` ran out.

    Greedy adding, then fast interchange (Resende and Werneck 2007), then a Lagrangian bound, then kicks among the candidates that the bound leaves: a few
    swaps near each other, settled, and taken back when the end costs more. Ends early when the bound proves the choice.
    """
    began = time.monotonic()
    search = Search(costs, seed)
    search.start(swapping.greedy(search.lists, p), began + seconds)
    search.kick(LEAST // 4, began + 0.2 * seconds)
    choice = climb(search, costs, until=began + 0.6 * seconds)
    if choice.cost - choice.bound > search.enough(choice.cost) and p < costs.sites:
        kept = replace(costs, **dict(zip(("site", "cost"), swapping.cut(costs.site, costs.cost, choice.kept(search.grain)), strict=True)))
        search = Search(kept, seed + 1)
        search.start(choice.open, began + seconds)
        search.kick(max(LEAST, PATIENCE * p), began + seconds, aim=choice.bound)
    opened, cost = search.ended()
    return replace(choice, open=opened, cost=cost, bound=min(cost, lifted(choice.bound, search.grain)))


def lifted(bound: float, grain: float) -> float:
    """A bound on costs that are whole numbers (`grain` 1) rounds up."""
    return float(np.ceil(bound - 1e-6)) if grain else bound


class Search:
    """Open sites that are swapped and kicked."""

    def __init__(self, costs: Costs, seed: int) -> None:
        self.lists = (costs.site, costs.cost, costs.far, *swapping.invert(costs.site, costs.cost, costs.sites))
        self.grain, self.sites, self.seed = costs.grain(), costs.sites, seed
        self.spared = np.zeros(costs.sites)
        self.state: Any = None
        self.queue: Any = None
        self.step = 0.0

    def enough(self, cost: float) -> float:
        """A bound at most so far below the cost proves it."""
        return max(STEP * cost, self.grain * (1 - 1e-6))

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
            if cost - aim <= self.enough(cost):
                return
            draw = int(np.random.default_rng((self.seed, turn)).integers(2**31))
            helped = swapping.kick(self.lists, self.state, self.queue, self.spared, (draw, CHUNK, STRENGTH, self.step))
            idle, turn = 0 if helped else idle + CHUNK, turn + 1

    def ended(self) -> tuple[Numbers, float]:
        """The open sites, ascending, and what they cost, summed anew."""
        chosen = np.sort(self.state[5])
        return chosen, float(swapping.begin(self.lists, chosen)[-1][0])


def climb(search: Search, costs: Costs, *, until: float) -> Choice:
    """The sites of a search with a bound under the cost of any choice of as many."""
    opened, cost = search.ended()
    price = np.minimum(costs.ceiling, (search.state[2] + search.state[3]) / 2)
    bound, income = price_up(search, costs, price, (len(opened), cost, search.enough(cost)), until)
    return Choice(opened, cost, bound, price, income)


def price_up(search: Search, costs: Costs, price: Floats, aim: tuple[int, float, float], until: float) -> tuple[float, Floats]:
    """Raise the bound from these prices (changed in place) until it is near enough, climbs no more or time is up: the bound and each site's income.

    `aim` = (p, known cost, what is near enough); p = 0 stands for set covering.
    """
    p, cost, enough = aim
    income, bound, pace, left = np.zeros(costs.sites), -np.inf, 1.0, ROUNDS
    while left > 0 and pace >= SLOWEST and cost - bound > enough and (left == ROUNDS or time.monotonic() < until):
        bound, pace = bounding.climb(search.lists, costs.ceiling, price, income, (p, CLIMB, cost, enough, pace))
        left -= CLIMB
    return bound, income
