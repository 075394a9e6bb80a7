"""The machine door of quarantine: holds, orders and appeals; sites, trips and treatment."""

from epigrid.response.quarantine.api import measures, sites
from epigrid.response.quarantine.api.doors import acts, router

__all__ = ["acts", "measures", "router", "sites"]
