"""The human door of antigen: buildings with their kits, the households of one, what people told, and a resident's own page."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from epigrid.field.antigen import queries, rules
from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import NotFound
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, forms
from epigrid.store.doors import Reader, at_home, reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, named, own_tabs, question, show, table, word

SHOWN = 250
"""Households or people of a building that are shown at once."""


def _day(it: Reader) -> date:
    return forms.day(it.GET["day"], field="day") if it.GET.get("day") else clock.local_day(it.root, it.now)


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Buildings with kits: how many were issued, used and are left, and the results of the day; a building opens its households."""
    it = reader(request)
    if it.GET.get("file_no"):
        return HttpResponseRedirect(_home_of(it.actor, it.GET["file_no"][:40]))
    day = _day(it)
    cards = queries.buildings(actor=it.actor, area=it.root, day=day)
    known = {card.id: card for card in places.of_kind(actor=it.actor, kinds=("building",))}
    strange = [card.building_id for card in cards if card.building_id is not None and card.building_id not in known]
    known |= places.places(actor=it.actor, ids=strange) if strange else {}
    by_building = {card.building_id: card for card in cards}
    shown: list[UUID | None] = [*sorted(known, key=lambda one: known[one].full_name)[:SHOWN], *([None] if None in by_building else [])]
    rows = [_building(known[one] if one is not None else None, by_building.get(one), day) for one in shown]
    columns = [{"label": _("Building")}, *({"label": label, "numeric": True} for label in _columns())]
    listed = table(_("Antigen tests by building: a building opens its households"), columns, rows, _("No building in your areas"))
    inputs = [entry("file_no", _("File number"), longest=40)]
    lead = _("Results of %(day)s. A result is what somebody read at home: it decides nothing; a positive leads to a PCR test.") % {"day": day}
    sections = [
        Section(tiles=_tiles(cards)),
        Section(question=question("/antigen/", inputs, label=_("Find the household"), hidden=[("day", str(day))])),
        Section(table=listed),
    ]
    return show(request, Page(title=_("Antigen tests"), lead=lead, sections=sections))


def _columns() -> list[str]:
    return [_("Kits issued"), _("used"), _("left"), *(word("result", name) for name in rules.RESULTS)]


def _tiles(cards: Sequence[queries.BuildingCard]) -> list[Shape]:
    positive = sum(card.positive for card in cards)
    return [
        {"label": _("Kits issued"), "value": sum(card.issued for card in cards), "icon": "package"},
        {"label": _("Kits left"), "value": sum(card.left for card in cards)},
        {"label": word("result", "negative"), "value": sum(card.negative for card in cards)},
        {"label": word("result", "positive"), "value": positive, "tone": "stop" if positive else ""},
        {"label": word("result", "invalid"), "value": sum(card.invalid for card in cards)},
    ]


def _building(place: places.PlaceCard | None, card: queries.BuildingCard | None, day: date) -> Sequence[object]:
    first: object = {"text": place.full_name, "url": f"/antigen/{place.id}/?day={day}"} if place is not None else _("without building")
    if card is None:
        return (first, *([0] * 6))
    return (first, card.issued, card.used, card.left, card.positive, card.negative, card.invalid)


def _home_of(actor: Actor, file_no: str) -> str:
    """The address of the household of a file number; a person without a home is not there."""
    card = people.by_file_no(actor=actor, file_no=file_no)
    if card.dwelling_id is None or card.household_id is None:
        raise NotFound
    building = places.buildings_of(actor=actor, place_ids=[card.dwelling_id])[card.dwelling_id]
    return f"/antigen/{building}/?home={card.household_id}"


@login_required
def building(request: HttpRequest, building_id: UUID) -> HttpResponse:
    """The households of a building: who has not reported yet, entering results, handing out kits."""
    it = reader(request)
    day = _day(it)
    rooms = places.within(actor=it.actor, place_id=building_id)
    place, homes = rooms[0], queries.homes(actor=it.actor, rooms=rooms, day=day)
    one = it.GET.get("home", "")
    if one:
        homes = [home for home in homes if str(home.household_id) == one]
    asked = homes if one else [home for home in homes if home.asked]
    waiting = sum(not _read(member) for home in homes if home.asked for member in home.members)
    tiles = [
        {"label": _("Not reported yet"), "value": waiting, "icon": "user-question", "tone": "wait" if waiting else ""},
        {"label": _("Kits issued"), "value": sum(home.issued for home in homes)},
        {"label": _("Kits used"), "value": sum(home.used for home in homes)},
        {"label": _("Kits left"), "value": sum(home.left for home in homes)},
        {"label": _("Results reported"), "value": sum(home.reported for home in homes)},
    ]
    sections = [
        Section(tiles=tiles),
        Section(heading=_("Results of %(day)s") % {"day": day}, table=_people(asked, place)),
        Section(heading=_("Hand out kits"), table=_households(homes, place, day)),
    ]
    acts = [{"label": _("All buildings"), "url": f"/antigen/?day={day}", "icon": "chevron-left"}]
    lead = _("Names are masked. A negative result ends nothing and is no sample; after an invalid one the person is asked again.")
    return show(request, Page(title=place.full_name, lead=lead, sections=sections, acts=acts))


def _read(member: queries.MemberCard) -> bool:
    return member.result in ("negative", "positive")


