"""Before the tube: temperature, registration, and whoever waits apart on the site (S-196, S-197, S-198)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.actions.alone import note_changes
from epigrid.field.sampling.actions.rounds import add_late, still_open, strike_off
from epigrid.field.sampling.events import GateSwitched, IsolatedHandedOver, PeopleRegistered, PersonIsolated, SamplingCodesMade, TemperatureTaken
from epigrid.field.sampling.models import Isolation, Registration, RosterRow, Round, SamplingCode, TemperatureReading
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import bulk, clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, uuid7

TABLE = (Duty.REGISTRAR, Duty.SAMPLER)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as a digit."""


@whole
def measure_temperature(*, actor: Actor, round_id: UUID, now: datetime, cause: UUID) -> None:
    """From now on: temperature, then registration, then swab. The limit is a clause; until it is set people look, and nobody is sent apart by itself."""
    _switch(actor, round_id, True, now, cause)


@whole
def stop_measuring(*, actor: Actor, round_id: UUID, now: datetime, cause: UUID) -> None:
    """The round measures temperature no more."""
    _switch(actor, round_id, False, now, cause)


def _switch(actor: Actor, round_id: UUID, measures: bool, now: datetime, cause: UUID) -> None:
    row = still_open(actor, round_id)
    actor.require(Duty.TESTING_FORCE, Duty.COUNTY_EOC_OFFICER, Duty.COMMUNITY_SECRETARY, area=row.area)
    if row.temperature_gate != measures:
        Round.objects.seen_by(actor).filter(id=row.id).update(temperature_gate=measures)
        journal.record(GateSwitched(area=row.area, round_id=row.id, measures=measures), actor=actor, at=now, caused_by=cause)


@whole
def take_temperature(
    *, actor: Actor, round_id: UUID, person_id: UUID, celsius: Decimal, now: datetime, cause: UUID, site_id: UUID | None = None
) -> str:
    """Note a reading and return `pass`, `isolate` (then he waits apart from now on) or `unjudged` (no limit is set)."""
    row = still_open(actor, round_id)
    actor.require(*TABLE, area=row.area)
    card = people.person(actor=actor, person_id=person_id)
    policy = policies.find(rules.TemperaturePolicy, edition=policies.edition(on=clock.local_day(row.area, now), area=row.area))
    outcome = rules.judge_temperature(celsius=celsius, policy=policy)
    TemperatureReading.objects.create(
        id=new_id(row.area, "temperature", row.id, person_id, now.isoformat()),
        area=card.area,
        round=row,
        person_id=person_id,
        celsius=celsius,
        outcome=outcome,
        by=actor.id,
        at=now,
    )
    event = TemperatureTaken(area=card.area, round_id=row.id, person_id=person_id, outcome=outcome)
    fact = journal.record(event, actor=actor, at=now, caused_by=cause)
    if outcome == "isolate":
        isolate(actor=actor, round_id=round_id, person_id=person_id, now=now, cause=fact, site_id=site_id)
    return outcome


