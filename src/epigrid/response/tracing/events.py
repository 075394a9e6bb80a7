"""Facts that tracing tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ScansImported(Event):
    """A file of venue presences came in."""

    kind: ClassVar[str] = "tracing.scans-imported"
    subject: ClassVar[str] = "import_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "presences are asked for by bounded queries only"
    import_id: UUID
    source: str
    rows: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """A person is preliminary positive."""

    kind: ClassVar[str] = "tracing.case-opened"
    subject: ClassVar[str] = "case_id"
    case_id: UUID
    person_id: UUID
    tube_id: UUID | None
    under_control: bool


@dataclass(frozen=True, kw_only=True)
class OpinionRecorded(Event):
    """The expert group of the designated hospital gave its opinion."""

    kind: ClassVar[str] = "tracing.opinion-recorded"
    subject: ClassVar[str] = "case_id"
    heard_by_nobody: ClassVar[str] = "the case registrar enters the class"
    case_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class CaseClassified(Event):
    """The class was entered: confirmed case, asymptomatic infection, or excluded."""

    kind: ClassVar[str] = "tracing.case-classified"
    subject: ClassVar[str] = "case_id"
    case_id: UUID
    person_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ExposureRecorded(Event):
    """When and where a case may have exposed others."""

    kind: ClassVar[str] = "tracing.exposure-recorded"
    subject: ClassVar[str] = "case_id"
    case_id: UUID
    exposure_id: UUID
    place_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class QueryAsked(Event):
    """Somebody asks for a venue query beyond the case's own window; a second person decides."""

    kind: ClassVar[str] = "tracing.query-asked"
    subject: ClassVar[str] = "query_id"
    heard_by_nobody: ClassVar[str] = "the approver's page shows it"
    query_id: UUID
    exposure_id: UUID
    purpose: str


@dataclass(frozen=True, kw_only=True)
class QueryApproved(Event):
    """A venue query is approved."""

    kind: ClassVar[str] = "tracing.query-approved"
    subject: ClassVar[str] = "query_id"
    query_id: UUID
    exposure_id: UUID
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CandidatesFound(Event):
    """People who may be contacts were found; an investigator judges each."""

    kind: ClassVar[str] = "tracing.candidates-found"
    subject: ClassVar[str] = "case_id"
    heard_by_nobody: ClassVar[str] = "the investigator's list shows them"
    case_id: UUID
    source: str
    candidate_ids: tuple[UUID, ...]
    leads: int


@dataclass(frozen=True, kw_only=True)
class CandidateJudged(Event):
    """An investigator judged one person."""

    kind: ClassVar[str] = "tracing.candidate-judged"
    subject: ClassVar[str] = "candidate_id"
    candidate_id: UUID
    case_id: UUID
    contact_id: UUID | None
    person_id: UUID
    outcome: str
    last_exposure_at: datetime | None
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class ReferralSent(Event):
    """A contact who lives elsewhere was referred, with minimal fields."""

    kind: ClassVar[str] = "tracing.referral-sent"
    subject: ClassVar[str] = "referral_id"
    referral_id: UUID
    case_id: UUID
    to_area: str


@dataclass(frozen=True, kw_only=True)
class ReferralAcknowledged(Event):
    """The other area has the referral."""

    kind: ClassVar[str] = "tracing.referral-acknowledged"
    subject: ClassVar[str] = "referral_id"
    heard_by_nobody: ClassVar[str] = "the receipt is read from the row"
    referral_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReferralAnswered(Event):
    """The other area answered."""

    kind: ClassVar[str] = "tracing.referral-answered"
    subject: ClassVar[str] = "referral_id"
    referral_id: UUID
    answer: str


@dataclass(frozen=True, kw_only=True)
class ReferralsLate(Event):
    """Referrals without an answer in time: a reminder."""

    kind: ClassVar[str] = "tracing.referrals-late"
    subject: ClassVar[str] = "first_id"
    first_id: UUID
    referral_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SpreadJudged(Event):
    """An investigator judged whether a case found under control spread outside."""

    kind: ClassVar[str] = "tracing.spread-judged"
    subject: ClassVar[str] = "case_id"
    case_id: UUID
    spread: bool


@dataclass(frozen=True, kw_only=True)
class PresencesForgotten(Event):
    """Closed days of the presence log were sealed, and days that no look-back reaches were unlinked."""

    kind: ClassVar[str] = "tracing.presences-forgotten"
    subject: ClassVar[str] = "run_id"
    heard_by_nobody: ClassVar[str] = "the proof itself"
    run_id: UUID
    sealed: int
    files: int
