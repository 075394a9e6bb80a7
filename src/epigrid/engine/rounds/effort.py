"""How long home sampling of a high building takes: teams walk unit by unit, floor by floor, from door to door."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from epigrid.engine.rounds.schemas import above_zero, not_negative
from epigrid.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class Stairwell:
    """A unit of a building: storeys that are walked, households and people at home in them."""

    storeys: int
    households: int
    people: int

    def __post_init__(self) -> None:
        not_negative(households=self.households, people=self.people)
        above_zero(storeys=self.storeys)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Times of one team."""

    seconds_per_person: float
    """Identify, sample, close and label the tube."""
    seconds_per_household: float
    """Knock, wait, disinfect."""
    seconds_per_storey: float
    seconds_per_unit: float
    """Into the unit and out of it: lift, protective sets, hand-over of its tubes."""

    def __post_init__(self) -> None:
        above_zero(seconds_per_person=self.seconds_per_person)
        not_negative(household=self.seconds_per_household, storey=self.seconds_per_storey, unit=self.seconds_per_unit)


@dataclass(frozen=True, kw_only=True)
class Effort:
    """The estimate; `units` says which team takes which units (by their place)."""

    teams: int
    minutes: float
    team_minutes: float
    households_per_person_hour: float
    units: tuple[tuple[int, ...], ...]


def estimate(units: Sequence[Stairwell], *, staff: int, team_size: int, pace: Pace) -> Effort:
    """How long the units take. A unit is one team's; the longest units are given out first, each to the team that is free first.

    `minutes` is at most 4/3 of the shortest possible share-out (Graham 1969). Raises BadInput where staff are fewer than a team.
    """
    above_zero(team_size=team_size)
    if (teams := staff // team_size) < 1:
        raise BadInput(field="staff", value=staff)
    lasts = [_minutes(unit, pace) for unit in units]
    free = [(0.0, team) for team in range(teams)]
    given: list[list[int]] = [[] for _ in range(teams)]
    for unit in sorted(range(len(units)), key=lambda unit: -lasts[unit]):
        busy, team = heapq.heappop(free)
        given[team].append(unit)
        heapq.heappush(free, (busy + lasts[unit], team))
    minutes = max(busy for busy, _ in free)
    households = sum(unit.households for unit in units)
    return Effort(
        teams=teams,
        minutes=minutes,
        team_minutes=sum(lasts),
        households_per_person_hour=households / (staff * minutes / 60) if minutes else 0.0,
        units=tuple(tuple(sorted(team)) for team in given),
    )


def _minutes(unit: Stairwell, pace: Pace) -> float:
    """One unit by one team."""
    walked = pace.seconds_per_unit + unit.storeys * pace.seconds_per_storey
    return (walked + unit.households * pace.seconds_per_household + unit.people * pace.seconds_per_person) / 60
