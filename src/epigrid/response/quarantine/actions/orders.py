"""Orders: proposed from a judgement, issued by the county command, served as a numbered paper, released by the CDC or lapsed at their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import queries, rules
from epigrid.response.quarantine.events import OrderEnded, OrderProposed, OrderServed, OrdersIssued, RefusalRecorded, ReleasesProposed
from epigrid.response.quarantine.models import Order, Stay, Talk
from epigrid.store import clock, documents, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

TITLES = {"site": "集中隔离医学观察告知书", "home": "居家隔离医学观察告知书", "treatment": "隔离治疗告知书"}
RELEASE_TITLE = "解除隔离医学观察告知书"


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """What an order rests on: the person, the case, the judged contact, the class, the last exposure, and whether the match of the person is doubtful."""

    person_id: UUID
    kind: str
    case_id: UUID
    contact_id: UUID | None
    contact_class: str
    last_exposure_at: datetime | None
    after_id: UUID | None = None
    doubtful: bool = False


@whole
def propose_order(*, actor: Actor, new: NewOrder, now: datetime, cause: UUID) -> UUID:
    """Put an order before the county command; only a close contact (or, for treatment, a case) makes one. The same person, case and kind is one order."""
    card = people.person(actor=actor, person_id=new.person_id)
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, area=card.area)
    if new.kind != "treatment" and (new.contact_id is None or new.contact_class != "close-contact" or new.last_exposure_at is None):
        raise rules.ContactMissing(contact_class=new.contact_class)
    known = Order.objects.seen_by(actor).filter(person_id=new.person_id, case_id=new.case_id, kind=new.kind).first()
    if known is not None:
        return known.id
    row = Order.objects.create(
        id=new_id(card.area, "order", new.person_id, new.case_id, new.kind),
        area=card.area,
        person_id=new.person_id,
        kind=new.kind,
        case_id=new.case_id,
        contact_id=new.contact_id,
        contact_class=new.contact_class,
        doubtful=new.doubtful,
        last_exposure_at=new.last_exposure_at,
        after_id=new.after_id,
        proposed_at=now,
        caused_by=cause,
    )
    event = OrderProposed(area=card.area, order_id=row.id, person_id=row.person_id, order_kind=row.kind)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def issue_orders(
    *, actor: Actor, order_ids: Sequence[UUID], body_id: UUID, directive_id: UUID, appeal_body_id: UUID, now: datetime, cause: UUID
) -> int:
    """The county command issues proposed orders (act order.issue), each with its own numbered paper; bulk only for equal evidence. Returns how many."""
    rows = list(Order.objects.seen_by(actor).select_for_update().filter(id__in=order_ids, state="proposed").order_by("pk"))
    if Order.objects.seen_by(actor).filter(id__in=order_ids).count() < len(set(order_ids)):
        raise Order.DoesNotExist
    if not rows:
        raise rules.NothingToIssue()
    for row in rows:
        policies.require(actor=actor, act="order.issue", area=row.area, now=now)
        organisation.require_directive(actor=actor, directive_id=directive_id, act="order.issue", area=row.area, now=now)
    _check_bulk(actor, rows, now)
    body = organisation.body(actor=actor, body_id=body_id)
    appeal = organisation.body(actor=actor, body_id=appeal_body_id)
    for row in rows:
        _issue(actor, row, body, appeal, directive_id, now)
    event = OrdersIssued(
        area=_top(rows), first_id=rows[0].id, order_ids=tuple(row.id for row in rows), person_ids=tuple(row.person_id for row in rows)
    )
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(rows)


def _top(rows: Sequence[Order]) -> Area:
    area = Area(rows[0].area)
    while not all(area.covers(row.area) for row in rows):
        area = area.parent or area.root
    return area


def _check_bulk(actor: Actor, rows: Sequence[Order], now: datetime) -> None:
    ids = [row.person_id for row in rows]
    today = clock.local_day(rows[0].area, now)
    alone = people.minors_and_dependants(actor=actor, person_ids=ids, on=today)
    alone |= {row.person_id for row in rows if row.doubtful}
    alone |= {need.person_id for need in people.needs(actor=actor, on=today, person_ids=ids) if need.kind in ("dialysis", "pregnant")}
    evidence = [
        (row.case_id, row.kind, row.contact_class, clock.local_day(row.area, row.last_exposure_at) if row.last_exposure_at else None) for row in rows
    ]
    rules.check_bulk(evidence=evidence, alone=alone, count=len(rows))


def _issue(actor: Actor, row: Order, body: organisation.BodyCard, appeal: organisation.BodyCard, directive_id: UUID, now: datetime) -> None:
    today = clock.local_day(row.area, now)
    basis = policies.legal_basis(act="order.issue" if row.kind != "treatment" else "treatment.issue", on=today, area=row.area)
    edition, clause_id, ends_at = _term(row, now)
    row.state, row.basis, row.clause_id, row.edition = "issued", basis.article[:120], clause_id[:120], edition
    row.decided_by, row.decided_at, row.directive_id = actor.named, now, directive_id
    row.starts_at, row.ends_at = now, ends_at
    row.appeal_body_id, row.contact_line = appeal.id, appeal.line
    fields = {
        "order": row.id,
        "kind": row.kind,
        "basis": row.basis,
        "clause": row.clause_id,
        "starts_at": now,
        "ends_at": ends_at,
        "appeal_body": appeal.name,
        "contact_line": appeal.line,
        "last_exposure_on": clock.local_day(row.area, row.last_exposure_at) if row.last_exposure_at else None,
    }
    paper = documents.draw(area=row.area, kind="order", title=TITLES[row.kind], body_name=body.name, fields=fields, now=now, person_id=row.person_id)
    row.document_id, row.number = paper.id, paper.number
    row.save()


def _term(row: Order, now: datetime) -> tuple[str, str, datetime]:
    """Edition, clause and end of an order: the end of its phase's last day, or the review moment of a treatment. Never in the past."""
    today = clock.local_day(row.area, now)
    if row.kind == "treatment" or row.last_exposure_at is None:
        treatment = policies.clause(rules.TreatmentPolicy, on=today, area=row.area)
        return treatment.edition, treatment.clause_id, now + timedelta(days=treatment.review_days)
    policy = policies.clause(rules.StayPolicy, on=today, area=row.area)
    exposed_on = clock.local_day(row.area, row.last_exposure_at)
    _, last_day = rules.stay_dates(last_exposure=exposed_on, kind=row.kind, policy=policy)
    ends_at = clock.local_midnight(row.area, last_day + rules.ONE_DAY)
    if ends_at <= now:
        raise rules.MeasureEnded(why="the days are over", last_day=last_day.isoformat())
    return policy.edition, policy.clause_id, ends_at


