"""The machine door of the laboratory: results by file, message and hand; second persons; plates, queue and chain; the inbox."""

import hashlib
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router
from ninja.files import UploadedFile

from epigrid.field.laboratory import actions, queries, rules
from epigrid.kernel.errors import NotFound
from epigrid.registers.organisation import queries as organisation
from epigrid.store import commands
from epigrid.store.doors import (  # fmt: skip
    REFUSALS,
    Acts,
    Command,
    Count,
    Ids,
    Line,
    Maybe,
    Moment,
    Outcome,
    Phrase,
    Reader,
    Rows,
    Text,
    Word,
    card,
    listed,
    perform,
    reader,
)

router = Router(tags=["laboratory"])
acts = Acts("laboratory", router)
InboxOut, SpecimenOut, CorrectionOut = card(queries.InboxCard), card(queries.SpecimenCard), card(queries.CorrectionCard)
QueueOut, PlateOut, ConsignmentOut = card(queries.QueueCard), card(queries.PlateCard), card(queries.ConsignmentCard)
BenchOut, OutlookOut, StepOut = card(queries.BenchCard), card(queries.OutlookCard), card(queries.StepCard)
Cycles = Annotated[float, Field(ge=0, le=rules.MAX_CQ)]
Minutes = Annotated[int, Field(ge=1, le=10_000)]
Wells = Annotated[int, Field(ge=1, le=1536)]
Rank = Annotated[int, Field(ge=1, le=9)]
Labels = Annotated[list[Line], Field(max_length=1536)]


@router.get("/inbox", response=listed(InboxOut))
def inbox(request: HttpRequest) -> list[queries.InboxCard]:
    """Readings that wait for a person to say where they belong."""
    return queries.inbox(actor=reader(request).actor)


@router.get("/checks", response=listed(SpecimenOut))
def checks(request: HttpRequest) -> list[queries.SpecimenCard]:
    """Positives that wait for a second person."""
    return queries.checks(actor=reader(request).actor)


@router.get("/corrections", response=listed(CorrectionOut))
def corrections(request: HttpRequest) -> list[queries.CorrectionCard]:
    """Corrections that wait for a second person."""
    return queries.corrections(actor=reader(request).actor)


@router.get("/consignments", response=listed(ConsignmentOut))
def consignments(request: HttpRequest) -> list[queries.ConsignmentCard]:
    """Tubes on their way between laboratories."""
    return queries.consignments(actor=reader(request).actor)


@router.get("/specimen", response=listed(SpecimenOut))
def specimen(request: HttpRequest, label: Line) -> list[queries.SpecimenCard]:
    """A tube with all its runs, corrections and what they corrected."""
    found = queries.labelled(actor=reader(request).actor, label=label)
    if not found:
        raise NotFound
    return found


def _body(request: HttpRequest, body_id: UUID) -> Reader:
    """The reader, when the laboratory is there for him."""
    it = reader(request)
    organisation.body(actor=it.actor, body_id=body_id)
    return it


@router.get("/bench", response={200: BenchOut, **REFUSALS})
def bench(request: HttpRequest, body_id: UUID) -> queries.BenchCard:
    """What a laboratory said of itself."""
    return queries.bench(actor=_body(request, body_id).actor, body_id=body_id)


@router.get("/queue", response=listed(QueueOut))
def queue(request: HttpRequest, body_id: UUID) -> list[queries.QueueCard]:
    """The tubes that wait, in the order in which they are read."""
    return queries.queue(actor=_body(request, body_id).actor, body_id=body_id)


@router.get("/plates", response=listed(PlateOut))
def plates(request: HttpRequest, body_id: UUID) -> list[queries.PlateCard]:
    """The newest plates, well by well."""
    return queries.plates(actor=_body(request, body_id).actor, body_id=body_id)


