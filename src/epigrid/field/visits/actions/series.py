"""What a hand recorded how fast (guard X08), the lot that calls records back, and what a second person says of both. Nothing here refuses a record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.visits import queries, rules
from epigrid.field.visits.events import RecallDrawn, ReviewDecided, SeriesFlagged
from epigrid.field.visits.models import Deed, Review
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

DECIDERS = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of a hand: its row, the door that it is of, and the fact that told it."""

    kind: str
    id: UUID
    area: Area
    fact_id: UUID
    door: UUID
    person_id: UUID | None = None
    place_id: UUID | None = None


@whole
def note_deed(*, actor: Actor, hand: UUID | None, record: Record, at: datetime, now: datetime) -> None:
    """Note that a hand recorded something of a door at a moment, and flag its day if nobody walks so fast; the same record again changes nothing.

    Rows of all hands are read here as a procedure: a worker sees no series, not even his own.
    """
    if hand is None:
        return
    desk = Actor.procedure("visits.series", record.area.root)
    if Deed.objects.seen_by(desk).filter(id=record.id).exists():
        return
    Deed.objects.create(id=record.id, area=record.area, hand=hand, door=record.door, kind=record.kind, at=at)
    near = Deed.objects.seen_by(desk).filter(hand=hand, at__gte=at - rules.WITHIN, at__lte=at + rules.WITHIN).values_list("at", "door")
    if not rules.implausible(list(near)):
        return
    day = clock.local_day(record.area, at)
    if not Review.objects.seen_by(desk).filter(kind="series", source_id=hand, day=day).exists():
        row = Review(
            id=new_id(record.area, "series", hand, day), area=record.area, kind="series", hand=hand, day=day, source_id=hand, source_kind="hand"
        )
        Review.objects.bulk_create([row], ignore_conflicts=True)
        event = SeriesFlagged(area=record.area, review_id=row.id, hand_id=hand, day=day)
        journal.record(event, actor=actor, at=now, caused_by=record.fact_id)


@whole
def draw_recall(*, actor: Actor, hand: UUID | None, record: Record, now: datetime) -> None:
    """Let the lot of the fact's id decide whether the record's people are called back; a hand cannot choose it."""
    if hand is None or not rules.drawn(record.fact_id):
        return
    row = Review(
        id=new_id(record.area, "recall", record.id),
        area=record.area,
        kind="recall",
        hand=hand,
        day=clock.local_day(record.area, now),
        source_id=record.id,
        source_kind=record.kind,
        person_id=record.person_id,
        place_id=record.place_id,
    )
    Review.objects.bulk_create([row], ignore_conflicts=True)
    event = RecallDrawn(area=record.area, review_id=row.id, source_id=record.id)
    journal.record(event, actor=actor, at=now, caused_by=record.fact_id)


@whole
def decide_review(*, actor: Actor, review_id: UUID, decision: str, now: datetime) -> None:
    """A second person's word: a series is plausible or its people are called; a record is confirmed or differs. Nothing is deleted by it."""
    row = Review.objects.seen_by(actor).select_for_update().get(id=review_id)
    actor.require(*DECIDERS, area=row.area)
    seen = len(queries.deeds_of(actor=actor, hand=row.hand, area=row.area, day=row.day)[1]) if row.kind == "series" else 1
    rules.judge_review(kind=row.kind, decision=decision, decided=bool(row.decision) and seen <= row.seen, own=row.hand == actor.id)
    row.decision, row.seen, row.decided_by, row.decided_at = decision, seen, actor.id, now
    row.save(update_fields=["decision", "seen", "decided_by", "decided_at"])
    event = ReviewDecided(area=row.area, review_id=row.id, review_kind=row.kind, decision=decision)
    journal.record(event, actor=actor, at=now, caused_by=None)
