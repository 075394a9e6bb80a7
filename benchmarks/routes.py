"""Routes against the best known ones of Solomon's 29 instances C1, R1 and RC1 (100 stops with windows; costs truncated to one decimal).

Command: `python -m benchmarks.routes [--seconds 10] [--seed 1] [names ...]`. Each line: `name value target ok|short`; the value is the percentage above
the best known cost; last the worst and the mean of all. Seconds are those of the processor, on one core: what else runs on the machine gives and takes nothing.
"""

import argparse
import json
import math
import os
import sys
import time
from pathlib import Path

from pyvrp import read

from benchmarks import calibrate
from epigrid.engine.siting.routes import best

SOLOMON = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "vrp_pyvrp" / "VRPTW" / "Solomon"
TARGET = 1.5
"""Percent above the best known, in 10 seconds."""


def known(name: str) -> float:
    """The best known cost."""
    return float((SOLOMON / f"{name}.sol").read_text(encoding="utf-8").split()[-1])


class Processor:
    """Stops after so many seconds of the processor."""

    def __init__(self, seconds: float) -> None:
        self.until = time.process_time() + seconds

    def __call__(self, best_cost: int) -> bool:
        return time.process_time() >= self.until


def above(name: str, seconds: float, seed: int) -> float:
    """Percent above the best known; infinite where the routes break a window or leave out a stop."""
    found = best(read(SOLOMON / f"{name}.vrp", round_func="dimacs"), Processor(seconds), seed)
    if not found.is_feasible() or not found.is_complete():
        return math.inf
    return 100 * (found.distance() / 10 / known(name) - 1)


def line(name: str, value: float) -> bool:
    """Print one line; whether it meets the target."""
    met = value <= TARGET
    print(f"{name} {value:.3f} {TARGET} {'ok' if met else 'short'}", flush=True)
    return met


def main() -> None:
    """Solve all; exit 1 where one is short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    names = asked.names or sorted(path.stem for path in SOLOMON.glob("*.vrp"))
    before, values = calibrate.calibrate(), []
    for name in names:
        values.append(above(name, asked.seconds, asked.seed))
        line(name, values[-1])
    met = line("worst", max(values))
    print(f"mean {sum(values) / len(values):.3f}")
    print(json.dumps({"load": os.getloadavg(), "seconds": asked.seconds, "seed": asked.seed, "calibration": before}))
    sys.exit(not met)


if __name__ == "__main__":
    main()
