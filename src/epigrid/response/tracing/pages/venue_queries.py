"""The human door of venue queries and referrals."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.response.tracing import queries
from epigrid.response.tracing.pages.cases import cases_now
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, show, table


def _window(me: Actor) -> list[Shape]:
    known = cases_now(me) if Duty.CDC_INVESTIGATOR in me.duties else []
    if not known:
        return []
    inputs = [
        entry("case_id", _("Case"), "select", options=known, value=known[0]["value"]),
        entry("starts_at", _("From"), "moment"),
        entry("ends_at", _("Until"), "moment"),
        entry("purpose", _("Purpose"), longest=60),
    ]
    otherwise = _("Who was there at that time is not asked.")
    return [ask("tracing.ask-window", _("Ask who was there at the same time"), label=_("Ask"), inputs=inputs, otherwise=otherwise)]


@login_required
def venue_queries(request: HttpRequest) -> HttpResponse:
    """Venue queries that wait for a second person, and referrals that wait for an answer."""
    me = reader(request).actor
    asked = queries.venue_queries(actor=me)
    approve = [
        ask(
            "tracing.approve-query",
            _("Approve: %(purpose)s") % {"purpose": card.purpose},
            label=_("Approve"),
            ids={"query_id": card.id},
            otherwise=_("The query does not run."),
        )
        for card in asked
        if card.approved_by is None and card.asked_by != me.id and Duty.CDC_DUTY_OFFICER in me.duties
    ]
    open_referrals = [card for card in queries.referrals(actor=me) if card.answered_at is None]
    answers = [_referral(card) for card in open_referrals]
    rows = [(card.purpose, card.ran_at or _("not yet"), card.found, card.leads) for card in asked]
    columns = (_("Purpose"), _("Ran"), _("Candidates"), _("Leads elsewhere"))
    empty = None if approve or answers else {"title": _("Nothing waits for you"), "icon": "circle-check"}
    sections = [
        Section(decisions=[*approve, *answers], empty=empty),
        Section(decisions=_window(me)),
        Section(heading=_("Venue queries"), table=table(_("Venue queries"), columns, rows, _("No query"))),
    ]
    return show(request, Page(title=_("Queries and referrals"), sections=sections))


def _referral(card: queries.ReferralCard) -> Shape:
    return ask(
        "tracing.answer-referral",
        _("Answer of %(area)s") % {"area": card.to_area},
        label=_("Note the answer"),
        ids={"referral_id": card.id},
        inputs=[entry("answer", _("Answer"))],
        due=card.answer_by,
        otherwise=_("A reminder goes out when it is late."),
    )


urlpatterns = [path("queries/", venue_queries, name="queries")]
