"""Choosing p sites: greedy start, swaps of one open for one closed site, and kicks that are taken back when they did not help.

`lists` = (site, cost, far, start, point, price): each point's candidates by rising cost (n, k), what a point costs that nobody serves (n), and the same
lists by candidate. `state` = (first, second, best, next, loss, open, place, total): each point's two cheapest open sites and their costs, what
closing a site would cost, the open sites, where each stands among them (-1 = closed), and the cost of all.
"""

from typing import Any

import numpy as np

from epigrid.engine.siting.kernels import compiled


@compiled
def invert(site: Any, cost: Any, sites: int) -> Any:
    """The lists by candidate: `start[j]` up to `start[j + 1]` in `point` and `price`."""
    start = np.zeros(sites + 1, np.int64)
    for j in site.ravel():
        if j >= 0:
            start[j + 1] += 1
    for j in range(sites):
        start[j + 1] += start[j]
    cursor, point, price = start[:-1].copy(), np.empty(start[sites], np.int32), np.empty(start[sites])
    for i in range(len(site)):
        for t in range(site.shape[1]):
            j = site[i, t]
            if j >= 0:
                point[cursor[j]], price[cursor[j]] = i, cost[i, t]
                cursor[j] += 1
    return start, point, price


@compiled
def cut(site: Any, cost: Any, keep: Any) -> Any:
    """The lists with these candidates only."""
    width = 1
    for i in range(len(site)):
        held = 0
        for j in site[i]:
            held += 1 if j >= 0 and keep[j] else 0
        width = max(width, held)
    fewer, costs = np.full((len(site), width), -1, np.int32), np.full((len(site), width), np.inf)
    for i in range(len(site)):
        at = 0
        for t in range(site.shape[1]):
            if site[i, t] >= 0 and keep[site[i, t]]:
                fewer[i, at], costs[i, at] = site[i, t], cost[i, t]
                at += 1
    return fewer, costs


@compiled
def greedy(lists: Any, p: int) -> Any:
    """One site after the other, each the one that saves most; of equals the first."""
    site, cost, far, start, point, price = lists
    now, gain = far.copy(), np.zeros(len(start) - 1)
    for j in range(len(gain)):
        for t in range(start[j], start[j + 1]):
            gain[j] += max(0.0, far[point[t]] - price[t])
    chosen = np.empty(p, np.int64)
    for turn in range(p):
        j = int(np.argmax(gain))
        chosen[turn], gain[j] = j, -np.inf
        for t in range(start[j], start[j + 1]):
            i, c = point[t], price[t]
            if c < now[i]:
                for s in range(site.shape[1]):
                    if site[i, s] < 0 or cost[i, s] >= now[i]:
                        break
                    gain[site[i, s]] -= now[i] - max(cost[i, s], c)
                now[i] = c
    return chosen


@compiled
def _look(i: int, lists: Any, state: Any) -> None:
    """Find point i's two cheapest open sites again."""
    site, cost, far = lists[:3]
    first, second, best, following, place = state[0], state[1], state[2], state[3], state[6]
    first[i], second[i], best[i], following[i] = -1, -1, far[i], far[i]
    for s in range(site.shape[1]):
        j = site[i, s]
        if j < 0 or cost[i, s] >= far[i]:
            return
        if place[j] >= 0:
            if first[i] >= 0:
                second[i], following[i] = j, cost[i, s]
                return
            first[i], best[i] = j, cost[i, s]


@compiled
def begin(lists: Any, chosen: Any) -> Any:
    """The state with these sites open."""
    n, m = len(lists[2]), len(lists[3]) - 1
    first, second, best, following = np.full(n, -1, np.int32), np.full(n, -1, np.int32), np.zeros(n), np.zeros(n)
    loss, place, total = np.zeros(m), np.full(m, -1, np.int64), np.zeros(1)
    for at in range(len(chosen)):
        place[chosen[at]] = at
    state = (first, second, best, following, loss, chosen.copy(), place, total)
    for i in range(n):
        _look(i, lists, state)
        total[0] += best[i]
        if first[i] >= 0:
            loss[first[i]] += following[i] - best[i]
    return state


@compiled
def _mark(i: int, upto: float, lists: Any, queue: Any) -> None:
    """Queue the candidates that would serve point i for less than `upto`."""
    site, cost = lists[:2]
    ring, waits, ends = queue
    for s in range(site.shape[1]):
        j = site[i, s]
        if j < 0 or cost[i, s] >= upto:
            return
        if not waits[j]:
            waits[j] = True
            ring[(ends[0] + ends[1]) % len(ring)] = j
            ends[1] += 1


