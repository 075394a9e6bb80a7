"""PostgreSQL on the private cluster of `make services`: a covering btree, and GiST over ranges of (place, moment)."""

from typing import Any, ClassVar

import psycopg
import pyarrow.parquet as pq

from benchmarks.tracing.cases import Cases
from benchmarks.tracing.engines.base import Absent, Engine
from benchmarks.tracing.engines.duckdb import ANSWER
from benchmarks.tracing.generator import FIRST_DAY, midnight
from benchmarks.tracing.scales import ROOT

ADDRESS = ROOT.parents[1] / "services/postgres.url"
BEGINS = midnight(FIRST_DAY)
SETTINGS = """
set jit = off; set work_mem = '1GB'; set maintenance_work_mem = '1GB'; set random_page_cost = 1.1; set effective_cache_size = '8GB';
set max_parallel_workers_per_gather = 1; set max_parallel_maintenance_workers = 1; set temp_buffers = '64MB';
set client_connection_check_interval = '5s'
"""
STAYS = """
create temp table stays as select number, cases.person, place, greatest(start_at, t_in) as since, least(end_at, t_out) as until
from cases join {schema}.visits own on own.person = cases.person where t_in < end_at and t_out > start_at
"""


class PostgresBtree(Engine):
    """Covering btree on (place, t_in), each place with its own longest stay, and a btree on person; the table lies in the order of the place."""

    kept = True
    scales = ("small", "tenth")
    indexes: ClassVar[tuple[str, ...]] = (
        "create index on {schema}.visits (place, t_in) include (t_out, person)",
        "create table {schema}.longest as select place, max(t_out - t_in) as longest from {schema}.visits group by place",
        "alter table {schema}.longest add primary key (place)",
    )
    meetings: ClassVar[str] = """
    select number, met.person as contact, greatest(since, t_in) as begins, least(until, t_out) as ends
    from stays join {schema}.longest using (place) cross join lateral (
      select person, t_in, t_out from {schema}.visits
      where visits.place = stays.place and t_in > since - longest and t_in < until and t_out > since and visits.person <> stays.person offset 0) as met
    """

    @property
    def schema(self) -> str:
        """The tables' home in the database."""
        return f"bench_{type(self).__name__.lower()}_{self.log.scale.name}"

    def prepare(self) -> None:
        if not ADDRESS.exists():
            raise Absent("no PostgreSQL: `make services` starts one")
        self.connection = psycopg.connect(ADDRESS.read_text().strip(), autocommit=True)
        self.connection.execute(SETTINGS)
        found = self.connection.execute("select to_regclass(%s)", [f"{self.schema}.ready"]).fetchone()
        if found is None or found[0] is None:
            self._build()

    def _build(self) -> None:
        table = pq.read_table(self.log.files).sort_by([("place", "ascending"), ("t_in", "ascending")])
        self._run("drop schema if exists {schema} cascade; create schema {schema}")
        self._run("create unlogged table {schema}.visits (person int, place int, t_in int, t_out int)")
        with self.connection.cursor() as cursor, cursor.copy(f"copy {self.schema}.visits from stdin") as copy:
            for batch in table.to_batches(max_chunksize=1 << 17):
                rows = zip(*(batch[name].to_pylist() for name in ("person", "place", "t_in", "t_out")), strict=True)
                copy.write("".join(f"{person}\t{place}\t{t_in}\t{t_out}\n" for person, place, t_in, t_out in rows))
        self._run("create index on {schema}.visits (person)")
        for statement in self.indexes:
            self._run(statement)
        self._run("vacuum analyze {schema}.visits")
        self._run("create table {schema}.ready ()")

    def _run(self, statement: str) -> None:
        self.connection.execute(statement.format(schema=self.schema))

    def ask(self, cases: Cases) -> Any:
        self.connection.execute("drop table if exists cases, stays; create temp table cases (number int, person int, start_at int, end_at int)")
        with self.connection.cursor() as cursor, cursor.copy("copy cases from stdin") as copy:
            for row in zip(range(len(cases)), cases.person.tolist(), cases.start.tolist(), cases.end.tolist(), strict=True):
                copy.write_row(row)
        self._run("analyze cases")
        self._run(STAYS)
        self._run("analyze stays")
        return self.connection.execute(ANSWER.format(meetings=self.meetings.format(schema=self.schema))).fetchone()

    def discard(self) -> None:
        if ADDRESS.exists():
            with psycopg.connect(ADDRESS.read_text().strip(), autocommit=True) as connection:
                connection.execute(f"drop schema if exists {self.schema} cascade")

    def close(self) -> None:
        self.connection.close()


class PostgresGist(PostgresBtree):
    """One GiST index over ranges, each place in a stretch of time of its own."""

    indexes = (
        f"alter table {{schema}}.visits add during int8range generated always as "
        f"(int8range((place::bigint << 21) + t_in - {BEGINS}, (place::bigint << 21) + t_out - {BEGINS})) stored",
        "create index on {schema}.visits using gist (during)",
    )
    meetings = f"""
    select number, met.person as contact, greatest(since, t_in) as begins, least(until, t_out) as ends
    from stays cross join lateral (
      select person, t_in, t_out from {{schema}}.visits
      where during && int8range((stays.place::bigint << 21) + since - {BEGINS}, (stays.place::bigint << 21) + until - {BEGINS})
        and visits.person <> stays.person offset 0) as met
    """
