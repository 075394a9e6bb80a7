"""The people of a zone: bound to stay home, let in on their way home, all free at the same minute."""

from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries, rules
from epigrid.response.zones.events import MemberAdmitted, StayHomeEnded, StayHomeStarted
from epigrid.response.zones.models import Member, Zone
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def start_stay_home(*, actor: Actor, zone_id: UUID, now: datetime, cause: UUID) -> int:
    """Begin the stay-home duty of a decided zone's people, once its services, hotline and lead stand; it never outlives the zone's review moment.

    Refused for a low zone (S-163), without service owners and hotline (S-148), without a zone lead (S-173). Returns how many people are newly bound.
    """
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    actor.require(Duty.PROCEDURE, Duty.ZONE_LEAD, area=row.area)
    if row.state != "active" or row.review_at is None or row.review_at <= now or row.starts_at is None or row.starts_at > now:
        raise rules.ZoneEnded(state=row.state)
    today = clock.local_day(row.area, now)
    policies.legal_basis(act="stay-home", on=today, area=row.area, disease=row.disease)
    plan = queries.plan(actor=actor, zone_id=zone_id)
    rules.check_duty(
        level=row.level,
        owners=plan.owners if plan else {},
        hotline=plan.hotline if plan else "",
        lead=queries.lead(actor=actor, zone_id=zone_id),
        policy=queries.level_policy(actor=actor, level=row.level, edition=row.edition),
    )
    known = {member.person_id: member for member in Member.objects.seen_by(actor).select_for_update().filter(zone=row).order_by("pk")}
    cards = people.people(actor=actor, ids=queries.residents(actor=actor, zone_id=zone_id))
    fresh = [
        Member(
            id=new_id(row.area, "zone-member", row.id, card.id),
            area=card.area,
            zone=row,
            person_id=card.id,
            inside=card.residence != "away",
            since=now if card.residence != "away" else None,
            until=row.review_at,
            caused_by=cause,
        )
        for card in cards
        if card.id not in known
    ]
    Member.objects.bulk_create(fresh, batch_size=500)
    came = [member.id for member in known.values() if member.inside and member.since is None and member.ended_at is None]
    Member.objects.seen_by(actor).filter(id__in=came).update(since=now, until=row.review_at)
    bound = tuple(member.person_id for member in (*fresh, *(one for one in known.values() if one.id in came)) if member.inside)
    if bound:
        event = StayHomeStarted(area=row.area, zone_id=row.id, person_ids=bound, until=row.review_at)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(bound)


@whole
def note_told(*, actor: Actor, zone_id: UUID, now: datetime) -> int:
    """Note that the zone's people were told of the duty (poster, call, bell): the served notice of the measure."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.GRID_WORKER, Duty.ZONE_LEAD, Duty.COMMUNITY_SECRETARY, Duty.PROCEDURE, area=row.area)
    return int(Member.objects.seen_by(actor).filter(zone=row, told_at__isnull=True).update(told_at=now))


@whole
def admit(*, actor: Actor, zone_id: UUID, person_id: UUID, now: datetime, cause: UUID) -> None:
    """A resident comes home: let in at once. He is bound like his neighbours from now on if he lives here and they are; the way home is never refused."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.GATE_GUARD, Duty.GRID_WORKER, Duty.ZONE_LEAD, Duty.PROCEDURE, area=row.area)
    desk = Actor.procedure("zones.admit", row.area)
    card = people.person(actor=desk, person_id=person_id)
    if card.dwelling_id not in queries.dwellings(actor=desk, zone_id=zone_id):
        return
    running = Member.objects.seen_by(desk).filter(zone=row, since__isnull=False, ended_at__isnull=True).exists()
    member = Member.objects.seen_by(desk).select_for_update().filter(zone=row, person_id=person_id).first()
    if member is None:
        member = Member(
            id=new_id(row.area, "zone-member", row.id, person_id),
            area=card.area,
            zone=row,
            person_id=person_id,
            caused_by=cause,
            inside=False,
        )
    if not member.inside or (running and member.since is None):
        member.inside, member.ended_at = True, None
        member.since, member.until = (now, row.review_at) if running and row.state == "active" else (None, None)
        member.save()
        event = MemberAdmitted(area=row.area, zone_id=row.id, person_id=person_id, inside=True)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def end_stay_home(*, actor: Actor, zone_id: UUID, person_id: UUID, reason: str, now: datetime, cause: UUID) -> None:
    """One person leaves a zone with cause (moved to a site, to hospital): his duty there ends."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.PROCEDURE, Duty.ZONE_LEAD, area=row.area)
    changed = Member.objects.seen_by(actor).filter(zone=row, person_id=person_id, ended_at__isnull=True).update(inside=False, ended_at=now, until=now)
    if changed:
        event = StayHomeEnded(area=row.area, zone_id=row.id, person_ids=(person_id,), reason=reason)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def end_superseded(*, actor: Actor, zone_id: UUID, now: datetime, cause: UUID) -> None:
    """The people of a zone that another one grew from are bound by the new one, or free: their duty in the old one ends."""
    row = Zone.objects.seen_by(actor).get(id=zone_id)
    actor.require(Duty.PROCEDURE, area=row.area)
    before = Zone.objects.seen_by(actor).filter(id=row.from_zone_id, state="ended").first() if row.from_zone_id else None
    if before is not None:
        end_members(actor=actor, zone=before, reason="superseded", now=now, cause=cause)


def prolong_members(*, zone: Zone, until: datetime) -> tuple[UUID, ...]:
    """Move the end of the duty of a zone's bound people; within the caller's transaction. Returns who they are."""
    desk = Actor.procedure("zones.prolong", zone.area)
    rows = Member.objects.seen_by(desk).select_for_update().filter(zone=zone, ended_at__isnull=True)
    rows.update(until=until)
    return tuple(rows.filter(inside=True, since__isnull=False).order_by("person_id").values_list("person_id", flat=True))


def shorten_members(*, zone: Zone, until: datetime) -> tuple[UUID, ...]:
    """Nobody is bound by the zone past a moment; within the caller's transaction. Returns who is bound until then."""
    desk = Actor.procedure("zones.shorten", zone.area)
    rows = Member.objects.seen_by(desk).select_for_update().filter(zone=zone, ended_at__isnull=True, until__gt=until)
    bound = tuple(rows.filter(inside=True, since__isnull=False).order_by("person_id").values_list("person_id", flat=True))
    rows.update(until=until)
    return bound


def end_members(*, actor: Actor, zone: Zone, reason: str, now: datetime, cause: UUID) -> None:
    """End the duty of all of a zone's people at the same minute (S-179); who decides on places need not see who lives there."""
    desk = Actor.procedure("zones.end", zone.area)
    rows = Member.objects.seen_by(desk).select_for_update().filter(zone=zone, ended_at__isnull=True)
    bound = tuple(rows.filter(since__isnull=False).order_by("person_id").values_list("person_id", flat=True))
    rows.update(ended_at=now, until=now)
    if bound:
        event = StayHomeEnded(area=zone.area, zone_id=zone.id, person_ids=bound, reason=reason)
        journal.record(event, actor=actor, at=now, caused_by=cause)
