"""The day's register and its claims (S-054, S-055)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries, rules
from epigrid.registers.people.events import DayRegisterEntered, EntriesClaimed, EntriesUnclaimed, StaysSurfaced
from epigrid.registers.people.models import DayEntry, Person
from epigrid.registers.places import queries as places
from epigrid.store import clock, journal, vault
from epigrid.store.acts import whole
from epigrid.store.ids import new_id


@dataclass(frozen=True, kw_only=True)
class NewStay:
    """A stay elsewhere: "province/city/county", the place there (may be empty), first day, day of leaving."""

    county: str
    place: str
    since: date
    left: date


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """A person in one category from a day until (not including) another, with the stay that it rests on where there is one."""

    person_id: UUID
    category: str
    since: date
    until: date
    stay: NewStay | None = None


@whole
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
            **_stay(entry.stay, area),
        )
        for entry in entries
        if entry.person_id in areas and (entry.person_id, entry.category, entry.since) not in known
    ]
    DayEntry.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        event = DayRegisterEntered(area=area, first_id=rows[0].id, entry_ids=tuple(row.id for row in rows))
        journal.record(event, actor=actor, at=now, caused_by=None)
    return len(rows)


def _stay(stay: NewStay | None, area: Area) -> dict[str, Any]:
    """The stay's columns: the county in clear, the place as a keyed hash."""
    if stay is None:
        return {}
    county, place = places.spelled(stay.county), places.spelled(stay.place)
    if not county or stay.left < stay.since:
        raise rules.StayIncomplete(county=stay.county)
    return {
        "stay_county": county,
        "stay_place": vault.blind_index(area.tree, "stay", f"{county}|{place}") if place else "",
        "stay_from": stay.since,
        "stay_left": stay.left,
    }


@whole
def surface_stays(*, actor: Actor, area: Area, version: str, now: datetime, cause: UUID) -> int:
    """Compare the stays of the day's register with the list of risk areas; who was in one enters the category risk-area, once. Returns how many (S-078).

    Who was only in the county of one is told as a count, to be asked; nobody is bound by a list.
    """
    actor.require(Duty.PROCEDURE, area=area)
    today = clock.local_day(area, now)
    found = queries.stays_at_risk(actor=actor, area=area, now=now)
    rows = [
        DayEntry(
            id=new_id(area, "day-entry", hit.person_id, "risk-area", today),
            area=hit.area,
            person_id=hit.person_id,
            category="risk-area",
            since=today,
            until=hit.until,
            source=f"risk list {version}"[:100],
            entered_at=now,
        )
        for hit in found
        if hit.outcome == "area" and not hit.entered
    ]
    DayEntry.objects.bulk_create(rows, ignore_conflicts=True)
    ask = sum(hit.outcome == "county" and not hit.entered for hit in found)
    if rows or ask:
        ids = tuple(row.id for row in rows)
        event = StaysSurfaced(area=area, list_id=new_id(area, "stays-surfaced", version, now), version=version[:60], entry_ids=ids, to_ask=ask)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(rows)


@whole
def forget_stays(*, actor: Actor, area: Area, now: datetime) -> int:
    """Delete where somebody was from entries that are over; within the night's sweep. Returns how many."""
    actor.require(Duty.PROCEDURE, area=area)
    over = DayEntry.objects.seen_by(actor).filter(area__within=area, until__lte=clock.local_day(area, now)).exclude(stay_county="")
    return over.update(stay_county="", stay_place="", stay_from=None, stay_left=None)


@whole
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


@whole
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
