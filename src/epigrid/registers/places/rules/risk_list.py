"""The national list of risk areas: how its entries are written and compared. Pure."""

from collections.abc import Iterable

from epigrid.kernel.errors import BadInput, DomainError
from epigrid.registers.places.rules.addresses import fold

RISKS = ("high", "medium")
"""Levels of the list that count for people who were there."""


class ListOutdated(DomainError):
    """A newer version of the list was taken already."""

    reason = "risk-list.outdated"


def listed_levels(listed: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """(county, place) in folded spelling -> level. Refused: another level than high or medium, no county, one area at two levels."""
    found: dict[tuple[str, str], str] = {}
    for county, place, level in listed:
        key = (spelled(county), spelled(place))
        if level not in RISKS or not key[0]:
            raise BadInput(field="level" if key[0] else "county", value=level)
        if found.setdefault(key, level) != level:
            raise BadInput(field="place", value=f"{county} {place}", why="two levels")
    return found


def spelled(text: str) -> str:
    """A county or place as it is compared: folded, without blanks."""
    return "".join(fold(text).split())
