"""Sites: a hotel becomes one by its opening list; beds are rooms less people less rooms out of order, at any time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.response.quarantine import rules
from epigrid.response.quarantine.events import SiteOpened
from epigrid.response.quarantine.models import Order, Room, Site, Stay
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

STEPS = ("guests-moved", "cleaned", "opened")


@whole
def prepare_site(*, actor: Actor, place_id: UUID, directive_id: UUID, now: datetime) -> UUID:
    """Begin turning a hotel into a quarantine site, under a directive; the timer runs (S-142). The same place is one site."""
    place = places.place(actor=actor, place_id=place_id)
    actor.require(Duty.SITE_MANAGER, Duty.COUNTY_EOC_OFFICER, area=place.area)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="site.open", area=place.area, now=now)
    known = Site.objects.seen_by(actor).filter(place_id=place_id).first()
    if known is not None:
        return known.id
    return Site.objects.create(
        id=new_id(place.area, "site", place_id), area=place.area, place_id=place_id, started_at=now, directive_id=directive_id
    ).id


@whole
def list_rooms(*, actor: Actor, site_id: UUID, rooms: Sequence[tuple[UUID, int]], out_of_order: Sequence[UUID] = ()) -> int:
    """List a site's rooms with beds; return how many stand."""
    site = Site.objects.seen_by(actor).get(id=site_id)
    actor.require(Duty.SITE_MANAGER, area=site.area)
    broken = set(out_of_order)
    Room.objects.bulk_create(
        [
            Room(
                id=new_id(site.area, "room", site_id, place_id),
                area=site.area,
                site=site,
                place_id=place_id,
                beds=beds,
                out_of_order=place_id in broken,
            )
            for place_id, beds in rooms
        ],
        update_conflicts=True,
        unique_fields=["place"],
        update_fields=["beds", "out_of_order"],
    )
    return Room.objects.seen_by(actor).filter(site=site).count()


@whole
def step_site(*, actor: Actor, site_id: UUID, step: str, now: datetime, cause: UUID) -> None:
    """Note a step of the opening list; `opened` needs guests moved, cleaned, and rooms listed."""
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(Duty.SITE_MANAGER, area=site.area)
    if step not in STEPS:
        raise BadInput(field="step", value=step)
    if step == "guests-moved":
        site.guests_moved_at = site.guests_moved_at or now
    elif step == "cleaned":
        site.cleaned_at = site.cleaned_at or now
    elif site.opened_at is None:
        rooms = Room.objects.seen_by(actor).filter(site=site).count()
        if site.guests_moved_at is None or site.cleaned_at is None or not rooms:
            raise rules.SiteNotReady(rooms=rooms)
        site.opened_at, site.state = now, "open"
        journal.record(SiteOpened(area=site.area, site_id=site.id, rooms=rooms), actor=actor, at=now, caused_by=cause)
    site.save()


@whole
def assign_room(*, actor: Actor, order_id: UUID, site_id: UUID, now: datetime, beside: UUID | None = None) -> UUID:
    """Give a person the next free bed of a site, a child with its guardian (`beside` = the guardian's order). `SiteFull` when none is free (S-137)."""
    order = Order.objects.seen_by(actor).get(id=order_id)
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(Duty.SITE_MANAGER, Duty.TRANSFER_TEAM, Duty.PROCEDURE, area=site.area)
    known = Stay.objects.seen_by(actor).filter(order_id=order_id, until__isnull=True).first()
    if known is not None:
        return known.room_id
    if site.state != "open":
        raise rules.SiteNotReady(state=site.state)
    room = _free_room(actor, site, beside)
    Stay.objects.create(id=new_id(order.area, "stay", order_id), area=order.area, order_id=order_id, person_id=order.person_id, room=room, since=now)
    return room.id


def _free_room(actor: Actor, site: Site, beside: UUID | None) -> Room:
    if beside is not None:
        stay = Stay.objects.seen_by(actor).filter(order_id=beside, until__isnull=True).select_related("room").first()
        if stay is not None:
            return stay.room
    taken = set(Stay.objects.seen_by(actor).filter(room__site=site, until__isnull=True).values_list("room_id", flat=True))
    rooms = Room.objects.seen_by(actor).filter(site=site, out_of_order=False).select_related("place").order_by("place__path")
    for room in rooms:
        if room.id not in taken:
            return room
    raise rules.SiteFull(site=str(site.id), beds=len(rooms))


@whole
def leave_room(*, actor: Actor, order_id: UUID, now: datetime) -> None:
    """A person leaves his room; the bed is free."""
    stay = Stay.objects.seen_by(actor).get(order_id=order_id)
    actor.require(Duty.SITE_MANAGER, Duty.PROCEDURE, area=stay.area)
    if stay.until is None:
        stay.until = now
        stay.save(update_fields=["until"])


@whole
def note_environment(*, actor: Actor, site_id: UUID, now: datetime) -> None:
    """The site's items and environment were sampled negative before the release."""
    site = Site.objects.seen_by(actor).select_for_update().get(id=site_id)
    actor.require(Duty.SITE_MANAGER, Duty.CDC_INVESTIGATOR, area=site.area)
    site.environment_negative_at = now
    site.save(update_fields=["environment_negative_at"])
