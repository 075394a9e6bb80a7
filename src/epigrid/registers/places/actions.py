"""Verbs of the places register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Max, Model

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.places import rules
from epigrid.registers.places.events import AliasConfirmed, AreaRecut, PlaceChanged, PlacesRegistered, ResponsibilityAssigned, RiskListTaken
from epigrid.registers.places.models import Alias, AreaUnit, Place, PlaceChange, Responsibility, RiskArea
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id
from epigrid.store.scoped import AreaField, ScopedModel

EDITORS = (Duty.PLACE_REGISTRAR, Duty.COMMUNITY_SECRETARY, Duty.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """A place to enter: `slug` is its segment under the parent's path; `area` who answers for it; `lon`, `lat` in degrees, WGS 84."""

    id: UUID
    kind: str
    name: str
    slug: str
    parent_id: UUID | None
    area: Area
    floors: int | None = None
    lon: float | None = None
    lat: float | None = None


@whole
def register_areas(*, actor: Actor, areas: Sequence[tuple[Area, str, str]]) -> int:
    """Enter nodes of the responsibility tree: (path, level, name). Known ones stay as they are."""
    for area, _, _ in areas:
        actor.require(Duty.ADMINISTRATOR, area=area)
    rows = [AreaUnit(id=new_id(area, "area", area), area=area, level=level, name=name) for area, level, name in areas]
    return len(AreaUnit.objects.bulk_create(rows, ignore_conflicts=True))


@whole
def register_places(*, actor: Actor, places: Sequence[NewPlace], on: date, now: datetime) -> int:
    """Enter places, parents before children, each with its responsibility from `on`; return how many."""
    known = {row.id: row for row in Place.objects.seen_by(actor).filter(id__in=[new.parent_id for new in places if new.parent_id])}
    rows: list[Place] = []
    for new in places:
        actor.require(*EDITORS, area=new.area)
        parent = known.get(new.parent_id) if new.parent_id else None
        if new.parent_id and parent is None:
            raise rules.ParentMissing(place=new.name)
        path = Area(f"{parent.path}{new.slug}/") if parent else Area(f"{new.area.tree}/{new.slug}/")
        full_name = (parent.full_name if parent else "") + new.name
        row = Place(
            id=new.id,
            kind=new.kind,
            name=new.name,
            full_name=full_name,
            parent=parent,
            path=path,
            area=new.area,
            floors=new.floors,
            lon=new.lon,
            lat=new.lat,
            since=on,
        )
        known[new.id] = row
        rows.append(row)
    Place.objects.bulk_create(rows, batch_size=500)
    Responsibility.objects.bulk_create(
        [Responsibility(id=new_id(row.area, "responsibility", row.id, on), place=row, area=row.area, since=on) for row in rows],
        batch_size=500,
    )
    if rows:
        event = PlacesRegistered(area=_top(rows), first_id=rows[0].id, places=len(rows))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(rows)


def _top(rows: Sequence[Place]) -> Area:
    area = Area(rows[0].area)
    for row in rows:
        while not area.covers(row.area):
            area = area.parent or area.root
    return area


@whole
def confirm_alias(*, actor: Actor, place_id: UUID, name: str, source: str, now: datetime) -> UUID:
    """A named person confirms that a spelling means this place; it is remembered. The same again is the same alias."""
    place = Place.objects.seen_by(actor).get(id=place_id)
    actor.require(*EDITORS, Duty.CDC_INVESTIGATOR, Duty.CITY_EOC_OFFICE, area=place.area)
    known = Alias.objects.seen_by(actor).filter(place=place, name=name).first()
    if known is not None:
        return known.id
    row = Alias.objects.create(
        id=new_id(place.area, "alias", place.id, name),
        area=place.area,
        place=place,
        name=name,
        source=source,
        confirmed_by=actor.named,
        confirmed_at=now,
    )
    event = AliasConfirmed(area=place.area, place_id=place.id, alias_id=row.id)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def assign_responsibility(*, actor: Actor, place_id: UUID, area: Area, on: date, now: datetime) -> None:
    """From `on` another area answers for the place; the earlier assignment ends on that day, so none overlap."""
    place = Place.objects.seen_by(actor).select_for_update().get(id=place_id)
    actor.require(*EDITORS, area=place.area)
    actor.require(*EDITORS, area=area)
    if place.area == area:
        return
    Responsibility.objects.seen_by(actor).filter(place=place, until__isnull=True).update(until=on)
    Responsibility.objects.create(id=new_id(area, "responsibility", place.id, on, area), place=place, area=area, since=on)
    place.area = area
    place.save(update_fields=["area"])
    event = ResponsibilityAssigned(area=area, place_id=place.id, to_area=area)
    journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def split_place(*, actor: Actor, place_id: UUID, parts: Sequence[NewPlace], on: date, reason: str, now: datetime) -> None:
    """From `on` a place is several; the old one stays on record with its end."""
    old = _ending(actor, place_id, on)
    register_places(actor=actor, places=parts, on=on, now=now)
    PlaceChange.objects.bulk_create(
        [PlaceChange(area=old.area, kind="split", before=old, after_id=part.id, on=on, decided_by=actor.named, reason=reason) for part in parts]
    )
    event = PlaceChanged(area=old.area, before_id=old.id, after_ids=tuple(part.id for part in parts), change="split")
    journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def merge_places(*, actor: Actor, place_id: UUID, into_id: UUID, on: date, reason: str, now: datetime) -> None:
    """A named person says that two entries are one place: the first ends on the day, its names become aliases of the second."""
    old = _ending(actor, place_id, on)
    new = Place.objects.seen_by(actor).get(id=into_id)
    actor.require(*EDITORS, area=new.area)
    PlaceChange.objects.create(area=old.area, kind="merge", before=old, after=new, on=on, decided_by=actor.named, reason=reason)
    confirm_alias(actor=actor, place_id=new.id, name=old.full_name, source=f"merge: {reason}"[:100], now=now)
    event = PlaceChanged(area=old.area, before_id=old.id, after_ids=(new.id,), change="merge")
    journal.record(event, actor=actor, at=now, caused_by=None)


