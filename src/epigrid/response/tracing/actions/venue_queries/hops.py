"""Hops: how far an infection could have gone, or where it could have come from. Counts per day, places, and infected people as hypotheses.

Nobody beyond the first meeting is named, unless the regime has the class contact of a contact: then those of the second meeting are candidates.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np

from epigrid.engine.tracing import contacts, hops
from epigrid.engine.tracing.answers import Meetings, Reached
from epigrid.engine.tracing.index import TraceIndex
from epigrid.engine.tracing.schemas import Column, ExposureQuery, HopRule
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.actions.venue_queries.answering import Answer, Met, Run, kept_places
from epigrid.response.tracing.models import Case
from epigrid.store import clock, extracts

FOLLOWED = 2_000
"""Of how many reached people an answer sums up the places, the first reached; it says of how many."""
QUARTER = 900
"""Every time zone's day begins at a whole quarter of an hour."""


def spread(run: Run) -> Answer:
    """All hops from the exposed people at once, forward until now or backward to the look-back, within 21 days."""
    asked, rule, edge = run.limits.queries, _rule(run), _edge(run)
    forward = run.row.direction == "forward"
    moments = sorted(_moment(second) for second in (edge, min(one.start for one in asked), max(one.end for one in asked)))
    log = run.index(first=moments[0], last=moments[-1])
    reached = hops.reach(log, asked, rule=rule, until=edge) if forward else hops.origins(log, asked, rule=rule, since=edge)
    followed = [*asked, *_onward(asked[0].exposure_id, reached, rule, edge, forward=forward)]
    said: dict[str, Any] = {"edge": edge, "people": len(reached), "days": _days(run, reached), "followed": len(followed) - len(asked)}
    said |= kept_places(run, contacts.exposures(log, followed))
    if not forward:
        return Answer(said={**said, "cases": _hypotheses(run, reached)})
    today = clock.local_day(run.row.area, run.now)
    named = rules.knows_secondary(policies.clause(rules.ContactPolicy, on=today, area=run.row.area))
    return Answer(said=said, met=_second(run, log, rule, edge) if named else (), source="secondary")


def _rule(run: Run) -> HopRule:
    row = run.row
    if row.latency_seconds is None or row.min_seconds is None:
        raise rules.QueryIncomplete(missing=["latency", "minutes"])
    return HopRule(latency_seconds=row.latency_seconds, min_seconds=row.min_seconds)


def _edge(run: Run) -> int:
    """Until when forward, since when backward (epoch seconds): now or the look-back, and never more than 21 days in all."""
    start, end = min(one.start for one in run.limits.queries), max(one.end for one in run.limits.queries)
    longest = int(rules.LONGEST.total_seconds())
    if run.row.direction == "forward":
        return max(end, min(int(run.now.timestamp()), start + longest))
    oldest = int(clock.local_midnight(run.limits.area, run.limits.oldest).timestamp())
    return min(start, max(oldest, end - longest))


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _onward(exposure_id: UUID, reached: Reached, rule: HopRule, edge: int, *, forward: bool) -> Iterator[ExposureQuery]:
    """When the first reached people may have been infectious themselves."""
    for person, at in zip(reached.person[:FOLLOWED].tolist(), reached.at[:FOLLOWED].tolist(), strict=True):
        start, end = (at + rule.latency_seconds, edge) if forward else (edge, at - rule.latency_seconds)
        if start < end:
            yield ExposureQuery(exposure_id=exposure_id, person=person, start=start, end=end)


def _days(run: Run, reached: Reached) -> dict[str, int]:
    quarters, many = np.unique(reached.at // QUARTER, return_counts=True)
    found: Counter[str] = Counter()
    for quarter, count in zip(quarters.tolist(), many.tolist(), strict=True):
        found[clock.local_day(run.row.area, _moment(quarter * QUARTER)).isoformat()] += count
    return dict(sorted(found.items()))


def _hypotheses(run: Run, reached: Reached) -> list[dict[str, str]]:
    """Infected people among those who may be the source; nobody else of them is looked up."""
    rows = Case.objects.seen_by(run.actor).exclude(state__in=("excluded", "preliminary"))
    cases = dict(rows.values_list("person_id", "id"))
    numbers = extracts.numbers(area=run.row.area, kind="person", subject_ids=list(cases))
    known = {number: cases[person_id] for person_id, number in numbers.items()}
    among = np.flatnonzero(np.isin(reached.person, np.array(sorted(known), np.int64)))
    return [{"case": str(known[person])} for person in reached.person[among].tolist()]


def _second(run: Run, log: TraceIndex, rule: HopRule, edge: int) -> list[Met]:
    """Whom the contacts met after their own latency: neither the exposed nor their contacts."""
    asked = run.limits.queries
    exposed = np.array([one.person for one in asked], np.int64)
    query, contact, start, _end = _counting(contacts.meetings(log, asked), rule, exposed)
    first: dict[int, tuple[int, int]] = {}
    for person, moment, source in zip(contact.tolist(), start.tolist(), query.tolist(), strict=True):
        first[person] = min(first.get(person, (moment, source)), (moment, source))
    onward = [
        (source, ExposureQuery(exposure_id=asked[source].exposure_id, person=person, start=moment + rule.latency_seconds, end=edge))
        for person, (moment, source) in sorted(first.items())
        if moment + rule.latency_seconds < edge
    ]
    nearer = np.concatenate([exposed, np.array(sorted(first), np.int64)])
    met = _counting(contacts.meetings(log, [one for _source, one in onward]), rule, nearer)
    return _summed(met, [run.limits.case_ids[source] for source, _one in onward])


Columns = tuple[Column, Column, Column, Column]


def _counting(met: Meetings, rule: HopRule, without: Column) -> Columns:
    """(query, contact, start, end) of the meetings that are long enough, without some people."""
    kept = (met.end - met.start >= rule.min_seconds) & ~np.isin(met.contact, without)
    return met.query[kept], met.contact[kept], met.start[kept], met.end[kept]


def _summed(met: Columns, case_ids: Sequence[UUID]) -> list[Met]:
    """One row per person, for the case over whose contact he was met first."""
    query, contact, start, end = met
    order = np.lexsort((query, start, contact))
    query, contact, start, end = query[order], contact[order], start[order], end[order]
    persons, at, many = np.unique(contact, return_index=True, return_counts=True)
    if not len(persons):
        return []
    columns = (persons, np.add.reduceat(end - start, at), many, start[at], np.maximum.reduceat(end, at), query[at])
    return [
        Met(case_id=case_ids[source], number=number, seconds=seconds, meetings=meetings, first=first, last=last)
        for number, seconds, meetings, first, last, source in zip(*(column.tolist() for column in columns), strict=True)
    ]
