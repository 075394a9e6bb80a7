"""From door to door: what follows from a visit, a household that nobody reaches, a temperature, a routine, and records that came too fast.

A visit changes no file and binds nobody: needs go to the registers and to care, changes and fevers become tasks that people answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from epigrid.command.communication import actions as communication
from epigrid.field.care import actions as care
from epigrid.field.sampling.events import RollReported
from epigrid.field.tasks import actions as tasks
from epigrid.field.tasks.actions import NewTask, Source
from epigrid.field.tasks.rules import Evidence
from epigrid.field.visits import actions as visits
from epigrid.field.visits import queries as visited
from epigrid.field.visits.actions import Record, Watch
from epigrid.field.visits.events import (
    CampaignClosed,
    HouseholdUnreached,
    ReadingRecorded,
    ReviewDecided,
    RoutineSet,
    SeriesFlagged,
    VisitRecorded,
)
from epigrid.field.visits.rules import REQUESTS
from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.events import Fact
from epigrid.playbooks import joins
from epigrid.playbooks.runner import Steps
from epigrid.registers.people import actions as people_actions
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.response.quarantine import queries as measures
from epigrid.response.quarantine.events import OrderEnded, OrderServed, PatientAdmitted, SiteOpened
from epigrid.response.zones import queries as zoned
from epigrid.response.zones.events import ZoneDecided, ZoneDowngraded, ZoneLapsed, ZoneLifted, ZoneProlonged
from epigrid.store import clock
from epigrid.store.ids import natural_id

LOOKED_INTO = timedelta(hours=24)
"""Within this time somebody writes down what changed in a household, or reaches it another way (design value)."""
CALLED = timedelta(hours=1)
"""Within this time somebody calls whoever told a fever (design value)."""
FRAIL = frozenset({"frail", "bed-ridden", "mobility", "disabled", "chronic", "dialysis", "alone", "deaf"})
"""Needs for which silence behind a door is looked into in person (S-067)."""
EVER = datetime(2100, 1, 1, tzinfo=UTC)
"""A site has no end of its own: its routine has."""
DESK = (Duty.COMMUNITY_SECRETARY, Duty.SUBDISTRICT_OFFICE)


def _open(actor: Actor, new: NewTask, source: tuple[str, UUID], now: datetime, cause: UUID) -> None:
    directive = joins.directive_for(actor=actor, act="task.open", area=new.area, now=now)
    tasks.open_tasks(actor=actor, source=Source(kind=source[0], id=source[1], directive_id=directive), tasks=[new], now=now, cause=cause)


def note_needs(fact: Fact[VisitRecorded], actor: Actor, now: datetime) -> None:
    """Needs that were found go to the register, wishes to care, with the duty of whoever stood at the door."""
    event = fact.event
    visitor = replace(actor, grants=(*actor.grants, Grant(duty=Duty.GRID_WORKER, area=event.area)))
    for person_id, need in zip(event.need_person_ids, event.needs, strict=True):
        if need in REQUESTS:
            care.ask(actor=visitor, person_id=person_id, kind=need, channel="visit", now=now)
        else:
            people_actions.record_need(actor=visitor, person_id=person_id, kind=need, source="visit", now=now)


def open_register_task(fact: Fact[VisitRecorded], actor: Actor, now: datetime) -> None:
    """What changed in a household is written down by whoever keeps its files, not by the visit."""
    event = fact.event
    if event.changes:
        new = NewTask(kind="register-changes", duty=Duty.GRID_WORKER, area=event.area, due_at=now + LOOKED_INTO, place_id=event.dwelling_id)
        _open(actor, new, ("visit", event.attempt_id), now, fact.id)


def close_other_ways(fact: Fact[VisitRecorded], actor: Actor, now: datetime) -> None:
    """Somebody answered: nobody has to be reached another way any more."""
    event, evidence = fact.event, Evidence(kind="record", value=str(fact.event.attempt_id))
    if event.result != "absent":
        for kind, source_id in (("reach-otherwise", event.visit_id), ("welfare-check", event.household_id)):
            tasks.close_by_fact(actor=actor, kind=kind, source_id=source_id, evidence=evidence, by=fact.actor_id, now=now, cause=fact.id)


def try_another_way(fact: Fact[HouseholdUnreached], actor: Actor, now: datetime) -> None:
    """By phone, relatives or neighbours; where somebody frail or alone lives somebody goes and looks (S-064, S-067)."""
    event = fact.event
    members = [card.id for card in people.people(actor=actor, household_id=event.household_id)]
    needs = people.needs(actor=actor, on=clock.local_day(event.area, now), person_ids=members)
    new = NewTask(kind="reach-otherwise", duty=Duty.GRID_WORKER, area=event.area, due_at=now + LOOKED_INTO, place_id=event.dwelling_id)
    if any(need.kind in FRAIL for need in needs):
        new = replace(new, kind="welfare-check", duty=Duty.COMMUNITY_SECRETARY)
        _open(actor, new, ("household", event.household_id), now, fact.id)
    else:
        _open(actor, new, ("visit", event.visit_id), now, fact.id)


def end_other_ways(fact: Fact[CampaignClosed], actor: Actor, now: datetime) -> None:
    """Calls for a campaign end with it; a look after somebody frail does not."""
    for visit_id in fact.event.unreached_ids:
        tasks.end_tasks(actor=actor, source_id=visit_id, reason="campaign-over", now=now, cause=fact.id)


def tell_of_fever(fact: Fact[ReadingRecorded], actor: Actor, now: datetime) -> None:
    """A fever is told to the desk, without a name."""
    if fact.event.fever:
        duties = (Duty.COMMUNITY_SECRETARY,)
        communication.tell_duty(actor=actor, area=fact.event.area, duties=duties, key="visit.fever", values={}, now=now, cause=fact.id)


def call_about_fever(fact: Fact[ReadingRecorded], actor: Actor, now: datetime) -> None:
    """Somebody calls whoever told a fever; it binds nobody."""
    event = fact.event
    if event.fever:
        new = NewTask(kind="fever-call", duty=Duty.GRID_WORKER, area=event.area, due_at=now + CALLED, person_id=event.person_id)
        _open(actor, new, ("reading", event.reading_id), now, fact.id)


def watch_all(fact: Fact[RoutineSet], actor: Actor, now: datetime) -> None:
    """A new routine finds whom running measures put under it."""
    area = fact.event.area
    ids = set(visited.watched_ids(actor=actor, area=area, now=now))
    orders = [card for card in measures.all_active(actor=actor, now=now) if area.covers(card.area)]
    zone_ids = {zone.id for zone in zoned.zones(actor=actor, states=("active",), area=area)}
    site_ids = {site.id for site in measures.sites(actor=actor) if area.covers(site.area)}
    _watch(actor, {*ids, *(card.person_id for card in orders)} - zone_ids - site_ids, now, fact.id)
    _watch_places(actor, {*zone_ids, *site_ids, *ids} - {card.person_id for card in orders}, now, fact.id)


def watch_person(fact: Fact[OrderServed] | Fact[OrderEnded] | Fact[PatientAdmitted], actor: Actor, now: datetime) -> None:
    """Whom an order keeps at home is under the routine from now on; after its end he is not."""
    _watch(actor, {fact.event.person_id}, now, fact.id)


def watch_zone(
    fact: Fact[ZoneDecided] | Fact[ZoneProlonged] | Fact[ZoneDowngraded] | Fact[ZoneLapsed] | Fact[ZoneLifted], actor: Actor, now: datetime
) -> None:
    """A zone's places are under the routine while it runs, and those of the zone that it became."""
    after = fact.event.next_zone_id if isinstance(fact.event, ZoneDowngraded) else None
    _watch_places(actor, {fact.event.zone_id} | ({after} if after else set()), now, fact.id)


