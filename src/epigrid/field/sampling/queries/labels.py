"""Questions about labels: which were drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.events import LabelsDrawn
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.store import journal


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A run of labels of one kind."""

    id: UUID
    area: Area
    kind: str
    labels: tuple[str, ...]
    drawn_at: datetime


def drawings(*, actor: Actor, ids: Sequence[UUID] | None = None) -> list[Drawing]:
    """Runs of labels that were drawn in the actor's areas, newest first; of these ids, or all."""
    facts = journal.facts(actor=actor, kinds=[LabelsDrawn.kind], subjects=ids)
    found = [
        Drawing(id=one.drawing_id, area=one.area, kind=one.series, labels=rules.labels_of(one.series, one.first, one.count), drawn_at=fact.at)
        for fact in facts
        if isinstance(one := fact.event, LabelsDrawn)
    ]
    return found[::-1]
