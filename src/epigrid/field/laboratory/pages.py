"""The human door of the laboratory: a results file comes in, readings that match no tube are placed."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epigrid.field.laboratory import actions, queries
from epigrid.kernel.errors import BadInput
from epigrid.registers.organisation import queries as organisation
from epigrid.store import sheets
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, option, show, table


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Results and the inbox."""
    me = reader(request).actor
    inbox = queries.inbox(actor=me, limit=60)
    bodies = organisation.bodies(actor=me, kind="laboratory")
    mine = [option(body.id, body.name) for body in bodies]
    waiting = [_unmatched(card) for card in inbox]
    inputs = [
        entry("body_id", _("Laboratory"), "select", options=mine, value=mine[0]["value"] if mine else ""),
        entry("file", _("Results file"), "file", hint=_("CSV or Excel: tube, time, Ct values, result.")),
    ]
    upload = ask("laboratory.upload", _("Results"), label=_("Take the file"), inputs=inputs, file=True)
    sections = [
        Section(decisions=[upload], table=_refused(request)),
        Section(
            heading=_("Readings that match no tube"),
            decisions=waiting,
            empty=None if waiting else {"title": _("Every reading has its tube"), "icon": "circle-check"},
        ),
    ]
    return show(request, Page(title=_("Laboratory"), lead=_("A positive tube is run again before anybody is told."), sections=sections))


def _unmatched(card: queries.InboxCard) -> Shape:
    inputs = [
        entry("specimen_label", _("Belongs to tube"), optional=True, longest=40, hint=_("Left empty: it belongs to none.")),
        entry("reason", _("Why"), longest=40),
    ]
    return ask(
        "laboratory.resolve",
        _("Reading %(label)s of %(source)s") % {"label": card.label, "source": card.source},
        label=_("Place it"),
        ids={"unmatched_id": card.id},
        inputs=inputs,
        otherwise=_("The reading stays in the inbox; its people wait for their result."),
    )


def _refused(request: HttpRequest) -> Shape | None:
    rows = request.session.pop("refused-rows", None)
    if not rows:
        return None
    return table(_("Rows that were refused"), (_("Row"), _("Column"), _("Reason")), rows, "")


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a results file; the same file again changes nothing."""
    it = reader(request)
    file = request.FILES.get("file")
    if file is None:
        raise BadInput(field="file", why="missing")
    try:
        body_id = UUID(request.POST.get("body_id", ""))
    except ValueError:
        raise BadInput(field="body_id", why="not an id") from None
    organisation.body(actor=it.actor, body_id=body_id)
    name = file.name or ""
    report = actions.import_results(actor=it.actor, body_id=body_id, sheet=sheets.read(file.read(), name), source=name[:60], now=it.now)
    counts = {"new": report.created, "known": report.unchanged, "aside": report.set_aside, "refused": len(report.refused)}
    messages.success(request, _("%(new)d new readings, %(known)d known, %(aside)d set aside, %(refused)d rows refused.") % counts)
    request.session["refused-rows"] = [(row.row, row.column, row.reason) for row in report.refused[:50]]
    return HttpResponseRedirect("/laboratory/")


urlpatterns = [path("laboratory/", desk, name="laboratory"), path("act/laboratory/upload/", upload, name="laboratory.upload")]
