"""Who meets what: the tube's queue, the contacts, the rejected, the namesake, the roll-call, the day's register. Decided before anybody has a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from epigrid.engine.spread.households import PARTS, PENSION, Draft
from epigrid.engine.spread.layout import Layout
from epigrid.engine.spread.plan import Plan, PlanBroken

TUBE = 10


@dataclass(kw_only=True, eq=False)
class Casting:
    """Drafts by part. `met` gives for each of the index case's stays whom he meets there: (draft, contact | rejected)."""

    index: Draft
    co_residents: list[Draft]
    tube: list[Draft]
    met: list[list[tuple[Draft, str]]] = field(default_factory=list)
    told: Draft | None = None
    namesake: Draft | None = None
    near: list[Draft] = field(default_factory=list)
    roll_call: dict[str, list[Draft]] = field(default_factory=dict)
    register: list[tuple[Draft, str]] = field(default_factory=list)
    home_quarantined: list[Draft] = field(default_factory=list)
    waste: list[Draft] = field(default_factory=list)

    @property
    def contacts(self) -> list[Draft]:
        """Scan contacts in the order in which they were met."""
        return [draft for stay in self.met for draft, part in stay if part == "contact"]


def choose(plan: Plan, layout: Layout, drafts: Sequence[Draft], rng: Random) -> Casting:
    """Give out all parts; nobody plays two."""
    stair = [draft for draft in drafts if layout.nodes[draft.home].stair == layout.index_stair]
    home, here = [draft for draft in stair if draft.role == "index"], {id(draft) for draft in stair}
    casting = Casting(index=home[0], co_residents=home[1:], tube=_tube(stair, home, rng), waste=_waste(stair))
    pool = _one_per_home([draft for draft in drafts if not draft.role and id(draft) not in here], rng)
    adults = [draft for draft in pool if 20 <= draft.age < PENSION and draft.poolable and draft.has_phone]
    _meet(plan, casting, drafts, adults)
    by_role = {draft.role: draft for draft in reversed(drafts) if draft.role}
    if plan.presences.interview_day:
        casting.told = by_role.get("told") or _next(adults)
        casting.namesake = by_role.get("namesake")
    inside = sum(_meets(plan, number) for number in range(len(plan.presences.stays)))
    casting.near = [_next(adults) for _ in range(2 * inside)]
    _enter_register(plan, casting, adults, rng)
    _call_roll(plan, casting, adults)
    return casting


def _next(adults: list[Draft]) -> Draft:
    if not adults:
        raise PlanBroken(why="too few adults for the parts", at="people.residents")
    return adults.pop()


def _meets(plan: Plan, number: int) -> bool:
    return plan.presences.stays[number].day > -plan.presences.lookback_days


def _tube(stair: Sequence[Draft], home: Sequence[Draft], rng: Random) -> list[Draft]:
    """The index household and seven neighbours of the stairwell, household after household, nobody who is tested at his door."""
    queue: dict[str, list[Draft]] = {}
    for draft in stair:
        if not draft.role and draft.poolable and draft.age >= 1:
            queue.setdefault(draft.home, []).append(draft)
    ordered = [draft for dwelling in rng.sample(list(queue), len(queue)) for draft in queue[dwelling]]
    mates = ordered[: TUBE - len(home)]
    if len(mates) + len(home) != TUBE:
        raise PlanBroken(why="the stairwell has too few people for a tube", at="people.cast")
    cut = rng.randint(1, len(mates) - 1)
    return [*mates[:cut], *home, *mates[cut:]]


def _waste(stair: Sequence[Draft]) -> list[Draft]:
    homes = {draft.home: draft for draft in reversed(stair) if draft.role != "index" and draft.residence != "away"}
    return [homes[home] for home in list(homes)[:5]]


def _one_per_home(drafts: Sequence[Draft], rng: Random) -> list[Draft]:
    by_home: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_home.setdefault(draft.home, []).append(draft)
    chosen = [
        rng.choice([draft for draft in members if 20 <= draft.age < PENSION and draft.poolable] or members) for members in by_home.values()
    ]
    rng.shuffle(chosen)
    return chosen


def _meet(plan: Plan, casting: Casting, drafts: Sequence[Draft], adults: list[Draft]) -> None:
    """Contacts and people to be rejected for each stay of the look-back: the prepared ones first, then anybody; colleagues work there from now on."""
    names = {venue.slug: venue for venue in plan.places.venues}
    prepared = [next(draft for draft in drafts if draft.role == role) for role in plan.presences.special_contacts]
    casting.index.works_at = next((stay.venue for stay in plan.presences.stays if names[stay.venue].kind == "hotel"), "")
    casting.index.workplace = names[casting.index.works_at].name if casting.index.works_at else ""
    for number, stay in enumerate(plan.presences.stays):
        met: list[tuple[Draft, str]] = []
        if not _meets(plan, number):
            if stay.contacts or stay.rejected or stay.outsiders:
                raise PlanBroken(why="a meeting before the look-back", at=f"presences.stays {number}")
            casting.met.append(met)
            continue
        colleagues = names[stay.venue].kind in ("hotel", "workplace")
        for _ in range(stay.contacts):
            draft = _next(adults) if colleagues or not prepared else prepared.pop(0)
            met.append((draft, "contact"))
        met += [(_next(adults), "rejected") for _ in range(stay.rejected)]
        for draft, _ in met if colleagues else ():
            draft.works_at, draft.workplace = stay.venue, names[stay.venue].name
        casting.met.append(met)
    if prepared:
        raise PlanBroken(why="more prepared contacts than meetings", at="presences.special_contacts")


def _enter_register(plan: Plan, casting: Casting, adults: list[Draft], rng: Random) -> None:
    """Exactly the sums of the plan: each of the people has a category, the entries over are second ones."""
    count = plan.people.register_persons
    slots = [category for category, entries in sorted(plan.people.register.items()) for _ in range(entries)]
    if len(slots) < count or len(adults) < count or max(plan.people.register.values(), default=0) > count:
        raise PlanBroken(why="the register's sums cannot be met", at="people.register")
    people = [_next(adults) for _ in range(count)]
    rng.shuffle(slots)
    held: list[set[str]] = [{slot} for slot in slots[:count]]
    for slot in slots[count:]:
        rng.choice([entry for entry in held if slot not in entry]).add(slot)
    casting.register = [(draft, category) for draft, entries in zip(people, held, strict=True) for category in sorted(entries)]
    arrived = [draft for draft, entries in zip(people, held, strict=True) if entries & {"abroad", "risk-area"}]
    casting.home_quarantined = arrived[: plan.people.home_quarantine]
    if len(casting.home_quarantined) < plan.people.home_quarantine:
        raise PlanBroken(why="too few arrivals for the home quarantines", at="people.home_quarantine")


def _call_roll(plan: Plan, casting: Casting, adults: list[Draft]) -> None:
    if sum(plan.people.roll_call.values()) > len(adults):
        raise PlanBroken(why="too few people for the roll-call", at="people.roll_call")
    for found, count in plan.people.roll_call.items():
        casting.roll_call[found] = [_next(adults) for _ in range(count)]


def parts(drafts: Sequence[Draft]) -> Mapping[str, tuple[str, ...]]:
    """Keys of the people of each prepared household, the one who plays the part first."""
    found: dict[str, list[str]] = {}
    for draft in drafts:
        if draft.role:
            found.setdefault(draft.role, []).append(draft.key)
    return {role: tuple(keys) for role, keys in found.items() if role in PARTS}
