"""Questions about cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Case
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class CaseCard:
    """A case."""

    id: UUID
    area: Area
    person_id: UUID
    tube_id: UUID | None
    state: str
    found: str
    sampled_at: datetime
    opened_at: datetime
    opinion: str
    entered_by: UUID | None
    entered_at: datetime | None
    spread: bool | None


def case(*, actor: Actor, case_id: UUID) -> CaseCard:
    """One case."""
    return _case(Case.objects.seen_by(actor).get(id=case_id))


@dataclass(frozen=True, kw_only=True)
class SeatCard:
    """Whether a seat makes a candidate of a case, by which part of the vehicle, and by which clause."""

    case_id: UUID
    candidate: bool
    reason: str
    edition: str
    clause_id: str


def seat(*, actor: Actor, case_id: UUID, vehicle: str, of_case: rules.Seat, other: rules.Seat) -> SeatCard:
    """Whether somebody who sat in a case's vehicle is a candidate, by the clause of the day on which the case was opened; nothing is written."""
    row = case(actor=actor, case_id=case_id)
    policy = policies.clause(rules.VehiclePolicy, on=clock.local_day(row.area, row.opened_at), area=row.area)
    found = rules.sits_near(vehicle=vehicle, case=of_case, other=other, policy=policy)
    return SeatCard(case_id=case_id, candidate=found.outcome, reason=found.reason, edition=found.edition, clause_id=found.clause_id)


def cases(*, actor: Actor, person_id: UUID | None = None, states: Sequence[str] = ()) -> list[CaseCard]:
    """Cases, oldest first."""
    rows = Case.objects.seen_by(actor).order_by("sampled_at", "id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [_case(row) for row in (rows.filter(state__in=states) if states else rows)]


def open_spread_questions(*, actor: Actor) -> list[CaseCard]:
    """Cases found under control for which nobody has judged whether it spread outside."""
    rows = Case.objects.seen_by(actor).filter(found__in=sorted(rules.KINDS_UNDER_CONTROL), spread__isnull=True).exclude(state="excluded")
    return [_case(row) for row in rows.order_by("opened_at", "id")]


def _case(row: Case) -> CaseCard:
    return CaseCard(
        id=row.id,
        area=row.area,
        person_id=row.person_id,
        tube_id=row.tube_id,
        state=row.state,
        found=row.found,
        sampled_at=row.sampled_at,
        opened_at=row.opened_at,
        opinion=row.opinion,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        spread=row.spread,
    )
