"""The machine door of tracing: cases and candidates, exposures and referrals; venue queries; sector sweeps."""

from epigrid.response.tracing.api import cases, sweeps, venue_queries
from epigrid.response.tracing.api.doors import acts, router

__all__ = ["acts", "cases", "router", "sweeps", "venue_queries"]
