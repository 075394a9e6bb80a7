"""Whoever has not come: reminders that stop by themselves (S-213), callers for units that are behind at half time (S-187)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.rounds import REPORTERS, still_open
from epigrid.field.sampling.events import CallersNeeded, RemainingHandedOut, RemindersGiven
from epigrid.field.sampling.models import Reminder, RosterRow
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def remind(
    *, actor: Actor, round_id: UUID, person_ids: Sequence[UUID], channel: str, now: datetime, cause: UUID, result: str = ""
) -> tuple[UUID, ...]:
    """Note that people were reminded, and what came of it (`rules.CALL_RESULTS`) where that is known; return who was.

    Whoever was sampled, is exempt or away is left out: nobody is reminded after his sample.
    """
    if result and result not in rules.CALL_RESULTS:
        raise rules.CallResultUnknown(result=result, known=list(rules.CALL_RESULTS))
    row = still_open(actor, round_id)
    actor.require(*REPORTERS, Duty.PHONE_OPERATOR, area=row.area if actor.holds(*REPORTERS, Duty.PHONE_OPERATOR, area=row.area) else actor.areas()[0])
    waited = RosterRow.objects.seen_by(actor).filter(round=row, person_id__in=person_ids, struck=False, state__in=queries.WAITED_FOR)
    areas = {one.person_id: one.area for one in waited}
    fresh = tuple(one for one in dict.fromkeys(person_ids) if one in areas)
    Reminder.objects.bulk_create(
        [
            Reminder(
                id=new_id(row.area, "reminder", row.id, one, channel, now.isoformat()),
                area=areas[one],
                round=row,
                person_id=one,
                channel=channel,
                result=result,
                by=actor.id,
                at=now,
            )
            for one in fresh
        ],
        ignore_conflicts=True,
    )
    if fresh:
        event = RemindersGiven(area=row.area, round_id=row.id, person_ids=fresh, channel=channel)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return fresh


@whole
def ask_for_callers(*, actor: Actor, round_id: UUID, now: datetime, cause: UUID) -> tuple[UUID, ...]:
    """From half time on: the units in which fewer were sampled than the round's share, each of which gets a caller; before half time none.

    The fact is told also where no unit is behind: it is the mark that the question was asked.
    """
    row = still_open(actor, round_id)
    actor.require(Duty.PROCEDURE, Duty.COMMUNITY_SECRETARY, Duty.TESTING_FORCE, area=row.area)
    if now < rules.half_time(opens_at=row.opens_at, closes_at=row.closes_at):
        return ()
    behind = [
        unit
        for unit in queries.turnout(actor=actor, round_id=round_id)
        if rules.judge_turnout(sampled=unit.sampled, total=unit.total, target_percent=row.turnout_percent)
    ]
    units = tuple(unit.place_id for unit in behind)
    event = CallersNeeded(area=row.area, round_id=row.id, directive_id=row.directive_id, place_ids=units)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return units


HANDERS_OUT = (Duty.COMMUNITY_SECRETARY, Duty.TESTING_FORCE)


@whole
def hand_out_remaining(*, actor: Actor, round_id: UUID, now: datetime, cause: UUID) -> list[UUID]:
    """Send somebody to each unit where an open round still waits for people; return the units. Handed out again only where nobody was sent before."""
    row = still_open(actor, round_id)
    actor.require(*HANDERS_OUT, area=row.area)
    told = [fact.event for fact in journal.facts(actor=actor, kinds=[RemainingHandedOut.kind], subjects=[row.id])]
    sent = {place for event in told if isinstance(event, RemainingHandedOut) for place in event.place_ids}
    units = [unit for unit in queries.waited_for(actor=actor, round_id=round_id) if unit not in sent]
    if units:
        event = RemainingHandedOut(area=row.area, round_id=row.id, directive_id=row.directive_id, place_ids=tuple(units))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return units


@whole
def call_at_half_time(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Ask for callers in each open round of an area whose half time has come, once a round; return in how many (S-187)."""
    due = queries.half_time_due(actor=actor, area=area, now=now)
    for round_id in due:
        ask_for_callers(actor=actor, round_id=round_id, now=now, cause=cause)
    return len(due)
