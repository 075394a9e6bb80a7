"""The human door of quarantine: measures to decide and to serve; sites, trips, treatment; appeals; verdicts side by side."""

from epigrid.response.quarantine.pages import measures, sites, verdicts

urlpatterns = [*measures.urlpatterns, *sites.urlpatterns, *verdicts.urlpatterns]
