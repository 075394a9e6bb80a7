"""Appeals: anybody bound may ask for a human to look again; the reviewer is neither the decider nor under him."""

from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import rules
from epigrid.response.quarantine.actions.holds import _end as end_hold_rows
from epigrid.response.quarantine.actions.orders import end_order
from epigrid.response.quarantine.events import AppealDecided, AppealFiled
from epigrid.response.quarantine.models import Appeal, Hold, Order
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

GROUNDS = frozenset({"wrong-person", "no-contact", "days-wrong", "home-instead", "care-needed", "other"})


@whole
def file_appeal(*, actor: Actor, measure_id: UUID, ground: str, now: datetime) -> UUID:
    """The person, or a worker in his name (also by word of mouth), appeals against a hold or an order; the measure runs on. The same ground is one appeal."""
    measure = _measure(actor, measure_id)
    if actor.person_id is None:
        actor.require(Duty.GRID_WORKER, Duty.PHONE_OPERATOR, Duty.COMMUNITY_SECRETARY, area=measure.area)
    if ground not in GROUNDS:
        raise rules.ReasonMissing(ground=ground)
    known = Appeal.objects.seen_by(actor).filter(measure_id=measure_id, ground=ground).first()
    if known is not None:
        return known.id
    row = Appeal.objects.create(
        id=new_id(measure.area, "appeal", measure_id, ground),
        area=measure.area,
        person_id=measure.person_id,
        measure_kind="hold" if isinstance(measure, Hold) else "order",
        measure_id=measure_id,
        ground=ground,
        filed_by=actor.id,
        filed_at=now,
    )
    event = AppealFiled(area=measure.area, appeal_id=row.id, person_id=row.person_id, measure_id=measure_id)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


def _measure(actor: Actor, measure_id: UUID) -> Hold | Order:
    hold = Hold.objects.seen_by(actor).filter(id=measure_id).exclude(state="proposed").first()
    return hold or Order.objects.seen_by(actor).exclude(state="proposed").get(id=measure_id)


@whole
def decide_appeal(*, actor: Actor, appeal_id: UUID, upheld: bool, answer: str, now: datetime, cause: UUID) -> None:
    """A reviewer answers in writing (act appeal.decide); neither the decider nor somebody under him. An upheld appeal ends the measure at once."""
    row = Appeal.objects.seen_by(actor).select_for_update().get(id=appeal_id)
    policies.require(actor=actor, act="appeal.decide", area=row.area, now=now)
    if not answer.strip():
        raise rules.AnswerMissing()
    if row.answered_at is not None:
        raise rules.AppealAnswered()
    measure = _measure(actor, row.measure_id)
    if measure.decided_by is not None and organisation.is_under(actor=actor, holder_id=actor.named, other_id=measure.decided_by, now=now):
        raise rules.OwnAppeal()
    row.reviewer, row.answered_at, row.upheld, row.answer = actor.named, now, upheld, answer[:200]
    row.save(update_fields=["reviewer", "answered_at", "upheld", "answer"])
    event = AppealDecided(area=row.area, appeal_id=row.id, person_id=row.person_id, measure_id=row.measure_id, upheld=upheld)
    fact = journal.record(event, actor=actor, at=now, caused_by=cause)
    if upheld and measure.state in rules.LIVING:
        if isinstance(measure, Hold):
            end_hold_rows(actor, [measure], "appeal-upheld", now, fact)
        else:
            end_order(actor=actor, row=measure, reason="appeal-upheld", now=now, cause=fact)
