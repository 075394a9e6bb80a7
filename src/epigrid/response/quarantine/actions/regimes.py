"""A new regime and the measures that run on its first day: they are judged again only where it says so, and never made longer."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import rules
from epigrid.response.quarantine.events import OrdersRejudged
from epigrid.response.quarantine.models import Order
from epigrid.store import clock, journal
from epigrid.store.acts import whole

AT_ONCE = 900
"""Ids in one statement: SQLite takes 999 parameters."""


@dataclass(frozen=True, kw_only=True)
class _Term:
    """What a new regime makes of an order: the edition before and after, the clause, and when it ends at the latest."""

    before: str
    edition: str
    clause_id: str
    ends_at: datetime


@whole
def rejudge_orders(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Judge running orders again whose regime gave way to one that applies to open measures. Returns how many changed.

    An order that the new class does not carry, or whose clause is gone, ends now; else it ends with the new clause's days, never later than before.
    What is over is put on record by `lapse_orders`, which follows.
    """
    actor.require(Duty.PROCEDURE, area=area)
    today = clock.local_day(area, now)
    rows = Order.objects.seen_by(actor).filter(state__in=sorted(rules.LIVING), area__within=area, ends_at__gt=now)
    moved: dict[_Term, list[UUID]] = defaultdict(list)
    known: dict[tuple[object, ...], _Term | None] = {}
    for row in rows.order_by("pk").only("id", "area", "kind", "edition", "clause_id", "last_exposure_at", "ends_at").iterator():
        exposed = clock.local_day(row.area, row.last_exposure_at) if row.last_exposure_at else None
        key = (row.area, row.kind, row.edition, exposed, row.ends_at)
        if key not in known:
            known[key] = _term(row, exposed, today, now)
        term = known[key]
        if term is not None:
            moved[term].append(row.id)
    for term, ids in moved.items():
        _write(actor, area, term, ids, now, cause)
    return sum(map(len, moved.values()))


def _term(row: Order, exposed: date | None, today: date, now: datetime) -> _Term | None:
    """The order's new term, or None when its own edition still holds."""
    edition = policies.edition_for_open(edition=row.edition, on=today, area=row.area)
    if edition == row.edition:
        return None
    act = "treatment.issue" if row.kind == "treatment" else "order.issue"
    before = row.ends_at or now
    if not policies.carries(act=act, edition=edition):
        return _Term(before=row.edition, edition=edition, clause_id=row.clause_id, ends_at=now)
    if row.kind == "treatment" or exposed is None:
        return _Term(before=row.edition, edition=edition, clause_id=row.clause_id, ends_at=before)
    policy = policies.find(rules.StayPolicy, edition=edition)
    if policy is None:
        return _Term(before=row.edition, edition=edition, clause_id=row.clause_id, ends_at=now)
    _, last_day = rules.stay_dates(last_exposure=exposed, kind=row.kind, policy=policy)
    ends_at = clock.local_midnight(row.area, last_day + rules.ONE_DAY)
    return _Term(before=row.edition, edition=edition, clause_id=policy.clause_id[:120], ends_at=max(now, min(before, ends_at)))


def _write(actor: Actor, area: Area, term: _Term, ids: list[UUID], now: datetime, cause: UUID) -> None:
    for part in _parts(ids):
        Order.objects.seen_by(actor).filter(id__in=part).update(edition=term.edition, clause_id=term.clause_id, ends_at=term.ends_at)
        event = OrdersRejudged(
            area=area, first_id=part[0], order_ids=tuple(part), edition_before=term.before, edition=term.edition, ends_at=term.ends_at
        )
        journal.record(event, actor=actor, at=now, caused_by=cause)


def _parts(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
