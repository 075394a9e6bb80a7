"""The router and the acts that all parts of this door fill."""

from ninja import Router

from epigrid.store.doors import Acts

router = Router(tags=["sampling"])
acts = Acts("sampling", router)
