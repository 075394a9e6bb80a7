"""The human door of cases: opinion and class, candidates judged one by one with a written reason."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.response.tracing import queries
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

SHOWN = 30
Faces = dict[UUID, people.FaceCard]


def _name(faces: Faces, person_id: UUID) -> str:
    return faces[person_id].masked_name if person_id in faces else ""


def cases_now(me: Actor) -> list[Shape]:
    """Cases to choose from in a form."""
    return [option(card.id, f"{card.sampled_at:%m-%d} {word('case', card.state)}") for card in queries.cases(actor=me)]


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """Cases: the experts' opinion, the class, whether it spread; each of these is a form for whose duty it is."""
    me = reader(request).actor
    cards = queries.cases(actor=me)
    faces = people.faces(actor=me, person_ids=[card.person_id for card in cards])
    waiting = [shape for card in cards for shape in _asked(me, card, _name(faces, card.person_id))]
    rows = [
        (
            {"text": _name(faces, card.person_id), "sub": faces[card.person_id].file_no if card.person_id in faces else ""},
            card.sampled_at,
            word("case", card.state),
            word("case", card.opinion) if card.opinion else _("none yet"),
            word("found", card.found) if card.found else _("outside control"),
        )
        for card in cards
    ]
    columns = (_("Person"), _("Sampled"), _("Class"), _("Opinion"), _("Found"))
    sections = [
        Section(decisions=waiting, empty=None if waiting else {"title": _("No case waits for you"), "icon": "circle-check"}),
        Section(heading=_("Infections"), table=table(_("Infections by first positive sampling"), columns, rows, _("No infection"))),
    ]
    return show(request, Page(title=_("Cases"), lead=_("Opinion and class are two people's acts."), sections=sections))


def _asked(me: Actor, card: queries.CaseCard, name: str) -> list[Shape]:
    found = []
    if Duty.EXPERT_GROUP in me.duties and not card.opinion:
        inputs = [entry("outcome", _("Opinion"), "select", options=choices("case", ("confirmed", "asymptomatic", "excluded")))]
        title = _("Opinion of the expert group: %(name)s") % {"name": name}
        otherwise = _("The person stays a preliminary positive.")
        found.append(ask("tracing.record-opinion", title, label=_("Give the opinion"), ids={"case_id": card.id}, inputs=inputs, otherwise=otherwise))
    if Duty.CASE_REGISTRAR in me.duties and card.opinion and card.entered_at is None:
        title = _("Enter the class: %(name)s, %(opinion)s") % {"name": name, "opinion": word("case", card.opinion)}
        otherwise = _("The class stays open; the query of the case's own window does not run.")
        found.append(ask("tracing.classify", title, label=_("Enter the class"), ids={"case_id": card.id}, otherwise=otherwise))
    if Duty.CDC_INVESTIGATOR in me.duties and card.found and card.spread is None:
        inputs = [entry("reason", _("Why"), "long")]
        acts = [
            {"label": _("No spread outside"), "tone": "primary", "name": "spread", "value": "false"},
            {"label": _("It spread outside"), "name": "spread", "value": "true"},
        ]
        title = _("Did it spread outside? %(name)s, %(found)s") % {"name": name, "found": word("found", card.found)}
        otherwise = _("The question stays open and is shown; the area is not downgraded over it.")
        found.append(ask("tracing.judge-spread", title, ids={"case_id": card.id}, inputs=inputs, acts=acts, otherwise=otherwise))
    return found


@login_required
def candidates(request: HttpRequest) -> HttpResponse:
    """Candidates with their evidence; an investigator judges each with a reason of his own words."""
    it = reader(request)
    cards = queries.candidates(actor=it.actor, open_only=True)
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in cards])
    judging = Duty.CDC_INVESTIGATOR in it.actor.duties
    shown = [_candidate(card, faces, judging=judging) for card in cards[:SHOWN]]
    tiles = [{"label": _("Candidates to judge"), "value": len(cards), "icon": "user-question"}]
    empty = None if shown else {"title": _("No candidate waits"), "icon": "circle-check"}
    sections = [Section(tiles=tiles), Section(decisions=shown, empty=empty), *_named(it.actor)]
    return show(request, Page(title=_("Candidates to judge"), lead=_("Evidence is shown; a named person judges each contact."), sections=sections))


def _candidate(card: queries.CandidateCard, faces: Faces, *, judging: bool) -> Shape:
    acts = [
        {"label": _("Close contact"), "tone": "primary", "name": "outcome", "value": "close-contact"},
        {"label": _("Exposed at an affected place"), "name": "outcome", "value": "exposed"},
        {"label": _("No contact"), "name": "outcome", "value": "none"},
    ]
    face = faces.get(card.person_id)
    facts: list[tuple[str, object]] = [(_("Home"), face.home if face else ""), (_("Source"), "、".join(word("source", one) for one in card.sources))]
    if card.link:
        facts.append((_("Link to the case"), word("link", card.link)))
    if kinds := sorted({kind for row in card.evidence for kind in row.get("kinds", ())}):
        facts.append((_("Kinds of places"), "、".join(word("place", kind) for kind in kinds)))
    if card.seconds:
        facts.append((_("Minutes together"), card.seconds // 60))
    if card.last_exposure_at:
        facts.append((_("Last exposure"), card.last_exposure_at))
    return ask(
        "tracing.judge-candidate",
        _("Judge %(name)s") % {"name": _name(faces, card.person_id)},
        ids={"candidate_id": card.id},
        inputs=[entry("reason", _("Reason of the judgement"), "long")] if judging else [],
        acts=acts if judging else [{"label": _("Evidence of the case"), "url": "/cases/"}],
        facts=facts,
        otherwise=_("The question stays open and is shown."),
    )


def _named(me: Actor) -> list[Section]:
    """Somebody whom the case named, here or elsewhere."""
    known = cases_now(me) if Duty.CDC_INVESTIGATOR in me.duties else []
    if not known:
        return []
    case = entry("case_id", _("Case"), "select", options=known, value=known[0]["value"])
    last = entry("last_exposure_at", _("Last exposure"), "moment")
    here = [case, entry("file_no", _("File number"), longest=40), entry("said", _("What was said"), longest=60), last]
    there = [case, entry("to_area", _("Lives in (another area)"), longest=100), last]
    forms = [
        ask("tracing.add-named", _("Somebody whom the case named"), label=_("Add as a candidate"), inputs=here),
        ask("tracing.send-referral", _("Refer a contact who lives elsewhere"), label=_("Send the referral"), inputs=there),
    ]
    return [Section(heading=_("From the interview"), decisions=forms)]


urlpatterns = [
    path("cases/", cases, name="cases"),
    path("candidates/", candidates, name="candidates"),
]
