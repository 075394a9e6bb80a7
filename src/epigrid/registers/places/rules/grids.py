"""Judgements about grids: covering dwellings, cutting microgrids. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from epigrid.kernel.errors import DomainError

MICROGRID_MIN, MICROGRID_MAX = 30, 50
"""Households of a microgrid (S-037: 003 L45「按照30至50户左右」)."""
DWELLINGS = frozenset({"room", "bungalow"})


class PlaceEnded(DomainError):
    """The place was split or merged before this day."""

    reason = "place.ended"


class ParentMissing(DomainError):
    """A place names a parent that is not there."""

    reason = "place.parent-missing"


@dataclass(frozen=True, kw_only=True)
class CoverCheck:
    """Whether every dwelling is in exactly one grid: dwellings in none, and in several (S-036)."""

    holes: tuple[UUID, ...]
    overlaps: tuple[UUID, ...]

    @property
    def complete(self) -> bool:
        """Neither hole nor overlap."""
        return not (self.holes or self.overlaps)


def check_cover(dwellings: Iterable[UUID], grids_of: Mapping[UUID, Sequence[str]]) -> CoverCheck:
    """Judge a cover: `grids_of` gives for each dwelling the grids that claim it now."""
    ids = sorted(set(dwellings))
    return CoverCheck(
        holes=tuple(place for place in ids if not grids_of.get(place)),
        overlaps=tuple(place for place in ids if len(set(grids_of.get(place, ()))) > 1),
    )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One proposed microgrid: the staircases (units) in it, its households, and why it is outside 30-50 when it is."""

    units: tuple[str, ...]
    households: int
    exception: str = ""


def split_into_microgrids(units: Sequence[tuple[str, int]]) -> list[Cell]:
    """Split a grid by staircase into cells of 30-50 households (S-037). `units` are (name, households) in walking order.

    Staircases are never torn apart and cells are neighbours in walking order. Of all such cuts the one with the fewest cells outside 30-50 is
    taken, then the one whose cells are nearest to the middle. A cell that stays outside says why.
    """
    middle = (MICROGRID_MIN + MICROGRID_MAX) // 2
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(units) + 1):
        options, count = [], 0
        for start in range(end - 1, -1, -1):
            count += units[start][1]
            if count > MICROGRID_MAX and start < end - 1:
                break
            outside = not MICROGRID_MIN <= count <= MICROGRID_MAX
            options.append((best[start][0] + outside, best[start][1] + (count - middle) ** 2, start))
        best.append(min(options))
    cuts = [len(units)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][2])
    cuts.reverse()
    return [_cell(units[start:end], alone=len(cuts) == 2) for start, end in pairwise(cuts)]


def _cell(units: Sequence[tuple[str, int]], *, alone: bool) -> Cell:
    households = sum(count for _, count in units)
    reason = ""
    if households > MICROGRID_MAX:
        reason = "one staircase is larger than a cell and is not torn apart"
    elif households < MICROGRID_MIN:
        reason = "the whole grid has fewer households than a cell" if alone else "no cut between staircases does better"
    return Cell(units=tuple(name for name, _ in units), households=households, exception=reason)
