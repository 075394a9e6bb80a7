"""A zone's life: proposed, decided, reported, downgraded, lifted, or lapsed because nobody decided."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries, rules
from epigrid.response.zones.actions.members import end_members, prolong_members
from epigrid.response.zones.events import (
    ZoneDecided,
    ZoneDowngraded,
    ZoneLapsed,
    ZoneLifted,
    ZoneOverdue,
    ZoneProlonged,
    ZoneProposed,
    ZoneReportedUp,
)
from epigrid.response.zones.models import Zone, ZonePlace
from epigrid.store import clock, journal
from epigrid.store.ids import new_id


@transaction.atomic
def propose_zone(
    *,
    actor: Actor,
    area: Area,
    level: str,
    place_ids: Sequence[UUID],
    wider_reason: str,
    now: datetime,
    cause: UUID,
    from_zone_id: UUID | None = None,
) -> UUID:
    """Propose a zone on the smallest sufficient units (act zone.propose, or a playbook). The same cause and level again is the same proposal."""
    if not actor.holds(Duty.PROCEDURE, area=area):
        policies.require(actor=actor, act="zone.propose", area=area, now=now)
    known = Zone.objects.seen_by(actor).filter(caused_by=cause, level=level).first()
    if known is not None:
        return known.id
    cards = places.places(actor=actor, ids=place_ids)
    policy = policies.clause(rules.ZonePolicy, on=clock.local_day(area, now), area=area)
    rules.check_width(kinds=[card.kind for card in cards.values()], allowed=policy.units, wider_reason=wider_reason)
    row = Zone.objects.create(
        id=new_id(area, "zone", cause, level),
        area=area,
        level=level,
        wider_reason=wider_reason,
        proposed_by=actor.id,
        proposed_at=now,
        from_zone_id=from_zone_id,
        caused_by=cause,
    )
    ZonePlace.objects.bulk_create(
        [ZonePlace(id=new_id(area, "zone-place", row.id, place), area=area, zone=row, place_id=place) for place in sorted(cards)]
    )
    households = len(queries.households(actor=actor, zone_id=row.id))
    event = ZoneProposed(area=area, zone_id=row.id, level=level, place_ids=tuple(sorted(cards)), households=households)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@transaction.atomic
def decide_zone(
    *, actor: Actor, zone_id: UUID, directive_id: UUID, expert_line: str, now: datetime, cause: UUID, review_at: datetime | None = None
) -> None:
    """The city office decides a zone after its expert group (act zone.decide), with basis, review moment and directive. Deciding again changes nothing."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    policies.require(actor=actor, act="zone.decide", area=row.area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="zone.decide", area=row.area, now=now)
    if row.state == "active":
        return
    if row.state != "proposed":
        raise rules.ZoneEnded(state=row.state)
    today = clock.local_day(row.area, now)
    policy = policies.clause(rules.ZonePolicy, on=today, area=row.area)
    provisional = policies.clause(rules.ProvisionalPolicy, on=today, area=row.area)
    review = review_at or rules.review_moment(starts_at=now, level=row.level, policy=policy, provisional=provisional)
    if review is None or review <= now or not expert_line.strip():
        raise rules.ReviewMissing(zone=str(zone_id))
    basis = policies.legal_basis(act="zone.decide", on=today, area=row.area)
    row.basis, row.edition, row.clause_id = basis.article[:120], policy.edition, policy.clause_id[:120]
    row.state, row.decided_by, row.decided_at, row.directive_id = "active", actor.named, now, directive_id
    row.starts_at, row.review_at, row.expert_line = now, review, expert_line[:200]
    row.clean_since = _clean_since(actor, row) or today
    row.save()
    _supersede(actor, row, now)
    event = ZoneDecided(area=row.area, zone_id=row.id, level=row.level, place_ids=_places(actor, row), starts_at=now, review_at=review)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@transaction.atomic
