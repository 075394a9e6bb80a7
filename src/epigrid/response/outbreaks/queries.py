"""Questions about outbreaks, clocks and reports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.response.outbreaks import rules
from epigrid.response.outbreaks.models import Joined, Milestone, Outbreak, Report


@dataclass(frozen=True, kw_only=True)
class OutbreakCard:
    """An outbreak and its cases."""

    id: UUID
    area: Area
    disease: str
    first_case_id: UUID
    opened_at: datetime
    closed_at: datetime | None
    case_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ClockCard:
    """A clock."""

    id: UUID
    key: str
    subject_id: UUID
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    missed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReportCard:
    """A positive report with its receipts (body id, moment)."""

    id: UUID
    case_id: UUID
    sent_at: datetime
    ack_by: datetime | None
    acknowledgements: tuple[tuple[str, str], ...]


def outbreak(*, actor: Actor, outbreak_id: UUID) -> OutbreakCard:
    """One outbreak."""
    return _outbreak(actor, Outbreak.objects.seen_by(actor).get(id=outbreak_id))


def outbreaks(*, actor: Actor, open_only: bool = False) -> list[OutbreakCard]:
    """Outbreaks, newest first."""
    rows = Outbreak.objects.seen_by(actor).order_by("-opened_at", "id")
    return [_outbreak(actor, row) for row in (rows.filter(closed_at__isnull=True) if open_only else rows)]


def current(*, actor: Actor, area: Area) -> OutbreakCard | None:
    """The open outbreak that covers `area`, if any."""
    found = [card for card in outbreaks(actor=actor, open_only=True) if card.area.covers(area) or area.covers(card.area)]
    return found[0] if found else None


def board(*, actor: Actor, area: Area | None = None) -> list[ClockCard]:
    """All clocks by their due moment."""
    rows = Milestone.objects.seen_by(actor).order_by("due_at", "key", "id")
    return [_clock(row) for row in (rows if area is None else rows.filter(area__within=area))]


def golden_report(*, actor: Actor, outbreak_id: UUID, now: datetime) -> list[rules.GoldenLine]:
    """Which milestones of the first 24 hours were met, late or missed (S-121)."""
    row = Outbreak.objects.seen_by(actor).get(id=outbreak_id)
    rows = Milestone.objects.seen_by(actor).filter(area__within=row.area, started_at__lt=row.opened_at + rules.GOLDEN).order_by("due_at", "key", "id")
    return [rules.golden_line(key=clock.key, due_at=clock.due_at, met_at=clock.met_at, now=now) for clock in rows]


def reports(*, actor: Actor) -> list[ReportCard]:
    """Positive reports, oldest first."""
    return [_report(row) for row in Report.objects.seen_by(actor).order_by("sent_at", "id")]


def report(*, actor: Actor, report_id: UUID) -> ReportCard:
    """One positive report."""
    return _report(Report.objects.seen_by(actor).get(id=report_id))


def next_due(*, actor: Actor, after: datetime) -> datetime | None:
    """The next moment at which a clock is missed or a report unacknowledged."""
    clock = Milestone.objects.seen_by(actor).filter(met_at__isnull=True, missed_at__isnull=True, due_at__gt=after)
    report = Report.objects.seen_by(actor).filter(alarmed_at__isnull=True, ack_by__gt=after, acknowledgements=[])
    moments = (clock.aggregate(Min("due_at"))["due_at__min"], report.aggregate(Min("ack_by"))["ack_by__min"])
    return min((moment for moment in moments if moment is not None), default=None)


def _outbreak(actor: Actor, row: Outbreak) -> OutbreakCard:
    cases = Joined.objects.seen_by(actor).filter(outbreak=row).order_by("at", "id").values_list("case_id", flat=True)
    return OutbreakCard(
        id=row.id,
        area=row.area,
        disease=row.disease,
        first_case_id=row.first_case_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        case_ids=tuple(cases),
    )


def _report(row: Report) -> ReportCard:
    return ReportCard(
        id=row.id,
        case_id=row.case_id,
        sent_at=row.sent_at,
        ack_by=row.ack_by,
        acknowledgements=tuple((ack["body"], ack["at"]) for ack in row.acknowledgements),
    )


def _clock(row: Milestone) -> ClockCard:
    return ClockCard(
        id=row.id,
        key=row.key,
        subject_id=row.subject_id,
        started_at=row.started_at,
        due_at=row.due_at,
        met_at=row.met_at,
        missed_at=row.missed_at,
    )
