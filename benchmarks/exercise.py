"""Times the exercise, and the system's two answers that people wait for, with the exercise's own 4,035 people and with 100,000 residents in the register.

Command: `make bench`, on SQLite or on the PostgreSQL given by DATABASE_URL. Prints a table and one JSON line. Each answer is measured `REPEATS` times,
every time by a forked process on a copy of the database as it stood before.
"""

import argparse
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import calibrate
from epigrid.interfaces import startup

REPEATS = 5
LIMITS = {"exercise": 60.0, "positive": 2.0, "confirmation": 2.0, "tick": 1.0}
"""Seconds on 2 cores. The clock's own tick comes every second, so it must be done within one."""
ASKED_BEFORE = {"tube_is_positive": ("positive", "tick"), "confirm_case": ("confirmation",)}
"""Acts of the exercise before which answers are measured."""
RESIDENTS = (0, 100_000)
"""Register sizes: the exercise's own people, and the bench's city."""


def copy_database(number: int) -> str:
    """Copy the database as it stands now and return the copy's name; nobody is connected to it."""
    from django.db import connections

    name = str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    if connections["default"].vendor == "sqlite":
        copy = f"{name}.{number}"
        shutil.copyfile(name, copy)
        return copy
    import psycopg
    from psycopg import sql

    copy = f"{name}_{number}"
    with psycopg.connect(os.environ["BENCH_SERVER_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(name)))
    return copy


def drop_database(name: str) -> None:
    """Remove a copy."""
    from django.db import connections

    if connections["default"].vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
        return
    import psycopg
    from psycopg import sql

    with psycopg.connect(os.environ["BENCH_SERVER_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def measured(work: Callable[[], None]) -> list[tuple[float, int]]:
    """Seconds and number of statements of the work, each time in a process of its own on a copy of the database."""
    fork = multiprocessing.get_context("fork")
    found = []
    for number in range(REPEATS):
        copy = copy_database(number)
        mine, theirs = fork.Pipe()
        process = fork.Process(target=_timed, args=(copy, work, theirs))
        process.start()
        theirs.close()
        found.append(mine.recv())
        process.join()
        drop_database(copy)
    return found


def _timed(copy: str, work: Callable[[], None], line: Any) -> None:
    from django.db import connection

    connection.settings_dict["NAME"] = copy
    connection.ensure_connection()
    statements = 0

    def counting(execute: Any, *call: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*call)

    with connection.execute_wrapper(counting):
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
    line.send((seconds, statements))
    connection.close()


def run(residents: int) -> dict[str, Any]:
    """The exercise with so many residents in the register (0: its own only); the answers are measured on the way."""
    startup.prepare_fresh()
    startup.ensure_keys(demo=True)
    from benchmarks import answers, city
    from epigrid.command.exercises.formats import load_plan
    from epigrid.interfaces.demo import plan_path
    from epigrid.playbooks.exercise import run as exercise

    found: dict[str, list[tuple[float, int]]] = {}
    beside = 0.0
    plain = exercise.act

    def act(name: str) -> Any:
        inner, asked = plain(name), ASKED_BEFORE.get(name, ())

        def measured_act(stage: exercise.Stage, **more: Any) -> None:
            nonlocal beside
            began = time.monotonic()
            if asked and residents:
                city.grow(stage, people=residents)
            for key in asked:
                found[key] = measured(partial(getattr(answers, key), stage))
            beside += time.monotonic() - began
            inner(stage, **more)

        return measured_act

    exercise.act = act
    outcome = exercise.perform(load_plan(plan_path("huaiyuan")), tree="bench", until="5" if residents else "", say=lambda _line: None)
    if not residents and not outcome.held:
        raise SystemExit(f"broken: {[law.name for law in outcome.laws if not law.held]}")
    return {"exercise": [] if residents else [(outcome.seconds - beside, 0)], **found}


def row(name: str, residents: int, runs: list[tuple[float, int]]) -> dict[str, Any]:
    """One line of the table."""
    median = statistics.median(seconds for seconds, _ in runs)
    return {
        "what": name,
        "residents": residents or 4_035,
        "runs": len(runs),
        "median_s": round(median, 3),
        "worst_s": round(max(seconds for seconds, _ in runs), 3),
        "limit_s": LIMITS[name],
        "of_limit": round(median / LIMITS[name], 3),
        "statements": runs[0][1],
    }


def machine() -> str:
    """The processor's name, where the system tells it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    """Run one size in this process (`--residents`), or all of them, each in a process of its own, and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=-1)
    chosen = parser.parse_args().residents
    if chosen >= 0:
        os.environ["BENCH_SERVER_URL"] = os.environ.get("DATABASE_URL", "")
        startup.fresh_database(Path(tempfile.mkdtemp(prefix="epigrid-bench-")), f"bench_{chosen}")
        print(json.dumps(run(chosen)))
        return
    before = calibrate.calibrate()
    rows = []
    for residents in RESIDENTS:
        command = [sys.executable, "-m", "benchmarks.exercise", "--residents", str(residents)]
        one = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - this very module
        rows += [row(name, residents, runs) for name, runs in json.loads(one.stdout.splitlines()[-1]).items() if runs]
    columns = list(rows[0])
    for line in [dict.fromkeys(columns, ""), *rows]:
        print("  ".join(f"{line[name] or name!s:>14}" for name in columns))
    surroundings = {
        "database": os.environ.get("DATABASE_URL", "sqlite").split(":")[0],
        "cores": os.cpu_count(),
        "machine": machine(),
        "python": platform.python_version(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "calibration": before,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "make bench",
    }
    print(json.dumps({"rows": rows, **surroundings}))


if __name__ == "__main__":
    main()
