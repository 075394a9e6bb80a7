"""Questions about specimens and the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory.models import Run, Specimen, Unmatched
from epigrid.kernel.actors import Actor


@dataclass(frozen=True, kw_only=True)
class RunCard:
    """One run of a specimen."""

    tested_at: datetime
    orf_ct: float | None
    n_ct: float | None
    outcome: str
    source: str


@dataclass(frozen=True, kw_only=True)
class SpecimenCard:
    """A specimen and its runs, oldest first."""

    id: UUID
    tube_id: UUID
    label: str
    body_id: UUID
    received_at: datetime
    outcome: str
    runs: tuple[RunCard, ...]


@dataclass(frozen=True, kw_only=True)
class InboxCard:
    """A reading that matches no specimen."""

    id: UUID
    label: str
    tested_at: datetime
    source: str
    received_at: datetime


def specimens(*, actor: Actor, tube_ids: Sequence[UUID]) -> list[SpecimenCard]:
    """The specimens of tubes."""
    rows = list(Specimen.objects.seen_by(actor).filter(tube_id__in=tube_ids).order_by("label"))
    runs: dict[UUID, list[RunCard]] = {row.id: [] for row in rows}
    for run in Run.objects.seen_by(actor).filter(specimen__in=rows).order_by("tested_at", "id"):
        card = RunCard(tested_at=run.tested_at, orf_ct=run.orf_ct, n_ct=run.n_ct, outcome=run.outcome, source=run.source)
        runs[run.specimen_id].append(card)
    return [
        SpecimenCard(
            id=row.id,
            tube_id=row.tube_id,
            label=row.label,
            body_id=row.body_id,
            received_at=row.received_at,
            outcome=row.outcome,
            runs=tuple(runs[row.id]),
        )
        for row in rows
    ]


def inbox(*, actor: Actor, limit: int = 200) -> list[InboxCard]:
    """Readings that wait for a person to say where they belong, oldest first."""
    rows = Unmatched.objects.seen_by(actor).filter(resolved_at__isnull=True).order_by("received_at", "id")[:limit]
    return [InboxCard(id=row.id, label=row.label, tested_at=row.tested_at, source=row.source, received_at=row.received_at) for row in rows]


def inbox_size(*, actor: Actor) -> int:
    """How many readings wait."""
    return Unmatched.objects.seen_by(actor).filter(resolved_at__isnull=True).count()


def waiting(*, actor: Actor, body_id: UUID) -> int:
    """Specimens of a laboratory that have no outcome yet."""
    return Specimen.objects.seen_by(actor).filter(body_id=body_id, outcome="").count()