def watch_site(fact: Fact[SiteOpened], actor: Actor, now: datetime) -> None:
    """A site that opened is under the routine."""
    _watch_places(actor, {fact.event.site_id}, now, fact.id)


def _watch(actor: Actor, person_ids: set[UUID], now: datetime, cause: UUID) -> None:
    """Home orders of people, re-read now; where no routine is set nothing is asked."""
    if not person_ids or not visited.routines(actor=actor, now=now):
        return
    areas = {card.id: card.area for card in people.people(actor=actor, ids=sorted(person_ids))}
    active = measures.active_measures(actor=actor, person_ids=sorted(areas), now=now)
    running = {person_id: [_of_order(card, areas[person_id]) for card in active.get(person_id, ()) if card.kind == "home"] for person_id in areas}
    visits.watch(actor=actor, running=running, now=now, cause=cause)


def _of_order(card: measures.MeasureCard, area: Area) -> Watch:
    since, until = card.starts_at or EVER, card.ends_at or EVER
    return Watch(id=card.id, target="home", source_id=card.id, area=area, since=since, until=until, person_id=card.person_id)


def _watch_places(actor: Actor, ids: set[UUID], now: datetime, cause: UUID) -> None:
    """Places of zones and sites, re-read now."""
    if not ids or not visited.routines(actor=actor, now=now):
        return
    found: dict[UUID, list[tuple[UUID, str, datetime, datetime]]] = {one: [] for one in ids}
    for zone in zoned.zones(actor=actor, states=("active",)):
        if zone.id in ids and zone.starts_at is not None:
            found[zone.id] = [(place_id, "zone", zone.starts_at, zone.review_at or EVER) for place_id in zone.place_ids]
    for site in measures.sites(actor=actor):
        if site.id in ids and site.opened_at is not None:
            found[site.id] = [(site.place_id, "site", site.opened_at, EVER)]
    visits.watch(actor=actor, running=_places_watched(actor, found), now=now, cause=cause)


