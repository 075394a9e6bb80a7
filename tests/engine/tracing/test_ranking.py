"""The order of candidates against one written as plain loops, and the seat rule against the clause's own judgement."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import memberships, ranking
from epigrid.engine.tracing.answers import Meetings
from epigrid.engine.tracing.memberships import PARTS, VEHICLES, SeatRule
from epigrid.engine.tracing.ranking import Ground
from epigrid.engine.tracing.schemas import BadColumns, ExposureQuery, Groups, Memberships, Places, Seats
from epigrid.kernel.verdicts import Clause
from epigrid.response.tracing import rules
from tests.engine.tracing import oracle

UNSET = st.none()
RULES = st.fixed_dictionaries(
    {
        "plane_rows": st.one_of(UNSET, st.integers(0, 3)),
        "train_closed": st.sampled_from([None, "carriage", "compartment", "all"]),
        "train_open": st.sampled_from([None, "bay", "carriage"]),
        "bus_closed": st.sampled_from([None, "all"]),
        "bus_ventilated_rows": st.one_of(UNSET, st.integers(0, 3)),
        "ship": st.sampled_from([None, "cabin", "all"]),
        "crew": st.sampled_from([None, True, False]),
    }
)
CODE = st.integers(-1, 3)
SEAT = st.tuples(st.integers(-1, 8), CODE, CODE, st.integers(-1, 4), CODE, st.integers(0, 1))
NAMES = ("row", "carriage", "compartment", "bay", "cabin", "crew")


def seats(rows) -> Seats:
    table = np.array(rows, np.int64).reshape(-1, 6)
    return Seats(**dict(zip(NAMES, table.T.copy(), strict=True)))


def seat(row) -> rules.Seat:
    """The same seat in the clause's words."""
    number, carriage, compartment, bay, cabin, crew = row
    words = {name: "" if code == -1 else str(code) for name, code in (("carriage", carriage), ("compartment", compartment), ("cabin", cabin))}
    return rules.Seat(row=None if number == -1 else number, bay=None if bay == -1 else bay, crew=bool(crew), **words)


def judged(vehicle: str, case, other, rule) -> str:
    policy = rules.VehiclePolicy(edition="e", clause_id="vehicle", **rule)
    try:
        return rules.sits_near(vehicle=vehicle, case=seat(case), other=seat(other), policy=policy).reason.removeprefix("seat.")
    except (rules.SeatUnknown, rules.NumberUnset):
        return "unknown"


@pytest.mark.parametrize("vehicle", sorted(VEHICLES))
@given(pairs=st.lists(st.tuples(SEAT, SEAT), max_size=12), rule=RULES)
def test_the_seat_rule_agrees_with_the_clause_for_every_seat(vehicle, pairs, rule):
    found = memberships.near(vehicle, seats([case for case, _ in pairs]), seats([other for _, other in pairs]), SeatRule(**rule))
    assert [PARTS[part] for part in found.tolist()] == [judged(vehicle, case, other, rule) for case, other in pairs]


def test_the_seat_rule_has_the_clauses_vehicles_and_fields():
    assert dict(VEHICLES) == rules.VEHICLES
    assert set(SeatRule.__dataclass_fields__) == set(rules.VehiclePolicy.__dataclass_fields__) - set(Clause.__dataclass_fields__)


KINDS = ("household", "class", "workplace", "plane", "train-open", "bus-closed")
GROUP_KINDS = {100 + number: kind for number, kind in enumerate(KINDS)}
PLACE_KINDS = {1: "shop", 2: "clinic", 3: "mall"}
"""Place 4 is not in the table of places."""
RULE = {"plane_rows": 2, "train_closed": "carriage", "train_open": "bay", "bus_closed": None, "bus_ventilated_rows": 3, "ship": "cabin", "crew": True}
MEMBER = st.tuples(st.integers(1, oracle.PEOPLE), st.sampled_from(sorted(GROUP_KINDS)), st.integers(0, 40), st.integers(1, 30), SEAT)
QUERIES = st.lists(
    st.builds(
        lambda person, start, length: ExposureQuery(exposure_id=UUID(int=1), person=person, start=start, end=start + length),
        st.integers(1, oracle.PEOPLE),
        st.integers(0, 50),
        st.integers(1, 40),
    ),
    max_size=3,
)


def ground(members, min_seconds=None, kinds=("clinic", "shop")) -> Ground:
    person, group, since, length = (np.array([row[at] for row in members], np.int64) for at in range(4))
    table = Groups(group=np.array(sorted(GROUP_KINDS)), kind=tuple(GROUP_KINDS[number] for number in sorted(GROUP_KINDS)))
    return Ground(
        places=Places(place=np.array(sorted(PLACE_KINDS)), kind=tuple(PLACE_KINDS[place] for place in sorted(PLACE_KINDS))),
        memberships=Memberships(
            person=person, group=group, since=since, until=since + length, groups=table, seats=seats([row[4] for row in members])
        ),
        rule=SeatRule(**RULE),
        kinds=kinds,
        min_seconds=min_seconds,
    )


def meetings(rows, queries) -> Meetings:
    found = [(number, *row) for number, asked in enumerate(queries) for row in oracle.meetings(rows, asked.person, asked.start, asked.end)]
    query, contact, start, place, end = np.array(found, np.int64).reshape(-1, 5).T
    return Meetings(query, contact, place, start, end)


def grade(link: str, part: str) -> int:
    if link == "vehicle":
        return {"unknown": 2, "away": 5}.get(part, 1)
    return {"household": 0, "class": 3, "workplace": 3, "place": 4}[link]


