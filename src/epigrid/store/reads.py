"""The log of identity reads and denials. A resident sees who read his data; an auditor sees all of his area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store import bulk
from epigrid.store.models import Read


@dataclass(frozen=True, kw_only=True)
class ReadCard:
    """One read as the resident and the auditor see it."""

    at: datetime
    actor_kind: str
    actor_id: UUID | None
    duties: tuple[str, ...]
    person_id: UUID
    fields: tuple[str, ...]
    purpose: str
    denied: bool


def record(*, actor: Actor, area: Area, person_ids: Sequence[UUID], fields: Sequence[str], at: datetime, denied: bool = False) -> None:
    """Write one row per person. A resident's reading of his own data is not recorded."""
    if actor.person_id is not None and not denied:
        return
    duties = sorted(grant.duty for grant in actor.grants if grant.area.covers(area))
    rows = [
        Read(
            actor_kind=actor.kind,
            actor_id=actor.id,
            duties=duties,
            person_id=person_id,
            fields=list(fields),
            purpose=actor.purpose,
            area=area,
            denied=denied,
            at=at,
        )
        for person_id in person_ids
    ]
    bulk.insert(rows)


def of_person(*, actor: Actor, person_id: UUID, limit: int = 200) -> list[ReadCard]:
    """Who read this person's data, newest first: for the person himself and for auditors of the area; nobody else."""
    rows = Read.objects.filter(person_id=person_id)
    if actor.person_id != person_id:
        scope = [Q(area__within=area) for area in actor.areas({Duty.AUDITOR})]
        rows = rows.filter(reduce(or_, scope)) if scope else rows.none()
    return [_card(row) for row in rows.order_by("-at", "-id")[:limit]]


def in_areas(*, actor: Actor, limit: int = 100) -> list[ReadCard]:
    """Reads and denials in the areas that the actor audits, newest first; nobody else sees any."""
    scope = [Q(area__within=area) for area in actor.areas({Duty.AUDITOR})]
    return [_card(row) for row in Read.objects.filter(reduce(or_, scope)).order_by("-at", "-id")[:limit]] if scope else []


def _card(row: Read) -> ReadCard:
    return ReadCard(
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        duties=tuple(row.duties),
        person_id=row.person_id,
        fields=tuple(row.fields),
        purpose=row.purpose,
        denied=row.denied,
    )
