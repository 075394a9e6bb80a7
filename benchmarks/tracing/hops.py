"""All hops forward: our one pass over time against DuckDB's daily semi-joins, equal to the second for everybody reached."""

import time
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.tracing.cases import sources
from benchmarks.tracing.engines.duckdb import HOURS, DuckdbTable
from benchmarks.tracing.engines.index import Index, queries
from benchmarks.tracing.generator import DAY, DAYS, FIRST_DAY, midnight
from epigrid.engine.tracing import hops
from epigrid.engine.tracing.schemas import HopRule

RULE = HopRule(latency_seconds=48 * 3600, min_seconds=30 * 60)
BEGINS, ENDS = midnight(FIRST_DAY), midnight(FIRST_DAY) + DAYS * DAY

TODAY = """
create or replace temp table today as
select person, place, t_in, t_out from visits where t_in < {end} and t_out > {start} and t_out - t_in >= {least};
create or replace temp table infectious as
select today.person, place, greatest(t_in, since) as since, least(t_out, until) as until
from today join (select person, since, until from sources union all select person, reached_at + {latency}, {last} from reached) as active using (person)
where greatest(t_in, since) < {end} and greatest(t_in, since) + {least} <= least(t_out, until);
create or replace temp table open as
select today.* from today anti join reached using (person) anti join sources using (person);
create or replace temp table keyed as
select infectious.*, unnest(range((since - longest) // {hours}, until // {hours} + 1)) as hours from infectious join longest using (place);
insert into reached
select open.person, min(greatest(t_in, since)) as reached_at from keyed join open on open.place = keyed.place and open.t_in // {hours} = keyed.hours
where greatest(t_in, since) >= {start} and greatest(t_in, since) < {end} and greatest(t_in, since) + {least} <= least(t_out, until)
group by open.person
"""


def ours(engine: Index, repeats: int = 5) -> dict[str, Any]:
    """Seconds of each repeat, and who was reached: (persons, sum of their moments)."""
    asked = queries(sources(engine.log.scale))
    hops.reach(engine.index, asked, rule=RULE, until=ENDS)
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        found = hops.reach(engine.index, asked, rule=RULE, until=ENDS)
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "reached": (len(found), int(found.at.sum()))}


def semi_joins(engine: DuckdbTable) -> dict[str, Any]:
    """The same by DuckDB, one day after the other: whoever is infectious that day was reached at least two days before, so a day needs one join."""
    asked, run = sources(engine.log.scale), engine.connection.execute
    columns = {"person": asked.person, "since": asked.start, "until": asked.end}
    engine.connection.register("given", pa.table({name: column.astype(np.int32) for name, column in columns.items()}))
    run("create or replace temp table sources as select * from given")
    began = time.perf_counter()
    run("create or replace temp table reached (person integer, reached_at integer)")
    for start in range(BEGINS, ENDS, DAY):
        named = {"start": start, "end": start + DAY, "least": RULE.min_seconds, "latency": RULE.latency_seconds, "last": ENDS, "hours": HOURS}
        for statement in TODAY.format(**named).split(";"):
            run(statement)
    found = run("select count(*), sum(reached_at) from reached").fetchall()[0]
    return {"seconds": [time.perf_counter() - began], "reached": tuple(map(int, found))}
