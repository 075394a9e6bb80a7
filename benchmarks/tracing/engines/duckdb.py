"""DuckDB, on tables sorted for the question and on the Parquet log itself.

The best plan that we found: row groups of 16,384 rows, one table by (place, t_in) and one by (person, t_in), the cases' own stays first; then for few cases a
hash join on place, whose minima and maxima skip row groups, and for many a hash join on (place, two hours), each place with its own longest stay.
"""

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import MEMORY_GB, THREADS, Engine

MANY = 1_000
"""From here on the join has hours in its key."""
HOURS = 2 * 3600

STAYS = """
create or replace temp table stays as
select number, cases.person, place, greatest(start_at, t_in) as since, least(end_at, t_out) as until
from cases join own on own.person = cases.person where t_in < end_at and t_out > start_at
"""
KEYED = f"""
create or replace temp table keyed as
select stays.*, unnest(range((since - longest) // {HOURS}, until // {HOURS} + 1)) as hours from stays join longest using (place)
"""
MEETINGS = """
select number, visits.person as contact, greatest(since, t_in) as begins, least(until, t_out) as ends
from {stays} join visits on visits.place = stays.place {hours}
where t_in < until and t_out > since and visits.person <> stays.person
"""
ANSWER = """
select count(*), sum(seconds), count(distinct contact), sum(meetings), sum(first_at), sum(last_at)
from (select number, contact, sum(ends - begins) as seconds, count(*) as meetings, min(begins) as first_at, max(ends) as last_at
      from ({meetings}) as met group by number, contact) as answer
"""
FEW = ANSWER.format(meetings=MEETINGS.format(stays="stays", hours=""))
BUNDLED = ANSWER.format(meetings=MEETINGS.format(stays="keyed as stays", hours=f"and stays.hours = visits.t_in // {HOURS}"))
LONGEST = "select place, cast(max(t_out - t_in) as integer) as longest from visits group by place"


class DuckdbTable(Engine):
    """Sorted tables in a file."""

    kept = True

    def prepare(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"set threads = {THREADS}; set memory_limit = '{MEMORY_GB}GB'; set enable_progress_bar = false")
        self.connection.execute(f"set preserve_insertion_order = false; set temp_directory = '{self.log.scale.folder / 'spill'}'")
        self._attach()

    def _attach(self) -> None:
        file = self.folder.with_suffix(".db")
        fresh = not self.standing()
        if fresh:
            self.discard()
        self.connection.execute(f"attach '{file}' as kept (row_group_size 16384); use kept")
        if fresh:
            source = f"select person, place, t_in::integer as t_in, t_out::integer as t_out from '{self.log.pattern}'"
            self.connection.execute(f"create table visits as {source} order by place, t_in")
            self.connection.execute(f"create table own as {source} order by person, t_in")
            self.connection.execute(f"create table longest as {LONGEST}")
            self.connection.execute("checkpoint")
            self.built()

    def ask(self, cases: Cases) -> Any:
        numbers = np.arange(len(cases), dtype=np.int32)
        columns: dict[str, Any] = {"number": numbers, "person": cases.person, "start_at": cases.start, "end_at": cases.end}
        self.connection.register("cases", pa.table({name: column.astype(np.int32) for name, column in columns.items()}))
        self.connection.execute(STAYS)
        if len(cases) < MANY:
            return self.connection.execute(FEW).fetchall()[0]
        self.connection.execute(KEYED)
        return self.connection.execute(BUNDLED).fetchall()[0]

    def discard(self) -> None:
        super().discard()
        for name in (".db", ".db.wal"):
            self.folder.with_suffix(name).unlink(missing_ok=True)

    def close(self) -> None:
        self.connection.close()


class DuckdbParquet(DuckdbTable):
    """The log as it is, nothing built."""

    kept = False

    def _attach(self) -> None:
        source = f"select person, place, t_in::integer as t_in, t_out::integer as t_out from '{self.log.pattern}'"
        self.connection.execute(f"create view visits as {source}")
        self.connection.execute("create view own as select * from visits")
        self.connection.execute(f"create view longest as {LONGEST}")