@whole
def serve_order(*, actor: Actor, order_id: UUID, now: datetime, cause: UUID) -> None:
    """The community hands over the numbered paper (act order.serve): the measure runs. Serving again changes nothing."""
    row = Order.objects.seen_by(actor).select_for_update().get(id=order_id)
    policies.require(actor=actor, act="order.serve", area=row.area, now=now)
    if row.state == "served":
        return
    if row.state != "issued" or row.starts_at is None or row.ends_at is None:
        raise rules.MeasureEnded(state=row.state)
    row.state, row.served_by, row.served_at = "served", actor.named, now
    row.save(update_fields=["state", "served_by", "served_at"])
    event = OrderServed(area=row.area, order_id=row.id, person_id=row.person_id, order_kind=row.kind, starts_at=row.starts_at, ends_at=row.ends_at)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def record_refusal(*, actor: Actor, order_id: UUID, offer: str, now: datetime, cause: UUID) -> int:
    """Record a talk with somebody who refuses and what was offered (X13); nothing punishes. Returns how many talks there were."""
    row = Order.objects.seen_by(actor).get(id=order_id)
    actor.require(Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.CDC_INVESTIGATOR, area=row.area)
    if not offer.strip():
        raise rules.ReasonMissing()
    Talk.objects.create(
        id=repeated_id(row.area, "talk", order_id),
        area=row.area,
        order_id=order_id,
        person_id=row.person_id,
        by=actor.id,
        at=now,
        offer=offer,
    )
    event = RefusalRecorded(area=row.area, order_id=order_id, offer=offer)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return Talk.objects.seen_by(actor).filter(order_id=order_id).count()


@whole
def propose_releases(
    *,
    actor: Actor,
    area: Area,
    results: Mapping[UUID, Sequence[rules.TestResult]],
    environment: Mapping[UUID, bool],
    now: datetime,
    cause: UUID,
) -> int:
    """Put before the CDC the orders whose days are full and whose tests allow the release; `results` per person, `environment` per order. Once each."""
    actor.require(Duty.PROCEDURE, area=area)
    ready = []
    for card in queries.orders_due(actor=actor, area=area, now=now):
        row = Order.objects.seen_by(actor).select_for_update().get(id=card.id)
        verdict = judge(row=row, results=results.get(row.person_id, ()), environment_negative=environment.get(row.id, False), now=now)
        if verdict.outcome is rules.Ending.MAY_END:
            row.release_proposed_at = now
            row.save(update_fields=["release_proposed_at"])
            ready.append(row.id)
    if ready:
        journal.record(ReleasesProposed(area=area, first_id=ready[0], order_ids=tuple(ready)), actor=actor, at=now, caused_by=cause)
    return len(ready)


