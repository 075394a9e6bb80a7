"""Verbs of the people register."""

from epigrid.registers.people.actions.files import (
    NewPerson,
    ask_correction,
    decide_correction,
    end_need,
    erase_people,
    forget_people,
    mark_departed,
    move_person,
    name_guardian,
    record_need,
    register_person,
)
from epigrid.registers.people.actions.ledgers import NewEntry, NewStay, claim_entries, enter_day_register, flag_unclaimed, forget_stays, surface_stays
from epigrid.registers.people.actions.roster import import_residents

__all__ = [
    "NewEntry",
    "NewPerson",
    "NewStay",
    "ask_correction",
    "claim_entries",
    "decide_correction",
    "end_need",
    "enter_day_register",
    "erase_people",
    "flag_unclaimed",
    "forget_people",
    "forget_stays",
    "import_residents",
    "mark_departed",
    "move_person",
    "name_guardian",
    "record_need",
    "register_person",
    "surface_stays",
]
