"""The forecast of a round, timed for a district and compared with simulated days.

Command: `python -m benchmarks.rounds [--days 10]`. Lines `name value target ok|short`: seconds of the processor for the forecast of 500,000 people, then for
each invented round of 25,000 (12,000, 50,000) the worst of so many simulated days in per cent: queue of the busiest hour, all waiting together, the shape
hour by hour, the last result. Last one simulated day of 500,000, without target.
"""

import argparse
import sys
import time
from dataclasses import replace

import numpy as np

from benchmarks import calibrate
from epigrid.engine.rounds.forecast import Forecast, forecast
from epigrid.engine.rounds.remedies import what_holds
from epigrid.engine.rounds.schemas import Booking, Minutes, Plan
from epigrid.engine.rounds.simulation import Day, Spread, simulate
from tests.engine.rounds.plans import LABORATORY, plan

USUAL = Spread(service=0.4, travel=0.3, cycle=0.05)
DISTRICT = plan(sites=200, laboratory=replace(LABORATORY, tubes_per_day=50_000, machines=60), window_end_min=1000)
ROUNDS = {
    "laboratory-short": plan(sites=10),
    "lanes-short": plan(sites=10, people=1200, lanes=2, laboratory=replace(LABORATORY, machines=2, tubes_per_day=2000)),
    "another-round-first": plan(sites=10, laboratory=replace(LABORATORY, booked=(Booking(arrives_min=30, tubes=900, priority=0),))),
    "fifty-thousand": plan(),
}
MEASURES = ("busiest-hour", "all-waiting", "shape", "last-result")


def hourly(queue: Minutes) -> Minutes:
    """Means of the hours."""
    means: Minutes = queue[1:].reshape(-1, 60).mean(axis=1)
    return means


def errors(told: Forecast, day: Day) -> list[float]:
    """The four measures in per cent of the simulated day."""
    queue, real = hourly(told.laboratory_waiting[0]), hourly(day.waiting[0])
    pairs = ((queue.max(), real.max()), (queue.sum(), real.sum()), (told.outcome.finish_min, day.finish_min))
    busiest, waiting, finish = (100 * abs(ours / theirs - 1) for ours, theirs in pairs)
    return [busiest, waiting, 100 * float(np.abs(queue - real).sum() / real.sum()), finish]


def line(name: str, value: float, target: float) -> bool:
    """Print one line; whether it meets the target."""
    print(f"{name} {value:.3f} {target} {'ok' if value <= target else 'short'}", flush=True)
    return value <= target


def worst(round_: Plan, days: int) -> list[float]:
    """The worst of so many days for each measure."""
    told = forecast(round_)
    return [float(value) for value in np.max([errors(told, simulate(round_, USUAL, seed)) for seed in range(days)], axis=0)]


def main() -> None:
    """Measure all; exit 1 where one is short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=10)
    asked = parser.parse_args()
    print(calibrate.calibrate())
    begun = time.process_time()
    forecast(DISTRICT)
    met = [line("forecast-500000-s", time.process_time() - begun, 1)]
    begun = time.process_time()
    what_holds(DISTRICT)
    print(f"what-more-500000-s {time.process_time() - begun:.3f}")
    for name, round_ in ROUNDS.items():
        for measure, value in zip(MEASURES, worst(round_, asked.days), strict=True):
            met.append(line(f"{name}-{measure}", value, 10))
    begun = time.process_time()
    found = errors(forecast(DISTRICT), simulate(DISTRICT, USUAL, 1))
    print(
        f"simulation-500000-s {time.process_time() - begun:.1f}", *(f"{measure} {value:.3f}" for measure, value in zip(MEASURES, found, strict=True))
    )
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
