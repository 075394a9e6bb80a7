"""The router and the acts that all parts of this door fill."""

from uuid import UUID

from ninja import Router

from epigrid.store.doors import Acts, Command

router = Router(tags=["planning"])
acts = Acts("planning", router)


class OfPlan(Command):
    """A plan."""

    plan_id: UUID
