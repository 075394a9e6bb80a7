"""Questions about readings that match no tube."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.models import Run, Specimen, Unmatched
from epigrid.kernel.actors import Actor

LOOKED_AT = 2000
"""Tubes among which a label is looked for: those of the reading's laboratory that arrived last."""


@dataclass(frozen=True, kw_only=True)
class InboxCard:
    """A reading that matches no specimen."""

    id: UUID
    body_id: UUID
    label: str
    tested_at: datetime
    orf_ct: float | None
    n_ct: float | None
    stated: str
    source: str
    received_at: datetime


def inbox(*, actor: Actor, limit: int = 200) -> list[InboxCard]:
    """Readings that wait for a person to say where they belong, oldest first."""
    rows = Unmatched.objects.seen_by(actor).filter(resolved_at__isnull=True).order_by("received_at", "id")[:limit]
    return [
        InboxCard(
            id=row.id,
            body_id=row.body_id,
            label=row.label,
            tested_at=row.tested_at,
            orf_ct=row.orf_ct,
            n_ct=row.n_ct,
            stated=row.stated,
            source=row.source,
            received_at=row.received_at,
        )
        for row in rows
    ]


def inbox_size(*, actor: Actor) -> int:
    """How many readings wait."""
    return Unmatched.objects.seen_by(actor).filter(resolved_at__isnull=True).count()


def candidates(*, actor: Actor, cards: Sequence[InboxCard]) -> dict[UUID, list[rules.Candidate]]:
    """Which tubes readings of the inbox may belong to: near labels, those without a result first, then those of the round that the same file reads."""
    tubes = {body_id: _tubes(actor, body_id) for body_id in {card.body_id for card in cards}}
    rounds = _rounds(actor, sorted({card.source for card in cards}))
    return {
        card.id: rules.candidates(card.label, card.tested_at, tubes[card.body_id], round_key=rounds.get((card.body_id, card.source), ""))
        for card in cards
    }


def _tubes(actor: Actor, body_id: UUID) -> list[rules.Tube]:
    rows = Specimen.objects.seen_by(actor).filter(body_id=body_id).order_by("-received_at", "label")
    return [
        rules.Tube(label=label, received_at=received_at, read=bool(outcome), round_key=str(round_id or ""))
        for label, received_at, outcome, round_id in rows.values_list("label", "received_at", "outcome", "round_id")[:LOOKED_AT]
    ]


def _rounds(actor: Actor, sources: Sequence[str]) -> dict[tuple[UUID, str], str]:
    """The round of each file's last reading that matched a tube."""
    rows = Run.objects.seen_by(actor).filter(source__in=sources, specimen__round_id__isnull=False)
    latest = rows.values("specimen__body_id", "source", "specimen__round_id").annotate(last=Max("tested_at")).order_by("last")
    return {(row["specimen__body_id"], row["source"]): str(row["specimen__round_id"]) for row in latest}
