"""The same round played by events, person by person, with random times: the independent check of the forecast.

It shares the words of `schemas` and nothing of the arithmetic of `stages`: people come one by one, each lane is a process that fills tubes, each
vehicle and each plate runs. Built on simpy. 50,000 people take about two seconds.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy

from epigrid.engine.rounds.schemas import Laboratory, Minutes, Plan, Shift, Site, Trip, not_negative

Events = Generator[simpy.Event, object, None]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How much times vary: standard deviation over mean. Gamma distributed; 0 = exact. Arrivals within a wave are uniform and independent."""

    service: float
    travel: float
    cycle: float

    def __post_init__(self) -> None:
        not_negative(service=self.service, travel=self.travel, cycle=self.cycle)


@dataclass(frozen=True, kw_only=True)
class Day:
    """What happened on a simulated day, cumulative by minute; `waiting` for each laboratory the tubes of all rounds ready for a plate at each minute."""

    came: Minutes
    sampled: Minutes
    ready: Minutes
    sent: Minutes
    received: Minutes
    began: Minutes
    reported: Minutes
    waiting: tuple[Minutes, ...]
    tubes: tuple[int, ...]
    """How many people each tube holds, as closed."""
    finish_min: float
    """The last result; 0 without any."""


class _World:
    """One simulated day: the clock, chance, and what is written down."""

    def __init__(self, plan: Plan, spread: Spread, seed: int) -> None:
        self.plan, self.spread = plan, spread
        self.env = simpy.Environment()
        self.chance = np.random.default_rng(seed)
        self.steps: dict[str, list[tuple[float, int]]] = {name: [] for name in ("came", "sampled", "ready", "sent", "received", "began", "reported")}
        self.tubes: list[int] = []
        self.benches = [_Bench(self, laboratory) for laboratory in plan.laboratories]
        self.tables = [_Tables(self, site) for site in plan.sites]

    def note(self, name: str, amount: int = 1) -> None:
        """Write down that something happened now."""
        self.steps[name].append((self.env.now, amount))

    def vary(self, mean: float, spread: float) -> float:
        """A random time with this mean."""
        return mean if not spread or not mean else float(self.chance.gamma(1 / spread**2, mean * spread**2))

    def drive(self, trip: Trip) -> Events:
        """One vehicle."""
        boxes, loaded = trip.boxes, 0
        for stop in trip.stops:
            yield self.env.timeout(max(0.0, stop.leaves_min - self.env.now))
            ready = self.tables[stop.site]
            tubes = min(ready.sealed, boxes * self.plan.tubes_per_box)
            ready.sealed -= tubes
            boxes -= math.ceil(tubes / self.plan.tubes_per_box)
            loaded += tubes
            self.note("sent", tubes)
        yield self.env.timeout(self.vary(trip.arrives_min - trip.stops[-1].leaves_min, self.spread.travel))
        self.note("received", loaded)
        self.env.process(self.benches[trip.laboratory].take_in(loaded, self.plan.priority, True))


class _Tables:
    """A site: people in one queue, lanes that call the next."""

    def __init__(self, world: _World, site: Site) -> None:
        self.world, self.site = world, site
        self.queue = simpy.Store(world.env)
        self.sealed, self.left = 0, site.people
        self.everybody = world.env.event()
        world.env.process(self.people_come())
        for shift in site.shifts:
            for _ in range(shift.lanes):
                world.env.process(self.lane(shift))

    def people_come(self) -> Events:
        moments = np.concatenate([np.empty(0), *(self.world.chance.uniform(wave.from_min, wave.until_min, wave.people) for wave in self.site.waves)])
        for moment in np.sort(moments).tolist():
            yield self.world.env.timeout(max(0.0, moment - self.world.env.now))
            self.world.note("came")
            yield self.queue.put(moment)

    def lane(self, shift: Shift) -> Events:
        env, held = self.world.env, 0
        yield env.timeout(shift.from_min)
        closing = env.timeout(shift.until_min - shift.from_min)
        while env.now < shift.until_min and self.left:
            person = self.queue.get()
            yield person | closing | self.everybody
            if not person.triggered:
                person.cancel()
                break
            yield env.timeout(self.world.vary(self.site.seconds_per_person / 60, self.world.spread.service))
            self.world.note("sampled")
            held += 1
            self.left -= 1
            if not self.left:
                self.everybody.succeed()
            if held == self.site.pool_size:
                env.process(self.seal(held))
                held = 0
        if held:
            env.process(self.seal(held))

    def seal(self, held: int) -> Events:
        self.world.tubes.append(held)
        yield self.world.env.timeout(self.site.sealing_min)
        self.sealed += 1
        self.world.note("ready")


