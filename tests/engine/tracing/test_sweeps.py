"""The lists of a sector sweep against a look at every second."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import sweeps
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import Memberships, QueryUnbound, Visits

RECORD = UUID(int=1)
ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 12), st.integers(0, 12)), max_size=12)


def columns(rows, *names):
    return dict(zip(names, np.array(rows, np.int64).reshape(-1, 4).T.copy(), strict=True))


def at(rows, second):
    """(person, group) of all rows that hold in a second."""
    return {(person, group) for person, group, since, until in rows if since <= second < until}


def oracle(visits, works, lives, places, start, end):
    """Second by second: who works, who lives with a worker, who is there."""
    seconds = range(start, end)
    workers = {(person, place) for second in seconds for person, place in at(works, second) if place in places}
    names = {person for person, _ in workers}
    families = {
        (other, worker)
        for second in seconds
        for worker, home in at(lives, second)
        if worker in names
        for other, house in at(lives, second)
        if house == home and other != worker
    }
    there = [(person, place, second) for second in seconds for person, place in at(visits, second) if place in places and person not in names]
    found = {(person, place): [second for who, where, second in there if (who, where) == (person, place)] for person, place, _ in there}
    return sorted(workers), sorted(families), sorted((*key, len(moments), min(moments), max(moments) + 1) for key, moments in found.items())


@given(ROWS, ROWS, ROWS, st.sets(st.integers(0, 3), max_size=3), st.integers(0, 6), st.integers(1, 6))
def test_s_129_the_three_lists_are_what_a_look_at_every_second_finds(visits, works, lives, places, start, length) -> None:
    query = sweeps.SweepQuery(exposure_id=RECORD, places=tuple(places), start=start, end=start + length)
    found = sweeps.draw(
        TraceIndex.of(Visits(**columns(visits, "person", "place", "t_in", "t_out"))),
        query,
        workplaces=Memberships(**columns(works, "person", "group", "since", "until")),
        households=Memberships(**columns(lives, "person", "group", "since", "until")),
    )
    plain = (
        [(row.who, row.place) for row in found.workers],
        [(row.who, row.worker) for row in found.families],
        [(row.who, row.place, row.seconds, row.first, row.last) for row in found.recipients],
    )
    assert plain == oracle(visits, works, lives, places, start, start + length)


def test_x03_a_sweep_of_more_than_21_days_is_refused() -> None:
    with pytest.raises(QueryUnbound):
        sweeps.SweepQuery(exposure_id=RECORD, places=(1,), start=0, end=21 * 86_400 + 1)
