"""The outbreak as a story: facts of the journal by day, who is concerned, and the texts that the public got."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epigrid.command.situation.pages import chains
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.kernel.events import Event, Fact
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.store import clock, journal
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, show, table, word

TOLD = (
    "sampling.round-opened", "sampling.round-closed", "sampling.pooled-positive", "sampling.single-positive", "sampling.tube-missing",
    "quarantine.holds-proposed", "quarantine.holds-issued", "quarantine.holds-ended", "quarantine.orders-issued", "quarantine.order-ended",
    "quarantine.site-opened", "quarantine.transfer-arrived", "quarantine.patient-admitted", "quarantine.appeal-filed", "quarantine.appeal-decided",
    "outbreaks.opened", "outbreaks.positive-reported", "outbreaks.report-acknowledged", "outbreaks.clocks-missed", "outbreaks.closed",
    "tracing.case-opened", "tracing.opinion-recorded", "tracing.case-classified", "tracing.candidates-found", "tracing.candidate-judged",
    "tracing.query-approved", "tracing.referral-sent", "tracing.referral-answered", "tracing.spread-judged",
    "zones.proposed", "zones.decided", "zones.reported-up", "zones.stay-home-started", "zones.stay-home-ended", "zones.restarted",
    "zones.spread-question-open", "zones.downgrade-proposed", "zones.downgraded", "zones.lapsed", "zones.lifted", "zones.notice-published",
    "organisation.directive-issued",
)  # fmt: skip
"""Facts that a story of the outbreak needs; everything else is in the journal."""
ICONS = {
    "sampling": "test-pipe",
    "quarantine": "home-check",
    "outbreaks": "flag",
    "tracing": "virus",
    "zones": "alert-triangle",
    "organisation": "gavel",
}
STOPS = {"sampling.pooled-positive", "sampling.single-positive", "outbreaks.clocks-missed", "zones.lapsed", "sampling.tube-missing"}
SHOWN = 120
STORY = frozenset(Duty) - {Duty.GATE_GUARD, Duty.COURIER, Duty.GLASS, Duty.PROCEDURE}


@login_required
def outbreak(request: HttpRequest) -> HttpResponse:
    """The story, the people in it, or, for CDC duty, the chains between them."""
    it = reader(request)
    view = request.GET.get("view", "")
    sees_chains = traced.sees_chains(actor=it.actor)
    if view == "chains" and not sees_chains:
        raise NotFound
    tabs: list[Shape] = [
        {"label": _("Timeline"), "url": "/outbreak/", "current": view not in ("people", "chains")},
        {"label": _("People"), "url": "/outbreak/?view=people", "current": view == "people"},
        *([{"label": _("Chains"), "url": "/outbreak/?view=chains", "current": view == "chains"}] if sees_chains else []),
        {"label": _("Candidates"), "url": "/candidates/"},
        {"label": _("Orders"), "url": "/orders/"},
        {"label": _("Areas"), "url": "/zones/"},
        {"label": _("Notices"), "url": "/notices/"},
        {"label": _("Clocks"), "url": "/clocks/"},
    ]
    parts = {"people": _people, "chains": chains.sections}.get(view)
    sections = parts(it.actor) if parts else [_timeline(it.actor)]
    lead = _("Chains are hypotheses; a named person judges each contact.")
    return show(request, Page(title=_("Outbreak"), lead=lead, tabs=tabs, sections=sections))


def _timeline(me: Actor) -> Section:
    if not me.duties & STORY:
        return Section(empty={"title": _("Your duty sees no outbreak"), "icon": "virus-off"})
    facts = list(journal.facts(actor=me, kinds=TOLD))[-SHOWN * 3 :]
    offices = organisation.offices(actor=me, holder_ids=sorted({fact.actor_id for fact in facts if fact.actor_kind == "user" and fact.actor_id}))
    groups = [list(group) for _key, group in groupby(reversed(facts), key=lambda fact: (fact.event.kind, fact.at.date(), fact.actor_id))]
    items = [_item(group, offices) for group in groups[:SHOWN]]
    return Section(timeline=items, empty=None if items else {"title": _("Nothing has happened yet"), "icon": "circle-check"})


def _item(facts: Sequence[Fact[Event]], offices: dict[UUID, tuple[str, str]]) -> Shape:
    fact, kind = facts[0], facts[0].event.kind
    body, duty = offices.get(fact.actor_id, ("", "")) if fact.actor_id else ("", "")
    return {
        "at": fact.at.astimezone(clock.zone(fact.event.area)),
        "title": word("fact", kind) + (f" ×{len(facts)}" if len(facts) > 1 else ""),
        "text": _concerned(facts),
        "by": f"{body} · {word('duty', duty)}" if body else _("by the procedure"),
        "icon": ICONS.get(kind.partition(".")[0], "activity"),
        "tone": "stop" if kind in STOPS else "info" if fact.actor_kind == "user" else "quiet",
    }


def _concerned(facts: Sequence[Fact[Event]]) -> str:
    ids: set[Any] = set()
    for fact in facts:
        ids.update(getattr(fact.event, "person_ids", ()) or ())
    return ngettext("%(count)d person", "%(count)d people", len(ids)) % {"count": len(ids)} if ids else ""


def _people(me: Actor) -> list[Section]:
    cases = traced.cases(actor=me)
    contacts = traced.contacts(actor=me)
    orders = [card for card in measures.orders(actor=me) if card.state != "proposed"]
    latest = {card.person_id: card for card in orders}
    faces = people.faces(actor=me, person_ids=[*(card.person_id for card in cases), *(card.person_id for card in contacts)])
    infected = [
        (_face(faces, card.person_id), word("case", card.state), card.sampled_at, word("found", card.found) if card.found else _("outside control"))
        for card in cases
    ]
    met = [
        (
            _face(faces, card.person_id),
            faces[card.person_id].home,
            word("outcome", card.kind),
            card.last_exposure_at or "",
            _measure(latest.get(card.person_id)),
        )
        for card in contacts
        if card.person_id in faces
    ]
    return [
        Section(
            heading=_("Infections"), table=table(_("Infections"), (_("Person"), _("Class"), _("Sampled"), _("Found")), infected, _("No infection"))
        ),
        Section(
            heading=_("Judged contacts"),
            table=table(_("Judged contacts"), (_("Person"), _("Home"), _("Judgement"), _("Last exposure"), _("Measure")), met, _("No contact")),
        ),
    ]


def _face(faces: dict[UUID, people.FaceCard], person_id: UUID) -> Shape:
    face = faces.get(person_id)
    return {"text": face.masked_name, "sub": face.file_no} if face else {"text": ""}


def _measure(card: measures.MeasureCard | None) -> str:
    if card is None:
        return ""
    return f"{word('measure', card.kind)} · {word('end', card.end_reason) if card.end_reason else word('state', card.state)}"


urlpatterns = [path("outbreak/", outbreak, name="outbreak")]