class _Bench:
    """A laboratory: tubes wait by priority and arrival; a machine takes a plate when it is full or has waited long enough."""

    def __init__(self, world: _World, laboratory: Laboratory) -> None:
        self.world, self.laboratory = world, laboratory
        self.tubes: list[tuple[int, float, bool]] = []
        self.free, self.today = laboratory.machines, 0
        self.queue: list[tuple[float, int]] = []
        for booking in laboratory.booked:
            world.env.process(self.booked(booking.arrives_min, booking.tubes, booking.priority))
        for span in laboratory.open:
            world.env.process(self.wake(span.from_min))
        world.env.process(self.midnights())

    def booked(self, arrives_min: float, tubes: int, priority: int) -> Events:
        yield self.world.env.timeout(arrives_min)
        yield self.world.env.process(self.take_in(tubes, priority, False))

    def midnights(self) -> Events:
        yield self.world.env.timeout(self.laboratory.day_turns_min % 1440)
        while True:
            self.today = 0
            self.start()
            yield self.world.env.timeout(1440)

    def wake(self, moment: float) -> Events:
        yield self.world.env.timeout(max(0.0, moment - self.world.env.now))
        self.start()

    def take_in(self, tubes: int, priority: int, own: bool) -> Events:
        yield self.world.env.timeout(self.laboratory.intake_min)
        now = self.world.env.now
        self.tubes.extend([(priority, now, own)] * tubes)
        self.tubes.sort()
        self.queue.append((now, len(self.tubes)))
        self.start()
        yield self.world.env.process(self.wake(now + self.laboratory.plate_wait_min))

    def start(self) -> None:
        """Begin every plate that may begin now."""
        lab, now = self.laboratory, self.world.env.now
        while self.tubes and self.free and any(span.from_min <= now < span.until_min for span in lab.open):
            room = min(lab.plate_tubes, lab.tubes_per_day - self.today)
            waited = now - min(moment for _, moment, _ in self.tubes) >= lab.plate_wait_min - 1e-6
            if not room or (len(self.tubes) < room and not waited):
                return
            plate, self.tubes = self.tubes[:room], self.tubes[room:]
            self.free -= 1
            self.today += len(plate)
            self.queue.append((now, len(self.tubes)))
            self.world.env.process(self.run(sum(own for _, _, own in plate)))

    def run(self, own: int) -> Events:
        self.world.note("began", own)
        yield self.world.env.timeout(self.world.vary(self.laboratory.cycle_min, self.world.spread.cycle))
        self.free += 1
        self.start()
        yield self.world.env.timeout(self.laboratory.report_min)
        self.world.note("reported", own)


def simulate(plan: Plan, spread: Spread, seed: int) -> Day:
    """Play the plan once with random times. The same seed gives the same day."""
    world = _World(plan, spread, seed)
    for trip in plan.trips:
        world.env.process(world.drive(trip))
    world.env.run(until=plan.horizon_min + 1e-6)
    curves = {name: _sum(steps, plan.horizon_min) for name, steps in world.steps.items()}
    finish = max((moment for moment, own in world.steps["reported"] if own), default=0.0)
    waiting = tuple(_last(bench.queue, plan.horizon_min) for bench in world.benches)
    return Day(**curves, waiting=waiting, tubes=tuple(world.tubes), finish_min=finish)


def _sum(steps: list[tuple[float, int]], horizon: int) -> Minutes:
    """Cumulative amounts at each minute."""
    moments, amounts = np.array(steps, np.float64).reshape(-1, 2).T
    total = np.concatenate([[0.0], np.cumsum(amounts)])
    found: Minutes = total[np.searchsorted(moments, np.arange(horizon + 1), side="right")]
    return found


def _last(levels: list[tuple[float, int]], horizon: int) -> Minutes:
    """The level that held at each minute."""
    moments, values = np.array([(0.0, 0), *levels], np.float64).T
    found: Minutes = values[np.searchsorted(moments, np.arange(horizon + 1), side="right") - 1]
    return found
