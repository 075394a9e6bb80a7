"""The resident's own page: by slip code, at a phone operator's or a grid worker's side. Everything that is known about him, why, and who decided it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from epigrid.command.communication import queries as communication
from epigrid.field.care import actions as care
from epigrid.field.care import queries as cared
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import queries as sampled
from epigrid.interfaces.pages.sections import Page, Section, show, table
from epigrid.interfaces.refusals import words
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError
from epigrid.registers.access import queries as access
from epigrid.registers.people import actions as people
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.zones import queries as zoned
from epigrid.store import clock, reads

SESSION = "resident"


def slip(request: HttpRequest) -> HttpResponse:
    """Ask for the slip code; too many wrong ones from one address wait."""
    fault = ""
    if request.method == "POST":
        try:
            actor, area = access.resident_by_code(
                code=request.POST.get("code", ""), origin=request.META.get("REMOTE_ADDR", ""), now=datetime.now(UTC)
            )
            request.session[SESSION] = {"person": str(actor.person_id), "area": str(area)}
            return HttpResponseRedirect("/me/")
        except DomainError as refusal:
            fault = words(refusal)
    return render(request, "slip.html", {"fault": fault}, status=200 if not fault else 422)


def me(request: HttpRequest) -> HttpResponse:
    """The resident's page, and what he asks for on it."""
    known = request.session.get(SESSION)
    if not known:
        return slip(request)
    actor, area = Actor.resident(UUID(known["person"])), Area(known["area"])
    now = clock.now(area.root)
    if request.method == "POST" and "act" in request.POST:
        _ask(request, actor, now)
        return HttpResponseRedirect("/me/")
    request.root, request.now = area.root, now  # type: ignore[attr-defined]
    return show(request, _page(actor, now))


