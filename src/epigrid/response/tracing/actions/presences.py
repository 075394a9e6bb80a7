"""The presence log: scans that come in, and bounded venue queries that two people stand behind."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from epigrid.engine.tracing import contacts, index
from epigrid.engine.tracing.answers import ContactRow
from epigrid.engine.tracing.index import PlaceIndex
from epigrid.engine.tracing.schemas import ExposureQuery
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import formats, rules
from epigrid.response.tracing.actions.candidates import NewCandidate, add_candidates
from epigrid.response.tracing.events import PresencesForgotten, QueryApproved, QueryAsked, ScansImported
from epigrid.response.tracing.models import Exposure, VenueQuery
from epigrid.store import clock, extracts, journal, sheets, vault
from epigrid.store.ids import new_id, repeated_id

PURPOSE = "contacts of the case's own window"


@transaction.atomic
def record_presences(*, actor: Actor, area: Area, sheet: sheets.Sheet, source: str, now: datetime) -> sheets.ImportReport:
    """Take a file of venue scans: people by phone (looked up by blind index, not kept), places by name; a scan sent twice counts once.

    Rows of unknown phones or places are refused by row; nothing about who they are is kept.
    """
    actor.require(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=area)
    zone = clock.zone(area)
    rows, refused = [], []
    for number, cells in sheets.pick(sheet, names=formats.HEADINGS, needed=formats.NEEDED):
        row = formats.scan_row(number, cells, zone)
        if isinstance(row, tuple):
            refused.append(sheets.RowRefusal(row=number, column=row[0], reason=row[1]))
        else:
            rows.append(row)
    known = vault.find_many(tree=area.tree, field="phone", values={row.phone for row in rows})
    venues = {card.full_name: card for card in places.of_kind(actor=actor, kinds=_VENUES)}
    taken = []
    for row in rows:
        if row.place not in venues:
            refused.append(sheets.RowRefusal(row=row.row, column=formats.HEADINGS["place"][0], reason="scan.place-unknown"))
        elif len(known.get(row.phone, ())) != 1:
            refused.append(sheets.RowRefusal(row=row.row, column=formats.HEADINGS["phone"][0], reason="scan.phone-unknown"))
        else:
            taken.append((row, known[row.phone][0], venues[row.place]))
    fresh = _add(area, taken)
    report = sheets.ImportReport(created=fresh, unchanged=len(taken) - fresh, refused=tuple(sorted(refused, key=lambda r: r.row)))
    if fresh:
        import_id = repeated_id(area, "import", source)
        event = ScansImported(area=area, import_id=import_id, source=source, rows=fresh, refused=len(refused))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return report


_VENUES = ("shop", "hotel", "canteen", "workplace", "market", "vehicle", "floor", "building", "room")


def _add(area: Area, taken: Sequence[tuple[formats.ScanRow, UUID, places.PlaceCard]]) -> int:
    persons = extracts.pseudonyms(area=area, kind="person", subject_ids=[person for _, person, _ in taken])
    venues = extracts.pseudonyms(area=area, kind="place", subject_ids=[place.id for _, _, place in taken])
    rows = []
    days = {}
    for row, person, place in taken:
        scan_id = formats.scan_id(area.tree, row.scan)
        until = formats.until_of(row, place.kind)
        rows.append((scan_id, persons[person], venues[place.id], int(row.at.timestamp()), int(until.timestamp())))
        days[scan_id] = clock.local_day(area, row.at)
    return extracts.add(area=area, day_of=days, rows=rows)


@transaction.atomic
def ask_query(*, actor: Actor, exposure_id: UUID, purpose: str, now: datetime, cause: UUID) -> UUID:
    """Ask for a venue query on an exposure record; a second person approves it (S-235, X03). The same question again is the same query."""
    exposure = Exposure.objects.seen_by(actor).get(id=exposure_id)
    actor.require(Duty.CDC_INVESTIGATOR, area=exposure.area)
    if not purpose.strip():
        raise rules.QueryNotApproved(why="purpose missing")
    known = VenueQuery.objects.seen_by(actor).filter(exposure=exposure, purpose=purpose).order_by("asked_at").first()
    if known is not None:
        return known.id
    row = VenueQuery.objects.create(
        id=new_id(exposure.area, "venue-query", exposure_id, purpose),
        area=exposure.area,
        exposure=exposure,
        purpose=purpose,
        asked_by=actor.id,
        asked_at=now,
    )
    event = QueryAsked(area=exposure.area, query_id=row.id, exposure_id=exposure_id, purpose=purpose)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@transaction.atomic
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


@transaction.atomic
def approve_own_window(*, actor: Actor, exposure_id: UUID, approved_by: UUID, now: datetime, cause: UUID) -> UUID:
    """Confirming a case approves the query of that case's own window (procedures 2): the experts and the registrar are the two people behind it."""
    exposure = Exposure.objects.seen_by(actor).get(id=exposure_id)
    actor.require(Duty.PROCEDURE, area=exposure.area)
    query_id = new_id(exposure.area, "venue-query", exposure_id, PURPOSE)
    known = VenueQuery.objects.seen_by(actor).filter(exposure=exposure, purpose=PURPOSE).first()
    if known is not None:
        return known.id
    VenueQuery.objects.create(
        id=query_id,
        area=exposure.area,
        exposure=exposure,
        purpose=PURPOSE,
        asked_by=exposure.recorded_by,
        asked_at=now,
        approved_by=approved_by,
        approved_at=now,
    )
    event = QueryApproved(area=exposure.area, query_id=query_id, exposure_id=exposure_id, case_id=exposure.case_id)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return query_id


