"""The human door of entry: gates with their guards round the clock, and what passed, in counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.field.entry import actions, queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.periods import Period
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import queries as workforce
from epigrid.store import clock, forms
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, question, show, table, word

SHOWN = 60
"""Posts, vehicles or workers that are shown at once."""


@login_required
def gates(request: HttpRequest) -> HttpResponse:
    """Posts with their rosters and logs of a day; one post opens with `post`: its turns, its hand-overs, its forms."""
    it = reader(request)
    day = forms.day(it.GET["day"], field="day") if it.GET.get("day") else clock.local_day(it.root, it.now)
    cards = queries.posts(actor=it.actor)
    one = next((card for card in cards if str(card.id) == it.GET.get("post", "")), None)
    shown = cards[:SHOWN] if one is None else [one]
    rosters = queries.rosters(actor=it.actor, posts=shown, day=day)
    logs = queries.logs(actor=it.actor, post_ids=list(rosters), area=it.root, day=day)
    if one is None:
        sections = [Section(tiles=_tiles(rosters, logs)), Section(table=_posts(cards[:SHOWN], rosters, logs, day))]
        sections += [Section(heading=_("A new post"), decisions=[_set_up(it.actor)])] if _plans(it.actor) else []
        title = _("Gates")
    else:
        titles = {card.id: card.title for card in workforce.workers(actor=it.actor)}
        sections, title = _one(it, one, rosters[one.id], logs[one.id], titles), one.name
    asked = question("/gates/", [entry("day", _("Day"), "day", value=str(day))], label=_("Show"), hidden=[("post", str(one.id))] if one else [])
    lead = _("%(day)s. The log counts; it names nobody and keeps no number plate.") % {"day": day}
    links = [{"label": _("All gates"), "url": f"/gates/?day={day}", "icon": "chevron-left"}] if one is not None else []
    return show(request, Page(title=title, lead=lead, sections=[Section(question=asked), *sections], acts=links))


def _plans(actor: Actor) -> bool:
    return bool(actor.duties & set(actions.PLANNERS))


def _tiles(rosters: Mapping[UUID, queries.RosterCard], logs: Mapping[UUID, queries.LogCard]) -> list[Shape]:
    gaps = sum(bool(card.gaps) for card in rosters.values())
    long = sum(bool(card.too_long or card.short_rests) for card in rosters.values())
    refused = sum(card.refused for card in logs.values())
    return [
        {"label": _("Posts"), "value": len(rosters), "icon": "door-enter"},
        {"label": _("Posts with a gap"), "value": gaps, "tone": "stop" if gaps else ""},
        {"label": _("Posts with overlong turns or short rests"), "value": long, "tone": "wait" if long else ""},
        {"label": _("Passages"), "value": sum(card.passages for card in logs.values())},
        {"label": _("Emergencies or ways home refused"), "value": refused, "tone": "stop" if refused else ""},
    ]


def _posts(cards: Sequence[queries.PostCard], rosters: Mapping[UUID, queries.RosterCard], logs: Mapping[UUID, queries.LogCard], day: date) -> Shape:
    rows = [
        (
            {"text": card.name, "sub": word("post", card.kind), "url": f"/gates/?post={card.id}&day={day}"},
            _gaps(rosters[card.id].gaps, card),
            len(rosters[card.id].too_long) + len(rosters[card.id].short_rests),
            logs[card.id].passages,
            logs[card.id].to_desk,
            logs[card.id].medical,
            logs[card.id].vehicles + logs[card.id].vehicles_on_paper,
            len(logs[card.id].inside),
        )
        for card in cards
    ]
    labels = (_("Too long or too short"), _("Passages"), _("to the desk"), _("medical"), _("Vehicles"), _("inside now"))
    columns = [{"label": _("Post")}, {"label": _("Without a guard")}, *({"label": label, "numeric": True} for label in labels)]
    return table(_("Posts of the day: a post opens its roster and its log"), columns, rows, _("No post in your areas"))


def _hours(hours: Period, card: queries.PostCard) -> str:
    zone = clock.zone(card.area)
    ends = hours.end.astimezone(zone) if hours.end else None
    return f"{hours.start.astimezone(zone):%m-%d %H:%M}–{ends:%H:%M}" if ends else ""


def _gaps(gaps: Sequence[Period], card: queries.PostCard) -> Shape | str:
    """The gaps of a day in words; a gap is red, and says so in words too."""
    if not gaps:
        return _("covered round the clock")
    return {"text": ", ".join(_hours(gap, card) for gap in gaps[:3]), "sub": _("%(gaps)d gaps") % {"gaps": len(gaps)}}


def _set_up(actor: Actor) -> Shape:
    kinds = ("compound", "building", "shop", "hotel", "market", "canteen", "workplace")
    known = places.of_kind(actor=actor, kinds=kinds)[:250]
    inputs = [
        entry("place_id", _("Place"), "select", options=[option(card.id, card.full_name) for card in known]),
        entry("kind", _("What it is"), "select", options=choices("post", rules.KINDS)),
        entry("name", _("Name"), longest=60),
    ]
    return ask("entry.set-up-post", _("Where does a guard stand?"), label=_("Set the post up"), inputs=inputs)


def _one(it: Reader, card: queries.PostCard, roster: queries.RosterCard, log: queries.LogCard, titles: Mapping[UUID, str]) -> list[Section]:
    acts = _plan(card, roster, titles) if _plans(it.actor) else []
    guard = bool(it.actor.duties & set(actions.GUARDS))
    return [
        Section(tiles=_counts(log)),
        Section(heading=_("Guards"), table=_turns(card, roster, titles), text=_limits(roster), decisions=acts),
        Section(heading=_("Vehicles inside"), table=_vehicles(log.inside)),
        Section(heading=_("Changes of guards"), table=_changes(queries.hand_overs(actor=it.actor, post_ids=[card.id]), titles)),
        Section(heading=_("Enter"), decisions=_entries(card, it.now) if guard else []),
    ]


def _counts(log: queries.LogCard) -> list[Shape]:
    return [
        {"label": _("Passages"), "value": log.passages, "icon": "door-enter"},
        {"label": _("of them on paper"), "value": log.on_paper},
        {"label": _("to the desk"), "value": log.to_desk},
        {"label": _("medical"), "value": log.medical, "icon": "ambulance"},
        {"label": _("Vehicles"), "value": log.vehicles + log.vehicles_on_paper},
        {"label": _("Emergencies or ways home refused"), "value": log.refused, "tone": "stop" if log.refused else ""},
    ]


def _limits(roster: queries.RosterCard) -> str:
    if roster.max_hours is None:
        return _("Nobody has set how long a turn may be: no turn is too long here.")
    return _("A turn of more than %(hours)d hours is flagged (%(clause)s); it is not refused.") % {
        "hours": roster.max_hours,
        "clause": roster.clause_id,
    }


def _turns(card: queries.PostCard, roster: queries.RosterCard, titles: Mapping[UUID, str]) -> Shape:
    rows: list[Sequence[Any]] = [({"text": _hours(gap, card)}, {"text": _("nobody")}, _("gap")) for gap in roster.gaps]
    long = {turn.worker_id: _("more than %(hours)d hours") % {"hours": roster.max_hours or 0} for turn in roster.too_long}
    short = {turn.worker_id: _("less than %(hours)d hours of rest before") % {"hours": roster.rest_hours or 0} for turn in roster.short_rests}
    rows += [
        (
            {"text": _hours(Period(start=turn.starts_at, end=turn.ends_at), card), "id": turn.id},
            {"text": titles.get(turn.worker_id, "")},
            " · ".join(found[turn.worker_id] for found in (long, short) if turn.worker_id in found),
        )
        for turn in roster.turns
    ]
    return table(_("Turns of the day"), (_("Hours"), _("Guard"), _("Flag")), rows, _("Nobody is planned"))


def _plan(card: queries.PostCard, roster: queries.RosterCard, titles: Mapping[UUID, str]) -> list[Shape]:
    inputs = [
        entry("worker_id", _("Guard"), "select", options=[option(one, title) for one, title in list(titles.items())[:250]]),
        entry("starts_at", _("From"), "moment", value=f"{roster.day}T08:00"),
        entry("ends_at", _("Until"), "moment"),
    ]
    found = [ask("entry.plan-shift", _("Plan a turn"), label=_("Plan"), ids={"post_id": card.id}, inputs=inputs)]
    if roster.turns:
        known = [
            option(turn.id, f"{_hours(Period(start=turn.starts_at, end=turn.ends_at), card)} {titles.get(turn.worker_id, '')}")
            for turn in roster.turns
        ]
        turns = [entry("turn_id", _("Turn"), "select", options=known)]
        found.append(ask("entry.drop-shift", _("Take a turn back"), label=_("Take back"), inputs=turns))
    return [*found, ask("entry.close-post", _("Close the post"), label=_("Close"), ids={"post_id": card.id}, text=_("Its log stays."))]


def _vehicles(cards: Sequence[queries.GateVehicleCard]) -> Shape:
    rows = [(word("vehicle", card.kind), card.company, card.in_at or "") for card in cards[:SHOWN]]
    return table(_("Vehicles that are inside"), (_("Vehicle"), _("Company"), _("In since")), rows, _("No vehicle is inside"))


def _changes(cards: Sequence[queries.PostHandOverCard], titles: Mapping[UUID, str]) -> Shape:
    rows = [
        (
            card.at,
            titles.get(card.to_worker_id, "") if card.to_worker_id else _("whoever stood there"),
            {"text": str(card.passages), "sub": _("the log says %(logged)d") % {"logged": card.logged} if card.differs else ""},
            card.vehicles_inside,
            "、".join(word("matter", one) for one in card.matters),
            card.note,
        )
        for card in cards[:SHOWN]
    ]
    columns = (_("When"), _("Handed over to"), _("Passages counted"), _("Vehicles inside"), _("Left open"), _("Note"))
    return table(_("Changes of guards"), columns, rows, _("No change of guards yet"))


def _entries(card: queries.PostCard, now: datetime) -> list[Shape]:
    ids = {"post_id": card.id}
    page = [
        entry("number", _("Number of the page"), "number"),
        entry("day", _("Day"), "day", value=str(clock.local_day(card.area, now))),
        entry("passages", _("Passages"), "number"),
        entry("vehicles", _("Vehicles"), "number", value="0"),
    ]
    counted = [
        entry("passages", _("Passages counted"), "number"),
        entry("vehicles_inside", _("Vehicles inside"), "number", value="0"),
        entry("matters", _("Left open"), "ticks", options=choices("matter", rules.MATTERS), optional=True),
        entry("note", _("Note"), optional=True, longest=60, hint=_("No names, no number plates.")),
    ]
    coming = [
        entry("kind", _("Vehicle"), "select", options=choices("vehicle", rules.VEHICLES)),
        entry("company", _("Company"), optional=True, longest=40, hint=_("No names, no number plates.")),
    ]
    text = _("An ambulance, a fire engine and the police pass at once.")
    way = [
        entry("way", _("Which way"), "select", options=choices("way", rules.WAYS)),
        entry("answer", _("What was said"), "select", options=choices("answer", rules.ANSWERS)),
    ]
    return [
        ask("entry.note-passage", _("A passage"), label=_("Note"), ids=ids, inputs=way, text=_("Not who, and not why.")),
        ask("entry.note-vehicle", _("A vehicle comes"), label=_("Note"), ids=ids, inputs=coming, text=text),
        ask("entry.enter-paper-page", _("A page of the paper register"), label=_("Enter the counts"), ids=ids, inputs=page),
        ask("entry.hand-over", _("Change of guards"), label=_("Hand over"), ids=ids, inputs=counted),
    ]


urlpatterns = [path("gates/", gates, name="gates")]
