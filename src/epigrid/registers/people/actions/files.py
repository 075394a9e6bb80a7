"""One person's file: entering at the table, needs, moves, corrections, erasure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import rules
from epigrid.registers.people.events import (
    CareNeedRecorded,
    CorrectionAsked,
    CorrectionDecided,
    GuardianNamed,
    PeopleErased,
    PersonDeparted,
    PersonMoved,
    PersonRegistered,
)
from epigrid.registers.people.models import CareNeed, Correction, Household, Person
from epigrid.registers.places import queries as places
from epigrid.store import clock, extracts, journal, series, vault
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, uuid7

KEPT = (
    "area", "masked_name", "masked_document", "masked_phone", "sex", "birth_date", "residence", "household_id", "dwelling_id", "head",
    "contact_channel", "worker_place_id", "provenance",
)  # fmt: skip
"""What a fresh file takes over from the one that is erased."""
KEEPERS = (Duty.GRID_WORKER, Duty.REGISTRAR, Duty.COMMUNITY_SECRETARY)


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Somebody who is in no register: what is asked at the table. Identity values are for the vault. `id`: the one that a phone gave him without a network."""

    id: UUID | None = None
    name: str
    residence: str
    dwelling_id: UUID | None = None
    household_id: UUID | None = None
    document: str = ""
    phone: str = ""
    sex: str = ""
    birth_date: date | None = None
    guardian_id: UUID | None = None
    natural_key: str = ""


@whole
def register_person(*, actor: Actor, area: Area, new: NewPerson, source: str, now: datetime) -> UUID:
    """Enter somebody at the table (moved in, visitor, baby). A document number that is on file answers with that file; people are never merged by name.

    `IdTaken`: the phone's id is somebody else's already.
    """
    actor.require(*KEEPERS, area=area)
    _check(new)
    if new.document:
        known = vault.find(tree=area.tree, field="document", value=new.document)
        seen = Person.objects.seen_by(actor).filter(id__in=known).first()
        if seen is not None:
            return seen.id
    home = places.place(actor=actor, place_id=new.dwelling_id) if new.dwelling_id else None
    number = series.take_numbers(tree=area.tree, name="file", count=1)
    secrets = {name: value for name, value in (("name", new.name), ("document", new.document), ("phone", new.phone)) if value}
    stamp = {"source": source, "at": now.isoformat(), "by": str(actor.id)}
    row = Person(
        id=new.id or new_id(area, "person", *((new.natural_key,) if new.natural_key else ())),
        area=home.area if home else area,
        file_no=f"{area.tree}-{number:07d}",
        masked_name=rules.mask_name(new.name),
        masked_document=rules.mask_document(new.document),
        masked_phone=rules.mask_phone(new.phone),
        sex=new.sex,
        birth_date=new.birth_date or rules.birth_of(new.document),
        residence=new.residence,
        dwelling_id=new.dwelling_id,
        household_id=new.household_id or _household(actor, home),
        guardian_id=new.guardian_id,
        provenance=dict.fromkeys([*secrets, "residence"], stamp),
    )
    _write(row, id_is_free=new.id is None)
    vault.put(area=area, values={row.id: secrets})
    event = PersonRegistered(area=row.area, person_id=row.id, residence=new.residence)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


def _write(row: Person, *, id_is_free: bool) -> None:
    """Write a new file; `IdTaken` where an id that was made elsewhere is somebody's, in whichever area."""
    Person.objects.bulk_create([row], ignore_conflicts=not id_is_free)
    tree = Actor.procedure("people.register", Area(row.area).root)
    if not id_is_free and not Person.objects.seen_by(tree).filter(id=row.id, file_no=row.file_no).exists():
        raise rules.IdTaken(person=str(row.id))


def _check(new: NewPerson) -> None:
    problems = (
        ("name", "roster.name-missing", not new.name.strip()),
        ("residence", "roster.residence-unknown", new.residence not in rules.RESIDENCES),
        ("document", "roster.document", bool(new.document and rules.document_error(new.document))),
        ("phone", "roster.phone-shape", bool(new.phone and not rules.PHONE.match(new.phone))),
    )
    for column, why, bad in problems:
        if bad:
            raise rules.ValueRefused(column=column, why=why)


def _household(actor: Actor, home: places.PlaceCard | None) -> UUID | None:
    if home is None:
        return None
    known = Household.objects.seen_by(actor).filter(dwelling_id=home.id).order_by("number").first()
    if known is not None:
        return known.id
    row = Household.objects.create(id=new_id(home.area, "household", home.path, "1"), area=home.area, dwelling_id=home.id, number="1")
    return row.id