@whole
def isolate(*, actor: Actor, round_id: UUID, person_id: UUID, now: datetime, cause: UUID, site_id: UUID | None = None) -> UUID:
    """Somebody waits apart: in this round he is sampled alone, and the record stays open until he is handed over. Again: the same record."""
    row = still_open(actor, round_id)
    actor.require(*TABLE, area=row.area)
    known = Isolation.objects.seen_by(actor).filter(round=row, person_id=person_id).first()
    if known is not None:
        return known.id
    add_late(actor=actor, round_id=round_id, person_ids=[person_id], now=now, cause=cause)
    roster = RosterRow.objects.seen_by(actor).select_for_update().get(round=row, person_id=person_id)
    note_changes(row, [roster], until=now)
    roster.list = "isolated"
    roster.save(update_fields=["list"])
    made = Isolation.objects.create(
        id=new_id(row.area, "isolation", row.id, person_id), area=roster.area, round=row, person_id=person_id, site_id=site_id, by=actor.id, at=now
    )
    event = PersonIsolated(area=roster.area, isolation_id=made.id, round_id=row.id, person_id=person_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return made.id


@whole
def hand_over_isolated(*, actor: Actor, isolation_id: UUID, handed_to: str, now: datetime, cause: UUID) -> None:
    """Whoever waited apart is taken over by a named vehicle, hospital or person: the end of the record."""
    row = Isolation.objects.seen_by(actor).select_for_update().get(id=isolation_id)
    actor.require(*TABLE, area=row.area)
    if row.handed_at is not None:
        raise rules.IsolationEnded(isolation=str(isolation_id))
    if not handed_to.strip():
        raise rules.ReceiverMissing(isolation=str(isolation_id))
    row.handed_to, row.handed_by, row.handed_at = handed_to.strip(), actor.id, now
    row.save(update_fields=["handed_to", "handed_by", "handed_at"])
    event = IsolatedHandedOver(area=row.area, isolation_id=row.id, person_id=row.person_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody who came to a table: by which of `rules.MEANS` he was found, and when."""

    person_id: UUID
    means: str
    at: datetime


@whole
def register(*, actor: Actor, round_id: UUID, person_ids: Sequence[UUID], means: str, table: str, now: datetime, cause: UUID) -> int:
    """Register people who stand at a table, as `register_arrivals`."""
    arrivals = [Arrival(person_id=person_id, means=means, at=now) for person_id in person_ids]
    return register_arrivals(actor=actor, round_id=round_id, arrivals=arrivals, table=table, now=now, cause=cause)


@whole
def register_arrivals(*, actor: Actor, round_id: UUID, arrivals: Sequence[Arrival], table: str, now: datetime, cause: UUID) -> int:
    """Register people at a table, in the order of the queue; return how many are new. Whoever was in no roster is added late.

    Refused whole: somebody who was sampled in the round, who waited apart when he came, whose temperature was not taken where the round measures it, who
    was struck off.
    """
    row = still_open(actor, round_id)
    actor.require(*TABLE, area=row.area)
    asked = {arrival.person_id: arrival for arrival in reversed(arrivals)}
    came = [asked[person_id] for person_id in dict.fromkeys(arrival.person_id for arrival in arrivals)]
    for arrival in came:
        if arrival.means not in rules.MEANS:
            raise rules.MeansUnknown(means=arrival.means)
    add_late(actor=actor, round_id=round_id, person_ids=list(asked), now=now, cause=cause)
    roster = {one.person_id: one for one in RosterRow.objects.seen_by(actor).filter(round=row, person_id__in=list(asked))}
    apart = _apart_since(actor, row, [one.person_id for one in roster.values() if one.list == "isolated"])
    for arrival in came:
        _may_register(roster.get(arrival.person_id), apart.get(arrival.person_id), arrival.at)
    if row.temperature_gate:
        _measured(actor, row, list(asked))
    known = set(Registration.objects.seen_by(actor).filter(round=row, person_id__in=list(asked)).values_list("person_id", flat=True))
    fresh = [arrival for arrival in came if arrival.person_id not in known]
    bulk.insert([_registration(actor, row, roster[arrival.person_id], arrival, table) for arrival in fresh])
    if fresh:
        event = PeopleRegistered(area=row.area, round_id=row.id, person_ids=tuple(arrival.person_id for arrival in fresh))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _registration(actor: Actor, row: Round, roster: RosterRow, arrival: Arrival, table: str) -> Registration:
    return Registration(
        id=new_id(row.area, "registration", row.id, arrival.person_id),
        area=roster.area,
        round=row,
        person_id=arrival.person_id,
        means=arrival.means,
        table=table,
        by=actor.id,
        at=arrival.at,
    )


def _apart_since(actor: Actor, row: Round, person_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    if not person_ids:
        return {}
    return dict(Isolation.objects.seen_by(actor).filter(round=row, person_id__in=person_ids).values_list("person_id", "at"))


def _may_register(row: RosterRow | None, apart_since: datetime | None, at: datetime) -> None:
    if row is None or row.struck:
        raise rules.NotOnRoster(person=str(row.person_id) if row else "")
    if row.list == "isolated" and (apart_since is None or apart_since <= at):
        raise rules.Isolated(person=str(row.person_id))
    if row.state == "sampled" and row.way == "here":
        raise rules.AlreadySampled(person=str(row.person_id))


def _measured(actor: Actor, row: Round, person_ids: Sequence[UUID]) -> None:
    taken = set(TemperatureReading.objects.seen_by(actor).filter(round=row, person_id__in=person_ids).values_list("person_id", flat=True))
    for person_id in person_ids:
        if person_id not in taken:
            raise rules.TemperatureFirst(person=str(person_id))


@whole
def not_here(*, actor: Actor, round_id: UUID, person_ids: Sequence[UUID], why: str, now: datetime, cause: UUID) -> None:
    """Strike people off who moved out, whose home is vacant, or who live elsewhere (`rules.NOT_HERE`); refused whole where one was sampled."""
    if why not in rules.NOT_HERE:
        raise rules.WhyUnknown(why=why)
    for person_id in dict.fromkeys(person_ids):
        strike_off(actor=actor, round_id=round_id, person_id=person_id, reason=why, now=now, cause=cause)


@whole
def make_codes(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    """The sampling codes of people, made where they have none; a code names nobody and says nothing. A resident makes his own."""
    cards = people.people(actor=actor, ids=person_ids)
    for card in cards:
        if actor.person_id is None:
            actor.require(*TABLE, Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, area=card.area)
    ids = [card.id for card in cards]
    known = set(SamplingCode.objects.seen_by(actor).filter(person_id__in=ids).values_list("person_id", flat=True))
    fresh = [card for card in cards if card.id not in known]
    SamplingCode.objects.bulk_create(
        [
            SamplingCode(
                id=uuid7(),
                area=card.area,
                tree=card.area.tree,
                person_id=card.id,
                code=_code(new_id(card.area, "sampling-code", card.id)),
                made_at=now,
            )
            for card in fresh
        ],
        ignore_conflicts=True,
    )
    if fresh:
        made = tuple(card.id for card in fresh)
        event = SamplingCodesMade(area=Area.over(card.area for card in fresh), first_person_id=made[0], person_ids=made)
        journal.record(event, actor=actor, at=now, caused_by=None)
    return dict(SamplingCode.objects.seen_by(actor).filter(person_id__in=ids).values_list("person_id", "code"))


def _code(made: UUID) -> str:
    """Ten letters and digits from the last fifty bits of an id."""
    return "".join(ALPHABET[made.int >> shift & 31] for shift in range(45, -5, -5))
