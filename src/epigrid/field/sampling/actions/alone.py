"""Who is never pooled with others (S-210): measures that run, and the lists of open rounds that follow them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries
from epigrid.field.sampling.events import ListsMoved
from epigrid.field.sampling.models import ListChange, RosterRow, Round, SampledAlone
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Running:
    """A measure that binds somebody until a moment."""

    measure_id: UUID
    until: datetime


@whole
def keep_alone(*, actor: Actor, running: Mapping[UUID, Sequence[Running]], now: datetime, cause: UUID) -> int:
    """Bring who is sampled alone in line with the measures that run for these people now (none: an empty list); return how many lists of rounds changed.

    The caller re-reads the measures, so order and repetition cannot matter. An order that was never served does not run and moves nobody.
    """
    cards = people.people(actor=actor, ids=list(running))
    for card in cards:
        actor.require(Duty.PROCEDURE, area=card.area)
    wanted = [
        SampledAlone(id=one.measure_id, area=card.area, person_id=card.id, until=one.until, since=now) for card in cards for one in running[card.id]
    ]
    ids = [card.id for card in cards]
    SampledAlone.objects.seen_by(actor).filter(person_id__in=ids).exclude(id__in=[row.id for row in wanted]).delete()
    SampledAlone.objects.bulk_create(wanted, update_conflicts=True, unique_fields=["id"], update_fields=["until"])
    return sort_lists(actor=actor, person_ids=ids, now=now, cause=cause)


@whole
def sort_lists(*, actor: Actor, person_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """Put people of open rounds on the list on which they are sampled now; return how many rows changed.

    Whoever was sampled in the round stays on the list on which he was, whoever waits apart on the site stays there.
    """
    rows = RosterRow.objects.seen_by(actor).filter(person_id__in=list(person_ids), struck=False, round__closed_at__isnull=True)
    rows = rows.exclude(list="isolated").exclude(state="sampled", way="here").select_related("round")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not found:
        return 0
    on = clock.local_day(Area(found[0].area), now)
    lists = queries.door_lists(actor=actor, on=on, now=now, person_ids=[row.person_id for row in found])
    moved: dict[tuple[UUID, str], list[RosterRow]] = {}
    for row in found:
        to = lists.get(row.person_id, "pooled")
        if row.list != to:
            moved.setdefault((row.round_id, to), []).append(row)
    for (round_id, to), changed in moved.items():
        actor.require(Duty.PROCEDURE, area=changed[0].round.area)
        note_changes(changed[0].round, changed, until=now)
        RosterRow.objects.seen_by(actor).filter(id__in=[row.id for row in changed]).update(list=to)
        event = ListsMoved(area=changed[0].round.area, round_id=round_id, person_ids=tuple(row.person_id for row in changed), to=to)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return sum(len(changed) for changed in moved.values())


def note_changes(round_row: Round, rows: Sequence[RosterRow], *, until: datetime, was: str = "") -> None:
    """Keep on which list people stood until now (`was`, or the row's own), before they come to another one; of several changes at one moment the first counts."""
    changes = [
        ListChange(
            id=new_id(round_row.area, "list-change", round_row.id, row.person_id, until.isoformat()),
            area=row.area,
            round=round_row,
            person_id=row.person_id,
            was=was or row.list,
            until=until,
        )
        for row in rows
    ]
    ListChange.objects.bulk_create(changes, ignore_conflicts=True)


@whole
def sort_registered(*, actor: Actor, entry_ids: Sequence[UUID], area: Area, now: datetime, cause: UUID) -> int:
    """As `sort_lists`, for whom these entries of the day's register put in quarantine at home today; an entry for a later day is refused at the table then."""
    entries = people.day_register(actor=actor, on=clock.local_day(area, now), area=area)
    asked = set(entry_ids)
    ids = [entry.person_id for entry in entries if entry.id in asked and entry.category == people.QUARANTINED]
    return sort_lists(actor=actor, person_ids=ids, now=now, cause=cause)
