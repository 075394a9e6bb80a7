"""A mini world for tests: one tree `mini/`, two grids, one building, twelve households, twenty-four invented people, one user per duty.

`build()` makes it; the rest are short names for what is in it. MONDAY is the only clock that tests know.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.organisation.events import DirectiveIssued
from epigrid.registers.organisation.models import Appointment, Body, Directive
from epigrid.registers.people.models import Household, Person
from epigrid.registers.places.models import AreaUnit, Place, Responsibility
from epigrid.store import clock, journal, vault

MONDAY = datetime(2022, 11, 21, 0, 0, tzinfo=UTC)
"""Monday 2022-11-21, 08:00 in Shanghai."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

TREE = Area("mini/")
CITY = TREE
COUNTY = Area("mini/county/")
SUBDISTRICT = Area("mini/county/sub/")
COMMUNITY = Area("mini/county/sub/com/")
GRID1 = Area("mini/county/sub/com/g1/")
GRID2 = Area("mini/county/sub/com/g2/")
NEIGHBOUR = Area("mini/county/sub/other/")
NEIGHBOUR_COUNTY = Area("mini/next/")

_SPACE = UUID("5d3f6c1e-0000-4000-8000-000000000000")


def uid(*key: object) -> UUID:
    """A fixed id for a name."""
    return uuid5(_SPACE, "|".join(map(str, key)))


HOME: dict[Duty, Area] = {
    Duty.GRID_WORKER: GRID1,
    Duty.REGISTRAR: COMMUNITY,
    Duty.SAMPLER: COMMUNITY,
    Duty.COMMUNITY_SECRETARY: COMMUNITY,
    Duty.GATE_GUARD: COMMUNITY,
    Duty.ZONE_LEAD: SUBDISTRICT,
    Duty.SUBDISTRICT_OFFICE: SUBDISTRICT,
    Duty.PHONE_OPERATOR: COMMUNITY,
    Duty.CITY_EOC_OFFICE: CITY,
    Duty.ADMINISTRATOR: CITY,
    Duty.AUDITOR: CITY,
}
"""Where each duty is held; all others over the county."""


def actor(*duties: Duty, area: Area | None = None, who: str = "", purpose: str = "") -> Actor:
    """A user who holds the duties, each over its home area or over `area`; `who` tells two users of one duty apart."""
    grants = tuple(Grant(duty=duty, area=area or HOME.get(duty, COUNTY)) for duty in duties)
    return Actor.user(user_id(*duties, who=who), *grants, purpose=purpose)


def user_id(*duties: Duty, who: str = "") -> UUID:
    """The id of that user."""
    return uid("user", *duties, who)


def procedure(area: Area = TREE) -> Actor:
    """A step of a playbook over the whole tree."""
    return Actor.procedure("test.step", area)


@dataclass
class World:
    """Ids of what `build` made."""

    places: dict[str, UUID] = field(default_factory=dict)
    people: list[UUID] = field(default_factory=list)
    households: list[UUID] = field(default_factory=list)
    bodies: dict[str, UUID] = field(default_factory=dict)
    directive_id: UUID = field(default_factory=lambda: uid("directive"))
    root_cause: UUID = field(default_factory=lambda: uid("none"))

    def place(self, path: str) -> UUID:
        """`b1`, `b1/u1`, `b1/u1/f2`, `b1/u1/f2/r1`, `hotel`, `hotel/f3`, `site`, `site/f1/r1` ..."""
        return self.places[path]

    def person(self, number: int) -> UUID:
        """Person 0..23; 2k and 2k+1 live together in household k; unit 1 (grid 1) holds 0..11, unit 2 (grid 2) 12..23; 5 and 17 are minors."""
        return self.people[number]


ACTS = [
    "round.open", "hold.issue", "order.issue", "zone.decide", "zone.downgrade", "zone.lift", "task.open", "notice.publish",
    "stay-home", "test.order", "code.request", "site.open", "hold.extend", "static.order",
]  # fmt: skip


def build(*, exercise: bool = True) -> World:
    """Make the mini world in the present database and return its ids. The clock of an exercise tree stands at MONDAY."""
    world = World()
    clock.make_tree(root=TREE, title="演练 mini", seed=1, acts_as=Area("shanxi/taiyuan/"), moment=MONDAY if exercise else None)
    _areas()
    _places(world)
    _bodies(world)
    _people(world)
    _directive(world)
    return world


def _areas() -> None:
    levels = {
        CITY: "city", COUNTY: "county", NEIGHBOUR_COUNTY: "county", SUBDISTRICT: "subdistrict", COMMUNITY: "community",
        NEIGHBOUR: "community", GRID1: "grid", GRID2: "grid",
    }  # fmt: skip
    AreaUnit.objects.bulk_create(
        [AreaUnit(id=uid("area", path), area=path, level=level, name=f"演练{path[:-1].rpartition('/')[2]}") for path, level in levels.items()]
    )


def _place(world: World, path: str, kind: str, name: str, area: Area) -> None:
    parent = world.places.get(path.rpartition("/")[0])
    above = Place.objects.seen_by(procedure()).get(id=parent) if parent else None
    row = Place.objects.create(
        id=uid("place", path),
        kind=kind,
        name=name,
        full_name=(above.full_name if above else "") + name,
        parent=above,
        path=f"mini/{path}/",
        area=area,
    )
    Responsibility.objects.create(place=row, area=area, since=date(2022, 1, 1))
    world.places[path] = row.id


