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
    asks: str = "contacts"


@dataclass(frozen=True, kw_only=True)
class QueryApproved(Event):
    """A venue query is approved."""

    kind: ClassVar[str] = "tracing.query-approved"
    subject: ClassVar[str] = "query_id"
    query_id: UUID
    exposure_id: UUID
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class QueryRan(Event):
    """The presence log was read: for what purpose, how many people are answered for here and elsewhere, how many days of the window were gone."""

    kind: ClassVar[str] = "tracing.query-ran"
    subject: ClassVar[str] = "query_id"
    heard_by_nobody: ClassVar[str] = "the log of reading; its people are in CandidatesFound"
    query_id: UUID
    asks: str
    purpose: str
    found: int
    leads: int
    days_gone: int


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


@dataclass(frozen=True, kw_only=True)
class SweepAsked(Event):
    """Somebody asks for a sweep through a sector's outlets; a second person decides."""

    kind: ClassVar[str] = "tracing.sweep-asked"
    subject: ClassVar[str] = "sweep_id"
    heard_by_nobody: ClassVar[str] = "the approver's page shows it"
    sweep_id: UUID
    exposure_id: UUID
    place_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SweepApproved(Event):
    """A sweep is approved."""

    kind: ClassVar[str] = "tracing.sweep-approved"
    subject: ClassVar[str] = "sweep_id"
    sweep_id: UUID
    exposure_id: UUID


@dataclass(frozen=True, kw_only=True)
class SweepNamed(Event):
    """An outlet gave its list of workers or recipients."""

    kind: ClassVar[str] = "tracing.sweep-named"
    subject: ClassVar[str] = "sweep_id"
    sweep_id: UUID
    place_id: UUID
    list_name: str
    people: int
    elsewhere: int


@dataclass(frozen=True, kw_only=True)
class SweepDrawn(Event):
    """A sweep's lists were drawn; each person on them needs a result."""

    kind: ClassVar[str] = "tracing.sweep-drawn"
    subject: ClassVar[str] = "sweep_id"
    sweep_id: UUID
    person_ids: tuple[UUID, ...]
    leads: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class SweepResultsNoted(Event):
    """What a named person noted of people whom no test says anything of."""

    kind: ClassVar[str] = "tracing.sweep-results-noted"
    subject: ClassVar[str] = "sweep_id"
    begins: ClassVar[bool] = True
    sweep_id: UUID
    person_ids: tuple[UUID, ...]
    result: str


@dataclass(frozen=True, kw_only=True)
class SweepClosed(Event):
    """Nobody on a sweep's lists is open; `counts` per result."""

    kind: ClassVar[str] = "tracing.sweep-closed"
    subject: ClassVar[str] = "sweep_id"
    sweep_id: UUID
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class PlaceDecided(Event):
    """An investigator proposed a measure for a place of an exposure, or none with a reason."""

    kind: ClassVar[str] = "tracing.place-decided"
    subject: ClassVar[str] = "decision_id"
    decision_id: UUID
    exposure_id: UUID
    place_id: UUID
    measure: str
    due_at: datetime | None
