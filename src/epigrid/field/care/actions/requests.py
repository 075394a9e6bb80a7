"""What residents ask for: asked, taken on by one helper, bought, delivered, confirmed; emergencies that nothing conditions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.field.care import queries, rules
from epigrid.field.care.actions.exits import open_exit
from epigrid.field.care.events import CareAnswered, CareEscalated, CareRequested, EmergencyCalled, IncidentOpened, RequestLinked
from epigrid.field.care.models import Incident, Request
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import repeated_id

HELPERS = (Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR, Duty.ZONE_LEAD, Duty.SITE_MANAGER)


@whole
def ask(*, actor: Actor, person_id: UUID, kind: str, channel: str, now: datetime) -> UUID:
    """A resident asks (himself, by phone, by bell, at the door). An open request of the same kind is the same request."""
    person = people.person(actor=actor, person_id=person_id)
    if actor.person_id is None:
        actor.require(*HELPERS, area=person.area)
    if kind not in rules.KINDS or channel not in rules.CHANNELS:
        raise rules.KindUnknown(kind=kind, channel=channel)
    known = Request.objects.seen_by(actor).filter(person_id=person_id, kind=kind, state__in=rules.OPEN).first()
    if known is not None:
        return known.id
    policy = policies.clause(rules.CarePolicy, on=clock.local_day(person.area, now), area=person.area)
    row = Request.objects.create(
        id=repeated_id(person.area, "request", person_id, kind),
        area=person.area,
        person_id=person_id,
        kind=kind,
        channel=channel,
        asked_at=now,
        due_at=rules.due_at(kind, now, policy),
    )
    event = CareRequested(area=person.area, request_id=row.id, person_id=person_id, need=kind)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def call_emergency(*, actor: Actor, person_id: UUID, channel: str, now: datetime) -> UUID:
    """A medical emergency. No status, area, test or duty conditions it (X06): whoever can see the person can call. The way out is granted with it."""
    person = people.person(actor=actor, person_id=person_id)
    row = Request.objects.create(
        id=repeated_id(person.area, "request", person_id, "ambulance"),
        area=person.area,
        person_id=person_id,
        kind="ambulance",
        channel=channel if channel in rules.CHANNELS else "phone",
        asked_at=now,
        due_at=now,
    )
    event = EmergencyCalled(area=person.area, request_id=row.id, person_id=person_id)
    journal.record(event, actor=actor, at=now, caused_by=None)
    open_exit(person, reason="emergency", urgency="emergency", now=now, request_id=row.id)
    return row.id


@whole
def claim(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """A helper takes a request on. One has it: of two at the same moment the second is told which office has (`ClaimedByOther`, S-278)."""
    row = _seen(actor, request_id)
    try:
        fresh = rules.judge_claim(state=row.state, claimed_by=row.accepted_by, claimant=actor.named)
    except rules.ClaimedByOther:
        raise _claimed(actor, row) from None
    if fresh:
        row.state, row.accepted_by, row.accepted_at = "accepted", actor.id, now
        _step(actor, row, now, "state", "accepted_by", "accepted_at")


def _claimed(actor: Actor, row: Request) -> rules.ClaimedByOther:
    office = organisation.offices(actor=actor, holder_ids=[row.accepted_by]).get(row.accepted_by, ("", "")) if row.accepted_by else ("", "")
    return rules.ClaimedByOther(office=office[0], duty=office[1])


@whole
def give_back(*, actor: Actor, request_id: UUID, reason: str, now: datetime) -> None:
    """Whoever took a request on gives it back with a reason, and it stands open for all again. What was bought is delivered."""
    if reason not in rules.GIVE_BACK:
        raise rules.BackReasonUnknown(known=list(rules.GIVE_BACK))
    row = _held(actor, request_id)
    if row.state == "bought":
        raise rules.BoughtBefore
    row.state, row.accepted_by, row.accepted_at = "recorded", None, None
    _step(actor, row, now, "state", "accepted_by", "accepted_at", reason=reason)


@whole
def buy(*, actor: Actor, request_id: UUID, amount_cents: int, receipt: str, now: datetime) -> None:
    """Note what a request cost, in cents of a yuan, and the number or line of its receipt; no picture. Noted again: corrected."""
    rules.judge_amount(amount_cents)
    row = _held(actor, request_id)
    row.state, row.amount_cents, row.receipt, row.bought_at = "bought", amount_cents, receipt[:40], now
    _step(actor, row, now, "state", "amount_cents", "receipt", "bought_at")


@whole
def deliver(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """It stands at the door, without contact; the resident (or a helper in his name) confirms."""
    row = _held(actor, request_id)
    row.state, row.answered_by, row.answered_at = "delivered", actor.id, now
    _step(actor, row, now, "state", "answered_by", "answered_at")


@whole
def answer(*, actor: Actor, request_id: UUID, answer: str, now: datetime) -> None:
    """A request is done or answered in words; the resident sees the answer."""
    row = _seen(actor, request_id)
    if row.state not in rules.OPEN:
        raise rules.RequestClosed(state=row.state)
    row.state, row.answered_by, row.answered_at, row.answer = "answered", actor.id, now, answer[:200]
    _step(actor, row, now, "state", "answered_by", "answered_at", "answer")


def _seen(actor: Actor, request_id: UUID) -> Request:
    row = Request.objects.seen_by(actor).select_for_update().get(id=request_id)
    actor.require(*HELPERS, Duty.SUBDISTRICT_OFFICE, area=row.area)
    return row


def _held(actor: Actor, request_id: UUID) -> Request:
    """The request, for who took it on, or for the desk in his place."""
    row = _seen(actor, request_id)
    is_desk = actor.holds(Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, area=row.area)
    try:
        rules.judge_holding(state=row.state, claimed_by=row.accepted_by, actor=actor.named, is_desk=is_desk)
    except rules.NotClaimed:
        if row.state in rules.TAKEN:
            raise _claimed(actor, row) from None
        raise
    return row


def _step(actor: Actor, row: Request, now: datetime, *columns: str, reason: str = "") -> None:
    row.save(update_fields=list(columns))
    late = row.due_at is not None and now > row.due_at
    event = CareAnswered(area=row.area, request_id=row.id, person_id=row.person_id, state=row.state, late=late, reason=reason)
    journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def confirm(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """The resident (or a helper in his name) says that it came."""
    row = Request.objects.seen_by(actor).select_for_update().get(id=request_id)
    if actor.person_id is None:
        actor.require(*HELPERS, area=row.area)
    if row.state in rules.DONE:
        row.state, row.confirmed_at = "confirmed", now
        row.save(update_fields=["state", "confirmed_at"])
        event = CareAnswered(area=row.area, request_id=row.id, person_id=row.person_id, state="confirmed", late=False)
        journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def link_order(*, actor: Actor, request_id: UUID, order_id: UUID, now: datetime, cause: UUID) -> None:
    """Note out of which order a request was asked; once."""
    row = Request.objects.seen_by(actor).select_for_update().get(id=request_id)
    actor.require(Duty.PROCEDURE, area=row.area)
    if row.order_id is None:
        row.order_id = order_id
        row.save(update_fields=["order_id"])
        event = RequestLinked(area=row.area, request_id=row.id, person_id=row.person_id, order_id=order_id)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def group_incident(*, actor: Actor, request_ids: Sequence[UUID], now: datetime) -> UUID:
    """Join requests that are one thing (five households, one waste complaint) into one incident."""
    rows = list(Request.objects.seen_by(actor).select_for_update().filter(id__in=request_ids).order_by("asked_at", "id"))
    for row in rows:
        actor.require(*HELPERS, area=row.area)
    if not rows:
        raise Request.DoesNotExist
    incident = Incident.objects.create(id=repeated_id(rows[0].area, "incident", rows[0].id), area=rows[0].area, kind=rows[0].kind, opened_at=now)
    Request.objects.seen_by(actor).filter(id__in=[row.id for row in rows]).update(incident=incident)
    event = IncidentOpened(area=incident.area, incident_id=incident.id, request_ids=tuple(row.id for row in rows))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return incident.id


@whole
def escalate_overdue(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Send requests that were not solved in time up one level (S-291); return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    ids = tuple(card.id for card in queries.to_escalate(actor=actor, area=area, now=now))
    if ids:
        Request.objects.seen_by(actor).filter(id__in=ids).update(level=1)
        event = CareEscalated(area=area, first_id=ids[0], request_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)
