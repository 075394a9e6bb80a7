"""The machine door of sampling, the table and its site: temperature, registration, whoever waits apart, waste, close-out."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.api.doors import acts, router
from epigrid.field.sampling.api.rounds import OfRound
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock
from epigrid.store.doors import REFUSALS, Command, Ids, Line, Maybe, Reader, Rows, Short, Word, card, cause_of, listed, reader

SiteOut, IsolationOut, BagOut = card(queries.SiteCard), card(queries.IsolationCard), card(queries.BagCard)
Celsius = Annotated[Decimal, Field(gt=0, lt=100, max_digits=4, decimal_places=1)]


class QueueOut(Schema):
    """People who are registered and not swabbed yet, in the order in which they came."""

    person_ids: list[UUID]


@router.get("/rounds/{round_id}/queue", response={200: QueueOut, **REFUSALS})
def queue(request: HttpRequest, round_id: UUID, table: str | None = None) -> dict[str, list[UUID]]:
    """The queue of a round, or of one of its tables."""
    me = reader(request).actor
    queries.round_card(actor=me, round_id=round_id)
    return {"person_ids": queries.queue(actor=me, round_id=round_id, table=table)}


@router.get("/rounds/{round_id}/isolations", response=listed(IsolationOut))
def isolations(request: HttpRequest, round_id: UUID) -> list[queries.IsolationCard]:
    """Everybody who waits, or waited, apart in a round."""
    me = reader(request).actor
    queries.round_card(actor=me, round_id=round_id)
    return queries.isolations(actor=me, round_id=round_id, open_only=False)


@router.get("/sites", response=listed(SiteOut))
def sites(request: HttpRequest, open_only: bool = True) -> list[queries.SiteCard]:
    """Sampling sites of my areas."""
    return queries.sites(actor=reader(request).actor, open_only=open_only)


@router.get("/sites/{site_id}/bags", response=listed(BagOut))
def bags(request: HttpRequest, site_id: UUID) -> list[queries.BagCard]:
    """The waste bags of a site."""
    me = reader(request).actor
    return queries.bags(actor=me, site_ids=[queries.site(actor=me, site_id=site_id).id])


@acts("/rounds/measure-temperature")
def measure_temperature(it: Reader, body: OfRound) -> Rows:
    """From now on temperature is measured before registration."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    actions.measure_temperature(actor=it.actor, round_id=body.round_id, now=it.now, cause=cause_of(body.round_id))
    return [body.round_id]


@acts("/rounds/stop-measuring")
def stop_measuring(it: Reader, body: OfRound) -> Rows:
    """Temperature is measured no more."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    actions.stop_measuring(actor=it.actor, round_id=body.round_id, now=it.now, cause=cause_of(body.round_id))
    return [body.round_id]


class ReadingIn(OfRound):
    """A temperature in degrees Celsius, taken at the entrance of a site."""

    person_id: UUID
    celsius: Celsius
    site_id: UUID | None = None


@acts("/table/temperature")
def take_temperature(it: Reader, body: ReadingIn) -> Rows:
    """Note a temperature; at the limit that the county has set the person waits apart."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    _site(it, body.site_id)
    person_id = people.person(actor=it.actor, person_id=body.person_id).id
    outcome = actions.take_temperature(
        actor=it.actor,
        round_id=body.round_id,
        person_id=person_id,
        celsius=body.celsius,
        now=it.now,
        cause=cause_of(body.round_id),
        site_id=body.site_id,
    )
    return [outcome]


class ApartIn(OfRound):
    """Somebody who is to wait apart."""

    person_id: UUID
    site_id: UUID | None = None


@acts("/table/isolate")
def isolate(it: Reader, body: ApartIn) -> Rows:
    """Somebody waits apart from now on, and is sampled alone."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    _site(it, body.site_id)
    person_id = people.person(actor=it.actor, person_id=body.person_id).id
    cause = cause_of(body.round_id)
    return [actions.isolate(actor=it.actor, round_id=body.round_id, person_id=person_id, now=it.now, cause=cause, site_id=body.site_id)]


class TakenIn(Command):
    """Somebody who waited apart, and the vehicle, hospital or person that takes him over."""

    isolation_id: UUID
    handed_to: Short


@acts("/table/hand-over-isolated")
def hand_over_isolated(it: Reader, body: TakenIn) -> Rows:
    """End the record of somebody who waited apart by handing him over."""
    queries.isolation(actor=it.actor, isolation_id=body.isolation_id)
    cause = cause_of(body.isolation_id)
    actions.hand_over_isolated(actor=it.actor, isolation_id=body.isolation_id, handed_to=body.handed_to, now=it.now, cause=cause)
    return [body.isolation_id]


class RegisterIn(OfRound):
    """People at a table, in the order of the queue, and by what they were found."""

    person_ids: Ids
    means: Word
    table: Maybe = ""


@acts("/table/register")
def register(it: Reader, body: RegisterIn) -> Rows:
    """Register people at a table; whoever is on no roster is added late."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    for person_id in body.person_ids:
        people.person(actor=it.actor, person_id=person_id)
    cause = cause_of(body.round_id)
    actions.register(
        actor=it.actor, round_id=body.round_id, person_ids=body.person_ids, means=body.means, table=body.table[:20], now=it.now, cause=cause
    )
    return body.person_ids


