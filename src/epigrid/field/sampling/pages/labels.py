"""Labels: draw the next ones, print a run as PDF with both codes."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from epigrid.field.sampling import queries
from epigrid.field.sampling.rules import LABELS
from epigrid.kernel.errors import NotFound
from epigrid.registers.places import queries as places
from epigrid.store import clock, documents, printing
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, ask, choices, entry, show, table, word


@login_required
def labels(request: HttpRequest) -> HttpResponse:
    """Runs of labels that were drawn, newest first, each as PDF (`?print=` its id); the next run as a form."""
    it = reader(request)
    if "print" in request.GET:
        return _print(it, request.GET["print"])
    rows = [
        (
            {"text": f"{run.labels[0]} – {run.labels[-1]}", "url": f"/labels/?print={run.id}"},
            word("label", run.kind),
            len(run.labels),
            run.drawn_at,
        )
        for run in queries.drawings(actor=it.actor)[:50]
    ]
    inputs = [
        entry("kind", _("For"), "select", options=choices("label", tuple(LABELS)), value="tube"),
        entry("count", _("How many"), "number", value="30"),
    ]
    areas = it.actor.areas()
    form = [ask("sampling.draw-labels", _("Draw labels"), label=_("Draw"), ids={"area": areas[0]}, inputs=inputs)] if areas else []
    listed = table(_("Labels drawn"), (_("Labels"), _("For"), _("Number"), _("Drawn")), rows, _("No label was drawn yet"))
    lead = _("A number is drawn once; a sheet may be printed again if the first print was spoilt.")
    return show(request, Page(title=_("Labels"), lead=lead, sections=[Section(decisions=form), Section(table=listed)]))


def _print(it: Reader, text: str) -> HttpResponse:
    try:
        run = queries.drawings(actor=it.actor, ids=[UUID(text)])[0]
    except (ValueError, IndexError):
        raise NotFound(labels=text[:40]) from None
    note = places.area_name(actor=it.actor, area=run.area)[-24:]
    day = clock.local_day(run.area, run.drawn_at)
    sheet = printing.LabelSheet(labels=run.labels, date=day, note=note, mark=documents.mark_of(run.area))
    answer = HttpResponse(printing.label_pdf(sheet), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="labels-{run.labels[0]}.pdf"'
    return answer
