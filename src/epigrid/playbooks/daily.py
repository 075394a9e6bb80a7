"""The clock's own playbook: asks every app what is due now, and when something is due next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from epigrid.command.planning import actions as planning
from epigrid.command.planning import queries as planned
from epigrid.field.care import actions as care
from epigrid.field.care import queries as cared
from epigrid.field.codes import actions as codes
from epigrid.field.codes import queries as coded
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks import queries as tasked
from epigrid.field.visits import actions as visits
from epigrid.field.visits import queries as visited
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.playbooks import joins
from epigrid.playbooks.events import ClockStruck, NightSwept
from epigrid.registers.access import actions as access
from epigrid.registers.people import actions as people
from epigrid.registers.policies.rules import ClauseMissing, ClauseUnset, NoPackInForce
from epigrid.registers.workforce import actions as workforce
from epigrid.registers.workforce import queries as worked
from epigrid.response.outbreaks import actions as outbreaks
from epigrid.response.outbreaks import queries as outbroken
from epigrid.response.quarantine import actions as quarantine
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import actions as tracing
from epigrid.response.tracing import queries as traced
from epigrid.response.zones import actions as zones
from epigrid.response.zones import queries as zoned
from epigrid.store import clock, extracts, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

Due = Callable[[Actor, Area, datetime, UUID], int]
Ask = Callable[[Actor, Area, datetime], datetime | None]


NOBODY_SET_IT = (NoPackInForce, ClauseMissing, ClauseUnset)


class NothingDue(Exception):
    """Rolls back the clock's own fact when nothing was due."""


def tick(root: Area, now: datetime) -> int:
    """Do what is due in a tree at `now`; one clock fact is the cause of all of it, and none is written when nothing was due. Returns how much was done."""
    try:
        done = _tick(root, now, _do)
    except NOBODY_SET_IT:
        done = _tick(root, now, _do_if_set)
    extracts.settle(area=root)
    return done


def _tick(root: Area, now: datetime, do: Callable[..., int]) -> int:
    actor = Actor.procedure("daily.tick", root)
    try:
        with whole:
            strike_id = new_id(root, "strike", now.isoformat(), journal.count(kind=ClockStruck.kind, area=root, at=now))
            cause = journal.record(ClockStruck(area=root, strike_id=strike_id), actor=actor, at=now, caused_by=None)
            done = sum([do(due, actor, root, now, cause) for due in DUE])
            if not done:
                raise NothingDue
            return done
    except NothingDue:
        return 0


