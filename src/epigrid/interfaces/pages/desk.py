"""First pages of the desk: situation, outbreak, roll-call, tasks. Each reads queries and offers the acts of the reader's duties."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from epigrid.command.communication import queries as communication
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import queries as tasked
from epigrid.interfaces.pages.sections import Page, Section, show, table
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import queries as zoned

View = Callable[..., HttpResponse]


class Reader(HttpRequest):
    """A request after the middleware: who acts, at what moment."""

    actor: Actor
    now: datetime


def reader(request: HttpRequest) -> Reader:
    """The request as the middleware left it."""
    return cast(Reader, request)


@login_required
def situation(request: HttpRequest) -> HttpResponse:
    """What stands in my areas, and what waits for my decision, with what happens if I do nothing."""
    me, now = reader(request).actor, reader(request).now
    active = measures.all_active(actor=me, now=now)
    zones = zoned.active(actor=me, now=now)
    tiles = [
        {"label": _("Infections"), "value": len(traced.cases(actor=me)), "icon": "virus"},
        {"label": _("People held until a retest"), "value": sum(card.kind == "hold" for card in active), "icon": "clock-pause"},
        {"label": _("People in quarantine or treatment"), "value": sum(card.kind != "hold" for card in active), "icon": "home-check"},
        {"label": _("High-risk and provisional areas"), "value": sum(card.level != "low" for card in zones), "icon": "alert-triangle"},
        {"label": _("Open tasks"), "value": tasked.open_count(actor=me), "icon": "list-check"},
    ]
    decisions = waiting(me, now)
    sections = [
        Section(tiles=tiles),
        Section(
            heading=_("Decisions that wait for me"),
            decisions=decisions,
            empty=None if decisions else {"title": _("Nothing waits for your decision"), "icon": "circle-check"},
        ),
        _clocks(me, now),
        Section(heading=_("Inbox"), table=_inbox(me)),
    ]
    return show(request, Page(title=_("Situation"), lead=_("Your areas, at the present moment of this tree's clock."), sections=sections))


def waiting(me: Actor, now: datetime) -> list[dict[str, Any]]:
    """Everything that waits for one of the reader's duties."""
    found: list[dict[str, Any]] = []
    if me.duties & {Duty.CDC_DUTY_OFFICER}:
        found += _holds(me)
    if me.duties & {Duty.COUNTY_EOC_OFFICER}:
        found += _orders(me)
    if me.duties & {Duty.CITY_EOC_OFFICE}:
        found += _zones(me)
    if me.duties & {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR}:
        found += _releases(me)
    if me.duties & {Duty.APPEALS_REVIEWER}:
        found += _appeals(me)
    return found


def _decision(title: str, otherwise: str, verb: str, label: str, ids: Sequence[UUID], **more: Any) -> dict[str, Any]:
    hidden = [("act", verb), *(("id", str(one)) for one in ids)]
    acts = more.pop("acts", [{"label": label, "tone": "primary", "confirm": title}])
    return {"title": title, "otherwise": otherwise, "url": "/act/", "hidden": hidden, "acts": acts, **more}


def _holds(me: Actor) -> list[dict[str, Any]]:
    by_tube: dict[UUID, list[measures.MeasureCard]] = {}
    for card in measures.holds(actor=me, states=("proposed",)):
        if card.tube_id is not None:
            by_tube.setdefault(card.tube_id, []).append(card)
    return [
        _decision(
            _("Hold %(count)d people of tube %(tube)s until their retest")
            % {"count": len(cards), "tube": sampled.tube(actor=me, tube_id=tube_id).label},
            _("Nobody is held; the retests are not ordered."),
            "hold.issue",
            _("Issue the holds"),
            [card.id for card in cards],
            facts=[(card.masked_name, address(me, card)) for card in people.people(actor=me, ids=[one.person_id for one in cards])],
            urgent=True,
        )
        for tube_id, cards in by_tube.items()
    ]


def address(me: Actor, card: people.PersonCard) -> str:
    """Where a person lives, by the place register."""
    if card.dwelling_id is None:
        return ""
    return places.place(actor=me, place_id=card.dwelling_id).full_name


def _orders(me: Actor) -> list[dict[str, Any]]:
    found = []
    for card in measures.orders(actor=me, states=("proposed",)):
        person = people.person(actor=me, person_id=card.person_id)
        kinds = {"site": _("Quarantine at a site"), "home": _("Quarantine at home"), "treatment": _("Isolation for treatment")}
        found.append(
            _decision(
                f"{kinds[card.kind]}: {person.masked_name} {address(me, person)}",
                _("The person is not bound by an order."),
                "order.issue",
                _("Issue the order"),
                [card.id],
                facts=[(_("Last exposure"), card.last_exposure_at)] if card.last_exposure_at else [],
            )
        )
    return found


