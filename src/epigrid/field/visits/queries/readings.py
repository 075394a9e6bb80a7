"""Temperatures as they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from epigrid.field.visits.models import Reading
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area


@dataclass(frozen=True, kw_only=True)
class ReadingCard:
    """One temperature in degrees Celsius; `fever`: it reaches the limit of the clause in force when it was told."""

    id: UUID
    area: Area
    person_id: UUID
    celsius: Decimal
    channel: str
    fever: bool
    measured_at: datetime


def readings(*, actor: Actor, person_ids: Sequence[UUID] | None = None, limit: int = 1000) -> list[ReadingCard]:
    """Temperatures, newest first, of people or of all whom the actor sees; a resident sees his own."""
    rows = Reading.objects.seen_by(actor).order_by("-measured_at", "-at", "id")
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    return [
        ReadingCard(
            id=row.id,
            area=row.area,
            person_id=row.person_id,
            celsius=row.celsius,
            channel=row.channel,
            fever=row.fever,
            measured_at=row.measured_at,
        )
        for row in rows[:limit]
    ]
