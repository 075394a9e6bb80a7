"""The machine door of sampling: rounds and roll-call; its paper scanned back; tubes and boxes; proofs; the table and its site; hand-overs; who is due; calls and exclusions."""

from epigrid.field.sampling.api import calls, due, handover, lists, live, proofs, rounds, scan, table, tubes
from epigrid.field.sampling.api.doors import acts, router

__all__ = ["acts", "calls", "due", "handover", "lists", "live", "proofs", "rounds", "router", "scan", "table", "tubes"]