@transaction.atomic
def run_query(*, actor: Actor, query_id: UUID, now: datetime, cause: UUID) -> int:
    """Run an approved query: people of the actor's areas become candidates with evidence, others leave as a count of leads. Runs once."""
    row = VenueQuery.objects.seen_by(actor).select_for_update().select_related("exposure").get(id=query_id)
    actor.require(Duty.PROCEDURE, Duty.CDC_INVESTIGATOR, area=row.area)
    if row.approved_at is None:
        raise rules.QueryNotApproved(query=str(query_id))
    if row.ran_at is not None:
        return row.found
    exposure = row.exposure
    found, leads = _candidates(actor, exposure)
    row.ran_at, row.found, row.leads = now, len(found), leads
    row.save(update_fields=["ran_at", "found", "leads"])
    add_candidates(actor=actor, case_id=exposure.case_id, source="scan", found=found, now=now, cause=cause, leads=leads)
    return len(found)


def _candidates(actor: Actor, exposure: Exposure) -> tuple[list[NewCandidate], int]:
    area = exposure.area
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(area, exposure.ends_at), area=area)
    person_id = exposure.case.person_id
    number = extracts.pseudonyms(area=area, kind="person", subject_ids=[person_id])[person_id]
    query = ExposureQuery(exposure_id=exposure.id, person=number, start=int(exposure.starts_at.timestamp()), end=int(exposure.ends_at.timestamp()))
    log = _index(area, exposure)
    rows = [row for row in contacts.contacts(log, [query]) if rules.is_candidate(seconds=row.seconds, policy=policy)]
    met = {row.contact: {meeting.place for meeting in contacts.evidence(log, query, row.contact)} for row in rows}
    who = extracts.subjects(area=area, kind="person", numbers=[row.contact for row in rows])
    where = extracts.subjects(area=area, kind="place", numbers=[place for places_met in met.values() for place in places_met])
    seen = {card.id for card in people.people(actor=actor, ids=list(who.values()))}
    found = [
        _new(row, who[row.contact], [where[place] for place in met[row.contact] if place in where]) for row in rows if who.get(row.contact) in seen
    ]
    return found, len(rows) - len(found)


def _new(row: ContactRow, person_id: UUID, place_ids: Sequence[UUID]) -> NewCandidate:
    last = datetime.fromtimestamp(row.last, UTC)
    evidence = {
        "places": sorted(map(str, place_ids)),
        "seconds": row.seconds,
        "meetings": row.meetings,
        "first": datetime.fromtimestamp(row.first, UTC).isoformat(),
        "last": last.isoformat(),
    }
    return NewCandidate(person_id=person_id, evidence=evidence, seconds=row.seconds, last_exposure_at=last)


def _index(area: Area, exposure: Exposure) -> PlaceIndex:
    first = clock.local_day(area, exposure.starts_at) - timedelta(days=1)
    return index.build(index.visits_of(extracts.visits(area=area, first=first, last=clock.local_day(area, exposure.ends_at))))


@transaction.atomic
def forget_presences(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Seal the closed days of the presence log and unlink those that no look-back reaches any more; return how many files went."""
    actor.require(Duty.PROCEDURE, area=area)
    today = clock.local_day(area, now)
    lookback = policies.longest_lookback(on=today, area=area)
    sealed = extracts.seal_before(area=area, day=today)
    gone = extracts.forget_before(area=area, day=today - timedelta(days=lookback))
    if sealed or gone:
        event = PresencesForgotten(area=area, run_id=repeated_id(area, "presences-forgotten", area), sealed=sealed, files=len(gone))
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(gone)
