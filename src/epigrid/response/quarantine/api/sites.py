"""Sites and rooms, trips, ambulance, admission and discharge."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from epigrid.kernel.errors import BadInput, NotFound
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.places import queries as places
from epigrid.response.quarantine import actions, queries
from epigrid.response.quarantine.api.doors import acts, router
from epigrid.store.doors import Command, Count, Ids, Line, Moment, Reader, Rows, Text, Word, card, cause_of, listed, reader

SiteOut, TransferOut = card(queries.SiteCard), card(queries.TransferCard)


@router.get("/sites", response=listed(SiteOut))
def sites(request: HttpRequest) -> list[queries.SiteCard]:
    """Sites with their beds."""
    return queries.sites(actor=reader(request).actor)


@router.get("/transfers", response=listed(TransferOut))
def transfers(request: HttpRequest) -> list[queries.TransferCard]:
    """Trips with the sender's and the receiver's list."""
    return queries.transfers(actor=reader(request).actor)


class SiteIn(Command):
    """A place that becomes a site."""

    place_id: UUID


@acts("/sites")
def prepare_site(it: Reader, body: SiteIn) -> Rows:
    """Begin turning a hotel into a quarantine site."""
    place = places.place(actor=it.actor, place_id=body.place_id)
    directive = organisation.directive_for(actor=it.actor, act="site.open", area=place.area, now=it.now)
    return [actions.prepare_site(actor=it.actor, place_id=place.id, directive_id=directive, now=it.now)]


class OfSite(Command):
    """A site."""

    site_id: UUID


class RoomsIn(OfSite):
    """A site's rooms, the beds in each, and the rooms that are out of order."""

    place_ids: Ids
    beds: Count = 1
    out_of_order: list[UUID] = []


@acts("/sites/rooms")
def list_rooms(it: Reader, body: RoomsIn) -> Rows:
    """List a site's rooms."""
    site = queries.site(actor=it.actor, site_id=body.site_id)
    inside = {place.id for place in places.within(actor=it.actor, place_id=site.place_id)}
    if not {*body.place_ids, *body.out_of_order} <= inside:
        raise NotFound(room="not in this site")
    rooms = [(place_id, body.beds) for place_id in body.place_ids]
    actions.list_rooms(actor=it.actor, site_id=site.id, rooms=rooms, out_of_order=body.out_of_order)
    return body.place_ids


class StepIn(OfSite):
    """A step of the opening list: guests-moved, cleaned, opened."""

    step: Word


@acts("/sites/step")
def step_site(it: Reader, body: StepIn) -> Rows:
    """Note a step of a site's opening list."""
    site = queries.site(actor=it.actor, site_id=body.site_id)
    actions.step_site(actor=it.actor, site_id=site.id, step=body.step, now=it.now, cause=_cause(it, site))
    return [site.id]


def _cause(it: Reader, site: queries.SiteCard) -> UUID:
    """The newest fact about a site; before it has one, the directive under which it is prepared."""
    return cause_of(site.id, organisation.directive_for(actor=it.actor, act="site.open", area=site.area, now=it.now))


@acts("/sites/environment")
def note_environment(it: Reader, body: OfSite) -> Rows:
    """Note that a site's environment was sampled negative."""
    actions.note_environment(actor=it.actor, site_id=body.site_id, now=it.now)
    return [body.site_id]


class RoomIn(OfSite):
    """Who gets a room, and beside whom (a child beside its guardian)."""

    order_id: UUID
    beside: UUID | None = None


@acts("/sites/assign")
def assign_room(it: Reader, body: RoomIn) -> Rows:
    """Give a person the next free bed."""
    queries.order(actor=it.actor, order_id=body.order_id)
    return [actions.assign_room(actor=it.actor, order_id=body.order_id, site_id=body.site_id, now=it.now, beside=body.beside)]


class OfOrder(Command):
    """An order."""

    order_id: UUID


@acts("/sites/leave")
def leave_room(it: Reader, body: OfOrder) -> Rows:
    """Note that a person left his room."""
    actions.leave_room(actor=it.actor, order_id=body.order_id, now=it.now)
    return [body.order_id]


