"""Each building to one open site within the sites' capacities, so that people walk least in all: a min-cost flow by OR-Tools, then whole buildings."""

from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from epigrid.engine.siting import exact
from epigrid.engine.siting.schemas import NOBODY, Assigned, BadSiting, CapacityShort, Floats, Near, Numbers, floats, whole

SMALL, MENDED, MEND_SECONDS = 2_000, 20_000, 10
"""Most cells of the lists for seating everybody by HiGHS, for seating those round a building that found no room, and seconds for that."""
GRAIN_M = 0.1
"""The flow counts in whole decimetres, rounded down, so that its cost stays a bound."""


def assign(near: Near, weight: Floats, capacity: Numbers) -> Assigned:
    """Send every building to one listed site; `weight` (n) whole people, `capacity` (m) of each site, 0 for closed ones.

    1. The flow of people over the lists that leaves fewest unplaced and then walks least is optimal (cost-scaling push-relabel, Goldberg 1997) and is the
    `bound`. 2. A building that it sends to one site as a whole stays there. 3. The few that it splits (`split`) are put whole, heaviest first: to the
    nearest site with room, else by moving one other building out of the way at the least extra walk. 4. In small cases all, in others those round who is
    left over, are seated by an integer program (HiGHS); who finds no room then is `unplaced`. 5. Buildings move to a nearer site as long as one has
    room. So the cost is optimal up to what whole buildings cost: at most `cost - bound`. Lists of candidates should be lists of open sites. Refused:
    `CapacityShort` with the missing places, `BadSiting`.
    """
    held, total = _checked(near, weight, capacity), int(weight.sum())
    if held.sum() < total:
        raise CapacityShort(people=total, places=int(held.sum()), short=total - int(held.sum()))
    return place(near, weight, capacity)


def place(near: Near, weight: Floats, capacity: Numbers) -> Assigned:
    """As `assign`, when there may be fewer places than people: as many as can are placed, the others are `unplaced`."""
    capacity, people = _checked(near, weight, capacity), weight.astype(np.int64)
    listed = (near.site >= 0) & (capacity[near.site] > 0)
    flow, bound, _ = _flow(near, people, capacity, listed)
    column = flow.argmax(axis=1)
    kept = (flow[np.arange(len(near)), column] == people) & listed[np.arange(len(near)), column]
    site = np.where(kept, near.site[np.arange(len(near)), column], NOBODY).astype(np.int64)
    rest = Rest(near, people, listed, site, capacity - np.bincount(site[kept], people[kept], len(capacity)).astype(np.int64))
    split = np.flatnonzero(~kept)
    for building in split[np.argsort(-people[split], kind="stable")].tolist():
        rest.put(building)
    if len(split):
        rest.mend()
    rest.shorten()
    placed = site >= 0
    cost = float(weight[placed] @ distance(near, site, np.arange(len(near)))[placed])
    return Assigned(site=site, cost=cost, unplaced=np.flatnonzero(~placed), bound=min(cost, bound) if placed.all() else bound, split=split)


def distance(near: Near, site: Numbers, points: Numbers) -> Floats:
    """Metres from each of these points to its site; infinity where it is not listed."""
    found: Floats = np.where(near.site[points] == site[:, None], near.metres[points], np.inf).min(axis=1, initial=np.inf)
    return found


def _checked(near: Near, weight: Floats, capacity: Numbers) -> Numbers:
    floats("weight", weight, rows=len(near), least=0)
    whole("capacity", capacity, rows=len(capacity))
    broken = np.flatnonzero(weight != np.round(weight))
    if len(broken):
        raise BadSiting(column="weight", row=int(broken[0]), rows=len(broken))
    if near.site.size and near.site.max() >= len(capacity):
        raise BadSiting(column="capacity")
    return np.minimum(capacity, max(1, int(weight.sum())))


def worth(near: Near, weight: Floats, capacity: Numbers) -> tuple[int, float]:
    """What the best flow leaves unplaced, in people, and what the others walk: how good these sites are when buildings may be split."""
    listed = (near.site >= 0) & (capacity[near.site] > 0)
    _, walk, left = _flow(near, weight.astype(np.int64), _checked(near, weight, capacity), listed)
    return left, walk


def _flow(near: Near, people: Numbers, capacity: Numbers, listed: Any) -> tuple[Numbers, float, int]:
    """People sent over each cell of the lists, what they walk in all, and how many are left."""
    n, m, sink = len(near), len(capacity), len(near) + len(capacity)
    row, cell = np.nonzero(listed)
    unit = np.floor(near.metres[row, cell] / GRAIN_M).astype(np.int64)
    lost = int((2 * min(n, m) + 1) * (unit.max(initial=0) + 1))
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(row, n + near.site[row, cell].astype(np.int64), people[row], unit)
    solver.add_arcs_with_capacity_and_unit_cost(np.arange(n), np.full(n, sink), people, np.full(n, lost))
    solver.add_arcs_with_capacity_and_unit_cost(n + np.arange(m), np.full(m, sink), capacity, np.zeros(m, np.int64))
    solver.set_nodes_supplies(np.append(np.arange(n), sink), np.append(people, -people.sum()))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow solver answered {status}")
    flow = np.zeros(listed.shape, np.int64)
    flow[row, cell] = solver.flows(arcs)
    return flow, float((flow[row, cell] * unit).sum()) * GRAIN_M, int(people.sum() - flow.sum())


