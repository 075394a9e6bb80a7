"""Judgements about care. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

KINDS = frozenset({"medicine", "dialysis", "food", "waste", "ambulance", "birth", "consolation", "pet", "complaint", "other"})
URGENT = frozenset({"dialysis", "birth"})
CHANNELS = frozenset({"phone", "bell", "page", "visit", "group"})
OPEN = frozenset({"recorded", "accepted"})
LEVELS = ("community", "subdistrict", "county")


class KindUnknown(DomainError):
    """Requests are a closed list of kinds; words are taken down by phone or at the door."""

    reason = "care.kind-unknown"


class RequestClosed(DomainError):
    """The request was delivered or answered."""

    reason = "care.request-closed"


@dataclass(frozen=True, kw_only=True)
class CarePolicy(Clause):
    """Target times by kind, and when an unsolved request goes up."""

    key: ClassVar[str] = "care"
    medicine_minutes: int | None
    request_minutes: int | None
    urgent_minutes: int | None
    escalate_minutes: int | None


def due_at(kind: str, now: datetime, policy: CarePolicy) -> datetime | None:
    """The target moment of a request, or None where nobody set one. A target reminds; it never closes or refuses."""
    minutes = policy.medicine_minutes if kind == "medicine" else policy.urgent_minutes if kind in URGENT else policy.request_minutes
    return None if minutes is None else now + timedelta(minutes=minutes)


def escalate_at(due: datetime, policy: CarePolicy) -> datetime:
    """When an unsolved request goes up: the clause's time after its target, at once where none is set."""
    return due + timedelta(minutes=policy.escalate_minutes or 0)
