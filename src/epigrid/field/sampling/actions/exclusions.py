"""Exclusions: who is left out of rounds for a while, for a reason and with an end."""

from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.reports import exempt
from epigrid.field.sampling.events import ExclusionEnded, PersonExcluded
from epigrid.field.sampling.models import Exclusion, RosterRow
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id

EXCLUDERS = (Duty.COMMUNITY_SECRETARY, Duty.TESTING_FORCE)


@whole
def exclude(*, actor: Actor, person_id: UUID, reason: str, until: datetime, now: datetime) -> UUID:
    """Leave somebody out of rounds until a moment: in each that is open or opens before it he is exempt. A living exclusion is replaced by the new one.

    It binds nobody: who comes to a table is sampled all the same.
    """
    card = people.person(actor=actor, person_id=person_id)
    actor.require(*EXCLUDERS, area=card.area)
    rules.judge_exclusion(reason=reason, until=until, now=now)
    Exclusion.objects.seen_by(actor).filter(person_id=person_id).delete()
    row = Exclusion.objects.create(
        id=repeated_id(card.area, "exclusion", person_id),
        area=card.area,
        person_id=person_id,
        reason=reason,
        until=until,
        by=actor.id,
        at=now,
    )
    event = PersonExcluded(area=card.area, exclusion_id=row.id, person_id=person_id, until=until)
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    for roster in RosterRow.objects.seen_by(actor).filter(person_id=person_id, struck=False, round__closed_at__isnull=True).select_related("round"):
        exempt(actor, roster.round, {person_id}, now, fact)
    return row.id


@whole
def end_exclusion(*, actor: Actor, exclusion_id: UUID, now: datetime, cause: UUID) -> None:
    """End an exclusion before its time: from the next round on he is asked for as everybody else. Classes of rounds that run stay as reported."""
    row = Exclusion.objects.seen_by(actor).get(id=exclusion_id)
    actor.require(*EXCLUDERS, area=row.area)
    event = ExclusionEnded(area=row.area, exclusion_id=row.id, person_id=row.person_id)
    row.delete()
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def forget_exclusions(*, actor: Actor, area: Area, now: datetime) -> int:
    """Delete exclusions that have ended; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    gone, _by_table = Exclusion.objects.seen_by(actor).filter(area__within=area, until__lte=now).delete()
    return gone
