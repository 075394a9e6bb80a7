"""Addresses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from epigrid.interfaces.api import api
from epigrid.interfaces.pages import acts, desk, resident, styleguide


def living_page(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    return render(request, "styleguide.html", styleguide.context())


urlpatterns = [
    path("", desk.situation, name="situation"),
    path("outbreak/", desk.outbreak, name="outbreak"),
    path("roll-call/", desk.roll_call, name="roll-call"),
    path("tasks/", desk.my_tasks, name="tasks"),
    path("act/", acts.act, name="act"),
    path("me/", resident.me, name="me"),
    path("me/leave/", resident.leave, name="me-leave"),
    path("styleguide/", living_page, name="styleguide"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
]
