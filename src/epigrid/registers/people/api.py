"""The machine door of people: the day's register, corrections, somebody who is in no register."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import UUID7

from epigrid.kernel.errors import BadInput
from epigrid.registers.people import actions
from epigrid.registers.people import queries as people
from epigrid.registers.people.actions import NewEntry, NewPerson, NewStay
from epigrid.registers.places import queries as places
from epigrid.store import clock
from epigrid.store.doors import (
    REFUSALS,
    Acts,
    Command,
    Line,
    Maybe,
    Path,
    Phrase,
    Reader,
    Rows,
    Short,
    Text,
    Word,
    area_of,
    card,
    cause_of,
    listed,
    reader,
)

router = Router(tags=["people"])
acts = Acts("people", router)
PersonOut, EntryOut, CorrectionOut = card(people.PersonCard), card(people.EntryCard), card(people.CorrectionCard)


@router.get("/files/{person_id}", response={200: PersonOut, **REFUSALS})
def file_of(request: HttpRequest, person_id: UUID) -> people.PersonCard:
    """One person, masked."""
    return people.person(actor=reader(request).actor, person_id=person_id)


@router.get("/day-register", response=listed(EntryOut))
def day_register(request: HttpRequest) -> list[people.EntryCard]:
    """The day's register: entries in force today."""
    it = reader(request)
    return people.day_register(actor=it.actor, on=clock.local_day(it.root, it.now))


@router.get("/corrections", response=listed(CorrectionOut))
def corrections(request: HttpRequest, open_only: bool = True) -> list[people.CorrectionCard]:
    """Corrections asked for, oldest first."""
    return people.corrections(actor=reader(request).actor, open_only=open_only)


class StayIn(Schema):
    """A stay elsewhere: province/city/county, the place there (kept as a hash only), first day, day of leaving."""

    county: Line
    place: str = Field(default="", max_length=200)
    since: date = Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))
    left: date = Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))


class Entry(Schema):
    """A person in one category from a day until (not including) another, with the stay that it rests on where there is one."""

    person_id: UUID
    category: Word
    since: date = Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))
    until: date = Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))
    stay: StayIn | None = None


class EntriesIn(Command):
    """Entries of the day's register and where they come from."""

    area: Path
    source: Phrase
    entries: list[Entry] = Field(min_length=1, max_length=1000)


@acts("/day-register")
def enter_day_register(it: Reader, body: EntriesIn) -> Rows:
    """Enter people in the day's register."""
    area = area_of(it.actor, body.area)
    for one in body.entries:
        people.person(actor=it.actor, person_id=one.person_id)
        if one.until <= one.since:
            raise BadInput(field="until", why="not after since")
    entries = list(dict.fromkeys(_entry(one) for one in body.entries))
    actions.enter_day_register(actor=it.actor, area=area, entries=entries, source=body.source, now=it.now)
    return [one.person_id for one in entries]


def _entry(one: Entry) -> NewEntry:
    stay = NewStay(**one.stay.model_dump()) if one.stay is not None else None
    return NewEntry(person_id=one.person_id, category=one.category, since=one.since, until=one.until, stay=stay)


class ClaimIn(Command):
    """A grid."""

    area: Path


@acts("/day-register/claim")
def claim_entries(it: Reader, body: ClaimIn) -> Rows:
    """Claim the unclaimed entries of a grid."""
    actions.claim_entries(actor=it.actor, area=area_of(it.actor, body.area), now=it.now)
    return []


class PersonIn(Command):
    """Somebody who is in no register, as asked at the table; `id`: the UUIDv7 that a phone made for him without a network."""

    id: UUID7 | None = None
    area: Path
    name: Short
    residence: Word = "resident"
    dwelling_id: UUID | None = None
    document: Maybe = ""
    phone: Maybe = ""


@acts("/register")
def register_person(it: Reader, body: PersonIn) -> Rows:
    """Enter somebody at the table; a document that is on file answers with that file."""
    area = area_of(it.actor, body.area)
    if body.dwelling_id is not None:
        places.place(actor=it.actor, place_id=body.dwelling_id)
    new = NewPerson(
        id=body.id,
        name=body.name,
        residence=body.residence,
        dwelling_id=body.dwelling_id,
        document=body.document,
        phone=body.phone,
        natural_key=body.command_id,
    )
    return [actions.register_person(actor=it.actor, area=area, new=new, source="table", now=it.now)]


class CorrectionIn(Command):
    """Whose field is wrong."""

    person_id: UUID
    field: Word


@acts.for_residents_too("/corrections")
def ask_correction(it: Reader, body: CorrectionIn) -> Rows:
    """Note in somebody's name that a field is wrong."""
    return [actions.ask_correction(actor=it.actor, person_id=body.person_id, field=body.field, now=it.now)]


class DecisionIn(Command):
    """The right value, or (left out) why nothing is changed."""

    correction_id: UUID
    value: Maybe = ""
    reason: Text


@acts("/corrections/decide")
def decide_correction(it: Reader, body: DecisionIn) -> Rows:
    """Make a correction or refuse it."""
    cause = cause_of(body.correction_id, people.correction(actor=it.actor, correction_id=body.correction_id).person_id)
    actions.decide_correction(actor=it.actor, correction_id=body.correction_id, value=body.value, reason=body.reason, now=it.now, cause=cause)
    return [body.correction_id]


class OfPerson(Command):
    """A person."""

    person_id: UUID


class MoveIn(OfPerson):
    """Where somebody lives from now on."""

    dwelling_id: UUID


@acts("/move")
def move_person(it: Reader, body: MoveIn) -> Rows:
    """Note that somebody lives in another dwelling; areas that no longer hold him bind him no more."""
    places.place(actor=it.actor, place_id=body.dwelling_id)
    actions.move_person(actor=it.actor, person_id=body.person_id, dwelling_id=body.dwelling_id, now=it.now)
    return [body.person_id]


@acts("/departed")
def mark_departed(it: Reader, body: OfPerson) -> Rows:
    """Note that somebody left the area or died."""
    actions.mark_departed(actor=it.actor, person_id=body.person_id, now=it.now)
    return [body.person_id]


class NeedIn(OfPerson):
    """What somebody needs, and who said so."""

    kind: Word
    source: Phrase


@acts("/needs")
def record_need(it: Reader, body: NeedIn) -> Rows:
    """Note a need of somebody."""
    return [actions.record_need(actor=it.actor, person_id=body.person_id, kind=body.kind, source=body.source, now=it.now)]


class EndNeedIn(Command):
    """A need that is over."""

    need_id: UUID


@acts("/needs/end")
def end_need(it: Reader, body: EndNeedIn) -> Rows:
    """End a need from today."""
    actions.end_need(actor=it.actor, need_id=body.need_id, now=it.now)
    return [body.need_id]


class GuardianIn(OfPerson):
    """Who is responsible for a child or dependant."""

    guardian_id: UUID


@acts("/guardians")
def name_guardian(it: Reader, body: GuardianIn) -> Rows:
    """Name a guardian."""
    actions.name_guardian(actor=it.actor, person_id=body.person_id, guardian_id=body.guardian_id, now=it.now)
    return [body.person_id]
