"""The human door of care: what residents asked for, ways to hospital, telephone rounds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.care import queries, rules
from epigrid.field.care.actions.calls import PLANNERS
from epigrid.field.care.actions.exits import DESK
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.store import clock
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

SHOWN = 40
PARTS = ("A", "B", "C", "D", "E")
Faces = Mapping[UUID, people.FaceCard]


@login_required
def care(request: HttpRequest) -> HttpResponse:
    """Requests; ways to hospital (`view=exits`); telephone rounds (`view=calls`)."""
    it = reader(request)
    view = it.GET.get("view", "")
    views = (("", _("Requests")), ("exits", _("Ways to hospital")), ("calls", _("Telephone rounds")))
    tabs = [{"label": label, "url": f"/care/?view={key}" if key else "/care/", "current": key == view} for key, label in views]
    sections = {"exits": _exits, "calls": _calls}.get(view, _requests)(it)
    return show(
        request, Page(title=_("Residents' requests"), lead=_("A target time reminds; it never closes or refuses."), sections=sections, tabs=tabs)
    )


def _who(card: queries.RequestCard | queries.ExitCard | queries.CallCard, known: Faces) -> str:
    return known[card.person_id].masked_name if card.person_id in known else ""


def _requests(it: Reader) -> list[Section]:
    """Open requests by their target moment, those that nobody has taken on first; answered ones below."""
    cards = queries.requests(actor=it.actor)
    waiting = [card for card in cards if card.state in rules.OPEN]
    waiting.sort(key=lambda card: (not card.unclaimed, card.due_at or card.asked_at, card.id))
    closed = [card for card in reversed(cards) if card.state not in rules.OPEN][:SHOWN]
    known = people.faces(actor=it.actor, person_ids=[card.person_id for card in [*waiting[:SHOWN], *closed]])
    offices = organisation.offices(actor=it.actor, holder_ids=[card.claimed_by for card in waiting if card.claimed_by])
    asked = [one for card in waiting[:SHOWN] for one in _request(card, known, offices, it)]
    free = sum(card.unclaimed for card in waiting)
    tiles = [
        {"label": _("Nobody has taken it on"), "value": free, "icon": "heart-handshake", "tone": "wait" if free else ""},
        {"label": _("Taken on"), "value": len(waiting) - free},
        {"label": _("Brought, not confirmed"), "value": sum(card.waits_for_confirming for card in cards)},
    ]
    rows = [
        (card.asked_at, word("care", card.kind), _who(card, known), word("state", card.state), _cost(card), card.answered_at or "", card.answer)
        for card in closed
    ]
    columns = (_("Asked"), _("What"), _("Person"), _("State"), _("Cost and receipt"), _("Delivered or answered"), _("Answer"))
    return [
        Section(tiles=tiles),
        Section(decisions=asked, empty=None if asked else {"title": _("No open request"), "icon": "circle-check"}),
        Section(heading=_("Answered"), table=table(_("Answered requests"), columns, rows, _("Nothing answered yet"))),
    ]


def _cost(card: queries.RequestCard) -> Shape | str:
    if card.amount_cents is None:
        return ""
    return {"text": _("%(yuan)s yuan") % {"yuan": f"{card.amount_cents / 100:.2f}"}, "sub": card.receipt}


def _request(card: queries.RequestCard, known: Faces, offices: Mapping[UUID, tuple[str, str]], it: Reader) -> list[Shape]:
    """One request with its next step: take it on, note what was bought, say that it stands at the door; words answer it at any time."""
    face = known.get(card.person_id)
    title = f"{word('care', card.kind)}{f' · {face.masked_name}' if face else ''} · {word('state', card.state)}"
    office = offices.get(card.claimed_by, ("", ""))[0] if card.claimed_by else ""
    text = [f"{face.home} · {word('channel', card.channel)}" if face else "", _("Taken on by: %(office)s") % {"office": office} if office else ""]
    more: Shape = {
        "ids": {"request_id": card.id},
        "otherwise": _("It goes up to the subdistrict when its target time has passed."),
        "due": card.due_at,
        "urgent": card.due_at is not None and card.due_at <= it.now,
        "text": " · ".join(one for one in text if one),
    }
    if card.unclaimed:
        return [ask("care.claim", title, label=_("Take it on"), **more)]
    answer = ask("care.answer", title, label=_("Answer"), inputs=[entry("answer", _("What was done"), "long")], **more)
    if card.claimed_by != it.actor.id:
        return [answer]
    if card.state == "bought":
        return [ask("care.deliver", title, label=_("It stands at the door"), **more)]
    bought = [entry("amount_cents", _("Cost in cents"), "number"), entry("receipt", _("Number or line of the receipt"), longest=40)]
    first = ask("care.buy", title, label=_("Bought"), inputs=bought, **more) if card.kind in rules.FETCHED else answer
    why = [entry("reason", _("Why"), "select", options=choices("give-back", rules.GIVE_BACK))]
    return [first, ask("care.give-back", title, label=_("Give back"), ids=more["ids"], inputs=why)]


def _exits(it: Reader) -> list[Section]:
    """Ways to hospital: open ones with their next step, the closed loops below, and the count from the records."""
    cards = queries.exits(actor=it.actor)
    open_ones = [card for card in cards if card.back_at is None][:SHOWN]
    closed = [card for card in cards if card.back_at is not None][:SHOWN]
    known = people.faces(actor=it.actor, person_ids=[card.person_id for card in [*open_ones, *closed]])
    bodies = {card.id: card.name for card in organisation.bodies(actor=it.actor, kind="hospital")}
    week = queries.count_exits(actor=it.actor, area=it.root, since=it.now - timedelta(days=7), until=it.now + timedelta(seconds=1))
    tiles = [
        {"label": _("Asked in seven days"), "value": week.asked, "icon": "ambulance"},
        {"label": _("Trips"), "value": week.trips},
        {"label": _("of them emergencies"), "value": week.emergencies},
        {"label": _("Back"), "value": week.back},
    ]
    rows = [
        (card.asked_at, word("exit", card.reason), _who(card, known), word("exit-step", card.step), card.vehicle, bodies.get(card.hospital_id, "") if card.hospital_id else "",
         card.granted_at or "", card.out_at or "", card.back_at or "")
        for card in [*(card for card in open_ones if card.step == "asked"), *closed]
    ]  # fmt: skip
    columns = (_("Asked"), _("Why"), _("Person"), _("Step"), _("Vehicle"), _("Hospital"), _("Granted"), _("Out"), _("Back"))
    grants = bool(it.actor.duties & set(DESK))
    steps = [_exit(card, known, bodies) for card in open_ones if card.step != "asked" or grants]
    return [
        Section(tiles=tiles, text=_("An emergency is granted when it is called; what is written about it comes later.")),
        Section(decisions=steps, empty=None if steps else {"title": _("Nobody is on the way"), "icon": "circle-check"}),
        Section(heading=_("Waiting for the desk, and closed"), table=table(_("Ways to hospital and back"), columns, rows, _("None yet"))),
    ]


def _exit(card: queries.ExitCard, known: Faces, bodies: Mapping[UUID, str]) -> Shape:
    title = f"{word('exit', card.reason)} · {_who(card, known)} · {word('exit-step', card.step)}"
    more: Shape = {"ids": {"exit_id": card.id}, "urgent": card.urgency == "emergency", "text": word("urgency", card.urgency)}
    if card.step == "asked":
        return ask("care.grant-exit", title, label=_("Grant"), otherwise=_("He waits; an emergency never does."), **more)
    if card.step == "granted":
        hospitals = [option(one, name) for one, name in bodies.items()]
        inputs = [
            entry("vehicle", _("Vehicle"), longest=40),
            entry("at", _("Left at"), "moment", optional=True, hint=_("Left empty: now.")),
            entry("hospital_id", _("Hospital"), "select", options=hospitals, optional=True),
        ]
        return ask("care.note-exit-out", title, label=_("Out"), inputs=inputs, **more)
    return ask("care.note-exit-back", title, label=_("Back"), inputs=[entry("at", _("Back at"), "moment", optional=True)], **more)


def _calls(it: Reader) -> list[Section]:
    """The latest telephone round: how far each caller is, and the lines of my own list (the desk: those where something is to be seen)."""
    rounds = queries.call_rounds(actor=it.actor)
    plans = bool(it.actor.duties & set(PLANNERS))
    plan = [Section(heading=_("A new round"), decisions=[_plan(it.actor, it.root, it.now)])] if plans else []
    if not rounds:
        return [Section(empty={"title": _("No telephone round yet"), "icon": "phone"}), *plan]
    last = rounds[0]
    progress = queries.call_progress(actor=it.actor, round_id=last.id)
    own = [card for card in queries.calls(actor=it.actor, round_id=last.id, open_only=True) if card.caller_id == it.actor.id][:SHOWN]
    known = people.faces(actor=it.actor, person_ids=[card.person_id for card in own])
    heading = f"{word('call-reason', last.reason)} · {last.planned_at.astimezone(clock.zone(last.area)):%Y-%m-%d %H:%M}"
    ends = ask("care.close-calls", _("End this round"), label=_("End"), ids={"round_id": last.id}, text=_("Its lists leave the callers' phones."))
    return [
        Section(heading=heading, table=_progress(it.actor, progress), decisions=[ends] if plans and last.closed_at is None else []),
        *([Section(heading=_("My list"), decisions=[_call(card, known) for card in own])] if own else []),
        *plan,
    ]


def _progress(actor: Actor, cards: Sequence[queries.PartCard]) -> Shape:
    numbers: dict[str, int] = {}
    rows = []
    for card in cards:
        numbers[card.part] = numbers.get(card.part, 0) + 1
        mine = _("my list") if card.caller_id == actor.id else _("caller %(number)d") % {"number": numbers[card.part]}
        rows.append((card.part, mine, card.households, card.called, card.reached, card.households - card.reached, card.unwell))
    labels = (_("Households"), _("Called"), _("Reached"), _("Not reached"), _("Somebody unwell"))
    columns = [{"label": _("Part")}, {"label": _("Caller")}, *({"label": label, "numeric": True} for label in labels)]
    return table(_("How far each list is"), columns, rows, _("No list that you see"))


def _call(card: queries.CallCard, known: Faces) -> Shape:
    face = known.get(card.person_id)
    inputs = [
        entry("result", _("What came of it"), "select", options=choices("called", rules.CALL_RESULTS)),
        entry("tested", _("Test"), "select", options=choices("tested", rules.TESTED), optional=True),
        entry("health", _("Health"), "select", options=choices("health", rules.HEALTH), optional=True),
        entry("people_inside", _("How many live there"), "number", optional=True),
    ]
    title = f"{card.place_in_list} · {face.masked_name if face else ''}"
    text = f"{face.home} · {face.file_no}" if face else ""
    return ask("care.record-call", title, label=_("Note"), ids={"item_id": card.id}, inputs=inputs, text=text)


def _plan(actor: Actor, root: Area, now: datetime) -> Shape:
    """A round of the desk's own area with all its phone operators, in parts A to E where there are as many; leaders and buildings by the machine door."""
    area = actor.areas(PLANNERS)[0]
    callers = organisation.holders(actor=actor, duty=Duty.PHONE_OPERATOR, area=area, now=now)
    parts = [PARTS[number % len(PARTS)] for number in range(len(callers))] if len(callers) >= len(PARTS) else ["A"] * len(callers)
    ids = {
        "area": str(area),
        "parts.part": sorted(set(parts)),
        "parts.leader_id": [actor.id] * len(set(parts)),
        "callers.part": parts,
        "callers.caller_id": callers,
    }
    text = _("%(callers)d phone operators in parts %(parts)s; each household is on exactly one list.") % {
        "callers": len(callers), "parts": "、".join(sorted(set(parts))) or "-",
    }  # fmt: skip
    inputs = [entry("reason", _("Why"), "select", options=choices("call-reason", rules.CALL_REASONS))]
    return ask("care.plan-calls", _("Deal the households out to the callers"), label=_("Deal out"), ids=ids, inputs=inputs, text=text)


urlpatterns = [path("care/", care, name="care")]
