"""Judgements about places: matching names, covering dwellings, splitting grids. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from uuid import UUID

from epigrid.kernel.errors import DomainError

MICROGRID_MIN, MICROGRID_MAX = 30, 50
"""Households of a microgrid (S-037: 003 L45「按照30至50户左右」)."""
DWELLINGS = frozenset({"room", "bungalow"})
CERTAIN = 0.98
"""From here on a match needs no look at the candidates; below it a person confirms."""
WORTH_OFFERING = 0.4
"""Below this likeness a place is not offered at all."""
NUMBERS = str.maketrans("一二三四五六七八九〇", "1234567890")
PART = re.compile(r"(\d+|[a-z])\s*(号楼|号院|栋|幢|座|单元|层|楼|室|房|号)", re.IGNORECASE)
PART_KINDS = {
    "号楼": "building",
    "号院": "compound",
    "栋": "building",
    "幢": "building",
    "座": "building",
    "单元": "unit",
    "层": "floor",
    "楼": "building",
    "室": "room",
    "房": "room",
    "号": "room",
}


class PlaceAmbiguous(DomainError):
    """The text may mean several places: a person must say which."""

    reason = "place.ambiguous"


class PlaceEnded(DomainError):
    """The place was split or merged before this day."""

    reason = "place.ended"


class ParentMissing(DomainError):
    """A place names a parent that is not there."""

    reason = "place.parent-missing"


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """An address text: the name in front, and its numbered parts in order."""

    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A place with all its spellings, as the matcher needs it."""

    id: UUID
    kind: str
    full_name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A place that a text may mean; `how` says which spelling matched and what is missing."""

    place_id: UUID
    full_name: str
    confidence: float
    how: str


def fold(text: str) -> str:
    """One form for widths, digits, spaces and punctuation."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s·,，。、()（）<>《》\-—]", "", plain)


def parse(text: str) -> Parsed:
    """Split an address into the name in front and its numbered parts (号楼, 单元, 层, 室)."""
    folded = fold(text)
    numbered = re.sub(r"[一二三四五六七八九〇](?=号楼|号院|栋|幢|座|单元|层|楼|室|房)", lambda found: found.group().translate(NUMBERS), folded)
    first = PART.search(numbered)
    name = numbered[: first.start()] if first else numbered
    parts = tuple((PART_KINDS[found.group(2)], found.group(1)) for found in PART.finditer(numbered))
    return Parsed(name=name, parts=parts)


def similarity(left: str, right: str) -> float:
    """0..1: how alike two names are; one differing character in five gives 0.8, a missing 小区 costs little."""
    shorter, longer = (fold(text).removesuffix("小区") for text in (left, right))
    return 1.0 if shorter == longer else SequenceMatcher(None, shorter, longer, autojunk=False).ratio()


def match(text: str, places: Iterable[Named], limit: int = 5) -> list[Candidate]:
    """Candidates for an address text, best first.

    The name in front is compared with compounds (and buildings, hotels, shops by their own names); a text of parts alone ("2单元") matches every
    place that ends so, with low confidence: it blocks until a person says which.
    """
    wanted = parse(text)
    found = []
    for place in places:
        best = max(((_score(wanted, spelling), spelling) for spelling in place.spellings), default=(0.0, ""))
        if best[0] >= WORTH_OFFERING:
            found.append(Candidate(place_id=place.id, full_name=place.full_name, confidence=round(best[0], 3), how=best[1]))
    found.sort(key=lambda candidate: (-candidate.confidence, candidate.full_name))
    return found[:limit]


def _score(wanted: Parsed, spelling: str) -> float:
    have = parse(spelling)
    if not wanted.name:
        return 0.5 if have.parts[-len(wanted.parts) :] == wanted.parts and wanted.parts else 0.0
    name = similarity(wanted.name, have.name)
    if name < 0.6:
        return 0.0
    if have.parts == wanted.parts:
        return name
    common = 0
    for left, right in zip(have.parts, wanted.parts, strict=False):
        if left != right:
            break
        common += 1
    if common < len(have.parts):
        return 0.0
    return name * (0.6 + 0.3 * common / max(len(wanted.parts), 1))


def decide(candidates: Sequence[Candidate]) -> Candidate:
    """The one place that a text means, or `PlaceAmbiguous` when it is uncertain or two fit equally."""
    if not candidates or candidates[0].confidence < CERTAIN:
        raise PlaceAmbiguous(candidates=[candidate.full_name for candidate in candidates])
    if len(candidates) > 1 and candidates[1].confidence >= CERTAIN:
        raise PlaceAmbiguous(candidates=[candidate.full_name for candidate in candidates])
    return candidates[0]


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
