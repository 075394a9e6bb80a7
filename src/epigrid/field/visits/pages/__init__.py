"""The human door of visits: campaigns with their coverage, the day's routine, temperatures, records to look at, and a resident's own temperatures."""

from django.urls import path

from epigrid.field.visits.pages.campaigns import campaign, overview
from epigrid.field.visits.pages.own import own

urlpatterns = [
    path("visits/", overview, name="visits"),
    path("visits/<uuid:campaign_id>/", campaign, name="visits-campaign"),
    path("me/temperature/", own, name="me-temperature"),
]
