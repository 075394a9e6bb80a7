"""The arithmetic of the three links, minute by minute: people through lanes into tubes, tubes onto vehicles, tubes through a laboratory."""

import heapq
import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from epigrid.engine.rounds.schemas import Laboratory, Minutes, Plan, Shift, Site, Span

Counts = NDArray[np.int64]
DAY_MIN = 1440
ENDLESS = 10**9


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """People who came, who were sampled, tubes that were ready to leave, each cumulative (sites x minutes)."""

    came: Minutes
    sampled: Minutes
    ready: Minutes


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Tubes of one site on one vehicle."""

    site: int
    laboratory: int
    leaves_min: float
    arrives_min: float
    tubes: int


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What one laboratory did: `waiting` tubes of everybody (minutes); moments and tubes of this round's plates; tubes of this round that never began."""

    waiting: Minutes
    began: tuple[tuple[int, int], ...]
    reported: tuple[tuple[float, int], ...]
    undone: int


def cumulative(events: Iterable[tuple[float, int]], horizon: int) -> Minutes:
    """How much has happened by each minute, from moments and amounts; what comes after the horizon is left out."""
    steps = np.zeros(horizon + 1)
    for moment, amount in events:
        if moment <= horizon:
            steps[max(0, math.ceil(moment))] += amount
    return np.cumsum(steps)


def ramp(time: Minutes, from_min: float, until_min: float) -> Minutes:
    """How many minutes of a stretch have passed."""
    passed: Minutes = np.clip(time - from_min, 0.0, until_min - from_min)
    return passed


def serve(came: Minutes, could: Minutes) -> Minutes:
    """Cumulative departures of a queue: D(t) = min over s <= t of came(s) + could(t) - could(s)."""
    served: Minutes = could + np.minimum.accumulate(came - could, axis=-1)
    return served


def sample(sites: Sequence[Site], horizon: int) -> Sampled:
    """Play all sites."""
    came, could = _flows(sites, horizon)
    return _sampled(sites, came, serve(came, could), could)


def sample_at_once(sites: Sequence[Site], horizon: int) -> Sampled:
    """Play all sites as if everybody found a free lane whenever he comes; tubes are filled by as many lanes as the site's largest shift has."""
    always = [Shift(from_min=0, until_min=horizon, lanes=max((shift.lanes for shift in site.shifts), default=1)) for site in sites]
    open_sites = [replace(site, shifts=(shift,)) for site, shift in zip(sites, always, strict=True)]
    came, could = _flows(open_sites, horizon)
    return _sampled(open_sites, came, came, could)


def _flows(sites: Sequence[Site], horizon: int) -> tuple[Minutes, Minutes]:
    """Who came and how many the lanes could have sampled, cumulative (sites x minutes)."""
    time = np.arange(horizon + 1, dtype=np.float64)
    came = np.zeros((len(sites), horizon + 1))
    could = np.zeros_like(came)
    for at, site in enumerate(sites):
        for wave in site.waves:
            came[at] += wave.people * ramp(time, wave.from_min, wave.until_min) / (wave.until_min - wave.from_min)
        for shift in site.shifts:
            could[at] += shift.lanes * 60 / site.seconds_per_person * ramp(time, shift.from_min, shift.until_min)
    return came, could


def _sampled(sites: Sequence[Site], came: Minutes, sampled: Minutes, could: Minutes) -> Sampled:
    """With the tubes."""
    time = np.arange(came.shape[1], dtype=np.float64)
    ready = np.stack([_ready(site, sampled[at], could[at], time) for at, site in enumerate(sites)])
    return Sampled(came=came, sampled=sampled, ready=ready)


def _ready(site: Site, sampled: Minutes, could: Minutes, time: Minutes) -> Minutes:
    """Tubes that are closed and sealed. The open tube of a lane holds (pool - 1) / 2 people on average; it is closed, however few are in it, when its
    shift ends or everybody has come."""
    closed = np.zeros(len(time))
    rate = np.maximum(np.diff(could, prepend=0.0), 1e-12)
    minutely = np.diff(sampled, prepend=0.0)
    all_done = int(np.searchsorted(sampled, site.people - 0.5))
    for shift in site.shifts:
        own = shift.lanes * 60 / site.seconds_per_person * np.diff(ramp(time, shift.from_min, shift.until_min), prepend=0.0)
        per_lane = np.cumsum(minutely * np.minimum(own / rate, 1.0)) / shift.lanes
        in_open = (site.pool_size - 1) / 2
        full = np.maximum(0.0, per_lane - in_open) / site.pool_size
        end = min(all_done, math.ceil(shift.until_min))
        last = np.minimum(1.0, per_lane) * (site.pool_size - 1) / site.pool_size * (time >= end)
        closed += shift.lanes * (full + last)
    sealed: Minutes = np.interp(time - site.sealing_min, time, closed, left=0.0)
    return sealed


