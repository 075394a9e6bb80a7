"""The machine door of sampling: rounds and roll-call; tubes and boxes; proofs."""

from epigrid.field.sampling.api import proofs, rounds, tubes
from epigrid.field.sampling.api.doors import acts, router

__all__ = ["acts", "proofs", "rounds", "router", "tubes"]
