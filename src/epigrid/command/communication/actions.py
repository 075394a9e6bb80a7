"""Verbs of communication."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from epigrid.command.communication import rules
from epigrid.command.communication.events import MessagesSent
from epigrid.command.communication.models import Message
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed
from epigrid.registers.people import queries as people
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

SENDERS = (Duty.PROCEDURE, Duty.CDC_DUTY_OFFICER, Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE, Duty.COMMUNITY_SECRETARY)


@whole
def tell_duty(*, actor: Actor, area: Area, duties: Sequence[Duty], key: str, values: Mapping[str, Any], now: datetime, cause: UUID) -> int:
    """Put a message before whoever holds the duties over the area; the same cause and key again is the same message (S-414)."""
    actor.require(*SENDERS, area=area)
    rules.check(key=key, to_person=False, values=values)
    rows = [_row(area, key, values, now, cause, duty=str(duty)) for duty in duties]
    return _send(actor, area, rows, now, cause)


@whole
def tell_people(*, actor: Actor, area: Area, person_ids: Sequence[UUID], key: str, values: Mapping[str, Any], now: datetime, cause: UUID) -> int:
    """Send a private message to each person, on his own page and by his channel (a bell is a door task elsewhere)."""
    actor.require(*SENDERS, area=area)
    rules.check(key=key, to_person=True, values=values)
    cards = people.people(actor=actor, ids=person_ids)
    rows = [_row(card.area, key, values, now, cause, person=card) for card in cards]
    return _send(actor, area, rows, now, cause)


def _row(
    area: Area, key: str, values: Mapping[str, Any], now: datetime, cause: UUID, duty: str = "", person: people.PersonCard | None = None
) -> Message:
    address = f"person:{person.id}" if person else f"duty:{duty}"
    return Message(
        id=new_id(area, "message", cause, key, address),
        area=area,
        key=key,
        values=dict(values),
        duty=duty,
        person_id=person.id if person else None,
        channel=person.contact_channel if person else "inbox",
        sent_at=now,
        caused_by=cause,
        address=address,
    )


def _send(actor: Actor, area: Area, rows: Sequence[Message], now: datetime, cause: UUID) -> int:
    known = set(Message.objects.seen_by(actor).filter(caused_by=cause).values_list("key", "address"))
    fresh = [row for row in rows if (row.key, row.address) not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    if fresh:
        event = MessagesSent(area=area, first_id=fresh[0].id, message_ids=tuple(row.id for row in fresh), key=fresh[0].key)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


@whole
def mark_read(*, actor: Actor, message_id: UUID, now: datetime) -> None:
    """Note that a message was read by whom it is for: the receipt."""
    row = Message.objects.seen_by(actor).select_for_update().get(id=message_id)
    if row.person_id is None:
        actor.require(Duty(row.duty), area=row.area)
    elif row.person_id != actor.person_id:
        raise NotAllowed(needs="the person himself")
    if row.read_at is None:
        row.read_at, row.read_by = now, actor.id
        row.save(update_fields=["read_at", "read_by"])


def require_outbound(area: Area) -> None:
    """The door of every outbound adapter: nothing leaves an exercise tree."""
    if clock.card(area).exercise:
        raise rules.StaysInside(tree=area.tree)
