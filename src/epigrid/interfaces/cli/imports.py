"""`epigrid import`: a county's file, first looked at, then taken; refused rows go out with their reason and come back mended."""

import argparse
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from epigrid.interfaces import startup
from epigrid.interfaces.cli import reasons
from epigrid.interfaces.cli.reasons import line, words

KINDS = ("roster", "results", "scans")
SHOWN_ROWS = 50
HELP = """\
Exit code: 0 nothing was refused, 1 rows were refused (all others are taken), 2 the whole file was refused.
The same file again changes nothing; refused rows come back with --errors, are mended, and only these are taken.
"""


def add_to(commands: Any) -> None:
    """The command and its options."""
    parser = commands.add_parser("import", help="take a county's file: roster, results (tables, FHIR R4, HL7 v2), scans", epilog=HELP)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--user", required=True, help="the account in whose name the file is taken")
    parser.add_argument("--code", default="", help="the code of its second factor, where its duty needs one")
    parser.add_argument("--body", default="", help="for results: the laboratory's name")
    parser.add_argument("--area", default="", help="the area, when the account has several")
    parser.add_argument("--preview", action="store_true", help="show how the file is understood and what would happen; write nothing")
    parser.add_argument(
        "--map", action="append", default=[], metavar="HEADING=FIELD", help="what this county calls a field; an empty field: left out"
    )
    parser.add_argument("--mapping", type=Path, help="a file of such headings (TOML)")
    parser.add_argument("--save-mapping", action="store_true", help="keep the headings as understood for the next file of this kind")
    parser.add_argument("--errors", type=Path, help="write the refused rows with their reasons to this file")
    parser.add_argument("--language", choices=reasons.LANGUAGES, default="zh" if os.environ.get("LANG", "zh").startswith("zh") else "en")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look at the file or take it; every refusal in the reader's words."""
    startup.prepare()
    from epigrid.kernel.errors import DomainError

    try:
        return _run(options)
    except DomainError as refusal:
        details = "".join(f"; {key}: {_shown(value)}" for key, value in refusal.details.items())
        print(line("refused", options.language, words=words(refusal.reason, options.language), details=details))
    except (OSError, tomllib.TOMLDecodeError) as failure:
        print(line("refused", options.language, words=failure, details=""))
    return 2


def _run(options: argparse.Namespace) -> int:
    from epigrid.interfaces import intake
    from epigrid.store import sheets

    language = options.language
    content = options.file.read_bytes()
    if intake.is_message(options.kind, content):
        return _messages(options, content)
    sheet = sheets.read(content, options.file.name)
    mapping = {**_remembered(options, sheet), **_given(options.map)}
    understood = intake.understand(kind=options.kind, sheet=sheet, mapping=mapping)
    print(line("preview" if options.preview else "taken", language, name=options.file.name, encoding=sheet.encoding or "Excel"))
    if options.preview or understood.missing:
        _print_columns(understood, language)
    verb = intake.preview if options.preview else intake.take
    report = verb(kind=options.kind, understood=understood, source=options.file.name, sender=_sender(options))
    _print_report(options, report, understood.sheet, "row")
    if options.save_mapping:
        _save(options, understood)
    return 1 if report.refused else 0


def _messages(options: argparse.Namespace, content: bytes) -> int:
    """A laboratory's FHIR R4 or HL7 v2 file: it has no columns, so nothing is mapped; the parts that nobody reads are named."""
    from epigrid.interfaces import intake

    verb = intake.preview_messages if options.preview else intake.take_messages
    found = verb(content=content, source=options.file.name, sender=_sender(options))
    kind = "FHIR" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "HL7 v2"
    print(line("preview" if options.preview else "taken", options.language, name=options.file.name, encoding=kind))
    if found.unknown:
        print(line("unread", options.language, parts=", ".join(found.unknown[:SHOWN_ROWS])))
    _print_report(options, found.rows, found.sheet, "message")
    return 1 if found.rows.refused else 0


def _sender(options: argparse.Namespace) -> Any:
    from epigrid.interfaces import intake

    return intake.Sender(username=options.user, code=options.code, body=options.body, area=options.area)


def _print_report(options: argparse.Namespace, report: Any, sheet: Any, each: str) -> None:
    """The counts, the refused rows (or messages), and the file of them where one is wanted."""
    from epigrid.store import sheets

    language = options.language
    counts = {name: getattr(report, name) for name in ("created", "updated", "unchanged", "set_aside")}
    print(line("would" if options.preview else "did", language, refused=len(report.refused), **counts))
    for row in report.refused[:SHOWN_ROWS]:
        print(line(each if row.column else f"whole-{each}", language, row=row.row, column=row.column, words=words(row.reason, language)))
    if len(report.refused) > SHOWN_ROWS:
        print(line("more", language, count=len(report.refused) - SHOWN_ROWS))
    if options.errors and report.refused:
        _write(options.errors, sheets.refused_csv(sheet, report, headings=reasons.ERROR_HEADINGS[language], words=_all_words(language)))
        print(line("errors", language, count=len(report.refused), path=options.errors))


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _all_words(language: str) -> dict[str, str]:
    return {key: words(key, language) for key in reasons.REASONS}


def _print_columns(understood: Any, language: str) -> None:
    for place, column in enumerate(understood.columns, start=1):
        heading = column.heading or line("no-heading", language, place=place)
        print(line(column.why or "column", language, heading=heading, field=column.field))
    taken = {column.field for column in understood.columns}
    absent = [f"{headings[0]} ({name})" for name, headings in understood.names.items() if name not in taken]
    if absent:
        print(line("absent", language, fields=", ".join(absent)))


def _given(pairs: list[str]) -> dict[str, str]:
    from epigrid.store.sheets import MappingWrong

    found: dict[str, str] = {}
    for pair in pairs:
        heading, mark, field = pair.rpartition("=")
        if not mark or not heading.strip():
            raise MappingWrong(map=pair)
        found[heading] = field
    return found


def _mapping_path(options: argparse.Namespace) -> Path:
    from django.conf import settings

    return options.mapping or Path(settings.EPIGRID_VAR) / "mappings" / f"{options.kind}.toml"


def _remembered(options: argparse.Namespace, sheet: Any) -> Mapping[str, str]:
    """The headings of the mapping file that stand in this sheet; the file that was saved before, when none is named."""
    from epigrid.store import sheets

    path = _mapping_path(options)
    fresh = options.save_mapping and not path.exists()
    if fresh or (options.mapping is None and not path.exists()):
        return {}
    content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    columns = content.get("columns")
    if (
        content.get("kind", options.kind) != options.kind
        or not isinstance(columns, dict)
        or not all(isinstance(value, str) for value in columns.values())
    ):
        raise sheets.MappingWrong(file=path.name, kind=content.get("kind"))
    print(line("remembered", options.language, path=path))
    return sheets.standing(sheet, columns)


def _save(options: argparse.Namespace, understood: Any) -> None:
    path = _mapping_path(options)
    kept = [column for column in understood.columns if column.heading and (column.field or column.why == "left-out")]
    lines = [f"kind = {json.dumps(options.kind)}", "", "[columns]"]
    lines += [f"{json.dumps(column.heading, ensure_ascii=False)} = {json.dumps(column.field)}" for column in kept]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(line("saved", options.language, path=path))


def _write(path: Path, content: bytes) -> None:
    """Write what names people so that only its owner reads it."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
