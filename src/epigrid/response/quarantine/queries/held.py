"""Questions about what people are held for."""

from collections.abc import Sequence
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.response.quarantine import rules
from epigrid.response.quarantine.models import Hold


def held_tubes(*, actor: Actor, tube_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the tubes (or antigen results) for which a hold stands proposed, or lives."""
    found: set[UUID] = set()
    for start in range(0, len(tube_ids), 500):
        rows = Hold.objects.seen_by(actor).filter(tube_id__in=tube_ids[start : start + 500], state__in=("proposed", *sorted(rules.LIVING)))
        found |= set(rows.values_list("tube_id", flat=True))
    return sorted(found)
