"""What more would hold the window: lanes at the sites that are too slow, laboratory, or both; and when nothing would."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np

from epigrid.engine.rounds import stages
from epigrid.engine.rounds.forecast import Outcome, play
from epigrid.engine.rounds.schemas import Laboratory, Link, Minutes, Plan, Shift


@dataclass(frozen=True, kw_only=True)
class More:
    """An addition that holds the window; one step less does not."""

    lanes_per_site: int
    """In every shift of each site in `sites`; never more than where nobody waits, for each further lane ends with a tube that is not full."""
    sites: tuple[int, ...]
    tubes_per_day: int
    """Over all laboratories, each grown by the same share in number and machines."""


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """What would hold the window. None = that alone does not. `best` is the end if nothing ever waited: later than the window, only another window,
    other arrivals, ways or laboratory times help."""

    holds_as_it_is: bool
    lanes: More | None
    laboratory: More | None
    both: More | None
    vehicles_alone_hold: bool
    """A vehicle ready for every sealed tube would do."""
    best: Outcome


def what_holds(plan: Plan) -> Remedies:
    """Search the smallest additions: about ten plays of the plan per answer, two seconds for 500,000 people."""

    def held(changed: Plan, relieved: Collection[Link] = ()) -> bool:
        return play(changed, relieved).outcome.holds(plan.window_end_min)

    best = play(plan, set(Link)).outcome
    slow = slow_sites(plan)
    found = Remedies(holds_as_it_is=held(plan), lanes=None, laboratory=None, both=None, vehicles_alone_hold=held(plan, {Link.SEND}), best=best)
    if found.holds_as_it_is or not best.holds(plan.window_end_min):
        return found
    ample = _ample_lanes(plan, slow)
    lanes = _smallest(lambda more: held(with_lanes(plan, slow, more)), ample)
    tubes = _least(plan, held)
    both = None
    if lanes is None and tubes is None and (needed := _least(with_lanes(plan, slow, ample), held)) is not None:
        grown = with_laboratory(plan, needed)
        also = _smallest(lambda more: held(with_lanes(grown, slow, more)), ample)
        both = None if also is None else More(lanes_per_site=also, sites=slow, tubes_per_day=needed)
    return replace(
        found,
        lanes=None if lanes is None else More(lanes_per_site=lanes, sites=slow, tubes_per_day=0),
        laboratory=None if tubes is None else More(lanes_per_site=0, sites=(), tubes_per_day=tubes),
        both=both,
    )


def slow_sites(plan: Plan) -> tuple[int, ...]:
    """Sites at which people wait or find the lanes closed: where another lane changes anything."""
    return tuple(np.flatnonzero(_queues(plan).max(axis=1) >= 1).tolist())


def _queues(plan: Plan) -> Minutes:
    """People waiting (sites x minutes)."""
    sampled = stages.sample(plan.sites, plan.horizon_min)
    return sampled.came - sampled.sampled


def _ample_lanes(plan: Plan, sites: tuple[int, ...]) -> int:
    """The fewest lanes more per site at which nobody waits whom a lane could have served: who comes before the opening waits with any number of lanes."""
    if not sites:
        return 0
    most = max(plan.sites[site].people for site in sites)
    least = float(_queues(with_lanes(plan, sites, most)).sum())
    return _smallest(lambda more: float(_queues(with_lanes(plan, sites, more)).sum()) <= 1.01 * least + len(sites), most) or most


def with_lanes(plan: Plan, sites: Collection[int], more: int) -> Plan:
    """The plan with so many more lanes in each shift of these sites."""

    def grown(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
        return tuple(replace(shift, lanes=shift.lanes + more) for shift in shifts)

    return replace(plan, sites=tuple(replace(site, shifts=grown(site.shifts)) if at in sites else site for at, site in enumerate(plan.sites)))


def with_laboratory(plan: Plan, tubes_per_day: int) -> Plan:
    """The plan with so many more tubes a day, shared among its laboratories by their size; machines grow by the same share, rounded up."""
    share = 1 + tubes_per_day / sum(laboratory.tubes_per_day for laboratory in plan.laboratories)

    def grown(laboratory: Laboratory) -> Laboratory:
        return replace(
            laboratory,
            tubes_per_day=math.ceil(laboratory.tubes_per_day * share - 1e-9),
            machines=math.ceil(laboratory.machines * share - 1e-9),
        )

    return replace(plan, laboratories=tuple(grown(laboratory) for laboratory in plan.laboratories))


def _least(plan: Plan, held: Callable[[Plan], bool]) -> int | None:
    """The least tubes a day more, in whole plates; once every plate has a machine of its own nothing changes."""
    if not plan.laboratories:
        return None
    step = plan.laboratories[0].plate_tubes
    tubes = sum(site.people for site in plan.sites) + sum(booking.tubes for laboratory in plan.laboratories for booking in laboratory.booked)
    ratio = max(tubes / laboratory.plate_tubes / laboratory.machines + tubes / laboratory.tubes_per_day for laboratory in plan.laboratories)
    most = math.ceil(ratio * sum(laboratory.tubes_per_day for laboratory in plan.laboratories) / step)
    found = _smallest(lambda plates: held(with_laboratory(plan, plates * step)), most)
    return None if found is None else found * step


def _smallest(held: Callable[[int], bool], most: int) -> int | None:
    """The smallest step from 1 to `most` that holds; None where none is found. Doubles first, then halves."""
    low, high = 0, 1
    while not (high <= most and held(high)):
        if high >= most:
            return None
        low, high = high, min(high * 2, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if held(middle) else (middle, high)
    return high
