"""One journal: audit log, outbox of the playbooks, change feed, chain of causes.

`seq` is the insert order and may have gaps. `position` numbers committed facts under one lock, gap-free, and is what feed, runner and the hash chain go by.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from itertools import chain
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import CauseMissing
from epigrid.kernel.events import Event
from epigrid.kernel.events import Fact as Told
from epigrid.store import bulk, clock, locks
from epigrid.store.acts import whole
from epigrid.store.ids import new_id
from epigrid.store.models import Fact

FactId = UUID
BATCH = 200
"""Facts that one statement writes, or subjects that one asks for."""


def record(event: Event, *, actor: Actor, at: datetime, caused_by: FactId | None) -> FactId:
    """Write one fact and return its id. `CauseMissing` when the kind may not stand without a cause."""
    return record_many([event], actor=actor, at=at, caused_by=caused_by)[0]


def record_many(events: Sequence[Event], *, actor: Actor, at: datetime, caused_by: FactId | None) -> list[FactId]:
    """Write several facts of one act in one statement; the same rules as `record`."""
    rows = [_row(event, actor=actor, at=at, caused_by=caused_by) for event in events]
    if len(rows) > bulk.FEW and all(clock.namespace(row.area) is None for row in rows):
        bulk.insert(rows)
        return [row.id for row in rows]
    for start in range(0, len(rows), BATCH):
        _write(rows[start : start + BATCH])
    return [row.id for row in rows]


def _row(event: Event, *, actor: Actor, at: datetime, caused_by: FactId | None) -> Fact:
    if caused_by is None and not event.begins:
        raise CauseMissing(kind=event.kind)
    payload = event.payload()
    return Fact(
        kind=event.kind,
        area=event.area,
        subject_id=event.subject_id,
        payload=payload,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        at=at,
        caused_by=caused_by,
    )


def _write(rows: Sequence[Fact]) -> None:
    """Write facts. In a tree with a namespace a fact's id is natural: all that it says, and how often the very same was said before."""
    said: Counter[UUID] = Counter()
    while rows:
        for row in rows:
            if clock.namespace(row.area) is not None:
                hand = row.actor_id or row.actor_name
                same = new_id(row.area, "fact", row.kind, row.subject_id, hand, row.caused_by, row.at, row.payload)
                said[same] += 1
                row.id = new_id(row.area, "fact", same, said[same])
        written = _insert(rows)
        rows = [row for row in rows if row.id not in written]


def _insert(rows: Sequence[Fact]) -> set[UUID]:
    """Insert the rows whose ids are not taken, in one statement; return their ids."""
    fields = [field for field in Fact._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(field.attname for field in fields)
    values = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    params = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO store_fact ({columns}) VALUES {values} ON CONFLICT (id) DO NOTHING RETURNING id", params)
        return {Fact._meta.get_field("id").to_python(written) for (written,) in cursor.fetchall()}


def number() -> int:
    """Give positions to committed facts in insert order and seal the chain; return how many. One at a time by the journal's lock."""
    with whole:
        locks.hold("journal")
        waiting = list(Fact.objects.filter(position__isnull=True).order_by("seq"))
        if not waiting:
            return 0
        last = Fact.objects.filter(position__isnull=False).order_by("-position").first()
        position, seal = (last.position or 0, last.seal) if last else (0, "")
        for fact in waiting:
            position += 1
            seal = _seal(seal, fact, position)
            fact.position, fact.seal = position, seal
        for start in range(0, len(waiting), BATCH):
            _place(waiting[start : start + BATCH])
        return len(waiting)


def _place(facts: Sequence[Fact]) -> None:
    """Write positions and seals in one statement."""
    rows = ", ".join(["(%s, %s, %s)"] * len(facts))
    values = chain.from_iterable((fact.seq, fact.position, fact.seal) for fact in facts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH placed (seq, position, seal) AS (VALUES {rows}) UPDATE store_fact"
            " SET position = placed.position, seal = placed.seal FROM placed WHERE store_fact.seq = placed.seq",
            list(values),
        )


def _seal(before: str, fact: Fact, position: int) -> str:
    text = [
        before,
        position,
        fact.id,
        fact.kind,
        str(fact.area),
        fact.subject_id,
        fact.payload,
        fact.actor_kind,
        fact.actor_id,
        fact.actor_name,
        fact.at.isoformat(),
        fact.caused_by,
    ]
    return hashlib.sha256(json.dumps(text, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def broken_at() -> int | None:
    """The first position at which the hash chain does not hold, or None."""
    seal = ""
    for fact in Fact.objects.filter(position__isnull=False).order_by("position").iterator():
        seal = _seal(seal, fact, fact.position or 0)
        if seal != fact.seal:
            return fact.position
    return None


def told(row: Fact) -> Told[Event]:
    """The fact as others see it."""
    return Told(
        id=row.id,
        event=Event.load(row.kind, row.area, row.payload),
        at=row.at,
        position=row.position,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        caused_by=row.caused_by,
    )


def facts(*, actor: Actor, kinds: Sequence[str] = (), subjects: Sequence[UUID] | None = None, after: int = 0) -> list[Told[Event]]:
    """Facts of the areas that the actor sees, in insert order, optionally of some kinds or about some subjects."""
    rows = Fact.objects.filter(seq__gt=after)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    scope = [Q(area__within=area) for area in actor.areas()]
    rows = rows.filter(reduce(or_, scope)) if scope else rows.none()
    if subjects is None:
        return [told(row) for row in rows.order_by("seq")]
    parts = [rows.filter(subject_id__in=subjects[start : start + BATCH]) for start in range(0, len(subjects), BATCH)]
    return [told(row) for row in sorted(chain.from_iterable(parts), key=lambda row: row.seq)]


def facts_about(*, subject_id: UUID) -> list[Told[Event]]:
    """Facts of one subject that the caller has already found in the actor's scope, in insert order."""
    return [told(row) for row in Fact.objects.filter(subject_id=subject_id).order_by("seq")]


def causes(fact_id: FactId) -> list[Told[Event]]:
    """The chain of causes from a fact back to its beginning, the fact itself first."""
    chain: list[Told[Event]] = []
    current: UUID | None = fact_id
    while current is not None and len(chain) < 1000:
        row = Fact.objects.get(id=current)
        chain.append(told(row))
        current = row.caused_by
    return chain


def count(*, kind: str, area: Area, at: datetime) -> int:
    """How many facts of a kind an area has at one moment."""
    return Fact.objects.filter(kind=kind, area=area, at=at).count()


def told_since(*, kind: str, area: Area, since: datetime) -> bool:
    """Whether an area has a fact of a kind at or after a moment."""
    return Fact.objects.filter(kind=kind, area=area, at__gte=since).exists()


def last_position() -> int:
    """The highest position given, 0 when none."""
    return Fact.objects.aggregate(Max("position"))["position__max"] or 0
