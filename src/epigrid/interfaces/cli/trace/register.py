"""Questions to a register's index from the command line: approved venue queries of the account that asks, and nothing else (S-235, X03).

People are the pseudonymous numbers of the presence log; whom a query found is read on the pages. Hops give counts and places only, counts below ten as "< 10".
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from epigrid.engine.tracing import asking, contacts
from epigrid.engine.tracing.asking import Asked, Names
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import MAX_WINDOW_SECONDS, HopRule
from epigrid.interfaces import startup
from epigrid.interfaces.cli.trace import files
from epigrid.interfaces.cli.trace.words import line
from epigrid.kernel.errors import BadInput
from epigrid.response.tracing.rules import QueryNotApproved, shown

KINDS = ("contacts", "hops", "places")


def run(options: argparse.Namespace) -> int:
    """Answer from the presence log within what was approved; refused otherwise, whatever the file of cases says."""
    if options.verb not in KINDS or options.cases is not None or not options.query:
        raise QueryNotApproved(kind=options.verb, needs="--query", never="--cases")
    startup.prepare()
    from epigrid.interfaces.intake import Sender, actor_of
    from epigrid.response.tracing import queries

    _, actor, now = actor_of(Sender(username=options.user, code=options.code), "scans")
    ids = [_uuid(text) for text in options.query]
    asked = Asked.of(queries.approved_queries(actor=actor, query_ids=ids, kind=options.verb, now=now))
    cards = [queries.venue_query(actor=actor, query_id=one) for one in ids]
    index, names = _log(options, cards, asked, now)
    if options.verb == "contacts":
        _write(asking.contacts_table(index, asked, names), options.out, options)
        if options.evidence:
            _write(asking.evidence_table(index, asked, names), options.evidence, options)
    else:
        _write(_places(index, asked) if options.verb == "places" else _hops(index, asked, names, cards, now), options.out, options)
    return 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(query=text) from error


def _log(options: argparse.Namespace, cards: Sequence[Any], asked: Asked, now: datetime) -> tuple[TraceIndex, Names]:
    """The presences that the queries may see, today's with them, and their names. The folder must be the log of the queries' own tree."""
    from epigrid.response.tracing.queries import at
    from epigrid.store import clock, extracts
    from epigrid.store.extracts.days import index_folder

    area = cards[0].area
    if any(index_folder(card.area).resolve() != options.index.resolve() for card in cards):
        raise BadInput(index=options.index.name, why="not the presence log of these queries")
    until = now if options.verb == "hops" else at(max(query.end for query in asked.queries))
    since = at(min(query.start for query in asked.queries)) - timedelta(days=1)
    index = extracts.index_of(area=area, first=clock.local_day(area, since), last=clock.local_day(area, until))
    return index, Names(persons=pa.array, places=pa.array, zone=str(clock.zone(area)))


def _places(index: TraceIndex, asked: Asked) -> pa.Table:
    """Places with shared time; counts below ten are not shown."""
    rows = contacts.exposures(index, asked.queries)
    columns = {name: pa.array([_shown(getattr(row, name)) for row in rows], pa.string()) for name in ("queries", "contacts")}
    hours = pa.array([_shown(row.contact_seconds // 3600) for row in rows], pa.string())
    return pa.table({"place": pa.array([row.place for row in rows], pa.int64()), **columns, "contact_hours": hours})


def _hops(index: TraceIndex, asked: Asked, names: Names, cards: Sequence[Any], now: datetime) -> pa.Table:
    """How many people were reached in all and on each local day, and at which places the sources met others; by the rule that was approved."""
    rules = {(card.direction, card.latency_seconds, card.min_seconds) for card in cards}
    if len(rules) != 1:
        raise BadInput(query="one direction, latency and shortest meeting")
    direction, latency, least = rules.pop()
    rule = HopRule(latency_seconds=latency, min_seconds=least)
    horizon = None
    if direction == "forward":
        horizon = min(int(now.timestamp()), min(query.start for query in asked.queries) + MAX_WINDOW_SECONDS)
    found = asking.reached(index, asked, direction=direction, rule=rule, horizon=horizon)
    days = asking.reached_by_day(found, names)
    places = _places(index, asked)
    keys = ["", *map(str, days["day"].to_pylist()), *map(str, places["place"].to_pylist())]
    what = ["all", *["day"] * len(days), *["place"] * len(places)]
    people = [_shown(len(found)), *map(_shown, np.asarray(days["people"]).tolist()), *places["contacts"].to_pylist()]
    return pa.table({"what": what, "which": keys, "people": people})


def _shown(count: int) -> str:
    return shown(count, above=True)


def _write(table: pa.Table, path: Any, options: argparse.Namespace) -> None:
    files.write(table, path, source="register")
    print(line("answered", options.language, answers=len(table), path=path), file=sys.stderr)
