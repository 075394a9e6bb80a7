"""The human door of codes: the guard's page, which shows no name and no reason, and the county code desk."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from epigrid.field.codes import queries
from epigrid.registers.people import queries as people
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, show, table, word

ANSWERS = {"pass": "gate.pass", "call-desk": "gate.call", "medical": "gate.medical"}
SHOWN = 60


@login_required
def gate(request: HttpRequest) -> HttpResponse:
    """A guard asks and is told one of three things; nobody's name, status or reason is on this page."""
    said = ANSWERS.get(request.GET.get("said", ""))
    inputs = [
        entry("code", _("Code of the slip"), optional=True, hint=_("Without slip and paper: the desk, unless it is an emergency or the way home.")),
        entry("shown", _("Pass, as the code reader reads it"), optional=True, longest=1000, hint=_("A pass is good without anybody's name.")),
        entry("release_paper", _("Number of the release paper"), optional=True, hint=_("A release paper beats a late code.")),
    ]
    ways = [
        {"label": word("way", way), "name": "way", "value": way, "tone": "primary" if way == "pass" else "", "icon": icon}
        for way, icon in (("pass", "door-enter"), ("home", "home"), ("medical", "ambulance"), ("fire", "alert-triangle"))
    ]
    sections = [
        Section(answer={"chip": said} if said else None),
        Section(decisions=[ask("codes.check-gate", _("Who stands at the gate?"), inputs=inputs, acts=ways)]),
        Section(text=_("An emergency, a fire exit and the way home are never refused.")),
    ]
    return show(request, Page(title=_("Gate"), lead=_("Pass, call the desk, or medical: nothing else is shown here."), sections=sections))


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Requests to the province: to send, to answer, answered."""
    me, now = reader(request).actor, reader(request).now
    cards = queries.colour_requests(actor=me)
    by_state = {state: [card for card in cards if card.state == state] for state in ("proposed", "requested", "answered")}
    known = people.faces(actor=me, person_ids=[card.person_id for card in cards[-200:]])
    late = sum(card.answer_by is not None and card.answer_by <= now for card in by_state["requested"])
    tiles = [
        {"label": _("To send"), "value": len(by_state["proposed"]), "icon": "send"},
        {"label": _("Sent, not answered"), "value": len(by_state["requested"]), "icon": "hourglass"},
        {"label": _("Answer is late"), "value": late, "icon": "clock-exclamation", "tone": "stop" if late else ""},
    ]
    answers = [_answer(card, known) for card in by_state["requested"][:SHOWN]]
    sections = [
        Section(tiles=tiles, text=_("The province colours; this desk only asks and notes the answer.")),
        Section(heading=_("To send"), table=_proposed(by_state["proposed"][:SHOWN], known)),
        Section(
            heading=_("To answer"),
            decisions=answers,
            empty=None if answers else {"title": _("No answer is awaited"), "icon": "circle-check"},
        ),
        Section(heading=_("Answered"), table=_answered(by_state["answered"][-SHOWN:], known)),
    ]
    return show(request, Page(title=_("County code desk"), sections=sections))


def _name(card: queries.ColourCard, known: dict[UUID, people.FaceCard]) -> str:
    return known[card.person_id].masked_name if card.person_id in known else ""


def _proposed(cards: list[queries.ColourCard], known: dict[UUID, people.FaceCard]) -> Shape:
    rows = [({"text": _name(card, known), "id": card.id}, word("colour", card.wanted), word("why", card.reason), card.requested_at) for card in cards]
    bulk = {
        "name": "request_ids",
        "url": reverse("codes.request-colours"),
        "acts": [{"label": _("Send to the province"), "tone": "primary", "needs_selection": True}],
        "note": _("Not sent: no colour is asked for; a release paper still opens every gate."),
    }
    return table(_("Requests to send"), (_("Person"), _("Colour"), _("Because of"), _("Proposed")), rows, _("Nothing to send"), bulk=bulk)


def _answer(card: queries.ColourCard, known: dict[UUID, people.FaceCard]) -> Shape:
    inputs = [
        entry("colour", _("Colour"), "select", options=choices("colour", ("green", "yellow", "red"))),
        entry("source", _("Read where"), longest=40),
    ]
    return ask(
        "codes.record-answer",
        _("%(name)s: asked for %(colour)s") % {"name": _name(card, known), "colour": word("colour", card.wanted)},
        label=_("Note the answer"),
        ids={"request_id": card.id},
        inputs=inputs,
        otherwise=_("The answer counts as late and both desks are told."),
        due=card.answer_by,
    )


def _answered(cards: list[queries.ColourCard], known: dict[UUID, people.FaceCard]) -> Shape:
    rows = [
        (_name(card, known), word("colour", card.wanted), word("colour", card.colour), card.answer_source, card.answered_at)
        for card in reversed(cards)
    ]
    columns = (_("Person"), _("Asked for"), _("Answer"), _("Source"), _("Answered"))
    return table(_("Answers of the province"), columns, rows, _("No answer yet"))


urlpatterns = [path("gate/", gate, name="gate"), path("codes/", desk, name="codes")]
