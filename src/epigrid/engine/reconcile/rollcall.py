"""The roll-call of one round, kept up to date batch by batch at the cost of the batch, whatever the size of the city."""

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.reconcile.kernels import NOBODY, ascending, take
from epigrid.engine.reconcile.schemas import (
    COLUMNS,
    SAID,
    STATES,
    BadFacts,
    Bits,
    Class,
    Counters,
    Facts,
    Kind,
    Numbers,
    Roster,
    Standing,
    Tally,
    contribution,
    standing,
    within,
)

_ADDS = np.array([contribution(bits) for bits in range(STATES)], np.int8)
"""(standings x columns): what a person adds to the counts."""
_NOTES = (np.uint16(SAID), np.uint16(Kind.MANY))
_CLASS = np.array([standing(bits).state for bits in range(STATES)], np.uint8)
_CONTRADICTED = np.array([standing(bits).contradicted for bits in range(STATES)], np.bool_)
_STRANGER = np.array([standing(bits).stranger for bits in range(STATES)], np.bool_)


class RollCall:
    """Standing of every person and counts of every building, grid and community. One writer at a time; not for sharing between threads."""

    def __init__(self, roster: Roster) -> None:
        self._building = roster.building
        self._grid = roster.grid
        self._community = roster.community
        self._bits: Bits = np.where(roster.frozen, np.uint16(Kind.FROZEN), np.uint16(0))
        self._first_worker = np.full(len(roster.building), NOBODY, np.int64)
        communities = int(roster.community.max()) + 1 if len(roster.community) else 0
        self._levels = tuple(np.zeros((units, len(COLUMNS)), np.int64) for units in (len(roster.grid), len(roster.community), communities))
        self._sort()
        everybody = np.arange(len(roster.building))
        self._count(everybody, np.zeros(len(everybody), np.uint16))

    def grow(self, building: Numbers) -> Numbers:
        """Give numbers to people who had none (moved in, visitor, baby), by their buildings. They are on the roster once a fact adds them late."""
        within("building", building, len(self._grid))
        start = len(self._building)
        self._building = np.append(self._building, building)
        self._bits = np.append(self._bits, np.zeros(len(building), np.uint16))
        self._first_worker = np.append(self._first_worker, np.full(len(building), NOBODY))
        self._sort()
        return np.arange(start, len(self._building))

    def apply(self, facts: Facts) -> Numbers:
        """Take a batch; return the numbers of the people whose standing changed, ascending. A batch with an unknown person is refused whole."""
        within("person", facts.person, len(self._bits))
        changed = self._take(facts)
        return changed if ascending(changed) else np.unique(changed)

    def restate(self, people: Numbers, facts: Facts) -> None:
        """Set these people's standing anew from all facts that still hold about them, after one was withdrawn (a swab walked off, a slip of the pen).

        The facts are read again from their source, not subtracted: a withdrawal can come twice or early without harm.
        """
        within("person", facts.person, len(self._bits))
        within("people", people, len(self._bits))
        if not np.isin(facts.person, people).all():
            raise BadFacts(column="people")
        people = np.unique(people)
        before = self._bits[people]
        self._bits[people] = before & np.uint16(Kind.FROZEN)
        self._first_worker[people] = NOBODY
        self._count(people, before)
        self._take(facts)

    def counters(self) -> Counters:
        """A copy of all counts as they stand."""
        return Counters(*(Tally(table.copy()) for table in self._levels))

    def of_building(self, building: int) -> dict[str, int]:
        """The counts of one building by name."""
        return Tally(self._levels[0]).of(building)

    def standing(self, person: int) -> Standing:
        """Where one person stands."""
        return standing(int(self._bits[person]))

    def classes(self) -> NDArray[np.uint8]:
        """The `Class` of everybody (n)."""
        return _CLASS[self._bits]

    def missing(self, building: int) -> Numbers:
        """Who in a building is still open, ascending: the names to call out."""
        return self.of_class(building, Class.OPEN)

    def of_class(self, building: int, state: Class) -> Numbers:
        """Who in a building stands in a class, ascending."""
        people: Numbers = self._order[self._offsets[building] : self._offsets[building + 1]]
        chosen: Numbers = people[_CLASS[self._bits[people]] == state]
        return chosen

    def sampled_here(self) -> Numbers:
        """Everybody who is on the roster and in a tube of this round, ascending: what the tube lists must say too."""
        return np.flatnonzero((_CLASS[self._bits] == Class.SAMPLED) & (self._bits & np.uint16(Kind.HERE) != 0))

    def contradicted(self) -> Numbers:
        """Everybody whose facts contradict each other, ascending, for a human to look at."""
        return np.flatnonzero(_CONTRADICTED[self._bits])

    def strangers(self) -> Numbers:
        """Everybody with facts but on no roster, ascending: to be added late, or a mistake."""
        return np.flatnonzero(_STRANGER[self._bits])

    def _sort(self) -> None:
        self._order = np.argsort(self._building, kind="stable").astype(np.int64)
        self._offsets = np.searchsorted(self._building[self._order], np.arange(len(self._grid) + 1))

    def _take(self, facts: Facts) -> Numbers:
        """Join the facts into the bits and the counts; the people whose bits changed, in the order of the rows, some perhaps twice."""
        changed = np.empty(len(facts), np.int64)
        units = (self._building, self._grid, self._community)
        columns, people = (facts.person, facts.kind, facts.worker), (self._bits, self._first_worker)
        return changed[: take(columns, people, units, _ADDS, self._levels, _NOTES, changed)]

    def _count(self, people: Numbers, before: Bits) -> None:
        """Move what these people add to the counts from what it was to what it is now."""
        moved = _ADDS[self._bits[people]] - _ADDS[before]
        flat = np.flatnonzero(moved)
        row, column = np.divmod(flat, len(COLUMNS))
        step = moved.reshape(-1)[flat].astype(np.int64)
        unit = self._building[people[row]]
        for table, above in zip(self._levels, (self._grid, self._community, None), strict=True):
            np.add.at(table.reshape(-1), unit * len(COLUMNS) + column, step)
            unit = unit if above is None else above[unit]
