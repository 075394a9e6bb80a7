"""The hours of a round: slots, call-down, and the sheet of the evening before, with the engine of rounds. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from epigrid.engine.rounds import needs, slots
from epigrid.engine.rounds.schemas import Shift
from epigrid.kernel.errors import DomainError

SHEET_HOUR = time(18)
"""The draft of the next day's sheet stands at this hour (design value of S-217)."""
REDRAFT_WITHIN = timedelta(minutes=5)
"""And follows each later order within this time (design value of S-217)."""
EVE = timedelta(days=2)
"""18:00 of the day before lies never farther than this before the opening."""
MINUTE = timedelta(minutes=1)


class RateUnset(DomainError):
    """Nobody said how many people a lane takes in an hour, or how long a slot is, so no slot can be made."""

    reason = "planning.rate-unset"


class QueueLong(DomainError):
    """The queue is longer than the plan's limit: to call the next unit all the same, say why."""

    reason = "planning.queue-long"


class NobodyToCall(DomainError):
    """Every unit of the site has been called."""

    reason = "planning.nobody-to-call"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """People of a unit and the stretch of time for which they are called to their site."""

    unit_id: UUID
    people: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a site samples and how fast: its lanes are open from `opens_at` to `closes_at`, each takes so many people an hour."""

    opens_at: datetime
    closes_at: datetime
    lanes: int
    per_lane_hour: int
    slot_minutes: int

    def rooms(self, called: Sequence[Slot] = ()) -> tuple[slots.Slot, ...]:
        """The site's slots with the room that the called people leave."""
        shift = Shift(from_min=0, until_min=(self.closes_at - self.opens_at) / MINUTE, lanes=self.lanes)
        taken = Counter({slot.starts_at: 0 for slot in called})
        for slot in called:
            taken[slot.starts_at] += slot.people
        found = slots.rooms([shift], seconds_per_person=3600 / self.per_lane_hour, slot_min=self.slot_minutes)
        return tuple(replace(one, room=max(0, one.room - taken[self.opens_at + MINUTE * one.from_min])) for one in found)

    def minute(self, moment: datetime) -> float:
        """A moment as the engine counts it."""
        return (moment - self.opens_at) / MINUTE


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """Slots by time, and the people of units for whom no slot has room."""

    slots: tuple[Slot, ...]
    unplaced: Mapping[UUID, int]


def timetable(*, units: Sequence[tuple[UUID, int]], hours: Hours, called: Sequence[Slot], now: datetime) -> Timetable:
    """Slots for the units that wait, in the order of the call; slots that have begun, and what called people take, is no room (S-192)."""
    begun = hours.minute(now)
    free = [replace(one, room=0) if one.from_min <= begun else one for one in hours.rooms(called)]
    groups = [slots.Group(number=number, people=people) for number, (_unit, people) in enumerate(units)]
    return _read(slots.call_down(groups, free), [unit for unit, _people in units], hours)


def replanned(*, waiting: Sequence[Slot], unplaced: Mapping[UUID, int], hours: Hours, called: Sequence[Slot], queue: int, now: datetime) -> Timetable:
    """The slots that have neither begun nor been called, moved later because `queue` people still stand in the line (S-192); none moves forward."""
    units = list(dict.fromkeys([*(slot.unit_id for slot in waiting), *unplaced]))
    numbers = {unit: number for number, unit in enumerate(units)}
    places = {hours.opens_at + MINUTE * one.from_min: place for place, one in enumerate(hours.rooms())}
    calls = tuple(slots.Call(group=numbers[slot.unit_id], slot=places[slot.starts_at], people=slot.people) for slot in waiting)
    left = tuple(slots.Group(number=numbers[unit], people=people) for unit, people in unplaced.items())
    before = slots.SlotPlan(slots=hours.rooms(), calls=calls, unplaced=left)
    return _read(slots.replan(before, now_min=hours.minute(now), waiting=queue, slots=hours.rooms(called)), units, hours)


def _read(found: slots.SlotPlan, units: Sequence[UUID], hours: Hours) -> Timetable:
    """The engine's calls with moments; parts of a unit in one slot are one call."""
    people: Counter[tuple[int, int]] = Counter()
    for call in found.calls:
        people[call.slot, call.group] += call.people
    made = []
    for (place, group), count in sorted(people.items()):
        span = found.slots[place]
        starts_at, ends_at = hours.opens_at + MINUTE * span.from_min, hours.opens_at + MINUTE * span.until_min
        made.append(Slot(unit_id=units[group], people=count, starts_at=starts_at, ends_at=ends_at))
    left: Counter[UUID] = Counter()
    for one in found.unplaced:
        left[units[one.number]] += one.people
    return Timetable(slots=tuple(made), unplaced=left)


def sheet_due_at(*, opens_at: datetime, zone: ZoneInfo) -> datetime:
    """18:00 local time of the day before the round opens."""
    eve = opens_at.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(eve, SHEET_HOUR, zone)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of the sheet: a site (or the doors: no id), its people and lanes."""

    site_id: UUID | None
    people: int
    lanes: int


def sheet(places: Sequence[Place], *, people_per_sampler: int | None, roles: Sequence[str], pool_size: int) -> list[needs.Needs]:
    """What each place needs: a swab a person, tubes of the pool's size (single at doors), staff by the clause.

    A sampler's table has a scanner where the plan asks for one; the plan's other roles stand once at each place. A lane without a sampler is none:
    at least one sampler a lane, and exactly one where nobody set the people per sampler. Boxes, kits and a reserve are not counted: nobody has set them.
    """
    norms = needs.Norms(
        people_per_sampler=people_per_sampler or max((place.people for place in places), default=0) or 1,
        registrars_per_sampler=1.0 if "scanner" in roles else 0.0,
        others_per_site=len([role for role in roles if role not in ("sampler", "scanner")]),
        swabs_per_person=1,
        kits_per_household=0,
        tubes_per_box=1,
        reserve=0.0,
    )
    found = []
    for place in places:
        size = pool_size if place.site_id is not None else 1
        line = needs.needs(needs.Demand(people=place.people, pool_size=size, kit_households=0, lanes=place.lanes, changes=1), norms)
        missing = max(0, place.lanes - line.samplers) if place.people else 0
        more = missing * (2 if norms.registrars_per_sampler else 1)
        found.append(
            replace(
                line,
                samplers=line.samplers + missing,
                registrars=line.registrars + more - missing,
                protective_sets=line.protective_sets + more,
            )
        )
    return found