def _zones(me: Actor) -> list[dict[str, Any]]:
    found = []
    for card in zoned.zones(actor=me, states=("proposed",)):
        found.append(
            _decision(
                _("Decide %(level)s: %(place)s") % {"level": level_name(card.level), "place": names(me, card)},
                _("The proposal stays a proposal: nobody is bound."),
                "zone.decide",
                _("Decide after the expert group"),
                [card.id],
                facts=[(_("Households"), len(zoned.households(actor=me, zone_id=card.id)))],
            )
        )
    for card in zoned.zones(actor=me, states=("active",), levels=("high",)):
        if card.downgrade_proposed_at is not None:
            title = _("Downgrade to low: %(place)s") % {"place": names(me, card)}
            otherwise = _("The stay-home duty runs on and lapses at the review moment.")
            found.append(_decision(title, otherwise, "zone.downgrade", _("Downgrade"), [card.id], due=card.review_at))
    return found


def level_name(level: str) -> str:
    """The name of a zone's level."""
    known = {"provisional": _("provisional area"), "high": _("high-risk area"), "low": _("low-risk area")}
    return known.get(level, level)


def names(me: Actor, card: zoned.ZoneCard) -> str:
    """The places of a zone by name."""
    return "、".join(place.full_name for place in places.places(actor=me, ids=card.place_ids).values())


def _releases(me: Actor) -> list[dict[str, Any]]:
    found = []
    for card in measures.orders(actor=me, states=("served",)):
        if card.release_proposed_at is not None:
            person = people.person(actor=me, person_id=card.person_id)
            title = _("Release %(name)s: the days are full and the tests are negative") % {"name": person.masked_name}
            found.append(_decision(title, _("The order lapses at its end."), "order.release", _("Release"), [card.id], due=card.ends_at))
    return found


def _appeals(me: Actor) -> list[dict[str, Any]]:
    both = [
        {"label": _("Uphold: end the measure"), "tone": "primary", "name": "answer", "value": "uphold", "confirm": _("The measure ends at once.")},
        {"label": _("Dismiss with a written answer"), "name": "answer", "value": "dismiss"},
    ]
    return [
        _decision(
            _("Appeal: %(ground)s") % {"ground": card.ground},
            _("The measure runs on; the person waits for an answer."),
            "appeal.decide",
            "",
            [card.id],
            acts=both,
        )
        for card in measures.appeals(actor=me, open_only=True)
    ]


def _clocks(me: Actor, now: datetime) -> Section:
    rows = [
        (
            card.key,
            card.started_at,
            card.due_at or "",
            card.met_at or "",
            _("missed") if card.missed_at else _("met") if card.met_at else _("running"),
        )
        for card in outbroken.board(actor=me)[:30]
    ]
    columns = (_("Clock"), _("Started"), _("Due"), _("Met"), _("State"))
    return Section(heading=_("Clocks"), table=table(_("Clocks with start and end event"), columns, rows, _("No clock runs")))


def _inbox(me: Actor) -> dict[str, Any]:
    rows = [
        (card.sent_at, card.key, ", ".join(f"{name} {value}" for name, value in card.values.items()))
        for card in communication.inbox(actor=me, limit=20)
    ]
    return table(_("Messages to my duties"), (_("Sent"), _("About"), _("Values")), rows, _("No messages"))


@login_required
def outbreak(request: HttpRequest) -> HttpResponse:
    """Infections, candidates to judge with their evidence, contacts, orders, areas, notices."""
    me, now = reader(request).actor, reader(request).now
    candidates = traced.candidates(actor=me, open_only=True)
    masked = _masked(me, [card.person_id for card in candidates])
    judge = [_candidate(card, masked) for card in candidates] if Duty.CDC_INVESTIGATOR in me.duties else []
    sections = [
        Section(heading=_("Infections"), table=_cases(me)),
        Section(
            heading=_("Candidates to judge"),
            decisions=judge,
            empty=None
            if judge
            else {"title": _("%(count)d candidates wait for an investigator") % {"count": len(candidates)}, "icon": "user-question"},
        ),
        Section(heading=_("Orders"), table=_order_table(me)),
        Section(heading=_("Areas"), table=_zone_table(me, now)),
        Section(heading=_("Notices"), table=_notices(me)),
    ]
    return show(request, Page(title=_("Outbreak"), lead=_("Chains are hypotheses; a named person judges each contact."), sections=sections))


