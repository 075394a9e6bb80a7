"""Facts that the policies register tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class HoldDelegated(Event):
    """The county EOC delegated issuing holds by directive to a named holder, for holds of at most N hours."""

    kind: ClassVar[str] = "policies.hold-delegated"
    subject: ClassVar[str] = "delegation_id"
    heard_by_nobody: ClassVar[str] = "the right is read from the row when a hold is issued"
    delegation_id: UUID
    directive_id: UUID
    to_holder_id: UUID
    max_hours: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class DelegationEnded(Event):
    """A delegation was taken back before its end."""

    kind: ClassVar[str] = "policies.delegation-ended"
    subject: ClassVar[str] = "delegation_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "the right is read from the row when a hold is issued"
    delegation_id: UUID
