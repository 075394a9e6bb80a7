"""Home visits: who is visited when and by which team, within the promised windows, frail people before people under quarantine and never in one route.

Solved by PyVRP (Wouda, Lan, Kool 2024, doi:10.1287/ijoc.2023.0055). The two door lists are two problems: first the frail, then people under quarantine
by teams that stand in reserve for them or have come back, changed, and go out again. A team never returns to frail people.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, Depot, Location, ProblemData, Solution, SolveParams, VehicleType
from pyvrp import solve as search_routes
from pyvrp.search import NeighbourhoodParams
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria, StoppingCriterion

from epigrid.kernel.errors import BadInput


class DoorList(StrEnum):
    """Whose doors, in the order in which they are visited."""

    FRAIL = "frail"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A household to be visited: it begins within the promised window. `place` is a row of the travel times, minutes run from the start of the day."""

    place: int
    door_list: DoorList
    service_min: float
    from_min: float
    until_min: float


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team: where it sets out and comes back, its shift, and the door lists it may serve."""

    base: int
    from_min: float
    until_min: float
    serves: frozenset[DoorList]


@dataclass(frozen=True, kw_only=True)
class Search:
    """How long is searched: until either is used up. The same seed and iterations give the same routes as long as the seconds suffice."""

    seconds: float
    iterations: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Call:
    """A visit (its place in the list) and when it begins and ends."""

    visit: int
    begins_min: float
    ends_min: float


@dataclass(frozen=True, kw_only=True)
class Route:
    """One way of a team past doors of one list."""

    team: int
    door_list: DoorList
    leaves_min: float
    returns_min: float
    calls: tuple[Call, ...]


@dataclass(frozen=True, kw_only=True)
class Routes:
    """All routes by team and time, and the visits that no team can make."""

    routes: tuple[Route, ...]
    unserved: tuple[int, ...]

    @property
    def working_min(self) -> float:
        """Minutes on the way, all teams."""
        return sum(route.returns_min - route.leaves_min for route in self.routes)


def plan_routes(visits: Sequence[Visit], teams: Sequence[Team], travel_min: NDArray[np.float64], *, change_min: float, search: Search) -> Routes:
    """Plan a day of home visits.

    `travel_min[a, b]` is the way from place a to place b (places x places). `change_min` passes between a team's return from the frail and its leaving
    for people under quarantine. Serves as many frail as it can find, then as many in all, then the shortest work. Raises BadInput where a place has no
    row, a window or a shift ends before it begins, or a time is below zero.
    """
    _check(visits, teams, travel_min, change_min)
    both = sorted((at for at, team in enumerate(teams) if len(team.serves) == len(DoorList)), key=lambda at: teams[at].until_min)
    lists = {visit.door_list for visit in visits}
    reserves = range(len(both) + 1) if len(lists) == len(DoorList) else (0,)
    share = replace(search, seconds=search.seconds / len(reserves) / max(1, len(lists)))
    tries = [_attempt(visits, teams, travel_min, set(both[len(both) - reserve :]), change_min, share) for reserve in reserves]

    def rank(found: Routes) -> tuple[int, int, float]:
        return sum(visits[at].door_list is DoorList.FRAIL for at in found.unserved), len(found.unserved), found.working_min

    return min(tries, key=rank)


NEAR = 20
"""With so many neighbours of a stop moves are tried; fewer are quicker, and windows make far ones useless (docs/reference/round-forecast.md)."""


def best(data: ProblemData, stop: StoppingCriterion, seed: int) -> Solution:
    """The best solution found until told to stop."""
    params = SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=NEAR))
    return search_routes(data, stop, seed=seed, collect_stats=False, display=False, params=params).best


def _check(visits: Sequence[Visit], teams: Sequence[Team], travel_min: NDArray[np.float64], change_min: float) -> None:
    """Refuse what cannot be."""
    places = len(travel_min)
    if travel_min.shape != (places, places) or not np.isfinite(travel_min).all() or (travel_min < 0).any():
        raise BadInput(field="travel_min", value=list(travel_min.shape))
    if change_min < 0:
        raise BadInput(field="change_min", value=change_min)
    for visit in visits:
        if not 0 <= visit.place < places or visit.service_min < 0 or not 0 <= visit.from_min <= visit.until_min:
            raise BadInput(field="visit", value=visit.place)
    for team in teams:
        if not 0 <= team.base < places or not 0 <= team.from_min < team.until_min:
            raise BadInput(field="team", value=team.base)


def _attempt(
    visits: Sequence[Visit], teams: Sequence[Team], travel_min: NDArray[np.float64], reserved: Collection[int], change_min: float, search: Search
) -> Routes:
    """Plan with these teams kept for people under quarantine."""
    free = {at: team for at, team in enumerate(teams) if at not in reserved}
    frail = _of_list(visits, free, travel_min, DoorList.FRAIL, search)
    back = {route.team: route.returns_min + change_min for route in frail}
    later = {at: replace(team, from_min=max(team.from_min, back.get(at, 0.0))) for at, team in enumerate(teams)}
    routes = (*frail, *_of_list(visits, later, travel_min, DoorList.QUARANTINE, search))
    served = {call.visit for route in routes for call in route.calls}
    order = tuple(sorted(routes, key=lambda route: (route.team, route.leaves_min)))
    return Routes(routes=order, unserved=tuple(at for at in range(len(visits)) if at not in served))


def _of_list(
    visits: Sequence[Visit], teams: dict[int, Team], travel_min: NDArray[np.float64], door_list: DoorList, search: Search
) -> tuple[Route, ...]:
    """Routes past the doors of one list."""
    chosen = [at for at, visit in enumerate(visits) if visit.door_list is door_list]
    crews = [at for at, team in teams.items() if door_list in team.serves and team.from_min < team.until_min]
    if not chosen or not crews:
        return ()
    stop = MultipleCriteria([MaxRuntime(search.seconds), MaxIterations(search.iterations)])
    found = best(_problem([visits[at] for at in chosen], [teams[at] for at in crews], travel_min), stop, search.seed)
    routes = []
    for route in found.routes():
        calls = tuple(
            Call(visit=chosen[stop.idx], begins_min=stop.start_time / 60, ends_min=stop.end_time / 60)
            for stop in route.schedule()
            if stop.is_client()
        )
        if calls and route.is_feasible():
            leaves, returns = route.start_time() / 60, route.end_time() / 60
            routes.append(Route(team=crews[route.vehicle_type()], door_list=door_list, leaves_min=leaves, returns_min=returns, calls=calls))
    return tuple(routes)


def _problem(visits: Sequence[Visit], teams: Sequence[Team], travel_min: NDArray[np.float64]) -> ProblemData:
    """In seconds, rounded so that a promise is never broken by a rounding. A visit left out costs more than all work of all teams."""
    travel: Any = np.ceil(travel_min * 60).astype(np.int64)
    bases = sorted({team.base for team in teams})
    work = sum(math.ceil((team.until_min - team.from_min) * 60) for team in teams)
    clients = [
        Client(
            location=visit.place,
            service_duration=math.ceil(visit.service_min * 60),
            tw_early=math.ceil(visit.from_min * 60),
            tw_late=math.floor(visit.until_min * 60),
            prize=2 * work + 1,
            required=False,
        )
        for visit in visits
    ]
    vehicles = [
        VehicleType(
            start_depot=bases.index(team.base),
            end_depot=bases.index(team.base),
            tw_early=math.ceil(team.from_min * 60),
            tw_late=math.floor(team.until_min * 60),
            unit_distance_cost=1,
            unit_duration_cost=1,
        )
        for team in teams
    ]
    places = [Location(x=0, y=0)] * len(travel)
    return ProblemData(places, clients, [Depot(location=base) for base in bases], vehicles, [travel], [travel])
