"""Specimens: tubes as the laboratory knows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import rules
from epigrid.field.laboratory.events import SpecimensRegistered
from epigrid.field.laboratory.models import RoundRank, Specimen
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

BATCH = 500


@whole
def register_specimens(
    *,
    actor: Actor,
    body_id: UUID,
    tubes: Sequence[tuple[UUID, str, int]],
    now: datetime,
    cause: UUID,
    rounds: Mapping[UUID, UUID | None] | None = None,
) -> int:
    """Register tubes (id, label, number of people) that a laboratory received; return how many are new. `rounds`: tube -> the round it belongs to.

    A round's tubes take its rank in this laboratory's queue; single tubes go before those of a round unless somebody ranked it otherwise.
    """
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(Duty.LABORATORY, Duty.PROCEDURE, area=body.area)
    taken = known(actor, body.area, [label for _, label, _ in tubes])
    ranked = RoundRank.objects.seen_by(actor).filter(body_id=body_id)
    ranks: dict[UUID | None, int] = {row.round_id: row.rank for row in ranked}
    fresh = [
        Specimen(
            id=new_id(body.area, "specimen", label),
            area=body.area,
            body_id=body_id,
            tree=body.area.tree,
            label=label,
            tube_id=tube_id,
            people=people,
            received_at=now,
            round_id=(rounds or {}).get(tube_id),
            rank=ranks.get((rounds or {}).get(tube_id), rules.SINGLE_RANK if people == 1 else rules.ROUND_RANK),
            caused_by=cause,
        )
        for tube_id, label, people in tubes
        if label not in taken
    ]
    Specimen.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    if fresh:
        event = SpecimensRegistered(area=body.area, body_id=body_id, specimens=len(fresh))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def known(actor: Actor, area: Area, labels: Sequence[str]) -> dict[str, Specimen]:
    """The specimens of a tree that bear the labels, locked for this act."""
    found: dict[str, Specimen] = {}
    ordered = sorted(set(labels))
    for start in range(0, len(ordered), BATCH):
        rows = Specimen.objects.seen_by(actor).select_for_update().filter(tree=area.tree, label__in=ordered[start : start + BATCH])
        found |= {row.label: row for row in rows.order_by("pk")}
    return found
