"""Verbs of outbreaks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.response.outbreaks import rules
from epigrid.response.outbreaks.events import (
    CaseJoined,
    ClockMet,
    ClocksMissed,
    ClockStarted,
    OutbreakClosed,
    OutbreakOpened,
    PositiveReported,
    ReportAcknowledged,
    ReportsUnacknowledged,
)
from epigrid.response.outbreaks.models import Joined, Milestone, Outbreak, Report
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def open_or_join(*, actor: Actor, area: Area, case_id: UUID, now: datetime, cause: UUID) -> UUID:
    """The first positive opens an outbreak of the area and its clock; a further case joins the open one (S-120). The same case again changes nothing."""
    actor.require(Duty.PROCEDURE, Duty.CDC_DUTY_OFFICER, area=area)
    joined = Joined.objects.seen_by(actor).filter(case_id=case_id).first()
    if joined is not None:
        return joined.outbreak_id
    row = Outbreak.objects.seen_by(actor).select_for_update().filter(closed_at__isnull=True, area=area).order_by("opened_at").first()
    fresh = row is None
    if row is None:
        row = Outbreak.objects.create(id=new_id(area, "outbreak", case_id), area=area, first_case_id=case_id, opened_at=now, caused_by=cause)
    Joined.objects.create(id=new_id(area, "joined", case_id), area=area, outbreak=row, case_id=case_id, at=now)
    event = OutbreakOpened(area=area, outbreak_id=row.id, case_id=case_id) if fresh else CaseJoined(area=area, outbreak_id=row.id, case_id=case_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def start_clock(*, actor: Actor, area: Area, key: str, subject_id: UUID, now: datetime, cause: UUID) -> None:
    """Start a clock of a subject at its start event; once per subject."""
    actor.require(Duty.PROCEDURE, area=area)
    policy = policies.clause(rules.ClocksPolicy, on=clock.local_day(area, now), area=area)
    due_at = rules.due(key, now, policy)
    if Milestone.objects.seen_by(actor).filter(key=key, subject_id=subject_id).exists():
        return
    row = Milestone.objects.create(
        id=new_id(area, "milestone", key, subject_id),
        area=area,
        key=key,
        subject_id=subject_id,
        started_at=now,
        due_at=due_at,
        start_cause=cause,
    )
    if due_at is not None:
        event = ClockStarted(area=area, milestone_id=row.id, key=key, due_at=due_at)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def stop_clock(*, actor: Actor, key: str, subject_id: UUID, now: datetime, cause: UUID) -> None:
    """End a clock at its end event; a clock that never started or ended before stays as it is."""
    row = Milestone.objects.seen_by(actor).select_for_update().filter(key=key, subject_id=subject_id, met_at__isnull=True).first()
    if row is None:
        return
    actor.require(Duty.PROCEDURE, area=row.area)
    row.met_at, row.end_cause = now, cause
    row.save(update_fields=["met_at", "end_cause"])
    late = row.due_at is not None and now > row.due_at
    event = ClockMet(area=row.area, milestone_id=row.id, key=key, late=late)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def flag_missed_clocks(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Tell which clocks passed their due moment unmet, once each; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = (
        Milestone.objects.seen_by(actor).select_for_update().filter(met_at__isnull=True, missed_at__isnull=True, due_at__lte=now, area__within=area)
    )
    found = list(rows.order_by("pk"))
    if found:
        Milestone.objects.seen_by(actor).filter(id__in=[row.id for row in found]).update(missed_at=now)
        event = ClocksMissed(area=area, first_id=found[0].id, keys=tuple(row.key for row in found))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(found)


@whole
def report_positive(*, actor: Actor, area: Area, case_id: UUID, to_body_ids: Sequence[UUID], now: datetime, cause: UUID) -> UUID:
    """Report a positive upwards at once, to the city office first (S-105); one report per case."""
    actor.require(Duty.PROCEDURE, Duty.CDC_DUTY_OFFICER, area=area)
    known = Report.objects.seen_by(actor).filter(case_id=case_id).first()
    if known is not None:
        return known.id
    policy = policies.clause(rules.ReportPolicy, on=clock.local_day(area, now), area=area)
    row = Report.objects.create(
        id=new_id(area, "report", case_id),
        area=area,
        case_id=case_id,
        sent_at=now,
        ack_by=None if policy.ack_minutes is None else now + timedelta(minutes=policy.ack_minutes),
        to_body_ids=[str(body) for body in to_body_ids],
        caused_by=cause,
    )
    event = PositiveReported(area=area, report_id=row.id, case_id=case_id, to_body_ids=tuple(to_body_ids))
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def acknowledge_report(*, actor: Actor, report_id: UUID, body_id: UUID, now: datetime, cause: UUID) -> None:
    """A receiving body acknowledges the report; its moment is kept, a second time changes nothing."""
    row = Report.objects.seen_by(actor).select_for_update().get(id=report_id)
    actor.require(Duty.CITY_EOC_OFFICE, Duty.COUNTY_EOC_OFFICER, Duty.CDC_DUTY_OFFICER, area=row.area)
    if any(ack["body"] == str(body_id) for ack in row.acknowledgements):
        return
    row.acknowledgements = [*row.acknowledgements, {"body": str(body_id), "by": str(actor.id), "at": now.isoformat()}]
    row.save(update_fields=["acknowledgements"])
    event = ReportAcknowledged(area=row.area, report_id=row.id, body_id=body_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def flag_unacknowledged(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Alarm for reports nobody acknowledged in time, once each; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = Report.objects.seen_by(actor).select_for_update().filter(alarmed_at__isnull=True, ack_by__lte=now, area__within=area).order_by("pk")
    ids = tuple(row.id for row in rows if not row.acknowledgements)
    if ids:
        Report.objects.seen_by(actor).filter(id__in=ids).update(alarmed_at=now)
        event = ReportsUnacknowledged(area=area, first_id=ids[0], report_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)


@whole
def close_outbreak(*, actor: Actor, outbreak_id: UUID, still_binding: int, still_open: int, now: datetime, cause: UUID) -> None:
    """Close an outbreak by the county command when nothing binds anybody and no task is open (X20)."""
    row = Outbreak.objects.seen_by(actor).select_for_update().get(id=outbreak_id)
    actor.require(Duty.COUNTY_EOC_OFFICER, area=row.area)
    if still_binding or still_open:
        raise rules.OutbreakStillBinds(binding=still_binding, open_tasks=still_open)
    if row.closed_at is None:
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        journal.record(OutbreakClosed(area=row.area, outbreak_id=row.id), actor=actor, at=now, caused_by=cause)
