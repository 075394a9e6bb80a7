"""Verbs of the organisation register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import rules
from epigrid.registers.organisation.events import (
    Appointed,
    AppointmentEnded,
    BodyFounded,
    DirectiveAcknowledged,
    DirectiveIssued,
    DirectiveWithdrawn,
)
from epigrid.registers.organisation.models import Appointment, Body, Directive, Receipt, TaskForce
from epigrid.registers.policies import queries as policies
from epigrid.store import clock, journal, series
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id


@whole
def found_body(*, actor: Actor, area: Area, kind: str, name: str, line: str, now: datetime, superior_id: UUID | None = None) -> UUID:
    """Enter a body with its telephone line."""
    actor.require(Duty.ADMINISTRATOR, area=area)
    row = Body.objects.create(id=new_id(area, "body", area, name), area=area, kind=kind, name=name, superior_id=superior_id, line=line)
    journal.record(BodyFounded(area=area, body_id=row.id, body_kind=kind), actor=actor, at=now, caused_by=None)
    return row.id


@whole
def found_task_force(*, actor: Actor, body_id: UUID, name: str, lead_id: UUID | None) -> UUID:
    """Enter a task force (专班) of a body."""
    body = Body.objects.seen_by(actor).get(id=body_id)
    actor.require(Duty.ADMINISTRATOR, Duty.COUNTY_EOC_OFFICER, area=body.area)
    return TaskForce.objects.create(id=new_id(body.area, "task-force", body_id, name), area=body.area, body=body, name=name, lead_id=lead_id).id


@whole
def appoint(*, actor: Actor, holder_id: UUID, duty: Duty, area: Area, body_id: UUID | None, now: datetime, until: datetime | None = None) -> UUID:
    """Entrust a duty over an area. The duty `procedure` is never entrusted to a person."""
    actor.require(Duty.ADMINISTRATOR, area=area)
    if duty is Duty.PROCEDURE:
        raise ValueError("the procedures' duty is theirs alone")
    row = Appointment.objects.create(
        id=repeated_id(area, "appointment", holder_id, duty),
        area=area,
        holder_id=holder_id,
        duty=duty,
        body_id=body_id,
        since=now,
        until=until,
        appointed_by=actor.id,
    )
    event = Appointed(area=area, holder_id=holder_id, appointment_id=row.id, duty=duty)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def appoint_helpers(*, actor: Actor, holder_ids: Sequence[UUID], duty: Duty, area: Area, until: datetime, now: datetime) -> list[UUID]:
    """Entrust helpers with one duty of the field over one's own area or a part of it, until a stated end; in the name of one's own body.

    `DutyNotForHelpers` for any other duty, `HelperEnd` without an end within thirty days.
    """
    actor.require(Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.ADMINISTRATOR, area=area)
    if duty not in rules.HELPER_DUTIES:
        raise rules.DutyNotForHelpers(duty=str(duty))
    if not now < until <= now + rules.HELPER_DAYS:
        raise rules.HelperEnd(days=rules.HELPER_DAYS.days)
    own = Appointment.objects.seen_by(actor).filter(holder_id=actor.named, body__isnull=False).order_by("since", "id").first()
    given = {"area": area, "duty": duty, "body_id": own.body_id if own else None, "since": now, "until": until, "appointed_by": actor.id}
    rows = [Appointment(id=repeated_id(area, "appointment", holder_id, duty), holder_id=holder_id, **given) for holder_id in holder_ids]
    Appointment.objects.bulk_create(rows)
    events = [Appointed(area=area, holder_id=row.holder_id, appointment_id=row.id, duty=duty) for row in rows]
    journal.record_many(events, actor=actor, at=now, caused_by=None)
    return [row.id for row in rows]


@whole
def lend_duty(*, actor: Actor, holder_id: UUID, duty: Duty, area: Area, until: datetime, now: datetime, cause: UUID) -> UUID:
    """Entrust a duty over an area until a moment, because somebody who holds it there lent it; the caller has judged who may be lent what."""
    actor.require(Duty.PROCEDURE, area=area)
    body_id = Appointment.objects.seen_by(actor).filter(holder_id=holder_id, duty=duty).values_list("body_id", flat=True).first()
    row = Appointment.objects.create(
        id=new_id(area, "appointment", holder_id, duty, cause), area=area, holder_id=holder_id, duty=duty, body_id=body_id, since=now, until=until
    )
    event = Appointed(area=area, holder_id=holder_id, appointment_id=row.id, duty=duty)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def end_appointment(*, actor: Actor, appointment_id: UUID, now: datetime) -> None:
    """End a duty now; ending it again changes nothing."""
    row = Appointment.objects.seen_by(actor).select_for_update().get(id=appointment_id)
    actor.require(Duty.ADMINISTRATOR, area=row.area)
    if row.until is not None and row.until <= now:
        return
    row.until = now
    row.save(update_fields=["until"])
    event = AppointmentEnded(area=row.area, holder_id=row.holder_id, appointment_id=row.id, duty=row.duty)
    journal.record(event, actor=actor, at=now, caused_by=None)


@dataclass(frozen=True, kw_only=True)
class NewDirective:
    """What a directive says: the acts it authorises, where, on what basis, until when, and the units that must acknowledge it."""

    body_id: UUID
    area: Area
    title: str
    acts: Sequence[str]
    basis: str
    ends_at: datetime
    addressees: Sequence[UUID] = ()
    text: str = ""


@whole
def issue_directive(*, actor: Actor, directive: NewDirective, now: datetime) -> UUID:
    """Decide in writing what may be done in an area until an end, addressed to units that must acknowledge. Numbers have no gaps."""
    area = directive.area
    policies.require(actor=actor, act="directive.issue", area=area, now=now)
    body = Body.objects.seen_by(actor).get(id=directive.body_id)
    if directive.ends_at <= now:
        raise rules.DirectiveWithoutEnd(title=directive.title)
    if not directive.acts or not directive.basis.strip():
        raise rules.DirectiveEmpty(title=directive.title)
    year = clock.local_day(area, now).year
    number = f"{year}-{series.next_number(tree=area.tree, name=f'directive|{body.id}|{year}'):03d}"
    row = Directive.objects.create(
        id=new_id(area, "directive", body.id, number),
        area=area,
        body=body,
        number=number,
        title=directive.title,
        text=directive.text,
        acts=list(directive.acts),
        basis=directive.basis,
        issued_by=actor.named,
        issued_at=now,
        ends_at=directive.ends_at,
    )
    units = list(Body.objects.seen_by(actor).filter(id__in=directive.addressees).order_by("area", "id"))
    Receipt.objects.bulk_create(
        [Receipt(id=new_id(area, "receipt", row.id, unit.id), area=unit.area, directive=row, body=unit, to_area=unit.area) for unit in units]
    )
    event = DirectiveIssued(area=area, directive_id=row.id, body_id=body.id, acts=tuple(directive.acts), to_body_ids=tuple(unit.id for unit in units))
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def acknowledge_directive(*, actor: Actor, directive_id: UUID, body_id: UUID, now: datetime, cause: UUID) -> None:
    """A unit says that it has the directive; a second time changes nothing."""
    receipt = Receipt.objects.seen_by(actor).select_for_update().get(directive_id=directive_id, body_id=body_id)
    actor.require(*rules.RECEIVERS, area=receipt.to_area)
    if receipt.acknowledged_at is not None:
        return
    receipt.acknowledged_by, receipt.acknowledged_at = actor.id, now
    receipt.save(update_fields=["acknowledged_by", "acknowledged_at"])
    event = DirectiveAcknowledged(area=receipt.area, directive_id=directive_id, body_id=body_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def withdraw_directive(*, actor: Actor, directive_id: UUID, reason: str, now: datetime, cause: UUID) -> None:
    """Withdraw a directive: nothing new rests on it; running measures end by their own ends."""
    row = Directive.objects.seen_by(actor).select_for_update().get(id=directive_id)
    policies.require(actor=actor, act="directive.issue", area=row.area, now=now)
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        event = DirectiveWithdrawn(area=row.area, directive_id=row.id, reason=reason)
        journal.record(event, actor=actor, at=now, caused_by=cause)
