"""The inbox: a person says where a reading belongs that matches no tube."""

from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.actions.settling import policy_of, runs_of, settle, write_runs
from epigrid.field.laboratory.actions.specimens import known
from epigrid.field.laboratory.events import UnmatchedResolved
from epigrid.field.laboratory.models import Specimen, Unmatched
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def resolve_unmatched(*, actor: Actor, unmatched_id: UUID, specimen_label: str, reason: str, now: datetime) -> None:
    """Say which specimen a reading of the inbox belongs to (its label), or with an empty label why it belongs to none.

    Whoever links a reading counts as having entered it: a positive is confirmed by somebody else.
    """
    row = Unmatched.objects.seen_by(actor).select_for_update().get(id=unmatched_id)
    actor.require(Duty.LABORATORY, area=row.area)
    if row.resolved_at is not None:
        raise rules.AlreadyResolved(row=str(unmatched_id))
    specimen = known(actor, row.area, [specimen_label]).get(specimen_label) if specimen_label else None
    if specimen_label and specimen is None:
        raise Specimen.DoesNotExist(specimen_label)
    row.resolved_by, row.resolved_at, row.resolution = actor.id, now, specimen_label or reason
    row.save(update_fields=["resolved_by", "resolved_at", "resolution"])
    event = UnmatchedResolved(area=row.area, unmatched_id=row.id, tube_id=specimen.tube_id if specimen else None, reason=reason)
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    if specimen is None:
        return
    reading = rules.ResultRow(
        row=0, label=specimen.label, tested_at=row.tested_at, orf_ct=row.orf_ct, n_ct=row.n_ct, targets=row.targets, stated=row.stated
    )
    verdict = rules.read_run(reading, policy_of(row.area, now))
    before = [run for run in runs_of(actor, [specimen.id]) if run.tested_at == row.tested_at]
    if before:
        if not any(rules.same_run((row.orf_ct, row.n_ct, verdict.outcome), (run.orf_ct, run.n_ct, run.outcome)) for run in before):
            raise rules.RunKnown(label=specimen.label)
        return
    write_runs(actor, row.area, [(specimen, reading, verdict)], row.source, now)
    events = settle(actor, row.area, [specimen], new_id(row.area, "import", fact), now)
    journal.record_many(events, actor=actor, at=now, caused_by=fact)
