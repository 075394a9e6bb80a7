"""What a planned round will do, before it starts: the time line of every link, what fails where and when, the bottleneck, the moment of the last result."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from epigrid.engine.rounds import stages
from epigrid.engine.rounds.schemas import Booking, Link, Minutes, Plan


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Cumulative figures by minute: people who came and were sampled, then tubes."""

    came: Minutes
    sampled: Minutes
    ready: Minutes
    sent: Minutes
    received: Minutes
    began: Minutes
    reported: Minutes

    def waiting(self, link: Link) -> Minutes:
        """What waits in a link by minute: people for a lane, tubes for a vehicle, tubes for a machine (from arrival on)."""
        before, after = {Link.SAMPLE: (self.came, self.sampled), Link.SEND: (self.ready, self.sent), Link.TEST: (self.received, self.began)}[link]
        return before - after


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing to say about a round; `reason` is the stable key of its sentence.

    `sampling.queue` the longest queue of all sites (site, from its beginning, people at most), `sampling.unsampled` people who find the lanes closed
    (site, when, people), `transport.left-behind` tubes without a vehicle (site, last departure, tubes), `laboratory.over-day` tubes of the round
    against tubes a day that are free (count, limit), `laboratory.full` (laboratory, since when more wait than its limit, tubes waiting at most, limit),
    `round.last-result` (when), `round.late` (when, minutes too late, window), `round.unfinished` (horizon, people without result).
    """

    reason: str
    link: Link | None
    index: int | None
    """Which site or laboratory of the plan."""
    at_min: float
    count: int
    limit: int | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a round ends. Ordered: fewer people without a result are better, then an earlier last result."""

    people_without_result: int
    finish_min: float

    def holds(self, window_end_min: float) -> bool:
        """Whether everybody has a result in time."""
        return not self.people_without_result and self.finish_min <= window_end_min

    def rank(self) -> tuple[int, float]:
        """Smaller is better."""
        return self.people_without_result, self.finish_min


