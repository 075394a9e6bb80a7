"""Pages that keep themselves fresh: a region asks for its version every few seconds and is answered anew only when the round's roll-call moved."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from epigrid.field.sampling import queries
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, show

EVERY_SECONDS = 4
"""So often a page asks: with the way there and back what was entered elsewhere stands on it within five seconds."""


@dataclass(kw_only=True)
class LivePage(Page):
    """A page whose `live` sections are fetched again from `url` when `stamp` is no longer that of the round's roll-call."""

    live: list[Section] = field(default_factory=list)
    url: str
    stamp: str
    seconds: int = EVERY_SECONDS


def asks(request: HttpRequest) -> bool:
    """Whether the region asks for itself, not a reader for the page."""
    return "live" in request.GET


def unchanged(request: HttpRequest, card: queries.RoundCard) -> HttpResponse | None:
    """304 where a region asks and shows what is true still."""
    known = request.headers.get("If-None-Match", "")
    if asks(request) and known and not queries.roll_moved(actor=reader(request).actor, card=card, known=known):
        return HttpResponse(status=304)
    return None


def show_live(request: HttpRequest, page: LivePage) -> HttpResponse:
    """The page, or the region alone where it asks for itself; both with the stamp."""
    answer = render(request, "sampling/region.html", {"page": page}) if asks(request) else show(request, page, "sampling/live.html")
    answer["ETag"] = f'"{page.stamp}"'
    return answer
