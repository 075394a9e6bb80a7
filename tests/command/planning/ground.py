"""Invented ground for planning: compounds of the mini world's community with buildings, units and people in them, with or without points."""

from datetime import date, timedelta
from uuid import UUID

from epigrid.command.communication import queries as told
from epigrid.command.planning import actions, queries
from epigrid.command.planning.actions import Settings
from epigrid.command.planning.rules.capacity import Share
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.registers.people import actions as people
from epigrid.registers.people.models import Person
from epigrid.registers.places.models import Place
from epigrid.registers.workforce import actions as workforce
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, HOUR, MONDAY

PLANNER = cast.actor(Duty.COMMUNITY_SECRETARY)
METRES_PER_DEGREE = 111_000.0
"""About; north only, so that distances are plain."""


def settle(world: cast.World, *, points: bool = True, people: int = 20) -> list[UUID]:
    """Compounds k0, k1, k2, 1 km apart northwards, each with buildings 0 to 3, 100 m apart, each with units 1 and 2 of so many people in all."""
    made = []
    for compound in range(3):
        top = _place(world, f"k{compound}", "compound", north=1000 * compound if points else None)
        for building in range(4):
            path = f"k{compound}/b{building}"
            _place(world, path, "building", parent=top, north=1000 * compound + 100 * building if points else None)
            made.append(world.place(path))
            for unit in (1, 2):
                _place(world, f"{path}/u{unit}", "unit", parent=world.place(path))
                _dwell(world, f"{path}/u{unit}", people // 2)
    return made


def _place(world: cast.World, path: str, kind: str, *, parent: UUID | None = None, north: float | None = None) -> UUID:
    row = Place.objects.create(
        id=cast.uid("place", path),
        kind=kind,
        name=path.rpartition("/")[2],
        full_name=f"演练{path}",
        parent_id=parent,
        path=f"mini/{path}/",
        area=COMMUNITY,
        lon=112.5 if north is not None else None,
        lat=37.8 + north / METRES_PER_DEGREE if north is not None else None,
    )
    world.places[path] = row.id
    return row.id


def _dwell(world: cast.World, unit: str, people: int) -> None:
    room = _place(world, f"{unit}/r1", "room", parent=world.place(unit))
    Person.objects.bulk_create(
        [
            Person(
                id=cast.uid("planned", unit, number),
                area=GRID1,
                file_no=f"{unit}-{number:03d}",
                masked_name="演**",
                masked_phone="",
                sex="F",
                birth_date=date(1980, 1, 1),
                residence="resident",
                dwelling_id=room,
            )
            for number in range(people)
        ]
    )


def settings(**more: object) -> Settings:
    """Tomorrow from six to noon, local time."""
    plain: dict[str, object] = {"title": "演练第一轮", "opens_at": MONDAY + 22 * HOUR, "closes_at": MONDAY + 28 * HOUR} | more
    return Settings(**plain)  # type: ignore[arg-type]


def plan(world: cast.World, objective: str = "round", **more: object) -> UUID:
    """A plan of the community."""
    return actions.make_plan(actor=PLANNER, area=COMMUNITY, objective=objective, settings=settings(**more), now=MONDAY)


def own_steps(world: cast.World, plan_id: UUID) -> None:
    """Every step gets an owner and a time."""
    for item in queries.items(actor=PLANNER, plan_id=plan_id):
        if item.part == "step":
            at = MONDAY + DAY + timedelta(minutes=item.number)
            actions.own_step(actor=PLANNER, item_id=item.id, owner="sampler", at=at, now=MONDAY, cause=world.root_cause)


def started(world: cast.World, plan_id: UUID) -> UUID:
    """The plan, started."""
    own_steps(world, plan_id)
    actions.start(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    return plan_id


def site(world: cast.World, plan_id: UUID) -> UUID:
    """A site of the plan at building b1, which goes there."""
    actions.place_sites(actor=PLANNER, plan_id=plan_id, sites=None, now=MONDAY, cause=world.root_cause)
    made = actions.add_site(actor=PLANNER, plan_id=plan_id, place_id=world.place("b1"), now=MONDAY, cause=world.root_cause)
    actions.send_building(
        actor=PLANNER, plan_id=plan_id, building_id=world.place("b1"), site_id=made, team_id=None, now=MONDAY, cause=world.root_cause
    )
    return made


def slotted(world: cast.World) -> UUID:
    """A site of a started plan whose units have slots."""
    plan_id = started(world, plan(world, per_lane_hour=60, slot_minutes=15))
    made = site(world, plan_id)
    actions.make_slots(actor=PLANNER, plan_id=plan_id, now=MONDAY, cause=world.root_cause)
    return made


def owned(world: cast.World) -> UUID:
    """A plan whose steps have owners and times."""
    plan_id = plan(world)
    own_steps(world, plan_id)
    return plan_id


def only() -> UUID:
    """The one plan there is."""
    return queries.plans(actor=PLANNER)[0].id


def line(world: cast.World) -> UUID:
    """An open preparation."""
    plan_id = plan(world)
    return actions.add_item(
        actor=PLANNER, plan_id=plan_id, part="preparation", text="two tents", safety=False, owner="", now=MONDAY, cause=world.root_cause
    )


def step(world: cast.World) -> UUID:
    """A step of a plan that nobody owns yet."""
    return queries.items(actor=PLANNER, plan_id=plan(world))[0].id


def asset(world: cast.World) -> UUID:
    """A hut."""
    return actions.register_asset(actor=PLANNER, area=COMMUNITY, kind="hut", name="演练小屋", lanes=None, filter_days=7, now=MONDAY)


def team(world: cast.World) -> UUID:
    """A fixed team."""
    plan_id = plan(world)
    actions.make_teams(actor=PLANNER, plan_id=plan_id, fixed=1, mobile=0, now=MONDAY, cause=world.root_cause)
    return queries.teams(actor=PLANNER, plan=queries.plan(actor=PLANNER, plan_id=plan_id))[0].id


def visited(world: cast.World) -> UUID:
    """A plan with a mobile team and one frail person, in the first room of the second floor."""
    people.record_need(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(4), kind="mobility", source="visit", now=MONDAY)
    plan_id = plan(world, door_min=4, swab_min=3, between_min=2)
    teams(world, plan_id, 1)
    return plan_id


def worker(world: cast.World) -> UUID:
    """A volunteer of the community."""
    return workforce.enter_worker(actor=PLANNER, area=COMMUNITY, kind="volunteer", title="演练志愿者", user_id=None)


def placed(world: cast.World, plan_id: UUID, sites: int | None = None) -> list[UUID]:
    return list(actions.place_sites(actor=PLANNER, plan_id=plan_id, sites=sites, now=MONDAY, cause=world.root_cause))


def card(plan_id: UUID) -> queries.PlanCard:
    return queries.plan(actor=PLANNER, plan_id=plan_id)


def teams(world: cast.World, plan_id: UUID, fixed: int, mobile: int = 1) -> list[queries.TeamCard]:
    actions.make_teams(actor=PLANNER, plan_id=plan_id, fixed=fixed, mobile=mobile, now=MONDAY, cause=world.root_cause)
    return queries.teams(actor=PLANNER, plan=card(plan_id))


def hear() -> None:
    runner.run_once(STEPS)


def inbox(duty: Duty) -> list[str]:
    return [message.key for message in told.inbox(actor=cast.actor(duty))]


def item(world: cast.World, plan_id: UUID, part: str = "preparation", *, safety: bool = False, owner: str = "") -> UUID:
    return actions.add_item(
        actor=PLANNER, plan_id=plan_id, part=part, text="two tents", safety=safety, owner=owner, now=MONDAY, cause=world.root_cause
    )


def call(world: cast.World, site_id: UUID, queue: int, reason: str = "") -> UUID:
    return actions.call_next(
        actor=cast.actor(Duty.GRID_WORKER, area=COMMUNITY), site_id=site_id, queue=queue, channel="loudspeaker", reason=reason, now=MONDAY,
        cause=world.root_cause,
    )  # fmt: skip


def share(world: cast.World, laboratory: str = "lab1", **more: object) -> dict[str, object]:
    """What a laboratory takes of a plan, all numbers invented: 400 tubes a day on two machines of 96, a vehicle every half hour."""
    times = {"cycle_min": 90, "intake_min": 20, "report_min": 15, "plate_wait_min": 30, "every_min": 30, "travel_min": 25, "sealing_min": 5}
    sizes = {"tubes_per_day": 400, "machines": 2, "plate_tubes": 96, "waiting_tubes": 0, "queue_limit": 200, "boxes": 4, "tubes_per_box": 24}
    return {"body_id": world.bodies[laboratory], "first_leaves_at": MONDAY + 23 * HOUR, **times, **sizes} | more


def shared(world: cast.World, **more: object) -> UUID:
    """A plan with sites and slots of which a laboratory takes everything."""
    plan_id = queries.site(actor=PLANNER, site_id=slotted(world))[0]
    given = Share(**share(world, **more))  # type: ignore[arg-type]
    actions.set_share(actor=PLANNER, plan_id=plan_id, share=given, now=MONDAY, cause=world.root_cause)
    return plan_id
