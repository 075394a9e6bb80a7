"""What a plan of a round is: sites with staff hours, trips of vehicles, laboratories. Moments are minutes from the start of the round.

No field has a default: what nobody set is asked for. A value that no round can have is refused with its field.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from epigrid.kernel.errors import BadInput

Minutes = NDArray[np.float64]
"""A figure for every minute: entry `t` holds what is true `t` minutes after the start; an axis of minutes is the last one and has horizon + 1 entries."""


class Link(StrEnum):
    """The links of a round in which something can wait: sample, send, test."""

    SAMPLE = "sample"
    SEND = "send"
    TEST = "test"


def above_zero(**values: float) -> None:
    """Refuse a value that is not above zero, by its name."""
    for field, value in values.items():
        if not value > 0:
            raise BadInput(field=field, value=value)


def not_negative(**values: float) -> None:
    """Refuse a value below zero, by its name."""
    for field, value in values.items():
        if not value >= 0:
            raise BadInput(field=field, value=value)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A half-open stretch of minutes."""

    from_min: float
    until_min: float

    def __post_init__(self) -> None:
        if not self.until_min > self.from_min:
            raise BadInput(field="until_min", value=self.until_min)


@dataclass(frozen=True, kw_only=True)
class Wave(Span):
    """People who come to a site, evenly over a stretch of time: a slot, or what is expected of an open site."""

    people: int

    def __post_init__(self) -> None:
        super().__post_init__()
        not_negative(people=self.people)


@dataclass(frozen=True, kw_only=True)
class Shift(Span):
    """Lanes of a site that are staffed together. A lane samples one person at a time into a tube of its own."""

    lanes: int

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero(lanes=self.lanes)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A sampling site; a home team is one with a lane, pools of 1 and seconds that hold the way from door to door."""

    waves: tuple[Wave, ...]
    shifts: tuple[Shift, ...]
    seconds_per_person: float
    pool_size: int
    sealing_min: float
    """From the closing of a tube until it can leave: label, box, count."""

    def __post_init__(self) -> None:
        above_zero(seconds_per_person=self.seconds_per_person, pool_size=self.pool_size)
        not_negative(sealing_min=self.sealing_min)

    @property
    def people(self) -> int:
        """Who is expected."""
        return sum(wave.people for wave in self.waves)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A vehicle takes what is ready at a site and leaves it."""

    site: int
    leaves_min: float


@dataclass(frozen=True, kw_only=True)
class Trip:
    """A vehicle's way past sites to a laboratory (both by their place in the plan)."""

    stops: tuple[Stop, ...]
    laboratory: int
    arrives_min: float
    boxes: int

    def __post_init__(self) -> None:
        above_zero(boxes=self.boxes, stops=len(self.stops))
        leaves = [stop.leaves_min for stop in self.stops]
        if leaves != sorted(leaves) or self.arrives_min < leaves[-1]:
            raise BadInput(field="arrives_min", value=self.arrives_min)


@dataclass(frozen=True, kw_only=True)
class Booking:
    """Tubes that reach a laboratory besides this round: its queue at the start, routine, other rounds."""

    arrives_min: float
    tubes: int
    priority: int

    def __post_init__(self) -> None:
        not_negative(tubes=self.tubes)


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """A laboratory: its day's number of tubes, and how machines and plates move them."""

    tubes_per_day: int
    day_turns_min: float
    """When the count of a day begins anew (the first midnight), then every 1,440 minutes."""
    open: tuple[Span, ...]
    """When plates are begun."""
    machines: int
    plate_tubes: int
    cycle_min: float
    """How long a plate occupies a machine."""
    intake_min: float
    """From arrival until a tube can go on a plate: count, registration, extraction."""
    report_min: float
    """From the end of the cycle until results are out."""
    plate_wait_min: float
    """A plate that is not full starts when its oldest tube has waited so long."""
    queue_limit_tubes: int
    """More waiting tubes than that are warned of."""
    booked: tuple[Booking, ...]

    def __post_init__(self) -> None:
        above_zero(tubes_per_day=self.tubes_per_day, machines=self.machines, plate_tubes=self.plate_tubes, cycle_min=self.cycle_min)
        not_negative(intake_min=self.intake_min, report_min=self.report_min, plate_wait_min=self.plate_wait_min, limit=self.queue_limit_tubes)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A round as it is planned."""

    sites: tuple[Site, ...]
    trips: tuple[Trip, ...]
    laboratories: tuple[Laboratory, ...]
    tubes_per_box: int
    priority: int
    """Its turn at a laboratory among what is booked there: the lowest number first, equal numbers in order of arrival."""
    window_end_min: float
    """When the last result is wanted."""
    horizon_min: int
    """How far is looked ahead; what is not done by then counts as never done."""

    def __post_init__(self) -> None:
        above_zero(tubes_per_box=self.tubes_per_box, horizon_min=self.horizon_min, sites=len(self.sites))
        for trip in self.trips:
            if not 0 <= trip.laboratory < len(self.laboratories):
                raise BadInput(field="laboratory", value=trip.laboratory)
            for stop in trip.stops:
                if not 0 <= stop.site < len(self.sites):
                    raise BadInput(field="site", value=stop.site)

    @property
    def people(self) -> int:
        """Who is expected at all sites."""
        return sum(site.people for site in self.sites)


def shuttle(*, site: int, laboratory: int, first: float, until: float, every: float, travel_min: float, boxes: int) -> tuple[Trip, ...]:
    """Trips of one site's own vehicle: it leaves at `first`, every so many minutes, and once more when `until` has come."""
    above_zero(every=every)
    moments = [*np.arange(first, until, every).tolist(), until]
    return tuple(
        Trip(stops=(Stop(site=site, leaves_min=moment),), laboratory=laboratory, arrives_min=moment + travel_min, boxes=boxes) for moment in moments
    )
