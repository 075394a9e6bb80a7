"""Sites of a round and of routine testing, what stands on them, their nine zones, their roles, the cold. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import ClassVar

from epigrid.kernel.errors import DomainError
from epigrid.kernel.verdicts import Clause, Verdict

OBJECTIVES = ("round", "routine")
"""A round: points inside compounds, sized by people. Routine: a circle that everybody walks. Never one for the other (S-191, S-225)."""
ZONES = ("waiting", "temperature", "isolation", "registration", "sampling", "transport", "waste", "buffer", "disinfection")
"""The nine zones of a sampling site (S-193)."""
WALKED = ("waiting", "temperature", "registration", "sampling")
"""The zones that everybody walks through, in this order (S-197): the lane leads one way."""
ROLES = ("sampler", "scanner", "order-keeper", "caller")
"""A team's roles (S-190); which of them a plan needs is a setting of the plan."""


class NumberUnset(DomainError):
    """No source sets this number; the county must."""

    reason = "planning.number-unset"


class ZoneUnknown(DomainError):
    """A site has the nine zones and no others."""

    reason = "planning.zone-unknown"


class LayoutFaulty(DomainError):
    """A zone is missing, stands twice, or the lane leads back; nobody excepted the site with a reason."""

    reason = "planning.layout-faulty"


class AssetUnknown(DomainError):
    """Assets are tents, single and double cabins, and huts."""

    reason = "planning.asset-unknown"


class NoPoints(DomainError):
    """No place of this area has a point on the ground, so nothing can be placed by distance."""

    reason = "planning.no-points"


class SiteElsewhere(DomainError):
    """The site, team or building belongs to another plan, or a team stands at a site that the building does not go to."""

    reason = "planning.site-elsewhere"


class SiteOpenAlready(DomainError):
    """The site is open."""

    reason = "planning.site-open"


@dataclass(frozen=True, kw_only=True)
class SitingPolicy(Clause):
    """How many people a site and a sampler take, how far apart people stand, and below which temperature sampling outdoors is warned of."""

    key: ClassVar[str] = "site"
    queue_distance_m: int | None
    people_per_site_min: int | None
    people_per_site_max: int | None
    people_per_sampler: int | None
    cold_below_c: float | None


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A kind of asset: lanes and footprint in m2 (None: no source says), whether it has a room to change and rest. Lanes are the start of a setting."""

    lanes: int
    footprint_m2: float | None
    rest_room: bool = False


ASSETS: Mapping[str, Asset] = {
    "tent": Asset(lanes=1, footprint_m2=None),
    "single-cabin": Asset(lanes=1, footprint_m2=3),
    "double-cabin": Asset(lanes=2, footprint_m2=5),
    "hut": Asset(lanes=1, footprint_m2=None, rest_room=True),
}
"""S-224: a single cabin is below 3 m2, a double one about 5 m2 with two windows; a hut has a room to change and rest."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a number of people needs: sites (fewest, most) and samplers."""

    people: int
    sites_min: int
    sites_max: int
    samplers: int


def needed(*, people: int, policy: SitingPolicy) -> Need:
    """Sites and samplers for so many people (guide, 3rd ed.: 2,000-3,000 people a site, population / 360 samplers); `NumberUnset` where unset."""
    per_min, per_max, per_sampler = policy.people_per_site_min, policy.people_per_site_max, policy.people_per_sampler
    if per_min is None or per_max is None:
        raise NumberUnset(field="people_per_site_max", clause=policy.clause_id)
    if per_sampler is None:
        raise NumberUnset(field="people_per_sampler", clause=policy.clause_id)
    fewest = ceil(people / per_max)
    return Need(people=people, sites_min=fewest, sites_max=max(fewest, people // per_min), samplers=ceil(people / per_sampler))


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What is wrong with a site's zones, in walking order: those missing, those that stand twice, those out of order."""

    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    turned: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Nine zones and a lane that leads one way."""
        return not (self.missing or self.doubled or self.turned)


def judge_layout(zones: Sequence[str]) -> Layout:
    """Check zones in the order in which they lie along the lane (S-193): all nine, none twice, and nobody walks back. `ZoneUnknown` for another word."""
    unknown = [zone for zone in zones if zone not in ZONES]
    if unknown:
        raise ZoneUnknown(zones=unknown)
    doubled = tuple(zone for zone, count in Counter(zones).items() if count > 1)
    places = [zones.index(zone) for zone in WALKED if zone in zones]
    walked = [zone for zone in WALKED if zone in zones]
    turned = tuple(walked[step] for step in range(1, len(places)) if places[step] < places[step - 1])
    return Layout(missing=tuple(zone for zone in ZONES if zone not in zones), doubled=doubled, turned=turned)


def missing_roles(*, required: Sequence[str], present: Collection[str]) -> list[str]:
    """The roles of the plan that nobody at the site has (S-194)."""
    return [role for role in required if role not in present]


def distance_m(*, policy: SitingPolicy, own: int | None) -> int:
    """The distance in the line: the plan's own, never below the clause's (S-195). `NumberUnset` where neither says it."""
    if own is None and policy.queue_distance_m is None:
        raise NumberUnset(field="queue_distance_m", clause=policy.clause_id)
    return max(own or 0, policy.queue_distance_m or 0)


def queue_area_m2(*, queue: int, distance_m: int) -> int:
    """The ground that a queue of so many people needs, each in the middle of a square as wide as the distance (geometry, no norm)."""
    return queue * distance_m**2


def judge_cold(*, temperature_c: float, policy: SitingPolicy) -> Verdict[str]:
    """`warn` below the county's limit, `fine` above it, `unset` where the county set none: then nothing is warned of (S-218)."""
    limit = policy.cold_below_c
    if limit is None:
        return policy.verdict("unset", reason="site.cold-unset", changes_by="cold_below_c")
    cold = temperature_c < limit
    return policy.verdict("warn" if cold else "fine", reason="site.cold" if cold else "site.not-cold", below_c=limit)


def filter_overdue(*, checked_on: date | None, interval_days: int | None, today: date) -> bool | None:
    """Whether the check of an asset's filter is overdue (S-226); None where nobody set how often it is checked."""
    if interval_days is None:
        return None
    return checked_on is None or today > checked_on + timedelta(days=interval_days)


def preferred(kinds: Collection[str], *, round_the_clock: bool) -> list[str]:
    """Kinds of assets, best first: a post that is open round the clock takes a hut, where staff change and rest; else more lanes first (S-224)."""
    return sorted(kinds, key=lambda kind: (not (round_the_clock and ASSETS[kind].rest_room), -ASSETS[kind].lanes, kind))


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """People within reach of a site and people in all; the share is None where nobody lives."""

    covered: int
    people: int

    @property
    def share(self) -> float | None:
        """Covered people per person."""
        return self.covered / self.people if self.people else None
