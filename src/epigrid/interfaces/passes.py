"""The doors of passes: a resident asks for his own, a desk prints one.

They stand here because a pass joins the status (codes) with the last sample (sampling), and an app of the field knows no other.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from ninja import Router

from epigrid.field.codes import actions
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.doors import REFUSALS, Acts, Command, Outcome, Rows, at_home, perform, reader
from epigrid.store.shapes import Page, Section, ask, drawn, named, own_tabs, show

router = Router(tags=["passes"])
acts = Acts("passes", router)


class PassIn(Command):
    """Whose pass."""

    person_id: UUID


class PassOut(Outcome):
    """The outcome, and the pass as text this once: it is kept nowhere, so a command sent again does not show it."""

    text: str = ""


@router.post("/", response={200: PassOut, **REFUSALS}, operation_id="passes.issue-pass")
def issue_pass(request: HttpRequest, body: PassIn) -> PassOut:
    """Issue a pass at a desk, to be printed and handed over."""
    it, texts = reader(request), []

    def do() -> Rows:
        texts.append(issued(it.actor, body.person_id, it.now))
        return [body.person_id]

    done = perform(it, "passes.issue-pass", body, do)
    return PassOut(outcome=done.outcome, rows=list(done.rows), replayed=done.replayed, text="".join(texts))


def issued(actor: Actor, person_id: UUID, now: datetime) -> str:
    """A new pass with the person's last sample in it."""
    tests = sampled.readings_of(actor=actor, person_id=person_id)
    return actions.issue_pass(actor=actor, person_id=person_id, sampled_at=tests[-1].sampled_at if tests else None, now=now)


def own(request: HttpRequest) -> HttpResponse:
    """A pass of the resident whose page is open, or of somebody he is guardian of, made when he presses the button; shown this once and kept nowhere."""
    actor = at_home(request)
    if actor is None:
        return HttpResponseRedirect("/me/")
    it = reader(request)
    sections = []
    for one in people.family(actor=actor, on=clock.local_day(it.root, it.now)):
        heading = _("My pass") if one.card.id == actor.id else _("Pass of %(name)s") % {"name": named(one.card)}
        if request.method == "POST" and request.POST.get("person_id") == str(one.card.id):
            sections.append(Section(heading=heading, text=drawn(issued(one.actor, one.card.id, it.now), heading)))
        text = _("Good for a day at most, and until the status changes. It names nobody.")
        sections.append(Section(decisions=[ask("me-pass", heading, label=_("Make a pass"), ids={"person_id": one.card.id}, text=text)]))
    lead = _("Shown at a gate, also where there is no network. The way home and an emergency need no pass.")
    return show(request, Page(title=_("My page"), lead=lead, tabs=own_tabs("pass"), sections=sections))


@login_required
@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """A pass of somebody who has no phone, made at a desk by the number of his file and shown to be printed."""
    it = reader(request)
    person = people.by_file_no(actor=it.actor, file_no=request.POST.get("file_no", ""))
    text, facts = drawn(issued(it.actor, person.id, it.now), _("Pass")), [(_("Person"), f"{person.masked_name} · {person.file_no}")]
    lead = _("Print it now and hand it over: it is kept nowhere.")
    return show(request, Page(title=_("Pass"), lead=lead, sections=[Section(text=text, facts=facts)]))


urlpatterns = [path("me/pass/", own, name="me-pass"), path("act/passes/print/", printed, name="passes.print")]