@dataclass(frozen=True, kw_only=True)
class Run:
    """A plan played once."""

    sampled: stages.Sampled
    deliveries: tuple[stages.Delivery, ...]
    laboratories: tuple[stages.Tested, ...]
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What is known of a round before it starts. `bottleneck` is None where no link keeps anything waiting that matters for the end."""

    timeline: Timeline
    laboratory_waiting: tuple[Minutes, ...]
    """Tubes of all rounds that are ready and wait for a machine, for each laboratory."""
    tubes: int
    outcome: Outcome
    bottleneck: Link | None
    facts: tuple[Fact, ...]
    deliveries: tuple[stages.Delivery, ...]

    def bookings(self, laboratory: int, priority: int) -> tuple[Booking, ...]:
        """This round as what another round finds booked at a laboratory."""
        return tuple(
            Booking(arrives_min=found.arrives_min, tubes=found.tubes, priority=priority)
            for found in self.deliveries
            if found.laboratory == laboratory
        )


def forecast(plan: Plan) -> Forecast:
    """Play the plan forward. Raises BadInput where a field cannot be (see `schemas`). Half a second for 500,000 people; method: round-forecast.md."""
    run = play(plan)
    return Forecast(
        timeline=_timeline(plan, run),
        laboratory_waiting=tuple(tested.waiting for tested in run.laboratories),
        tubes=int(_whole(run.sampled.ready[:, -1]).sum()),
        outcome=run.outcome,
        bottleneck=bottleneck(plan, run),
        facts=(*_site_facts(plan, run), *_laboratory_facts(plan, run), *_end_facts(plan, run)),
        deliveries=run.deliveries,
    )


def play(plan: Plan, relieved: Collection[Link] = (), sampled: stages.Sampled | None = None) -> Run:
    """Play a plan once, with no waiting in the relieved links; `sampled` where the sites of this plan were played before."""
    if Link.SAMPLE in relieved:
        sampled = stages.sample_at_once(plan.sites, plan.horizon_min)
    elif sampled is None:
        sampled = stages.sample(plan.sites, plan.horizon_min)
    deliveries = (stages.send_at_once if Link.SEND in relieved else stages.send)(plan, sampled.ready)
    ran = []
    for number, laboratory in enumerate(plan.laboratories):
        arriving = [(found.arrives_min, found.tubes) for found in deliveries if found.laboratory == number]
        bench = stages.never_short(laboratory, plan.horizon_min) if Link.TEST in relieved else laboratory
        ran.append(stages.run_laboratory(bench, arriving, plan))
    return Run(sampled=sampled, deliveries=tuple(deliveries), laboratories=tuple(ran), outcome=_outcome(plan, sampled, deliveries, ran))


def _outcome(plan: Plan, sampled: stages.Sampled, deliveries: Sequence[stages.Delivery], ran: Sequence[stages.Tested]) -> Outcome:
    """People who are never sampled, and those in tubes that reach no plate within the horizon; the last result."""
    unsampled = _whole(sampled.came[:, -1] - sampled.sampled[:, -1])
    unsampled += np.array([site.people for site in plan.sites]) - _whole(sampled.came[:, -1])
    left = _left_behind(plan, sampled, deliveries)
    pool = np.array([site.pool_size for site in plan.sites])
    tubes = max(1, int(_whole(sampled.ready[:, -1]).sum()))
    undone = sum(tested.undone for tested in ran) + sum(amount for tested in ran for moment, amount in tested.reported if moment > plan.horizon_min)
    people = int(unsampled.sum() + (left * pool).sum()) + math.ceil(undone * plan.people / tubes)
    ends = [moment for tested in ran for moment, _ in tested.reported]
    return Outcome(people_without_result=min(people, plan.people), finish_min=max(ends, default=math.inf if plan.people else 0.0))


def bottleneck(plan: Plan, run: Run) -> Link | None:
    """The link whose waiting, once taken away, improves the end of the round most; by a minute or a person at least."""
    best, found = (run.outcome.people_without_result, run.outcome.finish_min - 1), None
    for link in Link:
        relieved = play(plan, {link}, run.sampled).outcome.rank()
        if relieved < best:
            best, found = relieved, link
    return found


def _whole(values: Minutes) -> stages.Counts:
    """Nearest whole numbers."""
    whole: stages.Counts = np.floor(values + 0.5).astype(np.int64)
    return whole


def _left_behind(plan: Plan, sampled: stages.Sampled, deliveries: Sequence[stages.Delivery]) -> stages.Counts:
    """Tubes at each site that no vehicle takes."""
    taken = np.zeros(len(plan.sites), np.int64)
    for found in deliveries:
        taken[found.site] += found.tubes
    left: stages.Counts = np.maximum(0, _whole(sampled.ready[:, -1]) - taken)
    return left


def _timeline(plan: Plan, run: Run) -> Timeline:
    """Sums over sites and laboratories."""

    def summed(moments: list[tuple[float, int]]) -> Minutes:
        return stages.cumulative(moments, plan.horizon_min)

    return Timeline(
        came=run.sampled.came.sum(axis=0),
        sampled=run.sampled.sampled.sum(axis=0),
        ready=run.sampled.ready.sum(axis=0),
        sent=summed([(found.leaves_min, found.tubes) for found in run.deliveries]),
        received=summed([(found.arrives_min, found.tubes) for found in run.deliveries]),
        began=summed([event for tested in run.laboratories for event in tested.began]),
        reported=summed([event for tested in run.laboratories for event in tested.reported]),
    )


def _site_facts(plan: Plan, run: Run) -> list[Fact]:
    """The longest queue, people who find closed lanes, tubes without a vehicle."""
    found = []
    queue = run.sampled.came - run.sampled.sampled
    worst = int(queue.max(axis=1).argmax())
    if (people := math.floor(queue[worst].max())) > 0:
        since = int(np.argmax(queue[worst] >= 1))
        found.append(Fact(reason="sampling.queue", link=Link.SAMPLE, index=worst, at_min=since, count=people, limit=None))
    for site, people in enumerate(_whole(queue[:, -1]).tolist()):
        if people:
            closes = max((shift.until_min for shift in plan.sites[site].shifts), default=0)
            found.append(Fact(reason="sampling.unsampled", link=Link.SAMPLE, index=site, at_min=closes, count=people, limit=None))
    for site, tubes in enumerate(_left_behind(plan, run.sampled, run.deliveries).tolist()):
        if tubes:
            last = max((stop.leaves_min for trip in plan.trips for stop in trip.stops if stop.site == site), default=0)
            found.append(Fact(reason="transport.left-behind", link=Link.SEND, index=site, at_min=last, count=tubes, limit=None))
    return found


def _laboratory_facts(plan: Plan, run: Run) -> list[Fact]:
    """More tubes than a day takes, and each laboratory whose queue passes its limit."""
    found = []
    needed = sum(-(-site.people // site.pool_size) for site in plan.sites)
    booked = sum(booking.tubes for laboratory in plan.laboratories for booking in laboratory.booked)
    free = max(0, sum(laboratory.tubes_per_day for laboratory in plan.laboratories) - booked)
    if needed > free:
        found.append(Fact(reason="laboratory.over-day", link=Link.TEST, index=None, at_min=0, count=needed, limit=free))
    for number, (laboratory, tested) in enumerate(zip(plan.laboratories, run.laboratories, strict=True)):
        over = tested.waiting > laboratory.queue_limit_tubes
        if over.any():
            since, most = int(over.argmax()), int(tested.waiting.max())
            limit = laboratory.queue_limit_tubes
            found.append(Fact(reason="laboratory.full", link=Link.TEST, index=number, at_min=since, count=most, limit=limit))
    return found


def _end_facts(plan: Plan, run: Run) -> list[Fact]:
    """The last result, against the window."""
    finish, people = run.outcome.finish_min, run.outcome.people_without_result
    found = []
    if not math.isinf(finish):
        found.append(Fact(reason="round.last-result", link=None, index=None, at_min=finish, count=0, limit=None))
        if finish > plan.window_end_min:
            late = math.ceil(finish - plan.window_end_min)
            found.append(Fact(reason="round.late", link=None, index=None, at_min=finish, count=late, limit=math.floor(plan.window_end_min)))
    if people:
        found.append(Fact(reason="round.unfinished", link=None, index=None, at_min=plan.horizon_min, count=people, limit=None))
    return found
