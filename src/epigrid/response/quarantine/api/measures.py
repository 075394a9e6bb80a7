"""Holds, orders, releases and appeals."""

from uuid import UUID

from django.http import HttpRequest

from epigrid.registers.organisation import queries as organisation
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import actions, queries
from epigrid.response.quarantine.api.doors import acts, router
from epigrid.store.doors import Command, Count, Ids, Moment, Phrase, Reader, Rows, Text, Word, card, cause_of, listed, reader

MeasureOut, AppealOut = card(queries.MeasureCard), card(queries.AppealCard)


@router.get("/holds", response=listed(MeasureOut))
def holds(request: HttpRequest, state: str = "") -> list[queries.MeasureCard]:
    """Holds of my areas."""
    return queries.holds(actor=reader(request).actor, states=[state] if state else ())


@router.get("/orders", response=listed(MeasureOut))
def orders(request: HttpRequest, state: str = "") -> list[queries.MeasureCard]:
    """Orders of my areas."""
    return queries.orders(actor=reader(request).actor, states=[state] if state else ())


@router.get("/appeals", response=listed(AppealOut))
def appeals(request: HttpRequest, open_only: bool = False) -> list[queries.AppealCard]:
    """Appeals, oldest first."""
    return queries.appeals(actor=reader(request).actor, open_only=open_only)


class HoldsIn(Command):
    """Holds to issue, for at most so many hours (left out: the clause's)."""

    hold_ids: Ids
    hours: Count | None = None


@acts("/holds/issue")
def issue_holds(it: Reader, body: HoldsIn) -> Rows:
    """Issue proposed holds in one act."""
    cards = [queries.hold(actor=it.actor, hold_id=hold_id) for hold_id in body.hold_ids[:1]]
    review = organisation.nearest(actor=it.actor, kind="appeals", area=cards[0].area)
    cause = cause_of(cards[0].tube_id or cards[0].id)
    actions.issue_holds(actor=it.actor, hold_ids=body.hold_ids, appeal_body_id=review.id, now=it.now, cause=cause, hours=body.hours)
    return body.hold_ids


class OfHold(Command):
    """A hold."""

    hold_id: UUID


@acts("/holds/told")
def tell_hold(it: Reader, body: OfHold) -> Rows:
    """Note that the person was told: why, how long at most, by whom, whom to call."""
    actions.tell_hold(actor=it.actor, hold_id=body.hold_id, now=it.now)
    return [body.hold_id]


class ExtendIn(OfHold):
    """A later end of a hold, and why."""

    until: Moment
    reason: Text


@acts("/holds/extend")
def extend_hold(it: Reader, body: ExtendIn) -> Rows:
    """Extend a living hold with a reason."""
    found = queries.hold(actor=it.actor, hold_id=body.hold_id)
    cause = cause_of(found.id, found.tube_id or found.id)
    actions.extend_hold(actor=it.actor, hold_id=found.id, until=body.until, reason=body.reason, now=it.now, cause=cause)
    return [found.id]


class EndHoldsIn(Command):
    """Holds to end early, and why."""

    hold_ids: Ids
    reason: Word


@acts("/holds/end")
def end_holds(it: Reader, body: EndHoldsIn) -> Rows:
    """End holds early."""
    found = [queries.hold(actor=it.actor, hold_id=hold_id) for hold_id in body.hold_ids]
    cause = cause_of(found[0].id, found[0].tube_id or found[0].id)
    actions.end_holds(actor=it.actor, hold_ids=body.hold_ids, reason=body.reason, now=it.now, cause=cause)
    return body.hold_ids


class OrdersIn(Command):
    """Orders to issue: several only for equal evidence."""

    order_ids: Ids


@acts("/orders/issue")
def issue_orders(it: Reader, body: OrdersIn) -> Rows:
    """Issue proposed orders, each with its numbered paper."""
    found = queries.order(actor=it.actor, order_id=body.order_ids[0])
    policies.require(actor=it.actor, act="order.issue", area=found.area, now=it.now)
    actions.issue_orders(
        actor=it.actor,
        order_ids=body.order_ids,
        body_id=organisation.nearest(actor=it.actor, kind="eoc", area=found.area).id,
        directive_id=organisation.directive_for(actor=it.actor, act="order.issue", area=found.area, now=it.now),
        appeal_body_id=organisation.nearest(actor=it.actor, kind="appeals", area=found.area).id,
        now=it.now,
        cause=cause_of(found.id),
    )
    return body.order_ids


class OfOrder(Command):
    """An order."""

    order_id: UUID


@acts("/orders/serve")
def serve_order(it: Reader, body: OfOrder) -> Rows:
    """Hand over the numbered paper: the measure runs."""
    found = queries.order(actor=it.actor, order_id=body.order_id)
    actions.serve_order(actor=it.actor, order_id=found.id, now=it.now, cause=cause_of(found.id))
    return [found.id]


class TalkIn(OfOrder):
    """What was offered to somebody who refuses."""

    offer: Phrase


@acts("/orders/refusal")
def record_refusal(it: Reader, body: TalkIn) -> Rows:
    """Record a talk with somebody who refuses; nothing punishes."""
    found = queries.order(actor=it.actor, order_id=body.order_id)
    actions.record_refusal(actor=it.actor, order_id=found.id, offer=body.offer, now=it.now, cause=cause_of(found.id))
    return [found.id]


@acts("/orders/release")
def release(it: Reader, body: OfOrder) -> Rows:
    """Release a person when the clause of his edition lets the stay end."""
    found = queries.order(actor=it.actor, order_id=body.order_id)
    actions.release(
        actor=it.actor,
        order_id=found.id,
        results=queries.results_of(actor=it.actor, person_id=found.person_id, area=found.area),
        environment_negative=queries.environments(actor=it.actor, order_ids=[found.id]).get(found.id, False),
        body_id=organisation.nearest(actor=it.actor, kind="cdc", area=found.area).id,
        now=it.now,
        cause=cause_of(found.id),
    )
    return [found.id]


class AppealIn(Command):
    """An appeal in somebody's name: against which hold or order, on what ground."""

    measure_id: UUID
    ground: Word


@acts.for_residents_too("/appeals")
def file_appeal(it: Reader, body: AppealIn) -> Rows:
    """Take down an appeal; the measure runs on."""
    return [actions.file_appeal(actor=it.actor, measure_id=body.measure_id, ground=body.ground, now=it.now)]


class DecideIn(Command):
    """The answer to an appeal, in the reviewer's words."""

    appeal_id: UUID
    upheld: bool
    answer: Text


@acts("/appeals/decide")
def decide_appeal(it: Reader, body: DecideIn) -> Rows:
    """Answer an appeal in writing; an upheld one ends the measure at once."""
    actions.decide_appeal(
        actor=it.actor, appeal_id=body.appeal_id, upheld=body.upheld, answer=body.answer, now=it.now, cause=cause_of(body.appeal_id)
    )
    return [body.appeal_id]
