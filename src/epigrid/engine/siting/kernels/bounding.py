"""Lower bounds by prices: a point pays at most its price, a site collects what its points' prices exceed its costs, the p best collections count.

Lagrangian relaxation of "every point has one site" (Cornuejols, Fisher and Nemhauser 1977), climbed by a deflected subgradient.
"""

from typing import Any

import numpy as np

from epigrid.engine.siting.kernels import compiled


@compiled
def _collect(site: Any, cost: Any, price: Any, income: Any) -> None:
    """What each site would collect at these prices."""
    income[:] = 0.0
    for i in range(len(site)):
        for s in range(site.shape[1]):
            if site[i, s] < 0 or cost[i, s] >= price[i]:
                break
            income[site[i, s]] += price[i] - cost[i, s]


@compiled
def _pick(income: Any, p: int, picked: Any) -> float:
    """Pick the p sites with most income, or with p = 0 those that earn more than 1; what they earn."""
    earned = 0.0
    picked[:] = False
    if p == 0:
        for j in range(len(income)):
            if income[j] > 1.0:
                picked[j] = True
                earned += income[j] - 1.0
        return earned
    for j in np.argsort(-income)[:p]:
        picked[j] = True
        earned += income[j]
    return earned


@compiled
def climb(lists: Any, ceiling: Any, price: Any, income: Any, plan: Any) -> Any:
    """Raise the bound: `plan` = (p, rounds, cost of a known choice, gap at which to stop, pace). `price` and `income` become those of the best bound.

    `p` = 0: as many sites as pay, each costs 1 (set covering). `lists` = (site, cost); `ceiling`: a point's price is at most this (what it costs to be served by nobody listed). Returns the bound and the pace reached.
    """
    site, cost = lists
    p, rounds, known, enough, pace = plan
    n = len(site)
    top, best, stale = -np.inf, price.copy(), 0
    trend, served, picked = np.zeros(n), np.zeros(n, np.int64), np.zeros(len(income), np.bool_)
    for _ in range(rounds):
        _collect(site, cost, price, income)
        bound = price.sum() - _pick(income, p, picked)
        if bound > top:
            stale = 0 if bound > top + 1e-5 * abs(known) else stale + 1
            top = bound
            best[:] = price
        else:
            stale += 1
        if known - top <= enough:
            break
        if stale >= 12:
            pace, stale = pace * 0.7, 0
            price[:] = best
            trend[:] = 0.0
        length = 0.0
        for i in range(n):
            served[i] = 1
            for s in range(site.shape[1]):
                if site[i, s] < 0 or cost[i, s] >= price[i]:
                    break
                served[i] -= picked[site[i, s]]
            trend[i] = served[i] + 0.5 * trend[i]
            if (trend[i] > 0 and price[i] >= ceiling[i]) or (trend[i] < 0 and price[i] <= 0):
                trend[i] = 0.0
            length += trend[i] * trend[i]
        if length == 0.0:
            break
        stride = pace * (known - bound) / length
        for i in range(n):
            price[i] = min(ceiling[i], max(0.0, price[i] + stride * trend[i]))
    price[:] = best
    _collect(site, cost, price, income)
    return top, pace
