"""The resident's own page: by the code on his slip, or opened by a phone operator or grid worker at his side, who sees the same page.

Everything that is known about him: what binds him, why, by which clause, since and until when, which office decided, whom to call; his tests, what he
asked for, who read his data. A name of a decider is never shown.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.antigen import queries as antigen
from epigrid.field.care import queries as cared
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError
from epigrid.registers.access import queries as access
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import queries as measures
from epigrid.response.zones import queries as zoned
from epigrid.store import clock, reads
from epigrid.store.doors import RESIDENT, at_home, reader, resident
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, own_tabs, show, table, word

GROUNDS = ("wrong-person", "no-contact", "days-wrong", "home-instead", "care-needed", "other")
WISHES = ("medicine", "food", "waste", "dialysis", "pet", "consolation", "complaint", "other")
FIELDS = ("name", "phone", "address", "birth_date", "household", "needs")


@dataclass(frozen=True, kw_only=True)
class Own:
    """Whose page, where, when."""

    actor: Actor
    person_id: UUID
    area: Area
    now: datetime


def me(request: HttpRequest) -> HttpResponse:
    """The page, or the question for the slip's code."""
    known = resident(request)
    if known is None or not _still_allowed(request):
        request.session.pop(RESIDENT, None)
        return _slip(request)
    actor, area = known
    at_home(request)
    it = reader(request)
    own = Own(actor=actor, person_id=UUID(str(actor.person_id)), area=area, now=it.now)
    view = "record" if request.GET.get("view") == "record" else "status"
    sections = _record(own) if view == "record" else _status(own)
    leave = [{"label": _("Close this page"), "url": "/me/leave/", "icon": "logout"}]
    lead = _("Everything that is known about you here, why, and which office decided it.")
    if it.actor is not None:
        lead = _("You read this page in the resident's name; your reading is on it.")
    return show(request, Page(title=_("My page"), lead=lead, tabs=own_tabs(view), sections=sections, acts=leave))


def _still_allowed(request: HttpRequest) -> bool:
    """A page that a worker opened is his only, and only while a duty of his covers the resident's area."""
    known, actor = request.session[RESIDENT], reader(request).actor
    if "by" not in known:
        return actor is None
    return actor is not None and str(actor.id) == known["by"] and any(area.covers(known["area"]) for area in actor.areas())


def _slip(request: HttpRequest) -> HttpResponse:
    """Ask for the slip's code; too many wrong ones from one address wait."""
    fault = ""
    if request.method == "POST":
        try:
            origin = request.META.get("REMOTE_ADDR", "")
            actor, area = access.resident_by_code(code=request.POST.get("code", ""), origin=origin, now=datetime.now(UTC))
        except DomainError as refusal:
            fault = word("refusal", refusal.reason)
        else:
            request.session.cycle_key()
            request.session[RESIDENT] = {"person": str(actor.person_id), "area": str(area)}
            return HttpResponseRedirect("/me/")
    return render(request, "slip.html", {"fault": fault}, status=422 if fault else 200)


