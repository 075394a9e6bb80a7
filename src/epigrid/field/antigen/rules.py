"""Judgements about antigen tests. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from epigrid.kernel.errors import DomainError

RESULTS = ("positive", "negative", "invalid")
"""The strictest first: what somebody's day is shown as, whatever the order of his results."""
OWN = ("own", "guardian")
"""The resident's own page, or his guardian's."""
CHANNELS = ("visit", "phone", *OWN)
"""How a result came: a worker at the door, a call, a resident's page."""


class ResultUnknown(DomainError):
    """A result is negative, positive or invalid; a worker says whether he stood there or was called."""

    reason = "antigen.result-unknown"


class NotTestedYet(DomainError):
    """A test lies in the past when its result is told."""

    reason = "antigen.not-tested-yet"


class NoKitLeft(DomainError):
    """The household reports more results than it was given kits (`issued`, `reported`): its kits are to be entered first."""

    reason = "antigen.no-kit-left"


class KitsMissing(DomainError):
    """At least one kit is handed over, and at most `MOST_KITS` to one household at once."""

    reason = "antigen.kits-missing"


MOST_KITS = 100
"""A greater number for one household is a slip of the finger (design value)."""


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The kits of a household or a building: how many were issued, how many results came of them (`used`), how many came in all (`reported`).

    `asked`: how many of those issued were for the day in question.
    """

    issued: int = 0
    asked: int = 0
    used: int = 0
    reported: int = 0

    @property
    def left(self) -> int:
        """Kits that nobody has told a result of."""
        return max(self.issued - self.used, 0)

    @property
    def beyond(self) -> int:
        """Results of kits that were never entered as issued."""
        return self.reported - self.used


def judge_kits(kits: int) -> None:
    """Refuse a number of kits that nobody hands over."""
    if not 1 <= kits <= MOST_KITS:
        raise KitsMissing(kits=kits, most=MOST_KITS)


def judge_report(*, result: str, balance: Balance) -> bool:
    """Whether an issued kit was used for this result; a household without a kit left is told so (`NoKitLeft`), but a positive is never refused."""
    if not balance.left and result != "positive":
        raise NoKitLeft(issued=balance.issued, reported=balance.reported)
    return bool(balance.left)


def standing(results: Iterable[str]) -> str:
    """What several results of one person come to: the strictest; nothing where there is none."""
    found = set(results)
    return next((result for result in RESULTS if result in found), "")
