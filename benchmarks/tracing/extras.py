"""The further measures in their order, and the values that the targets are held to."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.tracing import door, hops, measures
from benchmarks.tracing.cases import SINGLES, cases
from benchmarks.tracing.harness import Row, p95
from benchmarks.tracing.scales import SCALES, Scale
from benchmarks.tracing.worker import Worker, ask, prepare


class Extras:
    """Measures of our index after the sets; `workers` run already."""

    def __init__(self, scale: Scale, workers: Mapping[str, Worker], rows: Sequence[Row]) -> None:
        self.scale, self.workers = scale, workers
        self.rows = {(row.engine, row.many): row for row in rows}

    def measure(self) -> dict[str, Any]:
        """Everything that is measured beside the sets. The memory is read first: what the sets needed, not what the measures need."""
        index = self.workers["index"]
        found: dict[str, Any] = {"memory_gb": index.run(measures.memory)}
        found["evidence_s"] = index.run(measures.evidence)
        found["ranked_100_s"] = index.run(measures.ranked)
        found["hops"] = index.run(hops.ours)
        found["cold"] = index.run(measures.cold)
        found["new_day"] = index.run(measures.new_day)
        found["http_s"] = door.seconds(self.scale.folder / "index", cases(self.scale, 1))
        found["bandwidth"] = self._bandwidth(index)
        found["tenth"] = self._tenth()
        return found

    def _bandwidth(self, index: Worker) -> dict[str, Any]:
        """GB/s of the memory, and what the index reached of it: rows that it must look at x 8 bytes / median seconds."""
        stream = index.run(measures.bandwidth)
        found: dict[str, Any] = {"stream_gb_s": stream}
        for many in (100, 10_000):
            if (row := self.rows.get(("index", many))) is not None:
                rows = index.run(measures.touched, cases(self.scale, many))
                reached = rows * 8 / row.median / 1e9
                found[str(many)] = {"rows": rows, "gb_s": reached, "share": reached / stream}
        return found

    def _tenth(self) -> dict[str, Any]:
        """Hops of both engines on the tenth, and one case of the city against one of the tenth, asked in turn; at `small` its own hops stand in."""
        small = SCALES["small" if self.scale.name == "small" else "tenth"]
        opened = {name: Worker(name, small.name) for name in ("index", "duckdb") if small != self.scale or name not in self.workers}
        both = {**self.workers, **opened}
        try:
            for worker in opened.values():
                worker.run(prepare, limit=3600)
            pair = {"index": both["index"].run(hops.ours), "duckdb": both["duckdb"].run(hops.semi_joins, limit=3600)}
            singles = self._singles(both["index"], small) if self.scale.name == "city" else {}
        finally:
            for worker in opened.values():
                worker.close()
        if pair["index"]["reached"] != pair["duckdb"]["reached"]:
            raise AssertionError(f"hops differ: {pair}")
        return {"scale": small.name, "hops": pair, "singles_s": singles}

    def _singles(self, tenth: Worker, small: Scale) -> dict[str, list[float]]:
        """Seconds of single cases, the city's and the tenth's in turn."""
        pair = ((self.workers["index"], self.scale), (tenth, small))
        seconds: dict[str, list[float]] = {self.scale.name: [], small.name: []}
        for number in range(SINGLES):
            for worker, scale in pair:
                seconds[scale.name].append(worker.run(ask, cases(scale, 1).one(number))[0])
        return seconds

    def values(self, measured: Mapping[str, Any]) -> dict[str, float]:
        """A value per target; those that were not measured are left out."""
        ours = {many: self._median("index", many) for many in (1, 100, 10_000)}
        values = {
            "one_case_ms": ours[1] * 1e3,
            "100_cases_ms": ours[100] * 1e3,
            "100_cases_times_duckdb": self._median("duckdb", 100) / ours[100],
            "10000_cases_s": ours[10_000],
            "10000_cases_times_duckdb": self._median("duckdb", 10_000) / ours[10_000],
        }
        return {name: value for name, value in {**values, **_further(measured)}.items() if not math.isnan(value)}

    def _median(self, engine: str, many: int) -> float:
        row = self.rows.get((engine, many))
        return math.nan if row is None else row.median


def _further(measured: Mapping[str, Any]) -> dict[str, float]:
    if not measured:
        return {}
    pair, singles = measured["tenth"]["hops"], measured["tenth"]["singles_s"]
    values = {
        "one_case_http_p95_ms": p95(measured["http_s"]) * 1e3,
        "one_case_cold_p95_ms": p95(measured["cold"]["seconds"]) * 1e3,
        "all_hops_s": statistics.median(measured["hops"]["seconds"]),
        "all_hops_times_duckdb_tenth": pair["duckdb"]["seconds"][0] / statistics.median(pair["index"]["seconds"]),
        "new_day_s": statistics.median(measured["new_day"]["seconds"]),
        "index_memory_gb": measured["memory_gb"]["peak"],
    }
    if singles:
        values["one_case_city_to_tenth"] = statistics.median(singles["city"]) / statistics.median(singles["tenth"])
    return values
