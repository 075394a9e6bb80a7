"""The machine door of the laboratory: results files and the inbox of readings that match no tube."""

import hashlib
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router
from ninja.files import UploadedFile

from epigrid.field.laboratory import actions, queries
from epigrid.registers.organisation import queries as organisation
from epigrid.store import commands, sheets
from epigrid.store.doors import REFUSALS, Acts, Command, Line, Maybe, Outcome, Reader, Rows, card, listed, perform, reader

router = Router(tags=["laboratory"])
acts = Acts("laboratory", router)
InboxOut = card(queries.InboxCard)


@router.get("/inbox", response=listed(InboxOut))
def inbox(request: HttpRequest) -> list[queries.InboxCard]:
    """Readings that wait for a person to say where they belong."""
    return queries.inbox(actor=reader(request).actor)


class FileIn(Command):
    """A results file of a laboratory."""

    body_id: UUID


@router.post("/results", response={200: Outcome, **REFUSALS}, operation_id="laboratory.import-results")
def import_results(request: HttpRequest, body: Form[FileIn], file: File[UploadedFile]) -> commands.Outcome:
    """Take a results file (CSV or Excel); the answer's rows say how many readings are new, unchanged, set aside, and each row refused."""
    it, content = reader(request), file.read()

    def do() -> Rows:
        organisation.body(actor=it.actor, body_id=body.body_id)
        sheet = sheets.read(content, file.name or "")
        report = actions.import_results(actor=it.actor, body_id=body.body_id, sheet=sheet, source=(file.name or "")[:60], now=it.now)
        counts = [f"created:{report.created}", f"unchanged:{report.unchanged}", f"set-aside:{report.set_aside}"]
        return [*counts, *(f"refused:{row.row}:{row.column}:{row.reason}" for row in report.refused[:200])]

    return perform(it, "laboratory.import-results", body, do, file=hashlib.sha256(content).hexdigest())


class ResolveIn(Command):
    """A reading of the inbox: the tube it belongs to, or why it belongs to none."""

    unmatched_id: UUID
    specimen_label: Maybe = ""
    reason: Line


@acts("/inbox/resolve")
def resolve(it: Reader, body: ResolveIn) -> Rows:
    """Say where a reading belongs."""
    actions.resolve_unmatched(actor=it.actor, unmatched_id=body.unmatched_id, specimen_label=body.specimen_label, reason=body.reason, now=it.now)
    return [body.unmatched_id]
