"""The machine door of cases: their class, candidates, exposures, referrals."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Schema

from epigrid.kernel.periods import Period
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.tracing import actions, queries
from epigrid.response.tracing.actions import NewCandidate
from epigrid.response.tracing.api.doors import OfCase, acts, router
from epigrid.response.tracing.rules import Seat
from epigrid.store.doors import (
    REFUSALS,
    Command,
    Count,
    Line,
    Maybe,
    Moment,
    Phrase,
    Reader,
    Rows,
    Short,
    Text,
    Word,
    card,
    cause_of,
    listed,
    reader,
)
from epigrid.store.ids import uuid7

CaseOut, CandidateOut, ContactOut = card(queries.CaseCard), card(queries.CandidateCard), card(queries.ContactCard)
ReferralOut, SeatOut = card(queries.ReferralCard), card(queries.SeatCard)


@router.get("/cases", response=listed(CaseOut))
def cases(request: HttpRequest) -> list[queries.CaseCard]:
    """Cases, oldest first."""
    return queries.cases(actor=reader(request).actor)


@router.get("/candidates", response=listed(CandidateOut))
def candidates(request: HttpRequest, open_only: bool = True) -> list[queries.CandidateCard]:
    """Candidates with their evidence, by their link to the case, then longest exposure first."""
    return queries.candidates(actor=reader(request).actor, open_only=open_only)


@router.get("/contacts", response=listed(ContactOut))
def contacts(request: HttpRequest) -> list[queries.ContactCard]:
    """Judged contacts."""
    return queries.contacts(actor=reader(request).actor)


@router.get("/referrals", response=listed(ReferralOut))
def referrals(request: HttpRequest) -> list[queries.ReferralCard]:
    """Referrals to other areas and their answers."""
    return queries.referrals(actor=reader(request).actor)


class SeatsIn(Schema):
    """Where the case sat and where somebody else did, as far as the vehicle has such parts."""

    row: int | None = None
    carriage: Maybe = ""
    compartment: Maybe = ""
    bay: int | None = None
    cabin: Maybe = ""
    other_row: int | None = None
    other_carriage: Maybe = ""
    other_compartment: Maybe = ""
    other_bay: int | None = None
    other_cabin: Maybe = ""
    other_crew: bool = False

    def of_case(self) -> Seat:
        """The case's seat."""
        return Seat(row=self.row, carriage=self.carriage, compartment=self.compartment, bay=self.bay, cabin=self.cabin)

    def other(self) -> Seat:
        """The other one's seat."""
        return Seat(
            row=self.other_row,
            carriage=self.other_carriage,
            compartment=self.other_compartment,
            bay=self.other_bay,
            cabin=self.other_cabin,
            crew=self.other_crew,
        )


@router.get("/cases/{case_id}/seat", response={200: SeatOut, **REFUSALS})
def seat(request: HttpRequest, case_id: UUID, seats: Query[SeatsIn], vehicle: str = "plane") -> queries.SeatCard:
    """Whether somebody who sat in a case's vehicle is a candidate: plane, train-closed, train-open, bus-closed, bus-ventilated or ship."""
    me = reader(request).actor
    return queries.seat(actor=me, case_id=case_id, vehicle=vehicle, of_case=seats.of_case(), other=seats.other())


class OpinionIn(OfCase):
    """What the expert group holds: confirmed, asymptomatic or excluded."""

    outcome: Word


@acts("/cases/opinion")
def record_opinion(it: Reader, body: OpinionIn) -> Rows:
    """Give the expert group's opinion."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    actions.record_opinion(actor=it.actor, case_id=case.id, outcome=body.outcome, now=it.now, cause=cause_of(case.id))
    return [case.id]


@acts("/cases/classify")
def classify(it: Reader, body: OfCase) -> Rows:
    """Enter the experts' opinion as the class."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    actions.classify_case(actor=it.actor, case_id=case.id, now=it.now, cause=cause_of(case.id))
    return [case.id]


class SpreadIn(OfCase):
    """Whether a case found under control spread outside, and why one thinks so."""

    spread: bool
    reason: Text


