"""Small cases solved to proven optimality as integer programs by HiGHS; when time runs out, the best found with HiGHS's own bound."""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from epigrid.engine.siting import choosing, covering, median
from epigrid.engine.siting.schemas import NOBODY, CapacityShort, Covered, Floats, ListsTooShort, Near, Numbers, Sited, Sites, check, floats

Rows = list[tuple[Any, Any, float, float]]
"""Constraints: columns, coefficients, least, most."""


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise `cost` over columns between 0 and 1 of which the first `whole` are 0 or 1, under rows."""

    cost: Floats
    whole: int
    rows: Rows

    def solve(self, seconds: float, start: Floats | None = None) -> tuple[Floats, float] | None:
        """The best values found and HiGHS's bound on the cost; None when nothing feasible was found."""
        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("log_to_console", False),
            ("time_limit", float(seconds)),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-6),
            ("threads", 1),
        ):
            highs.setOptionValue(name, value)
        highs.passModel(self._model())
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = start.tolist()
            highs.setSolution(solution)
        highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.array(highs.getSolution().col_value), float(info.mip_dual_bound)

    def _model(self) -> Any:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, np.zeros(len(self.cost)), np.ones(len(self.cost))
        lp.row_lower_, lp.row_upper_ = np.array([row[2] for row in self.rows]), np.array([row[3] for row in self.rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.append(0, np.cumsum([len(row[0]) for row in self.rows]))
        lp.a_matrix_.index_ = np.concatenate([np.asarray(row[0], np.int64) for row in self.rows])
        lp.a_matrix_.value_ = np.concatenate([np.broadcast_to(np.asarray(row[1], np.float64), len(row[0])) for row in self.rows])
        kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
        lp.integrality_ = [kinds[column >= self.whole] for column in range(len(self.cost))]
        return lp


def solve_median(near: Near, weight: Floats, sites: Sites, p: int, seconds: float, seed: int = 0) -> Sited:
    """The p-median with proof: search and bound of `choosing`, then an integer program over the candidates that the bound leaves (radius form, Elloumi 2010).

    All candidates must be listed (`near.reach` infinite). Practical up to about 1,000 points and 200 candidates.
    """
    check(near, weight, sites, p)
    if not np.isinf(near.reach):
        raise ListsTooShort(reach=near.reach)
    costs = median.weigh(near, weight, sites)
    choice = choosing.choose(costs, p, seconds / 2, seed)
    numbers = np.flatnonzero(choice.kept(costs.grain()))
    if choice.bound < choice.cost:
        program, start, base = _radii(costs, numbers, choice.open)
        solved = program.solve(seconds / 2, start)
        if solved:
            opened = numbers[solved[0][: len(numbers)] > 0.5]
            choice = replace(choice, open=opened, bound=max(choice.bound, choosing.lifted(base + solved[1], costs.grain())))
    return median.answer(near, weight, sites, choice)


def _radii(costs: choosing.Costs, numbers: Numbers, opened: Numbers) -> tuple[Program, Floats, float]:
    """Columns: open, per kept candidate; then, per point and distance on its list, "nobody so near". Also a start, and what everybody walks at least."""
    column = np.full(costs.sites + 1, -1)
    column[numbers] = np.arange(len(numbers))
    price, start = [np.zeros(len(numbers))], [np.isin(numbers, opened).astype(np.float64)]
    rows: Rows = [(np.arange(len(numbers)), 1.0, len(opened), len(opened))]
    at, base = len(numbers), 0.0
    for site, cost in zip(costs.site, costs.cost, strict=True):
        mine = column[site] >= 0
        steps, level = np.unique(cost[mine], return_inverse=True)
        if len(steps) == 0 or steps[-1] == 0:
            continue
        for step in range(len(steps)):
            here = column[site[mine][level == step]]
            chain = [at + step] * (step < len(steps) - 1) + [at + step - 1] * (step > 0)
            signs = [1.0] * (len(here) + (step < len(steps) - 1)) + [-1.0] * (step > 0)
            rows.append((np.append(here, chain).astype(np.int64), signs, float(step == 0), np.inf))
        price.append(np.diff(steps))
        start.append((np.arange(len(steps) - 1) < level[np.isin(site[mine], opened)].min()).astype(np.float64))
        at, base = at + len(steps) - 1, base + float(steps[0])
    return Program(np.concatenate(price), len(numbers), rows), np.concatenate(start), base


def cover(near: Near, weight: Floats, sites: Sites, radius: float, p: int, seconds: float) -> Covered:
    """Maximal covering with proof: open p candidates, a point counts when one within the radius is open."""
    check(near, weight, sites, p)
    costs = covering.weigh(near, weight, sites, radius)
    m = len(sites)
    rows: Rows = [(np.arange(m), 1.0, float(p), float(p))]
    for point, site in enumerate(costs.site):
        within = site[site >= 0]
        rows.append((np.append(within, m + point), np.append(-np.ones(len(within)), 1.0), -np.inf, 0.0))
    solved = Program(np.append(np.zeros(m), -weight), m, rows).solve(seconds)
    if solved is None:
        raise ListsTooShort(seconds=seconds)
    opened = np.flatnonzero(solved[0][:m] > 0.5)
    covered = covering.reached(near, opened, sites, radius)
    return Covered(open=opened, covered=covered, weight=float(weight[covered].sum()), bound=-solved[1])


def locate(near: Near, weight: Floats, sites: Sites, opening: Floats, seconds: float, p: int | None = None) -> Sited:
    """Sites with capacities and whole buildings, with proof: walks plus what opening each site costs (`opening`, m) are least; `p` sites when given.

    The single-source capacitated location problem; with all openings free the generalised assignment problem, with `p` the capacitated p-median.
    `CapacityShort` when no way is found to place everybody.
    """
    check(near, weight, sites, p)
    floats("opening", opening, rows=len(sites))
    m = len(sites)
    row, cell = np.nonzero((near.site >= 0) & (weight[:, None] <= sites.capacity[near.site]))
    site, column = near.site[row, cell].astype(np.int64), m + np.arange(len(row))
    rows: Rows = [(column[row == point], 1.0, 1.0, 1.0) for point in range(len(near))]
    for j in range(m):
        mine = site == j
        rows.append((np.append(column[mine], j), np.append(weight[row[mine]], -float(sites.capacity[j])), -np.inf, 0.0))
    rows += [([column[at], site[at]], [1.0, -1.0], -np.inf, 0.0) for at in range(len(row))]
    rows += [(np.arange(m), 1.0, float(p), float(p))] if p is not None else []
    cost = np.append(opening, near.metres[row, cell] * weight[row])
    solved = Program(cost, len(cost), rows).solve(seconds)
    if solved is None:
        raise CapacityShort(people=int(weight.sum()), places=int(sites.capacity.sum()))
    values = np.round(solved[0])
    chosen = np.full(len(near), NOBODY)
    sent = values[m:] > 0
    chosen[row[sent]] = site[sent]
    return Sited(open=np.flatnonzero(values[:m] > 0), site=chosen, cost=float(cost @ values), bound=min(float(cost @ values), solved[1]))


def seat(site: Any, metres: Floats, cells: Any, people: Numbers, capacity: Numbers, seconds: float) -> Numbers | None:
    """Whole buildings at the listed sites (`cells` of `site`) within `capacity`: most people first, then least walk; `NOBODY` for who finds no room."""
    row, cell = np.nonzero(cells & (people[:, None] <= capacity[np.maximum(site, 0)]))
    where = site[row, cell].astype(np.int64)
    lost = float(metres[row, cell].max(initial=0.0) * people.sum() + 1)
    rows: Rows = [(np.flatnonzero(row == building), 1.0, 0.0, 1.0) for building in range(len(people))]
    rows += [(np.flatnonzero(where == j), people[row[where == j]].astype(np.float64), 0.0, float(capacity[j])) for j in np.unique(where)]
    solved = Program((metres[row, cell] - lost) * people[row], len(row), rows).solve(seconds)
    if solved is None:
        return None
    seated = np.full(len(people), NOBODY)
    taken = solved[0] > 0.5
    seated[row[taken]] = where[taken]
    return seated
