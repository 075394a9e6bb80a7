"""Published sources among the candidate sources of the chains: counts as measured, so that a worse engine fails (docs/reference/chains.md says what was given)."""

from functools import cache

import pytest

from benchmarks import chains as benchmark
from epigrid.engine.tracing import chains
from epigrid.engine.tracing.chains import Cases, Pairs
from epigrid.response.tracing.formats import linelists

pytestmark = pytest.mark.data

MEASURED = [
    (benchmark.mers, "dates", 98, (25, 38, 44), 87, 0),
    (benchmark.mers, "place", 98, (21, 26, 26), 31, 0),
    (benchmark.mers, "links", 98, (59, 83, 86), 87, 0),
    (benchmark.ebola, "links", 2161, (1801, 2139, 2147), 2147, 0),
    pytest.param(benchmark.ebola, "place", 2161, (5, 18, 31), 302, 0, marks=pytest.mark.slow),
    (benchmark.tianjin, "dates", 91, (4, 6, 12), 69, 13),
    (benchmark.tianjin, "links", 91, (21, 50, 61), 69, 13),
    (benchmark.singapore, "dates", 65, (3, 8, 13), 10, 1),
    (benchmark.singapore, "place", 65, (13, 29, 36), 0, 0),
    (benchmark.singapore, "links", 65, (22, 46, 52), 10, 1),
]
"""Links judged; of them the source among the first 1, 3, 5; directions right; directions wrong."""


@cache
def outbreak(of):
    return of(benchmark.DATA)


@pytest.mark.parametrize(("of", "kind", "judged", "top", "right", "wrong"), MEASURED)
def test_as_many_published_sources_are_found_as_were_measured(of, kind, judged, top, right, wrong):
    given = outbreak(of)
    found = benchmark.judge(given, kind)
    assert found.judged == judged
    assert all(share * judged >= floor - 1e-6 for share, floor in zip(found.top, top, strict=True))
    assert found.right * found.directed >= right - 1e-6
    assert found.wrong * found.directed <= wrong + 1e-6


@pytest.mark.parametrize(
    ("of", "cases", "links"), [(benchmark.mers, 162, 98), (benchmark.ebola, 5888, 3800), (benchmark.tianjin, 135, 91), (benchmark.singapore, 93, 66)]
)
def test_every_row_of_the_outbreaks_is_read_by_the_importer(of, cases, links):
    given = outbreak(of)
    assert (len(given.cases), len(given.links), given.refused) == (cases, links, ())
    assert not linelists.numbered(given.cases, (), benchmark.UTC).refused


@pytest.mark.parametrize("of", [benchmark.mers, benchmark.tianjin])
def test_trees_of_real_cases_hold_their_laws_when_all_pairs_are_given(of):
    given = outbreak(of)
    table = linelists.numbered(given.cases, (), benchmark.UTC)
    left, right = benchmark.all_pairs([range(len(table.ids))])
    pairs = Pairs.of([(a, b, -1, -1, -1, "any") for a, b in zip(left.tolist(), right.tolist(), strict=True)])
    serial = benchmark.SERIAL[given.disease]
    trees = chains.trees(Cases.of(table.cases), pairs, serial)
    moment = {row[0]: row[1] for row in table.cases}
    for case, source, generation in zip(trees.case.tolist(), trees.source.tolist(), trees.generation.tolist(), strict=True):
        if source != -1:
            assert serial.lowest_days * 86_400 <= moment[case] - moment[source] <= serial.highest_days * 86_400
        assert (generation == 0) == (source == -1)
    assert max(trees.generation.tolist()) > 1
    assert len(trees.candidates) + len(trees.refused) == len(left)
