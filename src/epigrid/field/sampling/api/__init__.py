"""The machine door of sampling: rounds and roll-call; tubes and boxes; proofs; the table and its site; hand-overs."""

from epigrid.field.sampling.api import handover, live, proofs, rounds, table, tubes
from epigrid.field.sampling.api.doors import acts, router

__all__ = ["acts", "handover", "live", "proofs", "rounds", "router", "table", "tubes"]
