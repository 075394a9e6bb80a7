"""Sector sweeps (S-129): asked for on an exposure record, approved by a second person, drawn as three linked lists, closed when everybody has a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epigrid.engine.tracing.schemas import MAX_WINDOW_SECONDS
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import queries, rules
from epigrid.response.tracing.events import SweepApproved, SweepAsked, SweepClosed, SweepNamed, SweepResultsNoted
from epigrid.response.tracing.models import Exposure, SectorSweep, SweepPerson
from epigrid.response.tracing.queries.sweeps import results
from epigrid.store import journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

NOTERS = (Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER)


@dataclass(frozen=True, kw_only=True)
class NewSweep:
    """What is asked: the exposure it rests on, sector, outlets, window within the exposure's, why, and until when each listed person has a result."""

    exposure_id: UUID
    sector: str
    place_ids: Sequence[UUID]
    window: Period
    reason: str
    results_due_at: datetime


@whole
def ask_sweep(*, actor: Actor, new: NewSweep, now: datetime, cause: UUID) -> UUID:
    """Ask for a sweep; it looks into presences, so a second person approves it (X03). The same outlets, sector and window again are the same sweep."""
    exposure = Exposure.objects.seen_by(actor).get(id=new.exposure_id)
    actor.require(Duty.CDC_INVESTIGATOR, area=exposure.area)
    start, end = new.window.start, new.window.end or now
    if not new.reason.strip():
        raise rules.ReasonMissing()
    if not new.place_ids:
        raise rules.SweepRefused(why="outlet")
    if not exposure.starts_at <= start < end <= exposure.ends_at or (end - start).total_seconds() > MAX_WINDOW_SECONDS or new.results_due_at <= now:
        raise rules.SweepRefused(why="window")
    outlets = sorted(str(card.id) for card in places.known(actor=actor, ids=list(dict.fromkeys(new.place_ids))))
    same = SectorSweep.objects.seen_by(actor).filter(exposure=exposure, sector=new.sector, starts_at=start, ends_at=end).order_by("asked_at", "id")
    known = next((row for row in same if row.place_ids == outlets), None)
    if known is not None:
        return known.id
    held = [grant.area for grant in actor.grants if grant.duty is Duty.CDC_INVESTIGATOR and grant.area.covers(exposure.area)]
    row = SectorSweep.objects.create(
        id=new_id(exposure.area, "sweep", exposure.id, new.sector, start.isoformat(), end.isoformat(), *outlets),
        area=exposure.area,
        scope=min(held, key=len),
        exposure=exposure,
        sector=new.sector,
        place_ids=outlets,
        starts_at=start,
        ends_at=end,
        reason=new.reason,
        results_due_at=new.results_due_at,
        asked_by=actor.id,
        asked_at=now,
        caused_by=cause,
    )
    event = SweepAsked(area=row.area, sweep_id=row.id, exposure_id=exposure.id, place_ids=tuple(map(UUID, outlets)))
    journal.record(event, actor=actor, at=now, caused_by=cause)
    return row.id


@whole
def approve_sweep(*, actor: Actor, sweep_id: UUID, now: datetime, cause: UUID) -> None:
    """The CDC duty officer approves a sweep that somebody else asked for (act query.approve)."""
    row = SectorSweep.objects.seen_by(actor).select_for_update().get(id=sweep_id)
    policies.require(actor=actor, act="query.approve", area=row.area, now=now)
    if row.asked_by == actor.id:
        raise rules.SamePerson()
    if row.approved_at is None:
        row.approved_by, row.approved_at = actor.named, now
        row.save(update_fields=["approved_by", "approved_at"])
        journal.record(SweepApproved(area=row.area, sweep_id=row.id, exposure_id=row.exposure_id), actor=actor, at=now, caused_by=cause)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A list that an outlet gave: `workers` or `recipients`, by file numbers; how many more on it are in no register here."""

    place_id: UUID
    list_name: str
    file_nos: Sequence[str]
    elsewhere: int = 0


@whole
def name_listed(*, actor: Actor, sweep_id: UUID, named: Named, now: datetime, cause: UUID) -> int:
    """Take an outlet's own list, whole or not at all: unknown file numbers are refused by name. Returns how many people are new on it."""
    row = SectorSweep.objects.seen_by(actor).select_for_update().get(id=sweep_id)
    actor.require(Duty.CDC_INVESTIGATOR, area=Area(row.scope))
    _running(row)
    if named.list_name not in ("workers", "recipients"):
        raise rules.MeasureUnknown(list=named.list_name)
    if str(named.place_id) not in row.place_ids:
        raise rules.SweepRefused(why="outlet")
    cards = people.by_file_nos(actor=actor, file_nos=named.file_nos)
    missing = sorted(set(named.file_nos) - {number for number, card in cards.items() if row.scope.covers(card.area)})
    if missing:
        raise rules.SweepRefused(why="files", files=missing)
    entry = {"list": named.list_name, "source": "named", "via": str(named.place_id)}
    fresh = put(actor=actor, row=row, found={card.id: [entry] for card in cards.values()}, cause=cause)
    row.elsewhere += named.elsewhere
    row.save(update_fields=["elsewhere"])
    if fresh or named.elsewhere:
        told = SweepNamed(area=row.area, sweep_id=row.id, place_id=named.place_id, list_name=named.list_name, people=fresh, elsewhere=named.elsewhere)
        journal.record(told, actor=actor, at=now, caused_by=cause)
    return fresh


