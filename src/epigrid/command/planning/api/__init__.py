"""The machine door of planning: plans with their checklists and sheets (`plans`); sites, teams, buildings, slots and assets (`ground`); a round's report (`report`)."""

from epigrid.command.planning.api import ground, plans, report
from epigrid.command.planning.api.doors import acts, router

__all__ = ["acts", "ground", "plans", "report", "router"]
