"""Which case may have infected which, and how plausible it is beside the other possibilities.

A pair can stand for a transmission in one direction only: from the case with the earlier moment to the later one. It is taken when the days between the
moments are possible and some evidence row fits the windows; the score is then the pair's share among all candidate sources of the target: plausibility
of the interval times weight of the evidence (Wallinga and Teunis 2004, doi:10.1093/aje/kwh255, with weights on the pairs). The share is among the *known*
candidates: nothing here says how likely it is that the source is a person nobody has found.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.tracing.chains.evidence import Cases, Pairs
from epigrid.engine.tracing.chains.serial import SerialInterval, Weighing
from epigrid.engine.tracing.memberships import changes, reduced
from epigrid.engine.tracing.schemas import LAST, UNKNOWN, BadColumns, Column

DAY = 86_400
CHECKED = ("undated", "windows", "dated")
"""How far a candidate could be checked. `dated`: a meeting lies before the target's onset and in the windows that are known; `windows`: undated, but
the source's infectious and the target's exposure window share time; `undated`: only the moments speak."""
REFUSED = ("same-moment", "too-short", "too-long", "windows-apart")
"""Why a pair is no candidate: moments equal, interval below the lowest or above the highest, or no evidence row within the windows."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible source of one case, `rank` 1 the best; `score` is the share among the case's candidates, `plausibility` the interval's density over the greatest
    possible one, `seconds`, `first`, `last` the fitting evidence (-1: unknown), `link` its strongest word, `checked` one of `CHECKED`."""

    target: int
    source: int
    rank: int
    score: float
    plausibility: float
    interval_seconds: int
    checked: str
    seconds: int
    first: int
    last: int
    link: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """One row per possible source, by target, then rank; `checked` and `link` are positions in `CHECKED` and `words`."""

    target: Column
    source: Column
    rank: Column
    score: Floats
    plausibility: Floats
    interval_seconds: Column
    checked: Column
    seconds: Column
    first: Column
    last: Column
    link: Column
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.target)

    def __iter__(self) -> Iterator[Candidate]:
        return self._rows(slice(None))

    def of(self, case: int) -> tuple[Candidate, ...]:
        """The possible sources of one case, best first."""
        low, high = np.searchsorted(self.target, [case, case + 1])
        return tuple(self._rows(slice(int(low), int(high))))

    def _rows(self, rows: slice) -> Iterator[Candidate]:
        columns = [getattr(self, name)[rows].tolist() for name in Candidate.__slots__]
        for target, source, rank, score, plausibility, interval, checked, seconds, first, last, link in zip(*columns, strict=True):
            yield Candidate(target, source, rank, score, plausibility, interval, CHECKED[checked], seconds, first, last, self.words[link])


@dataclass(frozen=True, kw_only=True, eq=False)
class Refusals:
    """Pairs that are no candidates, by target, then source: `source` has the earlier moment (the same moment: the lower number); `why` points into `REFUSED`."""

    target: Column
    source: Column
    why: Column

    def __len__(self) -> int:
        return len(self.target)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trees:
    """Hypotheses. One row per case, by number: best `source` (`UNKNOWN`: a root), `generation` (roots 0), `root` of its tree; and all candidates and refused pairs."""

    case: Column
    source: Column
    generation: Column
    root: Column
    candidates: Candidates
    refused: Refusals


def trees(cases: Cases, pairs: Pairs, serial: SerialInterval, *, weighing: Weighing | None = None) -> Trees:
    """Rank the possible sources of each case and join the best into trees: each case has at most one source, who has the earlier moment, so no ring can arise.

    Equal scores are ordered by how far they were checked, then by time together, then by the source's number; the order of the input never matters.
    As each case chooses among earlier ones alone, the best choices together are the tree with the greatest product of scores.
    `BadColumns` when a pair names a case that is not in `cases`.
    """
    order = np.argsort(cases.case)
    number, moment = cases.case[order], cases.moment[order]
    left, right = _positions(number, pairs.left, "left"), _positions(number, pairs.right, "right")
    later = (moment[left] > moment[right]) | ((moment[left] == moment[right]) & (left > right))
    source, target = np.where(later, right, left), np.where(later, left, right)
    why = _why(moment[target] - moment[source], serial)
    fits, checked, seconds = _windows(cases, order, pairs, source, target)
    possible = (why == UNKNOWN) & fits
    evidence = _Evidence(source=source, target=target, checked=checked, seconds=seconds, first=pairs.first, last=pairs.last, link=pairs.link)
    candidates = _ranked(number, moment, _joined(evidence, possible, pairs.words, weighing or Weighing()), serial, pairs.words)
    refused = _refused(number, source, target, np.where(why == UNKNOWN, REFUSED.index("windows-apart"), why), possible)
    best = candidates.rank == 1
    parent = np.full(len(number), UNKNOWN, np.int64)
    parent[np.searchsorted(number, candidates.target[best])] = np.searchsorted(number, candidates.source[best])
    generation, root = _descent(parent, moment)
    return Trees(
        case=number,
        source=np.where(parent == UNKNOWN, UNKNOWN, number[parent]) if len(number) else parent,
        generation=generation,
        root=number[root],
        candidates=candidates,
        refused=refused,
    )


def _positions(number: Column, wanted: Column, name: str) -> Column:
    at = np.searchsorted(number, wanted)
    missing = np.flatnonzero(np.append(number, UNKNOWN)[at] != wanted)
    if len(missing):
        raise BadColumns(column=name, row=int(missing[0]), rows=len(missing))
    return at.astype(np.int64)


def _why(interval: Column, serial: SerialInterval) -> Column:
    """Position in `REFUSED` of what the interval alone refuses, else `UNKNOWN`."""
    found = np.where(interval > serial.highest_days * DAY, REFUSED.index("too-long"), UNKNOWN)
    found = np.where(interval < serial.lowest_days * DAY, REFUSED.index("too-short"), found)
    return np.where(interval == 0, REFUSED.index("same-moment"), found)


def _windows(cases: Cases, order: Column, pairs: Pairs, source: Column, target: Column) -> tuple[NDArray[np.bool_], Column, Column]:
    """Per evidence row: whether it fits, how far that could be checked, and the seconds that can lie inside the windows.

    An unknown beginning is open, an unknown end of infectiousness too; an exposure of unknown end ended with the target's own moment.
    """
    exposed, until = cases.exposed_from[order][target], cases.exposed_until[order][target]
    opens, closes = cases.infectious_from[order][source], cases.infectious_until[order][source]
    known = (exposed != UNKNOWN) & (until != UNKNOWN) & (opens != UNKNOWN) & (closes != UNKNOWN)
    start = np.maximum(exposed, opens)
    end = np.minimum(np.where(until == UNKNOWN, cases.moment[order][target], until), np.where(closes == UNKNOWN, LAST, closes))
    dated = pairs.first != UNKNOWN
    start, end = np.where(dated, np.maximum(start, pairs.first), start), np.where(dated, np.minimum(end, pairs.last), end)
    inside = np.where(dated & (pairs.seconds != UNKNOWN), np.minimum(pairs.seconds, end - start), pairs.seconds)
    checked = np.where(dated, CHECKED.index("dated"), np.where(known, CHECKED.index("windows"), CHECKED.index("undated")))
    return start < end, checked, inside


@dataclass(frozen=True, kw_only=True, eq=False)
class _Evidence:
    """Rows of evidence from an earlier to a later case, as positions in the sorted cases."""

    source: Column
    target: Column
    checked: Column
    seconds: Column
    first: Column
    last: Column
    link: Column


def _joined(rows: _Evidence, possible: NDArray[np.bool_], words: tuple[str, ...], weighing: Weighing) -> tuple[_Evidence, Floats]:
    """One row per (target, source) of the possible ones, and the log of its weight: times added, the strongest word kept (ties: more time, then its spelling)."""
    rank = np.argsort(np.argsort(np.array(words or ("",))))
    strength = np.log(np.array([weighing.strength.get(word, 1.0) for word in words] or [1.0]))[rows.link]
    chosen = np.flatnonzero(possible)
    order = chosen[np.lexsort((rank[rows.link[chosen]], -rows.seconds[chosen], -strength[chosen], rows.source[chosen], rows.target[chosen]))]
    source, target, seconds, first = rows.source[order], rows.target[order], rows.seconds[order], rows.first[order]
    begins = np.flatnonzero(changes(target, source))
    timed = reduced(np.maximum, seconds, begins) != UNKNOWN
    total = np.where(timed, reduced(np.add, np.where(seconds == UNKNOWN, 0, seconds), begins), UNKNOWN)
    start = reduced(np.minimum, np.where(first == UNKNOWN, LAST + 1, first), begins)
    weight = strength[order][begins]
    if weighing.half_seconds is not None:
        together = np.where(timed, np.maximum(total, 1), weighing.half_seconds)
        weight = weight + np.log(together / (together + weighing.half_seconds))
    joined = _Evidence(
        source=source[begins],
        target=target[begins],
        checked=reduced(np.maximum, rows.checked[order], begins),
        seconds=total,
        first=np.where(start > LAST, UNKNOWN, start),
        last=reduced(np.maximum, rows.last[order], begins),
        link=rows.link[order][begins],
    )
    return joined, weight


def _ranked(number: Column, moment: Column, joined: tuple[_Evidence, Floats], serial: SerialInterval, words: tuple[str, ...]) -> Candidates:
    """Scores among each target's candidates, best first."""
    rows, weight = joined
    interval = moment[rows.target] - moment[rows.source]
    plausibility = serial.log_plausibility(interval / DAY)
    begins = np.flatnonzero(changes(rows.target))
    width = np.diff(np.append(begins, len(interval)))
    log = plausibility + weight
    share = np.exp(log - np.repeat(reduced(np.maximum, log, begins), width))
    score = share / np.repeat(reduced(np.add, share, begins), width)
    order = np.lexsort((rows.source, -rows.seconds, -rows.checked, -log, rows.target))
    return Candidates(
        target=number[rows.target[order]],
        source=number[rows.source[order]],
        rank=np.arange(1, len(order) + 1) - np.repeat(begins, width),
        score=score[order],
        plausibility=np.exp(plausibility)[order],
        interval_seconds=interval[order],
        checked=rows.checked[order],
        seconds=rows.seconds[order],
        first=rows.first[order],
        last=rows.last[order],
        link=rows.link[order],
        words=words,
    )


def _refused(number: Column, source: Column, target: Column, why: Column, possible: NDArray[np.bool_]) -> Refusals:
    """One row per pair without any possible row of evidence, with the reason that stands first in `REFUSED`."""
    order = np.lexsort((why, possible, source, target))
    begins = np.flatnonzero(changes(target[order], source[order]))
    rows = order[begins][~reduced(np.logical_or, possible[order], begins)]
    return Refusals(target=number[target[rows]], source=number[source[rows]], why=why[rows])


def _descent(parent: Column, moment: Column) -> tuple[Column, Column]:
    """Generation and root of each case; sources come before their targets when cases are taken by moment."""
    generation, root = np.zeros(len(parent), np.int64), np.arange(len(parent))
    for at in np.argsort(moment, kind="stable").tolist():
        if parent[at] != UNKNOWN:
            generation[at], root[at] = generation[parent[at]] + 1, root[parent[at]]
    return generation, root
