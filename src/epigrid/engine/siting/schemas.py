"""Points, candidates, lists of near candidates, and the answers of the siting engine.

Buildings (demand) and candidate sites are dense numbers from 0; the caller keeps which id each one stands for. Metres throughout, weights in people.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import DomainError

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
NOBODY = -1
"""In a column of sites: none."""
AXIS_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
"""WGS84: half the long axis in metres, and the flattening."""


class BadSiting(DomainError):
    """A column is of the wrong type or length or holds values that cannot be; `details` names the column and the first such row."""

    reason = "siting.bad-input"


class TooFewCandidates(DomainError):
    """More sites are asked for than there are candidates."""

    reason = "siting.too-few-candidates"


class ListsTooShort(DomainError):
    """Lists of near candidates leave out what the question needs: take a greater `k`, or `within` the radius."""

    reason = "siting.lists-too-short"


class CapacityShort(DomainError):
    """The places of all sites together are fewer than the people; `details["short"]` says by how many."""

    reason = "siting.capacity-short"


@dataclass(frozen=True, eq=False)
class Points:
    """Positions in a local plane: `x` east, `y` north, float64 metres, one row per point."""

    x: Floats
    y: Floats

    def __post_init__(self) -> None:
        floats("x", self.x)
        floats("y", self.y, rows=len(self.x))

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Sites:
    """Candidate sites: where, and for how many people each has room (int64, 0 = for none)."""

    points: Points
    capacity: Numbers

    def __post_init__(self) -> None:
        whole("capacity", self.capacity, rows=len(self.points))

    def __len__(self) -> int:
        return len(self.points)

    @classmethod
    def unbounded(cls, points: Points) -> "Sites":
        """Candidates with room for everybody."""
        return cls(points, np.full(len(points), np.iinfo(np.int32).max, np.int64))


@dataclass(frozen=True, eq=False)
class Near:
    """Candidates of each of n points, nearest first: `site` int32 (n, k), `metres` float64 (n, k); unused cells hold `NOBODY` and infinity, at the end.

    `reach`: every candidate at most so far away (metres) is listed, for each point. Infinity when the lists leave out nobody.
    """

    site: NDArray[np.int32]
    metres: Floats
    reach: float

    def __post_init__(self) -> None:
        if self.site.dtype != np.int32 or self.site.ndim != 2 or self.metres.dtype != np.float64 or self.metres.shape != self.site.shape:
            raise BadSiting(column="near")
        blank = self.site < 0
        wrong = (self.metres < 0) | np.isnan(self.metres) | (blank != np.isinf(self.metres))
        wrong[:, 1:] |= self.metres[:, 1:] < self.metres[:, :-1]
        if wrong.any():
            raise BadSiting(column="near", row=int(np.flatnonzero(wrong.any(axis=1))[0]))

    def __len__(self) -> int:
        return len(self.site)

    @classmethod
    def of(cls, metres: Floats) -> "Near":
        """All candidates of each point from a table of distances (n, m), for instance of walks along streets; infinity = no way."""
        order = np.argsort(metres, axis=1, kind="stable")
        ranked = np.take_along_axis(np.asarray(metres, np.float64), order, axis=1)
        return cls(np.where(np.isinf(ranked), NOBODY, order).astype(np.int32), ranked, np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sited:
    """Chosen sites and who goes where, with a proof of how much better any choice could be.

    `open`: chosen candidates, ascending. `site` (n): the open site of each point, `NOBODY` where none is listed. `cost`: what the question minimises
    (people times metres, or the number of sites). `bound`: no choice costs less than this.
    """

    open: Numbers
    site: Numbers
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """(cost - bound) / bound: at most this share could be saved; 0 when proven best."""
        return share(self.cost - self.bound, self.bound)

    @property
    def unserved(self) -> Numbers:
        """Points without a site."""
        return np.flatnonzero(self.site < 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Covered:
    """Chosen sites, which points have one within the radius, the covered weight, and the weight that no choice of as many sites exceeds."""

    open: Numbers
    covered: NDArray[np.bool_]
    weight: float
    bound: float

    @property
    def gap(self) -> float:
        """(bound - weight) / weight: at most this share more could be covered; 0 when proven best."""
        return share(self.bound - self.weight, self.weight)

    @property
    def uncovered(self) -> Numbers:
        """Points without an open site within the radius."""
        return np.flatnonzero(~self.covered)


@dataclass(frozen=True, kw_only=True, eq=False)
class Assigned:
    """Each building to one site within capacities. `site` (n), `NOBODY` for the `unplaced`; `cost` in people times metres of the placed.

    `bound`: what it would cost at least if buildings might be split over sites, with as few people unplaced as the lists allow; `split`: the
    buildings that this best flow splits and that were therefore put whole by the rule of `assignment.assign`.
    """

    site: Numbers
    cost: float
    unplaced: Numbers
    bound: float
    split: Numbers


def plane(lon: Floats, lat: Floats, around: tuple[float, float] | None = None) -> Points:
    """WGS84 degrees as metres in a plane around their middle, or around `around` (longitude, latitude).

    Buildings and sites must share a plane: project them in one call, or give both the same `around`. East and north follow the ellipsoid's radii of
    curvature at the middle's latitude (WGS84, NGA.STND.0036); 50 km from the middle a distance is wrong by less than 1 %.
    """
    floats("lon", lon)
    floats("lat", lat, rows=len(lon))
    if len(lon) == 0:
        return Points(lon, lat)
    for name, degrees, end in (("lon", lon, 180), ("lat", lat, 90)):
        if np.abs(degrees).max() > end:
            raise BadSiting(column=name, row=int(np.flatnonzero(np.abs(degrees) > end)[0]))
    east, north = around or (float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2)
    squared = FLATTENING * (2 - FLATTENING)
    bent = 1 - squared * np.sin(np.radians(north)) ** 2
    across = AXIS_M / np.sqrt(bent)
    along = AXIS_M * (1 - squared) / bent**1.5
    return Points(np.radians(lon - east) * across * np.cos(np.radians(north)), np.radians(lat - north) * along)


def floats(name: str, column: Any, rows: int | None = None, least: float = -np.inf) -> None:
    """Refuse what is no column of finite float64 of that many rows, each at least `least`."""
    if not isinstance(column, np.ndarray) or column.dtype != np.float64 or column.ndim != 1 or rows not in (None, len(column)):
        raise BadSiting(column=name)
    wrong = np.flatnonzero(~(np.isfinite(column) & (column >= least)))
    if len(wrong):
        raise BadSiting(column=name, row=int(wrong[0]), rows=len(wrong))


def whole(name: str, column: Any, rows: int) -> None:
    """Refuse what is no column of int64 of that many rows, each at least 0."""
    if not isinstance(column, np.ndarray) or column.dtype != np.int64 or column.shape != (rows,):
        raise BadSiting(column=name)
    wrong = np.flatnonzero(column < 0)
    if len(wrong):
        raise BadSiting(column=name, row=int(wrong[0]), rows=len(wrong))


def share(part: float, whole: float) -> float:
    """`part / whole`, where nothing of nothing is 0."""
    return 0.0 if part == 0 else float("inf") if whole == 0 else part / whole


def check(near: Near, weight: Floats, sites: Sites, p: int | None = None) -> None:
    """Refuse lists, weights and candidates that do not belong together, or a number of sites that cannot be had."""
    floats("weight", weight, rows=len(near), least=0)
    if near.site.size and near.site.max() >= len(sites):
        raise BadSiting(column="near", row=int(np.flatnonzero((near.site >= len(sites)).any(axis=1))[0]))
    if p is not None and p < 1:
        raise BadSiting(column="p")
    if p is not None and p > len(sites):
        raise TooFewCandidates(candidates=len(sites), asked=p)
