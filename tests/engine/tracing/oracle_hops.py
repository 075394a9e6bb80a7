"""The slow truth of hops: every meeting is looked at again at every moment at which anything may change, in the order of time.

An exposure is due at once, and who is exposed infects nobody before `latency` has passed; so whoever matters at a moment is known when it comes.
"""

import heapq
from itertools import combinations

from epigrid.engine.tracing.answers import ReachedRow


def _meetings(runs) -> list[tuple[int, int, int, int]]:
    """(one, other, start, end) of every two whole stays at one place, both ways round."""
    found = []
    for ((one, here), mine), ((other, there), theirs) in combinations(runs.items(), 2):
        if here == there:
            for a, b in ((max(s[0], t[0]), min(s[1], t[1])) for s in mine for t in theirs):
                if a < b:
                    found += [(one, other, a, b), (other, one, a, b)]
    return found


def reach(runs, queries, *, rule, until: int, moments=()) -> list[ReachedRow]:
    """Whom the sources could have infected, by moment, then person. More `moments` to look at change nothing."""
    meetings = _meetings(runs)
    sources = {query.person for query in queries}
    infectious = [(query.person, query.start, query.end) for query in queries]
    due = [*moments, *(a for _, _, a, _ in meetings), *(query.start for query in queries)]
    heapq.heapify(due)
    at: dict[int, int] = {}
    while due:
        s = heapq.heappop(due)
        for giver, taker, a, b in meetings:
            if taker in sources or taker in at or not a <= s:
                continue
            if any(who == giver and opens <= s and s + rule.min_seconds <= min(b, closes) for who, opens, closes in infectious):
                at[taker] = s
                infectious.append((taker, s + rule.latency_seconds, until))
                heapq.heappush(due, s + rule.latency_seconds)
    return [ReachedRow(person, s) for s, person in sorted((s, person) for person, s in at.items())]


def origins(runs, queries, *, rule, since: int, moments=()) -> list[ReachedRow]:
    """Who could have infected the sources, latest moment first, then person: time is walked backwards."""
    meetings = _meetings(runs)
    sources = {query.person for query in queries}
    possible = [(query.person, query.start, query.end - 1) for query in queries]
    due = [*(-m for m in moments), *(rule.min_seconds - b for _, _, _, b in meetings), *(1 - query.end for query in queries)]
    heapq.heapify(due)
    at: dict[int, int] = {}
    while due:
        s = -heapq.heappop(due)
        for giver, taker, a, b in meetings:
            if giver in sources or giver in at or not a <= s <= b - rule.min_seconds:
                continue
            if any(who == taker and first <= s <= last for who, first, last in possible):
                at[giver] = s
                possible.append((giver, since, s - rule.latency_seconds))
                heapq.heappush(due, rule.latency_seconds - s)
    return [ReachedRow(person, -s) for s, person in sorted((-s, person) for person, s in at.items())]
