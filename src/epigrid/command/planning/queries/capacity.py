"""Whether a plan will hold, before it starts: what fails where and when, and what would help (S-202, S-203)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.command.planning.models import LaboratoryShare
from epigrid.command.planning.queries import ground
from epigrid.command.planning.queries.plans import PlanCard
from epigrid.command.planning.rules.capacity import LOOKS_AHEAD, MINUTE, Hours, Share, played
from epigrid.command.planning.rules.forecast import Expected
from epigrid.engine.rounds.forecast import Fact, Forecast, forecast
from epigrid.engine.rounds.remedies import Remedies, what_holds
from epigrid.engine.rounds.schemas import Link, Plan
from epigrid.engine.rounds.simulation import Spread, simulate
from epigrid.field.sampling.rules import TubePolicy
from epigrid.kernel.actors import Actor
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.rules import ClauseMissing, ClauseUnset, NoPackInForce
from epigrid.store import clock

STEP = 10
"""Minutes between two points of a curve."""
SIMULATED_UP_TO = 10_000
"""People up to whom the same round is also played person by person, with times that vary."""
VARIES = Spread(service=0.5, travel=0.2, cycle=0.05)
"""How much times vary in that play: standard deviation over mean (design values)."""


@dataclass(frozen=True, kw_only=True)
class ShareCard:
    """A laboratory's share of a plan."""

    id: UUID
    plan_id: UUID
    share: Share


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing that will happen: its key (`engine.rounds.forecast.Fact`), where (a site or a laboratory's body), when, how many, and the limit."""

    reason: str
    site_id: UUID | None
    body_id: UUID | None
    at: datetime
    count: int
    limit: int | None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How a plan will go. `missing`: what nobody has set (`sites`, `rate`, `pool`, `laboratories`); then nothing else is said.

    `waiting`: people for a lane, tubes for a vehicle, tubes for a machine, every `STEP` minutes from the opening. `simulated_at`: the last result when the
    same plan is played person by person (None: too many people). Lanes and tubes a day that would do, each alone; None: that alone does not.
    """

    missing: tuple[str, ...]
    people: int = 0
    tubes: int = 0
    results_by: datetime | None = None
    finish_at: datetime | None = None
    simulated_at: datetime | None = None
    without_result: int = 0
    bottleneck: str = ""
    said: tuple[Said, ...] = ()
    waiting: Mapping[str, tuple[int, ...]] | None = None
    holds: bool = False
    more_lanes: int | None = None
    more_tubes_per_day: int | None = None
    vehicles_do: bool = False


def shares(*, actor: Actor, plan_id: UUID) -> list[ShareCard]:
    """What laboratories take of a plan, by body."""
    rows = LaboratoryShare.objects.seen_by(actor).filter(plan_id=plan_id).order_by("body_id")
    names = [field.name for field in fields(Share)]
    return [ShareCard(id=row.id, plan_id=plan_id, share=Share(**{name: getattr(row, name) for name in names})) for row in rows]


def outlook(*, actor: Actor, plan: PlanCard) -> Outlook:
    """Play a plan forward. Half a second for half a million people, some more to find what would help."""
    taking, stands = [card.share for card in shares(actor=actor, plan_id=plan.id)], _stands(actor, plan)
    pool_size = _pool_size(plan)
    unset = {"sites": not stands, "rate": plan.per_lane_hour is None, "pool": pool_size is None, "laboratories": not taking}
    if any(unset.values()) or plan.per_lane_hour is None or pool_size is None:
        return Outlook(missing=tuple(name for name, is_unset in unset.items() if is_unset))
    hours = _hours(plan)
    made = played(sites=list(stands.values()), shares=taking, hours=hours, per_lane_hour=plan.per_lane_hour, pool_size=pool_size)
    found, help_ = forecast(made), what_holds(made)
    places = (list(stands), [share.body_id for share in taking])
    return _outlook(plan, made, found, help_, places, hours)


def _outlook(plan: PlanCard, made: Plan, found: Forecast, help_: Remedies, places: tuple[Sequence[UUID], Sequence[UUID]], hours: Hours) -> Outlook:
    finish, simulated = found.outcome.finish_min, _simulated(made)
    return Outlook(
        missing=(),
        people=made.people,
        tubes=found.tubes,
        results_by=hours.results_by,
        finish_at=None if math.isinf(finish) else plan.opens_at + finish * MINUTE,
        simulated_at=None if simulated is None else plan.opens_at + simulated * MINUTE,
        without_result=found.outcome.people_without_result,
        bottleneck=found.bottleneck.value if found.bottleneck else "",
        said=tuple(_said(plan, fact, *places) for fact in found.facts),
        waiting={link.value: tuple(math.floor(value + 1e-6) for value in found.timeline.waiting(link)[::STEP]) for link in Link},
        holds=help_.holds_as_it_is,
        more_lanes=help_.lanes.lanes_per_site if help_.lanes else None,
        more_tubes_per_day=help_.laboratory.tubes_per_day if help_.laboratory else None,
        vehicles_do=help_.vehicles_alone_hold,
    )


def _simulated(made: Plan) -> float | None:
    return simulate(made, VARIES, seed=1).finish_min if made.people <= SIMULATED_UP_TO else None


def _said(plan: PlanCard, fact: Fact, sites: Sequence[UUID], bodies: Sequence[UUID]) -> Said:
    at_site, at_laboratory = fact.link in (Link.SAMPLE, Link.SEND), fact.link is Link.TEST
    return Said(
        reason=fact.reason,
        site_id=sites[fact.index] if at_site and fact.index is not None else None,
        body_id=bodies[fact.index] if at_laboratory and fact.index is not None else None,
        at=plan.opens_at + fact.at_min * MINUTE,
        count=fact.count,
        limit=fact.limit,
    )


def _hours(plan: PlanCard) -> Hours:
    midnight = clock.local_midnight(plan.area, clock.local_day(plan.area, plan.opens_at) + timedelta(days=1))
    return Hours(opens_at=plan.opens_at, closes_at=plan.closes_at, results_by=plan.results_by or plan.opens_at + LOOKS_AHEAD, midnight=midnight)


def _stands(actor: Actor, plan: PlanCard) -> dict[UUID, Expected]:
    """The sites to which anybody comes: by their slots, or (where no slot has room) evenly while they are open."""
    ends = (plan.closes_at - plan.opens_at) / MINUTE
    spans: dict[UUID, list[tuple[float, float, int]]] = {}
    for slot in ground.slots(actor=actor, plan_id=plan.id):
        start = (slot.starts_at - plan.opens_at) / MINUTE if slot.starts_at is not None else 0.0
        until = (slot.ends_at - plan.opens_at) / MINUTE if slot.ends_at is not None else ends
        spans.setdefault(slot.site_id, []).append((start, until, slot.people))
    comes: dict[UUID, int] = {}
    for card in ground.allocations(actor=actor, plan=plan):
        if card.site_id is not None:
            comes[card.site_id] = comes.get(card.site_id, 0) + card.people
    return {
        site.id: Expected(lanes=site.lanes, slots=tuple(spans.get(site.id) or [(0.0, ends, comes[site.id])]))
        for site in ground.sites(actor=actor, plan=plan)
        if site.id in spans or comes.get(site.id)
    }


def _pool_size(plan: PlanCard) -> int | None:
    try:
        return policies.clause(TubePolicy, on=clock.local_day(plan.area, plan.opens_at), area=plan.area).pool_size
    except (NoPackInForce, ClauseMissing, ClauseUnset):
        return None
