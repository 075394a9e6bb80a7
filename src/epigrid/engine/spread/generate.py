"""From parameters and a seed to a scene. Each stage draws from a stream of its own, so that a change in one leaves the others as they are."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from epigrid.engine.spread import casting as cast
from epigrid.engine.spread import households, identity, layout, presences, staff
from epigrid.engine.spread.casting import Casting
from epigrid.engine.spread.households import Draft
from epigrid.engine.spread.ids import namespace, natural_id
from epigrid.engine.spread.layout import Ground, Layout, Split
from epigrid.engine.spread.plan import Plan, PlanBroken
from epigrid.engine.spread.scene import Community, DayEntry, GuestStay, Household, Person, Presences, Scene
from epigrid.engine.spread.truth import find

CHILD = 14


def generate(plan: Plan, *, tree: str, split: Split) -> Scene:
    """Make the scene of a tree. `split` is the places register's rule that cuts a grid into microgrids by staircase.

    The same plan gives the same people, places and meetings; `tree` (the root segment) changes ids and area paths only.
    """
    if plan.opens_at.tzinfo is None:
        raise PlanBroken(why="the opening moment needs a time zone", at="opens_at")
    space = namespace(tree, plan.seed)
    ways = layout.lay_out(plan, _stream(plan, "layout"))
    if not ways.index_stair:
        raise PlanBroken(why="no building has an index_unit", at="places.compounds")
    drafts = households.settle(plan, ways, _stream(plan, "households"))
    households.equip(plan, drafts, {venue.slug: venue.name for venue in plan.places.venues}, _stream(plan, "needs"))
    parts = cast.choose(plan, ways, drafts, _stream(plan, "casting"))
    beyond = [*_guests(plan, ways, _stream(plan, "guests")), *_outsiders(plan, ways), *_strangers(plan, ways, drafts, _stream(plan, "strangers"))]
    ground = layout.ground(plan, ways, tree, space, split)
    people = _freeze(plan, [*drafts, *beyond], parts, ground, space)
    community = _community(plan, tree, ways, ground, people, parts, space)
    return Scene(community=community, truth=find(plan, community, parts, people[len(community.everybody) :]), cast=_cast(drafts, parts))


def _stream(plan: Plan, stage: str) -> Random:
    return Random(f"{plan.seed}|{stage}")


def _guests(plan: Plan, ways: Layout, rng: Random) -> list[Draft]:
    found = []
    for venue in plan.places.venues:
        floors = range(venue.first_floor, venue.first_floor + venue.floors)
        rooms = {floor: [key for key in ways.nodes if key.startswith(f"{venue.slug}/f{floor:02d}/")] for floor in floors}
        own = _beds(rooms.get(venue.floor, []), venue.guests_on, rng)
        rest = [room for floor, keys in rooms.items() if floor != venue.floor for room in keys]
        for room in own + _beds(rest, venue.guests - venue.guests_on, rng):
            sex, age = rng.choice("FM"), rng.randint(20, 66)
            found.append(Draft(sex=sex, age=age, relation="head", home=room, residence="hotel-guest", birth_days=1 + rng.randrange(360)))
    return found


def _beds(rooms: Sequence[str], guests: int, rng: Random) -> list[str]:
    """Rooms for so many guests: single ones first, a second bed where there are more guests than rooms."""
    if guests > 2 * len(rooms):
        raise PlanBroken(why="more guests than beds", at="places.venues")
    shared = max(guests - len(rooms), guests // 5)
    chosen = rng.sample(list(rooms), guests - shared) if guests else []
    return sorted(chosen + chosen[:shared])


def _outsiders(plan: Plan, ways: Layout) -> list[Draft]:
    homes = [key for key, node in ways.nodes.items() if key.startswith("far/") and node.kind == "room"]
    return [Draft(sex="M", age=46 + number, relation="head", home=home, birth_days=77) for number, home in enumerate(homes)]


def _strangers(plan: Plan, ways: Layout, drafts: Sequence[Draft], rng: Random) -> list[Draft]:
    """People who live or stay in the community and are in no file: moved in, visitors, a new-born child."""
    homes = sorted({draft.home for draft in drafts if not draft.role and ways.nodes[draft.home].stair != ways.index_stair})
    found = []
    for number, home in enumerate(rng.sample(homes, plan.people.strangers)):
        baby = number == 2
        residence = "resident" if number % 2 == 0 else "visitor"
        age = 0 if baby else rng.randint(21, 70)
        needs = {"infant"} if baby else set()
        found.append(Draft(sex=rng.choice("FM"), age=age, relation="other", home=home, residence=residence, needs=needs, birth_days=1 + rng.randrange(200), has_phone=not baby))
    return found


def _freeze(plan: Plan, drafts: Sequence[Draft], parts: Casting, ground: Ground, space: UUID) -> list[Person]:
    """Give everybody a key, a name, a birth date, a document and, where he has one, a phone."""
    for number, (draft, name) in enumerate(zip(drafts, identity.names(_stream(plan, "names"), len(drafts)), strict=True), 1):
        draft.key, draft.name = f"p{number:06d}", name
    if parts.told is not None and parts.namesake is not None:
        parts.namesake.name = parts.told.name
    phones = iter(identity.phones(_stream(plan, "phones"), len(drafts)))
    documents = identity.Documents()
    today = plan.opens_at.date().toordinal()
    heads = {draft.home: draft.key for draft in reversed(drafts) if draft.age >= 18 and draft.relation in ("head", "spouse", "parent")}
    people = []
    for draft in drafts:
        birth_date = date.fromordinal(today - int(draft.age * 365.2425) - draft.birth_days)
        document = documents.take(birth_date, draft.sex)
        people.append(
            Person(
                key=draft.key, id=natural_id(space, "person", document), name=draft.name, sex=draft.sex, birth_date=birth_date,
                document=document, phone=next(phones) if draft.has_phone else "", home=draft.home, household=draft.home,
                head=draft.relation == "head", relation=draft.relation, residence=draft.residence, workplace=draft.workplace,
                works_at=draft.works_at, needs=tuple(sorted(draft.needs)),
                guardian=heads.get(draft.home, "") if draft.age < CHILD else "", channel=draft.channel,
            )
        )  # fmt: skip
    return people


def _community(
    plan: Plan, tree: str, ways: Layout, ground: Ground, people: Sequence[Person], parts: Casting, space: UUID
) -> Community:
    counts = plan.people.residents, sum(venue.guests for venue in plan.places.venues), sum(stay.outsiders for stay in plan.presences.stays)
    residents, guests = tuple(people[: counts[0]]), tuple(people[counts[0] : counts[0] + counts[1]])
    outsiders = tuple(people[counts[0] + counts[1] : sum(counts)])
    squads = staff.teams(plan, ways, ground)
    return Community(
        tree=tree,
        seed=plan.seed,
        title=plan.title,
        time_zone=plan.time_zone,
        opens_at=plan.opens_at,
        areas=ground.areas,
        grids=ground.grids,
        microgrids=ground.microgrids,
        places=ground.places,
        venues=tuple(venue.slug for venue in plan.places.venues),
        residents=residents,
        guests=guests,
        outsiders=outsiders,
        households=_households(tree, ground, (*residents, *guests, *outsiders), space),
        register=tuple(DayEntry(who=draft.key, category=category) for draft, category in parts.register),
        home_quarantined=tuple(draft.key for draft in parts.home_quarantined),
        stays=_hotel_stays(plan, guests, _stream(plan, "stays")),
        bodies=staff.bodies(plan, ground, space),
        staff=staff.staff(plan, ground, squads, space, _stream(plan, "staff")),
        volunteers=staff.volunteers(plan, ground, space, _stream(plan, "volunteers")),
        teams=squads,
        laboratories=plan.staff.laboratories,
        presences=_presences(plan, parts),
        dwell_minutes=plan.presences.dwell_minutes,
        level_areas=ground.level_areas,
    )
