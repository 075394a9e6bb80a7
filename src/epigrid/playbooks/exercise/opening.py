"""Before the first inject: areas, places, bodies, players, roster, presences, the day's register."""

from datetime import timedelta
from uuid import UUID

from epigrid.command.exercises import formats
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError
from epigrid.playbooks.exercise.stage import Stage, coin
from epigrid.registers.access import actions as access
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.people import actions as people
from epigrid.registers.people import queries as registered
from epigrid.registers.people.actions import NewEntry
from epigrid.registers.places import actions as places
from epigrid.registers.places.actions import NewPlace
from epigrid.registers.policies import queries as policies
from epigrid.registers.workforce import actions as workforce
from epigrid.response.tracing import actions as tracing
from epigrid.store import clock, sheets, vault

BODIES = (
    ("city", "eoc", "演练市疫情防控办", "", "city"),
    ("county", "eoc", "演练小店区疫情防控指挥部", "xd", "city"),
    ("cdc", "cdc", "演练小店区疾控中心", "xd", "county"),
    ("lab1", "laboratory", "演练第一检测机构", "xd", ""),
    ("lab2", "laboratory", "演练第二检测机构", "xd", ""),
    ("hospital", "hospital", "演练定点医院", "", ""),
    ("appeals", "appeals", "演练复核组", "xd", ""),
    ("subdistrict", "subdistrict", "演练营盘街道办", "xd/yh", "county"),
    ("community", "community", "演练槐园社区居委会", "xd/yh/hy", "subdistrict"),
    ("site", "site", "演练南河隔离点", "xd", ""),
    ("cdc-laboratory", "laboratory", "演练小店区疾控中心实验室", "xd", "cdc"),
)
PLAYERS: tuple[tuple[Duty, str, str, int], ...] = (
    (Duty.CITY_EOC_OFFICE, "", "city", 1),
    (Duty.EXPERT_GROUP, "", "hospital", 1),
    (Duty.HOSPITAL, "", "hospital", 1),
    (Duty.AUDITOR, "", "", 1),
    (Duty.COUNTY_EOC_OFFICER, "xd", "county", 1),
    (Duty.TESTING_FORCE, "xd", "county", 1),
    (Duty.CODE_DESK, "xd", "county", 1),
    (Duty.CDC_DUTY_OFFICER, "xd", "cdc", 1),
    (Duty.CDC_INVESTIGATOR, "xd", "cdc", 2),
    (Duty.CASE_REGISTRAR, "xd", "cdc", 1),
    (Duty.LABORATORY, "xd", "lab1", 2),
    (Duty.APPEALS_REVIEWER, "xd", "appeals", 1),
    (Duty.SITE_MANAGER, "xd", "site", 1),
    (Duty.TRANSFER_TEAM, "xd", "county", 1),
    (Duty.SUBDISTRICT_OFFICE, "xd/yh", "subdistrict", 1),
    (Duty.ZONE_LEAD, "xd/yh", "subdistrict", 1),
    (Duty.COMMUNITY_SECRETARY, "xd/yh/hy", "community", 1),
    (Duty.PHONE_OPERATOR, "xd/yh/hy", "community", 1),
    (Duty.GATE_GUARD, "xd/yh/hy", "community", 1),
    (Duty.REGISTRAR, "xd/yh/hy", "community", 9),
    (Duty.SAMPLER, "xd/yh/hy", "community", 9),
)
FORCES = (("county", "流调溯源专班"), ("county", "核酸检测专班"), ("county", "隔离转运专班"), ("cdc", "区域协查专班"))
GRIDS = 12
CATEGORY_SPLIT = (("abroad", 5), ("risk-area", 9), ("other-area", 14), ("phone-flag", 4), ("coded", 6), ("test-tomorrow", 18))
"""The invented split of the 53 people of the day's register; entries overlap (procedures 2)."""


def set_up(stage: Stage) -> None:
    """Everything that stands before 07:30."""
    admin = stage.administrator
    places.register_areas(actor=admin, areas=[(Area(path), level, name) for path, level, name in stage.community.areas])
    _bodies(stage)
    _players(stage)
    _volunteers(stage)
    _places(stage)
    _roster(stage)
    _presences(stage)
    _day_register(stage)


def _bodies(stage: Stage) -> None:
    for number, (key, kind, name, where, superior) in enumerate(BODIES):
        stage.bodies[key] = organisation.found_body(
            actor=stage.administrator,
            area=_area(stage, where),
            kind=kind,
            name=name,
            line=f"000-{number:04d}",
            now=stage.now,
            superior_id=stage.bodies.get(superior),
        )
    for body, name in FORCES:
        organisation.found_task_force(actor=stage.administrator, body_id=stage.bodies[body], name=f"演练{name}", lead_id=None)


def _area(stage: Stage, where: str) -> Area:
    return Area(f"{stage.tree}/{where}/") if where else stage.root


def _players(stage: Stage) -> None:
    grids = [(Duty.GRID_WORKER, f"xd/yh/hy/g{number:02d}", "community", 1) for number in range(1, GRIDS + 1)]
    for duty, where, body, count in (*PLAYERS, *grids):
        for _ in range(count):
            holders = stage.users.setdefault(duty, [])
            user_id = stage.id("user", f"{stage.tree}-{duty}{len(holders) + 1 if len(holders) or duty is Duty.GRID_WORKER else ''}")
            holders.append(user_id)
            organisation.appoint(
                actor=stage.administrator,
                holder_id=user_id,
                duty=duty,
                area=_area(stage, where),
                body_id=stage.bodies.get(body),
                now=stage.now,
            )
            if duty is Duty.GRID_WORKER:
                _worker(stage, user_id, _area(stage, where), len(holders))


