"""The human door of sector sweeps: asked for, approved, their lists and results; the places of an exposure; whom a grid worker asks to a test."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.tracing import queries, rules
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

OUTLETS = ("shop", "market", "workplace", "canteen", "hotel", "vehicle")
SHOWN = 60
ANSWERS = ("away", "not-found", "refused")
BACK = "/sweeps/"


@login_required
def sweeps(request: HttpRequest) -> HttpResponse:
    """Sweeps and how far each is, or (`?sweep=`, `?exposure=`) one sweep's lists or the places of one exposure."""
    for name, view in (("sweep", _one), ("exposure", _places)):
        if name in request.GET:
            return view(request, _id(request.GET[name]))
    me = reader(request).actor
    cards = queries.sweeps(actor=me)
    waiting = [_approve(card) for card in cards if card.approved_by is None and card.asked_by != me.id] if Duty.CDC_DUTY_OFFICER in me.duties else []
    rows = [
        (
            {"text": card.sector, "url": f"{BACK}?sweep={card.id}", "sub": card.reason},
            card.results_due_at,
            sum(card.counts.values()),
            card.counts["open"],
            card.counts["positive"],
            sum(card.leads.values()) + card.elsewhere,
            _standing(card),
        )
        for card in cards
    ]
    columns = (_("Sector"), _("Results due"), _("People listed"), _("Without a result"), _("Positive"), _("Leads elsewhere"), _("State"))
    sections = [
        Section(decisions=[*waiting, *_to_ask(me), *_asking(me)]),
        Section(heading=_("Sector sweeps"), table=table(_("Sector sweeps"), columns, rows, _("No sweep"))),
    ]
    lead = _("Workers, their families and recipients of a sector's outlets: each listed person has one result.")
    return show(request, Page(title=_("Sector sweeps"), lead=lead, sections=sections))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _standing(card: queries.SweepCard) -> str:
    return _("Closed") if card.closed_at else _("Running") if card.drawn_at else _("Waits for a second person")


def _approve(card: queries.SweepCard) -> Shape:
    facts = [(_("Outlets"), len(card.place_ids)), (_("From"), card.starts_at), (_("Until"), card.ends_at), (_("Results due"), card.results_due_at)]
    title, otherwise = _("Approve the sweep: %(sector)s") % {"sector": card.sector}, _("No list is drawn.")
    return ask("tracing.approve-sweep", title, label=_("Approve"), ids={"sweep_id": card.id}, text=card.reason, facts=facts, otherwise=otherwise)


def _asking(me: Actor) -> list[Shape]:
    known = queries.records(actor=me) if Duty.CDC_INVESTIGATOR in me.duties else []
    if not known:
        return []
    outlets = [option(place.id, place.full_name) for place in places.of_kind(actor=me, kinds=OUTLETS)]
    inputs = [
        entry("exposure_id", _("Exposure record"), "select", options=[option(one.id, f"{one.starts_at:%m-%d} {one.basis}") for one in known]),
        entry("sector", _("Sector"), longest=60),
        entry("place_ids", _("Outlets"), "ticks", options=outlets),
        entry("starts_at", _("From"), "moment"),
        entry("ends_at", _("Until"), "moment"),
        entry("results_due_at", _("Results due"), "moment"),
        entry("reason", _("Why"), "long"),
    ]
    return [ask("tracing.ask-sweep", _("Ask for a sweep"), label=_("Ask"), inputs=inputs, otherwise=_("Nobody is listed."))]


def _to_ask(me: Actor) -> list[Shape]:
    """What a grid worker sees: whom to ask to a test; not why."""
    if not me.duties & {Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY}:
        return []
    cards = queries.to_check(actor=me)[:SHOWN]
    faces = people.faces(actor=me, person_ids=[card.person_id for card in cards])
    inputs = [entry("result", _("What is it?"), "select", options=choices("sweep", ANSWERS)), entry("reason", _("Why"), "long")]
    return [
        ask(
            "tracing.note-results",
            _("Ask to a test: %(name)s") % {"name": faces[card.person_id].masked_name},
            label=_("Note why there is no test"),
            ids={"sweep_id": card.sweep_id, "person_ids": card.person_id},
            inputs=inputs,
            facts=[(_("Home"), faces[card.person_id].home)],
            due=card.due_at,
            otherwise=_("The person stays without a result and is shown."),
        )
        for card in cards
        if card.person_id in faces
    ]


