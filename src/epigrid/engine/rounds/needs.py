"""Staff and supplies of a round, site by site: what stands on the sheet of the evening before."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from epigrid.engine.rounds.schemas import above_zero, not_negative


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What is known of a site: expected people by pool size, households that get antigen kits, lanes, and how many teams of staff follow each other."""

    people: int
    pool_size: int
    kit_households: int
    lanes: int
    changes: int
    """Times that staff are relieved or leave the protected area: each needs a new protective set. 1 = one stretch."""

    def __post_init__(self) -> None:
        not_negative(people=self.people, kit_households=self.kit_households, lanes=self.lanes)
        above_zero(pool_size=self.pool_size, changes=self.changes)


@dataclass(frozen=True, kw_only=True)
class Norms:
    """Numbers of the policy pack and of the plan."""

    people_per_sampler: int
    """Samplers = population / this (national guide, third edition)."""
    registrars_per_sampler: float
    others_per_site: int
    """Order, temperature, waste, hand-over."""
    swabs_per_person: int
    kits_per_household: int
    tubes_per_box: int
    reserve: float
    """Share added to swabs, tubes, kits and protective sets, rounded up."""

    def __post_init__(self) -> None:
        above_zero(people_per_sampler=self.people_per_sampler, tubes_per_box=self.tubes_per_box)
        not_negative(registrars=self.registrars_per_sampler, others=self.others_per_site, swabs=self.swabs_per_person)
        not_negative(kits=self.kits_per_household, reserve=self.reserve)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """A line of the sheet."""

    samplers: int
    registrars: int
    others: int
    swabs: int
    tubes: int
    boxes: int
    kits: int
    protective_sets: int


def needs(site: Demand, norms: Norms) -> Needs:
    """What one site needs. A lane may close with a tube that is not full, so tubes = people / pool, rounded up, and one per further lane and change."""
    samplers = _up(site.people / norms.people_per_sampler)
    registrars = _up(samplers * norms.registrars_per_sampler)
    others = norms.others_per_site if site.people else 0
    tubes = 0
    if site.people:
        open_tubes = (max(1, site.lanes) * site.changes - 1) if site.pool_size > 1 else 0
        tubes = _reserved(min(site.people, _up(site.people / site.pool_size) + open_tubes), norms)
    return Needs(
        samplers=samplers,
        registrars=registrars,
        others=others,
        swabs=_reserved(site.people * norms.swabs_per_person, norms),
        tubes=tubes,
        boxes=_up(tubes / norms.tubes_per_box),
        kits=_reserved(site.kit_households * norms.kits_per_household, norms),
        protective_sets=_reserved((samplers + registrars + others) * site.changes, norms),
    )


def sheet(sites: Sequence[Demand], norms: Norms) -> tuple[tuple[Needs, ...], Needs]:
    """The lines of all sites and their sum."""
    lines = tuple(needs(site, norms) for site in sites)
    return lines, total(lines)


def total(lines: Iterable[Needs]) -> Needs:
    """The sum of lines."""
    lines = tuple(lines)
    return Needs(**{field.name: sum(getattr(line, field.name) for line in lines) for field in fields(Needs)})


def _up(value: float) -> int:
    """Rounded up, but not for what floating point added."""
    return math.ceil(round(value, 9))


def _reserved(amount: int, norms: Norms) -> int:
    """With the reserve."""
    return _up(amount * (1 + norms.reserve))
