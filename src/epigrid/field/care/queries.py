"""Questions about requests and censuses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.care import rules
from epigrid.field.care.models import Census, Request
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.policies import queries as policies
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class RequestCard:
    """A request."""

    id: UUID
    area: Area
    person_id: UUID
    kind: str
    channel: str
    asked_at: datetime
    due_at: datetime | None
    state: str
    level: int
    incident_id: UUID | None
    answered_at: datetime | None
    answer: str


def requests(*, actor: Actor, person_id: UUID | None = None, open_only: bool = False) -> list[RequestCard]:
    """Requests, oldest first; a resident sees his own."""
    rows = Request.objects.seen_by(actor).order_by("asked_at", "id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [_request(row) for row in (rows.filter(state__in=rules.OPEN) if open_only else rows)]


def request(*, actor: Actor, request_id: UUID) -> RequestCard:
    """One request."""
    return _request(Request.objects.seen_by(actor).get(id=request_id))


def to_escalate(*, actor: Actor, area: Area, now: datetime) -> list[RequestCard]:
    """Unsolved requests that have not gone up as far as their lateness says."""
    policy = policies.clause(rules.CarePolicy, on=clock.local_day(area, now), area=area)
    rows = Request.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__lte=now, level=0, area__within=area).order_by("due_at", "id")
    return [_request(row) for row in rows if row.due_at is not None and rules.escalate_at(row.due_at, policy) <= now]


def census_coverage(*, actor: Actor, zone_id: UUID, household_ids: Sequence[UUID]) -> tuple[int, int]:
    """(asked, all) households of a zone (S-177)."""
    asked = set(Census.objects.seen_by(actor).filter(zone_id=zone_id).values_list("household_id", flat=True))
    return len(asked & set(household_ids)), len(set(household_ids))


def statistics(*, actor: Actor) -> dict[str, dict[str, int]]:
    """Counts of requests by kind and state."""
    counts = Counter(Request.objects.seen_by(actor).values_list("kind", "state"))
    found: dict[str, dict[str, int]] = {}
    for (kind, state), count in sorted(counts.items()):
        found.setdefault(kind, {})[state] = count
    return found


def next_due(*, actor: Actor, area: Area, after: datetime) -> datetime | None:
    """The next moment at which an unsolved request goes up."""
    policy = policies.clause(rules.CarePolicy, on=clock.local_day(area, after), area=area)
    rows = Request.objects.seen_by(actor).filter(state__in=rules.OPEN, due_at__isnull=False, level=0)
    moments = [rules.escalate_at(due, policy) for due in rows.values_list("due_at", flat=True) if due is not None]
    return min((moment for moment in moments if moment > after), default=None)


def _request(row: Request) -> RequestCard:
    return RequestCard(
        id=row.id,
        area=row.area,
        person_id=row.person_id,
        kind=row.kind,
        channel=row.channel,
        asked_at=row.asked_at,
        due_at=row.due_at,
        state=row.state,
        level=row.level,
        incident_id=row.incident_id,
        answered_at=row.answered_at,
        answer=row.answer,
    )
