"""A laboratory's file as it comes: a table under its own headings, FHIR or HL7; looked at first, or taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from epigrid.field.laboratory import formats, queries
from epigrid.field.laboratory.actions.results import import_messages, import_results
from epigrid.kernel.actors import Actor
from epigrid.store import sheets
from epigrid.store.acts import whole


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What became of a file: its rows, how its columns were understood (tables), and the parts that nobody here reads (messages).

    `sheet` is what refused rows are written from, to be mended and sent again (`sheets.refused_csv`): of a table the columns that were taken, since the others may
    name people; of messages the tube that each of them names.
    """

    rows: sheets.ImportReport
    columns: tuple[sheets.Column, ...] = ()
    unknown: tuple[str, ...] = ()
    sheet: sheets.Sheet = field(default=sheets.Sheet(headings=(), rows=()))


@whole
def import_file(
    *, actor: Actor, body_id: UUID, content: bytes, name: str, now: datetime, columns: Mapping[str, str] | None = None
) -> FileReport:  # fmt: skip
    """Take a file; the laboratory's saved headings are used, `columns` (heading -> field) goes before them. The same file again changes nothing."""
    source = name[:60]
    if formats.is_message(content):
        report, found = import_messages(actor=actor, body_id=body_id, content=content, source=source, now=now)
        labels = found.labels
        rows = tuple((labels.get(number, ""),) for number in range(1, max(labels, default=0) + 1))
        sheet = sheets.Sheet(headings=formats.HEADINGS["label"][:1], rows=rows, first_row=1)
        return FileReport(rows=report, unknown=found.unknown, sheet=sheet)
    understood = _understood(actor, body_id, content, name, columns or {})
    report = import_results(actor=actor, body_id=body_id, sheet=understood.canonical(), source=source, now=now)
    refused = tuple(replace(row, column=understood.heading_of(row.column)) for row in report.refused)
    return FileReport(rows=replace(report, refused=refused), columns=understood.columns, sheet=_taken(understood.canonical()))


def preview_file(
    *, actor: Actor, body_id: UUID, content: bytes, name: str, now: datetime, columns: Mapping[str, str] | None = None
) -> FileReport:  # fmt: skip
    """What `import_file` would report now. Nothing is written: the same verb runs in a transaction that is undone. Missing headings are no refusal here."""
    with transaction.atomic():
        try:
            report = import_file(actor=actor, body_id=body_id, content=content, name=name, now=now, columns=columns)
        except sheets.HeadingsMissing:
            report = FileReport(rows=sheets.ImportReport(), columns=_understood(actor, body_id, content, name, columns or {}).columns)
        transaction.set_rollback(True)
    return report


def _taken(sheet: sheets.Sheet) -> sheets.Sheet:
    """A canonical sheet without the columns that are not taken. Cells beyond the last heading stay beyond it: a shifted row is refused again until it is mended."""
    kept = [place for place, heading in enumerate(sheet.headings) if heading]
    rows = tuple((*(row[place] for place in kept), *row[len(sheet.headings) :]) for row in sheet.rows)
    return replace(sheet, headings=tuple(sheet.headings[place] for place in kept), rows=rows)


def _understood(actor: Actor, body_id: UUID, content: bytes, name: str, columns: Mapping[str, str]) -> sheets.Understood:
    sheet = sheets.read(content, name)
    saved = sheets.standing(sheet, queries.bench(actor=actor, body_id=body_id).columns)
    return sheets.understand(sheet, names=formats.HEADINGS, needed=formats.NEEDED, mapping={**saved, **columns})
