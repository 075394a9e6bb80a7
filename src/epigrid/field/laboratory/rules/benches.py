"""Plates, the order of the queue, and when results are to be expected. Pure: no Django, no clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from epigrid.kernel.errors import DomainError

RANKS = range(1, 10)
SINGLE_RANK, ROUND_RANK = 2, 5
"""Design values, set otherwise per round: single tubes (retests, doors) are read before those of a round."""
RERUN_RANK = 0
"""A positive that waits for its second run goes before everything."""
WELL_ROWS = {96: 8, 384: 16, 48: 6, 24: 4}
"""Rows of the plates of the trade; a plate of any other number of wells counts its wells in one row."""
DAY = timedelta(days=1)


class PlateTooSmall(DomainError):
    """More tubes than the plate has wells."""

    reason = "plate.too-small"


class PlateEmpty(DomainError):
    """No tube waits, or none was named."""

    reason = "plate.empty"


class PlateLabelTaken(DomainError):
    """Another plate bears this label."""

    reason = "plate.label-taken"


class NotWaiting(DomainError):
    """A tube is read already, lies on another plate, or is with another laboratory."""

    reason = "plate.tube-not-waiting"


class PlateOver(DomainError):
    """The plate failed before."""

    reason = "plate.failed"


class RankUnknown(DomainError):
    """A rank is a number from 1 (first) to 9."""

    reason = "bench.rank-unknown"


class OverflowSelf(DomainError):
    """A laboratory is not its own overflow."""

    reason = "bench.overflow-self"


class CountDiffers(DomainError):
    """The count said is not the number of tubes that are sent on."""

    reason = "bench.count-differs"


class TakenBefore(DomainError):
    """These tubes were counted by the other laboratory before."""

    reason = "bench.taken-before"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a laboratory says of itself; None: it has not said. `tubes_per_day` over 24 h; `turnaround_minutes` from bench to reading."""

    tubes_per_day: int | None = None
    turnaround_minutes: int | None = None
    queue_limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One tube in the queue."""

    label: str
    rank: int
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """So many tubes come at a moment."""

    at: datetime
    tubes: int


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the queue will be: its peak, when it first passes the limit (None: never), when it is empty, and when the last tube's result is there."""

    peak: int
    peak_at: datetime
    over_limit_at: datetime | None
    empty_at: datetime
    last_result_at: datetime


def well_name(position: int, wells: int) -> str:
    """The name of a well, counted from 1 down the columns: `A1`, `B1` ... on plates of the trade, else the number."""
    rows = WELL_ROWS.get(wells)
    return str(position) if rows is None else f"{chr(ord('A') + (position - 1) % rows)}{(position - 1) // rows + 1}"


def waits(*, outcome: str, awaits: str, on_plate: bool, sent_on: bool) -> bool:
    """Whether a tube stands in its laboratory's queue: not read (or to be run again), on no plate, not on its way elsewhere."""
    return not outcome and awaits in ("", "rerun") and not on_plate and not sent_on


def in_order(queue: Sequence[Waiting]) -> list[Waiting]:
    """Who is next: by rank, then by arrival, then by label."""
    return sorted(queue, key=lambda tube: (tube.rank, tube.received_at, tube.label))


def expected_at(place: int, bench: Bench, now: datetime) -> datetime | None:
    """When the result of the tube at a place of the queue (from 1) is to be expected; None when the laboratory has not said what it can do."""
    if not bench.tubes_per_day or bench.turnaround_minutes is None:
        return None
    return now + DAY * (place / bench.tubes_per_day) + timedelta(minutes=bench.turnaround_minutes)


def forecast(waiting: int, arrivals: Sequence[Arrival], bench: Bench, now: datetime) -> Forecast | None:
    """The queue as a flow: it grows by what arrives and falls by `tubes_per_day`; None when the laboratory has not said what it can do (S-203).

    The bench works without a break while anything waits. Between arrivals the queue only falls, so its peak is at an arrival.
    """
    if not bench.tubes_per_day or bench.turnaround_minutes is None:
        return None
    each = DAY / bench.tubes_per_day
    at, queue = now, float(waiting)
    peak, peak_at, over = queue, now, now if bench.queue_limit is not None and queue > bench.queue_limit else None
    for arrival in sorted(arrivals, key=lambda one: one.at):
        moment = max(arrival.at, at)
        queue = max(0.0, queue - (moment - at) / each) + arrival.tubes
        at = moment
        if queue > peak:
            peak, peak_at = queue, at
        if over is None and bench.queue_limit is not None and queue > bench.queue_limit:
            over = at
    empty = at + each * queue
    last = empty + timedelta(minutes=bench.turnaround_minutes)
    return Forecast(peak=round(peak), peak_at=peak_at, over_limit_at=over, empty_at=empty, last_result_at=last)


def overflow(queue: Sequence[Waiting], bench: Bench, now: datetime, by: datetime) -> list[Waiting]:
    """The tubes at the end of the queue whose result will not be there `by` a moment: what another laboratory should read (S-203).

    Empty when the laboratory has not said what it can do.
    """
    return [tube for place, tube in enumerate(in_order(queue), start=1) if (expected_at(place, bench, now) or by) > by]


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link of the laboratory's chain: how many passed it, how many wait before it since when, and its median delay in minutes (S-201, S-205)."""

    key: str
    done: int
    waiting: int
    since: datetime | None
    median_minutes: float | None
    last_at: datetime | None


def link(key: str, spans: Sequence[tuple[datetime | None, datetime | None]], *, over: Sequence[bool] = ()) -> Link:
    """One link from pairs (came to it, passed it); a tube that has not come to it counts nowhere, nor one that is `over` without having passed."""
    ended = over or [False] * len(spans)
    passed = [(start, end) for start, end in spans if start is not None and end is not None]
    open_ = [start for (start, end), gone in zip(spans, ended, strict=True) if start is not None and end is None and not gone]
    minutes = [(end - start).total_seconds() / 60 for start, end in passed]
    return Link(
        key=key,
        done=len(passed),
        waiting=len(open_),
        since=min(open_, default=None),
        median_minutes=median(minutes) if minutes else None,
        last_at=max((end for _, end in passed), default=None),
    )


def bottleneck(links: Sequence[Link]) -> str:
    """The link at which most tubes wait, the slowest of equals; empty when none waits anywhere."""
    waiting = [one for one in links if one.waiting]
    return max(waiting, key=lambda one: (one.waiting, one.median_minutes or 0.0)).key if waiting else ""
