"""The machine door of tracing: cases and candidates, exposures and referrals; venue queries."""

from epigrid.response.tracing.api import cases, venue_queries
from epigrid.response.tracing.api.doors import acts, router

__all__ = ["acts", "cases", "router", "venue_queries"]
