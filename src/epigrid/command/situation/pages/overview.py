"""The situation: what waits for the reader, by his duties, each with what happens if nobody acts; figures."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.command.situation.pages import waiting
from epigrid.field.codes import queries as coded
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.response.tracing import queries as traced
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, show

COUNTS_CASES = frozenset({Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, Duty.AUDITOR})


@login_required
def situation(request: HttpRequest) -> HttpResponse:
    """What waits for me, and how my areas stand at the present moment of this tree's clock."""
    it = reader(request)
    me = it.actor
    if me.duties == {Duty.GATE_GUARD}:
        return HttpResponseRedirect("/gate/")
    waits = [shape for duty, asked in waiting.BY_DUTY.items() if duty in me.duties for shape in asked(me, it.now)]
    sections = [
        Section(
            heading=_("What waits for me"),
            decisions=waits,
            empty=None if waits else {"title": _("Nothing waits for your decision"), "icon": "circle-check"},
        ),
        Section(heading=_("How my areas stand"), tiles=_tiles(me, it.now)),
    ]
    lead = _("At the present moment of this tree's clock, as far as your duty sees.")
    inbox = [{"label": _("Inbox"), "url": "/inbox/", "icon": "inbox"}]
    return show(request, Page(title=_("Situation"), lead=lead, sections=sections, acts=inbox))


def _tiles(me: Actor, now: datetime) -> list[Shape]:
    statuses = [status for _person, status in coded.bound(actor=me, now=now)]
    tiles: list[Shape] = [
        {"label": _("Held until a retest"), "value": statuses.count("hold"), "icon": "clock-pause"},
        {"label": _("Staying at home, at a site or in hospital"), "value": statuses.count("stay"), "icon": "home-check"},
    ]
    if me.duties & COUNTS_CASES:
        tiles.insert(0, {"label": _("Infections"), "value": len(traced.cases(actor=me)), "icon": "virus", "url": "/cases/"})
    return tiles


urlpatterns = [path("", situation, name="situation")]
