"""The machine door of outbreaks: outbreaks, clocks, positive reports and their receipts, the end."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from epigrid.field.codes import queries as codes
from epigrid.field.tasks import queries as tasks
from epigrid.registers.organisation import queries as organisation
from epigrid.response.outbreaks import actions, queries
from epigrid.store.doors import Acts, Command, Reader, Rows, card, cause_of, listed, reader

router = Router(tags=["outbreaks"])
acts = Acts("outbreaks", router)
OutbreakOut, ClockOut, ReportOut = card(queries.OutbreakCard), card(queries.ClockCard), card(queries.ReportCard)


@router.get("", response=listed(OutbreakOut))
def outbreaks(request: HttpRequest) -> list[queries.OutbreakCard]:
    """Outbreaks of my areas, newest first."""
    return queries.outbreaks(actor=reader(request).actor)


@router.get("/clocks", response=listed(ClockOut))
def clocks(request: HttpRequest) -> list[queries.ClockCard]:
    """All clocks by their due moment."""
    return queries.board(actor=reader(request).actor)


@router.get("/reports", response=listed(ReportOut))
def reports(request: HttpRequest) -> list[queries.ReportCard]:
    """Positive reports and who acknowledged them."""
    return queries.reports(actor=reader(request).actor)


class ReportIn(Command):
    """A positive report."""

    report_id: UUID


@acts("/reports/acknowledge")
def acknowledge_report(it: Reader, body: ReportIn) -> Rows:
    """Acknowledge a report for the command body that the reader answers for."""
    found = queries.report(actor=it.actor, report_id=body.report_id)
    area = it.actor.areas()[0]
    receiver = organisation.nearest(actor=it.actor, kind="eoc", area=area)
    actions.acknowledge_report(actor=it.actor, report_id=found.id, body_id=receiver.id, now=it.now, cause=cause_of(found.id))
    return [found.id]


class OutbreakIn(Command):
    """An outbreak."""

    outbreak_id: UUID


@acts("/close")
def close(it: Reader, body: OutbreakIn) -> Rows:
    """Close an outbreak when nobody's status is bound any more and no task is open."""
    found = queries.outbreak(actor=it.actor, outbreak_id=body.outbreak_id)
    actions.close_outbreak(
        actor=it.actor,
        outbreak_id=found.id,
        still_binding=len(codes.bound(actor=it.actor, now=it.now)),
        still_open=tasks.open_count(actor=it.actor),
        now=it.now,
        cause=cause_of(found.id),
    )
    return [found.id]
