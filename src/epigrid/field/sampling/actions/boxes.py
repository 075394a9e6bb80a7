"""Hand-overs: a box leaves with a count and is counted again where it arrives; what is missing is named (S-200)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.reports import recompute
from epigrid.field.sampling.events import BoxReceived, BoxSent, TubeMissing
from epigrid.field.sampling.models import Box, Swab, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def send_box(*, actor: Actor, area: Area, label: str, tube_ids: Sequence[UUID], to_body_id: UUID, said: int, now: datetime, cause: UUID) -> UUID:
    """Seal closed tubes into a box for one laboratory. `said` is the count spoken at hand-over: it must be the number of tubes."""
    actor.require(Duty.REGISTRAR, Duty.SAMPLER, Duty.COURIER, area=area)
    known = Box.objects.seen_by(actor).filter(area=area, label=label).first()
    if known is not None:
        return known.id
    tubes = list(Tube.objects.seen_by(actor).select_for_update().filter(id__in=tube_ids).order_by("pk"))
    if said != len(tubes) or len(tubes) != len(set(tube_ids)):
        raise rules.CountDiffers(said=said, found=len(tubes))
    for tube in tubes:
        if tube.state != "closed" or tube.box_id is not None:
            raise rules.TubeElsewhere(label=tube.label, state=tube.state)
    organisation.body(actor=actor, body_id=to_body_id)
    box = Box.objects.create(
        id=new_id(area, "box", area, label), area=area, label=label, to_body_id=to_body_id, said=said, sent_by=actor.id, sent_at=now
    )
    Tube.objects.seen_by(actor).filter(id__in=tube_ids).update(box=box, state="sent")
    ordered = tuple(tube.id for tube in sorted(tubes, key=lambda tube: tube.label))
    event = BoxSent(area=area, box_id=box.id, tube_ids=ordered, to_body_id=to_body_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return box.id


@whole
def receive_box(*, actor: Actor, box_id: UUID, labels: Sequence[str], now: datetime, cause: UUID) -> tuple[str, ...]:
    """Count a box where it arrives and return the labels that are missing; each missing tube's people are named for sampling again."""
    box = Box.objects.seen_by(actor).select_for_update().get(id=box_id)
    actor.require(Duty.LABORATORY, Duty.COURIER, area=box.area)
    tubes = list(Tube.objects.seen_by(actor).select_for_update().filter(box=box).exclude(state="discarded").order_by("label"))
    if box.received_at is not None:
        return tuple(tube.label for tube in tubes if tube.state == "lost")
    found = [tube for tube in tubes if tube.label in set(labels)]
    missing = [tube for tube in tubes if tube.label not in set(labels)]
    box.counted, box.received_by, box.received_at = len(found), actor.id, now
    box.save(update_fields=["counted", "received_by", "received_at"])
    Tube.objects.seen_by(actor).filter(id__in=[tube.id for tube in found]).update(state="received")
    sizes = _sizes(actor, found)
    event = BoxReceived(
        area=box.area,
        box_id=box.id,
        to_body_id=box.to_body_id,
        tube_ids=tuple(tube.id for tube in found),
        labels=tuple(tube.label for tube in found),
        pool_sizes=tuple(sizes[tube.id] for tube in found),
        missing_ids=tuple(tube.id for tube in missing),
    )
    fact = journal.record(event, actor=actor, at=now, caused_by=cause)
    for tube in missing:
        _lose(actor, tube, box, now, fact)
    return tuple(tube.label for tube in missing)


def _sizes(actor: Actor, tubes: Sequence[Tube]) -> dict[UUID, int]:
    counted = Count("swabs", filter=Q(swabs__withdrawn_at__isnull=True))
    rows = Tube.objects.seen_by(actor).filter(id__in=[tube.id for tube in tubes]).annotate(people=counted)
    return {row.id: 1 if row.people == 1 and row.pool_size == 1 else max(row.people, 2) for row in rows}


def _lose(actor: Actor, tube: Tube, box: Box, now: datetime, fact: UUID) -> None:
    tube.state = "lost"
    tube.save(update_fields=["state"])
    swabs = Swab.objects.seen_by(actor).filter(tube=tube, withdrawn_at__isnull=True).order_by("position")
    person_ids = list(swabs.values_list("person_id", flat=True))
    swabs.update(lost=True)
    if tube.round_id is not None:
        recompute(actor=actor, round_id=tube.round_id, person_ids=person_ids)
    event = TubeMissing(area=tube.area, tube_id=tube.id, box_id=box.id, person_ids=tuple(person_ids))
    journal.record(event, actor=actor, at=now, caused_by=fact)
