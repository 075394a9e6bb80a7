"""The roster import: rows are matched with files by document number, else by dwelling, name and birth date; re-runnable, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import formats, rules
from epigrid.registers.people.events import PersonMoved, ResidentsImported
from epigrid.registers.people.models import CareNeed, Household, Person
from epigrid.registers.people.rules import ResidentRow
from epigrid.registers.places import queries as places
from epigrid.store import clock, journal, locks, series, sheets, statistics, vault
from epigrid.store.acts import whole
from epigrid.store.ids import new_id, repeated_id

FILED = ("sex", "birth_date", "residence", "head", "contact_channel")


@dataclass(kw_only=True)
class _Import:
    """What one file does, gathered before anything is written."""

    actor: Actor
    area: Area
    source: str
    now: datetime
    rooms: Mapping[str, places.PlaceCard]
    refused: list[sheets.RowRefusal] = field(default_factory=list)
    created: list[Person] = field(default_factory=list)
    updated: dict[UUID, Person] = field(default_factory=dict)
    moved: list[Person] = field(default_factory=list)
    unchanged: int = 0
    secrets: dict[UUID, dict[str, str]] = field(default_factory=dict)
    needs: list[tuple[UUID, Area, str]] = field(default_factory=list)
    households: dict[tuple[UUID, str], Household] = field(default_factory=dict)


@whole
def import_residents(*, actor: Actor, area: Area, sheet: sheets.Sheet, source: str, now: datetime) -> sheets.ImportReport:
    """Take a roster: each row is a new file, a change, unchanged, or refused with row, column and reason. The same file again changes nothing.

    A row without a document number whose name is held by somebody else in the same dwelling with another birth date is a new person: people are never
    merged by name.
    """
    actor.require(Duty.COMMUNITY_SECRETARY, Duty.ADMINISTRATOR, area=area)
    locks.hold(f"roster|{area.tree}")
    rooms = {card.full_name: card for card in places.of_kind(actor=actor, kinds=("room", "bungalow"), area=area)}
    homes = Household.objects.seen_by(actor).filter(area__within=area)
    job = _Import(actor=actor, area=area, source=source, now=now, rooms=rooms)
    job.households |= {(home.dwelling_id, home.number): home for home in homes}
    rows = _checked(job, sheet)
    known = _known_by_document(job, rows)
    by_household = _known_by_dwelling(job, rows)
    for row in rows:
        found = known.get(row.document) if row.document else None
        _take(job, row, found or by_household.get((row.dwelling, row.name, row.birth_date)))
    _write(job)
    report = sheets.ImportReport(
        created=len(job.created), updated=len(job.updated), unchanged=job.unchanged, refused=tuple(sorted(job.refused, key=lambda r: r.row))
    )
    if job.created or job.updated:
        _tell(job, report)
    return report


def _checked(job: _Import, sheet: sheets.Sheet) -> list[ResidentRow]:
    rows: list[ResidentRow] = []
    for number, cells in sheets.pick(sheet, names=formats.HEADINGS, needed=formats.NEEDED):
        row = formats.resident_row(number, cells)
        if isinstance(row, tuple):
            job.refused.append(sheets.RowRefusal(row=number, column=row[0], reason=row[1]))
        elif row.dwelling not in job.rooms:
            job.refused.append(sheets.RowRefusal(row=number, column=formats.HEADINGS["room"][0], reason="roster.room-unknown"))
        else:
            rows.append(row)
    repeated = rules.duplicates(rows)
    for number in repeated:
        job.refused.append(sheets.RowRefusal(row=number, column=formats.HEADINGS["document"][0], reason="roster.document-twice"))
    return [row for row in rows if row.row not in repeated]


def _known_by_document(job: _Import, rows: Sequence[ResidentRow]) -> dict[str, Person]:
    hits = vault.find_many(tree=job.area.tree, field="document", values={row.document for row in rows if row.document})
    ids = [person_id for found in hits.values() for person_id in found]
    files = _files(job, ids)
    return {document: files[found[0]] for document, found in hits.items() if found[0] in files}


def _files(job: _Import, ids: Sequence[UUID]) -> dict[UUID, Person]:
    found: dict[UUID, Person] = {}
    for start in range(0, len(ids), 500):
        found |= {row.id: row for row in Person.objects.seen_by(job.actor).filter(id__in=ids[start : start + 500])}
    return found


def _known_by_dwelling(job: _Import, rows: Sequence[ResidentRow]) -> dict[tuple[str, str, object], Person]:
    names = vault.find_many(tree=job.area.tree, field="name", values={row.name for row in rows if not row.document})
    files = _files(job, [person_id for found in names.values() for person_id in found])
    dwellings = {card.id: name for name, card in job.rooms.items()}
    found: dict[tuple[str, str, object], Person] = {}
    for name, ids in names.items():
        for person_id in ids:
            row = files.get(person_id)
            if row is not None and row.dwelling_id in dwellings:
                found[dwellings[row.dwelling_id], name, row.birth_date] = row
    return found


def _take(job: _Import, row: ResidentRow, known: Person | None) -> None:
    room = job.rooms[row.dwelling]
    masked = {
        "masked_name": rules.mask_name(row.name),
        "masked_document": rules.mask_document(row.document),
        "masked_phone": rules.mask_phone(row.phone),
    }
    values = {name: getattr(row, name) for name in FILED} | masked
    secrets = {name: value for name, value in (("name", row.name), ("document", row.document), ("phone", row.phone)) if value}
    if known is None:
        person = Person(id=_id(job, row), area=room.area, dwelling_id=room.id, file_no="", **values)
        person.provenance = _provenance(job, [*values, "dwelling", *secrets])
        job.created.append(person)
        job.secrets[person.id] = secrets
        job.needs += [(person.id, room.area, need) for need in row.needs]
        _house(job, person, room, row)
        return
    differing = rules.changed({name: getattr(known, name) for name in values}, values)
    if known.dwelling_id != room.id:
        differing["dwelling"] = room.id
        job.moved.append(known)
    if not differing and not _new_secrets(job, known, secrets):
        job.unchanged += 1
        return
    for name, value in differing.items():
        setattr(known, "dwelling_id" if name == "dwelling" else name, value)
    known.area = room.area
    known.provenance |= _provenance(job, [*differing, *secrets])
    job.updated[known.id] = known
    job.secrets[known.id] = secrets
    _house(job, known, room, row)


def _new_secrets(job: _Import, known: Person, secrets: Mapping[str, str]) -> bool:
    """Masks changed already means yes; equal masks are compared by blind index, so that nothing is decrypted."""
    return any(known.id not in vault.find(tree=job.area.tree, field=name, value=value) for name, value in secrets.items() if name == "phone")


def _id(job: _Import, row: ResidentRow) -> UUID:
    blind = vault.blind_index(job.area.tree, "document", row.document) if row.document else ""
    return new_id(job.area, "person", *((row.document,) if blind else (row.dwelling, row.name, row.birth_date)))


def _provenance(job: _Import, fields: Sequence[str]) -> dict[str, dict[str, str]]:
    stamp = {"source": job.source, "at": job.now.isoformat(), "by": str(job.actor.id)}
    return dict.fromkeys(fields, stamp)


def _house(job: _Import, person: Person, room: places.PlaceCard, row: ResidentRow) -> None:
    key = (room.id, row.household)
    if key not in job.households:
        job.households[key] = Household(
            id=new_id(job.area, "household", room.path, row.household), area=room.area, dwelling_id=room.id, number=row.household
        )
    person.household_id = job.households[key].id


def _write(job: _Import) -> None:
    Household.objects.bulk_create(list(job.households.values()), ignore_conflicts=True, batch_size=500)
    tree = job.area.tree
    if job.created:
        last = series.take_numbers(tree=tree, name="file", count=len(job.created))
        for offset, person in enumerate(job.created):
            person.file_no = f"{tree}-{last + offset:07d}"
    Person.objects.bulk_create(job.created, batch_size=500)
    Person.objects.bulk_update(
        list(job.updated.values()),
        [*FILED, "masked_name", "masked_document", "masked_phone", "dwelling", "household", "area", "provenance"],
        batch_size=100,
    )
    statistics.refresh(Household, Person)
    vault.put(area=job.area, values=job.secrets)
    today = clock.local_day(job.area, job.now)
    CareNeed.objects.bulk_create(
        [
            CareNeed(id=new_id(area, "need", person_id, kind, today), area=area, person_id=person_id, kind=kind, source=job.source, since=today)
            for person_id, area, kind in job.needs
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def _tell(job: _Import, report: sheets.ImportReport) -> None:
    event = ResidentsImported(
        area=job.area,
        import_id=repeated_id(job.area, "import", job.source),
        source=job.source,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        refused=len(report.refused),
        created_ids=tuple(person.id for person in job.created),
        updated_ids=tuple(job.updated),
    )
    fact = journal.record(event, actor=job.actor, at=job.now, caused_by=None)
    moves = [PersonMoved(area=person.area, person_id=person.id, dwelling_id=person.dwelling_id) for person in job.moved if person.dwelling_id]
    journal.record_many(moves, actor=job.actor, at=job.now, caused_by=fact)