def _ending(actor: Actor, place_id: UUID, on: date) -> Place:
    row = Place.objects.seen_by(actor).select_for_update().get(id=place_id)
    actor.require(*EDITORS, area=row.area)
    if row.until is not None:
        raise rules.PlaceEnded(place=str(place_id))
    row.until = on
    row.save(update_fields=["until"])
    Responsibility.objects.seen_by(actor).filter(place=row, until__isnull=True).update(until=on)
    return row


@whole
def recut_area(*, actor: Actor, before: Area, after: Area, now: datetime) -> int:
    """Rewrite an area's path, and of all beneath it, in every table as one fact; return the number of rows.

    The journal keeps its words; its rows move with the area, so that whoever answers for the area now can read its history.
    """
    unit = AreaUnit.objects.seen_by(actor).get(area=before)
    actor.require(Duty.ADMINISTRATOR, area=before)
    actor.require(Duty.ADMINISTRATOR, area=after)
    rows = sum([_rewrite(model, str(field.column), before, after) for model, field in _area_columns()])
    event = AreaRecut(area=after, unit_id=unit.id, before=before, after=after, rows=rows)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return rows


def _area_columns() -> Iterator[tuple[type[Model], AreaField]]:
    for model in apps.get_models():
        if issubclass(model, ScopedModel) or model.__module__ == "epigrid.store.models":
            for field in model._meta.concrete_fields:
                if isinstance(field, AreaField) and field.name != "path":
                    yield model, field


def _rewrite(model: type[Model], column: str, before: Area, after: Area) -> int:
    table = connection.ops.quote_name(model._meta.db_table)
    name = connection.ops.quote_name(column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {name} = %s || substr({name}, %s) WHERE {name} >= %s AND {name} < %s",
            [str(after), len(before) + 1, str(before), before.end],
        )
        return int(cursor.rowcount)


@dataclass(frozen=True, kw_only=True)
class ListedArea:
    """An area of the list: "province/city/county", the place in it (empty: all of it), its level."""

    county: str
    place: str
    level: str


@whole
def take_risk_list(*, actor: Actor, area: Area, listed: Sequence[ListedArea], version: str, at: datetime, now: datetime) -> tuple[int, int, int]:
    """Take a version of the national list, valid from `at`, as changes against the one before; returns how many areas were added, changed, ended.

    The same list again changes nothing. Refused: an older version than the last, an area that stands twice at different levels.
    """
    actor.require(Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, area=area)
    tree = area.root
    desk = Actor.procedure("places.risk-list", tree)
    rows = {(row.county, row.place): row for row in RiskArea.objects.seen_by(desk).select_for_update().filter(until__isnull=True).order_by("pk")}
    wanted = rules.listed_levels([(one.county, one.place, one.level) for one in listed])
    latest = RiskArea.objects.seen_by(desk).aggregate(since=Max("since"), until=Max("until"))
    if any(moment is not None and at < moment for moment in latest.values()):
        raise rules.ListOutdated(version=version)
    over = [row for key, row in rows.items() if wanted.get(key) != row.level]
    RiskArea.objects.seen_by(desk).filter(id__in=[row.id for row in over]).update(until=at)
    fresh = [(key, level) for key, level in sorted(wanted.items()) if key not in rows or rows[key].level != level]
    RiskArea.objects.bulk_create(
        [
            RiskArea(id=new_id(tree, "risk-area", *key, at), area=tree, county=key[0], place=key[1], level=level, since=at, version=version[:60])
            for key, level in fresh
        ],
        batch_size=500,
    )
    changed = sum(key in rows for key, _ in fresh)
    counts = (len(fresh) - changed, changed, len(over) - changed)
    if any(counts):
        added, changed, ended = counts
        list_id = new_id(tree, "risk-list", version, at)
        event = RiskListTaken(area=tree, list_id=list_id, version=version[:60], added=added, changed=changed, ended=ended)
        journal.record(event, actor=actor, at=now, caused_by=None)
    return counts
