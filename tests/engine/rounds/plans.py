"""Invented rounds: every number is an assumption of the tests."""

from dataclasses import replace
from typing import Any

from epigrid.engine.rounds.schemas import Laboratory, Plan, Shift, Site, Span, Wave, shuttle

HORIZON = 2880
LABORATORY = Laboratory(
    tubes_per_day=4000,
    day_turns_min=1020,
    open=(Span(from_min=0, until_min=HORIZON + 1),),
    machines=6,
    plate_tubes=94,
    cycle_min=120,
    intake_min=30,
    report_min=30,
    plate_wait_min=30,
    queue_limit_tubes=800,
    booked=(),
)
"""The round starts at 07:00: midnight is minute 1,020."""


def site(*, people: int = 2500, lanes: int = 5, **changes: Any) -> Site:
    """A compound's site: people come over five hours, lanes stand from the start to minute 720."""
    plain = Site(
        waves=(Wave(from_min=0, until_min=300, people=people),),
        shifts=(Shift(from_min=0, until_min=720, lanes=lanes),),
        seconds_per_person=36,
        pool_size=10,
        sealing_min=5,
    )
    return replace(plain, **changes)


def plan(*, sites: int = 20, people: int = 2500, lanes: int = 6, laboratory: Laboratory = LABORATORY, **changes: Any) -> Plan:
    """Equal sites, each with a vehicle every hour that leaves a few minutes after its neighbour's."""
    trips = [
        trip
        for number in range(sites)
        for trip in shuttle(site=number, laboratory=0, first=60 + number % 10 * 3, until=725, every=60, travel_min=25, boxes=20)
    ]
    plain = Plan(
        sites=(site(people=people, lanes=lanes),) * sites,
        trips=tuple(trips),
        laboratories=(laboratory,),
        tubes_per_box=50,
        priority=1,
        window_end_min=1440,
        horizon_min=HORIZON,
    )
    return replace(plain, **changes)
