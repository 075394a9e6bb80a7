"""Judgements about status and gates. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

EFFECTS = ("clear", "hold", "stay")
"""Statuses from free to bound; the strictest active reason gives the status."""
REASONS = frozenset({"hold", "quarantine", "home-quarantine", "treatment", "zone"})
"""The closed list of reasons: each comes from a decided measure (X02)."""
WAYS = frozenset({"pass", "home", "medical", "fire"})
NEVER_REFUSED = frozenset({"home", "medical", "fire"})
COLOURS = frozenset({"green", "yellow", "red"})


class ReasonUnknown(DomainError):
    """A status has a health reason of the closed list, with source, decider and end; nothing else is one (X02)."""

    reason = "status.reason-unknown"


class ColourUnknown(DomainError):
    """The province's colours are green, yellow and red."""

    reason = "colour.unknown"


@dataclass(frozen=True, kw_only=True)
class CodePolicy(Clause):
    """For which reasons a colour may be requested, and how soon the province answers."""

    key: ClassVar[str] = "code"
    reasons: tuple[str, ...]
    answer_minutes: int | None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One active reason: kind, the measure it comes from, its effect, who decided it, from when until when."""

    kind: str
    source_id: UUID
    effect: str
    since: datetime
    until: datetime
    decided_by: UUID | None


def check(reasons: Iterable[Reason]) -> None:
    """Refuse a reason outside the closed list, without a decider, or without an end after its start."""
    for reason in reasons:
        if reason.kind not in REASONS or reason.effect not in EFFECTS or reason.decided_by is None or reason.until <= reason.since:
            raise ReasonUnknown(kind=reason.kind, effect=reason.effect)


def status_of(reasons: Iterable[Reason], now: datetime) -> str:
    """The strictest effect of the reasons active at `now`; clear without any."""
    active = [EFFECTS.index(reason.effect) for reason in reasons if reason.since <= now < reason.until]
    return EFFECTS[max(active, default=0)]


def gate_answer(*, status: str, way: str, has_release_paper: bool) -> str:
    """What a guard is told: `pass`, `call-desk` or `medical`.

    An emergency passes (medical), the fire exit and the way home are never refused (X06), a release paper beats every late code.
    """
    if way == "medical":
        return "medical"
    if way in NEVER_REFUSED or has_release_paper or status == "clear":
        return "pass"
    return "call-desk"


def answer_by(now: datetime, policy: CodePolicy) -> datetime | None:
    """By when the province should have answered, or None where nobody set it."""
    return None if policy.answer_minutes is None else now + timedelta(minutes=policy.answer_minutes)
