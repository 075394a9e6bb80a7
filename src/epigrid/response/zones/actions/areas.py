"""A zone's life: proposed, decided, reported, prolonged, or lapsed because nobody decided. The way down stands in `downgrades`."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import queries, rules
from epigrid.response.zones.actions.members import end_members, prolong_members
from epigrid.response.zones.actions.services import add_places, end_zone, hand_over
from epigrid.response.zones.events import ZoneDecided, ZoneLapsed, ZoneProlonged, ZoneProposed, ZoneReportedUp
from epigrid.response.zones.models import Zone, ZonePlace
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
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
    outline: Sequence[tuple[float, float]] = (),
    disease: str = policies.COVID,
) -> UUID:
    """Propose a zone on the smallest sufficient units (act zone.propose, or a playbook), of a level that the scheme in force has.

    A wider unit, and a cut that takes in more people than the zone it grows from, need a written reason. The same cause and level again is the same proposal.
    An `outline` (corners between streets) adds the located places inside it.
    """
    if not actor.holds(Duty.PROCEDURE, area=area):
        policies.require(actor=actor, act="zone.propose", area=area, now=now, disease=disease)
    known = Zone.objects.seen_by(actor).filter(caused_by=cause, level=level).first()
    if known is not None:
        return known.id
    cards = _cut(actor, place_ids, outline)
    policy = queries.level_policy(actor=actor, level=level, area=area, on=clock.local_day(area, now), disease=disease)
    added = queries.difference(actor=actor, place_ids=list(cards), from_zone_id=from_zone_id).added if from_zone_id is not None else 0
    rules.check_width(kinds=[card.kind for card in cards.values()], allowed=policy.units, added=added, wider_reason=wider_reason)
    row = Zone.objects.create(
        id=new_id(area, "zone", cause, level),
        area=area,
        level=level,
        disease=disease,
        outline=[list(corner) for corner in outline],
        wider_reason=wider_reason,
        proposed_by=actor.id,
        proposed_at=now,
        from_zone_id=from_zone_id,
        caused_by=cause,
    )
    add_places(row, sorted(cards))
    households = len(queries.households(actor=actor, zone_id=row.id))
    event = ZoneProposed(area=area, zone_id=row.id, level=level, place_ids=tuple(sorted(cards)), households=households)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _cut(actor: Actor, place_ids: Sequence[UUID], outline: Sequence[tuple[float, float]]) -> dict[UUID, places.PlaceCard]:
    """The places of a zone: those named, and the located ones inside its outline."""
    drawn = places.in_outline(actor=actor, outline=outline) if outline else []
    cards = places.places(actor=actor, ids=[*place_ids, *(card.id for card in drawn)])
    if not cards:
        raise rules.NoPlaces(corners=len(outline))
    return cards


@whole
def decide_zone(
    *,
    actor: Actor,
    zone_id: UUID,
    directive_id: UUID,
    expert_line: str,
    now: datetime,
    cause: UUID,
    review_at: datetime | None = None,
    starts_at: datetime | None = None,
) -> None:
    """The city office decides a zone after its expert group (act zone.decide), with basis, review moment and directive. Deciding again changes nothing.

    `starts_at`: the stated hour from which it holds, now or later; a zone that takes over from another one takes over at once.
    """
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    policies.require(actor=actor, act="zone.decide", area=row.area, now=now, disease=row.disease)
    organisation.require_directive(actor=actor, directive_id=directive_id, act="zone.decide", area=row.area, now=now)
    if row.state == "active":
        return
    if row.state != "proposed":
        raise rules.ZoneEnded(state=row.state)
    starts = starts_at or now
    if starts < now or (starts > now and row.from_zone_id is not None):
        raise rules.StartRefused(starts_at=starts.isoformat())
    today = clock.local_day(row.area, starts)
    policy = queries.level_policy(actor=actor, level=row.level, area=row.area, on=today, disease=row.disease)
    review = review_at or rules.review_moment(starts_at=starts, policy=policy, provisional=_provisional(row, today))
    if review is None or review <= starts or not expert_line.strip():
        raise rules.ReviewMissing(zone=str(zone_id))
    basis = policies.legal_basis(act="zone.decide", on=today, area=row.area, disease=row.disease)
    row.basis, row.edition, row.clause_id = basis.article[:120], policy.edition, policy.clause_id[:120]
    row.state, row.decided_by, row.decided_at, row.directive_id = "active", actor.named, now, directive_id
    row.starts_at, row.review_at, row.expert_line = starts, review, expert_line[:200]
    row.clean_since = _clean_since(actor, row) or today
    row.save()
    _supersede(actor, row, now)
    event = ZoneDecided(area=row.area, zone_id=row.id, level=row.level, place_ids=_places(actor, row), starts_at=starts, review_at=review)
    journal.record(event, actor=actor, at=now, caused_by=cause)


def _provisional(row: Zone, on: date) -> rules.ProvisionalPolicy | None:
    """The clause by which a provisional area ends by itself; None for any other level."""
    return policies.clause(rules.ProvisionalPolicy, area=row.area, on=on, disease=row.disease) if row.level == rules.PROVISIONAL else None


@whole
def prolong_zone(*, actor: Actor, zone_id: UUID, review_at: datetime, reason: str, now: datetime, cause: UUID) -> None:
    """The city office moves the review moment of a running zone (act zone.decide), with a reason, at most the clause's hours from now; else it lapses."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    policies.require(actor=actor, act="zone.decide", area=row.area, now=now, disease=row.disease)
    if row.state != "active" or row.review_at is None or row.review_at <= now:
        raise rules.ZoneEnded(state=row.state)
    policy = queries.level_policy(actor=actor, level=row.level, edition=row.edition)
    latest = rules.review_moment(starts_at=now, policy=policy, provisional=_provisional(row, clock.local_day(row.area, now)))
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
    """A decided zone takes over from the one that it grew from; services, lead and people go on without a gap."""
    before = Zone.objects.seen_by(actor).filter(id=row.from_zone_id, state="active").first() if row.from_zone_id else None
    if before is not None:
        hand_over(before, row)
        end_zone(before, now, "superseded")


def _places(actor: Actor, row: Zone) -> tuple[UUID, ...]:
    return tuple(ZonePlace.objects.seen_by(actor).filter(zone=row).order_by("place_id").values_list("place_id", flat=True))


@whole
def report_up(*, actor: Actor, zone_id: UUID, now: datetime, cause: UUID) -> None:
    """Report the decision one level up; once."""
    row = Zone.objects.seen_by(actor).select_for_update().get(id=zone_id)
    actor.require(Duty.CITY_EOC_OFFICE, Duty.PROCEDURE, area=row.area)
    if row.reported_up_at is None:
        row.reported_up_at = now
        row.save(update_fields=["reported_up_at"])
        journal.record(ZoneReportedUp(area=row.area, zone_id=row.id), actor=actor, at=now, caused_by=cause)


@whole
def lapse_zones(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """End zones whose review moment came without a decision (variant D); the next level is told. Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = list(Zone.objects.seen_by(actor).select_for_update().filter(state="active", review_at__lte=now, area__within=area).order_by("pk"))
    for row in rows:
        end_zone(row, now, "lapsed")
        fact = journal.record(ZoneLapsed(area=row.area, zone_id=row.id, level=row.level), actor=actor, at=now, caused_by=cause)
        end_members(actor=actor, zone=row, reason="lapsed", now=now, cause=fact)
    return len(rows)
