"""Who lives together: sizes that add up exactly, plausible ages and relations, needs, work; and the prepared households of the cast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from epigrid.engine.spread.layout import Block, Layout
from epigrid.engine.spread.plan import DOOR_NEEDS, Plan, PlanBroken

ADULT, PENSION = 18, 60
NEED_AGES: Mapping[str, tuple[str, int, int]] = {
    "frail": ("", 75, 120), "bed-ridden": ("", 70, 120), "mobility": ("", 65, 120), "disabled": ("", 3, 120), "chronic": ("", 50, 120),
    "dialysis": ("", 40, 85), "pregnant": ("F", 22, 40), "deaf": ("", 78, 120), "pet": ("", 20, 80), "online-class": ("", 7, 17),
}  # fmt: skip
"""Whom a need can meet: sex ("" both), from age, to age."""


@dataclass(kw_only=True, eq=False)
class Draft:
    """A person while the scene is being made. `role` is his part in the cast, "" for all others."""

    sex: str
    age: int
    relation: str
    home: str = ""
    role: str = ""
    needs: set[str] = field(default_factory=set)
    residence: str = "resident"
    works_at: str = ""
    workplace: str = ""
    channel: str = "phone"
    has_phone: bool = True
    birth_days: int = 0
    name: str = ""
    key: str = ""

    @property
    def poolable(self) -> bool:
        """Whether he may stand in a queue for a pooled tube."""
        return not self.needs & DOOR_NEEDS and self.residence != "away" and self.channel == "phone"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A prepared household: `where` is `stair` (the index case's) or `elsewhere`; members as (sex, age, relation, needs)."""

    where: str
    members: tuple[tuple[str, int, str, tuple[str, ...]], ...]
    away: int = -1
    bell: bool = False


PARTS: Mapping[str, Part] = {
    "index": Part(where="stair", members=(("F", 38, "head", ()), ("M", 40, "spouse", ()), ("F", 10, "child", ()))),
    "elder": Part(where="stair", members=(("F", 93, "head", ("frail", "alone", "deaf")),), bell=True),
    "dialysis": Part(where="stair", members=(("M", 61, "head", ("dialysis", "chronic")), ("F", 59, "spouse", ()))),
    "ambulance": Part(where="stair", members=(("F", 29, "spouse", ("pregnant",)), ("M", 31, "head", ()))),
    "medicine": Part(where="stair", members=(("M", 70, "head", ("chronic",)), ("F", 68, "spouse", ()))),
    "comes-home": Part(where="stair", members=(("M", 45, "head", ()), ("F", 44, "spouse", ()))),
    "student": Part(where="stair", members=(("M", 20, "child", ()), ("M", 49, "head", ()), ("F", 47, "spouse", ())), away=0),
    "parent": Part(where="elsewhere", members=(("F", 35, "head", ()), ("M", 8, "child", ()))),
    "carer": Part(where="elsewhere", members=(("F", 55, "child", ()), ("M", 84, "head", ("bed-ridden", "frail")))),
    "keeper": Part(where="elsewhere", members=(("M", 27, "head", ("pet",)),)),
    "patient": Part(where="elsewhere", members=(("M", 58, "head", ("dialysis",)), ("F", 56, "spouse", ()))),
    "told": Part(where="elsewhere", members=(("F", 41, "head", ()), ("M", 43, "spouse", ()))),
    "namesake": Part(where="elsewhere", members=(("F", 42, "head", ()), ("M", 44, "spouse", ()))),
}
"""What may be asked for in `people.cast`; the first member plays the part. `told` and `namesake` bear the same name."""


def settle(plan: Plan, layout: Layout, rng: Random) -> list[Draft]:
    """Everybody who lives in the community, household by household in walking order; exactly as many as each building's plan says."""
    parts = _place_parts(plan, layout, rng)
    drafts: list[Draft] = []
    for block in layout.blocks:
        fixed = {home: PARTS[parts[home]] for home in block.homes if home in parts}
        sizes = _sizes(plan, block, {home: len(part.members) for home, part in fixed.items()}, rng)
        for home in block.homes:
            members = _cast(parts[home]) if home in parts else compose(sizes[home], rng)
            for draft in members:
                draft.home = home
                draft.birth_days = 1 + rng.randrange(360)
            drafts += members
    return drafts


def _place_parts(plan: Plan, layout: Layout, rng: Random) -> dict[str, str]:
    """Which dwelling each prepared household gets; those elsewhere in different buildings, never in the index case's."""
    unknown = sorted(set(plan.people.cast) - set(PARTS))
    if unknown or "index" not in plan.people.cast:
        raise PlanBroken(why="unknown part" if unknown else "no index case", at="people.cast")
    stairs = [home for block in layout.blocks for home in block.homes if layout.nodes[home].stair == layout.index_stair]
    others = [block for block in layout.blocks if not layout.index_stair.startswith(block.key + "/") and block.plan.residents is None]
    here = [name for name in plan.people.cast if PARTS[name].where == "stair"]
    there = [name for name in plan.people.cast if PARTS[name].where == "elsewhere"]
    if len(here) > len(stairs) or len(there) > len(others):
        raise PlanBroken(why="not enough households for the cast", at="people.cast")
    placed = dict(zip(rng.sample(stairs, len(here)), here, strict=True))
    for block, name in zip(rng.sample(others, len(there)), there, strict=True):
        placed[rng.choice(block.homes)] = name
    return placed


