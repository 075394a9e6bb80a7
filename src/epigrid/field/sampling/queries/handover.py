"""Questions about hand-overs: both signatures of each leg of a box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from epigrid.field.sampling.models import Box, HandOver
from epigrid.kernel.actors import Actor


@dataclass(frozen=True, kw_only=True)
class HandOverCard:
    """One leg of a box: what was said and what was counted, seals, temperatures in degrees Celsius; None and empty: not yet, not measured."""

    id: UUID
    box_id: UUID
    leg: str
    vehicle: str
    said: int
    seal_said: str
    celsius_said: Decimal | None
    given_at: datetime
    counted: int | None
    seal_found: str
    celsius_found: Decimal | None
    taken_at: datetime | None

    @property
    def differs(self) -> bool:
        """Whether both sides signed different counts or seals."""
        other_seal = bool(self.seal_said and self.seal_found and self.seal_said != self.seal_found)
        return self.counted is not None and (self.counted != self.said or other_seal)


def hand_overs(*, actor: Actor, box_ids: Sequence[UUID]) -> dict[UUID, dict[str, HandOverCard]]:
    """Box -> leg -> hand-over, for the legs that were begun."""
    found: dict[UUID, dict[str, HandOverCard]] = {}
    for row in HandOver.objects.seen_by(actor).filter(box_id__in=box_ids).order_by("given_at", "leg"):
        found.setdefault(row.box_id, {})[row.leg] = HandOverCard(
            id=row.id,
            box_id=row.box_id,
            leg=row.leg,
            vehicle=row.vehicle,
            said=row.said,
            seal_said=row.seal_said,
            celsius_said=row.celsius_said,
            given_at=row.given_at,
            counted=row.counted,
            seal_found=row.seal_found,
            celsius_found=row.celsius_found,
            taken_at=row.taken_at,
        )
    return found


def box_label(*, actor: Actor, box_id: UUID) -> str:
    """The label of a box."""
    return Box.objects.seen_by(actor).get(id=box_id).label
