"""Will the round hold: sites, trips and laboratories of a plan as the engine of rounds plays them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.command.planning.rules.forecast import Expected
from epigrid.engine.rounds.schemas import Booking, Laboratory, Plan, Shift, Site, Span, Trip, Wave, shuttle
from epigrid.kernel.errors import BadInput

MINUTE = timedelta(minutes=1)
LOOKS_AHEAD = timedelta(hours=24)
"""A round is looked at until so long after its sites close; what is not done by then counts as never done."""
OWN_TURN, BEFORE = 1, 0
"""What waits at a laboratory already is read before the round's own tubes."""
ABOVE_ZERO = ("tubes_per_day", "machines", "plate_tubes", "cycle_min", "every_min", "boxes", "tubes_per_box")


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a laboratory takes of a plan: tubes a day, machines and plates, its times in minutes, what waits there; and the vehicles that bring tubes to it.

    A vehicle leaves each of its sites at `first_leaves_at` and every so many minutes, carries so many boxes of so many tubes, and is under way for
    `travel_min`; a tube can leave `sealing_min` after it was closed.
    """

    body_id: UUID
    first_leaves_at: datetime
    tubes_per_day: int
    machines: int
    plate_tubes: int
    cycle_min: int
    intake_min: int
    report_min: int
    plate_wait_min: int
    waiting_tubes: int
    queue_limit: int
    every_min: int
    travel_min: int
    sealing_min: int
    boxes: int
    tubes_per_box: int

    def check(self) -> None:
        """`BadInput` where a number that must be above zero is not, or any is below."""
        for field in fields(self)[2:]:
            value = getattr(self, field.name)
            if value < 0 or (value == 0 and field.name in ABOVE_ZERO):
                raise BadInput(field=field.name, value=value)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a plan's sites open and close, when results are wanted, and the first local midnight after the opening."""

    opens_at: datetime
    closes_at: datetime
    results_by: datetime
    midnight: datetime

    def minute(self, moment: datetime) -> float:
        """Minutes from the opening."""
        return (moment - self.opens_at) / MINUTE


def played(*, sites: Sequence[Expected], shares: Sequence[Share], hours: Hours, per_lane_hour: int, pool_size: int) -> Plan:
    """The plan as the engine plays it; sites go to the laboratories in turn, so that each gets people by its tubes a day."""
    ends = hours.minute(hours.closes_at)
    horizon = round(ends + LOOKS_AHEAD / MINUTE)
    goes = _dealt([sum(people for _from, _until, people in site.slots) for site in sites], [share.tubes_per_day for share in shares])
    trips: list[Trip] = []
    for at, laboratory in enumerate(goes):
        share = shares[laboratory]
        first, last = max(0.0, hours.minute(share.first_leaves_at)), ends + share.sealing_min + share.every_min
        trips += shuttle(
            site=at, laboratory=laboratory, first=min(first, last), until=last, every=share.every_min, travel_min=share.travel_min, boxes=share.boxes
        )
    return Plan(
        sites=tuple(
            _site(site, ends, per_lane_hour, pool_size, shares[laboratory].sealing_min) for site, laboratory in zip(sites, goes, strict=True)
        ),
        trips=tuple(trips),
        laboratories=tuple(_laboratory(share, hours.minute(hours.midnight), horizon) for share in shares),
        tubes_per_box=min(share.tubes_per_box for share in shares),
        priority=OWN_TURN,
        window_end_min=hours.minute(hours.results_by),
        horizon_min=horizon,
    )


def _dealt(people: Sequence[int], weights: Sequence[int]) -> list[int]:
    """For each site its laboratory: the one that would have least for its weight; the largest sites first."""
    load, goes = [0.0] * len(weights), [0] * len(people)
    for at in sorted(range(len(people)), key=lambda at: (-people[at], at)):
        best = min(range(len(weights)), key=lambda one: ((load[one] + people[at]) / weights[one], one))
        load[best] += people[at]
        goes[at] = best
    return goes


def _site(site: Expected, ends: float, per_lane_hour: int, pool_size: int, sealing_min: int) -> Site:
    return Site(
        waves=tuple(Wave(from_min=start, until_min=until, people=people) for start, until, people in site.slots),
        shifts=(Shift(from_min=0, until_min=ends, lanes=site.lanes),),
        seconds_per_person=3600 / per_lane_hour,
        pool_size=pool_size,
        sealing_min=sealing_min,
    )


def _laboratory(share: Share, midnight: float, horizon: int) -> Laboratory:
    return Laboratory(
        tubes_per_day=share.tubes_per_day,
        day_turns_min=midnight,
        open=(Span(from_min=0, until_min=horizon),),
        machines=share.machines,
        plate_tubes=share.plate_tubes,
        cycle_min=share.cycle_min,
        intake_min=share.intake_min,
        report_min=share.report_min,
        plate_wait_min=share.plate_wait_min,
        queue_limit_tubes=share.queue_limit,
        booked=(Booking(arrives_min=0, tubes=share.waiting_tubes, priority=BEFORE),) if share.waiting_tubes else (),
    )
