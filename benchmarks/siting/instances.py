"""Published instances of ../shared/data as tables, and invented cities from a seed."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from epigrid.engine.siting.schemas import Floats, Numbers, Points, Sites

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Median(NamedTuple):
    """A p-median problem of the OR-Library (Beasley 1985): walks between all vertices, p, and the optimum."""

    name: str
    metres: Floats
    p: int
    optimum: int


def pmed(number: int) -> Median:
    """Instance `number` (1-40): edges of a graph (of doubled ones the last counts), walks by Floyd and Warshall."""
    folder = DATA / "orlib_pmed"
    rows = np.array((folder / f"pmed{number}.txt").read_text().split(), np.int64)
    n, _, p = rows[:3]
    walks = np.full((n, n), np.inf)
    for a, b, length in rows[3:].reshape(-1, 3):
        walks[a - 1, b - 1] = walks[b - 1, a - 1] = length
    np.fill_diagonal(walks, 0.0)
    for k in range(n):
        np.minimum(walks, walks[:, k : k + 1] + walks[k], out=walks)
    lines = (line.split() for line in (folder / "pmedopt.txt").read_text().splitlines()[1:])
    optima = {line[0]: int(line[1]) for line in lines if line}
    return Median(f"pmed{number}", walks, int(p), optima[f"pmed{number}"])


class Covering(NamedTuple):
    """A maximal covering problem: every point is a candidate; the optimum was proven by HiGHS."""

    name: str
    points: Points
    weight: Floats
    radius: float
    p: int
    optimum: int


def coverings(prefix: str = "SJC") -> list[Covering]:
    """The instances whose name begins so and of which an optimum is known (coverage: distance <= radius)."""
    folder, found = DATA / "mclp_instances", []
    for line in (folder / "proven_optima_highs.csv").read_text().splitlines()[1:]:
        name, _, radius, p, _, optimum = line.split(",")[:6]
        if name.startswith(prefix):
            rows = (folder / "MCLP_data" / name.rstrip("0123456789") / f"{name}.txt").read_text().splitlines()[1:]
            table = np.array([row.split()[:3] for row in rows if row.strip()], np.float64)
            points = Points(table[:, 0].copy(), table[:, 1].copy())
            found.append(Covering(name, points, table[:, 2].copy(), float(radius), int(p), int(optimum)))
    return found


class Located(NamedTuple):
    """Single-source capacitated location: cost of each customer at each site (whole demand), demand, capacity, opening cost, optimum."""

    name: str
    cost: Floats
    demand: Numbers
    capacity: Numbers
    opening: Floats
    optimum: float


def located(number: int, library: str = "Lib_1") -> Located:
    """Instance `number` of `sscflp`: numbers of sites and customers, capacities, opening costs, demands, a line of costs per customer; optima in `os`."""
    folder = DATA / "sscflp" / library
    cells = np.array((folder / f"p{number}").read_text().split(), np.float64)
    m, n = cells[:2].astype(int)
    capacity, opening, demand, cost = np.split(cells[2:], [m, 2 * m, 2 * m + n])
    optimum = float((folder / "os").read_text().split()[number - 1])
    return Located(f"{library}/p{number}", cost.reshape(n, m), demand.astype(np.int64), capacity.astype(np.int64), opening, optimum)


def city(buildings: int, candidates: int, *, side: float, seed: int) -> tuple[Points, Floats, Sites]:
    """An invented city in a square of `side` metres: half of the buildings lie round 200 centres, a house holds 1 to 200 people (log-normal, median 35)."""
    draw = np.random.default_rng(seed)
    centres, size = draw.uniform(0, side, (200, 2)), 0.02 * side

    def scatter(count: int) -> Points:
        near = centres[draw.integers(len(centres), size=count)] + draw.normal(0, size, (count, 2))
        table = np.where(draw.random((count, 1)) < 0.5, np.clip(near, 0, side), draw.uniform(0, side, (count, 2)))
        return Points(table[:, 0].copy(), table[:, 1].copy())

    weight = np.clip(np.round(draw.lognormal(np.log(35), 0.8, buildings)), 1, 200)
    return scatter(buildings), weight, Sites.unbounded(scatter(candidates))