@compiled
def _swap(j: int, out: int, lists: Any, state: Any, queue: Any) -> None:
    """Open j, close `out`, and queue the candidates for which that changes something."""
    start, point, price = lists[3:]
    first, second, best, following, loss, chosen, place, total = state
    place[j] = place[out]
    chosen[place[j]], place[out] = j, -1
    for side in range(2):
        which = j if side == 0 else out
        for t in range(start[which], start[which + 1]):
            i, c = point[t], price[t]
            if (side == 0 and c >= following[i]) or (side == 1 and first[i] != out and second[i] != out):
                continue
            if first[i] >= 0:
                loss[first[i]] -= following[i] - best[i]
            upto, was = following[i], best[i]
            if side == 0 and c < best[i]:
                first[i], second[i], best[i], following[i] = j, first[i], c, best[i]
            elif side == 0:
                second[i], following[i] = j, c
            else:
                _look(i, lists, state)
            if first[i] >= 0:
                loss[first[i]] += following[i] - best[i]
            total[0] += best[i] - was
            _mark(i, max(upto, following[i]), lists, queue)
    loss[out] = 0.0


@compiled
def _judge(j: int, lists: Any, state: Any, spared: Any) -> Any:
    """What opening j and closing the best site for it saves, and that site. `spared` is a row of zeros per candidate, left as it was."""
    start, point, price = lists[3:]
    first, best, following, loss, chosen = state[0], state[2], state[3], state[4], state[5]
    gain = 0.0
    for t in range(start[j], start[j + 1]):
        i, c = point[t], price[t]
        if c < following[i]:
            if c < best[i]:
                gain += best[i] - c
            if first[i] >= 0:
                spared[first[i]] += following[i] - max(c, best[i])
    least, out = np.inf, -1
    for r in chosen:
        if loss[r] - spared[r] < least:
            least, out = loss[r] - spared[r], r
        spared[r] = 0.0
    return gain - least, out


@compiled
def settle(lists: Any, state: Any, queue: Any, spared: Any, log: Any, step: float) -> int:
    """Swap while a queued candidate saves more than `step`; the swaps are written to `log`, and it ends when that is full. How many there were."""
    ring, waits, ends = queue
    place, swaps = state[6], 0
    while ends[1] > 0:
        j = ring[ends[0]]
        ends[0], ends[1], waits[j] = (ends[0] + 1) % len(ring), ends[1] - 1, False
        if place[j] >= 0 or swaps == len(log):
            continue
        saved, out = _judge(j, lists, state, spared)
        if saved > step:
            _swap(j, out, lists, state, queue)
            log[swaps, 0], log[swaps, 1] = j, out
            swaps += 1
    return swaps


@compiled
def queue_all(sites: int) -> Any:
    """A queue in which every candidate waits."""
    return np.arange(sites), np.ones(sites, np.bool_), np.array([0, sites])


@compiled
def _closed_near(out: int, lists: Any, place: Any) -> int:
    """A closed candidate that serves a point of `out`, by chance; any closed one when ten tries find none."""
    site, start, point = lists[0], lists[3], lists[4]
    if start[out + 1] > start[out]:
        for _ in range(10):
            i = point[np.random.randint(start[out], start[out + 1])]
            j = site[i, np.random.randint(site.shape[1])]
            if j >= 0 and place[j] < 0:
                return int(j)
    j = np.random.randint(len(place))
    while place[j] >= 0:
        j = (j + 1) % len(place)
    return int(j)


@compiled
def kick(lists: Any, state: Any, queue: Any, spared: Any, plan: Any) -> int:
    """`plan` = (seed, rounds, strength, step): so many times swap up to `strength` sites by chance, settle, and take back what costs more; how many helped."""
    seed, rounds, strength, step = plan
    np.random.seed(seed)
    chosen, place, total = state[5], state[6], state[7]
    log, helped = np.empty((1024, 2), np.int64), 0
    for _ in range(rounds):
        before, swaps = total[0], np.random.randint(1, strength + 1)
        for turn in range(swaps):
            out = chosen[np.random.randint(len(chosen))]
            j = _closed_near(out, lists, place)
            _swap(j, out, lists, state, queue)
            log[turn, 0], log[turn, 1] = j, out
        swaps += settle(lists, state, queue, spared, log[swaps:], step)
        if total[0] > before + step:
            for turn in range(swaps - 1, -1, -1):
                _swap(log[turn, 1], log[turn, 0], lists, state, queue)
            for j in range(queue[2][1]):
                queue[1][queue[0][(queue[2][0] + j) % len(place)]] = False
            queue[2][1] = 0
        elif total[0] < before - step:
            helped += 1
    return helped
