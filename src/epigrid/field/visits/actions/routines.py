"""The day's routine: a county writes it down, measures say whom it watches, workers do its items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from epigrid.field.visits import queries, rules
from epigrid.field.visits.actions.campaigns import VISITORS
from epigrid.field.visits.actions.series import Record, draw_recall, note_deed
from epigrid.field.visits.events import ItemDone, RoutineChanged, RoutineSet
from epigrid.field.visits.models import DoneItem, Routine, Watched
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A measure that watches a person or a place, until when: the row's own id, the measure's, and where it lies."""

    id: UUID
    target: str
    source_id: UUID
    area: Area
    since: datetime
    until: datetime
    person_id: UUID | None = None
    place_id: UUID | None = None


@whole
def set_routine(*, actor: Actor, area: Area, target: str, items: Sequence[rules.Item], basis: str, until: datetime, now: datetime) -> UUID:
    """Write down what is done in a day for everybody of a target (home, site, zone) in an area, on what basis and until when; no items turn it off (S-146).

    It takes the place of what the same area had for the target before.
    """
    actor.require(Duty.COUNTY_EOC_OFFICER, area=area)
    rules.judge_routine(target=target, items=items, basis=basis, ends_at=until, now=now)
    Routine.objects.seen_by(actor).filter(area=area, target=target, until__gt=now).update(until=now)
    row = Routine.objects.create(
        id=repeated_id(area, "routine", area, target),
        area=area,
        target=target,
        items=[[one.item.strip(), one.starts.isoformat("minutes"), one.ends.isoformat("minutes")] for one in items],
        basis=basis[:200],
        since=now,
        until=until,
        set_by=actor.named,
    )
    event = RoutineSet(area=area, routine_id=row.id, target=target, items=len(items), basis=basis)
    cause = journal.record(event, actor=actor, at=now, caused_by=None)
    _tell(actor, list(Watched.objects.seen_by(actor).filter(area__within=area, target=target, until__gt=now)), now, cause)
    return row.id


@whole
def watch(*, actor: Actor, running: Mapping[UUID, Sequence[Watch]], now: datetime, cause: UUID) -> int:
    """Bring whom a routine watches in line with the measures that run now, by person or by zone (none: an empty list); return how many rows changed.

    The caller re-reads the measures, so order and repetition cannot matter. Where no routine is set nothing is kept.
    """
    wanted = {one.id: one for some in running.values() for one in some}
    for one in wanted.values():
        actor.require(Duty.PROCEDURE, area=one.area)
    rows = Watched.objects.seen_by(actor).select_for_update()
    known = {row.id: row for key in ("person_id", "source_id") for row in rows.filter(**{f"{key}__in": list(running)}).order_by("pk")}
    changed = [row for row in known.values() if row.id not in wanted and row.until > now]
    for row in changed:
        row.until = now
    moved = [row for key, row in known.items() if key in wanted and (row.since, row.until) != (wanted[key].since, wanted[key].until)]
    for row in moved:
        row.since, row.until = wanted[row.id].since, wanted[row.id].until
    Watched.objects.bulk_update([*changed, *moved], ["since", "until"])
    plans = queries.routines(actor=actor, now=now)
    fresh = [_row(one) for key, one in wanted.items() if key not in known and any(plan.covers(one.target, one.area) for plan in plans)]
    Watched.objects.bulk_create(fresh, ignore_conflicts=True)
    _tell(actor, [*changed, *moved, *fresh], now, cause)
    return len(changed) + len(moved) + len(fresh)


def _row(one: Watch) -> Watched:
    return Watched(
        id=one.id,
        area=one.area,
        target=one.target,
        source_id=one.source_id,
        person_id=one.person_id,
        place_id=one.place_id,
        since=one.since,
        until=one.until,
    )


def _tell(actor: Actor, rows: Sequence[Watched], now: datetime, cause: UUID) -> None:
    """One fact for each area, with the people and places whose items are others now."""
    by_area: dict[Area, list[Watched]] = {}
    for row in rows:
        by_area.setdefault(Area(row.area), []).append(row)
    events = [
        RoutineChanged(
            area=area,
            first_id=some[0].id,
            person_ids=tuple(row.person_id for row in some if row.person_id is not None),
            place_ids=tuple(row.place_id for row in some if row.place_id is not None),
        )
        for area, some in sorted(by_area.items())
    ]
    journal.record_many(events, actor=actor, at=now, caused_by=cause)


@whole
def do_item(*, actor: Actor, watched: UUID, item_id: UUID, day: date, now: datetime, value: str = "") -> UUID:
    """Do one item of a day for a person or place that a routine watches; again by whomever it stays done. Entered after its window it is taken as late."""
    found = queries.item(actor=actor, watched=watched, item_id=item_id, day=day)
    actor.require(*VISITORS, Duty.SITE_MANAGER, area=found.area)
    if day > clock.local_day(found.area, now):
        raise rules.NotOfThisDay(day=str(day))
    if DoneItem.objects.seen_by(actor).filter(id=item_id).exists():
        return item_id
    late = rules.is_late(at=now, window_ends=found.ends_at)
    row = DoneItem(id=item_id, area=found.area, watched_id=found.row_id, day=day, value=value[:60], late=late, by=actor.id, at=now)
    DoneItem.objects.bulk_create([row], ignore_conflicts=True)
    event = ItemDone(area=found.area, item_id=item_id, watched_id=watched, day=day, late=late)
    fact_id = journal.record(event, actor=actor, at=now, caused_by=None)
    record = Record(kind="item", id=item_id, area=found.area, fact_id=fact_id, door=watched, person_id=found.person_id, place_id=found.place_id)
    note_deed(actor=actor, hand=actor.id, record=record, at=now, now=now)
    draw_recall(actor=actor, hand=actor.id, record=record, now=now)
    return item_id
