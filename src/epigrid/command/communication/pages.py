"""The human door of communication: the inbox of my duties, and a resident's messages on his own page."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.command.communication import queries
from epigrid.store.doors import at_home, reader
from epigrid.store.shapes import Page, Section, ask, show, table, word

SHOWN = 60


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages to my duties: unread ones first, each with a button that says it was read."""
    cards = queries.inbox(actor=reader(request).actor, limit=SHOWN)
    unread = [
        ask(
            "messages.mark-read",
            word("message", card.key),
            label=_("Read"),
            ids={"message_id": card.id},
            text=_values(card),
            facts=[(_("Sent"), card.sent_at)],
        )
        for card in cards
        if card.read_at is None
    ]
    rows = [(card.sent_at, {"text": word("message", card.key), "sub": _values(card)}, card.read_at) for card in cards if card.read_at is not None]
    empty = None if unread else {"title": _("Nothing unread"), "icon": "inbox"}
    sections = [
        Section(decisions=unread, empty=empty),
        Section(heading=_("Read before"), table=table(_("Messages that were read"), (_("Sent"), _("About"), _("Read")), rows, _("None yet"))),
    ]
    return show(request, Page(title=_("Inbox"), lead=_("What the procedures told your duties."), sections=sections))


def _values(card: queries.MessageCard) -> str:
    shown = ((name, value) for name, value in card.values.items() if isinstance(value, int | str) and len(str(value)) < 20)
    return "、".join(f"{word('value', name)} {value}" for name, value in shown)


def own(request: HttpRequest) -> HttpResponse:
    """What was told to the resident whose page is open."""
    actor = at_home(request)
    if actor is None:
        return HttpResponseRedirect("/me/")
    cards = queries.messages_to(actor=actor, person_id=UUID(str(actor.person_id)))
    rows = [(card.sent_at, {"text": word("message", card.key), "sub": _values(card)}) for card in cards]
    tabs = [
        {"label": _("My status"), "url": "/me/", "current": False},
        {"label": _("My tests, requests, and who read my data"), "url": "/me/?view=record", "current": False},
        {"label": _("My antigen tests"), "url": "/me/antigen/", "current": False},
        {"label": _("Messages to me"), "url": "/me/messages/", "current": True},
    ]
    sections = [Section(table=table(_("Messages to me"), (_("Sent"), _("About")), rows, _("No messages")))]
    return show(request, Page(title=_("My page"), tabs=tabs, sections=sections))


urlpatterns = [path("inbox/", inbox, name="inbox"), path("me/messages/", own, name="me-messages")]
