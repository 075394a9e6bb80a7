"""The slow truth: sets of seconds, no sorting, no index; every pair looked at."""

from hypothesis import strategies as st

from epigrid.engine.tracing import index
from epigrid.engine.tracing.schemas import Visits

PEOPLE, PLACES = 6, 4


def visits(*, max_size: int = 30) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    """Few people, few places, few moments: overlapping, touching, repeated, empty and reversed stays are all common. Nothing is sorted."""
    stay = st.tuples(st.integers(1, PEOPLE), st.integers(1, PLACES), st.integers(2, 40), st.integers(-2, 20))
    return st.lists(stay.map(lambda v: (v[0], v[1], v[2], v[2] + v[3])), max_size=max_size)


def built(rows):
    return index.build(Visits.of(rows))


def moments(rows) -> set[tuple[int, int, int]]:
    """All (person, place, second) of the rows."""
    return {(person, place, second) for person, place, t_in, t_out in rows for second in range(t_in, t_out)}


def shared(rows, person: int, start: int, end: int) -> set[tuple[int, int, int]]:
    """All (contact, place, second) that `person` shares inside `[start, end)`."""
    at = moments(rows)
    mine = {(place, second) for who, place, second in at if who == person and start <= second < end}
    return {(who, place, second) for who, place, second in at if who != person and (place, second) in mine}


def stays_of(rows, person: int, place: int) -> list[tuple[int, int]]:
    """Maximal runs of seconds that a person spent at a place."""
    seconds = sorted(second for who, where, second in moments(rows) if (who, where) == (person, place))
    runs: list[tuple[int, int]] = []
    for second in seconds:
        if runs and runs[-1][1] == second:
            runs[-1] = (runs[-1][0], second + 1)
        else:
            runs.append((second, second + 1))
    return runs


def meetings(rows, person: int, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """(contact, start, place, end) of every overlap of a stay with a contact's stay inside `[start, end)`, sorted: O(n^2)."""
    pairs = {(row[0], row[1]) for row in rows}
    runs = {pair: stays_of(rows, *pair) for pair in pairs}
    found = []
    for contact, place in pairs:
        if contact == person:
            continue
        for mine in runs.get((person, place), []):
            for theirs in runs[contact, place]:
                begins, ends = max(mine[0], theirs[0], start), min(mine[1], theirs[1], end)
                if begins < ends:
                    found.append((contact, begins, place, ends))
    return sorted(found)