@whole
def record_need(*, actor: Actor, person_id: UUID, kind: str, source: str, now: datetime) -> UUID:
    """Note a need of a person (closed list); the same need again is the same row."""
    person = Person.objects.seen_by(actor).get(id=person_id)
    actor.require(*KEEPERS, Duty.PHONE_OPERATOR, Duty.CDC_INVESTIGATOR, area=person.area)
    if kind not in rules.NEEDS:
        raise rules.NeedUnknown(need=kind)
    known = CareNeed.objects.seen_by(actor).filter(person_id=person_id, kind=kind, until__isnull=True).first()
    if known is not None:
        return known.id
    today = clock.local_day(person.area, now)
    row = CareNeed.objects.create(
        id=new_id(person.area, "need", person_id, kind, today), area=person.area, person_id=person_id, kind=kind, source=source, since=today
    )
    event = CareNeedRecorded(area=person.area, person_id=person_id, need=kind, ended=False)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def end_need(*, actor: Actor, need_id: UUID, now: datetime) -> None:
    """A need is over from today."""
    row = CareNeed.objects.seen_by(actor).select_for_update().get(id=need_id)
    actor.require(*KEEPERS, area=row.area)
    if row.until is None:
        row.until = clock.local_day(row.area, now)
        row.save(update_fields=["until"])
        event = CareNeedRecorded(area=row.area, person_id=row.person_id, need=row.kind, ended=True)
        journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def move_person(*, actor: Actor, person_id: UUID, dwelling_id: UUID, now: datetime) -> None:
    """A person lives in another dwelling; rows written before keep the area that answered for them then."""
    person = Person.objects.seen_by(actor).select_for_update().get(id=person_id)
    actor.require(*KEEPERS, area=person.area)
    home = places.place(actor=actor, place_id=dwelling_id)
    person.dwelling_id, person.area, person.household_id = home.id, home.area, _household(actor, home)
    person.save(update_fields=["dwelling", "area", "household"])
    event = PersonMoved(area=home.area, person_id=person.id, dwelling_id=home.id)
    journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def name_guardian(*, actor: Actor, person_id: UUID, guardian_id: UUID, now: datetime) -> None:
    """Note who is responsible for a child or dependant (PIPL Art. 31)."""
    person = Person.objects.seen_by(actor).select_for_update().get(id=person_id)
    actor.require(*KEEPERS, area=person.area)
    guardian = Person.objects.seen_by(actor).get(id=guardian_id)
    person.guardian_id = guardian.id
    person.provenance |= {"guardian": {"source": "named", "at": now.isoformat(), "by": str(actor.id)}}
    person.save(update_fields=["guardian_id", "provenance"])
    event = GuardianNamed(area=person.area, person_id=person.id, guardian_id=guardian.id)
    journal.record(event, actor=actor, at=now, caused_by=None)


@whole
def mark_departed(*, actor: Actor, person_id: UUID, now: datetime) -> None:
    """A person left the area or died; his file stays until its retention ends."""
    person = Person.objects.seen_by(actor).select_for_update().get(id=person_id)
    actor.require(*KEEPERS, area=person.area)
    if person.departed_on is None:
        person.departed_on = clock.local_day(person.area, now)
        person.save(update_fields=["departed_on"])
        journal.record(PersonDeparted(area=person.area, person_id=person.id), actor=actor, at=now, caused_by=None)


@whole
def ask_correction(*, actor: Actor, person_id: UUID, field: str, now: datetime) -> UUID:
    """The person (or a worker in his name) says that a field is wrong; the right value is taken down by whoever decides."""
    person = Person.objects.seen_by(actor).get(id=person_id)
    if actor.person_id is None:
        actor.require(*KEEPERS, Duty.PHONE_OPERATOR, area=person.area)
    if field not in rules.CORRECTABLE:
        raise rules.NotCorrectable(field=field)
    known = Correction.objects.seen_by(actor).filter(person_id=person_id, field=field, decided_at__isnull=True).first()
    if known is not None:
        return known.id
    row = Correction.objects.create(area=person.area, person_id=person_id, field=field, asked_at=now)
    event = CorrectionAsked(area=person.area, person_id=person_id, correction_id=row.id, field=field)
    journal.record(event, actor=actor, at=now, caused_by=None)
    return row.id


