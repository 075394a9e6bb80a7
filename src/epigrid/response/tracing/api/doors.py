"""The router of tracing, and the body that many of its acts share."""

from uuid import UUID

from ninja import Router

from epigrid.store.doors import Acts, Command

router = Router(tags=["tracing"])
acts = Acts("tracing", router)


class OfCase(Command):
    """A case."""

    case_id: UUID