class TripIn(OfSite):
    """A trip: who, in which vehicle with how many seats, to the site or home from it."""

    order_ids: Ids
    vehicle: Line
    seats: Count
    homeward: bool = False


@acts("/transfers")
def plan_transfer(it: Reader, body: TripIn) -> Rows:
    """Plan one trip."""
    for order_id in body.order_ids:
        queries.order(actor=it.actor, order_id=order_id)
    site = queries.site(actor=it.actor, site_id=body.site_id)
    made = actions.plan_transfer(
        actor=it.actor,
        order_ids=body.order_ids,
        vehicle=body.vehicle,
        seats=body.seats,
        site_id=site.id,
        now=it.now,
        cause=cause_of(body.order_ids[0]),
        homeward=body.homeward,
    )
    return [made]


class OfTrip(Command):
    """A trip."""

    transfer_id: UUID


class DependantsIn(OfTrip):
    """Who stays behind (children, elders, patients, pets) and who looks after them."""

    answer: Text


@acts("/transfers/dependants")
def answer_dependants(it: Reader, body: DependantsIn) -> Rows:
    """Answer the question for dependants; no vehicle leaves before."""
    actions.answer_dependants(actor=it.actor, transfer_id=body.transfer_id, answer=body.answer)
    return [body.transfer_id]


@acts("/transfers/depart")
def depart(it: Reader, body: OfTrip) -> Rows:
    """Note that the vehicle left."""
    actions.depart(actor=it.actor, transfer_id=body.transfer_id, now=it.now, cause=cause_of(body.transfer_id))
    return [body.transfer_id]


class ArriveIn(OfTrip):
    """Who got out of the vehicle."""

    found_order_ids: list[UUID] = Field(max_length=200)


@acts("/transfers/arrive")
def arrive(it: Reader, body: ArriveIn) -> Rows:
    """Count people against the sender's list; the answer's rows are those who are missing."""
    missing, _extra = actions.arrive(
        actor=it.actor, transfer_id=body.transfer_id, found_order_ids=body.found_order_ids, now=it.now, cause=cause_of(body.transfer_id)
    )
    return missing


@acts("/transfers/disinfect")
def disinfect(it: Reader, body: OfTrip) -> Rows:
    """Note that the vehicle was disinfected."""
    actions.disinfect(actor=it.actor, transfer_id=body.transfer_id, now=it.now)
    return [body.transfer_id]


class AmbulanceIn(Command):
    """When a person's ambulance left and arrived."""

    person_id: UUID
    departed_at: Moment
    arrived_at: Moment


@acts("/ambulance")
def ambulance_times(it: Reader, body: AmbulanceIn) -> Rows:
    """Note the times of an ambulance."""
    if body.arrived_at < body.departed_at:
        raise BadInput(field="arrived_at", why="before it left")
    actions.ambulance_times(actor=it.actor, person_id=body.person_id, departed_at=body.departed_at, arrived_at=body.arrived_at)
    return [body.person_id]


@acts("/admit")
def admit(it: Reader, body: OfOrder) -> Rows:
    """Admit a person under an issued treatment order."""
    found = queries.order(actor=it.actor, order_id=body.order_id)
    actions.admit(actor=it.actor, order_id=found.id, now=it.now, cause=cause_of(found.id))
    return [found.id]


class Result(Schema):
    """One reading before discharge: sampled when, Ct (left out: nothing found)."""

    sampled_at: Moment
    ct: float | None = Field(default=None, ge=0, le=60)


class DischargeIn(OfOrder):
    """A treatment order and the readings on which its end rests."""

    readings: list[Result] = Field(max_length=20)


@acts("/discharge")
def discharge(it: Reader, body: DischargeIn) -> Rows:
    """Discharge a patient when the clause's tests are there."""
    found = queries.order(actor=it.actor, order_id=body.order_id)
    readings = [(result.sampled_at, result.ct) for result in body.readings]
    actions.discharge(actor=it.actor, order_id=found.id, readings=readings, now=it.now, cause=cause_of(found.id))
    return [found.id]
