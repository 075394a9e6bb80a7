"""Questions about what a laboratory can do, its queue, its plates, and its chain from receipt to told result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.models import Bench, Consignment, Plate, RoundRank, Run, Specimen
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.store.scoped import ScopedQuerySet

CHAIN_HOURS = 24
"""The chain is told of the tubes that arrived within so many hours (design value)."""


@dataclass(frozen=True, kw_only=True)
class BenchCard:
    """What a laboratory said of itself; None: it has not said."""

    body_id: UUID
    tubes_per_day: int | None
    turnaround_minutes: int | None
    plate_wells: int | None
    queue_limit: int | None
    overflow_id: UUID | None
    columns: Mapping[str, str]

    @property
    def bench(self) -> rules.Bench:
        """As the forecast takes it."""
        return rules.Bench(tubes_per_day=self.tubes_per_day, turnaround_minutes=self.turnaround_minutes, queue_limit=self.queue_limit)


@dataclass(frozen=True, kw_only=True)
class QueueCard:
    """A tube in the queue, in its order."""

    id: UUID
    label: str
    rank: int
    received_at: datetime
    people: int
    round_id: UUID | None
    rerun: bool


@dataclass(frozen=True, kw_only=True)
class OutlookCard:
    """What is to be expected: tubes waiting, when each tenth of them is read, the forecast, and which should go to another laboratory."""

    waiting: int
    next_result_at: datetime | None
    last_result_at: datetime | None
    forecast: rules.Forecast | None
    too_late: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WellCard:
    """One well: its name, the tube (empty: a control), and what was read in it."""

    name: str
    label: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PlateCard:
    """A plate with its wells."""

    id: UUID
    body_id: UUID
    label: str
    wells: int
    laid_at: datetime
    laid_by: UUID | None
    failed_at: datetime | None
    failed_reason: str
    open: int
    laid: tuple[WellCard, ...]


@dataclass(frozen=True, kw_only=True)
class ConsignmentCard:
    """Tubes on their way to another laboratory."""

    id: UUID
    from_body_id: UUID
    to_body_id: UUID
    said: int
    sent_at: datetime
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepCard:
    """A step of the laboratory's chain with its owner (the duty, and who did it last) and its times."""

    step: rules.Link
    duty: str
    owner_id: UUID | None


def bench(*, actor: Actor, body_id: UUID) -> BenchCard:
    """What a laboratory said of itself; all unset when it said nothing."""
    row = Bench.objects.seen_by(actor).filter(body_id=body_id).first()
    return BenchCard(
        body_id=body_id,
        tubes_per_day=row.tubes_per_day if row else None,
        turnaround_minutes=row.turnaround_minutes if row else None,
        plate_wells=row.plate_wells if row else None,
        queue_limit=row.queue_limit if row else None,
        overflow_id=row.overflow_id if row else None,
        columns=row.columns if row else {},
    )


def ranks(*, actor: Actor, body_id: UUID) -> dict[UUID, int]:
    """How early a laboratory reads rounds that somebody ranked."""
    return dict(RoundRank.objects.seen_by(actor).filter(body_id=body_id).values_list("round_id", "rank"))


def queue(*, actor: Actor, body_id: UUID, limit: int | None = None) -> list[QueueCard]:
    """The tubes that wait, in the order in which they are read: second runs of positives, then by rank, arrival and label."""
    rows = _waiting(actor, body_id).order_by("-awaits", "rank", "received_at", "label")[:limit]
    return [
        QueueCard(
            id=row.id,
            label=row.label,
            rank=rules.RERUN_RANK if row.awaits else row.rank,
            received_at=row.received_at,
            people=row.people,
            round_id=row.round_id,
            rerun=bool(row.awaits),
        )
        for row in rows
    ]


def _waiting(actor: Actor, body_id: UUID) -> ScopedQuerySet[Specimen]:
    """The rows for which `rules.waits` holds."""
    rows = Specimen.objects.seen_by(actor).filter(body_id=body_id, outcome="", awaits__in=("", "rerun"))
    return rows.filter(plate__isnull=True, sent_on__isnull=True)


def outlook(*, actor: Actor, body_id: UUID, now: datetime, by: datetime | None = None, arrivals: Sequence[rules.Arrival] = ()) -> OutlookCard:
    """When the waiting tubes will be read, with what is still to come (`arrivals`), and which will not be read `by` a moment."""
    mine = bench(actor=actor, body_id=body_id).bench
    tubes = [rules.Waiting(label=card.label, rank=card.rank, received_at=card.received_at) for card in queue(actor=actor, body_id=body_id)]
    return OutlookCard(
        waiting=len(tubes),
        next_result_at=rules.expected_at(1, mine, now) if tubes else None,
        last_result_at=rules.expected_at(len(tubes), mine, now) if tubes else None,
        forecast=rules.forecast(len(tubes), arrivals, mine, now),
        too_late=tuple(one.label for one in rules.overflow(tubes, mine, now, by)) if by else (),
    )


