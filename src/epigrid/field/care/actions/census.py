"""What the households of a closed place need."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.care.events import CensusTaken
from epigrid.field.care.models import Census
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def take_census(*, actor: Actor, zone_id: UUID, households: Sequence[tuple[UUID, int, Sequence[str]]], now: datetime) -> int:
    """Note what households of a zone need: (household, people inside, needs). A household asked again is brought up to date."""
    rows = []
    for household_id, inside, needs in households:
        card = people.household(actor=actor, household_id=household_id)
        actor.require(Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, area=card.area)
        rows.append(
            Census(
                id=new_id(card.area, "census", zone_id, household_id),
                area=card.area,
                zone_id=zone_id,
                household_id=household_id,
                needs=sorted(needs),
                people_inside=inside,
                taken_by=actor.id,
                taken_at=now,
            )
        )
    Census.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["zone_id", "household_id"],
        update_fields=["needs", "people_inside", "taken_by", "taken_at"],
    )
    if rows:
        event = CensusTaken(area=rows[0].area, zone_id=zone_id, households=len(rows))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(rows)
