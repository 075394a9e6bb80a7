"""What was judged of an order at a past moment: by the edition, the tests and the environment that were known then."""

from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import rules
from epigrid.response.quarantine.events import OrdersRejudged
from epigrid.response.quarantine.models import Order, Stay
from epigrid.response.quarantine.queries.measures import results_of
from epigrid.store import clock, journal


def verdict_at(*, actor: Actor, order_id: UUID, at: datetime) -> Verdict[rules.Ending]:
    """The verdict on an order's end as it stood at a moment, also long after; the same moment always gives the same verdict.

    Counted are tests that had been read by then and an environment that was negative by then; the clause is that of the edition which held then.
    """
    row = Order.objects.seen_by(actor).get(id=order_id)
    if row.last_exposure_at is None:
        raise rules.ContactMissing(kind=row.kind)
    results = results_of(actor=actor, person_id=row.person_id, area=row.area, read_by=at)
    since = row.starts_at or at
    return rules.judge_ending(
        last_exposure=clock.local_day(row.area, row.last_exposure_at),
        kind=row.kind,
        results=[result for result in results if result.sampled_at >= since],
        environment_negative=_environment_negative(actor, row, at),
        policy=policies.clause(rules.StayPolicy, edition=_edition_at(row, at)),
        today=clock.local_day(row.area, at),
    )


def _environment_negative(actor: Actor, row: Order, at: datetime) -> bool:
    stays = Stay.objects.seen_by(actor).filter(order_id=row.id, since__lte=at).select_related("room__site")
    moments = [(stay.room.site.environment_negative_at, stay.since) for stay in stays]
    return any(negative is not None and since <= negative <= at for negative, since in moments)


def _edition_at(row: Order, at: datetime) -> str:
    """The edition that held then: the one before the first re-judging after that moment, or the present one."""
    for fact in journal.facts(actor=Actor.procedure("quarantine.verdict-at", row.area.root), kinds=[OrdersRejudged.kind]):
        event = fact.event
        if isinstance(event, OrdersRejudged) and row.id in event.order_ids and fact.at > at:
            return event.edition_before
    return row.edition
