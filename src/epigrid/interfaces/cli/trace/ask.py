"""`epigrid trace contacts | hops | places | chains`: questions of a file of cases to a research index, or of approved queries to a register's."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from epigrid.engine.tracing import asking, research, shelf
from epigrid.engine.tracing.asking import Asked, Names
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.intake import Ledger
from epigrid.engine.tracing.numbering import NumberingDamaged, Numbers
from epigrid.engine.tracing.schemas import HopRule
from epigrid.interfaces.cli.trace import build, files, linelists
from epigrid.interfaces.cli.trace.words import line
from epigrid.kernel.errors import BadInput


def run(options: argparse.Namespace) -> int:
    """Ask by the source that the manifest names; chains of a line list need none."""
    if options.links is not None:
        return linelists.run(options)
    if options.index is None or options.reading:
        raise BadInput(needs="--index" if options.index is None else "--links")
    if shelf.manifest(options.index)["source"] == research.SOURCE:
        return _research(options)
    from epigrid.interfaces.cli.trace import register

    return register.run(options)


def _research(options: argparse.Namespace) -> int:
    if options.query or options.cases is None:
        raise BadInput(needs="--cases", index=research.SOURCE)
    build.check_zone(options.zone)
    index, names, persons = _opened(options.index)
    ledger = Ledger()
    try:
        with files.listing(ledger, options.rejects):
            asked = asking.cases(options.cases, zone=options.zone, persons=persons, ledger=ledger)
            asked = asked.for_chains(ledger) if options.verb == "chains" else asked
    finally:
        files.report(ledger, options.language, options.rejects)
    if not asked.queries:
        raise research.NothingTaken(rows=ledger.rows)
    table = ANSWERS[options.verb](index, asked, names, options)
    files.write(table, options.out, source=research.SOURCE)
    print(line("asked", options.language, asked=len(asked), rows=ledger.rows, answers=len(table), path=options.out), file=sys.stderr)
    if options.verb == "contacts" and options.evidence:
        files.write(asking.evidence_table(index, asked, names), options.evidence, source=research.SOURCE)
    return 0


def _opened(folder: Path) -> tuple[TraceIndex, Names, Numbers]:
    """A research index, how its numbers are named, and its persons. `NumberingDamaged` where the dictionaries have fewer ids than the index has numbers."""
    index, manifest = TraceIndex.open(folder), shelf.manifest(folder)
    persons, places = Numbers.read(folder / research.PERSONS), Numbers.read(folder / research.PLACES)
    for what, numbers in (("persons", persons), ("places", places)):
        if len(numbers) < max((day[what] for day in manifest["days"].values()), default=0):
            raise NumberingDamaged(file=getattr(research, what.upper()))
    return index, Names(persons=persons.ids, places=places.ids, zone=manifest["zone"]), persons


def hop_rule(latency_hours: float | None, min_minutes: float | None) -> HopRule:
    """The rule as the person who asks gives it; nothing is assumed."""
    if latency_hours is None or min_minutes is None:
        raise BadInput(needs="--direction, --latency-hours, --min-minutes")
    return HopRule(latency_seconds=round(latency_hours * 3600), min_seconds=round(min_minutes * 60))


def _hops(index: TraceIndex, asked: Asked, names: Names, options: argparse.Namespace) -> pa.Table:
    rule = hop_rule(options.latency_hours, options.min_minutes)
    if options.direction is None:
        raise BadInput(needs="--direction")
    horizon = build.moment(options.horizon, options.zone, "horizon") if options.horizon else None
    return asking.reached_table(asking.reached(index, asked, direction=options.direction, rule=rule, horizon=horizon), names)


def _chains(index: TraceIndex, asked: Asked, names: Names, options: argparse.Namespace) -> pa.Table:
    return asking.chains_table(index, asked, names, linelists.serial_interval(options))


ANSWERS: dict[str, Callable[[TraceIndex, Asked, Names, argparse.Namespace], pa.Table]] = {
    "contacts": lambda index, asked, names, _: asking.contacts_table(index, asked, names),
    "places": lambda index, asked, names, _: asking.places_table(index, asked, names),
    "hops": _hops,
    "chains": _chains,
}