@router.get("/outlook", response={200: OutlookOut, **REFUSALS})
def outlook(request: HttpRequest, body_id: UUID, by: Moment | None = None) -> queries.OutlookCard:
    """When the waiting tubes will be read, and which will not be read by a moment."""
    it = _body(request, body_id)
    return queries.outlook(actor=it.actor, body_id=body_id, now=it.now, by=by)


@router.get("/chain", response=listed(StepOut))
def chain(request: HttpRequest, body_id: UUID) -> list[queries.StepCard]:
    """The laboratory's links with counts, delays, owner and time."""
    it = _body(request, body_id)
    return queries.chain(actor=it.actor, body_id=body_id, now=it.now)


class FileIn(Command):
    """A results file of a laboratory."""

    body_id: UUID


@router.post("/results", response={200: Outcome, **REFUSALS}, operation_id="laboratory.import-results")
def import_results(request: HttpRequest, body: Form[FileIn], file: File[UploadedFile]) -> commands.Outcome:
    """Take a results file (CSV, Excel, FHIR R4, HL7 v2); the answer's rows count new, unchanged and set aside, and name each refused row and unread part."""
    it, content, name = reader(request), file.read(), file.name or ""

    def do() -> Rows:
        organisation.body(actor=it.actor, body_id=body.body_id)
        found = actions.import_file(actor=it.actor, body_id=body.body_id, content=content, name=name, now=it.now)
        counts = [f"created:{found.rows.created}", f"unchanged:{found.rows.unchanged}", f"set-aside:{found.rows.set_aside}"]
        refused = [f"refused:{row.row}:{row.column}:{row.reason}" for row in found.rows.refused[:200]]
        return [*counts, *refused, *(f"unread:{part}" for part in found.unknown[:200])]

    return perform(it, "laboratory.import-results", body, do, file=hashlib.sha256(content).hexdigest())


class ResultIn(Command):
    """One run by hand: Ct of one or two targets (0 or nothing: not found), or the outcome in words."""

    body_id: UUID
    label: Line
    tested_at: Moment
    orf_ct: Cycles | None = None
    n_ct: Cycles | None = None
    targets: Annotated[int, Field(ge=1, le=2)] = 2
    stated: Word | None = None


@acts("/results/enter")
def enter_result(it: Reader, body: ResultIn) -> Rows:
    """Enter a run by hand; a positive waits for a second person."""
    stated = rules.stated(body.stated or "")
    row = rules.ResultRow(
        row=1, label=body.label, tested_at=body.tested_at, orf_ct=body.orf_ct or None, n_ct=body.n_ct or None, targets=body.targets, stated=stated
    )
    return [actions.enter_result(actor=it.actor, body_id=body.body_id, row=row, now=it.now)]


class VerifyIn(Command):
    """Positives that a second person looked at."""

    specimen_ids: Ids


@acts("/checks/verify")
def verify(it: Reader, body: VerifyIn) -> Rows:
    """Confirm positives that somebody else entered."""
    actions.verify_positives(actor=it.actor, specimen_ids=body.specimen_ids, now=it.now)
    return body.specimen_ids


class CorrectIn(Command):
    """What a run should have said, and why."""

    run_id: UUID
    orf_ct: Cycles | None = None
    n_ct: Cycles | None = None
    stated: Word | None = None
    reason: Text


@acts("/corrections/ask")
def ask_correction(it: Reader, body: CorrectIn) -> Rows:
    """Ask for a correction; it counts once a second person agrees."""
    values = {"orf_ct": body.orf_ct or None, "n_ct": body.n_ct or None}
    return [
        actions.ask_correction(actor=it.actor, run_id=body.run_id, stated=rules.stated(body.stated or ""), reason=body.reason, now=it.now, **values)
    ]


class DecideIn(Command):
    """A correction that somebody else asked for."""

    run_id: UUID


@acts("/corrections/agree")
def agree_correction(it: Reader, body: DecideIn) -> Rows:
    """Agree to a correction; who acted on the old result is told."""
    actions.agree_correction(actor=it.actor, run_id=body.run_id, now=it.now)
    return [body.run_id]


