"""The human door of outbreaks: clocks, reports to acknowledge, the end."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.duties import Duty
from epigrid.response.outbreaks import queries
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, ask, show, table, word


@login_required
def clocks(request: HttpRequest) -> HttpResponse:
    """Clocks with start and end event, positive reports that wait for a receipt, outbreaks to close."""
    me = reader(request).actor
    rows = [
        (
            word("clock", card.key),
            card.started_at,
            card.due_at or _("nobody has set it"),
            card.met_at or "",
            _("missed") if card.missed_at else _("met") if card.met_at else _("running"),
        )
        for card in queries.board(actor=me)
    ]
    shapes = []
    if me.duties & {Duty.CITY_EOC_OFFICE, Duty.COUNTY_EOC_OFFICER}:
        shapes = [
            ask(
                "outbreaks.acknowledge-report",
                _("Acknowledge the report of a positive"),
                label=_("Acknowledge"),
                ids={"report_id": report.id},
                due=report.ack_by,
                otherwise=_("It alarms as unacknowledged."),
            )
            for report in queries.reports(actor=me)
            if not report.acknowledgements
        ]
    if Duty.COUNTY_EOC_OFFICER in me.duties:
        shapes += [
            ask("outbreaks.close", _("Close the outbreak"), label=_("Close"), ids={"outbreak_id": card.id}, otherwise=_("It stays open."))
            for card in queries.outbreaks(actor=me, open_only=True)
        ]
    columns = (_("Clock"), _("Started"), _("Due"), _("Met"), _("State"))
    sections = [
        Section(decisions=shapes),
        Section(heading=_("Clocks"), table=table(_("Clocks with start and end event"), columns, rows, _("No clock runs"))),
    ]
    return show(request, Page(title=_("Clocks and reports"), sections=sections))


urlpatterns = [path("clocks/", clocks, name="clocks")]
