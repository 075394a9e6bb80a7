"""The tracing index against a brute-force oracle."""

from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import contacts, index
from epigrid.engine.tracing.schemas import ExposureQuery, QueryUnbound

EXPOSURE = UUID(int=1)
stay = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 60), st.integers(0, 30)).map(
    lambda v: (v[0], v[1], v[2], v[2] + v[3])
)


def built(rows):
    columns = np.array(rows, np.int64).reshape(-1, 4)
    return index.build(person=columns[:, 0], place=columns[:, 1], t_in=columns[:, 2], t_out=columns[:, 3])


def oracle(rows, person: int, start: int, end: int):
    """Second by second: the set of (contact, place, second) shared with `person` inside the window."""
    at = {(who, place, second) for who, place, t_in, t_out in rows for second in range(t_in, t_out)}
    mine = {(place, second) for who, place, second in at if who == person and start <= second < end}
    shared = {(who, place, second) for who, place, second in at if who != person and (place, second) in mine}
    totals: dict[int, int] = {}
    for who, _place, _second in shared:
        totals[who] = totals.get(who, 0) + 1
    return totals, shared


@given(st.lists(stay, max_size=30), st.integers(0, 5), st.integers(0, 50), st.integers(1, 40))
def test_contacts_are_exactly_those_of_the_oracle(rows, person, start, length):
    query = ExposureQuery(exposure_id=EXPOSURE, person=person, start=start, end=start + length)
    totals, shared = oracle(rows, person, start, start + length)
    found = contacts.contacts(built(rows), query)
    assert {row.contact: row.seconds for row in found} == totals
    for row in found:
        seconds = [second for who, _, second in shared if who == row.contact]
        assert (row.first, row.last) == (min(seconds), max(seconds) + 1)
        assert set(row.places) == {place for who, place, _ in shared if who == row.contact}


@given(st.lists(stay, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    query = ExposureQuery(exposure_id=EXPOSURE, person=0, start=0, end=100)
    assert contacts.meetings(built(rows), query) == contacts.meetings(built(shuffled), query)


@given(st.lists(stay, max_size=20), st.integers(0, 3))
def test_s_125_people_present_at_a_place_in_the_window(rows, place):
    query = ExposureQuery(exposure_id=EXPOSURE, person=0, start=10, end=40)
    want = {who for who, where, t_in, t_out in rows if where == place and t_in < t_out and t_in < 40 and t_out > 10 and who != 0}
    assert contacts.present(built(rows), exposure=query, place=place) == sorted(want)


def test_stays_that_touch_are_not_a_meeting():
    query = ExposureQuery(exposure_id=EXPOSURE, person=0, start=0, end=100)
    assert contacts.contacts(built([(0, 1, 0, 10), (1, 1, 10, 20)]), query) == []


@pytest.mark.parametrize(("start", "end"), [(10, 10), (10, 5), (0, 22 * 86_400)])
def test_x03_a_query_without_a_bounded_window_is_refused(start, end):
    with pytest.raises(QueryUnbound):
        ExposureQuery(exposure_id=uuid4(), person=0, start=start, end=end)


def test_x03_a_query_without_an_exposure_is_refused():
    with pytest.raises(QueryUnbound):
        ExposureQuery(exposure_id=None, person=0, start=0, end=10)  # type: ignore[arg-type]