def judge(*, row: Order, results: Sequence[rules.TestResult], environment_negative: bool, now: datetime) -> Verdict[rules.Ending]:
    """The verdict on an order's end at a moment, by the edition it was issued under."""
    if row.last_exposure_at is None:
        raise rules.ContactMissing(kind=row.kind)
    since = row.starts_at or now
    return rules.judge_ending(
        last_exposure=clock.local_day(row.area, row.last_exposure_at),
        kind=row.kind,
        results=[result for result in results if result.sampled_at >= since],
        environment_negative=environment_negative,
        policy=policies.clause(rules.StayPolicy, edition=row.edition),
        today=clock.local_day(row.area, now),
    )


@whole
def release(
    *,
    actor: Actor,
    order_id: UUID,
    results: Sequence[rules.TestResult],
    environment_negative: bool,
    body_id: UUID,
    now: datetime,
    cause: UUID,
) -> None:
    """The CDC releases a person (act order.release) when his edition's clause lets the stay end; a release paper is drawn. Again changes nothing."""
    row = Order.objects.seen_by(actor).select_for_update().get(id=order_id)
    policies.require(actor=actor, act="order.release", area=row.area, now=now)
    if row.state == "ended":
        return
    if row.state not in rules.LIVING:
        raise rules.MeasureEnded(state=row.state)
    verdict = judge(row=row, results=results, environment_negative=environment_negative, now=now)
    if verdict.outcome is not rules.Ending.MAY_END:
        raise rules.StayNotOver(reason_key=verdict.reason, changes_by=verdict.changes_by)
    body = organisation.body(actor=actor, body_id=body_id)
    fields = {"order": row.number, "released_at": now, "clause": verdict.clause_id}
    paper = documents.draw(area=row.area, kind="release", title=RELEASE_TITLE, body_name=body.name, fields=fields, now=now, person_id=row.person_id)
    row.release_id, row.release_number = paper.id, paper.number
    end_order(actor=actor, row=row, reason="released", now=now, cause=cause)


def end_order(*, actor: Actor, row: Order, reason: str, now: datetime, cause: UUID) -> None:
    """End an order now, free its room, and tell it; within the caller's transaction."""
    row.state, row.ended_at, row.end_reason = "ended", now, reason[:40]
    row.ends_at = min(row.ends_at, now) if row.ends_at is not None else None
    row.save()
    Stay.objects.seen_by(actor).filter(order_id=row.id, until__isnull=True).update(until=now)
    event = OrderEnded(area=row.area, order_id=row.id, person_id=row.person_id, order_kind=row.kind, reason=reason)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def become_case(*, actor: Actor, person_id: UUID, now: datetime, cause: UUID) -> int:
    """A person under quarantine turned positive: his quarantine orders end, treatment takes over. Returns how many ended."""
    rows = (
        Order.objects.seen_by(actor).select_for_update().filter(person_id=person_id, state__in=("proposed", *rules.LIVING)).exclude(kind="treatment")
    )
    found = list(rows.order_by("pk"))
    for row in found:
        actor.require(Duty.PROCEDURE, area=row.area)
        end_order(actor=actor, row=row, reason="became-case", now=now, cause=cause)
    return len(found)


@whole
def end_orders_of_case(*, actor: Actor, case_id: UUID, now: datetime, cause: UUID) -> int:
    """The experts excluded the case: nobody is treated for it or was its contact. Returns how many orders ended."""
    rows = Order.objects.seen_by(actor).select_for_update().filter(case_id=case_id, state__in=("proposed", *rules.LIVING))
    found = list(rows.order_by("pk"))
    for row in found:
        actor.require(Duty.PROCEDURE, area=row.area)
        end_order(actor=actor, row=row, reason="case-excluded", now=now, cause=cause)
    return len(found)


@whole
def lapse_orders(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Put on record that orders are over because their end came without a decision (S-145, S-155); nobody was bound a moment longer."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = Order.objects.seen_by(actor).select_for_update().filter(state__in=sorted(rules.LIVING), ends_at__lte=now, area__within=area)
    found = list(rows.order_by("pk"))
    for row in found:
        end_order(actor=actor, row=row, reason="lapsed", now=now, cause=cause)
    return len(found)
