"""The human door of care: what residents asked for, and taking down what they ask."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.care import queries
from epigrid.registers.people import queries as people
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, entry, show, table, word

SHOWN = 40


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """Open requests by their target moment, answered ones below."""
    me, now = reader(request).actor, reader(request).now
    cards = queries.requests(actor=me)
    waiting = sorted((card for card in cards if card.state in ("recorded", "accepted")), key=lambda card: (card.due_at or card.asked_at, card.id))
    closed = [card for card in reversed(cards) if card.state not in ("recorded", "accepted")][:SHOWN]
    known = people.faces(actor=me, person_ids=[card.person_id for card in [*waiting[:SHOWN], *closed]])
    asked = [_request(card, known, late=card.due_at is not None and card.due_at <= now) for card in waiting[:SHOWN]]
    rows = [
        (
            card.asked_at,
            word("care", card.kind),
            known[card.person_id].masked_name if card.person_id in known else "",
            word("state", card.state),
            card.answer,
        )
        for card in closed
    ]
    columns = (_("Asked"), _("What"), _("Person"), _("State"), _("Answer"))
    sections = [
        Section(decisions=asked, empty=None if asked else {"title": _("No open request"), "icon": "circle-check"}),
        Section(heading=_("Answered"), table=table(_("Answered requests"), columns, rows, _("Nothing answered yet"))),
    ]
    return show(request, Page(title=_("Residents' requests"), lead=_("A target time reminds; it never closes or refuses."), sections=sections))


def _request(card: queries.RequestCard, known: dict[UUID, people.FaceCard], *, late: bool) -> Shape:
    face = known.get(card.person_id)
    who = f" · {face.masked_name}" if face else ""
    return ask(
        "care.answer",
        f"{word('care', card.kind)}{who}",
        label=_("Answer"),
        ids={"request_id": card.id},
        inputs=[entry("answer", _("What was done"), "long")],
        otherwise=_("It goes up to the subdistrict when its target time has passed."),
        due=card.due_at,
        urgent=late,
        text=f"{face.home} · {word('channel', card.channel)}" if face else "",
    )


urlpatterns = [path("care/", requests, name="care")]
