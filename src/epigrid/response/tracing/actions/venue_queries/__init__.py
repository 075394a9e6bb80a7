"""Bounded venue queries: asked for and approved by two people (`asking`), run once (`running`)."""

from epigrid.response.tracing.actions.venue_queries.asking import approve_own_window, approve_query, ask_query
from epigrid.response.tracing.actions.venue_queries.running import run_query

__all__ = ["approve_own_window", "approve_query", "ask_query", "run_query"]
