"""The questions against a brute-force oracle."""

from collections import defaultdict
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import contacts, reference
from epigrid.engine.tracing.answers import ContactRow, Meeting, PlaceRow, PresenceRow
from epigrid.engine.tracing.schemas import MAX_WINDOW_SECONDS, ExposureQuery, PlaceQuery, QueryUnbound
from tests.engine.tracing import oracle
from tests.engine.tracing.oracle import built, plain, visits

EXPOSURE = UUID(int=1)
QUERIES = st.lists(
    st.builds(
        lambda person, start, length: ExposureQuery(exposure_id=EXPOSURE, person=person, start=start, end=start + length),
        st.integers(1, oracle.PEOPLE + 1),
        st.integers(0, 50),
        st.integers(1, 40),
    ),
    max_size=4,
)


def asked(person: int = 1, start: int = 0, end: int = 100) -> ExposureQuery:
    return ExposureQuery(exposure_id=EXPOSURE, person=person, start=start, end=end)


@given(visits(), QUERIES)
def test_contacts_are_exactly_those_of_the_oracle(rows, queries):
    want = []
    for position, query in enumerate(queries):
        shared = oracle.shared(rows, query.person, query.start, query.end)
        met = defaultdict(list)
        for meeting in oracle.meetings(rows, query.person, query.start, query.end):
            met[meeting[0]].append(meeting)
        assert set(met) == {who for who, _, _ in shared}
        for contact, group in met.items():
            seconds = [second for who, _, second in shared if who == contact]
            want.append(ContactRow(position, contact, len(seconds), len(group), min(seconds), max(seconds) + 1))
    want.sort(key=lambda row: (row.query, -row.seconds, row.contact))
    found = contacts.contacts(built(rows), queries)
    assert list(found) == want
    assert len(found) == len(want)


@given(visits(), QUERIES)
def test_every_contact_has_its_evidence_meeting_by_meeting(rows, queries):
    index = built(rows)
    together = list(contacts.meetings(index, queries))
    for position, query in enumerate(queries):
        want = oracle.meetings(rows, query.person, query.start, query.end)
        assert [(m.contact, m.start, m.place, m.end) for m in together if m.query == position] == want
        for contact in range(1, oracle.PEOPLE + 2):
            found = contacts.evidence(index, query, contact)
            assert [(m.contact, m.start, m.place, m.end) for m in found] == [row for row in want if row[0] == contact]
            assert sum(meeting.seconds for meeting in found) == sum(row[3] - row[1] for row in want if row[0] == contact)


