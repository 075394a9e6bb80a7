"""`epigrid notice read`: an official notice of risk areas as a table or as JSON, with the counts that the notice states checked against what was read."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from epigrid.kernel.errors import DomainError
from epigrid.response.zones.formats import Change, Count, Notice, as_json, read_all

HELP = """\
Exit code: 0 every complete list holds as many places as it states, 1 a count disagrees, 2 the file cannot be read.
A list of which the text lost a part is marked and does not count as a disagreement.
"""


def add_to(commands: Any) -> None:
    """The command and its options."""
    verbs = commands.add_parser("notice", help="official notices of risk areas").add_subparsers(required=True, metavar="VERB")
    parser = verbs.add_parser("read", help="read a notice and check its counts", epilog=HELP)
    parser.add_argument("file", help='the text, in any usual encoding; "-" for standard input')
    parser.add_argument("--json", action="store_true", help="print the notice as JSON; several notices of one file as a list")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read the file and print what it says."""
    try:
        data = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        notices = read_all(data)
    except (DomainError, OSError) as failure:
        print(f"refused: {failure}", file=sys.stderr)
        return 2
    if options.json:
        copies = [as_json(notice) for notice in notices]
        print(json.dumps(copies[0] if len(copies) == 1 else copies, ensure_ascii=False, indent=1))
    else:
        print("\n\n".join("\n".join(table(notice)) for notice in notices))
    return 0 if all(notice.agrees for notice in notices) else 1


def table(notice: Notice) -> Iterator[str]:
    """The notice for a reader's eye: head, changes by level and district, counts, quality."""
    head = {
        "title": notice.title,
        "number": notice.number,
        "date": notice.date,
        "issuer": notice.issuer,
        "in force": notice.effective_at.isoformat(timespec="minutes") if notice.effective_at else "",
        "basis": notice.legal_basis,
        "experts": notice.expert_line,
    }
    yield from (f"{name:>8}  {value}" for name, value in head.items() if value)
    for direction in dict.fromkeys(change.direction for change in notice.changes):
        same = [change for change in notice.changes if change.direction == direction]
        yield f"\n{direction}: {len(same)}"
        yield from _by_district(same)
    if notice.counts:
        yield "\ncounts  (stated / read)"
        yield from map(_count, notice.counts)
    yield f"\nquality: {', '.join(notice.quality) or 'nothing to remark'}"


def _by_district(changes: Sequence[Change]) -> Iterator[str]:
    for district in dict.fromkeys(change.district for change in changes):
        yield f"  {district or '-'}"
        yield from (f"    {_item(change)}" for change in changes if change.district == district)


def _item(change: Change) -> str:
    remarks = [
        change.unit,
        f"except {', '.join(change.excluded)}" if change.excluded else "",
        f"from {change.effective_at.isoformat(timespec='minutes')}" if change.effective_at else "",
        "SMALLER THAN A UNIT" if change.smaller_than_unit else "",
        *(f"? {doubt}" for doubt in change.doubts),
    ]
    return f"{change.place}  [{'; '.join(filter(None, remarks))}]"


def _count(count: Count) -> str:
    mark = "incomplete" if not count.complete else "ok" if count.agrees else "DIFFERS"
    stated = "?" if count.stated is None else count.stated
    return f"  {mark:<10}  {stated:>4} / {count.read:<4}  {count.direction:<16}  {count.district or 'whole notice'}"
