"""Spark: the common SQL on a province's cluster, over Parquet in folders or an object store. An extra (`epigrid[spark]`); Spark 4.

Visits are cut twice before they meet: by day (folders `day=2022-11-21`, read only where a window needs them) and, inside a place, by person ("salts"),
so that one crowded place is the work of many executors. No Python runs on the executors.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from epigrid.engine.tracing.backends import sql
from epigrid.engine.tracing.backends.relational import NAMES, Relational
from epigrid.engine.tracing.files import FileDamaged
from epigrid.engine.tracing.schemas import MAX_WINDOW_SECONDS, BadColumns, Column

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DAY = 86_400
SALTS = 16
"""Parts of a place: who was in a stadium of 80,000 is 16 tasks of 5,000 persons each."""
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
"""Nothing is answered from a part of the files because another part cannot be read."""


class Spark(Relational):
    """A province's visits behind a Spark session. The caller's session stays as it is: this class works in a session of its own beside it, in UTC.

    A row lies in the folder of the (local) day on which it begins, and no row is longer than `longest_seconds`: where rows are cut at midnight say 86,400,
    and fewer folders are read. Hops keep their steps on the executors, or in `spark.checkpoint.dir` where it is set.
    """

    def __init__(self, session: "SparkSession", *, salts: int = SALTS, longest_seconds: int = MAX_WINDOW_SECONDS) -> None:
        self.session: Any = session.newSession()
        for name, value in SETTINGS.items():
            self.session.conf.set(name, value)
        self.longest_seconds = longest_seconds
        self.source = sql.Source(salts=salts)
        self.visits: Any = None

    def over(self, *paths: str) -> "Spark":
        """Folders or files of Parquet, as the cluster names them (`s3a://...`, `hdfs://...`, a path).

        Looks once at the moments of all rows: damaged files and columns that are no int64 epoch seconds are refused.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return self.of(self.session.read.parquet(*paths))
        except (PySparkException, Py4JError) as error:
            raise FileDamaged(files=len(paths)) from error

    def of(self, visits: Any) -> "Spark":
        """Any data frame with the columns person, place, t_in, t_out (int64), and day (date) if it has folders of days."""
        kinds = dict(visits.dtypes)
        for name in NAMES:
            if kinds.get(name) != "bigint":
                raise BadColumns(column=name, why=kinds.get(name, "missing"))
        self.visits = visits
        visits.createOrReplaceTempView("visits")
        self._check("visits")
        return self

    def _look_at(self, low: int, high: int) -> None:
        """Name only the folders of days that the window may need; a day more at both ends, whatever the time zone of the days."""
        visits = self.visits
        if dict(visits.dtypes).get("day") == "date":
            first, last = low - self.longest_seconds - DAY, high + DAY
            visits = visits.where(f"day BETWEEN DATE '{_day(first)}' AND DATE '{_day(last)}'")
        visits.createOrReplaceTempView("visits")

    def _give(self, name: str, **columns: Column) -> None:
        table = pa.table({key: np.ascontiguousarray(column) for key, column in columns.items()})
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def _keep(self, name: str, text: str) -> None:
        frame = self.session.sql(text)
        safe = self.session.conf.get("spark.checkpoint.dir", "")
        (frame.checkpoint() if safe else frame.localCheckpoint()).createOrReplaceTempView(name)

    def _fetch(self, text: str) -> list[Column]:
        table = self.session.sql(text).toArrow()
        return [np.asarray(column.drop_null().to_numpy(), np.int64) for column in table.columns]


def _day(moment: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=moment // DAY)).isoformat()
