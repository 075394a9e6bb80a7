"""`epigrid trace`: research indexes from files of presences, and bounded questions to an index.

A register's index answers approved venue queries only; a research index is its own marked store and answers a file of cases, each row with its exposure record
and purpose.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from epigrid.interfaces.cli.reasons import LANGUAGES
from epigrid.interfaces.cli.trace import options
from epigrid.interfaces.cli.trace.words import line, words
from epigrid.kernel.errors import DomainError

HELP = """\
Exit code: 0 done, rows that were not taken are counted on standard error (and listed with --rejects), 2 a file, the index or the question was refused.
"""


def add_to(commands: Any) -> None:
    """The command and its verbs."""
    verbs = commands.add_parser("trace", help="who was where with whom: build an index, ask it", epilog=HELP).add_subparsers(
        required=True, metavar="VERB"
    )
    options.building(verbs)
    options.questions(verbs)
    for parser in verbs.choices.values():
        parser.epilog = HELP
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="list rows that were not taken: file, row, column, reason")
        parser.add_argument("--language", choices=LANGUAGES, default="zh" if os.environ.get("LANG", "zh").startswith("zh") else "en")
        parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Run the verb; its refusals in the reader's words on standard error with exit code 2."""
    from epigrid.interfaces.cli.trace import ask, build

    try:
        return build.run(given) if given.verb == "build" else ask.run(given)
    except DomainError as refusal:
        details = "".join(f"; {key}: {value}" for key, value in refusal.details.items() if value != "")
        said = f"{words(refusal.reason, given.language)} [{refusal.reason}]"
    except OSError as failure:
        said, details = str(failure), ""
    print(line("refused", given.language, words=said, details=details), file=sys.stderr)
    return 2
