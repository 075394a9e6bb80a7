"""The human door of quarantine: measures to decide and to serve; sites, trips, treatment; appeals."""

from epigrid.response.quarantine.pages import measures, sites

urlpatterns = [*measures.urlpatterns, *sites.urlpatterns]
