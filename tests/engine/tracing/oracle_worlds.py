"""Worlds to ask an engine about: visits, queries, a rule of hops; several cases lie in one table and know nothing of each other."""

import random
from dataclasses import dataclass
from uuid import UUID

from hypothesis import strategies as st

from epigrid.engine.tracing.schemas import ExposureQuery, HopRule
from tests.engine.tracing.oracle import DAY, EDGES, PEOPLE, PLACES, days_of_visits, visits

CASE = 100
"""Persons and places of case n are numbered from n * CASE on."""


@dataclass(frozen=True)
class World:
    """The rows of all cases, their queries, and the rule and the horizon of hops."""

    rows: list[tuple[int, int, int, int]]
    queries: list[ExposureQuery]
    rule: HopRule
    edge: int


def query(case: int, person: int, one: int, other: int) -> ExposureQuery:
    """The exposure record of a query carries the case."""
    return ExposureQuery(exposure_id=UUID(int=case + 1), person=case * CASE + person, start=min(one, other), end=max(one, other) + 1)


def shifted(case: int, rows) -> list[tuple[int, int, int, int]]:
    """The rows of a world as case `case` of a table of many."""
    return [(case * CASE + person, case * CASE + place, t_in, t_out) for person, place, t_in, t_out in rows]


@st.composite
def worlds(draw: st.DrawFn, *, cases: int = 4, days: bool | None = None) -> World:
    """Up to `cases` tiny crowded cases, all counted in seconds or all stretched over days."""
    long = draw(st.booleans()) if days is None else days
    moment = EDGES if long else st.integers(0, 60)
    asked = st.lists(st.tuples(st.integers(1, PEOPLE + 1), moment, moment), min_size=1, max_size=3)
    drawn = draw(st.lists(st.tuples(days_of_visits() if long else visits(max_size=20), asked), max_size=cases))
    latency, least = ((1, 3600, DAY // 2, DAY, 2 * DAY), (1, 1800, 3601, DAY // 2)) if long else ((1, 2, 5, 12), (1, 2, 5))
    return World(
        rows=[row for case, (rows, _) in enumerate(drawn) for row in shifted(case, rows)],
        queries=[query(case, *one) for case, (_, queries) in enumerate(drawn) for one in queries],
        rule=HopRule(latency_seconds=draw(st.sampled_from(latency)), min_seconds=draw(st.sampled_from(least))),
        edge=draw(moment),
    )


def seeded(seed: int, *, cases: int, visits: int = 25, unit: int = 1800) -> World:
    """A fixed table of so many crowded cases, all moments multiples of `unit` seconds, or a second beside; some
    stays go on where another ends: engines need not be asked often."""
    rng = random.Random(seed)
    rows, queries = [], []
    for case in range(cases):
        found = []
        for _ in range(visits):
            t_in = rng.randrange(4, 144) * unit + rng.choice((-1, 0, 0, 0))
            t_out = t_in + rng.choice((-2, 0, 1, 2, 4, 12, 60)) * unit
            found.append((rng.randint(1, PEOPLE), rng.randint(1, PLACES), t_in, t_out))
            if rng.random() < 0.2:
                found.append((*found[-1][:2], t_out, t_out + 3 * unit))
        rows += shifted(case, found)
        queries += [query(case, rng.randint(1, PEOPLE), rng.randrange(0, 60) * unit, rng.randrange(60, 180) * unit) for _ in range(2)]
    return World(rows=rows, queries=queries, rule=HopRule(latency_seconds=12 * unit, min_seconds=unit + 1), edge=rng.randrange(120, 190) * unit)
