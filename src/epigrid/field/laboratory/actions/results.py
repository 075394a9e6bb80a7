"""Results: files, messages and readings by hand become runs; what runs say together is settled, and told once a second person has seen a positive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import formats, rules
from epigrid.field.laboratory.actions.settling import policy_of, runs_of, settle, write_runs
from epigrid.field.laboratory.actions.specimens import BATCH, known
from epigrid.field.laboratory.events import ResultsImported, ResultsUnmatched
from epigrid.field.laboratory.models import Run, Specimen, Unmatched
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.organisation import queries as organisation
from epigrid.store import clock, journal, sheets
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

BY_HAND = "by hand"


@dataclass
class _Sorted:
    """Rows of a file, sorted out: runs to write with their verdicts, how many are known, and what is refused."""

    new: list[tuple[rules.ResultRow, Verdict[str]]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[sheets.RowRefusal] = field(default_factory=list)


@whole
def import_results(*, actor: Actor, body_id: UUID, sheet: sheets.Sheet, source: str, now: datetime) -> sheets.ImportReport:
    """Take a laboratory's table: every row is read, set aside in the inbox, unchanged from before, or refused with row, column and reason.

    Readings of labels that no specimen has land in the inbox. The same file again changes nothing; a row that says of a known run something else than
    before is refused: what was told is changed by a correction only.
    """
    area = _area(actor, body_id)
    rows, refused = [], []
    for number, cells in sheets.pick(sheet, names=formats.HEADINGS, needed=formats.NEEDED):
        parsed = formats.result_row(number, cells, clock.zone(area))
        if isinstance(parsed, tuple):
            refused.append(sheets.RowRefusal(row=number, column=parsed[0], reason=parsed[1]))
        else:
            rows.append(parsed)
    return _take(actor, area, body_id, rows, refused, source, now)


@whole
def import_messages(*, actor: Actor, body_id: UUID, content: bytes, source: str, now: datetime) -> tuple[sheets.ImportReport, formats.Messages]:
    """Take FHIR or HL7 results as `import_results` takes a table; also what was read, and the parts that nobody here reads. `NotAMessage` if it is neither."""
    area = _area(actor, body_id)
    found = formats.messages(content, clock.zone(area))
    refused = [sheets.RowRefusal(row=one.row, column=one.column, reason=one.reason) for one in found.refused]
    return _take(actor, area, body_id, found.rows, refused, source, now), found


@whole
def enter_result(*, actor: Actor, body_id: UUID, row: rules.ResultRow, now: datetime) -> UUID:
    """Enter one run by hand and return its id; the same run again is the same. Refused: a label that no specimen has, a moment after now, `RunKnown`."""
    area = _area(actor, body_id)
    if row.tested_at > now:
        raise BadInput(field="tested_at", why="in the future")
    by_label = known(actor, area, [row.label])
    if row.label not in by_label:
        raise Specimen.DoesNotExist(row.label)
    rules.read_run(row, policy_of(area, now))
    _take(actor, area, body_id, [row], [], BY_HAND, now)
    runs = Run.objects.seen_by(actor).filter(specimen=by_label[row.label], tested_at=row.tested_at)
    same = [run.id for run in runs.order_by("entered_at", "pk") if rules.same_run(_values(row, run.outcome), (run.orf_ct, run.n_ct, run.outcome))]
    if not same:
        raise rules.RunKnown(label=row.label)
    return same[-1]


def _area(actor: Actor, body_id: UUID) -> Area:
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(Duty.LABORATORY, area=body.area)
    return body.area


def _take(
    actor: Actor, area: Area, body_id: UUID, rows: Sequence[rules.ResultRow], refused: Sequence[sheets.RowRefusal], source: str, now: datetime
) -> sheets.ImportReport:
    by_label = known(actor, area, [row.label for row in rows])
    matched = [row for row in rows if row.label in by_label]
    aside, clashing = _set_aside(actor, area, body_id, [row for row in rows if row.label not in by_label], source, now)
    sorted_out = _sort_out(actor, area, matched, by_label, now)
    everything = [*refused, *sorted_out.refused, *clashing]
    done = len(sorted_out.new) + len(aside) + len(sorted_out.refused) + len(clashing)
    report = sheets.ImportReport(
        created=len(sorted_out.new),
        unchanged=len(rows) - done,
        set_aside=len(aside),
        refused=tuple(sorted(everything, key=lambda one: (one.row, one.column, one.reason))),
    )
    if sorted_out.new or aside:
        _tell(actor, area, sorted_out.new, by_label, source, report, now)
    return report


def _sort_out(actor: Actor, area: Area, rows: Sequence[rules.ResultRow], by_label: Mapping[str, Specimen], now: datetime) -> _Sorted:
    """What is new, known, and different from before. The rows of a file count in the order of the tests."""
    it = _Sorted()
    if not rows:
        return it
    policy = policy_of(area, now)
    said: dict[tuple[UUID, datetime], list[rules.Values]] = {}
    for run in runs_of(actor, [by_label[row.label].id for row in rows]):
        said.setdefault((run.specimen_id, run.tested_at), []).append((run.orf_ct, run.n_ct, run.outcome))
    for row in sorted(rows, key=lambda row: (row.tested_at, row.label, row.row)):
        try:
            verdict = rules.read_run(row, policy)
        except rules.LimitsUnset as unset:
            it.refused.append(sheets.RowRefusal(row=row.row, column="", reason=unset.reason))
            continue
        before = said.setdefault((by_label[row.label].id, row.tested_at), [])
        if not before:
            it.new.append((row, verdict))
            before.append(_values(row, verdict.outcome))
        elif any(rules.same_run(_values(row, verdict.outcome), values) for values in before):
            it.unchanged += 1
        else:
            it.refused.append(sheets.RowRefusal(row=row.row, column="", reason=rules.RunKnown.reason))
    return it


def _values(row: rules.ResultRow, outcome: str) -> rules.Values:
    return row.orf_ct, row.n_ct, outcome


def _set_aside(
    actor: Actor, area: Area, body_id: UUID, rows: Sequence[rules.ResultRow], source: str, now: datetime
) -> tuple[list[Unmatched], list[sheets.RowRefusal]]:
    """Readings of unknown labels, kept once each; a reading that says something else than the one that is kept is refused."""
    labels = sorted({row.label for row in rows})
    kept: dict[tuple[str, datetime], Unmatched | rules.ResultRow] = {}
    for start in range(0, len(labels), BATCH):
        for one in Unmatched.objects.seen_by(actor).filter(area=area, label__in=labels[start : start + BATCH]):
            kept[one.label, one.tested_at] = one
    fresh: list[Unmatched] = []
    clashing: list[sheets.RowRefusal] = []
    for row in rows:
        before = kept.setdefault((row.label, row.tested_at), row)
        if before is row:
            fresh.append(_unmatched(area, body_id, row, source, now))
        elif (before.orf_ct, before.n_ct, before.stated) != (row.orf_ct, row.n_ct, row.stated):
            clashing.append(sheets.RowRefusal(row=row.row, column="", reason=rules.RunKnown.reason))
    return Unmatched.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH), clashing


def _unmatched(area: Area, body_id: UUID, row: rules.ResultRow, source: str, now: datetime) -> Unmatched:
    return Unmatched(
        id=new_id(area, "unmatched", row.label, row.tested_at.isoformat()),
        area=area,
        body_id=body_id,
        label=row.label,
        tested_at=row.tested_at,
        orf_ct=row.orf_ct,
        n_ct=row.n_ct,
        targets=row.targets,
        stated=row.stated,
        source=source,
        received_at=now,
    )


def _tell(
    actor: Actor,
    area: Area,
    new: Sequence[tuple[rules.ResultRow, Verdict[str]]],
    by_label: Mapping[str, Specimen],
    source: str,
    report: sheets.ImportReport,
    now: datetime,
) -> None:
    import_id = repeated_id(area, "import", source)
    event = ResultsImported(
        area=area,
        import_id=import_id,
        source=source,
        read=report.created,
        unchanged=report.unchanged,
        unmatched=report.set_aside,
        refused=len(report.refused),
    )
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    write_runs(actor, area, [(by_label[row.label], row, verdict) for row, verdict in new], source, now)
    events = settle(actor, area, list({row.label: by_label[row.label] for row, _ in new}.values()), import_id, now)
    if report.set_aside:
        events.append(ResultsUnmatched(area=area, import_id=import_id, count=report.set_aside))
    journal.record_many(events, actor=actor, at=now, caused_by=fact)