@acts("/cases/spread")
def judge_spread(it: Reader, body: SpreadIn) -> Rows:
    """Judge whether a case spread outside."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    actions.judge_spread(actor=it.actor, case_id=case.id, spread=body.spread, reason=body.reason, now=it.now, cause=cause_of(case.id))
    return [case.id]


class Named(Schema):
    """Somebody whom a case or a venue named."""

    person_id: UUID
    said: Short
    seconds: Count = 0
    last_exposure_at: Moment | None = None


class NamedIn(OfCase):
    """People named in an interview or by a venue."""

    source: Word = "interview"
    found: list[Named] = Field(min_length=1, max_length=200)


@acts("/candidates")
def add_candidates(it: Reader, body: NamedIn) -> Rows:
    """Put people before the investigator as candidates."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    for one in body.found:
        people.person(actor=it.actor, person_id=one.person_id)
    found = [
        NewCandidate(person_id=one.person_id, evidence={"said": one.said}, seconds=one.seconds, last_exposure_at=one.last_exposure_at)
        for one in body.found
    ]
    actions.add_candidates(actor=it.actor, case_id=case.id, source=body.source, found=found, now=it.now, cause=cause_of(case.id))
    return [one.person_id for one in body.found]


class ContactIn(OfCase):
    """Somebody named in an interview, by the file number on his papers."""

    file_no: Line
    said: Short
    last_exposure_at: Moment


@acts("/candidates/named")
def add_named(it: Reader, body: ContactIn) -> Rows:
    """Put one person whom the case named before the investigator."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    one = people.by_file_no(actor=it.actor, file_no=body.file_no)
    found = [NewCandidate(person_id=one.id, evidence={"said": body.said}, last_exposure_at=body.last_exposure_at)]
    actions.add_candidates(actor=it.actor, case_id=case.id, source="interview", found=found, now=it.now, cause=cause_of(case.id))
    return [one.id]


class JudgeIn(Command):
    """A judgement of one person: close-contact, exposed or none, with the reason in the investigator's words."""

    candidate_id: UUID
    outcome: Word
    reason: Text
    last_exposure_at: Moment | None = None


@acts("/candidates/judge")
def judge_candidate(it: Reader, body: JudgeIn) -> Rows:
    """Judge one candidate."""
    found = queries.candidate(actor=it.actor, candidate_id=body.candidate_id)
    contact = actions.judge_candidate(
        actor=it.actor,
        candidate_id=found.id,
        outcome=body.outcome,
        reason=body.reason,
        now=it.now,
        cause=found.caused_by,
        last_exposure_at=body.last_exposure_at,
    )
    return [contact] if contact else []


class ExposureIn(OfCase):
    """When and where a case may have exposed others."""

    starts_at: Moment
    ends_at: Moment
    place_ids: list[UUID] = []
    basis: Short


@acts("/exposures")
def record_exposure(it: Reader, body: ExposureIn) -> Rows:
    """Record an exposure; every venue query rests on one."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    places.known(actor=it.actor, ids=body.place_ids)
    window = Period(start=body.starts_at, end=body.ends_at)
    made = actions.record_exposure(
        actor=it.actor, case_id=case.id, window=window, place_ids=body.place_ids, basis=body.basis, now=it.now, cause=cause_of(case.id)
    )
    return [made]


class ReferralIn(OfCase):
    """A contact who lives elsewhere: where, and when he was last exposed."""

    to_area: Phrase
    last_exposure_at: Moment


@acts("/referrals")
def send_referral(it: Reader, body: ReferralIn) -> Rows:
    """Refer a contact to another area."""
    case = queries.case(actor=it.actor, case_id=body.case_id)
    made = actions.send_referral(
        actor=it.actor,
        case_id=case.id,
        subject_id=uuid7(),
        to_area=body.to_area,
        last_exposure_at=body.last_exposure_at,
        now=it.now,
        cause=cause_of(case.id),
    )
    return [made]


class OfReferral(Command):
    """A referral."""

    referral_id: UUID


@acts("/referrals/acknowledge")
def acknowledge_referral(it: Reader, body: OfReferral) -> Rows:
    """Note the other area's receipt."""
    actions.acknowledge_referral(actor=it.actor, referral_id=body.referral_id, now=it.now, cause=cause_of(body.referral_id))
    return [body.referral_id]


class AnsweredIn(OfReferral):
    """The other area's answer."""

    answer: Short


@acts("/referrals/answer")
def answer_referral(it: Reader, body: AnsweredIn) -> Rows:
    """Note the other area's answer."""
    cause = cause_of(body.referral_id)
    actions.answer_referral(actor=it.actor, referral_id=body.referral_id, answer=body.answer, now=it.now, cause=cause)
    return [body.referral_id]


@router.get("/cases/{case_id}/exposures", response={200: list[dict[str, Any]], **REFUSALS})
def exposures(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """A case's exposure records."""
    me = reader(request).actor
    queries.case(actor=me, case_id=case_id)
    rows = queries.exposures(actor=me, case_id=case_id)
    return [{"id": row[0], "starts_at": row[1], "ends_at": row[2], "place_ids": list(row[3])} for row in rows]
