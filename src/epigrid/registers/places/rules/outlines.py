"""Outlines on the ground: between streets, or circles around several points. Coordinates are (longitude, latitude) in degrees, WGS 84. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, pi, radians
from typing import Any
from uuid import UUID

import shapely

from epigrid.kernel.errors import DomainError

Point = tuple[float, float]
METRES_PER_DEGREE = 6_371_000 * pi / 180
"""On the sphere of mean radius; within a county the error is below half a percent."""


class OutlineUnusable(DomainError):
    """An outline has at least three corners, does not cross itself, and lies where degrees can be; a radius is positive."""

    reason = "place.outline-unusable"


def inside(points: Mapping[UUID, Point], outline: Sequence[Point]) -> set[UUID]:
    """Which of the points lie inside an outline (its border belongs to it)."""
    return _within(points, _polygon(outline))


def around(points: Mapping[UUID, Point], centres: Sequence[Point], radius_m: int) -> set[UUID]:
    """Which of the points lie within `radius_m` metres of any centre; the circles may overlap."""
    if radius_m <= 0 or not centres:
        raise OutlineUnusable(radius_m=radius_m, centres=len(centres))
    _check(centres)
    plane = _Plane(centres[0])
    shape = shapely.MultiPoint([plane(centre) for centre in centres])
    shapely.prepare(shape)
    return {key for key, point in points.items() if shape.dwithin(shapely.Point(plane(point)), radius_m)}


class _Plane:
    """Metres east and north of an origin."""

    def __init__(self, origin: Point) -> None:
        self.origin = origin
        self.east = METRES_PER_DEGREE * cos(radians(origin[1]))

    def __call__(self, point: Point) -> Point:
        return (point[0] - self.origin[0]) * self.east, (point[1] - self.origin[1]) * METRES_PER_DEGREE


def _polygon(outline: Sequence[Point]) -> Any:
    _check(outline)
    if len(outline) < 3:
        raise OutlineUnusable(corners=len(outline))
    polygon = shapely.Polygon(outline)
    if not polygon.is_valid or polygon.area == 0:
        raise OutlineUnusable(why=shapely.is_valid_reason(polygon))
    return polygon


def _check(points: Iterable[Point]) -> None:
    for lon, lat in points:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise OutlineUnusable(lon=lon, lat=lat)


def _within(points: Mapping[UUID, Point], shape: Any) -> set[UUID]:
    shapely.prepare(shape)
    return {key for key, point in points.items() if shape.covers(shapely.Point(point))}
