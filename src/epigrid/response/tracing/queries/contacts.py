"""Questions about candidates, contacts and referrals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Candidate, Contact, Referral


@dataclass(frozen=True, kw_only=True)
class CandidateCard:
    """A candidate with its evidence rows; `link`: how he is linked to the case, empty where only his sources are known."""

    id: UUID
    area: Area
    case_id: UUID
    person_id: UUID
    sources: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]
    link: str
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
    reached_at: datetime | None
    moved_at: datetime | None
    ended_at: datetime | None
    state: str


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


def candidates(*, actor: Actor, case_id: UUID | None = None, open_only: bool = False) -> list[CandidateCard]:
    """Candidates in the order in which to look at them: by link, then longest exposure first."""
    rows = Candidate.objects.seen_by(actor).order_by(by_link("link"), "-seconds", "person_id", "id")
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return [_candidate(row) for row in (rows.filter(judged_at__isnull=True) if open_only else rows)]


def by_link(field: str) -> models.Case:
    """What puts rows in the order of links (`rules.LINKS_IN_ORDER`); `field`: where the link stands."""
    ranks = [models.When(**{f"{field}__in": links}, then=models.Value(rank)) for rank, links in enumerate(rules.LINKS_IN_ORDER)]
    return models.Case(*ranks, default=models.Value(len(ranks)))


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


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which a referral becomes late."""
    rows = Referral.objects.seen_by(actor).filter(answered_at__isnull=True, reminded_at__isnull=True, answer_by__gt=after)
    found: datetime | None = rows.aggregate(models.Min("answer_by"))["answer_by__min"]
    return found


def last_judgements(*, actor: Actor) -> dict[UUID, datetime | None]:
    """When each candidate was last judged; None while a judgement on him is open."""
    rows = Candidate.objects.seen_by(actor)
    found: dict[UUID, datetime | None] = dict(rows.filter(judged_at__isnull=False).values_list("person_id").annotate(models.Max("judged_at")))
    return found | dict.fromkeys(rows.filter(judged_at__isnull=True).values_list("person_id", flat=True))


def _candidate(row: Candidate) -> CandidateCard:
    return CandidateCard(
        id=row.id,
        area=row.area,
        case_id=row.case_id,
        person_id=row.person_id,
        sources=tuple(row.sources),
        evidence=tuple(row.evidence),
        link=row.link,
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
        reached_at=row.reached_at,
        moved_at=row.moved_at,
        ended_at=row.ended_at,
        state=rules.contact_state(reached=row.reached_at, moved=row.moved_at, ended=row.ended_at),
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
