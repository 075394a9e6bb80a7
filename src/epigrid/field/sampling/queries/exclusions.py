"""Questions about exclusions: who is left out of rounds now, why, and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling.models import Exclusion
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area


@dataclass(frozen=True, kw_only=True)
class ExclusionCard:
    """Somebody who is left out of rounds: a reason of the list, who said so and when, and until when."""

    id: UUID
    area: Area
    person_id: UUID
    reason: str
    until: datetime
    by: UUID | None
    at: datetime


def exclusions(*, actor: Actor, on: datetime) -> list[ExclusionCard]:
    """Exclusions that live at a moment, of all whom the actor sees; the one that ends first comes first."""
    rows = Exclusion.objects.seen_by(actor).filter(until__gt=on).order_by("until", "id")
    return [
        ExclusionCard(id=row.id, area=row.area, person_id=row.person_id, reason=row.reason, until=row.until, by=row.by, at=row.at) for row in rows
    ]
