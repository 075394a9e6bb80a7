"""Cases: opened by a single positive, classified by the experts' opinion, with exposure records and the judgement on spread."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.registers.people import queries as people
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.events import CaseClassified, CaseOpened, ExposureRecorded, OpinionRecorded, SpreadJudged
from epigrid.response.tracing.models import Case, Exposure
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@whole
def open_case(*, actor: Actor, person_id: UUID, tube_id: UUID | None, sampled_at: datetime, found: str, now: datetime, cause: UUID) -> UUID:
    """Open the case of a preliminary positive; `found` says how (outside control: empty; else one of the kinds under control). One open case a person."""
    person = people.person(actor=actor, person_id=person_id)
    actor.require(Duty.PROCEDURE, Duty.CDC_DUTY_OFFICER, area=person.area)
    known = Case.objects.seen_by(actor).filter(person_id=person_id).exclude(state="excluded").order_by("-opened_at").first()
    if known is not None:
        return known.id
    row = Case.objects.create(
        id=new_id(person.area, "case", person_id, sampled_at.isoformat()),
        area=person.area,
        person_id=person_id,
        tube_id=tube_id,
        found=found,
        sampled_at=sampled_at,
        opened_at=now,
        caused_by=cause,
    )
    event = CaseOpened(area=person.area, case_id=row.id, person_id=person_id, tube_id=tube_id, under_control=bool(found))
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def record_opinion(*, actor: Actor, case_id: UUID, outcome: str, now: datetime, cause: UUID) -> None:
    """The expert group of the designated hospital gives its opinion (act case.opinion)."""
    row = Case.objects.seen_by(actor).select_for_update().get(id=case_id)
    policies.require(actor=actor, act="case.opinion", area=row.area, now=now)
    if outcome not in rules.CLASSES:
        raise rules.ClassUnknown(outcome=outcome)
    row.opinion, row.opinion_by, row.opinion_at = outcome, actor.named, now
    row.save(update_fields=["opinion", "opinion_by", "opinion_at"])
    event = OpinionRecorded(area=row.area, case_id=row.id, outcome=outcome)
    journal.record(event, actor=actor, at=now, caused_by=cause)


@whole
def classify_case(*, actor: Actor, case_id: UUID, now: datetime, cause: UUID) -> str:
    """The case registrar enters the experts' opinion as the class (act case.classify); two people. Entering it again changes nothing."""
    row = Case.objects.seen_by(actor).select_for_update().get(id=case_id)
    policies.require(actor=actor, act="case.classify", area=row.area, now=now)
    if not row.opinion:
        raise rules.OpinionMissing(case=str(case_id))
    if row.opinion_by == actor.id:
        raise rules.SamePerson()
    if row.state == row.opinion:
        return row.state
    row.state, row.entered_by, row.entered_at = row.opinion, actor.id, now
    row.save(update_fields=["state", "entered_by", "entered_at"])
    event = CaseClassified(area=row.area, case_id=row.id, person_id=row.person_id, outcome=row.state)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.state


@whole
def record_exposure(*, actor: Actor, case_id: UUID, window: Period, place_ids: Sequence[UUID], basis: str, now: datetime, cause: UUID) -> UUID:
    """Record when and where a case may have exposed others: the record on which every venue query rests (X03)."""
    row = Case.objects.seen_by(actor).get(id=case_id)
    actor.require(Duty.CDC_INVESTIGATOR, Duty.PROCEDURE, area=row.area)
    ends_at = window.end or now
    exposure_id = new_id(row.area, "exposure", case_id, window.start.isoformat(), ends_at.isoformat(), basis)
    known = Exposure.objects.seen_by(actor).filter(id=exposure_id).first()
    if known is not None:
        return known.id
    exposure = Exposure.objects.create(
        id=exposure_id,
        area=row.area,
        case=row,
        starts_at=window.start,
        ends_at=ends_at,
        place_ids=[str(place_id) for place_id in place_ids],
        basis=basis,
        recorded_by=actor.id,
        caused_by=cause,
    )
    event = ExposureRecorded(area=row.area, case_id=row.id, exposure_id=exposure.id, place_ids=tuple(place_ids))
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return exposure.id


@whole
def judge_spread(*, actor: Actor, case_id: UUID, spread: bool, reason: str, now: datetime, cause: UUID) -> None:
    """An investigator judges whether a case found under control spread outside (act spread.judge); without it the question stays open and shown."""
    row = Case.objects.seen_by(actor).select_for_update().get(id=case_id)
    policies.require(actor=actor, act="spread.judge", area=row.area, now=now)
    if not reason.strip():
        raise rules.ReasonMissing()
    if row.spread is spread:
        return
    row.spread, row.spread_reason, row.spread_by = spread, reason, actor.named
    row.save(update_fields=["spread", "spread_reason", "spread_by"])
    journal.record(SpreadJudged(area=row.area, case_id=row.id, spread=spread), actor=actor, at=now, caused_by=cause)