@acts("/corrections/refuse")
def refuse_correction(it: Reader, body: DecideIn) -> Rows:
    """Refuse a correction; the run stands."""
    actions.refuse_correction(actor=it.actor, run_id=body.run_id, now=it.now)
    return [body.run_id]


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


class BenchIn(Command):
    """What a laboratory can do; what is left out it has not said."""

    body_id: UUID
    tubes_per_day: Count | None = None
    turnaround_minutes: Minutes | None = None
    queue_limit: Count | None = None
    plate_wells: Wells | None = None
    overflow_id: UUID | None = None


@acts("/bench/set")
def set_bench(it: Reader, body: BenchIn) -> Rows:
    """Say what a laboratory can do a day, and which one takes what is too much."""
    mine = rules.Bench(tubes_per_day=body.tubes_per_day, turnaround_minutes=body.turnaround_minutes, queue_limit=body.queue_limit)
    actions.set_bench(
        actor=it.actor, body_id=body.body_id, bench=mine, plate_wells=body.plate_wells, overflow_id=body.overflow_id, now=it.now
    )  # fmt: skip
    return [body.body_id]


class HeadingIn(Command):
    """What a laboratory calls a field in its files; no field: the column is left out."""

    body_id: UUID
    heading: Line
    field: Maybe = ""


@acts("/bench/heading")
def save_heading(it: Reader, body: HeadingIn) -> Rows:
    """Keep what a heading stands for, for the next files of this laboratory."""
    actions.save_columns(actor=it.actor, body_id=body.body_id, columns={body.heading: body.field}, now=it.now)
    return [body.body_id]


class RankIn(Command):
    """How early a round's tubes are read: 1 first, 9 last."""

    body_id: UUID
    round_id: UUID
    rank: Rank


@acts("/queue/rank")
def rank_round(it: Reader, body: RankIn) -> Rows:
    """Rank a round in a laboratory's queue."""
    actions.rank_round(actor=it.actor, body_id=body.body_id, round_id=body.round_id, rank=body.rank, now=it.now)
    return [body.round_id]


class PlateIn(Command):
    """A plate: tubes well by well (`-`: a control or nothing), or none: the next ones of the queue."""

    body_id: UUID
    label: Line
    wells: Wells
    tubes: Labels = []


@acts("/plates/lay")
def lay_plate(it: Reader, body: PlateIn) -> Rows:
    """Lay tubes on a plate."""
    return [actions.lay_plate(actor=it.actor, body_id=body.body_id, label=body.label, wells=body.wells, tubes=body.tubes, now=it.now)]


class FailIn(Command):
    """A plate whose controls failed."""

    plate_id: UUID
    reason: Phrase


@acts("/plates/fail")
def fail_plate(it: Reader, body: FailIn) -> Rows:
    """Give a plate's unread tubes back to the queue."""
    actions.fail_plate(actor=it.actor, plate_id=body.plate_id, reason=body.reason, now=it.now)
    return [body.plate_id]


class SendOnIn(Command):
    """Tubes for another laboratory, with the count said aloud."""

    body_id: UUID
    to_body_id: UUID
    labels: Annotated[list[Line], Field(min_length=1, max_length=1000)]
    said: Count


@acts("/consignments/send")
def send_on(it: Reader, body: SendOnIn) -> Rows:
    """Send waiting tubes on to another laboratory."""
    return [
        actions.send_on(actor=it.actor, body_id=body.body_id, to_body_id=body.to_body_id, labels=body.labels, said=body.said, now=it.now)
    ]  # fmt: skip


class TakeOverIn(Command):
    """The tubes that were found in what another laboratory sent on."""

    consignment_id: UUID
    labels: Annotated[list[Line], Field(max_length=1000)] = []


@acts("/consignments/take")
def take_over(it: Reader, body: TakeOverIn) -> Rows:
    """Count what another laboratory sent on; the answer names what is missing."""
    return actions.take_over(actor=it.actor, consignment_id=body.consignment_id, labels=body.labels, now=it.now)
