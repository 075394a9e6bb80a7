"""Judgements about visits, temperatures, the day's routine, and series that nobody can have walked. Pure."""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause

RESULTS = ("met", "refused", "absent")
"""What one attempt came to; of several the first of this order is the household's, whatever the order in which they arrive."""
STATES = (*RESULTS, "open", "ended")
"""The classes of coverage: every household of a campaign is in exactly one. `ended`: the campaign closed before anybody went."""
MEANS = ("door", "bell", "phone", "relative", "neighbour", "welfare-check")
"""How somebody tried, step by step (S-067)."""
CHANGES = ("moved-in", "moved-out", "baby", "away", "back", "died", "vacant")
"""What changed in a household since it was written down: somebody looks, the visit itself changes no file."""
REQUESTS = ("medicine", "food", "waste", "consolation", "other")
"""What people ask for at the door; care takes it on. Needs that last are those of the people register."""
ABSENT_BEFORE_OTHER_WAYS = 2
"""After so many attempts without an answer the household is reached another way (S-064)."""
OWN = ("own", "guardian")
"""The resident's own page, or his guardian's."""
CHANNELS = ("visit", "phone", *OWN)
"""How a temperature came to be known."""
COLDEST, HOTTEST = Decimal("30.0"), Decimal("45.0")
"""Beyond these a number is a slip of the finger (design value)."""
TARGETS = ("home", "site", "zone")
"""Whom a routine watches: each person in quarantine at home, each at a site, each place of a zone."""
DECISIONS: Mapping[str, tuple[str, ...]] = {"series": ("plausible", "recall"), "recall": ("confirmed", "differs")}
"""What a reviewer may say of a series, and of one record whose people were called."""
WITHIN = timedelta(minutes=10)
"""The window of guard X08 (catalogue: 200 visits in 10 minutes are flagged)."""
MOST_DOORS = 40
"""So many doors within the window can be walked: fifteen seconds a door, the time of the quickest answer at a roll-call (design value)."""
RECALL_SHARE = 0.02
"""The share of records whose people are called back at random (procedures 4)."""


class ResultUnknown(DomainError):
    """An attempt is met, refused or absent, by a means of the list; changes and needs are closed lists; needs are of people of the household."""

    reason = "visit.result-unknown"


class CampaignOver(DomainError):
    """A campaign has an end in the future when it opens; what happened after it closed is no visit of it."""

    reason = "visit.campaign-over"


class TemperatureUnknown(DomainError):
    """A temperature lies between 30 and 45 degrees, in the past, and comes from a visit, a call or the person's page."""

    reason = "visit.temperature-unknown"


class RoutineIncomplete(DomainError):
    """A routine names whom it watches, its items with a window each (from before to), its basis, and an end in the future."""

    reason = "routine.incomplete"


class NotOfThisDay(DomainError):
    """No such item on this day; what will be due tomorrow is done tomorrow."""

    reason = "routine.not-of-this-day"


class ReviewUnfit(DomainError):
    """A series is plausible or its people are called; a record is confirmed or differs; decided once, never by the hand that made the records."""

    reason = "visit.review-unfit"


@dataclass(frozen=True, kw_only=True)
class FeverPolicy(Clause):
    """The one limit of temperatures that a county may set (that of its sampling sites), in degrees Celsius; no pack sets it."""

    key: ClassVar[str] = "temperature"
    isolate_from_c: float | None


def is_fever(*, celsius: Decimal, policy: FeverPolicy | None) -> bool:
    """Whether a temperature reaches the clause's limit; without a limit no temperature does."""
    return policy is not None and policy.isolate_from_c is not None and celsius >= Decimal(str(policy.isolate_from_c))


def judge_attempt(*, result: str, means: str, changes: Iterable[str]) -> None:
    """Refuse words that are on none of the lists."""
    if result not in RESULTS or means not in MEANS or not set(changes) <= set(CHANGES):
        raise ResultUnknown(result=result, means=means)


def standing(results: Iterable[str]) -> str:
    """What all attempts at a household come to: met if anybody was met, refused before absent, open without any. Their order does not matter."""
    found = set(results)
    return next((result for result in RESULTS if result in found), "open")


def unreached(results: Sequence[str]) -> bool:
    """Whether a household is to be reached another way: so many attempts, and never an answer."""
    return standing(results) == "absent" and len(results) >= ABSENT_BEFORE_OTHER_WAYS


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The households of a campaign in a building by class: their sum is all of them, at every moment."""

    all: int
    met: int
    refused: int
    absent: int
    open: int
    ended: int


def coverage(states: Mapping[str, int]) -> Coverage:
    """Count classes; a class that is not on the list is an error of the caller (KeyError)."""
    counts = dict.fromkeys(STATES, 0)
    for state, count in states.items():
        counts[state] = counts[state] + count
    return Coverage(all=sum(counts.values()), **counts)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a routine: what is done, within which local hours of the day."""

    item: str
    starts: time
    ends: time


def judge_routine(*, target: str, items: Sequence[Item], basis: str, ends_at: datetime, now: datetime) -> None:
    """Refuse a routine without target, basis, end, or with a window that is none."""
    whole = target in TARGETS and bool(basis.strip()) and ends_at > now and all(one.item.strip() and one.starts < one.ends for one in items)
    if not whole:
        raise RoutineIncomplete(target=target, items=len(items))


def is_late(*, at: datetime, window_ends: datetime) -> bool:
    """Whether an item was entered after its window: taken, and shown as late."""
    return at > window_ends


def implausible(moments: Sequence[tuple[datetime, Hashable]], *, within: timedelta = WITHIN, most: int = MOST_DOORS) -> frozenset[int]:
    """Which of one hand's acts (moment, door) nobody can have done so fast: places in `moments` (guard X08).

    An act is implausible if some window of `within` (both ends included) that holds it has more than `most` different doors. The order of the acts does not
    matter, several acts at one door are one door; it flags, it never refuses. O(n log n).
    """
    order = sorted(range(len(moments)), key=lambda place: moments[place][0])
    times = [moments[place][0] for place in order]
    doors: Counter[Hashable] = Counter()
    found: set[int] = set()
    last = marked = 0
    for first, place in enumerate(order):
        end = bisect_right(times, times[first] + within)
        doors.update(moments[one][1] for one in order[last:end])
        last = max(last, end)
        if len(doors) > most:
            found.update(order[max(first, marked) : end])
            marked = max(marked, end)
        doors[moments[place][1]] -= 1
        if not doors[moments[place][1]]:
            del doors[moments[place][1]]
    return frozenset(found)


def drawn(draw: UUID) -> bool:
    """Whether the record that told this fact is called back: a digest of the fact's id, which no hand chooses, falls into the share."""
    return int.from_bytes(hashlib.sha256(draw.bytes).digest()[:8]) < RECALL_SHARE * 2**64


def judge_review(*, kind: str, decision: str, decided: bool, own: bool) -> None:
    """Refuse a word that is on no list, a second decision, and deciding about one's own records."""
    if decision not in DECISIONS.get(kind, ()) or decided or own:
        raise ReviewUnfit(kind=kind, decision=decision)
