"""Judgements about care. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

KINDS = frozenset({"medicine", "dialysis", "food", "waste", "ambulance", "birth", "consolation", "pet", "complaint", "other"})
URGENT = frozenset({"dialysis", "birth"})
CHANNELS = frozenset({"phone", "bell", "page", "visit", "group"})
OPEN = frozenset({"recorded", "accepted", "bought"})
DONE = frozenset({"answered", "delivered"})
"""Something was said or brought; the resident has not confirmed it yet."""
TAKEN = frozenset({"accepted", "bought"})
"""Somebody has taken it on, and nobody else may."""
FETCHED = frozenset({"medicine", "food", "pet", "other"})
"""Kinds for which something is bought; the others are arranged and answered in words."""
GIVE_BACK = ("sold-out", "too-far", "shift-over", "needs-another", "other")
"""Why a helper gives a request back, by one tap."""
MOST_CENTS = 10_000_000
"""A greater amount for one request is a slip of the finger (design value)."""
LEVELS = ("community", "subdistrict", "county")


class KindUnknown(DomainError):
    """Requests are a closed list of kinds; words are taken down by phone or at the door."""

    reason = "care.kind-unknown"


class RequestClosed(DomainError):
    """The request was delivered or answered."""

    reason = "care.request-closed"


class ClaimedByOther(DomainError):
    """Somebody else has taken the request on; `details` say which office and duty, never his name (S-278)."""

    reason = "care.claimed-by-other"


class NotClaimed(DomainError):
    """Who buys or gives back has taken the request on before."""

    reason = "care.not-claimed"


class BoughtBefore(DomainError):
    """What was bought is delivered, not given back."""

    reason = "care.bought-before"


class BackReasonUnknown(DomainError):
    """A request is given back with a reason of the list."""

    reason = "care.back-reason-unknown"


class AmountUnfit(DomainError):
    """An amount is a whole number of cents, at least one, at most `MOST_CENTS`."""

    reason = "care.amount-unfit"


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


def judge_claim(*, state: str, claimed_by: UUID | None, claimant: UUID) -> bool:
    """Whether a claim changes anything: False for who holds it already. `RequestClosed`, `ClaimedByOther` (without the office, which the caller adds)."""
    if state not in OPEN:
        raise RequestClosed(state=state)
    if state in TAKEN and claimed_by != claimant:
        raise ClaimedByOther
    return state not in TAKEN


def judge_holding(*, state: str, claimed_by: UUID | None, actor: UUID, is_desk: bool) -> None:
    """Refuse who buys, delivers or gives back what he has not taken on; the desk may act for a helper who is gone. `RequestClosed`, `NotClaimed`."""
    if state not in OPEN:
        raise RequestClosed(state=state)
    if state not in TAKEN or (claimed_by != actor and not is_desk):
        raise NotClaimed(state=state)


def judge_amount(cents: int) -> None:
    """Refuse an amount that nobody pays."""
    if not 1 <= cents <= MOST_CENTS:
        raise AmountUnfit(cents=cents, most=MOST_CENTS)


EXIT_REASONS = ("emergency", "dialysis", "birth", "chemotherapy", "treatment", "return-visit", "other")
"""Why somebody goes out to hospital; no diagnosis."""
URGENCIES = ("emergency", "planned")


class ExitUnknown(DomainError):
    """A medical exit has a reason and an urgency of the lists."""

    reason = "exit.unknown"


class ExitNotGranted(DomainError):
    """A planned exit waits for the desk before it begins; an emergency never does."""

    reason = "exit.not-granted"


class ExitNotOut(DomainError):
    """Who has not left does not come back."""

    reason = "exit.not-out"


class ExitMomentUnfit(DomainError):
    """He leaves after he asked and comes back after he left, and neither lies ahead."""

    reason = "exit.moment-unfit"


def granted_at_once(urgency: str) -> bool:
    """Whether an exit is granted by being asked for: an emergency always, whatever is known of the person, his area or his tests (X06, S-178)."""
    return urgency == "emergency"


CALL_REASONS = ("household-survey", "health-check", "test-reminder")
CALL_RESULTS = ("reached", "no-answer", "wrong-number", "moved-away", "declined")
TESTED = ("tested", "not-tested", "exempt")
HEALTH = ("well", "unwell")


class CallUnknown(DomainError):
    """A reason or an answer of a call is not on its list; `details` name the field."""

    reason = "calls.unknown"


class CallerUnfit(DomainError):
    """A caller holds a helper's duty over the area, and calls for one part only; `details` name the part."""

    reason = "calls.caller-unfit"


class PartUnfit(DomainError):
    """A part has a name of its own, a leader and at least one caller; `details` name the part."""

    reason = "calls.part-unfit"


class HouseholdsLeft(DomainError):
    """Every part names its buildings, and some households live in none of them, or a building stands in two parts; `details` say how many."""

    reason = "calls.households-left"


@dataclass(frozen=True, kw_only=True)
class Share:
    """What falls to one caller: the part, the caller, and his households in walking order."""

    part: str
    caller_id: UUID
    household_ids: tuple[UUID, ...]


def split(
    *, households: Sequence[tuple[UUID, frozenset[UUID]]], parts: Mapping[str, Sequence[UUID]], places: Mapping[str, frozenset[UUID]]
) -> list[Share]:
    """Deal the households of an area out: each to exactly one caller (S-070).

    `households`: in walking order, each with the places that it lies in; `parts`: name -> callers; `places`: the buildings of a part. A household goes to the
    part of its building; those in no named building are dealt evenly to the parts that name none. Within a part the callers get neighbouring households,
    the longest list at most one longer than the shortest. `HouseholdsLeft` where a building stands in two parts or nobody calls some households.
    """
    named = {place: part for part, ids in sorted(places.items()) for place in ids}
    if len(named) < sum(len(ids) for ids in places.values()):
        raise HouseholdsLeft(twice=sum(len(ids) for ids in places.values()) - len(named))
    mine: dict[str, list[UUID]] = {part: [] for part in parts}
    free: list[UUID] = []
    for household_id, above in households:
        part = next((named[place] for place in sorted(above) if place in named), None)
        (free if part is None else mine[part]).append(household_id)
    anywhere = [part for part in parts if not places.get(part)]
    if free and not anywhere:
        raise HouseholdsLeft(left=len(free))
    for part, dealt in zip(anywhere, deal(free, len(anywhere)), strict=True):
        mine[part] += dealt
    return [
        Share(part=part, caller_id=caller, household_ids=tuple(dealt))
        for part, callers in parts.items()
        for caller, dealt in zip(callers, deal(mine[part], len(callers)), strict=True)
    ]


def deal(items: Sequence[UUID], hands: int) -> list[Sequence[UUID]]:
    """Cut a sequence into so many runs, in order, whose lengths differ by at most one."""
    if not hands:
        return []
    size, more = divmod(len(items), hands)
    ends = [number * size + min(number, more) for number in range(hands + 1)]
    return [items[start:end] for start, end in pairwise(ends)]
