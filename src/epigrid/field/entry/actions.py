"""Verbs of entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from epigrid.field.entry import queries, rules
from epigrid.field.entry.events import (
    PaperPageEntered,
    PassageNoted,
    PostClosed,
    PostHandedOver,
    PostSetUp,
    TurnDropped,
    TurnPlanned,
    VehicleNoted,
    WayRefused,
)
from epigrid.field.entry.models import GatePost, HandOver, PaperPage, Passage, Turn, Vehicle
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import queries as workforce
from epigrid.store import journal, locks
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

PLANNERS = (Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, Duty.SUBDISTRICT_OFFICE)
GUARDS = (Duty.GATE_GUARD, *PLANNERS)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a leaving guard says: how many passed in his hours, how many vehicles are inside, what stays open, and a line without names."""

    passages: int
    vehicles_inside: int
    matters: Sequence[str] = ()
    note: str = ""


@whole
def set_up_post(*, actor: Actor, place_id: UUID, kind: str, name: str, now: datetime) -> UUID:
    """Set up a post at a place; the same name there again is the same post, opened again where it was closed."""
    place = places.place(actor=actor, place_id=place_id)
    actor.require(*PLANNERS, area=place.area)
    rules.known(field="kind", value=kind, among=rules.KINDS)
    locks.hold(f"gate-post|{place_id}|{name}")
    row = GatePost.objects.seen_by(actor).filter(place_id=place_id, name=name).first()
    if row is not None and row.closed_at is None:
        return row.id
    if row is None:
        row = GatePost(id=new_id(place.area, "gate-post", place_id, name), area=place.area, place_id=place_id, name=name)
    row.kind, row.set_up_at, row.closed_at = kind, now, None
    row.save()
    journal.record(PostSetUp(area=row.area, post_id=row.id, place_id=place_id), actor=actor, at=now, caused_by=None)
    return row.id


@whole
def close_post(*, actor: Actor, post_id: UUID, now: datetime) -> None:
    """Nobody stands at this gate any more; its log stays."""
    row = GatePost.objects.seen_by(actor).select_for_update().get(id=post_id)
    actor.require(*PLANNERS, area=row.area)
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        journal.record(PostClosed(area=row.area, post_id=row.id), actor=actor, at=now, caused_by=None)


@whole
def plan_turn(*, actor: Actor, post_id: UUID, worker_id: UUID, starts_at: datetime, ends_at: datetime, now: datetime) -> UUID:
    """Plan a guard's turn. A turn that is too long, or a gap, is shown and not refused; two gates at once are."""
    post = GatePost.objects.seen_by(actor).get(id=post_id)
    actor.require(*PLANNERS, area=post.area)
    if post.closed_at is not None:
        raise rules.PostShut(post=str(post_id))
    if ends_at <= starts_at:
        raise rules.TurnBackwards
    if worker_id not in {card.id for card in workforce.workers(actor=actor)}:
        raise NotFound
    locks.hold(f"turns|{worker_id}")
    rows = Turn.objects.seen_by(actor).filter(worker_id=worker_id, dropped_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at)
    for row in rows.order_by("id"):
        if row.post_id != post_id:
            raise rules.GuardElsewhere(post=str(row.post_id))
        if (row.starts_at, row.ends_at) == (starts_at, ends_at):
            return row.id
    made = Turn.objects.create(
        id=repeated_id(post.area, "turn", post_id, worker_id, starts_at.isoformat()),
        area=post.area,
        post=post,
        worker_id=worker_id,
        starts_at=starts_at,
        ends_at=ends_at,
        planned_by=actor.named,
    )
    event = TurnPlanned(area=post.area, post_id=post_id, turn_id=made.id, worker_id=worker_id, starts_at=starts_at, ends_at=ends_at)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return made.id


@whole
def drop_turn(*, actor: Actor, turn_id: UUID, now: datetime) -> None:
    """Take a planned turn back."""
    row = Turn.objects.seen_by(actor).select_for_update().get(id=turn_id)
    actor.require(*PLANNERS, area=row.area)
    if row.dropped_at is None:
        row.dropped_at = now
        row.save(update_fields=["dropped_at"])
        journal.record(TurnDropped(area=row.area, post_id=row.post_id, turn_id=row.id), actor=actor, at=now, caused_by=None)


def _stood_at(actor: Actor, post_id: UUID) -> GatePost:
    """The post, for somebody who may stand there; a log is also kept of a post that was closed meanwhile."""
    post = GatePost.objects.seen_by(actor).get(id=post_id)
    actor.require(*GUARDS, area=post.area)
    return post


