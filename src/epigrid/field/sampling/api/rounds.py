"""The machine door of sampling, rounds: what is open, the roll-call, tests that are due."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from epigrid.field.sampling import actions, queries
from epigrid.field.sampling.actions.rounds import REPORTERS, RollEntry
from epigrid.field.sampling.api.doors import acts, router
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.kernel.periods import Period
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.policies import queries as policies
from epigrid.store.doors import REFUSALS, Command, Ids, Maybe, Moment, Path, Phrase, Reader, Rows, Word, area_of, card, cause_of, listed, reader

RoundOut, RosterOut, DueOut = card(queries.RoundCard), card(queries.RosterCard), card(queries.DueCard)


class CountsOut(Schema):
    """A roll-call's counts by class; struck-off people are in none."""

    counts: dict[str, int]
    total: int


@router.get("/rounds", response=listed(RoundOut))
def rounds(request: HttpRequest, open_only: bool = False) -> list[queries.RoundCard]:
    """Rounds of my areas, newest first."""
    return queries.rounds(actor=reader(request).actor, open_only=open_only)


@router.get("/rounds/{round_id}/roll-call", response={200: CountsOut, **REFUSALS})
def roll_call(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """Counts of a round by class."""
    me = reader(request).actor
    if all(round_card.id != round_id for round_card in queries.rounds(actor=me)):
        raise NotFound(round=str(round_id))
    roll = queries.roll_call(actor=me, round_id=round_id)
    return {"counts": dict(roll.counts), "total": roll.total}


@router.get("/rounds/{round_id}/buildings/{building_id}", response=listed(RosterOut))
def building(request: HttpRequest, round_id: UUID, building_id: UUID) -> Any:
    """Every person of one building with the class in which he stands (清楼表)."""
    queries.round_card(actor=reader(request).actor, round_id=round_id)
    return queries.roll_call(actor=reader(request).actor, round_id=round_id, building_id=building_id).rows


@router.get("/tests", response=listed(DueOut))
def tests(request: HttpRequest) -> list[queries.DueCard]:
    """Tests that are due, by their moment."""
    return queries.tests_due(actor=reader(request).actor)


class RoundIn(Command):
    """A round: where, why, in which window."""

    area: Path
    reason: Phrase
    opens_at: Moment
    closes_at: Moment


@acts("/rounds")
def open_round(it: Reader, body: RoundIn) -> Rows:
    """Order a round and freeze its population."""
    area = area_of(it.actor, body.area)
    policies.require(actor=it.actor, act="round.open", area=area, now=it.now)
    directive = organisation.directive_for(actor=it.actor, act="round.open", area=area, now=it.now)
    window = Period(start=body.opens_at, end=body.closes_at)
    made = actions.open_round(
        actor=it.actor, area=area, reason=body.reason, directive_id=directive, window=window, now=it.now, cause=cause_of(directive)
    )
    return [made]


class OfRound(Command):
    """A round."""

    round_id: UUID


class LateIn(OfRound):
    """People who came after the freeze."""

    person_ids: Ids


@acts("/rounds/add-late")
def add_late(it: Reader, body: LateIn) -> Rows:
    """Add people who were in no register, or who came, after the freeze."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    actions.add_late(actor=it.actor, round_id=body.round_id, person_ids=body.person_ids, now=it.now, cause=cause_of(body.round_id))
    return body.person_ids


class StrikeIn(OfRound):
    """A person who does not belong on the roster, and why."""

    person_id: UUID
    reason: Word


@acts("/rounds/strike-off")
def strike_off(it: Reader, body: StrikeIn) -> Rows:
    """Take a person off a round."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    actions.strike_off(
        actor=it.actor, round_id=body.round_id, person_id=body.person_id, reason=body.reason, now=it.now, cause=cause_of(body.round_id)
    )
    return [body.person_id]


class Entry(Schema):
    """What a worker reports of one person; `elsewhere` needs its proof."""

    person_id: UUID
    state: Word
    reason: Maybe = ""
    proof: Maybe = ""


class RollIn(OfRound):
    """Reports of a roll-call."""

    entries: list[Entry] = Field(min_length=1, max_length=1000)


def may_report(it: Reader, body: OfRound) -> None:
    """Reporters only; whoever else sees the round is refused before his entries are looked at. A reporter's round is looked up by the act itself."""
    if not it.actor.duties & {*REPORTERS, Duty.PHONE_OPERATOR}:
        queries.round_card(actor=it.actor, round_id=body.round_id)
        raise NotAllowed(needs=sorted(REPORTERS))


@acts("/rounds/report")
def report_roll(it: Reader, body: RollIn) -> Rows:
    """Report people's classes in a roll-call."""
    may_report(it, body)
    entries = [RollEntry(**entry.model_dump()) for entry in body.entries]
    actions.report_roll(actor=it.actor, round_id=body.round_id, entries=entries, now=it.now, cause=cause_of(body.round_id))
    return [body.round_id]


class ClassIn(OfRound):
    """One class of several people."""

    person_ids: Ids
    state: Word


@acts("/rounds/report-class")
def report_class(it: Reader, body: ClassIn) -> Rows:
    """Report one class of several people in a roll-call."""
    may_report(it, body)
    entries = [RollEntry(person_id=person_id, state=body.state) for person_id in body.person_ids]
    actions.report_roll(actor=it.actor, round_id=body.round_id, entries=entries, now=it.now, cause=cause_of(body.round_id))
    return body.person_ids


@acts("/rounds/close")
def close_round(it: Reader, body: OfRound) -> Rows:
    """Close a round; what nobody reported stays open in its counts."""
    queries.round_card(actor=it.actor, round_id=body.round_id)
    actions.close_round(actor=it.actor, round_id=body.round_id, now=it.now, cause=cause_of(body.round_id))
    return [body.round_id]
