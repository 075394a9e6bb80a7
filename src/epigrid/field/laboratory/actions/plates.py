"""Plates are laid and fail; tubes that are too many are sent on to another laboratory and counted there."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.laboratory import queries, rules
from epigrid.field.laboratory.actions.specimens import known
from epigrid.field.laboratory.events import PlateFailed, PlateLaid, TubesSentOn, TubesTakenOver
from epigrid.field.laboratory.models import Consignment, Plate, Specimen
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

CONTROL = "-"
"""A well that holds a control or nothing."""


@whole
def lay_plate(*, actor: Actor, body_id: UUID, label: str, wells: int, tubes: Sequence[str], now: datetime) -> UUID:
    """Lay tubes on a plate, well by well down the columns (`CONTROL`: a control or nothing); without tubes the next ones of the queue. Refused whole.

    The same label with the same tubes again is the same plate.
    """
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(Duty.LABORATORY, area=body.area)
    before = Plate.objects.seen_by(actor).filter(tree=body.area.tree, label=label).first()
    laid = list(tubes) or ([] if before else [one.label for one in queries.queue(actor=actor, body_id=body_id, limit=wells)])
    if before is not None:
        if tubes and before.laid != _laid(laid):
            raise rules.PlateLabelTaken(label=label)
        return before.id
    by_label = known(actor, body.area, [one for one in laid if one != CONTROL])
    _check(laid, by_label, wells, body_id)
    plate = Plate(
        id=new_id(body.area, "plate", label), area=body.area, body_id=body_id, tree=body.area.tree, label=label, wells=wells, laid=_laid(laid),
        laid_by=actor.id, laid_at=now,
    )  # fmt: skip
    Plate.objects.bulk_create([plate])
    for position, one in enumerate(laid, start=1):
        if one != CONTROL:
            by_label[one].plate, by_label[one].well = plate, position
    Specimen.objects.bulk_update(sorted(by_label.values(), key=lambda one: one.pk), ["plate", "well"], batch_size=100)
    ids = tuple(by_label[one].tube_id for one in laid if one != CONTROL)
    journal.record(PlateLaid(area=body.area, plate_id=plate.id, tube_ids=ids), actor=actor, at=now, caused_by=None)
    return plate.id


def _laid(tubes: Sequence[str]) -> list[str]:
    return ["" if one == CONTROL else one for one in tubes]


def _waits(row: Specimen) -> bool:
    return rules.waits(outcome=row.outcome, awaits=row.awaits, on_plate=row.plate_id is not None, sent_on=row.sent_on_id is not None)


def _check(laid: Sequence[str], by_label: dict[str, Specimen], wells: int, body_id: UUID) -> None:
    named = [one for one in laid if one != CONTROL]
    if not named:
        raise rules.PlateEmpty()
    if len(laid) > wells:
        raise rules.PlateTooSmall(wells=wells, tubes=len(laid))
    for label in named:
        if label not in by_label:
            raise Specimen.DoesNotExist(label)
        if not _waits(by_label[label]) or by_label[label].body_id != body_id or named.count(label) > 1:
            raise rules.NotWaiting(label=label)


@whole
def fail_plate(*, actor: Actor, plate_id: UUID, reason: str, now: datetime) -> int:
    """A plate's controls failed: its tubes that have no outcome go back to the queue; return how many. Runs that were read stay as they are."""
    plate = Plate.objects.seen_by(actor).select_for_update().get(id=plate_id)
    actor.require(Duty.LABORATORY, area=plate.area)
    if plate.failed_at is not None:
        raise rules.PlateOver(label=plate.label)
    plate.failed_at, plate.failed_reason = now, reason[:100]
    plate.save(update_fields=["failed_at", "failed_reason"])
    rows = list(Specimen.objects.seen_by(actor).select_for_update().filter(plate=plate, outcome="", awaits="").order_by("well"))
    Specimen.objects.seen_by(actor).filter(id__in=[row.id for row in rows]).update(plate=None, well=None)
    event = PlateFailed(area=plate.area, plate_id=plate.id, tube_ids=tuple(row.tube_id for row in rows), reason=reason)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return len(rows)


@whole
def send_on(*, actor: Actor, body_id: UUID, to_body_id: UUID, labels: Sequence[str], said: int, now: datetime) -> UUID:
    """Send waiting tubes on to another laboratory, with the count said aloud; they are this laboratory's until the other counted them (S-203)."""
    body = organisation.body(actor=actor, body_id=body_id)
    actor.require(Duty.LABORATORY, area=body.area)
    organisation.body(actor=actor, body_id=to_body_id)
    if to_body_id == body_id:
        raise rules.OverflowSelf()
    by_label = known(actor, body.area, labels)
    if said != len(set(labels)) or not labels:
        raise rules.CountDiffers(said=said, found=len(set(labels)))
    for label in labels:
        if label not in by_label:
            raise Specimen.DoesNotExist(label)
        if not _waits(by_label[label]) or by_label[label].body_id != body_id:
            raise rules.NotWaiting(label=label)
    row = Consignment(
        id=new_id(body.area, "consignment", body_id, to_body_id, now.isoformat(), min(labels)),
        area=body.area,
        from_body_id=body_id,
        to_body_id=to_body_id,
        said=said,
        sent_by=actor.id,
        sent_at=now,
    )
    Consignment.objects.bulk_create([row])
    specimens = sorted(by_label.values(), key=lambda one: one.label)
    Specimen.objects.seen_by(actor).filter(id__in=[one.id for one in specimens]).update(sent_on=row)
    event = TubesSentOn(area=body.area, consignment_id=row.id, to_body_id=to_body_id, tube_ids=tuple(one.tube_id for one in specimens))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def take_over(*, actor: Actor, consignment_id: UUID, labels: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Count what another laboratory sent on; the tubes are this laboratory's now. What is missing is named and stays with the sender's queue."""
    row = Consignment.objects.seen_by(actor).select_for_update().get(id=consignment_id)
    actor.require(Duty.LABORATORY, area=row.area)
    if row.taken_at is not None:
        raise rules.TakenBefore()
    sent = list(Specimen.objects.seen_by(actor).select_for_update().filter(sent_on=row).order_by("label"))
    found = [one for one in sent if one.label in set(labels)]
    missing = [one for one in sent if one.label not in set(labels)]
    row.counted, row.taken_by, row.taken_at = len(found), actor.id, now
    row.save(update_fields=["counted", "taken_by", "taken_at"])
    Specimen.objects.seen_by(actor).filter(id__in=[one.id for one in found]).update(body_id=row.to_body_id, received_at=now, sent_on=None)
    Specimen.objects.seen_by(actor).filter(id__in=[one.id for one in missing]).update(sent_on=None)
    event = TubesTakenOver(
        area=row.area,
        consignment_id=row.id,
        tube_ids=tuple(one.tube_id for one in found),
        missing_ids=tuple(one.tube_id for one in missing),
    )
    fact = [told.id for told in journal.facts_about(subject_id=row.id) if isinstance(told.event, TubesSentOn)][-1]
    journal.record(event, actor=actor, at=now, caused_by=fact)
    return tuple(one.label for one in missing)