def plates(*, actor: Actor, body_id: UUID, limit: int = 20) -> list[PlateCard]:
    """The newest plates with their wells."""
    rows = list(Plate.objects.seen_by(actor).filter(body_id=body_id).order_by("-laid_at", "label")[:limit])
    labels = sorted({label for row in rows for label in row.laid if label})
    read: dict[str, str] = {}
    lying: set[tuple[str, UUID]] = set()
    for start in range(0, len(labels), 500):
        found = Specimen.objects.seen_by(actor).filter(label__in=labels[start : start + 500])
        for label, outcome, plate_id in found.values_list("label", "outcome", "plate_id"):
            read[label] = outcome
            lying.add((label, plate_id))
    return [
        PlateCard(
            id=row.id,
            body_id=row.body_id,
            label=row.label,
            wells=row.wells,
            laid_at=row.laid_at,
            laid_by=row.laid_by,
            failed_at=row.failed_at,
            failed_reason=row.failed_reason,
            open=sum((label, row.id) in lying and not read[label] for label in row.laid if label in read),
            laid=tuple(
                WellCard(name=rules.well_name(place, row.wells), label=label, outcome=read.get(label, "")) for place, label in enumerate(row.laid, 1)
            ),
        )
        for row in rows
    ]


def consignments(*, actor: Actor) -> list[ConsignmentCard]:
    """Tubes on their way between laboratories that nobody has counted yet."""
    rows = list(Consignment.objects.seen_by(actor).filter(taken_at__isnull=True).order_by("sent_at", "id")[:50])
    inside: dict[UUID, list[str]] = {row.id: [] for row in rows}
    for sent_on, label in Specimen.objects.seen_by(actor).filter(sent_on__in=rows).order_by("label").values_list("sent_on", "label"):
        inside[sent_on].append(label)
    return [
        ConsignmentCard(
            id=row.id, from_body_id=row.from_body_id, to_body_id=row.to_body_id, said=row.said, sent_at=row.sent_at, labels=tuple(inside[row.id])
        )
        for row in rows
    ]


def chain(*, actor: Actor, body_id: UUID, now: datetime) -> list[StepCard]:
    """The laboratory's own links of 采送检报 with counts, delays, owner and time: laid, read, run again, confirmed (S-201, S-205)."""
    since = now - timedelta(hours=CHAIN_HOURS)
    rows = list(Specimen.objects.seen_by(actor).filter(body_id=body_id, received_at__gte=since).select_related("plate").order_by("received_at", "id"))
    runs: dict[UUID, list[Run]] = {}
    for run in (
        Run.objects.seen_by(actor).filter(specimen__body_id=body_id, specimen__received_at__gte=since).order_by("entered_at", "tested_at", "id")
    ):
        runs.setdefault(run.specimen_id, []).append(run)
    laid, read, again, confirmed = [], [], [], []
    for row in rows:
        mine = [run for run in runs.get(row.id, []) if run.corrects_id is None]
        first, times = (_at(mine[0]) if mine else None), [_at(run) for run in mine]
        put = row.plate.laid_at if row.plate else first
        laid.append((row.received_at, put))
        read.append((put, first))
        positive = next((place for place, run in enumerate(mine) if run.outcome == "positive"), None)
        second = None if positive is None or len(mine) < positive + 2 else times[positive + 1]
        again.append((times[positive] if positive is not None else None, second))
        confirmed.append((times[-1] if row.awaits == "check" or row.verified_at else None, row.verified_at))
    over = [bool(row.outcome) or row.sent_on_id is not None for row in rows]
    plates_ = sorted((row.plate for row in rows if row.plate is not None), key=lambda plate: plate.laid_at)
    entered = max((run for listed in runs.values() for run in listed), key=_at, default=None)
    checked = max((row for row in rows if row.verified_at is not None), key=lambda row: row.verified_at or since, default=None)
    owners = {
        "laid": plates_[-1].laid_by if plates_ else None,
        "read": entered.entered_by if entered else None,
        "run-again": entered.entered_by if entered else None,
        "confirmed": checked.verified_by if checked else None,
    }
    links = [
        rules.link("laid", laid, over=over),
        rules.link("read", read, over=over),
        rules.link("run-again", again, over=over),
        rules.link("confirmed", confirmed),
    ]
    return [StepCard(step=one, duty=Duty.LABORATORY, owner_id=owners[one.key]) for one in links]


def _at(run: Run) -> datetime:
    return run.entered_at or run.tested_at
