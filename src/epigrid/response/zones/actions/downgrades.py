"""The way down: downgrade now or at a stated hour, to the next level or to none; lifting of the free levels; red flags; a new regime."""

from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries, rules
from epigrid.response.zones.actions.members import end_members, shorten_members
from epigrid.response.zones.actions.services import add_places, end_zone, hand_over
from epigrid.response.zones.events import DowngradeAnnounced, ZoneDowngraded, ZoneLapsed, ZoneLifted, ZoneOverdue
from epigrid.response.zones.models import Zone, ZonePlace
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def downgrade(
    *,
    actor: Actor,
    zone_id: UUID,
    directive_id: UUID,
    now: datetime,
    cause: UUID,
    early_reason: str = "",
    effective_at: datetime | None = None,
) -> UUID | None:
    """The city office downgrades a zone (act zone.downgrade) when its days are full, or earlier with a written reason.

    Returns the zone of the next level; None where the clause has none, or the decision holds from a later stated hour (then nobody is bound past it).
    """
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    policies.require(actor=actor, act="zone.downgrade", area=row.area, now=now, disease=row.disease)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="zone.downgrade", area=row.area, now=now)
    if row.state != "active":
        raise rules.ZoneEnded(state=row.state)
    if row.downgrade_proposed_at is None and not early_reason.strip():
        raise rules.NotDue(zone=str(zone_id))
    at = effective_at or now
    if at < now or (row.review_at is not None and at > row.review_at):
        raise rules.StartRefused(starts_at=at.isoformat())
    row.expert_line = early_reason[:200] or row.expert_line
    row.downgrade_by, row.downgrade_at, row.directive_id = actor.named, at, directive_id
    row.save(update_fields=["expert_line", "downgrade_by", "downgrade_at", "directive_id"])
    if at > now:
        event = DowngradeAnnounced(area=row.area, zone_id=row.id, person_ids=shorten_members(zone=row, until=at), at=at)
        journal.record(event, actor=actor, at=now, caused_by=cause)
        return None
    return _come_down(actor, row, now, cause)


@whole
def apply_downgrades(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Put on record the downgrades whose stated hour has come. Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = list(Zone.objects.seen_by(actor).select_for_update().filter(state="active", downgrade_at__lte=now, area__within=area).order_by("pk"))
    for row in rows:
        _come_down(actor, row, now, cause)
    return len(rows)


def _come_down(actor: Actor, row: Zone, now: datetime, cause: UUID) -> UUID | None:
    """End the zone and begin the one of its next level with the same places; within the caller's transaction."""
    policy = queries.level_policy(actor=actor, level=row.level, edition=row.edition)
    level = policy.downgrades_to
    if level is None:
        raise rules.NumberUnset(field="downgrades_to", clause=policy.clause_id)
    after = None if level == "none" else _next_zone(actor, row, level, now, cause)
    end_zone(row, now, "downgraded")
    event = ZoneDowngraded(area=row.area, zone_id=row.id, level_to=level, next_zone_id=after.id if after else None)
    fact = journal.record(event, actor=actor, at=now, caused_by=cause)
    end_members(actor=actor, zone=row, reason="downgraded", now=now, cause=fact)
    return after.id if after else None


def _next_zone(actor: Actor, row: Zone, level: str, now: datetime, cause: UUID) -> Zone:
    """The zone of the next level. One that binds again has D0 today, a review moment, and the services and the lead of the one before."""
    policy = queries.level_policy(actor=actor, level=level, edition=row.edition)
    today = clock.local_day(row.area, now)
    counted = policy.clean_days is not None or policy.after_high_days is not None
    after = Zone.objects.create(
        id=new_id(row.area, "zone", row.id, level),
        area=row.area,
        level=level,
        disease=row.disease,
        outline=row.outline,
        state="active",
        basis=row.basis,
        edition=row.edition,
        clause_id=policy.clause_id[:120],
        expert_line=row.expert_line,
        directive_id=row.directive_id,
        proposed_at=now,
        decided_by=row.downgrade_by,
        decided_at=now,
        starts_at=now,
        review_at=(rules.review_moment(starts_at=now, policy=policy, provisional=None) or row.review_at) if counted else None,
        clean_since=today if counted else None,
        from_zone_id=row.id,
        caused_by=cause,
    )
    places = ZonePlace.objects.seen_by(actor).filter(zone=row).order_by("place_id").values_list("place_id", flat=True)
    add_places(after, list(places))
    if policy.duty:
        hand_over(row, after)
    return after


@whole
def flag_overdue(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Raise the red flag for zones whose days were full longer than the clause allows (S-165); once each."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = (
        Zone.objects.seen_by(actor).select_for_update().filter(state="active", clean_since__isnull=False, overdue_at__isnull=True, area__within=area)
    )
    flagged = 0
    for row in rows.order_by("pk"):
        policy = queries.level_policy(actor=actor, level=row.level, edition=row.edition)
        if policy.overdue_red_days is None or row.clean_since is None:
            continue
        came_down = queries.came_down(actor=actor, zone_id=row.id)
        days = rules.days_needed(came_down=came_down, policy=policy)
        if (clock.local_day(row.area, now) - row.clean_since).days > days + policy.overdue_red_days:
            row.overdue_at = now
            row.save(update_fields=["overdue_at"])
            journal.record(ZoneOverdue(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)
            flagged += 1
    return flagged


@whole
def lift_free(*, actor: Actor, county: Area, now: datetime, cause: UUID) -> int:
    """The city office lifts the zones of a county that bind nobody and end with the last binding one (act zone.lift); returns how many."""
    policies.require(actor=actor, act="zone.lift", area=county, now=now)
    inside = Zone.objects.seen_by(actor).filter(area__within=county)
    if inside.filter(state="active", level__in=sorted(rules.BINDING)).exists():
        return 0
    rows = list(inside.select_for_update().filter(state="active", level__in=rules.FREE).order_by("pk"))
    for row in rows:
        end_zone(row, now, "lifted")
        journal.record(ZoneLifted(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)
    return len(rows)


@whole
def rejudge_zones(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """End zones whose regime gave way to one that applies to open measures and has no such level; others go on under it. Returns how many changed."""
    actor.require(Duty.PROCEDURE, area=area)
    today = clock.local_day(area, now)
    changed = 0
    for row in Zone.objects.seen_by(actor).select_for_update().filter(state="active", area__within=area).exclude(edition="").order_by("pk"):
        edition = policies.edition_for_open(edition=row.edition, on=today, area=row.area, disease=row.disease)
        if edition == row.edition:
            continue
        changed += 1
        row.edition = edition
        try:
            row.clause_id = queries.level_policy(actor=actor, level=row.level, edition=edition).clause_id[:120]
            row.save(update_fields=["edition", "clause_id"])
        except DomainError:
            _end_with_regime(actor, row, now, cause)
    return changed


def _end_with_regime(actor: Actor, row: Zone, now: datetime, cause: UUID) -> None:
    end_zone(row, now, "regime-changed", "edition")
    fact = journal.record(ZoneLapsed(area=row.area, zone_id=row.id, level=row.level), actor=actor, at=now, caused_by=cause)
    end_members(actor=actor, zone=row, reason="regime-changed", now=now, cause=fact)
