"""Questions about messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from epigrid.command.communication.models import Message
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area


@dataclass(frozen=True, kw_only=True)
class MessageCard:
    """A message: its key and values are put into words at the edge."""

    id: UUID
    area: Area
    key: str
    values: Mapping[str, Any]
    person_id: UUID | None
    sent_at: datetime
    read_at: datetime | None


def inbox(*, actor: Actor, limit: int = 100) -> list[MessageCard]:
    """Messages to the actor's duties in his areas, newest first."""
    rows = Message.objects.seen_by(actor).filter(person_id__isnull=True, duty__in=[str(duty) for duty in actor.duties])
    return [_message(row) for row in rows.order_by("-sent_at", "-id")[:limit]]


def messages_to(*, actor: Actor, person_id: UUID) -> list[MessageCard]:
    """Private messages to one person, newest first: for himself and for those who serve him."""
    rows = Message.objects.seen_by(actor).filter(person_id=person_id).order_by("-sent_at", "-id")
    return [_message(row) for row in rows]


def _message(row: Message) -> MessageCard:
    return MessageCard(id=row.id, area=row.area, key=row.key, values=row.values, person_id=row.person_id, sent_at=row.sent_at, read_at=row.read_at)
