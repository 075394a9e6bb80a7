"""Questions about exposure records and venue queries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.response.tracing.models import Exposure, VenueQuery


@dataclass(frozen=True, kw_only=True)
class QueryCard:
    """A venue query."""

    id: UUID
    exposure_id: UUID
    purpose: str
    asked_by: UUID | None
    approved_by: UUID | None
    ran_at: datetime | None
    found: int
    leads: int


def venue_queries(*, actor: Actor, open_only: bool = False) -> list[QueryCard]:
    """Venue queries, newest first."""
    rows = VenueQuery.objects.seen_by(actor).order_by("-asked_at", "id")
    return [_query(row) for row in (rows.filter(approved_at__isnull=True) if open_only else rows)]


def case_of_exposure(*, actor: Actor, exposure_id: UUID) -> UUID:
    """Whose exposure record it is: the case."""
    return Exposure.objects.seen_by(actor).get(id=exposure_id).case_id


def exposures(*, actor: Actor, case_id: UUID) -> list[tuple[UUID, datetime, datetime, tuple[UUID, ...]]]:
    """A case's exposure records: id, from, until, places."""
    rows = Exposure.objects.seen_by(actor).filter(case_id=case_id).order_by("starts_at", "id")
    return [(row.id, row.starts_at, row.ends_at, tuple(UUID(place) for place in row.place_ids)) for row in rows]


def _query(row: VenueQuery) -> QueryCard:
    return QueryCard(
        id=row.id,
        exposure_id=row.exposure_id,
        purpose=row.purpose,
        asked_by=row.asked_by,
        approved_by=row.approved_by,
        ran_at=row.ran_at,
        found=row.found,
        leads=row.leads,
    )
