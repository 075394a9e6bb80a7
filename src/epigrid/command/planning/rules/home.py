"""Home visits: which team stands at whose door when, by the route engine in the planner's words. Pure. The engine is loaded when it is first asked.

The frail and people under quarantine are two lists: never in one route, and a team that has been to people under quarantine never goes to the frail (S-210).
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from epigrid.command.planning.rules.placing import plane_m
from epigrid.kernel.errors import DomainError

if TYPE_CHECKING:
    from epigrid.engine.siting.routes import Call

D = TypeVar("D", bound=Hashable)
FRAIL, QUARANTINE = "frail", "quarantine"
REASONS = ("no-team", "promise", "hours", "full")
"""Why nobody comes: no team may go to this list; no team can keep the promise; none can be there and back in its hours; all have enough to do."""
PROMISE_MIN = 30
"""Minutes either side of the promise where the plan sets none (design target of S-208)."""
WALK_M_PER_MIN = 80
"""Metres on foot a minute where the plan sets none: those of the fifteen-minute circle of routine testing (S-225, 1,200 m)."""
SECONDS, ITERATIONS, SEED = 60.0, 200, 1
"""The search ends by its iterations, so that the same list gives the same routes; the seconds are a limit for very long lists."""


class PaceUnset(DomainError):
    """Nobody has set how long a visit takes, the change between the lists, or the way between buildings without a point; `details` says which."""

    reason = "planning.pace-unset"


class MobileTeamMissing(DomainError):
    """Homes are visited by mobile teams, and the plan has none."""

    reason = "planning.mobile-team-missing"


class PromiseOutside(DomainError):
    """What is promised lies outside the plan's window."""

    reason = "planning.promise-outside"


class HomeUnlisted(DomainError):
    """Nobody of this home is on the plan's home list."""

    reason = "planning.home-unlisted"


class VisitsBegun(DomainError):
    """Teams are not made anew once home visits of the round have begun: nobody would know any more who has been to people under quarantine."""

    reason = "planning.visits-begun"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Minutes at a door (the way within the building included), for each person there, to change after the frail, either side of a promise."""

    door_min: float
    swab_min: float
    change_min: float
    promise_min: float


@dataclass(frozen=True, kw_only=True)
class Home:
    """A household to be visited: its list, people to be sampled, a row of the ways, and the promised minute of the day where somebody promised one."""

    list: str
    people: int
    place: int
    promised_min: float | None = None


@dataclass(frozen=True, kw_only=True)
class Crew:
    """A mobile team from when on; one that has been to people under quarantine today goes to nobody else."""

    from_min: float
    quarantine_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A planned visit: the team by its place in the list, when it begins and ends, and the promised window, in minutes of the day; or why there is none."""

    crew: int = -1
    begins_min: float = 0.0
    ends_min: float = 0.0
    from_min: float = 0.0
    until_min: float = 0.0
    reason: str = ""


def households(doors: Iterable[tuple[D, str]]) -> dict[D, tuple[str, int]]:
    """Home -> (list, people) from (home, list) of each person, in their order.

    A home in which anybody is under quarantine is visited with those under quarantine, also for the frail who live there: a team that has been in it goes
    to no other frail person, and nobody's door is knocked at twice.
    """
    found: dict[D, tuple[str, int]] = {}
    for home, name in doors:
        known, people = found.get(home, (name, 0))
        found[home] = (QUARANTINE if QUARANTINE in (known, name) else name, people + 1)
    return found


def missing_pace(*, door_min: int | None, swab_min: int | None, change_min: int | None, lists: Collection[str]) -> list[str]:
    """What nobody has set of what a plan of these lists needs; the change only where there are both."""
    needed = {"door_min": door_min, "swab_min": swab_min} | ({"change_min": change_min} if len(set(lists)) > 1 else {})
    return [name for name, value in needed.items() if value is None]


def ways_on_foot(points: Sequence[tuple[float, float]], *, starts: bool, walk_m_per_min: float) -> NDArray[np.float64]:
    """Minutes between (longitude, latitude) along straight lines; row 0 is where teams start, and takes no time where they do not (`starts`)."""
    at = np.array(plane_m(points), np.float64).reshape(-1, 2)
    found = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) / walk_m_per_min
    return found if starts else _from_anywhere(found)


