"""Polars on the Parquet log, lazy and streaming: the cases' own stays first, then a join on place, for many cases on (place, two hours)."""

import os
from typing import Any

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import THREADS, Engine

os.environ.setdefault("POLARS_MAX_THREADS", str(THREADS))
import polars as pl

MANY = 1_000
HOURS = 2 * 3600


class PolarsParquet(Engine):
    """The log as it is, nothing built."""

    def prepare(self) -> None:
        moments = [pl.col(name).cast(pl.Int32) for name in ("t_in", "t_out")]
        self.visits = pl.scan_parquet(self.log.pattern).with_columns(*moments)

    def ask(self, cases: Cases) -> Any:
        since, until = pl.max_horizontal("t_in", "start").alias("since"), pl.min_horizontal("t_out", "end").alias("until")
        asked = pl.DataFrame(
            {"person": cases.person, "start": cases.start, "end": cases.end}, schema=dict.fromkeys(("person", "start", "end"), pl.Int32)
        )
        own = self.visits.join(asked.with_row_index("number").lazy(), on="person")
        own = own.filter(pl.col("t_in") < pl.col("end"), pl.col("t_out") > pl.col("start"))
        stays = own.select("number", "place", since, until, me="person").collect(engine="streaming")
        met = self._joined(stays).filter(pl.col("t_in") < pl.col("until"), pl.col("t_out") > pl.col("since"), pl.col("person") != pl.col("me"))
        begins, ends = pl.max_horizontal("t_in", "since"), pl.min_horizontal("t_out", "until")
        rows = met.select("number", "person", begins=begins, ends=ends).group_by("number", "person")
        found = rows.agg(seconds=(pl.col("ends") - pl.col("begins")).sum(), n=pl.len(), first=pl.col("begins").min(), last=pl.col("ends").max())
        return found.collect(engine="streaming")

    def _joined(self, stays: pl.DataFrame) -> pl.LazyFrame:
        """The visits at the places of the stays; of many stays only those that came in within the hours that count at the place."""
        if stays["number"].n_unique() < MANY:
            return self.visits.join(stays.lazy(), on="place")
        lasts = pl.col("t_out") - pl.col("t_in")
        longest = self.visits.join(stays.lazy().select("place").unique(), on="place", how="semi").group_by("place").agg(longest=lasts.max())
        hours = pl.int_ranges((pl.col("since") - pl.col("longest")) // HOURS, pl.col("until") // HOURS + 1).alias("hours")
        keyed = stays.lazy().join(longest, on="place").with_columns(hours).drop("longest").explode("hours")
        hour = (pl.col("t_in") // HOURS).cast(pl.Int64).alias("hours")
        return self.visits.with_columns(hour).join(keyed, on=["place", "hours"])

    def oracle(self, answer: pl.DataFrame) -> Any:
        sums = [int(answer[name].cast(pl.Int64).sum()) for name in ("seconds", "n", "first", "last")]
        return super().oracle((len(answer), sums[0], answer["person"].n_unique(), *sums[1:]))
