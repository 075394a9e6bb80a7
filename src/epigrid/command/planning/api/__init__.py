"""The machine door of planning: plans with their checklists and sheets (`plans`); sites, teams, buildings, slots and assets (`ground`);
laboratories and the outlook (`capacity`); a round's report (`report`)."""

from epigrid.command.planning.api import capacity, ground, plans, report
from epigrid.command.planning.api.doors import acts, router

__all__ = ["acts", "capacity", "ground", "plans", "report", "router"]
