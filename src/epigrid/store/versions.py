"""The version stamp of what a page shows, from the journal: asked by every open page every few seconds, and no writer waits for it.

A stamp says up to which position facts were numbered, and how many facts about the thing were not numbered yet. Whatever is committed later is numbered
behind that position or waits for its number, so it always moves the stamp; what waited may move it once more when it is numbered, for nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from epigrid.kernel.areas import Area
from epigrid.store import journal
from epigrid.store.models import Fact


@dataclass(frozen=True, kw_only=True)
class About:
    """Facts that touch a thing: those of an app (`sampling`) in the thing's tree that name it in their field, and those that have no such field."""

    area: Area
    app: str
    field: str
    value: str


def stamp(about: About) -> str:
    """The stamp of now. Ask for it before what it stamps is read: a fact in between is then told once more, never left out."""
    position = journal.last_position()
    return f"{position}.{len(_since(about, Q(position__isnull=True)))}"


def moved(about: About, known: str) -> bool:
    """Whether something about the thing was written since a stamp; what is no stamp has moved. One question, over the facts since then only."""
    position, _dot, waiting = known.removeprefix("W/").strip('"').partition(".")
    if not (position.isdecimal() and waiting.isdecimal()) or len(position) > 18:
        return True
    found = _since(about, Q(position__gt=int(position)) | Q(position__isnull=True))
    return any(place is not None for place in found) or len(found) != int(waiting)


def _since(about: About, when: Q) -> list[int | None]:
    """Positions of the facts about the thing. The tree is looked at here, so that no database is tempted to walk the whole tree by its index."""
    named: dict[str, Any] = {f"payload__{about.field}": about.value}
    rows = Fact.objects.filter(when, kind__startswith=f"{about.app}.").filter(Q(**named) | ~Q(payload__has_key=about.field))
    return [position for position, area in rows.values_list("position", "area") if about.area.root.covers(area)]
