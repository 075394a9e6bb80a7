"""Plans and their checklists: begin, set, fill, start; a round that was opened joins its plan."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from epigrid.command.planning import queries, rules
from epigrid.command.planning.events import PlanChanged, PlanMade, PlanStarted, RoundJoined
from epigrid.command.planning.models import Item, Plan
from epigrid.field.sampling import queries as sampling
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

PLANNERS = (Duty.TESTING_FORCE, Duty.COUNTY_EOC_OFFICER, Duty.COMMUNITY_SECRETARY)
"""Who plans: nothing of a plan binds anybody, and the round itself is decided by its own decider."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a planner sets; None: not set. Metres, people, people per lane and hour, greatest load of a team by least; for home visits minutes at a door,
    for each person, to change between the lists, from building to building where none has a point, either side of the promise; metres on foot a minute.
    """

    title: str
    opens_at: datetime
    closes_at: datetime
    roles: tuple[str, ...] = rules.ROLES
    distance_m: int | None = None
    queue_distance_m: int | None = None
    queue_limit: int | None = None
    per_lane_hour: int | None = None
    slot_minutes: int | None = None
    load_ratio: float | None = None
    results_by: datetime | None = None
    door_min: int | None = None
    swab_min: int | None = None
    change_min: int | None = None
    between_min: int | None = None
    walk_m_per_min: int | None = None
    promise_min: int | None = None

    def check(self) -> None:
        """`TimesReversed` where the window ends before it begins, or results are wanted before anybody can be sampled."""
        if self.closes_at <= self.opens_at or (self.results_by or self.closes_at) <= self.opens_at:
            raise rules.TimesReversed()


@whole
def make_plan(*, actor: Actor, area: Area, objective: str, settings: Settings, now: datetime, cause: UUID | None = None) -> UUID:
    """Begin a plan with an empty checklist and the seven steps, which have neither owner nor time yet."""
    actor.require(*PLANNERS, area=area)
    if objective not in rules.OBJECTIVES:
        raise BadInput(field="objective", why=f"one of {', '.join(rules.OBJECTIVES)}")
    settings.check()
    row = Plan(id=repeated_id(area, "plan", area), area=area, objective=objective, made_by=actor.id, changed_at=now)
    _set(row, settings)
    row.save(force_insert=True)
    Item.objects.bulk_create([_item(row, "step", number, key) for number, key in enumerate(rules.STEPS, start=1)])
    journal.record(PlanMade(area=area, plan_id=row.id, objective=objective), actor=actor, at=now, caused_by=cause)
    return row.id


def _set(row: Plan, settings: Settings) -> None:
    for field in fields(settings):
        value = getattr(settings, field.name)
        setattr(row, field.name, list(value) if isinstance(value, tuple) else value)


def _item(plan: Plan, part: str, number: int, text: str, *, safety: bool = False, owner: str = "") -> Item:
    key = new_id(plan.area, "plan-item", plan.id, part, number)
    return Item(id=key, area=plan.area, plan=plan, part=part, number=number, text=text, safety=safety, owner=owner)


def mine(actor: Actor, plan_id: UUID) -> Plan:
    """The plan, locked, for somebody who may change it."""
    row = Plan.objects.seen_by(actor).select_for_update().get(id=plan_id)
    actor.require(*PLANNERS, area=row.area)
    return row


def changed(row: Plan, what: str, *, actor: Actor, now: datetime, cause: UUID) -> None:
    """Note a change: the fact, and the moment after which the sheet is drafted anew."""
    row.changed_at = now
    row.save()
    journal.record(PlanChanged(area=row.area, plan_id=row.id, what=what), actor=actor, at=now, caused_by=cause)


@whole
def set_plan(*, actor: Actor, plan_id: UUID, settings: Settings, now: datetime, cause: UUID) -> None:
    """Set a plan's title, window and numbers anew."""
    settings.check()
    row = mine(actor, plan_id)
    _set(row, settings)
    changed(row, "settings", actor=actor, now=now, cause=cause)


