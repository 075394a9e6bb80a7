"""The frame of every page: tree, clock, exercise watermark, navigation. One of the places that know about exercises."""

from typing import Any

from django.http import HttpRequest

from epigrid.kernel.errors import NotFound
from epigrid.store import clock


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the base layout: `frame.exercise`, `frame.now`, `frame.title`, and `nav`."""
    root = getattr(request, "root", None)
    if root is None:
        return {"frame": {"exercise": False, "now": None, "title": ""}, "nav": []}
    try:
        card = clock.card(root)
    except NotFound:
        return {"frame": {"exercise": False, "now": None, "title": ""}, "nav": []}
    return {"frame": {"exercise": card.exercise, "now": getattr(request, "now", None), "title": card.title}, "nav": []}