def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this device."""
    request.session.pop(RESIDENT, None)
    return HttpResponseRedirect("/" if reader(request).actor is not None else "/me/")


def _status(own: Own) -> list[Section]:
    cards = measures.measures_of(actor=own.actor, person_id=own.person_id)
    duties = zoned.stay_reasons(actor=own.actor, person_ids=[own.person_id], now=own.now).get(own.person_id, [])
    deciders = {card.decided_by for card in cards if card.decided_by} | {duty.decided_by for duty in duties if duty.decided_by}
    offices = organisation.offices(actor=own.actor, holder_ids=sorted(deciders)) if deciders else {}
    active = [card for card in cards if card.active(own.now)]
    over = [card for card in cards if card.ended_at is not None or (card.ends_at is not None and card.ends_at <= own.now)]
    chip = "status.stay" if duties or any(card.kind != "hold" for card in active) else "status.hold" if active else "status.clear"
    shown = {
        "status.clear": _("Nothing binds you."),
        "status.hold": _("Please wait at home for your retest."),
        "status.stay": _("Please stay where your paper says."),
    }
    tubes = [card.tube_id for card in active if card.tube_id is not None]
    told = antigen.positives(actor=own.actor, report_ids=tubes) if tubes else {}
    verdicts = [_measure(card, offices, own, because="hold-antigen" if card.tube_id in told else card.kind) for card in active] + [
        _zone(duty, offices, own) for duty in duties
    ]
    sections = [
        Section(heading=_("My status"), answer={"chip": chip}, text=shown[chip]),
        Section(heading=_("What binds me, and why") if verdicts else "", verdicts=verdicts),
        Section(decisions=[_appeal(card) for card in active]),
        Section(heading=_("What I need"), decisions=[_emergency(own), _wish(own)]),
    ]
    if over:
        sections.append(Section(heading=_("What is over"), table=_over(over, offices)))
    return sections


def _office(offices: dict[UUID, tuple[str, str]], decider: UUID | None) -> str:
    body, duty = offices.get(decider, ("", "")) if decider else ("", "")
    return f"{body} · {word('duty', duty)}" if body else _("not on record")


def _local(own: Own, moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.zone(own.area)):%Y-%m-%d %H:%M}" if moment else ""


def _measure(card: measures.MeasureCard, offices: dict[UUID, tuple[str, str]], own: Own, *, because: str) -> Shape:
    return {
        "outcome": word("measure", card.kind),
        "reason_text": word("because", because),
        "tone": "wait",
        "clause": f"{card.basis} · {card.clause_id}",
        "edition": card.edition[:12],
        "evidence": [
            _("Since: %(moment)s") % {"moment": _local(own, card.starts_at)},
            _("At the latest until: %(moment)s") % {"moment": _local(own, card.ends_at)},
            _("Decided by: %(office)s") % {"office": _office(offices, card.decided_by)},
            _("Paper: %(number)s") % {"number": card.number} if card.number else _("Told by phone or at the door"),
            _("Line for questions and appeals: %(line)s") % {"line": card.contact_line},
        ],
        "changes_at": card.ends_at,
        "changes": [_("A negative retest, a judgement or an upheld appeal ends it earlier.")],
    }


def _zone(duty: zoned.StayReason, offices: dict[UUID, tuple[str, str]], own: Own) -> Shape:
    review = organisation.nearest(actor=own.actor, kind="appeals", area=own.area)
    return {
        "outcome": f"{word('measure', 'zone')}（{word('level', duty.level)}）",
        "reason_text": word("because", "zone"),
        "tone": "wait",
        "clause": duty.clause_id,
        "edition": duty.edition[:12],
        "evidence": [
            _("Since: %(moment)s") % {"moment": _local(own, duty.since)},
            _("At the latest until: %(moment)s") % {"moment": _local(own, duty.until)},
            _("Decided by: %(office)s") % {"office": _office(offices, duty.decided_by)},
            _("Hotline: %(line)s") % {"line": duty.hotline},
            _("Appeals: %(body)s, %(line)s") % {"body": review.name, "line": review.line},
        ],
        "changes_at": duty.until,
        "changes": [_("It ends earlier when the area is downgraded.")],
    }


def _appeal(card: measures.MeasureCard) -> Shape:
    return ask(
        "quarantine.file-appeal",
        _("Appeal: %(measure)s") % {"measure": word("measure", card.kind)},
        label=_("Appeal"),
        ids={"measure_id": card.id},
        inputs=[entry("ground", _("Why"), "select", options=choices("ground", GROUNDS))],
        text=_("Somebody who did not decide it answers you in writing; until then it runs on. You may also call the line above."),
    )


def _emergency(own: Own) -> Shape:
    acts = [{"label": _("Call an ambulance"), "tone": "stop", "icon": "ambulance"}]
    text = _("Nothing is checked before the ambulance is called.")
    return ask("care.call-emergency", _("Emergency"), ids={"person_id": own.person_id, "channel": "page"}, acts=acts, text=text, urgent=True)


def _wish(own: Own) -> Shape:
    inputs = [entry("kind", _("I need"), "select", options=choices("care", WISHES))]
    ids = {"person_id": own.person_id, "channel": "page"}
    return ask("care.ask", _("Ask for something"), label=_("Ask"), ids=ids, inputs=inputs)


def _over(cards: list[measures.MeasureCard], offices: dict[UUID, tuple[str, str]]) -> Shape:
    rows = [
        (
            {"text": word("measure", card.kind), "sub": card.number},
            card.starts_at or "",
            card.ended_at or card.ends_at or "",
            word("end", card.end_reason or "lapsed"),
            _office(offices, card.decided_by) if card.decided_by else _("never decided"),
        )
        for card in cards
    ]
    return table(_("Measures that are over"), (_("Measure"), _("Since"), _("Over since"), _("Why it ended"), _("Decided by")), rows, "")


def _record(own: Own) -> list[Section]:
    correct = ask(
        "people.ask-correction",
        _("Something about me is wrong"),
        label=_("Ask for a correction"),
        ids={"person_id": own.person_id},
        inputs=[entry("field", _("What is wrong"), "select", options=choices("field", FIELDS))],
    )
    return [
        Section(heading=_("My tests"), table=_tests(own)),
        _asked(own),
        Section(heading=_("My ways to hospital"), table=_exits(own)),
        Section(heading=_("My appeals"), table=_appeals(own)),
        Section(heading=_("Who read my data"), table=_reads(own)),
        Section(heading=_("Corrections"), decisions=[correct], table=_corrections(own)),
    ]


def _tests(own: Own) -> Shape:
    rows = [
        (card.sampled_at, card.label, _("alone") if card.single else _("in a pool"), word("result", card.outcome or "pending"))
        for card in reversed(sampled.readings_of(actor=own.actor, person_id=own.person_id))
    ]
    return table(_("My tests"), (_("Sampled"), _("Tube"), _("How"), _("Result")), rows, _("No tests"))


def _asked(own: Own) -> Section:
    """What he asked for, with times and what it cost; what stands at the door he confirms."""
    cards = cared.requests(actor=own.actor, person_id=own.person_id)
    rows = [
        (
            card.asked_at,
            word("care", card.kind),
            word("state", card.state),
            card.claimed_at or "",
            card.answered_at or "",
            {"text": _("%(yuan)s yuan") % {"yuan": f"{card.amount_cents / 100:.2f}"}, "sub": card.receipt} if card.amount_cents else "",
            card.answer,
        )
        for card in reversed(cards)
    ]
    columns = (_("Asked"), _("What"), _("State"), _("Taken on"), _("Delivered or answered"), _("Cost and receipt"), _("Answer"))
    came = [
        ask("care.confirm", _("Did it come? %(what)s") % {"what": word("care", card.kind)}, label=_("It came"), ids={"request_id": card.id})
        for card in cards
        if card.waits_for_confirming
    ]
    return Section(
        heading=_("What I asked for"), decisions=came, table=table(_("What I asked for"), columns, rows, _("You have asked for nothing yet"))
    )


def _exits(own: Own) -> Shape:
    rows = [
        (card.asked_at, word("exit", card.reason), card.granted_at or "", card.out_at or "", card.back_at or "", card.vehicle)
        for card in cared.exits(actor=own.actor, person_id=own.person_id)
    ]
    columns = (_("Asked"), _("Why"), _("Granted"), _("Out"), _("Back"), _("Vehicle"))
    return table(_("My ways to hospital"), columns, rows, _("None yet"))


def _appeals(own: Own) -> Shape:
    cards = measures.appeals(actor=own.actor, person_id=own.person_id)
    rows = [(card.filed_at, word("ground", card.ground), card.answer or _("waits for an answer")) for card in cards]
    return table(_("My appeals"), (_("Filed"), _("Ground"), _("Answer")), rows, _("No appeal"))


def _reads(own: Own) -> Shape:
    rows = [
        (
            card.at,
            "、".join(word("duty", duty) for duty in card.duties),
            "、".join(word("field", field) for field in card.fields),
            word("purpose", card.purpose),
        )
        for card in reads.of_person(actor=own.actor, person_id=own.person_id)
    ]
    return table(_("Who read my data"), (_("When"), _("Duty"), _("What"), _("Purpose")), rows, _("Nobody has read your name, number or address"))


def _corrections(own: Own) -> Shape:
    cards = people.corrections(actor=own.actor, person_id=own.person_id)
    said = {None: _("waits for an answer"), True: _("corrected"), False: _("not changed")}
    rows = [(card.asked_at, word("field", card.field), said[card.accepted], card.reason) for card in cards]
    return table(_("Corrections I asked for"), (_("Asked"), _("What"), _("State"), _("Answer")), rows, _("None asked for"))


urlpatterns = [path("me/", me, name="me"), path("me/leave/", leave, name="me-leave")]
