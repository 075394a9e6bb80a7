"""Teams: made, shared among sites, given their buildings and their members."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from epigrid.command.planning import queries, rules
from epigrid.command.planning.actions.home import drop_visits
from epigrid.command.planning.actions.plans import changed, mine
from epigrid.command.planning.events import TeamsAllocated
from epigrid.command.planning.models import Allocation, Member, Plan, Team
from epigrid.kernel.actors import Actor
from epigrid.kernel.errors import NotFound
from epigrid.registers.workforce import queries as workforce
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def make_teams(*, actor: Actor, plan_id: UUID, fixed: int, mobile: int, now: datetime, cause: UUID) -> None:
    """Make so many fixed and mobile teams (S-190) in place of those before and of their home visits, share the fixed ones among the sites, give every building
    exactly one.

    A building goes to a team of its site; one without a site goes to the least loaded team of all. `TooFewTeams` below one per site with people.
    """
    row = mine(actor, plan_id)
    if fixed < 1:
        raise rules.TeamsMissing(plan=str(plan_id))
    buildings = list(Allocation.objects.seen_by(actor).filter(plan=row).order_by("building_id"))
    if not buildings:
        buildings = _unplaced(actor, row, now)
    at_sites: Counter[UUID] = Counter()
    for one in buildings:
        if one.site_id is not None:
            at_sites[one.site_id] += one.people
    numbers = {site.id: site.number for site in queries.sites(actor=actor, plan=queries.plan(actor=actor, plan_id=plan_id))}
    shares = rules.share_teams({site: at_sites[site] for site in sorted(at_sites, key=lambda one: numbers[one])}, fixed)
    drop_visits(actor, row, now)
    _replace(actor, row, [site for site, count in shares.items() for _ in range(count)], fixed, mobile)
    _allocate(actor, row, buildings)
    row.changed_at = now
    row.save(update_fields=["changed_at"])
    journal.record(TeamsAllocated(area=row.area, plan_id=row.id, fixed=fixed, mobile=mobile), actor=actor, at=now, caused_by=cause)


def _unplaced(actor: Actor, row: Plan, now: datetime) -> list[Allocation]:
    people = queries.population(actor=actor, plan=queries.plan(actor=actor, plan_id=row.id), now=now).buildings
    rows = [
        Allocation(id=new_id(row.area, "plan-building", row.id, building), area=row.area, plan=row, building_id=building, people=count)
        for building, count in sorted(people.items())
    ]
    return Allocation.objects.bulk_create(rows, batch_size=500)


def _replace(actor: Actor, row: Plan, sites: list[UUID], fixed: int, mobile: int) -> None:
    Allocation.objects.seen_by(actor).filter(plan=row).update(team=None)
    Member.objects.seen_by(actor).filter(plan=row).delete()
    Team.objects.seen_by(actor).filter(plan=row).delete()
    standing = [("fixed", number, sites[number - 1] if number <= len(sites) else None) for number in range(1, fixed + 1)]
    going: list[tuple[str, int, UUID | None]] = [("mobile", number, None) for number in range(1, mobile + 1)]
    Team.objects.bulk_create(
        [
            Team(id=new_id(row.area, "plan-team", row.id, kind, number), area=row.area, plan=row, kind=kind, number=number, site_id=site)
            for kind, number, site in [*standing, *going]
        ]
    )


def _allocate(actor: Actor, row: Plan, buildings: list[Allocation]) -> None:
    teams = list(Team.objects.seen_by(actor).filter(plan=row, kind="fixed").order_by("number"))
    loads: Counter[UUID] = Counter({team.id: 0 for team in teams})
    by_id = {one.id: one for one in buildings}
    sites = {team.site_id for team in teams}
    if any(one.site_id is not None for one in buildings):
        sites.discard(None)
    for site in sites:
        here = [team for team in teams if team.site_id == site]
        people: Mapping[UUID, int] = {one.id: one.people for one in buildings if one.site_id == site}
        for team, group in zip(here, rules.balance(people, len(here)), strict=True):
            for key in group:
                by_id[key].team_id = team.id
                loads[team.id] += by_id[key].people
    for one in sorted((one for one in buildings if one.team_id is None), key=lambda one: -one.people):
        least = min(teams, key=lambda team: (loads[team.id], team.number))
        one.team_id = least.id
        loads[least.id] += one.people
    Allocation.objects.bulk_update(buildings, ["team"], batch_size=200)


@whole
def name_member(*, actor: Actor, team_id: UUID, worker_id: UUID, role: str, now: datetime, cause: UUID) -> None:
    """Put a worker into a role of a team; he leaves the team in which he was. `RoleUnknown` for a role that the plan does not need.

    Whose own test is overdue now is refused as he is on a shift (`TestOverdue`, S-222); the shift looks again on its day.
    """
    team = Team.objects.seen_by(actor).get(id=team_id)
    row = mine(actor, team.plan_id)
    if role not in row.roles:
        raise rules.RoleUnknown(role=role)
    if worker_id not in {card.id for card in workforce.workers(actor=actor)}:
        raise NotFound(worker=str(worker_id))
    workforce.require_tested(actor=actor, worker_id=worker_id, now=now)
    Member.objects.seen_by(actor).filter(plan=row, worker_id=worker_id).delete()
    key = new_id(row.area, "plan-member", row.id, team_id, worker_id)
    Member.objects.create(id=key, area=row.area, plan=row, team=team, role=role, worker_id=worker_id)
    changed(row, "member", actor=actor, now=now, cause=cause)
