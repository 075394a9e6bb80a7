"""The machine door of sampling, calls and exclusions: whoever is still waited for, and whoever is left out of rounds for a while."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.api.doors import acts, router
from epigrid.field.sampling.api.rounds import OfRound
from epigrid.registers.people import queries as people
from epigrid.store.doors import REFUSALS, Command, Line, Reader, Rows, Word, card, cause_of, listed, reader

WaitedOut, ExclusionOut = card(queries.ToRemind), card(queries.ExclusionCard)


@router.get("/rounds/{round_id}/remaining", response={**listed(WaitedOut), **REFUSALS})
def remaining(request: HttpRequest, round_id: UUID) -> list[queries.ToRemind]:
    """Whoever an open round still waits for, with the last call and what came of it."""
    return queries.to_remind(actor=reader(request).actor, round_id=round_id)


@router.get("/exclusions", response=listed(ExclusionOut))
def exclusions(request: HttpRequest) -> list[queries.ExclusionCard]:
    """Whoever is left out of rounds now, why, and until when."""
    it = reader(request)
    return queries.exclusions(actor=it.actor, on=it.now)


@acts("/rounds/hand-out-remaining")
def hand_out_remaining(it: Reader, body: OfRound) -> Rows:
    """A task of each unit where somebody is missing; the answer's rows are the units."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    return actions.hand_out_remaining(actor=it.actor, round_id=body.round_id, now=it.now, cause=cause_of(body.round_id))


class ExcludeIn(Command):
    """Who is left out of rounds, by the number of his file, for which reason of the list, until when."""

    file_no: Line
    reason: Word
    until: datetime


@acts("/exclusions")
def exclude(it: Reader, body: ExcludeIn) -> Rows:
    """Leave somebody out of rounds for a while."""
    person = people.by_file_no(actor=it.actor, file_no=body.file_no)
    return [actions.exclude(actor=it.actor, person_id=person.id, reason=body.reason, until=body.until, now=it.now)]


class EndExclusionIn(Command):
    """Which exclusion ends."""

    exclusion_id: UUID


@acts("/exclusions/end")
def end_exclusion(it: Reader, body: EndExclusionIn) -> Rows:
    """End an exclusion before its time."""
    actions.end_exclusion(actor=it.actor, exclusion_id=body.exclusion_id, now=it.now, cause=cause_of(body.exclusion_id))
    return [body.exclusion_id]
