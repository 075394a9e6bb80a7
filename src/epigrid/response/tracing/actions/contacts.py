"""Contacts after the judgement (S-124), and what is to happen with the places of an exposure (S-126)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.response.tracing import rules
from epigrid.response.tracing.events import PlaceDecided
from epigrid.response.tracing.models import Contact, Exposure, PlaceDecision, SectorSweep
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Moments:
    """What the measures of a person say: when he was first reached, arrived, and when the last one ended; None where it has not happened."""

    reached: datetime | None
    moved: datetime | None
    ended: datetime | None


@whole
def follow_contacts(*, actor: Actor, moments: Mapping[UUID, Moments]) -> int:
    """Bring the contacts of people in line with their measures, re-read now. Returns how many contacts changed.

    A mirror of facts that others told, so it tells none of its own; order and repetition cannot matter.
    """
    changed = 0
    for row in Contact.objects.seen_by(actor).select_for_update().filter(person_id__in=list(moments)).order_by("pk"):
        actor.require(Duty.PROCEDURE, area=row.area)
        said = moments[row.person_id]
        found = rules.contact_moments(judged_at=row.judged_at, reached=said.reached, moved=said.moved, ended=said.ended)
        if any(getattr(row, name) != moment for name, moment in found.items()):
            for name, moment in found.items():
                setattr(row, name, moment)
            row.save(update_fields=list(found))
            changed += 1
    return changed


@dataclass(frozen=True, kw_only=True)
class NewDecision:
    """What is proposed for one place of an exposure: close, disinfect, test until `due_at`, or none; always with the reason."""

    exposure_id: UUID
    place_id: UUID
    measure: str
    reason: str
    due_at: datetime | None = None


@whole
def decide_place(*, actor: Actor, new: NewDecision, now: datetime, cause: UUID) -> UUID:
    """An investigator proposes a measure for a place of an exposure record or an outlet of a sweep on it, or none with a reason. A new word replaces the old."""
    exposure = Exposure.objects.seen_by(actor).select_for_update().get(id=new.exposure_id)
    actor.require(Duty.CDC_INVESTIGATOR, area=exposure.area)
    if new.measure not in rules.PLACE_MEASURES:
        raise rules.MeasureUnknown(measure=new.measure)
    if not new.reason.strip():
        raise rules.ReasonMissing()
    if new.measure != "none" and (new.due_at is None or new.due_at <= now):
        raise rules.SweepRefused(why="window")
    swept = [place for row in SectorSweep.objects.seen_by(actor).filter(exposure=exposure) for place in row.place_ids]
    if str(new.place_id) not in {*exposure.place_ids, *swept}:
        raise rules.SweepRefused(why="outlet")
    place = places.known(actor=actor, ids=[new.place_id])[0]
    due_at = None if new.measure == "none" else new.due_at
    known = PlaceDecision.objects.seen_by(actor).filter(exposure=exposure, place_id=place.id).first()
    if known is not None and (known.measure, known.reason, known.due_at) == (new.measure, new.reason, due_at):
        return known.id
    row = known or PlaceDecision(
        id=new_id(exposure.area, "place-decision", exposure.id, place.id), area=exposure.area, exposure=exposure, place_id=place.id, caused_by=cause
    )
    row.measure, row.reason, row.due_at, row.decided_by, row.decided_at = new.measure, new.reason, due_at, actor.named, now
    row.save()
    event = PlaceDecided(area=exposure.area, decision_id=row.id, exposure_id=exposure.id, place_id=place.id, measure=row.measure, due_at=due_at)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id
