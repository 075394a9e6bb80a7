"""Bodies, posts, sampling teams, volunteers: who works in the response. Invented names; bodies say 演练."""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from epigrid.engine.spread.identity import names
from epigrid.engine.spread.ids import natural_id
from epigrid.engine.spread.layout import Ground, Layout
from epigrid.engine.spread.plan import Plan, PlanBroken, PostPlan
from epigrid.engine.spread.scene import Body, StaffMember, Team, Volunteer
from epigrid.kernel.areas import Area

MARK = "演练"


def bodies(plan: Plan, ground: Ground, space: UUID) -> tuple[Body, ...]:
    """All bodies, superiors before those beneath; a name without 演练 is refused."""
    known: dict[str, Body] = {}
    for body in plan.staff.bodies:
        if not (body.name.startswith(MARK) or body.name.endswith(MARK)):
            raise PlanBroken(why="a body's name must begin or end with 演练", at=body.key)
        if body.superior and body.superior not in known:
            raise PlanBroken(why="a superior body must stand before", at=body.key)
        area = ground.level_areas[body.level]
        known[body.key] = Body(
            id=natural_id(space, "body", area, body.name), key=body.key, kind=body.kind, name=body.name, area=area,
            superior=body.superior, line=body.line,
        )  # fmt: skip
    return tuple(known.values())


def teams(plan: Plan, layout: Layout, ground: Ground) -> tuple[Team, ...]:
    """Fixed teams with whole buildings, about equally many people each, and mobile ones for doors. First community only."""
    own = [block for block in layout.blocks if layout.grids[block.grid][0] == 1]
    total = sum(block.residents for block in own) or 1
    queues: list[list[str]] = [[] for _ in range(plan.staff.fixed_teams)]
    seen = 0
    for block in own:
        middle = seen + block.residents // 2
        queues[min(middle * len(queues) // total, len(queues) - 1)].append(block.key)
        seen += block.residents
    area = ground.level_areas["community"]
    fixed = [
        Team(key=f"t{number}", name=f"第{number}采样队", fixed=True, area=area, buildings=tuple(queue)) for number, queue in enumerate(queues, 1)
    ]
    mobile = [Team(key=f"m{number}", name=f"流动{number}队", fixed=False, area=area, buildings=()) for number in range(1, plan.staff.mobile_teams + 1)]
    return (*fixed, *mobile)


def staff(plan: Plan, ground: Ground, squads: Sequence[Team], space: UUID, rng: Random) -> tuple[StaffMember, ...]:
    """One or more people per post; `per` grid or team multiplies a post."""
    seats = [(post, area, team, title) for post in plan.staff.posts for area, team, title in _seats(post, ground, squads)]
    found = []
    count: dict[str, int] = {}
    for (post, area, team, title), name in zip(seats, names(rng, len(seats)), strict=True):
        count[post.duty] = count.get(post.duty, 0) + 1
        key = f"{post.duty}-{count[post.duty]}"
        member = StaffMember(
            key=key, id=natural_id(space, "staff", key), duty=post.duty, title=title, name=name, body=post.body, area=area, team=team
        )
        found.append(member)
    return tuple(found)


def _seats(post: PostPlan, ground: Ground, squads: Sequence[Team]) -> list[tuple[Area, str, str]]:
    if post.per == "grid":
        return [(grid, "", f"{post.title} {grid.split('/')[-2]}") for grid in ground.grids for _ in range(post.count)]
    if post.per == "team":
        return [(team.area, team.key, f"{post.title} {team.name}") for team in squads for _ in range(post.count)]
    if post.per:
        raise PlanBroken(why="per is grid or team", at=post.duty)
    area = ground.level_areas[post.level]
    return [(area, "", post.title if post.count == 1 else f"{post.title} {number}") for number in range(1, post.count + 1)]


def volunteers(plan: Plan, ground: Ground, space: UUID, rng: Random) -> tuple[Volunteer, ...]:
    """Volunteers, spread over the grids of the first community."""
    grids = [grid for grid in ground.grids if ground.level_areas["community"].covers(grid)]
    return tuple(
        Volunteer(key=f"v{number:02d}", id=natural_id(space, "volunteer", number), title=f"志愿者 {number}", name=name, area=grids[number % len(grids)])
        for number, name in enumerate(names(rng, plan.staff.volunteers), 1)
    )
