"""Teams: how many stand where, and which building goes to which; every building to exactly one. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from epigrid.kernel.errors import DomainError

B = TypeVar("B", bound=Hashable)


class TooFewTeams(DomainError):
    """Every site with people needs a team."""

    reason = "planning.too-few-teams"


class TeamsMissing(DomainError):
    """The plan has no fixed teams yet."""

    reason = "planning.teams-missing"


class RoleUnknown(DomainError):
    """The plan does not need this role."""

    reason = "planning.role-unknown"


def share_teams(loads: Mapping[B, int], teams: int) -> dict[B, int]:
    """How many teams each site with people gets, so that the greatest load per team is as small as can be. `TooFewTeams` below one each.

    One each, then always to the site with the most people per team: this greedy is optimal, since an extra team never helps another site.
    """
    busy = {site: load for site, load in loads.items() if load > 0}
    if teams < len(busy):
        raise TooFewTeams(sites=len(busy), teams=teams)
    shares = dict.fromkeys(busy, 1)
    order = {site: place for place, site in enumerate(busy)}
    for _ in range(teams - len(busy) if busy else 0):
        shares[max(busy, key=lambda site: (busy[site] / shares[site], -order[site]))] += 1
    return shares


def balance(loads: Mapping[B, int], groups: int) -> list[list[B]]:
    """Put each building into exactly one of so many groups with loads as even as can be: largest first, then moves and swaps while they help.

    Largest first alone is within 4/3 of the least greatest load (Graham 1969); moves and swaps only lower it.
    """
    found: list[list[B]] = [[] for _ in range(groups)]
    sums = [0] * groups
    for building in sorted(loads, key=lambda one: -loads[one]):
        least = sums.index(min(sums))
        found[least].append(building)
        sums[least] += loads[building]
    for _ in range(sum(map(len, found)) * groups):
        if not _improve(found, sums, loads):
            break
    return found


def _improve(found: list[list[B]], sums: list[int], loads: Mapping[B, int]) -> bool:
    """One move or swap between the fullest and another group that narrows the gap of the two, or none."""
    full = sums.index(max(sums))
    for other in sorted(range(len(sums)), key=lambda group: sums[group]):
        gap = sums[full] - sums[other]
        for mine in found[full]:
            for theirs in (None, *found[other]):
                shift = loads[mine] - (loads[theirs] if theirs is not None else 0)
                if 0 < shift < gap:
                    found[full].remove(mine)
                    found[other].append(mine)
                    if theirs is not None:
                        found[other].remove(theirs)
                        found[full].append(theirs)
                    sums[full] -= shift
                    sums[other] += shift
                    return True
    return False


def ratio(loads: Sequence[int]) -> float | None:
    """Greatest load by least load of teams; None where a team has nobody."""
    return max(loads) / min(loads) if loads and min(loads) > 0 else None
