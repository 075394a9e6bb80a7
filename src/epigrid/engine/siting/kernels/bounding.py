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
def _turn(lists: Any, ceiling: Any, price: Any, picked: Any, trend: Any) -> float:
    """The new direction: up for a point that no picked site serves, down for one that several do, with half of the last direction; its squared length."""
    start, point, offer = lists[3:]
    for i in range(len(price)):
        trend[i] = 1.0 + 0.5 * trend[i]
    for j in range(len(picked)):
        if picked[j]:
            for t in range(start[j], start[j + 1]):
                if offer[t] < price[point[t]]:
                    trend[point[t]] -= 1.0
    length = 0.0
    for i in range(len(price)):
        if (trend[i] > 0 and price[i] >= ceiling[i]) or (trend[i] < 0 and price[i] <= 0):
            trend[i] = 0.0
        length += trend[i] * trend[i]
    return length


@compiled
def climb(lists: Any, ceiling: Any, price: Any, income: Any, plan: Any) -> Any:
    """Raise the bound: `plan` = (p, rounds, cost of a known choice, gap at which to stop, pace). `price` and `income` become those of the best bound.

    `p` = 0: as many sites as pay, each costs 1 (set covering). `lists` as in `swapping`; `ceiling`: a point's price is at most this (what it costs to be
    served by nobody listed). Returns the bound and the pace reached.
    """
    p, rounds, known, enough, pace = plan
    top, best, stale = -np.inf, price.copy(), 0
    trend, picked = np.zeros(len(price)), np.zeros(len(income), np.bool_)
    for _ in range(rounds):
        _collect(lists[0], lists[1], price, income)
        bound = price.sum() - _pick(income, p, picked)
        stale = 0 if bound > top + 1e-5 * abs(known) else stale + 1
        if bound > top:
            top = bound
            best[:] = price
        if known - top <= enough:
            break
        if stale >= 12:
            pace, stale = pace * 0.7, 0
            price[:] = best
            trend[:] = 0.0
        length = _turn(lists, ceiling, price, picked, trend)
        if length == 0.0:
            break
        stride = pace * (known - bound) / length
        for i in range(len(price)):
            price[i] = min(ceiling[i], max(0.0, price[i] + stride * trend[i]))
    price[:] = best
    _collect(lists[0], lists[1], price, income)
    return top, pace
