"""p-median: p sites so that people walk least in all, each to his nearest open site, without limits of capacity."""

import numpy as np

from epigrid.engine.siting import choosing
from epigrid.engine.siting.schemas import NOBODY, Floats, ListsTooShort, Near, Numbers, Sited, Sites, check


def solve(near: Near, weight: Floats, sites: Sites, p: int, seconds: float, seed: int) -> Sited:
    """`p` of the candidates so that the sum of weight times metres to the nearest open one is small, with a proven bound.

    `near` (n, k), `weight` (n, people). Each point is served from its list; where the lists leave out candidates the bound holds for all candidates
    all the same: who finds none on his list walks at least as far as the list reaches. It mostly ends before `seconds` by itself, and then the same seed
    gives the same answer. Points without weight need no site. Refused: `ListsTooShort` with the number of points whose listed candidates all stay
    closed, `TooFewCandidates`, `BadSiting`. Methods: `choosing`.
    """
    check(near, weight, sites, p)
    return answer(near, weight, sites, choosing.choose(weigh(near, weight, sites), p, seconds, seed))


def answer(near: Near, weight: Floats, sites: Sites, choice: choosing.Choice) -> Sited:
    """A choice with who goes where; refused (`ListsTooShort`) when somebody finds none of its sites on his list."""
    site, metres = serve(near, choice.open, sites)
    lost = (site < 0) & (weight > 0)
    if lost.any():
        raise ListsTooShort(unserved=int(lost.sum()), listed=near.site.shape[1], candidates=len(sites))
    cost = float(weight @ np.where(site < 0, 0.0, metres))
    return Sited(open=choice.open, site=site, cost=cost, bound=min(cost, max(0.0, choice.bound)))


def weigh(near: Near, weight: Floats, sites: Sites) -> choosing.Costs:
    """Costs in people times metres. Who finds no open site on his list pays more than anybody on his, so that the search avoids it."""
    listed = near.site >= 0
    metres = np.where(listed, near.metres, 0.0)
    longest = np.ceil(4 * max(1.0, float(metres.max(initial=0.0))))
    least = np.where(listed.sum(axis=1) == len(sites), np.inf, np.maximum(near.reach, metres.max(axis=1, initial=0.0)))
    ceiling = np.where(np.isinf(least), np.inf, np.where(np.isinf(least), 0.0, least) * weight)
    return choosing.Costs(near.site, np.where(listed, metres * weight[:, None], np.inf), longest * weight, ceiling, len(sites))


def serve(near: Near, chosen: Numbers, sites: Sites) -> tuple[Numbers, Floats]:
    """The nearest open site of each point and the metres to it; `NOBODY` and infinity where none is listed."""
    opened = np.zeros(len(sites) + 1, np.bool_)
    opened[chosen] = True
    hit = opened[near.site]
    column = hit.argmax(axis=1)
    row = np.arange(len(near))
    found = hit[row, column] if near.site.shape[1] else np.zeros(len(near), np.bool_)
    return np.where(found, near.site[row, column], NOBODY).astype(np.int64), np.where(found, near.metres[row, column], np.inf)
