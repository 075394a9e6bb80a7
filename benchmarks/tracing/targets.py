"""The targets of the benchmark, for the city on 2 cores, and the closing lines."""

import math
from collections.abc import Mapping
from typing import NamedTuple


class Target(NamedTuple):
    """A figure that must not pass, or must reach, a bound; `stretch` is the better bound that is only reported."""

    name: str
    bound: float
    at_least: bool = False
    stretch: float | None = None

    def line(self, value: float) -> str:
        """`name value target ok|short`."""
        sign = ">=" if self.at_least else "<="
        if math.isnan(value):
            return f"{self.name} - {sign}{self.bound:g} short (not measured)"
        good = self._reached(value, self.bound)
        best = f" (stretch {sign}{self.stretch:g} reached)" if self.stretch is not None and self._reached(value, self.stretch) else ""
        return f"{self.name} {value:.4g} {sign}{self.bound:g} {'ok' if good else 'short'}{best}"

    def _reached(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


TARGETS = (
    Target("one_case_ms", 1),
    Target("one_case_http_p95_ms", 5),
    Target("one_case_cold_p95_ms", 20),
    Target("100_cases_ms", 5),
    Target("100_cases_times_duckdb", 30, at_least=True),
    Target("10000_cases_s", 0.5, stretch=0.2),
    Target("10000_cases_times_duckdb", 15, at_least=True, stretch=40),
    Target("all_hops_s", 4, stretch=1),
    Target("all_hops_times_duckdb_tenth", 200, at_least=True),
    Target("one_case_city_to_tenth", 2),
    Target("new_day_s", 3),
    Target("index_memory_gb", 3.5),
)


def lines(values: Mapping[str, float]) -> list[str]:
    """One line per target, in their order."""
    return [target.line(values.get(target.name, math.nan)) for target in TARGETS]
