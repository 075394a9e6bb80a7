"""Questions about exposure records, venue queries and their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from epigrid.engine.tracing import contacts
from epigrid.engine.tracing.schemas import ExposureQuery
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.places import queries as places
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import CDC, Candidate, Case, Exposure, Finding, VenueQuery
from epigrid.response.tracing.queries.bounds import READING, Bound, at, bound
from epigrid.response.tracing.queries.contacts import by_link
from epigrid.store import extracts, reads


@dataclass(frozen=True, kw_only=True)
class QueryCard:
    """A venue query: what it asks, on which exposure records, who asked and approved, how many people it found here (`found`) and elsewhere (`leads`)."""

    id: UUID
    area: Area
    exposure_id: UUID
    also: tuple[UUID, ...]
    kind: str
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    direction: str
    latency_seconds: int | None
    min_seconds: int | None
    purpose: str
    asked_by: UUID | None
    asked_at: datetime
    approved_by: UUID | None
    ran_at: datetime | None
    found: int
    leads: int
    days_gone: int


@dataclass(frozen=True, kw_only=True)
class RecordCard:
    """An exposure record: whose, from when until when, at which places, by what it is known."""

    id: UUID
    case_id: UUID
    starts_at: datetime
    ends_at: datetime
    place_ids: tuple[UUID, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class FoundCard:
    """One candidate whom a query found: how long, how often, first and last moment, how he is linked to the case. Where, is asked person by person."""

    candidate_id: UUID
    seconds: int
    meetings: int
    first_at: datetime
    last_at: datetime
    link: str


@dataclass(frozen=True, kw_only=True)
class PeopleCard:
    """Whom a query found: candidates whom the reader sees, by link, then longest first (`here` of them in all, not all need be listed), and how many people live
    elsewhere; `days_gone` days could not be asked any more."""

    query_id: UUID
    kind: str
    ran_at: datetime
    days_gone: int
    here: int
    elsewhere: int
    rows: tuple[FoundCard, ...]


@dataclass(frozen=True, kw_only=True)
class PlaceCount:
    """A place where exposure concentrates: cases exposed there, people met there, hours shared with them. From above the community sums below ten are "< 10"."""

    place_id: UUID
    exposed: str
    contacts: str
    shared_hours: str


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """How many people were reached on a local day."""

    day: str
    people: str


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """Counts and places of a query, no person. `places_all`: how many places there are behind the listed ones,
    `followed`: of how many reached people they are summed up; `case_ids`: infected people who may be the
    source, hypotheses for CDC duty, the latest possible moment first; `cases_elsewhere`: others. `latency_seconds`, `min_seconds`, `edge`: by which assumptions."""

    query_id: UUID
    kind: str
    direction: str
    ran_at: datetime
    days_gone: int
    latency_seconds: int | None
    min_seconds: int | None
    edge: datetime | None
    people: str
    days: tuple[DayCount, ...]
    places: tuple[PlaceCount, ...]
    places_all: int
    followed: str
    case_ids: tuple[UUID, ...]
    cases_elsewhere: int


@dataclass(frozen=True, kw_only=True)
class MeetingCard:
    """Two people at one place at one time: the evidence behind a candidate, by the query that was approved for it."""

    query_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class EvidenceCard:
    """The meetings of one candidate with the case of the approved queries; `days_gone` days of them are gone."""

    candidate_id: UUID
    days_gone: int
    rows: tuple[MeetingCard, ...]


def venue_queries(*, actor: Actor, open_only: bool = False) -> list[QueryCard]:
    """Venue queries, newest first."""
    rows = VenueQuery.objects.seen_by(actor).order_by("-asked_at", "id").defer("answer")
    return [_query(row) for row in (rows.filter(approved_at__isnull=True) if open_only else rows)]


def venue_query(*, actor: Actor, query_id: UUID) -> QueryCard:
    """One venue query."""
    return _query(VenueQuery.objects.seen_by(actor).get(id=query_id))


def case_of_exposure(*, actor: Actor, exposure_id: UUID) -> UUID:
    """Whose exposure record it is: the case."""
    return Exposure.objects.seen_by(actor).get(id=exposure_id).case_id


def exposures(*, actor: Actor, case_id: UUID) -> list[tuple[UUID, datetime, datetime, tuple[UUID, ...]]]:
    """A case's exposure records: id, from, until, places."""
    return [(card.id, card.starts_at, card.ends_at, card.place_ids) for card in records(actor=actor) if card.case_id == case_id]


def records(*, actor: Actor) -> list[RecordCard]:
    """Exposure records, oldest first."""
    return [
        RecordCard(
            id=row.id,
            case_id=row.case_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place_ids=tuple(UUID(place) for place in row.place_ids),
            basis=row.basis,
        )
        for row in Exposure.objects.seen_by(actor).order_by("starts_at", "id")
    ]


def people_found(*, actor: Actor, query_id: UUID, limit: int = 200) -> PeopleCard:
    """Whom a query found, in two statements from what was kept when it ran (three where `limit` cuts the list); `QueryNotApproved`, `QueryNotRun` before."""
    row, ran_at = _answered(actor, query_id)
    kept = Finding.objects.seen_by(actor).filter(query_id=query_id)
    columns = ("candidate_id", "seconds", "meetings", "first_at", "last_at", "candidate__link")
    rows = tuple(FoundCard(*values) for values in kept.order_by(by_link("candidate__link"), "-seconds", "candidate_id").values_list(*columns)[:limit])
    here = len(rows) if len(rows) < limit else kept.count()
    elsewhere = row.found + row.leads - here
    return PeopleCard(query_id=row.id, kind=row.kind, ran_at=ran_at, days_gone=row.days_gone, here=here, elsewhere=elsewhere, rows=rows)


