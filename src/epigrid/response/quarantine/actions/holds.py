"""Holds that await a retest: proposed for the members of a positive pool, issued in one act, told by phone, over at their end whoever acts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import queries, rules
from epigrid.response.quarantine.events import HoldExtended, HoldsEnded, HoldsIssued, HoldsNearEnd, HoldsProposed, HoldTold
from epigrid.response.quarantine.models import Hold
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def propose_holds(*, actor: Actor, tube_id: UUID, person_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """Put holds for the members of a positive pool before the duty officer; a repeated message makes no second one (S-115). Returns how many are new.

    Only people who were in the tube: their households get advice, never a hold. Whose hold ended because the tube's result was corrected gets a new one
    when the tube reads positive again after all.
    """
    cards = people.people(actor=actor, ids=person_ids)
    for card in cards:
        actor.require(Duty.PROCEDURE, Duty.CDC_DUTY_OFFICER, area=card.area)
    before = dict(Hold.objects.seen_by(actor).filter(tube_id=tube_id).order_by("proposed_at", "pk").values_list("person_id", "end_reason"))
    fresh = [
        Hold(
            id=new_id(card.area, "hold", tube_id, card.id, *([cause] if card.id in before else [])),
            area=card.area,
            person_id=card.id,
            tube_id=tube_id,
            proposed_at=now,
            caused_by=cause,
        )
        for card in cards
        if before.get(card.id, rules.TUBE_CORRECTED) == rules.TUBE_CORRECTED
    ]
    Hold.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        event = HoldsProposed(
            area=_top(fresh), tube_id=tube_id, hold_ids=tuple(row.id for row in fresh), person_ids=tuple(row.person_id for row in fresh)
        )
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _top(rows: Sequence[Hold]) -> Area:
    area = Area(rows[0].area)
    while not all(area.covers(row.area) for row in rows):
        area = area.parent or area.root
    return area


@whole
def issue_holds(*, actor: Actor, hold_ids: Sequence[UUID], appeal_body_id: UUID, now: datetime, cause: UUID, hours: int | None = None) -> int:
    """The duty officer issues proposed holds in one act (act hold.issue), for at most the clause's hours or the written delegation's. Returns how many."""
    rows = list(Hold.objects.seen_by(actor).select_for_update().filter(id__in=hold_ids, state="proposed").order_by("pk"))
    _require_seen(actor, hold_ids)
    if not rows:
        return 0
    area = _top(rows)
    for row in rows:
        policies.require(actor=actor, act="hold.issue", area=row.area, now=now)
    today = clock.local_day(area, now)
    policy = policies.clause(rules.HoldPolicy, on=today, area=area)
    until = rules.hold_until(issued_at=now, hours=_hours(actor, area, hours, now), policy=policy)
    basis = policies.legal_basis(act="hold.issue", on=today, area=area)
    body = organisation.body(actor=actor, body_id=appeal_body_id)
    for row in rows:
        row.state, row.basis, row.clause_id, row.edition = "issued", basis.article[:120], policy.clause_id[:120], policy.edition
        row.decided_by, row.decided_at, row.starts_at, row.ends_at = actor.named, now, now, until
        row.appeal_body_id, row.contact_line = body.id, body.line
        row.save()
    for tube_id in sorted({row.tube_id for row in rows}):
        mine = [row for row in rows if row.tube_id == tube_id]
        event = HoldsIssued(
            area=area, tube_id=tube_id, hold_ids=tuple(row.id for row in mine), person_ids=tuple(row.person_id for row in mine), until=until
        )
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(rows)


def _require_seen(actor: Actor, hold_ids: Sequence[UUID]) -> None:
    """Unknown and foreign ids are the same refusal."""
    if Hold.objects.seen_by(actor).filter(id__in=hold_ids).count() < len(set(hold_ids)):
        raise Hold.DoesNotExist


def _hours(actor: Actor, area: Area, hours: int | None, now: datetime) -> int | None:
    if actor.holds(Duty.CDC_DUTY_OFFICER, area=area):
        return hours
    delegated = policies.delegated_hours(actor=actor, area=area, now=now)
    if delegated is None:
        return hours
    if hours is not None and hours > delegated:
        raise rules.HoldTooLong(hours=hours, max_hours=delegated)
    return hours or delegated


@whole
def tell_hold(*, actor: Actor, hold_id: UUID, now: datetime) -> None:
    """A worker told the person by phone or at the door: why, how long at most, by whom, whom to call. This is the served notice of a hold."""
    row = Hold.objects.seen_by(actor).select_for_update().get(id=hold_id)
    actor.require(Duty.GRID_WORKER, Duty.PHONE_OPERATOR, Duty.COMMUNITY_SECRETARY, area=row.area)
    if row.state not in rules.LIVING:
        raise rules.MeasureEnded(state=row.state)
    if row.served_at is None:
        row.state, row.served_by, row.served_at = "served", actor.id, now
        row.save(update_fields=["state", "served_by", "served_at"])
        event = HoldTold(area=row.area, hold_id=row.id, person_id=row.person_id)
        journal.record(event, actor=actor, at=now, caused_by=row.caused_by)


@whole
def extend_hold(*, actor: Actor, hold_id: UUID, until: datetime, reason: str, now: datetime, cause: UUID) -> None:
    """Only the duty officer extends a living hold (act hold.extend), with a reason; the person is told again."""
    row = Hold.objects.seen_by(actor).select_for_update().get(id=hold_id)
    policies.require(actor=actor, act="hold.extend", area=row.area, now=now)
    if not reason.strip():
        raise rules.ReasonMissing()
    if row.state not in rules.LIVING or row.ends_at is None or row.ends_at <= now:
        raise rules.MeasureEnded(state=row.state)
    policy = policies.clause(rules.HoldPolicy, edition=row.edition)
    latest = rules.hold_until(issued_at=now, hours=None, policy=policy)
    if not row.ends_at < until <= latest:
        raise rules.HoldTooLong(until=until.isoformat(), latest=latest.isoformat())
    row.ends_at, row.extended_reason, row.alarmed_at = until, reason[:200], None
    row.save(update_fields=["ends_at", "extended_reason", "alarmed_at"])
    event = HoldExtended(area=row.area, hold_id=row.id, person_id=row.person_id, until=until)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def settle_holds(*, actor: Actor, tube_id: UUID, evidence: rules.PoolEvidence, needed: int, now: datetime, cause: UUID) -> int:
    """End the proposed and living holds of a tube that its result, retests and judgements free, by `rules.judge_hold`; returns how many.

    The caller re-reads the evidence, so order cannot matter. `needed`: single negatives of each person.
    """
    rows = list(Hold.objects.seen_by(actor).select_for_update().filter(tube_id=tube_id, state__in=("proposed", *rules.LIVING)).order_by("pk"))
    tube_open = any(len(evidence.retests.get(row.person_id, ())) < needed for row in rows)
    by_reason: dict[str, list[Hold]] = {}
    for row in rows:
        actor.require(Duty.PROCEDURE, area=row.area)
        ending, reason = rules.judge_hold(
            own=evidence.retests.get(row.person_id, ()),
            retests_needed=needed,
            tube_stands=evidence.stands,
            tube_has_case=evidence.has_case,
            tube_open=tube_open,
            judged=evidence.judged.get(row.person_id, ""),
        )
        if ending is not rules.HoldEnding.WAIT:
            by_reason.setdefault(reason, []).append(row)
    for reason, ended in sorted(by_reason.items()):
        _end(actor, ended, reason, now, cause)
    return sum(len(ended) for ended in by_reason.values())


@whole
def end_holds(*, actor: Actor, hold_ids: Sequence[UUID], reason: str, now: datetime, cause: UUID) -> int:
    """The duty officer or the investigator ends holds early (act hold.end), with a reason."""
    rows = list(Hold.objects.seen_by(actor).select_for_update().filter(id__in=hold_ids, state__in=("proposed", *rules.LIVING)).order_by("pk"))
    for row in rows:
        policies.require(actor=actor, act="hold.end", area=row.area, now=now)
    _require_seen(actor, hold_ids)
    if not reason.strip():
        raise rules.ReasonMissing()
    if rows:
        _end(actor, rows, reason, now, cause)
    return len(rows)


def _end(actor: Actor, rows: Sequence[Hold], reason: str, now: datetime, cause: UUID) -> None:
    for row in rows:
        row.state, row.ended_at, row.end_reason = "ended", now, reason[:40]
        row.ends_at = min(row.ends_at, now) if row.ends_at is not None else None
        row.save(update_fields=["state", "ended_at", "end_reason", "ends_at"])
    event = HoldsEnded(
        area=_top(rows),
        first_id=rows[0].id,
        hold_ids=tuple(row.id for row in rows),
        person_ids=tuple(row.person_id for row in rows),
        reason=reason,
    )
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def flag_holds_near_end(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Alarm before holds end without a judgement; once each."""
    actor.require(Duty.PROCEDURE, area=area)
    ids = tuple(card.id for card in queries.holds_near_end(actor=actor, area=area, now=now))
    if ids:
        Hold.objects.seen_by(actor).filter(id__in=ids).update(alarmed_at=now)
        journal.record(HoldsNearEnd(area=area, first_id=ids[0], hold_ids=ids), actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def lapse_holds(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Put on record that holds are over because their end came; nobody was bound a moment longer. Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = list(
        Hold.objects.seen_by(actor).select_for_update().filter(state__in=sorted(rules.LIVING), ends_at__lte=now, area__within=area).order_by("pk")
    )
    if rows:
        _end(actor, rows, "lapsed", now, cause)
    return len(rows)
