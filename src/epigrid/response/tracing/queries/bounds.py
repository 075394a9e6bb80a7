"""What an approved venue query may ask the presence log, and nothing wider: the only way from a query to the engine (S-235, X03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from epigrid.engine.tracing.schemas import ExposureQuery
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Exposure, VenueQuery
from epigrid.store import clock, extracts

READING = (Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, Duty.PROCEDURE)
"""Who may have the presence log read."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The windows of an approved query, each inside its exposure record and inside the look-back; `case_ids[i]` is whose `queries[i]` is.

    `oldest`: the first local day that still exists; `days_gone` of the `days` of the window lie before it.
    """

    area: Area
    queries: tuple[ExposureQuery, ...]
    case_ids: tuple[UUID, ...]
    oldest: date
    days: int
    days_gone: int

    @property
    def first(self) -> date:
        """The first day of the windows."""
        return clock.local_day(self.area, at(min(query.start for query in self.queries)))

    @property
    def last(self) -> date:
        """The last day of the windows."""
        return clock.local_day(self.area, at(max(query.end for query in self.queries) - 1))


def at(second: int) -> datetime:
    """A moment of the presence log (epoch seconds)."""
    return datetime.fromtimestamp(second, UTC)


NOBODY = -1
"""The number of somebody whom the presence log does not know."""


def bound(*, actor: Actor, query_id: UUID, now: datetime) -> Bound:
    """What the query may ask now. `QueryNotApproved` before its approval; without windows where all its days are gone."""
    row = VenueQuery.objects.seen_by(actor).get(id=query_id)
    actor.require(*READING, area=row.area)
    if row.approved_at is None:
        raise rules.QueryNotApproved(query=str(query_id))
    today = clock.local_day(row.area, now)
    oldest = today - timedelta(days=policies.longest_lookback(on=today, area=row.area))
    first, last = clock.local_day(row.area, row.starts_at), clock.local_day(row.area, row.ends_at - timedelta(seconds=1))
    days = (last - first).days + 1
    kept = rules.inside((row.starts_at, row.ends_at), (clock.local_midnight(row.area, oldest), row.ends_at))
    found = _windows(actor, row, kept) if kept else []
    persons = extracts.numbers(area=row.area, kind="person", subject_ids=[exposure.case.person_id for exposure, _window in found])
    return Bound(
        area=row.area,
        queries=tuple(_asked(exposure, window, persons) for exposure, window in found),
        case_ids=tuple(exposure.case_id for exposure, _window in found),
        oldest=oldest,
        days=days,
        days_gone=min(max((oldest - first).days, 0), days),
    )


def _windows(actor: Actor, row: VenueQuery, kept: rules.Window) -> list[tuple[Exposure, rules.Window]]:
    """Each case once, with the windows of its exposure records inside the query's, joined where they overlap."""
    ids = [row.exposure_id, *map(UUID, row.also)]
    by_case: dict[UUID, tuple[Exposure, list[rules.Window]]] = {}
    for exposure in Exposure.objects.seen_by(actor).filter(id__in=ids).select_related("case").order_by("starts_at", "id"):
        part = rules.inside(kept, (exposure.starts_at, exposure.ends_at))
        if part:
            by_case.setdefault(exposure.case_id, (exposure, []))[1].append(part)
    return [(exposure, window) for exposure, parts in by_case.values() for window in rules.joined(parts)]


def _asked(exposure: Exposure, window: rules.Window, persons: dict[UUID, int]) -> ExposureQuery:
    """A window of an exposure record; whoever stands in no presence has no number and is asked for as nobody."""
    start, end = (int(moment.timestamp()) for moment in window)
    return ExposureQuery(exposure_id=exposure.id, person=persons.get(exposure.case.person_id, NOBODY), start=start, end=end)


def approved_queries(*, actor: Actor, query_ids: Sequence[UUID], kind: str, now: datetime) -> list[ExposureQuery]:
    """What somebody may ask a register's index from the command line: the windows of approved queries of one kind (contacts, hops or places).

    `QueryNotApproved` when one of them is not there for the actor, is not approved, is of another kind, or reaches only days that are gone.
    """
    rows = {row.id: row for row in VenueQuery.objects.seen_by(actor).filter(id__in=list(query_ids))}
    found: list[ExposureQuery] = []
    for query_id in query_ids:
        if query_id not in rows or rows[query_id].kind != kind:
            raise rules.QueryNotApproved(query=str(query_id), kind=kind)
        windows = bound(actor=actor, query_id=query_id, now=now).queries
        if not windows:
            raise rules.QueryNotApproved(query=str(query_id), why="its days are gone")
        found += windows
    if not found:
        raise rules.QueryNotApproved(kind=kind)
    return found
