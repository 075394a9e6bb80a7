"""Transfers: one vehicle, one list, two counts; nobody leaves before the question for dependants is answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import queries, rules
from epigrid.response.quarantine.actions.orders import _top
from epigrid.response.quarantine.events import TransferArrived, TransferDeparted, TransferPlanned
from epigrid.response.quarantine.models import Order, Passenger, Site, Transfer
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id


@whole
def plan_transfer(
    *, actor: Actor, order_ids: Sequence[UUID], vehicle: str, seats: int, site_id: UUID, now: datetime, cause: UUID, homeward: bool = False
) -> UUID:
    """Plan one trip. Refused: more people than seats, than free beds at the site, a child without its guardian, a vehicle not disinfected since its last trip."""
    site = Site.objects.seen_by(actor).get(id=site_id)
    actor.require(Duty.TRANSFER_TEAM, Duty.SITE_MANAGER, area=site.area)
    rows = list(Order.objects.seen_by(actor).filter(id__in=order_ids, state__in=("issued", "served", "ended")).order_by("pk"))
    if len(rows) > seats:
        raise rules.VehicleFull(people=len(rows), seats=seats)
    if not homeward:
        card = next(card for card in queries.sites(actor=actor) if card.id == site_id)
        if len(rows) > card.free:
            raise rules.SiteFull(people=len(rows), free=card.free)
    _check_children(actor, rows)
    dirty = Transfer.objects.seen_by(actor).filter(vehicle=vehicle, departed_at__isnull=False, disinfected_at__isnull=True).exists()
    if dirty:
        raise rules.NotDisinfected(vehicle=vehicle)
    trip = Transfer.objects.create(
        id=repeated_id(site.area, "transfer", site.id),
        area=_top(rows) if homeward else site.area.parent or site.area,
        vehicle=vehicle,
        seats=seats,
        site=site,
        homeward=homeward,
        planned_at=now,
        caused_by=cause,
    )
    Passenger.objects.bulk_create(
        [
            Passenger(id=new_id(row.area, "passenger", trip.id, row.id), area=row.area, transfer=trip, order_id=row.id, person_id=row.person_id)
            for row in rows
        ]
    )
    event = TransferPlanned(area=trip.area, transfer_id=trip.id, order_ids=tuple(row.id for row in rows))
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return trip.id


def _check_children(actor: Actor, rows: Sequence[Order]) -> None:
    cards = people.people(actor=actor, ids=[row.person_id for row in rows])
    children = {card.id: card.guardian_id for card in cards if card.guardian_id is not None}
    rules.check_children(children=children, travelling=[row.person_id for row in rows])


@whole
def answer_dependants(*, actor: Actor, transfer_id: UUID, answer: str) -> None:
    """The compulsory question: children, elders, patients, pets that stay behind, and who looks after them (X22)."""
    trip = Transfer.objects.seen_by(actor).select_for_update().get(id=transfer_id)
    actor.require(Duty.TRANSFER_TEAM, Duty.SITE_MANAGER, Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, area=trip.area)
    if not answer.strip():
        raise rules.DependantsUnasked(transfer=str(transfer_id))
    trip.dependants_answer = answer
    trip.save(update_fields=["dependants_answer"])


@whole
def depart(*, actor: Actor, transfer_id: UUID, now: datetime, cause: UUID) -> None:
    """The vehicle leaves with its list; refused before the question for dependants is answered (X22)."""
    trip = Transfer.objects.seen_by(actor).select_for_update().get(id=transfer_id)
    actor.require(Duty.TRANSFER_TEAM, area=trip.area)
    if not trip.dependants_answer.strip():
        raise rules.DependantsUnasked(transfer=str(transfer_id))
    if trip.departed_at is None:
        trip.departed_at = now
        trip.save(update_fields=["departed_at"])
        riders = Passenger.objects.seen_by(actor).filter(transfer=trip).order_by("order_id").values_list("order_id", flat=True)
        event = TransferDeparted(area=trip.area, transfer_id=trip.id, order_ids=tuple(riders))
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def arrive(
    *, actor: Actor, transfer_id: UUID, found_order_ids: Sequence[UUID], now: datetime, cause: UUID
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """The receiver counts people against the sender's list; who is missing or extra is named (S-138). Counting again changes nothing."""
    trip = Transfer.objects.seen_by(actor).select_for_update().get(id=transfer_id)
    actor.require(Duty.SITE_MANAGER, Duty.COMMUNITY_SECRETARY, area=trip.area)
    riders = {row.order_id: row for row in Passenger.objects.seen_by(actor).select_for_update().filter(transfer=trip).order_by("pk")}
    missing, extra = rules.compare(riders, found_order_ids)
    if trip.arrived_at is not None:
        return missing, extra
    trip.arrived_at = now
    trip.save(update_fields=["arrived_at"])
    arrived = [row for order_id, row in sorted(riders.items()) if order_id in set(found_order_ids)]
    Passenger.objects.seen_by(actor).filter(id__in=[row.id for row in arrived]).update(arrived=True)
    Passenger.objects.seen_by(actor).filter(transfer=trip, order_id__in=missing).update(arrived=False)
    event = TransferArrived(
        area=trip.area,
        transfer_id=trip.id,
        order_ids=tuple(row.order_id for row in arrived),
        person_ids=tuple(row.person_id for row in arrived),
        missing_ids=missing,
        extra_ids=extra,
    )
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return missing, extra


@whole
def disinfect(*, actor: Actor, transfer_id: UUID, now: datetime) -> None:
    """The vehicle was disinfected after its trip; before that it does not leave again."""
    trip = Transfer.objects.seen_by(actor).select_for_update().get(id=transfer_id)
    actor.require(Duty.TRANSFER_TEAM, area=trip.area)
    trip.disinfected_at = now
    trip.save(update_fields=["disinfected_at"])
