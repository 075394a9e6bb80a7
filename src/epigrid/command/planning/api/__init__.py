"""The machine door of planning: plans with their checklists and sheets (`plans`); sites, teams, buildings, slots and assets (`ground`);
home visits (`home`); laboratories and the outlook (`capacity`); a round's report (`report`)."""

from epigrid.command.planning.api import capacity, ground, home, plans, report
from epigrid.command.planning.api.doors import acts, router

__all__ = ["acts", "capacity", "ground", "home", "plans", "report", "router"]