def _volunteers(stage: Stage) -> None:
    """Volunteers are entered before they help; what they see is what their leaders give them."""
    for number in range(1, stage.plan.volunteers + 1):
        workforce.enter_worker(actor=stage.administrator, area=stage.area, kind="volunteer", title=f"演练志愿者{number}", user_id=None)


def _worker(stage: Stage, user_id: UUID, area: Area, number: int) -> None:
    admin = stage.administrator
    worker = workforce.enter_worker(actor=admin, area=area, kind="grid-worker", title=f"演练网格员{number}", user_id=user_id)
    workforce.assign_grid(actor=admin, worker_id=worker, area=area, now=stage.now)
    stage.notes[f"worker{number}"] = worker


def _places(stage: Stage) -> None:
    today = clock.local_day(stage.root, stage.now)
    new = []
    for place in stage.community.places:
        parent, _, slug = place.path.rpartition("/")
        stage.places[place.path] = stage.id("place", place.path)
        new.append(
            NewPlace(
                id=stage.places[place.path],
                kind=place.kind,
                name=place.name,
                slug=slug,
                parent_id=stage.places.get(parent),
                area=Area(place.area),
                floors=place.floors,
            )
        )
    places.register_places(actor=stage.administrator, places=new, on=today - timedelta(days=365), now=stage.now)


def _roster(stage: Stage) -> None:
    """The roster comes in as the community's Excel file, through the importer that a county uses."""
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    for name, rows in (("roster.xlsx", stage.community.people), ("hotel.xlsx", stage.community.guests)):
        sheet = sheets.read(formats.roster_xlsx(rows, stage.community.places), name)
        report = people.import_residents(actor=secretary, area=stage.area, sheet=sheet, source=name, now=stage.now)
        if report.refused or report.created != len(rows):
            raise RuntimeError(f"{name}: {report.created} of {len(rows)} rows, refused {report.refused[:3]}")
    keys = {person.document: person.key for person in (*stage.community.people, *stage.community.guests)}
    for document, ids in vault.find_many(tree=stage.tree, field="document", values=keys).items():
        stage.people[keys[document]] = ids[0]
    child, parent = stage.truth.household[1], stage.truth.household[0]
    people.name_guardian(actor=secretary, person_id=stage.people[child], guardian_id=stage.people[parent], now=stage.now)


def _presences(stage: Stage) -> None:
    phones = {person.key: person.phone for person in stage.community.people}
    content = formats.scans_csv(stage.scans, phones, stage.names)
    sheet = sheets.read(content, "scans.csv")
    investigator = stage.actor(Duty.CDC_INVESTIGATOR)
    report = tracing.record_presences(actor=investigator, area=stage.county, sheet=sheet, source="scans.csv", now=stage.now)
    if report.refused:
        raise RuntimeError(f"scans: refused {report.refused[:3]}")


def _day_register(stage: Stage) -> None:
    secretary = stage.actor(Duty.COMMUNITY_SECRETARY)
    today = clock.local_day(stage.root, stage.now)
    special = {stage.truth.index, *stage.truth.household, *stage.truth.tube_mates, *stage.truth.by_scan, *stage.truth.rejected}
    special |= {stage.truth.by_interview, stage.truth.same_name}
    pool = [person.key for person in stage.community.people if person.phone and person.key not in special and coin(stage, person.key, 20)][:53]
    entries, place = [], 0
    for category, count in CATEGORY_SPLIT:
        for _ in range(count):
            entries.append(NewEntry(person_id=stage.people[pool[place % 53]], category=category, since=today, until=today + timedelta(days=2)))
            place += 1
    entries += [
        NewEntry(person_id=stage.people[key], category=registered.QUARANTINED, since=today, until=today + timedelta(days=5)) for key in pool[:6]
    ]
    people.enter_day_register(actor=secretary, area=stage.area, entries=entries, source="社区台账", now=stage.now)
    for number in range(GRIDS):
        worker = stage.actor(Duty.GRID_WORKER, number)
        people.claim_entries(actor=worker, area=worker.areas()[0], now=stage.now)


def make_accounts(stage: Stage, passwords: dict[str, str]) -> list[tuple[str, str, str]]:
    """Accounts for the players of a served tree: (duty, user name, password)."""
    rows = []
    for duty, holders in stage.users.items():
        for number, user_id in enumerate(holders):
            suffix = str(number + 1) if number or duty is Duty.GRID_WORKER else ""
            username = f"{stage.tree}-{duty}{suffix}"
            password = passwords[username]
            made = access.make_account(
                actor=stage.administrator, area=stage.root, username=username, password=password, title=f"演练 {duty}", now=stage.now
            )
            if made != user_id:
                raise RuntimeError(f"{username}: account and appointment differ")
            rows.append((str(duty), username, password))
    return rows


def check_plan(stage: Stage) -> None:
    """Refuse to begin when a clause that the exercise needs is unset."""
    try:
        policies.edition(on=clock.local_day(stage.root, stage.now), area=stage.area)
    except DomainError as refusal:
        raise RuntimeError(f"no policy in force: {refusal}") from refusal
