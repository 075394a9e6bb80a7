"""Tubes at a table or a door: open, swab in queue order, walk off, close."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.alone import note_changes
from epigrid.field.sampling.actions.reports import recompute
from epigrid.field.sampling.events import PooledBeforeOrder, SwabsTaken, SwabWithdrawn, TubeClosed, TubeOpened
from epigrid.field.sampling.models import Registration, RosterRow, Round, Swab, TestDue, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import bulk, clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id
from epigrid.store.scoped import ScopedQuerySet

TABLE = (Duty.REGISTRAR, Duty.SAMPLER)


@dataclass(frozen=True, kw_only=True)
class Filling:
    """A whole tube: its label, how many people it may hold, and its people in queue order; where it comes later, when each was swabbed and it was open."""

    label: str
    pool_size: int
    person_ids: Sequence[UUID]
    moments: Mapping[UUID, datetime] = field(default_factory=dict)
    opened_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class _Queue:
    """People who are swabbed into a tube from position `first` on, after the `present` ones; `moments`: when, where that is not now."""

    tube: Tube
    person_ids: Sequence[UUID]
    first: int = 1
    present: int = 0
    moments: Mapping[UUID, datetime] = field(default_factory=dict)


@whole
def open_tube(*, actor: Actor, area: Area, label: str, pool_size: int, now: datetime, cause: UUID, round_id: UUID | None = None) -> UUID:
    """Open a tube of a size that the clause knows, for a round or (without) for single tests; the same label again is the same tube."""
    new = Tube(area=area, label=label, pool_size=pool_size, round_id=round_id, opened_at=now, caused_by=cause)
    tube = _tubes(actor, [new])[0]
    if tube is new:
        journal.record(_opened(tube), actor=actor, at=now, caused_by=cause)
    return tube.id


@whole
def fill_tubes(*, actor: Actor, area: Area, tubes: Sequence[Filling], now: datetime, cause: UUID, round_id: UUID | None = None) -> list[UUID]:
    """Whole tubes in one act, as from a table without a network, a door or a paper list: opened, their people swabbed in queue order, closed.

    Refused whole. The same label with the same people again is the same tube. The ids come in the order of the tubes.
    """
    asked = {tube.label: list(dict.fromkeys(tube.person_ids)) for tube in tubes}
    for label, person_ids in asked.items():
        if not person_ids:
            raise rules.TubeEmpty(label=label)
    news = [_new(tube, area=area, round_id=round_id, now=now, cause=cause) for tube in tubes]
    found = _tubes(actor, news)
    queues = [
        _Queue(tube=same, person_ids=asked[same.label], moments=tube.moments)
        for tube, same, new in zip(tubes, found, news, strict=True)
        if same is new
    ]
    fresh = [queue.tube for queue in queues]
    late = _place(actor, queues, now=now)
    told = [
        event
        for tube in fresh
        for event in (_opened(tube), _swabbed(tube, asked[tube.label]), *_late(tube, asked[tube.label], late), _closed(tube, len(asked[tube.label])))
    ]
    journal.record_many(told, actor=actor, at=now, caused_by=cause)
    for tube in found:
        if tube not in fresh and (tube.state == "open" or _queued(actor, tube) != asked[tube.label]):
            raise rules.LabelTaken(label=tube.label)
    return [tube.id for tube in found]


@whole
def fill_tube(
    *, actor: Actor, area: Area, label: str, pool_size: int, person_ids: Sequence[UUID], now: datetime, cause: UUID, round_id: UUID | None = None
) -> UUID:
    """One whole tube, as `fill_tubes`."""
    tube = Filling(label=label, pool_size=pool_size, person_ids=person_ids)
    return fill_tubes(actor=actor, area=area, tubes=[tube], now=now, cause=cause, round_id=round_id)[0]


def _new(tube: Filling, *, area: Area, round_id: UUID | None, now: datetime, cause: UUID) -> Tube:
    closed_at = tube.closed_at or now
    opened_at = min(tube.opened_at or now, closed_at)
    plain = {"area": area, "round_id": round_id, "opened_at": opened_at, "closed_at": closed_at, "state": "closed", "caused_by": cause}
    return Tube(label=tube.label, pool_size=tube.pool_size, **plain)


def _tubes(actor: Actor, news: Sequence[Tube]) -> list[Tube]:
    """For each new tube, all of one area and round, the one that bears its label already, or itself, written."""
    area, round_id = news[0].area, news[0].round_id
    actor.require(*TABLE, area=area)
    policy = policies.clause(rules.TubePolicy, on=clock.local_day(area, news[0].opened_at), area=area)
    labels = [new.label for new in news]
    known = {tube.label: tube for tube in Tube.objects.seen_by(actor).filter(tree=area.tree, label__in=labels)}
    for new in news:
        same = known.get(new.label, new)
        if new.pool_size not in policy.pool_sizes:
            raise rules.PoolSizeUnknown(pool_size=new.pool_size, known=list(policy.pool_sizes))
        if labels.count(new.label) > 1 or (same.pool_size, same.round_id) != (new.pool_size, round_id):
            raise rules.LabelTaken(label=new.label)
    fresh = [new for new in news if new.label not in known]
    if fresh and round_id is not None and Round.objects.seen_by(actor).get(id=round_id).closed_at is not None:
        raise rules.RoundNotOpen(round=str(round_id))
    for new in fresh:
        new.id, new.tree, new.purpose = new_id(area, "tube", new.label), area.tree, "round" if round_id else "test"
    bulk.insert(fresh)
    return [known.get(new.label, new) for new in news]


def _opened(tube: Tube) -> TubeOpened:
    return TubeOpened(area=tube.area, tube_id=tube.id, round_id=tube.round_id, pool_size=tube.pool_size)


def _swabbed(tube: Tube, person_ids: Sequence[UUID]) -> SwabsTaken:
    return SwabsTaken(area=tube.area, tube_id=tube.id, round_id=tube.round_id, person_ids=tuple(person_ids))


def _late(tube: Tube, person_ids: Sequence[UUID], late: Collection[UUID]) -> list[PooledBeforeOrder]:
    them = tuple(person_id for person_id in person_ids if person_id in late)
    return [PooledBeforeOrder(area=tube.area, tube_id=tube.id, round_id=tube.round_id, person_ids=them)] if them and tube.round_id else []


def _closed(tube: Tube, people_count: int) -> TubeClosed:
    return TubeClosed(area=tube.area, tube_id=tube.id, round_id=tube.round_id, people=people_count)


@whole
def take_swabs(*, actor: Actor, tube_id: UUID, person_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """Swab people into an open tube, in queue order; return how many were new. A person already in this tube counts once.

    Refused whole: more than the tube holds (S-199), a person in another tube of the round, a person who is not on the roster, and a person
    of a door list together with others.
    """
    tube = Tube.objects.seen_by(actor).select_for_update().get(id=tube_id)
    actor.require(*TABLE, area=tube.area)
    if tube.state != "open":
        raise rules.TubeNotOpen(label=tube.label)
    swabs = list(Swab.objects.seen_by(actor).filter(tube=tube).values_list("person_id", "position", "withdrawn_at"))
    present = {person_id for person_id, _, withdrawn_at in swabs if withdrawn_at is None}
    fresh = [person_id for person_id in dict.fromkeys(person_ids) if person_id not in present]
    first = max((position for _, position, _ in swabs), default=0) + 1
    _place(actor, [_Queue(tube=tube, person_ids=fresh, first=first, present=len(present))], now=now)
    if fresh:
        journal.record(_swabbed(tube, fresh), actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _place(actor: Actor, queues: Sequence[_Queue], *, now: datetime) -> set[UUID]:
    """Swab people who are not in their tube yet; the tubes are all of one round, or of none. Who was pooled before it was known that he is alone."""
    for queue in queues:
        if queue.present + len(queue.person_ids) > queue.tube.pool_size:
            raise rules.TubeFull(label=queue.tube.label, pool_size=queue.tube.pool_size)
    person_ids = [person_id for queue in queues for person_id in queue.person_ids]
    if not person_ids:
        return set()
    round_id = queues[0].tube.round_id
    areas, late = _roster_areas(actor, queues, round_id, now) if round_id else (_test_areas(actor, person_ids), set())
    bulk.insert(
        [
            Swab(
                id=new_id(queue.tube.area, "swab", queue.tube.id, person_id, position),
                area=areas[person_id],
                tube=queue.tube,
                round_id=round_id,
                person_id=person_id,
                position=position,
                at=queue.moments.get(person_id, now),
                by=actor.id,
                before_order=person_id in late,
            )
            for queue in queues
            for position, person_id in enumerate(queue.person_ids, queue.first)
        ]
    )
    if round_id is not None:
        recompute(actor=actor, round_id=round_id, person_ids=person_ids, swabs=[(person_id, actor.id) for person_id in person_ids])
    _mark_due_done(actor, queues, now)
    return late


def _swabs(actor: Actor, tube: Tube) -> ScopedQuerySet[Swab]:
    return Swab.objects.seen_by(actor).filter(tube=tube, withdrawn_at__isnull=True)


def _queued(actor: Actor, tube: Tube) -> list[UUID]:
    return list(_swabs(actor, tube).order_by("position").values_list("person_id", flat=True))


def _roster_areas(actor: Actor, queues: Sequence[_Queue], round_id: UUID, now: datetime) -> tuple[dict[UUID, Area], set[UUID]]:
    """The areas of people's rows, which are held until the act is done: of two tables that swab one person the second is refused; and who is late, as `_place`."""
    person_ids = [person_id for queue in queues for person_id in queue.person_ids]
    rows = RosterRow.objects.seen_by(actor).filter(round_id=round_id, person_id__in=person_ids, struck=False).select_related("round")
    found = {row.person_id: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    taken = {person_id for person_id, count in Counter(person_ids).items() if count > 1}
    taken |= _sampled(actor, queues, round_id, [row.person_id for row in found.values() if row.state == "sampled"])
    for person_id in person_ids:
        if person_id not in found:
            raise rules.NotOnRoster(person=str(person_id))
        if person_id in taken:
            raise rules.AlreadySampled(person=str(person_id))
    pooled = {person_id: queue.moments.get(person_id, now) for queue in queues if queue.tube.pool_size > 1 for person_id in queue.person_ids}
    late = _judge_pools(actor, [found[person_id] for person_id in pooled], pooled, now) if pooled else set()
    if found and next(iter(found.values())).round.temperature_gate:
        _registered(actor, round_id, list(pooled))
    return {person_id: row.area for person_id, row in found.items()}, late


def _judge_pools(actor: Actor, rows: Sequence[RosterRow], moments: Mapping[UUID, datetime], now: datetime) -> set[UUID]:
    """Refuse in a pool who is on a door list, or whom a measure or the day's register puts in quarantine, whichever list he stands on still (S-210).

    What counts is what was known at his swab. Whoever was to be sampled alone only after it is returned; he stays on the list on which he was swabbed.
    """
    on, earliest = clock.local_day(rows[0].area, now), min(moments.values())
    lists = queries.door_lists(actor=actor, person_ids=list(moments), on=on, now=now)
    bound = [person_id for person_id, name in lists.items() if name == "quarantine"]
    since = queries.alone_since(actor=actor, person_ids=bound, on=on, now=now) if bound else {}
    moved = earliest < now or any(row.list != "pooled" for row in rows)
    changes = queries.list_changes(actor=actor, round_id=rows[0].round_id, person_ids=list(moments), after=earliest) if moved else {}
    late = []
    for row in rows:
        listed = rules.OnList(list=row.list, changes=changes.get(row.person_id, ()), alone_since=since.get(row.person_id))
        name, before = rules.judge_pooling(listed, at=moments[row.person_id])
        if name != "pooled":
            raise rules.NeverPooled(person=str(row.person_id), list=name)
        if before:
            late.append(row)
    back = [row for row in late if row.list not in ("pooled", "isolated")]
    if back:
        note_changes(back[0].round, back, until=max([now, *(until for row in back for until, _ in changes.get(row.person_id, ()))]))
        RosterRow.objects.seen_by(actor).filter(id__in=[row.id for row in back]).update(list="pooled")
    return {row.person_id for row in late}


def _sampled(actor: Actor, queues: Sequence[_Queue], round_id: UUID, person_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the people who stand in another tube of the round."""
    if not person_ids:
        return set()
    swabs = Swab.objects.seen_by(actor).filter(round_id=round_id, person_id__in=person_ids, withdrawn_at__isnull=True, lost=False)
    return set(swabs.exclude(tube__in=[queue.tube.id for queue in queues]).values_list("person_id", flat=True))


def _registered(actor: Actor, round_id: UUID, person_ids: Sequence[UUID]) -> None:
    known = set(Registration.objects.seen_by(actor).filter(round_id=round_id, person_id__in=person_ids).values_list("person_id", flat=True))
    for person_id in person_ids:
        if person_id not in known:
            raise rules.NotRegistered(person=str(person_id))


def _test_areas(actor: Actor, person_ids: Sequence[UUID]) -> dict[UUID, Area]:
    cards = {card.id: card for card in people.people(actor=actor, ids=list(person_ids))}
    for person_id in person_ids:
        if person_id not in cards:
            raise rules.NotOnRoster(person=str(person_id))
    return {person_id: cards[person_id].area for person_id in person_ids}


def _mark_due_done(actor: Actor, queues: Sequence[_Queue], now: datetime) -> None:
    """A swab answers the tests that had begun when it was taken."""
    moments = {person_id: queue.moments.get(person_id, now) for queue in queues for person_id in queue.person_ids}
    last = max(moments.values())
    due = TestDue.objects.seen_by(actor).filter(person_id__in=list(moments), state__in=("due", "missed"), opens_at__lte=last)
    if min(moments.values()) == last:
        due.update(state="done", done_at=last)
        return
    by_moment: dict[datetime, list[UUID]] = {}
    for test_id, person_id, opens_at in due.values_list("id", "person_id", "opens_at"):
        if opens_at <= moments[person_id]:
            by_moment.setdefault(moments[person_id], []).append(test_id)
    for moment, ids in by_moment.items():
        TestDue.objects.seen_by(actor).filter(id__in=ids).update(state="done", done_at=moment)


@whole
def withdraw_swab(*, actor: Actor, tube_id: UUID, person_id: UUID, now: datetime, cause: UUID) -> None:
    """A person walks off before the tube is closed: he leaves the tube list and is open again."""
    tube = Tube.objects.seen_by(actor).select_for_update().get(id=tube_id)
    actor.require(*TABLE, area=tube.area)
    if tube.state != "open":
        raise rules.TubeNotOpen(label=tube.label)
    swab = _swabs(actor, tube).get(person_id=person_id)
    swab.withdrawn_at = now
    swab.save(update_fields=["withdrawn_at"])
    if tube.round_id is not None:
        recompute(actor=actor, round_id=tube.round_id, person_ids=[person_id])
    event = SwabWithdrawn(area=tube.area, tube_id=tube.id, round_id=tube.round_id, person_id=person_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def close_tube(*, actor: Actor, tube_id: UUID, now: datetime, cause: UUID) -> int:
    """Close a tube, full or not, and return its number of people. Closing it again changes nothing."""
    tube = Tube.objects.seen_by(actor).select_for_update().get(id=tube_id)
    actor.require(*TABLE, area=tube.area)
    people_count: int = _swabs(actor, tube).count()
    if tube.state != "open":
        return people_count
    if not people_count:
        raise rules.TubeEmpty(label=tube.label)
    tube.state, tube.closed_at = "closed", now
    tube.save(update_fields=["state", "closed_at"])
    journal.record(_closed(tube, people_count), actor=actor, at=now, caused_by=cause)
    return people_count
