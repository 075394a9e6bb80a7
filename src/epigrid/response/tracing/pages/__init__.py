"""The human door of tracing: cases and candidates, venue queries and referrals, sector sweeps and close contacts."""

from epigrid.response.tracing.pages import cases, sweeps, venue_queries

urlpatterns = [*cases.urlpatterns, *venue_queries.urlpatterns, *sweeps.urlpatterns]

__all__ = ["urlpatterns"]