def _masked(me: Actor, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {card.id: card.masked_name for card in people.people(actor=me, ids=ids)}


def _candidate(card: traced.CandidateCard, masked: dict[UUID, str]) -> dict[str, Any]:
    acts = [
        {"label": _("Close contact"), "tone": "primary", "name": "answer", "value": "close-contact"},
        {"label": _("Exposed at an affected place"), "name": "answer", "value": "exposed"},
        {"label": _("No contact"), "name": "answer", "value": "none"},
    ]
    facts = [(_("Source"), ", ".join(card.sources)), (_("Minutes together"), card.seconds // 60)]
    if card.last_exposure_at:
        facts.append((_("Last exposure"), card.last_exposure_at))
    title = _("Judge %(name)s") % {"name": masked.get(card.person_id, "")}
    return _decision(title, _("The question stays open and is shown."), "contact.judge", "", [card.id], acts=acts, facts=facts)


def _cases(me: Actor) -> dict[str, Any]:
    cards = traced.cases(actor=me)
    masked = _masked(me, [card.person_id for card in cards])
    rows = [(masked.get(card.person_id, ""), card.sampled_at, card.state, card.found or _("outside control")) for card in cards]
    return table(_("Infections by first positive sampling"), (_("Person"), _("Sampled"), _("Class"), _("Found")), rows, _("No infection"))


def _order_table(me: Actor) -> dict[str, Any]:
    cards = [card for card in measures.orders(actor=me) if card.state != "proposed"]
    masked = _masked(me, [card.person_id for card in cards])
    rows = [(card.number, masked.get(card.person_id, ""), card.kind, card.state, card.ends_at or "", card.end_reason) for card in cards]
    columns = (_("Paper"), _("Person"), _("Kind"), _("State"), _("Ends"), _("Why it ended"))
    return table(_("Orders with their numbered papers"), columns, rows, _("No orders"))


def _zone_table(me: Actor, now: datetime) -> dict[str, Any]:
    rows = [
        (
            names(me, card),
            level_name(card.level),
            card.state,
            card.starts_at or "",
            card.review_at or "",
            f"{zoned.person_days(actor=me, zone_id=card.id, now=now):.0f}",
        )
        for card in zoned.zones(actor=me)
    ]
    columns = (_("Place"), _("Level"), _("State"), _("From"), _("Review"), _("Restricted person-days"))
    return table(_("Areas"), columns, rows, _("No areas"))


def _notices(me: Actor) -> dict[str, Any]:
    rows = [(card.number, card.published_at, "；".join(f"{item['place']} → {item['to']}" for item in card.items)) for card in zoned.notices(actor=me)]
    return table(_("Published notices"), (_("Number"), _("Published"), _("Changes")), rows, _("No notices"))


@login_required
def roll_call(request: HttpRequest) -> HttpResponse:
    """The newest round by building: every person in exactly one class (清楼表)."""
    me = reader(request).actor
    rounds = sampled.rounds(actor=me)
    if not rounds:
        return show(request, Page(title=_("Roll-call"), sections=[Section(empty={"title": _("No round in your areas"), "icon": "test-pipe"})]))
    counts = sampled.open_by_building(actor=me, round_id=rounds[0].id)
    known = places.places(actor=me, ids=[building for building in counts if building is not None])
    classes = ("sampled", "exempt", "away", "declined", "unreachable", "open")
    rows = [
        (known[building].full_name if building in known else _("without building"), *(by_class[name] for name in classes), sum(by_class.values()))
        for building, by_class in sorted(counts.items(), key=lambda row: known[row[0]].full_name if row[0] in known else "")
    ]
    labels = [pgettext("roll-call", name) for name in ("Sampled", "Exempt", "Away", "Declined", "Unreachable", "Open")]
    columns = [{"label": _("Building")}, *({"label": label, "numeric": True} for label in [*labels, _("All")])]
    tiles = [{"label": label, "value": sum(int(str(row[place + 1])) for row in rows)} for place, label in enumerate(labels)]
    sections = [Section(tiles=tiles), Section(table=table(_("Roll-call by building"), columns, rows, _("Nobody on the roster")))]
    return show(request, Page(title=_("Roll-call"), lead=_("Every person is in exactly one class."), sections=sections))


@login_required
def my_tasks(request: HttpRequest) -> HttpResponse:
    """All open tasks of my duties in one list, by deadline (S-041)."""
    me = reader(request).actor
    cards = tasked.my_tasks(actor=me, limit=100)
    known = {card.id: card for card in people.people(actor=me, ids=[card.person_id for card in cards if card.person_id])}
    decisions = [
        _decision(
            f"{card.kind} {known[card.person_id].masked_name if card.person_id in known else ''}",
            _("It goes up one level when it is overdue."),
            "task.do",
            _("Done: signed"),
            [card.id],
            due=card.due_at,
            text=address(me, known[card.person_id]) if card.person_id in known else "",
        )
        for card in cards[:40]
    ]
    empty = None if decisions else {"title": _("No open task"), "icon": "circle-check"}
    return show(request, Page(title=_("My tasks"), sections=[Section(decisions=decisions, empty=empty)]))
