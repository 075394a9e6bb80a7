"""`python -m benchmarks.siting [name ...]`: the siting targets, one line each: `name value target ok|short`.

Without names all of them, in about five minutes. Cities are invented from a seed. Loops are compiled before anything is timed; each time is one run of the wall
clock with its lists of near candidates, on a machine that should have nothing else to do (the last line says how busy it was).
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.siting import instances
from benchmarks.tracing.targets import Target
from epigrid.command.planning.rules.placing import Spot, place_round
from epigrid.engine.siting import covering, exact, median, near
from epigrid.engine.siting.assignment import assign
from epigrid.engine.siting.schemas import Near, Points, Sites

Lines = Iterator[tuple[Target, float]]
SECONDS = 52
"""What p-median of a city is given for search and bound; its lists come on top."""


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """An answer and its seconds; those of the processor are printed, which others on the machine disturb less."""
    began, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"# {seconds:.1f} s, of which {processor:.1f} s of the processor")
    return found, seconds


def nowhere(count: int) -> Sites:
    """Candidates of a graph: no positions, room for everybody."""
    return Sites.unbounded(Points(np.zeros(count), np.zeros(count)))


def pmed() -> Lines:
    """OR-Library pmed1-20 by the heuristic."""
    known = [instances.pmed(number) for number in range(1, 21)]
    lists = [Near.of(one.metres) for one in known]
    found, seconds = timed(
        lambda: [median.solve(near, np.ones(len(near)), nowhere(len(near)), one.p, 30, 0) for near, one in zip(lists, known, strict=True)]
    )
    over = [100 * (answer.cost / one.optimum - 1) for answer, one in zip(found, known, strict=True)]
    yield Target("pmed_optimal", 20, at_least=True), sum(one <= 0 for one in over)
    yield Target("pmed_mean_over_optimum_%", 0.01), float(np.mean(over))
    yield Target("pmed_s", 3), seconds
    yield Target("pmed_mean_certified_gap_%", 1), 100 * float(np.mean([answer.gap for answer in found]))


def proof() -> Lines:
    """HiGHS proves a p-median of 1,000 buildings and 200 candidates."""
    demand, weight, sites = instances.city(1_000, 200, side=4_000, seed=11)
    lists = near.nearest(demand, sites.points, 200)
    found, seconds = timed(lambda: exact.solve_median(lists, weight, sites, 40, 240))
    yield Target("highs_1000_200_gap_%", 1e-4), 100 * found.gap
    yield Target("highs_1000_200_s", 240), seconds


def city_median() -> Lines:
    """100,000 buildings, 2,000 candidates, the 20 nearest, 800 sites."""
    demand, weight, sites = instances.city(100_000, 2_000, side=30_000, seed=7)
    found, seconds = timed(lambda: median.solve(near.nearest(demand, sites.points, 20), weight, sites, 800, SECONDS, 1))
    yield Target("median_100k_2k_s", 60), seconds
    yield Target("median_100k_2k_certified_gap_%", 1), 100 * found.gap


def city_covering() -> Lines:
    """100,000 buildings, 10,000 candidates, 600 m, 400 sites; then the same with more time."""
    demand, weight, sites = instances.city(100_000, 10_000, side=30_000, seed=7)
    found, seconds = timed(lambda: covering.cover(near.within(demand, sites.points, 600.0), weight, sites, 600.0, 400, 2.5, 1))
    yield Target("covering_100k_10k_s", 5), seconds
    yield Target("covering_100k_10k_bound_%_of_people", 100), 100 * found.bound / float(weight.sum())
    print(f"# covers {found.weight / weight.sum():.1%} of the people, at most {found.bound / weight.sum():.1%} can be")
    longer = covering.cover(near.within(demand, sites.points, 600.0), weight, sites, 600.0, 400, 40, 1)
    print(f"# in 40 s: covers {longer.weight / weight.sum():.1%}, at most {longer.bound / weight.sum():.1%}")


def known_coverings() -> Lines:
    """Maximal covering optima proven by HiGHS."""
    known = instances.coverings()
    found = [
        covering.cover(near.within(one.points, one.points, one.radius), one.weight, Sites.unbounded(one.points), one.radius, one.p, 5, 0)
        for one in known
    ]
    yield Target("mclp_optimal", len(known), at_least=True), sum(answer.weight == one.optimum for answer, one in zip(found, known, strict=True))


def city_assignment() -> Lines:
    """100,000 buildings to 400 sites with 15 % more places than people, the 20 nearest."""
    demand, weight, sites = instances.city(100_000, 400, side=30_000, seed=7)
    capacity = (np.random.default_rng(1).uniform(0.5, 1.5, 400) * weight.sum() / 400 * 1.15).astype(np.int64)
    found, seconds = timed(lambda: assign(near.nearest(demand, sites.points, 20), weight, capacity))
    yield Target("assignment_100k_400_s", 10), seconds
    yield Target("assignment_100k_400_unplaced", 0), len(found.unplaced)
    yield Target("assignment_100k_400_over_best_flow_%", 1), 100 * (found.cost / found.bound - 1)
    print(f"# the best flow splits {len(found.split)} of 100,000 buildings over sites")


def district_round() -> Lines:
    """A round as the planning page asks for it: 500,000 people in 600 invented compounds of ten buildings; sites at compounds or buildings, 3,000 people each."""
    draw = np.random.default_rng(7)
    compounds = draw.uniform(0, 12_000, (600, 2))
    spots = np.repeat(compounds, 10, axis=0) + draw.normal(0, 80, (6_000, 2))
    sizes = draw.lognormal(0, 0.6, 6_000)
    people = np.maximum(1, np.round(sizes * 500_000 / sizes.sum())).astype(int).tolist()

    def spot(at: Any, room: int) -> Spot:
        return Spot(lon=112.5 + at[0] / 87_700, lat=37.8 + at[1] / 111_000, people=room)

    buildings = [spot(at, count) for at, count in zip(spots, people, strict=True)]
    found, _seconds = timed(lambda: place_round(buildings=buildings, candidates=[spot(at, 3_000) for at in (*compounds, *spots)], sites=200))
    yield Target("district_round_unplaced", 0), found.site.count(None)
    print(f"# at most {found.share or 0:.1%} of the walk could be saved")


def warm() -> None:
    """Compile every loop."""
    demand, weight, sites = instances.city(60, 8, side=1_000, seed=1)
    lists = near.within(demand, sites.points, 400.0)
    median.solve(near.nearest(demand, sites.points, 8), weight, sites, 3, 5, 0)
    covering.cover(lists, weight, sites, 400.0, 3, 5, 0)


SETS = {work.__name__: work for work in (pmed, known_coverings, proof, city_median, city_covering, city_assignment, district_round)}


def main(names: list[str]) -> None:
    """Measure and print."""
    warm()
    for name in names or SETS:
        for target, value in SETS[name]():
            print(target.line(value), flush=True)
    print(f"# load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1:])