@whole
def add_item(*, actor: Actor, plan_id: UUID, part: str, text: str, safety: bool, owner: str, now: datetime, cause: UUID) -> UUID:
    """Add a line to a plan's preparations or links (S-204); `owner` is a duty, or empty."""
    row = mine(actor, plan_id)
    if part not in rules.PARTS:
        raise BadInput(field="part", why=f"one of {', '.join(rules.PARTS)}")
    _known_duty(owner)
    number = Item.objects.seen_by(actor).filter(plan=row, part=part).count() + 1
    item = _item(row, part, number, text, safety=safety, owner=owner)
    item.save(force_insert=True)
    changed(row, "checklist", actor=actor, now=now, cause=cause)
    return item.id


@whole
def finish_item(*, actor: Actor, item_id: UUID, now: datetime, cause: UUID) -> None:
    """A line is done; again changes nothing."""
    item, row = _line(actor, item_id)
    if item.done_at is None:
        item.done_at, item.done_by = now, actor.id
        item.save(update_fields=["done_at", "done_by"])
        changed(row, "checklist", actor=actor, now=now, cause=cause)


@whole
def except_item(*, actor: Actor, item_id: UUID, reason: str, now: datetime, cause: UUID) -> None:
    """Say why a line is still open at the start. A line of safety takes no reason."""
    item, row = _line(actor, item_id)
    if not reason.strip():
        raise rules.ReasonMissing(item=str(item_id))
    if item.safety:
        raise rules.SafetyOpen(lines=[item.text])
    item.reason = reason
    item.save(update_fields=["reason"])
    changed(row, "checklist", actor=actor, now=now, cause=cause)


@whole
def own_step(*, actor: Actor, item_id: UUID, owner: str, at: datetime, now: datetime, cause: UUID) -> None:
    """Give a line or a step its owner (a duty) and its time (S-205)."""
    item, row = _line(actor, item_id)
    _known_duty(owner)
    item.owner, item.at = owner, at
    item.save(update_fields=["owner", "at"])
    changed(row, "steps", actor=actor, now=now, cause=cause)


def _line(actor: Actor, item_id: UUID) -> tuple[Item, Plan]:
    item = Item.objects.seen_by(actor).select_for_update().get(id=item_id)
    return item, mine(actor, item.plan_id)


def _known_duty(owner: str) -> None:
    if owner and owner not in set(Duty):
        raise BadInput(field="owner", why="a duty")


@whole
def start(*, actor: Actor, plan_id: UUID, now: datetime, cause: UUID) -> Sequence[UUID]:
    """Say that the round may open on this plan; returns the preparations that are open and are to be complete within the hour (S-204)."""
    row = mine(actor, plan_id)
    if row.started_at is not None:
        raise rules.AlreadyStarted(plan=str(plan_id))
    lines = [
        rules.Line(
            id=item.id,
            part=item.part,
            text=item.text,
            safety=item.safety,
            done=item.done_at is not None,
            reason=item.reason,
            owned=bool(item.owner) and item.at is not None,
        )
        for item in queries.items(actor=actor, plan_id=plan_id)
    ]
    still_open = rules.judge_start(lines)
    row.started_at, row.started_by = now, actor.id
    row.save(update_fields=["started_at", "started_by"])
    event = PlanStarted(area=row.area, plan_id=row.id, open_ids=tuple(still_open), complete_by=rules.due_after(now))
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return still_open


@whole
def join_round(*, actor: Actor, round_id: UUID, now: datetime, cause: UUID) -> None:
    """A round that was opened takes the plan of its area that awaits one; a round without a plan is no error."""
    card = sampling.round_card(actor=actor, round_id=round_id)
    found = queries.for_round(actor=actor, area=card.area, opens_at=card.opens_at, closes_at=card.closes_at)
    if found is None or Plan.objects.seen_by(actor).filter(round_id=round_id).exists():
        return
    row = Plan.objects.seen_by(actor).select_for_update().get(id=found.id)
    row.round_id, row.changed_at = round_id, now
    row.save(update_fields=["round_id", "changed_at"])
    event = RoundJoined(area=row.area, plan_id=row.id, round_id=round_id, started=row.started_at is not None)
    journal.record(event, actor=actor, at=now, caused_by=cause)
