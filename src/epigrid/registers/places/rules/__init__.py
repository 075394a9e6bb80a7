"""Judgements about places: matching names, covering dwellings, splitting grids. Pure."""

from epigrid.registers.places.rules.addresses import Parsed, expand, fold, parse
from epigrid.registers.places.rules.divisions import Division, Divisions
from epigrid.registers.places.rules.grids import (
    DWELLINGS,
    MICROGRID_MAX,
    MICROGRID_MIN,
    Cell,
    CoverCheck,
    ParentMissing,
    PlaceEnded,
    check_cover,
    split_into_microgrids,
)
from epigrid.registers.places.rules.likeness import similarity
from epigrid.registers.places.rules.matching import CERTAIN, WORTH_OFFERING, Candidate, Index, Named, PlaceAmbiguous, decide, match, merged
from epigrid.registers.places.rules.outlines import OutlineUnusable, around, inside
from epigrid.registers.places.rules.risk_list import RISKS, ListOutdated, listed_levels, spelled

__all__ = [
    "CERTAIN",
    "DWELLINGS",
    "MICROGRID_MAX",
    "MICROGRID_MIN",
    "RISKS",
    "WORTH_OFFERING",
    "Candidate",
    "Cell",
    "CoverCheck",
    "Division",
    "Divisions",
    "Index",
    "ListOutdated",
    "Named",
    "OutlineUnusable",
    "ParentMissing",
    "Parsed",
    "PlaceAmbiguous",
    "PlaceEnded",
    "around",
    "check_cover",
    "decide",
    "expand",
    "fold",
    "inside",
    "listed_levels",
    "match",
    "merged",
    "parse",
    "similarity",
    "spelled",
    "split_into_microgrids",
]
