"""The options of `epigrid trace`, without what it takes to run it."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

SUFFIXES = (".parquet", ".csv")
HELP = {
    "contacts": "everybody who was at a place with the exposed, longest first",
    "hops": "everybody who can be reached over any number of meetings",
    "places": "where exposure concentrates",
    "chains": "candidate transmission trees: hypotheses",
}
DIRECTIONS = ("forward", "backward")
SERIAL = ("mean", "sd", "lowest", "highest")
GODATA = "godata"
"""The reading that knows the headings of Go.Data's exports."""


def building(verbs: Any) -> None:
    """The verb and its options."""
    parser = verbs.add_parser("build", help="read files of presences into a research index")
    parser.add_argument("--visits", type=Path, nargs="+", required=True, metavar="FILE", help="CSV (UTF-8 or GBK) or Parquet")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the index")
    parser.add_argument("--map", action="append", default=[], metavar="FILE|HEADING=FIELD", help="a mapping (JSON), or what the files call a field")
    parser.add_argument("--save-map", type=Path, metavar="FILE", help="keep the mapping as it was used")
    parser.add_argument("--zone", default="", help="of stamps without a zone, and of the index's days; e.g. Asia/Shanghai")
    parser.add_argument("--places", type=Path, metavar="FILE", help="the places that exist, with their kind: columns place, kind")
    parser.add_argument(
        "--dwell", type=Path, metavar="FILE", help='minutes by kind of place (JSON), "*" for all others: stays of rows without an end'
    )
    parser.add_argument("--days", type=_days, metavar="DAY[..DAY]", help="build these days only, in place of what the index has of them")
    parser.add_argument("--until", default="", metavar="MOMENT", help="stamps from this moment on lie in the future and are rejected")
    parser.set_defaults(verb="build")


def questions(verbs: Any) -> None:
    """The four verbs and their options."""
    parsers = {verb: verbs.add_parser(verb, help=text) for verb, text in HELP.items()}
    for verb, parser in parsers.items():
        parser.add_argument("--index", type=Path, required=verb != "chains", metavar="DIR")
        parser.add_argument("--cases", type=Path, metavar="FILE", help="columns exposure, purpose, person, start, end; for chains also onset")
        parser.add_argument("--query", nargs="+", default=[], metavar="ID", help="on a register's index: approved venue queries, nothing else")
        parser.add_argument("--user", default="", help="on a register's index: the account that asks")
        parser.add_argument("--code", default="", help="the code of its second factor")
        parser.add_argument("--zone", default="", help="of stamps without a zone in the file of cases")
        parser.add_argument("--out", type=_table, required=True, metavar="FILE", help="written as .parquet or .csv")
        parser.set_defaults(verb=verb, links=None, reading="")
    parsers["contacts"].add_argument("--evidence", type=_table, metavar="FILE", help="write the meetings behind the answers")
    hops = parsers["hops"]
    hops.add_argument("--direction", choices=DIRECTIONS)
    hops.add_argument("--latency-hours", type=_number, help="from a person's exposure until he is infectious; no default")
    hops.add_argument("--min-minutes", type=_number, help="the shortest meeting that counts; no default")
    hops.add_argument("--horizon", default="", metavar="MOMENT", help="look until (backward: since) this moment; at most 21 days")
    linked = parsers["chains"]
    linked.add_argument("--links", type=Path, metavar="FILE", help="a list of links: the evidence in place of an index, with a line list as --cases")
    linked.add_argument(
        "--reading", default="", metavar=f"MAPPING|{GODATA}", help="how both files are read: a saved mapping (TOML or JSON), or Go.Data's"
    )
    for name in SERIAL:
        linked.add_argument(f"--{name}-days", type=_number, required=True, help="of the serial interval; no default")


def _table(text: str) -> Path:
    """A path that says by its suffix what is written."""
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError("a file name that ends in .parquet or .csv")
    return path


def _number(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e5:
        raise ValueError(text)
    return value


def _days(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    days = date.fromisoformat(first), date.fromisoformat(last or first)
    if days[1] < days[0]:
        raise ValueError(text)
    return days
