"""The machine door of communication: the inbox of my duties."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from epigrid.command.communication import actions, queries
from epigrid.kernel.errors import NotFound
from epigrid.store.doors import Acts, Command, Reader, Rows, card, listed, reader

router = Router(tags=["messages"])
acts = Acts("messages", router)
MessageOut = card(queries.MessageCard)


@router.get("", response=listed(MessageOut))
def inbox(request: HttpRequest) -> list[queries.MessageCard]:
    """Messages to my duties, newest first."""
    return queries.inbox(actor=reader(request).actor)


class ReadIn(Command):
    """A message."""

    message_id: UUID


@acts("/read")
def mark_read(it: Reader, body: ReadIn) -> Rows:
    """Note that a message was read."""
    if body.message_id not in {message.id for message in queries.inbox(actor=it.actor, limit=1000)}:
        raise NotFound(message=str(body.message_id))
    actions.mark_read(actor=it.actor, message_id=body.message_id, now=it.now)
    return [body.message_id]
