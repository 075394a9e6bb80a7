"""The map of coverage: buildings, sites, and the straight line from each building to its site, as plain shapes for an SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from epigrid.command.planning import queries
from epigrid.command.planning.rules.placing import plane_m
from epigrid.store.shapes import Page

SIDE = 640
EDGE = 24


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A building or a site on the map: pixels, a name, and for a building whether it is covered and where its site is."""

    x: float
    y: float
    name: str
    covered: bool = True
    site_x: float | None = None
    site_y: float | None = None


@dataclass(frozen=True, kw_only=True)
class Map:
    """A map to the scale of its longest side, north up."""

    buildings: tuple[Dot, ...]
    sites: tuple[Dot, ...]
    width: int
    height: int
    metres: int
    """What the whole width stands for."""


@dataclass(kw_only=True)
class PlanPage(Page):
    """A page with a map beneath its sections."""

    map: Map | None = None


def drawn(
    ground: Mapping[UUID, tuple[float, float]], rows: Sequence[queries.AllocationCard], sites: Sequence[queries.SiteCard], names: Mapping[UUID, str]
) -> Map | None:
    """The map of what has a point on the ground; None where nothing has."""
    here = [one for one in (*(row.building_id for row in rows), *(site.place_id for site in sites)) if one in ground]
    if len(here) < 2:
        return None
    plane = plane_m([ground[one] for one in here])
    width = max(max(x for x, _y in plane) - min(x for x, _y in plane), max(y for _x, y in plane) - min(y for _x, y in plane), 1.0)
    left, top = min(x for x, _y in plane), max(y for _x, y in plane)
    scale = (SIDE - 2 * EDGE) / width
    at = {one: (round(EDGE + (x - left) * scale, 1), round(EDGE + (top - y) * scale, 1)) for one, (x, y) in zip(here, plane, strict=True)}
    place_of = {site.id: site.place_id for site in sites}
    buildings = []
    for row in rows:
        if row.building_id in at:
            goal = at.get(place_of[row.site_id]) if row.site_id in place_of else None
            x, y = at[row.building_id]
            near = {"site_x": goal[0], "site_y": goal[1]} if goal else {}
            buildings.append(Dot(x=x, y=y, name=names.get(row.building_id, ""), covered=row.covered, **near))
    stands = tuple(Dot(x=at[one.place_id][0], y=at[one.place_id][1], name=names.get(one.place_id, "")) for one in sites if one.place_id in at)
    height = int(max(y for _x, y in at.values())) + EDGE
    right = int(max(x for x, _y in at.values())) + EDGE
    return Map(buildings=tuple(buildings), sites=stands, width=max(right, 200), height=max(height, 120), metres=round(max(right, 200) / scale))
