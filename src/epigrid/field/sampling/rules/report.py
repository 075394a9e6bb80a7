"""What a round was, in figures: who came by when, how long tubes took from link to link, the roll-call at the end. Pure: no Django, no clock, no I/O."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

LINKS = (("send", "closed", "sent"), ("carry", "sent", "received"), ("read", "received", "read"))
"""Links of a tube after it is closed: until its box leaves, until the laboratory counted it, until it is read (采送检报, S-201)."""
MOST_STEPS = 1440
"""Steps of a curve: minutes of a day; a longer round is told in longer steps."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class LinkTime:
    """One link: tubes that passed it, tubes that stand in it, minutes for the middle one and for nine of ten (None: no tube reached it)."""

    link: str
    passed: int
    waiting: int
    median_min: float | None
    p90_min: float | None


def link_times(stamps: Iterable[Mapping[str, datetime | None]], *, now: datetime) -> tuple[LinkTime, ...]:
    """The links of tubes by their stamps (closed, sent, received, read); what stands in a link counts until `now`, so a link that lets nothing through is slow.

    The tubes are read once, and eight bytes are kept of each link of each.
    """
    spans, passed = {link: array("d") for link, _before, _after in LINKS}, dict.fromkeys((link for link, _before, _after in LINKS), 0)
    for row in stamps:
        for link, before, after in LINKS:
            start, end = row[before], row[after]
            if start is not None:
                spans[link].append(max(0.0, ((end or now) - start).total_seconds() / 60))
                passed[link] += end is not None
    found = []
    for link, took in spans.items():
        ordered = array("d", sorted(took))
        count = passed[link]
        found.append(
            LinkTime(link=link, passed=count, waiting=len(ordered) - count, median_min=rank(ordered, 0.5), p90_min=rank(ordered, 0.9)),
        )
    return tuple(found)


def rank(ordered: Sequence[float], share: float) -> float | None:
    """The value that so large a share of the ordered ones does not exceed (nearest rank); None of none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def slowest(links: Sequence[LinkTime]) -> str:
    """The link in which the middle tube spent most time, nine of ten breaking ties; empty where no tube took any."""
    known = [link for link in links if link.median_min]
    return max(known, key=lambda link: (link.median_min or 0.0, link.p90_min or 0.0)).link if known else ""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Steps of a curve: the first moment, minutes between two, how many."""

    start: datetime
    minutes: int
    steps: int

    def moment(self, step: int) -> datetime:
        """When a step is."""
        return self.start + step * self.minutes * MINUTE


def axis(*, start: datetime, end: datetime) -> Axis:
    """Steps of whole minutes from the minute of a start to an end, no more than `MOST_STEPS` and the one at the start."""
    start = start.replace(second=0, microsecond=0)
    length = max(1, math.ceil((end - start) / MINUTE))
    minutes = math.ceil(length / MOST_STEPS)
    return Axis(start=start, minutes=minutes, steps=math.ceil(length / minutes) + 1)


def cumulative(counts: Mapping[datetime, int], over: Axis) -> list[int]:
    """How many had come by each step, the step included, from how many came in the minute that ended at a moment."""
    moments = sorted(counts)
    sums = list(accumulate((counts[moment] for moment in moments), initial=0))
    return [sums[bisect_right(moments, over.moment(step))] for step in range(over.steps)]
