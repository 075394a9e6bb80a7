"""The machine door of workforce: workers, their shifts, who is overdue for rest."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from epigrid.registers.workforce import actions, queries
from epigrid.store.doors import REFUSALS, Acts, Command, Moment, Reader, Rows, Text, Word, card, listed, reader

router = Router(tags=["workforce"])
acts = Acts("workforce", router)
WorkerOut, OverdueOut, FitnessOut = card(queries.WorkerCard), card(queries.OverdueCard), card(queries.FitnessCard)
StaffTestOut = card(queries.StaffTestCard)


@router.get("/workers", response=listed(WorkerOut))
def workers(request: HttpRequest) -> list[queries.WorkerCard]:
    """Workers of my areas."""
    return queries.workers(actor=reader(request).actor)


@router.get("/overdue", response=listed(OverdueOut))
def overdue(request: HttpRequest) -> list[queries.OverdueCard]:
    """Who is overdue for rest."""
    it = reader(request)
    return queries.overdue_for_rest(actor=it.actor, area=it.root, now=it.now)


@router.get("/unchecked", response=listed(WorkerOut))
def unchecked(request: HttpRequest) -> list[queries.WorkerCard]:
    """Workers on shift whom the gate for helpers has not seen today."""
    it = reader(request)
    return queries.unchecked(actor=it.actor, area=it.root, now=it.now)


@router.get("/workers/{worker_id}/fitness", response={200: FitnessOut, **REFUSALS})
def fitness(request: HttpRequest, worker_id: UUID) -> queries.FitnessCard:
    """Whether a worker may go on duty today."""
    return queries.fitness(actor=reader(request).actor, worker_id=worker_id, now=reader(request).now)


@router.get("/staff-tests", response=listed(StaffTestOut))
def staff_tests(request: HttpRequest) -> list[queries.StaffTestCard]:
    """Every worker's own test: due, overdue, or nobody has set how often."""
    return queries.staff_tests(actor=reader(request).actor, now=reader(request).now)


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


class FitnessIn(OfWorker):
    """A worker and which needs of the clause he was seen to fulfil: temperature, code, negative-days, training, protection."""

    met: list[Word] = []


@acts("/fitness/check")
def check_fitness(it: Reader, body: FitnessIn) -> Rows:
    """Check whether somebody is fit for duty today."""
    return [actions.check_fitness(actor=it.actor, worker_id=body.worker_id, met=body.met, now=it.now)]


class ExceptionIn(OfWorker):
    """A worker and why he goes on duty nevertheless."""

    reason: Text


@acts("/fitness/except")
def except_worker(it: Reader, body: ExceptionIn) -> Rows:
    """Let somebody go on duty whom today's check found unfit."""
    return [actions.except_worker(actor=it.actor, worker_id=body.worker_id, reason=body.reason, now=it.now)]


class FileIn(OfWorker):
    """A worker and his own file in the register."""

    person_id: UUID


@acts("/workers/name")
def name_worker(it: Reader, body: FileIn) -> Rows:
    """Say which file of the register is a worker's own."""
    actions.name_worker(actor=it.actor, worker_id=body.worker_id, person_id=body.person_id, now=it.now)
    return [body.worker_id]


class ShownIn(OfWorker):
    """A worker and when he was sampled, by the paper that he showed."""

    sampled_at: Moment


@acts("/staff-tests/show")
def show_test(it: Reader, body: ShownIn) -> Rows:
    """Note a worker's test by a paper."""
    actions.show_test(actor=it.actor, worker_id=body.worker_id, sampled_at=body.sampled_at, now=it.now)
    return [body.worker_id]
