"""Verbs of the policies register."""

from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries, rules
from epigrid.registers.policies.events import DelegationEnded, HoldDelegated
from epigrid.registers.policies.models import Delegation
from epigrid.store import clock, ids, journal, locks
from epigrid.store.acts import whole

ACT = "hold.issue"
DIRECTIVE = "organisation.directive-issued"
"""The kind of the fact that a delegation rests on, told by a register above this one."""


@whole
def delegate_hold(*, actor: Actor, area: Area, to_holder_id: UUID, max_hours: int, until: datetime, now: datetime, cause: UUID) -> UUID:
    """Delegate issuing holds of at most `max_hours` to a named holder until `until`, by a directive of the county EOC; return the delegation.

    `cause` is the fact that issued the directive: the directive must name the act and cover the area. Nothing but a hold is ever delegated, and never longer
    than the hold clause allows. The same directive for the same holder again changes nothing.
    """
    actor.require(Duty.COUNTY_EOC_OFFICER, area=area)
    directive_id = _directive(cause, area)
    on = clock.local_day(area, now)
    acts = queries.clause(rules.DelegationPolicy, on=on, area=area).acts
    longest = queries.longest_hold(area=area, on=on)
    rules.judge_delegation(act=ACT, acts=acts, hours=max_hours, longest=longest, ends_later=until > now)
    locks.hold(f"delegation {directive_id}")
    known = Delegation.objects.seen_by(actor).filter(directive_id=directive_id, act=ACT, area=area, to_holder_id=to_holder_id).first()
    if known is not None:
        return known.id
    row = Delegation.objects.create(
        id=ids.new_id(area, "delegation", directive_id, ACT, area, to_holder_id),
        area=area,
        act=ACT,
        to_holder_id=to_holder_id,
        max_hours=max_hours,
        directive_id=directive_id,
        decided_by=actor.id,
        since=now,
        until=until,
        caused_by=cause,
    )
    event = HoldDelegated(area=area, delegation_id=row.id, directive_id=directive_id, to_holder_id=to_holder_id, max_hours=max_hours, until=until)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _directive(cause: UUID, area: Area) -> UUID:
    """A delegation is written: the causing fact issued a directive that names the act and covers the area."""
    event = journal.causes(cause)[0].event
    if event.kind != DIRECTIVE or ACT not in getattr(event, "acts", ()) or not event.area.covers(area):
        raise rules.DelegationRefused(cause=str(cause), why="no directive that carries it")
    return event.subject_id


@whole
def end_delegation(*, actor: Actor, delegation_id: UUID, now: datetime) -> None:
    """Take a delegation back; holds already issued under it run on to their own end. Ending twice, or after the end, changes nothing."""
    row = Delegation.objects.seen_by(actor).select_for_update().get(id=delegation_id)
    actor.require(Duty.COUNTY_EOC_OFFICER, area=row.area)
    if row.until <= now:
        return
    if now <= row.since:
        raise rules.DelegationRefused(delegation_id=str(delegation_id), why="not begun")
    row.until = now
    row.save(update_fields=["until"])
    journal.record(DelegationEnded(area=row.area, delegation_id=row.id), actor=actor, at=now, caused_by=row.caused_by)
