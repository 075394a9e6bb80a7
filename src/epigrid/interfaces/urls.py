"""Addresses: the apps' pages, their acts as forms under /act/, and the machine door under /api/."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from epigrid.command.communication import pages as communication
from epigrid.command.planning import pages as planning
from epigrid.command.situation import pages as situation
from epigrid.field.antigen import pages as antigen
from epigrid.field.care import pages as care
from epigrid.field.codes import pages as codes
from epigrid.field.entry import pages as entry
from epigrid.field.laboratory import pages as laboratory
from epigrid.field.sampling import pages as sampling
from epigrid.field.tasks import pages as tasks
from epigrid.field.visits import pages as visits
from epigrid.interfaces import field, passes
from epigrid.interfaces.api import ACTS, api
from epigrid.interfaces.pages import exercise, styleguide
from epigrid.registers.access import pages as access
from epigrid.registers.organisation import pages as organisation
from epigrid.registers.people import pages as people
from epigrid.registers.policies import pages as policies
from epigrid.response.outbreaks import pages as outbreaks
from epigrid.response.quarantine import pages as quarantine
from epigrid.response.tracing import pages as tracing
from epigrid.response.zones import pages as zones

PAGES = (
    situation,
    communication,
    planning,
    tasks,
    sampling,
    laboratory,
    care,
    antigen,
    entry,
    codes,
    visits,
    people,
    access,
    organisation,
    policies,
    outbreaks,
    tracing,
    quarantine,
    zones,
    exercise,
    passes,
)


def living_page(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    return render(request, "styleguide.html", styleguide.context())


urlpatterns = [
    *(pattern for app in PAGES for pattern in app.urlpatterns),
    path("act/", include([pattern for acts in ACTS for pattern in acts.urls])),
    *field.urlpatterns,
    path("styleguide/", living_page, name="styleguide"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
]
