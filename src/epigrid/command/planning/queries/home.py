"""Questions about home visits: who is still to be visited, where, and what was planned for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.command.planning.models import HomePromise, HomeVisit, Member, Site
from epigrid.command.planning.queries.plans import PlanCard
from epigrid.command.planning.queries.population import doors
from epigrid.command.planning.rules.home import households
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.registers.workforce import queries as workforce

AWAITED = ("open", "unreachable")
"""Classes of people for whom a team still comes."""
CREW = frozenset({Duty.REGISTRAR, Duty.SAMPLER})
"""Whoever holds no other duty sees the routes of his own teams only."""


@dataclass(frozen=True, kw_only=True)
class HouseholdCard:
    """A home to be visited: its list, how many people are sampled there, its building, and when somebody promised to come."""

    place_id: UUID
    area: Area
    list: str
    people: int
    building_id: UUID
    promised_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class VisitCard:
    """A planned home visit: team (kind and number), when it begins and ends, the promised window; without a team `reason` says why nobody comes."""

    id: UUID
    place_id: UUID
    list: str
    people: int
    team_id: UUID | None
    team: int | None
    begins_at: datetime | None
    ends_at: datetime | None
    from_at: datetime | None
    until_at: datetime | None
    reason: str


def households_awaited(*, actor: Actor, plan: PlanCard, now: datetime) -> list[HouseholdCard]:
    """Homes in which somebody of the home list is still awaited, in walking order, the frail first. Before there is a round: everybody of the list."""
    found = households((door.dwelling_id, door.list) for door in doors(actor=actor, plan=plan, now=now) if door.state in AWAITED)
    known, building_of = places.places(actor=actor, ids=list(found)), places.buildings_of(actor=actor, place_ids=list(found))
    promised = promises(actor=actor, plan_id=plan.id)
    return [
        HouseholdCard(
            place_id=home,
            area=known[home].area,
            list=name,
            people=people,
            building_id=building_of.get(home, home),
            promised_at=promised.get(home),
        )
        for home, (name, people) in found.items()
    ]


def promises(*, actor: Actor, plan_id: UUID) -> Mapping[UUID, datetime]:
    """Home -> the moment that somebody promised to it."""
    return dict(HomePromise.objects.seen_by(actor).filter(plan_id=plan_id).values_list("place_id", "at"))


def start_point(*, actor: Actor, plan_id: UUID) -> tuple[float, float] | None:
    """Where mobile teams set out: the first of the plan's sites that has a point on the ground; None where none has."""
    sites = list(Site.objects.seen_by(actor).filter(plan_id=plan_id).order_by("number").values_list("place_id", flat=True))
    ground = places.points(actor=actor, ids=sites)
    return next((ground[site] for site in sites if site in ground), None)


def visits(*, actor: Actor, plan: PlanCard) -> list[VisitCard]:
    """The home visits of a plan by team and time, those without a team last. Whoever only samples or registers sees those of his own teams."""
    rows = HomeVisit.objects.seen_by(actor).filter(plan_id=plan.id)
    if actor.id is not None and actor.duties <= CREW:
        worker = workforce.worker_of(actor=actor, user_id=actor.id)
        mine = Member.objects.seen_by(actor).filter(plan_id=plan.id, worker_id=worker.id) if worker is not None else ()
        rows = rows.filter(team_id__in=[member.team_id for member in mine])
    cards = [_visit(row) for row in rows.select_related("team").order_by("team__number", "begins_at", "place__path")]
    return sorted(cards, key=lambda card: card.team is None)


def _visit(row: HomeVisit) -> VisitCard:
    return VisitCard(
        id=row.id,
        place_id=row.place_id,
        list=row.list,
        people=row.people,
        team_id=row.team_id,
        team=row.team.number if row.team is not None else None,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        from_at=row.from_at,
        until_at=row.until_at,
        reason=row.reason,
    )
