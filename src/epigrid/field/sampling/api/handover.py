"""The machine door of sampling, hand-overs: both signatures under a box on its way, tubes thrown away."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.api.doors import acts, router
from epigrid.field.sampling.api.tubes import OfTube
from epigrid.field.sampling.rules import Signature
from epigrid.store.doors import Command, Count, Line, Maybe, Path, Reader, Rows, Word, area_of, card, cause_of, listed, reader

HandOverOut = card(queries.HandOverCard)
Reading = Annotated[Decimal, Field(gt=-100, lt=100, max_digits=4, decimal_places=1)]


@router.get("/boxes/{box_id}/hand-overs", response=listed(HandOverOut))
def hand_overs(request: HttpRequest, box_id: UUID) -> list[queries.HandOverCard]:
    """The hand-overs of a box so far."""
    me = reader(request).actor
    queries.box_label(actor=me, box_id=box_id)
    return list(queries.hand_overs(actor=me, box_ids=[box_id]).get(box_id, {}).values())


class SignedIn(Command):
    """One side of a hand-over: which leg, the seal's number, a temperature inside the box in degrees Celsius where it was measured."""

    box_id: UUID
    leg: Word
    seal: Maybe = ""
    celsius: Reading | None = None


class GivenIn(SignedIn):
    """The side that gives: the count said aloud, the vehicle."""

    count: Count
    vehicle: Maybe = ""


@acts("/boxes/give")
def give_box(it: Reader, body: GivenIn) -> Rows:
    """Sign a box away to a vehicle, or from the vehicle to the laboratory."""
    queries.box_label(actor=it.actor, box_id=body.box_id)
    signed = Signature(count=body.count, seal=body.seal[:40], celsius=body.celsius, vehicle=body.vehicle[:40])
    return [actions.give_box(actor=it.actor, box_id=body.box_id, leg=body.leg, signed=signed, now=it.now, cause=cause_of(body.box_id))]


class TakenOverIn(SignedIn):
    """The side that takes over: the labels found in the box."""

    labels: list[Line] = Field(default=[], max_length=1000)


@acts("/boxes/take", then="/boxes/?missing={rows}")
def take_box(it: Reader, body: TakenOverIn) -> Rows:
    """Count a box, sign, and name what is missing; at the laboratory this is the receipt."""
    queries.box_label(actor=it.actor, box_id=body.box_id)
    signed = Signature(count=len(body.labels), seal=body.seal[:40], celsius=body.celsius)
    return actions.take_box(
        actor=it.actor, box_id=body.box_id, leg=body.leg, labels=body.labels, signed=signed, now=it.now, cause=cause_of(body.box_id)
    )


class LabelsIn(Command):
    """How many labels of tubes or of boxes."""

    area: Path
    kind: Word
    count: Annotated[int, Field(ge=1, le=3000)]


@acts("/labels")
def draw_labels(it: Reader, body: LabelsIn) -> Rows:
    """Draw the next labels; the sheet is printed from the page."""
    return [actions.draw_labels(actor=it.actor, area=area_of(it.actor, body.area), kind=body.kind, count=body.count, now=it.now)]


class DiscardIn(OfTube):
    """A tube that is thrown away unread, and by which code."""

    code: Word


@acts("/discarded-tubes")
def discard_tube(it: Reader, body: DiscardIn) -> Rows:
    """Throw a tube away; its people are asked again."""
    found = queries.tube(actor=it.actor, tube_id=body.tube_id)
    actions.discard_tube(actor=it.actor, tube_id=found.id, code=body.code, now=it.now, cause=cause_of(found.id))
    return [found.id]