def _one(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """One sweep: its lists with their links, results, and what is left to do."""
    me = reader(request).actor
    card, listed = queries.sweep_and_people(actor=me, sweep_id=sweep_id)
    faces = people.faces(actor=me, person_ids=[one.person_id for one in listed])
    outlets = places.places(actor=me, ids=card.place_ids)
    names = {key: face.masked_name for key, face in faces.items()} | {key: place.full_name for key, place in outlets.items()}
    tiles = [{"label": word("sweep", result), "value": count} for result, count in card.counts.items()]
    leads = [(word("sweep-list", name), count) for name, count in card.leads.items()]
    sections = [Section(tiles=tiles), Section(decisions=_acts(me, card, listed, names))]
    sections += [_list(name, listed, faces, names) for name in rules.LISTS]
    sections.append(Section(heading=_("Leads elsewhere"), facts=[*leads, (_("In no register here"), card.elsewhere)]))
    links = [
        {"label": _("All sweeps"), "url": BACK, "icon": "chevron-left"},
        {"label": _("Places of the exposure"), "url": f"{BACK}?exposure={card.exposure_id}"},
    ]
    return show(request, Page(title=card.sector, lead=_standing(card), sections=sections, acts=links))


def _list(name: str, listed: Sequence[queries.ListedCard], faces: dict[UUID, people.FaceCard], names: dict[UUID, str]) -> Section:
    rows = [
        (
            {"text": faces[one.person_id].masked_name, "sub": faces[one.person_id].file_no},
            faces[one.person_id].home,
            "、".join(dict.fromkeys(names.get(link.via, "") for link in one.entries if link.list_name == name)),
            "、".join(dict.fromkeys(word("source", link.source) for link in one.entries if link.list_name == name)),
            {"text": word("sweep", one.result), "sub": one.reason},
        )
        for one in listed
        if one.person_id in faces and any(link.list_name == name for link in one.entries)
    ]
    title = word("sweep-list", name)
    columns = (_("Person"), _("Home"), _("Because of"), _("Source"), _("Result"))
    return Section(heading=title, table=table(title, columns, rows, _("Nobody")))


def _acts(me: Actor, card: queries.SweepCard, listed: Sequence[queries.ListedCard], names: dict[UUID, str]) -> list[Shape]:
    if card.closed_at is not None or not me.duties & {Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER}:
        return []
    ids, found = {"sweep_id": card.id}, []
    if Duty.CDC_INVESTIGATOR in me.duties:
        inputs = [
            entry("place_id", _("Outlet"), "select", options=[option(place, names.get(place, "")) for place in card.place_ids]),
            entry("list_name", _("List"), "select", options=choices("sweep-list", ("workers", "recipients"))),
            entry("file_nos", _("File numbers, one per line"), "lines"),
            entry("elsewhere", _("How many more are in no register here"), "number", value="0"),
        ]
        found.append(ask("tracing.name-listed", _("A list that an outlet gave"), label=_("Take the list"), ids=ids, inputs=inputs))
    waiting = [one for one in listed if one.result == "open"][:SHOWN]
    if waiting:
        inputs = [
            entry("person_ids", _("People"), "ticks", options=[option(one.person_id, names.get(one.person_id, "")) for one in waiting]),
            entry("result", _("What is it?"), "select", options=choices("sweep", rules.NOTES)),
            entry("reason", _("Why"), "long"),
        ]
        otherwise = _("The sweep stays open.")
        found.append(ask("tracing.note-results", _("People who cannot be tested"), label=_("Note it"), ids=ids, inputs=inputs, otherwise=otherwise))
    elif card.drawn_at is not None:
        found.append(
            ask("tracing.close-sweep", _("Everybody has a result"), label=_("Close the sweep"), ids=ids, otherwise=_("The sweep stays open."))
        )
    return found


def _places(request: HttpRequest, exposure_id: UUID) -> HttpResponse:
    """The places of one exposure: what is proposed for each, or that nobody has said."""
    me = reader(request).actor
    cards = queries.exposure_places(actor=me, exposure_id=exposure_id)
    known = places.places(actor=me, ids=[card.place_id for card in cards])
    names = {card.place_id: known[card.place_id].full_name if card.place_id in known else "" for card in cards}
    rows = [
        (names[card.place_id], word("place-measure", card.measure) if card.measure else _("not decided"), card.reason, card.due_at or "")
        for card in cards
    ]
    inputs = [
        entry("measure", _("Measure"), "select", options=choices("place-measure", rules.PLACE_MEASURES)),
        entry("due_at", _("Until"), "moment", optional=True),
        entry("reason", _("Why"), "long"),
    ]
    asked = [
        ask(
            "tracing.decide-place",
            names[card.place_id],
            label=_("Propose"),
            ids={"exposure_id": card.exposure_id, "place_id": card.place_id},
            inputs=inputs,
            otherwise=_("The place is shown as not decided."),
        )
        for card in cards
        if Duty.CDC_INVESTIGATOR in me.duties and not card.measure
    ]
    columns = (_("Place"), _("Measure"), _("Why"), _("Until"))
    sections = [Section(decisions=asked), Section(table=table(_("Places of the exposure"), columns, rows, _("No place is on record")))]
    return show(request, Page(title=_("Places of the exposure"), lead=_("Proposed to the county command, which decides."), sections=sections))


@login_required
def contacts(request: HttpRequest) -> HttpResponse:
    """Close contacts: listed, reached, moved, ended, each with its moment (S-124)."""
    me = reader(request).actor
    cards = queries.contacts(actor=me, kind="close-contact")
    faces = people.faces(actor=me, person_ids=[card.person_id for card in cards])
    rows = [
        (
            {"text": faces[card.person_id].masked_name, "sub": faces[card.person_id].file_no},
            card.judged_at,
            card.reached_at or "",
            card.moved_at or "",
            card.ended_at or "",
            word("contact", card.state),
        )
        for card in cards
        if card.person_id in faces
    ]
    tiles = [{"label": word("contact", state), "value": sum(card.state == state for card in cards)} for state in rules.CONTACT_STATES]
    columns = (_("Person"), *(word("contact", state) for state in rules.CONTACT_STATES), _("State"))
    sections = [Section(tiles=tiles), Section(table=table(_("Close contacts"), columns, rows, _("No close contact")))]
    return show(request, Page(title=_("Close contacts"), lead=_("Every moment comes from a served paper, a trip or an end."), sections=sections))


urlpatterns = [path("sweeps/", sweeps, name="sweeps"), path("contacts/", contacts, name="contacts")]
