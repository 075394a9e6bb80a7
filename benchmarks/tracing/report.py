"""The tables that a run prints."""

import json
import math
import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.tracing.cases import SETS
from benchmarks.tracing.harness import p95
from benchmarks.tracing.scales import SCALES

COLUMNS = ("build_s", *(f"{many}_{what}_s" for many in SETS for what in ("median", "p95")), "build_gb", "ask_gb")


def show(run: Mapping[str, Any]) -> None:
    """Engines, further measures, growth, and how the machine was."""
    print(f"\n{'engine':<16}" + "".join(f"{name:>16}" for name in COLUMNS) + "  note")
    for line in run["table"]:
        print(f"{line['engine']:<16}" + "".join(f"{_number(line.get(name)):>16}" for name in COLUMNS) + f"  {line['note']}")
    for many, figures in run["oracles"].items():
        print(
            f"oracle {many}: pairs {figures[0]}, seconds {figures[1]}, distinct contacts {figures[2]}, meetings {figures[3]} (set 1: its first case)"
        )
    if run["measured"]:
        _measures(run["measured"])
    _growth(run)
    print(
        f"\nload average before {run['load_before']}, after {run['load_after']}; calibration {run['calibration']}, after {run['calibration_after']}"
    )
    if run["scale"] != "city":
        print("The targets are those of the city; the lines below hold this size to them.")


def _measures(found: Mapping[str, Any]) -> None:
    cold, pair = found["cold"], found["tenth"]["hops"]
    for line in (
        f"cold: median {statistics.median(cold['seconds']) * 1e3:.2f} ms, {statistics.median(cold['read_bytes']) / 1e3:.0f} kB read from the disk per case",
        f"evidence of one pair: median {statistics.median(found['evidence_s']) * 1e3:.3f} ms, p95 {p95(found['evidence_s']) * 1e3:.3f} ms",
        f"100 cases with ranked rows: median {statistics.median(found['ranked_100_s']) * 1e3:.1f} ms",
        f"all hops: {found['hops']['reached'][0]} people reached in {statistics.median(found['hops']['seconds']):.3f} s",
        f"all hops on {found['tenth']['scale']}: index {statistics.median(pair['index']['seconds']):.3f} s, DuckDB {pair['duckdb']['seconds'][0]:.1f} s, equal",
        f"new day of {found['new_day']['rows']} rows: {statistics.median(found['new_day']['seconds']):.2f} s",
        f"memory of the index's process after the sets: {found['memory_gb']['now']:.2f} GB, peak {found['memory_gb']['peak']:.2f} GB",
        f"bandwidth: {json.dumps(found['bandwidth'])}",
    ):
        print(line)


def _growth(run: Mapping[str, Any]) -> None:
    """Our index and DuckDB at all sizes that were run whole, this run for its own size."""
    print(f"\ngrowth{'':<10}{'engine':<10}" + "".join(f"{name:>14}" for name in ("rows", "build_s", "1_s", "100_s", "10000_s")))
    for scale in SCALES.values():
        kept = scale.folder / "run.json"
        found: Any = run if run["scale"] == scale.name else json.loads(kept.read_text()) if kept.exists() else None
        for line in found["table"] if found else ():
            if line["engine"] in ("index", "duckdb"):
                figures = [found["log"]["rows"], line["build_s"], *(line.get(f"{many}_median_s") for many in SETS)]
                print(f"{scale.name:<16}{line['engine']:<10}" + "".join(f"{_number(figure):>14}" for figure in figures))


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.4g}"
