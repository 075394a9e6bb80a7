"""Candidate transmission trees between cases. Everything here is a hypothesis for CDC duty: it orders questions, it answers none.

`trees(cases, pairs, serial)` gives each case its possible sources with the reasons, and the tree of the best ones. `pairs_of` makes the evidence from the
meetings of the index, `drawing` the shape that a page draws as graph and Gantt chart.
"""

from epigrid.engine.tracing.chains.drawing import Drawing, Edge, Node, drawing
from epigrid.engine.tracing.chains.evidence import Cases, Pairs, pairs_of
from epigrid.engine.tracing.chains.judging import CHECKED, REFUSED, Candidate, Candidates, Refusals, Trees, trees
from epigrid.engine.tracing.chains.serial import SerialInterval, SerialIntervalWrong, Weighing

__all__ = [
    "CHECKED",
    "REFUSED",
    "Candidate",
    "Candidates",
    "Cases",
    "Drawing",
    "Edge",
    "Node",
    "Pairs",
    "Refusals",
    "SerialInterval",
    "SerialIntervalWrong",
    "Trees",
    "Weighing",
    "drawing",
    "pairs_of",
    "trees",
]