class Rest:
    """Whole buildings at sites with what room is left; `site` and `room` are changed in place."""

    def __init__(self, near: Near, people: Numbers, listed: Any, site: Numbers, room: Numbers) -> None:
        self.near, self.people, self.listed, self.site, self.room = near, people, listed, site, room

    def move(self, building: int, site: int) -> None:
        """Put a building to a site, away from where it was."""
        if self.site[building] >= 0:
            self.room[self.site[building]] += self.people[building]
        self.site[building] = site
        self.room[site] -= self.people[building]

    def put(self, building: int) -> None:
        """Put a building where it walks least, moving one other away if no listed site has room; leave it unplaced if that does not help either."""
        need = self.people[building]
        ways: list[tuple[float, int, int, int]] = []
        for site, metres in zip(self.near.site[building][self.listed[building]], self.near.metres[building][self.listed[building]], strict=True):
            if self.room[site] >= need:
                ways.append((metres * need, int(site), NOBODY, NOBODY))
                break
            other = self._away(int(site), need - self.room[site])
            if other:
                ways.append((metres * need + other[0], int(site), other[1], other[2]))
        if ways:
            _, site, guest, elsewhere = min(ways)
            if guest >= 0:
                self.move(guest, elsewhere)
            self.move(building, site)

    def mend(self) -> None:
        """Seat everybody at the sites on the lists of those left over anew, best by HiGHS; in small cases everybody, also when nobody is left over."""
        lost = np.flatnonzero((self.site < 0) & self.listed.any(axis=1))
        around = np.full(len(self.room) + 1, self.listed.sum() <= SMALL)
        around[self.near.site[lost][self.listed[lost]]] = True
        around[NOBODY] = False
        guests = np.flatnonzero(around[self.site] | np.isin(np.arange(len(self.site)), lost))
        cells, people = self.listed[guests] & around[self.near.site[guests]], self.people[guests]
        if not len(guests) or cells.sum() > MENDED:
            return
        before, held = self.site[guests], self.room.copy()
        np.add.at(held, before[before >= 0], people[before >= 0])
        seats = exact.seat(self.near.site[guests], self.near.metres[guests], cells, people, held, MEND_SECONDS)
        if seats is not None and self._worth(guests, seats) > self._worth(guests, before):
            self.site[guests] = seats
            self.room[:] = held - np.bincount(seats[seats >= 0], people[seats >= 0], len(held)).astype(np.int64)

    def _worth(self, guests: Numbers, seats: Numbers) -> tuple[int, float]:
        """People placed, and less walk."""
        placed = seats >= 0
        metres = distance(self.near, seats, guests)
        return int(self.people[guests][placed].sum()), -float(metres[placed] @ self.people[guests][placed])

    def _away(self, site: int, short: int) -> tuple[float, int, int] | None:
        """The building at `site` whose move to another listed site frees `short` places at the least extra walk: the walk, the building, where to."""
        guests = np.flatnonzero((self.site == site) & (self.people >= short))
        options = self.near.site[guests]
        free = self.listed[guests] & (options != site) & (self.room[options] >= self.people[guests, None])
        if not free.any():
            return None
        now = np.where(options == site, self.near.metres[guests], np.inf).min(axis=1)
        extra = np.where(free, (np.where(free, self.near.metres[guests], 0) - now[:, None]) * self.people[guests, None], np.inf)
        at = np.unravel_index(extra.argmin(), extra.shape)
        return float(extra[at]), int(guests[at[0]]), int(options[at])

    def shorten(self) -> None:
        """Move buildings to nearer sites with room until none can; each move shortens the walk, so it ends."""
        while True:
            row = np.arange(len(self.near))
            hit = self.near.site == self.site[:, None]
            at = np.where(hit.any(axis=1), hit.argmax(axis=1), self.near.site.shape[1])
            better = self.listed & (np.arange(self.near.site.shape[1]) < at[:, None]) & (self.room[self.near.site] >= self.people[:, None])
            moved = 0
            for building in row[better.any(axis=1)].tolist():
                for column in np.flatnonzero(better[building]).tolist():
                    site = int(self.near.site[building, column])
                    if self.room[site] >= self.people[building]:
                        self.move(building, site)
                        moved += 1
                        break
            if not moved:
                return
