"""Questions about cases, candidates, contacts and referrals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Candidate, Case, Contact, Exposure, Referral, VenueQuery
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


@dataclass(frozen=True, kw_only=True)
class CandidateCard:
    """A candidate with its evidence rows."""

    id: UUID
    area: Area
    case_id: UUID
    person_id: UUID
    sources: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]
    seconds: int
    last_exposure_at: datetime | None
    doubtful: bool
    outcome: str
    reason: str
    judged_by: UUID | None
    judged_at: datetime | None
    caused_by: UUID


@dataclass(frozen=True, kw_only=True)
class ContactCard:
    """A judged contact."""

    id: UUID
    area: Area
    case_id: UUID
    person_id: UUID
    kind: str
    last_exposure_at: datetime | None
    judged_by: UUID
    judged_at: datetime
    clause_id: str
    edition: str


@dataclass(frozen=True, kw_only=True)
class ReferralCard:
    """A referral."""

    id: UUID
    case_id: UUID
    to_area: str
    category: str
    sent_at: datetime
    answer_by: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    answer: str


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


def candidates(*, actor: Actor, case_id: UUID | None = None, open_only: bool = False) -> list[CandidateCard]:
    """Candidates, longest exposure first."""
    rows = Candidate.objects.seen_by(actor).order_by("-seconds", "person_id", "id")
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return [_candidate(row) for row in (rows.filter(judged_at__isnull=True) if open_only else rows)]


def candidate(*, actor: Actor, candidate_id: UUID) -> CandidateCard:
    """One candidate."""
    return _candidate(Candidate.objects.seen_by(actor).get(id=candidate_id))


def candidates_of_person(*, actor: Actor, person_id: UUID) -> list[CandidateCard]:
    """What is or was asked about one person."""
    return [_candidate(row) for row in Candidate.objects.seen_by(actor).filter(person_id=person_id).order_by("id")]


def contacts(*, actor: Actor, case_id: UUID | None = None, person_ids: Sequence[UUID] | None = None, kind: str = "") -> list[ContactCard]:
    """Judged contacts."""
    rows = Contact.objects.seen_by(actor).order_by("judged_at", "person_id", "id")
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    return [_contact(row) for row in (rows.filter(kind=kind) if kind else rows)]


def referrals(*, actor: Actor, open_only: bool = False) -> list[ReferralCard]:
    """Referrals, oldest first."""
    rows = Referral.objects.seen_by(actor).order_by("sent_at", "id")
    return [_referral(row) for row in (rows.filter(answered_at__isnull=True) if open_only else rows)]


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


def open_spread_questions(*, actor: Actor) -> list[CaseCard]:
    """Cases found under control for which nobody has judged whether it spread outside."""
    rows = Case.objects.seen_by(actor).filter(found__in=sorted(rules.KINDS_UNDER_CONTROL), spread__isnull=True).exclude(state="excluded")
    return [_case(row) for row in rows.order_by("opened_at", "id")]


def chains(*, actor: Actor) -> list[rules.Link]:
    """Hypotheses of transmission between cases, for CDC duty only; everybody else sees none."""
    if not actor.duties & {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.PROCEDURE}:
        return []
    rows = list(Case.objects.seen_by(actor).exclude(state="excluded").order_by("sampled_at", "id"))
    by_person = {row.person_id: row.id for row in rows}
    met = [
        (row.case_id, by_person[row.person_id], row.seconds)
        for row in Candidate.objects.seen_by(actor).filter(person_id__in=list(by_person))
        if row.case_id != by_person[row.person_id]
    ]
    return rules.chain([(row.id, row.sampled_at) for row in rows], met)


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which a referral becomes late."""
    rows = Referral.objects.seen_by(actor).filter(answered_at__isnull=True, reminded_at__isnull=True, answer_by__gt=after)
    found: datetime | None = rows.aggregate(Min("answer_by"))["answer_by__min"]
    return found


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


def _candidate(row: Candidate) -> CandidateCard:
    return CandidateCard(
        id=row.id,
        area=row.area,
        case_id=row.case_id,
        person_id=row.person_id,
        sources=tuple(row.sources),
        evidence=tuple(row.evidence),
        seconds=row.seconds,
        last_exposure_at=row.last_exposure_at,
        doubtful=row.doubtful,
        outcome=row.outcome,
        reason=row.reason,
        judged_by=row.judged_by,
        judged_at=row.judged_at,
        caused_by=row.caused_by,
    )


def _contact(row: Contact) -> ContactCard:
    return ContactCard(
        id=row.id,
        area=row.area,
        case_id=row.case_id,
        person_id=row.person_id,
        kind=row.kind,
        last_exposure_at=row.last_exposure_at,
        judged_by=row.judged_by,
        judged_at=row.judged_at,
        clause_id=row.clause_id,
        edition=row.edition,
    )


def _referral(row: Referral) -> ReferralCard:
    return ReferralCard(
        id=row.id,
        case_id=row.case_id,
        to_area=row.to_area,
        category=row.category,
        sent_at=row.sent_at,
        answer_by=row.answer_by,
        acknowledged_at=row.acknowledged_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )


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


def last_judgements(*, actor: Actor) -> dict[UUID, datetime | None]:
    """When each candidate was last judged; None while a judgement on him is open."""
    rows = Candidate.objects.seen_by(actor)
    found: dict[UUID, datetime | None] = dict(rows.filter(judged_at__isnull=False).values_list("person_id").annotate(Max("judged_at")))
    return found | dict.fromkeys(rows.filter(judged_at__isnull=True).values_list("person_id", flat=True))
