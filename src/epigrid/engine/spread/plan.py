"""The generator's parameters: what a community looks like, in numbers. Data of an exercise file, no code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from epigrid.kernel.errors import DomainError

DOOR_NEEDS = frozenset({"frail", "bed-ridden", "mobility", "disabled", "dialysis", "online-class"})
"""Needs for which somebody is tested at home; nobody with one of them stands in a queue for a pooled tube."""
PEOPLE_PER_HOUSEHOLD = 2.75
"""Used only where a building's households are not given."""


class PlanBroken(DomainError):
    """The parameters contradict each other; `why` says what, `at` where."""

    reason = "spread.plan-broken"


@dataclass(frozen=True, kw_only=True)
class Division:
    """A node of the responsibility tree: path segment, name, and the official code where it is a real division."""

    slug: str
    name: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class BuildingPlan:
    """`count` equal buildings: floors, units (staircases), doors per floor and unit.

    `floors = 0` is a row of bungalows with `doors` dwellings. Households and residents that are not given are shared out. `index_unit` is the staircase
    in which the index case lives.
    """

    doors: int
    floors: int = 0
    units: int = 0
    count: int = 1
    households: int | None = None
    residents: int | None = None
    index_unit: int = 0


@dataclass(frozen=True, kw_only=True)
class CompoundPlan:
    """A compound (`compound`) or a bungalow area (`section`): one grid. `community` counts the communities of the subdistrict from 1."""

    slug: str
    name: str
    buildings: tuple[BuildingPlan, ...]
    kind: str = "compound"
    community: int = 1


@dataclass(frozen=True, kw_only=True)
class VenuePlan:
    """A place where people are scanned: shop, market, canteen, vehicle, workplace, hotel.

    `where`: `community` (its business grid) or `next` (the neighbouring subdistrict). `staff`: how many residents work there (0 at a workplace: it
    shares the rest). Hotels have floors from `first_floor`, rooms per floor, and guests of tonight, `guests_on` of them on the floor `floor`.
    """

    slug: str
    name: str
    kind: str
    where: str = "community"
    staff: int = 0
    floors: int = 0
    first_floor: int = 1
    rooms: int = 0
    guests: int = 0
    guests_on: int = 0
    floor: int = 0


@dataclass(frozen=True, kw_only=True)
class PlacesPlan:
    """Both trees: the responsible areas, the compounds, the venues."""

    city: Division
    county: Division
    subdistrict: Division
    community: Division
    next_subdistrict: Division
    next_community: Division
    next_county: Division
    compounds: tuple[CompoundPlan, ...]
    venues: tuple[VenuePlan, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PeoplePlan:
    """Residents in all, weights of household sizes 1, 2, 3 ..., shares per thousand, and the day's register.

    `needs`: per thousand of those whom the need can meet. `register`: entries by category over `register_persons` people, `home_quarantine` of them in
    quarantine at home. `cast`: which prepared households are placed. `roll_call`: how many turn out to be away, declined ... at the table; `strangers`:
    people who are in no register.
    """

    residents: int
    sizes: tuple[int, ...]
    away_per_mille: int = 0
    needs: Mapping[str, int]
    register: Mapping[str, int]
    register_persons: int = 0
    home_quarantine: int = 0
    cast: tuple[str, ...] = ()
    roll_call: Mapping[str, int]
    strangers: int = 0


@dataclass(frozen=True, kw_only=True)
class BodyPlan:
    """A body of the exercise: `level` names the area that it answers for."""

    key: str
    kind: str
    name: str
    level: str
    superior: str = ""
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class PostPlan:
    """`count` people who hold a duty for a body over the area of `level`; `per = "grid"`: as many for each grid, `per = "team"`: for each team."""

    duty: str
    body: str
    level: str
    title: str
    count: int = 1
    per: str = ""


@dataclass(frozen=True, kw_only=True)
class LaboratoryPlan:
    """A laboratory: its capacity, and the share of it that the community gets, both in tubes a day."""

    body: str
    tubes_a_day: int
    share: int


@dataclass(frozen=True, kw_only=True)
class StaffPlan:
    """Bodies, posts, sampling teams, volunteers, laboratories."""

    bodies: tuple[BodyPlan, ...]
    posts: tuple[PostPlan, ...]
    fixed_teams: int
    mobile_teams: int
    volunteers: int
    laboratories: tuple[LaboratoryPlan, ...]


@dataclass(frozen=True, kw_only=True)
class StayPlan:
    """A stay of the index case: `day` counts from the opening day (-1: the day before), `start` local time.

    Within the look-back it says whom he met there: contacts, people whom the investigator will reject, people of another county.
    """

    day: int
    venue: str
    start: time
    minutes: int
    contacts: int = 0
    rejected: int = 0
    outsiders: int = 0


@dataclass(frozen=True, kw_only=True)
class RejectionPlan:
    """Why a candidate will be found to be no contact: a stable key and the investigator's words."""

    reason: str
    words: str


@dataclass(frozen=True, kw_only=True)
class PresencesPlan:
    """Presences at venues on `days` days before the opening day.

    `dwell_minutes`: how long somebody stays after a scan that has no leaving time. `trips`: per thousand people and day. `interview_day`: the day on
    which the index case met somebody whom no scan shows, told only in the interview (0: nobody). `special_contacts`: prepared households whose first
    member is among the contacts.
    """

    days: int
    lookback_days: int
    dwell_minutes: Mapping[str, int]
    trips: Mapping[str, int]
    stays: tuple[StayPlan, ...]
    rejections: tuple[RejectionPlan, ...] = ()
    special_contacts: tuple[str, ...] = ()
    interview_day: int = 0
    interview_start: time = time(19, 0)
    interview_minutes: int = 90


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All parameters of one community. `opens_at` is the moment at which the exercise begins."""

    key: str
    title: str
    seed: int
    opens_at: datetime
    time_zone: str
    places: PlacesPlan
    people: PeoplePlan
    staff: StaffPlan
    presences: PresencesPlan


def scaled(plan: Plan, residents: int) -> Plan:
    """The same community among others like it, together `residents` people: for benchmarks. The first community stays as it is."""
    extra = residents - plan.people.residents
    if extra < 0:
        raise PlanBroken(why="fewer residents than the community has", at="scaled")
    if extra == 0:
        return plan
    pattern = max(plan.places.compounds, key=lambda compound: sum(building.count for building in compound.buildings))
    doors = sum(building.count * building.floors * building.units * building.doors for building in pattern.buildings)
    each = int(doors * 0.8 * PEOPLE_PER_HOUSEHOLD)
    number, added = 0, []
    while extra > 0:
        people = min(each, extra)
        share = tuple(
            replace(building, count=1, residents=part, households=None, index_unit=0)
            for building, part in zip(_single(pattern), _shares(people, len(_single(pattern))), strict=True)
            if part
        )
        added.append(
            replace(pattern, slug=f"x{number:04d}", name=f"演练{number + 1}号苑", buildings=share, community=2 + number // 10)
        )
        number, extra = number + 1, extra - people
    places = replace(plan.places, compounds=(*plan.places.compounds, *added))
    return replace(plan, places=places, people=replace(plan.people, residents=residents))


def _single(compound: CompoundPlan) -> list[BuildingPlan]:
    return [building for building in compound.buildings for _ in range(building.count)]


def _shares(total: int, parts: int) -> list[int]:
    return [total // parts + (number < total % parts) for number in range(parts)]
