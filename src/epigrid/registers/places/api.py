"""The machine door of places: the national list of risk areas, and spellings that a person confirmed."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from epigrid.registers.places import actions, queries
from epigrid.registers.places.actions import ListedArea
from epigrid.store.doors import Acts, Command, Line, Moment, Path, Reader, Rows, Short, Word, area_of, card, listed, reader

router = Router(tags=["places"])
acts = Acts("places", router)
RiskOut, PlaceOut = card(queries.RiskCard), card(queries.PlaceCard)
Chosen = Annotated[list[UUID], Query(min_length=1, max_length=100)]
Metres = Annotated[int, Query(ge=1, le=5000)]
UNITS = ("floor", "unit", "building", "hotel", "row", "shop", "village", "compound")
"""Kinds of place that a zone may be cut to; a floor is the smallest that may be named."""


@router.get("/risk-areas", response=listed(RiskOut))
def risk_areas(request: HttpRequest, county: str = "") -> list[queries.RiskCard]:
    """The national list with its history, of one county or whole."""
    return queries.risk_areas(actor=reader(request).actor, counties=[county] if county else None)


@router.get("/around", response=listed(PlaceOut))
def around(request: HttpRequest, place_ids: Chosen, radius_m: Metres) -> list[queries.PlaceCard]:
    """The located places within so many metres of any of the given ones: what a zone by radius would hold."""
    return queries.in_radius(actor=reader(request).actor, place_ids=place_ids, radius_m=radius_m)


@router.get("/smallest", response=listed(PlaceOut))
def smallest(request: HttpRequest, place_ids: Chosen) -> list[queries.PlaceCard]:
    """The smallest sufficient unit: the smallest place that holds all the given ones; an empty list where none holds them all."""
    actor = reader(request).actor
    queries.known(actor=actor, ids=place_ids)
    found = queries.smallest_unit(actor=actor, place_ids=place_ids, kinds=UNITS)
    return [found] if found is not None else []


class ListedIn(Schema):
    """An area of the list: province/city/county, the place in it (empty: all of it), high or medium."""

    county: Line
    place: str = Field(default="", max_length=200)
    level: Word


class RiskListIn(Command):
    """A version of the list and from when it holds."""

    area: Path
    version: Short
    at: Moment
    listed: list[ListedIn] = Field(max_length=20_000)


@acts("/risk-areas")
def take_risk_list(it: Reader, body: RiskListIn) -> Rows:
    """Take a version of the national list of risk areas."""
    listed_areas = [ListedArea(**one.model_dump()) for one in body.listed]
    actions.take_risk_list(actor=it.actor, area=area_of(it.actor, body.area), listed=listed_areas, version=body.version, at=body.at, now=it.now)
    return []


class AliasIn(Command):
    """A spelling that a person has looked at, the place that it means, and where it stood."""

    place_id: UUID
    name: Short
    source: Short


@acts("/aliases")
def confirm_alias(it: Reader, body: AliasIn) -> Rows:
    """Confirm that a spelling means a place; it is remembered."""
    place = queries.place(actor=it.actor, place_id=body.place_id)
    made = actions.confirm_alias(actor=it.actor, place_id=place.id, name=body.name, source=body.source, now=it.now)
    return [made]
