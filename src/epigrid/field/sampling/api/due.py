"""The machine door of sampling, who is due: the list of a day, appointments, series at home, rounds of a part, refusals, shops."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.actions import Part
from epigrid.field.sampling.api.doors import acts, router
from epigrid.field.sampling.api.rounds import OfRound, RoundIn
from epigrid.field.sampling.rules import DueLine
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import NotFound
from epigrid.kernel.periods import Period
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.store import clock
from epigrid.store.doors import Command, Line, Path, Reader, Rows, Text, Word, area_of, card, cause_of, listed, reader

DueLineOut, AppointmentOut, HomeSeriesOut = card(DueLine), card(queries.AppointmentCard), card(queries.HomeSeries)
RefusalOut, ShopOut = card(queries.RefusalCard), card(queries.ShopCard)
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


def _area(it: Reader, text: str) -> Area:
    """The area asked about, or the first of the reader's own."""
    mine = it.actor.areas()
    return area_of(it.actor, text) if text else mine[0] if mine else it.root


@router.get("/due", response=listed(DueLineOut))
def due(request: HttpRequest, area: Path = "", day: Day | None = None) -> list[DueLine]:
    """Everybody of an area who owes a test on a day (today), of a round or for a reason of his own; done, or which reason code stands."""
    it = reader(request)
    where = _area(it, area)
    return list(queries.due_list(actor=it.actor, area=where, day=day or clock.local_day(where, it.now)).lines)


@router.get("/appointments", response=listed(AppointmentOut))
def appointments(request: HttpRequest, day: Day | None = None) -> list[queries.AppointmentCard]:
    """Who is appointed for a day (tomorrow), grid by grid."""
    it = reader(request)
    return queries.appointments(actor=it.actor, day=day or clock.local_day(it.root, it.now) + timedelta(days=1))


@router.get("/home-series", response=listed(HomeSeriesOut))
def home_series(request: HttpRequest, area: Path = "") -> list[queries.HomeSeries]:
    """Tests at home of each household, planned against done, until release."""
    it = reader(request)
    return queries.home_series(actor=it.actor, area=_area(it, area), now=it.now)


@router.get("/refusals", response=listed(RefusalOut))
def refusals(request: HttpRequest) -> list[queries.RefusalCard]:
    """Refusals of running rounds; for the building's team only."""
    return queries.refusals(actor=reader(request).actor)


@router.get("/rounds/{round_id}/shops", response=listed(ShopOut))
def shops(request: HttpRequest, round_id: UUID) -> list[queries.ShopCard]:
    """The shops of a round in walking order."""
    return queries.shops(actor=reader(request).actor, round_id=round_id)


class AppointIn(Command):
    """People, by id or by the file number on their papers, the day on which they are to be tested, and what for."""

    person_ids: list[UUID] = Field(default=[], max_length=1000)
    file_nos: list[Line] = Field(default=[], max_length=1000)
    day: Day
    purpose: Word


@acts("/appointments")
def appoint(it: Reader, body: AppointIn) -> Rows:
    """Appoint people for a test on a day to come."""
    cards = [people.by_file_no(actor=it.actor, file_no=file_no) for file_no in body.file_nos]
    asked = list(dict.fromkeys([*body.person_ids, *(one.id for one in cards)]))
    if not asked or len(people.people(actor=it.actor, ids=asked)) < len(asked):
        raise NotFound
    actions.appoint(actor=it.actor, person_ids=asked, day=body.day, purpose=body.purpose, now=it.now)
    return asked


class PartIn(RoundIn):
    """A round of a part of an area: grids, or places (those of a zone) with metres around them where it is a buffer."""

    grids: list[Path] = Field(default=[], max_length=200)
    place_ids: list[UUID] = Field(default=[], max_length=200)
    radius_m: int | None = Field(default=None, ge=1, le=20_000)


@acts("/rounds/part")
def open_part_round(it: Reader, body: PartIn) -> Rows:
    """Order a round of a part of an area: only whoever lives there is on its roster."""
    area = area_of(it.actor, body.area)
    policies.require(actor=it.actor, act="round.open", area=area, now=it.now)
    places.known(actor=it.actor, ids=body.place_ids)
    directive = organisation.directive_for(actor=it.actor, act="round.open", area=area, now=it.now)
    made = actions.open_part_round(
        actor=it.actor,
        area=area,
        part=Part(grids=tuple(Area(grid) for grid in body.grids), place_ids=tuple(body.place_ids), radius_m=body.radius_m),
        reason=body.reason,
        directive_id=directive,
        window=Period(start=body.opens_at, end=body.closes_at),
        now=it.now,
        cause=cause_of(directive),
    )
    return [made]


class DeclineIn(OfRound):
    """Who declines, and the reason code."""

    person_id: UUID
    code: Word


@acts("/refusals")
def record_decline(it: Reader, body: DeclineIn) -> Rows:
    """Record that somebody declines his test in a round."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    people.person(actor=it.actor, person_id=body.person_id)
    cause = cause_of(body.round_id)
    return [actions.record_decline(actor=it.actor, round_id=body.round_id, person_id=body.person_id, code=body.code, now=it.now, cause=cause)]


class OfRefusal(Command):
    """A refusal."""

    refusal_id: UUID


class TalkIn(OfRefusal):
    """What was tried: explanation, second-offer, home-option."""

    talk: Word


@acts("/refusals/talk")
def note_talk(it: Reader, body: TalkIn) -> Rows:
    """Record a talk, a second offer, or the offer of a sample at home."""
    actions.note_talk(actor=it.actor, refusal_id=body.refusal_id, talk=body.talk, now=it.now, cause=cause_of(body.refusal_id))
    return [body.refusal_id]


class ReferIn(OfRefusal):
    """Why the refusal is referred."""

    why: Text


@acts("/refusals/refer")
def refer_decline(it: Reader, body: ReferIn) -> Rows:
    """Refer a refusal after all talks; it is recorded, nothing follows."""
    actions.refer_decline(actor=it.actor, refusal_id=body.refusal_id, why=body.why, now=it.now, cause=cause_of(body.refusal_id))
    return [body.refusal_id]


class ShopIn(OfRound):
    """A shop, and why it has no sample."""

    place_id: UUID
    reason: Word


@acts("/rounds/note-premises")
def note_premises(it: Reader, body: ShopIn) -> Rows:
    """Note why a shop has no sample in a round."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    cause = cause_of(body.round_id)
    actions.note_premises(actor=it.actor, round_id=body.round_id, place_id=body.place_id, reason=body.reason, now=it.now, cause=cause)
    return [body.place_id]
