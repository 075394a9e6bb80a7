"""`epigrid trace build`: files of presences become a research index."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from epigrid.engine.tracing import intake, research, stamps
from epigrid.engine.tracing.intake import Headings, Ledger, MappingWrong
from epigrid.engine.tracing.numbering import ids_of
from epigrid.interfaces.cli.trace import files
from epigrid.interfaces.cli.trace.words import line


def run(options: argparse.Namespace) -> int:
    """Build, and say what was taken, what was not and why."""
    plan, ledger, bar = _plan(options), Ledger(), files.Bar()
    try:
        with files.listing(ledger, options.rejects):
            built = research.build(options.visits, options.out, plan, ledger=ledger, progress=bar)
    finally:
        bar.close()
        files.report(ledger, options.language, options.rejects)
    days = sorted(built.days)
    counts = {"taken": built.taken, "rows": ledger.rows, "persons": built.persons, "places": built.places}
    print(line("taken", options.language, **counts, days=len(days), first=days[0], last=days[-1]), file=sys.stderr)
    for scanner in built.scanners:
        if scanner.suspect:
            print(line("scanner", options.language, **vars(scanner)), file=sys.stderr)
    if options.save_map:
        options.save_map.write_text(json.dumps(plan.headings.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(line("saved", options.language, path=options.save_map), file=sys.stderr)
    return 0


def _plan(options: argparse.Namespace) -> research.Plan:
    headings = _headings(options.map)
    headings = replace(headings, zone=options.zone or headings.zone)
    check_zone(headings.zone)
    return research.Plan(
        headings=headings,
        zone=headings.zone or "UTC",
        days=options.days,
        until=moment(options.until, headings.zone, "until") if options.until else None,
        kinds=_kinds(options.places) if options.places else None,
        dwell=_dwell(options.dwell) if options.dwell else {},
    )


def check_zone(zone: str) -> None:
    """Refuse a zone that does not exist."""
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MappingWrong(field="zone", zone=zone) from error


def moment(text: str, zone: str, option: str) -> int:
    """A moment given as an option, as epoch seconds."""
    value, problem = stamps.seconds(pa.array([text]), zone=zone)
    if problem[0]:
        raise MappingWrong(option=option, why=stamps.PROBLEMS[int(problem[0])])
    return int(value[0])


def _headings(given: list[str]) -> Headings:
    """Mapping files and single headings, later ones before earlier ones."""
    content: dict[str, Any] = {}
    for one in given:
        heading, mark, field = one.rpartition("=")
        if mark and not Path(one).exists():
            content[field] = heading
            continue
        found = _json(Path(one))
        if not isinstance(found, dict):
            raise MappingWrong(file=one, why="not an object")
        content |= found
    return Headings.of(content)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise MappingWrong(file=path.name, why="not JSON") from error


def _kinds(path: Path) -> dict[str, str]:
    """Place -> kind; rows without a place are left out, a place without a kind has an empty one."""
    kinds: dict[str, str] = {}
    for table, rows in intake.columns(path, {"place": "place", "kind": "kind"}, {"place"}, _torn):
        kind = ids_of(table["kind"]).cast(pa.string()) if "kind" in table else pa.nulls(len(rows), pa.string())
        pairs = zip(ids_of(table["place"]).cast(pa.string()).to_pylist(), kind.to_pylist(), strict=True)
        kinds |= {place: word or "" for place, word in pairs if place is not None}
    return kinds


def _torn(rows: Any) -> None:
    if len(rows):
        raise intake.FileRefused(file="places", row=int(rows[0]), why="a row of another length")


def _dwell(path: Path) -> Mapping[str, int]:
    found = _json(path)
    if not isinstance(found, dict):
        raise MappingWrong(file=path.name, why="not an object")
    for kind, minutes in found.items():
        if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes < 1e5:
            raise MappingWrong(file=path.name, kind=kind)
    return {kind: round(minutes * 60) for kind, minutes in found.items()}
