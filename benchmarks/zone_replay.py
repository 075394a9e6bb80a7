#!.venv/bin/python
"""The zone rules of the packs against the risk-area lists that were published in 2022.

Command: `python -m benchmarks.zone_replay FILE... [--json] [--notices FOLDER]`, or `benchmarks/zone_replay.py FILE...` from the project's root. Each
file is replayed by itself and the judged stays are added up. What the figures mean stands in docs/reference/zone-replay.md.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from epigrid.engine.replay import judging, notices, report, snapshots
from epigrid.engine.replay.rules import Rule, RuleOn
from epigrid.kernel.verdicts import Clause
from epigrid.registers.policies.formats import SHIPPED, assemble, read_folders
from epigrid.registers.policies.rules import ClauseMissing, ClauseUnset, Library, NoPackInForce, build, regime, stack

ROOT = Path(__file__).resolve().parent.parent
DISEASE = "covid-19"
LEVELS = {"high": snapshots.HIGH, "medium": snapshots.MEDIUM, "low": snapshots.LOW}
TOGETHER = {"cn-2021-v8-3zone": "cn-2021-v8", "cn-2022-20-4docs": "cn-2022-20"}
"""Packs that amend another without its numbers of days stand with it in the table."""
NOTICES = ROOT.parent / "shared" / "data" / "notices"


@dataclass(frozen=True, kw_only=True)
class HighDays(Clause):
    """What the replay needs of the high-risk clause."""

    key: ClassVar[str] = "zone.high"
    clean_days: int
    downgrades_to: str


@dataclass(frozen=True, kw_only=True)
class MediumDays(Clause):
    """What the replay needs of the medium-risk clause."""

    key: ClassVar[str] = "zone.medium"
    clean_days: int | None
    after_high_days: int | None


def rules_of(library: Library) -> RuleOn:
    """The rule in force on a day by the national packs; a clause that no pack defines or sets gives None, never a number."""

    @cache
    def on(day: date) -> Rule | None:
        try:
            packs = stack(library, disease=DISEASE, on=day, paths=())
        except NoPackInForce:
            return None
        found, high, medium = regime(packs), None, None
        with suppress(ClauseMissing, ClauseUnset):
            high = build(HighDays, found)
        with suppress(ClauseMissing, ClauseUnset):
            medium = build(MediumDays, found)
        return Rule(
            regime=TOGETHER.get(found.pack, found.pack),
            since=packs[-1].valid_from,
            high_days=high.clean_days if high else None,
            high_to=LEVELS[high.downgrades_to] if high else snapshots.LOW,
            medium_days=medium.clean_days if medium else None,
            after_high_days=medium.after_high_days if medium else None,
            applies_to_open=found.applies_to_open_measures,
        )

    return on


def replay(files: Sequence[Path], folder: Path) -> dict[str, object]:
    """The report over all files."""
    rule_on = rules_of(assemble(read_folders(SHIPPED)))
    named = notices.namer(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))) if folder.is_dir() else None
    return report.report([one for path in files for one in judging.judge(snapshots.read(path), rule_on, named)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, or with `--json` one JSON object; 2 when a file is refused."""
    parser = argparse.ArgumentParser(prog="zone_replay", description="The zone rules of the packs against published risk-area lists.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines, plain or gzip: one full list per line")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--notices", type=Path, default=NOTICES, metavar="FOLDER", help="notices as text files with a line '# date: ...'")
    options = parser.parse_args(arguments)
    try:
        found = replay(options.files, options.notices)
    except snapshots.SnapshotRefused as refusal:
        print("{file}, line {line}: {why}".format(**refusal.details), file=sys.stderr)
        return 2
    print(json.dumps(found, ensure_ascii=False) if options.json else report.table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