def persons_of(*, actor: Actor, candidate_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who the candidates are, of those whom the actor sees."""
    return dict(Candidate.objects.seen_by(actor).filter(id__in=list(candidate_ids)).values_list("id", "person_id"))


def answer(*, actor: Actor, query_id: UUID) -> AnswerCard:
    """The counts and places of a query of the kinds hops and places; `QueryNotApproved`, `QueryNotRun` before."""
    row, ran_at = _answered(actor, query_id)
    said: Mapping[str, Any] = row.answer
    above = _above_the_community(actor)
    listed = [UUID(one["case"]) for one in said.get("cases", [])]
    asking = bool(listed) and bool(actor.duties & set(READING))
    seen = set(Case.objects.seen_by(actor).filter(id__in=listed).values_list("id", flat=True)) if asking else set()
    return AnswerCard(
        query_id=row.id,
        kind=row.kind,
        direction=row.direction,
        ran_at=ran_at,
        days_gone=row.days_gone,
        latency_seconds=row.latency_seconds,
        min_seconds=row.min_seconds,
        edge=at(said["edge"]) if "edge" in said else None,
        people=rules.shown(said["people"], above=above) if "people" in said else "",
        days=tuple(DayCount(day=day, people=rules.shown(many, above=above)) for day, many in said.get("days", {}).items()),
        places=tuple(_place(one, above=above) for one in said.get("places", [])),
        places_all=said.get("places_all", 0),
        followed=rules.shown(said["followed"], above=above) if "followed" in said else "",
        case_ids=tuple(case_id for case_id in listed if case_id in seen),
        cases_elsewhere=len(set(listed) - seen),
    )


def evidence(*, actor: Actor, candidate_id: UUID, now: datetime) -> EvidenceCard:
    """The meetings of one candidate with his case, from the index, by the approved queries that found him and that the reader sees; the reading is recorded."""
    row = Candidate.objects.seen_by(actor).get(id=candidate_id)
    actor.require(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=row.area)
    asked = Finding.objects.seen_by(actor).filter(candidate_id=candidate_id).values_list("query_id", flat=True)
    approved = VenueQuery.objects.seen_by(actor).filter(id__in=list(asked), kind="contacts").order_by("asked_at", "id")
    number = extracts.numbers(area=row.area, kind="person", subject_ids=[row.person_id]).get(row.person_id)
    met: list[MeetingCard] = []
    gone = 0
    for query in approved:
        limits = bound(actor=actor, query_id=query.id, now=now)
        gone += limits.days_gone
        of_case = [one for one, case_id in zip(limits.queries, limits.case_ids, strict=True) if case_id == row.case_id]
        met += _meetings(query, limits, of_case, number) if of_case and number is not None else []
    reads.record(actor=actor.for_purpose("investigation"), area=row.area, person_ids=[row.person_id], fields=["venue-evidence"], at=now)
    return EvidenceCard(candidate_id=candidate_id, days_gone=gone, rows=tuple(met))


def _meetings(query: VenueQuery, limits: Bound, asked: Sequence[ExposureQuery], contact: int) -> list[MeetingCard]:
    log = extracts.index_of(area=limits.area, first=limits.first, last=limits.last)
    met = [meeting for one in asked for meeting in contacts.evidence(log, one, contact)]
    where = extracts.subjects(area=limits.area, kind="place", numbers=[meeting.place for meeting in met])
    return [
        MeetingCard(query_id=query.id, place_id=where[meeting.place], starts_at=at(meeting.start), ends_at=at(meeting.end))
        for meeting in met
        if meeting.place in where
    ]


def _answered(actor: Actor, query_id: UUID) -> tuple[VenueQuery, datetime]:
    row = VenueQuery.objects.seen_by(actor).get(id=query_id)
    if row.approved_at is None:
        raise rules.QueryNotApproved(query=str(query_id))
    if row.ran_at is None:
        raise rules.QueryNotRun(query=str(query_id))
    return row, row.ran_at


def _above_the_community(actor: Actor) -> bool:
    """Whether the reader's duty reaches beyond one community."""
    communities = [unit.area for unit in places.area_units(actor=actor, level="community")]
    return not all(any(unit.covers(area) for unit in communities) for area in actor.areas(CDC))


def _place(one: Mapping[str, Any], *, above: bool) -> PlaceCount:
    return PlaceCount(
        place_id=UUID(one["place"]),
        exposed=rules.shown(one["exposed"], above=above),
        contacts=rules.shown(one["contacts"], above=above),
        shared_hours=rules.shown(one["seconds"] // 3600, above=above),
    )


def _query(row: VenueQuery) -> QueryCard:
    return QueryCard(
        id=row.id,
        area=row.area,
        exposure_id=row.exposure_id,
        also=tuple(map(UUID, row.also)),
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place_id=row.place_id,
        direction=row.direction,
        latency_seconds=row.latency_seconds,
        min_seconds=row.min_seconds,
        purpose=row.purpose,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        approved_by=row.approved_by,
        ran_at=row.ran_at,
        found=row.found,
        leads=row.leads,
        days_gone=row.days_gone,
    )