def prolong_zone(*, actor: Actor, zone_id: UUID, review_at: datetime, reason: str, now: datetime, cause: UUID) -> None:
    """The city office moves the review moment of a running zone (act zone.decide), with a reason, at most the clause's hours from now; else it lapses."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    policies.require(actor=actor, act="zone.decide", area=row.area, now=now)
    if row.state != "active" or row.review_at is None or row.review_at <= now:
        raise rules.ZoneEnded(state=row.state)
    latest = rules.review_moment(
        starts_at=now,
        level=row.level,
        policy=policies.clause(rules.ZonePolicy, edition=row.edition),
        provisional=policies.clause(rules.ProvisionalPolicy, edition=row.edition),
    )
    if not reason.strip() or review_at <= row.review_at or (latest is not None and review_at > latest):
        raise rules.ReviewMissing(zone=str(zone_id), latest=latest.isoformat() if latest else "")
    row.review_at = review_at
    row.save(update_fields=["review_at"])
    bound = prolong_members(zone=row, until=review_at)
    event = ZoneProlonged(area=row.area, zone_id=row.id, person_ids=bound, until=review_at)
    journal.record(event, actor=actor, at=now, caused_by=cause)


def _clean_since(actor: Actor, row: Zone) -> date | None:
    before = Zone.objects.seen_by(actor).filter(id=row.from_zone_id).first() if row.from_zone_id else None
    return before.clean_since if before is not None else None


def _supersede(actor: Actor, row: Zone, now: datetime) -> None:
    """A decided high zone takes over from the provisional one it grew from; its people stay bound by the new one, without a gap."""
    if row.from_zone_id is not None:
        Zone.objects.seen_by(actor).filter(id=row.from_zone_id, state="active").update(state="ended", ended_at=now, end_reason="superseded")


def _places(actor: Actor, row: Zone) -> tuple[UUID, ...]:
    return tuple(ZonePlace.objects.seen_by(actor).filter(zone=row).order_by("place_id").values_list("place_id", flat=True))


@transaction.atomic
def report_up(*, actor: Actor, zone_id: UUID, now: datetime, cause: UUID) -> None:
    """Report the decision one level up; once."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    actor.require(Duty.CITY_EOC_OFFICE, Duty.PROCEDURE, area=row.area)
    if row.reported_up_at is None:
        row.reported_up_at = now
        row.save(update_fields=["reported_up_at"])
        journal.record(ZoneReportedUp(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)


@transaction.atomic
def downgrade(*, actor: Actor, zone_id: UUID, directive_id: UUID, now: datetime, cause: UUID, early_reason: str = "") -> UUID:
    """The city office downgrades a high zone to low (act zone.downgrade) when its days are full, or earlier with a written reason. Returns the low zone."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    policies.require(actor=actor, act="zone.downgrade", area=row.area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="zone.downgrade", area=row.area, now=now)
    if row.state != "active":
        raise rules.ZoneEnded(state=row.state)
    if row.downgrade_proposed_at is None and not early_reason.strip():
        raise rules.NotDue(zone=str(zone_id))
    low = Zone.objects.create(
        id=new_id(row.area, "zone", row.id, "low"),
        area=row.area,
        level="low",
        state="active",
        basis=row.basis,
        edition=row.edition,
        clause_id=row.clause_id,
        expert_line=early_reason[:200] or row.expert_line,
        directive_id=directive_id,
        proposed_at=now,
        decided_by=actor.named,
        decided_at=now,
        starts_at=now,
        from_zone_id=row.id,
        caused_by=cause,
    )
    ZonePlace.objects.bulk_create(
        [ZonePlace(id=new_id(row.area, "zone-place", low.id, place), area=row.area, zone=low, place_id=place) for place in _places(actor, row)]
    )
    _end(row, now, "downgraded")
    event = ZoneDowngraded(area=row.area, zone_id=row.id, low_zone_id=low.id)
    fact = journal.record(event, actor=actor, at=now, caused_by=cause)
    end_members(actor=actor, zone=row, reason="downgraded", now=now, cause=fact)
    return low.id


def _end(row: Zone, now: datetime, reason: str) -> None:
    row.state, row.ended_at, row.end_reason = "ended", now, reason
    row.save(update_fields=["state", "ended_at", "end_reason"])


@transaction.atomic
def lapse_zones(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """End zones whose review moment came without a decision (variant D); the next level is told. Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = list(Zone.objects.seen_by(actor).select_for_update().filter(state="active", review_at__lte=now, area__within=area).order_by("pk"))
    for row in rows:
        _end(row, now, "lapsed")
        fact = journal.record(ZoneLapsed(area=row.area, zone_id=row.id, level=row.level), actor=actor, at=now, caused_by=cause)
        end_members(actor=actor, zone=row, reason="lapsed", now=now, cause=fact)
    return len(rows)


@transaction.atomic
def flag_overdue(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Raise the red flag for zones whose days were full longer than the clause allows (S-165); once each."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = Zone.objects.seen_by(actor).select_for_update().filter(state="active", level="high", overdue_at__isnull=True, area__within=area)
    flagged = 0
    for row in rows.order_by("pk"):
        policy = policies.clause(rules.ZonePolicy, edition=row.edition)
        today = clock.local_day(row.area, now)
        if row.clean_since is not None and (today - row.clean_since).days > policy.clean_days + policy.overdue_red_days:
            row.overdue_at = now
            row.save(update_fields=["overdue_at"])
            journal.record(ZoneOverdue(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)
            flagged += 1
    return flagged


@transaction.atomic
def lift_low(*, actor: Actor, county: Area, now: datetime, cause: UUID) -> int:
    """The city office lifts the low zones of a county that has no provisional or high one left (act zone.lift); returns how many."""
    policies.require(actor=actor, act="zone.lift", area=county, now=now)
    inside = Zone.objects.seen_by(actor).filter(area__within=county)
    if inside.filter(state="active", level__in=sorted(rules.BINDING)).exists():
        return 0
    rows = list(inside.select_for_update().filter(state="active", level="low").order_by("pk"))
    for row in rows:
        _end(row, now, "lifted")
        journal.record(ZoneLifted(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)
    return len(rows)
