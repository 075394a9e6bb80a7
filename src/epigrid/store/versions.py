"""The version stamp of what a page shows, from the journal: asked by every open page every few seconds, and no writer waits for it.

A stamp says up to which position facts were numbered, and how many facts about the thing were not numbered yet. Whatever is committed later is numbered
behind that position or waits for its number, so it always moves the stamp; what waited may move it once more when it is numbered, for nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Subquery

from epigrid.kernel.areas import Area
from epigrid.store.models import Fact


@dataclass(frozen=True, kw_only=True)
class About:
    """Facts that touch a thing: those of an app (`sampling`) in the thing's tree that name it in their field, and those that have no such field."""

    area: Area
    app: str
    field: str
    value: str


def stamp(about: About) -> str:
    """The stamp of now, in one question. Ask for it before what it stamps is read: a fact in between is then told once more, never left out."""
    newest = Fact.objects.filter(position__isnull=False).order_by("-position").values("position")[:1]
    rows = Fact.objects.filter(Q(position=Subquery(newest)) | Q(position__isnull=True) & _touching(about)).values_list("position", "area")
    known = list(rows)
    waiting = sum(position is None and about.area.root.covers(area) for position, area in known)
    return f"{max((position for position, _area in known if position is not None), default=0)}.{waiting}"


def moved(about: About, known: str) -> bool:
    """Whether something about the thing was written since a stamp; what is no stamp has moved. One question, over the facts since then only."""
    position, _dot, waiting = known.removeprefix("W/").strip('"').partition(".")
    if not (position.isdecimal() and waiting.isdecimal()) or len(position) > 18:
        return True
    rows = Fact.objects.filter(Q(position__gt=int(position)) | Q(position__isnull=True)).filter(_touching(about))
    found = [place for place, area in rows.values_list("position", "area") if about.area.root.covers(area)]
    return any(place is not None for place in found) or len(found) != int(waiting)


def _touching(about: About) -> Q:
    """Facts about the thing, in any tree: the tree is looked at afterwards, so that no database is tempted to walk all of a tree by its index."""
    named: dict[str, Any] = {f"payload__{about.field}": about.value}
    return Q(kind__startswith=f"{about.app}.") & (Q(**named) | ~Q(payload__has_key=about.field))
