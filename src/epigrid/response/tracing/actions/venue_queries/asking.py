"""Asking the presence log: on an exposure record, for a purpose and a window, approved by a second person (S-235, X03)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import NotFound
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.events import QueryApproved, QueryAsked
from epigrid.response.tracing.models import Exposure, VenueQuery
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

PURPOSE = "contacts of the case's own window"


@whole
def ask_query(*, actor: Actor, question: rules.Question, now: datetime, cause: UUID) -> UUID:
    """Ask for a venue query; a second person approves it. The same question again is the same query.

    Where the regime has a threshold in minutes, it is the shortest meeting of a question of hops that names none.
    """
    records = _records(actor, question)
    area = _shared(records)
    actor.require(Duty.CDC_INVESTIGATOR, area=area)
    if question.kind == "hops" and question.min_seconds is None:
        policy = policies.clause(rules.ContactPolicy, on=clock.local_day(area, now), area=area)
        question = replace(question, min_seconds=policy.min_overlap_minutes and policy.min_overlap_minutes * 60)
    named = [UUID(place) for row in records for place in row.place_ids]
    start, end = rules.check_question(question, records=[(row.starts_at, row.ends_at) for row in records], place_ids=named)
    row = _row(question, records, area, (start, end))
    row.asked_by, row.asked_at = actor.id, now
    known = VenueQuery.objects.seen_by(actor).filter(**_sameness(row)).order_by("asked_at").first()
    if known is not None:
        return known.id
    row.save(force_insert=True)
    event = QueryAsked(area=area, query_id=row.id, exposure_id=row.exposure_id, purpose=row.purpose, asks=row.kind)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _records(actor: Actor, question: rules.Question) -> list[Exposure]:
    found = {row.id: row for row in Exposure.objects.seen_by(actor).filter(id__in=question.exposure_ids)}
    missing = [one for one in question.exposure_ids if one not in found]
    if missing:
        raise NotFound(exposure=str(missing[0]))
    return [found[one] for one in dict.fromkeys(question.exposure_ids)]


def _shared(records: list[Exposure]) -> Area:
    """The smallest area over all records: who asks and who approves needs his duty there."""
    if not records:
        raise rules.QueryIncomplete(missing=["exposure"])
    first: Area = records[0].area
    return [area for area in first.ancestors() if all(area.covers(row.area) for row in records)][-1]


def _row(question: rules.Question, records: list[Exposure], area: Area, window: rules.Window) -> VenueQuery:
    row = VenueQuery(
        area=area,
        exposure=records[0],
        also=[str(record.id) for record in records[1:]],
        kind=question.kind,
        starts_at=window[0],
        ends_at=window[1],
        place_id=question.place_id if question.kind == "present" else None,
        purpose=question.purpose,
    )
    if question.kind == "hops":
        row.direction, row.latency_seconds, row.min_seconds = question.direction, question.latency_seconds, question.min_seconds
    row.id = new_id(area, "venue-query", *_sameness(row).values())
    return row


def _sameness(row: VenueQuery) -> dict[str, object]:
    """What makes two questions the same."""
    names = ("exposure_id", "also", "kind", "starts_at", "ends_at", "place_id", "direction", "latency_seconds", "min_seconds", "purpose")
    return {name: getattr(row, name) for name in names}


@whole
def approve_query(*, actor: Actor, query_id: UUID, now: datetime, cause: UUID) -> None:
    """The CDC duty officer approves a query that somebody else asked for (act query.approve)."""
    row = VenueQuery.objects.seen_by(actor).select_for_update().select_related("exposure").get(id=query_id)
    policies.require(actor=actor, act="query.approve", area=row.area, now=now)
    if row.asked_by == actor.id:
        raise rules.SamePerson()
    if row.approved_at is None:
        row.approved_by, row.approved_at = actor.id, now
        row.save(update_fields=["approved_by", "approved_at"])
        event = QueryApproved(area=row.area, query_id=row.id, exposure_id=row.exposure_id, case_id=row.exposure.case_id)
        journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def approve_own_window(*, actor: Actor, exposure_id: UUID, approved_by: UUID, now: datetime, cause: UUID) -> UUID:
    """Confirming a case approves the query of the contacts of that case's own window (procedures 2): the experts and the registrar are the two people behind it.

    `QueryNotApproved` for any other window; another kind or another record is another query, which nobody has approved.
    """
    exposure = Exposure.objects.seen_by(actor).select_related("case").get(id=exposure_id)
    actor.require(Duty.PROCEDURE, area=exposure.area)
    _check_own(exposure, approved_by)
    question = rules.Question(exposure_ids=(exposure_id,), purpose=PURPOSE)
    row = _row(question, [exposure], exposure.area, (exposure.starts_at, exposure.ends_at))
    known = VenueQuery.objects.seen_by(actor).filter(**_sameness(row)).first()
    if known is not None:
        return known.id
    row.asked_by, row.asked_at, row.approved_by, row.approved_at = exposure.recorded_by, now, approved_by, now
    row.save(force_insert=True)
    event = QueryApproved(area=exposure.area, query_id=row.id, exposure_id=exposure_id, case_id=exposure.case_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


def _check_own(exposure: Exposure, approved_by: UUID) -> None:
    """Two people confirmed the case, and the record is exactly its own window."""
    case = exposure.case
    if case.entered_at is None or case.entered_by != approved_by or case.state == "excluded":
        raise rules.QueryNotApproved(case=str(case.id), why="not confirmed")
    if case.opinion_by in (None, approved_by):
        raise rules.SamePerson()
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(case.area, case.entered_at), area=case.area)
    if (exposure.starts_at, exposure.ends_at) != rules.own_window(positive_at=case.sampled_at, until=case.opened_at, policy=policy):
        raise rules.QueryNotApproved(exposure=str(exposure.id), why="not the case's own window")
