"""Verbs of the policies register."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import rules
from epigrid.registers.policies.events import HoldsDelegated
from epigrid.registers.policies.models import Delegation
from epigrid.store import journal

LONGEST_HOLD_HOURS = 24
"""Beijing 2022-11-27: temporary control at most 24 h (policy-facts 10.8); a delegation never goes beyond."""


@transaction.atomic
def delegate_holds(
    *, actor: Actor, area: Area, holder_id: UUID, max_hours: int, text: str, until: datetime, now: datetime
) -> UUID:
    """Delegate issuing holds to a named holder in writing, for holds of at most `max_hours`, until `until`. Nothing else is ever delegated."""
    actor.require(Duty.COUNTY_EOC_OFFICER, area=area)
    if not (0 < max_hours <= LONGEST_HOLD_HOURS) or until <= now or not text.strip():
        raise rules.DelegationRefused(max_hours=max_hours)
    row = Delegation.objects.create(
        area=area, act="hold.issue", holder_id=holder_id, max_hours=max_hours, text=text, decided_by=actor.named, since=now, until=until
    )
    event = HoldsDelegated(area=area, delegation_id=row.id, holder_id=holder_id, max_hours=max_hours, until=until)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id
