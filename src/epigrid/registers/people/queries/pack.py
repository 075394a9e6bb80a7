"""People as a phone keeps them: file, home and age band; names are added by whoever makes the pack, for a purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.registers.people import rules
from epigrid.registers.people.models import Person
from epigrid.store import feed, vault


@dataclass(frozen=True, kw_only=True)
class PackPerson:
    """A person of a pack; `area` is not sent."""

    id: UUID
    area: Area
    masked_name: str
    band: str
    dwelling: UUID | None
    household: UUID | None
    file_no: str
    head: bool
    guardian: UUID | None
    channel: str


def pack_people(
    *, actor: Actor, on: date, areas: Sequence[Area] = (), places: Sequence[Area] = (), touched: frozenset[UUID] | None = None
) -> list[PackPerson]:
    """Who lives in these areas or at these places (paths of the place tree) and has not left, by file; of `touched`: only those that it names."""
    where = [Q(area__within=area) for area in areas] + [Q(dwelling__path__within=path) for path in places]
    if not where:
        return []
    rows = Person.objects.seen_by(actor).filter(reduce(or_, where), departed_on__isnull=True, erased_at__isnull=True)
    found = feed.named(rows, touched, "id", "dwelling_id", "household_id")
    return [_of(row, on) for row in sorted(found, key=lambda row: row.file_no)]


def pack_identities(*, actor: Actor, found: Sequence[PackPerson], fields: Sequence[str], now: datetime) -> dict[UUID, dict[str, str]]:
    """As `people.identities`, for people whom `pack_people` has just found in the actor's scope: recorded person by person, and they are not asked for again."""
    by_area: dict[Area, list[UUID]] = {}
    for one in found:
        by_area.setdefault(one.area, []).append(one.id)
    values: dict[UUID, dict[str, str]] = {}
    for area, ids in sorted(by_area.items()):
        values |= vault.read(actor=actor, area=area, person_ids=ids, fields=fields, now=now)
    return values


def _of(row: Person, on: date) -> PackPerson:
    return PackPerson(
        id=row.id,
        area=row.area,
        masked_name=row.masked_name,
        band=rules.age_band(birth_date=row.birth_date, on=on),
        dwelling=row.dwelling_id,
        household=row.household_id,
        file_no=row.file_no,
        head=row.head,
        guardian=row.guardian_id,
        channel=row.contact_channel,
    )
