"""A running round: its pace, its end by that pace, the forecast anew from the pace, and afterwards how wrong the forecast was."""

from dataclasses import dataclass, replace

import numpy as np

from epigrid.engine.rounds.schemas import Minutes, Plan, above_zero
from epigrid.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Where a round stands: people an hour of late, and when the rest is sampled at that rate (None: nothing moves)."""

    done: int
    left: int
    people_per_hour: float
    finish_min: float | None
    against_forecast: float
    """Sampled so far over what the forecast had said for now: 1 = as forecast."""


@dataclass(frozen=True, kw_only=True)
class Error:
    """Forecast against fact, after the round."""

    finish_min: float
    """Minutes by which the real end came later (below zero: earlier)."""
    mean_people: float
    """Mean distance of the two curves in people."""
    mean_share: float
    """The same as a share of all who were sampled."""
    worst_min: int
    """The minute in which they were furthest apart."""


def pace(sampled_at: Minutes, *, expected: int, forecast: Minutes, now_min: float, rate_window_min: float) -> Pace:
    """The pace from the moments of all samples so far (minutes, any order); `forecast` is the forecast's cumulative curve of sampled people."""
    above_zero(rate_window_min=rate_window_min)
    moments = np.sort(sampled_at)
    done = int(np.searchsorted(moments, now_min, side="right"))
    begins = max(now_min - rate_window_min, float(moments[0]) if done else now_min)
    late = done - int(np.searchsorted(moments, begins, side="left"))
    hours = (now_min - begins) / 60
    rate = late / hours if hours > 0 else 0.0
    left = max(0, expected - done)
    said = float(np.interp(now_min, np.arange(len(forecast)), forecast))
    finish = now_min + left / rate * 60 if rate else None
    if not left:
        finish = float(moments[done - 1]) if done else now_min
    return Pace(done=done, left=left, people_per_hour=rate, finish_min=finish, against_forecast=done / said if said else 1.0)


def at_pace(plan: Plan, share: float) -> Plan:
    """The plan with lanes as fast as they have turned out (`share` of what was planned: people an hour of a busy lane), to be forecast anew."""
    above_zero(share=share)
    return replace(plan, sites=tuple(replace(site, seconds_per_person=site.seconds_per_person / share) for site in plan.sites))


def error(forecast: Minutes, fact: Minutes) -> Error:
    """Compare two cumulative curves over the same minutes. Raises BadInput where they differ in length or nobody was sampled."""
    if len(forecast) != len(fact) or not len(fact) or fact[-1] <= 0:
        raise BadInput(field="fact", value=len(fact))
    apart = np.abs(forecast - fact)
    ends = [int(np.argmax(curve >= curve[-1] - 0.5)) for curve in (forecast, fact)]
    mean = float(apart.mean())
    return Error(finish_min=ends[1] - ends[0], mean_people=mean, mean_share=mean / float(fact[-1]), worst_min=int(apart.argmax()))
