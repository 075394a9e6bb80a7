"""Time slots of a site: which unit is called down when, so that no slot brings more people than the site can sample in it.

Laws: everybody is in one slot or counted as unplaced; no slot is fuller than its room; nobody is unplaced while a slot that he may have has room; a new
plan moves only people whose slot has not begun, and none of them forward.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from epigrid.engine.rounds.schemas import Shift, Site, Span, Wave, above_zero, not_negative


@dataclass(frozen=True, kw_only=True)
class Group:
    """A unit or building by the caller's number, and how many of its people are expected."""

    number: int
    people: int

    def __post_init__(self) -> None:
        not_negative(people=self.people)


@dataclass(frozen=True, kw_only=True)
class Slot(Span):
    """A stretch of time at a site and how many people it has room for."""

    room: int


@dataclass(frozen=True, kw_only=True)
class Call:
    """People of a group who are called for a slot (its place among the slots). A group larger than a slot is called in parts."""

    group: int
    slot: int
    people: int


@dataclass(frozen=True, kw_only=True)
class SlotPlan:
    """Calls in order of time; `unplaced` are parts of groups for whom no slot has room: more lanes, a longer day or another site."""

    slots: tuple[Slot, ...]
    calls: tuple[Call, ...]
    unplaced: tuple[Group, ...]

    def waves(self) -> tuple[Wave, ...]:
        """What the plan means for the forecast of its site."""
        sums = [0] * len(self.slots)
        for call in self.calls:
            sums[call.slot] += call.people
        return tuple(
            Wave(from_min=slot.from_min, until_min=slot.until_min, people=people) for slot, people in zip(self.slots, sums, strict=True) if people
        )


def rooms(shifts: Iterable[Shift], *, seconds_per_person: float, slot_min: float) -> tuple[Slot, ...]:
    """Slots of equal length from the first lane's opening to the last lane's closing; each has room for what its lanes sample in it, rounded down."""
    above_zero(seconds_per_person=seconds_per_person, slot_min=slot_min)
    shifts = tuple(shifts)
    found: list[Slot] = []
    start, end = min(shift.from_min for shift in shifts), max(shift.until_min for shift in shifts)
    while (begins := start + len(found) * slot_min) < end:
        stops = min(begins + slot_min, end)
        lane_min = sum(shift.lanes * max(0.0, min(stops, shift.until_min) - max(begins, shift.from_min)) for shift in shifts)
        found.append(Slot(from_min=begins, until_min=stops, room=int(lane_min * 60 / seconds_per_person + 1e-9)))
    return tuple(found)


def call_down(groups: Sequence[Group], slots: Sequence[Slot]) -> SlotPlan:
    """Give each group, in the order of the call, the first slot with room for all of it; where none has, the first rooms there are, in parts."""
    free = [slot.room for slot in slots]
    calls, unplaced = _place([(group, 0) for group in groups], free)
    return SlotPlan(slots=tuple(slots), calls=calls, unplaced=unplaced)


def replan(plan: SlotPlan, *, now_min: float, waiting: int, slots: Sequence[Slot]) -> SlotPlan:
    """Shift what has not begun at `now_min`, because `waiting` people still queue and take the next rooms.

    `slots` are the same stretches of time with the room that they have now (lanes may have changed). Calls of slots that have begun stay; each later
    call keeps its slot or gets the first later one with room, in the old order; who was unplaced is tried again.
    """
    free = [slot.room if slot.from_min > now_min else 0 for slot in slots]
    for at, room in enumerate(free):
        free[at] -= min(room, waiting)
        waiting -= min(room, waiting)
    begun = tuple(call for call in plan.calls if slots[call.slot].from_min <= now_min)
    later = [(Group(number=call.group, people=call.people), call.slot) for call in plan.calls if slots[call.slot].from_min > now_min]
    calls, unplaced = _place([*later, *((group, 0) for group in plan.unplaced)], free)
    return SlotPlan(slots=tuple(slots), calls=(*begun, *calls), unplaced=unplaced)


def at_site(site: Site, plan: SlotPlan) -> Site:
    """The site with the people of its slot plan coming."""
    return replace(site, waves=plan.waves())


def _place(wishes: Iterable[tuple[Group, int]], free: list[int]) -> tuple[tuple[Call, ...], tuple[Group, ...]]:
    """Fill `free` in the order of the wishes (a group and its earliest slot)."""
    calls, unplaced = [], []
    for group, earliest in wishes:
        at = next((at for at in range(earliest, len(free)) if free[at] >= group.people), None)
        parts = [at] if at is not None else range(earliest, len(free))
        left = group.people
        for slot in parts:
            if (people := min(left, free[slot])) > 0:
                calls.append(Call(group=group.number, slot=slot, people=people))
                free[slot] -= people
                left -= people
        if left:
            unplaced.append(Group(number=group.number, people=left))
    return tuple(sorted(calls, key=lambda call: call.slot)), tuple(unplaced)
