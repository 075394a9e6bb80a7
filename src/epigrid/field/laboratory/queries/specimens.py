"""Questions about specimens and their runs: what was read, what waits for a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.models import Run, Specimen
from epigrid.kernel.actors import Actor


@dataclass(frozen=True, kw_only=True)
class RunCard:
    """One run of a specimen. `counts`: neither replaced by a correction nor a correction that nobody agreed to. A correction carries its reason and decision."""

    id: UUID
    tested_at: datetime
    orf_ct: float | None
    n_ct: float | None
    outcome: str
    source: str
    counts: bool
    entered_by: UUID | None
    corrects: UUID | None
    reason: str
    decision: str
    decided_by: UUID | None


@dataclass(frozen=True, kw_only=True)
class SpecimenCard:
    """A specimen and all its runs, oldest first. `awaits`: `rerun`, or `check` for a positive that nobody confirmed yet."""

    id: UUID
    tube_id: UUID
    label: str
    body_id: UUID
    people: int
    received_at: datetime
    outcome: str
    awaits: str
    verified_by: UUID | None
    runs: tuple[RunCard, ...]


def specimens(*, actor: Actor, tube_ids: Sequence[UUID]) -> list[SpecimenCard]:
    """The specimens of tubes."""
    return _cards(actor, list(Specimen.objects.seen_by(actor).filter(tube_id__in=tube_ids).order_by("label")))


def labelled(*, actor: Actor, label: str) -> list[SpecimenCard]:
    """The specimens with this label, one in each tree that the actor sees."""
    return _cards(actor, list(Specimen.objects.seen_by(actor).filter(label=label).order_by("received_at", "id")[:5]))


def checks(*, actor: Actor, limit: int = 100) -> list[SpecimenCard]:
    """Positives that wait for a second person, oldest first. Nothing follows from them before."""
    return _cards(actor, list(Specimen.objects.seen_by(actor).filter(awaits="check").order_by("received_at", "label")[:limit]))


@dataclass(frozen=True, kw_only=True)
class CorrectionCard:
    """A correction that waits for a second person: what the run said, what it should say, and why."""

    run_id: UUID
    label: str
    tested_at: datetime
    was: str
    outcome: str
    was_cts: tuple[float | None, float | None]
    cts: tuple[float | None, float | None]
    reason: str
    asked_by: UUID | None
    asked_at: datetime | None


def corrections(*, actor: Actor, limit: int = 100) -> list[CorrectionCard]:
    """Corrections that wait for a second person, oldest first."""
    rows = Run.objects.seen_by(actor).filter(corrects__isnull=False, decision="").select_related("specimen", "corrects")
    return [
        CorrectionCard(
            run_id=row.id,
            label=row.specimen.label,
            tested_at=row.tested_at,
            was=row.corrects.outcome if row.corrects else "",
            outcome=row.outcome,
            was_cts=(row.corrects.orf_ct, row.corrects.n_ct) if row.corrects else (None, None),
            cts=(row.orf_ct, row.n_ct),
            reason=row.reason,
            asked_by=row.entered_by,
            asked_at=row.entered_at,
        )
        for row in rows.order_by("entered_at", "id")[:limit]
    ]


def _cards(actor: Actor, rows: Sequence[Specimen]) -> list[SpecimenCard]:
    runs: dict[UUID, list[Run]] = {row.id: [] for row in rows}
    for run in Run.objects.seen_by(actor).filter(specimen__in=rows).order_by("tested_at", "entered_at", "id"):
        runs[run.specimen_id].append(run)
    return [
        SpecimenCard(
            id=row.id,
            tube_id=row.tube_id,
            label=row.label,
            body_id=row.body_id,
            people=row.people,
            received_at=row.received_at,
            outcome=row.outcome,
            awaits=row.awaits,
            verified_by=row.verified_by,
            runs=_runs(runs[row.id]),
        )
        for row in rows
    ]


def _runs(rows: Sequence[Run]) -> tuple[RunCard, ...]:
    facts = [
        rules.RunFact(id=row.id, tested_at=row.tested_at, outcome=row.outcome, corrects=row.corrects_id, agreed=row.decision == "agreed")
        for row in rows
    ]
    counting = {fact.id for fact in rules.standing(facts)}
    return tuple(
        RunCard(
            id=row.id,
            tested_at=row.tested_at,
            orf_ct=row.orf_ct,
            n_ct=row.n_ct,
            outcome=row.outcome,
            source=row.source,
            counts=row.id in counting,
            entered_by=row.entered_by,
            corrects=row.corrects_id,
            reason=row.reason,
            decision=row.decision,
            decided_by=row.decided_by,
        )
        for row in rows
    )


def waiting(*, actor: Actor, body_id: UUID) -> int:
    """Specimens of a laboratory that have no outcome yet."""
    return Specimen.objects.seen_by(actor).filter(body_id=body_id, outcome="").count()
