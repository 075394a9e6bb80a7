"""The router and the acts that both parts of this door fill."""

from ninja import Router

from epigrid.store.doors import Acts

router = Router(tags=["zones"])
acts = Acts("zones", router)
