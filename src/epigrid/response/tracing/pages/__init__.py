"""The human door of tracing: cases and candidates, venue queries and referrals."""

from epigrid.response.tracing.pages import cases, venue_queries

urlpatterns = [*cases.urlpatterns, *venue_queries.urlpatterns]

__all__ = ["urlpatterns"]
