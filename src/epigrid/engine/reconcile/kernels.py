"""The compiled loop of the roll-call: one pass over a batch, at the cost of its rows; compiled when first used and kept in the cache."""

from typing import Any

import numpy as np
from numba import njit

NOBODY = -1
compiled: Any = njit(nogil=True, cache=True)


@compiled
def take(facts: Any, people: Any, units: Any, adds: Any, tables: Any, notes: Any, changed: Any) -> int:
    """Join facts (person, kind, worker) into the people's bits (bits, first worker) and move what changes in the tables; how many rows changed somebody.

    `units`: building of each person, grid of each building, community of each grid; `adds[bits]`: what a person adds to each column; `notes`: the kinds
    that a worker says, and the bit for more than one worker, whoever came first; `changed` takes the numbers of the people whose bits changed, in the order
    of the rows, some perhaps twice. Neighbours of one building who change alike are counted together.
    """
    person, kind, worker = facts
    bits, first = people
    said, many = notes
    building = units[0]
    count, alike = 0, 0
    house, start, end = np.int64(0), np.int64(0), np.int64(0)
    for row in range(len(person)):
        who = person[row]
        before = np.int64(bits[who])
        after = before | np.int64(kind[row])
        if kind[row] & said:
            if first[who] == NOBODY:
                first[who] = worker[row]
            elif first[who] != worker[row]:
                after |= np.int64(many)
        if after == before:
            continue
        bits[who] = after
        changed[count] = who
        count += 1
        if building[who] != house or before != start or after != end:
            _move(house, alike, adds[start], adds[end], units, tables)
            house, start, end, alike = building[who], before, after, 0
        alike += 1
    _move(house, alike, adds[start], adds[end], units, tables)
    return count


@compiled
def _move(house: Any, times: int, before: Any, after: Any, units: Any, tables: Any) -> None:
    """Move what so many people of a building add to each column from what it was to what it is."""
    if times == 0:
        return
    of_building, of_grid, of_community = tables
    grid = units[1][house]
    community = units[2][grid]
    for column in range(len(before)):
        step = times * (after[column] - before[column])
        if step:
            of_building[house, column] += step
            of_grid[grid, column] += step
            of_community[community, column] += step


@compiled
def ascending(numbers: Any) -> bool:
    """Whether each number is larger than the one before."""
    for at in range(1, len(numbers)):  # noqa: SIM110 - compiled
        if numbers[at] <= numbers[at - 1]:
            return False
    return True