def _do(due: Due, actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    return due(actor, root, now, cause)


def _do_if_set(due: Due, actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    """Where no pack is in force, or nobody has set the value, nothing is due by it: it is undone, and the others are done."""
    try:
        with transaction.atomic():
            return due(actor, root, now, cause)
    except NOBODY_SET_IT:
        return 0


def _close_rounds(actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    over = [card for card in sampled.rounds(actor=actor, area=root, open_only=True) if card.closes_at <= now]
    for card in over:
        sampling.close_round(actor=actor, round_id=card.id, now=now, cause=cause)
    return len(over)


def _rejudge(actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    """At a local day's first tick, before anything lapses: what runs is judged again where a new regime says so."""
    if _swept(root, now):
        return 0
    again = {"actor": actor, "area": root, "now": now, "cause": cause}
    return quarantine.rejudge_orders(**again) + zones.rejudge_zones(**again)  # type: ignore[arg-type]


def _swept(root: Area, now: datetime) -> bool:
    """Whether the local day's first tick is over."""
    return journal.told_since(kind=NightSwept.kind, area=root, since=clock.local_midnight(root, clock.local_day(root, now)))


@whole
def _sweep(actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    """Once a local day, at its first tick: presences that no look-back reaches, exclusions, passes and phones that ended, people whose retention did, are deleted."""
    if _swept(root, now):
        return 0
    files = tracing.forget_presences(actor=actor, area=root, now=now, cause=cause)
    people.forget_stays(actor=actor, area=root, now=now)
    sampling.forget_exclusions(actor=actor, area=root, now=now)
    codes.forget_passes(actor=actor, area=root, now=now)
    access.forget_phones(actor=actor, area=root, now=now)
    over = joins.retention_over(actor=actor, area=root, now=now)
    erased = people.forget_people(actor=actor, area=root, person_ids=over, now=now, cause=cause)
    event = NightSwept(area=root, sweep_id=new_id(root, "sweep", clock.local_day(root, now)), files=files, people=erased)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return 1


def _propose_downgrades(actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    known = joins.known_of_zones(actor=actor, now=now)
    return len(zones.propose_downgrades(actor=actor, area=root, known=known, now=now, cause=cause))


def _propose_releases(actor: Actor, root: Area, now: datetime, cause: UUID) -> int:
    due = measures.orders_due(actor=actor, area=root, now=now)
    results = joins.results_of(actor=actor, person_ids=[card.person_id for card in due], area=root)
    environment = measures.environments(actor=actor, order_ids=[card.id for card in due])
    return quarantine.propose_releases(actor=actor, area=root, results=results, environment=environment, now=now, cause=cause)


def _plain(verb: Callable[..., int]) -> Due:
    return lambda actor, root, now, cause: verb(actor=actor, area=root, now=now, cause=cause)


DUE: list[Due] = [
    _rejudge,
    _plain(zones.lapse_statics),
    _plain(quarantine.lapse_holds),
    _plain(quarantine.lapse_orders),
    _plain(zones.apply_downgrades),
    _plain(zones.lapse_zones),
    _propose_downgrades,
    _plain(zones.flag_overdue),
    _propose_releases,
    _plain(quarantine.flag_holds_near_end),
    _plain(quarantine.flag_ambulances),
    _plain(sampling.flag_missed_tests),
    _close_rounds,
    _plain(sampling.call_at_half_time),
    _plain(codes.flag_late_answers),
    _plain(tasks.escalate_overdue),
    _plain(tasks.escalate_unanswered),
    _plain(visits.close_due),
    _plain(care.escalate_overdue),
    _plain(outbreaks.flag_missed_clocks),
    _plain(outbreaks.flag_unacknowledged),
    _plain(tracing.flag_late_referrals),
    _plain(people.flag_unclaimed),
    _plain(workforce.flag_overdue_rest),
    _plain(planning.draft_sheets),
    _sweep,
]


def next_due(root: Area, after: datetime) -> datetime:
    """The earliest moment after `after` at which a tick of the tree may have something to do: at the latest midnight, when the day is swept."""
    actor = Actor.procedure("daily.next-due", root)
    moments = [_asked(ask, actor, root, after) for ask in NEXT]
    midnight = clock.local_midnight(root, clock.local_day(root, after) + timedelta(days=1))
    return min([midnight, *(moment for moment in moments if moment is not None)])


def _asked(ask: Ask, actor: Actor, root: Area, after: datetime) -> datetime | None:
    try:
        return ask(actor, root, after)
    except NOBODY_SET_IT:
        return None


def _in_scope(ask: Callable[..., datetime | None]) -> Ask:
    return lambda actor, root, after: ask(actor=actor, after=after)


def _in_area(ask: Callable[..., datetime | None]) -> Ask:
    return lambda actor, root, after: ask(actor=actor, area=root, after=after)


NEXT: list[Ask] = [
    _in_scope(sampled.next_due),
    _in_scope(coded.next_due),
    _in_scope(tasked.next_due),
    _in_scope(visited.next_due),
    _in_scope(outbroken.next_due),
    _in_scope(traced.next_due),
    _in_scope(zoned.next_due),
    _in_area(cared.next_due),
    _in_area(measures.next_due),
    _in_area(worked.next_due),
    _in_area(planned.next_due),
]
