"""The roll-call against sets of names counted by hand, whatever the order and repetition of the facts."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.reconcile.recount import TubeLists, compare, recount, unequal
from epigrid.engine.reconcile.rollcall import RollCall
from epigrid.engine.reconcile.schemas import COLUMNS, REPORTED, BadFacts, Class, Facts, Kind, Roster

PEOPLE = 14
BUILDINGS, GRIDS = [0, 0, 1, 2], [0, 0, 1]
ORDER = ("sampled", "exempt", "away", "declined", "unreachable", "open")
ALICE, BOB, CAROL = 0, 1, 2
"""Workers; the people of a roll-call are numbers."""
KINDS = [kind for kind in Kind if kind in REPORTED]
FACT = st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(KINDS), st.integers(0, 2))
LOGS = st.lists(FACT, max_size=60)


def column(values) -> np.ndarray:
    return np.array(list(values), np.int64)


def roster(people: int = PEOPLE, frozen: int = 10) -> Roster:
    """The first `frozen` people are on the register; building of a person = number mod 4, so numbers are not in building order."""
    return Roster(
        building=column(person % 4 for person in range(people)),
        frozen=np.arange(people) < frozen,
        grid=column(BUILDINGS),
        community=column(GRIDS),
    )


def called(log) -> RollCall:
    call = RollCall(roster())
    call.apply(Facts.of(log))
    return call


def by_hand(log) -> dict[int, dict[str, int]]:
    """Counts per building by reading the log person by person: no bits, no arrays."""
    counts = {building: dict.fromkeys(COLUMNS, 0) for building in range(4)}
    for person in range(PEOPLE):
        kinds = {kind for who, kind, _ in log if who == person}
        told = [(by, word(kind)) for who, kind, by in log if who == person and word(kind)]
        names = {name for _, name in told}
        row = counts[person % 4]
        rostered = person < 10 or Kind.LATE_ADDED in kinds
        struck = Kind.STRUCK_OFF in kinds
        row["frozen"] += person < 10
        row["late_added"] += person >= 10 and Kind.LATE_ADDED in kinds
        row["struck_off"] += rostered and struck
        row["strangers"] += bool(names) and not rostered
        pairs = [(a, b) for a in told for b in told if a[0] != b[0] and a[1] != b[1]]
        denied = any({a[1], b[1]} & {"exempt", "away"} for a, b in pairs)
        row["contradicted"] += denied or (struck and "sampled" in names)
        if rostered and not struck:
            state = next((name for name in ORDER if name in names), "open")
            row[state] += 1
            if state == "sampled":
                row["here" if Kind.HERE in kinds else "own_plan" if Kind.OWN_PLAN in kinds else "elsewhere"] += 1
    return counts


def word(kind: Kind) -> str:
    if kind in (Kind.HERE, Kind.OWN_PLAN, Kind.ELSEWHERE):
        return "sampled"
    return str(kind.name).lower() if kind in (Kind.EXEMPT, Kind.AWAY, Kind.DECLINED, Kind.UNREACHABLE) else ""


@given(LOGS)
def test_counts_are_those_counted_by_hand(log):
    counters = called(log).counters()
    assert {building: counters.building.of(building) for building in range(4)} == by_hand(log)


@given(LOGS, st.lists(st.integers(0, 60), max_size=5))
def test_counts_after_every_batch_are_those_of_a_recount(log, cuts):
    call, taken = RollCall(roster()), []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(log)], strict=True):
        taken += log[start:end]
        call.apply(Facts.of(log[start:end]))
        assert unequal(call.counters(), recount(roster(), Facts.of(taken))) == ()


@given(LOGS, st.randoms(use_true_random=False))
def test_order_repetition_and_batches_do_not_matter(log, random):
    again = log + [random.choice(log) for _ in range(len(log))]
    random.shuffle(again)
    call = RollCall(roster())
    for fact in again:
        call.apply(Facts.of([fact]))
    once = called(log)
    assert unequal(call.counters(), once.counters()) == ()
    assert [call.standing(person) for person in range(PEOPLE)] == [once.standing(person) for person in range(PEOPLE)]
    assert call.apply(Facts.of(again)).tolist() == []


@given(LOGS)
def test_frozen_plus_late_minus_struck_is_the_sum_of_the_classes_on_every_level(log):
    counters = called(log).counters()
    for level in (counters.building, counters.grid, counters.community):
        total = level.total()
        assert level.broken() == []
        assert total["frozen"] + total["late_added"] - total["struck_off"] == sum(total[name] for name in ORDER)
        assert total["sampled"] == total["here"] + total["own_plan"] + total["elsewhere"]
        assert total == counters.building.total()


@given(LOGS)
def test_grids_and_communities_are_the_sums_of_their_buildings(log):
    counters = called(log).counters()
    for name in COLUMNS:
        of = [counters.building.of(building)[name] for building in range(4)]
        grids = [counters.grid.of(grid)[name] for grid in range(3)]
        assert grids == [of[0] + of[1], of[2], of[3]]
        assert [counters.community.of(unit)[name] for unit in range(2)] == [grids[0] + grids[1], grids[2]]


@given(LOGS)
def test_the_missing_of_a_building_are_its_open_people(log):
    call = called(log)
    for building in range(4):
        want = [person for person in range(building, PEOPLE, 4) if call.standing(person).state is Class.OPEN]
        assert call.missing(building).tolist() == want
        assert len(want) == call.of_building(building)["open"]


@given(LOGS)
def test_flags_name_as_many_people_as_are_counted(log):
    call = called(log)
    total = call.counters().building.total()
    assert len(call.contradicted()) == total["contradicted"]
    assert len(call.strangers()) == total["strangers"]
    assert len(call.sampled_here()) == total["here"]
    assert np.bincount(call.classes(), minlength=7)[:6].tolist() == [total[name] for name in ORDER]


@given(LOGS, st.sets(st.integers(0, 59)), st.randoms(use_true_random=False))
def test_withdrawn_facts_leave_the_counts_as_if_they_had_never_come(log, withdrawn, random):
    left = [fact for number, fact in enumerate(log) if number not in withdrawn]
    people = sorted({fact[0] for number, fact in enumerate(log) if number in withdrawn})
    call = called(log)
    still = [fact for fact in left if fact[0] in people]
    random.shuffle(still)
    for _ in range(2):
        call.restate(column(people), Facts.of(still))
    assert unequal(call.counters(), called(left).counters()) == ()


@given(LOGS, st.integers(10, PEOPLE))
def test_people_who_get_a_number_later_count_as_if_they_had_always_had_one(log, known):
    early = RollCall(roster(people=known))
    early.apply(Facts.of([fact for fact in log if fact[0] < known]))
    assert early.grow(column(person % 4 for person in range(known, PEOPLE))).tolist() == list(range(known, PEOPLE))
    early.apply(Facts.of(log))
    assert unequal(early.counters(), called(log).counters()) == ()
    assert [early.missing(building).tolist() for building in range(4)] == [called(log).missing(building).tolist() for building in range(4)]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), Class.OPEN),
        ((Kind.UNREACHABLE,), Class.UNREACHABLE),
        ((Kind.UNREACHABLE, Kind.DECLINED), Class.DECLINED),
        ((Kind.DECLINED, Kind.AWAY), Class.AWAY),
        ((Kind.AWAY, Kind.EXEMPT), Class.EXEMPT),
        ((Kind.EXEMPT, Kind.ELSEWHERE), Class.SAMPLED),
        ((Kind.STRUCK_OFF,), Class.NONE),
    ],
)
def test_the_highest_class_over_all_facts_stands(kinds, state):
    assert called([(0, kind, ALICE) for kind in kinds]).standing(0).state is state


@pytest.mark.parametrize(
    ("kinds", "way"),
    [
        ((Kind.ELSEWHERE, Kind.OWN_PLAN, Kind.HERE), Kind.HERE),
        ((Kind.ELSEWHERE, Kind.OWN_PLAN), Kind.OWN_PLAN),
        ((Kind.ELSEWHERE,), Kind.ELSEWHERE),
        ((Kind.AWAY,), None),
        ((Kind.HERE, Kind.STRUCK_OFF), None),
    ],
)
def test_the_way_of_being_sampled_stands_beside_the_class(kinds, way):
    assert called([(0, kind, ALICE) for kind in kinds]).standing(0).way is way


@pytest.mark.parametrize(
    ("told", "flagged"),
    [
        ([(Kind.AWAY, ALICE), (Kind.HERE, BOB)], True),
        ([(Kind.EXEMPT, ALICE), (Kind.DECLINED, BOB)], True),
        ([(Kind.AWAY, ALICE), (Kind.UNREACHABLE, CAROL)], True),
        ([(Kind.AWAY, ALICE), (Kind.HERE, ALICE)], False),
        ([(Kind.AWAY, ALICE), (Kind.AWAY, BOB)], False),
        ([(Kind.UNREACHABLE, ALICE), (Kind.DECLINED, BOB), (Kind.HERE, CAROL)], False),
        ([(Kind.HERE, ALICE), (Kind.ELSEWHERE, BOB)], False),
        ([(Kind.AWAY, ALICE), (Kind.LATE_ADDED, BOB)], False),
    ],
)
def test_workers_who_deny_each_other_are_flagged_and_the_course_of_a_day_is_not(told, flagged):
    for order in (told, told[::-1]):
        call = RollCall(roster())
        for kind, worker in order:
            call.apply(Facts.of([(5, kind, worker)]))
        assert call.contradicted().tolist() == ([5] if flagged else [])


@pytest.mark.parametrize("order", [(Kind.STRUCK_OFF, Kind.HERE), (Kind.HERE, Kind.STRUCK_OFF)])
def test_a_struck_off_person_leaves_the_sum_and_a_sample_of_his_is_flagged(order):
    call = RollCall(roster())
    for kind in order:
        call.apply(Facts.of([(5, kind, ALICE)]))
    total = call.counters().community.total()
    assert (total["frozen"], total["struck_off"], total["sampled"], total["open"]) == (10, 1, 0, 9)
    assert call.contradicted().tolist() == [5]


def test_a_sample_of_somebody_on_no_roster_is_named_until_he_is_added_late():
    call = called([(12, Kind.HERE, ALICE)])
    assert call.strangers().tolist() == [12]
    assert call.counters().building.total()["sampled"] == 0
    call.apply(Facts.of([(12, Kind.LATE_ADDED, BOB)]))
    assert call.strangers().tolist() == []
    assert (call.of_building(0)["sampled"], call.of_building(0)["late_added"]) == (1, 1)


def test_s_059_a_building_of_111_is_done_plus_away_plus_exempt_plus_missing():
    people = np.arange(111)
    call = RollCall(Roster(building=np.zeros(111, np.int64), frozen=people >= 0, grid=column([0]), community=column([0])))
    kinds = [Kind.HERE] * 90 + [Kind.AWAY] * 9 + [Kind.EXEMPT] * 7
    call.apply(Facts.of([(person, kind, ALICE) for person, kind in enumerate(kinds)]))
    counts = call.of_building(0)
    assert (counts["sampled"], counts["away"], counts["exempt"], counts["open"]) == (90, 9, 7, 5)
    assert call.missing(0).tolist() == [106, 107, 108, 109, 110]


def test_the_answer_of_apply_names_those_whose_standing_changed():
    call = RollCall(roster())
    assert call.apply(Facts.of([(7, Kind.HERE, ALICE), (3, Kind.AWAY, ALICE), (7, Kind.HERE, ALICE)])).tolist() == [3, 7]
    assert call.apply(Facts.of([(7, Kind.HERE, ALICE), (4, Kind.AWAY, ALICE)])).tolist() == [4]


def test_a_batch_with_an_unknown_person_is_refused_whole():
    call = RollCall(roster())
    with pytest.raises(BadFacts) as refusal:
        call.apply(Facts.of([(0, Kind.HERE, ALICE), (PEOPLE, Kind.HERE, ALICE)]))
    assert refusal.value.details == {"column": "person", "row": 1, "rows": 1}
    assert unequal(call.counters(), RollCall(roster()).counters()) == ()


@pytest.mark.parametrize("kind", [0, Kind.FROZEN, Kind.MANY, Kind.HERE | Kind.AWAY, 2048])
def test_kinds_that_nobody_may_report_are_refused(kind):
    with pytest.raises(BadFacts):
        Facts.of([(0, Kind.HERE, ALICE), (0, kind, ALICE)])


def test_columns_of_other_lengths_types_or_signs_are_refused():
    one = np.array([1], np.uint16)
    for wrong in (
        {"person": column([1, 2]), "kind": one, "worker": column([1])},
        {"person": column([1]), "kind": column([1]), "worker": column([1])},
        {"person": column([1]), "kind": one, "worker": column([-1])},
    ):
        with pytest.raises(BadFacts):
            Facts(**wrong)
    for wrong in ({"building": column([4])}, {"grid": column([9])}, {"frozen": np.array([True, False])}, {"frozen": column([1])}):
        given_roster = {"building": column([0]), "frozen": np.array([True]), "grid": column(BUILDINGS), "community": column(GRIDS)}
        with pytest.raises(BadFacts):
            Roster(**(given_roster | wrong))
    with pytest.raises(BadFacts):
        RollCall(roster()).grow(column([4]))


def test_restating_takes_facts_of_the_named_people_only():
    with pytest.raises(BadFacts):
        RollCall(roster()).restate(column([1]), Facts.of([(2, Kind.HERE, ALICE)]))


def test_a_copy_of_the_counts_does_not_change_with_the_roll_call():
    call = RollCall(roster())
    before = call.counters()
    call.apply(Facts.of([(0, Kind.HERE, ALICE)]))
    assert before.building.total()["sampled"] == 0
    assert unequal(before, call.counters())[:2] == (("building", 0, "sampled", 0, 1), ("building", 0, "open", 3, 2))


def lists(rows, handed) -> TubeLists:
    table = column(value for row in rows for value in row).reshape(-1, 2)
    return TubeLists(tube=table[:, 0], person=table[:, 1], handed=handed)


SWABS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, PEOPLE - 1)), max_size=20)


@given(SWABS, st.sets(st.integers(0, PEOPLE - 1)), st.dictionaries(st.integers(0, 5), st.integers(0, 6)))
def test_every_difference_between_rows_tube_lists_and_hand_overs_is_named(swabs, sampled, handed):
    tubes_of, people_in = defaultdict(set), defaultdict(set)
    for tube, person in swabs:
        tubes_of[person].add(tube)
        people_in[tube].add(person)
    found = compare(lists(swabs, handed), sampled_here=column(sorted(sampled)))
    assert found.sampled_without_tube == tuple(sorted(sampled - set(tubes_of)))
    assert found.in_tube_not_sampled == tuple(sorted(set(tubes_of) - sampled))
    assert found.in_several_tubes == tuple(sorted(person for person, tubes in tubes_of.items() if len(tubes) > 1))
    assert found.tubes_not_handed_over == tuple(sorted(set(people_in) - set(handed)))
    assert found.tubes_without_list == tuple(sorted(set(handed) - set(people_in)))
    differing = [(tube, len(people_in[tube]), said) for tube, said in sorted(handed.items()) if tube in people_in and said != len(people_in[tube])]
    assert found.tubes_counted_otherwise == tuple(differing)


def test_two_sources_that_agree_have_no_differences():
    swabs = [(person // 3, person) for person in range(9)]
    call = called([(person, Kind.HERE, ALICE) for _, person in swabs])
    assert compare(lists(swabs, {0: 3, 1: 3, 2: 3}), sampled_here=call.sampled_here()).agree()


def test_the_swab_of_a_struck_off_person_shows_as_a_difference():
    call = called([(1, Kind.HERE, ALICE), (1, Kind.STRUCK_OFF, BOB)])
    found = compare(lists([(0, 1)], {0: 1}), sampled_here=call.sampled_here())
    assert found.in_tube_not_sampled == (1,)
    assert not found.agree()