def put(*, actor: Actor, row: SectorSweep, found: dict[UUID, list[dict[str, str]]], cause: UUID) -> int:
    """Put people on a sweep's lists, each person once; an entry (list, via) that is there stays as it is. Returns how many entries are new."""
    known = {one.person_id: one for one in SweepPerson.objects.seen_by(actor).select_for_update().filter(sweep=row).order_by("pk")}
    made, changed, added = [], [], 0
    for card in people.people(actor=actor, ids=sorted(found)):
        one = known.get(card.id)
        have = {(entry["list"], entry["via"]) for entry in one.entries} if one else set()
        new = [entry for entry in found[card.id] if (entry["list"], entry["via"]) not in have]
        added += len(new)
        if one is None:
            made.append(_person(row, card, new, cause))
        elif new:
            one.entries = [*one.entries, *new]
            changed.append(one)
    SweepPerson.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    for one in changed:
        one.save(update_fields=["entries"])
    return added


def _person(row: SectorSweep, card: people.PersonCard, entries: list[dict[str, str]], cause: UUID) -> SweepPerson:
    person_id = new_id(row.area, "sweep-person", row.id, card.id)
    return SweepPerson(id=person_id, area=card.area, sweep=row, person_id=card.id, entries=entries, caused_by=cause)


@whole
def note_results(*, actor: Actor, sweep_id: UUID, person_ids: Sequence[UUID], result: str, reason: str, now: datetime, cause: UUID) -> int:
    """Note of people whom no test says anything of: away, not found, refused; excused by the CDC only. Each with the reason and who says so.

    What a test says is never typed over (`ResultKnown`). Returns for how many something new was noted.
    """
    wanted = sorted(set(person_ids))
    rows = list(SweepPerson.objects.seen_by(actor).select_for_update().filter(sweep_id=sweep_id, person_id__in=wanted).order_by("pk"))
    if not wanted or len(rows) < len(wanted):
        raise SweepPerson.DoesNotExist
    if result not in rules.NOTES:
        raise rules.MeasureUnknown(result=result)
    for row in rows:
        actor.require(*(NOTERS if result != "excused" else NOTERS[2:]), area=row.area)
    if not reason.strip():
        raise rules.ReasonMissing()
    sweep = rows[0].sweep
    _running(sweep)
    if _tested(results(actor=actor, rows=rows)):
        raise rules.ResultKnown()
    fresh = [row for row in rows if (row.noted, row.reason) != (result, reason)]
    for row in fresh:
        row.noted, row.reason, row.noted_by, row.noted_at = result, reason, actor.named, now
        row.save(update_fields=["noted", "reason", "noted_by", "noted_at"])
    if fresh:
        event = SweepResultsNoted(area=rows[0].area, sweep_id=sweep_id, person_ids=tuple(row.person_id for row in fresh), result=result)
        journal.record(event, actor=actor, at=now, caused_by=cause)
    return len(fresh)


def _tested(found: dict[UUID, str]) -> bool:
    return bool({"negative", "positive"} & set(found.values()))


@whole
def close_sweep(*, actor: Actor, sweep_id: UUID, now: datetime, cause: UUID) -> dict[str, int]:
    """Close a sweep on whose lists nobody is open; who cannot be tested was noted with a named person's reason. Returns people per result."""
    row = SectorSweep.objects.seen_by(actor).select_for_update().get(id=sweep_id)
    actor.require(Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, area=Area(row.scope))
    if row.drawn_at is None:
        raise rules.QueryNotApproved(sweep=str(sweep_id))
    counts = queries.sweep(actor=actor, sweep_id=sweep_id).counts
    if row.closed_at is not None:
        return counts
    if counts["open"]:
        raise rules.SweepRefused(why="open", open=counts["open"])
    row.closed_by, row.closed_at = actor.named, now
    row.save(update_fields=["closed_by", "closed_at"])
    journal.record(SweepClosed(area=row.area, sweep_id=row.id, counts=counts), actor=actor, at=now, caused_by=cause)
    return counts


def _running(row: SectorSweep) -> None:
    if row.closed_at is not None:
        raise rules.SweepRefused(why="closed")
