"""Presences at venues before the opening day: what everybody did, and exactly whom the index case met.

Background presences are drawn with numpy's frozen generator (`RandomState`, whose stream never changes between releases). Those that would meet the
index case within the look-back are taken out; then the planned meetings go in, and as many near misses that only touch his stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.spread.casting import Casting
from epigrid.engine.spread.households import Draft
from epigrid.engine.spread.plan import Plan, PlanBroken, StayPlan
from epigrid.engine.spread.scene import Column, Presences

Row = tuple[int, int, int, int]
TIMED = frozenset({"hotel", "workplace"})
"""Kinds of venue whose scans have a leaving time; at all others the dwell model says how long."""
MINUTE, HOUR, DAY = 60, 3600, 86_400
HOURS = {"shop": ((8, 20),), "market": ((7, 18),), "canteen": ((11, 13),), "vehicle": ((6.5, 9), (17, 19.5))}
SHIFT_SHARE = 0.9


@dataclass(frozen=True, kw_only=True)
class Walkers:
    """Who may be scanned, as columns: index among everybody, and the index of the venue where he works (-1: nowhere)."""

    who: Column
    works_at: Column


def make(plan: Plan, people: Sequence[Draft], casting: Casting, outsiders: Sequence[Draft], rng: Random) -> Presences:
    """All presences, in order of time. `people` is everybody in the order that the columns count."""
    position = {id(draft): index for index, draft in enumerate(people)}
    venues = {venue.slug: number for number, venue in enumerate(plan.places.venues)}
    index = position[id(casting.index)]
    stays = [_stay(plan, stay, index, venues) for stay in plan.presences.stays]
    quiet = _quiet(plan, casting, outsiders, position)
    columns = _background(plan, _walkers(plan, people, venues, index), np.random.RandomState(plan.seed % 2**32))
    start, guarded = _midnight(plan), [stay for stay, made in zip(stays, plan.presences.stays, strict=True) if _inside(plan, made)]
    keep = ~(np.isin(columns[0], quiet) & (columns[2] >= start - (plan.presences.lookback_days - 1) * DAY))
    for _, venue, t_in, t_out in guarded:
        keep &= ~((columns[1] == venue) & (columns[2] < t_out) & (columns[3] > t_in))
    planned = [*stays, *_meetings(plan, casting, outsiders, position, stays, rng), *_touching(plan, casting, position, guarded)]
    joined = [np.concatenate([column[keep], np.array(part, np.int64)]) for column, part in zip(columns, zip(*planned, strict=True), strict=True)]
    order = np.lexsort((joined[0], joined[1], joined[2]))
    who, venue, t_in, t_out = (column[order].astype(np.int64) for column in joined)
    return Presences(who=who, venue=venue, t_in=t_in, t_out=t_out)


def _midnight(plan: Plan) -> int:
    day = plan.opens_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(day.timestamp())


def moment(plan: Plan, day: int, start: object) -> datetime:
    """The moment of a local time on a day counted from the opening day."""
    date = (plan.opens_at + timedelta(days=day)).date()
    return datetime.combine(date, start, plan.opens_at.tzinfo)  # type: ignore[arg-type]


def _inside(plan: Plan, stay: StayPlan) -> bool:
    return stay.day > -plan.presences.lookback_days


def _stay(plan: Plan, stay: StayPlan, index: int, venues: dict[str, int]) -> Row:
    kind = plan.places.venues[venues[stay.venue]].kind
    if kind not in TIMED and stay.minutes != plan.presences.dwell_minutes[kind]:
        raise PlanBroken(why="a stay without a leaving time lasts as the dwell model says", at=stay.venue)
    if stay.day >= 0 or stay.day == -plan.presences.lookback_days or stay.day < -plan.presences.days:
        raise PlanBroken(why="stays lie before the opening day and leave the first day of the look-back free", at=stay.venue)
    begin = int(moment(plan, stay.day, stay.start).timestamp())
    return index, venues[stay.venue], begin, begin + stay.minutes * MINUTE


def _quiet(plan: Plan, casting: Casting, outsiders: Sequence[Draft], position: dict[int, int]) -> Column:
    """People of the plan have no presences of chance inside the look-back, so that their minutes are exactly the planned ones."""
    planned = [draft for stay in casting.met for draft, _ in stay] + casting.near + list(outsiders)
    if casting.told is not None:
        planned.append(casting.told)
    return np.array([position[id(draft)] for draft in planned], np.int64)


def _walkers(plan: Plan, people: Sequence[Draft], venues: dict[str, int], index: int) -> Walkers:
    chosen = [
        (number, venues.get(draft.works_at, -1))
        for number, draft in enumerate(people)
        if draft.has_phone and draft.age >= 14 and draft.residence not in ("away", "hotel-guest", "visitor") and number != index
    ]
    columns = np.array(chosen, np.int64).reshape(-1, 2)
    return Walkers(who=columns[:, 0], works_at=columns[:, 1])


def _background(plan: Plan, walkers: Walkers, chance: np.random.RandomState) -> list[Column]:
    parts: list[list[Column]] = []
    timed = np.array([venue.kind in TIMED for venue in plan.places.venues], bool)
    for day in range(-plan.presences.days, 0):
        midnight = _midnight(plan) + day * DAY
        weekend = (plan.opens_at + timedelta(days=day)).weekday() >= 5
        works = (walkers.works_at >= 0) & (chance.random_sample(len(walkers.who)) < (SHIFT_SHARE / 4 if weekend else SHIFT_SHARE))
        begin = midnight + (7.5 * HOUR + chance.random_sample(len(works)) * 1.5 * HOUR).astype(np.int64)
        end = begin + (8 * HOUR + chance.random_sample(len(works)) * 1.5 * HOUR).astype(np.int64)
        scans = works & timed[np.maximum(walkers.works_at, 0)]
        parts.append([walkers.who[scans], walkers.works_at[scans], begin[scans], end[scans]])
        busy = (np.where(works, begin, 0), np.where(works, end, 0))
        for kind in sorted(plan.presences.trips):
            parts.append(_trips(plan, walkers, kind, midnight, busy, chance))
    return [np.concatenate([part[number] for part in parts]) for number in range(4)]


def _trips(
    plan: Plan, walkers: Walkers, kind: str, midnight: int, busy: tuple[Column, Column], chance: np.random.RandomState
) -> list[Column]:
    places = np.array([number for number, venue in enumerate(plan.places.venues) if venue.kind == kind], np.int64)
    found: list[list[Column]] = [[np.empty(0, np.int64)] * 4]
    for low, high in HOURS[kind] if len(places) else ():
        goes: NDArray[np.bool_] = chance.random_sample(len(walkers.who)) * 1000 < plan.presences.trips[kind]
        venue = places[chance.randint(0, len(places), len(walkers.who))]
        t_in = midnight + (low * HOUR + chance.random_sample(len(walkers.who)) * (high - low) * HOUR).astype(np.int64)
        t_out = t_in + plan.presences.dwell_minutes[kind] * MINUTE
        at_work = (t_in < busy[1]) & (t_out > busy[0])
        goes &= (walkers.works_at != venue) & (~at_work if kind != "canteen" else True)
        found.append([walkers.who[goes], venue[goes], t_in[goes], t_out[goes]])
    return [np.concatenate([part[number] for part in found]) for number in range(4)]


def _meetings(
    plan: Plan, casting: Casting, outsiders: Sequence[Draft], position: dict[int, int], stays: Sequence[Row], rng: Random
) -> list[Row]:
    rows: list[Row] = []
    strangers = list(outsiders)
    for made, met, (_, venue, t_in, t_out) in zip(plan.presences.stays, casting.met, stays, strict=True):
        people = [draft for draft, _ in met] + [strangers.pop(0) for _ in range(made.outsiders)]
        for draft in people:
            if plan.places.venues[venue].kind in TIMED:
                begin, end = t_in + rng.randint(-20, 40) * MINUTE, t_out - rng.randint(1, 30) * MINUTE
            else:
                slack = made.minutes - 3
                begin = t_in + rng.randint(-slack * MINUTE, slack * MINUTE)
                end = begin + made.minutes * MINUTE
            rows.append((position[id(draft)], venue, begin, end))
    return rows


def _touching(plan: Plan, casting: Casting, position: dict[int, int], guarded: Sequence[Row]) -> list[Row]:
    """Two near misses for each stay: one who leaves when the index case comes, one who comes when he leaves."""
    rows: list[Row] = []
    people = iter(casting.near)
    for _, venue, t_in, t_out in guarded:
        kind = plan.places.venues[venue].kind
        stays = (30 if kind in TIMED else plan.presences.dwell_minutes[kind]) * MINUTE
        for begin in (t_in - stays, t_out):
            who = position[id(next(people))]
            meets = any(place == venue and begin < end and begin + stays > start for _, place, start, end in guarded)
            if not meets:
                rows.append((who, venue, begin, begin + stays))
    return rows