def _sizes(plan: Plan, block: Block, fixed: Mapping[str, int], rng: Random) -> dict[str, int]:
    free = [home for home in block.homes if home not in fixed]
    most = len(plan.people.sizes)
    left = block.residents - sum(fixed.values())
    if not len(free) <= left <= most * len(free):
        raise PlanBroken(why="residents do not fit the households", at=block.key)
    sizes = rng.choices(range(1, most + 1), weights=plan.people.sizes, k=len(free))
    while (gap := left - sum(sizes)) != 0:
        step = 1 if gap > 0 else -1
        movable = [index for index, size in enumerate(sizes) if 1 <= size + step <= most]
        for index in rng.sample(movable, min(abs(gap), len(movable))):
            sizes[index] += step
    return {**fixed, **dict(zip(free, sizes, strict=True))}


def _cast(name: str) -> list[Draft]:
    part = PARTS[name]
    drafts = [Draft(sex=sex, age=age, relation=relation, role=name, needs=set(needs)) for sex, age, relation, needs in part.members]
    if part.away >= 0:
        drafts[part.away].residence = "away"
    for draft in drafts:
        draft.has_phone = draft.age >= 12 and not part.bell
        draft.channel = "bell" if part.bell else "phone"
    return drafts


def compose(size: int, rng: Random) -> list[Draft]:
    """A household of a size: alone, a couple, a parent with child, a family, with grandparents from five on."""
    if size == 1:
        age = rng.randint(60, 88) if rng.random() < 0.45 else rng.randint(22, 59)
        return [Draft(sex=rng.choice("FM"), age=age, relation="head")]
    if size == 2 and rng.random() < 0.25:
        age = rng.randint(28, 58)
        return [Draft(sex=rng.choice("FM"), age=age, relation="head"), _child(age, rng)]
    low, high = (24, 84) if size == 2 else (26, 52)
    age = rng.randint(low, high)
    couple = [Draft(sex="M", age=age, relation="head"), Draft(sex="F", age=max(20, age - rng.randint(-2, 5)), relation="spouse")]
    children = 0 if size == 2 else 1 if size in (3, 5) else 2
    drafts = couple + [_child(couple[1].age, rng) for _ in range(children)]
    for number in range(size - len(drafts)):
        drafts.append(Draft(sex="FM"[number % 2], age=min(92, age + rng.randint(22, 33)), relation="parent"))
    return drafts


def _child(parent_age: int, rng: Random) -> Draft:
    return Draft(sex=rng.choice("FM"), age=max(0, min(32, parent_age - rng.randint(22, 32))), relation="child")


def equip(plan: Plan, drafts: Sequence[Draft], venues: Mapping[str, str], rng: Random) -> None:
    """Needs, absence, phones and work of everybody who is not cast; `venues` are the names of the venues by key."""
    free = [draft for draft in drafts if not draft.role]
    for draft in free:
        _needs(plan, draft, rng)
        if 17 <= draft.age <= 24 and draft.relation == "child":
            draft.residence = "away" if rng.random() * 1000 < plan.people.away_per_mille * 10 else "resident"
        elif rng.random() * 1000 < plan.people.away_per_mille / 2:
            draft.residence = "away"
        elif rng.random() < 0.12:
            draft.residence = "tenant"
        old = draft.age >= 80 and rng.random() < 0.4
        draft.has_phone = draft.age >= 12 and not old
        draft.channel = "bell" if "deaf" in draft.needs and old else "phone"
    alone = _alone(drafts)
    for draft in free:
        if draft.home in alone and draft.age >= 70:
            draft.needs.add("alone")
    _work(plan, drafts, venues, rng)


def _needs(plan: Plan, draft: Draft, rng: Random) -> None:
    if draft.age < 1:
        draft.needs.add("infant")
    for need, per_mille in plan.people.needs.items():
        sex, low, high = NEED_AGES[need]
        if low <= draft.age <= high and sex in ("", draft.sex) and rng.random() * 1000 < per_mille:
            draft.needs.add(need)


def _alone(drafts: Sequence[Draft]) -> set[str]:
    seen: set[str] = set()
    several: set[str] = set()
    for draft in drafts:
        (several if draft.home in seen else seen).add(draft.home)
    return seen - several


def _work(plan: Plan, drafts: Sequence[Draft], venues: Mapping[str, str], rng: Random) -> None:
    able = [draft for draft in drafts if 20 <= draft.age < PENSION and draft.residence != "away" and not draft.needs & DOOR_NEEDS]
    rng.shuffle(able)
    able = able[: len(able) * 4 // 5]
    start = 0
    for venue in plan.places.venues:
        for draft in able[start : start + venue.staff]:
            draft.works_at = venue.slug
        start += venue.staff
    offices = [venue.slug for venue in plan.places.venues if venue.kind == "workplace" and not venue.staff]
    for draft in able[start:]:
        draft.works_at = rng.choice(offices) if offices else ""
    for draft in drafts:
        draft.workplace = venues.get(draft.works_at, "") or ("演练学校" if 6 <= draft.age < ADULT else "")
