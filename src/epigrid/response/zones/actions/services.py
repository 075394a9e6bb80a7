"""What a zone owes its people: services with owners, a hotline, staff with a lead, exits that stay open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.response.zones import rules
from epigrid.response.zones.events import BarrierChanged, ServicePlanSet
from epigrid.response.zones.models import Barrier, ServicePlan, Zone, ZonePlace, ZoneStaff
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

STAFF = ("lead", "group-lead", "member")


@whole
def set_service_plan(*, actor: Actor, zone_id: UUID, owners: Mapping[str, str], hotline: str, now: datetime, cause: UUID) -> None:
    """Name the owner of each service and the hotline; all are needed. A later plan replaces the earlier one."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.ZONE_LEAD, Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, area=row.area)
    missing = [service for service in rules.SERVICES if not owners.get(service, "").strip()]
    if missing or not hotline.strip():
        raise rules.ServiceMissing(missing=missing or ["hotline"])
    ServicePlan.objects.bulk_create(
        [ServicePlan(id=new_id(row.area, "service-plan", row.id), area=row.area, zone=row, owners=dict(owners), hotline=hotline, active_at=now)],
        update_conflicts=True,
        unique_fields=["zone"],
        update_fields=["owners", "hotline"],
    )
    journal.record(ServicePlanSet(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)


@whole
def staff_zone(*, actor: Actor, zone_id: UUID, role: str, user_id: UUID) -> None:
    """Name a zone's lead, group lead or member (S-173)."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.SUBDISTRICT_OFFICE, Duty.ZONE_LEAD, Duty.COUNTY_EOC_OFFICER, area=row.area)
    if role not in STAFF:
        raise rules.LeadMissing(role=role)
    staff = ZoneStaff(id=new_id(row.area, "zone-staff", row.id, role, user_id), area=row.area, zone=row, role=role, user_id=user_id)
    ZoneStaff.objects.bulk_create([staff], ignore_conflicts=True)


@whole
def place_barrier(*, actor: Actor, zone_id: UUID, place_id: UUID, exit_note: str, now: datetime, cause: UUID) -> UUID:
    """Put up a barrier with the note of its fire and medical exits (X07); one that stands there already is the same."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.ZONE_LEAD, Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, area=row.area)
    if not exit_note.strip():
        raise rules.ExitMissing(place=str(place_id))
    standing = Barrier.objects.seen_by(actor).filter(zone=row, place_id=place_id, removed_at__isnull=True).first()
    if standing is not None:
        return standing.id
    barrier = Barrier.objects.create(
        id=repeated_id(row.area, "barrier", row.id, place_id),
        area=row.area,
        zone=row,
        place_id=place_id,
        exit_note=exit_note,
        placed_by=actor.id,
        placed_at=now,
    )
    event = BarrierChanged(area=row.area, zone_id=row.id, barrier_id=barrier.id, removed=False)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return barrier.id


@whole
def remove_barriers(*, actor: Actor, zone_id: UUID, now: datetime, cause: UUID) -> int:
    """Take a zone's barriers down; return how many stood."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.ZONE_LEAD, Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, area=row.area)
    standing = list(Barrier.objects.seen_by(actor).select_for_update().filter(zone=row, removed_at__isnull=True).order_by("pk"))
    for barrier in standing:
        barrier.removed_at = now
        barrier.save(update_fields=["removed_at"])
        event = BarrierChanged(area=row.area, zone_id=row.id, barrier_id=barrier.id, removed=True)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(standing)


def add_places(zone: Zone, place_ids: Sequence[UUID]) -> None:
    """Write the places of a new zone; within the caller's transaction."""
    ZonePlace.objects.bulk_create(
        [ZonePlace(id=new_id(zone.area, "zone-place", zone.id, place), area=zone.area, zone=zone, place_id=place) for place in place_ids]
    )


def end_zone(zone: Zone, now: datetime, reason: str, *also: str) -> None:
    """Write that a zone is over, with the columns named in `also`; within the caller's transaction."""
    zone.state, zone.ended_at, zone.end_reason = "ended", now, reason
    zone.save(update_fields=["state", "ended_at", "end_reason", *also])


def hand_over(before: Zone, after: Zone) -> None:
    """The services, the hotline and the staff of a zone go on in the one that follows it; within the caller's transaction."""
    desk = Actor.procedure("zones.hand-over", after.area)
    plan = ServicePlan.objects.seen_by(desk).filter(zone=before).first()
    if plan is not None:
        ServicePlan.objects.bulk_create(
            [
                ServicePlan(
                    id=new_id(after.area, "service-plan", after.id),
                    area=after.area,
                    zone=after,
                    owners=plan.owners,
                    hotline=plan.hotline,
                    active_at=plan.active_at,
                )
            ],
            ignore_conflicts=True,
        )
    staff = ZoneStaff.objects.seen_by(desk).filter(zone=before).order_by("pk")
    ZoneStaff.objects.bulk_create(
        [
            ZoneStaff(
                id=new_id(after.area, "zone-staff", after.id, one.role, one.user_id), area=after.area, zone=after, role=one.role, user_id=one.user_id
            )
            for one in staff
        ],
        ignore_conflicts=True,
    )
