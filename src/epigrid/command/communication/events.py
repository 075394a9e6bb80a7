"""Facts that communication tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MessagesSent(Event):
    """Messages were put into inboxes."""

    kind: ClassVar[str] = "communication.messages-sent"
    subject: ClassVar[str] = "first_id"
    heard_by_nobody: ClassVar[str] = "people read them"
    first_id: UUID
    message_ids: tuple[UUID, ...]
    key: str
