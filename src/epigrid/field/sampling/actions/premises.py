"""Shops of a round: why one has no sample (S-221)."""

from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.rounds import REPORTERS, still_open
from epigrid.field.sampling.events import PremisesNoted
from epigrid.field.sampling.models import PremisesNote
from epigrid.kernel.actors import Actor
from epigrid.registers.places import queries as places
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def note_premises(*, actor: Actor, round_id: UUID, place_id: UUID, reason: str, now: datetime, cause: UUID) -> None:
    """Note why a shop of the round's area has no sample (`rules.NO_SAMPLE`); the newest word counts."""
    row = still_open(actor, round_id)
    place = places.place(actor=actor, place_id=place_id)
    actor.require(*REPORTERS, area=place.area)
    if reason not in rules.NO_SAMPLE:
        raise rules.NoSampleUnknown(given=reason, known=list(rules.NO_SAMPLE))
    if not row.area.covers(place.area):
        raise rules.PartOutside(place=str(place_id))
    known = PremisesNote.objects.seen_by(actor).select_for_update().filter(round=row, place_id=place_id).first()
    if known is not None and known.reason == reason:
        return
    note = known or PremisesNote(id=new_id(row.area, "premises-note", row.id, place_id), area=place.area, round=row, place_id=place_id)
    note.reason, note.by, note.at = reason, actor.id, now
    note.save()
    journal.record(PremisesNoted(area=place.area, round_id=row.id, place_id=place_id, reason=reason), actor=actor, at=now, caused_by=cause)
