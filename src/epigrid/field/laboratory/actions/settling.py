"""What all runs of a specimen say together, and who is told."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.actions.specimens import BATCH
from epigrid.field.laboratory.events import CheckNeeded, RerunNeeded, ResultCorrected, TubeDoubtful, TubeInvalid, TubesNegative
from epigrid.field.laboratory.models import Run, Specimen
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.events import Event
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import queries as policies
from epigrid.store import clock
from epigrid.store.ids import new_id


def policy_of(area: Area, now: datetime) -> rules.ReadingPolicy:
    """The clause by which readings are read today."""
    return policies.clause(rules.ReadingPolicy, on=clock.local_day(area, now), area=area)


def runs_of(actor: Actor, specimen_ids: Sequence[UUID]) -> Iterator[Run]:
    """All runs of specimens, corrections and what they corrected included."""
    ids = sorted(set(specimen_ids))
    for start in range(0, len(ids), BATCH):
        yield from Run.objects.seen_by(actor).filter(specimen_id__in=ids[start : start + BATCH]).order_by("tested_at", "id")


def facts_of(actor: Actor, specimen_ids: Sequence[UUID]) -> dict[UUID, list[rules.RunFact]]:
    """The runs of specimens as the rules take them. Runs count in the order of the tests, however late a file comes."""
    found: dict[UUID, list[rules.RunFact]] = {}
    for run in runs_of(actor, specimen_ids):
        fact = rules.RunFact(
            id=run.id,
            tested_at=run.tested_at,
            outcome=run.outcome,
            entered_by=run.entered_by,
            corrects=run.corrects_id,
            agreed=run.decision == "agreed",
            waits=run.corrects_id is not None and not run.decision,
        )
        found.setdefault(run.specimen_id, []).append(fact)
    return found


def write_runs(actor: Actor, area: Area, new: Sequence[tuple[Specimen, rules.ResultRow, Verdict[str]]], source: str, now: datetime) -> None:
    """Write runs as they were read."""
    runs = [new_run(actor, area, specimen, row, verdict, now) for specimen, row, verdict in new]
    for run in runs:
        run.source = source
    Run.objects.bulk_create(runs, batch_size=BATCH)


def new_run(actor: Actor, area: Area, specimen: Specimen, row: rules.ResultRow, verdict: Verdict[str], now: datetime) -> Run:
    """A run of a specimen, not yet written."""
    return Run(
        id=new_id(area, "run", row.label, row.tested_at.isoformat()),
        area=area,
        specimen=specimen,
        tested_at=row.tested_at,
        orf_ct=row.orf_ct,
        n_ct=row.n_ct,
        targets=row.targets,
        outcome=verdict.outcome,
        clause_id=verdict.clause_id,
        edition=verdict.edition,
        entered_by=actor.id,
        entered_at=now,
    )


def settle(actor: Actor, area: Area, specimens: Sequence[Specimen], import_id: UUID, now: datetime, *, correcting: bool = False) -> list[Event]:
    """Judge specimens from all their runs and write what changed; return what is to be told.

    A positive is told to nobody before its second run (where the clause asks for one) and its second person. `correcting`: an outcome that was told
    before and is another one now is told as a correction too. A specimen of which a correction waits keeps what was told (`rules.told_stands`).
    """
    policy, facts = policy_of(area, now), facts_of(actor, [specimen.id for specimen in specimens])
    changes: dict[tuple[str, str], list[Specimen]] = {}
    events: list[Event] = []
    for specimen in specimens:
        runs = facts.get(specimen.id, [])
        if rules.told_stands(specimen.outcome, runs):
            continue
        outcome = rules.final([fact.outcome for fact in rules.standing(runs)], policy)
        if outcome is None:
            told, awaits = specimen.outcome, "rerun"
        elif outcome == "positive" and specimen.outcome != "positive":
            told, awaits = specimen.outcome, "check"
        else:
            told, awaits = outcome, ""
        if (told, awaits) != (specimen.outcome, specimen.awaits):
            changes.setdefault((told, awaits), []).append(specimen)
    for (told, awaits), changed in changes.items():
        if correcting:
            events += [corrected(one, told) for one in changed if one.outcome not in ("", told)]
        events += _told(area, [one for one in changed if awaits or one.outcome != told], told, awaits, import_id)
        _write(actor, changed, told, awaits)
    return events


def corrected(specimen: Specimen, outcome: str) -> ResultCorrected:
    """The fact that what was told of a specimen is another outcome now."""
    return ResultCorrected(area=specimen.area, tube_id=specimen.tube_id, specimen_id=specimen.id, was=specimen.outcome, outcome=outcome)


def _told(area: Area, specimens: Sequence[Specimen], outcome: str, awaits: str, import_id: UUID) -> list[Event]:
    if awaits or outcome == "invalid":
        kind = {"rerun": RerunNeeded, "check": CheckNeeded, "": TubeInvalid}[awaits]
        return [kind(area=area, tube_id=one.tube_id, specimen_id=one.id) for one in specimens]
    if outcome == "negative":
        ids = tuple(one.tube_id for one in sorted(specimens, key=lambda one: one.label))
        return [TubesNegative(area=area, import_id=import_id, tube_ids=ids)] if ids else []
    return [TubeDoubtful(area=area, tube_id=one.tube_id, specimen_id=one.id, outcome=outcome) for one in specimens]


def _write(actor: Actor, specimens: Sequence[Specimen], outcome: str, awaits: str) -> None:
    """A specimen that is run again leaves its plate for the queue."""
    off = {"plate": None, "well": None} if awaits == "rerun" else {}
    ids = sorted(specimen.id for specimen in specimens)
    for start in range(0, len(ids), BATCH):
        Specimen.objects.seen_by(actor).filter(id__in=ids[start : start + BATCH]).update(outcome=outcome, awaits=awaits, **off)
