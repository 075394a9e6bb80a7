"""The human door of communication: the inbox of my duties, and a resident's messages on his own page."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.command.communication import queries
from epigrid.store.doors import at_home, reader
from epigrid.store.shapes import Page, Section, ask, own_tabs, show, table, word

SHOWN = 60
SHORT = 40
KEYS = {"reason": "end", "was": "result", "outcome": "result"}
"""Values that are keys of closed lists: value -> list."""


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
    shown = ((name, word(KEYS[name], str(value)) if name in KEYS else value) for name, value in card.values.items() if isinstance(value, int | str))
    return "、".join(f"{word('value', name)} {value}" for name, value in shown if len(str(value)) < SHORT)


def own(request: HttpRequest) -> HttpResponse:
    """What was told to the resident whose page is open."""
    actor = at_home(request)
    if actor is None:
        return HttpResponseRedirect("/me/")
    cards = queries.messages_to(actor=actor, person_id=UUID(str(actor.person_id)))
    rows = [(card.sent_at, {"text": word("message", card.key), "sub": _values(card)}) for card in cards]
    sections = [Section(table=table(_("Messages to me"), (_("Sent"), _("About")), rows, _("No messages")))]
    return show(request, Page(title=_("My page"), tabs=own_tabs("messages"), sections=sections))


urlpatterns = [path("inbox/", inbox, name="inbox"), path("me/messages/", own, name="me-messages")]
