"""`epigrid trace chains --links`: a line list and its list of links, as they come, become candidate trees. The links are the evidence; no presence is asked for."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from epigrid.engine.tracing import asking, chains, research
from epigrid.engine.tracing.asking import Names
from epigrid.engine.tracing.intake import ROW_BITS, Ledger
from epigrid.interfaces.cli.trace import build, files
from epigrid.interfaces.cli.trace.options import GODATA, SERIAL
from epigrid.interfaces.cli.trace.words import line, words
from epigrid.kernel.errors import BadInput
from epigrid.response.tracing.formats import linelists
from epigrid.response.tracing.formats.linelists import Numbered, Reading, Refused
from epigrid.store import sheets

SOURCE = "line-list"
"""Stands in the metadata of the answer: not from an index."""


def run(options: argparse.Namespace) -> int:
    """Read both files, list what cannot be taken, write the trees."""
    if options.index is not None or options.query or options.cases is None:
        raise BadInput(needs="--cases, --links", never="--index, --query")
    build.check_zone(options.zone)
    zone, ledger = options.zone or "UTC", Ledger()
    try:
        with files.listing(ledger, options.rejects):
            found = _numbered(options, ZoneInfo(zone), ledger)
    finally:
        files.report(ledger, options.language, options.rejects)
    if not found.ids:
        raise research.NothingTaken(rows=ledger.rows)
    trees = chains.trees(chains.Cases.of(found.cases), chains.Pairs.of(found.pairs), serial_interval(options))
    ids = pa.array(found.ids, pa.string())
    table = asking.trees_table(trees, Names(persons=lambda numbers: ids.take(pa.array(numbers)), places=pa.array, zone=zone))
    files.write(table, options.out, source=SOURCE)
    counts = {"cases": len(found.ids), "links": len(found.pairs), "rows": ledger.rows, "answers": len(table)}
    print(line("linked", options.language, **counts, path=options.out), file=sys.stderr)
    for why, count in enumerate(np.bincount(trees.refused.why, minlength=len(chains.REFUSED)).tolist()):
        if count:
            print(line("apart", options.language, count=count, words=words(chains.REFUSED[why], options.language)), file=sys.stderr)
    return 0


def serial_interval(options: argparse.Namespace) -> chains.SerialInterval:
    """As the person who asks gives it; nothing is assumed."""
    return chains.SerialInterval(**{f"{name}_days": getattr(options, f"{name}_days") for name in SERIAL})


class _List:
    """One file, read by its headings; `used` are the entries of the mapping that are about it."""

    def __init__(self, path: Path, names: Mapping[str, Sequence[str]], needed: Sequence[str], how: Reading, ledger: Ledger) -> None:
        self._sheet, self._names, self._needed = sheets.read(path.read_bytes(), path.name), names, needed
        self.used = {heading: name for heading, name in sheets.standing(self._sheet, how.columns).items() if not name or name in names}
        self._headings: dict[str, str] = {}
        self._ledger, self._base = ledger, len(ledger.files) << ROW_BITS
        ledger.files.append(path.name)

    def rows(self) -> list[tuple[int, dict[str, str]]]:
        """Number and cells (field -> text) of each row; `sheets.HeadingsMissing` where a needed field has no heading."""
        understood = sheets.understand(self._sheet, names=self._names, needed=self._needed, mapping=self.used)
        self._headings = {column.field: column.heading for column in understood.columns if column.field}
        found = list(sheets.pick(understood.canonical(), names=self._names, needed=self._needed))
        self._ledger.rows += len(found)
        return found

    def reject(self, refused: Sequence[Refused]) -> None:
        """Enter rows in the ledger, under the file's own headings."""
        for one in refused:
            self._ledger.reject(np.array([self._base | one.row]), self._headings.get(one.column, one.column), one.reason)


def _numbered(options: argparse.Namespace, zone: ZoneInfo, ledger: Ledger) -> Numbered:
    """The cases and links that can be taken; all other rows are in the ledger."""
    godata = options.reading == GODATA
    how = Reading() if godata or not options.reading else linelists.reading(Path(options.reading).read_text(encoding="utf-8-sig"))
    names = (linelists.GODATA_CASES, linelists.GODATA_LINKS) if godata else (linelists.CASE_HEADINGS, linelists.LINK_HEADINGS)
    listed = _List(options.cases, names[0], linelists.CASE_NEEDED, how, ledger)
    linked = _List(options.links, names[1], linelists.LINK_NEEDED, how, ledger)
    lost = sorted(how.columns.keys() - listed.used.keys() - linked.used.keys())
    if lost:
        raise sheets.MappingWrong(headings=lost)
    cases, refused = linelists.case_rows(listed.rows(), how)
    links, more = linelists.link_rows(linked.rows(), how)
    found = linelists.numbered(cases, links, zone)
    listed.reject([*refused, *(one for one in found.refused if one.column not in linelists.LINK_NEEDED)])
    linked.reject([*more, *(one for one in found.refused if one.column in linelists.LINK_NEEDED)])
    return found
