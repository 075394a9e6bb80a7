"""Home visits: promised, and planned by route."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from epigrid.command.planning import queries
from epigrid.command.planning.actions.plans import changed, mine
from epigrid.command.planning.events import HomeVisitsPlanned
from epigrid.command.planning.models import HomePromise, HomeVisit, Plan, Team
from epigrid.command.planning.rules import home
from epigrid.kernel.actors import Actor
from epigrid.registers.places import queries as places
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

MINUTE = timedelta(minutes=1)


@whole
def promise_visit(*, actor: Actor, plan_id: UUID, place_id: UUID, at: datetime | None, now: datetime, cause: UUID) -> None:
    """Promise a home of the home list that a team comes at about `at` (S-208), in place of what was promised before; None takes the promise back.

    Routes that stand are not changed by it: they are planned again. `HomeUnlisted` where nobody of the home is on the list, `PromiseOutside` outside the
    plan's window.
    """
    row = mine(actor, plan_id)
    awaited = {one.place_id: one for one in queries.households_awaited(actor=actor, plan=queries.plan(actor=actor, plan_id=plan_id), now=now)}
    if place_id not in awaited:
        raise home.HomeUnlisted(place=str(place_id))
    known = HomePromise.objects.seen_by(actor).filter(plan=row, place_id=place_id)
    if at is None:
        known.delete()
    elif not row.opens_at <= at < row.closes_at:
        raise home.PromiseOutside(at=at.isoformat())
    elif not known.update(at=at):
        key = new_id(row.area, "plan-promise", row.id, place_id)
        HomePromise.objects.create(id=key, area=awaited[place_id].area, plan=row, place_id=place_id, at=at)
    changed(row, "promise", actor=actor, now=now, cause=cause)


@whole
def plan_home(*, actor: Actor, plan_id: UUID, now: datetime, cause: UUID) -> Sequence[UUID]:
    """Plan which mobile team stands at which door of the home list when (S-190, S-208); returns the homes that nobody can visit, each listed with its reason.

    The frail come before people under quarantine or are visited by another team, never in one route (S-210). What was planned before is replaced, except
    visits that have begun and left nobody awaited: their teams go on after them, and a team that was with people under quarantine goes to nobody else.
    Ways are straight lines on foot between buildings; where a building has no point all go by walking order. `PaceUnset` where the plan does not say what
    no source sets, `MobileTeamMissing` without a mobile team. The same list gives the same routes.
    """
    row = mine(actor, plan_id)
    plan = queries.plan(actor=actor, plan_id=plan_id)
    awaited = queries.households_awaited(actor=actor, plan=plan, now=now)
    teams = list(Team.objects.seen_by(actor).filter(plan=row, kind="mobile").order_by("number"))
    if not teams:
        raise home.MobileTeamMissing(plan=str(plan_id))
    pace = _pace(plan, awaited)
    known = HomeVisit.objects.seen_by(actor).filter(plan=row)
    made = list(known.filter(team__isnull=False, begins_at__lt=now).exclude(place_id__in=[one.place_id for one in awaited]))
    ways, rows, measured = _ways(actor, plan, awaited)
    found = home.visits(
        homes=[_home(one, rows[one.building_id], plan) for one in awaited],
        crews=[_crew(team, made, plan, pace, now) for team in teams],
        ways_min=ways,
        pace=pace,
        lasts_min=(plan.closes_at - plan.opens_at) / MINUTE,
    )
    known.exclude(id__in=[visit.id for visit in made]).delete()
    HomeVisit.objects.bulk_create([_visit(row, one, visit, teams) for one, visit in zip(awaited, found, strict=True)], batch_size=500)
    row.home_planned_at, row.home_measured = now, measured
    row.save(update_fields=["home_planned_at", "home_measured"])
    left = [one.place_id for one, visit in zip(awaited, found, strict=True) if visit.reason]
    event = HomeVisitsPlanned(area=row.area, plan_id=row.id, visits=len(awaited) - len(left), unserved=len(left), measured=measured)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return left


def drop_visits(actor: Actor, row: Plan, now: datetime) -> None:
    """The teams are about to be made anew: their routes go too. `VisitsBegun` once the round's home visits have begun (S-210)."""
    known = HomeVisit.objects.seen_by(actor).filter(plan=row)
    if row.round_id is not None and known.filter(begins_at__lt=now).exists():
        raise home.VisitsBegun(plan=str(row.id))
    known.delete()


