"""Tables of sampling: rounds and their roll-call (`rounds`), sites, boxes, tubes, swabs and tests due (`tubes`), the table (`table`)."""

from epigrid.field.sampling.models.rounds import (
    READERS,
    TEAM,
    Exclusion,
    ListChange,
    PremisesNote,
    Refusal,
    Reminder,
    RollReport,
    RosterRow,
    Round,
    SampledAlone,
)
from epigrid.field.sampling.models.table import Isolation, Registration, SamplingCode, TemperatureReading
from epigrid.field.sampling.models.tubes import Box, HandOver, SamplingSite, Swab, TestDue, Tube, WasteBag

__all__ = [
    "READERS",
    "TEAM",
    "Box",
    "Exclusion",
    "HandOver",
    "Isolation",
    "ListChange",
    "PremisesNote",
    "Refusal",
    "Registration",
    "Reminder",
    "RollReport",
    "RosterRow",
    "Round",
    "SampledAlone",
    "SamplingCode",
    "SamplingSite",
    "Swab",
    "TemperatureReading",
    "TestDue",
    "Tube",
    "WasteBag",
]
