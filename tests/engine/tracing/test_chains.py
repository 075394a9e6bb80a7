"""Chains: the laws of a tree, and the best source against one found by looking at every pair."""

import math
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.engine.tracing import chains
from epigrid.engine.tracing.answers import Meetings
from epigrid.engine.tracing.chains import Cases, Pairs, SerialInterval, SerialIntervalWrong, Weighing
from epigrid.engine.tracing.schemas import BadColumns, ExposureQuery, Places
from tests.engine.tracing import oracle

DAY = 86_400
SERIAL = SerialInterval(mean_days=5, sd_days=3, lowest_days=1, highest_days=12)
"""Invented, as every number here."""
WORDS = ("household", "shop", "class")
MOMENT = st.integers(20, 44).map(lambda half: half * DAY // 2)
END = st.one_of(st.just(-1), st.integers(10, 44).map(lambda half: half * DAY // 2))


def window(first: int, second: int) -> tuple[int, int]:
    """Two ends in order; an unknown one stays where it is."""
    if -1 in (first, second):
        return first, second
    return min(first, second), max(first, second) + 1


WINDOW = st.builds(window, END, END)


@st.composite
def outbreaks(draw):
    """Up to seven cases and pieces of evidence of every sort between them."""
    numbers = draw(st.lists(st.integers(0, 40), min_size=2, max_size=7, unique=True))
    cases = [(number, draw(MOMENT), *draw(WINDOW), *draw(WINDOW)) for number in numbers]
    dated = st.builds(lambda start, length: (start, start + length), MOMENT, st.integers(1, 3 * DAY))
    evidence = st.tuples(
        st.permutations(numbers).map(lambda order: tuple(order[:2])),
        st.one_of(st.just(-1), st.integers(0, 20_000)),
        st.one_of(st.just((-1, -1)), dated),
        st.sampled_from(WORDS),
    )
    pairs = [(*pair, seconds, *when, word) for pair, seconds, when, word in draw(st.lists(evidence, max_size=14))]
    return cases, pairs


WEIGHING = st.builds(
    Weighing,
    strength=st.dictionaries(st.sampled_from(WORDS), st.sampled_from([0.5, 2.0, 7.0])),
    half_seconds=st.sampled_from([None, 900]),
)


def found(cases, pairs, weighing=None):
    return chains.trees(Cases.of(cases), Pairs.of(pairs), SERIAL, weighing=weighing)


def density(days: float) -> float:
    """The gamma density itself, with its constants."""
    shape, scale = (SERIAL.mean_days / SERIAL.sd_days) ** 2, SERIAL.sd_days**2 / SERIAL.mean_days
    return math.exp((shape - 1) * math.log(days) - days / scale - math.lgamma(shape) - shape * math.log(scale))


def fitting(source, target, row) -> tuple[int, int, int] | None:
    """(checked, seconds, end) of one row for a direction, or None: moment by moment in words of intervals."""
    ends = [target[3] if target[3] != -1 else target[1]] + ([source[5]] if source[5] != -1 else []) + ([row[4]] if row[3] != -1 else [])
    starts = [target[2], source[4]] + ([row[3]] if row[3] != -1 else [])
    start, end = max(starts), min(ends)
    if start >= end:
        return None
    if row[3] != -1:
        return 2, row[2] if row[2] == -1 else min(row[2], end - start), 0
    return int(-1 not in (*target[2:4], *source[4:6])), row[2], 0


def weights(cases, pairs, target, weighing) -> dict[int, tuple[float, int, int]]:
    """source -> (density times weight, checked, seconds) of every candidate of one case."""
    possible = {}
    for source in cases:
        days = (target[1] - source[1]) / DAY
        rows = [(fitting(source, target, row), row[5]) for row in pairs if {row[0], row[1]} == {source[0], target[0]}]
        rows = [(fit, word) for fit, word in rows if fit]
        if source is target or not rows or not SERIAL.lowest_days <= days <= SERIAL.highest_days:
            continue
        known = [fit[1] for fit, _ in rows if fit[1] != -1]
        seconds = sum(known) if known else -1
        weight = max(weighing.strength.get(word, 1) for _, word in rows)
        if weighing.half_seconds:
            together = max(seconds, 1) if known else weighing.half_seconds
            weight *= together / (together + weighing.half_seconds)
        possible[source[0]] = density(days) * weight, max(fit[0] for fit, _ in rows), seconds
    return possible


@given(outbreaks(), WEIGHING)
def test_scores_and_candidates_are_those_of_a_search_over_all_pairs(outbreak, weighing):
    cases, pairs = outbreak
    trees = found(cases, pairs, weighing)
    for target in cases:
        expected = weights(cases, pairs, target, weighing)
        total = sum(weight for weight, _, _ in expected.values())
        rows = trees.candidates.of(target[0])
        assert {row.source for row in rows} == set(expected)
        for row in rows:
            weight, checked, seconds = expected[row.source]
            assert row.score == pytest.approx(weight / total)
            assert (chains.CHECKED.index(row.checked), row.seconds) == (checked, seconds)
        assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
        order = [(-round(expected[row.source][0] / total, 12), -expected[row.source][1], -expected[row.source][2], row.source) for row in rows]
        assert order == sorted(order)


@given(outbreaks())
def test_a_tree_has_no_ring_and_each_source_precedes_within_the_possible_interval(outbreak):
    trees = found(*outbreak)
    moment = {case[0]: case[1] for case in outbreak[0]}
    source = dict(zip(trees.case.tolist(), trees.source.tolist(), strict=True))
    generation = dict(zip(trees.case.tolist(), trees.generation.tolist(), strict=True))
    root = dict(zip(trees.case.tolist(), trees.root.tolist(), strict=True))
    for case, parent in source.items():
        if parent == -1:
            assert (generation[case], root[case]) == (0, case)
            assert not trees.candidates.of(case)
        else:
            assert SERIAL.lowest_days * DAY <= moment[case] - moment[parent] <= SERIAL.highest_days * DAY
            assert (generation[case], root[case]) == (generation[parent] + 1, root[parent])
            assert trees.candidates.of(case)[0].source == parent
        seen = {case}
        while source[case] != -1:
            case = source[case]
            assert case not in seen
            seen.add(case)


def same(left: chains.Trees, right: chains.Trees) -> bool:
    columns = ("case", "source", "generation", "root")
    rows = [list(trees.candidates) for trees in (left, right)]
    return rows[0] == rows[1] and all(getattr(left, name).tolist() == getattr(right, name).tolist() for name in columns)


@given(outbreaks(), WEIGHING, st.randoms(use_true_random=False))
def test_the_order_of_the_input_and_the_direction_of_a_pair_do_not_matter(outbreak, weighing, random):
    cases, pairs = outbreak
    shuffled = [(row[1], row[0], *row[2:]) if random.random() < 0.5 else row for row in random.sample(pairs, len(pairs))]
    turned = found(random.sample(cases, len(cases)), shuffled, weighing)
    assert same(found(cases, pairs, weighing), turned)
    assert turned.refused.target.tolist() == found(cases, pairs, weighing).refused.target.tolist()


@given(outbreaks(), WEIGHING, st.integers(0, 20_000))
def test_an_implausible_pair_changes_nothing(outbreak, weighing, seconds):
    cases, pairs = outbreak
    late = max(case[1] for case in cases) + 13 * DAY
    stranger = (99, late)
    more = [*pairs, *((99, case[0], seconds, -1, -1, WORDS[0]) for case in cases)]
    before, after = found([*cases, stranger], pairs, weighing), found([*cases, stranger], more, weighing)
    assert list(before.candidates) == list(after.candidates)
    assert before.source.tolist() == after.source.tolist()
    assert len(after.refused) == len(before.refused) + len(cases)


def test_every_refused_pair_says_why():
    cases = [(1, 20 * DAY), (2, 20 * DAY), (3, 20 * DAY + 1), (4, 40 * DAY), (5, 25 * DAY, 24 * DAY, 25 * DAY)]
    pairs = [(2, 1, 60, -1, -1, "shop"), (1, 3, 60, -1, -1, "shop"), (1, 4, 60, -1, -1, "shop"), (1, 5, 60, 20 * DAY, 21 * DAY, "shop")]
    refused = found(cases, pairs).refused
    said = {
        (source, target): chains.REFUSED[why]
        for source, target, why in zip(refused.source.tolist(), refused.target.tolist(), refused.why.tolist(), strict=True)
    }
    assert said == {(1, 2): "same-moment", (1, 3): "too-short", (1, 4): "too-long", (1, 5): "windows-apart"}


def test_whom_a_case_met_only_when_he_was_ill_already_cannot_be_his_source():
    cases = [(1, 20 * DAY), (2, 25 * DAY)]
    assert len(found(cases, [(1, 2, 60, 25 * DAY, 26 * DAY, "shop")]).candidates) == 0
    assert len(found(cases, [(1, 2, 60, 24 * DAY, 26 * DAY, "shop")]).candidates) == 1


def test_the_source_must_have_been_infectious_when_they_met():
    cases = [(1, 20 * DAY, -1, -1, 19 * DAY, 22 * DAY), (2, 25 * DAY)]
    assert len(found(cases, [(1, 2, 60, 23 * DAY, 24 * DAY, "shop")]).candidates) == 0
    assert found(cases, [(1, 2, 3 * DAY, 21 * DAY, 24 * DAY, "shop")]).candidates.of(2)[0].seconds == DAY


@pytest.mark.parametrize(
    "wrong",
    [{"lowest_days": 0}, {"lowest_days": 6}, {"highest_days": 4}, {"sd_days": 0}, {"mean_days": math.nan}, {"highest_days": math.inf}],
)
def test_a_serial_interval_that_cannot_be_is_refused(wrong):
    with pytest.raises(SerialIntervalWrong):
        replace(SERIAL, **wrong)


@pytest.mark.parametrize("wrong", [{"strength": {"shop": 0.0}}, {"strength": {"shop": math.nan}}, {"half_seconds": 0}])
def test_weights_are_positive(wrong):
    with pytest.raises(SerialIntervalWrong):
        Weighing(**wrong)


def test_a_pair_that_names_no_case_or_the_same_case_twice_is_refused():
    with pytest.raises(BadColumns):
        found([(1, DAY), (2, 2 * DAY)], [(1, 3, 60, -1, -1, "shop")])
    with pytest.raises(BadColumns):
        Pairs.of([(1, 1, 60, -1, -1, "shop")])
    with pytest.raises(BadColumns):
        Cases.of([(1, DAY), (1, 2 * DAY)])
    with pytest.raises(BadColumns):
        Cases.of([(1, DAY, 5, 5)])


def met(rows, queries) -> Meetings:
    """The answer of `contacts.meetings`, by the oracle."""
    found = [(query, *row) for query, asked in enumerate(queries) for row in oracle.meetings(rows, asked.person, asked.start, asked.end)]
    query, contact, start, place, end = np.array(found, np.int64).reshape(-1, 5).T
    return Meetings(query, contact, place, start, end)


def test_meetings_that_both_cases_queries_found_are_counted_once():
    rows = [(1, 7, 100, 200), (2, 7, 150, 260), (3, 7, 100, 260), (1, 8, 300, 310), (2, 8, 300, 310)]
    queries = [ExposureQuery(exposure_id=UUID(int=1), person=person, start=start, end=end) for person, start, end in [(1, 0, 180), (2, 160, 400)]]
    pairs = chains.pairs_of(met(rows, queries), queries, np.array([1, 2]), Places(place=np.array([7]), kind=("shop",)))
    joined = zip(pairs.left.tolist(), pairs.right.tolist(), pairs.seconds.tolist(), [pairs.words[word] for word in pairs.link.tolist()], strict=True)
    assert sorted(joined) == [(1, 2, 10, "meeting"), (1, 2, 50, "shop")]


def test_no_cases_and_no_meetings_give_no_trees():
    pairs = chains.pairs_of(met([], []), [], np.empty(0, np.int64))
    assert len(chains.trees(Cases.of([]), pairs, SERIAL).case) == 0


def test_a_drawing_has_all_cases_the_best_edges_and_as_many_alternatives_as_asked():
    cases = Cases.of([(1, 20 * DAY), (2, 21 * DAY), (3, 25 * DAY, 22 * DAY, 25 * DAY)])
    trees = chains.trees(cases, Pairs.of([(1, 3, -1, -1, -1, "class"), (2, 3, 60, -1, -1, "class")]), SERIAL)
    best = chains.drawing(trees, cases)
    assert {(node.case, node.root, node.generation, node.exposed) for node in best.nodes} == {
        (1, 1, 0, (None, None)),
        (2, 2, 0, (None, None)),
        (3, trees.candidates.of(3)[0].source, 1, (22 * DAY, 25 * DAY)),
    }
    assert [(edge.best, edge.rank) for edge in best.edges] == [(True, 1)]
    assert [edge.best for edge in chains.drawing(trees, cases, alternatives=1).edges] == [True, False]
