"""The day's register and its claims (S-054, S-055)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries, rules
from epigrid.registers.people.events import DayRegisterEntered, EntriesClaimed, EntriesUnclaimed
from epigrid.registers.people.models import DayEntry, Person
from epigrid.store import journal
from epigrid.store.ids import new_id


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """A person in one category from a day until (not including) another."""

    person_id: UUID
    category: str
    since: date
    until: date


@transaction.atomic
def enter_day_register(*, actor: Actor, area: Area, entries: Sequence[NewEntry], source: str, now: datetime) -> int:
    """Enter people in categories; a person may be in several. The same person, category and day again is the same entry. Returns how many are new."""
    actor.require(Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE, Duty.COUNTY_EOC_OFFICER, area=area)
    unknown = {entry.category for entry in entries} - {*rules.CATEGORIES, rules.QUARANTINED}
    if unknown:
        raise rules.CategoryUnknown(category=min(unknown))
    areas = dict(Person.objects.seen_by(actor).filter(id__in=[entry.person_id for entry in entries]).values_list("id", "area"))
    known = set(DayEntry.objects.seen_by(actor).filter(person_id__in=list(areas)).values_list("person_id", "category", "since"))
    rows = [
        DayEntry(
            id=new_id(area, "day-entry", entry.person_id, entry.category, entry.since),
            area=areas[entry.person_id],
            person_id=entry.person_id,
            category=entry.category,
            since=entry.since,
            until=entry.until,
            source=source,
            entered_at=now,
        )
        for entry in entries
        if entry.person_id in areas and (entry.person_id, entry.category, entry.since) not in known
    ]
    DayEntry.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        event = DayRegisterEntered(area=area, first_id=rows[0].id, entry_ids=tuple(row.id for row in rows))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(rows)


@transaction.atomic
def claim_entries(*, actor: Actor, area: Area, now: datetime) -> int:
    """A grid worker claims all unclaimed entries whose people live in his grid; return how many (S-055)."""
    actor.require(Duty.GRID_WORKER, area=area)
    rows = DayEntry.objects.seen_by(actor).select_for_update().filter(area__within=area, claimed_at__isnull=True).order_by("pk")
    ids = tuple(rows.values_list("id", flat=True))
    if ids:
        DayEntry.objects.seen_by(actor).filter(id__in=ids).update(claimed_by=actor.id, claimed_at=now)
        event = EntriesClaimed(area=area, first_id=ids[0], entry_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(ids)


@transaction.atomic
def flag_unclaimed(*, actor: Actor, area: Area, now: datetime, cause: UUID) -> int:
    """Tell which entries nobody claimed in time, once each; return how many."""
    actor.require(Duty.PROCEDURE, area=area)
    late = [card.id for card in queries.unclaimed(actor=actor, area=area, now=now)]
    fresh = DayEntry.objects.seen_by(actor).select_for_update().filter(id__in=late, flagged_at__isnull=True).order_by("pk")
    ids = tuple(fresh.values_list("id", flat=True))
    if ids:
        DayEntry.objects.seen_by(actor).filter(id__in=ids).update(flagged_at=now)
        event = EntriesUnclaimed(area=area, first_id=ids[0], entry_ids=ids)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(ids)