def _places(world: World) -> None:
    _place(world, "c1", "compound", "演练花园小区", COMMUNITY)
    _place(world, "b1", "building", "演练花园小区1号楼", COMMUNITY)
    for unit, area in ((1, GRID1), (2, GRID2)):
        _place(world, f"b1/u{unit}", "unit", f"{unit}单元", area)
        for floor in (1, 2, 3):
            _place(world, f"b1/u{unit}/f{floor}", "floor", f"{floor}层", area)
            for room in (1, 2):
                _place(world, f"b1/u{unit}/f{floor}/r{room}", "room", f"{floor}0{room}室", area)
    for name, title, area in (("hotel", "演练宾馆", COMMUNITY), ("site", "演练第二宾馆", NEIGHBOUR)):
        _place(world, name, "hotel", title, area)
        for floor in (1, 3):
            _place(world, f"{name}/f{floor}", "floor", f"{floor}层", area)
            for room in range(1, 6):
                _place(world, f"{name}/f{floor}/r{room}", "room", f"{floor}0{room}房", area)
    _place(world, "shop", "shop", "演练便利店", COMMUNITY)


def _bodies(world: World) -> None:
    for key, kind, name, area in (
        ("city", "eoc", "演练市疫情防控办", CITY),
        ("county", "eoc", "演练县疫情防控指挥部", COUNTY),
        ("cdc", "cdc", "演练县疾控中心", COUNTY),
        ("lab1", "laboratory", "演练第一检测机构", COUNTY),
        ("lab2", "laboratory", "演练第二检测机构", COUNTY),
        ("hospital", "hospital", "演练定点医院", COUNTY),
        ("appeals", "appeals", "演练复核组", COUNTY),
        ("community", "community", "演练社区", COMMUNITY),
        ("subdistrict", "subdistrict", "演练街道", SUBDISTRICT),
    ):
        superior = world.bodies.get("city") if key == "county" else None
        Body.objects.create(id=uid("body", key), kind=kind, name=name, area=area, superior_id=superior, line="000-0000")
        world.bodies[key] = uid("body", key)
    body_of = {
        Duty.COUNTY_EOC_OFFICER: "county", Duty.CDC_DUTY_OFFICER: "cdc", Duty.CDC_INVESTIGATOR: "cdc", Duty.CASE_REGISTRAR: "cdc",
        Duty.CITY_EOC_OFFICE: "city", Duty.APPEALS_REVIEWER: "appeals", Duty.LABORATORY: "lab1", Duty.HOSPITAL: "hospital",
    }  # fmt: skip
    Appointment.objects.bulk_create(
        [
            Appointment(
                id=uid("appointment", duty),
                area=HOME.get(duty, COUNTY),
                holder_id=user_id(duty),
                duty=duty,
                body_id=world.bodies.get(body_of.get(duty, "community")),
                since=MONDAY - 30 * DAY,
            )
            for duty in Duty
            if duty is not Duty.PROCEDURE
        ]
    )


def _people(world: World) -> None:
    secrets: dict[UUID, dict[str, str]] = {}
    rooms = [f"b1/u{unit}/f{floor}/r{room}" for unit in (1, 2) for floor in (1, 2, 3) for room in (1, 2)]
    for number, room in enumerate(rooms):
        area = GRID1 if "/u1/" in room else GRID2
        household = Household.objects.create(id=uid("household", number), area=area, dwelling_id=world.places[room], number="1")
        world.households.append(household.id)
        for member in (0, 1):
            index = number * 2 + member
            minor = index in (5, 17)
            person_id = uid("person", index)
            Person.objects.create(
                id=person_id,
                area=area,
                file_no=f"mini-{index:04d}",
                masked_name="演**",
                masked_phone=f"100****{index:04d}",
                sex="F" if index % 2 else "M",
                birth_date=date(2014 if minor else 1980, 1, 1 + index),
                residence="resident",
                household_id=household.id,
                dwelling_id=world.places[room],
                head=member == 0,
                guardian_id=uid("person", index - 1) if minor else None,
            )
            secrets[person_id] = {"name": f"演安{index}", "phone": f"1000000{index:04d}", "document": f"EX{index:06d}"}
            world.people.append(person_id)
    vault.put(area=TREE, values=secrets)


def _directive(world: World) -> None:
    officer = actor(Duty.COUNTY_EOC_OFFICER)
    Directive.objects.create(
        id=world.directive_id,
        area=COUNTY,
        body_id=world.bodies["county"],
        number="演练-1",
        title="演练指令",
        acts=ACTS,
        basis="演练",
        issued_by=user_id(Duty.COUNTY_EOC_OFFICER),
        issued_at=MONDAY - HOUR,
        ends_at=MONDAY + 30 * DAY,
    )
    world.root_cause = journal.record(
        DirectiveIssued(area=COUNTY, directive_id=world.directive_id, body_id=world.bodies["county"], acts=tuple(ACTS)),
        actor=officer,
        at=MONDAY - HOUR,
        caused_by=None,
    )
