"""Laboratories of a plan: what each takes of it and how the tubes get there."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from epigrid.command.planning.actions.plans import mine
from epigrid.command.planning.events import PlanChanged
from epigrid.command.planning.models import LaboratoryShare, Plan
from epigrid.command.planning.rules.capacity import Share
from epigrid.kernel.actors import Actor
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def set_share(*, actor: Actor, plan_id: UUID, share: Share, now: datetime, cause: UUID) -> UUID:
    """Say what a laboratory takes of a plan; said again it is said anew. `BadInput` where a number cannot be."""
    row = mine(actor, plan_id)
    share.check()
    values = asdict(share)
    body_id = values.pop("body_id")
    key = {"id": new_id(row.area, "plan-laboratory", row.id, body_id), "area": row.area}
    made, _new = LaboratoryShare.objects.seen_by(actor).update_or_create(plan=row, body_id=body_id, defaults=values, create_defaults=values | key)
    _changed(actor, row, now, cause)
    return made.id


@whole
def drop_share(*, actor: Actor, plan_id: UUID, body_id: UUID, now: datetime, cause: UUID) -> None:
    """A laboratory takes nothing of a plan any more."""
    row = mine(actor, plan_id)
    LaboratoryShare.objects.seen_by(actor).get(plan=row, body_id=body_id).delete()
    _changed(actor, row, now, cause)


def _changed(actor: Actor, row: Plan, now: datetime, cause: UUID) -> None:
    row.changed_at = now
    row.save(update_fields=["changed_at"])
    journal.record(PlanChanged(area=row.area, plan_id=row.id, what="laboratory"), actor=actor, at=now, caused_by=cause)
