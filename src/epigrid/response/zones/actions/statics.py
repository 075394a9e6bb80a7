"""An area stands still (静态管理): only where the regime allows it, with a reason, exceptions and a review; it ends by itself (S-180)."""

from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.zones import rules
from epigrid.response.zones.events import StaticEnded, StaticOrdered, StaticRenewed
from epigrid.response.zones.models import StaticOrder
from epigrid.store import clock, journal, locks
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

ACT = "static.order"


@whole
def order_static(
    *, actor: Actor, area: Area, reason: str, starts_at: datetime, review_at: datetime, directive_id: UUID, now: datetime, cause: UUID
) -> UUID:
    """Order an area to stand still (act static.order). Refused without a reason or a review moment ahead, and where the regime forbids it.

    The exceptions are those of the clause and always hold: care, supply, utilities, safety, epidemic work. The number of people it touches is kept.
    """
    policies.require(actor=actor, act=ACT, area=area, now=now)
    organisation.require_directive(actor=actor, directive_id=directive_id, act=ACT, area=area, now=now)
    today = clock.local_day(area, starts_at)
    policy = policies.clause(rules.StaticPolicy, area=area, on=today)
    rules.check_static(reason=reason, now=now, starts_at=starts_at, review_at=review_at, policy=policy)
    basis = policies.legal_basis(act=ACT, area=area, on=today)
    locks.hold(f"static {area}")
    standing = StaticOrder.objects.seen_by(actor).filter(area=area, state="active").first()
    if standing is not None:
        return standing.id
    row = StaticOrder.objects.create(
        id=new_id(area, "static", area, starts_at),
        area=area,
        reason=reason[:200],
        basis=basis.article[:120],
        edition=policy.edition,
        clause_id=policy.clause_id[:120],
        exceptions=list(policy.exceptions),
        people=people.living_in(actor=Actor.procedure("zones.static", area), area=area),
        directive_id=directive_id,
        decided_by=actor.named,
        decided_at=now,
        starts_at=starts_at,
        review_at=review_at,
        caused_by=cause,
    )
    event = StaticOrdered(area=area, order_id=row.id, people=row.people, starts_at=starts_at, review_at=review_at)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def renew_static(*, actor: Actor, order_id: UUID, review_at: datetime, reason: str, now: datetime, cause: UUID) -> None:
    """The review moves the end on (act static.order), with a reason and the person-days so far; without it the order lapses."""
    row = StaticOrder.objects.seen_by(actor).select_for_update().get(id=order_id)
    policies.require(actor=actor, act=ACT, area=row.area, now=now)
    if row.state != "active" or row.review_at <= now:
        raise rules.ZoneEnded(state=row.state)
    policy = policies.clause(rules.StaticPolicy, area=row.area, on=clock.local_day(row.area, now))
    rules.check_static(reason=reason, now=now, starts_at=max(row.starts_at, now), review_at=review_at, policy=policy)
    row.review_at = review_at
    row.save(update_fields=["review_at"])
    spent = rules.person_days([(row.starts_at, max(row.starts_at, now))] * row.people)
    event = StaticRenewed(area=row.area, order_id=row.id, review_at=review_at, person_days=round(spent, 1))
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def lift_static(*, actor: Actor, order_id: UUID, at: datetime, now: datetime, cause: UUID) -> None:
    """Lift an area's order (act static.order) now or from a stated hour before its review. Lifting what is over changes nothing."""
    row = StaticOrder.objects.seen_by(actor).select_for_update().get(id=order_id)
    policies.require(actor=actor, act=ACT, area=row.area, now=now)
    if row.state != "active":
        return
    if at > row.review_at or at < now:
        raise rules.StartRefused(starts_at=at.isoformat())
    if at > row.starts_at:
        row.review_at = at
        row.end_reason = "lifted"
        row.save(update_fields=["review_at", "end_reason"])
    if at == now:
        _end(actor, row, "lifted", now, cause)


@whole
def lapse_statics(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """End orders whose review moment came without renewal, or that the regime of today forbids. Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    today = clock.local_day(area, now)
    ended = 0
    for row in StaticOrder.objects.seen_by(actor).select_for_update().filter(state="active", area__within=area).order_by("pk"):
        if row.review_at <= now:
            _end(actor, row, row.end_reason or "lapsed", now, cause)
            ended += 1
            continue
        edition = policies.edition_for_open(edition=row.edition, on=today, area=row.area)
        policy = policies.find(rules.StaticPolicy, edition=edition)
        if policy is None or not policy.allowed:
            _end(actor, row, "regime-changed", now, cause)
            ended += 1
    return ended


def _end(actor: Actor, row: StaticOrder, reason: str, now: datetime, cause: UUID) -> None:
    row.state, row.ended_at, row.end_reason = "ended", now, reason
    row.save(update_fields=["state", "ended_at", "end_reason"])
    journal.record(StaticEnded(area=row.area, order_id=row.id, reason=reason), actor=actor, at=now, caused_by=cause)
