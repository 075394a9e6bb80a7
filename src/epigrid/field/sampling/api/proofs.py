"""The machine door of sampling, proofs: whether somebody's tests count somewhere, when his next one is due, what follows after a round."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from epigrid.field.sampling import queries
from epigrid.field.sampling.api.doors import router
from epigrid.store.doors import REFUSALS, card, reader

ProofOut, SeriesOut = card(queries.ProofCard), card(queries.SeriesCard)


class RoutineOut(Schema):
    """A routine test: `not-due`, `due` or `remind`, its day, and the clause."""

    outcome: str
    due: date
    clause_id: str


@router.get("/proofs/{person_id}", response={200: ProofOut, **REFUSALS})
def proof(request: HttpRequest, person_id: UUID, context: str = "venue") -> queries.ProofCard:
    """Whether a person's tests are the proof that a context asks for: venue, entry, boarding, travel or helper."""
    return queries.proof(actor=reader(request).actor, person_id=person_id, context=context, now=reader(request).now)


@router.get("/routine/{person_id}", response={200: RoutineOut, **REFUSALS})
def routine(request: HttpRequest, person_id: UUID, key_place: bool = False) -> RoutineOut:
    """When a person's routine test is due; a missed one reminds and does nothing else."""
    found = queries.routine(actor=reader(request).actor, person_id=person_id, now=reader(request).now, key_place=key_place)
    return RoutineOut(outcome=found.outcome, due=found.details["due"], clause_id=found.clause_id)


@router.get("/rounds/{round_id}/series", response={200: SeriesOut, **REFUSALS})
def series(request: HttpRequest, round_id: UUID) -> queries.SeriesCard:
    """What follows after a round and those before it in its area: another round, a pause, or the end."""
    return queries.series(actor=reader(request).actor, round_id=round_id, now=reader(request).now)
