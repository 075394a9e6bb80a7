"""The page of a positive tube: what followed its reading, how long each link took, and who stood before and behind in the queue."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.command.situation import queries
from epigrid.kernel.errors import NotFound
from epigrid.registers.people import queries as people
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, show, table, word


@login_required
def course(request: HttpRequest, tube_id: UUID) -> HttpResponse:
    """The course of one tube that reads positive."""
    it = reader(request)
    card = queries.course(actor=it.actor, tube_id=tube_id)
    if card is None:
        raise NotFound
    known = {one.id: one for one in people.people(actor=it.actor, ids=card.tube.person_ids)}
    rows = [(place, known[one].masked_name, known[one].file_no) for place, one in enumerate(card.tube.person_ids, start=1) if one in known]
    columns = (_("Place"), _("Person"), _("File number"))
    queue = table(_("People of the tube in the order of the queue"), columns, rows, _("Nobody whom you see"))
    facts = [(_("Tube"), card.tube.label), (_("Read"), card.read_at)]
    facts += [(title, label) for title, label in ((_("Tube before it"), card.before), (_("Tube after it"), card.after)) if label]
    sections = [Section(facts=facts), Section(table=_links(card)), Section(table=queue)]
    lead = _("Each clock runs from the reading. The neighbours in the queue are shown as evidence; an investigator judges.")
    return show(request, Page(title=_("Positive tube %(label)s") % {"label": card.tube.label}, lead=lead, sections=sections))


def _links(card: queries.CourseCard) -> Shape:
    rows = [
        (
            word("course", link.key),
            _("%(done)d of %(of)d") % {"done": link.done, "of": link.of} if link.of else _("none yet"),
            link.last_at or "",
            "" if link.after_min is None else round(link.after_min),
        )
        for link in card.links
    ]
    columns = (_("Link"), _("Done"), _("Last one"), {"label": _("Minutes after the reading"), "numeric": True})
    return table(_("What followed"), columns, rows, "")


urlpatterns = [path("tubes/<uuid:tube_id>/", course, name="tube-course")]
