"""What a plan's slots had said of a round, against what came: with the engine of rounds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from epigrid.engine.rounds import stages
from epigrid.engine.rounds.progress import error
from epigrid.engine.rounds.schemas import Shift, Site, Wave


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A site of a plan: its lanes and its slots as (from, until, people), minutes from the opening."""

    lanes: int
    slots: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Forecast and fact of the people who come to sites, cumulative by step; how far the end came later (minutes) and the curves lay apart.

    `mean_share` is of all who were sampled; `finish_min` and the rest are None where nobody was.
    """

    forecast: tuple[int, ...]
    fact: tuple[int, ...]
    finish_min: float | None
    mean_people: float | None
    mean_share: float | None
    worst_step: int | None


def forecast(sites: Sequence[Expected], *, per_lane_hour: int, minutes: int, steps: int) -> list[float]:
    """People sampled by each step as the slots and lanes of a plan say: everybody comes evenly over his slot and lanes work the whole time."""
    horizon = minutes * (steps - 1)
    plans = [
        Site(
            waves=tuple(Wave(from_min=start, until_min=until, people=people) for start, until, people in site.slots),
            shifts=(Shift(from_min=0, until_min=max(horizon, 1), lanes=site.lanes),),
            seconds_per_person=3600 / per_lane_hour,
            pool_size=1,
            sealing_min=0,
        )
        for site in sites
        if site.slots
    ]
    if not plans:
        return [0.0] * steps
    sampled = stages.sample(plans, max(horizon, 1)).sampled.sum(axis=0)
    return [float(sampled[step * minutes]) for step in range(steps)]


def compare(said: Sequence[float], came: Sequence[int], *, minutes: int) -> Compared:
    """Two curves over the same steps."""
    shown = tuple(round(value) for value in said)
    if not came or not came[-1]:
        return Compared(forecast=shown, fact=tuple(came), finish_min=None, mean_people=None, mean_share=None, worst_step=None)
    found = error(np.asarray(said, dtype=np.float64), np.asarray(came, dtype=np.float64))
    return Compared(
        forecast=shown,
        fact=tuple(came),
        finish_min=found.finish_min * minutes,
        mean_people=found.mean_people,
        mean_share=found.mean_share,
        worst_step=found.worst_min,
    )
