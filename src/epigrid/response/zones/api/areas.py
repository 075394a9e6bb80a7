"""The machine door of zones, areas: orders to stand still, a place's levels by date."""

from uuid import UUID

from django.http import HttpRequest

from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import actions, queries
from epigrid.response.zones.api.doors import acts, router
from epigrid.store.doors import Command, Moment, Path, Reader, Rows, Text, area_of, card, cause_of, listed, reader

StaticOut, SpanOut = card(queries.StaticCard), card(queries.LevelSpan)
STATIC = "static.order"


class StaticIn(Command):
    """An area that is to stand still: why, from when, until which review."""

    area: Path
    reason: Text
    starts_at: Moment
    review_at: Moment


@acts("/static")
def order_static(it: Reader, body: StaticIn) -> Rows:
    """Order an area to stand still until a review."""
    area = area_of(it.actor, body.area)
    policies.require(actor=it.actor, act=STATIC, area=area, now=it.now)
    directive = organisation.directive_for(actor=it.actor, act=STATIC, area=area, now=it.now)
    made = actions.order_static(
        actor=it.actor,
        area=area,
        reason=body.reason,
        starts_at=body.starts_at,
        review_at=body.review_at,
        directive_id=directive,
        now=it.now,
        cause=cause_of(directive),
    )
    return [made]


class OfStatic(Command):
    """An order to stand still."""

    order_id: UUID


class RenewStaticIn(OfStatic):
    """A later review moment, and why the area still has to stand still."""

    review_at: Moment
    reason: Text


@acts("/static/renew")
def renew_static(it: Reader, body: RenewStaticIn) -> Rows:
    """Move the review of an order to stand still."""
    order = queries.static(actor=it.actor, order_id=body.order_id)
    actions.renew_static(actor=it.actor, order_id=order.id, review_at=body.review_at, reason=body.reason, now=it.now, cause=cause_of(order.id))
    return [order.id]


class LiftStaticIn(OfStatic):
    """From which hour the area moves again."""

    at: Moment


@acts("/static/lift")
def lift_static(it: Reader, body: LiftStaticIn) -> Rows:
    """Lift an order to stand still."""
    order = queries.static(actor=it.actor, order_id=body.order_id)
    actions.lift_static(actor=it.actor, order_id=order.id, at=max(body.at, it.now), now=it.now, cause=cause_of(order.id))
    return [order.id]


@router.get("/statics", response=listed(StaticOut))
def statics(request: HttpRequest, active: bool = False) -> list[queries.StaticCard]:
    """Orders to stand still, newest first."""
    return queries.statics(actor=reader(request).actor, active_only=active)


@router.get("/history/{place_id}", response=listed(SpanOut))
def history(request: HttpRequest, place_id: UUID) -> list[queries.LevelSpan]:
    """A place's levels by date, oldest first."""
    actor = reader(request).actor
    places.known(actor=actor, ids=[place_id])
    return queries.history(actor=actor, place_id=place_id)
