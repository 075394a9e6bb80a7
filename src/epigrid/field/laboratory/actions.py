"""Verbs of the laboratory."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from epigrid.field.laboratory import formats, rules
from epigrid.field.laboratory.events import (
    RerunNeeded,
    ResultsImported,
    ResultsUnmatched,
    SpecimensRegistered,
    TubeDoubtful,
    TubeInvalid,
    TubePositive,
    TubesNegative,
    UnmatchedResolved,
)
from epigrid.field.laboratory.models import Run, Specimen, Unmatched
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Event
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal, sheets
from epigrid.store.ids import new_id, repeated_id


@transaction.atomic
def register_specimens(*, actor: Actor, body_id: UUID, tubes: Sequence[tuple[UUID, str, int]], now: datetime, cause: UUID) -> int:
    """Register tubes (id, label, number of people) that a laboratory received; return how many are new."""
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(Duty.LABORATORY, Duty.PROCEDURE, area=body.area)
    known = _known(actor, body.area, [label for _, label, _ in tubes])
    fresh = [
        Specimen(
            id=new_id(body.area, "specimen", label),
            area=body.area,
            body_id=body_id,
            tree=body.area.tree,
            label=label,
            tube_id=tube_id,
            people=people,
            received_at=now,
            caused_by=cause,
        )
        for tube_id, label, people in tubes
        if label not in known
    ]
    Specimen.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    if fresh:
        event = SpecimensRegistered(area=body.area, body_id=body_id, specimens=len(fresh))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _known(actor: Actor, area: Area, labels: Sequence[str]) -> dict[str, Specimen]:
    found: dict[str, Specimen] = {}
    for start in range(0, len(labels), 500):
        rows = Specimen.objects.seen_by(actor).filter(tree=area.tree, label__in=labels[start : start + 500])
        found |= {row.label: row for row in rows}
    return found


@transaction.atomic
def import_results(*, actor: Actor, body_id: UUID, sheet: sheets.Sheet, source: str, now: datetime) -> sheets.ImportReport:
    """Take a laboratory's file: every row is read, set aside in the inbox, unchanged from before, or refused with row, column and reason.

    Readings of labels that no specimen has land in the inbox. The same file again changes nothing.
    """
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(Duty.LABORATORY, area=body.area)
    zone = clock.zone(body.area)
    rows, refused = [], []
    for number, cells in sheets.pick(sheet, names=formats.HEADINGS, needed=formats.NEEDED):
        parsed = formats.result_row(number, cells, zone)
        if isinstance(parsed, tuple):
            refused.append(sheets.RowRefusal(row=number, column=parsed[0], reason=parsed[1]))
        else:
            rows.append(parsed)
    known = _known(actor, body.area, [row.label for row in rows])
    matched = [row for row in rows if row.label in known]
    aside = _set_aside(actor, body.area, body_id, [row for row in rows if row.label not in known], source, now)
    new = _new_runs(actor, matched, known)
    report = sheets.ImportReport(created=len(new), unchanged=len(rows) - len(new) - len(aside), set_aside=len(aside), refused=tuple(refused))
    if new or aside:
        _tell(actor, body.area, new, known, source, report, now)
    return report


def _set_aside(actor: Actor, area: Area, body_id: UUID, rows: Sequence[rules.ResultRow], source: str, now: datetime) -> list[Unmatched]:
    labels = sorted({row.label for row in rows})
    known: set[tuple[str, datetime]] = set()
    for start in range(0, len(labels), 500):
        seen = Unmatched.objects.seen_by(actor).filter(area=area, label__in=labels[start : start + 500])
        known |= set(seen.values_list("label", "tested_at"))
    fresh = {(row.label, row.tested_at): row for row in rows if (row.label, row.tested_at) not in known}
    waiting = [
        Unmatched(
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
        for row in fresh.values()
    ]
    return Unmatched.objects.bulk_create(waiting, ignore_conflicts=True, batch_size=500)


def _new_runs(actor: Actor, rows: Sequence[rules.ResultRow], known: dict[str, Specimen]) -> list[rules.ResultRow]:
    specimens = [known[row.label].id for row in rows]
    done: set[tuple[UUID, datetime]] = set()
    for start in range(0, len(specimens), 500):
        seen = Run.objects.seen_by(actor).filter(specimen_id__in=specimens[start : start + 500])
        done |= set(seen.values_list("specimen_id", "tested_at"))
    fresh: dict[tuple[UUID, datetime], rules.ResultRow] = {}
    for row in rows:
        key = (known[row.label].id, row.tested_at)
        if key not in done:
            fresh.setdefault(key, row)
    return sorted(fresh.values(), key=lambda row: (row.tested_at, row.label))


def _tell(
    actor: Actor,
    area: Area,
    rows: Sequence[rules.ResultRow],
    known: dict[str, Specimen],
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
    events = _read(actor, area, rows, known, source, import_id, now)
    if report.set_aside:
        events.append(ResultsUnmatched(area=area, import_id=import_id, count=report.set_aside))
    journal.record_many(events, actor=actor, at=now, caused_by=fact)


def _read(
    actor: Actor, area: Area, rows: Sequence[rules.ResultRow], known: dict[str, Specimen], source: str, import_id: UUID, now: datetime
) -> list[Event]:
    policy = policies.clause(rules.ReadingPolicy, on=clock.local_day(area, now), area=area)
    before = _outcomes(actor, [known[row.label].id for row in rows])
    runs, changed = [], {}
    for row in rows:
        specimen = known[row.label]
        verdict = rules.read_run(row, policy)
        runs.append(
            Run(
                id=new_id(area, "run", row.label, row.tested_at.isoformat()),
                area=area,
                specimen=specimen,
                tested_at=row.tested_at,
                orf_ct=row.orf_ct,
                n_ct=row.n_ct,
                outcome=verdict.outcome,
                source=source,
                clause_id=verdict.clause_id,
                edition=verdict.edition,
            )
        )
        outcomes = before.setdefault(specimen.id, [])
        outcomes.append((row.tested_at, verdict.outcome))
        changed[specimen.id] = (specimen, rules.final([outcome for _tested_at, outcome in sorted(outcomes)], policy))
    Run.objects.bulk_create(runs, batch_size=500)
    return _events(actor, area, list(changed.values()), import_id)


def _outcomes(actor: Actor, specimen_ids: Sequence[UUID]) -> dict[UUID, list[tuple[datetime, str]]]:
    """What was read of specimens before: when tested, outcome. Runs count in the order of the tests, however late a file comes."""
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for start in range(0, len(specimen_ids), 500):
        rows = Run.objects.seen_by(actor).filter(specimen_id__in=specimen_ids[start : start + 500]).order_by("tested_at", "id")
        for specimen_id, tested_at, outcome in rows.values_list("specimen_id", "tested_at", "outcome"):
            found.setdefault(specimen_id, []).append((tested_at, outcome))
    return found


def _events(actor: Actor, area: Area, changed: Sequence[tuple[Specimen, str | None]], import_id: UUID) -> list[Event]:
    events: list[Event] = []
    by_outcome: dict[str, list[Specimen]] = {}
    for specimen, outcome in changed:
        if outcome is None:
            events.append(RerunNeeded(area=area, tube_id=specimen.tube_id, specimen_id=specimen.id))
        elif outcome != specimen.outcome:
            by_outcome.setdefault(outcome, []).append(specimen)
    for outcome, specimens in by_outcome.items():
        ids = [specimen.id for specimen in specimens]
        for start in range(0, len(ids), 500):
            Specimen.objects.seen_by(actor).filter(id__in=ids[start : start + 500]).update(outcome=outcome)
    for specimen in by_outcome.pop("positive", []):
        events.append(TubePositive(area=area, tube_id=specimen.tube_id, specimen_id=specimen.id))
    for specimen in by_outcome.pop("invalid", []):
        events.append(TubeInvalid(area=area, tube_id=specimen.tube_id, specimen_id=specimen.id))
    negative = by_outcome.pop("negative", [])
    for outcome, specimens in sorted(by_outcome.items()):
        events += [TubeDoubtful(area=area, tube_id=row.tube_id, specimen_id=row.id, outcome=outcome) for row in specimens]
    if negative:
        ids_of = tuple(specimen.tube_id for specimen in sorted(negative, key=lambda specimen: specimen.label))
        events.append(TubesNegative(area=area, import_id=import_id, tube_ids=ids_of))
    return events


@transaction.atomic
def resolve_unmatched(*, actor: Actor, unmatched_id: UUID, specimen_label: str, reason: str, now: datetime) -> None:
    """Say which specimen a reading of the inbox belongs to (its label), or with an empty label why it belongs to none."""
    row = Unmatched.objects.seen_by(actor).select_for_update().get(id=unmatched_id)
    actor.require(Duty.LABORATORY, area=row.area)
    if row.resolved_at is not None:
        raise rules.AlreadyResolved(row=str(unmatched_id))
    specimen = _known(actor, row.area, [specimen_label]).get(specimen_label) if specimen_label else None
    if specimen_label and specimen is None:
        raise Specimen.DoesNotExist(specimen_label)
    row.resolved_by, row.resolved_at, row.resolution = actor.id, now, specimen_label or reason
    row.save(update_fields=["resolved_by", "resolved_at", "resolution"])
    event = UnmatchedResolved(area=row.area, unmatched_id=row.id, tube_id=specimen.tube_id if specimen else None, reason=reason)
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    if specimen is not None:
        reading = rules.ResultRow(
            row=0, label=specimen.label, tested_at=row.tested_at, orf_ct=row.orf_ct, n_ct=row.n_ct, targets=row.targets, stated=row.stated
        )
        if _new_runs(actor, [reading], {specimen.label: specimen}):
            events = _read(actor, row.area, [reading], {specimen.label: specimen}, row.source, new_id(row.area, "import", fact), now)
            journal.record_many(events, actor=actor, at=now, caused_by=fact)
