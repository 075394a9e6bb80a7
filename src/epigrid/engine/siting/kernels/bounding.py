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
def _fill(lists: Any, room: Any, price: Any, income: Any, part: Any) -> None:
    """What each site collects when it takes the points that pay most over their cost per head, the last one in part, up to its room; the parts taken."""
    start, point, offer = lists[3:]
    weight, capacity = room
    for j in range(len(income)):
        income[j], free = 0.0, float(capacity[j])
        part[start[j] : start[j + 1]] = 0.0
        density = np.zeros(start[j + 1] - start[j])
        for t in range(start[j], start[j + 1]):
            i = point[t]
            if price[i] > offer[t]:
                density[t - start[j]] = (price[i] - offer[t]) / weight[i] if weight[i] > 0 else np.inf
        for at in np.argsort(-density):
            t = start[j] + at
            i = point[t]
            if density[at] <= 0 or free <= 0:
                break
            part[t] = 1.0 if weight[i] <= free else free / weight[i]
            free -= weight[i] * part[t]
            income[j] += part[t] * (price[i] - offer[t])


@compiled
def _turn_knapsacks(lists: Any, part: Any, picked: Any, trend: Any) -> None:
    """As in `_turn`, with parts of points."""
    start, point = lists[3:5]
    for i in range(len(trend)):
        trend[i] = 1.0 + 0.5 * trend[i]
    for j in range(len(picked)):
        if picked[j]:
            for t in range(start[j], start[j + 1]):
                trend[point[t]] -= part[t]


@compiled
def climb_knapsacks(lists: Any, limits: Any, price: Any, plan: Any) -> Any:
    """As `climb`, when a site has room: `limits` = (ceiling, weight of points, room of sites)."""
    p, rounds, known, enough, pace = plan
    ceiling, room = limits[0], limits[1:]
    top, best, stale = -np.inf, price.copy(), 0
    income, part = np.zeros(len(lists[3]) - 1), np.zeros(len(lists[4]))
    trend, picked = np.zeros(len(price)), np.zeros(len(income), np.bool_)
    for _ in range(rounds):
        _fill(lists, room, price, income, part)
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
        _turn_knapsacks(lists, part, picked, trend)
        length = (trend * trend).sum()
        if length == 0.0:
            break
        for i in range(len(price)):
            price[i] = min(ceiling[i], max(0.0, price[i] + pace * (known - bound) / length * trend[i]))
    price[:] = best
    return top, pace


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
