"""Sites with rooms and trips; the hospital's patients."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.quarantine import queries
from epigrid.response.quarantine.pages.measures import Faces, _empty, _line
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, ask, choices, entry, option, show, table, word

STEPS = ("guests-moved", "cleaned", "opened")


@login_required
def sites(request: HttpRequest) -> HttpResponse:
    """Sites with their beds; hotels that could become one."""
    me = reader(request).actor
    cards = queries.sites(actor=me)
    hotels = places.of_kind(actor=me, kinds=("hotel",))
    names = {place.id: place.full_name for place in hotels}
    taken = {card.place_id for card in cards}
    free = [option(place.id, place.full_name) for place in hotels if place.id not in taken]
    begin = ask(
        "quarantine.prepare-site",
        _("Turn a hotel into a quarantine site"),
        label=_("Begin"),
        inputs=[entry("place_id", _("Hotel"), "select", options=free)],
        otherwise=_("No site is prepared; contacts wait at home."),
    )
    preparing = me.duties & {Duty.SITE_MANAGER, Duty.COUNTY_EOC_OFFICER}
    rows = [
        ({"text": names.get(card.place_id, ""), "url": f"/sites/{card.id}/"}, word("state", card.state), card.beds, card.occupied, card.free)
        for card in cards
    ]
    columns = [_("Site"), _("State"), *({"label": label, "numeric": True} for label in (_("Beds"), _("Occupied"), _("Free")))]
    sections = [
        Section(table=table(_("Quarantine sites"), columns, rows, _("No site"))),
        Section(decisions=[begin] if preparing and free else []),
    ]
    return show(request, Page(title=_("Sites"), lead=_("A site shows its rooms, who waits for one, and its trips."), sections=sections))


@login_required
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """One site: opening list, rooms, who needs a room, trips."""
    me = reader(request).actor
    card = next((one for one in queries.sites(actor=me) if one.id == site_id), None) or queries.site(actor=me, site_id=site_id)
    tab = request.GET.get("view", "rooms")
    tabs = [
        {"label": label, "url": f"/sites/{card.id}/?view={view}", "current": tab == view}
        for view, label in (("rooms", _("Rooms")), ("people", _("Who needs a room")), ("trips", _("Trips")))
    ]
    parts = {"people": _people, "trips": _trips}.get(tab, _rooms)(me, card)
    facts = [(_("State"), word("state", card.state)), (_("Beds"), card.beds), (_("Occupied"), card.occupied), (_("Free"), card.free)]
    return show(request, Page(title=_("Quarantine site"), tabs=tabs, sections=[Section(facts=facts), *parts]))


def _rooms(me: Actor, card: queries.SiteCard) -> list[Section]:
    rooms = [place for place in places.within(actor=me, place_id=card.place_id) if place.kind == "room"]
    listed = [{**option(place.id, place.full_name), "on": True} for place in rooms]
    inputs = [
        entry("place_ids", _("Rooms"), "ticks", options=listed),
        entry("beds", _("Beds in each"), "number", value=1),
        entry("out_of_order", _("Out of order"), "ticks", options=[option(place.id, place.full_name) for place in rooms]),
    ]
    step = ask(
        "quarantine.step-site",
        _("Opening list"),
        label=_("Note the step"),
        ids={"site_id": card.id},
        inputs=[entry("step", _("Step"), "select", options=choices("step", STEPS))],
        otherwise=_("The site stays closed."),
    )
    environment = ask("quarantine.note-environment", _("Environment sampled negative"), label=_("Note it"), ids={"site_id": card.id})
    rooms_form = ask("quarantine.list-rooms", _("List the rooms"), label=_("List"), ids={"site_id": card.id}, inputs=inputs)
    return [Section(decisions=[step, rooms_form] if card.opened_at is None else [environment, rooms_form])]


def _people(me: Actor, card: queries.SiteCard) -> list[Section]:
    orders = queries.unhoused(actor=me)
    faces = people.faces(actor=me, person_ids=[order.person_id for order in orders])
    shapes = [
        ask(
            "quarantine.assign-room",
            _line(faces, order.person_id),
            label=_("Give the next free bed"),
            ids={"order_id": order.id, "site_id": card.id},
            inputs=[entry("beside", _("Beside (child and guardian)"), "select", optional=True, options=_beside(orders, order, faces))],
            otherwise=_("The person waits where he is."),
        )
        for order in orders
    ]
    return [Section(decisions=shapes, empty=_empty(shapes))]


def _beside(orders: Sequence[queries.MeasureCard], own: queries.MeasureCard, faces: Faces) -> list[Shape]:
    return [option(order.id, _line(faces, order.person_id)) for order in orders if order.id != own.id]


def _trips(me: Actor, card: queries.SiteCard) -> list[Section]:
    trips = [trip for trip in queries.transfers(actor=me, open_only=True) if trip.site_id == card.id]
    waiting = queries.unhoused(actor=me)
    faces = people.faces(actor=me, person_ids=[order.person_id for order in waiting])
    shapes = [shape for trip in trips for shape in _trip(trip)]
    riders = [option(order.id, _line(faces, order.person_id)) for order in waiting]
    if riders:
        inputs = [
            entry("order_ids", _("Who travels"), "ticks", options=riders),
            entry("vehicle", _("Vehicle"), longest=40),
            entry("seats", _("Seats"), "number", value=8),
        ]
        shapes.append(ask("quarantine.plan-transfer", _("Plan a trip"), label=_("Plan"), ids={"site_id": card.id}, inputs=inputs))
    return [Section(decisions=shapes, empty=_empty(shapes))]


def _trip(trip: queries.TransferCard) -> list[Shape]:
    title = _("%(vehicle)s: %(count)d people") % {"vehicle": trip.vehicle, "count": len(trip.sent)}
    about = {"transfer_id": trip.id}
    if not trip.dependants_answer:
        inputs = [entry("answer", _("Who stays behind, and who looks after them"), "long")]
        otherwise = _("The vehicle does not leave.")
        return [ask("quarantine.answer-dependants", title, label=_("Asked"), ids=about, inputs=inputs, otherwise=otherwise)]
    if trip.departed_at is None:
        return [ask("quarantine.depart", title, label=_("The vehicle leaves"), ids=about)]
    if trip.arrived_at is None:
        ids = {**about, "found_order_ids": list(trip.sent)}
        return [ask("quarantine.arrive", title, label=_("All arrived as listed"), ids=ids, otherwise=_("The people count as under way."))]
    return [ask("quarantine.disinfect", title, label=_("Disinfected"), ids=about, otherwise=_("The vehicle does not leave again."))]


@login_required
def treatment(request: HttpRequest) -> HttpResponse:
    """The hospital: who comes, ambulance times, admission, discharge on the clause's tests."""
    me = reader(request).actor
    orders = queries.orders(actor=me, states=("issued", "served"), kind="treatment")
    calls = queries.ambulances(actor=me)
    faces = people.faces(actor=me, person_ids=[*(card.person_id for card in orders), *(call.person_id for call in calls)])
    shapes = [_times(call, faces) for call in calls]
    shapes += [_admit(card, faces) if card.served_at is None else _discharge(card, faces) for card in orders]
    rows = [(_line(faces, card.person_id), card.served_at or _("awaited"), card.ends_at) for card in orders]
    columns = (_("Patient"), _("Admitted"), _("Review"))
    sections = [
        Section(decisions=shapes, empty=_empty(shapes)),
        Section(heading=_("Patients"), table=table(_("Patients in isolation for treatment"), columns, rows, _("No patient"))),
    ]
    return show(request, Page(title=_("Hospital"), sections=sections))


