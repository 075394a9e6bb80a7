"""The shape of the trees for a page: nodes for a Gantt chart, edges for a graph. No picture is made here."""

from dataclasses import dataclass

import numpy as np

from epigrid.engine.tracing.chains.evidence import Cases
from epigrid.engine.tracing.chains.judging import DAY, Trees
from epigrid.engine.tracing.schemas import UNKNOWN

Window = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Node:
    """One case: generation and root by the hypothesis, its moment, and its windows (from, until; epoch seconds, half-open, None: unknown)."""

    case: int
    generation: int
    root: int
    moment: int
    exposed: Window
    infectious: Window


@dataclass(frozen=True, slots=True)
class Edge:
    """One possible transmission. `best`: it is part of the tree; the others are its alternatives. `seconds` None: unknown."""

    source: int
    target: int
    rank: int
    best: bool
    interval_days: float
    score: float
    plausibility: float
    checked: str
    link: str
    seconds: int | None


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Hypotheses for CDC duty, to be shown with that word. Nodes by tree, generation, moment, number; edges by target, then rank."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(found: Trees, cases: Cases, *, alternatives: int = 0) -> Drawing:
    """The best trees, and for each case up to `alternatives` further candidate sources."""
    order = np.argsort(cases.case)
    columns = [getattr(cases, name)[order].tolist() for name in ("moment", "exposed_from", "exposed_until", "infectious_from", "infectious_until")]
    tree = (found.case.tolist(), found.generation.tolist(), found.root.tolist())
    nodes = [
        Node(case, generation, root, moment, _window(*ends[:2]), _window(*ends[2:]))
        for case, generation, root, moment, *ends in zip(*tree, *columns, strict=True)
    ]
    edges = tuple(
        Edge(
            source=row.source,
            target=row.target,
            rank=row.rank,
            best=row.rank == 1,
            interval_days=row.interval_seconds / DAY,
            score=row.score,
            plausibility=row.plausibility,
            checked=row.checked,
            link=row.link,
            seconds=None if row.seconds == UNKNOWN else row.seconds,
        )
        for row in found.candidates
        if row.rank <= 1 + alternatives
    )
    return Drawing(nodes=tuple(sorted(nodes, key=lambda node: (node.root, node.generation, node.moment, node.case))), edges=edges)


def _window(start: int, until: int) -> Window:
    return None if start == UNKNOWN else start, None if until == UNKNOWN else until
