"""The frame of every page: tree, clock, exercise watermark, navigation. One of the places that know about exercises."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from epigrid import __version__
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.store import clock

DESK = frozenset(Duty) - {Duty.GATE_GUARD, Duty.PROCEDURE}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the base layout: `frame` (exercise, title, now, running, area, duty, version) and `nav`."""
    root = getattr(request, "root", None)
    blank = {"exercise": False, "now": None, "title": "", "running": False, "area": "", "duty": "", "version": __version__}
    if root is None:
        return {"frame": blank, "nav": []}
    try:
        card = clock.card(root)
    except NotFound:
        return {"frame": blank, "nav": []}
    actor: Actor | None = getattr(request, "actor", None)
    duties = sorted(actor.duties) if actor else []
    known = {
        "exercise": card.exercise,
        "title": card.title,
        "area": card.title,
        "now": request.now.astimezone(clock.zone(root)) if hasattr(request, "now") else None,
        "running": clock.runs(root),
        "duty": str(duties[0]) if duties else "",
        "version": __version__,
    }
    return {"frame": known, "nav": _nav(request, actor)}


def _nav(request: HttpRequest, actor: Actor | None) -> list[dict[str, Any]]:
    if actor is None or not actor.duties & DESK:
        return []
    pages = (
        (_("Situation"), "/", "home", "s"),
        (_("Outbreak"), "/outbreak/", "virus", "o"),
        (_("Roll-call"), "/roll-call/", "building", "r"),
        (_("My tasks"), "/tasks/", "list-check", "t"),
    )
    return [{"label": label, "url": url, "icon": icon, "go": go, "current": request.path == url} for label, url, icon, go in pages]