def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this device."""
    request.session.pop(SESSION, None)
    return HttpResponseRedirect("/me/")


def _ask(request: HttpRequest, actor: Actor, now: datetime) -> None:
    person_id, verb = UUID(str(actor.person_id)), request.POST["act"]
    if verb == "care":
        care.ask(actor=actor, person_id=person_id, kind=request.POST.get("answer", "other"), channel="page", now=now)
    elif verb == "emergency":
        care.call_emergency(actor=actor, person_id=person_id, channel="page", now=now)
    elif verb == "correct":
        people.ask_correction(actor=actor, person_id=person_id, field=request.POST.get("answer", "name"), now=now)
    elif verb == "appeal":
        quarantine.file_appeal(actor=actor, measure_id=UUID(request.POST["id"]), ground=request.POST.get("answer", "other"), now=now)


def _page(actor: Actor, now: datetime) -> Page:
    person_id = UUID(str(actor.person_id))
    status = coded.status(actor=actor, person_id=person_id, now=now)
    shown = {"clear": _("Nothing binds you."), "hold": _("Please wait at home for your retest."), "stay": _("Please stay where your paper says.")}
    sections = [
        Section(heading=_("My status"), facts=[(_("Status"), shown[status.status])]),
        Section(verdicts=_measures(actor, person_id, now)),
        *_appeals(actor, person_id, now),
        Section(heading=_("My tests"), table=_tests(actor, person_id)),
        Section(heading=_("What I asked for"), table=_requests(actor, person_id)),
        Section(acts=_wishes(), url="/me/", hidden=[("act", "care")]),
        Section(acts=[{"label": _("Emergency: call an ambulance"), "tone": "stop"}], url="/me/", hidden=[("act", "emergency")]),
        Section(heading=_("Messages to me"), table=_messages(actor, person_id)),
        Section(heading=_("Who read my data"), table=_reads(actor, person_id)),
        Section(acts=_corrections(), url="/me/", hidden=[("act", "correct")]),
        Section(acts=[{"label": _("Close this page"), "url": "/me/leave/"}]),
    ]
    return Page(title=_("My page"), lead=_("Everything that is known about you here, why, and who decided it."), sections=sections)


def _measures(actor: Actor, person_id: UUID, now: datetime) -> list[dict[str, Any]]:
    kinds = {
        "hold": _("Wait for the retest"),
        "site": _("Quarantine at a site"),
        "home": _("Quarantine at home"),
        "treatment": _("Isolation for treatment"),
    }
    found = []
    for card in measures.measures_of(actor=actor, person_id=person_id):
        ended = not card.active(now)
        facts = [
            card.basis,
            _("Clause: %(clause)s") % {"clause": card.clause_id},
            _("Line for questions and appeals: %(line)s") % {"line": card.contact_line},
        ]
        found.append(
            {
                "outcome": kinds[card.kind],
                "reason_text": _("Over: %(reason)s") % {"reason": card.end_reason} if ended else _("In force"),
                "tone": "ok" if ended else "wait",
                "clause": card.clause_id,
                "edition": card.edition[:12],
                "evidence": facts,
                "changes_at": card.ends_at,
                "changes": [] if ended else [_("It ends at this moment by itself.")],
            }
        )
    for duty in zoned.stay_reasons(actor=actor, person_ids=[person_id], now=now).get(person_id, ()):
        found.append(
            {
                "outcome": _("Stay at home: your building is in an area"),
                "reason_text": _("Hotline: %(line)s") % {"line": duty.hotline},
                "tone": "wait",
                "clause": duty.clause_id,
                "edition": duty.edition[:12],
                "changes_at": duty.until,
                "changes": [_("It ends at this moment by itself, or earlier when the area is downgraded.")],
            }
        )
    return found


def _appeals(actor: Actor, person_id: UUID, now: datetime) -> list[Section]:
    found = []
    grounds = (("wrong-person", _("I am the wrong person")), ("no-contact", _("I had no contact")), ("care-needed", _("I need care")))
    for cards in measures.active_measures(actor=actor, person_ids=[person_id], now=now).values():
        for card in cards:
            acts = [{"label": label, "name": "answer", "value": ground} for ground, label in grounds]
            found.append(Section(heading=_("Appeal"), acts=acts, url="/me/", hidden=[("act", "appeal"), ("id", str(card.id))]))
    rows = [(card.filed_at, card.ground, card.answer or _("waits for an answer")) for card in measures.appeals(actor=actor, person_id=person_id)]
    if rows:
        found.append(Section(table=table(_("My appeals"), (_("Filed"), _("Ground"), _("Answer")), rows, "")))
    return found


def _tests(actor: Actor, person_id: UUID) -> dict[str, Any]:
    outcomes = {"negative": _("negative"), "positive": _("positive"), "": _("awaited")}
    rows = [
        (card.sampled_at, card.label, _("alone") if card.single else _("in a pool"), outcomes.get(card.outcome, card.outcome))
        for card in sampled.readings_of(actor=actor, person_id=person_id)
    ]
    return table(_("My tests"), (_("Sampled"), _("Tube"), _("How"), _("Result")), rows, _("No tests"))


def _requests(actor: Actor, person_id: UUID) -> dict[str, Any]:
    rows = [(card.asked_at, card.kind, card.state, card.answer) for card in cared.requests(actor=actor, person_id=person_id)]
    return table(_("What I asked for"), (_("Asked"), _("What"), _("State"), _("Answer")), rows, _("You have asked for nothing yet"))


def _wishes() -> list[dict[str, Any]]:
    kinds = (("medicine", _("Medicine")), ("food", _("Food")), ("waste", _("Waste")), ("dialysis", _("Dialysis")), ("other", _("Please call me")))
    return [{"label": label, "name": "answer", "value": kind} for kind, label in kinds]


def _corrections() -> list[dict[str, Any]]:
    fields = (("name", _("My name is wrong")), ("phone", _("My phone number is wrong")), ("address", _("My address is wrong")))
    return [{"label": label, "name": "answer", "value": field} for field, label in fields]


def _messages(actor: Actor, person_id: UUID) -> dict[str, Any]:
    rows = [(card.sent_at, card.key) for card in communication.messages_to(actor=actor, person_id=person_id)]
    return table(_("Messages to me"), (_("Sent"), _("About")), rows, _("No messages"))


def _reads(actor: Actor, person_id: UUID) -> dict[str, Any]:
    rows = [(card.at, ", ".join(card.duties), ", ".join(card.fields), card.purpose) for card in reads.of_person(actor=actor, person_id=person_id)]
    return table(_("Who read my data"), (_("When"), _("Duty"), _("What"), _("Purpose")), rows, _("Nobody has read your name, number or address"))
