"""Temperatures of people at home: told by themselves, at the door or on the phone."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from epigrid.field.visits import rules
from epigrid.field.visits.actions.campaigns import VISITORS
from epigrid.field.visits.actions.series import Record, draw_recall, note_deed
from epigrid.field.visits.events import ReadingRecorded
from epigrid.field.visits.models import Reading
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import NoPackInForce
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def record_reading(
    *, actor: Actor, person_id: UUID, celsius: Decimal, now: datetime, channel: str = "visit", measured_at: datetime | None = None
) -> UUID:
    """Note somebody's temperature in degrees Celsius: a resident of himself, a guardian for his ward, a worker at the door or on the phone. Returns its id.

    It stands beside earlier ones; the same person, moment and number again is the same reading. It binds nobody, whatever it is.
    """
    card = people.person(actor=actor, person_id=person_id)
    if actor.person_id is None:
        actor.require(*VISITORS, Duty.REGISTRAR, Duty.SITE_MANAGER, area=card.area)
    else:
        channel = "own" if actor.id == actor.person_id else "guardian"
    at = measured_at or now
    own = (channel in rules.OWN) == (actor.person_id is not None)
    if channel not in rules.CHANNELS or not own or not rules.COLDEST <= celsius <= rules.HOTTEST or at > now:
        raise rules.TemperatureUnknown(channel=channel)
    known = Reading.objects.seen_by(actor).filter(person_id=person_id, measured_at=at, celsius=celsius).values_list("id", flat=True).first()
    if known is not None:
        return known
    row = Reading.objects.create(
        id=new_id(card.area, "temperature", person_id, at.isoformat(), celsius),
        area=card.area,
        person_id=person_id,
        celsius=celsius,
        channel=channel,
        fever=rules.is_fever(celsius=celsius, policy=_policy(card, at)),
        measured_at=at,
        by=actor.id,
        at=now,
    )
    event = ReadingRecorded(area=card.area, reading_id=row.id, person_id=person_id, fever=row.fever)
    fact_id = journal.record(event, actor=actor, at=now, caused_by=None)
    if channel == "visit":
        door = card.dwelling_id or person_id
        record = Record(kind="reading", id=row.id, area=card.area, fact_id=fact_id, door=door, person_id=person_id)
        note_deed(actor=actor, hand=actor.id, record=record, at=now, now=now)
        draw_recall(actor=actor, hand=actor.id, record=record, now=now)
    return row.id


def _policy(card: people.PersonCard, at: datetime) -> rules.FeverPolicy | None:
    """The clause that sets a limit, or None where no pack is in force or the one in force has none."""
    try:
        return policies.find(rules.FeverPolicy, edition=policies.edition(on=clock.local_day(card.area, at), area=card.area))
    except NoPackInForce:
        return None
