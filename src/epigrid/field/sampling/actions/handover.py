"""A box from hand to hand: the site gives it to a vehicle, the vehicle to a laboratory; both sides sign a count. Tubes that are thrown away (S-200, S-218)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.boxes import receive_box
from epigrid.field.sampling.actions.reports import recompute
from epigrid.field.sampling.events import BoxHandedOver, HandOverDiffered, TubeDiscarded
from epigrid.field.sampling.models import Box, HandOver, Swab, Tube
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

GIVERS = {"vehicle": (Duty.REGISTRAR, Duty.SAMPLER), "laboratory": (Duty.COURIER,)}
TAKERS = {"vehicle": (Duty.COURIER,), "laboratory": (Duty.LABORATORY,)}


@whole
def give_box(*, actor: Actor, box_id: UUID, leg: str, signed: rules.Signature, now: datetime, cause: UUID) -> UUID:
    """Sign a box away with the count said aloud; it must be what was sealed. The same leg again is the same hand-over."""
    box = _box(actor, box_id, leg)
    actor.require(*GIVERS[leg], area=box.area)
    known = HandOver.objects.seen_by(actor).filter(box=box, leg=leg).first()
    if known is not None:
        return known.id
    if signed.count != box.said:
        raise rules.CountDiffers(said=signed.count, found=box.said)
    row = HandOver.objects.create(
        id=new_id(box.area, "hand-over", box.id, leg),
        area=box.area,
        box=box,
        leg=leg,
        vehicle=signed.vehicle,
        said=signed.count,
        seal_said=signed.seal,
        celsius_said=signed.celsius,
        given_by=actor.id,
        given_at=now,
    )
    event = BoxHandedOver(area=box.area, box_id=box.id, leg=leg, side="given", count=signed.count)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def take_box(*, actor: Actor, box_id: UUID, leg: str, labels: Sequence[str], signed: rules.Signature, now: datetime, cause: UUID) -> tuple[str, ...]:
    """Count a box that was given, label by label, sign, and return the labels that are missing; another seal or a missing tube is a fact of its own.

    `signed.count` is ignored: the labels are the count. The laboratory's signature is its receipt (`receive_box`). Two people sign: `SamePerson`.
    """
    box = _box(actor, box_id, leg)
    actor.require(*TAKERS[leg], area=box.area)
    row = HandOver.objects.seen_by(actor).select_for_update().filter(box=box, leg=leg).first()
    if row is None:
        raise rules.NotGiven(box=box.label, leg=leg)
    tubes = list(Tube.objects.seen_by(actor).filter(box=box).exclude(state="discarded").order_by("label"))
    missing = rules.missing_of(sent=[tube.label for tube in tubes], found=labels)
    if row.taken_at is not None:
        return missing
    if row.given_by == actor.id:
        raise rules.SamePerson(box=box.label)
    fact = _sign(actor, row, replace(signed, count=len(tubes) - len(missing)), now, cause)
    other_seal = rules.seal_differs(row.seal_said, signed.seal)
    if missing or other_seal:
        event = HandOverDiffered(
            area=box.area,
            box_id=box.id,
            leg=leg,
            said=row.said,
            counted=len(tubes) - len(missing),
            missing_ids=tuple(tube.id for tube in tubes if tube.label in missing),
            other_seal=other_seal,
        )
        fact = journal.record(event, actor=actor, at=now, caused_by=fact)
    return receive_box(actor=actor, box_id=box.id, labels=labels, now=now, cause=fact) if leg == "laboratory" else missing


def _box(actor: Actor, box_id: UUID, leg: str) -> Box:
    if leg not in rules.LEGS:
        raise rules.LegUnknown(leg=leg)
    box = Box.objects.seen_by(actor).select_for_update().get(id=box_id)
    if box.received_at is not None:
        raise rules.NotGiven(box=box.label, leg=leg)
    return box


def _sign(actor: Actor, row: HandOver, signed: rules.Signature, now: datetime, cause: UUID) -> UUID:
    row.counted, row.seal_found, row.celsius_found, row.taken_by, row.taken_at = signed.count, signed.seal, signed.celsius, actor.id, now
    row.save(update_fields=["counted", "seal_found", "celsius_found", "taken_by", "taken_at"])
    event = BoxHandedOver(area=row.area, box_id=row.box_id, leg=row.leg, side="taken", count=signed.count)
    return journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def discard_tube(*, actor: Actor, tube_id: UUID, code: str, now: datetime, cause: UUID) -> None:
    """Throw a tube away unread, by a code of `rules.DISCARDED`: its people are open again and asked again. The same code again changes nothing."""
    tube = Tube.objects.seen_by(actor).select_for_update().get(id=tube_id)
    actor.require(Duty.REGISTRAR, Duty.SAMPLER, Duty.LABORATORY, area=tube.area)
    if code not in rules.DISCARDED:
        raise rules.DiscardCodeUnknown(code=code)
    if tube.discard_code == code:
        return
    if tube.state in ("read", *rules.GONE):
        raise rules.TubeRead(label=tube.label, state=tube.state)
    tube.state, tube.discard_code = "discarded", code
    tube.save(update_fields=["state", "discard_code"])
    swabs = Swab.objects.seen_by(actor).filter(tube=tube, withdrawn_at__isnull=True).order_by("position")
    person_ids = list(swabs.values_list("person_id", flat=True))
    swabs.update(lost=True)
    if tube.round_id is not None:
        recompute(actor=actor, round_id=tube.round_id, person_ids=person_ids)
    event = TubeDiscarded(area=tube.area, tube_id=tube.id, person_ids=tuple(person_ids), code=code)
    journal.record(event, actor=actor, at=now, caused_by=cause)
