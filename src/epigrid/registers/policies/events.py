"""Facts that the policies register tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class HoldsDelegated(Event):
    """The county EOC delegated issuing holds in writing, for at most N hours, to a named holder."""

    kind: ClassVar[str] = "policies.holds-delegated"
    subject: ClassVar[str] = "delegation_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the right is read from the row when a hold is issued"
    delegation_id: UUID
    holder_id: UUID
    max_hours: int
    until: datetime
