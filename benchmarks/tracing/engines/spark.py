"""Spark local[2] on the Parquet log: the cases' own stays first, then a broadcast join on (place, two hours)."""

import os
import shutil
from typing import Any

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import MEMORY_GB, THREADS, Absent, Engine

HOURS = 2 * 3600
STAYS = """
select number, own.person, place, greatest(start_at, t_in) as since, least(end_at, t_out) as until
from visits own join cases on own.person = cases.person where t_in < end_at and t_out > start_at
"""
LONGEST = "select place, max(t_out - t_in) as longest from visits left semi join stays using (place) group by place"
KEYED = f"""
select stays.*, explode(sequence((since - longest) div {HOURS}, until div {HOURS})) as hours
from stays join ({LONGEST}) as longest using (place)
"""
ANSWER = """
select count(*), sum(seconds), count(distinct contact), sum(meetings), sum(first_at), sum(last_at)
from (select number, contact, sum(ends - begins) as seconds, count(*) as meetings, min(begins) as first_at, max(ends) as last_at
      from (select /*+ broadcast(keyed) */ number, visits.person as contact, greatest(since, t_in) as begins, least(until, t_out) as ends
            from visits join keyed on visits.place = keyed.place {hours}
            where t_in < until and t_out > since and visits.person <> keyed.person) group by number, contact)
"""
MANY = 1_000


class Spark(Engine):
    """The log as it is, nothing built; the seconds of `prepare` are those of the Java machine."""

    scales = ("small", "tenth")

    def prepare(self) -> None:
        if shutil.which("java") is None:
            raise Absent("no Java")
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Absent("pyspark is not installed") from error
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings: dict[str, Any] = {
            "spark.driver.memory": f"{MEMORY_GB}g",
            "spark.sql.shuffle.partitions": str(THREADS * 2),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
            "spark.driver.bindAddress": "127.0.0.1",
        }
        self.session = SparkSession.builder.master(f"local[{THREADS}]").config(map=settings).getOrCreate()
        self.session.read.parquet(str(self.log.folder / "*.parquet")).createOrReplaceTempView("visits")

    def ask(self, cases: Cases) -> Any:
        rows = zip(range(len(cases)), cases.person.tolist(), cases.start.tolist(), cases.end.tolist(), strict=True)
        asked = self.session.createDataFrame(list(rows), "number int, person int, start_at long, end_at long")
        asked.createOrReplaceTempView("cases")
        stays = self.session.sql(STAYS.replace("select", "select /*+ broadcast(cases) */", 1)).localCheckpoint()
        stays.createOrReplaceTempView("stays")
        many = len(cases) >= MANY
        (self.session.sql(KEYED).localCheckpoint() if many else stays).createOrReplaceTempView("keyed")
        return tuple(self.session.sql(ANSWER.format(hours=f"and keyed.hours = t_in div {HOURS}" if many else "")).collect()[0])

    def close(self) -> None:
        self.session.stop()