def _times(call: queries.AmbulanceCard, faces: Faces) -> Shape:
    inputs = [entry("departed_at", _("Left"), "moment"), entry("arrived_at", _("Arrived"), "moment")]
    title = _("Ambulance for %(name)s") % {"name": _line(faces, call.person_id)}
    otherwise = _("The call stays open and alarms after half an hour.")
    ids = {"person_id": call.person_id}
    return ask("quarantine.ambulance-times", title, label=_("Note the times"), ids=ids, inputs=inputs, otherwise=otherwise, urgent=True)


def _admit(card: queries.MeasureCard, faces: Faces) -> Shape:
    title = _("Admit %(name)s") % {"name": _line(faces, card.person_id)}
    return ask("quarantine.admit", title, label=_("Admitted"), ids={"order_id": card.id}, otherwise=_("The bed stays awaited."))


def _discharge(card: queries.MeasureCard, faces: Faces) -> Shape:
    inputs = [
        entry("readings.sampled_at", _("First reading: sampled"), "moment"),
        entry("readings.ct", _("Ct (empty: nothing found)"), "number", optional=True),
        entry("readings.sampled_at", _("Second reading: sampled"), "moment"),
        entry("readings.ct", _("Ct (empty: nothing found)"), "number", optional=True),
    ]
    title = _("Discharge %(name)s") % {"name": _line(faces, card.person_id)}
    otherwise = _("The treatment runs on to its review moment.")
    return ask("quarantine.discharge", title, label=_("Discharge"), ids={"order_id": card.id}, inputs=inputs, due=card.ends_at, otherwise=otherwise)


urlpatterns = [
    path("sites/", sites, name="sites"),
    path("sites/<uuid:site_id>/", site, name="site"),
    path("treatment/", treatment, name="treatment"),
]
