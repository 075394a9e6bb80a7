"""Questions about places and areas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Length

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import NotFound
from epigrid.registers.places import rules
from epigrid.registers.places.models import Alias, AreaUnit, Place, PlaceChange, Responsibility, RiskArea

OUTSIDE = ("compound", "section")
"""Kinds of places that hold buildings."""


@dataclass(frozen=True, kw_only=True)
class PlaceCard:
    """A place; `path` runs through the place tree, `area` is who answers for it."""

    id: UUID
    kind: str
    name: str
    full_name: str
    parent_id: UUID | None
    path: Area
    area: Area
    floors: int | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class AreaCard:
    """A node of the responsibility tree."""

    id: UUID
    area: Area
    level: str
    name: str


def place(*, actor: Actor, place_id: UUID) -> PlaceCard:
    """One place."""
    return _place(Place.objects.seen_by(actor).get(id=place_id))


def places(*, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, PlaceCard]:
    """Places by id, those that the actor sees."""
    found: dict[UUID, PlaceCard] = {}
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), 500):
        found |= {row.id: _place(row) for row in Place.objects.seen_by(actor).filter(id__in=wanted[start : start + 500])}
    return found


def known(*, actor: Actor, ids: Sequence[UUID]) -> list[PlaceCard]:
    """Places by id in the order asked for; `NotFound` when one of them is not there for the actor."""
    found = places(actor=actor, ids=ids)
    missing = [place_id for place_id in ids if place_id not in found]
    if missing:
        raise NotFound(place=str(missing[0]))
    return [found[place_id] for place_id in ids]


def by_path(*, actor: Actor, path: Area) -> PlaceCard | None:
    """The place at a path, or None."""
    row = Place.objects.seen_by(actor).filter(path=path).first()
    return _place(row) if row is not None else None


def within(*, actor: Actor, place_id: UUID, kinds: Sequence[str] = ()) -> list[PlaceCard]:
    """A place and all beneath it, by path; optionally of some kinds."""
    top = Place.objects.seen_by(actor).get(id=place_id)
    rows = Place.objects.seen_by(actor).filter(path__within=top.path).order_by("path")
    return [_place(row) for row in (rows.filter(kind__in=kinds) if kinds else rows)]


def beneath(*, actor: Actor, paths: Sequence[Area]) -> list[PlaceCard]:
    """The places at these paths of the place tree, all beneath them and all above, by path."""
    if not paths:
        return []
    above = sorted({str(step) for path in paths for step in path.ancestors()})
    where = reduce(or_, [Q(path__within=path) for path in paths], Q(path__in=above))
    return [_place(row) for row in Place.objects.seen_by(actor).filter(where, until__isnull=True).order_by("path")]


def buildings_in(*, actor: Actor, areas: Sequence[Area]) -> list[PlaceCard]:
    """What stands outermost beneath the compounds of these areas (buildings, rows, hotels ...), by path."""
    if not areas:
        return []
    where = reduce(or_, [Q(area__within=area) for area in areas])
    outermost = Q(parent__isnull=True) | Q(parent__kind__in=OUTSIDE)
    rows = Place.objects.seen_by(actor).filter(where, outermost, until__isnull=True).exclude(kind__in=OUTSIDE).order_by("path")
    return [_place(row) for row in rows]


def chain(*, actor: Actor, place_id: UUID) -> list[PlaceCard]:
    """From the outermost place down to this one."""
    path = Place.objects.seen_by(actor).get(id=place_id).path
    rows = Place.objects.seen_by(actor).filter(path__in=[str(step) for step in path.ancestors()])
    return [_place(row) for row in rows.order_by("path")]


def of_kind(*, actor: Actor, kinds: Sequence[str], area: Area | None = None) -> list[PlaceCard]:
    """Places of some kinds, by path."""
    rows = Place.objects.seen_by(actor).filter(kind__in=kinds, until__isnull=True).order_by("path")
    return [_place(row) for row in (rows if area is None else rows.filter(area__within=area))]


def in_outline(*, actor: Actor, outline: Sequence[tuple[float, float]]) -> list[PlaceCard]:
    """The located places (no compounds: their buildings count one by one) inside an outline of (longitude, latitude) corners, by path."""
    return _located(actor, lambda points: rules.inside(points, outline))


def in_radius(*, actor: Actor, place_ids: Sequence[UUID], radius_m: int) -> list[PlaceCard]:
    """The located places within so many metres of any of the given places, by path; given places without a point are `NotFound`."""
    rows = Place.objects.seen_by(actor).filter(id__in=place_ids, lon__isnull=False, lat__isnull=False)
    centres = _points(rows)
    missing = [place_id for place_id in place_ids if place_id not in centres]
    if missing:
        raise NotFound(place=str(missing[0]), why="no point on the ground")
    return _located(actor, lambda points: rules.around(points, list(centres.values()), radius_m))


def _located(actor: Actor, chosen: Callable[[Mapping[UUID, tuple[float, float]]], set[UUID]]) -> list[PlaceCard]:
    rows = Place.objects.seen_by(actor).filter(until__isnull=True, lon__isnull=False, lat__isnull=False).exclude(kind__in=("compound", "section"))
    ids = chosen(_points(rows))
    return sorted(places(actor=actor, ids=sorted(ids)).values(), key=lambda card: card.path)


def points(*, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[float, float]]:
    """(longitude, latitude), WGS 84, of those of the places that have a point on the ground."""
    found: dict[UUID, tuple[float, float]] = {}
    for start in range(0, len(ids), 500):
        found |= _points(Place.objects.seen_by(actor).filter(id__in=ids[start : start + 500], lon__isnull=False, lat__isnull=False))
    return found


def _points(rows: QuerySet[Place]) -> dict[UUID, tuple[float, float]]:
    found = rows.values_list("id", "lon", "lat")
    return {place_id: (lon, lat) for place_id, lon, lat in found if lon is not None and lat is not None}


def smallest_unit(*, actor: Actor, place_ids: Sequence[UUID], kinds: Sequence[str]) -> PlaceCard | None:
    """The smallest place of some kinds that holds all the given ones: the smallest sufficient unit of an area; None where none holds them all."""
    chains = [chain(actor=actor, place_id=place_id) for place_id in place_ids]
    common = set.intersection(*({card.id for card in one} for one in chains)) if chains else set()
    held = [card for card in chains[0] if card.id in common and card.kind in kinds] if chains else []
    return max(held, key=lambda card: card.path.count("/"), default=None)


def buildings_of(*, actor: Actor, place_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """For each place the building (or hotel, row, shop) that it lies in: the outermost place that is no compound."""
    cards = places(actor=actor, ids=place_ids)
    heads = {card.path: _heads(card.path) for card in cards.values()}
    wanted = sorted({str(path) for paths in heads.values() for path in paths})
    known: dict[str, tuple[UUID, str]] = {}
    for start in range(0, len(wanted), 500):
        rows = Place.objects.seen_by(actor).filter(path__in=wanted[start : start + 500]).values_list("path", "id", "kind")
        known |= {str(path): (place_id, kind) for path, place_id, kind in rows}
    found: dict[UUID, UUID] = {}
    for card in cards.values():
        for path in heads[card.path]:
            hit = known.get(str(path))
            if hit is not None and hit[1] not in OUTSIDE:
                found[card.id] = hit[0]
                break
    return found


def _heads(path: Area) -> list[Area]:
    return list(path.ancestors())[1:5]


def candidates(*, actor: Actor, text: str, limit: int = 5) -> list[rules.Candidate]:
    """Places that an address text may mean, best first (S-048). Offers; never merges.

    Rooms and floors are not matched by name: the candidate is the building or unit, its `missing` the numbers within.
    """
    return candidates_of(actor=actor, texts=[text], limit=limit)[0]


def candidates_of(*, actor: Actor, texts: Sequence[str], limit: int = 5) -> list[list[rules.Candidate]]:
    """`candidates` for each of many texts. The register is asked once whether it changed since the index was built."""
    for _ in range(2):
        register, confirmed = _register(actor)
        indexes = (register.index, register.added, confirmed)
        found = [rules.merged([one for index in indexes for one in index.match(text, limit)], limit) for text in texts]
        ids = sorted({one.place_id for answer in found for one in answer})
        now = {card.id: (card.full_name, card.area) for card in places(actor=actor, ids=ids).values() if card.until is None}
        if all(now.get(one) == (register.named[one].full_name, register.areas[one]) for one in ids):
            break
        INDEXES.pop(actor.areas(), None)
    return [[one for one in answer if one.place_id in now] for answer in found]


def resolve(*, actor: Actor, text: str) -> UUID:
    """The one place that a text means, `PlaceAmbiguous` when a person must say which (X18)."""
    return rules.decide(candidates(actor=actor, text=text)).place_id


@dataclass(frozen=True, kw_only=True)
class _Register:
    """The places that one scope sees, ready for matching; `version` is what the tables looked like when it was read.

    `index` was built from `base`; places entered since then are in the small index `added`.
    """

    version: tuple[object, ...]
    base: dict[UUID, rules.Named]
    index: rules.Index
    added: rules.Index
    named: dict[UUID, rules.Named]
    areas: dict[UUID, Area]


INDEXES: dict[tuple[Area, ...], _Register] = {}
"""The last indexes built in this process, by the areas that the actor sees; clear it after a database was exchanged behind the process."""
KEPT = 8
ADDED = 1000
"""Places that may be entered before the large index is built anew."""


def _register(actor: Actor) -> tuple[_Register, rules.Index]:
    """The index of what the actor sees, built anew when the register has changed, and one of the confirmed spellings alone.

    The register has changed when places were entered, split, merged or moved to another area: counts over an index of the tables (about 60 ms for
    100,000 rows, so ask for many texts with `candidates_of`). Spellings are few and read each time, so that one just confirmed is known at once
    without building the large index again.
    """
    scope = actor.areas()
    rows = Place.objects.seen_by(actor).exclude(kind__in=("room", "floor"))
    units = AreaUnit.objects.seen_by(actor).exclude(level__in=("grid", "microgrid"))
    size = {"count": Count("area"), "size": Sum(Length("area"))}
    ended = PlaceChange.objects.seen_by(actor).count()
    version = (ended, *rows.aggregate(**size).values(), *units.aggregate(**size, names=Sum(Length("name"))).values())
    register = INDEXES.pop(scope, None)
    if register is None or register.version != version:
        register = _read(rows, units, version, register)
    INDEXES[scope] = register
    for oldest in list(INDEXES)[:-KEPT]:
        INDEXES.pop(oldest, None)
    spellings: dict[UUID, list[str]] = {}
    for place_id, name in Alias.objects.seen_by(actor).order_by("place_id", "name").values_list("place_id", "name"):
        if place_id in register.named:
            spellings.setdefault(place_id, []).append(name)
    aliased = [replace(register.named[place_id], spellings=(), aliases=tuple(found)) for place_id, found in spellings.items()]
    return register, _spelled(tuple(aliased))


_spelled = lru_cache(maxsize=KEPT)(rules.Index)


def _read(rows: QuerySet[Place], units: QuerySet[AreaUnit], version: tuple[object, ...], before: _Register | None) -> _Register:
    """Read the register; the large index is kept as long as nothing but some new places was added to it."""
    above = dict(units.values_list("area", "name"))
    names: dict[Area, tuple[str, ...]] = {}
    named, areas = {}, {}
    for place_id, kind, name, full_name, path in rows.filter(until__isnull=True).values_list("id", "kind", "name", "full_name", "area"):
        area = areas[place_id] = Area(path)
        if area not in names:
            names[area] = tuple(above[step] for step in area.ancestors() if step in above)
        named[place_id] = rules.Named(id=place_id, kind=kind, full_name=full_name, spellings=(full_name, name), areas=names[area])
    base = before.base if before else {}
    new = [one for place_id, one in named.items() if base.get(place_id) != one]
    if before and len(new) <= ADDED and len(named) - len(new) == len(base):
        return replace(before, version=version, added=rules.Index(new), named=named, areas=areas)
    return _Register(version=version, base=named, index=rules.Index(named.values()), added=rules.Index([]), named=named, areas=areas)


def area_units(*, actor: Actor, level: str = "", area: Area | None = None) -> list[AreaCard]:
    """Nodes of the responsibility tree, by path."""
    rows = AreaUnit.objects.seen_by(actor).order_by("area")
    if level:
        rows = rows.filter(level=level)
    cards = [AreaCard(id=row.id, area=row.area, level=row.level, name=row.name) for row in rows]
    return cards if area is None else [card for card in cards if area.covers(card.area)]


def area_name(*, actor: Actor, area: Area) -> str:
    """The names of an area from the county down, for papers and pages."""
    rows = AreaUnit.objects.seen_by(actor).filter(area__in=[str(step) for step in area.ancestors()]).order_by("area")
    return "".join(row.name for row in rows)


def cover(*, actor: Actor, area: Area) -> rules.CoverCheck:
    """Whether every dwelling of an area is in exactly one grid (S-036)."""
    dwellings = list(Place.objects.seen_by(actor).filter(kind__in=rules.DWELLINGS, until__isnull=True, area__within=area).values_list("id", "area"))
    grids = [str(unit.area) for unit in area_units(actor=actor, level="grid", area=area)]
    claims: dict[UUID, list[str]] = {}
    rows = Responsibility.objects.seen_by(actor).filter(until__isnull=True, area__within=area)
    for place_id, claimed in rows.values_list("place_id", "area"):
        claims.setdefault(place_id, []).extend(grid for grid in grids if claimed.startswith(grid))
    return rules.check_cover([place_id for place_id, _ in dwellings], claims)


def area_on(*, actor: Actor, place_id: UUID, on: date) -> Area | None:
    """Which area answered for a place on a day."""
    rows = Responsibility.objects.seen_by(actor).filter(place_id=place_id, since__lte=on).order_by("-since")
    return next((row.area for row in rows if row.until is None or on < row.until), None)


def changes(*, actor: Actor, place_id: UUID) -> list[tuple[str, UUID, UUID, date]]:
    """Splits and merges of a place: kind, before, after, day."""
    before = PlaceChange.objects.seen_by(actor).filter(before_id=place_id)
    after = PlaceChange.objects.seen_by(actor).filter(after_id=place_id)
    return [(row.kind, row.before_id, row.after_id, row.on) for row in (before | after).order_by("on", "id")]


def _place(row: Place) -> PlaceCard:
    return PlaceCard(
        id=row.id,
        kind=row.kind,
        name=row.name,
        full_name=row.full_name,
        parent_id=row.parent_id,
        path=row.path,
        area=row.area,
        floors=row.floors,
        until=row.until,
    )


@dataclass(frozen=True, kw_only=True)
class RiskCard:
    """An entry of the national list with its time: half-open, None: still on it."""

    county: str
    place: str
    level: str
    since: datetime
    until: datetime | None
    version: str


def risk_areas(*, actor: Actor, counties: Sequence[str] | None = None) -> list[RiskCard]:
    """Entries of the national list by county, with the times at which they stood on it."""
    rows = RiskArea.objects.seen_by(actor).order_by("county", "place", "since", "id")
    if counties is not None:
        rows = rows.filter(county__in=sorted({rules.spelled(county) for county in counties}))
    return [RiskCard(county=row.county, place=row.place, level=row.level, since=row.since, until=row.until, version=row.version) for row in rows]


Candidate = rules.Candidate
CERTAIN = rules.CERTAIN
spelled = rules.spelled
"""How a county or place of the list is compared: for the app that compares stays with it."""
