"""`python -m benchmarks.load --scale small|district [--kills N]`: the night on the database of `DATABASE_URL` (SQLite without); the last line counts."""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import calibrate
from benchmarks.load import counting, district, full_disk
from benchmarks.load.house import House
from benchmarks.load.phones import Night, Phone
from epigrid.interfaces import startup


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large the night is."""

    people: int
    phones: int
    kills: int


SCALES = {
    "mini": Scale(people=5_000, phones=12, kills=2),
    "small": Scale(people=20_000, phones=100, kills=4),
    "district": Scale(people=500_000, phones=100, kills=20),
}
RATE, P99 = 300.0, 1.0
"""Targets of the load: registrations a second sustained, and the 99th percentile of a batch in seconds."""
FULL_FOR = 5.0
"""Seconds for which the disk is full: no file can grow (SQLite: of the server's; PostgreSQL: of the database's)."""


def main() -> None:
    """Make the district, let the night happen, count; exit code 1 when anything was lost, doubled or contradicts a law."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--scale", choices=list(SCALES), default="small")
    parser.add_argument("--kills", type=int, help="SIGKILLs of server and worker at random moments")
    chosen = parser.parse_args()
    scale = SCALES[chosen.scale]
    kills = scale.kills if chosen.kills is None else chosen.kills
    folder = Path(tempfile.mkdtemp(prefix="epigrid-load-"))
    startup.fresh_database(folder, "load")
    os.environ["EPIGRID_VAR"] = str(folder)
    startup.prepare_fresh()
    startup.ensure_keys(demo=True)
    before = calibrate.calibrate()
    ground = district.make(people=scale.people, phones=scale.phones)
    print(json.dumps({"scale": chosen.scale, "people": ground.people, "phones": scale.phones, "seconds": ground.seconds}), flush=True)
    night, measured = _night(ground, folder, kills)
    found = counting.count(night, ground.round_id, ground.people)
    surroundings = {"calibration": before, "load": os.getloadavg(), "cores": os.cpu_count(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    print(json.dumps(measured | surroundings))
    _show(measured, found, night)
    if found.lost or found.doubled or found.broken or found.found != found.acknowledged or measured["parked"]:
        raise SystemExit(1)


def _night(ground: district.District, folder: Path, kills: int) -> tuple[Night, dict[str, Any]]:
    from django.db import connections

    connections.close_all()
    house = House(folder)
    house.open()
    night = Night(port=house.port, round_id=ground.round_id, area=ground.area)
    phones = [Phone(night, number, *own) for number, own in enumerate(zip(ground.sessions, ground.tubes, strict=True))]
    began = time.monotonic()
    for phone in phones:
        phone.start()
    down, disk = _troubles(house, phones, folder, kills)
    for phone in phones:
        phone.join()
    seconds = time.monotonic() - began
    quiet = _quiet()
    house.close()
    return night, _measures(night, house, seconds, down, quiet) | {"disk": disk}


def _troubles(house: House, phones: list[Phone], folder: Path, kills: int) -> tuple[list[tuple[float, float]], str]:
    """Kill the house so many times while the phones work, spread over the night; once its disk is full.

    Returns when there was no house (from, until), and what became of the disk.
    """
    rng, down, disk = random.Random(1), [], "not filled: no kill in the middle"
    all_tubes = sum(len(phone.queue) for phone in phones)
    moments = sorted(rng.uniform(0.05, 0.9) for _ in range(kills))
    for number, moment in enumerate(moments):
        while any(phone.is_alive() for phone in phones) and sum(len(phone.queue) for phone in phones) > all_tubes * (1 - moment):
            time.sleep(0.05)
        if not any(phone.is_alive() for phone in phones):
            break
        began = time.monotonic()
        house.kill()
        database = next(iter(folder.rglob("*.sqlite3")), None)
        middle = number == kills // 2
        if middle and database is not None:
            house.open(largest_file=database.stat().st_size + 200_000)
            time.sleep(FULL_FOR)
            house.kill()
            disk = f"full for {FULL_FOR:.0f} s"
        house.open()
        if middle and database is None:
            disk = full_disk.fill(FULL_FOR)
        down.append((began, time.monotonic()))
    return down, disk


def _quiet() -> dict[str, Any]:
    """Wait until the worker has heard everything; how long that took after the last acknowledgement, and how many facts are parked."""
    from epigrid.playbooks import runner
    from epigrid.store.models import Fact, RunnerCursor

    began = time.monotonic()
    while Fact.objects.filter(position=None).exists() or Fact.objects.filter(position__gt=RunnerCursor.objects.get().position).exists():
        time.sleep(0.5)
    return {"worker_after_s": time.monotonic() - began, "parked": len(runner.parked())}


def _measures(night: Night, house: House, seconds: float, down: list[tuple[float, float]], quiet: dict[str, Any]) -> dict[str, Any]:
    """Times of batches are of those that were sent while there was a server; the others waited for it to start."""
    starting = [took for sent, took in night.answered if any(begin <= sent <= end for begin, end in down)]
    ordered = sorted(took for sent, took in night.answered if not any(begin <= sent <= end for begin, end in down))
    away = sum(end - begin for begin, end in down)
    registered = sum(map(len, night.acknowledged.values()))
    return {
        "registered": registered,
        "seconds": round(seconds, 1),
        "without_server_s": round(away, 1),
        "registrations_per_s": registered / (seconds - away),
        "batches": len(night.answered),
        "longest_while_starting_s": max(starting, default=0.0),
        "batch_median_s": statistics.median(ordered),
        "batch_p99_s": ordered[int(0.99 * (len(ordered) - 1))],
        "told_busy": night.busy,
        "unanswered": night.unanswered,
        "failed": night.failed,
        "kills": house.kills,
        **quiet,
    }


def _show(measured: dict[str, Any], found: counting.Found, night: Night) -> None:
    for reason, times in sorted(counting.refusals(night).items()):
        print(f"refused {times} times: {reason}")
    for law in found.broken:
        print(f"BROKEN: {law}")
    print(f"registrations_per_s {measured['registrations_per_s']:.0f} {RATE:.0f} {_ok(measured['registrations_per_s'] >= RATE)}")
    print(f"batch_p99_s {measured['batch_p99_s']:.2f} {P99:.0f} {_ok(measured['batch_p99_s'] <= P99)}")
    print(f"acknowledged {found.acknowledged}, found {found.found}, doubled {found.doubled}, lost {found.lost}")


def _ok(reached: bool) -> str:
    return "ok" if reached else "short"


if __name__ == "__main__":
    main()