def by_hand(rows, members, asked, min_seconds):
    """(contact, link, near, kind, seconds, group seconds) of one query in order: person by person, second by second."""
    order = ["clinic", "shop"]
    found = []
    for other in range(1, oracle.PEOPLE + 1):
        if other == asked.person:
            continue
        per_kind = dict.fromkeys(("clinic", "shop", "mall", ""), 0)
        for contact, start, place, end in oracle.meetings(rows, asked.person, asked.start, asked.end):
            if contact == other:
                per_kind[PLACE_KINDS.get(place, "")] += end - start
        seconds = sum(per_kind.values())
        ways, together = [], set()
        for mine in members:
            for theirs in members:
                if (mine[0], theirs[0], mine[1]) != (asked.person, other, theirs[1]):
                    continue
                shared = set(range(max(mine[2], theirs[2], asked.start), min(mine[2] + mine[3], theirs[2] + theirs[3], asked.end)))
                if shared:
                    together |= shared
                    kind = GROUP_KINDS[mine[1]]
                    part = judged(kind, mine[4], theirs[4], RULE) if kind in VEHICLES else ""
                    ways.append(("vehicle" if part else kind, part))
        if seconds and seconds >= (min_seconds or 0):
            ways.append(("place", ""))
        if not ways:
            continue
        link, part = min(ways, key=lambda way: (grade(*way), ranking.LINKS.index(way[0]), PARTS.index(way[1]) if way[1] else -1))
        kinds = [kind for kind, spent in per_kind.items() if spent]
        weight = {kind: order.index(kind) if kind in order else len(order) for kind in ("clinic", "shop", "mall", "")}
        kind = min(kinds, key=lambda word: (weight[word], -per_kind[word], ("clinic", "shop", "mall", "").index(word)), default="")
        found.append(
            ((grade(link, part), weight[kind], -seconds, -len(together), other), (other, link, part, kind if seconds else "", seconds, len(together)))
        )
    return [row for _, row in sorted(found)]


@given(oracle.visits(), st.lists(MEMBER, max_size=10), QUERIES, st.sampled_from([None, 5]))
def test_s_124_candidates_come_in_the_order_of_the_household_seats_groups_places_and_minutes(rows, members, queries, min_seconds):
    found = list(ranking.ranked(meetings(rows, queries), queries, ground(members, min_seconds)))
    for number, asked in enumerate(queries):
        mine = [row for row in found if row.query == number]
        assert [row.rank for row in mine] == list(range(1, len(mine) + 1))
        said = [(row.contact, row.link, row.near, row.kind, row.seconds, row.group_seconds) for row in mine]
        assert said == by_hand(rows, members, asked, min_seconds)


@given(st.lists(MEMBER, max_size=10), QUERIES, st.randoms(use_true_random=False))
def test_the_order_of_memberships_does_not_matter(members, queries, random):
    nobody = meetings([], queries)
    shuffled = ground(random.sample(members, len(members)))
    assert list(ranking.ranked(nobody, queries, ground(members))) == list(ranking.ranked(nobody, queries, shuffled))


ASKED = [ExposureQuery(exposure_id=UUID(int=1), person=1, start=0, end=10_000)]
NOWHERE = (-1, -1, -1, -1, -1, 0)


def test_s_124_a_household_member_whom_no_scan_saw_stands_before_who_was_met_for_hours():
    members = [(1, 100, 0, 9_000, NOWHERE), (2, 100, 0, 9_000, NOWHERE)]
    found = list(ranking.ranked(meetings([(1, 3, 0, 400), (3, 3, 0, 400)], ASKED), ASKED, ground(members)))
    assert [(row.contact, row.link, row.seconds) for row in found] == [(2, "household", 0), (3, "place", 400)]


def test_a_threshold_leaves_out_short_meetings_only_and_never_who_shares_a_household():
    rows = [(1, 3, 0, 40), (2, 3, 0, 40), (3, 3, 0, 10), (4, 3, 0, 10)]
    members = [(1, 100, 0, 9_000, NOWHERE), (4, 100, 0, 9_000, NOWHERE)]
    contacts = lambda least: [row.contact for row in ranking.ranked(meetings(rows, ASKED), ASKED, ground(members, least))]  # noqa: E731
    assert contacts(None) == [4, 2, 3]
    assert contacts(20) == [4, 2]


def test_without_memberships_or_places_the_order_is_by_minutes():
    rows = [(1, 3, 0, 40), (2, 3, 0, 10), (3, 1, 0, 1), (3, 3, 0, 40)]
    found = list(ranking.ranked(meetings(rows, ASKED), ASKED, Ground()))
    assert [(row.contact, row.kind, row.seconds) for row in found] == [(3, "", 40), (2, "", 10)]


def test_a_membership_without_a_known_kind_of_group_is_refused():
    three = np.arange(3)
    for groups in (None, Groups(group=np.array([0, 1]), kind=("class", "class")), Groups(group=three, kind=("class", "choir", "class"))):
        members = Memberships(person=three, group=three, since=three, until=three + 9, groups=groups)
        with pytest.raises(BadColumns):
            ranking.ranked(meetings([], ASKED), ASKED, Ground(memberships=members))


def test_seats_and_groups_must_fit_their_rows():
    two = np.arange(2)
    with pytest.raises(BadColumns):
        Memberships(person=two, group=two, since=two, until=two, seats=seats([NOWHERE]))
    with pytest.raises(BadColumns):
        seats([(-2, -1, -1, -1, -1, 0)])
    with pytest.raises(BadColumns):
        Groups(group=np.array([1, 1]), kind=("class", "class"))
