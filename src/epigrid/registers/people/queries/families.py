"""A person's card, and for whom a resident speaks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from django.db.models import Q

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import NotFound
from epigrid.registers.people import rules
from epigrid.registers.people.models import CareNeed, Person


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """A person as most may see him: masked."""

    id: UUID
    area: Area
    file_no: str
    masked_name: str
    masked_document: str
    masked_phone: str
    sex: str
    birth_date: date | None
    residence: str
    household_id: UUID | None
    dwelling_id: UUID | None
    guardian_id: UUID | None
    contact_channel: str
    departed_on: date | None
    erased: bool

    @classmethod
    def of(cls, row: Person) -> Self:
        """The card of a row."""
        return cls(
            id=row.id,
            area=row.area,
            file_no=row.file_no,
            masked_name=row.masked_name,
            masked_document=row.masked_document,
            masked_phone=row.masked_phone,
            sex=row.sex,
            birth_date=row.birth_date,
            residence=row.residence,
            household_id=row.household_id,
            dwelling_id=row.dwelling_id,
            guardian_id=row.guardian_id,
            contact_channel=row.contact_channel,
            departed_on=row.departed_on,
            erased=row.erased_at is not None,
        )


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Somebody for whom a resident speaks, and the actor in whose scope he does it: it reads the rows about that person, and what it does is the resident's act."""

    card: PersonCard
    actor: Actor


def family(*, actor: Actor, on: date) -> list[Spoken]:
    """For whom a resident speaks: himself first, then the children under 14 and the dependants whose guardian he is by the register (PIPL Art. 31).

    Living together makes nobody a guardian. Empty for whoever is no resident.
    """
    if actor.person_id is None:
        return []
    own = PersonCard.of(Person.objects.seen_by(actor).get(id=actor.person_id))
    if actor.id != own.id:
        return [Spoken(card=own, actor=actor)]
    desk = Actor.procedure("people.family", own.area.root)
    rows = Person.objects.seen_by(desk).filter(guardian_id=own.id, departed_on__isnull=True, erased_at__isnull=True).exclude(id=own.id)
    cards = [PersonCard.of(row) for row in rows.order_by("file_no")]
    needs = CareNeed.objects.seen_by(desk).filter(Q(until__isnull=True) | Q(until__gt=on), person_id__in=[card.id for card in cards], since__lte=on)
    kinds: dict[UUID, set[str]] = {}
    for person_id, kind in needs.values_list("person_id", "kind"):
        kinds.setdefault(person_id, set()).add(kind)
    wards = [card for card in cards if rules.is_ward(card.birth_date, kinds.get(card.id, ()), on)]
    return [Spoken(card=own, actor=actor), *(Spoken(card=card, actor=replace(actor, person_id=card.id)) for card in wards)]


def speaking_for(*, actor: Actor, person_ids: Sequence[UUID], on: date) -> Actor:
    """In whose scope an act about people is done: a resident's own or that of one of his `family`, one person at a time; `NotFound` for anybody else.

    Whoever is no resident acts as he is.
    """
    if actor.person_id is None:
        return actor
    found = [one.actor for one in family(actor=actor, on=on) if {one.card.id} == set(person_ids)]
    if not found:
        raise NotFound
    return found[0]
