"""The table and the hand-over: order of steps, temperature, isolation on site, signatures, closing a site. Pure: no Django, no clock, no I/O."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

MEANS = ("code", "document", "phone", "paper", "home")
"""By what somebody was found at a table: sampling code, ID document, the phone that his family shares, number on his paper, home (S-196)."""
NOT_HERE = ("moved-out", "vacant", "lives-elsewhere")
"""Why somebody of the frozen register is struck off at the door or the table."""
DISCARDED = ("frozen", "duplicate-label")
"""Why a tube is thrown away unread: its liquid froze (S-218), or two tubes bear one label."""
GONE = ("lost", "discarded")
"""States of tubes that nobody will read: their people are open again."""
LEGS = ("vehicle", "laboratory")
"""Hand-overs of a box: from the site to the vehicle, from the vehicle to the laboratory (S-200)."""
CHECKLIST = ("doffing", "disinfection")
"""What is ticked when a site is closed (S-223); waste, tubes and isolated people are counted, never ticked."""


LABELS = {"tube": "T", "box": "B"}
"""Kind of label -> the letter before its seven digits."""


class LabelKindUnknown(DomainError):
    """Labels are drawn for tubes and for boxes."""

    reason = "label.kind-unknown"


class TemperatureFirst(DomainError):
    """The round measures temperature before registration, and this person's was not taken."""

    reason = "table.temperature-first"


class Isolated(DomainError):
    """The person waits in the isolation area of the site: he has a tube of his own and does not register at a table."""

    reason = "table.isolated"


class NotRegistered(DomainError):
    """Where temperature is measured, a tube of several takes registered people only: temperature, registration, swab."""

    reason = "table.not-registered"


class MeansUnknown(DomainError):
    """Somebody is found by one of `MEANS`."""

    reason = "table.means-unknown"


class WhyUnknown(DomainError):
    """Somebody is struck off for one of `NOT_HERE`."""

    reason = "table.why-unknown"


class IsolationEnded(DomainError):
    """The isolated person was handed over before."""

    reason = "isolation.ended"


class ReceiverMissing(DomainError):
    """A hand-over names who took over."""

    reason = "handover.receiver-missing"


class LegUnknown(DomainError):
    """A box is handed over to a vehicle and to a laboratory."""

    reason = "handover.leg-unknown"


class NotGiven(DomainError):
    """Nobody has signed for giving the box away yet; or the box was counted at its end already."""

    reason = "handover.not-given"


class SamePerson(DomainError):
    """Two people sign a hand-over: whoever gave it away cannot take it over."""

    reason = "handover.same-person"


class DiscardCodeUnknown(DomainError):
    """A tube is thrown away for one of `DISCARDED`."""

    reason = "tube.discard-code-unknown"


class TubeRead(DomainError):
    """The tube was read, lost or thrown away before."""

    reason = "tube.read"


class BagTaken(DomainError):
    """Another waste bag bears the code, or the bag was handed over before."""

    reason = "waste.bag-taken"


class SiteClosed(DomainError):
    """The sampling site is closed."""

    reason = "sampling-site.closed"


class SiteNotClear(DomainError):
    """The site cannot be closed: `details` say how many waste bags and tubes were not handed over, who is isolated, what is not ticked."""

    reason = "sampling-site.not-clear"


@dataclass(frozen=True, kw_only=True)
class TemperaturePolicy(Clause):
    """From which temperature on somebody is sampled apart; degrees Celsius, unset until the county says it."""

    key: ClassVar[str] = "temperature"
    isolate_from_c: float | None


def judge_temperature(*, celsius: Decimal, policy: TemperaturePolicy | None) -> str:
    """`pass` or `isolate` by the clause; `unjudged` where nobody has set the limit: then people look, and no path is taken by itself."""
    if policy is None or policy.isolate_from_c is None:
        return "unjudged"
    return "isolate" if celsius >= Decimal(str(policy.isolate_from_c)) else "pass"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One side's signature under a hand-over: how many tubes, the seal's number, a reading in degrees Celsius (none: not measured), the vehicle."""

    count: int
    seal: str = ""
    celsius: Decimal | None = None
    vehicle: str = ""


def labels_of(kind: str, first: int, count: int) -> tuple[str, ...]:
    """The labels of a run of numbers."""
    return tuple(f"{LABELS[kind]}{number:07d}" for number in range(first, first + count))


def missing_of(*, sent: Collection[str], found: Collection[str]) -> tuple[str, ...]:
    """Labels that were sent and not found, in order."""
    return tuple(sorted(set(sent) - set(found)))


def seal_differs(given: str, found: str) -> bool:
    """Whether the receiver read another seal number than the giver wrote; a seal that one side did not note says nothing."""
    return bool(given and found and given != found)


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """What is still on a sampling site: bags and tubes that nobody took, people in isolation, items not ticked."""

    bags: int
    tubes: int
    isolated: int
    unticked: Sequence[str]

    @property
    def clear(self) -> bool:
        """Whether the site may be closed."""
        return not (self.bags or self.tubes or self.isolated or self.unticked)


def judge_turnout(*, sampled: int, total: int, target_percent: int) -> bool:
    """Whether so few of a unit's people were sampled at half time that somebody goes and calls them (S-187); nobody waits in an empty unit."""
    return total > 0 and sampled * 100 < total * target_percent


def half_time(*, opens_at: datetime, closes_at: datetime) -> datetime:
    """The middle of a round's window: when somebody looks which units are behind."""
    return opens_at + (closes_at - opens_at) / 2
