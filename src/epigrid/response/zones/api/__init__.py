"""The machine door of zones: zones and notices; orders to stand still and a place's history."""

from epigrid.response.zones.api import areas, zones
from epigrid.response.zones.api.doors import acts, router

__all__ = ["acts", "areas", "router", "zones"]
