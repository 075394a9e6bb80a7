"""Runs the benchmark: `python -m benchmarks.tracing --scale small|tenth|city [--engines a,b] [--sets 1,100] [--limit SECONDS] [--reuse]`."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from benchmarks import calibrate
from benchmarks.exercise import machine
from benchmarks.tracing import harness, report
from benchmarks.tracing.cases import SETS
from benchmarks.tracing.engines import ENGINES
from benchmarks.tracing.extras import Extras
from benchmarks.tracing.generator import log
from benchmarks.tracing.scales import SCALES, Scale
from benchmarks.tracing.targets import lines
from benchmarks.tracing.worker import LIMIT


def main() -> None:
    """Build, ask, compare, print; exit code 1 where two engines differ."""
    chosen = _arguments()
    scale = SCALES[chosen.scale]
    found: dict[str, Any] = {"scale": scale.name, "at": datetime.now(UTC).isoformat(), "machine": machine(), "command": " ".join(sys.argv[1:])}
    found |= {"load_before": os.getloadavg(), "calibration": calibrate.calibrate()}
    written = log(scale)
    found["log"] = {"people": scale.people, "places": scale.places, "rows": sum(written.rows.values()), "days": len(written.rows)}
    print(json.dumps(found), flush=True)
    try:
        found |= run(scale, chosen.engines, chosen.sets, reuse=chosen.reuse, limit=chosen.limit)
    except harness.Differs as error:
        print(f"ENGINES DIFFER: {error}")
        sys.exit(1)
    found |= {"load_after": os.getloadavg(), "calibration_after": calibrate.calibrate()}
    whole = set(chosen.engines) == set(ENGINES) and set(chosen.sets) == set(SETS)
    (scale.folder / ("run.json" if whole else "run-part.json")).write_text(json.dumps(found, indent=1))
    report.show(found)
    print("\n".join(lines(found["values"])))


def run(scale: Scale, names: Sequence[str], sets: Sequence[int], *, reuse: bool, limit: float) -> dict[str, Any]:
    """The table of the engines, the further measures of our index, and the values that the targets are held to."""
    workers, builds = {}, []
    try:
        for name in names:
            worker, built = harness.build(name, scale, reuse=reuse)
            builds.append(built)
            print(f"{name}: built in {built.seconds:.2f} s, {built.peak_gb:.2f} GB {built.note}", flush=True)
            if worker is not None:
                workers[name] = worker
        rows = []
        for many in sets:
            asked = harness.ask_all(workers, scale, many, limit=limit)
            print(f"set {many}: {len(workers)} engines agree" if len(workers) > 1 else f"set {many}: one engine, nothing to compare")
            print("".join(f"  {row.engine}: median {row.median:.4g} s, p95 {row.p95:.4g} s {row.note}\n" for row in asked), flush=True)
            rows += asked
        table = harness.table(rows, builds, workers)
        extras = Extras(scale, workers, rows)
        measured = extras.measure() if "index" in workers else {}
    finally:
        for worker in workers.values():
            worker.close()
    oracles = {str(row.many): list(row.oracles[0]) for row in rows if row.oracles}
    return {"table": table, "oracles": oracles, "measured": measured, "values": extras.values(measured)}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracing", description=__doc__)
    parser.add_argument("--scale", choices=list(SCALES), default="small")
    parser.add_argument("--engines", type=_names, default=list(ENGINES), help="some of: " + ",".join(ENGINES))
    parser.add_argument("--sets", type=_sets, default=list(SETS), help="some of: " + ",".join(map(str, SETS)))
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds after which an answer is no longer waited for")
    parser.add_argument("--reuse", action="store_true", help="open indexes that stand already; their build seconds are then those of opening")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := set(names) - set(ENGINES):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def _sets(text: str) -> list[int]:
    sets = [int(part) for part in text.split(",") if part]
    if set(sets) - set(SETS):
        raise argparse.ArgumentTypeError(f"sets are {', '.join(map(str, SETS))}")
    return sets


if __name__ == "__main__":
    main()
