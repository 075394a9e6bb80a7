"""The machine door of places: the national list of risk areas, and spellings that a person confirmed."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from epigrid.registers.places import actions, queries
from epigrid.registers.places.actions import ListedArea
from epigrid.store.doors import Acts, Command, Line, Moment, Path, Reader, Rows, Short, Word, area_of, card, listed, reader

router = Router(tags=["places"])
acts = Acts("places", router)
RiskOut = card(queries.RiskCard)


@router.get("/risk-areas", response=listed(RiskOut))
def risk_areas(request: HttpRequest, county: str = "") -> list[queries.RiskCard]:
    """The national list with its history, of one county or whole."""
    return queries.risk_areas(actor=reader(request).actor, counties=[county] if county else None)


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
