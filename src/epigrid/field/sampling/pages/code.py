"""A resident's sampling code, and those of his children and dependants: a family on one phone."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from epigrid.field.sampling.queries.codes import codes
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.doors import at_home, reader
from epigrid.store.shapes import Page, Section, ask, drawn, named, own_tabs, show


def own(request: HttpRequest) -> HttpResponse:
    """The code of the resident whose page is open, as QR and as letters, and of those he is guardian of; who has none yet asks for it here."""
    actor = at_home(request)
    if actor is None:
        return HttpResponseRedirect("/me/")
    it = reader(request)
    sections = []
    for one in people.family(actor=actor, on=clock.local_day(it.root, it.now)):
        mine = one.card.id == actor.id
        heading = _("My sampling code") if mine else _("Sampling code of %(name)s") % {"name": named(one.card)}
        code = codes(actor=one.actor, person_ids=[one.card.id]).get(one.card.id)
        if code is None:
            form = ask("sampling.make-codes", heading, label=_("Make the code"), ids={"person_ids": [one.card.id]}, text=_("There is none yet."))
            sections.append(Section(decisions=[form]))
        else:
            letters = f"{code[:5]}-{code[5:]}"
            sections.append(Section(heading=heading, text=drawn(code, f"{heading} {letters}"), facts=[(_("In letters"), letters)]))
    lead = _("Shown or read out at a sampling table in place of a document. It names nobody. Without it the document, the phone or the home will do.")
    return show(request, Page(title=_("My page"), lead=lead, tabs=own_tabs("code"), sections=sections))