def _people(homes: Sequence[queries.HomeCard], place: places.PlaceCard) -> Shape:
    """Everybody who was given a kit for the day: those who have not reported first, each with what he told."""
    pairs = [(home, member) for home in homes for member in home.members]
    pairs.sort(key=lambda pair: _read(pair[1]))
    rows = [
        (
            {"text": member.masked_name, "sub": member.file_no, "id": member.person_id},
            {"text": home.home.removeprefix(place.full_name), "sub": _kits(home)},
            {"chip": f"result.{member.result}"} if member.result else _("not reported yet"),
        )
        for home, member in pairs[:SHOWN]
    ]
    confirm = _("The county's duty officer gets a proposal, and a PCR sample is ordered. It is no diagnosis.")
    acts: list[Shape] = [
        {"label": word("result", name), "name": "result", "value": name, "needs_selection": True} for name in ("negative", "invalid")
    ]
    acts.append(
        {"label": word("result", "positive"), "name": "result", "value": "positive", "tone": "stop", "needs_selection": True, "confirm": confirm}
    )
    inputs = [entry("channel", _("How it was told"), "select", options=choices("channel", ("visit", "phone")), value="visit")]
    bulk = {"name": "person_ids", "url": reverse("antigen.report-results"), "hidden": [], "inputs": inputs, "acts": acts}
    return table(_("People with kits for the day"), (_("Person"), _("Home"), _("Result")), rows, _("No kit was handed out for this day"), bulk=bulk)


def _kits(home: queries.HomeCard) -> str:
    if home.beyond:
        return _("%(beyond)d more results than kits") % {"beyond": home.beyond}
    return _("%(left)d of %(issued)d kits left") % {"left": home.left, "issued": home.issued}


def _households(homes: Sequence[queries.HomeCard], place: places.PlaceCard, day: date) -> Shape:
    """Every household, those without a kit for the day first."""
    rows = [
        (
            {"text": home.home.removeprefix(place.full_name) or home.home, "sub": home.members[0].masked_name, "id": home.household_id},
            len(home.members),
            home.asked,
            home.issued,
            home.used,
            {"text": str(home.left), "sub": _("%(beyond)d more results than kits") % {"beyond": home.beyond} if home.beyond else ""},
        )
        for home in sorted(homes, key=lambda home: home.asked > 0)[:SHOWN]
    ]
    labels = (_("People"), _("For this day"), _("Issued in all"), _("used"), _("left"))
    columns = [{"label": _("Home")}, *({"label": label, "numeric": True} for label in labels)]
    inputs = [
        entry("kits", _("Kits for each household"), "number", optional=True, hint=_("Left empty: one for each person.")),
        entry("round_name", _("Round"), optional=True, longest=60),
    ]
    bulk = {
        "name": "household_ids",
        "url": reverse("antigen.issue-kits"),
        "hidden": [("day", str(day))],
        "inputs": inputs,
        "acts": [{"label": _("Hand out kits"), "tone": "primary", "needs_selection": True}],
    }
    return table(_("Households of the building and their kits"), columns, rows, _("Nobody lives here"), bulk=bulk)


def own(request: HttpRequest) -> HttpResponse:
    """The resident whose page is open says what he read on his test, and on those of the children and dependants he is guardian of; and sees what was said."""
    actor = at_home(request)
    if actor is None:
        return HttpResponseRedirect("/me/")
    it = reader(request)
    own, *wards = people.family(actor=actor, on=clock.local_day(it.root, it.now))
    sections = [Section(decisions=[_own_result(own.card.id, _("What does my antigen test show?"))])]
    sections += [
        Section(decisions=[_own_result(one.card.id, _("What does the antigen test of %(name)s show?") % {"name": named(one.card)})]) for one in wards
    ]
    sections.append(Section(heading=_("What was told before"), table=_own_reports(own, wards)))
    return show(request, Page(title=_("My page"), tabs=own_tabs("antigen"), sections=sections))


def _own_reports(own: people.Spoken, wards: Sequence[people.Spoken]) -> Shape:
    told = [(card, one) for one in (own, *wards) for card in queries.reports(actor=one.actor, person_ids=[one.card.id])]
    told.sort(key=lambda pair: pair[0].tested_at, reverse=True)
    rows = [
        (card.tested_at, {"chip": f"result.{card.result}"}, word("channel", card.channel), _("me") if one is own else named(one.card))
        for card, one in told
    ]
    columns = (_("Tested"), _("Result"), _("How it was told"), _("Whose"))
    return table(_("My antigen tests"), columns, rows, _("You have told no result yet"))


def _own_result(person_id: UUID, title: str) -> Shape:
    acts: list[Shape] = [{"label": word("result", name), "name": "result", "value": name} for name in ("negative", "positive", "invalid")]
    acts[1]["confirm"] = _("A PCR sample will be taken from you. An antigen test is no diagnosis, and nobody but those who must act is told.")
    text = _(
        "Your test stays with you: no picture is asked for. A negative result does not end a measure; an invalid test is done again with another kit."
    )
    return ask("antigen.report-results", title, ids={"person_ids": [person_id]}, acts=acts, text=text)


urlpatterns = [
    path("antigen/", overview, name="antigen"),
    path("antigen/<uuid:building_id>/", building, name="antigen-building"),
    path("me/antigen/", own, name="me-antigen"),
]