@whole
def decide_correction(*, actor: Actor, correction_id: UUID, value: str, reason: str, now: datetime, cause: UUID) -> None:
    """Make a correction with its right value, or refuse it (empty value) with a reason."""
    row = Correction.objects.seen_by(actor).select_for_update().get(id=correction_id)
    actor.require(Duty.COMMUNITY_SECRETARY, Duty.REGISTRAR, area=row.area)
    if row.decided_at is not None:
        raise rules.AlreadyDecided(correction=str(correction_id))
    row.accepted, row.reason, row.decided_by, row.decided_at = bool(value), reason, actor.id, now
    row.save(update_fields=["accepted", "reason", "decided_by", "decided_at"])
    if value:
        _correct(actor, row, value, now)
    event = CorrectionDecided(area=row.area, person_id=row.person_id, correction_id=row.id, accepted=bool(value))
    journal.record(event, actor=actor, at=now, caused_by=cause)


def _correct(actor: Actor, row: Correction, value: str, now: datetime) -> None:
    person = Person.objects.seen_by(actor).select_for_update().get(id=row.person_id)
    if row.field in vault.FIELDS:
        vault.put(area=person.area, values={person.id: {row.field: value}})
        masks = {"name": rules.mask_name, "phone": rules.mask_phone, "document": rules.mask_document}
        if row.field in masks:
            setattr(person, f"masked_{row.field}", masks[row.field](value))
    elif row.field == "birth_date":
        person.birth_date = date.fromisoformat(value)
    elif row.field == "sex":
        person.sex = value
    person.provenance |= {row.field: {"source": "correction", "at": now.isoformat(), "by": str(actor.id)}}
    person.save()


LIVING_HERE = frozenset({"resident", "registered", "tenant", "away"})


@whole
def forget_people(*, actor: Actor, area: Area, person_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """Erase people whose retention ended. Who still lives here gets a fresh file first, to which nothing of the past leads. Returns how many were erased."""
    actor.require(Duty.PROCEDURE, area=area)
    rows = Person.objects.seen_by(actor).filter(
        id__in=person_ids, erased_at__isnull=True, departed_on__isnull=True, residence__in=sorted(LIVING_HERE)
    )
    _renew(actor, area, list(rows.order_by("pk")))
    return erase_people(actor=actor, area=area, person_ids=person_ids, now=now, cause=cause)


def _renew(actor: Actor, area: Area, rows: Sequence[Person]) -> None:
    fresh = {row.id: uuid7() for row in rows}
    if not fresh:
        return
    last = series.take_numbers(tree=area.tree, name="file", count=len(rows))
    needs = list(CareNeed.objects.seen_by(actor).filter(person_id__in=list(fresh), until__isnull=True))
    vault.hand_over(area=area, files=fresh)
    for number, row in enumerate(rows, start=last):
        guardian = fresh.get(row.guardian_id, row.guardian_id) if row.guardian_id else None
        Person.objects.create(
            **{name: getattr(row, name) for name in KEPT}, id=fresh[row.id], file_no=f"{area.tree}-{number:07d}", guardian_id=guardian
        )
        Person.objects.seen_by(actor).filter(guardian_id=row.id).exclude(id__in=list(fresh)).update(guardian_id=fresh[row.id])
    CareNeed.objects.bulk_create(
        [CareNeed(area=need.area, person_id=fresh[need.person_id], kind=need.kind, source=need.source, since=need.since) for need in needs]
    )


@whole
def erase_people(*, actor: Actor, area: Area, person_ids: Sequence[UUID], now: datetime, cause: UUID) -> int:
    """Destroy the keys of people whose retention ended; their files stay as empty pseudonyms. Return how many were erased now."""
    actor.require(Duty.PROCEDURE, Duty.ADMINISTRATOR, area=area)
    rows = list(Person.objects.seen_by(actor).select_for_update().filter(id__in=person_ids, erased_at__isnull=True).order_by("pk"))
    ids = tuple(row.id for row in rows)
    if not ids:
        return 0
    vault.erase(ids)
    extracts.forget_subjects(area=area, kind="person", subject_ids=ids)
    Person.objects.seen_by(actor).filter(id__in=ids).update(
        masked_name="",
        masked_document="",
        masked_phone="",
        birth_date=None,
        dwelling=None,
        household=None,
        guardian_id=None,
        provenance={},
        erased_at=now,
    )
    event = PeopleErased(area=area, first_id=ids[0], person_ids=ids)
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)
