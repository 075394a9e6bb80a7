"""The hours of a round: slots, putting off, calling down; and the sheets of the evening before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from epigrid.command.planning import queries, rules
from epigrid.command.planning.actions.plans import PLANNERS, mine
from epigrid.command.planning.events import SheetDrafted, SlotsMade, UnitCalled
from epigrid.command.planning.models import Sheet, Site, Slot
from epigrid.field.sampling.rules import TubePolicy
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

STAFF = ("samplers", "registrars", "others")
NEEDS = ("swabs", "tubes", *STAFF, "protective_sets")
CALLERS = (*PLANNERS, Duty.GRID_WORKER, Duty.REGISTRAR, Duty.SAMPLER)


@whole
def make_slots(*, actor: Actor, plan_id: UUID, now: datetime, cause: UUID) -> int:
    """Give the people of each unit that has not been called slots at their site, at the rate of its lanes; returns for how many no slot has room (S-192).

    `RateUnset` where the plan does not say how many people a lane takes in an hour, or how long a slot is.
    """
    row = mine(actor, plan_id)
    plan = queries.plan(actor=actor, plan_id=plan_id)
    units = _units(actor, plan, now)
    known = Slot.objects.seen_by(actor).filter(plan=row)
    known.filter(called_at__isnull=True).delete()
    unplaced = 0
    for site in queries.sites(actor=actor, plan=plan):
        called = _slots(known.filter(site_id=site.id))
        done = {slot.unit_id for slot in called}
        waiting = [(unit, people) for unit, people in units.get(site.id, ()) if unit not in done]
        unplaced += _write(plan, site.id, rules.timetable(units=waiting, hours=_hours(plan, site.lanes), called=called, now=now))
    made = known.count()
    journal.record(SlotsMade(area=row.area, plan_id=row.id, slots=made, unplaced=unplaced), actor=actor, at=now, caused_by=cause)
    return unplaced


def _hours(plan: queries.PlanCard, lanes: int) -> rules.Hours:
    if plan.per_lane_hour is None or plan.slot_minutes is None:
        raise rules.RateUnset(plan=str(plan.id))
    return rules.Hours(
        opens_at=plan.opens_at, closes_at=plan.closes_at, lanes=lanes, per_lane_hour=plan.per_lane_hour, slot_minutes=plan.slot_minutes
    )


def _slots(rows: Iterable[Slot]) -> list[rules.Slot]:
    return [
        rules.Slot(unit_id=row.place_id, people=row.people, starts_at=row.starts_at, ends_at=row.ends_at)
        for row in rows
        if row.starts_at is not None and row.ends_at is not None
    ]


def _write(plan: queries.PlanCard, site_id: UUID, found: rules.Timetable) -> int:
    """Write a site's slots, and one line without a time for each unit that has none; return how many people those are."""
    placed = [(slot.unit_id, slot.people, slot.starts_at, slot.ends_at) for slot in found.slots]
    left = [(unit, people, None, None) for unit, people in found.unplaced.items()]
    Slot.objects.bulk_create(
        [
            Slot(
                id=new_id(plan.area, "plan-slot", plan.id, unit, starts_at),
                area=plan.area,
                plan_id=plan.id,
                site_id=site_id,
                place_id=unit,
                people=people,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            for unit, people, starts_at, ends_at in [*placed, *left]
        ],
        batch_size=500,
    )
    return sum(found.unplaced.values())


def _units(actor: Actor, plan: queries.PlanCard, now: datetime) -> dict[UUID, list[tuple[UUID, int]]]:
    """Site -> its units with people, in walking order."""
    found = queries.population(actor=actor, plan=plan, now=now)
    known = places.places(actor=actor, ids=[unit for units in found.units.values() for unit in units])
    units: dict[UUID, list[tuple[UUID, int]]] = {}
    for one in queries.allocations(actor=actor, plan=plan):
        if one.site_id is not None:
            units.setdefault(one.site_id, []).extend(found.units.get(one.building_id, {}).items())
    return {site: sorted(rows, key=lambda row: known[row[0]].path) for site, rows in units.items()}


@whole
def put_off(*, actor: Actor, site_id: UUID, queue: int, now: datetime, cause: UUID) -> int:
    """A site is late, so many people still stand in its line: slots that have neither begun nor been called move later (S-192).

    Returns for how many people no slot has room any more.
    """
    site = Site.objects.seen_by(actor).get(id=site_id)
    actor.require(*CALLERS, area=site.area)
    plan = queries.plan(actor=actor, plan_id=site.plan_id)
    known = Slot.objects.seen_by(actor).filter(site=site)
    later = known.filter(Q(starts_at__gt=now) | Q(starts_at__isnull=True), called_at__isnull=True)
    found = rules.replanned(
        waiting=_slots(later.order_by("starts_at", "place__path")),
        unplaced=dict(later.filter(starts_at__isnull=True).values_list("place_id", "people")),
        hours=_hours(plan, site.lanes),
        called=_slots(known.filter(called_at__isnull=False)),
        queue=queue,
        now=now,
    )
    later.delete()
    unplaced = _write(plan, site.id, found)
    event = SlotsMade(area=site.area, plan_id=site.plan_id, slots=len(found.slots), unplaced=unplaced)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return unplaced


@whole
def call_next(*, actor: Actor, site_id: UUID, queue: int, channel: str, reason: str, now: datetime, cause: UUID) -> UUID:
    """Call the next unit down to a site (喊楼, S-212); returns the unit.

    A queue beyond the plan's limit refuses it as a question (`QueueLong`): with a reason the unit is called all the same.
    """
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(*CALLERS, area=site.area)
    plan = queries.plan(actor=actor, plan_id=site.plan_id)
    if plan.started_at is None:
        raise rules.NotStarted(plan=str(plan.id))
    slot = (
        Slot.objects.seen_by(actor)
        .select_for_update()
        .filter(site=site, called_at__isnull=True)
        .order_by(F("starts_at").asc(nulls_last=True), "place__path")
        .first()
    )
    if slot is None:
        raise rules.NobodyToCall(site=str(site_id))
    if plan.queue_limit is not None and queue > plan.queue_limit and not reason.strip():
        raise rules.QueueLong(queue=queue, limit=plan.queue_limit)
    slot.called_at, slot.called_by, slot.channel, slot.queue, slot.reason = now, actor.id, channel, queue, reason.strip()
    slot.save(update_fields=["called_at", "called_by", "channel", "queue", "reason"])
    policy = queries.policy(actor=actor, area=site.area, now=now)
    apart = max(plan.queue_distance_m or 0, policy.queue_distance_m or 0) or None
    event = UnitCalled(area=site.area, site_id=site.id, place_id=slot.place_id, channel=channel, queue=queue, distance_m=apart)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return slot.place_id


@whole
def draft_sheets(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Draft the next day's sheets that are due: at 18:00 of the day before, and again after each later order (S-217); returns how many."""
    due = queries.sheets_due(actor=actor, area=area, now=now)
    for plan in due:
        lines = _lines(actor, plan, now)
        number = Sheet.objects.seen_by(actor).filter(plan_id=plan.id).count() + 1
        key = new_id(plan.area, "plan-sheet", plan.id, number)
        Sheet.objects.create(id=key, area=plan.area, plan_id=plan.id, number=number, drafted_at=now, lines=lines)
        event = SheetDrafted(
            area=plan.area,
            plan_id=plan.id,
            number=number,
            people=sum(line["people"] for line in lines),
            staff=sum(line[key] for line in lines for key in STAFF),
        )
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(due)


def _lines(actor: Actor, plan: queries.PlanCard, now: datetime) -> list[dict[str, Any]]:
    """One line per site, and one for the doors where somebody is sampled there."""
    per_sampler = queries.policy(actor=actor, area=plan.area, now=now).people_per_sampler
    people: dict[UUID | None, int] = {}
    for one in queries.allocations(actor=actor, plan=plan):
        people[one.site_id] = people.get(one.site_id, 0) + one.people
    sites = queries.sites(actor=actor, plan=plan)
    stands = [rules.Place(site_id=site.id, people=people.get(site.id, 0), lanes=site.lanes) for site in sites]
    doors = len(queries.doors(actor=actor, plan=plan, now=now))
    if doors:
        mobile = sum(team.kind == "mobile" for team in queries.teams(actor=actor, plan=plan))
        stands.append(rules.Place(site_id=None, people=doors, lanes=max(1, mobile)))
    size = policies.clause(TubePolicy, on=clock.local_day(plan.area, plan.opens_at), area=plan.area).pool_size
    needs = rules.sheet(stands, people_per_sampler=per_sampler, roles=plan.roles, pool_size=size)
    return [
        {
            "site_id": str(stand.site_id) if stand.site_id else None,
            "people": stand.people,
            "lanes": stand.lanes,
            **{key: getattr(need, key) for key in NEEDS},
        }
        for stand, need in zip(stands, needs, strict=True)
    ]
