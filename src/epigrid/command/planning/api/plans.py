"""The machine door of planning, plans: settings, checklist, start, sheets."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.command.planning import actions, queries
from epigrid.command.planning.api.doors import OfPlan, acts, router
from epigrid.command.planning.rules import ROLES
from epigrid.store.doors import Command, Maybe, Moment, Path, Phrase, Reader, Rows, Word, area_of, card, cause_of, listed, reader

PlanOut, ItemOut, SheetOut = card(queries.PlanCard), card(queries.ItemCard), card(queries.SheetCard)


@router.get("/plans", response=listed(PlanOut))
def plans(request: HttpRequest) -> list[queries.PlanCard]:
    """Plans of my areas, the latest opening first."""
    return queries.plans(actor=reader(request).actor)


@router.get("/plans/{plan_id}/items", response=listed(ItemOut))
def items(request: HttpRequest, plan_id: UUID) -> list[queries.ItemCard]:
    """Preparations, links and the seven steps of a plan."""
    return queries.items(actor=reader(request).actor, plan_id=queries.plan(actor=reader(request).actor, plan_id=plan_id).id)


@router.get("/plans/{plan_id}/sheets", response=listed(SheetOut))
def sheets(request: HttpRequest, plan_id: UUID) -> list[queries.SheetCard]:
    """Drafts of the next day's supplies and staff, the newest first."""
    return queries.sheets(actor=reader(request).actor, plan_id=queries.plan(actor=reader(request).actor, plan_id=plan_id).id)


class SettingsIn(Command):
    """A plan's title, window, roles and numbers; what is left out is not set."""

    title: Phrase
    opens_at: Moment
    closes_at: Moment
    roles: list[Word] = Field(default=list(ROLES), max_length=12)
    distance_m: int | None = Field(default=None, ge=1, le=20_000)
    queue_distance_m: int | None = Field(default=None, ge=1, le=10)
    queue_limit: int | None = Field(default=None, ge=0, le=10_000)
    per_lane_hour: int | None = Field(default=None, ge=1, le=1_000)
    slot_minutes: int | None = Field(default=None, ge=1, le=240)
    load_ratio: float | None = Field(default=None, ge=1, le=100)
    results_by: Moment | None = None
    door_min: int | None = Field(default=None, ge=0, le=240)
    swab_min: int | None = Field(default=None, ge=0, le=60)
    change_min: int | None = Field(default=None, ge=0, le=240)
    between_min: int | None = Field(default=None, ge=0, le=240)
    walk_m_per_min: int | None = Field(default=None, ge=1, le=1_000)
    promise_min: int | None = Field(default=None, ge=0, le=240)


def _settings(body: SettingsIn) -> actions.Settings:
    given = body.model_dump(include=set(actions.Settings.__dataclass_fields__)) | {"roles": tuple(dict.fromkeys(body.roles))}
    return actions.Settings(**given)


class PlanIn(SettingsIn):
    """A plan of an area: for a round, or for routine testing."""

    area: Path
    objective: Word = "round"


@acts("/plans")
def make_plan(it: Reader, body: PlanIn) -> Rows:
    """Begin a plan with an empty checklist."""
    area = area_of(it.actor, body.area)
    return [actions.make_plan(actor=it.actor, area=area, objective=body.objective, settings=_settings(body), now=it.now)]


class SetIn(SettingsIn, OfPlan):
    """New settings of a plan."""


@acts("/plans/set")
def set_plan(it: Reader, body: SetIn) -> Rows:
    """Set a plan's title, window and numbers anew."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    actions.set_plan(actor=it.actor, plan_id=plan.id, settings=_settings(body), now=it.now, cause=cause_of(plan.id))
    return [plan.id]


@acts("/plans/start")
def start(it: Reader, body: OfPlan) -> Rows:
    """Say that the round may open on this plan; what is open is to be complete within the hour."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    return list(actions.start(actor=it.actor, plan_id=plan.id, now=it.now, cause=cause_of(plan.id)))


class ItemIn(OfPlan):
    """A line for a checklist: `preparation` or `link`; `owner` is a duty."""

    part: Word
    text: Phrase
    safety: bool = False
    owner: Word | None = None


@acts("/items")
def add_item(it: Reader, body: ItemIn) -> Rows:
    """Add a line to the checklist."""
    plan = queries.plan(actor=it.actor, plan_id=body.plan_id)
    given = {"part": body.part, "text": body.text, "safety": body.safety, "owner": body.owner or ""}
    return [actions.add_item(actor=it.actor, plan_id=plan.id, **given, now=it.now, cause=cause_of(plan.id))]  # type: ignore[arg-type]


class OfItem(Command):
    """A line of a checklist."""

    item_id: UUID


class SettleIn(OfItem):
    """A line that is done, or with a reason: why it is still open."""

    reason: Maybe = ""


@acts("/items/settle")
def settle_item(it: Reader, body: SettleIn) -> Rows:
    """A line is done; with a reason it is still open, and the start goes on over it."""
    item = queries.item(actor=it.actor, item_id=body.item_id)
    if body.reason:
        actions.except_item(actor=it.actor, item_id=item.id, reason=body.reason, now=it.now, cause=cause_of(item.plan_id))
    else:
        actions.finish_item(actor=it.actor, item_id=item.id, now=it.now, cause=cause_of(item.plan_id))
    return [item.id]


class OwnIn(OfItem):
    """Owner (a duty) and time of a line or step."""

    owner: Word
    at: Moment


@acts("/items/own")
def own_step(it: Reader, body: OwnIn) -> Rows:
    """Give a step its owner and its time."""
    item = queries.item(actor=it.actor, item_id=body.item_id)
    actions.own_step(actor=it.actor, item_id=item.id, owner=body.owner, at=body.at, now=it.now, cause=cause_of(item.plan_id))
    return [item.id]
