"""The slow truth: sets of seconds, no sorting, no index; every pair looked at."""

from collections import defaultdict

from hypothesis import strategies as st

from epigrid.engine.tracing import reference
from epigrid.engine.tracing.answers import ContactRow, Meeting, PlaceRow, PresenceRow
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import Visits

PEOPLE, PLACES = 6, 4


def visits(*, max_size: int = 30) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    """Few people, few places, few moments: overlapping, touching, repeated, empty and reversed stays are all common. Nothing is sorted."""
    stay = st.tuples(st.integers(1, PEOPLE), st.integers(1, PLACES), st.integers(2, 40), st.integers(-2, 20))
    return st.lists(stay.map(lambda v: (v[0], v[1], v[2], v[2] + v[3])), max_size=max_size)


def built(rows) -> TraceIndex:
    return TraceIndex.of(Visits.of(rows))


def plain(rows) -> reference.PlaceIndex:
    return reference.build(Visits.of(rows))


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
    return overlaps({pair: stays_of(rows, *pair) for pair in pairs}, person, start, end)


def overlaps(runs, person: int, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """The same, of stays that are whole already: (person, place) -> [(t_in, t_out)]."""
    found = []
    for contact, place in runs:
        if contact == person:
            continue
        for mine in runs.get((person, place), []):
            for theirs in runs[contact, place]:
                begins, ends = max(mine[0], theirs[0], start), min(mine[1], theirs[1], end)
                if begins < ends:
                    found.append((contact, begins, place, ends))
    return sorted(found)


DAY = 86_400
EDGES = st.builds(lambda half, off: half * DAY // 2 + off, st.integers(1, 24), st.sampled_from((-3600, -1, 0, 0, 0, 1, 3600)))
"""Moments of twelve days, crowded around noon and midnight."""


def days_of_visits(*, max_size: int = 20) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    """The tiny world with its time stretched: stays last hours or several midnights, and still overlap, touch, repeat or run backwards."""
    return st.lists(st.tuples(st.integers(1, PEOPLE), st.integers(1, PLACES), EDGES, EDGES), max_size=max_size)


def united(rows) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """(person, place) -> whole stays: any two that overlap or touch become one until there are none; for times too long to count seconds."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for person, place, *stay in rows:
        if stay[0] >= stay[1]:
            continue
        apart = []
        for other in found.get((person, place), []):
            if other[0] <= stay[1] and stay[0] <= other[1]:
                stay = [min(stay[0], other[0]), max(stay[1], other[1])]
            else:
                apart.append(other)
        found[person, place] = sorted([*apart, (stay[0], stay[1])])
    return found


def contact_rows(runs, queries) -> list[ContactRow]:
    """What `contacts` must answer."""
    found = []
    for position, query in enumerate(queries):
        met = defaultdict(list)
        for contact, start, _, end in overlaps(runs, query.person, query.start, query.end):
            met[contact].append((start, end))
        for contact, times in met.items():
            seconds = sum(end - start for start, end in times)
            found.append(ContactRow(position, contact, seconds, len(times), min(times)[0], max(end for _, end in times)))
    return sorted(found, key=lambda row: (row.query, -row.seconds, row.contact))


def meeting_rows(runs, queries) -> list[Meeting]:
    """What `meetings` must answer."""
    met = [(position, row) for position, query in enumerate(queries) for row in overlaps(runs, query.person, query.start, query.end)]
    return [Meeting(query=position, contact=contact, place=place, start=start, end=end) for position, (contact, start, place, end) in met]


def present_rows(runs, place: int, start: int, end: int) -> list[PresenceRow]:
    """What `present` must answer."""
    found = []
    for (person, where), times in sorted(runs.items()):
        inside = [(max(t_in, start), min(t_out, end)) for t_in, t_out in times if max(t_in, start) < min(t_out, end)]
        if where == place and inside:
            found.append(PresenceRow(person, sum(b - a for a, b in inside), len(inside), inside[0][0], inside[-1][1]))
    return found


def place_rows(runs, queries) -> list[PlaceRow]:
    """What `exposures` must answer."""
    found, meetings_there = [], defaultdict(list)
    for row in meeting_rows(runs, queries):
        meetings_there[row.place].append(row)
    for place in sorted({where for _, where in runs}):
        spent = defaultdict(int)
        for position, query in enumerate(queries):
            for t_in, t_out in runs.get((query.person, place), []):
                spent[position] += max(0, min(t_out, query.end) - max(t_in, query.start))
        met = meetings_there[place]
        asked = {position for position, seconds in spent.items() if seconds}
        if asked:
            found.append(PlaceRow(place, len(asked), sum(spent.values()), len({row.contact for row in met}), sum(row.seconds for row in met)))
    return sorted(found, key=lambda row: (-row.contact_seconds, row.place))