@given(visits(), st.randoms(use_true_random=False), QUERIES)
def test_order_and_repetition_of_the_visits_do_not_matter(rows, random, queries):
    shuffled = rows + [random.choice(rows) for _ in range(len(rows) // 2)]
    random.shuffle(shuffled)
    for question in (contacts.contacts, contacts.meetings, contacts.exposures):
        assert list(question(built(shuffled), queries)) == list(question(built(rows), queries))


@given(visits(), QUERIES, st.integers(1, 7))
def test_answers_do_not_depend_on_how_much_is_looked_at_in_one_go(rows, queries, chunk):
    index, whole = plain(rows), reference.CHUNK
    want = list(reference.meetings(index, queries))
    try:
        reference.CHUNK = chunk
        assert list(reference.meetings(index, queries)) == want
    finally:
        reference.CHUNK = whole


@given(visits(), st.integers(1, oracle.PLACES + 1), st.integers(0, 40), st.integers(1, 30))
def test_s_125_everybody_present_at_a_place_in_the_window(rows, place, start, length):
    query = PlaceQuery(exposure_id=EXPOSURE, place=place, start=start, end=start + length)
    want = []
    for person in range(1, oracle.PEOPLE + 1):
        runs = [(max(a, start), min(b, start + length)) for a, b in oracle.stays_of(rows, person, place)]
        runs = [run for run in runs if run[0] < run[1]]
        if runs:
            want.append(PresenceRow(person, sum(b - a for a, b in runs), len(runs), runs[0][0], runs[-1][1]))
    assert list(contacts.present(built(rows), query)) == want


def test_s_125_the_35_guests_of_a_hotel_are_found_and_nobody_else():
    night = [(guest, 7, 1000 + guest, 9000) for guest in range(1, 36)]
    others = [(99, 7, 0, 1000), (98, 7, 9000, 9500), (97, 8, 0, 9000)]
    found = contacts.present(built(night + others), PlaceQuery(exposure_id=EXPOSURE, place=7, start=1000, end=9000))
    assert [row.person for row in found] == list(range(1, 36))


@given(visits(), QUERIES)
def test_exposures_by_place_are_those_of_the_oracle(rows, queries):
    total: dict[int, list] = defaultdict(lambda: [set(), 0, set(), 0])
    for position, query in enumerate(queries):
        for who, place, second in oracle.moments(rows):
            if who == query.person and query.start <= second < query.end:
                total[place][0].add(position)
                total[place][1] += 1
        for who, place, _ in oracle.shared(rows, query.person, query.start, query.end):
            total[place][2].add(who)
            total[place][3] += 1
    want = [PlaceRow(place, len(cases), seconds, len(people), together) for place, (cases, seconds, people, together) in total.items()]
    assert list(contacts.exposures(built(rows), queries)) == sorted(want, key=lambda row: (-row.contact_seconds, row.place))


def test_stays_that_touch_are_not_a_meeting():
    assert len(contacts.contacts(built([(1, 1, 0, 10), (2, 1, 10, 20)]), [asked()])) == 0


def test_two_stays_of_one_person_at_one_place_count_each_minute_once():
    found = contacts.contacts(built([(1, 1, 0, 100), (2, 1, 10, 40), (2, 1, 30, 60), (2, 1, 60, 70), (2, 1, 80, 90)]), [asked()])
    assert list(found) == [ContactRow(query=0, contact=2, seconds=70, meetings=2, first=10, last=90)]


def test_the_longest_contact_comes_first_and_ties_go_by_number():
    rows = [(1, 1, 0, 100), (4, 1, 0, 5), (3, 1, 0, 50), (2, 1, 50, 100)]
    assert [row.contact for row in contacts.contacts(built(rows), [asked()])] == [2, 3, 4]


def test_a_long_stay_that_began_long_before_the_window_is_found():
    crowd = [(person, 1, 500 + person, 510 + person) for person in range(10, 60)]
    found = contacts.contacts(built([*crowd, (2, 1, 0, 1000), (1, 1, 900, 950)]), [asked(end=1000)])
    assert [(row.contact, row.seconds) for row in found] == [(2, 50)]


def test_s_124_evidence_names_place_from_until_and_seconds():
    (meeting,) = contacts.evidence(built([(1, 7, 0, 60), (2, 7, 30, 90)]), asked(), 2)
    assert meeting == Meeting(query=0, contact=2, place=7, start=30, end=60)
    assert meeting.seconds == 30


def test_nobody_is_his_own_contact():
    index = built([(1, 1, 0, 60), (1, 1, 30, 90)])
    assert len(contacts.contacts(index, [asked()])) == 0
    assert contacts.evidence(index, asked(), 1) == ()


def test_no_query_no_visit_and_no_such_person_have_empty_answers():
    for rows, queries in (([], [asked()]), ([(1, 1, 0, 9)], []), ([(1, 1, 0, 9)], [asked(person=-5)])):
        assert list(contacts.contacts(built(rows), queries)) == list(contacts.meetings(built(rows), queries)) == []
    assert contacts.present(built([]), PlaceQuery(exposure_id=EXPOSURE, place=1, start=0, end=9)) == ()
    assert contacts.exposures(built([]), [asked()]) == ()


@pytest.mark.parametrize(("start", "end"), [(10, 10), (10, 5), (-1, 5), (0, MAX_WINDOW_SECONDS + 1), (1 << 33, (1 << 33) + 1)])
@pytest.mark.parametrize(("question", "subject"), [(ExposureQuery, {"person": 1}), (PlaceQuery, {"place": 1})])
def test_x03_a_query_without_a_bounded_window_is_refused(start, end, question, subject):
    with pytest.raises(QueryUnbound) as refusal:
        question(exposure_id=EXPOSURE, start=start, end=end, **subject)
    assert refusal.value.reason == "tracing.query-unbound"


@pytest.mark.parametrize("exposure_id", [None, "", "17", UUID(int=0)])
def test_x03_a_query_without_an_exposure_is_refused(exposure_id):
    with pytest.raises(QueryUnbound):
        ExposureQuery(exposure_id=exposure_id, person=0, start=0, end=10)
    with pytest.raises(QueryUnbound):
        PlaceQuery(exposure_id=exposure_id, place=0, start=0, end=10)


def test_x03_the_longest_window_is_still_allowed():
    assert asked(end=MAX_WINDOW_SECONDS).end == MAX_WINDOW_SECONDS


def test_x03_no_question_takes_a_person_without_an_exposure():
    public = [value for name, value in vars(contacts).items() if not name.startswith("_") and getattr(value, "__module__", "") == contacts.__name__]
    assert {value.__name__ for value in public} == {"contacts", "summed", "meetings", "evidence", "present", "exposures"}
    for question in public:
        assert {"query", "queries"} & set(question.__annotations__), question.__name__


def test_x03_evidence_gives_nothing_of_a_contact_outside_the_shared_time():
    rows = [(1, 1, 10, 20), (2, 1, 0, 100), (2, 2, 200, 300)]
    assert [(m.place, m.start, m.end) for m in contacts.evidence(built(rows), asked(end=1000), 2)] == [(1, 10, 20)]


def test_answers_are_whole_numbers_of_the_language_not_of_numpy():
    (row,) = contacts.contacts(built([(1, 1, 0, 60), (2, 1, 0, 60)]), [asked()])
    assert all(type(value) is int for value in (row.query, row.contact, row.seconds, row.meetings, row.first, row.last))
    assert contacts.contacts(built([]), [asked()]).seconds.dtype == np.int64
