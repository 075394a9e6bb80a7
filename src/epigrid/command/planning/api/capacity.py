"""The machine door of planning, capacity: what laboratories take of a plan, and whether it will hold."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.command.planning import actions, queries
from epigrid.command.planning.api.doors import OfPlan, acts, router
from epigrid.command.planning.rules.capacity import Share
from epigrid.registers.organisation import queries as organisation
from epigrid.store.doors import REFUSALS, Moment, Reader, Rows, card, cause_of, listed, reader

ShareOut, OutlookOut = card(queries.ShareCard), card(queries.Outlook)
Minutes = Annotated[int, Field(ge=0, le=2_880)]
Interval = Annotated[int, Field(ge=1, le=2_880)]
Some = Annotated[int, Field(ge=1, le=10_000)]
Tubes = Annotated[int, Field(ge=0, le=1_000_000)]


@router.get("/plans/{plan_id}/laboratories", response=listed(ShareOut))
def laboratories(request: HttpRequest, plan_id: UUID) -> list[queries.ShareCard]:
    """What laboratories take of a plan, and how tubes get there."""
    me = reader(request).actor
    return queries.shares(actor=me, plan_id=queries.plan(actor=me, plan_id=plan_id).id)


@router.get("/plans/{plan_id}/outlook", response={200: OutlookOut, **REFUSALS})
def outlook(request: HttpRequest, plan_id: UUID) -> queries.Outlook:
    """Whether a plan will hold, what fails where and when, and what would help."""
    me = reader(request).actor
    return queries.outlook(actor=me, plan=queries.plan(actor=me, plan_id=plan_id))


class ShareIn(OfPlan):
    """A laboratory's share: tubes a day, machines and plates, its times in minutes, what waits there; the vehicles that bring tubes to it."""

    body_id: UUID
    first_leaves_at: Moment
    tubes_per_day: Annotated[int, Field(ge=1, le=1_000_000)]
    machines: Some
    plate_tubes: Some
    cycle_min: Interval
    intake_min: Minutes
    report_min: Minutes
    plate_wait_min: Minutes
    waiting_tubes: Tubes
    queue_limit: Tubes
    every_min: Interval
    travel_min: Minutes
    sealing_min: Minutes
    boxes: Some
    tubes_per_box: Some


@acts("/plans/set-laboratory")
def set_share(it: Reader, body: ShareIn) -> Rows:
    """Say what a laboratory takes of a plan; said again it is said anew."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    organisation.body(actor=it.actor, body_id=body.body_id)
    share = Share(**body.model_dump(include=set(Share.__dataclass_fields__)))
    return [actions.set_share(actor=it.actor, plan_id=plan.id, share=share, now=it.now, cause=cause_of(plan.id))]


class DropIn(OfPlan):
    """A laboratory that takes nothing of a plan any more."""

    body_id: UUID


@acts("/plans/drop-laboratory")
def drop_share(it: Reader, body: DropIn) -> Rows:
    """A laboratory takes nothing of a plan any more."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    actions.drop_share(actor=it.actor, plan_id=plan.id, body_id=body.body_id, now=it.now, cause=cause_of(plan.id))
    return [plan.id]
