"""Questions about proofs, routine tests and series of rounds, each answered by the clause in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from epigrid.field.sampling import rules
from epigrid.field.sampling.models import RosterRow, Round, Swab, Tube
from epigrid.field.sampling.queries.tubes import readings, readings_of
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.store import clock


@dataclass(frozen=True, kw_only=True)
class ProofCard:
    """Whether somebody's tests are the proof that a context asks for: `pass` or `fail`, why, until when, which days are missing, by which clause."""

    person_id: UUID
    context: str
    outcome: str
    reason: str
    ends_at: datetime | None
    missing: tuple[str, ...]
    edition: str
    clause_id: str


@dataclass(frozen=True, kw_only=True)
class SeriesCard:
    """What follows after the rounds of an area: `next-round`, `pause` or `stop`, why, the first day of the next round, the rounds that count."""

    area: Area
    outcome: str
    reason: str
    next_day: str
    round_ids: tuple[UUID, ...]
    edition: str
    clause_id: str


def proof(*, actor: Actor, person_id: UUID, context: str, now: datetime) -> ProofCard:
    """Whether a person's recorded tests are the proof that a context asks for now; a resident asks about himself."""
    found = proof_verdict(actor=actor, person_id=person_id, context=context, now=now)
    return ProofCard(
        person_id=person_id,
        context=context,
        outcome=found.outcome,
        reason=found.reason,
        ends_at=found.changes_at,
        missing=tuple(found.details.get("missing", ())),
        edition=found.edition,
        clause_id=found.clause_id,
    )


def proof_verdict(*, actor: Actor, person_id: UUID, context: str, now: datetime) -> Verdict[str]:
    """As `proof`, with the tests it rests on."""
    area = people.person(actor=actor, person_id=person_id).area
    policy = policies.clause(rules.ValidityPolicy, on=clock.local_day(area, now), area=area)
    tests = [
        rules.Taken(id=str(one.tube_id), outcome=one.outcome, sampled_at=one.sampled_at, reported_at=one.read_at)
        for one in readings_of(actor=actor, person_id=person_id)
    ]
    return rules.judge_proof(context=context, tests=tests, at=now, zone=clock.zone(area), policy=policy)


def routine(*, actor: Actor, person_id: UUID, now: datetime, key_place: bool = False) -> Verdict[str]:
    """Whether a person's routine test is due, by his last sampling; a missed one reminds and does nothing else."""
    area = people.person(actor=actor, person_id=person_id).area
    today = clock.local_day(area, now)
    days = [clock.local_day(area, one.sampled_at) for one in readings_of(actor=actor, person_id=person_id) if one.sampled_at <= now]
    policy = policies.clause(rules.RoutinePolicy, on=today, area=area)
    return rules.judge_routine(last=max(days, default=None), today=today, key_place=key_place, policy=policy)


def series(*, actor: Actor, round_id: UUID, now: datetime) -> SeriesCard:
    """What follows after a round and those before it in the same area, those of parts of it left out. Rounds whose tubes are not all read are not counted yet."""
    area = Round.objects.seen_by(actor).get(id=round_id).area
    today = clock.local_day(area, now)
    rows = list(Round.objects.seen_by(actor).filter(area=area, closed_at__isnull=False, part={}).order_by("opens_at", "id"))
    done = [
        rules.RoundDone(
            id=str(row.id), day=clock.local_day(area, row.opens_at), outside_control=_outside_control(actor, row, after.opens_at if after else now)
        )
        for row, after in zip_longest(rows, rows[1:])
        if _settled(actor, row)
    ]
    policy = policies.clause(rules.AreaRoundPolicy, on=today, area=area)
    found = rules.judge_series(rounds=done, today=today, policy=policy)
    return SeriesCard(
        area=area,
        outcome=found.outcome,
        reason=found.reason,
        next_day=found.changes_by,
        round_ids=tuple(UUID(one.id) for one in found.evidence),
        edition=found.edition,
        clause_id=found.clause_id,
    )


def _settled(actor: Actor, row: Round) -> bool:
    """Whether every tube of a round is read, and everybody of a positive pool has a single result since."""
    tubes = Tube.objects.seen_by(actor).filter(round_id=row.id)
    if tubes.exclude(state__in=("read", *rules.GONE)).exists():
        return False
    waiting = Swab.objects.seen_by(actor).filter(tube__in=tubes.filter(outcome="positive", pool_size__gt=1), withdrawn_at__isnull=True)
    ids = sorted(set(waiting.values_list("person_id", flat=True)))
    known = readings(actor=actor, person_ids=ids, since=row.opens_at)
    return all(any(one.single and one.outcome in ("positive", "negative") for one in known.get(person_id, ())) for person_id in ids)


def _outside_control(actor: Actor, row: Round, until: datetime) -> int:
    """People of a round, not in quarantine, with a positive test of their own from it or from its retests, before the next round."""
    roster = RosterRow.objects.seen_by(actor).filter(round_id=row.id, struck=False).exclude(list="quarantine").values_list("person_id", flat=True)
    known = readings(actor=actor, person_ids=sorted(set(roster)), since=row.opens_at)
    return sum(any(one.single and one.outcome == "positive" and one.sampled_at < until for one in found) for found in known.values())


def line(*, actor: Actor, area: Area, distance_m: float, now: datetime) -> Verdict[bool]:
    """Whether the line at an area's sampling sites is wide enough."""
    return rules.judge_line(distance_m=distance_m, policy=policies.clause(rules.SitePolicy, on=clock.local_day(area, now), area=area))


def may_open(*, actor: Actor, area: Area, reasons: Sequence[str], now: datetime) -> Verdict[bool]:
    """Whether rounds of an area may be opened now on these grounds."""
    return rules.may_open(reasons=reasons, policy=policies.clause(rules.AreaRoundPolicy, on=clock.local_day(area, now), area=area))
