"""The machine door of workforce: workers, their shifts, who is overdue for rest."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from epigrid.registers.workforce import actions, queries
from epigrid.store.doors import Acts, Command, Reader, Rows, card, listed, reader

router = Router(tags=["workforce"])
acts = Acts("workforce", router)
WorkerOut, OverdueOut = card(queries.WorkerCard), card(queries.OverdueCard)


@router.get("/workers", response=listed(WorkerOut))
def workers(request: HttpRequest) -> list[queries.WorkerCard]:
    """Workers of my areas."""
    return queries.workers(actor=reader(request).actor)


@router.get("/overdue", response=listed(OverdueOut))
def overdue(request: HttpRequest) -> list[queries.OverdueCard]:
    """Who is overdue for rest."""
    it = reader(request)
    return queries.overdue_for_rest(actor=it.actor, area=it.root, now=it.now)


class OfWorker(Command):
    """A worker."""

    worker_id: UUID


@acts("/shifts/start")
def start_shift(it: Reader, body: OfWorker) -> Rows:
    """Begin a spell of work."""
    return [actions.start_shift(actor=it.actor, worker_id=body.worker_id, now=it.now)]


@acts("/shifts/end")
def end_shift(it: Reader, body: OfWorker) -> Rows:
    """Go, or send somebody, to rest."""
    actions.end_shift(actor=it.actor, worker_id=body.worker_id, now=it.now)
    return [body.worker_id]