class AbsentIn(OfRound):
    """People of the frozen register who are not to be sampled here: moved out, vacant, lives elsewhere."""

    person_ids: Ids
    why: Word


@acts("/table/not-here")
def not_here(it: Reader, body: AbsentIn) -> Rows:
    """Strike people off who moved out, whose home is vacant, or who live elsewhere."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    for person_id in body.person_ids:
        people.person(actor=it.actor, person_id=person_id)
    actions.not_here(actor=it.actor, round_id=body.round_id, person_ids=body.person_ids, why=body.why, now=it.now, cause=cause_of(body.round_id))
    return body.person_ids


class RemindedIn(OfRound):
    """People who were reminded, how (phone, door, message), and what came of it, where that is known."""

    person_ids: Ids
    channel: Literal["phone", "door", "message"]
    result: Maybe = ""


@acts("/rounds/remind")
def remind(it: Reader, body: RemindedIn) -> Rows:
    """Note reminders; the answer's rows are those whom somebody still waits for."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    for person_id in body.person_ids:
        people.person(actor=it.actor, person_id=person_id)
    return actions.remind(
        actor=it.actor,
        round_id=body.round_id,
        person_ids=body.person_ids,
        channel=body.channel,
        result=body.result,
        now=it.now,
        cause=cause_of(body.round_id),
    )


class PeopleIn(Command):
    """People."""

    person_ids: Ids


@acts.for_residents_too("/table/codes")
def make_codes(it: Reader, body: PeopleIn) -> Rows:
    """Sampling codes of people, in their order; a resident's own, or that of one child or dependant whose guardian he is."""
    actor = people.speaking_for(actor=it.actor, person_ids=body.person_ids, on=clock.local_day(it.root, it.now))
    for person_id in body.person_ids:
        people.person(actor=actor, person_id=person_id)
    codes = actions.make_codes(actor=actor, person_ids=body.person_ids, now=it.now)
    return [codes[person_id] for person_id in body.person_ids]


class SiteIn(OfRound):
    """A sampling site: its name, and its place where the register knows it."""

    name: Short
    place_id: UUID | None = None


@acts("/sites")
def open_site(it: Reader, body: SiteIn) -> Rows:
    """Set up a sampling site."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    if body.place_id is not None:
        places.place(actor=it.actor, place_id=body.place_id)
    cause = cause_of(body.round_id)
    return [actions.open_site(actor=it.actor, round_id=body.round_id, name=body.name, place_id=body.place_id, now=it.now, cause=cause)]


class OfSite(Command):
    """A sampling site."""

    site_id: UUID


class BagIn(OfSite):
    """A sealed waste bag; its weight in kilograms where it was weighed."""

    code: Line
    kilograms: Annotated[Decimal, Field(gt=0, lt=1000, decimal_places=2)] | None = None


@acts("/sites/seal-waste")
def seal_waste(it: Reader, body: BagIn) -> Rows:
    """Seal a bag of medical waste."""
    _site(it, body.site_id)
    cause = cause_of(body.site_id)
    return [actions.seal_waste(actor=it.actor, site_id=body.site_id, code=body.code, kilograms=body.kilograms, now=it.now, cause=cause)]


class BagsIn(OfSite):
    """Bags that leave a site, and who takes them."""

    codes: list[Line] = Field(min_length=1, max_length=1000)
    taken_by: Short


@acts("/sites/hand-over-waste")
def hand_over_waste(it: Reader, body: BagsIn) -> Rows:
    """Hand waste bags to whoever takes them away."""
    _site(it, body.site_id)
    actions.hand_over_waste(actor=it.actor, site_id=body.site_id, codes=body.codes, taken_by=body.taken_by, now=it.now, cause=cause_of(body.site_id))
    return list(body.codes)


class CloseIn(OfSite):
    """What was done before the site closes."""

    done: list[Word] = Field(default=[], max_length=20)


@acts("/sites/close")
def close_site(it: Reader, body: CloseIn) -> Rows:
    """Close a site when nothing is left on it."""
    _site(it, body.site_id)
    actions.close_site(actor=it.actor, site_id=body.site_id, done=body.done, now=it.now, cause=cause_of(body.site_id))
    return [body.site_id]


def _site(it: Reader, site_id: UUID | None) -> None:
    if site_id is not None:
        queries.site(actor=it.actor, site_id=site_id)