def ways_in_order(buildings: int, *, between_min: float) -> NDArray[np.float64]:
    """Minutes between buildings of which none has a point: so many from each to the next in walking order. The way to the first is unknown: none."""
    at = np.arange(buildings, dtype=np.float64)
    return _from_anywhere(np.abs(at[:, None] - at[None]) * between_min)


def _from_anywhere(ways: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ways with a start in row 0 that is no way from anywhere."""
    return np.pad(ways, ((1, 0), (1, 0)))


def visits(*, homes: Sequence[Home], crews: Sequence[Crew], ways_min: NDArray[np.float64], pace: Pace, lasts_min: float) -> list[Visit]:
    """Plan the visits of a day that lasts so long: one answer a home, in their order.

    As many of the frail as can be, then as many in all, then the least work; `homes` stand in walking order. A promise is kept within `promise_min` either side; whoever was promised
    nothing is promised what was found.
    """
    from epigrid.engine.siting.routes import DoorList, Search, Team, plan_routes
    from epigrid.engine.siting.routes import Visit as Asked

    windows = [_window(home, pace.promise_min, lasts_min) for home in homes]
    stays = [pace.door_min + home.people * pace.swab_min for home in homes]
    asked = [
        Asked(place=home.place, door_list=DoorList(home.list), service_min=stay, from_min=begin, until_min=end)
        for home, stay, (begin, end) in zip(homes, stays, windows, strict=True)
    ]
    out = [number for number, crew in enumerate(crews) if crew.from_min < lasts_min]
    serves = {True: frozenset({DoorList.QUARANTINE}), False: frozenset(DoorList)}
    teams = [Team(base=0, from_min=crews[at].from_min, until_min=lasts_min, serves=serves[crews[at].quarantine_only]) for at in out]
    search = Search(seconds=SECONDS, iterations=ITERATIONS, seed=SEED)
    planned = plan_routes(asked, teams, ways_min, change_min=pace.change_min, search=search)
    found: dict[int, Visit] = {}
    for crew, (at, begins) in ((out[route.team], call) for route in planned.routes for call in _walked(route.calls, homes, stays)):
        begin, end = windows[at]
        if homes[at].promised_min is None:
            begin, end = max(begin, begins - pace.promise_min), min(end, begins + pace.promise_min)
        found[at] = Visit(crew=crew, begins_min=begins, ends_min=begins + stays[at], from_min=begin, until_min=end)
    for at in planned.unserved:
        may = [crews[crew] for crew in out if homes[at].list == QUARANTINE or not crews[crew].quarantine_only]
        in_time = any(_in_time(crew, homes[at], windows[at], stays[at], ways_min, lasts_min) for crew in may)
        late = "hours" if homes[at].promised_min is None else "promise"
        found[at] = Visit(reason="full" if in_time else late if may else "no-team")
    return [found[at] for at in range(len(homes))]


def _walked(calls: "Sequence[Call]", homes: Sequence[Home], stays: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Homes of a route and when each visit begins; neighbours in one building who were promised nothing in walking order: together they take as long."""
    for (_place, promised), run in groupby(calls, key=lambda call: (homes[call.visit].place, homes[call.visit].promised_min is not None)):
        stops = list(run)
        begins = stops[0].begins_min
        for call, at in zip(stops, sorted(call.visit for call in stops), strict=True):
            yield (call.visit, call.begins_min) if promised else (at, begins)
            begins += stays[at]


def _window(home: Home, promise_min: float, lasts_min: float) -> tuple[float, float]:
    """When a visit may begin; a promise beyond the day, whose hours were changed since, can only be kept at its very end: it is not."""
    if home.promised_min is None:
        return 0.0, lasts_min
    begin, end = max(0.0, home.promised_min - promise_min), min(lasts_min, home.promised_min + promise_min)
    return (begin, end) if begin <= end else (lasts_min, lasts_min)


def _in_time(crew: Crew, home: Home, window: tuple[float, float], stay_min: float, ways_min: NDArray[np.float64], lasts_min: float) -> bool:
    """Whether a team that did nothing else could be at the door within the window and back before the day ends."""
    begins = max(crew.from_min + float(ways_min[0, home.place]), window[0])
    return begins <= window[1] and begins + stay_min + float(ways_min[home.place, 0]) <= lasts_min
