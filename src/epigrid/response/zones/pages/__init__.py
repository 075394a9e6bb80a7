"""The human door of zones: areas, and notices."""

from epigrid.response.zones.pages import notices, zones

urlpatterns = [*zones.urlpatterns, *notices.urlpatterns]

__all__ = ["urlpatterns"]