@whole
def note_passage(*, actor: Actor, post_id: UUID, way: str, answer: str, now: datetime) -> UUID:
    """Note one passage. What was answered against the rule is kept as it was and told to the desk (`WayRefused`): a log that hides it helps nobody."""
    rules.known(field="way", value=way, among=rules.WAYS)
    rules.known(field="answer", value=answer, among=rules.ANSWERS)
    post = _stood_at(actor, post_id)
    row = Passage.objects.create(
        id=repeated_id(post.area, "passage", post_id, actor.id), area=post.area, post=post, way=way, answer=answer, by=actor.id, at=now
    )
    event = PassageNoted(area=post.area, passage_id=row.id, post_id=post_id, way=way, answer=answer)
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    if not rules.lawful(way=way, answer=answer):
        journal.record(WayRefused(area=post.area, line_id=row.id, post_id=post_id, way=way), actor=actor, at=now, caused_by=fact)
    return row.id


@dataclass(frozen=True, kw_only=True)
class NewVehicle:
    """A vehicle at a gate: its kind, the company written on it, what the guard said; `id` where a phone has given it one, or which one leaves."""

    kind: str
    company: str = ""
    answer: str = "pass"
    id: UUID | None = None


@whole
def let_in(*, actor: Actor, post_id: UUID, vehicle: NewVehicle, now: datetime) -> UUID:
    """Note a vehicle that comes. An emergency vehicle passes, whatever was said, at any post and any hour (X06); the same id again is the same vehicle."""
    return _note(actor, post_id, vehicle, now, out=False)


@whole
def let_out(*, actor: Actor, post_id: UUID, vehicle: NewVehicle, now: datetime) -> UUID:
    """Note a vehicle that leaves: one that came (`id`), or one whose coming nobody wrote down."""
    return _note(actor, post_id, vehicle, now, out=True)


def _note(actor: Actor, post_id: UUID, new: NewVehicle, now: datetime, *, out: bool) -> UUID:
    rules.known(field="kind", value=new.kind, among=rules.VEHICLES)
    rules.known(field="answer", value=new.answer, among=rules.ANSWERS)
    post = _stood_at(actor, post_id)
    row = Vehicle.objects.seen_by(actor).select_for_update().filter(id=new.id).first() if new.id is not None else None
    if row is not None and (not out or row.out_at is not None):
        return row.id
    if row is None:
        made = Vehicle(
            id=new.id or repeated_id(post.area, "vehicle", post_id, actor.id),
            area=post.area,
            post=post,
            kind=new.kind,
            company=new.company[:40],
            answer=rules.vehicle_answer(vehicle=new.kind, said=new.answer),
            in_at=None if out else now,
            out_at=now if out else None,
            by=actor.id,
        )
        Vehicle.objects.bulk_create([made], ignore_conflicts=True)
        row = Vehicle.objects.seen_by(actor).get(id=made.id)
    else:
        row.out_at = now
        row.save(update_fields=["out_at"])
    event = VehicleNoted(area=post.area, vehicle_id=row.id, post_id=post_id, vehicle=row.kind, out=out)
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    if not out and new.kind in rules.EMERGENCY and new.answer == "call-desk":
        journal.record(WayRefused(area=post.area, line_id=row.id, post_id=post_id, way="medical"), actor=actor, at=now, caused_by=fact)
    return row.id


@whole
def enter_paper_page(*, actor: Actor, post_id: UUID, number: int, day: date, passages: int, vehicles: int, now: datetime) -> UUID:
    """Enter the counts of a page of the paper register, once; other counts under the same number are refused."""
    post = _stood_at(actor, post_id)
    locks.hold(f"paper-page|{post_id}|{number}")
    known = PaperPage.objects.seen_by(actor).filter(post=post, number=number).first()
    if known is not None:
        if (known.day, known.passages, known.vehicles) != (day, passages, vehicles):
            raise rules.PageTaken(number=number)
        return known.id
    row = PaperPage.objects.create(
        id=new_id(post.area, "paper-page", post_id, number),
        area=post.area,
        post=post,
        number=number,
        day=day,
        passages=passages,
        vehicles=vehicles,
        by=actor.id,
        at=now,
    )
    event = PaperPageEntered(area=post.area, page_id=row.id, post_id=post_id, number=number, passages=passages, vehicles=vehicles)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def hand_over(*, actor: Actor, post_id: UUID, counted: Counted, now: datetime, to_worker_id: UUID | None = None) -> UUID:
    """Hand a post over to the next guard (None: to whoever comes, seen at the post); the guard's own count stands beside the log's."""
    for matter in counted.matters:
        rules.known(field="matters", value=matter, among=rules.MATTERS)
    post = _stood_at(actor, post_id)
    if to_worker_id is not None and to_worker_id not in {card.id for card in workforce.workers(actor=actor)}:
        raise NotFound
    logged, _inside = queries.logged_since(actor=actor, post_id=post_id, now=now)
    row = HandOver.objects.create(
        id=repeated_id(post.area, "post-hand-over", post_id, actor.id),
        area=post.area,
        post=post,
        by=actor.id,
        to_worker_id=to_worker_id,
        at=now,
        passages=counted.passages,
        logged=logged,
        vehicles_inside=counted.vehicles_inside,
        matters=sorted(set(counted.matters)),
        note=counted.note[:100],
    )
    event = PostHandedOver(area=post.area, hand_over_id=row.id, post_id=post_id, passages=row.passages, logged=logged, matters=tuple(row.matters))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id
