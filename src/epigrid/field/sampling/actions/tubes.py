"""Tubes at a table or a door: open, swab in queue order, walk off, close."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.rounds import recompute
from epigrid.field.sampling.events import SwabsTaken, SwabWithdrawn, TubeClosed, TubeOpened
from epigrid.field.sampling.models import Registration, RosterRow, Round, Swab, TestDue, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id
from epigrid.store.scoped import ScopedQuerySet

TABLE = (Duty.REGISTRAR, Duty.SAMPLER)


@whole
def open_tube(*, actor: Actor, area: Area, label: str, pool_size: int, now: datetime, cause: UUID, round_id: UUID | None = None) -> UUID:
    """Open a tube of a size that the clause knows, for a round or (without) for single tests; the same label again is the same tube."""
    tube, known = _tube(actor, Tube(area=area, label=label, pool_size=pool_size, round_id=round_id, opened_at=now, caused_by=cause))
    if not known:
        journal.record(_opened(tube), actor=actor, at=now, caused_by=cause)
    return tube.id


@whole
def fill_tube(
    *, actor: Actor, area: Area, label: str, pool_size: int, person_ids: Sequence[UUID], now: datetime, cause: UUID, round_id: UUID | None = None
) -> UUID:
    """A whole tube in one act, as at a door or from a paper list: opened, its people swabbed in queue order, closed. Refused whole.

    The same label with the same people again is the same tube.
    """
    asked = list(dict.fromkeys(person_ids))
    if not asked:
        raise rules.TubeEmpty(label=label)
    new = Tube(area=area, label=label, pool_size=pool_size, round_id=round_id, opened_at=now, closed_at=now, state="closed", caused_by=cause)
    tube, known = _tube(actor, new)
    if not known:
        _place(actor, tube, asked, first=1, now=now)
        journal.record_many([_opened(tube), _swabbed(tube, asked), _closed(tube, len(asked))], actor=actor, at=now, caused_by=cause)
    elif tube.state == "open" or list(_swabs(actor, tube).order_by("position").values_list("person_id", flat=True)) != asked:
        raise rules.LabelTaken(label=label)
    return tube.id


def _tube(actor: Actor, new: Tube) -> tuple[Tube, bool]:
    """The tube that bears the new one's label already, and True; else the new one, written, and False."""
    actor.require(*TABLE, area=new.area)
    policy = policies.clause(rules.TubePolicy, on=clock.local_day(new.area, new.opened_at), area=new.area)
    if new.pool_size not in policy.pool_sizes:
        raise rules.PoolSizeUnknown(pool_size=new.pool_size, known=list(policy.pool_sizes))
    known = Tube.objects.seen_by(actor).filter(tree=new.area.tree, label=new.label).first()
    if known is not None:
        if (known.pool_size, known.round_id) != (new.pool_size, new.round_id):
            raise rules.LabelTaken(label=new.label)
        return known, True
    if new.round_id is not None and Round.objects.seen_by(actor).get(id=new.round_id).closed_at is not None:
        raise rules.RoundNotOpen(round=str(new.round_id))
    new.id, new.tree, new.purpose = new_id(new.area, "tube", new.label), new.area.tree, "round" if new.round_id else "test"
    Tube.objects.bulk_create([new])
    return new, False


def _opened(tube: Tube) -> TubeOpened:
    return TubeOpened(area=tube.area, tube_id=tube.id, round_id=tube.round_id, pool_size=tube.pool_size)


def _swabbed(tube: Tube, person_ids: Sequence[UUID]) -> SwabsTaken:
    return SwabsTaken(area=tube.area, tube_id=tube.id, round_id=tube.round_id, person_ids=tuple(person_ids))


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
    _place(actor, tube, fresh, present=len(present), first=max((position for _, position, _ in swabs), default=0) + 1, now=now)
    if fresh:
        journal.record(_swabbed(tube, fresh), actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _place(actor: Actor, tube: Tube, fresh: Sequence[UUID], *, present: int = 0, first: int, now: datetime) -> None:
    """Swab people who are not in the tube yet, after the `present` ones, from position `first` on."""
    if present + len(fresh) > tube.pool_size:
        raise rules.TubeFull(label=tube.label, pool_size=tube.pool_size)
    areas = _roster_areas(actor, tube, tube.round_id, fresh) if tube.round_id else _test_areas(actor, fresh)
    Swab.objects.bulk_create(
        [
            Swab(
                id=new_id(tube.area, "swab", tube.id, person_id, position),
                area=areas[person_id],
                tube=tube,
                round_id=tube.round_id,
                person_id=person_id,
                position=position,
                at=now,
                by=actor.id,
            )
            for position, person_id in enumerate(fresh, first)
        ]
    )
    if tube.round_id is not None:
        recompute(actor=actor, round_id=tube.round_id, person_ids=fresh, swabs=[(person_id, actor.id) for person_id in fresh])
    _mark_due_done(actor, fresh, now)


def _swabs(actor: Actor, tube: Tube) -> ScopedQuerySet[Swab]:
    return Swab.objects.seen_by(actor).filter(tube=tube, withdrawn_at__isnull=True)


def _roster_areas(actor: Actor, tube: Tube, round_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, Area]:
    rows = list(RosterRow.objects.seen_by(actor).filter(round_id=round_id, person_id__in=person_ids, struck=False).select_related("round"))
    found = {row.person_id: row for row in rows}
    sampled = [row.person_id for row in rows if row.state == "sampled"]
    swabs = Swab.objects.seen_by(actor).filter(round_id=round_id, person_id__in=sampled, withdrawn_at__isnull=True, lost=False).exclude(tube=tube)
    elsewhere = set(swabs.values_list("person_id", flat=True)) if sampled else set()
    for person_id in person_ids:
        if person_id not in found:
            raise rules.NotOnRoster(person=str(person_id))
        if person_id in elsewhere:
            raise rules.AlreadySampled(person=str(person_id))
        if found[person_id].list != "pooled" and tube.pool_size > 1:
            raise rules.NeverPooled(person=str(person_id), list=found[person_id].list)
    if tube.pool_size > 1 and rows and rows[0].round.temperature_gate:
        _registered(actor, round_id, person_ids)
    return {person_id: found[person_id].area for person_id in person_ids}


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


def _mark_due_done(actor: Actor, person_ids: Sequence[UUID], now: datetime) -> None:
    TestDue.objects.seen_by(actor).filter(person_id__in=person_ids, state__in=("due", "missed"), opens_at__lte=now).update(state="done", done_at=now)


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
