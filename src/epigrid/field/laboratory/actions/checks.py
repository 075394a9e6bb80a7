"""Second persons: a positive is confirmed, and a correction agreed, by somebody who did not enter it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.actions.settling import corrected, facts_of, new_run, policy_of, settle
from epigrid.field.laboratory.events import CheckNeeded, CorrectionAsked, CorrectionDecided, TubePositive
from epigrid.field.laboratory.models import Run, Specimen
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Event
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def verify_positives(*, actor: Actor, specimen_ids: Sequence[UUID], now: datetime) -> None:
    """Confirm positives that wait for their second person; only now they are told. Refused whole: `NothingToVerify`, `SamePerson`."""
    rows = list(Specimen.objects.seen_by(actor).select_for_update().filter(id__in=specimen_ids).order_by("pk"))
    if len(rows) < len(set(specimen_ids)):
        raise Specimen.DoesNotExist
    facts = facts_of(actor, [row.id for row in rows])
    for row in rows:
        actor.require(Duty.LABORATORY, area=row.area)
        if row.awaits != "check":
            raise rules.NothingToVerify(label=row.label)
        if rules.entered_positive(facts.get(row.id, [])) == actor.named:
            raise rules.SamePerson(label=row.label)
    for row in rows:
        events: list[Event] = [corrected(row, "positive")] if row.outcome else []
        row.outcome, row.awaits, row.verified_by, row.verified_at = "positive", "", actor.named, now
        row.save(update_fields=["outcome", "awaits", "verified_by", "verified_at"])
        events.append(TubePositive(area=row.area, tube_id=row.tube_id, specimen_id=row.id))
        journal.record_many(events, actor=actor, at=now, caused_by=_last(row.tube_id, CheckNeeded))


def _last(tube_id: UUID, kind: type[Event], run_id: UUID | None = None) -> UUID:
    """The newest fact of a kind about a tube (about one of its runs)."""
    facts = [fact for fact in journal.facts_about(subject_id=tube_id) if isinstance(fact.event, kind)]
    mine = [fact.id for fact in facts if run_id is None or getattr(fact.event, "run_id", None) == run_id]
    return mine[-1]


@whole
def ask_correction(
    *, actor: Actor, run_id: UUID, orf_ct: float | None, n_ct: float | None, stated: str, reason: str, now: datetime
) -> UUID:  # fmt: skip
    """Say what a run should have said, and why; return the id of the correcting run. It counts once a second person agrees; both are kept for ever.

    Refused: `CorrectionEmpty` (no reason, or nothing else is said), `CorrectionOpen` (another correction of this run waits or was agreed).
    """
    run = Run.objects.seen_by(actor).select_for_update().get(id=run_id)
    actor.require(Duty.LABORATORY, area=run.area)
    specimen = Specimen.objects.seen_by(actor).get(id=run.specimen_id)
    corrections = Run.objects.seen_by(actor).filter(corrects=run).exclude(decision="refused")
    if corrections.exists() or (run.corrects_id is not None and run.decision != "agreed"):
        raise rules.CorrectionOpen(label=specimen.label)
    row = rules.ResultRow(
        row=0, label=specimen.label, tested_at=run.tested_at, orf_ct=orf_ct, n_ct=n_ct, targets=run.targets, stated=stated
    )  # fmt: skip
    verdict = rules.read_run(row, policy_of(run.area, now))
    if not reason.strip() or (orf_ct, n_ct, verdict.outcome) == (run.orf_ct, run.n_ct, run.outcome):
        raise rules.CorrectionEmpty(label=specimen.label)
    new = new_run(actor, run.area, specimen, row, verdict, now)
    new.id = new_id(run.area, "run", specimen.label, "corrects", run.id, now.isoformat())
    new.corrects, new.reason, new.source = run, reason[:200], run.source
    Run.objects.bulk_create([new])
    event = CorrectionAsked(area=run.area, tube_id=specimen.tube_id, specimen_id=specimen.id, run_id=new.id)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return new.id


@whole
def agree_correction(*, actor: Actor, run_id: UUID, now: datetime) -> None:
    """The second person agrees: the correcting run counts in place of the run it names; who acted on what was told before is told.

    While another correction of the specimen waits, what was told stands; the last decision settles them together.
    """
    _decide(actor, run_id, "agreed", now)


@whole
def refuse_correction(*, actor: Actor, run_id: UUID, now: datetime) -> None:
    """The second person does not agree: the run stands as it was; the refused correction is kept. Others of the specimen that waited for it count now."""
    _decide(actor, run_id, "refused", now)


def _decide(actor: Actor, run_id: UUID, decision: str, now: datetime) -> None:
    run = Run.objects.seen_by(actor).select_for_update().get(id=run_id, corrects__isnull=False)
    actor.require(Duty.LABORATORY, area=run.area)
    if run.decision:
        raise rules.CorrectionDecided(decision=run.decision)
    if run.entered_by == actor.named:
        raise rules.SamePerson()
    run.decision, run.decided_by, run.decided_at = decision, actor.named, now
    run.save(update_fields=["decision", "decided_by", "decided_at"])
    specimen = Specimen.objects.seen_by(actor).select_for_update().get(id=run.specimen_id)
    event = CorrectionDecided(area=run.area, tube_id=specimen.tube_id, run_id=run.id, agreed=decision == "agreed")
    fact = journal.record(event, actor=actor, at=now, caused_by=_last(specimen.tube_id, CorrectionAsked, run.id))
    events = settle(actor, run.area, [specimen], new_id(run.area, "import", fact), now, correcting=True)
    journal.record_many(events, actor=actor, at=now, caused_by=fact)