def _pace(plan: queries.PlanCard, awaited: Sequence[queries.HouseholdCard]) -> home.Pace:
    lists = [one.list for one in awaited]
    unset = home.missing_pace(door_min=plan.door_min, swab_min=plan.swab_min, change_min=plan.change_min, lists=lists)
    if unset:
        raise home.PaceUnset(fields=unset)
    promise = home.PROMISE_MIN if plan.promise_min is None else plan.promise_min
    return home.Pace(door_min=plan.door_min or 0, swab_min=plan.swab_min or 0, change_min=plan.change_min or 0, promise_min=promise)


def _ways(actor: Actor, plan: queries.PlanCard, awaited: Sequence[queries.HouseholdCard]) -> tuple[NDArray[np.float64], dict[UUID, int], bool]:
    """Minutes between the start (row 0) and the buildings of the homes, each building's row, and whether coordinates said so."""
    buildings = _in_walking_order(actor, awaited)
    rows = {building: at for at, building in enumerate(buildings, start=1)}
    ground = places.points(actor=actor, ids=buildings)
    if len(ground) == len(buildings):
        start = queries.start_point(actor=actor, plan_id=plan.id)
        points = [*([start] if start is not None else []), *(ground[building] for building in buildings)]
        return home.ways_on_foot(points, starts=start is not None, walk_m_per_min=plan.walk_m_per_min or home.WALK_M_PER_MIN), rows, True
    if plan.between_min is None:
        raise home.PaceUnset(fields=["between_min"])
    return home.ways_in_order(len(buildings), between_min=plan.between_min), rows, False


def _in_walking_order(actor: Actor, awaited: Sequence[queries.HouseholdCard]) -> list[UUID]:
    known = places.places(actor=actor, ids=[one.building_id for one in awaited])
    return sorted(known, key=lambda building: known[building].path)


def _home(one: queries.HouseholdCard, place: int, plan: queries.PlanCard) -> home.Home:
    promised = (one.promised_at - plan.opens_at) / MINUTE if one.promised_at is not None else None
    return home.Home(list=one.list, people=one.people, place=place, promised_min=promised)


def _crew(team: Team, made: Sequence[HomeVisit], plan: queries.PlanCard, pace: home.Pace, now: datetime) -> home.Crew:
    """From when a team may set out: not before now, and after its last visit that was made and a change."""
    mine = [visit for visit in made if visit.team_id == team.id]
    last = max((visit.ends_at for visit in mine if visit.ends_at is not None), default=None)
    free = max(plan.opens_at, now, *([last + pace.change_min * MINUTE] if last is not None else []))
    return home.Crew(from_min=(free - plan.opens_at) / MINUTE, quarantine_only=any(visit.list == home.QUARANTINE for visit in mine))


def _visit(row: Plan, one: queries.HouseholdCard, visit: home.Visit, teams: Sequence[Team]) -> HomeVisit:
    def at(minutes: float) -> datetime | None:
        return row.opens_at + timedelta(seconds=round(minutes * 60)) if not visit.reason else None

    return HomeVisit(
        id=new_id(row.area, "plan-home", row.id, one.place_id),
        area=one.area,
        plan=row,
        place_id=one.place_id,
        list=one.list,
        people=one.people,
        team=teams[visit.crew] if not visit.reason else None,
        begins_at=at(visit.begins_min),
        ends_at=at(visit.ends_min),
        from_at=at(visit.from_min),
        until_at=at(visit.until_min),
        reason=visit.reason,
    )