def send(plan: Plan, ready: Minutes) -> list[Delivery]:
    """Load the vehicles in order of time."""
    taken = [0] * len(plan.sites)
    boxes = [trip.boxes for trip in plan.trips]
    found = []
    for leaves, number, site in sorted((stop.leaves_min, number, stop.site) for number, trip in enumerate(plan.trips) for stop in trip.stops):
        trip = plan.trips[number]
        there = math.floor(float(ready[site, min(int(leaves), plan.horizon_min)]) + 0.5) - taken[site] if leaves >= 0 else 0
        tubes = min(there, boxes[number] * plan.tubes_per_box)
        if tubes > 0:
            taken[site] += tubes
            boxes[number] -= -(-tubes // plan.tubes_per_box)
            found.append(Delivery(site=site, laboratory=trip.laboratory, leaves_min=leaves, arrives_min=trip.arrives_min, tubes=tubes))
    return found


def send_at_once(plan: Plan, ready: Minutes) -> list[Delivery]:
    """Send each tube when it is sealed, on the way of its site's first trip."""
    way: dict[int, tuple[int, float]] = {}
    for trip in plan.trips:
        for stop in trip.stops:
            way.setdefault(stop.site, (trip.laboratory, trip.arrives_min - stop.leaves_min))
    found = []
    for site, (laboratory, travel) in way.items():
        new = np.diff(np.floor(ready[site] + 0.5), prepend=0.0).astype(np.int64)
        for minute in np.flatnonzero(new).tolist():
            found.append(Delivery(site=site, laboratory=laboratory, leaves_min=minute, arrives_min=minute + travel, tubes=int(new[minute])))
    return found


def never_short(laboratory: Laboratory, horizon: int) -> Laboratory:
    """The laboratory as if every tube found a machine at once."""
    return replace(laboratory, tubes_per_day=ENDLESS, machines=ENDLESS, open=(Span(from_min=0, until_min=horizon + 1),), plate_wait_min=0)


class Bench:
    """A laboratory at work: queues by priority, machines, the day's count. One minute after the other."""

    def __init__(self, laboratory: Laboratory) -> None:
        self.laboratory = laboratory
        self.queues: dict[int, deque[list[float]]] = {}
        self.waiting = 0
        self.busy_until: list[float] = []
        self.day, self.today = 0, 0

    def arrive(self, minute: int, tubes: int, priority: int, own: bool) -> None:
        """Tubes are ready for a plate."""
        self.queues.setdefault(priority, deque()).append([minute, tubes, own])
        self.waiting += tubes

    def room(self, minute: int) -> int:
        """How many tubes may begin in this minute."""
        lab = self.laboratory
        while self.busy_until and self.busy_until[0] <= minute:
            heapq.heappop(self.busy_until)
        day = math.floor((minute - lab.day_turns_min) / DAY_MIN)
        if day != self.day:
            self.day, self.today = day, 0
        if len(self.busy_until) >= lab.machines or not any(span.from_min <= minute < span.until_min for span in lab.open):
            return 0
        room = min(lab.plate_tubes, self.waiting, lab.tubes_per_day - self.today)
        oldest = min((queue[0][0] for queue in self.queues.values() if queue), default=minute)
        return room if room == lab.plate_tubes or minute - oldest >= lab.plate_wait_min or room < self.waiting else 0

    def begin(self, minute: int, tubes: int) -> int:
        """Put tubes on a plate, the first priority first; how many of them are this round's."""
        heapq.heappush(self.busy_until, minute + self.laboratory.cycle_min)
        self.today += tubes
        self.waiting -= tubes
        own = 0
        for priority in sorted(self.queues):
            queue = self.queues[priority]
            while queue and tubes:
                took = int(min(tubes, queue[0][1]))
                own += took if queue[0][2] else 0
                tubes -= took
                queue[0][1] -= took
                if not queue[0][1]:
                    queue.popleft()
        return own


def run_laboratory(laboratory: Laboratory, arriving: Iterable[tuple[float, int]], plan: Plan) -> Tested:
    """Play one laboratory, from its bookings and the round's deliveries (moment, tubes)."""
    coming: dict[int, dict[tuple[int, bool], int]] = {}
    loads = [(moment, tubes, plan.priority, True) for moment, tubes in arriving]
    loads += [(booking.arrives_min, booking.tubes, booking.priority, False) for booking in laboratory.booked if booking.tubes]
    for moment, tubes, priority, own in loads:
        together = coming.setdefault(max(0, math.ceil(moment + laboratory.intake_min)), {})
        together[priority, own] = together.get((priority, own), 0) + tubes
    bench = Bench(laboratory)
    queue = np.zeros(plan.horizon_min + 1)
    began: list[tuple[int, int]] = []
    for minute in range(plan.horizon_min + 1):
        for (priority, own), tubes in coming.get(minute, {}).items():
            bench.arrive(minute, tubes, priority, own)
        while bench.waiting and (room := bench.room(minute)):
            if own_tubes := bench.begin(minute, room):
                began.append((minute, own_tubes))
        queue[minute] = bench.waiting
    lasts = laboratory.cycle_min + laboratory.report_min
    undone = sum(tubes for _, tubes, _, own in loads if own) - sum(tubes for _, tubes in began)
    return Tested(waiting=queue, began=tuple(began), reported=tuple((minute + lasts, tubes) for minute, tubes in began), undone=undone)