def _places_watched(actor: Actor, found: Mapping[UUID, Sequence[tuple[UUID, str, datetime, datetime]]]) -> dict[UUID, list[Watch]]:
    known = places.places(actor=actor, ids=[place_id for rows in found.values() for place_id, *_rest in rows])
    return {
        source_id: [
            Watch(
                id=natural_id(source_id, "watched", place_id),
                target=target,
                source_id=source_id,
                area=known[place_id].area,
                since=since,
                until=until,
                place_id=place_id,
            )
            for place_id, target, since, until in rows
            if place_id in known
        ]
        for source_id, rows in found.items()
    }


def note_roll(fact: Fact[RollReported], actor: Actor, now: datetime) -> None:
    """One report of a roll-call is one record of a hand, at the door of its first person (guard X08)."""
    event = fact.event
    for card in people.people(actor=actor, ids=event.person_ids[:1]) if fact.actor_kind == "user" else ():
        record = Record(kind="roll", id=fact.id, area=event.area, fact_id=fact.id, door=card.dwelling_id or card.id)
        visits.note_deed(actor=actor, hand=fact.actor_id, record=record, at=fact.at, now=now)


def tell_of_series(fact: Fact[SeriesFlagged], actor: Actor, now: datetime) -> None:
    """Records that came too fast stand before a second person; nothing else follows of itself."""
    communication.tell_duty(actor=actor, area=fact.event.area, duties=DESK, key="visit.series", values={}, now=now, cause=fact.id)


def open_recall_task(fact: Fact[ReviewDecided], actor: Actor, now: datetime) -> None:
    """A reviewer wants people of a series called."""
    event = fact.event
    if (event.review_kind, event.decision) == ("series", "recall"):
        new = NewTask(kind="recall-call", duty=Duty.PHONE_OPERATOR, area=event.area, due_at=now + LOOKED_INTO)
        _open(actor, new, ("review", event.review_id), now, fact.id)


STEPS: Steps = {
    VisitRecorded: [note_needs, open_register_task, close_other_ways],
    HouseholdUnreached: [try_another_way],
    CampaignClosed: [end_other_ways],
    ReadingRecorded: [tell_of_fever, call_about_fever],
    RoutineSet: [watch_all],
    OrderServed: [watch_person],
    OrderEnded: [watch_person],
    PatientAdmitted: [watch_person],
    SiteOpened: [watch_site],
    ZoneDecided: [watch_zone],
    ZoneProlonged: [watch_zone],
    ZoneDowngraded: [watch_zone],
    ZoneLapsed: [watch_zone],
    ZoneLifted: [watch_zone],
    RollReported: [note_roll],
    SeriesFlagged: [tell_of_series],
    ReviewDecided: [open_recall_task],
}
